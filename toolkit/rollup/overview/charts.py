"""Charts that compare the members of a jurisdiction: rankings, and one small chart per organ (小多图)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from toolkit.sections.bars import BLUE, SMALL, STEEL, THIS_YEAR, WIDTH, YEARS_BEFORE, BarRow, lay_bars
from toolkit.sections.blocks import Paragraph, Picture, paragraph
from toolkit.sections.charts import picture
from toolkit.sections.marks import SOFT_INK, Bar, Fill, Mark, RuleMark, TextMark, text_width, wrap_text

ACROSS = 5  # small charts in a row
MOST_RANKED = 10  # two rankings to a page
_KEYS = (("乡镇（街道）", BLUE), ("部门", STEEL))


@dataclass(frozen=True, slots=True)
class RankedMember:
    """One member in a ranking; ``count`` is ``None`` when it reported none, ``is_town`` for 乡镇 and 街道."""

    name: str
    count: int | None
    is_town: bool = True
    roughly: bool = False


def chart_ranking(title: str, members: Sequence[RankedMember], unit: str, number: int) -> Picture | Paragraph:
    """Members by one count, the largest first; towns and departments, which do not compare, in different fills.

    Those with 0, those without a count and those after the first ``MOST_RANKED`` are named in a sentence.
    """
    present = sorted((item for item in members if item.count), key=lambda item: -(item.count or 0))
    if not present:
        uncounted = _without_count(members)
        return paragraph(f"{title}均为0{unit}，不绘图。" if not uncounted else f"{title}：{uncounted}，其余均为0{unit}，不绘图。")
    kinds = [_KEYS[not town] for town in (True, False) if any(m.is_town is town for m in present)]
    lines = [BarRow(m.name, Decimal(m.count or 0), _count(m), _KEYS[not m.is_town][1]) for m in present[:MOST_RANKED]]
    marks, height = lay_bars(lines)
    if len(kinds) > 1:
        marks, height = [*_key(kinds), *(_lower(mark, 20) for mark in marks)], height + 20
    note = _left_out(members, present, unit)
    rows = wrap_text(note, SMALL, WIDTH - 8, 3)
    for at, row in enumerate(rows):
        marks.append(TextMark(WIDTH / 2, height + 7 + 12 * at, row, SMALL, "center", SOFT_INK))
    height += 12 * len(rows) + 4 if rows else 0
    alternative = "，".join(f"{item.name}{_count(item)}{unit}" for item in present)
    return picture(number, f"{title}（单位：{unit}）", f"条形图，{title}：{alternative}。{note}", marks, height)


def _left_out(members: Sequence[RankedMember], present: Sequence[RankedMember], unit: str) -> str:
    """The members without a bar, so that a missing bar is not misread."""
    rest, none = present[MOST_RANKED:], sum(item.count == 0 for item in members)
    sentences = [
        f"其余{len(rest)}个单位各在{rest[0].count}{unit}以下（含）" if rest else "",
        f"{none}个单位为0{unit}" if none else "",
        _without_count(members),
        "“余”字表示约数" if any(item.roughly for item in present[:MOST_RANKED]) else "",
    ]
    listed = "；".join(text for text in sentences if text)
    return f"注：{listed}。" if listed else ""


def _without_count(members: Sequence[RankedMember]) -> str:
    silent = [item.name for item in members if item.count is None]
    return f"{'、'.join(silent)}没有填" if 0 < len(silent) <= 3 else f"{len(silent)}个单位没有填" if silent else ""


def _count(item: RankedMember) -> str:
    return f"{item.count}余" if item.roughly and item.count else str(item.count)


def _key(kinds: Sequence[tuple[str, Fill]]) -> Sequence[Mark]:
    marks: list[Mark] = []
    x = WIDTH - sum(18 + text_width(name, SMALL) + 14 for name, _ in kinds)
    for name, fill in kinds:
        marks += [Bar(x, 3, 14, 10, fill), TextMark(x + 18, 8, name, SMALL)]
        x += 18 + text_width(name, SMALL) + 14
    return marks


def _lower(mark: Mark, by: float) -> Mark:
    return replace(mark, y1=mark.y1 + by, y2=mark.y2 + by) if isinstance(mark, RuleMark) else replace(mark, y=mark.y + by)


def chart_multiples(
    title: str, series: Sequence[tuple[str, int | None, int]], years: tuple[int, int], number: int
) -> Picture | Paragraph:
    """One small pair of columns per member, last year and this, all on one scale.

    Args:
        series: name, last year's count (``None``: no report), this year's count.
    """
    most = max((max(then or 0, now) for _, then, now in series), default=0)
    if not most:
        return paragraph(f"两年{title}均为0，不绘图。")
    marks: list[Mark] = []
    cell, high = WIDTH / ACROSS, 74.0
    for at, (name, then, now) in enumerate(series):
        marks += _pair(cell * (at % ACROSS), high * (at // ACROSS) + 14, cell, name, (then, now), most)
    height = high * ((len(series) + ACROSS - 1) // ACROSS) + 12
    alternative = "；".join(
        f"{name}{years[0]}年{'未报' if then is None else then}、{years[1]}年{now}" for name, then, now in series
    )
    return picture(number, f"{title}：{years[0]}年（灰）与{years[1]}年（红）", f"小多图，{title}：{alternative}。", marks, height)


def _pair(x: float, y: float, width: float, name: str, counts: tuple[int | None, int], most: int) -> Sequence[Mark]:
    bottom, column, middle = y + 40, 20.0, x + width / 2
    marks: list[Mark] = []
    for index, (count, fill) in enumerate(zip(counts, (YEARS_BEFORE[0], THIS_YEAR), strict=True)):
        left = middle + (index - 1) * (column + 2) + 1
        height = 36 * (count or 0) / most
        if height:
            marks.append(Bar(left, bottom - max(height, 0.8), column, max(height, 0.8), fill))
        marks.append(TextMark(left + column / 2, bottom - height - 6, "—" if count is None else str(count), 7.5, "center"))
    marks.append(RuleMark(x + 8, bottom, x + width - 8, bottom))
    size = min(SMALL, SMALL * (width - 4) / max(text_width(name, SMALL), 1))
    marks.append(TextMark(middle, bottom + 9, wrap_text(name, size, width, 1)[0], size, "center", SOFT_INK))
    return marks
