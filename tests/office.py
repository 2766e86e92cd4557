"""LibreOffice without a window, with the open fonts in place of those that the forms name."""

import os
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from xml.sax.saxutils import escape

from app.paths import open_fonts

TIMEOUT_S = 600
SUBSTITUTES = {
    "仿宋_GB2312": ("FandolFang R", "regular"),
    "楷体_GB2312": ("FandolKai", "regular"),
    "方正小标宋简体": ("Noto Serif CJK SC", "bold"),
    "黑体": ("Noto Sans CJK SC", "regular"),
    "宋体": ("Noto Serif CJK SC", "regular"),
    "Times New Roman": ("Liberation Serif", "regular"),
}


def write_font_settings(folder: Path) -> Path:
    """Write a fontconfig file that gives each font of the forms its open substitute; return its path."""
    folders = "".join(f"<dir>{escape(str(f))}</dir>" for f in [Path("/usr/share/fonts"), *open_fonts()])
    aliases = "".join(
        f'<match target="pattern"><test name="family" qual="any"><string>{name}</string></test>'
        f'<edit name="family" mode="assign" binding="same"><string>{substitute}</string></edit>'
        f'<edit name="weight" mode="assign"><const>{weight}</const></edit></match>'
        for name, (substitute, weight) in SUBSTITUTES.items()
    )
    settings = folder / "fonts.conf"
    settings.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">'
        f"<fontconfig>{folders}<cachedir>{escape(str(folder / 'font-cache'))}</cachedir>{aliases}</fontconfig>",
        encoding="utf-8",
    )
    return settings


def convert(paths: Iterable[Path], out: Path, profile: Path, settings: Path) -> list[Path]:
    """Have LibreOffice convert files, whose names must differ, to PDF in one run; return the PDFs in their order.

    `profile` is the folder of LibreOffice's own settings, `settings` the fontconfig file.
    """
    program = shutil.which("soffice")
    assert program, "LibreOffice (soffice) is needed: the set-up for tests installs it"
    paths = list(paths)
    command = [program, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore"]
    done = subprocess.run(
        [*command, "--convert-to", "pdf", "--outdir", str(out), *map(str, paths)],
        env={**os.environ, "FONTCONFIG_FILE": str(settings)},
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    made = [out / f"{path.stem}.pdf" for path in paths]
    assert all(pdf.exists() for pdf in made), f"{done.stdout}\n{done.stderr}"
    return made
