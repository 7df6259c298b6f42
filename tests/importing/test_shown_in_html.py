"""The figure that is shown is the figure: what a page hides, strikes out, raises or draws in a cell."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

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


HIDDEN = [
    "<s>8</s>5", "<strike>8</strike>5", "<del>8</del>5", "<del><ins>8</ins></del>5",
    '<span style="text-decoration:line-through">8</span>5', '<span style="text-decoration: underline line-through">8</span>5',
    '<span style="text-decoration-line:LINE-THROUGH">8</span>5', '<u style="text-decoration:line-through"><b>8</b></u>5',
    "<span hidden>8</span>5", '<span style="display:none">8</span>5', '<span style="display:none!important">8</span>5',
    '<span style="visibility:hidden">8</span>5', '<span style="visibility:collapse">8</span>5',
    '<span style="visibility:hidden">8<b style="visibility:visible">5</b></span>', '<span style="opacity:0">8</span>5',
    '<span style="opacity:0.0">8</span>5', '<span style="filter:opacity(0)">8</span>5', '<span style="font-size:0">8</span>5',
    '<span style="font-size:0px">8</span>5', '<span style="font-size:1px">8</span>5', '<span style="font:0/0 a">8</span>5',
    '<span style="font-size:0%">8</span>5', '<span style="font-size:.01em">8</span>5', '<span style="color:#fff">8</span>5',
    '<span style="color:white">8</span>5', '<span style="color:rgb(255,255,255)">8</span>5',
    '<span style="color:rgb(255 255 255)">8</span>5', '<span style="color:hsl(0, 0%, 100%)">8</span>5',
    '<span style="color:transparent">8</span>5', '<span style="color:rgba(0,0,0,0)">8</span>5',
    '<font color="#FFFFFF">8</font>5', '<span style="background:#eee;color:#eeeeee">8</span>5',
    '<span style="-webkit-text-fill-color:transparent">8</span>5', '<span style="position:absolute;left:-9999px">8</span>5',
    '<span style="position:absolute;top:-200em">8</span>5',
    '<span style="display:inline-block;text-indent:-9999px">8</span>5', '<span style="margin-left:-5000px">8</span>5',
    '<span style="position:absolute;clip:rect(0,0,0,0)">8</span>5', '<span style="clip:rect(1px, 1px, 1px, 1px)">8</span>5',
    '<span style="clip-path:inset(50%)">8</span>5', '<span style="clip-path: circle(0)">8</span>5',
    '<span style="display:inline-block;width:0;overflow:hidden">8</span>5', '<div style="height:0;overflow:hidden">8</div>5',
    '<div style="max-height:1px;overflow-y:hidden">8</div>5', '<span style="transform:scale(0)">8</span>5',
    '<span style="transform:translateX(-9999px)">8</span>5', '<span style="content-visibility:hidden">8</span>5',
    '<span style="mso-hide:all">8</span>5', "<script>8</script>5", "<template>8</template>5", "<!-- 8 -->5",
    '<input type="hidden" value="8">5', "<noscript>8</noscript>5",
]  # fmt: skip
UNSURE = [
    "275<br>190", "<p>275</p><p>190</p>", "<div>275</div><div>190</div>", "275<hr>190", "<ul><li>275<li>190</ul>",
    '<span style="display:block">275</span>190', '<span style="float:right">275</span>190', "275 190", "3 120",
    "275&nbsp;190", '<span>275</span><span style="margin-left:2em">190</span>', '<span style="padding:0 10px">2</span>75',
    "1386,275", "275、190", "275/190", '<b style="display:inline-block;width:40px">2</b>75',
    "<table><tr><td>275<td>190</table>", "<pre>275\n190</pre>", "275<sup>2</sup>", "275<sub>2</sub>",
    '275<span style="vertical-align:super">2</span>', '275<span style="vertical-align:5px">2</span>',
    '275<span style="vertical-align:40%">2</span>', '275<span style="vertical-align:text-top">2</span>',
    '275<b style="vertical-align:sub">2</b>', '275<span style="position:relative;top:-5px">2</span>',
    '275<i style="position:relative;bottom:.4em">2</i>', '275<span style="font-size:60%">2</span>',
    "275<small><small>2</small></small>", '275<font size="1">2</font>', '275<span style="font-size:xx-small">2</span>',
    '<sup style="font-size:100%">2</sup>75', "275①", "275[1]", "275（注1）", '275<span style="mso-text-raise:3pt">2</span>',
    '275<span style="font-variant-position:super">2</span>', '275<a href="#n"><span style="font-size:9px">2</span></a>',
    "<ruby>275<rt>2</rt></ruby>", '<img src="n.png">', '2<img src="n.gif" alt="7">5', "<svg><text>275</text></svg>",
    "<canvas>275</canvas>", "<object>275</object>", '<span style="background:url(7.png)"></span>', '<bdo dir="rtl">572</bdo>',
    '<span style="unicode-bidi:bidi-override;direction:rtl">572</span>', "\u202e572\u202c",
    '<span style="transform:rotate(180deg)">6</span>', '<span style="transform:scaleX(-1)">5</span>',
    "<select><option>1<option>5</select>", "<select multiple><option selected>1<option selected>5</select>",
    '<input type="password" value="5">', "<math><msup><mn>2</mn><mn>5</mn></msup></math>",
    "<math><mfrac><mn>2</mn><mn>5</mn></mfrac></math>", "<ol start=2><li>5</li></ol>",
    '<span style="position:absolute;left:40px">2</span>75', '<span style="color:#eee">8</span>5',
    '<span style="font-size:3px">8</span>5', '<span style="opacity:.1">8</span>5',
    '<span style="display:flex;flex-direction:row-reverse"><b>2</b><b>5</b></span>', "＜5", "５ ５", "约5", "五", "5.5", "5%",
    "5-8", "5~8", "5+3", "=5",
]  # fmt: skip
SHOWN = [
    "5", "<b>5</b>", "<span>5</span>", "<p>5</p>", "<font color=red>5</font>", '<span style="color:#000">5</span>', "５", "5件",
    "5<br>", "<br>5", '<span style="vertical-align:super">5</span>', '<span style="position:relative;top:-3px">5</span>',
    '<span style="font-size:9px">5</span>', '<input value="5">', '<input type="text" readonly value=" 5 ">',
    '<input type="number" value="5" disabled>', "<textarea>5</textarea>", "<select><option>1<option selected>5</select>",
    '<select><option value="5">5</select>', "<math><mn>5</mn></math>", "<button>5</button>",
    "<table><tr><td>5</td></tr></table>", '<span style="color:#fff;background:#06c">5</span>', '<span class="hide">5</span>',
    '<span style="visibility:hidden"><b style="visibility:visible">5</b></span>',
    '<span style="font-size:0"><b style="font-size:12pt">5</b></span>', '5<img src="s.gif" width="1" height="1">', "<u>5</u>",
    "<ins>5</ins>", '<a href="#">5</a>', "5<wbr>", "\u200b5", '<span style="text-decoration:underline">5</span>',
    '<span style="display:inline">5</span>', "<p></p><p>5</p><p>&nbsp;</p>",
]  # fmt: skip


@pytest.mark.parametrize(("markup", "wanted"), [(m, READ) for m in HIDDEN + SHOWN] + [(m, UNCLEAR) for m in UNSURE])
def test_markup_in_a_cell(markup: str, wanted: str, tmp_path: Path) -> None:
    check(reading(markup, tmp_path), wanted)


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
