"""What only POSIX has: pipes, devices, links, names that are no text; and attacks on a child at work (Linux)."""

import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.errors import Cancelled
from app.media import Problem
from app.probe import ProbeCache, Probed, ProbePool
from tests.films import film
from tests.test_probe import gone, one

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="uses /proc and POSIX's kinds of files")


@pytest.fixture(scope="module")
def pool() -> Iterator[ProbePool]:
    with ProbePool(timeout_s=20) as pool:
        yield pool


@pytest.mark.parametrize(
    "name", ["第1行\n第2行.mp4", "\t\x1b[31m.mp4", os.fsdecode(b"\xff\xfe\x80.mp4"), "\\\\a:b?.mp4"]
)
def test_any_name_is_read(pool: ProbePool, tmp_path: Path, name: str) -> None:
    shutil.copy(film(seconds=1), tmp_path / name)
    assert one(pool, tmp_path / name).facts is not None


def test_a_pipe_a_device_and_a_socket_are_not_files(pool: ProbePool, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mp4")
    (tmp_path / "link.mp4").symlink_to("pipe.mp4")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "socket.mp4"))
        for path in [*tmp_path.iterdir(), Path("/dev/null"), Path("/dev/zero"), Path("/dev/tty")]:
            assert one(pool, path).problem == Problem.NOT_A_FILE


def test_a_link_is_followed_and_a_broken_one_is_missing(pool: ProbePool, tmp_path: Path) -> None:
    (tmp_path / "good.mp4").symlink_to(film(seconds=1))
    (tmp_path / "broken.mp4").symlink_to("没有")
    (tmp_path / "loop.mp4").symlink_to("loop.mp4")
    assert one(pool, tmp_path / "good.mp4").facts is not None
    assert one(pool, tmp_path / "broken.mp4").problem == Problem.MISSING
    assert one(pool, tmp_path / "loop.mp4").problem == Problem.MISSING


def test_a_file_that_is_being_written_is_changed(pool: ProbePool, tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    shutil.copy(film(seconds=1), path)
    done = threading.Event()

    def write() -> None:
        with path.open("ab", buffering=0) as file:
            while not done.is_set():
                file.write(b"\0")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert any(one(pool, path).problem == Problem.CHANGED for _ in range(20))
    finally:
        done.set()
        writer.join()
    assert one(pool, path).problem is None


@contextmanager
def seized(pool: ProbePool, path: Path, attack: Callable[[int], None]) -> Iterator[None]:
    """Do something to the child that has a file open, while it has: stopped before, going on after."""
    done = threading.Event()
    caught = threading.Event()

    def has_open(pid: int) -> bool:
        try:
            return any(link.readlink() == path for link in Path(f"/proc/{pid}/fd").iterdir())
        except FileNotFoundError:
            return False  # a file that was closed meanwhile

    def watch() -> None:
        while not done.is_set():
            for pid in pool.children():
                if not has_open(pid):
                    continue
                os.kill(pid, signal.SIGSTOP)
                if has_open(pid):
                    attack(pid)
                    caught.set()
                    return
                os.kill(pid, signal.SIGCONT)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()
    assert caught.is_set()


@pytest.fixture
def slow(tmp_path: Path) -> Path:
    """Return a file that takes MediaInfo long enough to be caught at it: it looks for a film in nothing."""
    path = tmp_path / "slow.mp4"
    with path.open("wb") as file:
        file.truncate(8 << 30)
    return path


def probe_among_others(pool: ProbePool, path: Path) -> Probed:
    """Probe a file among good ones; all of those must come through."""
    good = [film(seconds=number) for number in (1, 2, 3, 4)]
    found = {probed.path: probed for probed in pool.probe([*good[:2], path, *good[2:]])}
    assert [found[path].facts is not None for path in good] == [True] * 4
    return found[path]


def test_a_file_deleted_meanwhile_is_changed(pool: ProbePool, slow: Path) -> None:
    def delete(pid: int) -> None:
        slow.unlink()
        os.kill(pid, signal.SIGCONT)

    with seized(pool, slow, delete):
        assert probe_among_others(pool, slow).problem == Problem.CHANGED


def test_a_killed_child_costs_one_file_and_is_replaced(slow: Path) -> None:
    with ProbePool(1) as pool:
        killed: list[int] = []

        def kill(pid: int) -> None:
            killed.append(pid)
            os.kill(pid, signal.SIGKILL)

        with seized(pool, slow, kill):
            lost = probe_among_others(pool, slow)
        assert (lost.problem, lost.detail) == (Problem.CRASHED, "子进程意外退出（-9）")
        assert gone(killed[0])
        assert one(pool, film(seconds=1)).facts is not None


def test_a_hanging_child_costs_one_file_and_is_replaced(slow: Path) -> None:
    with ProbePool(1, timeout_s=2) as pool:
        stopped: list[int] = []
        with seized(pool, slow, stopped.append):
            lost = probe_among_others(pool, slow)
        assert (lost.problem, lost.detail) == (Problem.TIMEOUT, "2 秒内没有结果")
        assert gone(stopped[0])
        assert one(pool, film(seconds=1)).facts is not None


def test_a_child_killed_while_idle_costs_nothing() -> None:
    with ProbePool(1) as pool:
        one(pool, film(seconds=1))
        (child,) = pool.children()
        os.kill(child, signal.SIGKILL)
        os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
        assert one(pool, film(seconds=2)).facts is not None
        assert pool.children() != [child]


def test_a_pool_with_a_hanging_child_closes_at_once(slow: Path) -> None:
    pool = ProbePool(1, timeout_s=600)
    stopped: list[int] = []

    def ask() -> None:
        with pytest.raises(Cancelled):
            list(pool.probe([slow], cancelled=lambda: bool(stopped)))

    asking = threading.Thread(target=ask)
    with seized(pool, slow, stopped.append):
        asking.start()
        asking.join()
    pool.close()
    assert gone(stopped[0])


def test_what_was_not_begun_when_one_cancels_is_not_looked_into(slow: Path, tmp_path: Path) -> None:
    cache = ProbeCache(tmp_path / "films.json")
    with ProbePool(1, timeout_s=60, cache=cache) as pool:
        stopped: list[int] = []

        def ask() -> None:
            with pytest.raises(Cancelled):
                list(pool.probe([slow, film(seconds=1)], cancelled=lambda: bool(stopped)))

        asking = threading.Thread(target=ask)
        with seized(pool, slow, stopped.append):
            asking.start()
            asking.join()
        os.kill(stopped[0], signal.SIGCONT)
        assert one(pool, film(seconds=2)).facts is not None
    assert cache.get(str(film(seconds=2))) is not None
    assert cache.get(str(film(seconds=1))) is None


def test_ctrl_c_does_not_reach_the_children() -> None:
    with ProbePool(1) as pool:
        one(pool, film(seconds=1))
        (child,) = pool.children()
        os.kill(child, signal.SIGINT)
        assert one(pool, film(seconds=2)).facts is not None
        assert pool.children() == [child]


def test_the_children_end_with_a_parent_that_is_killed() -> None:
    code = (
        "import sys, pathlib; from app.probe import ProbePool\n"
        "pool = ProbePool(1); list(pool.probe([pathlib.Path(sys.argv[1])]))\n"
        "print(*pool.children(), flush=True); sys.stdin.read()"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", code, str(film(seconds=1))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)},
    )
    with parent:
        child = int(parent.stdout.readline())  # type: ignore[union-attr]
        ending = os.pidfd_open(child)
        parent.kill()
    # Becomes readable when the process ends.
    assert select.select([ending], [], [], 20)[0] == [ending]
    os.close(ending)
