"""`weiying mail` and `weiying sheet` as other programs call them."""

import email
import email.policy
import json
from pathlib import Path

import bagit
import msgspec
import pytest
from pypdf import PdfReader

from app.pack import find_campaign
from app.storage import save_draft
from tests.submissions import complete_draft, packed, submission
from tests.test_cli import COAST, weiying


@pytest.fixture(scope="module")
def draft_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return submission(tmp_path_factory.mktemp("稿"), works=2)


@pytest.fixture(scope="module")
def package(draft_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return packed(draft_path, tmp_path_factory.mktemp("出")).path


def test_the_plan_is_printed_and_the_drafts_are_written(draft_path: Path, package: Path, tmp_path: Path) -> None:
    result = weiying("mail", draft_path, package, "--out", tmp_path / "信")
    assert (result.returncode, result.stderr) == (0, "")
    (channel,) = (c for c in find_campaign("").channels if c.kind == "email")
    assert f"发往 {channel.address}，共 1 封邮件。" in result.stdout
    assert "截止" in result.stdout
    assert str(tmp_path / "信" / "邮件草稿.eml") in result.stdout
    mail = email.message_from_bytes((tmp_path / "信" / "邮件草稿.eml").read_bytes(), policy=email.policy.default)
    assert isinstance(mail, email.message.EmailMessage)
    assert "01_光影里的蜀道1.mp4" in [part.get_filename() for part in mail.iter_attachments()]
    bagit.Bag(str(package)).validate()


def test_json_says_each_mail_and_what_goes_otherwise(draft_path: Path, package: Path, tmp_path: Path) -> None:
    arguments = ["mail", draft_path, package, "--out", tmp_path / "信", "--json", "--attachments", "--mb", "0.35"]
    answer = json.loads(weiying(*arguments).stdout)
    assert list(answer) == ["campaign", "mails", "large", "stick", "plan", "reminders", "folders"]
    assert len(answer["mails"]) > 1
    for mail, folder in zip(answer["mails"], answer["folders"], strict=True):
        assert list(mail) == ["file", "to", "subject", "text", "attachments"]
        assert Path(mail["file"]).is_file()
        assert Path(mail["file"]).stat().st_size <= 350_000
        assert {p.name: p.stat().st_size for p in Path(folder).iterdir()} == {
            a["name"]: a["bytes"] for a in mail["attachments"]
        }
    assert {Path(film["path"]).parent.parent for film in answer["large"]} == {package / "data"}
    together = json.loads(
        weiying("mail", draft_path, package, "--out", tmp_path / "二", "--json", "--films-large").stdout
    )
    assert (len(together["mails"]), [f["name"] for f in together["large"]]) == (
        1,
        ["01_光影里的蜀道1.mp4", "02_光影里的蜀道2.mp4"],
    )


def test_the_sheet_says_what_is_filled_in_and_what_is_not(draft_path: Path, tmp_path: Path) -> None:
    result = weiying("sheet", draft_path, "--out", tmp_path / "对照表.pdf")
    assert (result.returncode, result.stderr) == (0, "")
    text = "".join(page.extract_text() for page in PdfReader(tmp_path / "对照表.pdf").pages)
    assert "光影里的蜀道2" in text
    draft = complete_draft(1)
    save_draft(
        msgspec.structs.replace(draft, works=(msgspec.structs.replace(draft.works[0], producer=""),)),
        tmp_path / "缺.weiying",
    )
    lacking = weiying("sheet", tmp_path / "缺.weiying", "--out", tmp_path / "缺.pdf")
    assert lacking.returncode == 1
    assert "第 1 部《光影里的蜀道1》：制作单位" in lacking.stdout


def test_another_calls_channels_are_taken_from_its_pack(draft_path: Path, package: Path, tmp_path: Path) -> None:
    answer = json.loads(weiying("mail", draft_path, package, "--out", tmp_path, "--campaign", COAST, "--json").stdout)
    assert {mail["to"] for mail in answer["mails"]} == {"films@coast.example"}
    sheet = weiying("sheet", draft_path, "--out", tmp_path / "表.pdf", "--campaign", COAST)
    assert sheet.returncode == 0
    assert "片名与组别" in PdfReader(tmp_path / "表.pdf").pages[0].extract_text()


def test_a_package_that_lacks_something_is_told(tmp_path: Path) -> None:
    draft = complete_draft(1)
    lacking = msgspec.structs.replace(draft, works=(msgspec.structs.replace(draft.works[0], producer=""),))
    path = submission(tmp_path / "稿", draft=lacking)
    result = weiying("mail", path, packed(path, tmp_path / "出").path, "--out", tmp_path / "信")
    assert result.returncode == 0
    assert "未完成" in result.stderr


def test_wrong_usage_is_one_line_that_names_it(draft_path: Path, package: Path, tmp_path: Path) -> None:
    alone = tmp_path / "无渠道.toml"
    text = Path(COAST).read_text(encoding="utf-8")
    start, end = text.index("[[channels]]"), text.index("[naming]")
    alone.write_text(text[:start] + text[end:], encoding="utf-8")
    for arguments, named in (
        (["mail", draft_path, package], "--out"),
        (["mail", draft_path, "--out", tmp_path], "报送包"),
        (["mail", draft_path, tmp_path / "没有", "--out", tmp_path], "没有"),
        (["mail", draft_path, package, "--out", package / "data"], "报送包里面"),
        (["mail", draft_path, package, "--out", tmp_path, "--mb", "大"], "--mb"),
        (["mail", draft_path, package, "--out", tmp_path, "--mb", "0"], "--mb"),
        (["mail", draft_path, package, "--out", tmp_path, "--campaign", alone], "没有电子邮件"),
        (["sheet", draft_path, "--out", tmp_path / "x.pdf", "--campaign", alone], "没有小程序"),
        (["sheet", "没有.weiying", "--out", tmp_path / "x.pdf"], "没有.weiying"),
    ):
        result = weiying(*arguments)
        assert result.returncode == 2, arguments
        (line,) = result.stderr.splitlines()
        assert line.startswith("错误：")
        assert named in line


@pytest.mark.parametrize("command", ["mail", "sheet"])
def test_help_is_chinese(command: str) -> None:
    result = weiying(command, "--help")
    assert result.returncode == 0
    assert not {"usage", "options", "positional", "show this"} & set(result.stdout.split())
