"""How far a long piece of work on bytes is: for a bar, with the file's name, the speed and the time left."""

import time
from collections import deque
from collections.abc import Callable
from typing import Literal, NamedTuple

from app.errors import Cancelled

# The speed is that of the last seconds, so that it follows a stick that slows down.
_WINDOW_SECONDS = 10.0

Phase = Literal["forms", "copy", "verify"]
PHASES: dict[Phase, str] = {"forms": "正在写表格", "copy": "正在复制", "verify": "正在核对"}
"""What each phase is called."""


class Step(NamedTuple):
    """Where the work is: bytes done of all, the file at hand, bytes a second, seconds left (None: not known yet)."""

    phase: Phase
    name: str
    done: int
    total: int
    speed: float = 0.0
    left: float | None = None


class Meter:
    """Counts bytes and tells `progress`; raises Cancelled from `moved` soon after `cancelled()` is true."""

    def __init__(
        self,
        total: int,
        progress: Callable[[Step], None],
        cancelled: Callable[[], bool],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._total = total
        self._progress, self._cancelled, self._clock = progress, cancelled, clock
        self._done = 0
        self._phase: Phase = "copy"
        self._name = ""
        self._moments: deque[tuple[float, int]] = deque([(clock(), 0)])
        self._moved = 0

    def begin(self, phase: Phase, name: str) -> None:
        """Turn to a file."""
        self._phase, self._name = phase, name
        self.moved(0)

    def skip(self, length: int) -> None:
        """Count bytes that need no work; they say nothing of the speed."""
        self._done += length

    def moved(self, length: int) -> None:
        """Count bytes that were worked on."""
        if self._cancelled():
            raise Cancelled
        self._done += length
        self._moved += length
        now = self._clock()
        self._moments.append((now, self._moved))
        while len(self._moments) > 2 and now - self._moments[0][0] > _WINDOW_SECONDS:
            self._moments.popleft()
        since, before = self._moments[0]
        speed = (self._moved - before) / (now - since) if now > since else 0.0
        left = (self._total - self._done) / speed if speed > 0 else None
        self._progress(Step(self._phase, self._name, self._done, self._total, speed, left))


def time_text(seconds: float) -> str:
    """Return a time as a person says it, rounded up: `8 秒`, `2 分 10 秒`, `1 小时 5 分`."""
    minutes, rest = divmod(int(seconds) + 1, 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} 小时 {minutes} 分"
    return f"{minutes} 分 {rest} 秒" if minutes else f"{rest} 秒"
