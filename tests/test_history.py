"""What was packed is remembered, in order, for good."""

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from app.errors import AppError
from app.history import Entry, history, remember

ENTRY = Entry(
    when=datetime(2024, 8, 1, 12, tzinfo=UTC), draft="/稿.weiying", package="/包", campaign="c", unit="单位",
    recipient="主办", works=1, files=9, size=10, complete=True, manifest_sha256="0" * 64,
)  # fmt: skip


def test_the_last_package_comes_first(data_dir: Path) -> None:
    assert history() == []
    later = msgspec.structs.replace(ENTRY, package="/包 (2)")
    remember(ENTRY)
    remember(later)
    assert history() == [later, ENTRY]
    assert (data_dir / "history.jsonl").stat().st_mode & 0o077 == 0


def test_a_line_that_a_crash_has_cut_costs_only_itself(data_dir: Path) -> None:
    remember(ENTRY)
    with (data_dir / "history.jsonl").open("ab") as file:
        file.write(b'{"when": "20\xff')
    remember(ENTRY)
    assert history() == [ENTRY, ENTRY]


def test_a_history_that_cannot_be_written_is_told(data_dir: Path) -> None:
    (data_dir / "history.jsonl").mkdir(parents=True)
    with pytest.raises(AppError, match=r"history\.jsonl"):
        remember(ENTRY)
