"""Tries the .deb as its users would: `python -m installer.linux.try_deb DEB`, as root.

In a pristine root of every Debian release named it is installed by apt, tried by an ordinary user (command line and
window, with a picture) and removed again; what the user made stays.
"""

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

from app.errors import AppError
from installer.environment import ROOT
from installer.linux import package, root

SUITES = ("bullseye", "bookworm", "trixie")
USER = "zhangsan"
HOME = f"/home/{USER}"
# A screen, and what looks at it; nothing that the program itself needs.
_TOOLS = ["imagemagick", "python3-minimal", "libpython3-stdlib", "x11-xkb-utils", "xdotool", "xkb-data", "xvfb"]
_TRY = """
Xvfb :9 -screen 0 1366x768x24 -nolisten tcp -displayfd 3 3>/tmp/display 2>/tmp/xvfb.log &
screen=$!
while [ ! -s /tmp/display ]; do kill -0 $screen || exit 1; sleep 0.1; done
DISPLAY=:9 python3 /tmp/smoke_test.py weiying --folder "$HOME" --picture "$HOME/window.png"
status=$?
kill $screen
exit $status
"""


def main() -> int:
    """Try the package in every release; 0 when all passed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("deb", type=Path)
    parser.add_argument("--suites", nargs="+", default=list(SUITES))
    parser.add_argument("--work", type=Path, default=Path("/var/tmp/weiying-try"))
    parser.add_argument("--pictures", type=Path, default=ROOT / "dist")
    parser.add_argument("--mirror", required=True, help="address of a Debian mirror")
    options = parser.parse_args()
    failed = []
    for suite in options.suites:
        print(f"== {suite}", flush=True)
        try:
            try_in(suite, options.deb, options.work, options.pictures, options.mirror)
        except (subprocess.CalledProcessError, AppError) as error:
            print(f"{suite}: {error}", flush=True)
            failed.append(suite)
    print("failed: " + " ".join(failed) if failed else "all passed")
    return 1 if failed else 0


def try_in(suite: str, deb: Path, work: Path, pictures: Path, mirror: str) -> None:
    """Install, try and remove the package in a fresh root. Raises CalledProcessError or AppError."""
    folder = work / suite
    shutil.rmtree(folder, ignore_errors=True)
    root.make(folder, suite, mirror)
    (folder / "etc/apt/sources.list").write_text(f"deb {mirror} {suite} main\n", encoding="ascii")
    root.run(folder, ["apt-get", "-qq", "update"])
    root.run(folder, ["useradd", "--create-home", "--shell", "/bin/sh", USER])
    shutil.copy2(deb, folder / "tmp" / deb.name)
    root.install(folder, [f"/tmp/{deb.name}"])
    own = _installed_for(folder)
    print(f"  apt installed {own} packages for it", flush=True)
    # Only now what the trial itself needs, so that nothing of it makes up for a missing dependency.
    unresolved = _unresolved(folder)
    if unresolved:
        raise AppError("缺少系统库：" + "、".join(unresolved))
    root.install(folder, [*_TOOLS, "desktop-file-utils", "shared-mime-info"])
    root.run(folder, ["desktop-file-validate", f"/usr/share/applications/{package.APP_ID}.desktop"])
    shutil.copy2(ROOT / "installer" / "smoke_test.py", folder / "tmp")
    print(root.run(folder, ["sh", "-c", _TRY], {"HOME": HOME}, user=USER).stdout, end="", flush=True)
    pictures.mkdir(parents=True, exist_ok=True)
    shutil.copy2(folder / HOME.lstrip("/") / "window.png", pictures / f"window-{suite}.png")
    kinds = (folder / "usr/share/mime/globs2").read_text(encoding="utf-8")
    openers = (folder / "usr/share/applications/mimeinfo.cache").read_text(encoding="utf-8")
    if f"{package.MIME_TYPE}:*.weiying" not in kinds or f"{package.MIME_TYPE}={package.APP_ID}.desktop" not in openers:
        raise AppError("双击草稿不会打开程序。")
    root.run(folder, ["apt-get", "-qq", "purge", "--yes", package.APP_ID])
    left = [path for path in ("opt/apps", "usr/bin/weiying") if (folder / path).exists()]
    drafts = list((folder / HOME.lstrip("/")).rglob("*.weiying"))
    if left or not drafts:
        raise AppError(f"卸载之后留下了 {left}，草稿剩 {len(drafts)} 份。")


def _installed_for(folder: Path) -> int:
    """Return how many packages apt has installed since debootstrap, ours among them."""
    history = (folder / "var/log/apt/history.log").read_text(encoding="utf-8")
    return sum(line.count("(") for line in history.splitlines() if line.startswith("Install:"))


def _unresolved(folder: Path) -> list[str]:
    """Return the libraries that the system does not find for one of our files (ldd)."""
    files = f"/opt/apps/{package.APP_ID}/files"
    look = f"find {files} -type f \\( -name '*.so*' -o -name weiying \\) -exec ldd {{}} + || true"
    # The program looks beside itself first (PyInstaller's bootloader sets this).
    lines = root.run(folder, ["sh", "-c", look], {"LD_LIBRARY_PATH": f"{files}/_internal"}).stdout.splitlines()
    return sorted({line.split()[0] for line in lines if "not found" in line})


if __name__ == "__main__":
    sys.exit(main())
