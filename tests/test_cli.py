"""The command line as other programs call it: a process, its output, its exit status."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from app.draft import Draft, Video, Work
from app.exporters.forms import build_forms
from app.pack import shipped_campaigns
from app.stamping import load_record
from app.storage import load_draft, save_draft
from tests.films import damaged, film

ROOT = Path(__file__).parents[1]
COAST = str(ROOT / "tests" / "campaigns" / "coast-2031.toml")
CAMPAIGN = shipped_campaigns()[0]
FACTS = {
    "container", "brand", "width", "height", "rotation", "duration_ms", "video_codec", "audio_codec", "frame_rate",
    "bit_rate", "size_bytes", "created", "truncated", "encrypted",
}  # fmt: skip


def weiying(*arguments: object, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error"}
    command = [sys.executable, "-m", "app", *map(str, arguments)]
    result = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", cwd=folder, env=environment)
    assert "Traceback" not in result.stderr
    return result


def test_check_json_has_the_designed_shape_and_says_pass() -> None:
    path = film(seconds=240.0, created="2024-05-01T00:00:00Z", sound=True)
    result = weiying("check", "--json", path)
    assert result.returncode == 0
    answer = json.loads(result.stdout)
    assert set(answer) == {"campaign", "files"}
    assert answer["campaign"] == CAMPAIGN.id
    (one,) = answer["files"]
    assert set(one) == {"path", "verdict", "type", "facts", "findings"}
    assert (one["path"], one["verdict"]) == (str(path), "pass")
    assert one["type"] == min(CAMPAIGN.types, key=lambda t: t.max_seconds).name
    assert set(one["facts"]) == FACTS
    facts = one["facts"]
    assert (facts["width"], facts["height"], facts["duration_ms"]) == (1280, 720, 240_000)
    assert (facts["container"], facts["video_codec"], facts["audio_codec"]) == ("MPEG-4", "AVC", "AAC")
    assert facts["size_bytes"] == path.stat().st_size
    assert {f["level"] for f in one["findings"]} == {"pass"}
    assert all(set(f) == {"rule", "level", "actual", "required", "clause", "message", "fix"} for f in one["findings"])


def test_check_of_a_folder_is_recursive_in_order_and_fails_if_one_fails(tmp_path: Path) -> None:
    (tmp_path / "下级").mkdir()
    for number, path in {2: film(), 10: film(width=640, height=480)}.items():
        (tmp_path / "下级" / f"第{number}集.mp4").symlink_to(path)
    (tmp_path / "说明.txt").write_text("x", encoding="utf-8")
    result = weiying("check", "--json", tmp_path)
    assert result.returncode == 1
    files = json.loads(result.stdout)["files"]
    assert [(Path(f["path"]).name, f["verdict"]) for f in files] == [("第2集.mp4", "pass"), ("第10集.mp4", "fail")]


def test_check_for_people_says_what_is_wrong_what_to_do_and_by_which_clause() -> None:
    result = weiying("check", film(width=640, height=480), "--type", CAMPAIGN.types[0].name)
    assert result.returncode == 1
    assert "不合格" in result.stdout
    assert "怎么办：" in result.stdout
    assert CAMPAIGN.video.resolution.clause in result.stdout
    assert result.stderr == ""


def test_check_with_another_call_follows_that_call() -> None:
    tall = film("高.mov", container="mov", width=720, height=1280, seconds=100.0)
    assert weiying("check", tall).returncode == 1
    answer = json.loads(weiying("check", "--json", "--campaign", COAST, tall).stdout)
    (one,) = answer["files"]
    failed = [f["rule"] for f in one["findings"] if f["level"] == "fail"]
    # Our films have ten frames a second and the other call wants 25; all else it takes.
    assert (answer["campaign"], one["type"], failed) == ("coast-2031", "短片组", ["frame_rate"])


def test_a_name_that_is_no_utf8_survives_the_json(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/\xb5\xe7\xd3\xb0.mp4"
    Path(os.fsdecode(path)).write_bytes(film().read_bytes())
    result = weiying("check", "--json", tmp_path)
    assert result.returncode == 0
    assert os.fsencode(json.loads(result.stdout)["files"][0]["path"]) == path


@pytest.mark.parametrize("content", [b"", b"no film at all"])
def test_what_is_no_film_is_unreadable_and_exit_status_one(content: bytes) -> None:
    result = weiying("check", "--json", damaged(film(), lambda _: content))
    assert result.returncode == 1
    assert json.loads(result.stdout)["files"][0]["verdict"] == "unreadable"


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["check"], "文件或文件夹"),
        (["check", "没有.mp4"], "没有.mp4"),
        (["check", "--type", "长片", "没有.mp4"], "长片"),
        (["check", "--campaign", "没有", "没有.mp4"], "没有"),
        (["check", "--nonsense", "没有.mp4"], "--nonsense"),
        (["check", "installer"], "installer"),
        (["export", "没有.weiying", "--out", "x"], "没有.weiying"),
        (["export", "x"], "--out"),
        (["没有这个命令"], "没有这个命令"),
        (["--nonsense"], "--nonsense"),
    ],
)
def test_wrong_usage_is_one_chinese_line_that_names_it_and_exit_status_two(arguments: list[str], named: str) -> None:
    result = weiying(*arguments)
    assert result.returncode == 2
    (line,) = result.stderr.splitlines()
    assert line.startswith("错误：")
    assert named in line


@pytest.mark.parametrize(
    "arguments", [["--help"], ["--version"], ["check", "--help"], ["export", "-h"], ["demo", "-h"]]
)
def test_help_is_chinese(arguments: list[str]) -> None:
    result = weiying(*arguments)
    assert result.returncode == 0
    assert not {"usage", "options", "positional", "show this"} & set(result.stdout.split())


def test_progress_shows_on_a_terminal_only(tmp_path: Path) -> None:
    master, slave = pty.openpty()
    command = [sys.executable, "-m", "app", "check", str(film("进度.mp4"))]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=slave) as process:
        os.close(slave)
        process.communicate()
    shown = os.read(master, 4096).decode()
    os.close(master)
    assert "正在检查 1/1：进度.mp4" in shown


def test_export_of_an_incomplete_draft_writes_what_it_can_lists_the_rest_and_exits_one(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(film().read_bytes())
    draft = tmp_path / "甲.weiying"
    save_draft(Draft(campaign=CAMPAIGN.id, works=(Work(id="w", title="《光/影》", video=Video("a.mp4")),)), draft)
    result = weiying("export", draft, "--out", tmp_path / "出", "--json")
    assert result.returncode == 1
    answer = json.loads(result.stdout)
    assert {m["field"] for m in answer["missing"] if m["rule"] == "required"} >= {"unit.name", "theme", "synopsis"}
    written = sorted(str(p.relative_to(tmp_path / "出")) for p in (tmp_path / "出").rglob("*.*"))
    assert written == sorted(
        ["01_光_影/承诺书.docx", "01_光_影/承诺书.pdf", "01_光_影/报名表.docx", "01_光_影/报名表.pdf",
         "汇总表.xlsx", "汇总表.docx", "汇总表.pdf", "全部表格.pdf"]
    )  # fmt: skip
    assert sorted(answer["files"]) == sorted(str(tmp_path / "出" / name) for name in written)


def test_export_notes_for_the_board_what_was_exported(tmp_path: Path) -> None:
    draft = tmp_path / "甲.weiying"
    save_draft(Draft(campaign=CAMPAIGN.id, works=(Work(id="w", title="光影"),)), draft)
    weiying("export", draft, "--out", tmp_path / "出")
    forms = build_forms(load_draft(draft).draft, CAMPAIGN, {})
    expected = {form.mark.tag: form.mark.content for form in forms if form.mark}
    assert len(expected) == 3
    assert {tag: kept.exported for tag, kept in load_record(draft).forms.items()} == expected


def test_export_goes_well_where_the_note_cannot_be_written(tmp_path: Path) -> None:
    draft = tmp_path / "甲.weiying"
    save_draft(Draft(campaign=CAMPAIGN.id, works=(Work(id="w", title="光影"),)), draft)
    (tmp_path / "甲.盖章").write_bytes(b"a file, not a folder")
    result = weiying("export", draft, "--out", tmp_path / "出", "--json")
    assert len(json.loads(result.stdout)["files"]) == 8
    assert "没有记下这些表格已经导出" in result.stderr
    assert "Traceback" not in result.stderr


def test_export_where_nothing_can_be_written_is_told(tmp_path: Path) -> None:
    draft = tmp_path / "甲.weiying"
    save_draft(Draft(campaign=CAMPAIGN.id), draft)
    (tmp_path / "出").write_text("a file, not a folder", encoding="utf-8")
    result = weiying("export", draft, "--out", tmp_path / "出")
    assert result.returncode == 2
    assert "没有写成" in result.stderr


def test_a_character_without_a_font_is_named_before_anything_is_written(tmp_path: Path) -> None:
    draft = tmp_path / "甲.weiying"
    save_draft(Draft(campaign=CAMPAIGN.id, works=(Work(id="w", title="光\U000e0fff影"),)), draft)
    result = weiying("export", draft, "--out", tmp_path / "出")
    assert result.returncode == 2
    assert "U+E0FFF" in result.stderr
    assert not (tmp_path / "出").exists()


@pytest.mark.parametrize("campaign", [CAMPAIGN.id, COAST], ids=["shipped", "other"])
def test_the_demonstration_makes_films_a_draft_and_all_forms(tmp_path: Path, campaign: str) -> None:
    result = weiying("demo", "--out", tmp_path / "示范", "--campaign", campaign)
    assert result.returncode == 0, result.stderr
    films = sorted((tmp_path / "示范" / "视频").iterdir())
    assert len(films) == 3
    answer = json.loads(weiying("check", "--json", "--campaign", campaign, *films).stdout)
    assert [f["verdict"] for f in answer["files"]] == ["pass", "pass", "fail"]
    assert len({f["type"] for f in answer["files"][:2]}) == 2
    failed = [f["rule"] for f in answer["files"][2]["findings"] if f["level"] == "fail"]
    assert sorted(failed) == ["duration", "resolution"]
    assert str((tmp_path / "示范" / "表格").resolve()) in result.stdout
    assert (tmp_path / "示范" / "表格" / "全部表格.pdf").is_file()


def test_a_finished_draft_exports_with_exit_status_zero(tmp_path: Path) -> None:
    weiying("demo", "--out", tmp_path / "示范")
    (draft,) = (tmp_path / "示范").glob("*.weiying")
    result = weiying("export", draft, "--out", tmp_path / "出")
    assert result.returncode == 0, result.stdout
    assert "还缺少" not in result.stdout
