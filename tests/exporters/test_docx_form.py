import io
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import docx
import pytest
from docx.document import Document
from docx.oxml.ns import qn
from docx.shared import Pt
from docx.styles.style import ParagraphStyle
from docx.table import Table
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from app.exporters import docx_form
from app.exporters.forms import Cell, Form, Grid, LineBlock, Row, Run, StampBlock, TextBlock
from tests.exporters import samples
from tests.exporters.conftest import Word, page_count, pdf_words, words_at

ALL = [f"{sample}-{form}" for sample, draft in samples.drafts().items() for form in samples.forms_of(draft)]

# Children of the elements we write, in the order of their types in ECMA-376-1, annex A (wml.xsd).
ORDERS = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs "
    "suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd "
    "snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc textDirection textAlignment "
    "textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange",
    "rPr": "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof snapToGrid "
    "vanish webHidden color spacing w kern position sz szCs highlight u effect bdr shd fitText vertAlign rtl cs em "
    "lang eastAsianLayout specVanish oMath",
    "tblPr": "tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc tblCellSpacing "
    "tblInd tblBorders shd tblLayout tblCellMar tblLook tblCaption tblDescription tblPrChange",
    "tblBorders": "top left bottom right insideH insideV",
    "tblCellMar": "top left bottom right",
    "tcPr": "cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText vAlign hideMark",
    # CT_TrPr is a choice: any order, but each of ours once.
    "trPr": "cantSplit trHeight tblHeader",
    "tbl": "tblPr tblGrid tr",
    "tr": "trPr tc",
    "tc": "tcPr p",
    "p": "pPr r fldSimple",
    "r": "rPr t tab drawing",
    "ftr": "tbl p",
    "sectPr": "headerReference footerReference footnotePr endnotePr type pgSz pgMar paperSrc pgBorders lnNumType "
    "pgNumType cols formProt vAlign noEndnote titlePg textDirection bidi rtlGutter docGrid printerSettings",
    "styles": "docDefaults latentStyles style",
    "docDefaults": "rPrDefault pPrDefault",
    "style": "name aliases basedOn next link autoRedefine hidden uiPriority semiHidden unhideWhenUsed qFormat locked "
    "personal personalCompose personalReply rsid pPr rPr tblPr trPr tcPr tblStylePr",
    "settings": "writeProtection view zoom defaultTabStop characterSpacingControl compat rsids themeFontLang",
    "body": "p tbl sectPr",
}
FREE_ORDER = {"p", "r", "body"}


def made(name: str, size: float = 0) -> tuple[Form, bytes]:
    sample, _, identity = name.rpartition("-")
    form = samples.forms_of(samples.drafts()[sample])[identity]
    return form, docx_form.render(form, size or form.text_size)


def opened(data: bytes) -> Document:
    return docx.Document(io.BytesIO(data))


def document_lines(data: bytes) -> list[str]:
    """Return the lines of a DOCX in reading order; the two texts of a line with a tab are two."""
    document = opened(data)
    lines: list[str] = []
    for item in document.iter_inner_content():
        if isinstance(item, Table):
            cells = item._tbl.iter(qn("w:tc"))
            paragraphs = [p for cell in cells for p in cell.iter(qn("w:p"))]
        else:
            paragraphs = [item._p]
        for paragraph in paragraphs:
            line = "".join("\t" if e.tag == qn("w:tab") else e.text or "" for e in runs_of(paragraph))
            lines += line.split("\t")
    return [line for line in lines if line]


def runs_of(paragraph: etree._Element) -> Iterator[etree._Element]:
    for run in paragraph.iter(qn("w:r")):
        yield from (child for child in run if child.tag in {qn("w:t"), qn("w:tab")})


def xml_parts(data: bytes) -> dict[str, etree._Element]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = [name for name in archive.namelist() if not name.endswith(".png")]
        return {name: etree.fromstring(archive.read(name)) for name in names}


def attribute(element: etree._Element, name: str) -> str | None:
    return element.get(qn(f"w:{name}"))


def body_size(data: bytes) -> float:
    normal = opened(data).styles["Normal"]
    assert isinstance(normal, ParagraphStyle)
    assert normal.font.size is not None
    return normal.font.size.pt


@pytest.mark.parametrize("name", ALL)
def test_the_document_says_what_the_form_says(name: str) -> None:
    form, data = made(name)
    assert document_lines(data) == samples.lines_of(form)


@given(st.lists(st.text(st.characters(exclude_categories=())), min_size=6, max_size=6))
@settings(max_examples=150, deadline=None)
def test_any_text_comes_out_as_it_is_in_the_form(texts: list[str]) -> None:
    first, second, third, fourth, fifth, sixth = texts
    cells = (
        Cell(0, 0, 2, 1, ((Run(first),),), label=True),
        Cell(0, 1, 1, 1, ((Run(second, filled=True),), (Run(third),))),
        Cell(1, 1, 1, 1, ((),), stamp=(Run(fourth),)),
    )
    form = entry_with(
        TextBlock((Run(fifth), Run(sixth, filled=True))),
        Grid((50.0, 100.0), (Row(), Row(grow=True)), cells),
        LineBlock((Run(sixth),), (Run(first),)),
    )
    assert document_lines(docx_form.render(form, 12)) == samples.lines_of(form)


def entry_with(*blocks: TextBlock | StampBlock | Grid | LineBlock) -> Form:
    base = samples.forms_of(samples.ordinary_draft())["entry"]
    return base._replace(blocks=tuple(blocks))


@pytest.mark.parametrize("name", ALL)
def test_every_element_stands_where_the_schema_wants_it(name: str) -> None:
    for part, root in xml_parts(made(name)[1]).items():
        for element in root.iter():
            kind = etree.QName(element).localname
            if not part.startswith("word/") or etree.QName(element).namespace != etree.QName(root).namespace:
                continue
            children = [etree.QName(child).localname for child in element]
            order = ORDERS.get(kind, "").split()
            if not children or not order:
                continue
            assert set(children) <= set(order), (part, kind, children)
            if kind not in FREE_ORDER:
                assert children == sorted(children, key=order.index), (part, kind, children)


@pytest.mark.parametrize("name", ALL)
def test_the_merged_cells_are_those_of_the_form(name: str) -> None:
    form, data = made(name)
    tables = opened(data).tables
    grids = [block for block in form.blocks if isinstance(block, Grid)]
    assert len(tables) == len(grids)
    for table, grid in zip(tables, grids, strict=True):
        widths = [int(attribute(column, "w") or 0) for column in table._tbl.iter(qn("w:gridCol"))]
        found = set()
        for number, row in enumerate(table._tbl.tr_lst):
            column = 0
            for cell in row.tc_lst:
                merge = cell.find(f".//{qn('w:vMerge')}")
                span = cell.grid_span
                assert cell.width is not None
                assert cell.width.twips == pytest.approx(sum(widths[column : column + span]), abs=2)
                if merge is None or attribute(merge, "val") == "restart":
                    found.add((number, column, span, merge is not None))
                column += span
            assert column == len(widths)
        assert found == {(cell.row, cell.column, cell.colspan, cell.rowspan > 1) for cell in grid.cells}


def test_a_form_is_on_a4_with_its_own_margins() -> None:
    for name, portrait in {"ordinary-commitment": True, "ordinary-entry": True, "ordinary-summary": False}.items():
        form, data = made(name)
        section = opened(data).sections[0]
        paper = [round(length.mm) for length in (section.page_width, section.page_height)]
        assert paper == ([210, 297] if portrait else [297, 210])
        margins = (section.top_margin, section.right_margin, section.bottom_margin, section.left_margin)
        assert [margin.mm for margin in margins] == pytest.approx(form.margins, abs=0.05)


def test_fonts_sizes_and_pitch_are_the_official_ones() -> None:
    styles = opened(made("ordinary-commitment")[1]).styles
    by_name = {style.name: style for style in styles}
    fonts = {
        name: by_name[name].element.find(f".//{qn('w:rFonts')}").get(qn("w:eastAsia")) for name in ("附件号", "表题")
    }
    assert fonts == {"附件号": "黑体", "表题": "方正小标宋简体"}
    assert by_name["附件号"].font.size.pt == 16
    assert by_name["表题"].font.size.pt == 22
    assert by_name["Normal"].paragraph_format.line_spacing.pt == 28
    indent = by_name["正文缩进两字"].element.find(f".//{qn('w:ind')}")
    assert (attribute(indent, "firstLineChars"), attribute(indent, "firstLine")) == ("200", "640")
    defaults = styles.element.find(f".//{qn('w:docDefaults')}//{qn('w:rFonts')}")
    assert (attribute(defaults, "eastAsia"), attribute(defaults, "ascii")) == ("仿宋_GB2312", "Times New Roman")
    assert attribute(styles.element.find(f".//{qn('w:lang')}"), "eastAsia") == "zh-CN"


def test_no_theme_font_is_named_and_every_run_prefers_chinese() -> None:
    parts = xml_parts(made("ordinary-entry")[1])
    names = {str(name) for root in parts.values() for element in root.iter() for name in element.attrib}
    assert not [name for name in names if "Theme" in name.rpartition("}")[2]]
    for run in parts["word/document.xml"].iter(qn("w:r")):
        fonts = run.find(f"{qn('w:rPr')}/{qn('w:rFonts')}")
        assert fonts is not None
        assert attribute(fonts, "hint") == "eastAsia"


def test_word_opens_it_without_compatibility_mode() -> None:
    mode = xml_parts(made("ordinary-entry")[1])["word/settings.xml"].find(f".//{qn('w:compatSetting')}")
    assert mode is not None
    assert (attribute(mode, "name"), attribute(mode, "val")) == ("compatibilityMode", "15")


def test_a_package_holds_no_more_than_a_form_needs() -> None:
    parts = xml_parts(made("ordinary-entry")[1])
    assert sorted(parts) == [
        "[Content_Types].xml",
        "_rels/.rels",
        "docProps/core.xml",
        "word/_rels/document.xml.rels",
        "word/_rels/footer1.xml.rels",
        "word/document.xml",
        "word/footer1.xml",
        "word/settings.xml",
        "word/styles.xml",
    ]
    assert {etree.QName(child).localname for child in parts["docProps/core.xml"]} == {"title", "language"}
    marks = {str(name) for root in parts.values() for e in root.iter() for name in (e.tag, *e.attrib) if "rsid" in name}
    assert marks == set()


def test_every_style_that_a_document_offers_is_ours_or_words_default() -> None:
    names = {style.name for style in opened(made("ordinary-entry")[1]).styles}
    ours = {"附件号", "表题", "正文缩进两字", "表格文字", "表格文字居左", "表头", "页码", "表后空行", "Table Grid"}
    ours |= {"页脚二维码", "页脚标记"}
    assert names == ours | {"Normal", "Default Paragraph Font", "Normal Table", "No List"}


def test_the_line_that_closes_a_table_has_white_over_it() -> None:
    last = opened(made("ordinary-summary")[1]).paragraphs[-1]
    assert last.text.startswith("报送人")
    assert last.paragraph_format.space_before == Pt(6)


def test_what_was_filled_in_is_underlined_and_nothing_else() -> None:
    form, data = made("ordinary-commitment")
    runs = [run for block in form.blocks if isinstance(block, TextBlock) for run in block.runs]
    shown = [r for p in opened(data).paragraphs if p.style and p.style.name == "正文缩进两字" for r in p.runs]
    assert [(r.text, bool(r.underline)) for r in shown] == [(r.text, r.filled) for r in runs]
    assert any(run.filled for run in runs)


def test_double_book_title_marks_become_one_pair() -> None:
    assert "《双书名》" in document_lines(made("titles-entry")[1])


def test_rows_stay_whole_and_a_lists_header_is_repeated() -> None:
    table = opened(made("many-summary")[1]).tables[0]
    assert len(table.rows) == 301
    assert all(row._tr.find(f".//{qn('w:cantSplit')}") is not None for row in table.rows)
    repeated = [n for n, row in enumerate(table.rows) if row._tr.find(f".//{qn('w:tblHeader')}") is not None]
    assert repeated == [0]


def test_only_a_row_higher_than_a_page_may_be_cut() -> None:
    table = opened(made("long-entry")[1]).tables[0]
    whole = [row._tr.find(f".//{qn('w:cantSplit')}") is not None for row in table.rows]
    assert whole == [True] * 9 + [False]


def test_no_row_has_a_fixed_height() -> None:
    heights = list(xml_parts(made("ordinary-entry")[1])["word/document.xml"].iter(qn("w:trHeight")))
    assert heights
    assert {attribute(height, "hRule") for height in heights} == {"atLeast"}


def test_text_steps_down_to_the_smallest_size_and_no_further() -> None:
    assert body_size(made("empty-entry")[1]) == 14
    assert body_size(made("ordinary-entry")[1]) > body_size(made("ordinary-entry", 11)[1]) == 11
    assert body_size(made("long-entry")[1]) == 10.5


def test_the_same_form_gives_the_same_bytes() -> None:
    assert made("ordinary-entry")[1] == made("ordinary-entry")[1]
    assert made("ordinary-entry")[1] != made("titles-entry")[1]


def test_two_tables_do_not_become_one() -> None:
    grid = Grid((50.0,), (Row(),), (Cell(0, 0, 1, 1, ((Run("甲"),),)),))
    form = entry_with(grid, grid)
    assert [type(item).__name__ for item in opened(docx_form.render(form, 12)).iter_inner_content()][2:] == [
        "Table",
        "Paragraph",
        "Table",
        "Paragraph",
    ]


def test_a_line_too_long_for_its_tab_is_made_of_two() -> None:
    short = entry_with(LineBlock((Run("甲"),), (Run("乙"),), stamp=True))
    long = entry_with(LineBlock((Run("甲" * 40),), (Run("乙"),), stamp=True))
    assert [p.text for p in opened(docx_form.render(short, 12)).paragraphs][2:] == ["甲\t乙"]
    assert [p.text for p in opened(docx_form.render(long, 12)).paragraphs][2:] == ["甲" * 40, "乙"]


@pytest.mark.parametrize("name", [name for name in ALL if name.endswith("commitment")])
def test_a_commitment_prints_on_exactly_one_page(name: str, printed: dict[str, Path]) -> None:
    assert page_count(printed[f"{name}.docx"]) == 1


@pytest.mark.parametrize("sample", ["ordinary", "empty", "titles", "rare", "hostile"])
def test_an_entry_with_ordinary_content_prints_on_one_page(sample: str, printed: dict[str, Path]) -> None:
    assert page_count(printed[f"{sample}-entry.docx"]) == 1


def test_a_form_that_is_too_long_goes_on_without_an_empty_page(printed: dict[str, Path]) -> None:
    pdf = printed["long-entry.docx"]
    pages = {word.page for word in words_at(pdf)}
    assert pages == set(range(1, page_count(pdf) + 1))
    assert len(pages) == 2


@pytest.mark.parametrize("name", ALL)
def test_every_character_is_on_the_printed_pages(name: str, printed: dict[str, Path]) -> None:
    form, _ = made(name)
    wanted = Counter("".join("".join(samples.lines_of(form)).split()))
    assert wanted - Counter(pdf_words(printed[f"{name}.docx"])) == Counter()


def test_a_list_numbers_its_pages_and_one_page_forms_do_not(printed: dict[str, Path]) -> None:
    pages = page_count(printed["many-summary.docx"])
    words = pdf_words(printed["many-summary.docx"])
    assert f"第1页共{pages}页" in words
    assert f"第{pages}页共{pages}页" in words
    assert words.count("内容简介（200字左右）") == pages
    assert "第1页共" not in pdf_words(printed["ordinary-entry.docx"])


def seal_is_free(words: list[Word], left: float, top: float, own: str) -> bool:
    """Say whether 45 × 45 mm from an upper left corner hold no word but the seal's own label."""
    inside = [w for w in words if w.right > left and w.left < left + 45 and w.bottom > top and w.top < top + 45]
    return all(word.text in own for word in inside)


def line_with(words: list[Word], start: str) -> Word:
    return next(word for word in words if word.text.startswith(start))


@pytest.mark.parametrize("sample", ["ordinary", "empty", "rare", "long", "endless", "creators", "words"])
def test_an_entry_leaves_the_seals_place_free(sample: str, printed: dict[str, Path]) -> None:
    words = words_at(printed[f"{sample}-entry.docx"])
    label = line_with(words, "（加盖公章）")
    there = [word for word in words if word.page == label.page]
    assert seal_is_free(there, (label.left + label.right) / 2 - 22.5, label.bottom - 45.5, "（加盖公章）")


@pytest.mark.parametrize("sample", ["ordinary", "empty", "hostile"])
def test_a_commitment_leaves_the_seals_place_free(sample: str, printed: dict[str, Path]) -> None:
    words = words_at(printed[f"{sample}-commitment.docx"])
    label = line_with(words, "承诺人（单位）")
    assert label.right + 45 < 210 - 26
    assert seal_is_free(words, label.right, label.top, "")
    assert seal_is_free(words, label.right - 45, label.top, label.text)


def test_a_letter_sets_in_what_is_to_be_signed_as_its_paragraphs(printed: dict[str, Path]) -> None:
    form, data = made("ordinary-commitment")
    words = words_at(printed["ordinary-commitment.docx"])
    two_characters = 2 * body_size(data) / 72 * 25.4
    for start in ("由本人", "承诺人（单位）", "日期："):
        assert line_with(words, start).left == pytest.approx(form.margins[3] + two_characters, abs=0.5)


def test_a_letter_with_room_has_a_line_of_white_over_the_place_to_sign() -> None:
    form, _ = made("ordinary-commitment")
    short = form._replace(blocks=(TextBlock((Run("甲"),)), StampBlock((Run("乙"),)), LineBlock((Run("丙"),))))
    label, date = opened(docx_form.render(short, 16)).paragraphs[-2:]
    assert (label.text, label.paragraph_format.space_before, label.paragraph_format.left_indent) == (
        "乙",
        Pt(28),
        Pt(32),
    )
    assert (date.text, date.paragraph_format.space_before, date.paragraph_format.left_indent) == ("丙", 0, Pt(32))


@pytest.mark.parametrize("sample", ["ordinary", "none", "many"])
def test_a_summary_leaves_the_seals_place_free(sample: str, printed: dict[str, Path]) -> None:
    words = [word for word in words_at(printed[f"{sample}-summary.docx"]) if word.page == 1]
    label = line_with(words, "报送单位（盖章）")
    middle = (label.top + label.bottom) / 2
    assert seal_is_free(words, label.left, middle - 22.4, label.text)
