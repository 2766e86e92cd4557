"""Names that hold on every system."""

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.exporters.naming import distinct, safe_name


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("《光影里的蜀道》", "《光影里的蜀道》"),
        ("光/影:里?的*蜀|道", "光_影_里_的_蜀_道"),
        ("结尾有点.", "结尾有点"),
        ("结尾有空格 ", "结尾有空格"),
        ("  .隐藏", ".隐藏"),
        ("con", "_con"),
        ("COM1.mp4", "_COM1.mp4"),
        ("", "_"),
        ("..", "_"),
        ("../../etc/passwd", ".._.._etc_passwd"),
        ("换\n行", "换 行"),
        ("e\u0301", "é"),
        ("\u202eabc", "_abc"),
    ],
)
def test_only_what_a_system_forbids_is_replaced(typed: str, name: str) -> None:
    assert safe_name(typed) == name


@given(st.text(max_size=400))
def test_any_title_makes_a_name_that_any_system_takes(typed: str) -> None:
    name = safe_name(typed)
    assert 0 < len(name.encode()) <= 181
    assert not set(name) & set('\\/:*?"<>|')
    assert name == unicodedata.normalize("NFC", name)
    assert name not in {".", ".."}
    assert name[-1] not in ". "
    assert safe_name(name) == name


@given(title=st.text(max_size=300))
def test_a_file_of_that_name_can_be_made(tmp_path_factory: pytest.TempPathFactory, title: str) -> None:
    folder: Path = tmp_path_factory.getbasetemp() / "names"
    folder.mkdir(exist_ok=True)
    path = folder / safe_name(title)
    path.write_bytes(b"")
    assert path.name in {p.name for p in folder.iterdir()}
    path.unlink()


@given(st.lists(st.sampled_from(["a", "A", "a.", "b", "b/", "b_", "a (2)"]), max_size=8))
def test_no_two_names_are_the_same_even_without_capitals(names: list[str]) -> None:
    made = distinct(names)
    assert len(made) == len(names)
    assert len({name.casefold() for name in made}) == len(names)
