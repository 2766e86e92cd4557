"""The ZIP as other programs read it, also beyond 4 GiB and 65,535 files, and taken up again after a cut."""

import subprocess
import sys
import zipfile
import zlib
from datetime import date
from io import FileIO
from pathlib import Path

import pytest

from app.exporters.zip_writer import Member, ZipWriter, data_offset

DAY = date(2024, 8, 1)


def put(writer: ZipWriter, file: FileIO, name: str, data: bytes) -> None:
    offset = writer.begin(name, len(data))
    file.write(data)
    writer.end(Member(name, len(data), zlib.crc32(data), offset))


def test_files_beyond_four_gibibytes_are_zip64(tmp_path: Path) -> None:
    size, path = 5 * 1024**3, tmp_path / "大.zip"
    with FileIO(path, "w+") as file:
        writer = ZipWriter(file, DAY)
        put(writer, file, "小.txt", b"before")
        offset = writer.begin("大.mp4", size)
        # Zeros that take no room: the file is sparse.
        file.truncate(data_offset(Member("大.mp4", size, 0, offset)) + size)
        writer.end(Member("大.mp4", size, 0, offset))
        put(writer, file, "后.txt", b"after")
        writer.finish()
    with zipfile.ZipFile(path) as archive:
        infos = {info.filename: info for info in archive.infolist()}
        assert infos["大.mp4"].file_size == size
        assert infos["后.txt"].header_offset > 4 * 1024**3
        assert archive.read("后.txt") == b"after"
        assert archive.read("小.txt") == b"before"
        with archive.open("大.mp4") as large:
            assert large.read(10) == bytes(10)
        assert infos["后.txt"].date_time[:3] == (2024, 8, 1)


@pytest.mark.parametrize("count", [0, 1, 65_534, 65_535, 65_536])
def test_any_number_of_files(tmp_path: Path, count: int) -> None:
    path = tmp_path / "多.zip"
    with FileIO(path, "w+") as file:
        writer = ZipWriter(file, DAY)
        writer.members = [Member(f"{n}", 0, 0, 0) for n in range(count)]
        writer.finish()
    with zipfile.ZipFile(path) as archive:
        assert len(archive.infolist()) == count


def test_what_was_cut_is_taken_up_after_the_last_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "断.zip"
    with FileIO(path, "w+") as file:
        writer = ZipWriter(file, DAY)
        put(writer, file, "一.txt", b"1" * 100)
        put(writer, file, "二.txt", b"2" * 100)
        writer.begin("三.txt", 100)
        file.write(b"3" * 40)
        whole = writer.members
    with FileIO(path, "r+") as file:
        writer = ZipWriter(file, DAY)
        writer.keep(whole)
        put(writer, file, "四.txt", b"4" * 100)
        writer.finish()
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["一.txt", "二.txt", "四.txt"]


def test_names_are_utf8_for_programs_that_go_by_the_flag(tmp_path: Path) -> None:
    path = tmp_path / "名.zip"
    with FileIO(path, "w+") as file:
        writer = ZipWriter(file, DAY)
        put(writer, file, "䶮/片.txt", b"x")
        writer.finish()
    listed = subprocess.run(
        [sys.executable, "-m", "zipfile", "-l", str(path)], capture_output=True, text=True, encoding="utf-8", check=True
    )
    assert "䶮/片.txt" in listed.stdout
    with zipfile.ZipFile(path) as archive:
        assert archive.infolist()[0].flag_bits & 0x800
