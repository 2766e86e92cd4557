"""Paths that Windows would refuse."""

import ntpath
import os
from pathlib import Path


def openable(path: Path) -> Path:
    r"""Return the path in the form that opens it whatever its length and name; on Windows `\\?\…`, else unchanged.

    The prefix lifts the limit of 260 characters and lets a name end in a dot or be called `con` (Microsoft, “Naming
    Files, Paths, and Namespaces”). Never show the result to the user.
    """
    return Path(extended(str(path.absolute()))) if os.name == "nt" else path


def extended(path: str) -> str:
    r"""Return an absolute Windows path with the `\\?\` prefix; a path that has it, or names a device, as it is."""
    if path.startswith(("\\\\?\\", "\\\\.\\")):
        return path
    # Behind the prefix Windows takes every character as it stands: no `/`, no `..`.
    plain = ntpath.normpath(path)
    return "\\\\?\\UNC\\" + plain[2:] if plain.startswith("\\\\") else "\\\\?\\" + plain
