"""The child that decodes films. It runs FFmpeg (PyAV), which may crash or hang on a damaged film, away from us.

Nothing is kept of a picture but its pixels as shown, scaled down: no image library is needed on either side.
"""

import base64
import json
import os
import signal
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.long_paths import openable

if TYPE_CHECKING:
    from av import VideoFrame
    from av.container import InputContainer
    from av.video.stream import VideoStream

# How many frames are decoded to get from a key frame to the wanted moment; beyond, what there is will do.
_MOST_STEPS = 300


def main() -> int:
    """Answer requests from standard input, a line each, until it closes; return the exit status.

    A request is `{"path", "moments_ms", "box": [width, height]}`. The answer is `{"frames": [...]}`, each
    `{"at_ms", "width", "height", "stride", "rotation", "pixels"}` with the pixels as base64 of RGB rows, or
    `{"error": text}`. A moment that cannot be decoded has no frame.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    requests = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    # Whatever a library prints must not land in the answer.
    os.dup2(2, 1)
    for line in requests:
        request = json.loads(line)
        try:
            frames = decode(Path(request["path"]), request["moments_ms"], *request["box"])
            answer: dict[str, Any] = {"frames": frames}
        except Exception as error:  # the last one who can say what it was
            answer = {"error": getattr(error, "strerror", None) or repr(error)}
        answers.write(json.dumps(answer).encode("ascii") + b"\n")
        answers.flush()
    return 0


def decode(path: Path, moments_ms: list[int], width: int, height: int) -> list[dict[str, Any]]:
    """Return the frames of a film at some moments (ms), as small as fits a box of pixels; in the moments' order.

    Raises OSError (also for what FFmpeg cannot read).
    """
    import av

    frames = []
    with openable(path).open("rb") as file, av.open(file, "r", metadata_errors="replace") as film:
        stream = film.streams.video[0]
        # Small pictures need no more than one processor, which the others may want.
        stream.thread_type = "NONE"
        for moment in moments_ms:
            try:
                frame = _frame_at(film, stream, moment)
            except av.error.FFmpegError:
                continue
            if frame is not None:
                frames.append(_pixels(frame, moment, width, height))
    return frames


def _frame_at(film: "InputContainer", stream: "VideoStream", moment_ms: int) -> "VideoFrame | None":
    """Return the frame that is shown at a moment, or the last one before it that can be had."""
    time_base = stream.time_base or Fraction(1, 1000)
    wanted = (stream.start_time or 0) + int(Fraction(moment_ms, 1000) / time_base)
    film.seek(wanted, stream=stream, backward=True, any_frame=False)
    best = None
    for steps, frame in enumerate(film.decode(stream)):
        if best is not None and frame.pts is not None and frame.pts > wanted:
            break
        best = frame
        if steps >= _MOST_STEPS:
            break
    return best


def _pixels(frame: "VideoFrame", moment_ms: int, box_width: int, box_height: int) -> dict[str, Any]:
    shape = frame.format, frame.width, frame.height
    assert all(shape)
    rotation = -int(frame.rotation) % 360
    upright = (box_height, box_width) if rotation in {90, 270} else (box_width, box_height)
    aspect = getattr(frame, "sample_aspect_ratio", None) or 1
    shown = frame.width * float(aspect)
    scale = min(upright[0] / shown, upright[1] / frame.height, 1)
    width, height = max(1, round(shown * scale)), max(1, round(frame.height * scale))
    small = frame.reformat(width=width, height=height, format="rgb24")
    plane = small.planes[0]
    return {
        "at_ms": moment_ms,
        "width": width,
        "height": height,
        "stride": plane.line_size,
        "rotation": rotation,
        "pixels": base64.b64encode(bytes(plane)).decode("ascii"),
    }
