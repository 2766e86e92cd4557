"""Packages that came from others, in words: good, unfinished, damaged, none at all, and made to do harm."""

import os
import shutil
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from app.bag import MANIFEST, TAG_MANIFEST
from app.draft import Video
from app.errors import Cancelled
from app.exporters.package_notes import DRAFT
from app.history import remember
from app.storage import encode_draft, foreign_draft
from app.verdicts import Judged, Verdict, judge, record, shown
from tests.exporters.test_verify import judged_by_bagit, small_bag, zipped
from tests.submissions import complete_draft, packed, submission
from tests.test_history import ENTRY

NOW = datetime(2024, 11, 21, 1, 5, tzinfo=UTC)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("包")
    return packed(submission(folder / "稿"), folder / "出").path


@pytest.fixture
def bag(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "某单位"))


def facts(result: Judged) -> dict[str, str]:
    return dict(result.facts())


def headings(result: Judged) -> dict[str, int]:
    return {heading: len(lines) for heading, lines in result.groups()}


def test_a_whole_package_says_whose_it_is_and_can_be_taken(whole: Path, data_dir: Path) -> None:
    result = judge(whole)
    draft = complete_draft()
    assert (result.verdict, result.word()) == (Verdict.WHOLE, "完好")
    assert facts(result)["报送单位"] == draft.unit.name
    assert facts(result)["作品"] == f"1 部：《{draft.works[0].title}》"
    assert "没有打过" in facts(result)["本机记录"]
    assert "可以接收" in result.advice()
    assert headings(result) == {}


def test_a_package_made_here_is_known_by_its_manifest(bag: Path, data_dir: Path) -> None:
    result = judge(bag)
    assert result.verified is not None
    made = msgspec.structs.replace(
        ENTRY, when=datetime(2026, 11, 20, 18, tzinfo=UTC), manifest_sha256=result.verified.manifest_sha256
    )
    remember(ENTRY)
    remember(made)
    # In China it was the next day by then.
    assert facts(judge(bag))["本机记录"] == "与 2026 年 11 月 21 日打的包一致"
    (bag / "data/汇总表.pdf").unlink()
    damaged = judge(bag)
    assert facts(damaged)["本机记录"].startswith("清单与 2026 年")
    assert "重新拷贝" in damaged.advice()


def test_a_history_that_cannot_be_read_knows_of_none(whole: Path, data_dir: Path) -> None:
    (data_dir / "history.jsonl").mkdir(parents=True)
    assert "没有打过" in facts(judge(whole))["本机记录"]


def test_an_unfinished_package_is_whole_and_says_so(tmp_path: Path, data_dir: Path) -> None:
    draft = complete_draft()
    works = (msgspec.structs.replace(draft.works[0], video=Video(""), theme=""),)
    path = packed(submission(tmp_path / "稿", draft=msgspec.structs.replace(draft, works=works)), tmp_path / "出").path
    result = judge(path)
    assert result.word() == "完好（注明未完成）"
    assert "报送说明.txt" in result.advice()
    assert judged_by_bagit(path)


def test_damage_is_grouped_by_kind_and_agrees_with_bagit_python(bag: Path, data_dir: Path) -> None:
    (bag / "data/汇总表.pdf").unlink()
    film = next(bag.rglob("*.mp4"))
    film.write_bytes(film.read_bytes()[:-1] + b"?")
    (bag / "data/多余.txt").write_text("x", encoding="utf-8")
    result = judge(bag)
    assert headings(result) == {"缺少": 1, "内容有改动": 2, "多出来的": 1}
    assert result.word() == "与清单不符 4 处"
    assert "重新拷贝一份" in result.advice()
    assert not judged_by_bagit(bag)


def test_a_file_too_many_is_no_reason_to_have_it_sent_again(bag: Path, data_dir: Path) -> None:
    (bag / "data/多余.txt").write_text("x", encoding="utf-8")
    result = judge(bag)
    assert headings(result) == {"内容有改动": 1, "多出来的": 1}
    assert "只是多出了文件" in result.advice()


def test_what_leads_outside_is_told_first_and_nobody_shall_open_it(bag: Path, data_dir: Path) -> None:
    (bag / "data/外").symlink_to("/etc")
    result = judge(bag)
    assert next(iter(headings(result))) == "不安全，没有读取"
    assert "不要打开" in result.advice()


def test_without_its_manifest_a_package_was_not_finished(bag: Path, data_dir: Path) -> None:
    (bag / MANIFEST).unlink()
    (bag / TAG_MANIFEST).unlink()
    result = judge(bag)
    assert "没有打完" in result.advice()
    assert "本机记录" not in facts(result)


def test_what_is_no_package_and_what_cannot_be_opened_are_two_things(tmp_path: Path, whole: Path) -> None:
    letter, photos, cut = tmp_path / "信.zip", tmp_path / "照片.zip", tmp_path / "断.zip"
    letter.write_bytes(b"no zip")
    with zipfile.ZipFile(photos, "w") as archive:
        archive.writestr("照片/1.jpg", b"x")
    data = zipped(whole, tmp_path / "全.zip").read_bytes()
    cut.write_bytes(data[: len(data) // 2])
    (tmp_path / "空").mkdir()
    for path in (letter, photos, tmp_path / "空"):
        result = judge(path)
        assert (result.word(), result.verified) == ("不是报送包", None)
        assert path.name in result.advice()
    for path in (cut, tmp_path / "没有"):
        assert judge(path).word() == "打不开"
    assert "不完整" in judge(cut).advice()
    assert judge(tmp_path / "全.zip").verdict is Verdict.WHOLE


@pytest.mark.parametrize(
    ("draft", "words"),
    [
        (b"{", "内容不完整"),
        (b'{"format": "weiying-draft", "version": 1, "secret": 1}', "不认识"),
        (b'{"format": "weiying-draft", "version": 99}', "更新的版本"),
        (b"[" * 100_000, "内容不完整"),
        (None, "没有"),
    ],
)
def test_a_draft_of_another_making_costs_only_the_works(bag: Path, draft: bytes | None, words: str) -> None:
    (bag / TAG_MANIFEST).unlink()
    (bag / DRAFT).unlink()
    if draft is not None:
        (bag / DRAFT).write_bytes(draft)
    result = judge(bag)
    assert result.verdict is Verdict.WHOLE
    assert words in facts(result)["作品"]
    assert "报送单位" not in facts(result)


def test_a_draft_that_was_changed_after_packing_is_not_shown(bag: Path) -> None:
    draft = foreign_draft((bag / DRAFT).read_bytes(), DRAFT)
    unit = msgspec.structs.replace(draft.unit, name="冒名单位")
    (bag / DRAFT).write_bytes(encode_draft(msgspec.structs.replace(draft, unit=unit)))
    result = judge(bag)
    assert result.verdict is Verdict.DIFFERS
    assert "冒名单位" not in record([result], NOW)


def test_names_that_would_turn_or_break_a_line_are_marked(tmp_path: Path) -> None:
    folder = small_bag(tmp_path / "b", {"a.txt": b"1"}, ["sha256"])
    for name in (b"\xe2\x80\xaegpj.exe", b"a\nb", b"\xff\xfe"):
        (folder / "data" / os.fsdecode(name)).write_bytes(b"x")
    result = judge(folder)
    text = record([result], NOW)
    assert text.count("多出文件") == sum(len(lines) for heading, lines in result.groups() if heading == "多出来的") == 3
    assert "\u202e" not in text
    assert "a\nb" not in text
    text.encode("utf-8")
    assert shown("第\u3000一 幕🎬") == "第\u3000一 幕🎬"


def test_the_record_holds_everything_and_what_to_do(bag: Path, whole: Path, tmp_path: Path, data_dir: Path) -> None:
    for number in range(300):
        (bag / f"data/多余{number}.txt").write_bytes(b"")
    text = record([judge(whole), judge(bag), judge(tmp_path / "没有")], NOW)
    assert "2024 年 11 月 21 日 09:05" in text
    assert "完好 1 个，其余 2 个" in text
    assert sum(f"多余{n}.txt" in text for n in range(300)) == 300
    assert text.count("怎么办：") == 3
    assert f"校验值（清单的 SHA-256）：{judge(whole).verified.manifest_sha256}" in text  # type: ignore[union-attr]
    assert text.count("\n") == text.count("\r\n")


def test_receiving_can_be_cancelled(whole: Path) -> None:
    with pytest.raises(Cancelled):
        judge(whole, cancelled=lambda: True)
