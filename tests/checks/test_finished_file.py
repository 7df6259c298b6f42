"""Characters without a glyph, and finished files that read back otherwise."""

from __future__ import annotations

from typing import Any

import pytest

from tests.checks.stories import of_code
from toolkit.checks.rules import finished_file


@pytest.mark.parametrize(
    ("written", "points", "why"),
    [
        ({"add": {"overview": "\ue123村"}}, ["U+E123"], "a character of private use, as old systems make them"),
        ({"organ": {"contact.address": "\ue000街1号"}}, ["U+E000"], "in the address"),
        ({"add": {"overview": "\ue123\ue123", "problems": "\ue123"}}, ["U+E123"], "told once"),
        ({"add": {"overview": "\U0010fffd"}}, ["U+10FFFD"], "beyond every font"),
        ({"add": {"overview": "㙍垯村"}}, [], "rare, but fonts have them"),
        ({"add": {"overview": "𠮷野"}}, [], "beyond the first plane"),
        ({"add": {"overview": "“引号”——省略……①②㎡"}}, [], "signs"),
        ({"add": {"overview": "零\u200b宽"}}, [], "drawn as nothing"),
    ],
)
def test_glyph_missing(written: dict[str, Any], points: list[str], why: str) -> None:
    findings = of_code("glyph-missing", **written)
    assert [finding.severity for finding in findings] == ["error"] * len(points), why
    assert all(point in finding.message for point, finding in zip(points, findings, strict=True))


def test_output_differs_names_file_place_and_both_sides() -> None:
    difference = {"file": "青石镇.pdf", "place": "表三 一、总计", "expected": "12", "found": "21"}
    (finding,) = of_code("output-differs", outputs=[difference])
    assert (finding.severity, finding.expected, finding.found) == ("error", "12", "21")
    assert finding.message == "青石镇.pdf：表三 一、总计 应为“12”，读回的是“21”"


def test_nothing_read_back_nothing_found() -> None:
    assert of_code("output-differs") == []


def test_no_character_of_gb2312_is_asked_of_the_fonts() -> None:
    """7,445 of 94 × 94 pairs stand for a character; one that stands for none shifts no other."""
    pairs = (bytes((first, second)).decode("gb2312", "ignore") for first in range(0xA1, 0xFF) for second in range(0xA1, 0xFF))
    assert finished_file._gb2312() == {*filter(None, pairs), *map(chr, range(128))}


def test_dash_and_middle_dot_are_in_every_font(monkeypatch: pytest.MonkeyPatch) -> None:
    """—— and · are not those of Python's decoder for GB 2312, and in nearly every report."""
    asked: list[str] = []
    monkeypatch.setattr(finished_file, "missing_glyphs", lambda text, role: asked.append(text) or ())
    assert of_code("glyph-missing", add={"overview": "阿依·古丽——㙍"}) == []
    assert asked == ["㙍"]
