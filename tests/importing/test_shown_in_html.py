"""The figure that is shown is the figure: what a page hides, strikes out, raises or draws in a cell."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.importing.html_markup import HIDDEN, SHOWN, UNSURE
from tests.importing.shapes import html_body, report
from toolkit.importing import CellReading, read_published
from toolkit.report import Report

CELL = "applications.granted.business"
MARK = 777_777
READ, UNCLEAR, BLANK = "5", "unclear", "blank"


def story() -> Report:
    of = report()
    return of.with_value(next(address for address in of.form.cells if str(address) == CELL), MARK)


def reading(markup: str, folder: Path, head: str = "") -> CellReading:
    """What comes of a cell with this markup in it, in a page with this head; every other cell must be right."""
    of = story()
    assert html_body(of).count(f"<span>{MARK}</span>") == 1
    body = html_body(of).replace(f"<p><span>{MARK}</span></p>", markup)
    file = folder / "年报.html"
    file.write_text(f"<html><head>{head}</head><body>{body}</body></html>", encoding="utf-8")
    got = read_published(file)
    assert got.report is not None
    assert {str(a) for a in of.form.cells if got.report.figures[a] != of.figures[a]} <= {CELL, "applications.granted.total"}
    return next(cell for address, cell in got.cells.items() if str(address) == CELL)


def check(cell: CellReading, wanted: str) -> None:
    if wanted == UNCLEAR:
        assert (cell.state, cell.value) == ("unclear", None), cell
        assert cell.why
    elif wanted == BLANK:
        assert (cell.state, cell.value) == ("repaired", None), cell
    else:
        assert cell.value == int(wanted), cell


@pytest.mark.parametrize(("markup", "wanted"), [(m, READ) for m in HIDDEN + SHOWN] + [(m, UNCLEAR) for m in UNSURE])
def test_markup_in_a_cell(markup: str, wanted: str, tmp_path: Path) -> None:
    figures = {"n": 5, "d": 8} if wanted == READ else {"n": 275, "d": 190}
    check(reading(markup.format(**figures), tmp_path), wanted)


@pytest.mark.parametrize(
    ("sheet", "markup", "wanted"),
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
    ],
)  # fmt: skip
def test_style_sheet_of_the_page(sheet: str, markup: str, wanted: str, tmp_path: Path) -> None:
    check(reading(markup, tmp_path, f"<style>{sheet}</style>"), wanted)


@pytest.mark.parametrize("name", ["hide", "hidden", "d-none", "sr-only", "visually-hidden"])
def test_class_that_a_sheet_elsewhere_may_hide(name: str, tmp_path: Path) -> None:
    check(reading(f'<i class="{name}">8</i>5', tmp_path, '<link rel="stylesheet" href="site.css">'), UNCLEAR)


def test_what_is_hidden_is_noted(tmp_path: Path) -> None:
    body = html_body(story()).replace(f"<span>{MARK}</span>", "<s>257</s>5")
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
    assert got.report is not None
    assert [str(a) for a in of.form.cells if got.report.figures[a] != of.figures[a]] == []


def test_hidden_columns(tmp_path: Path) -> None:
    """A ``<col>`` that is collapsed, and cells that are hidden one by one."""
    of = report()
    body = html_body(of)
    for before, cell in (('<col style="visibility:collapse">', "<td>99</td>"), ("", '<td style="display:none">99</td>')):
        html = body.replace('cellspacing="0">', f'cellspacing="0">{before}').replace("<tr>", f"<tr>{cell}")
        (tmp_path / "年报.html").write_text(html, encoding="utf-8")
        got = read_published(tmp_path / "年报.html")
        assert got.report is not None
        assert [str(a) for a in of.form.cells if got.report.figures[a] != of.figures[a]] == []
