"""Predict which look Typst will choose for each table of a report.

In: the blocks of a report as the template gets them. Out: for each table the index of a look. Typst sets a report again until
no table changes its look, and starts from this prediction: right, as it mostly is, it saves the rounds, and wrong it changes
nothing, since Typst measures the page in any case. So title, paragraphs, headings, pictures and tables are enough.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import ceil
from typing import Any

from toolkit.exporters.label_lines import ems
from toolkit.exporters.pdf.tables import HEIGHT_POINTS, WIDTH_POINTS

# points; as in report.typ
LINE = 28.9
_CHARACTERS, _INDENT = 28, 2
_TITLE, _TITLE_LEADING = 22.0, 11.0
_ABOVE, _BELOW = 8.0, 10.0  # of a table or a picture
_CAPTION, _TABLE_GAP, _PICTURE_GAP = 12.0, 4.0, 6.0
_TALLEST_PICTURE = 205 / 25.4 * 72
_RESERVE = 10.0  # what ``room-for`` keeps free
_ROUNDING = 0.1


class _Page:
    """How far the present page is filled, in points; ``_space`` is lost where a page ends."""

    def __init__(self) -> None:
        self.filled = self._space = self._headings = 0.0

    def leave(self, space: float) -> None:
        """Weak space: of two pieces side by side the larger one counts."""
        self._space = max(self._space, space) if self.filled else 0.0

    def position(self) -> float:
        """The place of the next piece if it fits."""
        self.filled, self._space = self.filled + self._space, 0.0
        return self.filled

    def put(self, height: float, together: float | None = None) -> None:
        """Something that begins on this page if ``together`` points of it fit, else on the next with the headings above it."""
        if self.filled + self._space + min(height, together or height) > HEIGHT_POINTS + _ROUNDING:
            self.filled = self._headings
            self._space = self._space if self._headings else 0.0
        self.filled = self.position() + height
        self._headings = 0.0

    def put_heading(self, height: float) -> None:
        """A heading stays with what follows it, a line at least."""
        headings = self._headings
        self.put(height, height + LINE)
        self._headings = headings + height


def predict_looks(blocks: Sequence[Mapping[str, Any]]) -> Iterator[int]:
    """The look of each table, as an index of its ``looks``, in order."""
    page, room = _Page(), 0.0
    for block in blocks:
        match block["kind"]:
            case "title":
                count = len(block["lines"])
                page.put(count * _TITLE + (count - 1) * _TITLE_LEADING + LINE)
            case "heading":
                page.put_heading(_lines(block["text"]) * LINE)
            case "paragraph":
                for _ in range(_lines("".join(run["text"] for run in block["runs"]))):
                    page.put(LINE)
            case "spot":
                room = HEIGHT_POINTS - page.position() - _RESERVE
            case "picture":
                _put_picture(page, block)
            case "table":
                fitting = (at for at, look in enumerate(block["looks"]) if look["height"] <= room - block["above"] * LINE)
                chosen = next(fitting, 0) if block["spot"] else 0
                _put_table(page, block["caption"], block["looks"][chosen])
                yield chosen


def _lines(text: str) -> int:
    return max(1, ceil((_INDENT + sum(map(ems, text))) / _CHARACTERS))


def _put_table(page: _Page, caption: str, look: Mapping[str, float]) -> None:
    page.leave(_ABOVE)
    head = _CAPTION + _TABLE_GAP if caption else 0.0
    page.put(head + look["height"], head + look["together"])
    page.leave(_BELOW)


def _put_picture(page: _Page, picture: Mapping[str, Any]) -> None:
    width, height = picture["width"], picture["height"]
    shrink = min(1.0, WIDTH_POINTS / width, _TALLEST_PICTURE / height) if width and height else 1.0
    page.leave(_ABOVE)
    page.put(height * shrink + (_PICTURE_GAP + _CAPTION if picture["caption"] else 0.0))
    page.leave(_BELOW)
