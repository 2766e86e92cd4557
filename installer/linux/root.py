"""Debian systems in a folder: made by debootstrap, entered by chroot. Needs root's rights."""

import hashlib
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

# Nothing of the caller's environment goes in, so that every machine builds the same.
_ENVIRONMENT = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME": "/root",
    "LC_ALL": "C.UTF-8",
    "DEBIAN_FRONTEND": "noninteractive",
}
# The mounts live in a namespace of their own and are gone when the command ends.
_ENTER = 'mount -t proc proc "$0/proc" && mount -t tmpfs tmpfs "$0/dev/shm" && exec chroot "$0" "$@"'


def make(folder: Path, suite: str, mirror: str = "") -> None:
    """Put a minimal Debian into `folder` unless it is there already; without a mirror, from debootstrap's own."""
    stamp = folder / "root-is-complete"
    if stamp.exists():
        return
    _checked(["debootstrap", "--variant=minbase", suite, str(folder), *([mirror] if mirror else [])], None)
    stamp.touch()


def run(
    folder: Path, command: Sequence[str], variables: Mapping[str, str] | None = None, user: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run a command inside, as root or as `user`, and return what it printed; CalledProcessError when it fails."""
    inside = ["su", "--preserve-environment", user, "--command", '"$0" "$@"', "--", *command] if user else [*command]
    enter = ["unshare", "--mount", "--propagation", "private", "sh", "-c", _ENTER, str(folder), *inside]
    return _checked(enter, {**_ENVIRONMENT, **(variables or {})})


def _checked(command: list[str], environment: Mapping[str, str] | None) -> subprocess.CompletedProcess[str]:
    """Run a command to its end; what it printed is shown only when it fails."""
    done = subprocess.run(
        command,
        check=False,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )
    if done.returncode != 0:
        print(done.stdout[-4000:])
        done.check_returncode()
    return done


def install(folder: Path, packages: Sequence[str]) -> None:
    """Install packages with apt, without what they only recommend."""
    run(folder, ["apt-get", "-qq", "install", "--yes", "--no-install-recommends", *packages])


def is_stamped(stamp: Path, recipe: Sequence[Path]) -> bool:
    """Say whether what `stamp` stands for was made from the recipe's files as they are now."""
    return stamp.is_file() and stamp.read_text(encoding="ascii") == _digest(recipe)


def stamp(stamp: Path, recipe: Sequence[Path]) -> None:
    """Write down that something was made from the recipe's files, so that the next build need not make it again."""
    stamp.write_text(_digest(recipe), encoding="ascii")


def _digest(files: Sequence[Path]) -> str:
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
