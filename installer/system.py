"""The system's packages on Debian and its relatives: which are missing, and how they get there."""

import os
import platform
import shutil
import subprocess
from collections.abc import Sequence

from app.errors import AppError

# What Qt's wheel links to and does not carry (NEEDED of libQt6Gui, libQt6DBus and the xcb platform plugin).
WINDOW = [
    "libdbus-1-3",
    "libegl1",
    "libfontconfig1",
    "libfreetype6",
    "libgl1",
    "libglib2.0-0",
    "libx11-6",
    "libx11-xcb1",
    "libxcb-cursor0",
    "libxcb-glx0",
    "libxcb-icccm4",
    "libxcb-image0",
    "libxcb-keysyms1",
    "libxcb-randr0",
    "libxcb-render-util0",
    "libxcb-render0",
    "libxcb-shape0",
    "libxcb-shm0",
    "libxcb-sync1",
    "libxcb-xfixes0",
    "libxcb-xkb1",
    "libxcb1",
    "libxkbcommon-x11-0",
    "libxkbcommon0",
    # Qt's wheels for aarch64 alone are built with X11's session management.
    *(["libice6", "libsm6"] if platform.machine() == "aarch64" else []),
]
# It starts without them: printers (else it prints into PDF files only), a native Wayland window (else Qt uses X11) and
# Qt's network module.
OPTIONAL = [
    "libcups2",
    "libgssapi-krb5-2",
    "libwayland-client0",
    "libwayland-cursor0",
    "libwayland-egl1",
]
# A screen to test real windows on, other programs that must open what we write, pinyin to type with, and what
# PyInstaller takes programs apart with.
TESTS = [
    "binutils",
    "dbus",
    "fcitx5",
    "fcitx5-pinyin",
    "libreoffice-calc-nogui",
    "libreoffice-writer-nogui",
    "poppler-utils",
    "xdotool",
    "xvfb",
]
# What the benchmarks compare with.
BENCHMARKS = ["mediainfo"]


def has_apt() -> bool:
    """Say whether this system installs packages with apt."""
    return shutil.which("apt-get") is not None and shutil.which("dpkg-query") is not None


def is_root() -> bool:
    """Say whether we may install system packages ourselves."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def missing_packages(wanted: Sequence[str], dpkg_list: str) -> list[str]:
    """Return those of `wanted` that no installed package is or provides.

    `dpkg_list` holds a line a package: name, tab, status (`ii ` when installed), tab, what it provides. Newer
    releases renamed libraries (libglib2.0-0t64) and provide the old name, so one list serves all of them.
    """
    installed = set()
    for line in dpkg_list.splitlines():
        name, status, provides = line.split("\t")
        if status.startswith("ii"):
            installed.add(name)
            installed.update(entry.split()[0] for entry in provides.split(",") if entry.strip())
    return [name for name in wanted if name not in installed]


def installed_list() -> str:
    """Return dpkg's list of packages in the form that `missing_packages` reads."""
    form = "${Package}\t${db:Status-Abbrev}\t${Provides}\n"
    return subprocess.run(["dpkg-query", "-W", "-f", form], check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout


def sudo_line(packages: list[str]) -> str:
    """Return the one command that installs `packages`, for a user who is not root."""
    return "sudo apt-get update && sudo apt-get install -y --no-install-recommends " + " ".join(packages)


def install(packages: list[str]) -> None:
    """Install `packages` with apt as root; raise AppError with the command to run for anyone else, or when it fails.

    The package lists are refreshed only when the first attempt fails: they are absent or out of date then.
    """
    if not is_root():
        raise AppError("缺少系统软件包。", "请先运行下面这一行，再重新运行本命令：\n" + sudo_line(packages))
    print("正在安装系统软件包：" + " ".join(packages), flush=True)
    command = ["install", "-y", "--no-install-recommends", *packages]
    if apt(command).returncode == 0:
        return
    refreshed = apt(["update"])
    done = apt(command)
    if done.returncode != 0:
        raise AppError(
            "系统软件包没有装上：" + " ".join(packages) + "。",
            "请检查网络和软件源后重试。apt 的说明：\n" + refreshed.stdout + done.stdout,
        )


def apt(arguments: list[str]) -> subprocess.CompletedProcess[str]:
    """Run apt-get without questions, waiting for another apt to finish; its words come back in `stdout`."""
    return subprocess.run(
        ["apt-get", "-q", "-o", "DPkg::Lock::Timeout=300", *arguments],
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
    )


def ensure(needed: list[str], optional: Sequence[str] = ()) -> None:
    """See that the packages are there; AppError when a needed one is missing and cannot be installed.

    Optional ones are installed along with the needed ones where that is possible, else passed over.
    """
    if not has_apt():
        return
    installed = installed_list()
    missing = missing_packages(needed, installed)
    extra = missing_packages(optional, installed)
    if missing or (extra and is_root()):
        install(missing + extra)
