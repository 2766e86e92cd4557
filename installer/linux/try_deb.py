"""Tries the .deb as its users would: `python -m installer.linux.try_deb DEB`, as root.

In a pristine root of every Debian release named, an older version of it is installed by apt and a draft made; then it
is installed over that, tried by an ordinary user (command line, window, a draft opened by its type, with pictures), and
removed again. What the user made stays all the time.
"""

import argparse
import io
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import msgspec

from app import __version__
from app.errors import AppError
from app.licences import Part
from installer.environment import ROOT
from installer.linux import package, root

SUITES = ("bullseye", "bookworm", "trixie")
USER = "zhangsan"
HOME = f"/home/{USER}"
DRAFTS = f"{HOME}/.local/share/weiying/drafts"
OLDER = "0.0.1"
# A screen, what looks at it, and what opens files by their type; nothing that the program itself needs.
_TOOLS = [
    "desktop-file-utils", "imagemagick", "libglib2.0-bin", "libpython3-stdlib", "python3-minimal", "shared-mime-info",
    "x11-xkb-utils", "xdotool", "xkb-data", "xvfb",
]  # fmt: skip
# `gio open` does what a file manager does on a double click; it may stay, and must not hold our output then. The lock
# beside a draft says that a window has it open.
_TRY = """
Xvfb :9 -screen 0 1366x768x24 -nolisten tcp -displayfd 3 3>/tmp/display 2>/tmp/xvfb.log &
screen=$!
trap 'kill $screen' EXIT
while [ ! -s /tmp/display ]; do kill -0 $screen || exit 1; sleep 0.1; done
export DISPLAY=:9
python3 /tmp/smoke_test.py weiying --folder "$HOME" --picture "$HOME/window.png" || exit 1
gio open "$1" > /tmp/opener 2>&1 &
opener=$!
tries=0
lock=$(dirname "$1")/.$(basename "$1").lock
until [ -e "$lock" ] && xdotool search --onlyvisible --name 微影报送助手 > /tmp/window; do
    tries=$((tries + 1))
    [ $tries -lt 300 ] || { echo "FAILED: the draft did not open"; exit 1; }
    sleep 0.1
done
sleep 3
import -window root "$HOME/opened.png"
kill "$(xdotool getwindowpid "$(head -1 /tmp/window)")"
kill $opener 2>/dev/null
echo "double click: passed"
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
    older = make_older(options.deb, options.work)
    failed = []
    for suite in options.suites:
        print(f"== {suite}", flush=True)
        try:
            try_in(suite, (older, options.deb), options.work, options.pictures, options.mirror)
        except (subprocess.CalledProcessError, AppError) as error:
            print(f"{suite}: {error}", flush=True)
            failed.append(suite)
    print("failed: " + " ".join(failed) if failed else "all passed")
    return 1 if failed else 0


def make_older(deb: Path, folder: Path) -> Path:
    """Write a copy of a package into `folder` that says it is an older version; return it. The files are the same."""
    folder.mkdir(parents=True, exist_ok=True)
    older = folder / f"{package.APP_ID}_{OLDER}.deb"
    shutil.copy2(deb, older)
    control = folder / "control.tar.xz"
    data = subprocess.run(["dpkg-deb", "--ctrl-tarfile", str(deb)], check=True, stdout=subprocess.PIPE).stdout
    with tarfile.open(fileobj=io.BytesIO(data)) as old, tarfile.open(control, "w:xz") as new:
        for member in old:
            file = old.extractfile(member)
            content = file.read() if file else b""
            if Path(member.name).name == "control":
                content = re.sub(rb"(?m)^Version: .*$", f"Version: {OLDER}".encode(), content)
                member.size = len(content)
            new.addfile(member, io.BytesIO(content))
    subprocess.run(["ar", "r", str(older), str(control)], check=True)
    return older


def try_in(suite: str, debs: tuple[Path, Path], work: Path, pictures: Path, mirror: str) -> None:
    """Install the older and the newer package in a fresh root, try and remove them.

    Raises CalledProcessError or AppError.
    """
    folder = work / suite
    shutil.rmtree(folder, ignore_errors=True)
    root.make(folder, suite, mirror)
    (folder / "etc/apt/sources.list").write_text(f"deb {mirror} {suite} main\n", encoding="ascii")
    root.run(folder, ["apt-get", "-qq", "update"])
    root.run(folder, ["useradd", "--create-home", "--shell", "/bin/sh", USER])
    _install(folder, debs[0], OLDER)
    own = _installed_for(folder)
    print(f"  apt installed {own} packages for it", flush=True)
    # Only now what the trial itself needs, so that nothing of it makes up for a missing dependency.
    unresolved = _unresolved(folder)
    if unresolved:
        raise AppError("缺少系统库：" + "、".join(unresolved))
    root.install(folder, _TOOLS)
    root.run(folder, ["desktop-file-validate", f"/usr/share/applications/{package.APP_ID}.desktop"])
    root.run(folder, ["weiying", "demo", "--out", DRAFTS], {"HOME": HOME}, user=USER)
    [draft] = (folder / DRAFTS.lstrip("/")).glob("*.weiying")
    before = draft.read_bytes()
    _install(folder, debs[1], __version__)
    print(f"  upgraded from {OLDER} to {__version__}", flush=True)
    bare = _without_licence(folder)
    if bare:
        raise AppError("这些部分没有许可证文本：" + "、".join(bare))
    shutil.copy2(ROOT / "installer" / "smoke_test.py", folder / "tmp")
    trial = ["sh", "-c", _TRY, "sh", f"{DRAFTS}/{draft.name}"]
    print(root.run(folder, trial, {"HOME": HOME}, user=USER).stdout, end="", flush=True)
    pictures.mkdir(parents=True, exist_ok=True)
    for name in ("window", "opened"):
        shutil.copy2(folder / HOME.lstrip("/") / f"{name}.png", pictures / f"{name}-{suite}.png")
    root.run(folder, ["apt-get", "-qq", "purge", "--yes", package.APP_ID])
    gone = ["opt/apps", "usr/bin/weiying", f"usr/share/applications/{package.APP_ID}.desktop"]
    left = [path for path in gone if (folder / path).exists()]
    if left or draft.read_bytes() != before:
        raise AppError(f"卸载之后留下了 {left}，或草稿有变化。")
    print("  removed; the draft is as it was", flush=True)


def _install(folder: Path, deb: Path, version: str) -> None:
    """Install a package from a file, and see that it is that version which is there."""
    shutil.copy2(deb, folder / "tmp" / deb.name)
    root.install(folder, [f"/tmp/{deb.name}"])
    there = root.run(folder, ["dpkg-query", "--show", "--showformat=${Version}", package.APP_ID]).stdout
    if there != version:
        raise AppError(f"装上的是 {there}，不是 {version}。")


def _without_licence(folder: Path) -> list[str]:
    """Return the bundled parts that come without one of their licence texts. Raises OSError when there is no list."""
    licences = folder / "opt/apps" / package.APP_ID / "files/_internal/resources/licences"
    parts = msgspec.json.decode((licences / "index.json").read_bytes(), type=list[Part])
    return [
        part.name for part in parts if not part.texts or not all((licences / text).is_file() for text in part.texts)
    ]


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
