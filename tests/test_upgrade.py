"""What a version of the program has saved, the later ones open; what a later one has saved, this one leaves alone.

`drafts/‹version›` holds drafts as that version saved them, for good. When VERSION is raised, the drafts of the new
version are added and a step to it goes into storage.MIGRATIONS; the folders that are there do not change.
"""

import json
from collections.abc import Mapping
from pathlib import Path, PureWindowsPath
from typing import Any

import msgspec
import pytest

from app import cli, stamping, storage
from app.draft import VERSION, Contact, Creator, Draft, Unit, Work
from app.errors import AppError
from app.history import Entry, history, remember
from app.settings import Settings, load_settings, save_settings
from app.storage import encode_draft, load_draft, load_profile, load_profiles, save_draft, save_profile, video_path
from tests.test_history import ENTRY

DRAFTS = Path(__file__).parent / "drafts"
VERSIONS = sorted(int(folder.name) for folder in DRAFTS.iterdir())
GOLDEN = {"最少.weiying", "空白.weiying", "齐全.weiying"}
NEWER = [
    b'{"format": "weiying-draft", "version": 2}',
    b'{"format": "weiying-draft", "version": 99, "new": 1, "unit": [], "works": {"a": null}}',
    b'{"version": 2.5, "campaign": 7, "format": "weiying-draft"}',
]


def forgotten(version: int, steps: Mapping[int, Any], drafts: Path) -> list[str]:
    """Return what is not there that has to be there for a draft's version."""
    missing = [
        f"drafts/{v}/{name}" for v in range(1, version + 1) for name in GOLDEN if not (drafts / str(v) / name).is_file()
    ]
    return missing + [f"step {v} → {v + 1}" for v in range(1, version) if v not in steps]


def opened(version: int, name: str, tmp_path: Path) -> Draft:
    path = tmp_path / name
    path.write_bytes((DRAFTS / str(version) / name).read_bytes())
    draft, notice = load_draft(path)
    assert notice == ""
    assert list(tmp_path.iterdir()) == [path]
    return draft


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_no_version_of_a_draft_is_forgotten(tmp_path: Path) -> None:
    assert forgotten(VERSION, storage.MIGRATIONS, DRAFTS) == []
    assert len(forgotten(VERSION + 1, storage.MIGRATIONS, DRAFTS)) == len(GOLDEN) + 1
    assert list(range(1, VERSION + 1)) == VERSIONS


def test_what_a_draft_of_this_version_is_does_not_change(tmp_path: Path) -> None:
    # A key that comes or goes makes another version: raise VERSION, leave these files as they are.
    for name in ("空白.weiying", "齐全.weiying"):
        path = DRAFTS / str(VERSION) / name
        assert encode_draft(opened(VERSION, name, tmp_path)).decode() == path.read_text(encoding="utf-8"), name
        (tmp_path / name).unlink()


@pytest.mark.parametrize("version", VERSIONS)
def test_a_full_draft_of_every_version_means_what_it_meant(version: int, tmp_path: Path) -> None:
    draft = opened(version, "齐全.weiying", tmp_path)
    unit, (first, second, third) = draft.unit, draft.works
    assert (draft.campaign, draft.signed) == ("sichuan-2024", "2024-08-20")
    assert (unit.name, unit.kind, unit.address.detail) == ("示范大学", "高等院校", "一环路南一段 1 号")
    assert (unit.contact.name, unit.contact.mobile, unit.preparer.phone) == ("张䶮", "13800000000", "028-85400000-801")
    assert [work.id for work in draft.works] == ["1f0a2b3c", "2e1b3c4d", "3d2c4d5e"]
    assert (first.title, first.type, first.created) == ("光影里的“蜀道”", "微电影", "2024-05-31")
    assert (first.theme, first.genre, first.producer) == ("文化传承", "纪录片", "示范影视有限公司")
    assert first.creators == (Creator("导演", "王五"), Creator("摄影", "赵六、𬎆七"))
    assert first.synopsis == "第一段。\n第二段：A&B <x>。"
    assert first.recommendation == "同意推选。"
    assert first.declarations == {"original": True, "credits": False, "song_subtitles": None}
    path = tmp_path / "齐全.weiying"
    assert video_path(first, path) == tmp_path / "视频" / "01_光影里的蜀道.mp4"
    assert video_path(second, path) == tmp_path / "视频" / "山那边的课堂.mp4"
    assert PureWindowsPath(video_path(third, path)) == PureWindowsPath("D:/报送/片子.mp4")


@pytest.mark.parametrize("version", VERSIONS)
def test_the_least_drafts_of_every_version_open(version: int, tmp_path: Path) -> None:
    (work,) = opened(version, "最少.weiying", tmp_path).works
    assert work == Work(id=work.id, title="只写了片名")
    assert work.id
    (tmp_path / "最少.weiying").unlink()
    assert opened(version, "空白.weiying", tmp_path) == Draft()


EARLIER = (
    b'{"format": "weiying-draft", "version": 0, "works": [{"id": "a", "name": "\xe6\x97\xa7\xe7\x89\x87\xe5\x90\x8d"}]}'
)


def renamed(raw: dict[str, Any]) -> dict[str, Any]:
    """Stand for a step to the next version."""
    return {**raw, "works": [{"id": work["id"], "title": work["name"]} for work in raw["works"]]}


def test_an_earlier_draft_is_brought_up_step_by_step_and_stays_as_the_backup(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(storage.MIGRATIONS, -1, lambda raw: {**raw, "works": raw["films"]})
    monkeypatch.setitem(storage.MIGRATIONS, 0, renamed)
    path = tmp_path / "旧稿.weiying"
    data = EARLIER.replace(b'"version": 0', b'"version": -1').replace(b'"works"', b'"films"')
    path.write_bytes(EARLIER)
    loaded = load_draft(path)
    assert loaded == (Draft(works=(Work(id="a", title="旧片名"),)), "")
    assert everything(tmp_path) == {"旧稿.weiying": EARLIER}
    with pytest.raises(AppError):
        storage.foreign_draft(data.replace(b"films", b"other"), "旧稿.weiying")
    save_draft(loaded.draft, path)
    assert json.loads(path.read_bytes())["version"] == VERSION
    # Who goes back to the earlier program still has the draft that it can open.
    assert (tmp_path / "旧稿.weiying.bak").read_bytes() == EARLIER
    path.write_bytes(b"{")
    assert load_draft(path).draft == loaded.draft


@pytest.mark.parametrize("data", NEWER)
def test_a_newer_draft_is_refused_and_left_as_it_is(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "新稿.weiying"
    path.write_bytes(data)
    # The state before may be one that this version reads: it must not take the newer one's place.
    path.with_name("新稿.weiying.bak").write_bytes(encode_draft(Draft()))
    before = everything(tmp_path)
    with pytest.raises(AppError, match=r"更新的版本.*请升级本程序"):
        load_draft(path)
    with pytest.raises(AppError, match="更新的版本"):
        storage.foreign_draft(data, path.name)
    with pytest.raises(AppError, match="更新的版本"):
        save_draft(Draft(campaign="旧"), path)
    assert everything(tmp_path) == before


@pytest.mark.parametrize("command", ["export", "package"])
def test_the_command_line_refuses_a_newer_draft_in_one_line(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "新稿.weiying"
    path.write_bytes(NEWER[1])
    assert cli.main([command, str(path), "--out", str(tmp_path / "out")]) == 2
    said = capsys.readouterr().err
    assert "新稿.weiying”是用更新的版本保存的" in said
    assert said.count("\n") == 1
    assert everything(tmp_path) == {"新稿.weiying": NEWER[1]}


def test_a_newer_versions_profiles_stay_when_this_one_saves_its_own(data_dir: Path) -> None:
    data_dir.mkdir()
    newer = {"unit.json": b'{"name": "\xe7\x94\xb2", "code": "91"}', "units.json": b'{"version": 2, "units": []}'}
    for name, data in newer.items():
        (data_dir / name).write_bytes(data)
    assert load_profile() is None
    assert load_profiles() == []
    assert everything(data_dir) == newer
    unit = Unit(name="乙", contact=Contact("王五"))
    save_profile(unit)
    assert (load_profile(), load_profiles()) == (unit, [unit])
    kept = {name.split(".其他版本-")[0]: data for name, data in everything(data_dir).items() if "其他版本" in name}
    assert kept == newer
    save_profile(Unit(name="丙"))
    assert len(everything(data_dir)) == 4


def test_a_newer_versions_settings_stay_beside_ours(data_dir: Path) -> None:
    data_dir.mkdir()
    (data_dir / "settings.json").write_bytes(b'{"fonts": "open", "scale": 1.5}')
    assert load_settings() == Settings(fonts="open")
    save_settings(Settings(fonts="system"))
    saved = json.loads((data_dir / "settings.json").read_bytes())
    assert (saved["fonts"], saved["scale"]) == ("system", 1.5)


def test_a_newer_versions_history_stays_and_is_read_as_far_as_it_is_known(data_dir: Path) -> None:
    data_dir.mkdir()
    known = msgspec.to_builtins(ENTRY) | {"signature": "x"}
    lines = msgspec.json.encode(known) + b'\n{"kind": "other"}\n'
    (data_dir / "history.jsonl").write_bytes(lines)
    assert history() == [ENTRY]
    later: Entry = msgspec.structs.replace(ENTRY, package="/包 (2)")
    remember(later)
    assert history() == [later, ENTRY]
    assert (data_dir / "history.jsonl").read_bytes().startswith(lines)


def test_a_newer_versions_stamping_record_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    draft_path = tmp_path / "新稿.weiying"
    folder = stamping.folder_of(draft_path)
    folder.mkdir()
    (folder / "记录.json").write_bytes(b'{"format": "weiying-stamping", "version": 2, "pages": []}')
    before = everything(tmp_path)
    for touch in (
        lambda: stamping.load_record(draft_path),
        lambda: stamping.save_record(stamping.Record(), draft_path),
    ):
        with pytest.raises(AppError, match=r"更新的版本.*没有改动"):
            touch()
    assert everything(tmp_path) == before
