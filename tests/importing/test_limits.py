"""Bombs and hostile files end in a sentence: nothing is unpacked, executed or fetched."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from tests.examples import examples
from tests.importing.shapes import zip_of
from toolkit.importing import CannotImport, Limits, TooLarge, read_published
from toolkit.importing.readers.formats import read_source

_DTD = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'
_MANY = b"<w:document xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'><w:body>%s</w:body></w:document>"


@pytest.mark.parametrize(
    ("name", "raw", "why"),
    [
        ("a.docx", zip_of({"word/document.xml": _DTD}), "DTD"),
        ("a.xlsx", zip_of({"xl/workbook.xml": _DTD}), "DTD"),
        (
            "a.docx",
            zip_of({"word/document.xml": _MANY % (b"<w:sdt><w:sdtContent>" * 120 + b"</w:sdtContent></w:sdt>" * 120)}),
            "嵌套",
        ),
        ("a.docx", zip_of({"word/document.xml": b"<w:document"}), "损坏"),
        ("a.html", b"<div>" * 4_000 + b"x" + b"</div>" * 4_000, "嵌套"),
        ("a.html", b"<em>" * 20_000 + b"x", "嵌套"),  # the parser would open each of them again in every block
        ("a.html", b"<p>x</p>" * 150_000, "标签超过"),
        ("a.html", b"x" * 9_000_000, "网页超过"),
        ("a.txt", "一、总体情况\n".encode() * 30_000, "行"),
        ("a.txt", "一".encode() * 1_100_000, "万字"),
        ("a.docx", b"PK\x03\x04" + b"\0" * 100, "损坏"),
        ("a.zip", zip_of({"年报.docx": b"x"}), "压缩包"),
        ("a.rar", b"Rar!\x1a\x07\x00" + bytes(90), "请先解压"),
        ("照片.heic", b"\0\0\0\x18ftypheic" + bytes(90), "存为 JPEG"),
        ("照片.jpg", b"\0\0\0\x1cftypmif1" + bytes(90), "存为 JPEG"),
        ("winmail.dat", b"\x78\x9f\x3e\x22" + bytes(90), "HTML 或纯文本格式重发"),
        ("a.ofd", zip_of({"OFD.xml": b"<x/>"}), "OFD"),
        ("a.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 10, "图片"),
        ("a.bin", b"\0\1\2\3" * 100, "不认识"),
        ("a.txt", b" \n", "空文件"),
    ],
)
def test_refused_with_the_reason(name: str, raw: bytes, why: str, tmp_path: Path) -> None:
    file = tmp_path / name
    file.write_bytes(raw)
    with pytest.raises(CannotImport, match=why):
        read_published(file)


def test_a_bomb_is_refused_with_the_reason(tmp_path: Path) -> None:
    """Packed in the test: the workers of a run need not pack sixty megabytes while they collect."""
    test_refused_with_the_reason("a.docx", zip_of({"word/document.xml": b"0" * 60_000_000}), "压缩", tmp_path)


def sheet_with(before: bytes, after: bytes) -> bytes:
    """A workbook of one cell with something put into its sheet."""
    raw = io.BytesIO()
    book = Workbook()
    book.active["A1"] = 1
    book.save(raw)
    with zipfile.ZipFile(raw) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    return zip_of({**members, sheet: members[sheet].replace(before, after)})


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        (b"</sheetData>", b'</sheetData><mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>', "合并"),
        (
            b"</sheetData>",
            b'<row r="2">' + b"".join(b'<c r="A%d"/>' % at for at in range(250_000)) + b"</row></sheetData>",
            "超过 200000 格",
        ),
    ],
)
def test_workbook_that_would_unfold_is_not_opened(before: bytes, after: bytes, why: str, tmp_path: Path) -> None:
    file = tmp_path / "a.xlsx"
    file.write_bytes(sheet_with(before, after))
    with pytest.raises(TooLarge, match=why):
        read_source(file)


def test_headings_by_the_thousand_end(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("一、总体情况\n二、主动公开政府信息情况\n" * examples(1_000, 5_000), encoding="utf-8")
    assert read_published(file).report is None


def test_file_over_the_limit_is_not_opened(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(b"1" * 2000)
    with pytest.raises(TooLarge, match="没有读入"):
        read_source(file, Limits(file_bytes=1000))


def test_spans_without_end_cost_nothing(tmp_path: Path) -> None:
    file = tmp_path / "a.html"
    file.write_text('<table><tr><td colspan="9999" rowspan="9999">一、总体情况</td><td>1</td></tr></table>', encoding="utf-8")
    assert read_published(file).report is None
