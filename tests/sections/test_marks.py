"""Text is broken and measured without a font."""

from __future__ import annotations

import pytest

from toolkit.sections.marks import text_width, wrap_text


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("甲乙丙", ("甲乙丙",)),  # fits
        ("甲乙丙丁戊己", ("甲乙丙丁", "戊己")),
        ("甲乙丙丁戊己庚辛壬癸", ("甲乙丙丁", "戊己庚…")),  # too long for both lines
        ("", ()),
    ],
)
def test_wrapped_text(text: str, lines: tuple[str, ...]) -> None:
    assert wrap_text(text, 10, 40) == lines
    assert all(text_width(line, 10) <= 40 for line in lines)
