"""Gathering: whole packages and drafts merge into one; what is made to do harm is refused."""

import io
import json
import shutil
import stat
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import bagit
import msgspec
import pytest

from app.draft import Unit, Video
from app.errors import AppError, Cancelled
from app.gather import Gathered, gather, pairs
from app.origins import load_origins, save_origins
from app.pack import find_campaign
from app.received import survey
from app.storage import foreign_draft, load_draft, save_draft
from app.validators import Level, validate
from tests.scenes import scenes
from tests.submissions import TODAY, complete_draft, packed, submission

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


def test_a_film_encoded_again_is_reported_by_its_likeness_and_the_same_bytes_only_once(tmp_path: Path) -> None:
    paths = []
    first = scenes(tmp_path / "甲.mp4", 1)
    for name, film in (("甲", first), ("乙", scenes(tmp_path / "乙.mkv", 1, quality=36, cut_start=2)), ("丙", first)):
        draft = complete_draft(1)
        work = msgspec.structs.replace(draft.works[0], title=name, video=Video(str(film)))
        paths.append(tmp_path / f"{name}.weiying")
        save_draft(msgspec.structs.replace(draft, works=(work,)), paths[-1])
    result = gathered(tmp_path, *paths)
    one, two, three = (w.id for w in result.draft.works)
    found = {(d.kind, frozenset(d.works)) for d in result.duplicates}
    assert found == {("content", frozenset({one, three})), ("likeness", frozenset({one, two, three}))}
    said = {frozenset(pair): kinds for pair, kinds in pairs(result.duplicates).items()}
    likeness = ["likeness"]
    assert said == {
        frozenset({one, three}): ["content"], frozenset({one, two}): likeness, frozenset({two, three}): likeness,
    }  # fmt: skip


def test_the_same_package_is_taken_once(tmp_path: Path, packages: tuple[Path, Path]) -> None:
    copy = shutil.copytree(packages[0], tmp_path / "又一份")
    unpacked = tmp_path / "解开"
    with zipfile.ZipFile(packages[1]) as archive:
        archive.extractall(unpacked)
    (inside,) = unpacked.iterdir()
    result = gathered(tmp_path, packages[0], copy, packages[1], unpacked)
    assert len(result.draft.works) == 2
    assert [(r.path, "是同一份" in r.reason) for r in result.refused] == [(copy, True), (inside, True)]


def test_what_one_unit_sends_in_several_packages_stands_together(tmp_path: Path, packages: tuple[Path, Path]) -> None:
    more = unit_package(tmp_path, "甲县", "第二部")
    result = gathered(tmp_path, *packages, more)
    assert [result.origins[w.id].unit for w in result.draft.works] == ["甲县", "甲县", "乙县"]


def test_what_was_said_of_a_work_comes_through_and_a_type_of_another_call_is_found(tmp_path: Path) -> None:
    path = submission(tmp_path / "稿")
    sent = load_draft(path).draft.works[0]
    save_draft(
        msgspec.structs.replace(load_draft(path).draft, works=(msgspec.structs.replace(sent, type="动画长片"),)), path
    )
    result = gathered(tmp_path, path)
    (work,) = result.draft.works
    same = msgspec.structs.replace(work, id=sent.id, video=sent.video, type=sent.type)
    assert same == sent
    assert (work.creators, work.declarations) == (sent.creators, sent.declarations)
    findings = validate(result.draft, find_campaign(CALL), TODAY, {})
    assert any(f.work == work.id and f.rule == "type" and f.level is Level.FAIL for f in findings)


def test_a_survey_says_what_taking_will_cost(tmp_path: Path, packages: tuple[Path, Path]) -> None:
    with zipfile.ZipFile(packages[1]) as archive:
        sizes = {i.filename: i.file_size for i in archive.infolist()}
    film = next(size for name, size in sizes.items() if name.endswith(".mp4"))
    assert survey(packages[1]) == (sum(sizes.values()), film)
    assert survey(packages[0]).unpacked == 0
    loose = submission(tmp_path / "丙县", works=2)
    assert survey(loose) == (sum(p.stat().st_size for p in (tmp_path / "丙县").glob("*.mp4")), 0)


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


@pytest.mark.parametrize(
    "film",
    [
        "../../x.mp4", "a/../../x.mp4", "~/x.mp4", r"\\server\share\x.mp4", "//server/share/x.mp4",
        r"\\?\C:\x.mp4", r"\\.\pipe\x.mp4", r"\/server/x.mp4", "/tmp/a\x00.mp4",
    ],
)  # fmt: skip
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


def test_a_loose_draft_cannot_take_a_link(tmp_path: Path) -> None:
    path = submission(tmp_path / "丁县")
    film = tmp_path / "丁县" / "影片1.mp4"
    film.unlink()
    film.symlink_to("/etc/passwd")
    assert "是一个链接" in refusal(tmp_path, path)


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


def lying(package: Path, target: Path, size: int) -> Path:
    """Return a copy of a ZIP whose directory gives another size for its film."""
    data = bytearray(package.read_bytes())
    with zipfile.ZipFile(package) as archive:
        name = next(i.filename for i in archive.infolist() if i.filename.endswith(".mp4")).encode()
        start = archive.start_dir
    # APPNOTE 4.3.12: in the central directory the name comes 46 bytes after the signature, the size 24 bytes.
    entry = data.index(name, start) - 46
    assert data[entry : entry + 4] == b"PK\x01\x02"
    data[entry + 24 : entry + 28] = size.to_bytes(4, "little")
    target.write_bytes(data)
    return target


@pytest.mark.parametrize("size", [10, 60_000_000])
def test_a_zip_that_lies_about_a_size_is_refused(tmp_path: Path, packages: tuple[Path, Path], size: int) -> None:
    assert "与清单不符" in refusal(tmp_path, lying(packages[1], tmp_path / "谎.zip", size))


def test_a_bomb_that_says_it_is_small_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("b/bagit.txt", b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
        archive.writestr("b/manifest-sha256.txt", f"{'0' * 64}  data/x.mp4\n")
        with archive.open("b/data/x.mp4", "w") as file:
            for _ in range(100):
                file.write(bytes(1_000_000))
    tracemalloc.start()
    assert "已损坏" in refusal(tmp_path, lying(path, tmp_path / "谎.zip", 1000))
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()


@pytest.mark.parametrize("name", ["CON.mp4", "a:b.mp4", "a|b.mp4", "x.mp4 ", "x.mp4.", "nul", "a\u202efdp.mp4"])
def test_a_package_with_a_name_that_windows_cannot_have_is_refused(tmp_path: Path, name: str) -> None:
    assert "Windows" in refusal(tmp_path, hostile_zip(tmp_path / "坏.zip", f"b/data/{name}"))


def test_a_package_whose_names_would_cover_each_other_is_refused(tmp_path: Path) -> None:
    path = hostile_zip(tmp_path / "坏.zip", "b/data/片.MP4")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("b/data/片.mp4", b"x")
    assert "只有大小写不同" in refusal(tmp_path, path)


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
