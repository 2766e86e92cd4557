"""Drafts on disk: whole, private, and never lost."""

import json
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.draft import Address, Contact, Creator, Draft, Preparer, Unit, Video, Work
from app.errors import AppError
from app.paths import resources
from app.storage import (
    draft_schema,
    encode_draft,
    load_draft,
    load_profile,
    new_draft_path,
    recent_drafts,
    save_draft,
    save_profile,
    video_path,
)

DESIGNED = """{"format": "weiying-draft", "version": 1, "campaign": "x",
 "unit": {"name": "", "kind": "", "address": {"province": "", "city": "", "district": "", "detail": ""},
          "contact": {"name": "", "mobile": ""}, "preparer": {"name": "", "phone": ""}},
 "works": [{"id": "a", "title": "", "video": {"path": ""}, "type": "", "theme": "", "genre": "",
            "created": "2024-05", "producer": "", "creators": [{"role": "导演", "name": ""}],
            "synopsis": "", "recommendation": "", "declarations": {"original": true}}]}"""

anything = st.text(max_size=20)
drafts = st.builds(
    Draft,
    campaign=anything,
    unit=st.builds(
        Unit,
        name=anything,
        kind=anything,
        address=st.builds(Address, anything, anything, anything, anything),
        contact=st.builds(Contact, anything, anything),
        preparer=st.builds(Preparer, anything, anything),
    ),
    works=st.lists(
        st.builds(
            Work,
            id=st.uuids().map(str),
            title=anything,
            # A name that is no UTF-8 on this system is carried as lone surrogates.
            video=st.builds(Video, path=st.text(max_size=20) | st.binary(max_size=8).map(os.fsdecode)),
            type=anything,
            creators=st.lists(st.builds(Creator, anything, anything), max_size=3).map(tuple),
            synopsis=anything,
            declarations=st.dictionaries(anything, st.none() | st.booleans(), max_size=3),
        ),
        max_size=3,
    ).map(tuple),
)


@given(drafts)
def test_what_is_saved_is_what_is_read(tmp_path_factory: pytest.TempPathFactory, draft: Draft) -> None:
    path = tmp_path_factory.mktemp("d") / "甲.weiying"
    save_draft(draft, path)
    assert load_draft(path).draft == draft


@given(drafts)
def test_every_saved_draft_keeps_to_the_schema(draft: Draft) -> None:
    jsonschema.validate(json.loads(encode_draft(draft)), draft_schema())


def test_the_designed_json_is_a_draft_and_comes_back_with_the_same_names(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(DESIGNED, encoding="utf-8")
    draft = load_draft(path).draft
    written = json.loads(encode_draft(draft))
    written.pop("signed")
    assert written == json.loads(DESIGNED)
    jsonschema.validate(json.loads(DESIGNED), draft_schema())


def test_works_without_an_id_or_with_the_same_one_get_their_own(tmp_path: Path) -> None:
    path = tmp_path / "a.weiying"
    save_draft(Draft(works=(Work(title="甲"), Work(title="乙"), Work(id="x"), Work(id="x"))), path)
    assert len({w.id for w in load_draft(path).draft.works} - {""}) == 4


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps no owner bits")
def test_a_draft_and_the_profile_are_readable_by_their_owner_only(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("WEIYING_DATA_DIR", str(tmp_path / "data"))
    os.umask(os.umask(0))
    save_draft(Draft(), path := new_draft_path())
    save_draft(Draft(campaign="x"), path)
    save_profile(Unit(name="某单位"))
    files = [p for p in (tmp_path / "data").rglob("*") if p.is_file()]
    assert len(files) == 4
    assert {stat.S_IMODE(p.stat().st_mode) for p in files} == {0o600}
    assert load_profile() == Unit(name="某单位")


def test_a_damaged_draft_is_moved_aside_and_the_last_good_one_opens(tmp_path: Path) -> None:
    path = tmp_path / "甲.weiying"
    save_draft(Draft(campaign="一"), path)
    save_draft(Draft(campaign="二"), path)
    path.write_bytes(path.read_bytes()[:30])
    loaded = load_draft(path)
    assert loaded.draft.campaign == "一"
    assert "已损坏" in loaded.notice
    (aside,) = tmp_path.glob("甲.weiying.损坏-*")
    assert len(aside.read_bytes()) == 30
    assert load_draft(path) == (loaded.draft, "")


@pytest.mark.parametrize("damage", [b"", b"{", b"\x00" * 100, b'{"format": "weiying-draft", "version": 1, "work": []}'])
def test_a_damaged_draft_without_a_good_state_stays_where_it_is(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "甲.weiying"
    path.write_bytes(damage)
    with pytest.raises(AppError, match="已损坏"):
        load_draft(path)
    assert path.read_bytes() == damage


def test_a_save_over_a_damaged_draft_keeps_the_last_good_backup(tmp_path: Path) -> None:
    path = tmp_path / "甲.weiying"
    save_draft(Draft(campaign="好"), path)
    save_draft(Draft(campaign="好"), path)
    path.write_bytes(b"")
    save_draft(Draft(campaign="新"), path)
    path.write_bytes(b"")
    assert load_draft(path).draft.campaign == "好"


def test_a_newer_draft_and_another_json_are_refused_and_untouched(tmp_path: Path) -> None:
    path = tmp_path / "甲.weiying"
    newer = b'{"format": "weiying-draft", "version": 99, "new": 1}'
    path.write_bytes(newer)
    with pytest.raises(AppError, match="更新的版本"):
        load_draft(path)
    assert path.read_bytes() == newer
    path.write_bytes(b'{"other": 1}')
    with pytest.raises(AppError, match="不是本程序的草稿"):
        load_draft(path)
    with pytest.raises(AppError, match="找不到草稿"):
        load_draft(tmp_path / "没有.weiying")


def test_a_relative_film_is_relative_to_the_drafts_folder(tmp_path: Path) -> None:
    draft = tmp_path / "甲.weiying"
    assert video_path(Work(video=Video("视频/a.mp4")), draft) == tmp_path / "视频" / "a.mp4"
    assert video_path(Work(video=Video("视频\\a.mp4")), draft) == tmp_path / "视频" / "a.mp4"
    assert video_path(Work(video=Video(str(tmp_path / "b.mp4"))), draft) == tmp_path / "b.mp4"


def test_recent_drafts_come_latest_first_and_a_damaged_profile_is_none(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("WEIYING_DATA_DIR", str(tmp_path))
    first, second = new_draft_path(), new_draft_path()
    save_draft(Draft(), first)
    save_draft(Draft(), second)
    os.utime(first, ns=(1, 1))
    assert recent_drafts() == [second, first]
    (tmp_path / "unit.json").write_bytes(b"{")
    assert load_profile() is None
    assert list(tmp_path.glob("unit.json.损坏-*"))


_SAVER = """
import sys
from pathlib import Path
from app.draft import Draft, Work
from app.storage import save_draft
number = 0
while True:
    number += 1
    works = tuple(Work(id=str(n), synopsis="字" * 500) for n in range(50))
    save_draft(Draft(campaign=str(number), works=works), Path(sys.argv[1]))
    print(number, flush=True)
"""


def test_kill_at_any_moment_leaves_the_last_saved_draft_or_a_newer_one(tmp_path: Path) -> None:
    path = tmp_path / "甲.weiying"
    root = Path(__file__).parents[1]
    for moment in range(12):
        with subprocess.Popen([sys.executable, "-c", _SAVER, str(path)], cwd=root, stdout=subprocess.PIPE) as saver:
            assert saver.stdout
            lines = [int(saver.stdout.readline()) for _ in range(moment + 1)]
            # Somewhere inside the next save, a little later each time.
            deadline = time.perf_counter() + moment * 0.0007
            while time.perf_counter() < deadline:
                pass
            saver.send_signal(signal.SIGKILL if os.name != "nt" else signal.SIGTERM)
            lines += [int(line) for line in saver.stdout]
        loaded = load_draft(path)
        assert loaded.notice == ""
        assert int(loaded.draft.campaign) >= lines[-1]
        path.unlink()


@pytest.fixture
def small_disk(tmp_path: Path):
    """A file system with room for one small draft and no more."""
    if os.name == "nt" or os.geteuid() != 0:
        pytest.skip("only root may mount a file system")
    mount = tmp_path / "disk"
    mount.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(mount)], check=True)
    yield mount
    subprocess.run(["umount", str(mount)], check=True)


def test_a_full_disk_is_told_and_the_draft_before_stays(small_disk: Path) -> None:
    path = small_disk / "甲.weiying"
    save_draft(Draft(campaign="小"), path)
    large = Draft(works=(Work(id="a", synopsis="字" * 40_000),))
    with pytest.raises(AppError, match="磁盘空间不足"):
        save_draft(large, path)
    assert load_draft(path).draft.campaign == "小"
    assert not list(small_disk.glob("*.tmp"))


def test_a_draft_larger_than_any_draft_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "大.weiying"
    with path.open("wb") as file:
        file.truncate(65 * 1024 * 1024)
    with pytest.raises(AppError, match="太大"):
        load_draft(path)


def test_the_schema_in_the_project_is_the_one_of_the_types() -> None:
    shipped = resources() / "schema" / "weiying-draft.schema.json"
    assert json.loads(shipped.read_text(encoding="utf-8")) == json.loads(json.dumps(draft_schema()))
