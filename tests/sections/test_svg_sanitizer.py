"""Drawings from anywhere, inlined: what runs or fetches is gone, what draws is there."""

from __future__ import annotations

import pytest
from lxml import etree

from tests.exporters.stories import CHART_SVG
from toolkit.sections.svg_sanitizer import has_stylesheet, inline_svg

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="100" height="50">'

HARMFUL = (
    ("a script runs", "<script>alert(1)</script>", "script"),
    ("a script by an event", '<rect onload="alert(1)" ONCLICK="alert(2)"/>', "alert"),
    ("HTML inside", "<foreignObject><b xmlns='http://www.w3.org/1999/xhtml'>粗</b></foreignObject>", "foreign"),
    ("a picture fetched", '<image xlink:href="https://example.org/a.png"/>', "example.org"),
    ("a drawing fetched", '<use href="https://example.org/a.svg#b"/>', "example.org"),
    ("a fill fetched", '<rect fill="url(https://example.org/a.svg#b)"/>', "example.org"),
    ("a style that fetches", '<rect style="fill:url(//example.org/a)"/>', "example.org"),
    ("a style behind an escape", '<rect style="fill:u\\72l(//example.org/a)"/>', "example.org"),
    ("a link that runs", '<a href="javascript:alert(1)"><rect/></a>', "javascript"),
    ("a reference that runs", '<use href="javascript:alert(1)"/>', "javascript"),
    ("an attribute set later", '<rect><set attributeName="onclick" to="alert(1)"/></rect>', "alert"),
    ("a sheet of styles for the page", "<style>p{display:none}</style>", "display"),
    ("data that is a page", '<image href="data:text/html;base64,PHNjcmlwdD4="/>', "text/html"),
    ("a class of the page's", '<rect class="nb-title"/>', "nb-title"),
)


@pytest.mark.parametrize(("reason", "inside", "gone"), HARMFUL, ids=[case[0] for case in HARMFUL])
def test_what_runs_or_fetches_is_dropped_and_the_rest_stays(reason: str, inside: str, gone: str) -> None:
    drawing = f'{HEAD}{inside}<circle id="still" r="5"/></svg>'
    out = inline_svg(drawing.encode("utf-8"), "f1", "图")
    assert gone.lower() not in out.lower(), reason
    assert 'id="f1-still"' in out


def test_entities_are_not_expanded() -> None:
    bomb = '<!DOCTYPE svg [<!ENTITY a "哈哈哈"><!ENTITY b "&a;&a;"><!ENTITY f SYSTEM "file:///etc/hostname">]>'
    drawing = f"{bomb}{HEAD}<text>&b;&f;前</text></svg>"
    assert "哈" not in inline_svg(drawing.encode("utf-8"), "f1", "图")


def test_ids_and_every_way_to_refer_to_them_get_the_prefix() -> None:
    drawing = (
        f'{HEAD}<defs><clipPath id="c"><rect width="9"/></clipPath><path id="m" d="M0 0"/></defs>'
        '<g clip-path="url(#c)" style="fill: url(\'#m\')"><use xlink:href="#m"/></g></svg>'
    )
    out = inline_svg(drawing.encode("utf-8"), "fig-2", "图")
    assert 'id="fig-2-c"' in out
    assert 'clip-path="url(#fig-2-c)"' in out
    assert "fill: url(#fig-2-m)" in out
    assert '<use href="#fig-2-m"' in out
    assert "xlink" not in out


def test_the_text_alternative_is_the_name_and_the_text_stays_text() -> None:
    out = etree.fromstring(inline_svg(CHART_SVG.encode("utf-8"), "f1", '微信"121"<条>'))
    assert (out.get("role"), out.get("aria-label")) == ("img", '微信"121"<条>')
    assert "微信公众号" in "".join(out.itertext())
    assert out.get("style") == "max-width:315pt"  # 420 px


def test_matplotlibs_own_rule_does_not_style_the_page() -> None:
    rule = "<defs><style>*{stroke-linejoin: round; stroke-linecap: butt}</style></defs>"
    drawing = f"{HEAD}{rule}<rect/></svg>".encode()
    assert not has_stylesheet(drawing)
    assert 'stroke-linejoin="round"' in inline_svg(drawing, "f1", "图")


def test_other_rules_are_seen() -> None:
    assert has_stylesheet(f"{HEAD}<style>.a{{fill:red}}</style></svg>".encode())


@pytest.mark.parametrize("data", [b"", b"<svg", "不是图".encode(), b"<html/>", b"\x89PNG\r\n"])
def test_anything_but_a_drawing_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="not an SVG drawing"):
        inline_svg(data, "f1", "图")
