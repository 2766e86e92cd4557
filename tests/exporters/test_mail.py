"""Mails: nothing over the budget, no film cut, every document once, names that mail programs read."""

import email
import email.policy
import shutil
import tracemalloc
from datetime import date
from pathlib import Path

import bagit
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.campaign import Channel
from app.errors import AppError, Cancelled
from app.exporters.eml import eml, write_mails
from app.exporters.mail_files import PART_BYTES, MailFile, lay_out, parts, read_package
from app.exporters.mail_plan import Mail, MailPlan, loads, plan_mails, reminders
from app.exporters.meter import Meter, Step
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


def written(mail: Mail) -> bytes:
    return b"".join(eml(mail, Meter(0, lambda step: None, lambda: False)))


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
    message = parsed(written(mail_with(tmp_path, NAMES, subject)))
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
    message = parsed(written(mail))
    body = message.get_body()
    assert body is not None
    # RFC 2045, 6.8: text in base64 has its line breaks as CR LF.
    assert body.get_content() == "一行\r\n　　二行\r\n"
    assert [a.get_payload(decode=True) for a in message.iter_attachments()] == [
        f.path.read_bytes() for f in mail.attachments
    ]
    assert written(mail) == written(mail)


def test_the_bytes_of_a_mail_are_what_the_standard_allows(tmp_path: Path) -> None:
    data = written(mail_with(tmp_path, NAMES, "主题" * 60))
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
    assert 13_000_000 < len(written(plan.mails[0])) <= 16_000 + 1_000 + 10_000_000 * CHANNEL.growth


def test_a_large_attachment_is_never_whole_in_memory(tmp_path: Path) -> None:
    path = tmp_path / "片.mp4"
    size = 40 * PART_BYTES + 1
    with path.open("wb") as made:
        made.truncate(size)
    plan = planned([MailFile("片.mp4", path, size)], msgspec.structs.replace(CHANNEL, attachment_mb=None))
    tracemalloc.start()
    (draft,) = write_mails(plan, tmp_path / "信")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 * PART_BYTES
    (attachment,) = parsed(draft.read_bytes()).iter_attachments()
    assert attachment.get_payload(decode=True) == bytes(size)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("包")
    return packed(submission(made / "稿", draft=DRAFT), made / "出").path


@pytest.fixture(scope="module")
def zipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("压缩包")
    return packed(submission(made / "稿", draft=DRAFT), made / "出", as_zip=True).path


@pytest.mark.parametrize("kind", ["folder", "zipped"])
def test_the_mails_of_a_real_package(tmp_path: Path, kind: str, request: pytest.FixtureRequest) -> None:
    package = request.getfixturevalue(kind)
    files = read_package(package).files
    names = [f.name for f in files]
    assert "01_光影里的蜀道1_承诺书.pdf" in names
    assert "01_光影里的蜀道1.mp4" in names
    assert "汇总表.xlsx" in names
    assert "全部表格.pdf" not in names
    assert len(set(names)) == len(names)
    tight = msgspec.structs.replace(CHANNEL, attachment_mb=0.35)
    plan = planned(list(files), tight)
    steps: list[Step] = []
    drafts = write_mails(plan, tmp_path / "信", steps.append)
    assert len(drafts) > 1
    assert [p.name for p in drafts] == [f"邮件草稿_{n}.eml" for n in range(1, len(drafts) + 1)]
    attached = [f for mail in plan.mails for f in mail.attachments]
    assert (steps[-1].done, steps[-1].total) == (steps[-1].total, sum(f.size for f in attached))
    sent = {a.get_filename(): a for p in drafts for a in parsed(p.read_bytes()).iter_attachments()}
    assert sorted(sent) == sorted(f.name for f in attached)
    assert {name: a.get_payload(decode=True) for name, a in sent.items()} == {
        f.name: b"".join(parts(f)) for f in attached
    }
    # The films are 超大附件 here: from a ZIP they are taken out, of a folder they lie where they are.
    assert all(f.is_film for f in plan.large)
    assert plan.large
    folders = lay_out(loads(plan), tmp_path / "附件")
    laid = {p.name for out in folders for p in out.iterdir()}
    assert laid == {f.name for f in attached} | ({f.name for f in plan.large} if kind == "zipped" else set())
    if kind == "folder":
        bagit.Bag(str(package)).validate()
    with pytest.raises(AppError, match="报送包"):
        read_package(tmp_path / "信")


def test_the_draft_that_travels_with_a_package_comes_along(folder: Path, zipped: Path) -> None:
    for package in (folder, zipped):
        draft = read_package(package).draft
        assert draft is not None
        assert [w.title for w in draft.works] == [w.title for w in DRAFT.works]


def test_names_stand_alone_also_where_folders_and_files_are_long_or_alike(tmp_path: Path) -> None:
    title = "长" * 60
    places = [f"01_{title}/承诺书.pdf", f"01_{title}/扫描件/承诺书.pdf", "甲_乙/丙.pdf", "甲/乙_丙.pdf", "甲/乙_丙.PDF"]
    for place in (*places, "甲/Thumbs.db", "01_片/01_片.mp4"):
        path = tmp_path / "包" / "data" / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(place.encode())
    (tmp_path / "包" / "bagit.txt").write_bytes(b"")
    read = read_package(tmp_path / "包")
    names = [f.name for f in read.files]
    assert len({n.casefold() for n in names}) == len(places) + 1
    assert all(len(n.encode()) <= 210 for n in names)
    assert {"甲_乙_丙.pdf", "01_片.mp4"} < set(names)
    assert sum(n.endswith("_承诺书.pdf") for n in names) == 2
    assert read.draft is None
    lay_out({"附件": read.files}, tmp_path / "出")
    assert {p.name for p in (tmp_path / "出" / "附件").iterdir()} == set(names)


def test_what_changed_since_it_was_packed_or_has_gone_is_said_and_no_half_mail_stays(tmp_path: Path) -> None:
    mail = mail_with(tmp_path, ["承诺书.pdf"])
    plan = MailPlan((mail,), (), (), ())
    mail.attachments[0].path.write_bytes(b"other")
    with pytest.raises(AppError, match=r"“承诺书.pdf”在打包之后有改动"):
        write_mails(plan, tmp_path / "信")
    mail.attachments[0].path.unlink()
    with pytest.raises(AppError, match=r"读不了“承诺书.pdf”"):
        write_mails(plan, tmp_path / "信")
    assert list((tmp_path / "信").iterdir()) == []


def test_a_byte_changed_since_packing_is_found_by_the_manifest(folder: Path, tmp_path: Path) -> None:
    package = tmp_path / "包"
    shutil.copytree(folder, package)
    read = read_package(package)
    assert (read.complete, {len(f.sha256) for f in read.files}) == (True, {64})
    form = next(f for f in read.files if f.name.endswith("_承诺书.pdf"))
    data = bytearray(form.path.read_bytes())
    data[-1] ^= 1
    form.path.write_bytes(data)
    with pytest.raises(AppError, match=r"_承诺书.pdf”在打包之后有改动"):
        write_mails(planned(list(read.files)), tmp_path / "信")


def test_cancelling_leaves_no_half_mail(tmp_path: Path) -> None:
    plan = MailPlan((mail_with(tmp_path, NAMES),), (), (), ())
    with pytest.raises(Cancelled):
        write_mails(plan, tmp_path / "信", cancelled=lambda: True)
    assert list((tmp_path / "信").iterdir()) == []


@pytest.mark.parametrize(
    ("today", "said"),
    [
        (date(2024, 8, 1), ["距截止还有 23 天", "8 月 8 日以后可能就下载不了，早于截止日（8 月 24 日）"]),
        (date(2024, 8, 20), ["距截止还有 4 天", "8 月 27 日以后可能就下载不了。发出后"]),
        (date(2024, 8, 30), ["已于 2024-08-24 截止", "9 月 6 日以后"]),
    ],
)
def test_the_days_left_and_the_days_a_large_attachment_is_kept_are_said(today: date, said: list[str]) -> None:
    with_film = planned([file("大.mp4", 900)])
    words = reminders(with_film, CAMPAIGN, CHANNEL, today)
    assert [part in line for part, line in zip(said, words, strict=True)] == [True, True]
    assert len(reminders(planned([file("a.pdf", 1)]), CAMPAIGN, CHANNEL, today)) == 1


def test_shipped_calls_with_a_mail_say_what_it_may_weigh() -> None:
    channels = [c for call in shipped_campaigns() for c in call.channels if c.kind == "email"]
    assert channels
    assert all(c.address and c.attachment_mb and c.large_days for c in channels)
