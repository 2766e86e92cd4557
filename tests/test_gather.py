"""Gathering: whole packages and drafts merge into one; what is made to do harm is refused."""

import io
import json
import shutil
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import bagit
import msgspec
import pytest

from app.draft import Unit, Video
from app.errors import AppError, Cancelled
from app.gather import Gathered, gather, load_origins, save_origins
from app.storage import foreign_draft, load_draft, save_draft
from tests.submissions import complete_draft, packed, submission

OURS = Unit(name="示范市委宣传部")
CALL = complete_draft().campaign


def gathered(tmp_path: Path, *paths: Path) -> Gathered:
    return gather(paths, tmp_path / "收到", CALL, OURS)


def unit_package(folder: Path, unit: str, title: str, *, as_zip: bool = False) -> Path:
    """Return the package of a sub-unit with one work."""
    draft = complete_draft(1)
    work = msgspec.structs.replace(draft.works[0], title=title, producer="")
    draft = msgspec.structs.replace(draft, works=(work,), unit=msgspec.structs.replace(draft.unit, name=unit))
    return packed(submission(folder / unit, draft=draft), folder / f"{unit}出", as_zip=as_zip).path


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return a sub-unit's package as a folder and another's as a ZIP, with the same film and nearly the same title."""
    folder = tmp_path_factory.mktemp("下级")
    return unit_package(folder, "甲县", "《光 影》"), unit_package(folder, "乙县", "光影", as_zip=True)


@pytest.fixture
def bag(packages: tuple[Path, Path], tmp_path: Path) -> Path:
    """Return a copy of the folder, to be changed."""
    return Path(shutil.copytree(packages[0], tmp_path / "包"))


def test_packages_and_drafts_merge_into_one_draft_and_where_each_came_from_is_kept(
    tmp_path: Path, packages: tuple[Path, Path]
) -> None:
    loose = submission(tmp_path / "丙县", works=2)
    result = gathered(tmp_path, packages[0], packages[1], loose)
    draft = result.draft
    assert (result.refused, draft.unit, draft.campaign) == ((), OURS, CALL)
    assert [w.title for w in draft.works] == ["《光 影》", "光影", "光影里的蜀道1", "光影里的蜀道2"]
    assert len({w.id for w in draft.works}) == 4
    assert all(Path(w.video.path).is_file() for w in draft.works)
    assert [w.producer for w in draft.works][:2] == ["甲县", "乙县"]
    origins = [result.origins[w.id] for w in draft.works]
    assert [(o.unit, o.number) for o in origins][:2] == [("甲县", 1), ("乙县", 1)]
    assert [o.source for o in origins] == [str(packages[0]), str(packages[1]), str(loose), str(loose)]
    merged = tmp_path / "汇总.weiying"
    save_draft(draft, merged)
    save_origins(merged, result.origins)
    assert load_origins(merged) == result.origins
    assert load_draft(merged).draft == draft


def test_films_of_a_zip_are_unpacked_below_the_folder_given_and_nowhere_else(
    tmp_path: Path, packages: tuple[Path, Path]
) -> None:
    result = gathered(tmp_path, packages[1])
    (film,) = (p for p in tmp_path.rglob("*") if p.is_file())
    assert str(film) == result.draft.works[0].video.path
    assert film.is_relative_to(tmp_path / "收到")
    with zipfile.ZipFile(packages[1]) as archive:
        (inside,) = (n for n in archive.namelist() if n.endswith(".mp4"))
        assert film.read_bytes() == archive.read(inside)


def test_the_same_film_and_the_same_title_are_reported(tmp_path: Path, packages: tuple[Path, Path]) -> None:
    result = gathered(tmp_path, *packages)
    ids = tuple(w.id for w in result.draft.works)
    assert {(d.kind, d.works) for d in result.duplicates} == {("content", ids), ("title", ids)}
    assert gathered(tmp_path / "再", packages[0]).duplicates == ()


def test_a_folder_of_packages_and_drafts_is_looked_into(tmp_path: Path, packages: tuple[Path, Path]) -> None:
    drop = tmp_path / "各县"
    shutil.copytree(packages[0], drop / "1")
    shutil.copyfile(packages[1], drop / "2.zip")
    submission(drop / "稿")
    shutil.copyfile(drop / "稿" / "报送.weiying", drop / "10.weiying")
    (drop / "说明.txt").write_text("x", encoding="utf-8")
    result = gathered(tmp_path, drop)
    assert [w.title for w in result.draft.works] == ["《光 影》", "光影", "光影里的蜀道1"]
    assert result.draft.works[2].video.path == ""


def refusal(tmp_path: Path, path: Path) -> str:
    """Return why something is refused; nothing of it may be merged, and nothing written."""
    before = sorted(p for p in tmp_path.rglob("*"))
    result = gathered(tmp_path, path)
    assert result.draft.works == ()
    assert sorted(p for p in tmp_path.rglob("*") if p != tmp_path / "收到") == before
    ((where, reason),) = result.refused
    assert where == path
    return reason


def test_a_package_that_was_changed_is_refused(tmp_path: Path, bag: Path) -> None:
    next(bag.rglob("承诺书.docx")).write_bytes(b"x")
    assert "与清单不符" in refusal(tmp_path, bag)


def test_a_package_with_a_link_is_refused(tmp_path: Path, bag: Path) -> None:
    (bag / "data" / "link").symlink_to("/etc/passwd")
    assert "是一个链接" in refusal(tmp_path, bag)


def remade(bag: Path, change: Callable[[dict[str, object]], object]) -> Path:
    """Return a package whose draft is another, and whose manifests are right all the same."""
    path = bag / "报送内容.weiying"
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content)
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    bagit.Bag(str(bag)).save()
    return bag


@pytest.mark.parametrize(
    "film", ["../secret.mp4", "/etc/passwd", "data/../../secret.mp4", "data/没有.mp4", "bagit.txt"]
)
def test_a_film_outside_the_package_is_refused(tmp_path: Path, bag: Path, film: str) -> None:
    (tmp_path / "secret.mp4").write_bytes(b"secret")
    change = lambda content: content["works"][0]["video"].update(path=film)  # noqa: E731
    assert "不在包内" in refusal(tmp_path, remade(bag, change))


def test_a_film_that_is_no_film_is_refused(tmp_path: Path, bag: Path) -> None:
    change = lambda content: content["works"][0]["video"].update(path="data/汇总表.docx")  # noqa: E731
    assert "不是视频文件" in refusal(tmp_path, remade(bag, change))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda content: content.update(version=2), "更新的版本"),
        (lambda content: content.update(format="other"), "不是本程序的草稿"),
        (lambda content: content.update(secret=1), "“secret”是不认识的内容"),
        (lambda content: content["works"][0].update(title=5), "写法有误"),
        (lambda content: content.update(campaign="another"), "另一次征集"),
    ],
)
def test_drafts_of_another_version_call_or_with_unknown_keys_are_refused(
    tmp_path: Path, bag: Path, change: Callable[[dict[str, object]], object], reason: str
) -> None:
    assert reason in refusal(tmp_path, remade(bag, change))
    loose = tmp_path / "稿.weiying"
    shutil.copyfile(bag / "报送内容.weiying", loose)
    assert reason in refusal(tmp_path, loose)


@pytest.mark.parametrize("film", ["../../x.mp4", "a/../../x.mp4", "~/x.mp4"])
def test_a_loose_draft_whose_film_climbs_out_is_refused(tmp_path: Path, film: str) -> None:
    draft = complete_draft(1)
    path = tmp_path / "稿.weiying"
    save_draft(
        msgspec.structs.replace(draft, works=(msgspec.structs.replace(draft.works[0], video=Video(film)),)), path
    )
    assert "指向别处" in refusal(tmp_path, path)


def test_a_loose_draft_cannot_take_a_file_that_is_no_film(tmp_path: Path) -> None:
    draft = complete_draft(1)
    path = tmp_path / "稿.weiying"
    work = msgspec.structs.replace(draft.works[0], video=Video("/etc/passwd"))
    save_draft(msgspec.structs.replace(draft, works=(work,)), path)
    assert "不是视频文件" in refusal(tmp_path, path)


def test_a_damaged_draft_from_elsewhere_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "稿.weiying"
    path.write_bytes(b'{"format": "weiying-draft", ')
    assert "不能使用" in refusal(tmp_path, path)
    assert path.read_bytes() == b'{"format": "weiying-draft", '
    with pytest.raises(AppError):
        foreign_draft(b"[" * 100_000, "x")


def test_ten_thousand_entries_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "多.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(10_000):
            archive.writestr(f"b/data/{number}.txt", b"")
        archive.writestr("b/bagit.txt", b"")
    assert "10001 个文件" in refusal(tmp_path, path)


def hostile_zip(path: Path, name: str, attributes: int = 0) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("b/bagit.txt", b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
        info = zipfile.ZipInfo(name)
        info.external_attr = attributes << 16
        archive.writestr(info, b"x")
    return path


@pytest.mark.parametrize(
    ("name", "attributes"),
    [("../x.mp4", 0), ("/x.mp4", 0), ("b/../../x.mp4", 0), ("C:/x.mp4", 0), ("b/data/x.mp4", stat.S_IFLNK | 0o777)],
)
def test_a_zip_that_climbs_or_links_is_refused(tmp_path: Path, name: str, attributes: int) -> None:
    assert "不安全" in refusal(tmp_path, hostile_zip(tmp_path / "坏.zip", name, attributes))


def test_a_bomb_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("b/data/x.mp4", "w") as file:
        for _ in range(400):
            file.write(bytes(1_000_000))
    assert "压缩炸弹" in refusal(tmp_path, path)


def test_what_is_no_package_is_refused_and_the_rest_is_taken(tmp_path: Path, packages: tuple[Path, Path]) -> None:
    nothing = tmp_path / "没有.zip"
    text = tmp_path / "话.weiying"
    text.write_text("不是草稿", encoding="utf-8")
    cut = tmp_path / "断.zip"
    cut.write_bytes(packages[1].read_bytes()[:-100])
    result = gathered(tmp_path, nothing, text, packages[0], cut)
    assert [r.path for r in result.refused] == [nothing, text, cut]
    assert len(result.draft.works) == 1


def test_gathering_can_be_cancelled_and_leaves_no_half_film(tmp_path: Path, packages: tuple[Path, Path]) -> None:
    asked = io.StringIO()

    def after_verifying() -> bool:
        asked.write("x")
        return (tmp_path / "收到").exists()

    with pytest.raises(Cancelled):
        gather([packages[1]], tmp_path / "收到", CALL, OURS, cancelled=after_verifying)
    assert not [p for p in tmp_path.rglob("*") if p.is_file()]
