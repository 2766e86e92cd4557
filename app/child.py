"""A child process of our own program that answers questions, one line of JSON for one line of JSON."""

import json
import os
import queue
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from app.errors import os_reason

# A child that does not go when killed is stuck in the system (a lost network drive); it is left behind then.
_PATIENCE_S = 5.0


class Lost(Exception):  # noqa: N818  (each use makes its own error of it)
    """The child is gone or was ended, without an answer. `late` when it took too long."""

    def __init__(self, detail: str, late: bool = False) -> None:
        super().__init__(detail)
        self.detail = detail
        self.late = late


class Child:
    """A running child process; to be used by one thread, but `end` may come from any."""

    def __init__(self, kind: str) -> None:
        """Start the child that `app.__main__` knows by `kind` (`--probe-child`). Raises Lost when it cannot."""
        command, environment = _command(kind)
        try:
            self._process = subprocess.Popen(
                command,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError as error:
            raise Lost(f"子进程无法启动：{os_reason(error)}") from error
        self._answers: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read, name=kind, daemon=True)
        self._reader.start()
        self._ending = threading.Lock()

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    def alive(self) -> bool:
        """Say whether the process is still there."""
        return self._process.poll() is None

    def ask(self, request: dict[str, Any], timeout_s: float) -> dict[str, Any]:
        """Return the answer to one request. Raises Lost when there is none in `timeout_s` seconds.

        After that the child is of no more use: end it.
        """
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(request).encode("ascii") + b"\n")
            self._process.stdin.flush()
            line = self._answers.get(timeout=timeout_s)
        except queue.Empty:
            raise Lost(f"{timeout_s:g} 秒内没有结果", late=True) from None
        except (OSError, ValueError):
            # The pipe is closed: by its end, or by `end` in another thread.
            line = b""
        if not line.endswith(b"\n"):
            raise Lost(self._farewell())
        answer: dict[str, Any] = json.loads(line)
        return answer

    def end(self) -> None:
        """Kill the process if it still runs, and free what belongs to it."""
        with self._ending:
            self._process.kill()
            try:
                self._process.wait(_PATIENCE_S)
            except subprocess.TimeoutExpired:
                return
            self._reader.join()
            for pipe in (self._process.stdin, self._process.stdout):
                assert pipe is not None
                try:
                    pipe.close()
                except OSError:
                    continue  # closing flushes, and nobody reads any more

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._answers.put(line)
        self._answers.put(b"")

    def _farewell(self) -> str:
        try:
            status = self._process.wait(_PATIENCE_S)
        except subprocess.TimeoutExpired:
            return "子进程不再应答"
        return f"子进程意外退出（{status}）"


def _command(kind: str) -> tuple[list[str], dict[str, str]]:
    """Return the command of a child and its environment."""
    environment = dict(os.environ)
    # File names must mean the same to both of us.
    environment["PYTHONUTF8"] = str(sys.flags.utf8_mode)
    if getattr(sys, "frozen", False):
        if sys.platform.startswith("linux"):
            # The window has given it back; see `app.ui.main`.
            libraries = [str(getattr(sys, "_MEIPASS", "")), environment.get("LD_LIBRARY_PATH", "")]
            environment["LD_LIBRARY_PATH"] = os.pathsep.join(filter(None, libraries))
        return [sys.executable, kind], environment
    # Our own folder, and not the one the user happens to be in (-P).
    places = [str(Path(__file__).resolve().parent.parent), environment.get("PYTHONPATH", "")]
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, places))
    return [sys.executable, "-P", "-m", "app", kind], environment
