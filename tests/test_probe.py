import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from app.errors import Cancelled
from app.media import MediaFacts, Problem
from app.probe import ProbeCache, Probed, ProbePool, Stamp, unchanged
from tests.films import damaged, film
from tests.rights import WITHOUT_ROOT_S_RIGHTS

SHOW = """
import json, sys, pathlib
from app.probe import ProbePool
with ProbePool(1) as pool:
    for probed in pool.probe(map(pathlib.Path, sys.argv[1:])):
        print(json.dumps([probed.path.name, probed.problem, probed.facts and probed.facts.duration_ms]))
"""


@pytest.fixture(scope="module")
def pool() -> Iterator[ProbePool]:
    with ProbePool() as pool:
        yield pool


def one(pool: ProbePool, path: Path) -> Probed:
    (probed,) = pool.probe([path])
    assert probed.path == path
    assert (probed.facts is None) == (probed.problem is not None)
    return probed


def facts(pool: ProbePool, path: Path) -> MediaFacts:
    found = one(pool, path).facts
    assert found is not None
    return found


def gone(pid: int) -> bool:
    """Say whether a process has ended and has been waited for."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


@pytest.mark.parametrize(
    "name",
    [
        "两弹一星 精神.mp4",
        "🎬 film 🎞️.mp4",
        "café %s $HOME `x` \"q\" 'q'.mp4" if os.name == "posix" else "café %s.mp4",
        "-o.mp4",
        "𬭛䶮.mp4",
        "http.mp4",
        "电" * 83 + "ab.mp4",
    ],
)
def test_any_name_is_read(pool: ProbePool, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    shutil.copy(film(seconds=1), path)
    assert facts(pool, path).duration_ms == 1000


def test_a_path_longer_than_windows_likes_is_read(pool: ProbePool, tmp_path: Path) -> None:
    folder = tmp_path.joinpath(*["很长的文件夹名字" * 5] * 8)
    folder.mkdir(parents=True)
    shutil.copy(film(seconds=1), folder / "a.mp4")
    assert facts(pool, folder / "a.mp4").duration_ms == 1000


def test_a_relative_path_is_read_and_given_back_as_it_was(
    pool: ProbePool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(film(seconds=1), tmp_path / "a.mp4")
    monkeypatch.chdir(tmp_path)
    assert one(pool, Path("a.mp4")).problem is None


def test_a_file_that_is_not_there_is_missing(pool: ProbePool, tmp_path: Path) -> None:
    assert one(pool, tmp_path / "没有.mp4").problem == Problem.MISSING
    assert one(pool, tmp_path / "没有" / "a.mp4").problem == Problem.MISSING
    assert one(pool, film(seconds=1) / "a.mp4").problem == Problem.MISSING


def test_a_name_no_system_allows_is_missing(pool: ProbePool, tmp_path: Path) -> None:
    assert one(pool, tmp_path / "a\0.mp4").problem == Problem.MISSING
    assert one(pool, tmp_path / ("长" * 5000)).problem == Problem.MISSING


def test_a_folder_is_not_a_file(pool: ProbePool, tmp_path: Path) -> None:
    (tmp_path / "a.mp4").mkdir()
    assert one(pool, tmp_path / "a.mp4").problem == Problem.NOT_A_FILE


def test_an_empty_file_is_empty(pool: ProbePool, tmp_path: Path) -> None:
    (tmp_path / "a.mp4").touch()
    assert one(pool, tmp_path / "a.mp4").problem == Problem.EMPTY


@pytest.mark.parametrize(
    "content",
    ["这是一段文字，不是视频。".encode() * 1000, bytes(5_000_000), b"PK\3\4" + bytes(100), b"%PDF-1.7\n", b"\0"],
    ids=["text", "zeros", "zip", "pdf", "one byte"],
)
def test_what_only_has_a_film_s_name_is_not_a_film(pool: ProbePool, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.mp4").write_bytes(content)
    assert one(pool, tmp_path / "a.mp4").problem == Problem.NOT_MEDIA


@pytest.mark.parametrize("container", ["mp4", "mov", "matroska", "avi"])
@pytest.mark.parametrize("part", [0.3, 0.9, 0.999])
def test_a_film_cut_short_is_said_to_be(pool: ProbePool, container: str, part: float) -> None:
    whole = film(container=container, codec="mpeg4", seconds=10)
    cut = damaged(whole, lambda content: content[: int(len(content) * part)])
    assert facts(pool, cut).truncated
    assert not facts(pool, whole).truncated


@pytest.mark.parametrize("seed", range(20))
def test_a_damaged_film_is_answered_for(pool: ProbePool, seed: int) -> None:
    def scratch(content: bytes) -> bytes:
        scratched = bytearray(content)
        for number in range(200):
            scratched[(seed * 7919 + number * number * 104_729) % len(scratched)] ^= (seed + number) % 255 + 1
        return bytes(scratched)

    probed = one(pool, damaged(film(index_first=True, sound=True, seconds=5), scratch))
    assert probed.problem not in {Problem.CRASHED, Problem.TIMEOUT}


def test_every_path_is_answered_for_once(pool: ProbePool, tmp_path: Path) -> None:
    paths = []
    for number in range(60):
        paths.append(tmp_path / f"第{number}集.mp4")
        if number % 3:
            shutil.copy(film(seconds=1 + number % 2), paths[-1])
    found = {probed.path: probed for probed in pool.probe(iter(paths))}
    assert sorted(found) == sorted(paths)
    for number, path in enumerate(paths):
        if number % 3:
            assert found[path].facts.duration_ms == 1000 + 1000 * (number % 2)
        else:
            assert found[path].problem == Problem.MISSING


def test_no_paths_need_no_child() -> None:
    with ProbePool() as pool:
        assert list(pool.probe([])) == []
        assert pool.children() == []


def test_paths_are_read_only_as_they_are_needed(pool: ProbePool) -> None:
    taken = 0

    def paths() -> Iterator[Path]:
        nonlocal taken
        while True:
            taken += 1
            yield film(seconds=1)

    for count, _ in enumerate(pool.probe(paths())):
        if count == 20:
            break
    assert taken <= 21 + 8


def test_probing_can_be_cancelled_and_the_pool_goes_on(pool: ProbePool) -> None:
    seen: list[Probed] = []
    with pytest.raises(Cancelled):
        seen.extend(pool.probe([film(seconds=1)] * 50, cancelled=lambda: True))
    assert seen == []
    assert facts(pool, film(seconds=1)).duration_ms == 1000


def test_several_threads_may_probe_at_once(pool: ProbePool) -> None:
    lengths: list[list[int | None]] = []

    def probe(seconds: int) -> None:
        probed = pool.probe([film(seconds=seconds)] * 30)
        lengths.append([p.facts.duration_ms if p.facts else None for p in probed])

    for seconds in (1, 2, 3):
        film(seconds=seconds)
    threads = [threading.Thread(target=probe, args=(seconds,)) for seconds in (1, 2, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(lengths) == [[1000] * 30, [2000] * 30, [3000] * 30]


def test_a_closed_pool_has_no_children_left() -> None:
    with ProbePool(2) as pool:
        list(pool.probe([film(seconds=1)] * 10))
        children = pool.children()
    assert len(children) == 2
    assert all(gone(pid) for pid in children)
    with pytest.raises(Cancelled):
        list(pool.probe([film(seconds=1)]))


def test_a_pool_may_be_closed_while_it_works() -> None:
    pool = ProbePool()
    answers = pool.probe([film(seconds=1)] * 1000)
    next(answers)
    children = pool.children()
    pool.close()
    pool.close()
    assert all(gone(pid) for pid in children)
    with pytest.raises(Cancelled):
        list(answers)


def test_a_film_is_unchanged_until_it_is_written_to(pool: ProbePool, tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    shutil.copy(film(seconds=1), path)
    stamp = one(pool, path).stamp
    assert stamp is not None
    assert stamp.size_bytes == path.stat().st_size
    assert unchanged(path, stamp)
    with path.open("ab") as file:
        file.write(b"x")
    assert not unchanged(path, stamp)
    path.unlink()
    assert not unchanged(path, stamp)


def test_a_film_that_is_known_is_not_read_again_until_it_changes(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    shutil.copy(film(seconds=1), path)
    cache = ProbeCache(tmp_path / "cache.json")
    with ProbePool(1, cache=cache) as pool:
        first = one(pool, path)
        assert first.stamp is not None
        # Facts no reading could give show that there was none.
        invented = MediaFacts(container="从前所见")
        cache.put(str(path), first.stamp, invented)
        assert one(pool, path).facts == invented
        shutil.copy(film(seconds=2), path)
        assert facts(pool, path).duration_ms == 2000
        path.unlink()
        assert one(pool, path).problem == Problem.MISSING


@pytest.mark.parametrize("flags", [[], ["-X", "utf8"]])
@pytest.mark.parametrize(
    "environment",
    [
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"LC_ALL": "C.UTF-8"},
        {"PYTHONIOENCODING": "latin-1"},
    ],
)
def test_names_are_read_in_any_locale(tmp_path: Path, environment: dict[str, str], flags: list[str]) -> None:
    path = tmp_path / "中文 🎬.mp4"
    shutil.copy(film(seconds=1), path)
    assert shown(str(path), environment=environment, flags=flags) == [None, 1000]


def test_a_folder_with_a_program_of_our_name_is_not_taken_for_us(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "__init__.py").write_text("raise SystemExit(3)", encoding="utf-8")
    assert shown(str(film(seconds=1)), folder=tmp_path) == [None, 1000]


def shown(
    *words: str,
    environment: dict[str, str] | None = None,
    folder: Path | None = None,
    rights: bool = True,
    flags: Iterable[str] = (),
) -> object:
    """Probe one path in a program of its own; return the problem and the length."""
    source = str(Path(__file__).parent.parent)
    done = subprocess.run(
        [*([] if rights else WITHOUT_ROOT_S_RIGHTS), sys.executable, *flags, "-P", "-W", "error", "-c", SHOW, *words],
        env={**os.environ, "PYTHONPATH": source, **(environment or {})},
        cwd=folder,
        stdout=subprocess.PIPE,
        check=True,
    )
    return json.loads(done.stdout)[1:]


def test_a_file_without_permission_is_denied(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    shutil.copy(film(seconds=1), path)
    assert shown(str(path), rights=False) == [None, 1000]
    path.chmod(0)
    assert shown(str(path), rights=False) == ["denied", None]
    path.chmod(0o600)
    (tmp_path / "关").mkdir()
    path.rename(tmp_path / "关" / "a.mp4")
    (tmp_path / "关").chmod(0)
    try:
        assert shown(str(tmp_path / "关" / "a.mp4"), rights=False) == ["denied", None]
    finally:
        (tmp_path / "关").chmod(0o700)


def test_root_reads_even_a_file_without_permission(pool: ProbePool, tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    shutil.copy(film(seconds=1), path)
    path.chmod(0)
    probed = one(pool, path)
    if os.access(path, os.R_OK):
        assert probed.facts is not None
    else:
        assert probed.problem == Problem.DENIED


def test_the_stamp_of_a_problem_is_the_file_s(pool: ProbePool, tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.touch()
    assert one(pool, path).stamp == Stamp(0, path.stat().st_mtime_ns)
