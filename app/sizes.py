"""Numbers of bytes as people read them."""


def size_text(size: int) -> str:
    """Return a number of bytes as `4.29 GB`, `35.0 MB` or `12 KB`: powers of 1024, as Windows counts."""
    for unit, power, digits in (("GB", 3, 2), ("MB", 2, 1)):
        if size >= 1024**power:
            return f"{size / 1024**power:.{digits}f} {unit}"
    return f"{-(-size // 1024)} KB"
