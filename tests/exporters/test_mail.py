"""Mails: nothing over the budget, no film cut, every document once, names that mail programs read."""

import email
import email.policy
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.campaign import Channel
from app.errors import AppError
from app.exporters.eml import eml, write_mails
from app.exporters.mail_plan import Mail, MailFile, MailPlan, mail_files, plan_mails
from app.pack import find_campaign, shipped_campaigns
from tests.submissions import complete_draft, packed, submission

CHANNEL = Channel(kind="email", name="邮箱", address="a@example.org", attachment_mb=50, large_mb=2000, large_days=7)
DRAFT = complete_draft(2)
CAMPAIGN = find_campaign("")


def planned(files: list[MailFile], channel: Channel = CHANNEL) -> MailPlan:
    return plan_mails(DRAFT, CAMPAIGN, channel, files)


def file(name: str, megabytes: float, folder: Path = Path("/没有")) -> MailFile:
    return MailFile(name, folder / name, int(megabytes * 1e6))


def test_each_thing_goes_where_it_fits() -> None:
    plan = planned([file("小.mp4", 20), file("大.mp4", 900), file("巨.mp4", 2001), file("承诺书.pdf", 1)])
    (mail,) = plan.mails
    assert [f.name for f in mail.attachments] == ["承诺书.pdf", "小.mp4"]
    assert [f.name for f in plan.large] == ["大.mp4"]
    assert [f.name for f in plan.stick] == ["巨.mp4"]
    words = "\n".join(plan.words)
    assert "“大.mp4”有 858.3 MB，请在写邮件时用“超大附件”添加，保存期一般 7 天" in words
    assert "“巨.mp4”有 1.86 GB，邮件放不下，请用 U 盘" in words
    assert "超大附件" in mail.text
    assert all(name in mail.text for name in ("承诺书.pdf", "小.mp4", "大.mp4", "巨.mp4"))
    assert "（1/" not in mail.subject
    assert DRAFT.unit.name in mail.subject


def test_without_a_service_for_large_files_they_go_on_the_stick() -> None:
    channel = msgspec.structs.replace(CHANNEL, large_mb=None)
    assert [f.name for f in planned([file("大.mp4", 900)], channel).stick] == ["大.mp4"]


def test_without_a_limit_all_goes_in_one_mail() -> None:
    channel = msgspec.structs.replace(CHANNEL, attachment_mb=None)
    plan = planned([file("大.mp4", 900), file("a.pdf", 1)], channel)
    assert len(plan.mails) == 1
    assert not plan.large


@given(st.lists(st.tuples(st.sampled_from(["mp4", "pdf", "docx"]), st.integers(0, 60_000_000)), max_size=30))
def test_no_mail_is_over_the_budget_and_nothing_is_lost_or_sent_twice(sizes: list[tuple[str, int]]) -> None:
    files = [MailFile(f"{n}.{kind}", Path(f"/{n}"), size) for n, (kind, size) in enumerate(sizes)]
    plan = planned(files)
    sent = [f for mail in plan.mails for f in mail.attachments]
    assert sorted([*sent, *plan.large, *plan.stick]) == sorted(files)
    for number, mail in enumerate(plan.mails, 1):
        assert sum(f.size for f in mail.attachments) * 1.37 < 50_000_000
        assert (f"（{number}/{len(plan.mails)}）" in mail.subject) == (len(plan.mails) > 1)


def parsed(data: bytes) -> email.message.EmailMessage:
    message = email.message_from_bytes(data, policy=email.policy.default)
    assert isinstance(message, email.message.EmailMessage)
    return message


def mail_with(tmp_path: Path, names: list[str], subject: str = "主题", text: str = "话\n") -> Mail:
    files = []
    for number, name in enumerate(names):
        path = tmp_path / f"{number}{Path(name).suffix}"
        path.write_bytes(bytes(range(256)) * (number + 1))
        files.append(MailFile(name, path, path.stat().st_size))
    return Mail("a@example.org", subject, text, tuple(files))


NAMES = ["承诺书.pdf", "01_" + "长" * 70 + "_报名表.docx", "a b.xlsx", "䶮𬎆'\"%；.jpg", "片.mp4", "无"]


def test_names_stand_in_both_forms_that_mail_programs_read(tmp_path: Path) -> None:
    subject = "四川" + "主题" * 40 + "（1/2）"
    message = parsed(eml(mail_with(tmp_path, NAMES, subject)))
    assert message["X-Unsent"] == "1"
    assert message["To"] == "a@example.org"
    assert message["Subject"] == subject
    attachments = list(message.iter_attachments())
    assert [a.get_filename() for a in attachments] == NAMES
    for attachment, name in zip(attachments, NAMES, strict=True):
        assert attachment["Content-Type"].params["name"] == name
        assert attachment["Content-Disposition"].params["filename"] == name
    assert not message.defects


def test_what_is_attached_comes_out_as_it_went_in(tmp_path: Path) -> None:
    mail = mail_with(tmp_path, NAMES, text="一行\n　　二行\n")
    message = parsed(eml(mail))
    body = message.get_body()
    assert body is not None
    # RFC 2045, 6.8: text in base64 has its line breaks as CR LF.
    assert body.get_content() == "一行\r\n　　二行\r\n"
    assert [a.get_payload(decode=True) for a in message.iter_attachments()] == [
        f.path.read_bytes() for f in mail.attachments
    ]
    assert eml(mail) == eml(mail)


def test_the_bytes_of_a_mail_are_what_the_standard_allows(tmp_path: Path) -> None:
    data = eml(mail_with(tmp_path, NAMES, "主题" * 60))
    data.decode("ascii")
    lines = data.split(b"\r\n")
    assert max(map(len, lines)) <= 998
    assert not [line for line in lines if b"\n" in line or b"\r" in line]
    head = data[: data.index(b"\r\n\r\n")].split(b"\r\n")
    assert all(len(word) <= 75 for line in head for word in line.split(b" ") if word.startswith(b"=?"))


def test_a_mail_is_no_heavier_than_was_planned(tmp_path: Path) -> None:
    path = tmp_path / "x.pdf"
    path.write_bytes(bytes(10_000_000))
    plan = planned([MailFile("x.pdf", path, 10_000_000)])
    assert 13_000_000 < len(eml(plan.mails[0])) <= 16_000 + 1_000 + 10_000_000 * CHANNEL.growth


def test_the_mails_of_a_real_package(tmp_path: Path) -> None:
    package = packed(submission(tmp_path / "稿", draft=DRAFT), tmp_path / "出").path
    files = mail_files(package)
    names = [f.name for f in files]
    assert "01_光影里的蜀道1_承诺书.pdf" in names
    assert "汇总表.xlsx" in names
    assert "全部表格.pdf" not in names
    assert len(set(names)) == len(names)
    tight = msgspec.structs.replace(CHANNEL, attachment_mb=0.5)
    written = write_mails(planned(files, tight), tmp_path / "信")
    assert len(written) > 1
    assert [p.name for p in written] == [f"邮件草稿_{n}.eml" for n in range(1, len(written) + 1)]
    sent = [a.get_filename() for p in written for a in parsed(p.read_bytes()).iter_attachments()]
    assert sorted(sent) == sorted(f.name for f in files if f not in planned(files, tight).large)
    with pytest.raises(AppError, match="报送包"):
        mail_files(tmp_path / "信")


def test_shipped_calls_with_a_mail_say_what_it_may_weigh() -> None:
    channels = [c for call in shipped_campaigns() for c in call.channels if c.kind == "email"]
    assert channels
    assert all(c.address and c.attachment_mb and c.large_days for c in channels)
