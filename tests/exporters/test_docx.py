"""The Word file reopened: styles, merged tables, pictures, page numbers, and LibreOffice's opinion of it."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from lxml import etree
from PIL import Image

from tests.exporters import stories
from tests.exporters.notebooks import notebook_of
from toolkit.exporters.document import make_document
from toolkit.exporters.docx.page import TYPE_AREA_TWIPS
from toolkit.exporters.docx.writing import set_docx
from toolkit.exporters.notebook_exporters import DocxExporter
from toolkit.sections.blocks import Block, Cell, Code, Heading, ListItems, Note, Paragraph, Picture, Run, Table, Title, paragraph

HOSTILE = "=1+1 <script>alert(1)</script> {{ 7*7 }} #emph[x] \\textbf{x} & \"引\" '号' ]]> <w:br/>"


def _report(draft: bool = False) -> bytes:
    return set_docx(make_document(stories.full_report_blocks(draft)))


def _open(raw: bytes):  # type: ignore[no-untyped-def]
    return docx.Document(io.BytesIO(raw))


def _set(*blocks: Block):  # type: ignore[no-untyped-def]
    return _open(set_docx(make_document((stories.front(), *blocks))))


def _read(raw: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(raw)) as file:
        return file.read(name)


def test_the_same_report_gives_the_same_bytes() -> None:
    assert _report() == _report()
    assert _report(draft=True) == _report(draft=True)


STYLES = (
    # style, font, size, exact line pitch, first line indent in hundredths of a character
    ("Title", "方正小标宋简体", 22, 36, None),
    ("Heading 1", "黑体", 16, 28.9, "200"),
    ("Heading 2", "楷体_GB2312", 16, 28.9, "200"),
    ("Heading 3", "仿宋_GB2312", 16, 28.9, "200"),
    ("Heading 4", "仿宋_GB2312", 16, 28.9, "200"),
    ("Body Text", "仿宋_GB2312", 16, 28.9, "200"),
)


@pytest.mark.parametrize(("name", "font", "size", "pitch", "indent"), STYLES, ids=[case[0] for case in STYLES])
def test_styles_are_those_of_the_standard(name: str, font: str, size: float, pitch: float, indent: str | None) -> None:
    style = _open(_report()).styles[name]
    assert style.element.rPr.rFonts.get(qn("w:eastAsia")) == font
    assert style.font.size == Pt(size)
    assert style.paragraph_format.line_spacing == Pt(pitch)
    found = style.element.pPr.find(qn("w:ind"))
    assert (found.get(qn("w:firstLineChars")) if found is not None else None) == indent


@pytest.mark.parametrize(
    ("name", "latin"),
    [
        ("Body Text", "Times New Roman"),
        ("Heading 2", "Times New Roman"),
        ("Heading 1", "黑体"),
        ("表格文字", "宋体"),
        ("Footer", "宋体"),
    ],
)
def test_digits_have_a_face_and_stand_close(name: str, latin: str) -> None:
    """Numbers are no Chinese text, else LibreOffice breaks them between lines; quotation marks stay Chinese."""
    document = _open(_report())
    style = document.styles[name]
    fonts = style.element.rPr.rFonts
    assert (fonts.get(qn("w:ascii")), fonts.get(qn("w:hint"))) == (latin, "eastAsia")
    assert {style.element.pPr.find(qn(f"w:autoSpace{kind}")).get(qn("w:val")) for kind in ("DE", "DN")} == {"0"}
    language = document.styles.element.find(f".//{qn('w:lang')}")
    assert (language.get(qn("w:val")), language.get(qn("w:eastAsia"))) == ("en-US", "zh-CN")


def test_nbconvert_gets_the_same_bytes() -> None:
    out, resources = DocxExporter().from_notebook_node(notebook_of(stories.full_report_blocks()))
    assert out == _report()
    assert resources["output_extension"] == ".docx"


def test_every_block_has_its_style() -> None:
    document = _open(_report())
    styles = {item.text: item.style.name for item in document.paragraphs}
    assert styles["云水镇人民政府2023年\n政府信息公开工作年度报告"] == "Title"
    assert styles["一、总体情况"] == "Heading 1"
    assert styles["（一）主动公开"] == "Heading 2"
    assert styles["1.突出重点内容"] == "Heading 3"
    assert styles["（1）规范程序"] == "Heading 4"
    assert styles["对拟公开的信息，先审查、后公开，一事一审。"] == "Body Text"
    assert styles["图 1 各渠道主动公开信息数量（条）"] == "Caption"


def test_the_page_is_that_of_the_standard() -> None:
    section = _open(_report()).sections[0]
    margins = (section.top_margin, section.right_margin, section.bottom_margin, section.left_margin)
    assert [round(margin.mm) for margin in margins] == [37, 26, 35, 28]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert abs(section.page_width - section.left_margin - section.right_margin - Mm(156)) < Mm(0.1)


def test_page_numbers_are_fields_outside_on_odd_and_even_pages() -> None:
    document = _open(_report())
    section = document.sections[0]
    assert document.settings.odd_and_even_pages_header_footer
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        line = footer.paragraphs[0]
        assert line.text == "— 1 —"
        assert [code.text.strip() for code in line._p.iter(qn("w:instrText"))] == ["PAGE"]
        assert line._p.pPr.find(qn("w:jc")).get(qn("w:val")) == side
        assert line._p.pPr.find(qn("w:ind")).get(qn(f"w:{side}Chars")) == "100"


def test_tables_hold_every_cell_where_it_is_printed() -> None:
    tables = (stories.disclosure_table(), stories.applications_table(), stories.disputes_table())
    for word, table in zip(_open(_report()).tables, tables, strict=True):
        assert (len(word.rows), len(word.columns)) == (table.rows, table.columns)
        for cell in table.cells:
            corner = word.cell(cell.row, cell.column)
            end = word.cell(cell.row + cell.rowspan - 1, cell.column + cell.colspan - 1)
            assert corner.text == cell.text
            assert corner._tc is end._tc, f"{cell.text} is not merged"


def test_head_rows_repeat_and_no_row_breaks() -> None:
    for word, heads in zip(_open(_report()).tables, (0, 3, 3), strict=True):
        rows = word._tbl.tr_lst
        assert all(row.trPr.find(qn("w:cantSplit")) is not None for row in rows)
        assert [row.trPr.find(qn("w:tblHeader")) is not None for row in rows] == [at < heads for at in range(len(rows))]


def test_a_table_stays_whole_and_part_two_breaks_between_its_blocks() -> None:
    """Rows are kept with the next, in part two up to the caption of the next block (第二十条第（五）项)."""
    for word, table in zip(_open(_report()).tables, (stories.disclosure_table(), stories.applications_table()), strict=False):
        captions = {cell.row for cell in table.cells if cell.role == "caption"}
        free = {at for at, row in enumerate(word._tbl.tr_lst) if row.find(f".//{qn('w:keepNext')}") is None}
        assert free == {table.rows - 1, *(row - 1 for row in captions if row)}


def test_narrow_heads_break_evenly() -> None:
    cell = _open(_report()).tables[2].cell(1, 0)
    assert cell.text == "结果维持"
    indent = cell.paragraphs[0].paragraph_format
    room = Pt(int(cell._tc.tcPr.find(qn("w:tcW")).get(qn("w:w"))) / 20 - 5) - indent.left_indent - indent.right_indent
    assert Pt(2 * 8) < room < Pt(3 * 8)


def test_the_note_keeps_the_last_paragraph_with_it() -> None:
    document = _set(paragraph("一段。"), paragraph("末段。"), Note("校验说明：全部通过。"))
    assert [item.paragraph_format.keep_with_next for item in document.paragraphs] == [None, True, None]


def test_columns_add_up_to_the_type_area() -> None:
    for word in _open(_report()).tables:
        assert sum(int(column.get(qn("w:w"))) for column in word._tbl.tblGrid.gridCol_lst) == TYPE_AREA_TWIPS
        for row in word._tbl.tr_lst:
            assert sum(int(cell.tcPr.find(qn("w:tcW")).get(qn("w:w"))) for cell in row.tc_lst) == TYPE_AREA_TWIPS


def test_no_two_tables_touch_and_none_ends_the_text() -> None:
    body = _set(stories.disputes_table(), stories.disputes_table()).element.body
    assert [child.tag.partition("}")[2] for child in body] == ["tbl", "p", "tbl", "p", "sectPr"]


def test_a_chart_is_a_picture_with_words_and_legible_text() -> None:
    raw = _report()
    (shape,) = _open(raw).inline_shapes
    assert shape._inline.docPr.get("descr") == stories.chart().alt
    assert (shape.width, shape.height) == (Pt(420), Pt(120))
    (name,) = [name for name in zipfile.ZipFile(io.BytesIO(raw)).namelist() if name.endswith(".png")]
    image = Image.open(io.BytesIO(_read(raw, name))).convert("LA")
    left = image.crop((0, 0, image.width // 5, image.height))  # where 微信公众号 stands
    assert any(alpha > 200 and grey < 100 for grey, alpha in left.get_flattened_data()), "the labels were not drawn"


def test_a_large_picture_is_fitted_and_a_broken_one_leaves_its_words() -> None:
    drawing = stories.CHART_SVG.encode()
    large, broken = Picture(drawing, "image/svg+xml", "大", "", 2000, 1000), Picture(b"no", "image/png", "微信121条", "图 2")
    document = _set(large, broken, Picture(b"<svg", "image/svg+xml", "坏"))
    (shape,) = document.inline_shapes
    assert shape.width <= Mm(156)
    assert shape.width / shape.height == pytest.approx(2, abs=0.01)
    assert "（此图无法显示：微信121条）" in [item.text for item in document.paragraphs]


def test_the_file_says_what_it_is_and_not_when_it_was_made() -> None:
    properties = _open(_report()).core_properties
    assert (properties.title, properties.author, properties.language) == (stories.TITLE, stories.ORGAN, "zh-CN")
    assert (properties.created.year, properties.modified.year) == (2024, 2024)
    assert (properties.comments, properties.content_status) == ("", "定稿")


def test_the_params_come_back_letter_by_letter() -> None:
    part = etree.fromstring(_read(_report(), "customXml/item1.xml"))
    assert part.text == stories.attachment().text
    assert part.get("name") == stories.attachment().name


def test_a_draft_says_so_on_odd_and_even_pages() -> None:
    section = _open(_report(draft=True)).sections[0]
    for header in (section.header, section.even_page_header):
        assert header.paragraphs[0].text.startswith("草稿")
        assert 'string="草稿"' in etree.tostring(header._element, encoding="unicode")
    assert "草稿" not in _open(_report()).sections[0].header.paragraphs[0].text


PLACES: tuple[tuple[str, Block], ...] = (
    ("title", Title((HOSTILE,))),
    ("heading", Heading(2, HOSTILE)),
    ("deep heading", Heading(7, HOSTILE)),
    ("paragraph", paragraph(HOSTILE)),
    ("run in every style", Paragraph((Run(HOSTILE, True, True, True, 'https://example.org/?a="b"&c=<d>'),))),
    ("note", Note(HOSTILE)),
    ("code", Code(HOSTILE)),
    ("list", ListItems(True, ((paragraph(HOSTILE),), (), (Code(HOSTILE),)), 3)),
    ("cell", Table("t", HOSTILE, 1, 1, (Cell(0, 0, HOSTILE),), caption=HOSTILE)),
    ("caption of a picture", Picture(stories.PNG, "image/png", HOSTILE, HOSTILE)),
)


@pytest.mark.parametrize(("place", "block"), PLACES, ids=[place for place, _ in PLACES])
def test_markup_in_a_text_is_shown_letter_by_letter(place: str, block: Block) -> None:
    body = _set(block).element.body
    assert HOSTILE in "".join(text.text or "" for text in body.iter(qn("w:t"))), place


def test_control_characters_and_very_long_texts_are_set() -> None:
    long = "公开信息" * 50_000
    document = _set(
        paragraph("甲\x00\x0b\x1b乙\ud800丙\uffff"), paragraph(long), Table("t", "表\x01", 1, 1, (Cell(0, 0, "1\x02"),))
    )
    assert [item.text for item in document.paragraphs[:2]] == ["甲乙丙", long]
    assert document.tables[0].cell(0, 0).text == "1"


def test_a_list_in_a_list_is_numbered_and_indented() -> None:
    document = _set(*stories.added_blocks())
    lines = {item.text: item for item in document.paragraphs}
    assert {"• 第一点", "• 第二点", "3. 其一"} <= lines.keys()
    assert lines["3. 其一"].paragraph_format.left_indent > lines["• 第一点"].style.paragraph_format.left_indent


@pytest.mark.needs_libreoffice
@pytest.mark.needs_poppler
def test_libreoffice_reads_the_file_and_prints_every_text(tmp_path: Path) -> None:
    office = shutil.which("soffice")
    assert office, "libreoffice-writer is on the list of Debian packages (apt.txt)"
    (tmp_path / "报告.docx").write_bytes(_report(draft=True))
    command = [office, f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to", "pdf"]
    subprocess.run(
        [*command, "--outdir", str(tmp_path), str(tmp_path / "报告.docx")], check=True, capture_output=True, timeout=120
    )
    text = subprocess.run(
        ["pdftotext", "-layout", str(tmp_path / "报告.pdf"), "-"], check=True, capture_output=True
    ).stdout.decode()
    pages = text.split("\f")[:-1]
    assert 3 <= len(pages) <= 6
    for number, page in enumerate(pages, 1):
        assert "草稿" in page
        assert f"—{number}—" in page.replace(" ", "")
    for words in ("一、总体情况", "图 1", "23246297.53", "收费金额为 0 元"):
        assert words.replace(" ", "") in text.replace(" ", "").replace("\n", "")
