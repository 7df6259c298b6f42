"""Drawings as PNG: at their size, on white, with their text, also in a font that nobody has."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from tests.exporters.stories import CHART_SVG
from toolkit.exporters.raster import svg_to_png


def _grey(drawing: str) -> Image.Image:
    return Image.open(io.BytesIO(svg_to_png(drawing.encode("utf-8"), 96))).convert("L")


def test_a_drawing_keeps_its_size_and_stands_on_white() -> None:
    image = _grey(CHART_SVG)
    assert (image.width, image.height) == (420, 120)
    assert image.getpixel((0, 0)) == 255


@pytest.mark.parametrize("family", ["Noto Sans CJK SC", "sans-serif", "没有的字体"])
def test_text_is_drawn_in_whatever_font_it_asks_for(family: str) -> None:
    labels = _grey(CHART_SVG.replace("sans-serif", family)).crop((0, 0, 105, 120))
    darkest, _ = labels.getextrema()
    assert darkest < 100  # type: ignore[operator]


@pytest.mark.parametrize("data", [b"", b"<svg", "不是图".encode(), b"\x89PNG"])
def test_anything_but_a_drawing_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="cannot draw"):
        svg_to_png(data, 96)
