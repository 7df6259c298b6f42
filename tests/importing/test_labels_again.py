"""A label that was misread is read once more, cut out otherwise; a text that is no label of the form stays as it was read."""

from __future__ import annotations

from collections.abc import Sequence

import numpy
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from toolkit.importing.readers.scan.page_reading import read_table
from toolkit.importing.readers.scan.recognising import Recognised, Recogniser
from toolkit.importing.readers.scan.rulings import CellBox, RuledTable
from toolkit.importing.readers.scan.straight import Page


class Scripted(Recogniser):
    """A recogniser that returns prepared texts, one per call."""

    def __init__(self, *texts: str) -> None:
        self.texts = list(texts)

    def read(self, lines: Sequence[NDArray[numpy.uint8]]) -> list[Recognised]:
        text = self.texts.pop(0) if lines else ""
        return [Recognised(text, 0.7, 0.7) for _ in lines]


def one_cell() -> RuledTable:
    picture = Image.new("L", (120, 60), 255)
    ImageDraw.Draw(picture).rectangle((20, 20, 90, 42), fill=0)
    gray = numpy.asarray(picture)
    none = numpy.zeros(gray.shape, bool)
    return RuledTable(Page(numpy.stack([gray] * 3, axis=2), gray, none, none), (CellBox(0, 0, 1, 1, 5, 5, 115, 55),), 0, 60)


@pytest.mark.parametrize(
    ("texts", "label"),
    [
        (("系计", "总计"), "总计"),
        (("系计", "系十", "总计"), "总计"),
        (("总计",), "总计"),
        (("尚未受理", "尚未受理", "尚未受理"), "尚未受理"),
        (("备注说明", "备注", "备注说"), "备注说明"),
    ],
)
def test_labels_that_were_misread(texts: tuple[str, ...], label: str) -> None:
    reader = Scripted(*texts)
    grid, _ = read_table(one_cell(), reader, "第 1 页第 1 个表格", 1)
    assert grid.rows[0].cells[0].text == label
    assert reader.texts == []
