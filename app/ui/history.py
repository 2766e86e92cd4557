"""Undo and redo: a list of drafts, which share all that did not change."""

from typing import NamedTuple

from app.draft import Draft

_MOST_STEPS = 500


class Step(NamedTuple):
    """A draft as it was, and what the edit that left it was called."""

    draft: Draft
    label: str


class History:
    """The drafts before and after the present one. Edits in a row with the same `run` are one step."""

    def __init__(self, draft: Draft) -> None:
        self.present = draft
        self._past: list[Step] = []
        self._future: list[Step] = []
        self._run = ""

    def edit(self, draft: Draft, label: str, run: str = "") -> None:
        """Make `draft` the present one; `run` (such as work and field) joins the typing of one word."""
        if not run or run != self._run:
            self._past.append(Step(self.present, label))
            del self._past[:-_MOST_STEPS]
        self._run = run
        self._future.clear()
        self.present = draft

    def amend(self, draft: Draft) -> None:
        """Change the present draft in a way that is not the user's and that undo does not know."""
        self.present = draft

    def end_run(self) -> None:
        """Let the next edit be a step of its own."""
        self._run = ""

    def undo_label(self) -> str:
        """Return what undo would take back, or nothing."""
        return self._past[-1].label if self._past else ""

    def redo_label(self) -> str:
        """Return what redo would do again, or nothing."""
        return self._future[-1].label if self._future else ""

    def undo(self) -> None:
        """Go one step back; nothing happens at the first one."""
        if self._past:
            step = self._past.pop()
            self._future.append(Step(self.present, step.label))
            self.present = step.draft
        self._run = ""

    def redo(self) -> None:
        """Go one step forward again."""
        if self._future:
            step = self._future.pop()
            self._past.append(Step(self.present, step.label))
            self.present = step.draft
        self._run = ""
