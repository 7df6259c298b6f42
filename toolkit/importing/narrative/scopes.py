"""Tell the pieces of a report from those of another year or organ that are appended to it: 附：2023年度统计表, a second sheet.

In: pieces in reading order, the report's year and organ. Out: the pieces of the report, the pieces of which the tables are
read, and what was left aside. A caption above a table or the name of a sheet begins another scope; the next heading of
the form that was not there yet ends it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace

from toolkit.forms import all_forms
from toolkit.importing.narrative.facts import title_of
from toolkit.importing.narrative.headings import is_heading
from toolkit.importing.recognition.labels import match_text
from toolkit.importing.source import Grid, GridRow, Line, Piece
from toolkit.importing.wording import core, fold

_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?=年|\D|$)")
_CAPTION = re.compile(r"附|表|报告|情况|数据|统计|对比|同期|年度")
_ONLY_YEAR = re.compile(r"[（(【]?\d{4}年?度?[）)】]?[:：]?")
_LAST_YEAR = re.compile(r"(上年|去年|上一年|上年度|同期).*(表|统计|数据)|(附|对比).*(上年|去年|同期)")
_JUST_LAST_YEAR = re.compile(r"[（(]?(上一?年度?|去年)((?:(?!结转|问题|整改|考核|落实).){0,20}情况(如下)?)?[）):：]*")
_THIS_YEAR = re.compile(r"本年|今年|当年")
_ORGAN = re.compile(
    r"(?:附[件表录]?\d{0,2}[：:、.]?)?(.{2,30}?(?:政府|局|委员会|办公室|办事处|中心|[乡镇]|街道))(?:[12]\d{3}年度?)?.{0,25}表"
)
_NO_ORGAN = re.compile(r"[\d年度的]*政府")  # 附件2022年政府信息公开统计表
_APPENDIX = re.compile(r"附[件表录]?[一二三四五六七八九十\d]{0,2}[：:]?")
_SHORT_YEAR = re.compile(r"(?<!\d)(\d\d)(?=年)")  # in the name of a sheet
_SHEET = re.compile(r"“(.{1,31}?)”")
_SHEET_ORGAN = re.compile(r".{1,20}(政府|局|委|委员会|办|办公室|办事处|中心|乡|镇|街道)")
_LONGEST = 70
_NEAR = 8  # pieces between a caption and its table


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose table it is: ``year`` None and ``organ`` "" stand for the report's."""

    year: int | None = None
    organ: str = ""

    @property
    def name(self) -> str:
        return f"{self.organ}{f'{self.year} 年度' if self.year else ''}"


OWN = Scope()


def scopes(pieces: Sequence[Piece], year: int | None, organ: str) -> list[Scope]:
    """The scope of each piece of a report of one year and organ."""
    out: list[Scope] = []
    current = OWN
    seen: set[str] = set()
    titles = ((piece, title_of(piece.text)) for piece in pieces if isinstance(piece, Line) and _sheet_name(piece))
    titled = {_sheet_name(piece) for piece, title in titles if title and title.year == year}  # a sheet may have its day as name
    for at, piece in enumerate(pieces):
        if isinstance(piece, Line):
            heading = _heading(piece)
            if heading and heading not in seen:
                current = OWN
                seen.add(heading)
            elif not heading:
                before, current = current, _caption(pieces, at, year, organ, current, seen)
                above = pieces[at - 1] if at else None
                if current != before and isinstance(above, Line) and _APPENDIX.fullmatch(fold(above.text)):
                    out[-1] = current  # 附件2, on a line of its own above the caption
        out.append((_sheet(piece, year, organ) if _sheet_name(piece) not in titled else None) or current)
    return out


def captions_apart(piece: Piece) -> Iterator[Piece]:
    """The parts of a grid between its rows of one text, which are headings or may be the caption of a table; these as lines."""
    if not isinstance(piece, Grid):
        yield piece
        return
    begun = 0
    for at, row in enumerate(piece.rows):
        text = _caption_of(row)
        if text:
            yield from [replace(piece, rows=piece.rows[begun:at])] if at > begun else []
            yield Line(text, row.place)
            begun = at + 1
    yield from [replace(piece, rows=piece.rows[begun:])] if begun < len(piece.rows) else []


def _caption_of(row: GridRow) -> str:
    """The only text of a row when it is a heading or may be a caption, else ""; digits in one of several cells are a figure."""
    filled = [text for text in row.texts if text.strip()]
    if len(filled) != 1 or (len(row.cells) > 1 and fold(filled[0]).isdecimal()):
        return ""
    return filled[0] if is_heading(filled[0]) or _YEAR.search(fold(filled[0])) or _LAST_YEAR.search(filled[0]) else ""


def _caption(pieces: Sequence[Piece], at: int, year: int | None, organ: str, current: Scope, seen: Set[str]) -> Scope:
    """The scope that a line begins when it is the caption of a table, else the current one."""
    text = fold(getattr(pieces[at], "text", ""))
    if not 4 <= len(text) <= _LONGEST or re.search("[。；]", text) or not _leads_to_grid(pieces, at, seen):
        return current
    years = {int(found) for found in _YEAR.findall(text)}
    other = _other_organ(text, organ)
    if not other and (year in years or (current != OWN and not years and _THIS_YEAR.search(text))):
        return OWN
    if years and year and (_CAPTION.search(text) or _ONLY_YEAR.fullmatch(text)):
        return Scope(max(years), other)
    if year and (_LAST_YEAR.search(text) or (_JUST_LAST_YEAR.fullmatch(text) and isinstance(pieces[at + 1], Grid))):
        return Scope(year - 1, other)
    return Scope(None, other) if other else current


def _leads_to_grid(pieces: Sequence[Piece], at: int, seen: Set[str]) -> bool:
    """Whether a table comes soon, before long text or a heading of the form that was not there yet."""
    for piece in pieces[at + 1 : at + 1 + _NEAR]:
        if isinstance(piece, Grid):
            return True
        if not isinstance(piece, Line) or len(piece.text) > _LONGEST or _heading(piece) not in {"", *seen}:
            return False
    return False


def _heading(line: Line) -> str:
    return core(match_text(line.text)) if is_heading(line.text) else ""


def _other_organ(text: str, organ: str) -> str:
    match = _ORGAN.fullmatch(text)
    if not match or not organ or not text.startswith("附") or _NO_ORGAN.fullmatch(match[1]):
        return ""
    name, own = match[1], fold(organ)
    return "" if name in own or own in name or name.removesuffix("人民政府") in own else name


def _sheet(piece: Piece, year: int | None, organ: str) -> Scope | None:
    """The scope that the name of a sheet tells, None when it tells none."""
    name = _sheet_name(piece)
    if not name or not year:
        return None
    years = {int(text) for text in _YEAR.findall(name)} or {2000 + int(text) for text in _SHORT_YEAR.findall(name)}
    if years and year not in years:
        return Scope(max(years))
    if re.search("上年|去年|同期", name):
        return Scope(year - 1)
    of_part = any(name in fold(part.heading) for form in all_forms() for part in form.parts)
    if _SHEET_ORGAN.fullmatch(name) and organ and name not in fold(organ) and not of_part:
        return Scope(None, name)
    return OWN if years else None


def _sheet_name(piece: Piece) -> str:
    """The name of the sheet, or the year above one of two tables side by side on it."""
    return fold((_SHEET.findall(piece.place) or [""])[-1])


def left_aside(pieces: Sequence[Piece], of: Sequence[Scope], read: Scope) -> Iterator[tuple[Scope, str]]:
    """Each scope whose tables are not read, with the place of its first table."""
    scopes: set[Scope] = set()
    for piece, scope in zip(pieces, of, strict=True):
        if isinstance(piece, Grid) and scope != read and scope not in scopes:
            scopes.add(scope)
            yield scope, piece.rows[0].place if piece.rows else piece.place
