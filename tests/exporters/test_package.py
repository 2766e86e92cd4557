"""The package on real films: a bag that bagit-python takes, taken up again, never looking whole too soon."""

import hashlib
import json
import os
import tracemalloc
import zipfile
from pathlib import Path

import bagit
import msgspec
import pytest

from app.draft import Video
from app.errors import AppError, Cancelled
from app.exporters.export import export_all
from app.exporters.meter import Step
from app.exporters.package import GROWING, UNFINISHED, package
from app.exporters.package_plan import stamp_of, work_folders
from app.exporters.verify import verify
from app.storage import load_draft, video_path
from tests.submissions import TODAY, big_file, complete_draft, order, packed, submission, with_film


def tree(folder: Path) -> dict[str, str]:
    """Return the digests of all files below a folder by their path."""
    return {
        p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in folder.rglob("*")
        if p.is_file()
    }


def test_a_package_holds_films_forms_and_scans_and_bagit_python_finds_it_valid(tmp_path: Path) -> None:
    draft_path = submission(tmp_path / "稿", works=2)
    scans = tmp_path / "稿" / "报送_盖章扫描件"
    (scans / "01_光影").mkdir(parents=True)
    (scans / "01_光影" / "承诺书.jpg").write_bytes(b"scan")
    (scans / "汇总表.pdf").write_bytes(b"scan of all")
    (scans / ".DS_Store").write_bytes(b"junk")
    (scans / "~$汇总表.pdf").write_bytes(b"junk")
    result = packed(draft_path, tmp_path / "出")
    assert (result.missing, result.resumed) == ((), 0)
    bag = bagit.Bag(str(result.path))
    bag.validate()
    names = {p.removeprefix("data/") for p in bag.payload_files()}
    assert names == {
        *(
            f"0{n}_光影里的蜀道{n}/{name}"
            for n in (1, 2)
            for name in (f"0{n}_光影里的蜀道{n}.mp4", "承诺书.docx", "承诺书.pdf", "报名表.docx", "报名表.pdf")
        ),
        "01_光影里的蜀道1/盖章扫描件/承诺书.jpg", "盖章扫描件/汇总表.pdf",
        "汇总表.xlsx", "汇总表.docx", "汇总表.pdf", "全部表格.pdf",
    }  # fmt: skip
    film = result.path / "data/01_光影里的蜀道1/01_光影里的蜀道1.mp4"
    assert film.read_bytes() == (tmp_path / "稿" / "影片1.mp4").read_bytes()
    assert not verify(result.path).problems
    assert [p.name for p in (tmp_path / "出").iterdir()] == [result.path.name]
    lacking = "".join(result.unstamped)
    assert "第 1 部《光影里的蜀道1》的报名表" in lacking
    assert "汇总表" not in lacking
    assert "第 1 部《光影里的蜀道1》的承诺书" not in lacking


def test_the_same_content_packed_again_gives_byte_for_byte_the_same_manifest_and_overwrites_nothing(
    tmp_path: Path,
) -> None:
    draft_path = submission(tmp_path / "稿")
    first = packed(draft_path, tmp_path / "出")
    before = tree(first.path)
    second = packed(draft_path, tmp_path / "出")
    third = packed(draft_path, tmp_path / "出", as_zip=True)
    manifests = [p.joinpath("manifest-sha256.txt").read_bytes() for p in (first.path, second.path)]
    with zipfile.ZipFile(third.path) as whole:
        manifests.append(whole.read(f"{third.path.stem}/manifest-sha256.txt"))
    assert len(set(manifests)) == 1
    assert {r.manifest_sha256 for r in (first, second, third)} == {hashlib.sha256(manifests[0]).hexdigest()}
    assert second.path.name == f"{first.path.name} (2)"
    assert tree(first.path) == before


def test_a_zip_has_utf8_names_and_stored_files_and_its_content_is_the_folders(tmp_path: Path) -> None:
    draft_path = submission(tmp_path / "稿")
    folder, zipped = packed(draft_path, tmp_path / "出"), packed(draft_path, tmp_path / "出", as_zip=True)
    with zipfile.ZipFile(zipped.path) as whole:
        assert whole.testzip() is None
        assert {info.compress_type for info in whole.infolist()} == {zipfile.ZIP_STORED}
        assert all(info.flag_bits & 0x800 for info in whole.infolist())
        assert whole.infolist()[-1].filename.endswith("/bagit.txt")
        whole.extractall(tmp_path / "解")
    unpacked = tmp_path / "解" / zipped.path.stem
    assert tree(unpacked) == tree(folder.path)
    bagit.Bag(str(unpacked)).validate()
    assert not verify(zipped.path).problems


def test_an_incomplete_package_says_so_in_its_name_and_in_its_notes(tmp_path: Path) -> None:
    draft = complete_draft(2)
    gone = msgspec.structs.replace(draft.works[1], video=Video("没有.mp4"), synopsis="")
    draft_path = submission(tmp_path / "稿", draft=msgspec.structs.replace(draft, works=(draft.works[0], gone)))
    result = packed(draft_path, tmp_path / "出")
    assert result.path.name.startswith(UNFINISHED)
    notes = (result.path / "报送说明.txt").read_text(encoding="utf-8-sig")
    assert "未完成" in notes
    assert len(result.missing) >= 2
    assert all(text in notes for text in result.missing)
    assert any("第 2 部《光影里的蜀道2》" in text and "内容简介" in text for text in result.missing)
    verified = verify(result.path)
    assert (verified.problems, verified.complete) == ((), False)


def test_the_draft_in_a_package_opens_and_finds_its_films(tmp_path: Path) -> None:
    result = packed(submission(tmp_path / "稿"), tmp_path / "出")
    inside = result.path / "报送内容.weiying"
    draft = load_draft(inside).draft
    assert stamp_of(video_path(draft.works[0], inside)) is not None
    assert draft.works[0].video.path == "data/01_光影里的蜀道1/01_光影里的蜀道1.mp4"


def test_films_lie_in_the_folders_that_the_forms_are_exported_to(tmp_path: Path) -> None:
    draft = complete_draft(3)
    same = tuple(msgspec.structs.replace(w, title="《同/名》 ") for w in draft.works)
    draft = msgspec.structs.replace(draft, works=same)
    campaign = order(submission(tmp_path / "稿", draft=draft)).campaign
    campaign = msgspec.structs.replace(campaign, naming=msgspec.structs.replace(campaign.naming, folder="{work.title}"))
    exported = export_all(draft, campaign, {}, tmp_path / "表", fonts="open").files
    folders = dict.fromkeys(p.parent.relative_to(tmp_path / "表").as_posix() + "/" for p in exported)
    folders.pop("./")
    assert list(work_folders(draft, campaign, {}).values()) == list(folders)


def test_names_hold_everywhere_and_percent_signs_do_not_part_the_two_readings_of_the_standard(tmp_path: Path) -> None:
    draft = complete_draft(1)
    title = '100% "好" a/b:c*? <>|\n\ud800'
    draft = msgspec.structs.replace(
        draft,
        works=(msgspec.structs.replace(draft.works[0], title=title),),
        unit=msgspec.structs.replace(draft.unit, name="甲%0A\x00/乙\u202e" * 40),
    )
    result = packed(submission(tmp_path / "稿", draft=draft), tmp_path / "出")
    bagit.Bag(str(result.path)).validate()
    assert not verify(result.path).problems
    for path in [result.path, *result.path.rglob("*")]:
        assert not set(path.name) & set('\\/:*?"<>|%\n\x00\u202e')
        assert len(path.name.encode()) <= 255
        assert not path.name.endswith((".", " "))


def test_progress_counts_every_byte_twice_and_ends_at_the_whole(tmp_path: Path) -> None:
    draft_path = submission(tmp_path / "稿")
    with_film(draft_path, 1, big_file(9_000_000))
    steps: list[Step] = []
    result = packed(draft_path, tmp_path / "出", progress=steps.append)
    bytes_steps = [s for s in steps if s.phase != "forms"]
    assert [s.done for s in bytes_steps] == sorted(s.done for s in bytes_steps)
    assert bytes_steps[-1].done == bytes_steps[-1].total == 2 * result.size
    assert {s.phase for s in steps} == {"forms", "copy", "verify"}
    assert any(s.speed > 0 and s.left is not None and s.name == "01_光影里的蜀道1.mp4" for s in bytes_steps)


@pytest.mark.parametrize("as_zip", [False, True])
def test_what_was_cancelled_goes_on_where_it_stopped(tmp_path: Path, as_zip: bool) -> None:
    draft_path = submission(tmp_path / "稿", works=3)
    with_film(draft_path, 2, big_file(9_000_000))
    seen: list[Step] = []

    def at_the_third_film() -> bool:
        return bool(seen) and seen[-1].name.startswith("03_") and seen[-1].phase == "copy"

    with pytest.raises(Cancelled):
        packed(draft_path, tmp_path / "出", as_zip=as_zip, progress=seen.append, cancelled=at_the_third_film)
    (growing,) = (tmp_path / "出").iterdir()
    assert growing.name.endswith(GROWING)
    assert not list(growing.rglob("bagit.txt"))
    steps: list[Step] = []
    result = packed(draft_path, tmp_path / "出", as_zip=as_zip, progress=steps.append)
    first_two = sum((tmp_path / "稿" / f"影片{n}.mp4").stat().st_size for n in (1, 2))
    assert result.resumed == first_two
    copied = {s.name for s in steps if s.phase == "copy"}
    assert not {"01_光影里的蜀道1.mp4", "02_光影里的蜀道2.mp4"} & copied
    assert steps[-1].done == steps[-1].total
    assert not verify(result.path).problems
    assert [p.name for p in (tmp_path / "出").iterdir()] == [result.path.name]
    clean = packed(draft_path, tmp_path / "另", as_zip=as_zip)
    assert clean.manifest_sha256 == result.manifest_sha256


def stopped_at(draft_path: Path, out: Path, name: str) -> Path:
    """Stop a packing when it begins with a film; return the folder it grows in."""
    seen: list[Step] = []

    def there() -> bool:
        return bool(seen) and seen[-1].phase == "copy" and seen[-1].name.startswith(name)

    with pytest.raises(Cancelled):
        packed(draft_path, out, progress=seen.append, cancelled=there)
    (growing,) = out.iterdir()
    return growing


def test_what_was_damaged_on_the_disk_meanwhile_is_copied_again(tmp_path: Path) -> None:
    draft_path = submission(tmp_path / "稿", works=3)
    growing = stopped_at(draft_path, tmp_path / "出", "03_")
    (film,) = growing.rglob("01_*.mp4")
    data = bytearray(film.read_bytes())
    data[len(data) // 2] ^= 1
    film.write_bytes(data)
    result = packed(draft_path, tmp_path / "出")
    assert result.resumed == (tmp_path / "稿" / "影片2.mp4").stat().st_size
    bagit.Bag(str(result.path)).validate()


def test_a_film_that_changed_meanwhile_is_copied_again_and_what_is_no_longer_wanted_is_gone(tmp_path: Path) -> None:
    draft_path = submission(tmp_path / "稿", works=3)
    growing = stopped_at(draft_path, tmp_path / "出", "03_")
    journal = next(growing.glob("*.jsonl"))
    with journal.open("ab") as file:
        file.write(b'{"path": "cut by a cra')
    with_film(draft_path, 2, b"other")
    draft = load_draft(draft_path).draft
    submission(tmp_path / "稿", draft=msgspec.structs.replace(draft, works=draft.works[:2]))
    result = packed(draft_path, tmp_path / "出")
    assert result.resumed == (tmp_path / "稿" / "影片1.mp4").stat().st_size
    bagit.Bag(str(result.path)).validate()
    assert not list(result.path.rglob("03_*"))


def test_a_film_that_changed_after_it_was_checked_is_not_packed(tmp_path: Path) -> None:
    draft_path = submission(tmp_path / "稿")
    checked = order(draft_path)
    with_film(draft_path, 1, b"x")
    with pytest.raises(AppError, match=r"影片1\.mp4.*检查之后"):
        package(checked, tmp_path / "出", TODAY, fonts="open")
    assert not list((tmp_path / "出").rglob("*.mp4"))


def test_a_film_that_changes_while_it_is_copied_is_not_packed(tmp_path: Path) -> None:
    draft_path = submission(tmp_path / "稿")
    film = tmp_path / "稿" / "影片1.mp4"

    def append(step: Step) -> None:
        if step.phase == "copy" and step.done > 0:
            with film.open("ab") as file:
                file.write(b"x")

    with pytest.raises(AppError, match="打包时有改动"):
        packed(draft_path, tmp_path / "出", progress=append)
    assert not list((tmp_path / "出").rglob("bagit.txt"))


def test_a_film_that_changes_in_place_while_it_is_copied_is_not_packed(tmp_path: Path) -> None:
    draft_path = submission(tmp_path / "稿")
    film = tmp_path / "稿" / "影片1.mp4"
    touched: list[Step] = []

    def overwrite(step: Step) -> None:
        if step.phase == "copy" and step.done > 0 and not touched:
            touched.append(step)
            before = film.stat()
            with film.open("r+b") as file:
                file.write(b"!")
            os.utime(film, ns=(before.st_atime_ns, before.st_mtime_ns + 1_000_000))

    with pytest.raises(AppError, match="打包时有改动"):
        packed(draft_path, tmp_path / "出", progress=overwrite)
    assert touched
    assert not list((tmp_path / "出").rglob("bagit.txt"))


@pytest.mark.parametrize("as_zip", [False, True])
def test_what_reads_back_otherwise_than_it_was_written_is_told(tmp_path: Path, as_zip: bool) -> None:
    draft_path = submission(tmp_path / "稿")
    damaged: list[Path] = []

    def damage(step: Step) -> None:
        if step.phase == "verify" and not damaged:
            written = next(p for p in (tmp_path / "出").rglob("*") if p.suffix in {".mp4", ".part"})
            with written.open("r+b") as file:
                file.seek(100_000)
                file.write(b"!")
            damaged.append(written)

    with pytest.raises(AppError, match="读回来不一致"):
        packed(draft_path, tmp_path / "出", as_zip=as_zip, progress=damage)
    assert damaged
    assert not verify(packed(draft_path, tmp_path / "出", as_zip=as_zip).path).problems


def test_two_packings_into_the_same_place_do_not_meet(tmp_path: Path) -> None:
    draft_path = submission(tmp_path / "稿")
    refused: list[AppError] = []

    def another(step: Step) -> None:
        if step.phase == "copy" and not refused:
            with pytest.raises(AppError, match="另一个窗口") as caught:
                packed(draft_path, tmp_path / "出")
            refused.append(caught.value)

    result = packed(draft_path, tmp_path / "出", progress=another)
    assert refused
    assert not verify(result.path).problems


def test_the_call_can_ask_for_stamped_scans(tmp_path: Path) -> None:
    draft_path = submission(tmp_path / "稿")
    wanted = order(draft_path)
    asking = wanted._replace(campaign=msgspec.structs.replace(wanted.campaign, stamped_scans=True))
    result = package(asking, tmp_path / "出", TODAY, fonts="open")
    assert result.missing == result.unstamped != ()
    assert result.path.name.startswith(UNFINISHED)


def test_memory_stays_flat_at_any_size(tmp_path: Path) -> None:
    draft_path = submission(tmp_path / "稿")
    film = tmp_path / "稿" / "影片1.mp4"
    with film.open("ab") as file:
        file.write((200_000_000 + 8).to_bytes(4, "big") + b"free")
        file.truncate(film.stat().st_size + 8 + 200_000_000)
    checked = order(draft_path)
    peaks: list[int] = []

    def measure(step: Step) -> None:
        if step.phase == "copy" and step.name.endswith(".mp4"):
            if not tracemalloc.is_tracing():
                tracemalloc.start()
            peaks.append(tracemalloc.get_traced_memory()[1])

    try:
        package(checked, tmp_path / "出", TODAY, fonts="open", progress=measure)
    finally:
        tracemalloc.stop()
    assert peaks[-1] < 40_000_000


def test_the_journal_is_one_json_value_a_line(tmp_path: Path) -> None:
    growing = stopped_at(submission(tmp_path / "稿", works=2), tmp_path / "出", "02_")
    head, *done = next(growing.glob("*.jsonl")).read_text(encoding="utf-8").splitlines()
    assert json.loads(head)["zip"] is False
    assert [Path(json.loads(line)["path"]).name for line in done] == ["01_光影里的蜀道1.mp4"]
    assert os.listdir(growing)  # noqa: PTH208
