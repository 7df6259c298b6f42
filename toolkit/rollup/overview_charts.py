"""Charts that compare the members of a jurisdiction: rankings, and one small chart per organ (小多图)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from toolkit.sections.bars import BLUE, SMALL, THIS_YEAR, WIDTH, YEARS_BEFORE, Line
from toolkit.sections.blocks import Paragraph, Picture, paragraph
from toolkit.sections.charts import bar_picture, picture
from toolkit.sections.marks import SOFT_INK, Bar, Label, Mark, Rule, text_width, wrap_text

ACROSS = 5  # small charts in a row
MOST_RANKED = 20


def chart_ranking(title: str, counts: Sequence[tuple[str, int]], unit: str, number: int) -> Picture | Paragraph:
    """Members by one count, the largest first; those with 0 are told in the words, not drawn."""
    present = sorted(((name, count) for name, count in counts if count), key=lambda item: -item[1])
    if not present:
        return paragraph(f"各单位{title}均为0{unit}，不绘图。")
    lines = [Line(name, Decimal(count), str(count), BLUE) for name, count in present[:MOST_RANKED]]
    none = len(counts) - len(present)
    left = f"注：另有 {none} 个单位为 0{unit}。" if none else ""
    more = f"注：只列前 {MOST_RANKED} 个单位。" if len(present) > MOST_RANKED else left
    said = "，".join(f"{name}{count}{unit}" for name, count in present)
    return bar_picture(number, f"{title}（单位：{unit}）", lines, f"条形图，{title}：{said}；{none}个单位为0。", more)


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
    said = "；".join(f"{name}{years[0]}年{'未报' if then is None else then}、{years[1]}年{now}" for name, then, now in series)
    return picture(number, f"{title}：{years[0]}年（灰）与{years[1]}年（红）", f"小多图，{title}：{said}。", marks, height)


def _pair(x: float, y: float, width: float, name: str, counts: tuple[int | None, int], most: int) -> Sequence[Mark]:
    bottom, column, middle = y + 40, 20.0, x + width / 2
    marks: list[Mark] = []
    for index, (count, fill) in enumerate(zip(counts, (YEARS_BEFORE[0], THIS_YEAR), strict=True)):
        left = middle + (index - 1) * (column + 2) + 1
        height = 36 * (count or 0) / most
        if height:
            marks.append(Bar(left, bottom - max(height, 0.8), column, max(height, 0.8), fill))
        marks.append(Label(left + column / 2, bottom - height - 6, "—" if count is None else str(count), 7.5, "center"))
    marks.append(Rule(x + 8, bottom, x + width - 8, bottom))
    size = min(SMALL, SMALL * (width - 4) / max(text_width(name, SMALL), 1))
    marks.append(Label(middle, bottom + 9, wrap_text(name, size, width, 1)[0], size, "center", SOFT_INK))
    return marks
