"""The figure that is shown is the figure: what a Word file hides, strikes out, deletes, raises or draws in a cell."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from tests.importing.shapes import html_body, report, zip_of
from tests.importing.word_shapes import OFFICE, XMLNS, Content, paragraph, plain, run, word_body, word_file, word_table
from toolkit.forms import PrintedCell
from toolkit.importing import CellReading, Imported, read_published
from toolkit.report import Report

CELL = "applications.granted.business"
MARK = 777_777
READ, UNCLEAR, BLANK = "5", "unclear", "blank"
STYLES = (
    '<w:style w:type="character" w:styleId="Gone"><w:rPr><w:vanish/></w:rPr></w:style>'
    '<w:style w:type="character" w:styleId="GoneToo"><w:basedOn w:val="Gone"/></w:style>'
    '<w:style w:type="character" w:styleId="Out"><w:rPr><w:strike/></w:rPr></w:style>'
    '<w:style w:type="character" w:styleId="Note"><w:rPr><w:vertAlign w:val="superscript"/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="GoneLine"><w:rPr><w:vanish/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="Pale"><w:rPr><w:color w:val="FFFFFF"/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:rPr><w:sz w:val="21"/></w:rPr></w:style>'
)
DRAWN = '<w:drawing><wp:inline><wp:docPr id="1" name="p" descr="7"/><a:graphic/></wp:inline></w:drawing>'
FLOAT = '<w:drawing><wp:anchor><wp:docPr id="1" name="p"/><a:graphic/></wp:anchor></w:drawing>'


def story() -> Report:
    of = report()
    return of.with_value(next(address for address in of.form.cells if str(address) == CELL), MARK)


def with_cell(markup: str) -> Content:
    """Every cell plain, but the marked one with this markup (runs, or whole paragraphs)."""
    inside = markup if markup.startswith(("<w:p>", "<w:p/>", "<w:tbl>", "<w:sdt><w:sdtContent><w:p>")) else f"<w:p>{markup}</w:p>"
    return lambda cell, text: inside if text == str(MARK) else plain(cell, text)


def read(raw: bytes, folder: Path, name: str = "年报.docx") -> Imported:
    (folder / name).write_bytes(raw)
    return read_published(folder / name)


def reading(markup: str, folder: Path, styles: str = STYLES) -> CellReading:
    of = story()
    got = read(word_file(word_body(of, with_cell(markup)), styles), folder)
    assert got.report is not None
    assert {str(a) for a in of.form.cells if got.report.figures[a] != of.figures[a]} <= {CELL, "applications.granted.total"}
    return next(cell for address, cell in got.cells.items() if str(address) == CELL)


def box(content: str) -> str:
    """A text box as Word writes it: once for new and once for old versions."""
    inside = f"<w:txbxContent><w:p>{content}</w:p></w:txbxContent>"
    return (
        '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:anchor><wp:docPr id="2" name="t"/><a:graphic>'
        "<a:graphicData>"
        f"<wps:wsp><wps:txbx>{inside}</wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict><v:shape><v:textbox>{inside}</v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )


def field(code: str, result: str = "", data: str = "") -> str:
    """A field of characters: begin, code, result, end."""
    marks = [f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("separate", "end")]
    begin = f'<w:r><w:fldChar w:fldCharType="begin">{data}</w:fldChar></w:r>'
    return begin + f"<w:r><w:instrText>{code}</w:instrText></w:r>" + (marks[0] + run(result) if result else "") + marks[1]


def drop_down(chosen: str) -> str:
    entries = "".join(f'<w:listEntry w:val="{number}"/>' for number in (3, 4, 5))
    return field(" FORMDROPDOWN ", data=f"<w:ffData><w:ddList>{chosen}{entries}</w:ddList></w:ffData>")


def choice(first: str, fallback: str) -> str:
    """The same for new and for old versions of Word."""
    branches = f'<mc:Choice Requires="w14">{first}</mc:Choice><mc:Fallback>{fallback}</mc:Fallback>'
    return f"<mc:AlternateContent>{branches}</mc:AlternateContent>"


def old_and_new(properties: str) -> str:
    return run("8", properties) + run("5")


HIDDEN = [
    old_and_new("<w:strike/>"),
    old_and_new("<w:dstrike/>"),
    old_and_new('<w:strike w:val="true"/>'),
    old_and_new("<w:vanish/>"),
    old_and_new('<w:rStyle w:val="Gone"/>'),
    old_and_new('<w:rStyle w:val="GoneToo"/>'),
    old_and_new('<w:rStyle w:val="Out"/>'),
    old_and_new('<w:color w:val="FFFFFF"/>'),
    old_and_new('<w:color w:val="FEFEFE"/>'),
    old_and_new('<w:color w:val="auto" w:themeColor="background1"/>'),
    old_and_new('<w:sz w:val="2"/>'),
    old_and_new('<w:color w:val="FFFF00"/><w:highlight w:val="yellow"/>'),
    old_and_new('<w:color w:val="DDDDDD"/><w:shd w:fill="DDDDDD"/>'),
    f"<w:del>{run('8')}</w:del>{run('5')}",
    f"<w:moveFrom>{run('8')}</w:moveFrom>{run('5')}",
    f"<w:del><w:r><w:delText>8</w:delText></w:r></w:del><w:ins>{run('5')}</w:ins>",
    f"<w:ins><w:del>{run('8')}</w:del></w:ins>{run('5')}",
    f"<w:smartTag><w:del>{run('8')}</w:del></w:smartTag>{run('5')}",
    paragraph(run("8"), '<w:pStyle w:val="GoneLine"/>') + paragraph(run("5")),
    paragraph(run("8"), '<w:pStyle w:val="Pale"/>') + paragraph(run("5")),
    f"<w:sdt><w:sdtContent>{run('8', '<w:vanish/>')}</w:sdtContent></w:sdt>{run('5')}",
    f"<w:hyperlink>{run('8', '<w:strike/>')}{run('5')}</w:hyperlink>",
    run("5") + '<w:r><w:rPr><w:rStyle w:val="Note"/></w:rPr><w:footnoteReference w:id="2"/></w:r>',
    '<w:r><w:drawing><wp:anchor><wp:docPr id="1" name="p" hidden="1"/></wp:anchor></w:drawing></w:r>' + run("5"),
]
SHOWN = [
    run("5"),
    run("5", '<w:vanish w:val="0"/>'),
    run("5", '<w:strike w:val="false"/>'),
    run("5", '<w:rStyle w:val="Gone"/><w:vanish w:val="0"/>'),
    paragraph(run("5", '<w:rStyle w:val="Gone"/>'), '<w:pStyle w:val="GoneLine"/>'),  # two toggles undo each other
    f"<w:ins>{run('5')}</w:ins>",
    f"<w:moveTo>{run('5')}</w:moveTo>",
    f"<w:smartTag>{run('5')}</w:smartTag>",
    f"<w:customXml>{run('5')}</w:customXml>",
    f"<w:sdt><w:sdtPr/><w:sdtContent>{run('5')}</w:sdtContent></w:sdt>",
    f"<w:sdt><w:sdtContent><w:p>{run('5')}</w:p></w:sdtContent></w:sdt>",
    box(run("5")),
    f"<w:fldSimple w:instr=' =SUM(LEFT) '>{run('5')}</w:fldSimple>",
    field(" =SUM(LEFT) ", "5"),
    field(" FORMTEXT ", "5"),
    field(" IF " + "3=3", "5"),
    drop_down('<w:result w:val="2"/>'),
    drop_down('<w:default w:val="2"/>'),
    field(" XE '5' ") + run("5"),
    "<m:oMath><m:r><m:t>5</m:t></m:r></m:oMath>",
    "<m:oMathPara><m:oMath><m:r><w:rPr/><m:t>5</m:t></m:r></m:oMath></m:oMathPara>",
    '<w:r><w:sym w:font="Symbol" w:char="F035"/></w:r>',
    run("\uf035", '<w:rFonts w:ascii="Symbol"/>'),
    run("5", '<w:vertAlign w:val="superscript"/>'),
    run("5", '<w:position w:val="4"/>'),
    run("5", '<w:sz w:val="12"/>'),
    run("5", '<w:color w:val="FFFFFF"/><w:shd w:fill="1F3864"/>'),
    run("5") + "<w:r><w:br/></w:r>",
    "<w:p/>" + paragraph(run("5")) + "<w:p/>",
    run("5", '<w:color w:val="FF0000"/>'),
    f"<w:proofErr/>{run('5')}<w:bookmarkStart w:id='1'/><w:bookmarkEnd w:id='1'/>",
    "<w:tbl><w:tr><w:tc><w:p>" + run("5") + "</w:p></w:tc></w:tr></w:tbl><w:p/>",
    run("5") + run(" "),
    run("5件"),
    choice(run("5"), run("5")),
    choice("", run("5")),
    run("5") + f"<w:r>{FLOAT}</w:r>",  # a seal over the table
]
UNSURE = [
    paragraph(run("275")) + paragraph(run("190")),
    run("275") + "<w:r><w:br/></w:r>" + run("190"),
    run("275") + "<w:r><w:tab/></w:r>" + run("190"),
    run("275 190"),
    run("3 120"),
    run("1386,275"),
    run("275") + "<w:r><w:cr/></w:r>" + run("190"),
    box(run("275")) + run("190"),
    "<w:tbl><w:tr><w:tc><w:p>" + run("275") + "</w:p></w:tc><w:tc><w:p>" + run("190") + "</w:p></w:tc></w:tr></w:tbl><w:p/>",
    run("275") + run("2", '<w:vertAlign w:val="superscript"/>'),
    run("275") + run("2", '<w:vertAlign w:val="subscript"/>'),
    run("275") + run("2", '<w:position w:val="6"/>'),
    run("275") + run("2", '<w:rStyle w:val="Note"/>'),
    run("275") + run("2", '<w:sz w:val="12"/>'),
    run("275")
    + '<w:r><w:rPr><w:rStyle w:val="Note"/></w:rPr><w:footnoteReference w:customMarkFollows="1" w:id="2"/><w:t>2</w:t></w:r>',
    f"<w:r><w:ruby><w:rt>{run('2')}</w:rt><w:rubyBase>{run('75')}</w:rubyBase></w:ruby></w:r>",
    f"<w:r>{DRAWN}</w:r>",
    run("2") + f"<w:r>{DRAWN}</w:r>" + run("5"),
    "<w:r><w:object/></w:r>",
    f"<w:r>{FLOAT}</w:r>",
    '<w:r><w:pict><v:shape><v:imagedata r:id="x"/></v:shape></w:pict></w:r>',
    '<w:r><w:pict><v:shape><v:textpath string="275"/></v:shape></w:pict></w:r>',
    "<m:oMath><m:sSup><m:e><m:r><m:t>2</m:t></m:r></m:e><m:sup><m:r><m:t>5</m:t></m:r></m:sup></m:sSup></m:oMath>",
    "<m:oMath><m:f><m:num><m:r><m:t>2</m:t></m:r></m:num><m:den><m:r><m:t>5</m:t></m:r></m:den></m:f></m:oMath>",
    field(" =SUM(LEFT) "),
    field(r" EQ \o(2,7) "),
    field(" SYMBOL 53 "),
    '<w:r><w:sym w:font="Wingdings" w:char="F08C"/></w:r>',
    run("2") + '<w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>',
    run("5", '<w:rFonts w:ascii="Webdings"/>'),
    run("\uf035"),
    f'<w:bdo w:val="rtl">{run("572")}</w:bdo>',
    run("\u202e572"),
    old_and_new('<w:color w:val="E8E8E8"/>'),
    old_and_new('<w:sz w:val="6"/>'),
    old_and_new("<w14:textFill><w14:noFill/></w14:textFill>"),
    old_and_new('<w:w w:val="5"/>'),
    run("5②"),
    run("5", "") + run("[1]"),
    choice(f"<w:r>{DRAWN}</w:r>", run("5")),
]


@pytest.mark.parametrize(("markup", "wanted"), [(m, READ) for m in HIDDEN + SHOWN] + [(m, UNCLEAR) for m in UNSURE])
def test_markup_in_a_cell(markup: str, wanted: str, tmp_path: Path) -> None:
    cell = reading(markup, tmp_path)
    if wanted == UNCLEAR:
        assert (cell.state, cell.value) == ("unclear", None), cell
        assert cell.why
    else:
        assert cell.value == 5, cell


def test_what_is_hidden_is_noted(tmp_path: Path) -> None:
    got = read(word_file(word_body(story(), with_cell(old_and_new("<w:strike/>")))), tmp_path)
    assert ["“8”" in note and "第 2 个表格" in note for note in got.notes] == [True]


def assert_as(got: Imported, of: Report) -> None:
    assert got.report is not None
    assert [str(a) for a in of.form.cells if got.report.figures[a] != of.figures[a]] == []
    assert got.count()["unclear"] == got.count()["missing"] == 0


@pytest.mark.parametrize(
    "properties",
    ["<w:hidden/>", '<w:trHeight w:val="10" w:hRule="exact"/>', '<w:del w:id="1" w:author="a"/>'],
)
def test_row_of_last_year_that_is_not_shown(properties: str, tmp_path: Path) -> None:
    of = report()
    body = word_body(of)
    row = next(part for part in body.split("<w:tr>") if "行政许可" in part).partition("</w:tr>")[0]
    old = f"<w:tr><w:trPr>{properties}</w:trPr>{row}</w:tr>".replace("</w:t>", "9</w:t>")
    old = old.replace("行政许可9", "行政许可")
    assert_as(read(word_file(body.replace(f"<w:tr>{row}", f"{old}<w:tr>{row}")), tmp_path), of)


def test_deleted_cell_makes_its_row_uncertain(tmp_path: Path) -> None:
    of = story()
    body = word_body(of).replace(f"{MARK}</w:t></w:r></w:p></w:tc>", f"{MARK}</w:t></w:r></w:p></w:tc>")
    start = body.rindex("<w:tcPr>", 0, body.index(str(MARK)))
    body = body[:start] + '<w:tcPr><w:cellDel w:id="1" w:author="a"/>' + body[start + len("<w:tcPr>") :]
    got = read(word_file(body), tmp_path)
    cell = next(cell for address, cell in got.cells.items() if str(address) == CELL)
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
    of = story()
    body = word_body(of)
    at = body.rindex("<w:tc>", 0, body.index(str(MARK)))
    cell = body[at : body.index("</w:tc>", at)]
    got = read(word_file(body.replace(cell, cell.replace("</w:tcPr>", "<w:vMerge/></w:tcPr>"))), tmp_path)
    assert next(cell for address, cell in got.cells.items() if str(address) == CELL).state == "unclear"


def test_automatic_number_before_a_figure(tmp_path: Path) -> None:
    """Word prints 1.5 where the text is 5."""
    levels = '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>'
    numbering = (
        f'<w:abstractNum w:abstractNumId="0">{levels}</w:abstractNum><w:num w:numId="7"><w:abstractNumId w:val="0"/></w:num>'
    )
    listed = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="7"/></w:numPr>'
    for content in (run("5"), ""):
        body = word_body(story(), with_cell(paragraph(content, listed)))
        got = read(word_file(body, numbering=numbering), tmp_path)
        cell = next(cell for address, cell in got.cells.items() if str(address) == CELL)
        assert (cell.state, cell.value) == ("unclear", None)


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
