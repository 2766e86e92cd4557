"""Pictures from a film for the person who reviews it, decoded in a child process; a crash costs that one film."""

import base64
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from app.child import Child, Lost
from app.errors import AppError

# A damaged or huge film must not keep the reviewer waiting for ever.
_TIMEOUT_S = 30.0
# The very last moment of a film has often no frame of its own any more.
_BEFORE_END_MS = 200


class Frame(NamedTuple):
    """One picture: `pixels` are RGB rows of `stride` bytes, to be turned clockwise by `rotation` degrees."""

    at_ms: int
    width: int
    height: int
    stride: int
    rotation: int
    pixels: bytes


class Strip(NamedTuple):
    """A film's length in ms, and of a stretch of it pictures of 9 × 8 grey bytes with their moments (ms)."""

    duration_ms: int
    pictures: tuple[tuple[int, bytes], ...]


def moments(duration_ms: int, count: int) -> list[int]:
    """Return `count` (at least 2) moments of a film in ms: its first frame, its last, and evenly between them."""
    last = max(0, duration_ms - _BEFORE_END_MS)
    return [last * number // (count - 1) for number in range(count)]


class FrameReader:
    """A child process that decodes, started when first needed; to be used by one thread at a time."""

    def __init__(self) -> None:
        self._child: Child | None = None

    def read(self, path: Path, moments_ms: Sequence[int], width: int = 320, height: int = 180) -> list[Frame]:
        """Return the frames at some moments (ms) of a film, none larger than `width` × `height` pixels as shown.

        A moment that cannot be decoded is left out. Raises AppError if the film cannot be decoded at all.
        """
        answer = self._ask(path, {"moments_ms": list(moments_ms), "box": [width, height]})
        return [Frame(**{**frame, "pixels": base64.b64decode(frame["pixels"])}) for frame in answer["frames"]]

    def strip(self, path: Path, centre: float, length_ms: int, step_ms: int) -> Strip:
        """Return tiny grey pictures of the `length_ms` round a fraction of a film, one every `step_ms`.

        With no length there are no pictures, and nothing is decoded. Raises AppError if the film cannot be decoded.
        """
        answer = self._ask(path, {"strip": [centre, length_ms, step_ms]})
        return Strip(answer["duration_ms"], tuple((at, base64.b64decode(grey)) for at, grey in answer["pictures"]))

    def _ask(self, path: Path, wanted: dict[str, Any]) -> dict[str, Any]:
        request = {"path": str(path.absolute()), **wanted}
        try:
            if self._child is None or not self._child.alive():
                self.close()
                self._child = Child("--frames-child")
            answer = self._child.ask(request, _TIMEOUT_S)
        except Lost as lost:
            self.close()
            raise _failed(path, "超时" if lost.late else lost.detail) from lost
        if "error" in answer:
            raise _failed(path, answer["error"])
        return answer

    def close(self) -> None:
        """End the child."""
        if self._child is not None:
            self._child.end()
            self._child = None


def _failed(path: Path, reason: str) -> AppError:
    return AppError(f"“{path.name}”取不出画面（{reason}）。", "可以用播放器打开视频核对。")
