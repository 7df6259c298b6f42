"""The figure that is shown is the figure: declarations and rules that pages use to hide, move, mask and animate text.

Every case is a cell of one page, with a class that no other case has.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.importing.shapes import html_body, report
from toolkit.importing import CellReading, read_published
from toolkit.importing.readers.html.values import applies_on_screen

FIRST_MARK = 700_000
# style of the first of two figures; the second is what is seen, or the cell is unclear
SEEN_ONLY_BEHIND = (
    "opacity:0%", "color:#ffffff00", "color:rgb(255 255 255 / 100%)", "clip-path:inset(100%)",
    "display:inline-block;transform:scaleX(0)", "position:relative;left:-9999px", "display:inline-block;width:0;overflow:clip",
    "visibility:inherit;display:none",
)  # fmt: skip
NOT_WORKED_OUT = (
    "zoom:0", "transform:scaleX(0)", "transform:matrix(0,0,0,0,0,0)", "translate:-9999px", "rotate:180deg", "letter-spacing:-1em",
    "font-size:calc(0px)",
    "font-size:min(0px,1em)", "opacity:calc(0)", "filter:brightness(100)", "filter:blur(20px)", "mix-blend-mode:lighten",
    "mask:linear-gradient(transparent,transparent)", "color:hwb(0 100% 0%)", "color:lab(100% 0 0)", "color:oklch(1 0 0)",
    "color:color(srgb 1 1 1)", "color:canvas", "background:linear-gradient(#fff,#fff);color:#fff",
    "animation:out 1s forwards", "background:linear-gradient(transparent 45%,#000 45% 55%,transparent 55%)",
    "font-family:Wingdings", "font:12px Webdings, serif", "color:transparent;text-shadow:0 0 0 #000",
    "color:transparent;background-clip:text", "offset-path:path('M0 0')", "position:relative;left:40px",
    "margin-inline-start:3em", "padding-inline:3em", "margin:0 10px 0 0", "margin-left:-8px", "border-right:40px solid #fff",
    "width:4px;overflow:hidden;display:inline-block", "height:5px;overflow:hidden;display:inline-block",
    "inset:-9999px auto auto -9999px;position:absolute", "display:inline-block;margin-top:-8px", "font-size:smaller",
    "translate:100px", "rotate:10deg", "rotate:110deg", "zoom:10%",
)  # fmt: skip
MARKUP: Sequence[tuple[str, int | None]] = (
    ('<s style="text-decoration:none">5</s>', 5),
    ('<del style="text-decoration-line:none">5</del>', 5),
    ('<u style="visibility:hidden"><i style="visibility:inherit">8</i></u>5', 5),
    ('<u style="color:#fff"><i style="color:initial">5</i></u>', 5),
    ('<font size="0">8</font>5', None),
    ('<font size="-2">8</font>5', None),
    ('<span style="display:flex"><b style="order:2">2</b><b style="order:1">5</b></span>', None),
    ('<span style="display:grid"><b>2</b><b>5</b></span>', None),
    ('<span style="display:flex;flex-direction:column"><b>2</b><b>5</b></span>', None),
    ('<span style="display:inline-flex;gap:20px"><b>2</b><b>5</b></span>', None),
    ('<span style="display:flex;justify-content:space-between"><b>2</b><b>5</b></span>', None),
    ('<span style="letter-spacing:30px">25</span>', None),
    ('<div style="width:10px;overflow:hidden;white-space:nowrap">13865</div>', None),
    ('5<a href="#fn1">1</a>', None),
    ('5<a href="page.html#_ftn1">1</a>', None),
    ('5<a epub:type="noteref" href="x.html">1</a>', None),
    ('<a href="#top">5</a>', 5),
    ('<a href="page.html">5</a>', 5),
    ('<input type="text" value="5" hidden>', None),
    ('<input type="button" value="5">', None),
    ('<script>document.write("2")</script>5', None),
    ("<script>var seen = 1</script>5", 5),
    ("<audio>8</audio>5", 5),
    ('<v:imagedata src="5.png"></v:imagedata>', None),
    ('<span class="msoDel">8</span>5', None),  # shown where the sheet of Word is not there
    ('<span class="msoDel"><del>8</del></span>5', 5),
    ("8\u03365", None),
    ("5\u0338", None),
    ("5\u20e3", None),
)
# rule with {c} for the class of the case, markup, figure or ``None`` for unclear
RULES: Sequence[tuple[str, str, int | None]] = (
    ('.{c}::after{{content:"";position:absolute;left:0;top:50%;width:100%;border-top:1px solid}}', '<i class="{c}">8</i>5', None),
    ('.{c}::after{{content:"";display:table;clear:both}}', '<i class="{c}">5</i>', 5),
    (".{c}::first-letter{{font-size:0}}", '<div class="{c}">85</div>', None),
    ("s.{c}{{text-decoration:none}}", '<s class="{c}">5</s>', 5),
    (":where(.{c}){{display:none}}.{c}{{display:inline}}:where(.{c}){{display:none}}", '<i class="{c}">5</i>', 5),
    (":is(.{c},.zz){{display:none}}", '<i class="{c}">8</i>5', 5),
    ("@media not print{{.{c}{{display:none}}}}", '<i class="{c}">8</i>5', 5),
    ("@media (width>=600px){{.{c}{{display:none}}}}", '<i class="{c}">8</i>5', 5),
    ("@media (width<600px){{.{c}{{display:none}}}}", '<i class="{c}">5</i>', 5),
    ("@media screen and (orientation:landscape){{.{c}{{display:none}}}}", '<i class="{c}">8</i>5', 5),
    ("@media (hover:hover) and (pointer:fine){{.{c}{{display:none}}}}", '<i class="{c}">8</i>5', 5),
    ("@media (min-height:700px){{.{c}{{display:none}}}}", '<i class="{c}">8</i>5', None),
    ("@media (min-height:700px) and (max-width:10px){{.{c}{{display:none}}}}", '<i class="{c}">5</i>', 5),
    ("@supports not (display:grid){{.{c}{{display:none}}}}", '<i class="{c}">8</i>5', None),
    ("@container (min-width:1px){{.{c}{{display:none}}}}", '<i class="{c}">8</i>5', None),
    ("@scope (td){{.{c}{{display:none}}}}", '<i class="{c}">8</i>5', None),
    ("@layer one,two;@layer two{{.{c}{{display:none}}}}@layer one{{.{c}{{display:inline}}}}", '<i class="{c}">8</i>5', 5),
    ("@layer one{{i.{c}{{display:none}}}}.{c}{{display:inline}}", '<i class="{c}">5</i>', 5),
    ("@layer one{{.{c}{{display:none!important}}}}.{c}{{display:inline!important}}", '<i class="{c}">8</i>5', 5),
    (".{c}:not(:hover){{display:none}}", '<i class="{c}">8</i>5', 5),
    (".{c}{{font-family:drawn}}@font-face{{font-family:drawn;src:url(n.woff)}}", '<i class="{c}">8</i>5', None),
    (".{c}{{font-family:printed}}@font-face{{font-family:printed;panose-1:2 1 6}}", '<i class="{c}">5</i>', 5),
    (".{c}{{animation-name:out}}@keyframes out{{to{{opacity:0}}}}", '<i class="{c}">8</i>5', None),
)


def readings(cells: Sequence[str], head: str = "") -> tuple[str, list[int]]:
    """A page with each markup in a cell of part three, and which cells these are."""
    of = report()
    places = [address for address in of.form.cells if address.table == "applications" and address not in of.form.sums]
    for at, address in enumerate(places[: len(cells)]):
        of = of.with_value(address, FIRST_MARK + at)
    body = html_body(of)
    for at, markup in enumerate(cells):
        assert body.count(f"<p><span>{FIRST_MARK + at}</span></p>") == 1
        body = body.replace(f"<p><span>{FIRST_MARK + at}</span></p>", markup)
    return f"<html><head>{head}</head><body>{body}</body></html>", [list(of.form.cells).index(at) for at in places[: len(cells)]]


def read(cells: Sequence[str], folder: Path, head: str = "") -> list[CellReading]:
    html, places = readings(cells, head)
    (folder / "年报.html").write_text(html, encoding="utf-8")
    found = list(read_published(folder / "年报.html").cells.values())
    return [found[at] for at in places]


def faults(cells: Sequence[str], expected: Sequence[int | None], found: Sequence[CellReading]) -> list[tuple[str, str, object]]:
    """The cells that are not as wanted: another figure, or without one and not unclear."""
    return [
        (cell, reading.state, reading.value)
        for cell, value, reading in zip(cells, expected, found, strict=True)
        if reading.value != value or (value is None and reading.state != "unclear")
    ]


def test_declarations_of_one_of_two_figures(tmp_path: Path) -> None:
    cells = [f'<span style="{style}">8</span>5' for style in (*SEEN_ONLY_BEHIND, *NOT_WORKED_OUT)]
    expected = [5] * len(SEEN_ONLY_BEHIND) + [None] * len(NOT_WORKED_OUT)
    assert faults(cells, expected, read(cells, tmp_path)) == []


def test_markup(tmp_path: Path) -> None:
    cells, expected = [markup for markup, _ in MARKUP], [value for _, value in MARKUP]
    assert faults(cells, expected, read(cells, tmp_path)) == []


def test_rules_of_a_sheet(tmp_path: Path) -> None:
    sheet = "\n".join(rule.format(c=f"case{at}") for at, (rule, _, _) in enumerate(RULES))
    cells = [markup.format(c=f"case{at}") for at, (_, markup, _) in enumerate(RULES)]
    found = read(cells, tmp_path, f"<style>{sheet}</style>")
    assert faults(cells, [value for _, _, value in RULES], found) == []


@pytest.mark.parametrize(
    ("head", "markup", "value"),
    [
        ('<style media="print">.a{display:none}</style>', '<i class="a">5</i>', 5),
        ('<style media="screen">.a{display:none}</style>', '<i class="a">8</i>5', 5),
        ('<style type="text/less">.a{display:none}</style>', '<i class="a">5</i>', 5),
        ('<link rel="stylesheet" href="data:text/css,.a{display:none}">', '<i class="a">8</i>5', 5),
        ('<link rel="stylesheet" href="data:text/css;base64,LmF7ZGlzcGxheTpub25lfQ==">', '<i class="a">8</i>5', 5),
        ('<link rel="stylesheet" href="site.css">', '<i class="num-hidden">8</i>5', None),
        ('<link rel="stylesheet" href="site.css">', '<i class="deleted">8</i>5', None),
        ('<link rel="stylesheet" media="print" href="print.css">', '<i class="deleted">5</i>', 5),
        ("<style>@font-face{font-family:fangsong;src:url(f.woff)}body{font-family:fangsong}</style>", "5", 5),
        ("<style>#main{position:absolute;top:90px;animation:rise 1s;filter:drop-shadow(0 0 2px)}</style>", "5", 5),
    ],
)  # fmt: skip
def test_where_sheets_come_from(head: str, markup: str, value: int | None, tmp_path: Path) -> None:
    html, places = readings([markup], head)
    html = html.replace("<body>", '<body><div id="main">').replace("</body>", "</div></body>")
    (tmp_path / "年报.html").write_text(html, encoding="utf-8")
    got = read_published(tmp_path / "年报.html")
    cell = list(got.cells.values())[places[0]]
    assert (cell.value, cell.state == "unclear") == (value, value is None), cell
    assert got.count()["unclear"] == (value is None)


@pytest.mark.parametrize(
    ("media", "holds"),
    [
        ("", True), ("all", True), ("screen", True), ("print", False), ("not print", True), ("not screen", False), ("tv", False),
        ("only screen and (min-width: 80em)", True), ("(min-width:81em)", False), ("(max-width:768px)", False),
        ("(width>10)", True), ("print, (width<=99999px)", True), ("(min-resolution:2dppx)", None),
        ("print and (min-resolution:2dppx)", False),
        ("(prefers-color-scheme:dark)", False), ("(orientation:portrait)", False), ("not (hover:hover)", False), ("((", None),
        ("(color)", None), ("(min-width:..px)", True),
    ],
)  # fmt: skip
def test_media_queries(media: str, holds: bool | None) -> None:
    assert applies_on_screen(media) is holds
