"""The figure that is shown is the figure: properties of runs, links to notes, fields and shapes of Word files.

Every case is a cell of one file.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tests.importing.shapes import report
from tests.importing.word_markup import STYLES, field
from tests.importing.word_shapes import paragraph, plain, run, word_body, word_file
from toolkit.forms import PrintedCell
from toolkit.importing import CellReading, read_published

FIRST_MARK = 700_000


def link(result: str) -> str:
    return f'<w:hyperlink w:anchor="_ftn1">{run(result)}</w:hyperlink>'


def text_fill(inside: str) -> str:
    return f"<w14:textFill>{inside}</w14:textFill>"


def in_style(figure: str, style: str) -> str:
    return paragraph(run(figure), f'<w:pStyle w:val="{style}"/>')


INK = '<w:color w:val="000000"/>'


def shape(inside: str) -> str:
    frame = '<wp:anchor><wp:docPr id="1" name="shape"/><a:graphic><a:graphicData>{}</a:graphicData></a:graphic></wp:anchor>'
    return f"<w:r><w:drawing>{frame.format(f'<wps:wsp>{inside}</wps:wsp>')}</w:drawing></w:r>"


def math(properties: str) -> str:
    first = f"<m:r><w:rPr>{properties}</w:rPr><m:t>8</m:t></m:r>"
    return f"<m:oMath>{first}<m:r><m:t>5</m:t></m:r></m:oMath>"


def changed(properties: str, before: str) -> str:
    """A run whose properties were changed with revisions recorded."""
    tracked = f'<w:rPrChange w:id="1" w:author="a"><w:rPr>{before}</w:rPr></w:rPrChange>'
    return f"<w:r><w:rPr>{properties}{tracked}</w:rPr><w:t>8</w:t></w:r>"


# markup and the figure that is shown; ``None`` where nobody can tell
CASES: Sequence[tuple[str, int | None]] = (
    (changed("", "<w:strike/>"), 8),
    (changed("<w:strike/>", "") + run("5"), 5),
    (changed("", "<w:vanish/>"), 8),
    (f"<w:del><w:moveTo>{run('8')}</w:moveTo></w:del>{run('5')}", 5),
    ("<w:del><m:oMath><m:r><m:t>8</m:t></m:r></m:oMath></w:del>" + run("5"), 5),
    (paragraph(run("2"), '<w:rPr><w:ins w:id="1"/></w:rPr>') + paragraph(run("5")), None),
    (run("5") + '<w:r><w:endnoteReference w:id="2"/></w:r>', 5),
    (run("5") + field(r" NOTEREF _Ref1 \h ", "1"), None),
    (run("5") + field(r" REF _Ref1 \f ", "1"), None),
    (run("5") + field(r' HYPERLINK \l "_ftn1" ', "1"), None),
    (run("5") + field(' HYPERLINK "http://example.cn/" ', "1"), 51),
    (run("5") + f"<w:fldSimple w:instr=' NOTEREF _Ref1 '>{run('1')}</w:fldSimple>", None),
    (run("5") + link("1"), None),
    (link("51"), 51),
    (field(r" EQ \f(2,5) ", "25"), None),
    (r'<w:fldSimple w:instr=" EQ \o(5,8) "/>', None),
    ('<w:fldSimple w:instr=" =SUM(LEFT) "/>', None),
    ("<w:r><w:monthLong/></w:r>", None),
    (run("25", '<w:spacing w:val="800"/>'), None),
    (run("2") + run("5", '<w:spacing w:val="-300"/>'), None),
    (run("25", '<w:spacing w:val="20"/>'), 25),
    (run("5") + run("12", '<w:eastAsianLayout w:id="1" w:combine="1"/>'), None),
    (run("8", '<w:color w:val="000000" w:themeColor="background1"/>') + run("5"), 5),
    (run("8", '<w:color w:val="FFFFFF" w:themeColor="background1" w:themeShade="80"/>') + run("5"), 85),
    (run("8", '<w:color w:val="000000"/><w:shd w:val="solid" w:color="000000" w:fill="FFFFFF"/>') + run("5"), 5),
    (run("8", text_fill('<w14:solidFill><w14:srgbClr w14:val="FFFFFF"/></w14:solidFill>')) + run("5"), 5),
    (run("8", text_fill('<w14:solidFill><w14:schemeClr w14:val="bg1"/></w14:solidFill>')) + run("5"), 5),
    (run("8", text_fill('<w14:solidFill><w14:schemeClr w14:val="tx1"/></w14:solidFill>')) + run("5"), 85),
    (run("8", text_fill("<w14:gradFill/>")) + run("5"), None),
    (math("<w:strike/>"), None),
    (math("<w:vanish/>"), None),
    (math(""), 85),
    (shape("<wps:cNvCnPr/>") + run("8"), None),
    (shape('<wps:spPr><a:prstGeom prst="rect"/></wps:spPr>') + run("8"), None),
    ("<w:r><w:pict><v:line/></w:pict></w:r>" + run("8"), None),
    (run("8\u03365"), None),
    (in_style("85", "LowLine"), None),
    (in_style("85", "Framed"), None),
    (in_style("85", "Away"), None),
    (in_style("85", "Dark"), 85),
    (paragraph(run("8", INK) + run("5", '<w:color w:val="FFFFFF"/>'), '<w:pStyle w:val="Dark"/>'), 5),
    (run("2", '<w:bdr w:val="single"/>') + run("5"), None),
    (run("2", '<w:bdr w:val="nil"/>') + run("5"), 25),
    (run("25", '<w:bdr w:val="single"/>'), 25),
    (run("8", '<w:outline/><w:color w:val="FFFFFF"/>') + run("5"), None),
    (run("8", '<w:outline w:val="0"/><w:color w:val="FFFFFF"/>') + run("5"), 5),
    (f'<w14:conflictDel w:id="1">{run("8")}</w14:conflictDel>{run("5")}', None),
    (f"<w:unheardOf>{run('8')}</w:unheardOf>{run('5')}", None),
    ('<w:subDoc r:id="x"/>' + run("5"), None),
)


def read(cases: Sequence[tuple[str, int | None]], folder: Path) -> list[CellReading]:
    of = report()
    places = [address for address in of.form.cells if address.table == "applications" and address not in of.form.sums]
    for at, address in enumerate(places[: len(cases)]):
        of = of.with_value(address, FIRST_MARK + at)

    def content(cell: PrintedCell, text: str) -> str:
        at = int(text) - FIRST_MARK if text.isdigit() else -1
        if not 0 <= at < len(cases):
            return plain(cell, text)
        markup = cases[at][0]
        return markup if markup.startswith("<w:p>") else f"<w:p>{markup}</w:p>"

    (folder / "年报.docx").write_bytes(word_file(word_body(of, content), STYLES))
    found = read_published(folder / "年报.docx").cells
    return [found[at] for at in places[: len(cases)]]


def test_cells(tmp_path: Path) -> None:
    faults = [
        (markup, reading.state, reading.value)
        for (markup, value), reading in zip(CASES, read(CASES, tmp_path), strict=True)
        if reading.value != value or (value is None and reading.state != "unclear")
    ]
    assert faults == []
