"""Look into many films at once, each by one of a few child processes; a crash or a hang costs only its film."""

import itertools
import os
import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

import msgspec

from app.child import Child, Lost
from app.errors import Cancelled
from app.long_paths import openable
from app.media import MediaFacts, Problem
from app.probe_cache import ProbeCache, Stamp

__all__ = ["ProbeCache", "ProbePool", "Probed", "Stamp", "unchanged"]

# How often a wait looks whether the user has cancelled, in seconds.
_GLANCE = 0.1


class Probed(msgspec.Struct, frozen=True):
    """What came of looking into one file: its facts, or the problem and what the system says of it."""

    path: Path
    facts: MediaFacts | None = None
    problem: Problem | None = None
    detail: str = ""
    stamp: Stamp | None = None


def unchanged(path: Path, stamp: Stamp) -> bool:
    """Say whether a file still has the size and time it had when it was looked into."""
    try:
        status = openable(path).stat()
    except (OSError, ValueError):
        return False
    return Stamp(status.st_size, status.st_mtime_ns) == stamp


def _never() -> bool:
    return False


class ProbePool:
    """A few child processes that live until `close` (or the end of `with`), started when first needed.

    `children` is how many (0: as many as the machine has processors, at most 4), `timeout_s` how long one film may
    take, in seconds. With a `cache`, a film that has not changed is not read again. `probe` may be called from
    several threads.
    """

    def __init__(self, children: int = 0, timeout_s: float = 30.0, cache: ProbeCache | None = None) -> None:
        self._count = children or min(4, os.cpu_count() or 1)
        self._timeout_s = timeout_s
        self._cache = cache
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._workers: list[_Worker] = []
        self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def probe(self, paths: Iterable[Path], cancelled: Callable[[], bool] = _never) -> Iterator[Probed]:
        """Yield what each file is, as the answers come: in any order.

        `paths` is read only as it is needed. Raises Cancelled soon after `cancelled()` is true or the pool is
        closed, and nothing for a file: what is wrong with one is said in its Probed.
        """
        answers: queue.SimpleQueue[Probed | Exception] = queue.SimpleQueue()
        dropped = threading.Event()
        waiting = iter(paths)
        under_way = 0
        try:
            while True:
                for path in itertools.islice(waiting, 2 * self._count - under_way):
                    self._submit(_Job(path, str(path.absolute()), answers, dropped))
                    under_way += 1
                if not under_way:
                    return
                probed = self._next(answers, cancelled)
                under_way -= 1
                if isinstance(probed, Exception):
                    raise probed
                yield probed
        finally:
            dropped.set()

    def children(self) -> list[int]:
        """Return the process ids of the children that are running."""
        with self._lock:
            return [pid for worker in self._workers if (pid := worker.pid()) is not None]

    def close(self) -> None:
        """End the children, whatever they are doing, and wait until they are gone."""
        with self._lock:
            self._closed = True
            workers, self._workers = self._workers, []
        for _ in workers:
            self._jobs.put(None)
        for worker in workers:
            worker.stop()

    def _submit(self, job: "_Job") -> None:
        with self._lock:
            if self._closed:
                raise Cancelled
            self._jobs.put(job)
            if len(self._workers) < self._count:
                self._workers.append(_Worker(self._jobs, self._timeout_s, self._cache))

    def _next(
        self, answers: "queue.SimpleQueue[Probed | Exception]", cancelled: Callable[[], bool]
    ) -> Probed | Exception:
        while not cancelled() and not self._closed:
            try:
                return answers.get(timeout=_GLANCE)
            except queue.Empty:
                continue
        raise Cancelled


class _Job(NamedTuple):
    path: Path
    absolute: str
    answers: "queue.SimpleQueue[Probed | Exception]"
    dropped: threading.Event


class _Worker:
    """A thread that owns one child, and replaces it when it is lost."""

    def __init__(self, jobs: "queue.SimpleQueue[_Job | None]", timeout_s: float, cache: ProbeCache | None) -> None:
        self._jobs = jobs
        self._timeout_s = timeout_s
        self._cache = cache
        self._child: Child | None = None
        self._stopping = False
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="probe", daemon=True)
        self._thread.start()

    def pid(self) -> int | None:
        with self._lock:
            return self._child.pid if self._child else None

    def stop(self) -> None:
        """End the child and the thread."""
        with self._lock:
            self._stopping = True
            if self._child:
                self._child.end()
        self._thread.join()

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None and not self._stopping:
            if job.dropped.is_set():
                continue
            try:
                job.answers.put(self._look_into(job))
            except Exception as error:  # a bug of ours: it belongs to the caller, who waits for an answer
                job.answers.put(error)

    def _look_into(self, job: _Job) -> Probed:
        known = self._cache.get(job.absolute) if self._cache else None
        request = {"path": job.absolute, "known": known and [known[0].size_bytes, known[0].mtime_ns]}
        try:
            answer = self._ready_child().ask(request, self._timeout_s)
        except Lost as lost:
            self._replace(None)
            problem = Problem.TIMEOUT if lost.late else Problem.CRASHED
            return Probed(job.path, problem=problem, detail=lost.detail)
        stamp = Stamp(*answer["stamp"]) if answer.get("stamp") else None
        if answer.get("same") and known:
            return Probed(job.path, facts=known[1], stamp=stamp)
        if "facts" not in answer:
            return Probed(job.path, problem=Problem(answer["problem"]), detail=answer["detail"], stamp=stamp)
        facts = msgspec.convert(answer["facts"], MediaFacts)
        if self._cache and stamp:
            self._cache.put(job.absolute, stamp, facts)
        return Probed(job.path, facts=facts, stamp=stamp)

    def _ready_child(self) -> Child:
        """Return a child that is alive, as far as one can know."""
        if self._child is None or not self._child.alive():
            self._replace(Child("--probe-child"))
        assert self._child is not None
        return self._child

    def _replace(self, child: Child | None) -> None:
        with self._lock:
            old, self._child = self._child, child
            if self._stopping and child:
                child.end()
        if old:
            old.end()
