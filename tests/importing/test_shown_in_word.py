"""The figure that is shown is the figure: what a Word file hides, strikes out, deletes, raises or draws in a cell."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from tests.importing.many_cells import CELL, MANY, MARK, mark_of, marked_report, read_marked, reading_of_mark, with_mark
from tests.importing.shapes import assert_as, html_body, noticed, printed, report, wrong_cells, zip_of
from tests.importing.word_markup import HIDDEN, SHOWN, STYLES, UNSURE, box, choice, filled_in, old_and_new
from tests.importing.word_shapes import OFFICE, XMLNS, Content, paragraph, plain, run, word_body, word_file, word_table
from toolkit.forms import PrintedCell
from toolkit.importing import CellReading, Imported, read_published
from toolkit.report import Report

READ, UNCLEAR, BLANK = "5", "unclear", "blank"


def as_content(markup: str) -> str:
    """Runs in a paragraph; whole paragraphs as they are."""
    whole = markup.startswith(("<w:p>", "<w:p/>", "<w:altChunk", "<w:tbl>", "<w:sdt><w:sdtContent><w:p>"))
    return markup if whole else f"<w:p>{markup}</w:p>"


def with_cell(markup: str) -> Content:
    """Every cell plain, but the marked one with this markup (runs, or whole paragraphs)."""
    return lambda cell, text: as_content(markup) if text == str(MARK) else plain(cell, text)


def read(raw: bytes, folder: Path, name: str = "年报.docx") -> Imported:
    (folder / name).write_bytes(raw)
    return read_published(folder / name)


def reading(markup: str, folder: Path, styles: str = STYLES) -> CellReading:
    of = with_mark()
    got = read(word_file(word_body(of, with_cell(markup)), styles), folder)
    assert wrong_cells(got, of).keys() <= {CELL, "applications.granted.total"}
    return reading_of_mark(got)


CASES = [(markup, READ) for markup in HIDDEN + SHOWN] + [(markup, UNCLEAR) for markup in UNSURE]


@pytest.fixture(scope="module")
def cells(tmp_path_factory: pytest.TempPathFactory) -> list[CellReading]:
    """The cells of all cases in their order, from a few files."""
    folder = tmp_path_factory.mktemp("cells")
    return [cell for first in range(0, len(CASES), MANY) for cell in _read_file(CASES[first : first + MANY], folder)]


def _read_file(cases: list[tuple[str, str]], folder: Path) -> list[CellReading]:
    of, marked = marked_report(len(cases))
    inside = {
        str(mark_of(at)): as_content(filled_in(markup, "5" if expected == READ else "275"))
        for at, (markup, expected) in enumerate(cases)
    }
    body = word_body(of, lambda cell, text: inside.get(text) or plain(cell, text))
    return read_marked(read(word_file(body, STYLES), folder), of, marked)


@pytest.mark.parametrize("at", range(len(CASES)), ids=[f"{expected}: {markup}" for markup, expected in CASES])
def test_markup_in_a_cell(at: int, cells: list[CellReading]) -> None:
    cell, expected = cells[at], CASES[at][1]
    if expected == UNCLEAR:
        assert (cell.state, cell.value) == ("unclear", None), cell
        assert cell.why
    else:
        assert cell.value == 5, cell


def test_what_is_hidden_is_noted(tmp_path: Path) -> None:
    got = read(word_file(word_body(with_mark(), with_cell(filled_in(old_and_new("<w:strike/>"), "5")))), tmp_path)
    assert ["“8”" in note and "第 2 个表格" in note for note in got.notes] == [True]


@pytest.mark.parametrize(
    "properties",
    [
        "<w:hidden/>",
        '<w:trHeight w:val="10" w:hRule="exact"/>',
        '<w:del w:id="1" w:author="a"/>',
        '<w:moveFrom w:id="1" w:author="a"/>',
        '<w:ins w:id="1" w:author="a"/><w:del w:id="2" w:author="a"/>',
    ],
)
def test_row_of_last_year_that_is_not_shown(properties: str, tmp_path: Path) -> None:
    of = report()
    body = word_body(of)
    row = next(part for part in body.split("<w:tr>") if "行政许可" in part).partition("</w:tr>")[0]
    old = f"<w:tr><w:trPr>{properties}</w:trPr>{row}</w:tr>".replace("</w:t>", "9</w:t>")
    old = old.replace("行政许可9", "行政许可")
    assert_as(read(word_file(body.replace(f"<w:tr>{row}", f"{old}<w:tr>{row}")), tmp_path), of)


def test_deleted_cell_makes_its_row_uncertain(tmp_path: Path) -> None:
    of = with_mark()
    body = word_body(of).replace(f"{MARK}</w:t></w:r></w:p></w:tc>", f"{MARK}</w:t></w:r></w:p></w:tc>")
    start = body.rindex("<w:tcPr>", 0, body.index(str(MARK)))
    body = body[:start] + '<w:tcPr><w:cellDel w:id="1" w:author="a"/>' + body[start + len("<w:tcPr>") :]
    got = read(word_file(body), tmp_path)
    cell = reading_of_mark(got)
    assert (cell.state, cell.value) == ("unclear", None)


def test_older_markup_of_merged_columns(tmp_path: Path) -> None:
    """``hMerge`` of Word 97: a cell over three columns is three cells."""
    of = report()

    def split(body: str) -> str:
        for span in range(2, 20):
            restart, more = '<w:hMerge w:val="restart"/>', '<w:tc><w:tcPr><w:hMerge w:val="continue"/></w:tcPr><w:p/></w:tc>'
            parts = body.split(f'<w:gridSpan w:val="{span}"/>')
            body = parts[0] + "".join(restart + part.replace("</w:tc>", "</w:tc>" + more * (span - 1), 1) for part in parts[1:])
        return body

    assert_as(read(word_file(split(word_body(of))), tmp_path), of)


def test_figure_in_a_cell_that_a_merged_cell_covers(tmp_path: Path) -> None:
    """Word does not show it."""
    of = with_mark()
    body = word_body(of)
    at = body.rindex("<w:tc>", 0, body.index(str(MARK)))
    cell = body[at : body.index("</w:tc>", at)]
    got = read(word_file(body.replace(cell, cell.replace("</w:tcPr>", "<w:vMerge/></w:tcPr>"))), tmp_path)
    assert reading_of_mark(got).state == "unclear"


@pytest.mark.parametrize("text", ["同上", "9"])
def test_text_under_a_merged_label_is_not_shown(text: str, tmp_path: Path) -> None:
    of = report()
    body = word_body(of).replace("<w:vMerge/></w:tcPr><w:p/>", f"<w:vMerge/></w:tcPr>{paragraph(run(text))}")
    assert_as(read(word_file(body), tmp_path), of)


def test_row_too_low_for_its_figures(tmp_path: Path) -> None:
    of = report()
    body = word_body(of).replace("<w:tr>", '<w:tr><w:trPr><w:trHeight w:val="60" w:hRule="exact"/></w:trPr>')
    got = read(word_file(body), tmp_path)
    assert {got.cells[address].state for address in of.form.cells} == {"unclear"}


def test_tables_of_which_word_takes_one(tmp_path: Path) -> None:
    """A choice between two tables: that for old versions has other figures."""
    of = report()
    body = word_body(of)
    for part in (part.key for part in of.form.parts if part.tables):
        table = word_table(of, part)
        body = body.replace(table, choice(table, table.replace("</w:t>", "9</w:t>")))
    assert_as(read(word_file(body), tmp_path), of)


def test_automatic_number_before_a_figure(tmp_path: Path) -> None:
    """Word prints 1.5 where the text is 5."""
    levels = '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>'
    numbering = (
        f'<w:abstractNum w:abstractNumId="0">{levels}</w:abstractNum><w:num w:numId="7"><w:abstractNumId w:val="0"/></w:num>'
    )
    listed = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="7"/></w:numPr>'
    for content in (run("5"), ""):
        body = word_body(with_mark(), with_cell(paragraph(content, listed)))
        got = read(word_file(body, numbering=numbering), tmp_path)
        cell = reading_of_mark(got)
        assert (cell.state, cell.value) == ("unclear", None)


@pytest.mark.parametrize(
    "hiding",
    [
        "<w:rPr><w:vanish/></w:rPr>", "<w:rPr><w:strike/></w:rPr>", "<w:rPr><w:dstrike/></w:rPr>",
        '<w:rPr><w:sz w:val="2"/></w:rPr>', '<w:rPr><w:color w:val="FFFFFF"/></w:rPr>', "<w:trPr><w:hidden/></w:trPr>",
    ],
)  # fmt: skip
def test_table_style_that_hides_some_cells_makes_its_figures_unclear(hiding: str, tmp_path: Path) -> None:
    of = report()
    part = f'<w:tblStylePr w:type="lastCol">{hiding}</w:tblStylePr>'
    styles = f'<w:style w:type="table" w:styleId="Base">{part}</w:style>'
    styles += '<w:style w:type="table" w:styleId="Table"><w:basedOn w:val="Base"/></w:style>'
    got = read(word_file(word_body(of, style="Table"), styles), tmp_path)
    assert {got.cells[address].state for address in of.form.cells} == {"unclear"}


@pytest.mark.parametrize("shading", ['<w:shd w:val="clear" w:fill="1F4E79"/>', ""])
def test_white_head_on_a_dark_fill(shading: str, tmp_path: Path) -> None:
    """Filled cell by cell or by the style of the table: white heads are heads."""
    of = report()

    def content(cell: PrintedCell, text: str) -> str:
        return paragraph(run(text, '<w:color w:val="FFFFFF"/>')) if cell.role in ("head", "corner") else plain(cell, text)

    body = word_body(of, content, style="Grid").replace("<w:tcPr>", f"<w:tcPr>{shading}")
    filled = '<w:tblStylePr w:type="firstRow"><w:tcPr><w:shd w:val="clear" w:fill="4472C4"/></w:tcPr></w:tblStylePr>'
    styles = f'<w:style w:type="table" w:styleId="Grid">{"" if shading else filled}</w:style>'
    got = read(word_file(body, styles), tmp_path)
    assert got.report is not None
    wrong = [str(a) for a in of.form.cells if got.report.figures[a] not in (of.figures[a], None)]
    assert wrong == []
    if not shading:
        assert_as(got, of)


@pytest.mark.parametrize("main", ["word/document2.xml", "Word/Document.xml", "word\\document.xml", "content/report.xml"])
def test_main_part_of_another_name(main: str, tmp_path: Path) -> None:
    of = report()
    raw = word_file(word_body(of), main=main.replace("\\", "/"))
    if "\\" in main:
        raw = raw.replace(b"word/document.xml", b"word\\document.xml").replace(b'Target="word\\', b'Target="word/')
    assert_as(read(raw, tmp_path), of)


def test_strict_file(tmp_path: Path) -> None:
    of = report()
    strict = {
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main": "http://purl.oclc.org/ooxml/wordprocessingml/main",
        "http://schemas.openxmlformats.org/officeDocument/2006": "http://purl.oclc.org/ooxml/officeDocument",
    }
    body = word_body(of)
    with zipfile.ZipFile(io.BytesIO(word_file(body))) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    for old, new in strict.items():
        members = {name: raw.replace(old.encode(), new.encode()) for name, raw in members.items()}
    assert_as(read(zip_of(members), tmp_path), of)


@pytest.mark.parametrize("kind", ["html", "docx", "mht", "txt"])
def test_file_inside_the_file(kind: str, tmp_path: Path) -> None:
    """altChunk, as html-docx-js and report generators write it."""
    of = report()
    html = f"<html><body>{html_body(of)}</body></html>".encode()
    raw = {
        "html": html,
        "docx": word_file(word_body(of)),
        "mht": b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="x"\r\n\r\n--x\r\nContent-Type: text/html\r\n\r\n'
        + html
        + b"\r\n--x--",
        "txt": b"",
    }[kind]
    relation = f'<Relationship Id="c1" Type="{OFFICE}/aFChunk" Target="/word/part.{kind}"/>'
    file = word_file('<w:altChunk r:id="c1"/>', relations=relation, members={f"word/part.{kind}": raw})
    if raw:
        assert_as(read(file, tmp_path), of)
    else:
        assert any("嵌有另一个文件" in note for note in read(file, tmp_path).notes)


def sheet_of(of: Report, part: str) -> bytes:
    """A part as a workbook with one sheet."""
    raw = io.BytesIO()
    with xlsxwriter.Workbook(raw, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for cell, text in (item for row in printed(of, part) for item in row):
            if cell.rowspan > 1 or cell.colspan > 1:
                sheet.merge_range(cell.row, cell.column, cell.row + cell.rowspan - 1, cell.column + cell.colspan - 1, "")
            sheet.write(cell.row, cell.column, text)
    return raw.getvalue()


@pytest.mark.parametrize(("damaged", "word"), [(False, "数字取自其中的工作表"), (True, "没有读入；请在 Word 中双击打开它")])
def test_tables_that_are_embedded_workbooks(damaged: bool, word: str, tmp_path: Path) -> None:
    """As Word pastes cells of Excel as an object, with a picture that is shown."""
    of, members, relations = report(), dict[str, bytes](), ""
    body = word_body(of)
    for part in (part.key for part in of.form.parts if part.tables):
        object_of_it = f'''<w:r><w:object><v:shape><v:imagedata r:id="i"/></v:shape><o:OLEObject Type="Embed" \
ProgID="Excel.Sheet.12" r:id="{part}"/></w:object></w:r>'''
        body = body.replace(word_table(of, part), paragraph(object_of_it))
        relations += f'<Relationship Id="{part}" Type="{OFFICE}/package" Target="embeddings/{part}.xlsx"/>'
        members[f"word/embeddings/{part}.xlsx"] = b"PK\3\4" if damaged else sheet_of(of, part)
    got = read(word_file(body, relations=relations, members=members), tmp_path)
    assert got.count()["read"] == (0 if damaged else len(of.form.cells))
    if not damaged:
        assert_as(got, of)
    assert sum(word in note and "嵌入的 Excel 表格" in note for note in got.notes) == len(members)


def test_file_inside_itself_ends(tmp_path: Path) -> None:
    relation = f'<Relationship Id="c1" Type="{OFFICE}/aFChunk" Target="/word/part.docx"/>'
    raw = word_file(word_body(report()))
    for _ in range(12):
        raw = word_file('<w:altChunk r:id="c1"/>', relations=relation, members={"word/part.docx": raw})
    assert read(raw, tmp_path).count()["read"] == 0


def test_large_table_inside_a_cell_is_a_table(tmp_path: Path) -> None:
    """Part four pasted into a cell of a frame around part three."""
    of = report()
    body = word_body(of)
    inner = word_table(of, "disputes")
    cell = '<w:tr><w:tc><w:tcPr><w:gridSpan w:val="{}"/></w:tcPr>{}</w:tc></w:tr></w:tbl>'
    outer = word_table(of, "applications")
    body = body.replace(inner, "").replace(outer, outer.replace("</w:tbl>", cell.format(10, inner), 1))
    assert_as(read(word_file(body), tmp_path), of)


def test_lone_figure_in_a_text_box_beside_the_table_is_noted(tmp_path: Path) -> None:
    of = report()
    body = word_body(of) + paragraph(box(run("1386")))
    assert any("1386" in note for note in read(word_file(body), tmp_path).notes)


def test_footnotes_are_noted(tmp_path: Path) -> None:
    of = report()
    text = paragraph(run("含派出所办理的190件。"))
    note = f'<w:footnotes {XMLNS}><w:footnote w:id="2">{text}</w:footnote></w:footnotes>'
    relation = f'<Relationship Id="f" Type="{OFFICE}/footnotes" Target="footnotes.xml"/>'
    got = read(word_file(word_body(of), relations=relation, members={"word/footnotes.xml": note.encode()}), tmp_path)
    assert any("含派出所办理的190件" in line for line in got.notes)


@pytest.mark.parametrize(("data", "state"), [("5", "read"), ("6", "unclear"), ("", "unclear"), (None, "read")])
@pytest.mark.parametrize("where", ["in the line", "around the paragraph", "around the cell"])
def test_control_bound_to_data(data: str | None, state: str, where: str, tmp_path: Path) -> None:
    """Word shows the data, whatever text was saved."""
    mapping = "xmlns:n='urn:form'"
    binding = (
        f'<w:sdtPr><w:dataBinding w:prefixMappings="{mapping}" w:xpath="/n:form[1]/n:figure[1]" w:storeItemID="x"/></w:sdtPr>'
    )
    control = f"<w:sdt>{binding}<w:sdtContent>{{}}</w:sdtContent></w:sdt>"
    inside = control.format(run("5")) if where == "in the line" else run("5")
    cell = f"<w:p>{inside}</w:p>"
    cell = control.format(cell) if where == "around the paragraph" else cell
    body = word_body(with_mark(), lambda printed, text: cell if text == str(MARK) else plain(printed, text))
    if where == "around the cell":
        target = body.index(f"{cell}</w:tc>")
        start, end = body.rindex("<w:tc>", 0, target), target + len(f"{cell}</w:tc>")
        body = body[:start] + control.format(body[start:end]) + body[end:]
    stored = {} if data is None else {"customXml/item1.xml": f'<form xmlns="urn:form"><figure>{data}</figure></form>'.encode()}
    got = read(word_file(body, members=stored), tmp_path)
    found = reading_of_mark(got)
    assert (found.state, found.value) == (state, 5 if state == "read" else None)


def test_files_inside_files_do_not_multiply(tmp_path: Path) -> None:
    """Thirty chunks in each of thirty chunks of a file: as many are read as a report may have."""
    raw = word_file(word_body(report()))
    for _ in range(3):
        relations = f'<Relationship Id="c" Type="{OFFICE}/aFChunk" Target="/word/part.docx"/>'
        raw = word_file('<w:altChunk r:id="c"/>' * 30, relations=relations, members={"word/part.docx": raw})
    got = read(raw, tmp_path)
    assert any("嵌有另一个文件" in note for note in got.notes)


def test_comments_are_reported(tmp_path: Path) -> None:
    texts = "".join(f'<w:comment w:id="{number}"><w:p>{run(f"应为{number}")}</w:p></w:comment>' for number in range(7))
    part = {"word/comments.xml": f"<w:comments {XMLNS}>{texts}</w:comments>".encode()}
    relation = f'<Relationship Id="c" Type="{OFFICE}/comments" Target="comments.xml"/>'
    got = read(word_file(word_body(report()), relations=relation, members=part), tmp_path)
    assert "有 7 条批注没有读入，请看是否涉及数字：“应为0”、“应为1”、“应为2”、“应为3”、“应为4”等" in got.notes


def test_words_of_a_chart_that_libreoffice_made_of_a_page_are_no_text(tmp_path: Path) -> None:
    of = report()
    chart = paragraph(run("自然人5（71.4%）商业企业2（28.6%）")) + paragraph(run(f"图1 {of.year}年新收申请构成（单位：件）"))
    table = word_table(of, "applications")
    got = read(word_file(word_body(of).replace(table, table + chart)), tmp_path)
    assert [finding for finding in noticed(got) if "71.4" in finding.message] == []
