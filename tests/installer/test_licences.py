"""Every bundled part comes with its licence: wheels, what is inside them, Python, fonts."""

import importlib.metadata
import re
from pathlib import Path

import msgspec
import pytest

from app import licences
from app.errors import AppError
from app.licences import Part
from installer import collect_licences, fonts
from installer.linux import build_deb, fcitx_plugin

ROOT = Path(__file__).resolve().parent.parent.parent
# Wheels whose files may be libraries of others.
LIBRARY = re.compile(r"(lib)?(.+?)([-.].*)?\.(so|dll)(\..*)?")


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Part]]:
    target = tmp_path_factory.mktemp("licences")
    return target, collect_licences.collect(target, fonts.FONTS)


def test_every_locked_distribution_has_its_texts(collected: tuple[Path, list[Part]]) -> None:
    target, parts = collected
    by_name = {part.name.lower().replace("_", "-"): part for part in parts}
    names = {name.lower().replace("_", "-") for name in collect_licences.locked_names()}
    names -= {"pyside6-essentials"}
    assert "pymediainfo" in names
    assert names <= set(by_name)
    assert {"qt", "qt for python (pyside6)", "python", "ffmpeg", "x264"} <= set(by_name)
    for part in parts:
        assert part.source, part.name
        assert len(set(part.texts)) == len(part.texts) > 0, part.name
        assert sum(len((target / text).read_text(encoding="utf-8")) for text in part.texts) > 400, part.name


def test_what_is_shown_is_the_version_that_is_locked(collected: tuple[Path, list[Part]]) -> None:
    lock = (ROOT / "installer" / "locked" / "run.txt").read_text(encoding="utf-8")
    locked = {
        name.lower().replace("_", "-") + " " + version for name, version in re.findall(r"^(\S+)==(\S+)", lock, re.M)
    }
    own = {"qt": "pyside6-essentials", "qt for python (pyside6)": "pyside6-essentials"}
    pinned = {pin.split()[0] for pin in locked}
    shown = {
        name: part.version for part in collected[1] if (name := part.name.lower().replace("_", "-")) in pinned | {*own}
    }
    assert len(shown) == len(pinned) + 1
    assert not [name for name, version in shown.items() if f"{own.get(name, name)} {version}" not in locked]


def test_every_icon_is_ours_or_under_the_licence_that_is_shown(collected: tuple[Path, list[Part]]) -> None:
    target, parts = collected
    (icons,) = [part for part in parts if part.texts == ["lucide.txt"]]
    assert (icons.licence, icons.source) == ("ISC", "https://lucide.dev/")
    text = (target / "lucide.txt").read_text(encoding="utf-8")
    assert "ISC License" in text
    assert "Lucide" in text
    # A picture that comes from elsewhere needs an entry of its own.
    pictures = [p for p in (ROOT / "resources").rglob("*") if p.suffix in {".svg", ".png", ".ico", ".jpg"}]
    elsewhere = [p for p in pictures if p.parent.name != "icons" and "fonts" not in p.parts and "help" not in p.parts]
    assert [p.name for p in elsewhere] == ["weiying.svg"]
    for drawn in (ROOT / "resources" / "icons").glob("*.svg"):
        assert "@license lucide" in drawn.read_text(encoding="utf-8"), drawn.name


def test_the_input_methods_plug_in_brings_its_entry_and_its_text(tmp_path: Path) -> None:
    compiled, program = tmp_path / "compiled", tmp_path / "weiying"
    kept = program / "_internal" / "resources" / "licences"
    for folder in (compiled, kept, program / fcitx_plugin.PLACE):
        folder.mkdir(parents=True)
    (compiled / fcitx_plugin.FILE).write_bytes(b"ELF")
    (compiled / "LICENSE").write_text("Redistribution and use in source and binary forms …", encoding="utf-8")
    (compiled / "VERSION").write_text("1.2.7\n", encoding="ascii")
    collect_licences.write_index(kept, [])
    build_deb.add_licences(program, [fcitx_plugin.add_to(program, compiled)])
    (part,) = msgspec.json.decode((kept / "index.json").read_bytes(), type=list[Part])
    assert (part.version, part.licence) == ("1.2.7", "BSD-3-Clause")
    assert "fcitx-qt5" in part.source
    assert (kept / part.texts[0]).read_text(encoding="utf-8").startswith("Redistribution")
    # The texts are those of the very sources that are compiled, and these are under one licence.
    script = (ROOT / "installer" / "linux" / "fcitx_sources.sh").read_text(encoding="utf-8")
    assert "cp COPYING.BSD /build/fcitx/LICENSE" in script


def test_every_font_that_ships_has_its_licence(collected: tuple[Path, list[Part]]) -> None:
    target, parts = collected
    texts = {text for part in parts for text in part.texts if text.startswith("font-")}
    files = {path.name for path in fonts.FONTS.iterdir() if path.suffix in collect_licences.FONT_SUFFIXES}
    beginnings = {text.removeprefix("font-").removesuffix(".txt") for text in texts}
    assert files
    assert not [name for name in files if not name.startswith(tuple(beginnings))]
    assert "SIL OPEN FONT LICENSE" in (target / "font-Noto.txt").read_text(encoding="utf-8").upper()
    assert "GNU GENERAL PUBLIC LICENSE" in (target / "font-Fandol.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("wheel", ["av", "pillow", "pymediainfo"])
def test_every_library_inside_a_wheel_has_an_entry(wheel: str) -> None:
    claimed = [file for part in collect_licences.inner_parts() if part["wheel"] == wheel for file in part["files"]]
    files = importlib.metadata.distribution(wheel).files or []
    inner = [
        file.name.removeprefix("lib")
        for file in files
        if (".libs" in file.parts[0] or file.name.startswith("lib")) and LIBRARY.fullmatch(file.name)
    ]
    assert inner
    assert not [name for name in inner if not name.startswith(tuple(claimed))]


def test_a_part_without_a_text_stops_the_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collect_licences, "_LICENCE_FILE", re.compile("nothing is called so"))
    with pytest.raises(AppError, match=r"没有许可证文本.*lxml"):
        collect_licences.collect(tmp_path, fonts.FONTS)


def test_the_about_box_reads_what_was_collected(
    collected: tuple[Path, list[Part]], monkeypatch: pytest.MonkeyPatch
) -> None:
    target, parts = collected
    assert licences.bundled_parts() == []
    monkeypatch.setattr(licences, "folder", lambda: target)
    assert licences.bundled_parts() == parts
    ffmpeg = next(part for part in licences.bundled_parts() if part.name == "FFmpeg")
    assert ffmpeg.notice in licences.text_of(ffmpeg)
    assert "GNU GENERAL PUBLIC LICENSE" in licences.text_of(ffmpeg)
