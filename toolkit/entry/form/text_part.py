"""One text part (一、总体情况 …) as a widget: its text, what is lit up in it, and last year's beside it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher
from typing import Any

import traitlets

from toolkit.checks.narrative.explaining import Explanation, explain_figures
from toolkit.checks.narrative.ties import Tie
from toolkit.entry.session.links import standing_links
from toolkit.entry.session.listing import ListedFinding
from toolkit.entry.web import plain_widgets
from toolkit.entry.web.bundle import style
from toolkit.forms import Address, Part
from toolkit.report import Report
from toolkit.report.model import FigureLink, value_text

_CLAUSE = re.compile(r"[^。；，、：\n]*[。；，、：\n]?")


class TextPart(plain_widgets.AnyWidget):
    """An editor with the part's subtopics as headings, its figures lit up, and a figure chooser."""

    module = plain_widgets.module_of("text_part.js")
    _css = style("text_part.css")
    form_id = traitlets.Unicode().tag(sync=True)
    part = traitlets.Unicode().tag(sync=True)
    heading = traitlets.Unicode().tag(sync=True)
    topics: traitlets.List[str] = traitlets.List().tag(sync=True)
    has_last_year = traitlets.Bool().tag(sync=True)
    figures: traitlets.List[dict[str, str]] = traitlets.List().tag(sync=True)  # on offer, when they are asked for
    comparison = traitlets.Dict().tag(sync=True)
    explanation = traitlets.Dict().tag(sync=True)
    state = traitlets.Dict().tag(sync=True)

    def __init__(self, part: Part, form_id: str, *, has_last_year: bool) -> None:
        super().__init__(
            form_id=form_id, part=part.key, heading=part.heading, topics=list(part.subtopics), has_last_year=has_last_year,
            state=text_state("", PartMarks(), 0),
        )  # fmt: skip
        self.add_class("nb-part-text")


@dataclass(frozen=True, slots=True)
class PartMarks:
    """What one text part shows beside its text; places in it count characters."""

    findings: tuple[dict[str, Any], ...] = ()
    ties: tuple[dict[str, Any], ...] = ()
    links: tuple[dict[str, Any], ...] = ()


def text_state(text: str, shown: PartMarks, answered: int, *, locked: bool = False) -> dict[str, Any]:
    """The state of a text part for the browser; ``answered`` is the number of the last message taken into account."""
    return {"values": {"text": text}, "answered": answered, "locked": locked} | {
        name: list(getattr(shown, name)) for name in ("findings", "ties", "links")
    }


def show_part(report: Report, part: str, listed: Iterable[ListedFinding], ties: Iterable[Tie]) -> PartMarks:
    """The surroundings of a part's text: findings, figures lit up, figures that follow a cell."""
    where = f"narrative.{part}"
    return PartMarks(
        findings=tuple(_mark_json(item) for item in listed if item.finding.where == where),
        ties=tuple(_tie_json(report, tie) for tie in ties if tie.where == where),
        links=tuple(_link_json(report, link) for link in standing_links(report, part)),
    )


def _mark_json(listed: ListedFinding) -> dict[str, Any]:
    """Where a finding of the list is in the text."""
    return {"id": listed.id, "start": listed.finding.start, "end": listed.finding.end}


def _tie_json(report: Report, tie: Tie) -> dict[str, Any]:
    cells = "、".join(report.form.label(address) for address in tie.addresses)
    note = "，".join(part for part in (cells, tie.reason) if part)
    return {"start": tie.start, "end": tie.end, "state": tie.state, "note": note}


def _link_json(report: Report, link: FigureLink) -> dict[str, Any]:
    label = report.form.label(Address.parse(link.address))
    return {"start": link.start, "end": link.start + len(link.text), "note": f"随“{label}”一并改动"}


def explain_figure(report: Report, last_year: Report | None, ties: Iterable[Tie], part: str, start: int) -> dict[str, Any]:
    """What the figure at ``start`` of a part was read as and compared with, line by line; empty where there is no figure.

    ``cells`` are the addresses it was compared with. The whole text is read for it: on a click, not on every key.
    """
    where = f"narrative.{part}"
    explanation = next((item for item in explain_figures(report, last_year) if item.where == where and item.start == start), None)
    if explanation is None:
        return {}
    tied = [tie for tie in ties if (tie.where, tie.start) == (where, start)]
    lines = (
        ("取为", explanation.meaning),
        ("结果", _result(explanation, tied)),
        ("读到的词", "、".join(explanation.words) or "没有认得的词"),
        ("范围", explanation.scope),
        ("可能是", "；".join(explanation.candidates)),
    )
    cells = [str(address) for tie in tied for address in tie.addresses]
    return {"start": start, "text": explanation.text, "lines": [list(line) for line in lines if line[1]], "cells": cells}


def figures_on_offer(report: Report) -> list[dict[str, str]]:
    """The figures a clerk may put into the text: every cell with a number, the total of a row first, zeros last."""
    rows = list(dict.fromkeys((address.table, address.row) for address in report.form.cells))
    addresses = [address for address, value in report.figures.items() if isinstance(value, int | Decimal)]
    addresses.sort(key=lambda address: (rows.index((address.table, address.row)), address not in report.form.sums))
    offers = [
        {"address": str(address), "label": report.form.label(address), "text": value_text(report.figures[address])}
        for address in addresses
    ]
    return sorted(offers, key=lambda offer: offer["text"] == "0")


def compare_texts(last: str, this: str, year: int) -> dict[str, Any]:
    """Last year's text and this year's, clause by clause: pieces that are the same, only there, only here.

    ``alike`` is the share of this year's characters that last year's text has too, in percent.
    """
    old, new = ([clause for clause in _CLAUSE.findall(text) if clause] for text in (last, this))
    pieces: list[list[str]] = []
    same = 0
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(["same", "".join(new[c:d])])
            same += len("".join(new[c:d]))
            continue
        pieces += [[name, text] for name, text in (("only_last", "".join(old[a:b])), ("only_this", "".join(new[c:d]))) if text]
    return {"year": year, "pieces": pieces, "alike": round(100 * same / max(len(this), 1))}


def _result(explanation: Explanation, tied: Iterable[Tie]) -> str:
    """What the comparison came to; an amount of the fee is compared with its box, not with a table."""
    fee = next((tie for tie in tied if tie.kind == "fee"), None)
    if fee is not None:
        return fee.reason
    compared = f"，应为 {explanation.expected}" if explanation.expected and explanation.state == "不符" else ""
    return f"{explanation.state}{compared}：{explanation.reason}"
