"""Tries a built program as its users would: `python3 installer/smoke_test.py PROGRAM`. Needs only Python itself.

PROGRAM is the built `weiying` (`weiying.exe`), or the installed command. Everything happens below a new folder with a
Chinese name. On Linux the window is looked for with xdotool where DISPLAY is set; without a screen the window must stay
up for some seconds.
"""

# Debian 11's Python is 3.9.
from __future__ import annotations

import argparse
import base64
import contextlib
import ctypes
import json
import os
import struct
import subprocess
import sys
import tempfile
import time
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

TITLE = "微影报送助手"
_PATIENCE_S = 180
_WINDOW_PATIENCE_S = 60
_STAYS_UP_S = 6


class Failed(Exception):  # noqa: N818  (it is a verdict, not an error of this script)
    """The program did not do what it should."""


def main() -> int:
    """Run every step; 0 when all passed, 1 with the reason when one failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", help="the built program")
    parser.add_argument("--window-program", default="", help="the program of the window, where it is another one")
    parser.add_argument("--picture", type=Path, help="save a picture of the window (X11, ImageMagick's import)")
    parser.add_argument("--folder", type=Path, help="work here and leave everything; default: a folder that is removed")
    options = parser.parse_args()
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    with contextlib.ExitStack() as stack:
        temporary = options.folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="weiying-smoke-")))
        try:
            run_all(options.program, options.window_program or options.program, temporary, options.picture)
        except Failed as failure:
            print(f"FAILED: {failure}")
            return 1
    print("all passed")
    return 0


def run_all(program: str, window_program: str, folder: Path, picture: Path | None) -> None:
    """Run every step below `folder`. Raises Failed."""
    place = folder / "测试 文件夹"
    place.mkdir(parents=True, exist_ok=True)
    user = place / "用户数据"
    started = time.monotonic()
    version = call(program, user, ["--version"]).stdout
    expect(TITLE in version, f"--version says {version!r}")
    step("version", started)

    demo = place / "演示"
    started = time.monotonic()
    call(program, user, ["demo", "--out", str(demo)])
    step("demo", started)

    started = time.monotonic()
    films = sorted((demo / "视频").iterdir())
    checked = check(program, user, films)
    verdicts = sorted(file["verdict"] for file in checked["files"])
    expect(verdicts == ["fail", "pass", "pass"], f"the demonstration's films are {verdicts}")
    broken = place / "不是视频.mp4"
    broken.write_bytes(b"no film")
    expect(check(program, user, [broken])["files"][0]["verdict"] == "unreadable", "a text file is no film")
    step("check", started)

    started = time.monotonic()
    [draft] = demo.glob("*.weiying")
    forms = place / "表格"
    call(program, user, ["export", str(draft), "--out", str(forms)], statuses=(0, 1))
    look_at_forms(forms)
    step("export", started)

    started = time.monotonic()
    look_at_frames(program, user, films[-1])
    step("frames of a film", started)

    started = time.monotonic()
    [bound] = forms.rglob("全部表格*.pdf")
    look_at_scan(program, user, bound, place)
    step("stamped scan", started)

    started = time.monotonic()
    packages = place / "报送包"
    call(program, user, ["package", str(draft), "--out", str(packages)], statuses=(0, 1))
    [bag] = {path.parent for path in packages.rglob("bagit.txt")}
    call(program, user, ["verify", str(bag)])
    film = max((path for path in bag.rglob("*") if path.is_file()), key=lambda path: path.stat().st_size)
    film.write_bytes(film.read_bytes()[:-1] + b"?")
    call(program, user, ["verify", str(bag)], statuses=(1,))
    step("package and verify", started)

    started = time.monotonic()
    look_at_window(window_program, user, draft, picture)
    step("window", started)


def check(program: str, user: Path, files: list[Path]) -> Any:
    """Return what `check --json` says of these files."""
    return json.loads(call(program, user, ["check", "--json", *map(str, files)], statuses=(0, 1)).stdout)


def look_at_forms(folder: Path) -> None:
    """See that every form is there and is what its name says. Raises Failed."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    for name in ("汇总表", "承诺书", "报名表", "全部表格"):
        expect(any(path.name.startswith(name) and path.suffix == ".pdf" for path in files), f"no {name}.pdf")
    for path in files:
        content = path.read_bytes()
        if path.suffix == ".pdf":
            expect(content.startswith(b"%PDF") and b"%%EOF" in content[-1024:], f"{path.name} is no PDF")
        elif path.suffix in (".docx", ".xlsx"):
            expect(zipfile.ZipFile(path).testzip() is None, f"{path.name} is damaged")


def look_at_frames(program: str, user: Path, film: Path) -> None:
    """Have the child that the window uses take a picture from a film. Raises Failed."""
    [answer] = ask(program, user, "--frames-child", [{"path": str(film), "moments_ms": [500], "box": [160, 160]}])
    [frame] = answer["frames"]
    expect(max(frame["width"], frame["height"]) == 160, f"the frame has {frame['width']} × {frame['height']}")


def look_at_scan(program: str, user: Path, printed: Path, place: Path) -> None:
    """Have the child that the window uses read a printed page, and again with a seal as a picture. Raises Failed."""
    page = {"path": str(printed), "page": 0}
    show = {"do": "show", **page, "turn": 0, "box": [1240, 1754]}
    bare, shown = ask(program, user, "--scan-child", [{"do": "look", **page}, show])
    expect(any(text.startswith("WY") for text in bare["texts"]), f"the printed page says {bare['texts']}")
    scan, both = place / "盖章 扫描.png", place / "盖章.pdf"
    write_sealed(scan, shown["width"], shown["height"], base64.b64decode(shown["pixels"]))
    picture = {"path": str(scan), "page": 0}
    join = {"do": "join", "sheets": [{**picture, "turn": 0}, {**page, "turn": 90}], "to": str(both)}
    count = {"do": "count", "path": str(both)}
    sealed, _, joined = ask(program, user, "--scan-child", [{"do": "look", **picture}, join, count])
    expect(sealed["texts"] == bare["texts"], f"the scan says {sealed['texts']}")
    expect(sealed["red"] and not bare["red"], "the seal is not seen, or seen where there is none")
    expect(joined["pages"] == 2, f"two scans joined have {joined['pages']} pages")


def write_sealed(path: Path, width: int, height: int, pixels: bytes) -> None:
    """Write RGB rows of an A4 page as PNG, with a red ring of 40 mm in the middle."""
    mm = width / 210
    rows = [bytearray(pixels[start : start + width * 3]) for start in range(0, len(pixels), width * 3)]
    for y, row in enumerate(rows):
        for x in range(width):
            if 18.5 * mm < ((x - width / 2) ** 2 + (y - height / 2) ** 2) ** 0.5 < 20 * mm:
                row[x * 3 : x * 3 + 3] = b"\xd2\x1e\x28"

    def chunk(name: bytes, content: bytes) -> bytes:
        check = zlib.crc32(name + content)
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", check)

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"".join(b"\0" + row for row in rows))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b""))


def ask(program: str, user: Path, child: str, requests: list[dict[str, Any]]) -> list[Any]:
    """Return what a child process of the program answers, a line of JSON for each. Raises Failed."""
    given = "".join(json.dumps(request) + "\n" for request in requests)
    done = call(program, user, [child], given=given)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    errors = [answer["error"] for answer in answers if "error" in answer]
    expect(len(answers) == len(requests) and not errors, f"{child} answered {len(answers)} times, {errors}")
    return answers


def look_at_window(program: str, user: Path, draft: Path, picture: Path | None) -> None:
    """Open the window on the draft, see that it shows, and close it. Raises Failed."""
    with start(program, user, [str(draft)]) as process:
        if sys.platform == "win32":
            wait_for(process, windows_window)
        elif os.environ.get("DISPLAY"):
            wait_for(process, x11_window)
            if picture:
                # Drawn some moments after it is mapped; nothing outside the program tells when.
                still_runs(process)
                subprocess.run(["import", "-window", "root", str(picture)], check=True)
        else:
            still_runs(process)


@contextlib.contextmanager
def start(program: str, user: Path, arguments: list[str]) -> Iterator[subprocess.Popen[str]]:
    """Run the window for a while, then end it; Failed when it wrote anything to stderr."""
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as complaints:
        process = subprocess.Popen(
            [program, "--data-dir", str(user), *arguments], stdout=complaints, stderr=complaints, encoding="utf-8"
        )
        try:
            yield process
        finally:
            process.terminate()
            process.wait(_PATIENCE_S)
            complaints.seek(0)
            said = complaints.read().strip()
            if said:
                print(said)
        expect(not said, "the window's program complained")


def wait_for(process: subprocess.Popen[str], shows: Any) -> None:
    """Wait until the process shows its window. Raises Failed."""
    started = time.monotonic()
    while not shows(process.pid):
        expect(process.poll() is None, f"the window's program ended ({process.returncode})")
        expect(time.monotonic() - started < _WINDOW_PATIENCE_S, "no window")
        time.sleep(0.02)
    print(f"  window shown after {(time.monotonic() - started) * 1000:.0f} ms")


def still_runs(process: subprocess.Popen[str]) -> None:
    """See that the process does not end by itself. Raises Failed."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(_STAYS_UP_S)
    expect(process.returncode is None, f"the window's program ended ({process.returncode})")


def x11_window(pid: int) -> bool:
    """Say whether an X11 window of ours is to be seen."""
    command = ["xdotool", "search", "--onlyvisible", "--pid", str(pid), "--name", TITLE]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


def windows_window(pid: int) -> bool:
    """Say whether a top-level window of this process is to be seen (EnumWindows of user32)."""
    if sys.platform != "win32":
        return False
    user32 = ctypes.windll.user32
    found: list[bool] = []

    @ctypes.WINFUNCTYPE(ctypes.c_bool, ctypes.c_void_p, ctypes.c_void_p)
    def look(window: int, _: int) -> bool:
        owner = ctypes.c_ulong()
        user32.GetWindowThreadProcessId(ctypes.c_void_p(window), ctypes.byref(owner))
        text = ctypes.create_unicode_buffer(200)
        user32.GetWindowTextW(ctypes.c_void_p(window), text, 200)
        if owner.value == pid and user32.IsWindowVisible(ctypes.c_void_p(window)) and TITLE in text.value:
            found.append(True)
        return True

    user32.EnumWindows(look, None)
    return bool(found)


def call(
    program: str, user: Path, arguments: list[str], statuses: tuple[int, ...] = (0,), given: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run a command, `given` as its input, to its end. Raises Failed when its exit status is none of `statuses`."""
    done = subprocess.run(
        [program, "--data-dir", str(user), *arguments],
        check=False,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        timeout=_PATIENCE_S,
        input=given,
    )
    expect(
        done.returncode in statuses and "Traceback" not in done.stderr,
        f"{' '.join(arguments)} ended with {done.returncode}\n{done.stdout}\n{done.stderr}",
    )
    return done


def expect(holds: bool, failure: str) -> None:
    """Raise Failed with this reason unless it holds."""
    if not holds:
        raise Failed(failure)


def step(name: str, started: float) -> None:
    """Print that a step has passed, and how long it took."""
    print(f"{name}: passed, {time.monotonic() - started:.1f} s", flush=True)


if __name__ == "__main__":
    sys.exit(main())
