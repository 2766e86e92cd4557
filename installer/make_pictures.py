"""Takes the pictures of README and of the help anew: `python installer/make_pictures.py`.

The window's come from the pages' own picture script, the forms' from the demonstration. Needs what the tests need
(pdftoppm among it); writes resources/help/pictures.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "resources" / "help" / "pictures"
# Wide enough to be read in a page of text, with few enough colours to stay small in the repository.
_WINDOW_WIDTH = 1024
_FORM_HEIGHT = 760
_COLOURS = 256


def main() -> int:
    """Take all pictures; return the exit status."""
    TARGET.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for made in (*_windows(Path(folder)), *_forms(Path(folder))):
            _save(made)
    return 0


def _run(*command: str | Path, folder: Path) -> None:
    environment = {
        **os.environ,
        "QT_QPA_PLATFORM": "offscreen",
        "WEIYING_FONTS": "open",
        "WEIYING_DATA_DIR": str(folder),
        # A picture shows a user's folder, not that of whoever takes it.
        "HOME": "/home/user",
    }
    subprocess.run([str(part) for part in command], cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)


def _windows(folder: Path) -> list[Path]:
    pages = folder / "pages"
    _run(sys.executable, "-m", "tests.ui.pictures", pages, folder=folder / "data")
    return sorted(pages.glob("*.png"))


def _forms(folder: Path) -> list[Path]:
    _run(sys.executable, "-m", "app", "demo", "--out", folder / "demo", folder=folder / "data")
    forms = sorted((folder / "demo").rglob("*.pdf"))
    made = []
    for name in dict.fromkeys(form.stem for form in forms):
        form = next(f for f in forms if f.stem == name)
        if form.parent.name != "表格" or name == "汇总表":
            _run("pdftoppm", "-png", "-r", "100", "-singlefile", form, folder / f"表格-{name}", folder=folder)
            made.append(folder / f"表格-{name}.png")
    return made


def _save(made: Path) -> None:
    with Image.open(made) as picture:
        is_form = made.name.startswith("表格")
        width, height = picture.size
        scale = min(1, _FORM_HEIGHT / height if is_form else _WINDOW_WIDTH / width)
        small = picture.convert("RGB").resize((round(width * scale), round(height * scale)), Image.Resampling.LANCZOS)
        small.quantize(_COLOURS, kmeans=3, dither=Image.Dither.NONE).save(TARGET / made.name, optimize=True)


if __name__ == "__main__":
    sys.exit(main())
