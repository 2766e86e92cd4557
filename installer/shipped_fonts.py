"""Makes the fonts that ship: of Noto CJK only what Simplified Chinese forms use, all others as they are.

`python -m installer.shipped_fonts` reads `resources/fonts` and fills `build/shipped-fonts`; a minute or two.
Noto's licence (OFL 1.1, no reserved name) allows parts under the same name; LXGW's reserved name does not, and
Fandol's GPL asks for nothing of the kind, so both ship unchanged.
"""

import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection, TTFont

from app.errors import AppError
from installer import fonts
from installer.environment import ROOT

SHIPPED = ROOT / "build" / "shipped-fonts"
# File, and the face in it that the exporters look for.
PARTLY = {
    "NotoSerifCJK-Regular.ttc": "Noto Serif CJK SC",
    "NotoSerifCJK-Bold.ttc": "Noto Serif CJK SC",
    "NotoSansCJK-Regular.ttc": "Noto Sans CJK SC",
}
# Hangul: jamo, compatibility jamo, extended jamo, syllables, extended jamo B. No name in a Chinese form has them.
_HANGUL = ((0x1100, 0x11FF), (0x3130, 0x318F), (0xA960, 0xA97F), (0xAC00, 0xD7FF))
_LAYOUT_TABLES = ["BASE", "GDEF", "GPOS", "GSUB", "VORG", "vhea", "vmtx"]


def main() -> int:
    """Fetch the open fonts where that is needed, and fill `build/shipped-fonts`."""
    fonts.ensure()
    make(fonts.FONTS, SHIPPED)
    return 0


def make(source: Path, target: Path) -> None:
    """Fill the folder `target` from the fonts of `source`; what is there and newer than its source stays."""
    target.mkdir(parents=True, exist_ok=True)
    for path in sorted(source.iterdir()):
        made = target / path.name
        if not path.is_file() or (made.exists() and made.stat().st_mtime >= path.stat().st_mtime):
            continue
        if path.name in PARTLY:
            print(f"{path.name} …", flush=True)
            write_face(path, PARTLY[path.name], made)
        else:
            shutil.copyfile(path, made)


def write_face(source: Path, name: str, target: Path, codes: Iterable[int] | None = None) -> None:
    """Write the face called `name` of the collection `source` as a collection of one.

    It maps the code points `codes`; without them, all that the face maps but Hangul.
    """
    font = TTFont(source, fontNumber=face_number(source, name), lazy=True)
    if codes is None:
        codes = [code for code in font.getBestCmap() if not any(first <= code <= last for first, last in _HANGUL)]
    options = subset.Options()
    options.layout_features = []
    options.drop_tables = [*options.drop_tables, *_LAYOUT_TABLES]
    options.name_IDs = ["*"]
    options.name_languages = ["*"]
    options.notdef_outline = True
    options.hinting = False
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=codes)
    subsetter.subset(font)
    collection = TTCollection()
    collection.fonts = [font]
    partial = target.with_suffix(".partial")
    collection.save(partial)
    partial.replace(target)


def face_number(collection: Path, name: str) -> int:
    """Return the place of the face called `name`; AppError when the collection has none."""
    with TTCollection(collection, lazy=True) as faces:
        for number, face in enumerate(faces.fonts):
            if face["name"].getBestFamilyName() == name:
                return number
    raise AppError(f"{collection.name} 里没有“{name}”。")


if __name__ == "__main__":
    sys.exit(main())
