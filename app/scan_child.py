"""The child that looks at scans. PDFium, Pillow and zxing may crash or hang on a damaged file, away from us."""

import base64
import json
import os
import signal
from pathlib import Path
from typing import Any

from app import scan_sight
from app.errors import os_reason
from app.scan_files import ScanFile, Sheet, Unreadable, open_scan, write_pdf

# The longer side in pixels: A4 at 150 dpi, where most codes are read already, and at 300.
_NORMAL, _FINE = 1754, 3508


def main() -> int:
    """Answer requests from standard input, a line each, until it closes; return the exit status.

    A request is `{"do": "count", "path"}`, `{"do": "look", "path", "page"}`, `{"do": "show", "path", "page",
    "turn", "box": [width, height]}` or `{"do": "join", "sheets": [{"path", "page", "turn"}], "to"}`, with pages
    counted from 0. The answer is `{"pages"}`; `{"texts", "turn", "red", "blank"}`; `{"width", "height", "pixels"}`
    with the pixels as base64 of RGB rows; `{}`; or `{"error": text}` in the user's words.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    requests = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    # Whatever a library prints must not land in the answer.
    os.dup2(2, 1)
    files = _Files()
    for line in requests:
        try:
            answer = _answer(json.loads(line), files)
        except Unreadable as error:
            answer = {"error": str(error)}
        except OSError as error:
            answer = {"error": os_reason(error) if error.errno else "文件已损坏"}
        except Exception as error:  # what a damaged file makes a library raise is its own affair
            answer = {"error": f"文件已损坏（{type(error).__name__}）"}
        answers.write(json.dumps(answer).encode("ascii") + b"\n")
        answers.flush()
    return 0


class _Files:
    """The file that was asked for last stays open: its next page comes next."""

    def __init__(self) -> None:
        self._path = ""
        self._file: ScanFile | None = None

    def get(self, path: str) -> ScanFile:
        if self._file is None or self._path != path:
            self.close()
            self._file = open_scan(Path(path))
            self._path = path
        return self._file

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def _answer(request: dict[str, Any], files: _Files) -> dict[str, Any]:
    match request["do"]:
        case "count":
            # The file may have been written anew since it was last asked for.
            files.close()
            return {"pages": files.get(request["path"]).count}
        case "look":
            return look(files.get(request["path"]), request["page"])
        case "show":
            return show(files.get(request["path"]), request["page"], request["turn"], *request["box"])
        case "join":
            # It may take the place of the very file that is open.
            files.close()
            join(request["sheets"], Path(request["to"]))
            return {}
        case unknown:
            raise ValueError(unknown)


def look(file: ScanFile, page: int) -> dict[str, Any]:
    """Return what a page shows: its codes, how it is to be turned clockwise, a red seal or not, or that it is blank."""
    picture = file.picture(page, _NORMAL)
    found = scan_sight.codes(picture)
    blank = not found and scan_sight.is_blank(picture)
    side = found[0].side if found else 0.0
    if not found and not blank:
        fine = file.picture(page, _FINE)
        found = scan_sight.hidden_codes(fine)
        side = found[0].side * max(picture.size) / max(fine.size) if found else 0.0
    return {
        "texts": [code.text for code in found],
        "turn": found[0].turn if found else file.turn(page),
        "red": scan_sight.red_seal(picture, side),
        "blank": blank,
    }


def show(file: ScanFile, page: int, turn: int, width: int, height: int) -> dict[str, Any]:
    """Return the pixels of a page turned clockwise, as large as fits a box of pixels."""
    picture = file.picture(page, max(width, height))
    picture = picture.rotate(-turn, expand=True)
    picture.thumbnail((width, height))
    pixels = base64.b64encode(picture.tobytes()).decode("ascii")
    return {"width": picture.width, "height": picture.height, "pixels": pixels}


def join(sheets: list[dict[str, Any]], path: Path) -> None:
    """Write pages of several files as one PDF."""
    opened: dict[str, ScanFile] = {}
    try:
        for sheet in sheets:
            if sheet["path"] not in opened:
                opened[sheet["path"]] = open_scan(Path(sheet["path"]))
        write_pdf([Sheet(opened[sheet["path"]], sheet["page"], sheet["turn"]) for sheet in sheets], path)
    finally:
        for file in opened.values():
            file.close()
