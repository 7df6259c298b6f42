"""Read a finished file back and compare it with its report (output-differs).

In: the bytes of a PDF, page, Word file or workbook, the document they were set from, and the report read from the
params. Out: differences, none when the file is whole: title, organ and year, every heading and paragraph in order,
every figure of every statutory table, the charts, the fonts and the data inside. Figures are compared with the
params, not with the notebook, so a run that mixed up two reports is found out.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from html import unescape
from typing import Any

import pikepdf

from toolkit.checks.assembly import case_of_document
from toolkit.checks.case import OutputDifference
from toolkit.checks.catalogue import all_rules, run_case
from toolkit.core.text import squeezed
from toolkit.exporters.document import Document
from toolkit.exporters.pdf.reading import read_pieces
from toolkit.report import Report
from toolkit.report.data_code import pack_report
from toolkit.report.embedded import digest_in
from toolkit.sections.blocks import Block, DataCode, Heading, Picture, Table, Title, iter_text
from toolkit.sections.poster import poster_content
from toolkit.sections.tables import table

Check = Callable[[bytes, Document, Report], Iterator[OutputDifference]]
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_BETWEEN = "\x1f"  # separates figures; no figure contains it


def check_pdf(data: bytes, document: Document, report: Report) -> Iterator[OutputDifference]:
    """Text, figures, structure, fonts and attachment of a PDF."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        pieces = read_pieces(pdf)
        yield from _compare_text("PDF", pieces, document, report)
        tree = _structure(pdf)
        tree["图"] -= sum(len(block.parts) for block in document.blocks if isinstance(block, DataCode))
        yield from _compare_counts("PDF", document, tree)
        yield from (OutputDifference("PDF", "字体", "嵌入全部字体", name) for name in _fonts_not_embedded(pdf))
        attached = {name: item.get_file().read_bytes().decode("utf-8", "replace") for name, item in pdf.attachments.items()}
        for item in document.attachments:
            yield from _compare("PDF", f"附件 {item.name}", item.text, attached.get(item.name, ""))
        yield from _compare_data_code(document, report)
        yield from _compare("PDF", "文件标题", *map(squeezed, (document.front.title, str(pdf.docinfo.get("/Title", "")))))


def _compare_data_code(document: Document, report: Report) -> Iterator[OutputDifference]:
    """The code that was printed holds the figures of the params, and names the params that are attached."""
    printed = next((block.parts for block in document.blocks if isinstance(block, DataCode)), None)
    if printed is None:
        return
    digest = next(filter(None, (digest_in(item.text) for item in document.attachments)), "")
    if printed != pack_report(report, digest):
        yield OutputDifference("PDF", "数据码", "填报数据的数字", "别的数字")


def check_html(data: bytes, document: Document, report: Report) -> Iterator[OutputDifference]:
    """Text, figures and structure of a web page."""
    page = data.decode("utf-8")
    body = re.sub(r"(?s)<(svg|style|nav|footer|header)\b.*?</\1>", "", page.partition("<body")[2])
    pieces = [unescape(piece) for piece in re.split(r"<[^>]*>", body)]
    yield from _compare_text("HTML", pieces, document, report)
    counts = {"标题": len(re.findall(r"<h[2-6]\b", body)), "表格": body.count("<table"), "图": page.count("<figure")}
    yield from _compare_counts("HTML", document, counts)


def check_cms(data: bytes, document: Document, report: Report) -> Iterator[OutputDifference]:
    """Text, figures and structure of a fragment for a site's editor, which has no title."""
    fragment = data.decode("utf-8-sig")
    pieces = [unescape(piece) for piece in re.split(r"<[^>]*>", fragment)]
    untitled = document.without(Title)
    yield from _compare_paragraphs("CMS", squeezed("".join(pieces)), untitled.blocks)
    yield from _compare_figures("CMS", pieces, report)
    counts = {"标题": len(re.findall(r"<h[2-6]\b", fragment)), "表格": fragment.count("<table"), "图": fragment.count("<img")}
    yield from _compare_counts("CMS", untitled, counts)


def check_docx(data: bytes, document: Document, report: Report) -> Iterator[OutputDifference]:
    """Text, figures and tables of a Word file."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        body = package.read("word/document.xml").decode("utf-8")
    paragraphs = re.findall(r"(?s)<w:p[ >].*?</w:p>", body)
    pieces = [unescape("".join(re.findall(r"<w:t(?: [^>]*)?>([^<]*)</w:t>", paragraph))) for paragraph in paragraphs]
    yield from _compare_text("DOCX", pieces, document, report)
    yield from _compare_counts("DOCX", document, {"表格": body.count("<w:tbl>"), "图": body.count("<w:drawing>")})


def check_xlsx(data: bytes, document: Document, report: Report) -> Iterator[OutputDifference]:
    """Figures of a workbook, sheet by sheet, formulas by their value."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        sheets = [name for name in package.namelist() if "/worksheets/sheet" in name]
        sheets.sort(key=lambda name: int(re.sub(r"\D", "", name) or 0))
        values = [_row_of(map(_plain, _values(package.read(name).decode("utf-8")))) for name in sheets]
        strings = unescape("".join(re.findall(r"<t[^>]*>([^<]*)</t>", package.read("xl/sharedStrings.xml").decode("utf-8"))))
    yield from _compare("XLSX", "机关和年度", *_squeezed(document.front.title, strings))
    # sheets are in the order of the tables, with added tables between them
    remaining = iter(values)
    for _, name, figures in _figures(report):
        if not any(_row_of(map(_plain, figures)) in sheet for sheet in remaining):
            yield OutputDifference("XLSX", f"{name}的数字", " ".join(figures), "没有一张工作表是这些数")
            return


def check_tujie(data: bytes, document: Document, report: Report) -> Iterator[OutputDifference]:
    """The figures in large type of the picture (as PDF), and the draft of the 解读 by the rules on the text."""
    from toolkit.exporters.tujie.setting import content_of, plain_text

    with pikepdf.open(io.BytesIO(data)) as pdf:
        page_text = squeezed("".join(read_pieces(pdf)))
        yield from (OutputDifference("一图读懂", "字体", "嵌入全部字体", name) for name in _fonts_not_embedded(pdf))
    for figure in poster_content(report).figures:
        cells = [report.form.label(address) for address in map(report.form.cell, figure.cells) if address]
        place = "、".join(cells) or figure.label
        yield from _compare("一图读懂", place, *_squeezed(f"{figure.value}{figure.unit}{figure.label}", page_text))
    draft = "\n".join(text for text in map(plain_text, content_of(document)["interpretation"]["paragraphs"]))
    yield from _text_against_tables(draft, report)


def _text_against_tables(text: str, report: Report) -> Iterator[OutputDifference]:
    """What the rules on text and tables find in a text about a report."""
    alone = report.narrative.model_copy(update={"overview": text, "problems": "", "other": ""})
    groups = {item.code: item.group for item in all_rules()}
    for finding in run_case(case_of_document(replace(report, narrative=alone))):
        quoted = finding.where == "narrative.overview" and finding.start >= 0  # a short text may leave things out
        if quoted and groups.get(finding.code) == "文字与表格":
            yield OutputDifference("解读草稿", finding.message, "与表格一致", text[finding.start : finding.end])


CHECKS: dict[str, Check] = {
    "pdf": check_pdf, "pdf-public": check_pdf, "html": check_html, "docx": check_docx, "xlsx": check_xlsx, "cms": check_cms,
    "tujie": check_tujie,
}  # fmt: skip


def _compare_text(file: str, pieces: Sequence[str], document: Document, report: Report) -> Iterator[OutputDifference]:
    """Title, organ and year; paragraphs in order; the figures of the tables in order."""
    text = squeezed("".join(pieces))
    yield from _compare(file, "标题", *_squeezed(report.title, text))
    yield from _compare_paragraphs(file, text, document.blocks)
    yield from _compare_figures(file, pieces, report)


def _compare_figures(file: str, pieces: Iterable[str], report: Report) -> Iterator[OutputDifference]:
    printed = _figures_by_part(pieces, [part.heading for part in report.form.parts])
    for heading, name, figures in _figures(report):
        row = printed.get(heading, "")
        if _row_of(figures) not in row:
            yield OutputDifference(file, f"{name}的数字", " ".join(figures), row.replace(_BETWEEN, " ").strip())


def _compare_paragraphs(file: str, text: str, blocks: Iterable[Block]) -> Iterator[OutputDifference]:
    place = 0
    for number, (block, expected) in enumerate(_paragraphs(blocks), 1):
        # a picture goes where a page has room for it
        at = text.find(expected, 0 if isinstance(block, Picture) else place)
        if at < 0:
            yield OutputDifference(file, f"第 {number} 段文字", expected, text[place : place + len(expected)])
        elif not isinstance(block, Picture):
            place = at + len(expected)


def _paragraphs(blocks: Iterable[Block]) -> Iterator[tuple[Block, str]]:
    texts = ((block, squeezed(text)) for block in blocks if not isinstance(block, Table) for text in iter_text((block,)))
    return ((block, text) for block, text in texts if text)


def _figures(report: Report) -> Iterator[tuple[str, str, list[str]]]:
    """Heading, name and figures, row by row as printed, of each statutory table of the params."""
    for part in report.form.parts:
        if part.tables:
            printed = table(report, part.key)
            ordered = sorted(printed.cells, key=lambda cell: (cell.row, cell.column))
            yield part.heading, printed.label, [cell.text for cell in ordered if _NUMBER.fullmatch(cell.text)]


def _figures_by_part(pieces: Iterable[str], headings: Iterable[str]) -> dict[str, str]:
    """The figures outside text, in order, under each of the six headings: a table full of 0 must not match another."""
    by_text = {squeezed(heading): heading for heading in headings}
    texts: dict[str, list[str]] = {}
    heading = ""
    for piece in map(squeezed, pieces):
        heading = by_text.get(piece, heading)
        if _NUMBER.fullmatch(piece):
            texts.setdefault(heading, []).append(piece)
    return {heading: _row_of(figures) for heading, figures in texts.items()}


def _row_of(figures: Iterable[str]) -> str:
    """Figures as one text in which a row of them can be looked for, whole ones only; a blank table is not compared."""
    joined = _BETWEEN.join(figures)
    return f"{_BETWEEN}{joined}{_BETWEEN}" if joined else ""


def _compare_counts(file: str, document: Document, counts: dict[str, int]) -> Iterator[OutputDifference]:
    kinds = {"标题": Heading, "表格": Table, "图": Picture}
    for name, number in counts.items():
        expected = sum(isinstance(block, kinds[name]) for block in document.blocks)
        if number < expected:
            yield OutputDifference(file, f"{name}的个数", str(expected), str(number))


def _compare(file: str, place: str, expected: str, actual: str) -> Iterator[OutputDifference]:
    if expected != actual:
        yield OutputDifference(file, place, expected, actual)


def _squeezed(expected: str, text: str) -> tuple[str, str]:
    """Both sides of a comparison: the expected text, and the same text where the file has it."""
    expected = squeezed(expected)
    return expected, expected if expected in squeezed(text) else text[:40]


def _structure(pdf: pikepdf.Pdf) -> dict[str, int]:
    """How many headings, tables and figures the PDF's own structure names (ISO 32000-1, 14.7)."""
    kinds: list[str] = []
    waiting = list(_children(pdf.Root.StructTreeRoot))
    while waiting:
        item = waiting.pop()
        kind = str(item.get("/S", ""))
        kinds.append(kind)
        if kind in ("/Document", "/Div", "/Sect", "/Part"):
            waiting += _children(item)
    headings = sum(re.fullmatch(r"/H\d", kind) is not None for kind in kinds)
    return {"标题": headings, "表格": kinds.count("/Table"), "图": kinds.count("/Figure")}


def _children(item: Any) -> list[Any]:
    inner = item.get("/K", [])
    return [child for child in (inner if isinstance(inner, pikepdf.Array) else [inner]) if isinstance(child, pikepdf.Dictionary)]


def _fonts_not_embedded(pdf: pikepdf.Pdf) -> Iterator[str]:
    for page in pdf.pages:
        for font in _entries(page.obj.get("/Resources"), "/Font"):
            inner = font.DescendantFonts[0] if "/DescendantFonts" in font else font
            described = inner.get("/FontDescriptor")
            if described is None or not any(key in described for key in ("/FontFile", "/FontFile2", "/FontFile3")):
                yield str(font.get("/BaseFont", "？"))


def _entries(resources: Any, kind: str) -> list[Any]:
    inner = resources.get(kind) if resources is not None else None
    return list(inner.values()) if inner is not None else []


def _values(sheet: str) -> Iterator[str]:
    """The numbers of a sheet; a cell of type ``s`` holds the place of a text in another file."""
    cells = re.finditer(r"<c (?P<is>[^>]*)>(?:<f>[^<]*</f>)?<v>(?P<value>[^<]*)</v>", sheet)
    return (cell["value"] for cell in cells if 't="s"' not in cell["is"])


def _plain(number: str) -> str:
    """A figure without trailing zeros: a workbook keeps values, not digits."""
    return str(Decimal(number).normalize() + 0) if _NUMBER.fullmatch(number) else number
