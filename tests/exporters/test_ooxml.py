import io
import zipfile
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.exporters import ooxml

ANY_CHARACTER = st.text(st.characters(exclude_categories=()))


def test_characters_that_xml_cannot_hold_are_dropped() -> None:
    assert ooxml.clean("甲\x00\x08\x0b\x0c\x1f\ud800\udfff\ufffe\uffff乙") == "甲乙"


def test_a_tab_or_a_line_break_becomes_a_space() -> None:
    assert ooxml.clean("甲\t乙\n丙\r丁") == "甲 乙 丙 丁"


@pytest.mark.parametrize("kept", ["𬭛䶮", "<b>&\"'", "\u200f\u202e", "👩‍🎓", "\x7f\x85", "　", "_x0041_"])
def test_what_xml_can_hold_is_kept_as_typed(kept: str) -> None:
    assert ooxml.clean(kept) == kept


@given(ANY_CHARACTER)
def test_a_cleaned_text_survives_xml(text: str) -> None:
    element = ElementTree.Element("t")
    element.text = ooxml.clean(text)
    assert (ElementTree.fromstring(ooxml.xml(element)).text or "") == ooxml.clean(text)


def test_a_package_depends_on_its_parts_alone() -> None:
    one = ooxml.package({"b.xml": b"2", ooxml.CONTENT_TYPES: b"0", "a.xml": b"1"})
    other = ooxml.package({"a.xml": b"1", "b.xml": b"2", ooxml.CONTENT_TYPES: b"0"})
    assert one == other
    assert one != ooxml.package({"a.xml": b"1", "b.xml": b"3", ooxml.CONTENT_TYPES: b"0"})


def test_a_package_says_its_content_types_first_and_no_time_of_day() -> None:
    with zipfile.ZipFile(io.BytesIO(ooxml.package({"a.xml": b"1", ooxml.CONTENT_TYPES: b"0"}))) as archive:
        assert archive.namelist() == [ooxml.CONTENT_TYPES, "a.xml"]
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_package_is_read_back_as_its_parts() -> None:
    parts = {ooxml.CONTENT_TYPES: b"0", "a.xml": "甲".encode()}
    assert ooxml.parts_of(ooxml.package(parts)) == parts


def test_the_core_properties_hold_the_title_and_no_dates() -> None:
    root = ElementTree.fromstring(ooxml.core_properties("甲 & <乙>\x00"))
    assert {child.tag.rpartition("}")[2]: child.text for child in root} == {"title": "甲 & <乙>", "language": "zh-CN"}
