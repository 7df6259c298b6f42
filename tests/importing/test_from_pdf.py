"""PDFs: tables over two pages, radicals in place of characters, scans, what stands at the edges of a page."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pikepdf
import pytest
import typst

from tests.browser.chromium import Chromium
from tests.dispatch.forgeries import with_untagged_watermark
from tests.dispatch.offices import draft_of
from tests.examples import sampled
from tests.importing.scans import Look, pages_of, pdf_file, pdf_of
from tests.importing.shapes import document, html_body, noticed, preamble, printed, report, wrong_cells
from toolkit.exporters.pdf.setting import set_pdf
from toolkit.importing import CannotImport, Imported, read_published
from toolkit.importing.readers.pdf.lines import char_lines
from toolkit.report import Report

_PAGE = """
#let data = json(bytes(sys.inputs.data))
#set page(paper: "a4", margin: 2.5cm, footer: context align(center)[— #counter(page).display() —], header: [云水县政务公开])
#set text(font: "Noto Serif CJK SC", size: 12pt, lang: "zh")
#set par(first-line-indent: (amount: 2em, all: true))
#for block in data {
  if type(block) == str { par(block) } else {
    let cells = block.cells.map(c => table.cell(x: c.x, y: c.y, colspan: c.w, rowspan: c.h, text(size: 9pt, c.text)))
    let head = cells.slice(0, block.head)
    if block.repeated { table(columns: (1fr,) * block.width, table.header(..head), ..cells.slice(block.head)) }
    else { table(columns: (1fr,) * block.width, ..cells) }
    if block.brk { pagebreak() }
  }
}
"""


def print_pdf(of: Report, *, repeated: bool = True, radicals: bool = False) -> bytes:
    """A report as an office prints it: a running head, page numbers, part three over two pages."""
    blocks: list[object] = [of.title, preamble(of)]
    for part in of.form.parts:
        blocks.append(part.heading)
        blocks += getattr(of.narrative, part.key, "").splitlines()
        if part.tables:
            if part.key == "applications":
                blocks += ["本表数据以件计。"] * 22
            cells = [cell for row in printed(of, part.key) for cell in row]
            head = sum(cell.role in ("corner", "head") for cell, _ in cells) if part.key != "disclosure" else 0
            listed = [
                {"x": cell.column, "y": cell.row, "w": cell.colspan, "text": text,
                 "h": 1 if part.key == "applications" and cell.rowspan > 3 else cell.rowspan} for cell, text in cells
            ]  # fmt: skip
            if part.key == "applications":  # a tall label is cut at the page's end: below it stands an empty cell
                tall = [cell for cell, _ in cells if cell.rowspan > 3]
                listed += [
                    {"x": cell.column, "y": row, "w": cell.colspan, "h": 1, "text": ""}
                    for cell in tall for row in range(cell.row + 1, cell.row + cell.rowspan)
                ]  # fmt: skip
            listed.sort(key=lambda item: (item["y"], item["x"]))
            width = max(cell.column + cell.colspan for cell, _ in cells)
            blocks.append({"cells": listed, "head": head, "repeated": repeated and head > 0, "width": width, "brk": False})
    text = json.dumps(blocks, ensure_ascii=False)
    if radicals:
        text = text.translate(str.maketrans("见民长门人一二三行用", "⻅⺠⻓⻔⼈⼀⼆三⾏⽤"))
    made = typst.compile(_PAGE.encode(), sys_inputs={"data": text})
    assert isinstance(made, bytes)
    return made


def read(raw: bytes, folder: Path) -> Imported:
    file = folder / "年报.pdf"
    file.write_bytes(raw)
    return read_published(file)


@pytest.mark.parametrize(("year", "repeated"), sampled([(2020, True), (2020, False), (2023, False), (2023, True)]))
def test_table_over_two_pages(year: int, repeated: bool, tmp_path: Path) -> None:
    of = report(year)
    got = read(print_pdf(of, repeated=repeated), tmp_path)
    assert wrong_cells(got, of) == {}
    pages = {reading.place.partition(" 页")[0] for address, reading in got.cells.items() if address.table == "applications"}
    assert len(pages) >= 2
    assert got.count()["unclear"] == got.count()["missing"] == 0


def test_words_without_running_heads_and_page_numbers(tmp_path: Path) -> None:
    of = report()
    got = read(print_pdf(of), tmp_path).report
    assert got is not None
    assert got.narrative.overview == of.narrative.overview
    assert got.narrative.problems == of.narrative.problems
    assert got.organ == of.organ


def test_radicals_become_characters(tmp_path: Path) -> None:
    of = report()
    got = read(print_pdf(of, radicals=True), tmp_path)
    assert wrong_cells(got, of) == {}
    assert got.report is not None
    assert got.report.organ == of.organ
    assert got.report.narrative.overview == of.narrative.overview
    assert any("部首" in note for note in got.notes)
    assert {finding.code for finding in noticed(got)} == {"text-unread"}  # the lines that fill part three


def scanned() -> bytes:
    """A page that holds nothing but a picture."""
    raw = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(595, 842))
        image = pikepdf.Stream(pdf, b"\xff" * 100, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=10, Height=10,
                               ColorSpace=pikepdf.Name.DeviceGray, BitsPerComponent=8)  # fmt: skip
        pdf.pages[0].Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=image))
        pdf.pages[0].Contents = pikepdf.Stream(pdf, b"q 500 0 0 700 40 60 cm /Im0 Do Q")
        pdf.save(raw)
    return raw.getvalue()


def test_scan_without_text_is_refused_with_the_reason(tmp_path: Path) -> None:
    with pytest.raises(CannotImport, match="扫描件"):
        read(scanned(), tmp_path)


def test_one_scanned_page_among_others_is_reported(tmp_path: Path) -> None:
    raw = io.BytesIO()
    with pikepdf.open(io.BytesIO(set_pdf(document(report())))) as pdf, pikepdf.open(io.BytesIO(scanned())) as scan:
        del pdf.Root.StructTreeRoot
        pdf.pages[4:5] = scan.pages
        pdf.save(raw)
    got = read(raw.getvalue(), tmp_path)
    assert "page-unread" in {remark.code for remark in noticed(got)}
    assert "table-missing" in {remark.code for remark in noticed(got)}


def test_password_and_damage(tmp_path: Path) -> None:
    whole = set_pdf(document(report()))
    locked = io.BytesIO()
    with pikepdf.open(io.BytesIO(whole)) as pdf:
        pdf.save(locked, encryption=pikepdf.Encryption(user="甲", owner="乙"))
    with pytest.raises(CannotImport, match="密码"):
        read(locked.getvalue(), tmp_path)
    with pytest.raises(CannotImport, match="损坏"):
        read(whole[:2000], tmp_path)


@pytest.mark.parametrize(
    ("key", "value", "why"),
    [
        ("Collection", pikepdf.Dictionary(Type=pikepdf.Name.Collection), "年报.docx"),
        ("AcroForm", pikepdf.Dictionary(Fields=pikepdf.Array([]), XFA=pikepdf.Array([])), "XFA"),
    ],
)
def test_page_that_only_asks_for_another_program(key: str, value: pikepdf.Dictionary, why: str, tmp_path: Path) -> None:
    made = io.BytesIO()
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page()
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        page.Contents = pikepdf.Stream(pdf, b"BT /F1 12 Tf 50 500 Td (Please wait) Tj ET")
        pdf.attachments["年报.docx"] = b"PK"
        pdf.Root[f"/{key}"] = value
        pdf.save(made)
    with pytest.raises(CannotImport, match=why):
        read(made.getvalue(), tmp_path)


def _as_portfolio(raw: bytes, key: str, value: pikepdf.Dictionary) -> bytes:
    made = io.BytesIO()
    with pikepdf.open(io.BytesIO(raw)) as pdf:
        pdf.attachments["年报.docx"] = b"PK"
        pdf.Root[f"/{key}"] = value
        pdf.save(made)
    return made.getvalue()


_PORTFOLIO = "Collection", pikepdf.Dictionary(Type=pikepdf.Name.Collection)
_XFA = "AcroForm", pikepdf.Dictionary(Fields=pikepdf.Array([]), XFA=pikepdf.Array([]))


@pytest.mark.parametrize(("key", "value"), sampled([_PORTFOLIO, _XFA]))
def test_scan_in_a_portfolio_is_read_as_a_scan(key: str, value: pikepdf.Dictionary, tmp_path: Path) -> None:
    of = report()
    printed_pdf = pdf_of(of)
    with pikepdf.open(io.BytesIO(printed_pdf)) as pdf:
        last = len(pdf.pages) - 1  # the page of the data code
    raw = pdf_file(pages_of(printed_pdf, Look(dpi=150), Random(1), only=[last]), 150)
    assert wrong_cells(read(_as_portfolio(raw, key, value), tmp_path), of) == {}


def test_portfolio_whose_picture_is_no_report_names_its_attachments(tmp_path: Path) -> None:
    with pytest.raises(CannotImport, match=r"扫描件.*PDF 包.*年报\.docx"):
        read(_as_portfolio(scanned(), *_PORTFOLIO), tmp_path)
    with pytest.raises(CannotImport, match="扫描件") as refused:
        read(_as_portfolio(scanned(), *_XFA), tmp_path)
    assert "XFA" not in str(refused.value)


def test_gaps_between_letters_are_blanks_and_between_characters_not() -> None:
    def char(text: str, x0: float) -> dict[str, object]:
        return {"text": text, "x0": x0, "x1": x0 + 10, "top": 0.0, "bottom": 10.0, "size": 10.0}

    assert [line.text for line in char_lines([char("1", 0), char("2", 13)])] == ["1 2"]
    assert [line.text for line in char_lines([char("公", 0), char("开", 13)])] == ["公开"]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Chromium]:
    """One Chromium for all pages that it prints: a start takes as long as the reading of a page."""
    chromium = Chromium()
    yield chromium
    chromium.close()


def print_page(chromium: Chromium, paper: str, cells: str, body: str) -> bytes:
    tables = f"table{{border-collapse:collapse;font-size:9pt}}td{{{cells};text-align:center}}td p{{margin:0}}"
    return chromium.print_to_pdf(f"<style>@page{{size:A4 {paper}}}{tables}</style>{body}")


@pytest.mark.needs_chromium
@pytest.mark.parametrize(
    ("paper", "cells"),
    sampled(
        [
            ("portrait", "border:1px solid black;padding:14px 2px"),  # rows cut by the page's end, where no line is drawn
            ("portrait", "border:3px double grey"),
            ("portrait", "border:0;border-bottom:1px solid black"),  # only lines across: read from the tags
            ("landscape", "border:1px solid black"),
            ("landscape", "background:#eef"),
            ("portrait", "border:1px dotted black"),
        ]
    ),
)
def test_page_printed_by_a_browser(paper: str, cells: str, chromium: Chromium, tmp_path: Path) -> None:
    """However its tables are drawn, also over a page break without a head."""
    of = report()
    file = tmp_path / "年报.pdf"
    file.write_bytes(print_page(chromium, paper, cells, html_body(of)))
    got = read_published(file)
    assert wrong_cells(got, of) == {}
    assert got.report is not None
    assert got.report.narrative.problems == of.narrative.problems
    assert noticed(got) == ()


@pytest.mark.needs_chromium
def test_tables_without_any_ruling_are_read_or_unclear(chromium: Chromium, tmp_path: Path) -> None:
    """Without rulings and without tags: what a line says is read, the rest is told and nothing is wrong."""
    of = report()
    tagged = print_page(chromium, "portrait", "padding:2px 9px", html_body(of))
    file = tmp_path / "年报.pdf"
    with pikepdf.open(io.BytesIO(tagged)) as pdf:
        del pdf.Root.StructTreeRoot
        pdf.save(file)
    got = read_published(file)
    read = {address: cell for address, cell in got.cells.items() if cell.state == "read"}
    assert len(read) >= 10
    assert all(cell.value == of.figures[address] for address, cell in read.items())
    assert got.count()["unclear"] + got.count()["missing"] == len(of.form.cells) - len(read)


@pytest.mark.needs_chromium
@pytest.mark.parametrize("matrix", sampled([b"q 0 1 -1 0 595 0 cm ", b"q 0 -1 1 0 0 842 cm "]))
def test_wide_page_on_its_side(matrix: bytes, chromium: Chromium, tmp_path: Path) -> None:
    """A wide page drawn onto an upright one, turned to the left or to the right."""
    of = report()
    wide = print_page(chromium, "landscape", "border:1px solid black", html_body(of))
    file = tmp_path / "年报.pdf"
    with pikepdf.open(io.BytesIO(wide)) as pdf:
        for page in pdf.pages:
            page.MediaBox = [0, 0, 595, 842]
            page.contents_add(matrix, prepend=True)
            page.contents_add(b" Q")
        pdf.save(file)
    got = read_published(file)
    assert wrong_cells(got, of) == {}
    assert got.title == of.title


@pytest.mark.needs_chromium
def test_raised_digit_is_no_part_of_a_figure(chromium: Chromium, tmp_path: Path) -> None:
    of = report()
    body = html_body(of).replace("</span></p></td>", "<sup>1</sup></span></p></td>")
    file = tmp_path / "年报.pdf"
    file.write_bytes(print_page(chromium, "portrait", "border:1px solid black", body))
    assert not any(cell.state == "read" for cell in read_published(file).cells.values())


@pytest.mark.parametrize("tagged", sampled([False, True]), ids=["not marked", "marked as an artifact"])
def test_watermark_of_a_draft_is_no_text(tagged: bool, tmp_path: Path) -> None:
    of = report()
    file = tmp_path / "年报.pdf"
    draft = draft_of(of)
    file.write_bytes(draft if tagged else with_untagged_watermark(draft))
    got = read_published(file)
    assert wrong_cells(got, of) == {}
    assert got.report
    assert not any("草" in text or "稿" in text for text in (got.title, *got.report.narrative.model_dump().values()))
