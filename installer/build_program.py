"""Builds the one-folder program on this machine, for this system: `python -m installer.build_program`.

Needs the packages of `locked/run.txt` and `locked/build.txt`. The program ends up in `dist/weiying`.
"""

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

from app import __version__
from installer import collect_licences, icon
from installer.environment import ROOT

PREPARED = ROOT / "build" / "prepared"


def main() -> int:
    """Build; `--fonts` names the folder of the fonts to ship, `--out` where the program's folder goes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fonts", type=Path, default=ROOT / "build" / "shipped-fonts")
    parser.add_argument("--out", type=Path, default=ROOT / "dist")
    options = parser.parse_args()
    print(build(options.fonts, options.out))
    return 0


def build(fonts: Path, out: Path) -> Path:
    """Build the program with the fonts of one folder into `out / "weiying"` and return that folder."""
    prepare(fonts)
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level=WARN"]
    command += ["--distpath", str(out), "--workpath", str(ROOT / "build" / "pyinstaller")]
    subprocess.run([*command, str(ROOT / "installer" / "weiying.spec")], check=True, cwd=ROOT)
    return out / "weiying"


def prepare(fonts: Path) -> None:
    """Put what the recipe takes besides the sources into `build/prepared`: fonts, licences, icons, version."""
    shutil.rmtree(PREPARED, ignore_errors=True)
    (PREPARED / "fonts").mkdir(parents=True)
    for path in fonts.iterdir():
        if path.suffix in collect_licences.FONT_SUFFIXES:
            shutil.copy2(path, PREPARED / "fonts")
    collect_licences.collect(PREPARED / "licences", fonts)
    if sys.platform == "win32":
        from installer.windows import version_resource

        icon.write_ico(PREPARED / "weiying.ico")
        (PREPARED / "version.txt").write_text(version_resource.text(__version__), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
