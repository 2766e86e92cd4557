import os
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.discover import discover, natural_key
from app.errors import Cancelled
from tests.rights import WITHOUT_ROOT_S_RIGHTS


def touch(folder: Path, *names: str) -> list[Path]:
    paths = [folder / name for name in names]
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return paths


def test_films_come_in_the_order_a_person_counts(tmp_path: Path) -> None:
    names = ["第1集.mp4", "第2集.mp4", "第２1集.mp4", "第100集.mp4", "系列9/A.mp4", "系列9/b.mp4", "系列10/第1集.mp4"]
    paths = touch(tmp_path, *reversed(names))
    assert discover([tmp_path]).files == tuple(reversed(paths))


def test_only_films_are_kept_of_a_folder_and_the_rest_is_told(tmp_path: Path) -> None:
    touch(tmp_path, "a.MP4", "b.mov", "说明.docx", "字幕.srt", "无后缀")
    found = discover([tmp_path])
    assert [p.name for p in found.files] == ["a.MP4", "b.mov"]
    assert {s.path.name: s.reason for s in found.skipped} == dict.fromkeys(
        ["说明.docx", "字幕.srt", "无后缀"], "不是视频文件。"
    )


def test_what_systems_leave_behind_is_not_mentioned(tmp_path: Path) -> None:
    touch(tmp_path, ".DS_Store", "Thumbs.db", "desktop.ini", "~$报名表.docx", "._a.mp4", ".git/a.mp4", "__MACOSX/b.mp4")
    assert discover([tmp_path]) == discover([])


def test_a_file_that_is_asked_for_is_kept_whatever_it_is(tmp_path: Path) -> None:
    paths = [*touch(tmp_path, "a.txt", ".hidden.mp4", "Thumbs.db"), tmp_path / "没有.mp4"]
    assert discover(paths).files == tuple(paths)


def test_a_name_no_system_allows_is_kept_for_the_probe_to_refuse() -> None:
    paths = (Path("a\0b.mp4"), Path("长" * 5000))
    assert discover(paths).files == paths


def test_a_file_given_twice_is_kept_once(tmp_path: Path) -> None:
    (film,) = touch(tmp_path, "片/a.mp4")
    found = discover([film, film, tmp_path, film.parent / ".." / "片" / "a.mp4"])
    assert found.files == (film,)
    assert [s.reason for s in found.skipped] == ["与“a.mp4”是同一个文件，只检查一次。"] * 3


def test_a_path_that_is_missing_is_kept_once_too(tmp_path: Path) -> None:
    assert discover([tmp_path / "a.mp4", tmp_path / "a.mp4"]).files == (tmp_path / "a.mp4",)


def test_ten_thousand_files_are_found(tmp_path: Path) -> None:
    for folder in range(10):
        touch(tmp_path, *(f"{folder}/第{number}集.mp4" for number in range(1000)))
    assert len(discover([tmp_path]).files) == 10_000


def test_folders_may_be_nested_deeper_than_python_recurses(tmp_path: Path) -> None:
    depth = sys.getrecursionlimit() + 100 if os.name == "posix" else 50
    home = Path.cwd()
    os.chdir(tmp_path)
    try:
        for _ in range(depth):
            Path("d").mkdir()
            os.chdir("d")
        touch(Path(), "a.mp4")
        assert [p.name for p in discover([tmp_path]).files] == ["a.mp4"]
    finally:
        Path("a.mp4").unlink(missing_ok=True)
        while Path.cwd() != tmp_path.resolve():
            os.chdir("..")
            Path("d").rmdir()
        os.chdir(home)


def test_the_search_can_be_cancelled(tmp_path: Path) -> None:
    touch(tmp_path, "a.mp4")
    with pytest.raises(Cancelled):
        discover([tmp_path], lambda: True)


@given(st.lists(st.text(alphabet="aA第集0123９²", max_size=6)), st.randoms())
def test_names_are_always_put_in_one_order(names: list[str], random: Random) -> None:
    shuffled = list(names)
    random.shuffle(shuffled)
    assert sorted(names, key=natural_key) == sorted(shuffled, key=natural_key)


@pytest.mark.skipif(os.name != "posix", reason="links and rights as POSIX has them")
class TestPosix:
    def test_a_link_back_ends_the_walk(self, tmp_path: Path) -> None:
        (film,) = touch(tmp_path, "片/a.mp4")
        (tmp_path / "片" / "回").symlink_to(tmp_path)
        (tmp_path / "片" / "自己").symlink_to("自己")
        found = discover([tmp_path, tmp_path / "片" / "回"])
        assert found.files == (film,)
        assert [s.path.name for s in found.skipped] == ["自己"]

    def test_a_file_met_through_a_link_is_kept_once(self, tmp_path: Path) -> None:
        (film,) = touch(tmp_path, "a.mp4")
        (tmp_path / "b.mp4").symlink_to(film)
        os.link(film, tmp_path / "c.mp4")
        found = discover([tmp_path])
        assert found.files == (film,)
        assert [s.path.name for s in found.skipped] == ["b.mp4", "c.mp4"]

    def test_a_broken_link_named_as_a_film_is_kept(self, tmp_path: Path) -> None:
        (tmp_path / "a.mp4").symlink_to(tmp_path / "没有")
        assert discover([tmp_path]).files == (tmp_path / "a.mp4",)

    def test_names_that_are_no_text_are_found(self, tmp_path: Path) -> None:
        (film,) = touch(tmp_path, os.fsdecode(b"\xff\xfe.mp4"))
        assert discover([tmp_path]).files == (film,)

    def test_a_folder_without_permission_is_told(self, tmp_path: Path) -> None:
        touch(tmp_path, "关/a.mp4", "开/b.mp4")
        (tmp_path / "关").chmod(0)
        code = (
            "import sys, pathlib, app.discover as d; f = d.discover([pathlib.Path(sys.argv[1])]); "
            "print([p.name for p in f.files], [(s.path.name, s.reason) for s in f.skipped])"
        )
        shown = subprocess.run(
            [*WITHOUT_ROOT_S_RIGHTS, sys.executable, "-X", "utf8", "-c", code, str(tmp_path)],
            capture_output=True,
            check=True,
            encoding="utf-8",
        )
        (tmp_path / "关").chmod(0o700)
        assert shown.stdout.strip() == "['b.mp4'] [('关', '没有权限打开这个文件夹。')]"
