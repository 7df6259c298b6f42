"""Bring the readings of a text together: cells, lists, channels, percentages, growths, claims. Takes a report, returns
one ``TextAnalysis`` that every rule on the text looks at; it is made once per run.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from toolkit.checks.narrative.assignment.belonging import settled
from toolkit.checks.narrative.assignment.choice import choose, leave_alone
from toolkit.checks.narrative.candidates.fitting import read_cells
from toolkit.checks.narrative.candidates.readings import Kind, Reading, State, TextReading, Tie
from toolkit.checks.narrative.plain_text import Words
from toolkit.checks.narrative.relations.channels import find_channels
from toolkit.checks.narrative.relations.claims import find_claims
from toolkit.checks.narrative.relations.denials import Claim
from toolkit.checks.narrative.relations.growth import Growth, find_growths
from toolkit.checks.narrative.relations.likely_denials import likely_denials
from toolkit.checks.narrative.relations.list_shapes import TextList
from toolkit.checks.narrative.relations.lists import find_lists
from toolkit.checks.narrative.relations.ratios import find_ratios
from toolkit.checks.narrative.relations.shares import Share, find_shares
from toolkit.checks.narrative.statements import Statements, find_statements
from toolkit.checks.narrative.statements.crossing import crossed_figures
from toolkit.report import Channel, Report


@dataclass(frozen=True)
class TextAnalysis:
    """Everything that is known of a text's figures and words."""

    cells: TextReading
    lists: tuple[TextList, ...]
    growths: tuple[Growth, ...]
    shares: tuple[Share, ...]
    claims: tuple[Claim, ...]
    statements: Statements

    @property
    def readings(self) -> tuple[Reading, ...]:
        return self.cells.readings

    @cached_property
    def ties(self) -> tuple[Tie, ...]:
        """Every figure once, in order of the text."""
        return tuple(_final_ties(self))

    @cached_property
    def by_start(self) -> dict[str, list[Reading]]:
        """The readings of each part by where they begin."""
        parts: dict[str, list[Reading]] = {}
        for reading in sorted(self.readings, key=lambda reading: reading.figure.start):
            parts.setdefault(reading.figure.where, []).append(reading)
        return parts

    def between(self, where: str, start: int, end: int) -> Sequence[Reading]:
        """The readings that begin between two offsets of a part."""
        readings = self.by_start.get(where, [])
        first, last = (bisect_left(readings, place, key=lambda reading: reading.figure.start) for place in (start, end))
        return readings[first:last]

    @cached_property
    def channels(self) -> tuple[tuple[Reading, Channel], ...]:
        """Figures that stand next to a channel's full name."""
        return tuple(find_channels(self.cells))


def read_text(report: Report, last_year: Report | None = None) -> TextAnalysis:
    """Read the narrative once: linear in its length."""
    read = read_cells(report, last_year)
    lists = find_lists(read)
    cells, parts = choose(read, lists)
    if any(item.degree for item in cells.readings):
        crossed = crossed_figures(cells)
        cells = leave_alone(cells, crossed, "申请人和办理结果交叉的一格正是此数") if crossed else cells
    lists = settled(cells, find_lists(cells) if cells is not read else lists, parts)
    growths = (*find_growths(cells), *find_ratios(cells))
    shares, claims = find_shares(cells, lists), find_claims(cells)
    statements = find_statements(cells, claims, shares, growths, lists)
    known: list[Words] = [*claims, *statements.polar, *statements.counts]
    return TextAnalysis(cells, lists, growths, shares, (*claims, *likely_denials(cells, known)), statements)


def _final_ties(text: TextAnalysis) -> Iterator[Tie]:
    # 持平 and 翻番 have no figure of their own: the reading is the figure they are said of, tied to its cell
    growths = {id(item.reading): item for item in text.growths if not item.flat and item.reading.quantity is None}
    shares = {id(item.reading): item for item in text.shares}
    channels = {id(reading): channel for reading, channel in text.channels}
    ordered = sorted(text.lists, key=lambda entry: entry.adds_up)  # a figure of two lists belongs to the one that adds up
    lists = {
        id(item): entry for entry in ordered if entry.adds_up or entry.firmness != "loose" for item in (*entry.items, entry.head)
    }
    for reading in text.readings:
        key, tie = id(reading), reading.tie
        if key in growths:
            growth = growths[key]
            yield _judged(tie, "growth", growth.verdict, growth, "与上年数据比较")
        elif key in shares:
            share = shares[key]
            yield _judged(tie, "percentage", share.verdict, share, f"以{share.base_name}为基数")
        elif tie.kind in ("cell", "other_year"):
            yield tie
        elif key in channels:
            agrees = channels[key].count in reading.figure.span
            yield replace(tie, kind="channel", state="agrees" if agrees else "differs", reason=f"渠道：{channels[key].name}")
        elif key in lists:
            yield _listed(tie, lists[key])
        elif reading.figure.change or reading.figure.unit == "%":
            yield _loose(reading)
        else:
            yield tie


def _judged(tie: Tie, kind: Kind, verdict: str, item: Growth | Share, reason: str) -> Tie:
    addresses = item.subject.addresses if isinstance(item, Growth) else ()
    state: State = "differs" if verdict == "differs" else "agrees"
    return replace(tie, kind=kind, state=state, addresses=addresses, expected=item.expected, reason=reason)


def _listed(tie: Tie, entry: TextList) -> Tie:
    if entry.adds_up:
        return replace(tie, kind="list", state="agrees", expected=entry.shown_sum, reason="与所列各项之和一致")
    state: State = "differs" if entry.firmness == "whole" or entry.exceeds else "untied"
    return replace(tie, kind="list", state=state, reason="所列各项之和与总数不一致" if state == "differs" else "只列了其中几项")


def _loose(reading: Reading) -> Tie:
    if reading.figure.change:
        return replace(reading.tie, kind="growth", reason="没有可比的上年数据")
    return replace(reading.tie, kind="percentage", reason="没有可核对的基数")
