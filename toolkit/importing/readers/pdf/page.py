"""Lay out one page of a PDF: every character with its place and the mark it stands in, a page that lies on its side upright.

In: a page as pdfplumber opens it. Out: a page laid out. Wide tables are often turned by a quarter on an upright page.
Characters that the page does not show, because their render mode paints nothing or a clipping path cuts them off,
keep their place and get the tag ``INVISIBLE`` or ``CLIPPED``; those of a layer that is switched off or without opacity get
``HIDDEN``, those over which a box or a picture is painted later ``COVERED``. Digits of a font that misleads are ``UNREADABLE``
and get the tag ``MISLEADING``; digits that stand on their head, are mirrored, or are blended so that some viewers do not show
them are ``UNREADABLE``, and so are those that only print or only the screen shows, and those of which a part is cut off or
painted over.

Source: ISO 32000-2, 8.5.4 (clipping paths), 8.11 (optional content), 9.3.6 (text rendering mode), 9.4.4 (text matrix), 11.3.5
(blend modes), 11.6.4.4 (constant opacity), 14.6 (marked content).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from copy import copy
from typing import Any

from pdfminer.pdffont import PDFType3Font
from pdfminer.pdfinterp import PDFPageInterpreter
from pdfminer.pdftypes import PDFStream, dict_value, resolve1
from pdfminer.psparser import PSLiteral, literal_name
from pdfminer.utils import apply_matrix_pt, apply_matrix_rect
from pdfplumber.page import Page, PDFPageAggregatorWithMarkedContent

from toolkit.importing.readers.pdf.digit_shapes import Printed, fonts_that_mislead, shows_digit
from toolkit.importing.readers.pdf.glyphs import verdict_of
from toolkit.importing.readers.pdf.layers import Layers

INVISIBLE = "nianbao-invisible"  # text render mode 3 or 7: what a scanner's text recognition puts behind a picture
CLIPPED = "nianbao-clipped"
HIDDEN = "nianbao-hidden"  # in a layer that is switched off, or without opacity
COVERED = "nianbao-covered"  # something was painted over it later; it may shine through
MISLEADING = "nianbao-misleading"  # a digit of a font whose shapes contradict what the file says they are
UNREADABLE = "\ufffd"  # the replacement character: never a figure
_PAINTS_NOTHING = (3, 7)
_SQUARE = 40.0  # points
_SMALLEST_COVER = 4.0  # points; a thinner box is a ruling
_NO_OPACITY = 0.02
_DARKENS = frozenset(
    {"Normal", "Compatible", "Multiply", "Darken", "HardLight", "Luminosity"}
)  # dark ink on white paper stays dark
_STROKE = 2.5  # points; a level line that is no thicker strikes a figure out and hides no part of it
_MOST_SUSPECTS = 3_000  # of a page
_BOX_STEPS = 6  # of a path that is one box: to four corners, back, closed
_FEWEST = 20  # characters; a seal or a watermark turns no page
Box = tuple[float, float, float, float]


class _Nested(PDFPageAggregatorWithMarkedContent):
    """Keeps the mark of the text around a nested mark: Chromium puts one around each character it drew by another glyph."""

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.around: list[tuple[Any, Any]] = []
        self.clip: Box | None = None
        self.odd_clip = False  # whether the clipping path is more than a box
        self.mode = 0
        self.off: list[bool] = []  # for each mark that is open: whether what it holds is hidden
        self.differing: list[bool] = []  # the same: whether print and screen differ in it
        self.suspects: dict[int, tuple[Any, float]] = {}  # digits of which a part may be missing, with the size of their font
        self.opacity = 1.0
        self.blend = frozenset({"Normal"})  # the modes of which a viewer takes the first that it knows
        self.painted: dict[tuple[int, int], list[Any]] = defaultdict(list)
        self.misleading: set[Any] = set()  # fonts
        self.open: set[Any] = set()  # fonts whose digits have to be looked at on the page
        self.printed: dict[Any, Printed] = defaultdict(Printed)

    @property
    def hides(self) -> bool:
        """Whether what is drawn now is in a layer that is switched off."""
        return any(self.off)

    @property
    def state(self) -> tuple[Any, ...]:
        """What ``q`` keeps and ``Q`` restores."""
        return self.clip, self.odd_clip, self.opacity, self.blend

    @state.setter
    def state(self, kept: tuple[Any, ...]) -> None:
        self.clip, self.odd_clip, self.opacity, self.blend = kept

    def begin_tag(self, tag: Any, props: Any = None) -> None:
        self.around.append((self.cur_tag, self.cur_mcid))
        super().begin_tag(tag, props)
        tag_above, mcid_above = self.around[-1]
        if self.cur_mcid is None:
            self.cur_mcid = mcid_above
        if tag_above == "Artifact":
            self.cur_tag = tag_above

    def end_tag(self) -> None:
        self.cur_tag, self.cur_mcid = self.around.pop() if self.around else (None, None)

    def render_string(self, textstate: Any, *args: Any, **more: Any) -> None:
        self.mode = textstate.render
        super().render_string(textstate, *args, **more)

    def render_char(self, matrix: Any, font: Any, *args: Any, **more: Any) -> float:
        advance = super().render_char(matrix, font, *args, **more)
        char: Any = self.cur_item._objs[-1]
        text = char.get_text()
        a, b, c, d, x, y = char.matrix
        rise = float(args[2])
        char.matrix = (a, b, c, d, x + c * rise, y + d * rise)
        turned = not isinstance(font, PDFType3Font) and _is_turned(char.matrix, *map(float, args[:2]))
        if text.isdecimal() and (turned or any(self.differing) or not self.blend <= _DARKENS):
            char._text = UNREADABLE
        if (font in self.misleading and text.isdecimal()) or (len(text) > 1 and text.isdecimal()):
            char._text, char.tag = UNREADABLE, MISLEADING  # one glyph declared to be two digits is no figure either
        if self.hides or self.opacity <= _NO_OPACITY:
            char.tag = HIDDEN
        elif self.mode in _PAINTS_NOTHING:
            char.tag = INVISIBLE
        elif self.clip is not None and not _shows(self.clip, (char.x0, char.y0, char.x1, char.y1)):
            char.tag = CLIPPED
        else:
            self.painted[int(char.x0 // _SQUARE), int(char.y0 // _SQUARE)].append(char)
            char.font_size = float(args[0])
            if self.odd_clip or (self.clip is not None and _cuts(self.clip, _body(char))):
                self._suspect(char)
            if font in self.open and len(text) == 1 and text.isdecimal():
                self.printed[font].add(args[3] if len(args) > 3 else more["cid"], int(text), char, float(args[0]))
        return float(advance)

    def paint_path(self, graphicstate: Any, stroke: bool, fill: bool, evenodd: bool, path: Any) -> None:
        if self.hides:
            return
        before = len(self.cur_item._objs)
        super().paint_path(graphicstate, stroke, fill, evenodd, path)
        painted: list[Any] = list(self.cur_item._objs[before:])
        for item in painted:
            if fill:
                self._cover(item)
            elif stroke and float(item.linewidth or 0) > _STROKE:
                self._damage(item, float(item.linewidth) / 2)

    def render_image(self, *args: Any, **more: Any) -> None:
        if self.hides:
            return
        super().render_image(*args, **more)
        self._cover(self.cur_item._objs[-1])

    def _cover(self, item: Any) -> None:
        """Mark the characters painted so far that are under a box or a picture."""
        self._damage(item)
        box = _overlap(self.clip, (item.x0, item.y0, item.x1, item.y1))
        if min(box[2] - box[0], box[3] - box[1]) < _SMALLEST_COVER:
            return
        for char in self._near(box):
            if _shows(box, (char.x0, char.y0, char.x1, char.y1)) and char.tag != "Artifact":
                char.tag = COVERED

    def _damage(self, item: Any, around: float = 0) -> None:
        """Suspect the digits painted so far of which something covers a part."""
        box = item.x0 - around, item.y0 - around, item.x1 + around, item.y1 + around
        box = _overlap(self.clip, box)
        if box[3] - box[1] > _STROKE:
            for char in self._near(box):
                if meet(box, _body(char)):
                    self._suspect(char)

    def _near(self, box: Box) -> Iterator[Any]:
        """The characters painted so far in the squares of the page that a box touches."""
        for (column, line), chars in self.painted.items():
            if box[0] < (column + 2) * _SQUARE and box[2] > column * _SQUARE and box[1] < (line + 2) * _SQUARE:
                yield from chars

    def _suspect(self, char: Any) -> None:
        text = char.get_text()
        if len(text) == 1 and text.isdecimal():
            self.suspects[id(char)] = char, char.font_size


class _Clipping(PDFPageInterpreter):
    """Follows layers, opacity and the clipping path as a box: what lies outside the box of a path lies outside the path."""

    device: _Nested
    layers = Layers({})

    def init_state(self, ctm: Any) -> None:
        super().init_state(ctm)
        self.kept: list[tuple[Any, ...]] = []

    def dup(self) -> _Clipping:
        made = type(self)(self.rsrcmgr, self.device)
        made.layers = self.layers
        return made

    def init_resources(self, resources: Any) -> None:
        super().init_resources(resources)
        fonts = resolve1((resources or {}).get("Font"))
        for name, spec in fonts.items() if isinstance(fonts, dict) else ():
            verdict = verdict_of(self.fontmap[name], dict_value(spec))
            if verdict != "agrees":
                (self.device.misleading if verdict == "misleads" else self.device.open).add(self.fontmap[name])

    def do_q(self) -> None:
        super().do_q()
        self.kept.append(self.device.state)

    def do_Q(self) -> None:  # noqa: N802
        super().do_Q()
        if self.kept:
            self.device.state = self.kept.pop()

    def do_gs(self, name: Any) -> None:
        super().do_gs(name)
        opacity = self._resource("ExtGState", name, "ca")
        if isinstance(opacity, int | float):
            self.device.opacity = float(opacity)
        self.device.blend = _modes(self._resource("ExtGState", name, "BM")) or self.device.blend

    def do_BMC(self, tag: Any) -> None:  # noqa: N802
        self._open_layer(None)
        super().do_BMC(tag)

    def _open_layer(self, properties: Any) -> None:
        self.device.off.append(not self.layers.shows(properties))
        self.device.differing.append(self.layers.differ(properties))

    def do_BDC(self, tag: Any, props: Any) -> None:  # noqa: N802
        is_layer = literal_name(tag) == "OC" and isinstance(props, PSLiteral)
        self._open_layer(self._resource("Properties", props) if is_layer else None)
        super().do_BDC(tag, props)

    def do_EMC(self) -> None:  # noqa: N802
        if self.device.off:
            self.device.off.pop()
            self.device.differing.pop()
        super().do_EMC()

    def _resource(self, kind: str, name: Any, key: str = "") -> Any:
        """A named resource as it stands in the file, or one entry of it; ``None`` where there is none."""
        named = resolve1((self.resources or {}).get(kind))
        resource = named.get(literal_name(name)) if isinstance(named, dict) else None
        if not key:
            return resource
        entries = resolve1(resource)
        return resolve1(entries.get(key)) if isinstance(entries, dict) else None

    def do_W(self) -> None:  # noqa: N802
        path: list[Any] = list(self.curpath)
        points = [apply_matrix_pt(self.ctm, (step[at], step[at + 1])) for step in path for at in range(1, len(step), 2)]
        if points:
            xs, ys = [x for x, _ in points], [y for _, y in points]
            box = min(xs), min(ys), max(xs), max(ys)
            corners = {(x in box[::2], y in box[1::2]) for x, y in points}
            self.device.odd_clip |= corners != {(True, True)} or len(path) > _BOX_STEPS
            self.device.clip = _overlap(self.device.clip, box)

    def do_W_a(self) -> None:  # noqa: N802
        self.do_W()

    def do_Do(self, xobjid_arg: Any) -> None:  # noqa: N802
        before, marks, differing = self.device.state, list(self.device.off), list(self.device.differing)
        form = resolve1(self.xobjmap.get(literal_name(xobjid_arg)))
        self._open_layer(form.get("OC") if isinstance(form, PDFStream) else None)
        super().do_Do(xobjid_arg)
        self.device.off, self.device.differing, self.device.state = marks, differing, before

    def render_contents(self, resources: Any, streams: Any, ctm: Any = (1, 0, 0, 1, 0, 0)) -> None:
        box = streams[0].get("BBox") if streams and hasattr(streams[0], "get") else None  # a form shows what is in its box
        if isinstance(box, list) and len(box) == 4 and all(isinstance(edge, int | float) for edge in box):
            self.device.clip = _overlap(self.device.clip, apply_matrix_rect(ctm, (box[0], box[1], box[2], box[3])))
        super().render_contents(resources, streams, ctm=ctm)


def _is_turned(matrix: Sequence[float], size: float, scaling: float) -> bool:
    """Whether a character stands on its head or is mirrored, on a page that may yet be turned."""
    right, up = matrix[0] * size * scaling, matrix[3] * size
    return (right < 0 and abs(matrix[0]) > abs(matrix[1])) or (up < 0 and abs(matrix[3]) > abs(matrix[2]))


def _body(char: Any) -> Box:
    """Where the ink of a digit is: from its baseline to its head, for a font may misstate how far letters reach."""
    size = char.font_size * abs(char.matrix[3]) or char.size
    wide = char.x1 - char.x0
    return char.x0 + 0.12 * wide, char.matrix[5] + 0.05 * size, char.x1 - 0.12 * wide, char.matrix[5] + 0.65 * size


def meet(one: Box, other: Box) -> bool:
    """Whether two boxes share a part of the page."""
    return one[0] < other[2] and one[2] > other[0] and one[1] < other[3] and one[3] > other[1]


def _cuts(clip: Box, body: Box) -> bool:
    """Whether a clipping box shows only a part."""
    inside = clip[0] <= body[0] and clip[1] <= body[1] and clip[2] >= body[2] and clip[3] >= body[3]
    return meet(clip, body) and not inside


def _overlap(one: Box | None, other: Box) -> Box:
    if one is None:
        return other
    return max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3])


def _shows(clip: Box, char: Box) -> bool:
    """Whether the middle of a character is inside the clipping box."""
    x, y = (char[0] + char[2]) / 2, (char[1] + char[3]) / 2
    return clip[0] - 0.5 <= x <= clip[2] + 0.5 and clip[1] - 0.5 <= y <= clip[3] + 0.5


def lay_out(page: Any, sharp: Callable[[Any], Any] = lambda page: None) -> Any:
    """The page with its characters; turned when most of them stand on their side or on their head.

    ``sharp`` gives a picture of a page in which single digits can be distinguished, or ``None``.
    """
    _draw(page, sharp)
    turn = _turn_of(page.chars)
    if not turn:
        return page
    turned_page = copy(page.page_obj)  # the file's own page stays as it is, for it is laid out again for its tags
    turned_page.rotate = (page.page_obj.rotate + turn) % 360
    turned_page.attrs = {**page.page_obj.attrs, "Rotate": turned_page.rotate}
    again = Page(page.pdf, turned_page, page.page_number, page.initial_doctop)
    _draw(again, sharp)
    return again


def _turn_of(chars: Sequence[Any]) -> int:
    """By how many degrees a page is to be turned for its characters to stand upright."""
    # the first four numbers of a matrix: where the character's own right and up point to
    upright = {90: (0, 1, -1, 0), 270: (0, -1, 1, 0), 180: (-1, 0, 0, -1)}
    counts = dict.fromkeys(upright, 0)
    for char in chars:
        signs = tuple((part > 0) - (part < 0) for part in char["matrix"][:4])
        for turn, direction in upright.items():
            counts[turn] += signs == direction
    turn = max(counts, key=lambda at: counts[at])
    return turn if counts[turn] >= _FEWEST and 2 * counts[turn] >= len(chars) else 0


def _modes(value: Any) -> frozenset[str]:
    """The blend modes that a file names: one, or several of which a viewer takes the first that it knows."""
    names = value if isinstance(value, list) else [value]
    return frozenset(str(name.name) for name in map(resolve1, names) if isinstance(name, PSLiteral))


def _draw(page: Any, sharp: Callable[[Any], Any]) -> None:
    x0, y0, x1, y1 = page.page_obj.mediabox  # a file may give any two corners
    page.page_obj.mediabox = (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
    device = _Nested(page.pdf.rsrcmgr, pageno=page.page_number, laparams=page.pdf.laparams)
    interpreter = _Clipping(page.pdf.rsrcmgr, device)
    interpreter.layers = Layers(page.pdf.doc.catalog)
    interpreter.process_page(page.page_obj)
    picture = sharp(page) if device.printed or device.suspects else None
    left, down = page.mediabox[0], page.height + page.mediabox[1]  # as pdfplumber turns heights around
    crop = picture and (lambda box: picture.part((box[0] + left, down - box[3], box[2] + left, down - box[1])))
    for font in fonts_that_mislead(device.printed, crop):
        for char in device.printed[font].chars:
            char._text, char.tag = UNREADABLE, MISLEADING
    for number, (char, size) in enumerate(device.suspects.values()):
        if char.get_text() != UNREADABLE and (crop is None or number >= _MOST_SUSPECTS or not shows_digit(char, size, crop)):
            char._text = UNREADABLE
    page._layout = device.get_result()  # where pdfplumber keeps it
