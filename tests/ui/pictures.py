"""Takes a picture of every page with a draft of three films in it: `python -m tests.ui.pictures FOLDER [dark]`.

The window has the size of a screen of 1366 × 768 pixels under the scale that QT_SCALE_FACTOR gives, less the task bar.
"""

import os
import sys
import tempfile
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from app import storage
from app.draft import Address, Contact, Creator, Draft, Preparer, Unit, Video, Work
from app.film import FilmSpec, make_film
from app.pack import find_campaign
from app.ui import theme
from app.ui.desk import Desk
from app.ui.main import application
from app.ui.pages.videos import VideosPage
from app.ui.wizard import Wizard

SCREEN = (1366, 728)
_LONG_NAME = (
    "示范省示范市示范区哲学社会科学与文化艺术事业高质量发展促进中心暨新时代文明实践志愿服务总队联合会筹备工作委员会"
)


def sample_draft(folder: Path) -> Path:
    """Write three films and a draft of them below `folder`; return the draft's path."""
    films = {
        "01_光影里的蜀道_最终版.mp4": FilmSpec(path="", seconds=184, tint=0),
        "《山那边的课堂》.mp4": FilmSpec(path="", seconds=601, tint=120),
        "手机随拍.mov": FilmSpec(path="", seconds=48, width=960, height=540, container="mov", tint=240),
    }
    works = []
    campaign = find_campaign("")
    for number, (name, spec) in enumerate(films.items()):
        path = folder / name
        make_film(FilmSpec(**{f: getattr(spec, f) for f in spec.__struct_fields__} | {"path": str(path)}))
        works.append(Work(id=f"w{number}", title=path.stem.split("_")[-1], video=Video(path=str(path))))
    answers = {c.id: True for c in campaign.confirmations[:5]} | {campaign.confirmations[5].id: False}
    works[0] = Work(
        id="w0", title="光影里的蜀道", video=works[0].video, theme=campaign.themes[3].name, genre=campaign.genres[4],
        created="2024-05", producer="示范影视有限公司", synopsis="一支测绘队沿着古道走了四十天。" * 12,
        creators=(Creator("导演", "张䶮"), Creator("编剧", "王示范、李示范"), Creator("摄影", "赵示范")),
        recommendation="作品导向正确，制作精良，同意推选。", declarations=answers,
    )  # fmt: skip
    unit = Unit(
        name=_LONG_NAME[:60], kind=campaign.unit_kinds[3], address=Address("示范省", "示范市", "示范区", "示范路 1 号"),
        contact=Contact("张三", "1380013800"), preparer=Preparer("李四", "028-86600000"),
    )  # fmt: skip
    path = storage.drafts_dir() / "示例.weiying"
    storage.save_draft(Draft(campaign=campaign.id, unit=unit, works=tuple(works)), path)
    return path


def settle(milliseconds: int = 60) -> None:
    """Let the window do what it has to."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def cut_off(root: QWidget) -> list[str]:
    """Return the texts below `root` that have not the room they need."""
    found = []
    for label in root.findChildren(QLabel):
        if not label.isVisible() or not label.text():
            continue
        needed = label.heightForWidth(label.width()) if label.wordWrap() else label.sizeHint().height()
        if label.height() < needed or (not label.wordWrap() and label.width() < label.sizeHint().width()):
            found.append(label.text())
    for button in root.findChildren(QPushButton):
        if button.isVisible() and button.width() < button.minimumSizeHint().width():
            found.append(button.text())
    return found


def take(window: Wizard, folder: Path) -> list[str]:
    """Save a picture of each page below `folder`; return what was cut off."""
    cut = []
    for number, page in enumerate(window.pages):
        window.go_to(number)
        settle()
        while window.session.frames.busy() or window.session.jobs.busy():
            settle()
        settle()
        window.grab().save(str(folder / f"{number + 1}-{page.name}.png"))
        cut += [f"{page.name}: {text}" for text in cut_off(window)]
        if page.scroll.horizontalScrollBar().maximum():
            cut.append(f"{page.name}: 宽 {page.scroll.horizontalScrollBar().maximum()}")
    return cut


def main() -> int:
    """Take the pictures; return 1 if a text was cut off."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    app = application()
    if "dark" in sys.argv:
        theme.paint(app, dark=True)
    scale = float(os.environ.get("QT_SCALE_FACTOR", "1"))
    with tempfile.TemporaryDirectory() as films:
        desk = Desk()
        desk.open(sample_draft(Path(films)))
        window = desk.window
        window.resize(round(SCREEN[0] / scale), round(SCREEN[1] / scale))
        while window.session.films.busy():
            settle()
        window.page_named(VideosPage).table.selectRow(2)
        cut = take(window, folder)
        if scale == 1:
            # As it opens the first time.
            window.resize(1180, 720)
            (folder / "1180").mkdir(exist_ok=True)
            cut += take(window, folder / "1180")
        window.close()
        desk.close()
    print("\n".join(cut))
    return 1 if cut else 0


if __name__ == "__main__":
    sys.exit(main())
