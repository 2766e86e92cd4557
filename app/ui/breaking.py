"""Where long paths may be broken into lines."""

_BREAK = "\u200b"


def breakable(text: str) -> str:
    """Return a text in which lines may end after each folder of a path, for Qt breaks no word."""
    return text.replace("/", f"/{_BREAK}").replace("\\", f"\\{_BREAK}")
