"""Where each dropped thing belongs, told without reading more than needed."""

import zipfile
from pathlib import Path

import pytest

from app.dropped import Dropped, Kind, guess, packages_in, sort_dropped
from app.errors import Cancelled
from app.exporters.journal import NAME as JOURNAL


def files(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"")
    return folder


def bag(folder: Path) -> Path:
    return files(folder, "bagit.txt", "manifest-sha256.txt", "data/01_片/片.mp4", "data/承诺书.pdf", "报送内容.weiying")


def zipped(path: Path, *names: str) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, b"x")
    return path


def reasons(found: Dropped) -> dict[str, str]:
    return {skipped.path.name: skipped.reason for skipped in found.left_out}


def test_each_kind_goes_to_its_place_and_the_rest_is_said_with_the_reason(tmp_path: Path) -> None:
    files(tmp_path, "片.MP4", "章.pdf", "照.JPG", "表.xlsx", "信.txt", "书.docx", "包.rar")
    folder, archive = bag(tmp_path / "包"), zipped(tmp_path / "包.zip", "甲/bagit.txt", "甲/data/片.mp4")
    photos = zipped(tmp_path / "照片.zip", "照片/1.jpg", "深/深/bagit.txt")
    found = sort_dropped(sorted(tmp_path.iterdir()))
    assert found.films == (tmp_path / "片.MP4",)
    assert set(found.scans) == {tmp_path / "章.pdf", tmp_path / "照.JPG"}
    assert set(found.packages) == {folder, archive}
    assert found.lists == (tmp_path / "表.xlsx",)
    assert set(reasons(found)) == {"信.txt", "书.docx", "包.rar", photos.name}
    assert "解压" in reasons(found)["包.rar"]
    assert "没有报送包" in reasons(found)[photos.name]
    assert "扫描成" in reasons(found)["书.docx"]


def test_folders_are_walked_in_the_order_of_a_person_and_no_film_is_taken_out_of_a_package(tmp_path: Path) -> None:
    files(tmp_path / "盘", "视频/第10集.mp4", "视频/第2集.mp4", "视频/深/第1集.mov", "盖章/2.pdf", "盖章/1.png")
    files(tmp_path / "盘", "视频/Thumbs.db", ".隐藏/片.mp4", "说明.txt")
    package = bag(tmp_path / "盘" / "收到" / "某单位")
    found = sort_dropped([tmp_path / "盘"])
    assert [p.name for p in found.films] == ["第1集.mov", "第2集.mp4", "第10集.mp4"]
    assert [p.name for p in found.scans] == ["1.png", "2.pdf"]
    assert found.packages == (package,)
    assert reasons(found) == {"说明.txt": "不是视频或扫描件。"}
    assert found.drafts == ()


def test_pictures_beside_films_are_no_scans_unless_dropped_themselves(tmp_path: Path) -> None:
    folder = files(tmp_path / "片", "片.mp4", "海报.jpg", "盖章/承诺书.jpg", "图集.pdf/封面.png")
    found = sort_dropped([folder])
    assert {p.name for p in found.scans} == {"承诺书.jpg", "封面.png"}
    assert "单独拖" in reasons(found)["海报.jpg"]
    assert sort_dropped([folder / "片.mp4", folder / "海报.jpg"]).scans == (folder / "海报.jpg",)


def test_a_package_that_is_still_growing_or_lost_its_bagit_txt_is_one_all_the_same(tmp_path: Path) -> None:
    growing = files(tmp_path / "长", JOURNAL, "data/片.mp4")
    bare = files(tmp_path / "缺", "manifest-md5.txt", "data/片.mp4")
    other = files(tmp_path / "别", "manifest-notes.txt", "片.mp4")
    found = sort_dropped([growing, bare, other])
    assert found.packages == (growing, bare)
    assert found.films == (other / "片.mp4",)


def test_a_damaged_zip_is_left_to_verifying_also_if_a_document_ends_it(tmp_path: Path) -> None:
    inner = zipped(tmp_path / "表.docx", "word/document.xml").read_bytes()
    whole = tmp_path / "包.zip"
    with zipfile.ZipFile(whole, "w") as archive:
        archive.writestr("甲/data/表.docx", inner)
        archive.writestr("甲/bagit.txt", b"x" * 300)
    cut = tmp_path / "断.zip"
    data = whole.read_bytes()
    cut.write_bytes(data[: data.index(inner) + len(inner) + 40])
    assert zipfile.ZipFile(cut).namelist() == ["word/document.xml"], "zipfile takes the inner list for the file's"
    empty = files(tmp_path, "空.zip") / "空.zip"
    assert sort_dropped([cut, empty]).packages == (cut, empty)


def test_one_draft_is_kept_only_if_nothing_else_but_packages_came(tmp_path: Path) -> None:
    files(tmp_path, "甲.weiying", "乙.weiying", "片.mp4", "1.xlsx", "2.xlsx")
    assert sort_dropped([tmp_path / "甲.weiying"]).drafts == (tmp_path / "甲.weiying",)
    assert len(sort_dropped([tmp_path / "甲.weiying", tmp_path / "乙.weiying", bag(tmp_path / "包")]).drafts) == 2
    mixed = sort_dropped([tmp_path / "甲.weiying", tmp_path / "片.mp4"])
    assert (mixed.drafts, list(reasons(mixed))) == ((), ["甲.weiying"])
    two = sort_dropped([tmp_path / "1.xlsx", tmp_path / "2.xlsx"])
    assert (two.lists, list(reasons(two))) == ((), ["1.xlsx", "2.xlsx"])


def test_a_table_in_a_folder_is_not_brought_in_unasked(tmp_path: Path) -> None:
    found = sort_dropped([files(tmp_path / "片", "片.mp4", "汇总表.xlsx")])
    assert found.lists == ()
    assert "单独拖" in reasons(found)["汇总表.xlsx"]


def test_links_that_lead_back_end_and_what_is_gone_is_said(tmp_path: Path) -> None:
    folder = files(tmp_path / "片", "片.mp4")
    (folder / "回").symlink_to(folder)
    found = sort_dropped([folder, tmp_path / "没有", tmp_path / "没有.mp4"])
    # As before, a film that is gone is shown among the films, with the reason.
    assert found.films == (folder / "片.mp4", tmp_path / "没有.mp4")
    assert "找不到" in reasons(found)["没有"]


def test_a_link_to_itself_is_said(tmp_path: Path) -> None:
    (tmp_path / "循环").symlink_to("循环")
    assert "循环" in reasons(sort_dropped([tmp_path / "循环"]))


def test_sorting_can_be_cancelled(tmp_path: Path) -> None:
    with pytest.raises(Cancelled):
        sort_dropped([files(tmp_path / "片", "片.mp4")], lambda: True)


def test_for_verifying_a_folder_gives_its_packages_and_archives_else_itself(tmp_path: Path) -> None:
    first, second = bag(tmp_path / "收" / "2" / "包"), bag(tmp_path / "收" / "10")
    photos = zipped(tmp_path / "收" / "照片.zip", "1.jpg")
    nothing = files(tmp_path / "无", "信.txt")
    letter = nothing / "信.txt"
    assert packages_in([tmp_path / "收", first, nothing, letter]) == [first, second, photos, nothing, letter]


def test_names_alone_tell_what_a_drag_will_be_taken_for() -> None:
    assert guess([Path("/无/片.MOV")]) == {Kind.FILM}
    assert guess([Path("/无/章.tiff"), Path("/无/包.zip")]) == {Kind.SCAN, Kind.PACKAGE}
    assert guess([Path("/无/文件夹")]) == {None}
    assert guess([Path("/无/甲.weiying"), Path("/无/表.xlsx")]) == {Kind.DRAFT, Kind.LIST}
