"""No figure is read that a browser does not show: values out of grammar, shorthands, generated signs, boxes laid over text.

``seen`` is the figure that a browser shows, ``None`` where the page leaves it open. Unclear is right as well; another figure
never is, nor is a blank. Every case is a cell of one page.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.importing.test_styles_in_html import read
from toolkit.importing import CellReading

# style of an ``<i>`` around the first of two digits, and what is seen
STYLES: Sequence[tuple[str, str, int | None]] = (
    ("text-decoration-color:transparent;text-decoration-line:line-through", "2", 25),
    ("text-decoration:line-through transparent", "2", 25),
    ("text-decoration:line-through 0px", "2", None),
    ("text-decoration:line-through;text-decoration:foo", "8", 5),
    ("text-decoration-line:line-through;text-decoration:none", "2", 25),
    ("text-decoration:underline;text-underline-offset:-.35em", "8", None),
    ("color:hsl(0turn 0% 100%)", "8", 5),
    ("color:rgb(none none none / 0)", "8", 5),
    ("color:#fff0", "8", 5),
    ("color:#fff;color:#zzz", "8", 5),
    ("color:transparent;-webkit-text-stroke:1px #000", "2", 25),
    ("-webkit-text-fill-color:currentcolor;color:#fff", "8", 5),
    ("background-color:currentcolor", "8", 5),
    ("box-shadow:inset 0 0 0 99px #000", "8", None),
    ("background:url(line.png) repeat-x center", "8", None),
    ("display:none;display:foo", "8", 5),
    ("display:none;all:unset", "2", 25),
    ("display:/**/none", "8", 5),
    ("display:none/*", "8", 5),
    ("display:-webkit-box", "2", None),
    ("display:run-in", "2", None),
    ("opacity:0;opacity:foo", "8", 5),
    ("visibility:hidden;visibility:show", "8", 5),
    ("font-size:1e-9px", "8", 5),
    ("font-size:.1vw", "8", None),
    ("font-size:-5px", "2", 25),
    ("font-size:0;font-size:abc", "8", 5),
    ("font-size:0;font:12px serif", "2", 25),
    ("display:inline-block;line-height:0;overflow:hidden", "8", 5),
    ("display:inline-block;inline-size:0;overflow:hidden", "8", 5),
    ("display:inline-block;max-inline-size:0;overflow:hidden", "8", 5),
    ("display:inline-block;block-size:0;overflow:hidden", "8", 5),
    ("display:inline-block;contain:strict", "8", 5),
    ("display:inline-block;height:.5em;border-bottom:1px solid", "8", None),
    ("display:inline-block;transform:scale(0.0)", "8", 5),
    ("display:inline-block;transform:scale( 0 )", "8", 5),
    ("display:inline-block;transform:scale(0%)", "8", 5),
    ("display:inline-block;scale:1 0", "8", 5),
    ("display:inline-block;scale:-1 1", "8", None),
    ("position:relative;z-index:-1", "8", None),
    ("font-feature-settings:'sups'", "8", None),
    ("-webkit-mask-box-image:url(x.png)", "8", None),
    ("some-new-property:odd", "8", None),
    ("mso-bidi-font-size:1.0pt;line-height:150%;word-break:keep-all;-webkit-text-stroke-width:0px;orphans:2", "8", 85),
    ("font-variant-ligatures:normal;text-decoration-thickness:initial;_height:1%;tab-stops:21.0pt;box-shadow:none", "8", 85),
)
MARKUP: Sequence[tuple[str, int | None]] = (
    ('<div dir=rtl><span style="unicode-bidi:bidi-override">572</span></div>', 275),
    ('<div style="text-indent:-1em;overflow:hidden">85</div>', None),
    ('<span style="display:inline-block;text-indent:3em">2</span>5', None),
    (
        '<span style="position:relative">8<b style="position:absolute;left:0;right:0;top:50%;border-top:1px solid"></b></span>',
        None,
    ),
    ('8<span style="position:absolute;background:#fff;width:20px;height:20px;left:0;top:0"></span>', None),
    ('8<span style="display:inline-block;width:20px;background:#fff;margin-left:-20px">&nbsp;</span>', None),
    ('5<hr style="margin-top:-.6em">', None),
    ('<div>5</div><div style="margin-top:-1em;background:#fff">&nbsp;</div>', None),
    ('<input style="color:#fff" value=8>5', 5),
    ('<input style="transform:rotate(180deg)" value=6>', None),
    ('<input style="opacity:.1" value=6>', None),
    ('<input style="width:10px" value=1386>', None),
    ('<input value="5"><input value="8">', None),
    ('<input value="5">8', None),
    ('<textarea style="color:#fff">8</textarea>5', 5),
    ('<select style="color:#fff"><option selected>8</select>5', 5),
    ("<select size=3><option>8<option selected>5<option>9</select>", None),
    ('<math style="color:#fff"><mn>8</mn></math>5', 5),
    ('<math><mn style="display:none">8</mn></math>5', 5),
    ('<div><template shadowrootmode="open">8</template>5</div>', 8),
    ("<noframes>8</noframes>5", 5),
    ('<font color="ffffff">8</font>5', 5),
    ('<font color="transparent">2</font>5', 25),
    ('<span style="color:white"><a href="x.html">2</a></span>5', 25),
    ('<mark style="color:#ff0">8</mark>5', 5),
    ("2<img width=30 height=1 src=s.gif>5", None),
    ('2<i style="display:inline-table">5</i>', None),
    ('2<i style="border-left:2px solid">5</i>', None),
    ('<ul style="list-style-type:decimal"><li>5</ul>', None),
    ('<div style="display:list-item;list-style:decimal inside">5</div>', None),
    ('<s style="text-decoration-color:transparent">2</s>5', 25),
    ("2&#12644;5", None),
    ("2&#1;5", None),
    ("2&#133;5", None),
)
# rule with {c} for the class of the case, markup, what is seen
RULES: Sequence[tuple[str, str, int | None]] = (
    (":is(.{c},:foo){{display:none}}", '<i class="{c}">8</i>5', 5),
    (":-webkit-any(.{c}){{display:none}}", '<i class="{c}">8</i>5', 5),
    (".{c}:not(:hover, :active){{display:none}}", '<i class="{c}">8</i>5', 5),
    (".{c}:is(:not(:hover)){{display:none}}", '<i class="{c}">8</i>5', 5),
    (".{c}:not(:popover-open){{display:none}}", '<i class="{c}">8</i>5', 5),
    (".{c},{{display:none}}", '<i class="{c}">2</i>5', 25),
    (".{c},:foo{{display:none}}", '<i class="{c}">2</i>5', 25),
    (".{c},::foo{{display:none}}", '<i class="{c}">2</i>5', 25),
    (".{c},::-webkit-scrollbar{{display:none}}", '<i class="{c}">8</i>5', 5),
    (".{c}{{@media screen{{display:none}}}}", '<i class="{c}">8</i>5', 5),
    (".{c}{{@supports(display:grid){{display:none}}}}", '<i class="{c}">8</i>5', 5),
    ("@layer a{{.{c}{{@media screen{{& {{display:none}}}}}}}}", '<i class="{c}">8</i>5', 5),
    ("@supports(foo:bar){{.{c}{{display:none}}}}", '<i class="{c}">2</i>5', 25),
    ("@supports(display:grid) and (foo:bar){{.{c}{{display:none}}}}", '<i class="{c}">2</i>5', 25),
    (".{c}::before{{content:'-'}}", '<i class="{c}">5</i>', -5),
    (".{c}::before{{content:'.'}}", '<i>2</i><i class="{c}">5</i>', None),
    (".{c}::before{{content:'/'}}", '<i>2</i><i class="{c}">5</i>', None),
    (".{c}::before{{content:' '}}", '<i>2</i><i class="{c}">5</i>', None),
    (".{c}::before{{content:'\\a';white-space:pre}}", '<i>2</i><i class="{c}">5</i>', None),
    (".{c}::before{{content:'';padding-left:3em}}", '<i>2</i><i class="{c}">5</i>', None),
    (".{c}::before{{content:'';display:block}}", '<i>2</i><i class="{c}">5</i>', None),
    (".{c}::before{{content:open-quote}}", '<i>2</i><i class="{c}">5</i>', None),
    (".{c}::before{{content:var(--a)}}", '<i class="{c}">5</i>', None),
    (".{c}::before{{content:'8';display:none}}", '<i class="{c}">5</i>', 5),
    (".{c}{{content:url(8.png)}}", '<i class="{c}">5</i>', None),
    (".{c}{{position:absolute;inset:0;background:#fff}}", '8<i class="{c}"></i>', None),
    (".{c}{{background-color:#000}}.{c}{{background:none}}", '<i class="{c}">2</i>5', 25),
)
WHOLE_PAGES: Sequence[tuple[str, int | None]] = (
    ("<style>@font-face{font-family:zz;src:url(a.woff)}body{font-family:zz}</style>", None),
    ("<style>@font-face{font-family:zz;src:url(a.woff)}body{font-family:zz}td{font-family:SimSun}</style>", 5),
    ("<style>@font-face{font-family:'Noto Sans SC';src:url(a.woff)}body{font-family:'Noto Sans SC'}</style>", 5),
    ("<link rel='alternate stylesheet' href='data:text/css,td p{display:none}'>", 5),
    ("<link disabled rel='stylesheet' href='data:text/css,td p{display:none}'>", 5),
)


def wrong(cells: Sequence[str], seen: Sequence[int | None], found: Sequence[CellReading]) -> list[tuple[str, str, object]]:
    """The cells that are read as something else than what is seen, or lost."""
    return [
        (cell, reading.state, reading.value)
        for cell, value, reading in zip(cells, seen, found, strict=True)
        if (reading.state != "unclear" if reading.value is None else reading.value != value)
    ]


def test_declarations_of_the_first_digit(tmp_path: Path) -> None:
    cells = [f'<i style="{style}">{digit}</i>5' for style, digit, _ in STYLES]
    found = read(cells, tmp_path)
    assert wrong(cells, [seen for *_, seen in STYLES], found) == []
    assert [reading.value for reading in found[-2:]] == [85, 85]  # what changes nothing raises no doubt


def test_elements(tmp_path: Path) -> None:
    cells = [markup for markup, _ in MARKUP]
    assert wrong(cells, [seen for _, seen in MARKUP], read(cells, tmp_path)) == []


def test_rules(tmp_path: Path) -> None:
    sheet = "\n".join(rule.format(c=f"case{at}") for at, (rule, _, _) in enumerate(RULES))
    cells = [markup.format(c=f"case{at}") for at, (_, markup, _) in enumerate(RULES)]
    found = read(cells, tmp_path, f"<style>{sheet}</style>")
    assert wrong(cells, [seen for *_, seen in RULES], found) == []


@pytest.mark.parametrize(("head", "seen"), WHOLE_PAGES)
def test_sheets_of_the_page(head: str, seen: int | None, tmp_path: Path) -> None:
    (reading,) = read(["<p>5</p>"], tmp_path, head)
    assert reading.value == seen
    assert (reading.state == "unclear") == (seen is None)
