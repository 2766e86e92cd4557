"""Builds the .deb: `python -m installer.linux.build_deb`, as root, on any Debian with debootstrap and binutils.

The program is built in a Debian 11 root (glibc 2.31) with a Python compiled there; the root is kept in the work folder,
so that only the first run takes long. The packages come through this machine's pip, by the locks' hashes.
"""

import argparse
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

import msgspec

from app import __version__
from app.licences import Part
from installer import collect_licences, shipped_fonts, system
from installer.environment import LOCKED, ROOT
from installer.linux import fcitx_plugin, package, root, symbols

SUITE = "bullseye"
PYTHON = Path("opt/python")
SITE = PYTHON / "lib/python3.11/site-packages"
# glibc versions whose wheels run on the oldest system aimed at (2.28; the only aarch64 wheels of Qt ask for 2.31).
_GLIBC = {"x86_64": range(5, 29), "aarch64": range(17, 32)}
_COMPILER = ["build-essential", "libbz2-dev", "libexpat1-dev", "libffi-dev", "liblzma-dev", "zlib1g-dev"]
_SOURCES = ["app", "installer", "resources", "LICENSE", "pyproject.toml"]
_LIMIT = 120_000_000


def main() -> int:
    """Build; `--work` is kept between runs, `--out` gets the .deb and its report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=Path("/var/tmp/weiying-build"))
    parser.add_argument("--out", type=Path, default=ROOT / "dist")
    parser.add_argument("--mirror", required=True, help="address of a Debian mirror")
    options = parser.parse_args()
    build_root = options.work / SUITE
    print("== root", flush=True)
    prepare_root(build_root, options.mirror)
    print("== python", flush=True)
    compile_python(build_root)
    print("== packages", flush=True)
    install_wheels(build_root)
    print("== program", flush=True)
    program = build_program(build_root)
    print("== input method", flush=True)
    compiled = fcitx_plugin.compile_plugin(build_root, options.work, options.mirror)
    add_licences(program, [*system_parts(build_root, program), fcitx_plugin.add_to(program, compiled)])
    print("== package", flush=True)
    print(build_package(program, options.work / "stage", options.out))
    return 0


def prepare_root(folder: Path, mirror: str) -> None:
    """Make the build root with the compiler, the libraries Qt links to, and the sources of a newer release."""
    root.make(folder, SUITE, mirror)
    lines = [f"deb {mirror} {SUITE} main", f"deb-src {mirror} bookworm main"]
    (folder / "etc/apt/sources.list").write_text("\n".join(lines) + "\n", encoding="ascii")
    root.run(folder, ["apt-get", "-qq", "update"])
    root.install(folder, [*_COMPILER, *system.WINDOW, "libcups2", "libgssapi-krb5-2"])


def compile_python(folder: Path) -> None:
    """Compile CPython in the root unless this recipe has done so already."""
    recipe = ROOT / "installer" / "linux"
    files = [recipe / "build_python.sh", recipe / "old_symbols.h"]
    stamp = folder / PYTHON / "recipe"
    if root.is_stamped(stamp, files):
        return
    inside = folder / "build" / "recipe"
    inside.mkdir(parents=True, exist_ok=True)
    for file in files:
        shutil.copy2(file, inside)
    root.run(folder, ["sh", "/build/recipe/build_python.sh", "/build/recipe"])
    root.stamp(stamp, files)


def install_wheels(folder: Path) -> None:
    """Put the locked packages into the root's Python; pip runs out here, and takes only wheels for old systems."""
    locks = [LOCKED / "run.txt", LOCKED / "build.txt"]
    stamp = folder / PYTHON / "locks"
    if root.is_stamped(stamp, locks):
        return
    shutil.rmtree(folder / SITE, ignore_errors=True)
    command = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--require-hashes",
        "--only-binary=:all:",
    ]
    command += ["--python-version=3.11", "--implementation=cp", f"--target={folder / SITE}"]
    command += [f"--platform={tag}" for tag in platform_tags(platform.machine())]
    for lock in locks:
        command += ["--requirement", str(lock)]
    subprocess.run(command, check=True)
    root.stamp(stamp, locks)


def platform_tags(machine: str) -> list[str]:
    """Return the tags of the wheels that fit, newest glibc first."""
    tags = [f"manylinux_2_{minor}_{machine}" for minor in reversed(_GLIBC[machine])]
    return [*tags, f"manylinux2014_{machine}", f"manylinux2010_{machine}", f"manylinux1_{machine}"]


def build_program(folder: Path) -> Path:
    """Build the one-folder program in the root from this source tree; return its folder."""
    shipped_fonts.main()
    source = folder / "build" / "source"
    shutil.rmtree(source, ignore_errors=True)
    source.mkdir(parents=True)
    for name in _SOURCES:
        place = ROOT / name
        if place.is_dir():
            shutil.copytree(place, source / name, ignore=shutil.ignore_patterns("__pycache__", "fonts"))
        else:
            shutil.copy2(place, source / name)
    shutil.copytree(shipped_fonts.SHIPPED, source / "shipped-fonts")
    shutil.rmtree(folder / "build" / "dist", ignore_errors=True)
    build = 'cd /build/source && exec nice /opt/python/bin/python3.11 -m installer.build_program "$@"'
    root.run(folder, ["sh", "-c", build, "sh", "--fonts", "/build/source/shipped-fonts", "--out", "/build/dist"])
    return folder / "build" / "dist" / "weiying"


def build_package(program: Path, stage: Path, out: Path) -> str:
    """Make the .deb from the program and return what is to be said of it."""
    needs = symbols.read(program)
    shutil.rmtree(stage, ignore_errors=True)
    package.lay_out(program, stage)
    architecture = subprocess.run(
        ["dpkg", "--print-architecture"], check=True, stdout=subprocess.PIPE, encoding="ascii"
    ).stdout.strip()
    package.write_info(stage, architecture)
    highest = [symbols.highest(needs, family) for family in ("GLIBC", "GLIBCXX")]
    package.write_control(stage, architecture, symbols.from_system(needs), *highest)
    subprocess.run(["chmod", "-R", "u=rwX,go=rX", str(stage)], check=True)
    out.mkdir(parents=True, exist_ok=True)
    deb = out / f"{package.APP_ID}_{__version__}_{architecture}.deb"
    # xz: dpkg before 1.21 (UOS, Kylin, Debian 11) knows no zstd.
    subprocess.run(["dpkg-deb", "--root-owner-group", "-Zxz", "-z9", "--build", str(stage), str(deb)], check=True)
    report = symbols.report(needs)
    deb.with_suffix(".symbols.txt").write_text(report + "\n", encoding="utf-8")
    size = deb.stat().st_size
    verdict = "" if size <= _LIMIT else f" (more than {_LIMIT / 1e6:.0f} MB!)"
    return f"{deb}: {size / 1e6:.1f} MB{verdict}\n" + "\n".join(report.splitlines()[:2])


def add_licences(program: Path, more: list[Part]) -> None:
    """Add parts, whose texts are there already, to the program's list of licences."""
    licences = program / "_internal" / "resources" / "licences"
    parts = msgspec.json.decode((licences / "index.json").read_bytes(), type=list[Part])
    collect_licences.write_index(licences, sorted([*parts, *more], key=lambda part: part.name.lower()))


def system_parts(folder: Path, program: Path) -> list[Part]:
    """Return the libraries that PyInstaller took from the root itself; their licences go into the program."""
    parts = []
    for name, version in sorted(system_packages(folder, program)):
        text = program / "_internal" / "resources" / "licences" / f"debian-{name}.txt"
        text.write_bytes((folder / "usr/share/doc" / name / "copyright").read_bytes())
        parts.append(
            Part(
                name=name,
                version=version,
                licence="见许可文件",
                notice="",
                source=f"Debian 里软件包 {name} 的源代码包",
                texts=[text.name],
            )
        )
    return parts


def system_packages(folder: Path, program: Path) -> set[tuple[str, str]]:
    """Return name and version of the root's packages that own a library in the program's own folder."""
    found = set()
    listing = root.run(folder, ["dpkg-query", "--show", "--showformat=${Package} ${Version}\\n"]).stdout
    versions = dict(line.split() for line in listing.splitlines())
    for library in (program / "_internal").glob("lib*.so*"):
        if library.is_symlink() or library.name.startswith("libpython"):
            continue
        owner = root.run(folder, ["dpkg-query", "--search", f"*/{library.name}"]).stdout.splitlines()[0]
        name = owner.split(":")[0]
        found.add((name, versions[name]))
    return found


if __name__ == "__main__":
    if os.geteuid() != 0:
        sys.exit("请用 root 身份运行。")
    sys.exit(main())
