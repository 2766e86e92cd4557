"""fcitx's plug-in for the Qt of the wheels, which carry none: without it nobody types through fcitx 4.

A plug-in loads only into a Qt of its own minor version. Debian 13 has that version's headers and tools, but its
libraries are too new for the systems aimed at: so its tools generate the sources, and Debian 11 compiles them.
"""

import shutil
from pathlib import Path

from app.licences import Part
from installer.environment import LOCKED, ROOT
from installer.linux import root

SUITE = "trixie"
FILE = "libfcitxplatforminputcontextplugin.so"
PLACE = "_internal/PySide6/Qt/plugins/platforminputcontexts"
_TOOLS = ["dpkg-dev", "qt6-base-dev-tools", "qt6-base-private-dev"]


def compile_plugin(build_root: Path, work: Path, mirror: str) -> Path:
    """Compile the plug-in in the build root unless that is done; return the folder with it and its licence."""
    folder = build_root / "build" / "fcitx"
    scripts = ROOT / "installer" / "linux"
    # The lock, for it says which Qt.
    recipe = [scripts / "fcitx_sources.sh", scripts / "fcitx_plugin.sh", LOCKED / "run.txt"]
    if root.is_stamped(folder / "recipe", recipe):
        return folder
    newer = work / SUITE
    root.make(newer, SUITE, mirror)
    lines = [f"deb {mirror} {SUITE} main", f"deb-src {mirror} {SUITE} main"]
    (newer / "etc/apt/sources.list").write_text("\n".join(lines) + "\n", encoding="ascii")
    root.run(newer, ["apt-get", "-qq", "update"])
    root.install(newer, _TOOLS)
    _run_script(newer, "fcitx_sources.sh")
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(newer / "build" / "fcitx", folder)
    root.install(build_root, ["libegl-dev", "libgl-dev", "libxkbcommon-dev"])
    _run_script(build_root, "fcitx_plugin.sh")
    root.stamp(folder / "recipe", recipe)
    return folder


def add_to(program: Path, compiled: Path) -> Part:
    """Put the plug-in and its licence into the built program; return its entry in the list of parts."""
    shutil.copy2(compiled / FILE, program / PLACE)
    shutil.copy2(compiled / "LICENSE", program / "_internal" / "resources" / "licences" / "fcitx-qt5.txt")
    return Part(
        name="fcitx-qt5（Qt 6 输入法插件）",
        version=(compiled / "VERSION").read_text(encoding="ascii").strip(),
        licence="BSD-3-Clause",
        notice="Copyright (C) 2011-2017 CSSlayer <wengxt@gmail.com>",
        source="Debian 的源代码包 fcitx-qt5",
        texts=["fcitx-qt5.txt"],
    )


def _run_script(folder: Path, name: str) -> None:
    inside = folder / "build" / name
    inside.parent.mkdir(exist_ok=True)
    shutil.copy2(ROOT / "installer" / "linux" / name, inside)
    root.run(folder, ["sh", f"/build/{name}"])
