"""Collects the licences of everything the built program carries: wheels, what is inside them, Python, fonts."""

import gzip
import importlib.metadata
import platform
import re
import sysconfig
import tomllib
from pathlib import Path
from typing import Any

import msgspec

from app.errors import AppError
from app.licences import Part
from installer.environment import LOCKED, ROOT

TEXTS = ROOT / "installer" / "licences"
_LICENCE_FILE = re.compile(r"(licen[cs]e|copying|notice)", re.IGNORECASE)
# Files whose name says licence and whose content is code or a list of people.
_NO_TEXT = (".py", ".pyc")
FONT_SUFFIXES = (".ttf", ".ttc", ".otf")
_FONTS = {
    "Noto Serif CJK SC, Noto Sans CJK SC": ("NotoCJK-copyright.txt", "OFL-1.1", "fonts-noto-cjk", "Noto"),
    "Fandol 仿宋、楷体": ("Fandol-COPYING.gz", "GPL-3.0 附字体例外", "texlive-lang-chinese", "Fandol"),
    "霞鹜文楷 LXGW WenKai": ("LXGWWenKai-copyright.txt", "OFL-1.1", "fonts-lxgw-wenkai", "LXGW"),
}


def locked_names(lock: Path = LOCKED / "run.txt") -> list[str]:
    """Return the distributions of a lock, each once."""
    names = re.findall(r"^([A-Za-z0-9_.-]+)==", lock.read_text(encoding="utf-8"), re.MULTILINE)
    return list(dict.fromkeys(names))


def inner_parts() -> list[dict[str, Any]]:
    """Return the entries of `parts.toml`."""
    parts: list[dict[str, Any]] = tomllib.loads((TEXTS / "parts.toml").read_text(encoding="utf-8"))["part"]
    return parts


def collect(target: Path, fonts: Path) -> list[Part]:
    """Write every licence text and `index.json` into the folder `target`; return the parts.

    `fonts` is the folder of the fonts that ship. Raises AppError that names the parts without a text.
    """
    target.mkdir(parents=True, exist_ok=True)
    for text in TEXTS.glob("*.txt"):
        (target / text.name).write_bytes(text.read_bytes())
    (target / "GPL-3.0.txt").write_bytes((ROOT / "LICENSE").read_bytes())
    parts = [_ourselves(), _python(target), *_wheels(target), *_inner(), *_fonts(target, fonts), _icons(target)]
    bare = [part.name for part in parts if not part.texts or any(not (target / text).is_file() for text in part.texts)]
    if bare:
        raise AppError("这些部分没有许可证文本：" + "、".join(bare) + "。", "请补进 installer/licences/parts.toml。")
    parts.sort(key=lambda part: part.name.lower())
    write_index(target, parts)
    return parts


def write_index(target: Path, parts: list[Part]) -> None:
    """Write the list that `app.licences` reads."""
    (target / "index.json").write_bytes(msgspec.json.format(msgspec.json.encode(parts), indent=1))


def _ourselves() -> Part:
    from app import __version__

    return Part(
        name="微影报送助手",
        version=__version__,
        licence="GPL-3.0-or-later",
        notice="本程序是自由软件。提供安装包的单位须按 GPL 第 6 条同时提供源代码，或书面承诺三年内应要求提供。",
        source="随安装包提供，或向提供安装包的单位索取",
        texts=["GPL-3.0.txt"],
    )


def _python(target: Path) -> Part:
    places = [Path(sysconfig.get_path("stdlib")), Path(sysconfig.get_config_var("installed_base"))]
    found = [place / "LICENSE.txt" for place in places if (place / "LICENSE.txt").is_file()]
    texts = [_copy(found[0], target, "Python.txt")] if found else []
    version = platform.python_version()
    return Part(
        name="Python",
        version=version,
        licence="PSF-2.0",
        notice="",
        source="https://www.python.org/downloads/source/；Linux 版用 Debian 的 python3.11 源码包编译",
        texts=texts,
    )


def _wheels(target: Path) -> list[Part]:
    covered = {entry["wheel"].lower().replace("_", "-") for entry in inner_parts() if entry["wheel"] in _WITHOUT_TEXT}
    parts = []
    for name in locked_names():
        if name.lower().replace("_", "-") in covered:
            continue
        meta = importlib.metadata.distribution(name)
        files = [file for file in meta.files or [] if ".dist-info" in file.parts[0]]
        texts = [
            _copy(Path(str(file.locate())), target, _flat(name, file.parts[1:]))
            for file in files
            if _LICENCE_FILE.search("/".join(file.parts[1:])) and file.suffix not in _NO_TEXT
        ]
        licence = str(meta.metadata["License-Expression"] or meta.metadata["License"] or "")
        parts.append(
            Part(
                name=meta.metadata["Name"],
                version=meta.version,
                licence=licence.strip().splitlines()[0] if licence.strip() else "见许可文件",
                notice="",
                source=f"PyPI 上 {name} {meta.version} 的源代码包",
                texts=texts,
            )
        )
    return parts


def _flat(name: str, parts: tuple[str, ...]) -> str:
    """Return one file name for a licence file of a wheel: `lxml-LICENSE.txt` for `licenses/LICENSE.txt`."""
    inner = "-".join(part for part in parts if part != "licenses")
    return f"{name}-{inner.removesuffix('.txt')}.txt"


# Their wheels hold no licence text at all; parts.toml speaks for them.
_WITHOUT_TEXT = ("PySide6_Essentials", "shiboken6")


def _inner() -> list[Part]:
    return [
        Part(
            name=entry["name"],
            version=entry.get("version") or _inner_version(entry["wheel"]),
            licence=entry["licence"],
            notice=entry["notice"],
            source=entry["source"],
            texts=[f"{text}.txt" for text in entry["texts"]],
        )
        for entry in inner_parts()
    ]


def _inner_version(wheel: str) -> str:
    version = importlib.metadata.version(wheel)
    return version if wheel in _WITHOUT_TEXT else f"随 {wheel} {version}"


def _fonts(target: Path, fonts: Path) -> list[Part]:
    parts = []
    for name, (text, licence, package, beginning) in _FONTS.items():
        if any(path.name.startswith(beginning) and path.suffix in FONT_SUFFIXES for path in fonts.iterdir()):
            notice = (
                "为减小体积，Noto 字体只保留简体中文字形，去掉了韩文音节和排版特性。" if beginning == "Noto" else ""
            )
            parts.append(
                Part(
                    name=name,
                    version="",
                    licence=licence,
                    notice=notice,
                    source=f"Debian 的源代码包 {package}",
                    texts=[_copy(fonts / text, target, f"font-{beginning}.txt")],
                )
            )
    return parts


def _icons(target: Path) -> Part:
    return Part(
        name="Lucide 图标",
        version="",
        licence="ISC",
        notice="",
        source="https://lucide.dev/",
        texts=[_copy(ROOT / "resources" / "icons" / "LICENSE", target, "lucide.txt")],
    )


def _copy(source: Path, target: Path, name: str) -> str:
    data = source.read_bytes()
    if source.suffix == ".gz":
        data = gzip.decompress(data)
    (target / name).write_text(data.decode("utf-8", "replace"), encoding="utf-8", newline="\n")
    return name
