"""Sort the pieces of a source: which rows of tables are text, which lines belong to tables, where a second report begins.

In: pieces in reading order. Out: the lines of the text, the rows of the tables, and the pieces of each report. Offices
put a whole report into one table or one sheet, print a table's caption above it, and publish two years on one page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from toolkit.forms import fullest_form
from toolkit.importing.narrative.facts import EXACT_TITLE, find_title
from toolkit.importing.narrative.headings import find_headings, is_heading, run_in_heading
from toolkit.importing.recognition.labels import all_labels, match_text, table_of_caption
from toolkit.importing.recognition.side_by_side import without_row_numbers
from toolkit.importing.recognition.tables import find_tables
from toolkit.importing.source import Grid, GridCell, GridRow, Image, Line, Piece
from toolkit.importing.wording import core, fold, number_of
from toolkit.report.chart_words import CHANNELS_ALT

_NUMBERED = re.compile(r"[一二三四五六]、")
_TITLE_ABOVE = 60  # lines between a title and the first heading at most: preamble and list of contents
_FOOT = re.compile(
    r"^(扫一扫|分享到?[：:]?|【?(打印|关闭|字体|字号|收藏)|[上下]一[篇条页]|(主办|承办|技术支持)(单位)?[：:]|版权所有|网站标识码|.{0,6}ICP备"
    r"|.{0,4}公网安备|(相关|延伸|推荐)(链接|信息|文章|新闻|阅读|附件|文档|文件|稿件|报道|解读)|相关$|(附件|责任编辑|编辑|责编|信息来源|稿源)[：:]|返回顶部"
    r"|(我要|发表|网友|在线)(留言|评论|评价|意见)|请(在此|在这里)?(输入|填写|留下))"
)
_AROUND = 3  # lines above and below a table
_LONGEST_FOOT = 80  # a longer line is text that happens to begin so
_CONTENTS = re.compile(r"[.…·\s\d]*\Z")
_CHART = re.compile(r"图 ?[0-9]{1,2}?[ \u3000]*([0-9]{4})年(.{2,40})[（(]单位[：:][条件][)）]")
_CHART_NOTE = re.compile(r"注[：:].*$", re.DOTALL)
_CHART_BAR = re.compile(r"(.+?)([0-9]+)(余?)")


def with_headings_apart(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """The pieces, a paragraph that holds a heading and its text as two lines."""
    for piece in pieces:
        parts = run_in_heading(piece.text) if isinstance(piece, Line) else None
        if parts is None or not isinstance(piece, Line):
            yield piece
        else:
            yield replace(piece, text=parts[0], level=1)
            yield replace(piece, text=parts[1], level=0)


def text_of(pieces: Sequence[Piece]) -> Iterator[Line | Image]:
    """Lines and pictures; of grids only rows of one cell: a title, a heading, and in a grid that holds the report its text."""
    for piece in pieces:
        if isinstance(piece, Grid):
            yield from _text_in(piece)
        else:
            yield piece


def _text_in(grid: Grid) -> Iterator[Line]:
    alone = [(row.place, filled[0]) for row in grid.rows if len(filled := [text for text in row.texts if text.strip()]) == 1]
    headings = {text for _, text in alone if _NUMBERED.match(match_text(text)) and find_headings([text])}
    whole = len(headings) >= 3  # the table is the page
    for place, text in alone:
        is_text = whole and match_text(text) not in all_labels() and not table_of_caption(match_text(text))
        if is_text or text in headings or ("公开" in match_text(text) and find_title([text])):
            yield from (Line(line.strip(), place) for line in text.split("\n") if line.strip())


def rows_with_captions(pieces: Sequence[Piece]) -> Iterator[GridRow]:
    """Every row of every grid, with the lines around it; a caption (第二十条第（五）项) in a line above is its first row."""
    pieces = list(without_row_numbers(pieces))
    for at, piece in enumerate(pieces):
        above = pieces[at - 1] if at else None
        if isinstance(piece, Grid) and piece.rows:
            around = _around(pieces, at)
            if isinstance(above, Line) and table_of_caption(match_text(above.text)):
                first = piece.rows[0]
                yield GridRow((GridCell(above.text, 0),), above.place, first.grid, first.width, first.exact, around)
            yield from (replace(row, around=around) for row in piece.rows)


def count_tables(pieces: Sequence[Piece]) -> int:
    """How many of the form's tables a document has."""
    return len(find_tables(rows_with_captions(pieces)).sections)


def _around(pieces: Sequence[Piece], at: int) -> tuple[str, ...]:
    """The short lines right above and right below a grid, nearest first; a heading ends them."""
    texts: list[str] = []
    for side in (pieces[max(0, at - _AROUND) : at][::-1], pieces[at + 1 : at + 1 + _AROUND]):
        for piece in side:
            if not isinstance(piece, Line) or len(piece.text) > _LONGEST_FOOT or is_heading(piece.text):
                break
            texts.append(piece.text)
    return tuple(texts)


def without_foot(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """The pieces up to what content systems put under a text: attached files, related pages, the bar to share it."""
    lines = [piece.text if isinstance(piece, Line) else "" for piece in pieces]
    tables = [at for at, piece in enumerate(pieces) if isinstance(piece, Grid)]
    last = max([*tables, *(heading.line for heading in find_headings(lines).values())], default=-1)
    for at, piece in enumerate(pieces):
        text = lines[at].strip()
        if at > last and len(text) <= _LONGEST_FOOT and (_FOOT.match(text) or (last >= 0 and EXACT_TITLE.fullmatch(text))):
            return
        yield piece


def split_reports(pieces: Sequence[Piece]) -> list[Sequence[Piece]]:
    """The pieces of each report of a source, nearly always one; a grid that holds a report begins one."""
    overview = match_text(fullest_form().parts[0].heading)
    lines = [piece.text if isinstance(piece, Line) else _heading_in(piece, overview) for piece in pieces]
    cuts = report_cuts(lines, lambda start, end: any(isinstance(piece, Grid) for piece in pieces[start:end]))
    return [pieces[start:end] for start, end in pairwise(cuts)]


def _heading_in(piece: Piece, heading: str) -> str:
    """The heading, where a grid holds it as text of the report."""
    holds = isinstance(piece, Grid) and any(core(match_text(line.text)) == core(heading) for line in _text_in(piece))
    return heading if holds else ""


def report_cuts(lines: Sequence[str], has_tables: Callable[[int, int], bool]) -> list[int]:
    """Where reports begin and end among lines: a report has its first heading, and tables before the next one's."""
    overview = match_text(fullest_form().parts[0].heading)
    begun = [at for at, line in enumerate(lines) if core(_CONTENTS.sub("", match_text(line))) == core(overview)]
    begun = [at for at, until in pairwise([*begun, len(lines)]) if has_tables(at, until)]
    return [0, *(_title_above(lines, at, before) for before, at in pairwise(begun)), len(lines)]


def _title_above(lines: Sequence[str], heading: int, before: int) -> int:
    """Where the report begins whose first heading is known: at its title, else at the heading itself."""
    start = max(before + 1, heading - _TITLE_ABOVE)
    title = find_title(lines[start:heading])
    return start + title.first if title else heading


def charts_as_pictures(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """The pieces with the lettering of a chart above its caption as the picture it was.

    LibreOffice keeps the words of a drawing inside a page (SVG) and drops the drawing with its text alternative.
    """
    for at, piece in enumerate(pieces):
        below = pieces[at + 1] if at + 1 < len(pieces) else None
        caption = _CHART.fullmatch(below.text.strip()) if isinstance(below, Line) else None
        if isinstance(piece, Line) and caption and _is_lettering(piece.text):
            yield Image(piece.place, _words_of_chart(_CHART_NOTE.sub("", piece.text), caption[1], caption[2]))
        else:
            yield piece


def without_lettering(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """The pieces of a scan with a chart and its caption as the picture it was: what was recognised among its bars is no text."""
    kept: list[Piece] = []
    for piece in pieces:
        if not isinstance(piece, Line) or not _CHART.fullmatch(piece.text.strip()):
            kept.append(piece)
            continue
        while kept and isinstance(above := kept[-1], Line) and not is_heading(above.text) and _is_lettering(above.text, least=0):
            kept.pop()
        kept.append(Image(piece.place, "条形图"))
    return iter(kept)


def _is_lettering(text: str, least: int = 1) -> bool:
    """Words and at least so many digits without a sentence among them; a heading with its number (2.办理结果) is none."""
    words = _CHART_NOTE.sub("", text)
    return len(re.findall("[0-9]", words)) >= least and not re.search("[。；，！？]", words) and not number_of(fold(words))


def _words_of_chart(text: str, year: str, title: str) -> str:
    """The text alternative that the chart of channels has; the others repeat what the tables say."""
    if "渠道" not in title:
        return "条形图"
    bars = "，".join(f"{name.strip()}{count}{more}条" for name, count, more in _CHART_BAR.findall(text))
    return CHANNELS_ALT.format(year=year, words=bars)
