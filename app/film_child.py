"""The child that writes films. It runs FFmpeg (PyAV), which may crash, away from us; one request, one answer.

The films are those of the demonstration: a sun over hills, and a soft chord. Only four seconds are encoded; their
packets are written again and again, so that a quarter of an hour takes about a second.
"""

import array
import cmath
import json
import math
import os
import signal
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec

from app.errors import os_reason
from app.long_paths import openable

if TYPE_CHECKING:
    from av import AudioFrame, AudioStream, VideoFrame, VideoStream
    from av.container import OutputContainer

_Colour = tuple[int, int, int]

_LOOP_S = 4
_SOUND_RATE = 48_000
_SOUND_FRAME = 1024  # samples in an AAC frame
_SOUND_SETTLED = 16  # frames after which a steady sound makes steady packets


class FilmSpec(msgspec.Struct, frozen=True, kw_only=True):
    """A film to make: where, `width` × `height` in pixels (even numbers), its length and its frames per second.

    `container` is `mp4` or `mov`, whatever the name says; `tint` turns the colours (degrees).
    """

    path: str
    width: Annotated[int, msgspec.Meta(ge=2)] = 1280
    height: Annotated[int, msgspec.Meta(ge=2)] = 720
    seconds: Annotated[float, msgspec.Meta(gt=0)] = 60.0
    frame_rate: Annotated[int, msgspec.Meta(ge=1)] = 25
    container: str = "mp4"
    sound: bool = True
    tint: int = 0


def main() -> int:
    """Make the film that one line of standard input asks for; answer with one line; return the exit status."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    requests = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    # Whatever a library prints must not land in the answer.
    os.dup2(2, 1)
    for line in requests:
        try:
            make_film(msgspec.convert(json.loads(line), FilmSpec))
            answer: dict[str, Any] = {"done": True}
        except Exception as error:  # the last one who can say what it was
            answer = {"error": os_reason(error) if isinstance(error, OSError) else repr(error)}
        answers.write(json.dumps(answer).encode("ascii") + b"\n")
        answers.flush()
    return 0


def make_film(spec: FilmSpec) -> None:
    """Write the film; its length is `seconds` to the nearest frame. Raises OSError or ValueError."""
    import av

    frames = max(1, round(spec.seconds * spec.frame_rate))
    # A file of ours and not its name: FFmpeg cannot open every name.
    with (
        openable(Path(spec.path)).open("wb") as file,
        av.open(file, "w", format=spec.container) as film,
    ):
        picture = film.add_stream("libx264", rate=spec.frame_rate)
        picture.width, picture.height, picture.pix_fmt = spec.width, spec.height, "yuv420p"
        # No picture refers to one outside its loop, nor to a later one: a loop can follow another, and stop anywhere.
        picture.options = {"preset": "veryfast", "crf": "26", "bf": "0", "x264-params": "scenecut=0:open-gop=0"}
        picture.gop_size = _LOOP_S * spec.frame_rate
        pictures = [bytes(p) for f in _pictures(spec) for p in picture.encode(f)]
        pictures += [bytes(p) for p in picture.encode(None)]
        chords: list[bytes] = []
        if spec.sound:
            sound = film.add_stream("aac", rate=_SOUND_RATE, layout="stereo")
            chords = [bytes(p) for f in _chord() for p in sound.encode(f)][_SOUND_SETTLED:]
        # The sound stops with the picture or just before, so that the film is as long as it should be.
        sounds = int(spec.seconds * _SOUND_RATE / _SOUND_FRAME) if chords else 0
        written = 0
        for number in range(frames):
            place = number % len(pictures)
            _write(film, picture, pictures[place], number, Fraction(1, spec.frame_rate), 1, key=place == 0)
            while written < min(sounds, (number + 1) * _SOUND_RATE // (_SOUND_FRAME * spec.frame_rate)):
                chord = chords[written % len(chords)]
                at = written * _SOUND_FRAME
                _write(film, sound, chord, at, Fraction(1, _SOUND_RATE), _SOUND_FRAME, key=True)
                written += 1


def _write(
    film: "OutputContainer",
    stream: "VideoStream | AudioStream",
    data: bytes,
    at: int,
    time_base: Fraction,
    duration: int,
    key: bool,
) -> None:
    from av import Packet

    packet = Packet(data)
    packet.stream = stream
    packet.pts = packet.dts = at
    packet.duration = duration
    packet.time_base = time_base
    packet.is_keyframe = key
    film.mux_one(packet)


def _pictures(spec: FilmSpec) -> Iterator["VideoFrame"]:
    """Yield the frames of one loop: a sun goes round in the sky above two hills."""
    from av import VideoFrame

    sky, land, sun = (
        _tinted(colours, spec.tint)
        for colours in ([(90, 160, 110), (215, 100, 160)], [(70, 110, 110)], [(225, 70, 160)])
    )
    count = _LOOP_S * spec.frame_rate
    empty = VideoFrame(spec.width, spec.height, "yuv420p")
    landscapes = [
        _landscape(plane.width, plane.height, (sky[0][channel], sky[1][channel]), land[0][channel], plane.line_size)
        for channel, plane in enumerate(empty.planes)
    ]
    for number in range(count):
        angle = math.tau * number / count
        across, down = 0.5 + 0.32 * math.cos(angle), 0.3 + 0.12 * math.sin(angle)
        frame = VideoFrame(spec.width, spec.height, "yuv420p")
        for channel, plane in enumerate(frame.planes):
            x, y, radius = (
                round(across * plane.width),
                round(down * plane.height),
                round(0.11 * min(plane.width, plane.height)),
            )
            plane.update(_with_disc(landscapes[channel], x, y, radius, sun[0][channel]))
        frame.pts, frame.time_base = number, Fraction(1, spec.frame_rate)
        yield frame


def _tinted(colours: list[_Colour], degrees: int) -> list[_Colour]:
    """Turn colours (Y, U, V) round the grey axis."""
    turn = cmath.rect(1, math.radians(degrees))
    turned = [(y, complex(u - 128, v - 128) * turn) for y, u, v in colours]
    return [(y, 128 + round(c.real), 128 + round(c.imag)) for y, c in turned]


def _landscape(width: int, height: int, sky: tuple[int, int], land: int, stride: int) -> list[bytes]:
    """Return the rows of one plane, `stride` bytes each: the sky from one value to another, and hills before it."""
    line = [
        height * (0.74 + 0.07 * math.sin(1.5 * math.tau * x / width) + 0.03 * math.sin(4 * math.tau * x / width))
        for x in range(stride)
    ]
    rows = []
    for y in range(height):
        above = sky[0] + round((sky[1] - sky[0]) * y / height)
        if y < min(line):
            rows.append(bytes([above]) * stride)
        elif y > max(line):
            rows.append(bytes([land]) * stride)
        else:
            rows.append(bytes(land if y >= top else above for top in line))
    return rows


def _with_disc(rows: list[bytes], x: int, y: int, radius: int, value: int) -> bytes:
    """Return the rows as one plane, with a disc drawn on them that lies within."""
    drawn = list(rows)
    for row in range(y - radius, y + radius):
        half = math.isqrt(radius * radius - (row - y) ** 2)
        drawn[row] = rows[row][: x - half] + bytes([value]) * (2 * half) + rows[row][x + half :]
    return b"".join(drawn)


def _chord() -> Iterator["AudioFrame"]:
    """Yield frames of a soft chord whose waves fit an AAC frame exactly, so that any frame can follow any other."""
    from av import AudioFrame

    wave = [sum(0.04 * math.sin(math.tau * k * n / _SOUND_FRAME) for k in (4, 5, 6)) for n in range(_SOUND_FRAME)]
    data = array.array("f", wave).tobytes()
    for number in range(2 * _SOUND_SETTLED):
        frame = AudioFrame(format="fltp", layout="stereo", samples=_SOUND_FRAME)
        frame.sample_rate = _SOUND_RATE
        frame.pts, frame.time_base = number * _SOUND_FRAME, Fraction(1, _SOUND_RATE)
        for plane in frame.planes:
            plane.update(data)
        yield frame
