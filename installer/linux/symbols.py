"""What a folder of programs and libraries asks of the system: `python -m installer.linux.symbols FOLDER`.

For every ELF file the highest version of glibc's and of libstdc++'s symbols that it needs, and the libraries that it
links to and that are not in the folder. Read with binutils' `readelf`.
"""

import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

Version = tuple[int, ...]
_NEED = re.compile(r"Name: (GLIBC|GLIBCXX|CXXABI)_([0-9.]+) ")
_LIBRARY = re.compile(r"\(NEEDED\).*\[(.+)\]")


class Needs(NamedTuple):
    """What one ELF file needs: highest version by family (GLIBC …), and the names of libraries."""

    versions: dict[str, Version]
    libraries: frozenset[str]


def main() -> int:
    """Print the table for the folder that the command line names."""
    print(report(read(Path(sys.argv[1]))))
    return 0


def read(folder: Path) -> dict[Path, Needs]:
    """Return the needs of every ELF file in `folder`, by path relative to it; links are passed over."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink())
    return {path.relative_to(folder): needs(path) for path in files if is_elf(path)}


def is_elf(path: Path) -> bool:
    """Say whether a file is in ELF format."""
    with path.open("rb") as stream:
        return stream.read(4) == b"\x7fELF"


def needs(path: Path) -> Needs:
    """Return what one ELF file needs."""
    done = subprocess.run(
        ["readelf", "--wide", "--dynamic", "--version-info", str(path)],
        check=True,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
        env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"},
    )
    versions: dict[str, Version] = {}
    for family, text in _NEED.findall(done.stdout):
        version = tuple(int(part) for part in text.strip(".").split("."))
        versions[family] = max(version, versions.get(family, (0,)))
    return Needs(versions, frozenset(_LIBRARY.findall(done.stdout)))


def highest(files: dict[Path, Needs], family: str = "GLIBC") -> Version:
    """Return the highest version of a family that any file needs."""
    return max((one.versions[family] for one in files.values() if family in one.versions), default=(0,))


def from_system(files: dict[Path, Needs]) -> set[str]:
    """Return the libraries that are linked to and are not among the files."""
    own = {path.name for path in files}
    return {name for one in files.values() for name in one.libraries} - own


def report(files: dict[Path, Needs]) -> str:
    """Return the table, the most demanding files first."""
    families = ("GLIBC", "GLIBCXX", "CXXABI")
    rows = sorted(files.items(), key=lambda row: (row[1].versions.get("GLIBC", (0,)), row[0]), reverse=True)
    lines = [
        "\t".join([*(".".join(map(str, one.versions.get(family, ("-",)))) for family in families), str(path)])
        for path, one in rows
    ]
    top = ", ".join(f"{family} {'.'.join(map(str, highest(files, family)))}" for family in families)
    libraries = " ".join(sorted(from_system(files)))
    return "\n".join([f"highest: {top}", f"from the system: {libraries}", "", "\t".join([*families, "file"]), *lines])


if __name__ == "__main__":
    sys.exit(main())
