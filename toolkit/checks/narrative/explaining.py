"""Explain the reader of texts: for each figure what it was taken for, how surely, and why.

In: a report, and last year's. Out: one ``Explanation`` for each figure in order of the text, in Chinese, with the outcome of
each stage: the words that were read around the figure, what they may mean, what was chosen when the whole report was read,
and what the figure was compared with. The form shows it on a click, ``nianbao check --explain`` prints it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from toolkit.checks.narrative.analysis import TextAnalysis, read_text
from toolkit.checks.narrative.candidates.quantity import Quantity
from toolkit.checks.narrative.candidates.readings import Reading, Tie
from toolkit.checks.narrative.figures import PartText
from toolkit.checks.narrative.findings import PART_NAMES, name_of, one_line, shown
from toolkit.checks.narrative.tokens import Token
from toolkit.report import Report

_AROUND = 12  # characters of the text shown on either side of the figure
_DEGREES = {"sure": "说法明确", "likely": "多半是", "weak": "不能确定"}
_KINDS = {
    "list": "列举的数", "channel": "渠道条数", "percentage": "百分比", "growth": "增减", "other_year": "其他年度的数",
    "apart": "别的事", "untied": "不核对",
}  # fmt: skip
_STATES = {"agrees": "相符", "differs": "不符", "untied": "没有比较"}
_SILENT = frozenset(("edge", "sep", "soft", "mask"))


@dataclass(frozen=True, slots=True)
class Explanation:
    """One figure: ``start`` and ``end`` are offsets into the text as written; everything else is Chinese for people.

    ``words``: the words that were read around it. ``scope``: whose figure and of which year, empty for the organ's this year.
    ``candidates``: what they may mean, with a degree. ``meaning``: what was chosen. ``state``: 相符, 不符 or 没有比较.
    ``expected``: what it was compared with, empty for none.
    """

    where: str
    start: int
    end: int
    text: str
    quote: str
    words: tuple[str, ...]
    scope: str
    candidates: tuple[str, ...]
    meaning: str
    state: str
    expected: str
    reason: str

    def lines(self) -> tuple[str, ...]:
        """The explanation as a few lines, the figure first."""
        compared = f"（应为 {self.expected}）" if self.expected and self.state == "不符" else ""
        return (
            f"{PART_NAMES[self.where]}  {self.quote}",
            f"  读到的词：{'、'.join(self.words) or '没有认得的词'}{f'；{self.scope}' if self.scope else ''}",
            f"  可能是：{'；'.join(self.candidates) or '没有对应的格'}",
            f"  取为：{self.meaning}，{self.state}{compared}——{self.reason}",
        )


def explain_figures(report: Report, last_year: Report | None = None) -> tuple[Explanation, ...]:
    """Every figure of the narrative with what it was taken for and why."""
    return tuple(_explanations(read_text(report, last_year)))


def _explanations(text: TextAnalysis) -> Iterator[Explanation]:
    for reading, tie in zip(text.readings, text.ties, strict=True):
        part = text.cells.by_where[tie.where]
        yield Explanation(
            tie.where, tie.start, tie.end, tie.text, _quote(part, tie), _words(part, reading), _scope(reading),
            tuple(_candidates(text, reading)), _meaning(text, reading, tie), _STATES[tie.state],
            "" if tie.expected is None else shown(round(tie.expected, 2)), "；".join((tie.reason, *reading.grounds)),
        )  # fmt: skip


def _quote(part: PartText, tie: Tie) -> str:
    text = part.plain.original
    before = text[max(0, tie.start - _AROUND) : tie.start].rpartition("\n")[2]
    return f"{one_line(before)}【{one_line(tie.text)}】{one_line(text[tie.end : tie.end + _AROUND].partition(chr(10))[0])}"


def _words(part: PartText, reading: Reading) -> tuple[str, ...]:
    figure = reading.figure
    named = [token for token in (*figure.left, *figure.right) if token.kind not in _SILENT and token.end > token.start]
    return tuple(dict.fromkeys(_said(part, token) for token in named))


def _said(part: PartText, token: Token) -> str:
    return part.plain.text[token.start : token.end]


def _scope(reading: Reading) -> str:
    figure = reading.figure
    whose = {"part": "说的是本级或内设机构", "field": "说的是本地区同类机关", "other": "说的是其他机关"}.get(figure.scope, "")
    year = "" if figure.year is None else ("说的是几个年度" if figure.year == 0 else f"说的是 {figure.year} 年")
    return "，".join(item for item in (whose, year) if item)


def _candidates(text: TextAnalysis, reading: Reading) -> Iterator[str]:
    first, *also = reading.candidates or [None]
    quantity = reading.candidate or reading.quantity or (first.quantity if first else None)
    if quantity is None or not quantity.addresses:
        return
    names = [f"{_name(text, quantity)}（{_degree(quantity)}）"]
    names += [f"{_name(text, item.quantity)}（也说得通）" for item in also if item]
    yield from dict.fromkeys(names)


def _degree(quantity: Quantity) -> str:
    doubt = {"wording": "说法不固定", "part": "可能只是一部分"}.get(quantity.doubt, "")
    return doubt or _DEGREES[quantity.certainty]


def _name(text: TextAnalysis, quantity: Quantity) -> str:
    return name_of(text.cells.report.form, quantity)


def _meaning(text: TextAnalysis, reading: Reading, tie: Tie) -> str:
    if tie.kind == "cell" and tie.addresses:
        return name_of(text.cells.report.form, reading.quantity or Quantity("", "", tie.addresses), tie.addresses)
    return _KINDS.get(tie.kind, "不核对")
