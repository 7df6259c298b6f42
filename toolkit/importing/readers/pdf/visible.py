"""Select the characters of a page that a reader sees: drawn once, not struck through, not covered, not in the paper's colour.

In: the characters of a laid-out page, its rulings, and the page as a picture. Out: the characters to read, and those that
the paper does not show. Bold type is often made by drawing every character twice, a shadow by drawing it in grey beside;
both are one character. A digit that is cut off or has another character printed over it becomes ``UNREADABLE``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

import pypdfium2

from toolkit.importing.readers.pdf.page import CLIPPED, COVERED, HIDDEN, INVISIBLE, UNREADABLE, Box

Char = Mapping[str, Any]
_SCALE = 1.5  # pixels a point: a figure of 6 points is still nine pixels high
_PIXELS = 4_000_000  # of one page at most
_SHARP, _SHARP_PIXELS = 6.0, 30_000_000
_CONTRAST = 14  # of 255; text that differs less from its ground is not seen
_MOST_UNSEEN = 0.4  # of a page's characters; above, picture and text do not fit together
_FEW_UNSEEN = 12
_SQUARE = 20.0  # points
_TINY, _DOT = 1.0, 0.2  # points, and share of the usual size: smaller type is no more than a dot
_SAME = 0.4  # of a character's width and height: nearer than that, the same glyph twice is one character
_SHADOW = 0.8  # of its width, when it is also moved down or up
_BODY = (0.32, 0.72)  # of a character's height, from its foot: where a line through it strikes it
_THIN = 2.5  # points; what is higher is a box and no line
_FEW_OVER, _MOST_OVER = 12, 0.06  # characters of a page, and their share, that reach into others on a page like any other
_TWICE = 1.6  # characters drawn for one that is shown, where a page is printed over itself
_CUT_OFF = 0.2  # of a digit's width
_REACHES = 0.25  # of a character's height
STRUCK = "nianbao-struck"
RECOGNISED = "文字是从图片里识别出来的，数字不能确定"
BEHIND = f"扫描的页：{RECOGNISED}"  # text that a scanner put behind its picture
OVERPRINTED = "这一页上印有两层文字，不能确定是哪一层的数字"


class Picture:
    """A page as it is printed, in grey, with its scale; ``contrast`` of a box is 0 where the paper is blank."""

    def __init__(self, pixels: Any, scale: float, origin: tuple[float, float]) -> None:
        self.pixels, self.scale, self.origin = pixels, scale, origin

    def contrast(self, box: Box) -> int:
        """Between the darkest and the lightest point of a box; 255 where the picture does not reach."""
        part = self.part(box)
        return int(part.max()) - int(part.min()) if part.size else 255

    def part(self, box: Box) -> Any:
        """The pixels of a box."""
        x0, top, x1, bottom = ((at - self.origin[number % 2]) * self.scale for number, at in enumerate(box))
        return self.pixels[max(0, int(top)) : max(0, int(bottom + 0.999)), max(0, int(x0)) : max(0, int(x1 + 0.999))]


class Raster:
    """The pages of a file as pictures; none where the file cannot be drawn."""

    def __init__(self, raw: bytes) -> None:
        try:
            self._pdf: Any = pypdfium2.PdfDocument(raw)
        except pypdfium2.PdfiumError:
            self._pdf = None

    def sharp_picture(self, page: Any) -> Picture | None:
        """One page so large that its digits can be distinguished."""
        return self.picture(page, _SHARP, _SHARP_PIXELS)

    def picture(self, page: Any, scale: float = _SCALE, most: int = _PIXELS) -> Picture | None:
        """One page as pdfplumber gives it, turned when that was turned."""
        try:
            drawn = self._pdf[page.page_number - 1]
            wide, high = page.cropbox[2] - page.cropbox[0], page.cropbox[3] - page.cropbox[1]
            scale = min(scale, (most / max(1.0, wide * high)) ** 0.5)
            turned = (int(page.page_obj.rotate or 0) - drawn.get_rotation()) % 360
            pixels = drawn.render(scale=scale, rotation=turned, grayscale=True, may_draw_forms=False).to_numpy()
        except (pypdfium2.PdfiumError, IndexError, TypeError, ValueError):
            return None
        pixels = pixels.reshape(pixels.shape[0], pixels.shape[1])
        fits = abs(pixels.shape[1] - wide * scale) < 3 and abs(pixels.shape[0] - high * scale) < 3
        return Picture(pixels, scale, (page.cropbox[0], page.cropbox[1])) if fits else None

    def close(self) -> None:
        if self._pdf is not None:
            self._pdf.close()


@dataclass(frozen=True)
class VisibleText:
    """``chars`` are to be read; ``unseen`` are in the file and not on the paper, each tagged with why.

    ``strikes`` are the lines through characters, which are no rulings; ``doubles`` make bold type or a shadow.

    ``doubtful`` is why no figure is certain, "" when they are: the characters were recognised in a picture, picture and text do
    not agree, or two pages are printed over each other.
    """

    chars: Sequence[Char]
    unseen: Sequence[Char] = field(default=())
    doubtful: str = ""
    strikes: Sequence[Char] = field(default=())
    doubles: Sequence[Char] = field(default=())


def what_is_seen(page: Any, chars: Sequence[Char], picture: Picture | None, strokes: Iterable[Char]) -> VisibleText:
    """Sort the characters of a page into those that are shown, each once, and those that are not."""
    invisible = [char for char in chars if char.get("tag") == INVISIBLE]
    if len(invisible) > len(chars) / 2 and page.images:  # a scan with the text that was recognised in it
        return VisibleText(list(_once(invisible)), doubtful=BEHIND)
    tiny = min(_TINY, _DOT * median(float(char["size"]) for char in chars)) if chars else 0.0
    hidden = {id(char) for char in chars if float(char["size"]) < tiny or _is_hidden(char, page.cropbox)}
    drawn = [char for char in chars if id(char) not in hidden]
    # only what any machine can draw without the file's fonts is looked for in the picture
    plain = [char for char in drawn if str(char["text"]).isascii() and str(char["text"]).strip()]
    blank = [char for char in plain if picture is not None and not _inked(char, picture)]
    misplaced = {id(char) for char in blank if _is_of_a_figure(char, plain)}
    blank = [char for char in blank if id(char) not in misplaced]
    hidden |= _painted_over(drawn)
    doubtful = RECOGNISED if len(blank) > max(_FEW_UNSEEN, _MOST_UNSEEN * len(plain)) else ""
    hidden |= set() if doubtful else {id(char) for char in blank}
    drawn = [{**char, "text": UNREADABLE} if id(char) in misplaced else char for char in drawn]
    painted = [char for char in drawn if id(char) not in hidden]
    visible = list(_once(painted))
    visible_ids = {id(char) for char in visible}
    doubles = [char for char in painted if id(char) not in visible_ids]
    doubtful = doubtful or (OVERPRINTED if _is_overprinted(drawn, visible) else "")
    struck, strikes = _struck(visible, strokes)
    unseen = [{**char, "tag": CLIPPED} if _off(char, page.cropbox) else char for char in chars if id(char) in hidden]
    cut = [char for char in unseen if str(char["text"]).isdigit() and char.get("tag") == CLIPPED]
    cut = list(_without_drawn_again(cut, painted))
    unseen += [{**char, "tag": STRUCK} for char in visible if id(char) in struck]
    return VisibleText(_marked([char for char in visible if id(char) not in struck], cut), unseen, doubtful, strikes, doubles)


def _without_drawn_again(cut: Sequence[Char], painted: Sequence[Char]) -> Iterator[Char]:
    """The characters cut off that are not painted whole in the same place: pages put together of parts draw them in each."""
    near: dict[str, _Near] = defaultdict(_Near)
    for char in painted if cut else ():
        near[str(char["text"])].add(char)
    return (char for char in cut if not any(_is_same(char, other) for other in near[str(char["text"])].around(char)))


def _is_hidden(char: Char, paper: Box) -> bool:
    """Whether the file itself keeps a character from being seen."""
    return char.get("tag") in (INVISIBLE, CLIPPED, HIDDEN) or _off(char, paper)


def _is_of_a_figure(char: Char, plain: Sequence[Char]) -> bool:
    """Whether a digit that is not where the file says it is belongs to a figure in the same type and colour, which is seen."""
    if not str(char["text"]).isdigit() or char.get("tag") == COVERED:
        return False
    return any(
        other is not char
        and str(other["text"]) in "0123456789."
        and abs(other["bottom"] - char["bottom"]) < _REACHES * char["size"]
        and min(abs(other["x1"] - char["x0"]), abs(char["x1"] - other["x0"])) < _REACHES * char["size"]
        and all(other.get(name) == char.get(name) for name in ("fontname", "size", "non_stroking_color"))
        for other in plain
    )


def _is_overprinted(drawn: Sequence[Char], shown: Sequence[Char]) -> bool:
    """Whether two reports are printed over each other: labels reach into labels, or are all drawn twice and figures differ."""
    words = [char for char in shown if not str(char["text"]).isascii() and str(char["text"]).isalpha()]
    drawn_words = sum(not str(char["text"]).isascii() and str(char["text"]).isalpha() for char in drawn)
    letters = [char for char in shown if str(char["text"]).isalnum()]
    return _reach_into_others(words) or (drawn_words > _TWICE * len(words) and _reach_into_others(letters))


def _reach_into_others(chars: Sequence[Char]) -> bool:
    """Whether so many characters reach into others that it is no accident."""
    near = _Near()
    for char in chars:
        near.add(char)
    over = sum(any(_is_over(char, other, _REACHES) for other in near.around(char)) for char in chars)
    return over > max(_FEW_OVER, _MOST_OVER * len(chars))


def _painted_over(chars: Sequence[Char]) -> set[int]:
    """The characters under a box that has other characters on it, in the same place."""
    above = _Near()
    for char in chars:
        if char.get("tag") != COVERED and str(char["text"]).strip():
            above.add(char)
    covered = (char for char in chars if char.get("tag") == COVERED)
    return {id(char) for char in covered if any(_is_over(char, other) for other in above.around(char))}


def _off(char: Char, paper: Box) -> bool:
    """Whether a character is off the paper; a digit also when the edge of the paper cuts a part of it off."""
    share = _CUT_OFF if str(char["text"]).isdigit() else 0.5
    aside, y = share * (char["x1"] - char["x0"]), (char["top"] + char["bottom"]) / 2
    return not (paper[0] <= char["x0"] + aside and char["x1"] - aside <= paper[2] and paper[1] <= y <= paper[3])


def _inked(char: Char, picture: Picture) -> bool:
    """Whether anything is drawn where a character is; its edges are left out, for its neighbours reach there."""
    wide, high = char["x1"] - char["x0"], char["bottom"] - char["top"]
    # a dot or a comma is all at the foot, a raised mark all at the head
    body = (char["x0"] + 0.1 * wide, char["top"] + 0.05 * high, char["x1"] - 0.1 * wide, char["bottom"] - 0.05 * high)
    return picture.contrast(body) >= _CONTRAST


class _Near:
    """Characters by the square of the page they are in, to find those close to one."""

    def __init__(self) -> None:
        self._squares: dict[tuple[int, int], list[Char]] = defaultdict(list)

    def add(self, char: Char) -> None:
        self._squares[self._square(char)].append(char)

    def around(self, char: Char) -> Iterator[Char]:
        column, line = self._square(char)
        for x in (column - 1, column, column + 1):
            for y in (line - 1, line, line + 1):
                yield from self._squares.get((x, y), ())

    @staticmethod
    def _square(char: Char) -> tuple[int, int]:
        return int(char["x0"] // _SQUARE), int(char["bottom"] // _SQUARE)


def _once(chars: Sequence[Char]) -> Iterator[Char]:
    """Every character once: the same glyph in the same size at nearly the same place is one."""
    kept: dict[str, _Near] = defaultdict(_Near)
    for char in chars:
        near = kept[str(char["text"])]
        if not any(_is_same(char, other) for other in near.around(char)):
            near.add(char)
            yield char


def _is_same(char: Char, other: Char) -> bool:
    high = max(float(char["size"]), 1.0)
    if abs(char["size"] - other["size"]) > 0.08 * high:
        return False
    wide = min(char["x1"] - char["x0"], other["x1"] - other["x0"])
    across, down = abs(char["x0"] - other["x0"]), abs(char["bottom"] - other["bottom"])
    if down < 0.03 * high:
        return bool(across < _SAME * wide)
    return bool(down < _SAME * high and across < _SHADOW * wide and across < 0.5 * high)


def _struck(chars: Sequence[Char], strokes: Iterable[Char]) -> tuple[set[int], list[Char]]:
    """The characters that a level line runs through, and the lines that belong to text: through it or right below it."""
    lines: dict[int, list[Char]] = defaultdict(list)
    for stroke in strokes:
        if stroke["bottom"] - stroke["top"] <= _THIN and stroke["x1"] - stroke["x0"] > 2:
            lines[int(stroke["top"])].append(stroke)
    struck: set[int] = set()
    along: dict[int, tuple[Char, float]] = {}
    for char in chars:
        for line, share in _lines_at(char, lines):
            if share > _BODY[0]:
                struck.add(id(char))
            wide = along.get(id(line), (line, float(char["size"]) / 2))[1]
            along[id(line)] = line, wide + char["x1"] - char["x0"]
    return struck, [line for line, wide in along.values() if line["x1"] - line["x0"] <= wide]


def _lines_at(char: Char, lines: Mapping[int, Sequence[Char]]) -> Iterator[tuple[Char, float]]:
    """The level lines through or right below a character, each with how far above the character's foot it is (share)."""
    high, middle = char["bottom"] - char["top"], (char["x0"] + char["x1"]) / 2
    for at in range(int(char["bottom"] - _BODY[1] * high) - 2, int(char["bottom"] + 0.15 * high) + 1):
        for line in lines.get(at, ()):
            share = (char["bottom"] - (line["top"] + line["bottom"]) / 2) / max(high, 1)
            if line["x0"] <= middle <= line["x1"] and -0.15 <= share <= _BODY[1]:
                yield line, share


def _marked(chars: Sequence[Char], cut: Sequence[Char]) -> list[Char]:
    """The characters, with ``UNREADABLE`` for digits with another character over them and beside digits cut off."""
    near = _Near()
    for char in chars:
        if str(char["text"]).strip():
            near.add(char)
    bad = {id(char) for char in chars if str(char["text"]).isdigit() and any(_is_over(char, o) for o in near.around(char))}
    for lost in cut:
        bad |= {id(char) for char in near.around(lost) if str(char["text"]).isdigit() and _touches(char, lost)}
    return [{**char, "text": UNREADABLE} if id(char) in bad else char for char in chars]


def _is_over(char: Char, other: Char, down_share: float = 0.5) -> bool:
    if other is char or other["text"] == "_":
        return False
    across = min(char["x1"], other["x1"]) - max(char["x0"], other["x0"])
    down = min(char["bottom"], other["bottom"]) - max(char["top"], other["top"])
    return bool(
        across > _SAME * min(char["x1"] - char["x0"], other["x1"] - other["x0"])
        and down > down_share * min(char["bottom"] - char["top"], other["bottom"] - other["top"])
    )


def _touches(char: Char, other: Char) -> bool:
    level = abs(char["bottom"] - other["bottom"]) < 0.2 * char["size"]
    gap = max(char["x0"] - other["x1"], other["x0"] - char["x1"])
    return bool(level and gap < 0.3 * char["size"])
