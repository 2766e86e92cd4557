"""What can go wrong through no fault of the program, in the user's words."""


class AppError(Exception):
    """An expected failure: shown as it is, on one line, never with a traceback.

    `message` says what happened and names the thing it happened to; `hint` says what to do next (may be empty).
    Both are Simplified Chinese.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        """Return the message and the hint as one line."""
        return f"{self.message}{self.hint}" if self.hint else self.message


class Cancelled(Exception):  # noqa: N818  (not an error: the user asked for it)
    """The user cancelled the work that was under way."""
