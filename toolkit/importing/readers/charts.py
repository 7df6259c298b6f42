"""Make pictures again of our charts that an office suite saved as text.

LibreOffice keeps the words of a drawing inside a page (SVG) and drops the drawing with its text alternative: bars come
out as ``门户网站100公众号21余`` above the caption. In: pieces. Out: the same with an ``Image`` in place of such a line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from toolkit.importing.source import Image, Line, Piece
from toolkit.importing.wording import fold, number_of
from toolkit.report.chart_words import CHANNELS_ALT

_CAPTION = re.compile(r"图 ?[0-9]{1,2}[ \u3000]\s*([0-9]{4})年(.{2,40})（单位：[条件]）")
_NOTE = re.compile(r"注：.*$", re.DOTALL)
_BAR = re.compile(r"(.+?)([0-9]+)(余?)")


def charts_as_pictures(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """The pieces with the lettering of a chart above its caption as the picture it was."""
    for at, piece in enumerate(pieces):
        below = pieces[at + 1] if at + 1 < len(pieces) else None
        caption = _CAPTION.fullmatch(below.text.strip()) if isinstance(below, Line) else None
        if isinstance(piece, Line) and caption and _is_lettering(piece.text):
            yield Image(piece.place, _alternative(_NOTE.sub("", piece.text), caption[1], caption[2]))
        else:
            yield piece


def _is_lettering(text: str) -> bool:
    """Words and figures without a sentence among them; a heading with its number (2.办理结果) is none."""
    words = _NOTE.sub("", text)
    return bool(re.search("[0-9]", words)) and not re.search("[。；，！？]", words) and not number_of(fold(words))


def _alternative(text: str, year: str, title: str) -> str:
    """The text alternative that the chart of channels has; the others repeat what the tables say."""
    if "渠道" not in title:
        return "条形图"
    bars = "，".join(f"{name.strip()}{count}{more}条" for name, count, more in _BAR.findall(text))
    return CHANNELS_ALT.format(year=year, words=bars)
