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

from app.errors import os_reason
from app.long_paths import openable

if TYPE_CHECKING:
    from av import VideoFrame
    from av.container import InputContainer
    from av.video.stream import VideoStream

# How many frames are decoded to get from a key frame to the wanted moment; beyond, what there is will do.
_MOST_STEPS = 300
_MOST_RATE = 60
# Width and height of the pictures by which films are compared.
GREY = (9, 8)


def main() -> int:
    """Answer requests from standard input, a line each, until it closes; return the exit status.

    A request is `{"path", "moments_ms", "box": [width, height]}`. The answer is `{"frames": [...]}`, each
    `{"at_ms", "width", "height", "stride", "rotation", "pixels"}` with the pixels as base64 of RGB rows, or
    `{"error": text}`. A moment that cannot be decoded has no frame. With `"strip"` in place of `"moments_ms"` it is a
    request for `strip` with the values in it.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    requests = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    # Whatever a library prints must not land in the answer.
    os.dup2(2, 1)
    for line in requests:
        request = json.loads(line)
        try:
            path = Path(request["path"])
            if "strip" in request:
                answer: dict[str, Any] = strip(path, *request["strip"])
            else:
                answer = {"frames": decode(path, request["moments_ms"], *request["box"])}
        except Exception as error:  # the last one who can say what it was
            answer = {"error": os_reason(error) if isinstance(error, OSError) else repr(error)}
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


def strip(path: Path, centre: float, length_ms: int, step_ms: int) -> dict[str, Any]:
    """Return the film's length, and tiny grey pictures (`GREY`, upright) of a stretch of it, one every `step_ms`.

    The stretch is `length_ms` long round a fraction of the film's length, and may begin earlier, at a key frame: what
    is decoded anyway is of use. The answer is `{"duration_ms", "pictures": [[at_ms, base64], ...]}`. Raises OSError.
    """
    import av

    pictures: list[tuple[int, str]] = []
    with openable(path).open("rb") as file, av.open(file, "r", metadata_errors="replace") as film:
        stream = film.streams.video[0]
        stream.thread_type = "NONE"
        # Nearly half the work is saved by what these few pixels do not need.
        stream.codec_context.skip_frame = "NONREF"
        stream.codec_context.options = {"skip_loop_filter": "all"}
        duration_ms = (film.duration or 0) // 1000
        begin = max(0, int(duration_ms * centre) - length_ms // 2)
        time_base, first = stream.time_base or Fraction(1, 1000), stream.start_time or 0
        if length_ms and begin:
            film.seek(first + int(Fraction(begin, 1000) / time_base), stream=stream, backward=True, any_frame=False)
        due = 0
        most = _MOST_STEPS + length_ms * _MOST_RATE // 1000
        for steps, frame in enumerate(film.decode(stream) if length_ms else ()):
            at_ms = int(((frame.pts or 0) - first) * time_base * 1000)
            if at_ms >= begin + length_ms or steps > most:
                break
            if at_ms >= due:
                pictures.append((at_ms, base64.b64encode(_grey(frame)).decode("ascii")))
                due = (at_ms // step_ms + 1) * step_ms
    return {"duration_ms": duration_ms, "pictures": pictures}


def _grey(frame: "VideoFrame") -> bytes:
    """Return a frame as shown, as `GREY` pixels of a byte each."""
    turns = int(frame.rotation) // 90 % 4
    width, height = GREY if turns % 2 == 0 else GREY[::-1]
    plane = frame.reformat(width=width, height=height, format="gray").planes[0]
    data, stride = bytes(plane), plane.line_size
    rows = [list(data[y * stride : y * stride + width]) for y in range(height)]
    for _ in range(turns):
        # A quarter turn to the left, as the frame's rotation counts.
        rows = [list(column) for column in zip(*rows, strict=True)][::-1]
    return bytes(value for row in rows for value in row)


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
