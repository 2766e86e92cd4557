"""What is remembered of a packing survives a cut at any byte."""

from pathlib import Path

import pytest

from app.errors import AppError
from app.exporters.journal import Done, Head, Journal

HEAD = Head("包_2024-08-01", zip=False)
DONE = [Done(f"data/{n}.mp4", f"/片/{n}", n, n, "0" * 64) for n in range(3)]


def test_a_journal_cut_at_any_byte_keeps_the_lines_before_and_takes_new_ones(tmp_path: Path) -> None:
    path = tmp_path / "进度.jsonl"
    with Journal(path) as journal:
        assert (journal.head, journal.done) == (None, [])
        journal.start(HEAD, DONE[:1])
        journal.add(DONE[1])
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        with Journal(path) as journal:
            head, before = journal.head, list(journal.done)
            assert before == DONE[: len(before)]
            if head is None:
                journal.start(HEAD)
            journal.add(DONE[2])
        with Journal(path) as journal:
            assert journal.head == HEAD
            assert journal.done == [*before, DONE[2]]


def test_a_journal_is_held_by_one(tmp_path: Path) -> None:
    with Journal(tmp_path / "j"), pytest.raises(AppError, match="另一个窗口"):
        Journal(tmp_path / "j")
    Journal(tmp_path / "j").__exit__(None, None, None)
