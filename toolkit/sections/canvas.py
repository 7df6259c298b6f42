"""Draw bars, lines and labels as an SVG picture.

In: marks. Out: SVG bytes whose text stays text, the same for the same marks whatever fonts the machine has and
whatever matplotlib is set to. Loading matplotlib takes the better part of a second, so only this module does it.
"""

from __future__ import annotations

import io
import re
import threading
from collections.abc import Iterable
from typing import Any

import matplotlib
from matplotlib.backend_bases import RendererBase
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from matplotlib.transforms import IdentityTransform

from toolkit.sections.marks import Bar, Mark, Rule

# Names that Typst, browsers and LibreOffice find, for Linux, Windows and none of both.
FONT_FAMILIES = ("Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "SimHei")

# Everything of matplotlib's settings that reaches these artists; a caller's own settings stay as they are.
_SETTINGS: dict[str, Any] = {
    "figure.autolayout": False,
    "figure.constrained_layout.use": False,
    "font.sans-serif": list(FONT_FAMILIES),
    "font.family": ["sans-serif"],
    "patch.antialiased": True,
    "patch.force_edgecolor": False,
    "path.effects": [],
    "path.simplify": False,
    "path.sketch": None,
    "path.snap": False,
    "svg.fonttype": "none",
    "svg.id": None,
    "text.usetex": False,
}
_NO_METADATA = dict.fromkeys(("Creator", "Date", "Format", "Type"))
_LOCK = threading.Lock()  # matplotlib's settings belong to the whole process
# Inside a web page the declaration would name a file on the network, the style would hold for the whole page, and the
# ids would stand twice as soon as there are two charts.
_UNWANTED = re.compile(
    r'<\?xml.*?\?>\s*|<!DOCTYPE[^>]*>\s*|<defs>\s*<style.*?</style>\s*</defs>\s*|(?<=<g) id="[^"]*"',
    re.DOTALL,
)
_PLAIN: Any = {"family": ["sans-serif"], "style": "normal", "variant": "normal", "stretch": "normal"}
_FACES = {bold: FontProperties(weight=700 if bold else 400, size=10, **_PLAIN) for bold in (False, True)}


def draw_svg(marks: Iterable[Mark], width: float, height: float, name: str) -> bytes:
    """The marks as an SVG of ``width`` by ``height`` points; ``name`` keeps two pictures' hatchings apart in one page."""
    out = io.StringIO()
    settings: Any = {**_SETTINGS, "svg.hashsalt": name}
    with _LOCK, matplotlib.rc_context(settings):
        figure = Figure(figsize=(width / 72, height / 72), dpi=72, frameon=False)
        for mark in marks:
            figure.add_artist(_artist(mark, height))
        FigureCanvasSVG(figure).print_svg(out, metadata=_NO_METADATA)  # type: ignore[no-untyped-call]
    return _UNWANTED.sub("", out.getvalue()).encode("utf-8")


class _Line(Text):
    """Text that is written where it is told to, without loading a font to measure it."""

    def draw(self, renderer: RendererBase) -> None:
        context = renderer.new_gc()
        context.set_foreground(self.get_color())
        x, y = self.get_position()
        height = renderer.get_canvas_width_height()[1]
        renderer.draw_text(context, x, height - y, self.get_text(), self.get_fontproperties(), 0, False, self)
        context.restore()


def _artist(mark: Mark, height: float) -> Rectangle | Line2D | Text:
    whole = IdentityTransform()  # points from the bottom left: the drawing has 72 dots per inch
    if isinstance(mark, Bar):
        return _rectangle(mark, height)
    if isinstance(mark, Rule):
        ends = [mark.x1, mark.x2], [height - mark.y1, height - mark.y2]
        style: Any = {"linestyle": "-", "marker": "", "solid_capstyle": "butt", "antialiased": True}
        return Line2D(*ends, color=mark.color, linewidth=mark.width, transform=whole, **style)
    # digits and Chinese characters have their middle about 0.36 of the size above the line they stand on
    face = _FACES[mark.bold].copy()
    face.set_size(mark.size)
    return _Line(
        mark.x,
        height - mark.y - 0.36 * mark.size,
        _printable(mark.text),
        color=mark.color,
        horizontalalignment=mark.anchor,
        fontproperties=face,
        transform=whole,
        parse_math=False,
    )


def _rectangle(mark: Bar, height: float) -> Rectangle:
    fill = mark.fill
    patch = Rectangle(
        (mark.x, height - mark.y - mark.height),
        max(mark.width, 0),
        mark.height,
        facecolor=fill.color,
        edgecolor=fill.edge or "none",
        linewidth=0.8 if fill.edge else 0,
        linestyle="-",
        transform=IdentityTransform(),
    )
    if fill.hatch:
        patch.set_hatch(fill.hatch)
        patch.set_hatchcolor(fill.hatch_color)
        patch.set_hatch_linewidth(0.9)
    return patch


def _printable(text: str) -> str:
    """Without the characters that XML cannot hold."""
    return "".join(c for c in text if c.isprintable() or c == "\u3000")
