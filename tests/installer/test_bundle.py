"""What goes into the built program: the choice of files, and what the recipe names."""

import re
from pathlib import Path

import pytest

from installer import bundle

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.mark.parametrize(
    "target",
    [
        "PySide6/Qt/plugins/platforms/libqxcb.so",
        "PySide6/plugins/platforms/qwindows.dll",
        r"PySide6\plugins\platforms\qwindows.dll",
        "PySide6/Qt/plugins/platforminputcontexts/libibusplatforminputcontextplugin.so",
        "PySide6/Qt/plugins/printsupport/libcupsprintersupport.so",
        "PySide6/Qt/translations/qtbase_zh_CN.qm",
        "PySide6/Qt/lib/libQt6Widgets.so.6",
        "libxcb-cursor.so.0",
        "pillow.libs/libfreetype-57f805ba.so.6.20.6",
        "libffi.so.7",
        "pymediainfo/libmediainfo.so.0",
    ],
)
def test_what_the_program_needs_goes_in(target: str) -> None:
    assert bundle.wanted(target, linux=True)


@pytest.mark.parametrize(
    "target",
    [
        "PySide6/Qt/plugins/platformthemes/libqgtk3.so",
        "PySide6/Qt/plugins/platforminputcontexts/libqtvirtualkeyboardplugin.so",
        r"PySide6\plugins\tls\qopensslbackend.dll",
        "PySide6/Qt/translations/qtbase_de.qm",
        "PySide6/Qt/lib/libQt6Quick.so.6",
        "libQt6EglFsKmsSupport.so.6",
        r"PySide6\opengl32sw.dll",
        "libfreetype.so.6",
        "libfontconfig.so.1",
        "libstdc++.so.6",
        "libgcc_s.so.1",
        "libX11.so.6",
        "libcups.so.2",
        "libSM.so.6",
        "libxcb.so.1",
    ],
)
def test_what_it_does_not_need_or_the_system_must_have_stays_out(target: str) -> None:
    assert not bundle.wanted(target, linux=True)


def test_a_library_that_only_a_left_out_plug_in_needed_goes_with_it() -> None:
    entries = [
        ("app.so", "/app.so", "EXTENSION"),
        ("liba.so.1", "/liba.so.1", "BINARY"),
        ("libb.so.1", "/libb.so.1", "BINARY"),
        ("libgtk-3.so.0", "/libgtk-3.so.0", "BINARY"),
        ("libgdk-3.so.0", "/libgdk-3.so.0", "BINARY"),
        ("libpython3.11.so.1.0", "/libpython3.11.so.1.0", "BINARY"),
    ]
    needs = {"/app.so": {"liba.so.1"}, "/liba.so.1": {"libb.so.1"}, "/libgtk-3.so.0": {"libgdk-3.so.0"}}
    kept = bundle.without_orphans(entries, lambda path: needs.get(path, set()))
    assert [target for target, _, _ in kept] == ["app.so", "liba.so.1", "libb.so.1", "libpython3.11.so.1.0"]


def test_a_link_to_what_is_left_out_goes_with_it() -> None:
    there = ("libQt6Core.so.6", "PySide6/Qt/lib/libQt6Core.so.6", "SYMLINK")
    gone = ("libQt6OpenGL.so.6", "PySide6/Qt/lib/libQt6OpenGL.so.6", "SYMLINK")
    file = ("LICENSE", "/LICENSE", "DATA")
    library = ("PySide6/Qt/lib/libQt6Core.so.6", "/libQt6Core.so.6", "BINARY")
    assert bundle.without_dangling([there, gone, file], [library]) == [there, file]


def test_the_recipes_own_files_are_there() -> None:
    recipe = (ROOT / "installer" / "weiying.spec").read_text(encoding="utf-8")
    compile(recipe, "weiying.spec", "exec")
    named = [Path(*re.findall(r'"([^"]+)"', parts)) for parts in re.findall(r'ROOT((?: / "[^"]+")+)', recipe)]
    built = Path("build/prepared")
    assert Path("app/__main__.py") in named
    assert all((ROOT / path).exists() for path in named if path != built)


def test_both_locks_build_with_the_same_pyinstaller() -> None:
    locked = ROOT / "installer" / "locked"
    pins = [
        re.findall(r"^pyinstaller==(\S+)", (locked / name).read_text(encoding="utf-8"), re.MULTILINE)
        for name in ("build.txt", "test.txt")
    ]
    assert pins[0] == pins[1]
    assert len(pins[0]) == 1
