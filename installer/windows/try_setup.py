"""Tries a built setup.exe on Windows, as an ordinary user: `python -m installer.windows.try_setup SETUP`.

Installs silently, runs the smoke test, installs again over it, removes it; a draft in the user's folder stays.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from installer import smoke_test


def main() -> int:
    """Run every step; 0 when all passed, 1 when one did not."""
    setup = sys.argv[1]
    home = Path(os.environ["LOCALAPPDATA"])
    program = home / "Programs" / "weiying"
    draft = home / "weiying" / "drafts" / "升级前的草稿.weiying"
    draft.parent.mkdir(parents=True, exist_ok=True)
    draft.write_bytes(b"{}")
    try:
        for _ in ("install", "upgrade"):
            run([setup, "/VERYSILENT", "/SUPPRESSMSGBOXES", "/NORESTART"])
            smoke_test.expect(kind_of_drafts() == "weiying.draft", "a double click would not open a draft")
            with tempfile.TemporaryDirectory() as folder:
                names = (str(program / "weiying.exe"), str(program / "weiyingw.exe"))
                smoke_test.run_all(*names, Path(folder), None)
        run([str(program / "unins000.exe"), "/VERYSILENT", "/SUPPRESSMSGBOXES", "/NORESTART"])
        # The uninstaller goes on in a copy of itself, for it cannot remove itself.
        smoke_test.expect(is_gone(program / "weiying.exe"), "the uninstaller left the program")
        smoke_test.expect(not kind_of_drafts(), "the uninstaller left the drafts' association")
        smoke_test.expect(draft.read_bytes() == b"{}", "the draft was touched")
    except smoke_test.Failed as failure:
        print(f"FAILED: {failure}")
        return 1
    return 0


def run(command: list[str]) -> None:
    """Run a setup program to its end; Failed when it reports an error."""
    done = subprocess.run(command, check=False)
    smoke_test.expect(done.returncode == 0, f"{command[0]} ended with {done.returncode}")


def is_gone(path: Path) -> bool:
    """Say whether a file goes away within a minute."""
    end = time.monotonic() + 60
    while path.exists() and time.monotonic() < end:
        time.sleep(0.1)
    return not path.exists()


def kind_of_drafts() -> str:
    """Return what Explorer takes `.weiying` files for, in this user's registry; empty if for nothing."""
    if sys.platform != "win32":
        return ""
    import winreg

    try:
        return winreg.QueryValue(winreg.HKEY_CURRENT_USER, r"Software\Classes\.weiying")
    except OSError:
        return ""


if __name__ == "__main__":
    sys.exit(main())
