"""Word files: automatic numbers, merged cells of several kinds, tracked changes, old formats through LibreOffice."""

from __future__ import annotations

import base64
import io
import zipfile
from functools import cache
from pathlib import Path

import docx
import pytest
from docx.table import _Cell

from tests.importing.shapes import document, preamble, printed, report, wrong_cells, zip_of
from tests.importing.word_shapes import word_body, word_file
from toolkit.exporters.docx.writing import set_docx
from toolkit.importing import CannotImport, read_published
from toolkit.importing.readers.docx import read_docx
from toolkit.importing.readers.docx.numbering import chinese, counted
from toolkit.importing.readers.formats import detect
from toolkit.importing.readers.office import convert, find_soffice, is_sheet
from toolkit.importing.readers.opc import package_of_flat
from toolkit.importing.source import Line
from toolkit.report import Report

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def by_hand(of: Report) -> bytes:
    """A report as someone types it into Word: python-docx merges cells by gridSpan and vMerge, as Word does."""
    word = docx.Document()
    word.add_paragraph(of.title)
    word.add_paragraph(preamble(of))
    for part in of.form.parts:
        word.add_paragraph(part.heading)
        for line in getattr(of.narrative, part.key, "").splitlines():
            word.add_paragraph(line)
        if part.tables:
            rows = printed(of, part.key)
            width = max(cell.column + cell.colspan for row in rows for cell, _ in row)
            cells = [line.cells for line in word.add_table(len(rows), width).rows]  # once: each look goes through the table
            for row in rows:
                for cell, text in row:
                    first: _Cell = cells[cell.row][cell.column]
                    first.merge(cells[cell.row + cell.rowspan - 1][cell.column + cell.colspan - 1])
                    first.text = text.replace("本年", "本\n年")
    raw = io.BytesIO()
    word.save(raw)
    return raw.getvalue()


@pytest.mark.parametrize("year", [2021])
def test_merged_cells_as_word_saves_them(year: int, tmp_path: Path) -> None:
    of = report(year)
    file = tmp_path / "年报.docx"
    file.write_bytes(by_hand(of))
    assert wrong_cells(read_published(file), of) == {}


def paragraphs(body: str, numbering: str = "") -> list[Line]:
    members = {"word/document.xml": f"<w:document {W}><w:body>{body}</w:body></w:document>".encode()}
    if numbering:
        members["word/numbering.xml"] = f"<w:numbering {W}>{numbering}</w:numbering>".encode()
    return [piece for piece in read_docx(zip_of(members), "a.docx").pieces if isinstance(piece, Line)]


def test_automatic_numbers_are_worked_out() -> None:
    """Word shows 一、（一） and keeps them in numbering.xml; the text alone would have lost them."""
    levels = "".join(
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for at, (kind, text) in enumerate(
            (("chineseCountingThousand", "%1、"), ("japaneseCounting", "（%2）"), ("decimal", "%3."))
        )
    )
    numbering = (
        f'<w:abstractNum w:abstractNumId="0">{levels}</w:abstractNum><w:num w:numId="7"><w:abstractNumId w:val="0"/></w:num>'
    )

    def item(level: int, text: str) -> str:
        number = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="7"/></w:numPr>'
        return f"<w:p><w:pPr>{number}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"

    body = item(0, "总体情况") + item(1, "甲") + item(2, "子") + item(1, "乙") + item(2, "丑") + item(0, "主动公开政府信息情况")
    shown = [line.text for line in paragraphs(body, numbering)]
    assert shown == ["一、总体情况", "（一）甲", "1.子", "（二）乙", "1.丑", "二、主动公开政府信息情况"]


@pytest.mark.parametrize(("number", "text"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (35, "三十五"), (100, "100")])
def test_chinese_numerals(number: int, text: str) -> None:
    assert chinese(number) == text
    assert counted(number, "decimal") == str(number)


def test_deleted_text_is_left_out_and_inserted_text_is_in() -> None:
    deleted, inserted = "<w:del><w:r><w:delText>旧</w:delText></w:r></w:del>", "<w:ins><w:r><w:t>新</w:t></w:r></w:ins>"
    body = f"<w:p>{deleted}{inserted}<w:r><w:t>文</w:t></w:r></w:p>"
    assert [line.text for line in paragraphs(body)] == ["新文"]


def test_text_in_a_frame_is_read_once() -> None:
    fallback = "<mc:Fallback><w:pict><w:txbxContent><w:p><w:r><w:t>框</w:t></w:r></w:p></w:txbxContent></w:pict></mc:Fallback>"
    choice = "<mc:Choice><w:txbxContent><w:p><w:r><w:t>框</w:t></w:r></w:p></w:txbxContent></mc:Choice>"
    mc = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    body = f"<w:p><w:r><mc:AlternateContent {mc}>{choice}{fallback}</mc:AlternateContent></w:r><w:r><w:t>正文</w:t></w:r></w:p>"
    assert [line.text for line in paragraphs(body)] == ["框", "正文"]


@pytest.mark.needs_libreoffice
def test_old_word_format_through_libreoffice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    converted = cache(lambda raw, to: convert(raw, ".doc", to, "年报.doc"))  # each start of LibreOffice takes long
    monkeypatch.setattr("toolkit.importing.readers.office.convert", lambda raw, _suffix, to, _name: converted(raw, to))
    of = report()
    old = tmp_path / "年报.doc"
    old.write_bytes(convert(set_docx(document(of)), ".docx", "doc", "年报.docx"))
    assert old.read_bytes().startswith(b"\xd0\xcf\x11\xe0")
    assert wrong_cells(read_published(old), of) == {}
    wps = old.rename(tmp_path / "年报.wps")
    assert wrong_cells(read_published(wps), of) == {}


def test_old_format_without_libreoffice_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = tmp_path / "年报.doc"
    old.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_soffice() == ""
    with pytest.raises(CannotImport, match="另存为"):
        read_published(old)


def numbered(number: str, text: str, *, properties: str = "") -> str:
    listed = f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{number}"/></w:numPr>'
    return f"<w:p><w:pPr>{listed}{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


FIRST = '<w:lvl w:ilvl="0"><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="（%1）"/></w:lvl>'
LEVEL = f'<w:abstractNum w:abstractNumId="0">{FIRST}</w:abstractNum>'
SAME = '<w:num w:numId="7"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="8"><w:abstractNumId w:val="0"/></w:num>'


def test_lists_of_one_definition_count_on() -> None:
    """Word and WPS make another list of each paragraph that was pasted."""
    body = numbered("7", "甲") + numbered("8", "乙") + numbered("7", "丙")
    assert [line.text for line in paragraphs(body, LEVEL + SAME)] == ["（一）甲", "（二）乙", "（三）丙"]


def test_list_that_begins_again() -> None:
    override = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    again = f'<w:num w:numId="9"><w:abstractNumId w:val="0"/>{override}</w:num>'
    body = numbered("7", "甲") + numbered("7", "乙") + numbered("9", "子") + numbered("9", "丑")
    assert [line.text for line in paragraphs(body, LEVEL + SAME + again)] == ["（一）甲", "（二）乙", "（一）子", "（二）丑"]


def test_paragraph_deleted_by_a_revision_takes_no_number() -> None:
    gone = '<w:rPr><w:del w:id="1" w:author="a"/></w:rPr>'
    deleted = numbered("7", "旧", properties=gone).replace("<w:r>", "<w:del><w:r>").replace("</w:r>", "</w:r></w:del>")
    body = numbered("7", "甲") + deleted + numbered("7", "乙")
    assert [line.text for line in paragraphs(body, LEVEL + SAME)] == ["（一）甲", "（二）乙"]


def flat(raw: bytes) -> bytes:
    """The container as Word saves it as “XML 文档”: one document with a part for each member."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        parts = "".join(
            f'<pkg:part pkg:name="/{member}"><pkg:xmlData>{archive.read(member).decode()}</pkg:xmlData></pkg:part>'
            for member in archive.namelist()
        )
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<?mso-application progid="Word.Document"?>\n'
    name = "http://schemas.microsoft.com/office/2006/xmlPackage"
    return f'{head}<pkg:package xmlns:pkg="{name}">{parts}</pkg:package>'.encode()


@pytest.mark.parametrize("name", ["年报.xml", "年报.doc"])
def test_file_saved_as_one_xml_document(name: str, tmp_path: Path) -> None:
    of = report()
    (tmp_path / name).write_bytes(flat(word_file(word_body(of))))
    assert wrong_cells(read_published(tmp_path / name), of) == {}


@pytest.mark.parametrize(
    ("root", "suffix", "kind", "sheet"),
    [
        ('<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">', ".xls", "office", True),
        ('<ss:Workbook xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">', ".xml", "office", True),
        ('<w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml">', ".doc", "office", False),
        ('<office:document office:mimetype="application/vnd.oasis.opendocument.spreadsheet">', ".xml", "office", True),
        ('<office:document office:mimetype="application/vnd.oasis.opendocument.text">', ".fodt", "office", False),
        ('<uof:UOF xmlns:uof="http://schemas.uof.org/cn/2003/uof">', ".uot", "office", False),
        ('<html xmlns:x="urn:schemas-microsoft-com:office:excel">', ".xls", "html", True),
        ("<!-- saved --><html>", ".doc", "html", False),
    ],
)
def test_xml_documents_by_their_first_tag(root: str, suffix: str, kind: str, sheet: bool) -> None:
    raw = f'<?xml version="1.0"?>\n<?mso-application progid="x"?>\n<!-- of 2003 -->{root}'.encode()
    assert detect(raw, suffix) == kind
    assert is_sheet(raw, suffix) == sheet


def test_rich_text_called_a_workbook_is_text() -> None:
    assert not is_sheet(b"{\\rtf1", ".xls")


def test_pictures_of_a_file_saved_as_one_xml_document_are_kept() -> None:
    content = f"<pkg:binaryData>{base64.b64encode(b'png').decode()}</pkg:binaryData>"
    picture = f'<pkg:part pkg:name="/word/media/a.png">{content}</pkg:part>'
    raw = flat(word_file(word_body(report()))).replace(b"</pkg:package>", f"{picture}</pkg:package>".encode())
    with zipfile.ZipFile(io.BytesIO(package_of_flat(raw, "年报.xml"))) as archive:
        assert archive.read("word/media/a.png") == b"png"
        assert b"<w:tbl>" in archive.read("word/document.xml")


@pytest.mark.parametrize(
    ("member", "content", "why"),
    [
        ("/word/a.bin", "<pkg:binaryData>YQ</pkg:binaryData>", "内嵌"),
        ("/word/a.bin", "", "有两份"),
        ("/", "", "名称"),
        ("/" + 70_000 * "a", "", "名称"),
    ],
)
def test_damaged_parts_of_one_xml_document_are_refused(member: str, content: str, why: str) -> None:
    part = f'<pkg:part pkg:name="{member}">{content}</pkg:part>'
    raw = f'<pkg:package xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage">{part}{part}</pkg:package>'
    with pytest.raises(CannotImport, match=why):
        package_of_flat(raw.encode(), "年报.xml")
