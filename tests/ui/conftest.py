"""Real windows on real films."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType

import pytest
from PySide6.QtWidgets import QApplication

from app.ui.desk import Desk
from app.ui.main import application
from app.ui.wizard import Wizard


@pytest.fixture(scope="session")
def qapp() -> QApplication:
    return application()


@pytest.fixture
def bugs(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[BaseException]]:
    """Collect what reaches sys.excepthook; anything left at the end fails the test."""
    found: list[BaseException] = []

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        sys.__excepthook__(kind, error, trace)
        found.append(error)

    monkeypatch.setattr(sys, "excepthook", hook)
    yield found
    assert not found


@pytest.fixture
def open_wizard(qtbot, data_dir: Path, bugs: list[BaseException]) -> Iterator[Callable[..., Wizard]]:
    """Return a function that opens a window on a draft, or a new one on its first page to fill in."""
    desks: list[Desk] = []

    def make(path: Path | None = None) -> Wizard:
        desk = Desk()
        desks.append(desk)
        desk.open(path, page=1)
        desk.window.resize(1366, 740)
        qtbot.waitExposed(desk.window)
        return desk.window

    yield make
    for desk in desks:
        desk.window.close()
        desk.window.deleteLater()
        desk.close()


@pytest.fixture
def wizard(open_wizard: Callable[..., Wizard]) -> Wizard:
    return open_wizard()


@pytest.fixture
def desk(qtbot, data_dir: Path, bugs: list[BaseException]) -> Iterator[Desk]:
    made = Desk()
    yield made
    if made.window is not None:
        made.window.close()
        made.window.deleteLater()
    made.close()
