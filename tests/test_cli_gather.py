"""`weiying gather`, run as a user runs it."""

import json
import shutil
from pathlib import Path

import pytest

from app.origins import load_origins
from app.storage import load_draft
from tests.submissions import packed, submission
from tests.test_cli import weiying


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return a sub-unit's package as a ZIP, and another's draft with two works, the first of them the same."""
    folder = tmp_path_factory.mktemp("下级")
    return packed(submission(folder / "甲"), folder / "出", as_zip=True).path, submission(folder / "乙", works=2)


def test_gathering_makes_one_draft_and_asks_about_duplicates(tmp_path: Path, sources: tuple[Path, Path]) -> None:
    out, films = tmp_path / "汇总.weiying", tmp_path / "视频"
    result = weiying("gather", *sources, "--out", out, "--films", films)
    assert (result.returncode, result.stderr) == (1, "")
    assert "1 个单位的 3 部作品" in result.stdout
    assert "视频内容完全相同：第 1 部、第 2 部" in result.stdout
    draft = load_draft(out).draft
    assert len(draft.works) == 3
    assert Path(draft.works[0].video.path).is_relative_to(films)
    assert set(load_origins(out)) == {w.id for w in draft.works}
    assert weiying("export", out, "--out", tmp_path / "表").returncode in {0, 1}


def test_gathering_answers_in_json(tmp_path: Path, sources: tuple[Path, Path]) -> None:
    broken = tmp_path / "坏.zip"
    broken.write_bytes(sources[0].read_bytes()[:-100])
    out = tmp_path / "汇总.weiying"
    result = weiying("gather", broken, *sources, "--out", out, "--json")
    assert (result.returncode, result.stderr) == (1, "")
    answer = json.loads(result.stdout)
    assert list(answer) == ["campaign", "draft", "works", "refused", "duplicates"]
    assert answer["draft"] == str(out)
    assert [w["source_number"] for w in answer["works"]] == [1, 1, 2]
    assert [w["number"] for w in answer["works"]] == [1, 2, 3]
    assert [r["path"] for r in answer["refused"]] == [str(broken)]
    assert {"kind": "content", "works": [1, 2]} in answer["duplicates"]
    assert Path(answer["works"][0]["film"]).is_relative_to(tmp_path / "汇总_视频")


def test_what_raises_no_question_exits_with_zero(tmp_path: Path, sources: tuple[Path, Path]) -> None:
    result = weiying("gather", sources[1], "--out", tmp_path / "汇总.weiying")
    assert (result.returncode, result.stderr) == (0, "")
    assert not (tmp_path / "汇总_视频").exists()


def test_nothing_taken_writes_no_draft(tmp_path: Path) -> None:
    broken = tmp_path / "坏.zip"
    broken.write_bytes(b"PK\x03\x04")
    result = weiying("gather", broken, "--out", tmp_path / "汇总.weiying", "--json")
    assert (result.returncode, json.loads(result.stdout)["draft"]) == (1, None)
    assert [p.name for p in tmp_path.iterdir()] == ["坏.zip"]


def test_wrong_usage_is_one_line_and_exit_status_two(tmp_path: Path, sources: tuple[Path, Path]) -> None:
    there = shutil.copyfile(sources[1], tmp_path / "已有.weiying")
    before = there.read_bytes()
    for arguments, named in (
        (["--out", "x.weiying"], "报送包"), ([sources[0]], "--out"), ([sources[1], "--out", there], "已经存在"),
        ([tmp_path / "没有", "--out", "x.weiying"], "没有"),
        ([sources[1], "--out", tmp_path / "无" / "x"], "没有文件夹"),
    ):  # fmt: skip
        result = weiying("gather", *arguments)
        assert result.returncode == 2
        (line,) = result.stderr.splitlines()
        assert line.startswith("错误：")
        assert named in line
    assert there.read_bytes() == before
