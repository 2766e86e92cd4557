"""Real windows on real films."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType

import pytest
from PySide6.QtWidgets import QApplication

from app.ui.main import application, open_window
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
    """Return a function that opens a window on a draft (or a new one), shown and laid out."""
    opened: list[Wizard] = []

    def make(path: Path | None = None) -> Wizard:
        window = open_window(path)
        opened.append(window)
        window.resize(1366, 740)
        with qtbot.waitExposed(window):
            window.show()
        return window

    yield make
    for window in opened:
        window.close()
        window.deleteLater()


@pytest.fixture
def wizard(open_wizard: Callable[..., Wizard]) -> Wizard:
    return open_wizard()
