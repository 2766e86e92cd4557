import io
from collections.abc import Callable

import pytest

from app.boxes import is_cut_short, top_level
from tests.films import film


def boxes(film_bytes: bytes) -> dict[bytes, int]:
    return {kind: offset for kind, offset, _ in top_level(io.BytesIO(film_bytes), len(film_bytes))}


def cut_short(film_bytes: bytes) -> bool | None:
    return is_cut_short(io.BytesIO(film_bytes), len(film_bytes))


INDEX_FIRST = film(index_first=True, codec="mpeg4").read_bytes
INDEX_LAST = film(codec="mpeg4").read_bytes
FRAGMENTED = film(fragmented=True).read_bytes


def wide_mdat(whole: bytes) -> bytes:
    """State the length of the last box, mdat, in 64 bits."""
    at = boxes(whole)[b"mdat"]
    length = int.from_bytes(whole[at : at + 4], "big") + 8
    return whole[:at] + b"\0\0\0\1mdat" + length.to_bytes(8, "big") + whole[at + 8 :]


@pytest.mark.parametrize(
    "whole",
    [
        INDEX_FIRST(),
        INDEX_LAST(),
        FRAGMENTED(),
        film(container="mov", seconds=1).read_bytes(),
        wide_mdat(INDEX_FIRST()),
        INDEX_FIRST()[: boxes(INDEX_FIRST())[b"mdat"]]
        + b"\0\0\0\0"
        + INDEX_FIRST()[boxes(INDEX_FIRST())[b"mdat"] + 4 :],
        INDEX_LAST() + b"abc",
        INDEX_LAST() + b"TAG" + bytes(125),
        INDEX_LAST() + b"\x7f\xff\xff\xffrubbish behind the film",
        INDEX_LAST() + bytes(2 << 20),
    ],
    ids=[
        "index first",
        "index last",
        "fragmented",
        "mov",
        "64 bits",
        "to the end",
        "3 bytes",
        "tag",
        "rubbish",
        "zeros",
    ],
)
def test_a_whole_film_is_not_cut_short(whole: bytes) -> None:
    assert cut_short(whole) is False


@pytest.mark.parametrize("source", [INDEX_FIRST, INDEX_LAST], ids=["index first", "index last"])
@pytest.mark.parametrize(
    "end",
    [
        lambda film: len(film) - 1,
        lambda film: len(film) * 9 // 10,
        lambda film: len(film) // 2,
        lambda film: boxes(film)[b"mdat"] + 8,
        lambda film: boxes(film)[b"mdat"] + 1,
        lambda film: boxes(film)[b"mdat"],
        lambda film: boxes(film)[b"moov"] + 8,
        lambda film: boxes(film)[b"moov"],
        lambda film: 40,
    ],
    ids=["a byte", "a tenth", "half", "in mdat", "in mdat's head", "before mdat", "in moov", "before moov", "start"],
)
def test_a_film_is_cut_short_wherever_it_ends(source: Callable[[], bytes], end: Callable[[bytes], int]) -> None:
    assert cut_short(source()[: end(source())]) is True


def test_a_fragmented_film_cut_in_a_fragment_is_cut_short() -> None:
    assert cut_short(FRAGMENTED()[: len(FRAGMENTED()) // 2]) is True


@pytest.mark.parametrize("index_first", [True, False])
def test_a_copy_that_stopped_and_left_zeros_is_cut_short(index_first: bool) -> None:
    whole = film(index_first=index_first, codec="mpeg4", seconds=200).read_bytes()
    arrived = len(whole) - (1 << 20)
    assert arrived > 1 << 20
    assert cut_short(whole[:arrived] + bytes(1 << 20)) is True


@pytest.mark.parametrize("content", [b"", b"abc", "这是一段文字，不是视频。".encode() * 9, bytes(100)])
def test_what_is_no_mp4_cannot_be_told_from_its_boxes(content: bytes) -> None:
    assert cut_short(content) is None


def test_a_photograph_in_boxes_has_no_film_to_miss() -> None:
    box = b"\0\0\0\x10%sabcdefgh"
    assert cut_short(box % b"ftyp" + box % b"meta" + box % b"mdat") is False
