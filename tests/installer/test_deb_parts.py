"""What the .deb is made of: its layout, its dependencies, and the reading of ELF files."""

import configparser
import json
import xml.etree.ElementTree as ET
from pathlib import Path

import PySide6
import pytest

import app
from app.storage import SUFFIX
from installer.linux import build_deb, package, symbols

QT = Path(PySide6.__file__).parent / "Qt" / "lib"


@pytest.fixture
def stage(tmp_path: Path) -> Path:
    program = tmp_path / "weiying"
    program.mkdir()
    (program / "weiying").write_bytes(b"program")
    folder = tmp_path / "stage"
    package.lay_out(program, folder)
    return folder


def test_uos_and_other_desktops_each_find_the_same_entries(stage: Path) -> None:
    entries = stage / "opt" / "apps" / package.APP_ID / "entries"
    names = {path.relative_to(entries) for path in entries.rglob("*") if path.is_file()}
    assert {path.suffix for path in names} == {".desktop", ".xml", ".svg", ".png"}
    for name in names:
        assert (entries / name).read_bytes() == (stage / "usr" / "share" / name).read_bytes()


def test_the_menu_entry_starts_the_program_and_opens_drafts(stage: Path) -> None:
    desktop = configparser.RawConfigParser()
    desktop.read(stage / "usr/share/applications" / f"{package.APP_ID}.desktop", encoding="utf-8")
    entry = desktop["Desktop Entry"]
    program, _ = entry["Exec"].split()
    assert (stage / program.lstrip("/")).read_bytes() == b"program"
    assert entry["Exec"].endswith(" %f")
    mime = ET.parse(stage / "usr/share/mime/packages" / f"{package.APP_ID}.xml").getroot()
    [kind] = [node for node in mime if node.tag.endswith("mime-type")]
    assert entry["MimeType"] == f"{kind.get('type')};"
    assert [node.get("pattern") for node in kind if node.tag.endswith("glob")] == [f"*{SUFFIX}"]
    link = (stage / "usr/bin/weiying").readlink()
    assert str(link) == program


def test_uos_gets_its_info(stage: Path) -> None:
    package.write_info(stage, "amd64")
    info = json.loads((stage / "opt/apps" / package.APP_ID / "info").read_text(encoding="utf-8"))
    assert info["appid"] == package.APP_ID
    assert info["version"] == f"{app.__version__}.0"
    assert info["arch"] == ["amd64"]
    assert not any(info["permissions"].values())


def test_the_control_file_names_the_packages_of_the_libraries(stage: Path) -> None:
    package.write_control(stage, "amd64", ["libc.so.6", "libm.so.6", "libfreetype.so.6"], (2, 28), (3, 4, 21))
    control = (stage / "DEBIAN" / "control").read_text(encoding="utf-8")
    assert "Depends: libc6 (>= 2.28), libfreetype6 (>= 2.9)\n" in control
    assert f"Package: {package.APP_ID}\n" in control


def test_the_packages_are_as_new_as_the_symbols_ask_for() -> None:
    # Qt's wheels for aarch64.
    assert package.depends(["libc.so.6", "libstdc++.so.6"], (2, 30), (3, 4, 28)) == [
        "libc6 (>= 2.30)", "libstdc++6 (>= 9.3)"
    ]  # fmt: skip
    assert package.depends(["libstdc++.so.6"], (2, 28), (3, 4, 19)) == ["libstdc++6 (>= 5)"]


def test_what_no_desktop_surely_has_stops_the_build() -> None:
    with pytest.raises(KeyError, match="libxcb-cursor"):
        package.depends(["libc.so.6", "libxcb-cursor.so.0"], (2, 28), (3, 4, 21))
    with pytest.raises(KeyError, match="32"):
        package.depends(["libstdc++.so.6"], (2, 28), (3, 4, 32))


def test_elf_files_are_read_with_their_needs(tmp_path: Path) -> None:
    core = QT / "libQt6Core.so.6"
    (tmp_path / "libQt6Core.so.6").write_bytes(core.read_bytes())
    (tmp_path / "readme.txt").write_text("no program", encoding="utf-8")
    (tmp_path / "link.so").symlink_to("libQt6Core.so.6")
    files = symbols.read(tmp_path)
    assert list(files) == [Path("libQt6Core.so.6")]
    assert (2, 17) < symbols.highest(files) <= (2, 34)
    assert "libc.so.6" in symbols.from_system(files)
    assert "libQt6Core.so.6" in symbols.report(files)
    assert symbols.highest(files) > (2, 9), "versions are compared as numbers"


def test_wheels_for_newer_systems_are_not_taken() -> None:
    tags = build_deb.platform_tags("x86_64")
    assert tags[0] == "manylinux_2_28_x86_64"
    assert "manylinux2014_x86_64" in tags
    assert build_deb.platform_tags("aarch64")[0] == "manylinux_2_31_aarch64"
