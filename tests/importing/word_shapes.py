"""Word files for tests, written as XML: the markup of single cells is what the tests change."""

from __future__ import annotations

from collections.abc import Callable
from xml.sax.saxutils import escape

from tests.importing.shapes import preamble, printed, zip_of
from toolkit.forms import PrintedCell
from toolkit.report import Report

NAMES = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
    "w14": "http://schemas.microsoft.com/office/word/2010/wordml",
    "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
    "v": "urn:schemas-microsoft-com:vml",
    "o": "urn:schemas-microsoft-com:office:office",
}
XMLNS = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NAMES.items())
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
Content = Callable[[PrintedCell, str], str]


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def paragraph(content: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{content}</w:p>"


def plain(cell: PrintedCell, text: str) -> str:
    """A cell as Word writes it when nothing is special."""
    return paragraph(run(text) if text else "")


def word_table(of: Report, part: str, content: Content = plain, *, style: str = "") -> str:
    """One part as a table: merged cells by ``gridSpan`` and ``vMerge``, with the cells that they cover."""
    rows = [dict[int, tuple[int, str, str]]() for _ in printed(of, part)]
    for at, row in enumerate(printed(of, part)):
        for cell, text in row:
            for below in range(cell.rowspan):
                first = "" if cell.rowspan == 1 else '<w:vMerge w:val="restart"/>' if not below else "<w:vMerge/>"
                rows[at + below][cell.column] = (cell.colspan, first, content(cell, text) if not below else "<w:p/>")
    lines = "".join(
        "<w:tr>"
        + "".join(
            f'<w:tc><w:tcPr><w:tcW w:w="900" w:type="dxa"/><w:gridSpan w:val="{span}"/>{merge}</w:tcPr>{inside}</w:tc>'
            for _, (span, merge, inside) in sorted(row.items())
        )
        + "</w:tr>"
        for row in rows
    )
    return f'<w:tbl><w:tblPr><w:tblStyle w:val="{style}"/></w:tblPr>{lines}</w:tbl><w:p/>'


def word_body(of: Report, content: Content = plain, *, style: str = "") -> str:
    """Title, preamble and parts of a report."""
    out = [paragraph(run(of.title)), paragraph(run(preamble(of)))]
    for part in of.form.parts:
        out.append(paragraph(run(part.heading)) if part.heading else "")
        out += [paragraph(run(line)) for line in getattr(of.narrative, part.key, "").splitlines()]
        out.append(word_table(of, part.key, content, style=style) if part.tables else "")
    return "".join(out)


def word_file(
    body: str, styles: str = "", numbering: str = "", *, main: str = "word/document.xml", members: dict[str, bytes] | None = None,
    relations: str = "",
) -> bytes:  # fmt: skip
    """The container with a main part, its styles and lists."""
    folder, _, file = main.rpartition("/")
    beside = "".join(
        f'<Relationship Id="s{kind}" Type="{OFFICE}/{kind}" Target="{kind}.xml"/>' for kind in ("styles", "numbering")
    )
    parts = {
        "_rels/.rels": f'<Relationships xmlns="{RELATIONS}"><Relationship Id="a" Type="{OFFICE}/officeDocument" Target="{main}"/>'
        "</Relationships>",
        main: f"<w:document {XMLNS}>{body if '<w:body>' in body else f'<w:body>{body}</w:body>'}</w:document>",
        f"{folder}/_rels/{file}.rels": f'<Relationships xmlns="{RELATIONS}">{beside}{relations}</Relationships>',
        f"{folder}/styles.xml": f"<w:styles {XMLNS}>{styles}</w:styles>",
        f"{folder}/numbering.xml": f"<w:numbering {XMLNS}>{numbering}</w:numbering>",
    }
    return zip_of({name: text.encode("utf-8") for name, text in parts.items()} | (members or {}))
