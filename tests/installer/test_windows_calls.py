"""No call that only POSIX systems have is reachable on Windows: every one stands behind a question for the system."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent

# “Availability: Unix” in Python's library reference.
MODULES = {
    "crypt", "fcntl", "grp", "nis", "ossaudiodev", "posix", "pty", "pwd", "resource", "spwd", "syslog", "termios",
    "tty",
}  # fmt: skip
ATTRIBUTES = {
    "os": {
        "O_CLOEXEC", "O_DIRECTORY", "O_DSYNC", "O_NOFOLLOW", "O_NONBLOCK", "O_SYNC", "O_TMPFILE", "chflags", "chown",
        "chroot", "confstr", "copy_file_range", "ctermid", "fchdir", "fchmod", "fchown", "fdatasync", "fork", "forkpty",
        "fpathconf", "fstatvfs", "getegid", "geteuid", "getgid", "getgroups", "getloadavg", "getpgid", "getpgrp",
        "getpriority", "getresuid", "getsid", "getuid", "getxattr", "initgroups", "killpg", "lchown", "listxattr",
        "lockf", "major", "makedev", "memfd_create", "minor", "mkfifo", "mknod", "nice", "openpty", "pathconf",
        "pidfd_open", "posix_fadvise", "posix_fallocate", "posix_spawn", "posix_spawnp", "pread", "preadv", "pwrite",
        "pwritev", "readv", "register_at_fork", "removexattr", "sched_getaffinity", "sched_setaffinity",
        "sched_yield", "sendfile", "setegid", "seteuid", "setgid", "setgroups", "setpgid", "setpriority", "setsid",
        "setuid", "setxattr", "splice", "statvfs", "sync", "sysconf", "tcgetpgrp", "tcsetpgrp", "ttyname", "uname",
        "wait", "wait3", "wait4", "waitid", "writev", "WEXITSTATUS", "WIFEXITED", "WIFSIGNALED", "WTERMSIG",
    },
    "signal": {
        "SIGALRM", "SIGBUS", "SIGCHLD", "SIGCONT", "SIGHUP", "SIGKILL", "SIGPIPE", "SIGQUIT", "SIGSTOP", "SIGTSTP",
        "SIGUSR1", "SIGUSR2", "SIGWINCH", "SIGXCPU", "alarm", "getitimer", "pause", "pthread_kill",
        "pthread_sigmask", "setitimer", "siginterrupt", "sigpending", "sigtimedwait", "sigwait", "sigwaitinfo",
    },
    "socket": {"AF_UNIX", "socketpair"},
    "time": {"tzset", "clock_gettime", "clock_settime", "pthread_getcpuclockid"},
    "select": {"epoll", "poll", "kqueue"},
}  # fmt: skip


def posix_only(tree: ast.Module) -> Iterator[tuple[ast.AST, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names if alias.name in MODULES)
        elif isinstance(node, ast.ImportFrom) and node.module in MODULES:
            yield node, node.module
        elif isinstance(node, ast.ImportFrom) and node.module in ATTRIBUTES:
            names = [alias.name for alias in node.names if alias.name in ATTRIBUTES[node.module]]
            yield from ((node, f"{node.module}.{name}") for name in names)
        elif (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.attr in ATTRIBUTES.get(node.value.id, ())
        ):
            yield node, f"{node.value.id}.{node.attr}"
        elif isinstance(node, ast.keyword) and node.arg in {"preexec_fn", "start_new_session"}:
            yield node.value, str(node.arg)


def asks_for_the_system(test: ast.AST) -> bool:
    return any(word in ast.unparse(test) for word in ("sys.platform", "os.name", "hasattr(os", "hasattr(signal"))


def unguarded(source: str) -> list[str]:
    """Return the POSIX-only calls of a module with no question for the system before them in their function."""
    tree = ast.parse(source)
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    found = []
    for node, name in posix_only(tree):
        around = [f for f in functions if f.lineno <= node.lineno <= (f.end_lineno or 0)] or [tree]
        questions = [
            question.test.lineno
            for scope in around
            for question in ast.walk(scope)
            if isinstance(question, ast.If | ast.IfExp) and asks_for_the_system(question.test)
        ]
        if not any(line <= node.lineno for line in questions):
            found.append(f"line {node.lineno}: {name}")
    return found


@pytest.mark.parametrize("path", sorted(ROOT.glob("app/**/*.py")), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_posix_call_is_made_unasked(path: Path) -> None:
    assert not unguarded(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "source",
    [
        "import fcntl",
        "from pwd import getpwnam",
        "import os\nos.fork()",
        "from signal import SIGKILL",
        "import os\ndef f():\n    os.geteuid()\ndef g():\n    if os.name != 'nt':\n        pass",
        "import subprocess\nsubprocess.run([], start_new_session=True)",
    ],
)
def test_an_unasked_posix_call_is_found(source: str) -> None:
    assert unguarded(source)


@pytest.mark.parametrize(
    "source",
    [
        "import os, sys\ndef f():\n    if sys.platform == 'win32':\n        return\n    import fcntl\n    os.fork()",
        "import os\nuser = os.getuid() if hasattr(os, 'getuid') else 0",
        "import os\nos.getpid()",
    ],
)
def test_an_asked_posix_call_is_not(source: str) -> None:
    assert not unguarded(source)
