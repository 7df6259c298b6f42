"""Marks become SVG: the same bytes for the same marks, nothing from outside, text that is only text."""

from __future__ import annotations

import re
import subprocess
import sys
from xml.etree import ElementTree

import pytest

from toolkit.sections.marks import Bar, Fill, RuleMark, TextMark, draw_svg

MARKS = (Bar(10, 10, 50, 12, Fill("#1b3158", hatch="///")), RuleMark(10, 0, 10, 40), TextMark(12, 30, "新收 52", bold=True))


def texts(svg: bytes) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(svg).iter() if element.tag.endswith("}text")]


def test_same_marks_same_bytes() -> None:
    assert draw_svg(MARKS, 100, 50, "a") == draw_svg(MARKS, 100, 50, "a")


def test_no_drawing_library_is_loaded_for_the_charts_of_a_report() -> None:
    program = "import sys, toolkit.sections.charts, toolkit.sections.marks; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_more_strokes_are_a_closer_hatching_that_covers_its_tile() -> None:
    for hatch, step in (("///", 4), ("////", 3)):
        svg = ElementTree.fromstring(draw_svg([Bar(0, 0, 9, 9, Fill("#fff", hatch=hatch))], 100, 50, "a"))
        (path,) = (element for element in svg.iter() if element.tag.endswith("}path"))
        starts = [float(part.split()[0]) for part in path.get("d", "").split("M ")[1:]]
        assert starts == [float(place) for place in range(-72, 73, step)]


def test_nothing_comes_from_outside_and_ids_stand_once() -> None:
    svg = draw_svg(MARKS, 100, 50, "a").decode()
    outside = set(re.findall(r"https?://[^\"' ]+", svg)) - {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    assert not outside
    assert not re.search(r"<!DOCTYPE|<script|<style|<image|href=", svg)
    here, there = (set(re.findall(r'id="([^"]+)"', draw_svg(MARKS, 100, 50, name).decode())) for name in ("a", "b"))
    assert here
    assert not here & there  # two charts in one page


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("<b>&</b>", "<b>&</b>"),  # markup of HTML
        ("$x^2$ \\frac{1}{2}", "$x^2$ \\frac{1}{2}"),  # a formula
        ('#image("x")', '#image("x")'),  # Typst
        ('甲 id="patch_1"', '甲 id="patch_1"'),  # looks like an attribute
        ("<!DOCTYPE svg>", "<!DOCTYPE svg>"),
        ("-->]]>", "-->]]>"),  # ends a comment, ends a section
        ("\x00甲\x1b乙\ud800", "甲乙"),  # what XML cannot hold
        ("㙍垯镇𠮷", "㙍垯镇𠮷"),  # rare characters, one beyond U+FFFF
    ],
)
def test_text_is_text(written: str, shown: str) -> None:
    assert texts(draw_svg([TextMark(0, 10, written)], 100, 20, "a")) == [shown]


def test_sizes_and_places_are_points_from_the_top_left() -> None:
    root = ElementTree.fromstring(draw_svg([TextMark(12, 30, "甲", size=10, anchor="center")], 100, 50, "a"))
    text = next(element for element in root.iter() if element.tag.endswith("}text"))
    assert root.get("viewBox") == "0 0 100 50"
    assert float(text.get("x", 0)) == pytest.approx(12)
    assert float(text.get("y", 0)) == pytest.approx(33.6)
    assert "text-anchor: middle" in text.get("style", "")
    assert "'Noto Sans CJK SC', 'Source Han Sans SC', 'Microsoft YaHei', 'SimHei', sans-serif" in text.get("style", "")
