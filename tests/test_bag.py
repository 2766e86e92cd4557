"""Manifests and tag files as RFC 8493 has them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.bag import is_unsafe, read_manifest, read_tags, write_manifest, write_tags

# What a path of a manifest cannot begin or end with without being another path: blanks, `*`, and what normalises.
NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"], exclude_characters="/*#."), min_size=1)


@given(st.dictionaries(NAMES.map("data/{}".format), st.text("0123456789abcdef", min_size=64, max_size=64)))
def test_a_manifest_reads_as_it_was_written(digests: dict[str, str]) -> None:
    lines = read_manifest(write_manifest(digests).decode())
    assert {entry.path: entry.digest for entry in lines.entries} == digests
    assert not lines.malformed


def test_only_line_breaks_and_percent_signs_are_encoded() -> None:
    written = write_manifest({"data/a\nb\rc%0A d": "0", "data/片": "1"}).decode()
    assert written == "0  data/a%0Ab%0Dc%250A d\n1  data/片\n"
    assert [entry.path for entry in read_manifest(written).entries] == ["data/a\nb\rc%0A d", "data/片"]


def test_the_same_content_in_any_order_gives_the_same_manifest() -> None:
    assert write_manifest({"b": "1", "a": "2"}) == write_manifest({"a": "2", "b": "1"})


def test_what_is_no_line_is_reported_by_its_number() -> None:
    lines = read_manifest("\ufeff0  data/a\n\nnothing\n# 0  data/b\r\nAB *data/c\r")
    assert [(e.digest, e.path) for e in lines.entries] == [("0", "data/a"), ("ab", "data/c")]
    assert lines.malformed == (3, 4)


def test_tags_fold_and_the_first_counts() -> None:
    tags = read_tags("\ufeffA: 1\n  2\nB:3\nA: 4\n\n")
    assert tags == {"A": "1 2", "B": "3"}
    assert read_tags(write_tags([("A", "x\ny"), ("B", "")]).decode()) == {"A": "x y", "B": ""}
    with pytest.raises(ValueError, match="no colon"):
        read_tags("no colon")


@pytest.mark.parametrize(
    "path",
    ["", "/a", "\\a", "a/../b", "..", "..\\a", "C:\\a", "c:a", "~/a", "a\x00", "\\\\?\\C:\\a", "//server/share"],
)
def test_paths_that_lead_outside_are_unsafe(path: str) -> None:
    assert is_unsafe(path)


@pytest.mark.parametrize("path", ["data/a", "data/..a", "data/a..", "data/片 1.mp4", "data/a~b"])
def test_other_paths_are_not(path: str) -> None:
    assert not is_unsafe(path)
