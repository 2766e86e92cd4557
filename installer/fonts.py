"""The open font set: fetched from the distribution's own packages, checked, and put where the program looks."""

import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from app.errors import AppError
from installer import system
from installer.environment import ROOT, sha256

LOCK = ROOT / "installer" / "fonts.toml"
FONTS = ROOT / "resources" / "fonts"
RECORD = "SHA256SUMS"

# File and name of what a Windows in Chinese brings; the last three are an optional feature of Windows 10 and 11.
WINDOWS_FONTS = {"simsun.ttc": "宋体", "simfang.ttf": "仿宋", "simhei.ttf": "黑体", "simkai.ttf": "楷体"}


@dataclass(frozen=True)
class Package:
    """One package of the lock; `versions` maps an upstream version to the bytes to download."""

    name: str
    needed: bool
    versions: dict[str, int]
    files: dict[str, list[str]]
    licences: dict[str, str]

    def members(self) -> dict[str, str]:
        """Map each path inside the package that we take to the name it gets in the font folder."""
        return {path: PurePosixPath(path).name for path in self.files} | self.licences


def read_lock(path: Path = LOCK) -> list[Package]:
    """Read `fonts.toml`."""
    return [Package(**table) for table in tomllib.loads(path.read_text(encoding="utf-8"))["package"]]


def ensure() -> None:
    """Fetch the open font set unless it is already there and whole.

    Without apt nothing is fetched, and what to do instead is printed. Raises AppError when a needed package
    cannot be had or does not hold what the lock says.
    """
    lock_digest = sha256(LOCK)
    if is_whole(FONTS, lock_digest):
        return
    if not system.has_apt():
        print(advice_without_apt(), flush=True)
        return
    offers = offered(read_lock())
    FONTS.mkdir(parents=True, exist_ok=True)
    megabytes = sum(package.versions[upstream(version)] for package, version in offers) / 1e6
    print(f"正在下载表格所用的开源字体，约 {megabytes:.0f} MB（只需一次）：{FONTS}", flush=True)
    sums: dict[str, str] = {}
    for package, version in offers:
        print(f"  {package.name} {version}", flush=True)
        with tempfile.TemporaryDirectory(prefix="fonts-", dir=FONTS) as folder:
            sums |= unpack(package, download(package.name, version, Path(folder)))
    write_record(FONTS, lock_digest, sums)


def is_whole(folder: Path, lock_digest: str) -> bool:
    """Say whether the files in `folder` are those that were put there for the lock with this SHA-256."""
    record = folder / RECORD
    if not record.is_file():
        return False
    first, *lines = record.read_text(encoding="utf-8").splitlines()
    return first == f"# {lock_digest}" and all(
        (folder / name).is_file() and sha256(folder / name) == digest
        for digest, name in (line.split("  ", 1) for line in lines)
    )


def write_record(folder: Path, lock_digest: str, sums: dict[str, str]) -> None:
    """Write down what was put in `folder` (name to SHA-256), in the form that `sha256sum -c` reads."""
    lines = [f"# {lock_digest}", *(f"{digest}  {name}" for name, digest in sorted(sums.items()))]
    (folder / RECORD).write_text("\n".join(lines) + "\n", encoding="utf-8")


def upstream(version: str) -> str:
    """Return a Debian version without the distribution's own revision: `1:2.0-3ubuntu1` gives `1:2.0`."""
    return version.rpartition("-")[0] or version


def known_version(package: Package, madison: str) -> str | None:
    """Return the first version that apt offers (`apt-cache madison`) and the lock knows."""
    for line in madison.splitlines():
        name, version, _source = (part.strip() for part in line.split("|", 2))
        if name == package.name and upstream(version) in package.versions:
            return version
    return None


def offered(packages: list[Package]) -> list[tuple[Package, str]]:
    """Return the packages to fetch, each with its version; AppError when a needed one is not to be had."""
    found = [(package, known_version(package, madison(package.name))) for package in packages]
    if any(package.needed and version is None for package, version in found) and system.is_root():
        system.apt(["update"])
        found = [(package, known_version(package, madison(package.name))) for package in packages]
    absent = [package.name for package, version in found if package.needed and version is None]
    if absent:
        raise AppError(
            "软件源里没有已核对过的字体包：" + "、".join(absent) + "。",
            "请先运行 sudo apt-get update 再试；仍然没有，就请安装本机发行版的仿宋、黑体、楷体、宋体字体。",
        )
    return [(package, version) for package, version in found if version is not None]


def madison(name: str) -> str:
    """Return what apt knows of a package's versions; empty when it does not know the package."""
    return subprocess.run(["apt-cache", "madison", name], check=False, stdout=subprocess.PIPE, encoding="utf-8").stdout


def download(name: str, version: str, folder: Path) -> Path:
    """Let apt fetch one package into `folder` (it checks the signed index) and return the .deb's path."""
    command = ["apt-get", "-q", "download", f"{name}={version}"]
    done = subprocess.run(
        command, check=False, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8"
    )
    if done.returncode != 0:
        raise AppError(f"字体包 {name} 没有下载成功。", "请检查网络后重试。apt 的说明：\n" + done.stdout)
    return next(folder.glob("*.deb"))


def unpack(package: Package, deb: Path) -> dict[str, str]:
    """Put the wanted files of a .deb into the font folder; return name to SHA-256."""
    with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", str(deb)], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        try:
            return extract(package, process.stdout, FONTS)
        except tarfile.TarError as error:
            raise AppError(f"字体包 {package.name} 不能解开：{error}。", "请重新运行本命令。") from error
        finally:
            # Read to the end, or dpkg-deb would complain of a broken pipe beside our own message.
            while process.stdout.read(1 << 20):
                pass


def extract(package: Package, archive: IO[bytes], folder: Path) -> dict[str, str]:
    """Take the files that the lock names out of a tar stream into `folder`; return name to SHA-256.

    A font whose checksum the lock does not know is refused with AppError and not kept; so is a package that
    lacks one.
    """
    members = package.members()
    sums: dict[str, str] = {}
    with tarfile.open(fileobj=archive, mode="r|") as tar:
        for entry in tar:
            path = entry.name.removeprefix("./")
            stream = tar.extractfile(entry) if path in members else None
            if stream is None:
                continue
            name = members[path]
            partial = folder / f"{name}.part"
            with partial.open("wb") as target:
                shutil.copyfileobj(stream, target, 1 << 20)
            digest = sha256(partial)
            if path in package.files and digest not in package.files[path]:
                partial.unlink()
                raise AppError(
                    f"字体文件 {name} 的校验值不在清单里，没有采用。", "请更新本项目，或安装本机发行版的字体。"
                )
            partial.replace(folder / name)
            sums[name] = digest
    absent = sorted(set(members.values()) - set(sums))
    if absent:
        raise AppError(f"字体包 {package.name} 里没有：{'、'.join(absent)}。", "请更新本项目后重试。")
    return sums


def advice_without_apt(platform: str = sys.platform, environment: dict[str, str] | None = None) -> str:
    """Return what to tell a user whose system has no apt: which fonts serve, or which are missing."""
    if platform != "win32":
        return (
            "这个系统不用 apt，字体未自动安装。请自行安装 Noto Serif CJK、Noto Sans CJK、"
            "FandolFang（仿宋）和 FandolKai（楷体）。"
        )
    values = os.environ if environment is None else environment
    folders = [
        Path(values.get("WINDIR", r"C:\Windows"), "Fonts"),
        Path(values.get("LOCALAPPDATA", ""), "Microsoft", "Windows", "Fonts"),
    ]
    lacking = [
        label for file, label in WINDOWS_FONTS.items() if not any((folder / file).is_file() for folder in folders)
    ]
    if lacking:
        return (
            f"本机缺少字体：{'、'.join(lacking)}。请在“设置—应用—可选功能”中添加“简体中文补充字体”，"
            "否则表格会改用其他字体。"
        )
    return "使用 Windows 自带的中文字体。"
