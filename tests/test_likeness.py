"""Films that show the same are found however they were encoded; others are not."""

from itertools import combinations
from pathlib import Path

import pytest

from app.errors import Cancelled
from app.frames import FrameReader
from app.likeness import Print, alike, likenesses, picture_bits, read_print
from tests.scenes import scenes


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("画面")
    return {
        "原片": scenes(folder / "原片.mp4", 1),
        "压缩": scenes(folder / "压缩.mp4", 1, quality=38),
        "缩小": scenes(folder / "缩小.mkv", 1, size=(160, 90)),
        "换编码": scenes(folder / "换编码.mov", 1, codec="libx265", quality=30),
        "去头": scenes(folder / "去头.mp4", 1, cut_start=3),
        "去尾": scenes(folder / "去尾.mp4", 1, cut_end=4),
        "去头尾": scenes(folder / "去头尾.mp4", 1, cut_start=2, cut_end=3, size=(240, 136)),
        "竖着存": scenes(folder / "竖着存.mp4", 1, rotation=90),
        "别的": scenes(folder / "别的.mp4", 2),
        "片头一": scenes(folder / "片头一.mp4", 3, card=5),
        "片头二": scenes(folder / "片头二.mp4", 4, card=5),
        "全黑一": scenes(folder / "全黑一.mp4", 5, dark=True),
        "全黑二": scenes(folder / "全黑二.mp4", 6, dark=True, quality=30),
    }


SAME = {"原片", "压缩", "缩小", "换编码", "去头", "去尾", "去头尾", "竖着存"}


@pytest.fixture(scope="module")
def prints(films: dict[str, Path]) -> dict[str, Print]:
    reader = FrameReader()
    made = {name: read_print(path, reader) for name, path in films.items()}
    reader.close()
    assert all(made.values())
    return made  # type: ignore[return-value]


def test_the_same_film_is_alike_however_it_was_encoded_scaled_turned_or_trimmed(prints: dict[str, Print]) -> None:
    for one, other in combinations(prints, 2):
        assert alike(prints[one], prints[other]) == ({one, other} <= SAME), (one, other)


def test_films_of_one_film_are_one_group_and_black_ones_are_in_none(films: dict[str, Path]) -> None:
    (group,) = likenesses(films, {})
    assert set(group) == SAME


def test_a_broken_film_costs_only_itself(films: dict[str, Path], tmp_path: Path) -> None:
    broken, cut = tmp_path / "坏.mp4", tmp_path / "断.mp4"
    broken.write_bytes(b"not a film")
    cut.write_bytes(films["原片"].read_bytes()[:3000])
    wanted = {"坏": broken, "没有": tmp_path / "没有.mp4", "断": cut, "一": films["原片"], "二": films["压缩"]}
    assert likenesses(wanted, {}) == [("一", "二")]


def test_only_films_of_like_length_are_decoded_and_none_twice(films: dict[str, Path], tmp_path: Path) -> None:
    short = scenes(tmp_path / "短.mp4", 7, seconds=5)
    known: dict[Path, Print | None] = {}
    looked: list[str] = []
    wanted = {"短": short, "一": films["原片"], "二": films["压缩"]}
    likenesses(wanted, known, lambda done, total, name: looked.append(name))
    assert set(known) == {films["原片"], films["压缩"]}
    assert looked == ["原片.mp4", "压缩.mp4", ""]
    # What is known is not read again, even when it is gone.
    gone = {path.with_name("去了.mp4"): found for path, found in known.items()}
    assert likenesses({"一": next(iter(gone)), "短": short}, gone) == []


def test_comparing_can_be_cancelled(films: dict[str, Path]) -> None:
    asked = 0

    def cancelled() -> bool:
        nonlocal asked
        asked += 1
        return asked > 5

    with pytest.raises(Cancelled):
        likenesses({"一": films["原片"], "二": films["压缩"], "三": films["别的"]}, {}, cancelled=cancelled)


def test_flat_pictures_say_nothing() -> None:
    assert picture_bits(bytes([16] * 72)) is None
    assert picture_bits(bytes(16 + n % 3 for n in range(72))) is None
    assert picture_bits(bytes(range(0, 72 * 3, 3))) == 0
