"""From a draft to its package, as window and command line make it: checked anew, packed, remembered."""

import shutil
from pathlib import Path

import msgspec
import pytest

from app.errors import Cancelled
from app.exporters.package_plan import lacking
from app.history import history
from app.pack import find_campaign
from app.storage import load_draft
from app.submitting import check, content_of, submit
from tests.submissions import TODAY, submission, with_film


def checked(draft_path: Path):
    draft = load_draft(draft_path).draft
    return check(draft, draft_path, find_campaign(draft.campaign), TODAY)


def test_a_package_is_remembered_with_what_it_was_made_from(tmp_path: Path, data_dir: Path) -> None:
    draft_path = submission(tmp_path / "稿")
    made = submit(checked(draft_path), tmp_path / "出", TODAY)
    assert made.unremembered is None
    assert history() == [made.entry]
    assert made.entry.content == content_of(load_draft(draft_path).draft, draft_path)


def test_a_history_that_cannot_be_written_costs_no_package(tmp_path: Path, data_dir: Path) -> None:
    (data_dir / "history.jsonl").mkdir(parents=True)
    made = submit(checked(submission(tmp_path / "稿")), tmp_path / "出", TODAY)
    assert made.packed.path.is_dir()
    assert "history.jsonl" in made.unremembered.message


def test_the_same_film_under_two_names_is_missing_something(tmp_path: Path, data_dir: Path) -> None:
    draft_path = submission(tmp_path / "稿", works=2)
    shutil.copyfile(tmp_path / "稿" / "影片1.mp4", tmp_path / "稿" / "影片2.mp4")
    order = checked(draft_path)
    told = [text for text in lacking(order).missing if "内容完全相同" in text]
    assert ["影片2.mp4" in told[0], "影片1.mp4" in told[1]] == [True, True]


def test_what_a_package_is_made_from_changes_with_the_draft_its_films_and_its_scans(tmp_path: Path) -> None:
    draft_path = submission(tmp_path / "稿")
    draft = load_draft(draft_path).draft
    seen = [content_of(draft, draft_path)]
    assert content_of(draft, draft_path) == seen[0]
    other = msgspec.structs.replace(draft, unit=msgspec.structs.replace(draft.unit, name="另一单位"))
    seen.append(content_of(other, draft_path))
    with_film(draft_path, 1, b"x")
    seen.append(content_of(draft, draft_path))
    by_hand = tmp_path / "稿" / "报送_盖章扫描件" / "01_甲"
    by_hand.mkdir(parents=True)
    (by_hand / "承诺书.jpg").write_bytes(b"x")
    seen.append(content_of(draft, draft_path))
    came_back = tmp_path / "稿" / "报送.盖章" / "标记"
    came_back.mkdir(parents=True)
    (came_back / "承诺书.pdf").write_bytes(b"x")
    seen.append(content_of(draft, draft_path))
    assert len(set(seen)) == len(seen)


def test_checking_ends_when_it_is_cancelled(tmp_path: Path) -> None:
    draft_path = submission(tmp_path / "稿")
    draft = load_draft(draft_path).draft
    with pytest.raises(Cancelled):
        check(draft, draft_path, find_campaign(draft.campaign), TODAY, cancelled=lambda: True)
