"""The channels: what is copied is exact, mails and their drafts hold what the plan says, forty works stay quick."""

import email
import email.policy
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import bagit
import msgspec
import pytest
from pypdf import PdfReader
from PySide6.QtCore import QEvent, QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.campaign import Campaign
from app.draft import Draft
from app.pack import find_campaign
from app.storage import encode_draft
from app.ui.channels import ChannelsPanel, HandOver
from app.ui.copy_row import CopyRow
from app.ui.mail_channel import MailChannel
from app.ui.pages.page import Page
from app.ui.session import Session
from app.ui.upload_channel import UploadChannel
from tests.submissions import complete_draft, packed, submission
from tests.test_cli import COAST
from tests.ui.hands import click
from tests.ui.pictures import cut_off

TODAY = date(2024, 8, 1)
CALL = find_campaign("")
replace = msgspec.structs.replace

Open = Callable[..., ChannelsPanel]


@pytest.fixture
def open_panel(qtbot, data_dir: Path, bugs: list[BaseException], tmp_path: Path) -> Iterator[Open]:
    """Return a function that shows the channels of a call in a page of their own."""
    pages: list[Page] = []

    def make(draft: Draft | None = None, campaign: Campaign = CALL, today: date = TODAY) -> ChannelsPanel:
        path = tmp_path / "报送.weiying"
        session = Session(draft or complete_draft(3), path, campaign, today)
        page = Page(session, "")
        pages.append(page)
        panel = ChannelsPanel(session)
        page.body.addWidget(panel)
        page.body.addStretch(1)
        page.resize(1080, 640)
        page.show()
        qtbot.waitExposed(page)
        return panel

    yield make
    for page in pages:
        page.close()
        page.session.close()
        page.deleteLater()


class Folders(QObject):
    """Stands where the system's file manager does."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[Path] = []

    @Slot(QUrl)
    def open(self, url: QUrl) -> None:
        self.opened.append(Path(url.toLocalFile()))


@pytest.fixture
def folders(qapp: QApplication) -> Iterator[Folders]:
    made = Folders()
    QDesktopServices.setUrlHandler("file", made, "open")
    yield made
    QDesktopServices.unsetUrlHandler("file")


def part(panel: ChannelsPanel, kind: type[QWidget]) -> QWidget:
    """Turn to the first channel of a kind and return what it shows."""
    number = next(n for n, made in enumerate(panel.parts) if isinstance(made, kind))
    panel.tabs.setCurrentIndex(number)
    return panel.parts[number]


def light_bag(root: Path, draft: Draft, megabytes: list[float]) -> Path:
    """Make what of a package is mailed, its films of these sizes as holes on the disk."""
    for number, (work, size) in enumerate(zip(draft.works, megabytes, strict=True), 1):
        folder = root / "data" / f"{number:02d}_{work.title}"
        folder.mkdir(parents=True)
        with (folder / f"{number:02d}_{work.title}.mp4").open("wb") as film:
            film.truncate(int(size * 1e6))
        (folder / "承诺书.pdf").write_bytes(b"%PDF " + work.title.encode())
    (root / "data" / "汇总表.xlsx").write_bytes(b"PK")
    (root / "bagit.txt").write_bytes(b"")
    (root / "报送内容.weiying").write_bytes(encode_draft(draft))
    return root


def mail_of(qtbot, panel: ChannelsPanel, package: Path) -> MailChannel:
    mail = part(panel, MailChannel)
    panel.show_package(package)
    qtbot.waitUntil(lambda: mail.plan is not None, timeout=10_000)
    return mail


def copied(row: CopyRow) -> str:
    click(row.copy)
    return QApplication.clipboard().text()


def said(mail: MailChannel) -> str:
    return mail.banner.text()


def test_every_channel_has_a_tab_in_the_packs_order_with_its_clause(open_panel: Open) -> None:
    for campaign in (CALL, find_campaign(COAST)):
        panel = open_panel(campaign=campaign)
        assert panel.tabs.count() == len(campaign.channels)
        for number, channel in enumerate(campaign.channels):
            panel.tabs.setCurrentIndex(number)
            assert channel.name in panel.tabs.tabText(number)
            assert panel.clause.text() == f"依据：{channel.clause}"
            assert [made.isVisible() for made in panel.parts] == [n == number for n in range(len(panel.parts))]


def test_a_call_without_channels_says_so(open_panel: Open) -> None:
    panel = open_panel(campaign=replace(CALL, channels=()))
    assert panel.none.isVisible()
    assert not panel.tabs.isVisible()


def test_a_stick_and_a_parcel_are_told_in_words(open_panel: Open, folders: Folders, tmp_path: Path) -> None:
    panel = open_panel(campaign=find_campaign(COAST))
    stick = part(panel, HandOver)
    assert "U 盘" in stick.words.text()
    assert copied(stick.address) == "海湾路 8 号海岸线影像协会"
    assert "请先打包" in stick.place.text()
    (tmp_path / "包").mkdir()
    panel.show_package(tmp_path / "包")
    assert str(tmp_path / "包") in stick.place.text()
    click(stick.open)
    assert folders.opened == [tmp_path]
    panel.tabs.setCurrentIndex(3)
    assert "寄到" in panel.parts[3].words.text()


def test_before_packing_the_mail_says_what_to_do(open_panel: Open) -> None:
    mail = part(open_panel(), MailChannel)
    assert "请先打包" in mail.state.text()
    assert not mail.mail.isVisible()


def test_one_mail_is_copied_exactly_and_the_button_says_so_for_a_moment(
    qtbot, open_panel: Open, tmp_path: Path
) -> None:
    draft = complete_draft(3)
    mail = mail_of(qtbot, open_panel(draft), light_bag(tmp_path / "包", draft, [1, 2, 3]))
    (planned,) = mail.plan.mails
    assert not mail.card.stepper.isVisible()
    assert copied(mail.card.address) == planned.address
    assert copied(mail.card.subject) == planned.subject
    assert copied(mail.card.text) == planned.text
    assert len(mail.card.text.text.label.text()) < len(planned.text)
    assert mail.card.text.copy.text() == "已复制"
    assert mail.card.text.copy.accessibleName() == "已复制：正文"
    qtbot.waitUntil(lambda: mail.card.text.copy.text() == "复制", timeout=5_000)
    assert "距截止还有 23 天" in mail.reminders.text()
    assert mail.card.files.topLevelItemCount() == len(planned.attachments)
    assert not mail.stale.isVisible()


def test_what_is_too_large_is_split_or_goes_otherwise_and_each_mail_says_its_own(
    qtbot, open_panel: Open, tmp_path: Path
) -> None:
    draft = complete_draft(4)
    mail = mail_of(qtbot, open_panel(draft), light_bag(tmp_path / "包", draft, [30, 33, 900, 2500]))
    card = mail.card
    assert len(mail.plan.mails) == 2
    assert [f.name for f in (*mail.plan.large, *mail.plan.stick)] == ["03_光影里的蜀道3.mp4", "04_光影里的蜀道4.mp4"]
    kinds = [card.files.topLevelItem(n).text(2) for n in range(card.files.topLevelItemCount())]
    assert kinds[-2:] == ["超大附件", "用 U 盘送"]
    assert "早于截止日" in mail.reminders.text()
    click(card.stepper.on)
    assert copied(card.subject).endswith("（2/2）")
    assert copied(card.text) == mail.plan.mails[1].text
    assert [card.files.topLevelItem(n).text(0) for n in range(card.files.topLevelItemCount())] == [
        f.name for f in mail.plan.mails[1].attachments
    ]
    assert not card.stepper.on.isEnabled()
    card.sent.click()
    assert card.stepper.choice.currentText().startswith("✓ 已发出　第 2 封，共 2 封")
    click(card.stepper.back)
    assert not card.sent.isChecked()
    mail.films_large.click()
    assert (len(mail.plan.mails), len(mail.plan.large), len(mail.plan.stick)) == (1, 3, 1)
    mail.films_large.click()
    mail.limit.fill("10 MB")
    assert [f.is_film for m in mail.plan.mails for f in m.attachments] == [False] * 5


def test_the_days_after_the_window_are_said(qtbot, open_panel: Open, tmp_path: Path) -> None:
    draft = complete_draft(1)
    panel = open_panel(draft, today=date(2024, 9, 1))
    mail = mail_of(qtbot, panel, light_bag(tmp_path / "包", draft, [1]))
    assert "已于 2024-08-24 截止" in mail.reminders.text()
    assert not mail.unfinished.isVisible()
    unfinished = light_bag(tmp_path / "【未完成】包", draft, [1])
    (unfinished / "bag-info.txt").write_text("Weiying-Status: incomplete\n", encoding="utf-8")
    panel.show_package(unfinished)
    qtbot.waitUntil(mail.unfinished.isVisible, timeout=10_000)


@pytest.mark.parametrize("as_zip", [False, True])
def test_drafts_and_attachments_of_a_real_package_lie_beside_it(
    qtbot, open_panel: Open, folders: Folders, tmp_path: Path, as_zip: bool
) -> None:
    draft = complete_draft(1)
    package = packed(submission(tmp_path / "稿", draft=draft), tmp_path / "出", as_zip=as_zip).path
    mail = mail_of(qtbot, open_panel(draft), package)
    stem = package.stem if as_zip else package.name
    for number in ("", " (2)"):
        click(mail.write)
        qtbot.waitUntil(lambda: "写好了 1 封" in said(mail), timeout=30_000)
        assert all(word in said(mail) for word in ("Outlook", "Foxmail"))
        written = package.parent / f"{stem}_邮件草稿{number}" / "邮件草稿.eml"
        message = email.message_from_bytes(written.read_bytes(), policy=email.policy.default)
        assert {a.get_filename() for a in message.iter_attachments()} == {
            f.name for f in mail.plan.mails[0].attachments
        }
    click(mail.open_drafts)
    mail.films_large.click()
    click(mail.card.lay)
    qtbot.waitUntil(lambda: "附件放好了" in said(mail), timeout=30_000)
    assert "超大附件不在里面" in said(mail) or as_zip
    laid = package.parent / f"{stem}_邮件附件"
    assert {p.name for p in (laid / "附件").iterdir()} == {f.name for f in mail.plan.mails[0].attachments}
    mail.card.files.setCurrentItem(mail.card.files.topLevelItem(0))
    assert mail.card.open.text() == "打开附件文件夹"
    click(mail.card.open)
    # The film is 超大附件 now: taken out of a ZIP, in a folder where it always was.
    mail.card.files.setCurrentItem(mail.card.files.topLevelItem(mail.card.files.topLevelItemCount() - 1))
    click(mail.card.open)
    film = laid / "超大附件" if as_zip else package / "data" / "01_光影里的蜀道1"
    assert folders.opened == [written.parent, laid / "附件", film]
    assert [p.suffix for p in film.iterdir() if p.suffix == ".mp4"] == [".mp4"]
    if not as_zip:
        bagit.Bag(str(package)).validate()


def test_what_goes_wrong_is_said_and_leaves_no_half_folder(qtbot, open_panel: Open, tmp_path: Path) -> None:
    draft = complete_draft(2)
    package = light_bag(tmp_path / "出" / "包", draft, [1, 2])
    panel = open_panel(draft)
    mail = mail_of(qtbot, panel, package)
    (package / "data" / "02_光影里的蜀道2" / "承诺书.pdf").write_bytes(b"changed")
    for button in (mail.write, mail.card.lay):
        click(button)
        qtbot.waitUntil(lambda: "在打包之后有改动" in said(mail), timeout=10_000)
        qtbot.waitUntil(lambda: not panel.parts[0].session.jobs.busy())
        mail.banner.hide()
    assert [p.name for p in package.parent.iterdir()] == ["包"]
    package.rename(package.with_name("移走"))
    panel.show_package(package)
    qtbot.waitUntil(lambda: bool(said(mail)), timeout=10_000)
    assert "包" in said(mail)
    assert not mail.mail.isVisible()


def test_a_long_job_shows_how_far_it_is_and_can_be_cancelled(qtbot, open_panel: Open, tmp_path: Path) -> None:
    draft = complete_draft(1)
    channels = tuple(replace(c, attachment_mb=None) if c.kind == "email" else c for c in CALL.channels)
    package = light_bag(tmp_path / "出" / "包", draft, [1500])
    mail = mail_of(qtbot, open_panel(draft, replace(CALL, channels=channels)), package)
    click(mail.write)
    qtbot.waitUntil(lambda: mail.progress.value() > 0, timeout=30_000)
    assert "01_光影里的蜀道1.mp4" in mail.progress_text.text()
    click(mail.cancel)
    assert "已取消" in said(mail)
    qtbot.waitUntil(lambda: not mail.session.jobs.busy(), timeout=30_000)
    assert [p.name for p in package.parent.iterdir()] == ["包"]
    assert mail.write.isEnabled()


def test_the_mail_is_about_the_package_and_says_when_the_draft_has_moved_on(
    qtbot, open_panel: Open, tmp_path: Path
) -> None:
    draft = complete_draft(1)
    mail = mail_of(qtbot, open_panel(draft), light_bag(tmp_path / "包", draft, [1]))
    session = mail.session
    session.edit_work(replace(session.draft.works[0], title="改过的名字"))
    assert mail.stale.isVisible()
    assert "改过的名字" not in mail.plan.mails[0].text
    session.undo()
    assert not mail.stale.isVisible()


def shown(upload: UploadChannel) -> list[CopyRow]:
    return [row for row in upload.rows if row.isVisible()]


def test_the_upload_is_copied_field_by_field_exactly(open_panel: Open) -> None:
    upload = part(open_panel(), UploadChannel)
    work = upload.session.draft.works[1]
    labels = [f.label for f in CALL.fields]
    assert [row.label.text() for row in shown(upload)] == [
        x for x, f in zip(labels, CALL.fields, strict=True) if "unit" in f.id
    ]
    upload.stepper.choose(2)
    rows = {row.label.text(): row for row in shown(upload)}
    assert list(rows) == [x for x, f in zip(labels, CALL.fields, strict=True) if "unit" not in f.id] + ["视频文件"]
    synopsis, creators = rows[CALL.field("synopsis").label], rows[CALL.field("creators").label]
    assert copied(synopsis) == work.synopsis
    assert synopsis.text.label.text() == work.synopsis[:72] + "……"
    click(synopsis.text.fold)
    assert synopsis.text.label.text() == work.synopsis
    assert copied(creators).splitlines() == [
        "总策划：李明",
        "导演：王芳",
        "编剧：张䶮",
        "摄影：陈强、刘洋",
        "剪辑：赵敏",
    ]
    assert copied(rows[CALL.field("title").label]) == work.title
    film = rows["视频文件"]
    assert film.copy.text() == "复制路径"
    assert copied(film) == upload.session.film_path(work)
    assert Path(QApplication.clipboard().text()).is_absolute()


def test_an_empty_field_says_so_and_leads_nowhere(open_panel: Open) -> None:
    draft = complete_draft(1)
    upload = part(open_panel(replace(draft, works=(replace(draft.works[0], producer=""),))), UploadChannel)
    upload.stepper.choose(1)
    row = next(r for r in shown(upload) if r.label.text() == CALL.field("producer").label)
    assert row.text.label.text() == "未填写"
    assert not row.copy.isVisible()
    assert not row.tick.isEnabled()


def test_what_was_copied_is_ticked_off_until_it_changes_or_is_cleared(open_panel: Open) -> None:
    upload = part(open_panel(), UploadChannel)
    upload.stepper.choose(1)
    count = sum(bool(row.value) for row in shown(upload))
    assert upload.stepper.choice.currentText().startswith(f"0/{count}　第 1 部")
    for row in shown(upload):
        if row.value:
            click(row.copy)
    assert upload.stepper.choice.currentText().startswith(f"✓ {count}/{count}　")
    assert "已填完 1 部" in upload.state.text()
    upload.stepper.choose(2)
    assert not any(row.tick.isChecked() for row in shown(upload))
    click(upload.stepper.back)
    title = shown(upload)[0]
    assert title.tick.isChecked()
    session = upload.session
    session.edit_work(replace(session.draft.works[0], title="另一个名字"))
    QApplication.processEvents()
    assert (title.value, title.tick.isChecked()) == ("另一个名字", False)
    session.undo()
    QApplication.processEvents()
    assert title.tick.isChecked()
    title.tick.click()
    assert upload.stepper.choice.currentText().startswith(f"{count - 1}/{count}　")


def test_a_pack_says_what_its_upload_asks_for(open_panel: Open) -> None:
    upload = part(open_panel(campaign=find_campaign(COAST)), UploadChannel)
    assert [(r.label.text(), r.value) for r in shown(upload)] == [("参展单位", complete_draft(1).unit.name)]
    click(upload.on)
    assert [r.label.text() for r in shown(upload)] == ["片名与组别", "视频文件"]
    assert upload.stepper.current() == 1


def test_the_films_folder_is_opened_and_one_that_is_gone_is_said(
    open_panel: Open, folders: Folders, tmp_path: Path
) -> None:
    upload = part(open_panel(), UploadChannel)
    assert not upload.open.isVisible()
    click(upload.on)
    click(upload.open)
    assert folders.opened == [tmp_path]
    work = upload.session.draft.works[0]
    upload.session.edit_work(replace(work, video=replace(work.video, path="/没有/这里/片.mp4")))
    QApplication.processEvents()
    click(upload.open)
    assert "找不到" in upload.banner.text()
    assert len(folders.opened) == 1


def test_the_sheet_is_saved_and_printed(qtbot, open_panel: Open, tmp_path: Path) -> None:
    upload = part(open_panel(), UploadChannel)
    upload.save_pdf(tmp_path / "对照表.pdf")
    qtbot.waitUntil(lambda: "对照表已存好" in upload.banner.text(), timeout=60_000)
    saved = PdfReader(tmp_path / "对照表.pdf")
    assert "光影里的蜀道3" in "".join(page.extract_text() for page in saved.pages)
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "印.pdf"))
    upload.print_on(printer)
    qtbot.waitUntil(lambda: "已经送去打印" in upload.banner.text(), timeout=60_000)
    assert len(PdfReader(tmp_path / "印.pdf").pages) == len(saved.pages)
    upload.save_pdf(tmp_path / "印.pdf" / "下面" / "x.pdf")
    qtbot.waitUntil(lambda: "没有写成" in upload.banner.text(), timeout=60_000)
    assert upload.save.isEnabled()


def test_forty_works_are_turned_over_at_once(qtbot, open_panel: Open, tmp_path: Path) -> None:
    draft = complete_draft(40)
    panel = open_panel(draft)
    upload = part(panel, UploadChannel)
    assert upload.stepper.choice.count() == 41
    spent = []
    for number in range(1, 41):
        before = time.thread_time()
        upload.stepper.choose(number)
        QApplication.processEvents()
        spent.append(time.thread_time() - before)
    assert sorted(spent)[20] < 0.05
    assert shown(upload)[0].value == draft.works[39].title
    before = time.thread_time()
    upload.session.edit_work(replace(draft.works[39], title="改"))
    QApplication.processEvents()
    assert time.thread_time() - before < 0.3
    assert upload.stepper.current() == 40
    mail = mail_of(qtbot, panel, light_bag(tmp_path / "包", draft, [30] * 40))
    assert len(mail.plan.mails) == 40
    assert mail.words.fold.isVisible()


def focus() -> QWidget:
    return QApplication.focusWidget()


def tab_to(wanted: QWidget) -> None:
    for _ in range(80):
        if focus() is wanted:
            return
        QTest.keyClick(focus(), Qt.Key.Key_Tab)
    raise AssertionError("Tab does not lead there")


def test_everything_is_reached_by_keyboard_and_has_a_name(qtbot, open_panel: Open, tmp_path: Path) -> None:
    draft = complete_draft(2)
    panel = open_panel(draft)
    panel.window().activateWindow()
    panel.tabs.setFocus()
    upload, mail = panel.parts
    qtbot.waitUntil(panel.tabs.hasFocus)
    tab_to(upload.stepper.on)
    QTest.keyClick(focus(), Qt.Key.Key_Space)
    tab_to(upload.rows[0].copy)
    QTest.keyClick(focus(), Qt.Key.Key_Space)
    assert QApplication.clipboard().text() == draft.works[0].title
    panel.show_package(light_bag(tmp_path / "包", draft, [30, 33]))
    qtbot.waitUntil(lambda: mail.plan is not None, timeout=10_000)
    panel.tabs.setFocus()
    QTest.keyClick(focus(), Qt.Key.Key_Right)
    assert mail.isVisible()
    for wanted in (
        mail.limit,
        mail.card.stepper.choice,
        mail.card.text.copy,
        mail.card.files,
        mail.card.lay,
        mail.write,
    ):
        tab_to(wanted)
    tab_to(mail.card.stepper.choice)
    QTest.keyClick(focus(), Qt.Key.Key_Down)
    assert mail.card.stepper.current() == 1
    for number in range(panel.tabs.count()):
        panel.tabs.setCurrentIndex(number)
        assert [
            type(w).__name__
            for w in panel.findChildren(QWidget)
            if w.isVisible() and w.focusPolicy() & Qt.FocusPolicy.TabFocus and w.focusProxy() is None
            and not (w.accessibleName() or getattr(w, "text", str)())
        ] == []  # fmt: skip


class Windows(QObject):
    """Hears what is shown as a window of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.shown.append(type(watched).__name__)
        return False


def test_no_part_flashes_up_as_a_window_and_nothing_is_cut_off(qtbot, open_panel: Open, tmp_path: Path) -> None:
    heard = Windows()
    QApplication.instance().installEventFilter(heard)
    draft = complete_draft(3)
    long = tuple(replace(w, title="很长的名字" * 12, producer="a_very_long_name" * 4) for w in draft.works)
    panel = open_panel(replace(draft, works=long))
    panel.window().resize(640, 640)
    mail = mail_of(qtbot, panel, light_bag(tmp_path / "包", draft, [30, 33, 900]))
    for number in range(panel.tabs.count()):
        panel.tabs.setCurrentIndex(number)
        for section in range(4):
            panel.parts[0].stepper.choose(section)
            qtbot.waitUntil(lambda: cut_off(panel) == [], timeout=2_000)
            assert panel.window().scroll.horizontalScrollBar().maximum() == 0
    assert mail.isVisible()
    QApplication.instance().removeEventFilter(heard)
    assert heard.shown == ["Page"]
