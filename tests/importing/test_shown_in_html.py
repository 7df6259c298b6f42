"""The figure that is shown is the figure: what a page hides, strikes out, raises or draws in a cell."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.importing.html_markup import HIDDEN, SHOWN, UNSURE
from tests.importing.many_cells import CELL, MANY, MARK, mark_of, marked_report, read_marked, reading_of_mark, with_mark
from tests.importing.shapes import html_body, report, wrong_cells
from toolkit.importing import CellReading, read_published
from toolkit.importing.readers.formats import read_source
from toolkit.importing.source import Grid, Line

READ, UNCLEAR, BLANK = "5", "unclear", "blank"


def reading(markup: str, folder: Path, head: str = "") -> CellReading:
    """What comes of a cell with this markup in it, in a page with this head; every other cell must be right."""
    of = with_mark()
    assert html_body(of).count(f"<span>{MARK}</span>") == 1
    body = html_body(of).replace(f"<p><span>{MARK}</span></p>", markup)
    file = folder / "年报.html"
    file.write_text(f"<html><head>{head}</head><body>{body}</body></html>", encoding="utf-8")
    got = read_published(file)
    assert wrong_cells(got, of).keys() <= {CELL, "applications.granted.total"}
    return reading_of_mark(got)


def check(cell: CellReading, expected: str) -> None:
    if expected == UNCLEAR:
        assert (cell.state, cell.value) == ("unclear", None), cell
        assert cell.why
    elif expected == BLANK:
        assert (cell.state, cell.value) == ("repaired", None), cell
    else:
        assert cell.value == int(expected), cell


CASES = [(markup, READ) for markup in HIDDEN + SHOWN] + [(markup, UNCLEAR) for markup in UNSURE]


@pytest.fixture(scope="module")
def cells(tmp_path_factory: pytest.TempPathFactory) -> list[CellReading]:
    """The cells of all cases in their order, from a few pages."""
    folder = tmp_path_factory.mktemp("cells")
    return [cell for first in range(0, len(CASES), MANY) for cell in _read_page(CASES[first : first + MANY], folder)]


def _read_page(cases: list[tuple[str, str]], folder: Path) -> list[CellReading]:
    of, marked = marked_report(len(cases))
    body = html_body(of)
    for at, (markup, expected) in enumerate(cases):
        plain = f"<p><span>{mark_of(at)}</span></p>"
        assert body.count(plain) == 1
        body = body.replace(plain, markup.format(**({"n": 5, "d": 8} if expected == READ else {"n": 275, "d": 190})))
    (folder / "年报.html").write_text(f"<html><head></head><body>{body}</body></html>", encoding="utf-8")
    return read_marked(read_published(folder / "年报.html"), of, marked)


@pytest.mark.parametrize("at", range(len(CASES)), ids=[markup for markup, _ in CASES])
def test_markup_in_a_cell(at: int, cells: list[CellReading]) -> None:
    check(cells[at], CASES[at][1])


@pytest.mark.parametrize(
    ("sheet", "markup", "expected"),
    [
        (".a{display:none}", '<i class="a">8</i>5', READ),
        ("td .a, .b{visibility:hidden}", '<i class="x a">8</i>5', READ),
        ("#n{font-size:0}", '<i id="n">8</i>5', READ),
        ("i{color:#fff}", "<i>8</i>5", READ),
        ("td>i:first-child{opacity:0}", "<i>8</i>5", READ),
        ("[data-old]{text-decoration:line-through}", '<i data-old="1">8</i>5', READ),
        (".a{display:none}.a{display:inline}", '<i class="a">5</i>', READ),  # the later rule wins
        ("i.a{display:inline}.a{display:none}", '<i class="a">5</i>', READ),  # the more specific rule wins
        (".a{display:none!important}", '<i class="a" style="display:inline">8</i>5', READ),
        ("@media print{.a{display:none}}", '<i class="a">5</i>', READ),  # the page on the screen is what is read
        ("@media screen{.a{display:none}}", '<i class="a">8</i>5', READ),
        ("@media screen{@supports (display:grid){.a{display:none}}}", '<i class="a">8</i>5', READ),
        ("i:hover{display:none}", "<i>5</i>", READ),
        ("/* .a{} */ .a { DISPLAY : NONE }", '<i class="a">8</i>5', READ),
        (".a:not(.b){display:none}", '<i class="a">8</i><i class="a b">5</i>', READ),
        ("i::before{content:'2'}", "<i>5</i>", UNCLEAR),
        ("i:after{content:attr(data-n)}", '<i data-n="2">5</i>', UNCLEAR),
        (r"i::after{content:'\32 '}", "<i>5</i>", UNCLEAR),
        ("i::before{content:''}", "<i>5</i>", READ),
        ("i::before{content:' '}p:after{content:'▲'}", "<i>5</i>", READ),
        (".n{vertical-align:super;font-size:70%}", '275<i class="n">2</i>', UNCLEAR),
        (".n{display:block}", '<i class="n">275</i><i class="n">190</i>', UNCLEAR),
        ("td{vertical-align:super}", "5", READ),  # of a cell it says where its text begins
        ("td{position:relative;top:-3px}", "5", READ),
        ("a:b:c{{;}}@@ .a{display:none}", "5", READ),
        (".d7{background-image:url(7.png)}", '<i class="d7"></i>', UNCLEAR),
        ("td{color:#fff;background:#036}", "5", READ),
        ("body{background:#000;color:#fff}", "5", READ),
        ("@media screen and (max-width:768px){.a{display:none}}", '<i class="a">5</i>', READ),  # on telephones only
        ("@media (min-width:600px) and (max-width: 90em){.a{display:none}}", '<i class="a">8</i>5', READ),
        ("@media only screen and (min-width: 1920px), print{.a{display:none}}", '<i class="a">5</i>', READ),
        ("@media not screen{.a{display:none}}", '<i class="a">5</i>', READ),
        ("@media (prefers-color-scheme:dark){.a{display:none}}", '<i class="a">5</i>', READ),
        ("@layer x{.a{display:none}}", '<i class="a">8</i>5', READ),
        ("td{& .a{display:none}}", '<i class="a">8</i>5', READ),
        ("td{color:red;.a{display:none}}", '<i class="a">8</i>5', READ),
        (":root{--p:#fff}.a{color:var(--p)}", '<i class="a">8</i>5', UNCLEAR),
        ("body{color:var(--ink)}", "5", READ),
    ],
)  # fmt: skip
def test_style_sheet_of_the_page(sheet: str, markup: str, expected: str, tmp_path: Path) -> None:
    check(reading(markup, tmp_path, f"<style>{sheet}</style>"), expected)


@pytest.mark.parametrize("name", ["hide", "hidden", "d-none", "sr-only", "visually-hidden"])
def test_class_that_a_sheet_elsewhere_may_hide(name: str, tmp_path: Path) -> None:
    check(reading(f'<i class="{name}">8</i>5', tmp_path, '<link rel="stylesheet" href="site.css">'), UNCLEAR)


def test_what_is_hidden_is_noted(tmp_path: Path) -> None:
    body = html_body(with_mark()).replace(f"<span>{MARK}</span>", "<s>257</s>5")
    (tmp_path / "年报.html").write_text(body, encoding="utf-8")
    (note,) = read_published(tmp_path / "年报.html").notes
    assert "257" in note
    assert "第 2 个表格第 6 行" in note


@pytest.mark.parametrize("how", ['style="display:none"', "hidden", 'style="visibility:hidden"', 'class="old"'])
def test_hidden_row_of_last_year(how: str, tmp_path: Path) -> None:
    """The row of last year stands above this year's, with the same label."""
    of = report()
    body = html_body(of)
    row = next(part for part in body.split("<tr>") if "行政许可" in part)
    old = re.sub(r"<span>\d+</span>", "<span>99</span>", row)
    body = body.replace(f"<tr>{row}", f"<tr {how}>{old}<tr>{row}")
    (tmp_path / "年报.html").write_text(f"<style>.old{{display:none}}</style>{body}", encoding="utf-8")
    got = read_published(tmp_path / "年报.html")
    assert wrong_cells(got, of) == {}


def test_hidden_columns(tmp_path: Path) -> None:
    """A ``<col>`` that is collapsed, and cells that are hidden one by one."""
    of = report()
    body = html_body(of)
    for before, cell in (('<col style="visibility:collapse">', "<td>99</td>"), ("", '<td style="display:none">99</td>')):
        html = body.replace('cellspacing="0">', f'cellspacing="0">{before}').replace("<tr>", f"<tr>{cell}")
        (tmp_path / "年报.html").write_text(html, encoding="utf-8")
        got = read_published(tmp_path / "年报.html")
        assert wrong_cells(got, of) == {}


def grid_of(html: str, folder: Path) -> list[list[tuple[str, int, int]]]:
    """Text, column and rows of every cell of the first table of a page."""
    (folder / "a.html").write_text(f"<html><body><p>年报</p>{html}</body></html>", encoding="utf-8")
    grid = next(piece for piece in read_source(folder / "a.html").pieces if isinstance(piece, Grid))
    return [[(cell.text, cell.column, cell.rowspan) for cell in row.cells] for row in grid.rows]


def test_a_cell_ends_with_its_group_of_rows(tmp_path: Path) -> None:
    """Heads whose ``rowspan`` is too large do not reach into the figures; 0 means to the end of the group."""
    html = "<table><thead><tr><th rowspan=9>项</th><th>甲</th></tr><tr><th>乙</th></tr></thead>"
    html += "<tbody><tr><td rowspan=0>子</td><td>1</td></tr>"
    html += "<tr><td>2</td></tr></tbody><tbody><tr><td>丑</td><td>3</td></tr></tbody></table>"
    assert grid_of(html, tmp_path) == [
        [("项", 0, 2), ("甲", 1, 1)], [("乙", 1, 1)], [("子", 0, 2), ("1", 1, 1)], [("2", 1, 1)], [("丑", 0, 1), ("3", 1, 1)],
    ]  # fmt: skip


def test_heads_come_first_and_the_foot_last(tmp_path: Path) -> None:
    html = (
        "<table><tfoot><tr><td>计</td></tr></tfoot><tbody><tr><td>1</td></tr></tbody><thead><tr><td>头</td></tr></thead></table>"
    )
    assert [[text for text, _, _ in row] for row in grid_of(html, tmp_path)] == [["头"], ["1"], ["计"]]


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("<ol><li>甲<li>乙</ol>", ["1.甲", "2.乙"]),
        ("<ol start=3><li>甲<li value=7>乙<li>丙</ol>", ["3.甲", "7.乙", "8.丙"]),
        ("<ol reversed><li>甲<li>乙</ol>", ["2.甲", "1.乙"]),
        ("<ol type=A><li>甲<li>乙</ol>", ["A.甲", "B.乙"]),
        ('<ol style="list-style-type:simp-chinese-informal"><li>甲<li>乙</ol>', ["一、甲", "二、乙"]),
        ('<ol style="list-style:none"><li>1.甲<li>2.乙</ol>', ["1.甲", "2.乙"]),
        ("<ul><li>甲<li>乙</ul>", ["甲", "乙"]),
        ("<ol><li>甲<ol type=a><li>子</ol><li>乙</ol>", ["1.甲", "a.子", "2.乙"]),
    ],
)
def test_numbers_of_a_list(html: str, shown: list[str], tmp_path: Path) -> None:
    """A browser writes them; the text does not have them."""
    (tmp_path / "a.html").write_text(f"<html><body>{html}</body></html>", encoding="utf-8")
    assert [piece.text for piece in read_source(tmp_path / "a.html").pieces if isinstance(piece, Line)] == shown


def test_struck_text_outside_tables_is_noted(tmp_path: Path) -> None:
    body = html_body(report()).replace("设专职人员2名", "设专职人员<s>3</s>2名")
    (tmp_path / "年报.html").write_text(body, encoding="utf-8")
    got = read_published(tmp_path / "年报.html")
    assert got.report is not None
    assert "设专职人员2名" in got.report.narrative.overview
    assert any("“3”" in note for note in got.notes)
