"""Real films for the tests, made by FFmpeg (PyAV) when first asked for, and kept until the tests end.

A grey second is encoded once and its packets are written again and again: a quarter of an hour takes a moment.
"""

import atexit
import functools
import shutil
import tempfile
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av

RATE = 10
_folder: list[Path] = []


def folder() -> Path:
    if not _folder:
        _folder.append(Path(tempfile.mkdtemp(prefix="films-")))
        atexit.register(shutil.rmtree, _folder[0], ignore_errors=True)
    return _folder[0]


@functools.cache
def film(
    name: str = "film.mp4",
    *,
    width: int = 1280,
    height: int = 720,
    seconds: float = 60.0,
    container: str = "mp4",
    codec: str = "libx264",
    tracks: int = 1,
    sound: bool = False,
    rotation: int = 0,
    created: str = "",
    pixel: Fraction = Fraction(1),
    index_first: bool = False,
    fragmented: bool = False,
    encrypted: bool = False,
    cover: bool = False,
) -> Path:
    """Return a real film of exactly these properties, in a folder of its own; the same arguments, the same file.

    `rotation` is what a phone means by it: degrees clockwise that a player turns the picture. `created` is ISO 8601.
    """
    path = Path(tempfile.mkdtemp(dir=folder())) / name
    flags = ["faststart"] * index_first + ["frag_keyframe+empty_moov"] * fragmented
    options = {"movflags": "+".join(flags)} if flags else {}
    if encrypted:
        options |= {
            "encryption_scheme": "cenc-aes-ctr",
            "encryption_key": "76a6c65c5ea762046bd749a2e632ccbb",
            "encryption_kid": "a7e61c373e219033c21091fa607bf3b8",
        }
    with av.open(str(path), "w", format=container, options=options) as output:
        if created:
            output.metadata["creation_time"] = created
        streams = []
        for _ in range(tracks):
            stream = output.add_stream(codec, rate=RATE)
            stream.width, stream.height = width, height
            # Odd sizes need every pixel's own colour.
            stream.pix_fmt = "yuv444p" if width % 2 or height % 2 else "yuv420p"
            stream.gop_size = RATE
            stream.sample_aspect_ratio = pixel
            stream.options = {"preset": "ultrafast", "bf": "0"} if codec == "libx264" else {"bf": "0"}
            if rotation:
                stream.set_display_rotation(-rotation)
            streams.append((stream, _second(stream)))
        music = output.add_stream("aac", rate=48_000) if sound else None
        picture = _cover(output) if cover else None
        for number in range(round(seconds * RATE)):
            for stream, packets in streams:
                output.mux(_packet(packets[number % RATE], stream, number, Fraction(1, RATE), number % RATE == 0))
        if music:
            for frame in _silence(seconds):
                output.mux(music.encode(frame))
            output.mux(music.encode(None))
        if picture:
            output.mux(picture)
    return path


def _second(stream: av.VideoStream) -> list[bytes]:
    frames = []
    for number in range(RATE):
        frame = av.VideoFrame(stream.width, stream.height, stream.pix_fmt)
        for plane in frame.planes:
            plane.update(bytes([128]) * plane.buffer_size)
        frame.pts = number
        frames += [bytes(p) for p in stream.encode(frame)]
    frames += [bytes(p) for p in stream.encode(None)]
    assert len(frames) == RATE
    return frames


def _packet(data: bytes, stream: av.VideoStream, at: int, time_base: Fraction, key: bool) -> av.Packet:
    packet = av.Packet(data)
    packet.stream, packet.time_base, packet.is_keyframe = stream, time_base, key
    packet.pts = packet.dts = at
    packet.duration = 1
    return packet


def _silence(seconds: float) -> list[av.AudioFrame]:
    frames = []
    for number in range(int(seconds * 48_000 / 1024)):
        frame = av.AudioFrame(format="fltp", layout="stereo", samples=1024)
        for plane in frame.planes:
            plane.update(bytes(plane.buffer_size))
        frame.sample_rate, frame.pts, frame.time_base = 48_000, number * 1024, Fraction(1, 48_000)
        frames.append(frame)
    return frames


def _cover(output: av.container.OutputContainer) -> list[av.Packet]:
    stream = output.add_stream("mjpeg", rate=1)
    stream.width, stream.height, stream.pix_fmt = 1280, 720, "yuvj420p"
    stream.disposition = av.stream.Disposition.attached_pic
    frame = av.VideoFrame(1280, 720, "yuvj420p")
    for plane in frame.planes:
        plane.update(bytes([128]) * plane.buffer_size)
    frame.pts = 0
    return [*stream.encode(frame), *stream.encode(None)]


def damaged(source: Path, change: Callable[[bytes], bytes], name: str = "damaged.mp4") -> Path:
    """Return a copy of a film with its bytes changed."""
    path = Path(tempfile.mkdtemp(dir=folder())) / name
    path.write_bytes(change(source.read_bytes()))
    return path
