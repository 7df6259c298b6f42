"""The present state of the form: the desk's report, keys not yet kept on top of it, and what the rules say of both.

In: what the widgets report (typed text, presses). Out: a ``View`` to show. No widgets here, and nothing on the disk
except through the desk.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from toolkit.checks import Case
from toolkit.checks.catalogue import confirms, run_case, subject_of, text_at
from toolkit.checks.finding import edited, sort_findings
from toolkit.checks.fixes.localisation import suggest_mends
from toolkit.checks.narrative.ties import Tie
from toolkit.checks.rules.fees import tie_fees
from toolkit.core.text import cleaned
from toolkit.entry.desk.changes import Change, RefusedValue, apply_changes, value_at
from toolkit.entry.desk.desk import Desk
from toolkit.entry.session.boxes import (
    CARRIED,
    SCANNED,
    ScannedCells,
    carried_findings,
    refused_findings,
    scan_findings,
    typed_value,
)
from toolkit.entry.session.links import link_changes, new_link
from toolkit.entry.session.listing import ListedFinding, Progress, fill_progress, list_findings, with_mends
from toolkit.forms import Address
from toolkit.register.lookup import RegisterCounts
from toolkit.report import Report
from toolkit.report.model import FigureLink
from toolkit.report.writing import report_to_values


@dataclass(frozen=True)
class View:
    """One moment of the form."""

    case: Case
    listed: tuple[ListedFinding, ...]
    progress: Progress

    @property
    def report(self) -> Report:
        return self.case.report

    @cached_property
    def ties(self) -> tuple[Tie, ...]:
        """The figures of the text that are lit up; computed after the findings, which a clerk waits for, have been sent."""
        return tie_fees(self.case)


class Session:
    """A desk, what the rules may look at beside its report, and the keys of the cell being typed in.

    Attributes:
        view: what the form shows now.
    """

    def __init__(self, desk: Desk, case: Case, scanned: ScannedCells | None = None) -> None:
        self._scanned = scanned or ScannedCells(desk.path)
        self.desk, self._case = desk, case
        self._typing: dict[str, Change] = {}
        self._before_press: dict[str, str] = {}  # texts that a press changed, as they were; by path
        self._judging = False  # 预览 and 生成 were asked for: blanks are errors from then on
        self._looked_at: tuple[Mapping[str, RefusedValue], frozenset[str], frozenset[str]] = ({}, frozenset(), frozenset())
        self.view = self._look(desk.report)

    def type_cells(self, typed: Mapping[str, str], *, keep: bool) -> View:
        """Text typed or pasted into cells, by address; ``keep`` puts it into the journal."""
        report = self.desk.report
        cells = {Address.parse(name): text for name, text in typed.items()}
        own_cells = {address: text for address, text in cells.items() if address in report.form.cells}
        values = {address: typed_value(text, report.form.cells[address]) for address, text in own_cells.items()}
        changes = [Change(f"figures.{address}", value) for address, value in values.items()]
        if keep:  # who types a figure has looked at the cell
            self._scanned.confirm(str(address) for address, value in values.items() if value not in (None, ""))
        return self._take([*changes, *_freed_totals(report, own_cells)], keep=keep)

    def confirm_scanned(self, address: str) -> View:
        """A person has compared a cell with its cut-out from the scan."""
        if not self.desk.read_only:
            self._scanned.confirm([address])
        return self._show(self.view.report)

    def type_text(self, part: str, text: str, *, keep: bool) -> View:
        """The text of a part.

        What was typed just before a press may be sent once more behind it: that is not new text, and undoes nothing.
        """
        path, text = f"narrative.{part}", cleaned(text)
        if self._before_press.pop(path, None) == text:
            return self.view
        return self._take([Change(path, text)], keep=keep)

    def set_values(self, values: Mapping[str, Any]) -> View:
        """Values of the params file by path: fields, channels, mends."""
        return self._take(
            [Change(path, cleaned(value) if isinstance(value, str) else value) for path, value in values.items()], keep=True
        )

    def take_register(self, found: RegisterCounts, values: Mapping[str, Any]) -> View:
        """Figures counted from the register, and the register they are compared with from now on."""
        self._case = replace(self._case, register=found)
        return self.set_values(values)

    def append_linked(self, part: str, text: str, links: Sequence[FigureLink]) -> View:
        """A longer text of a part, whose new figures follow their cells."""
        self.set_values({f"narrative.{part}": text})
        entries = [item.model_dump() for item in (*self.desk.report.links, *links)]
        return self._take([Change("links", entries)], keep=True)

    def mend(self, number: str, which: int) -> View:
        """Press the button of a mend; a finding that is gone meanwhile is passed over."""
        item = self._item(number)
        if item is None or which >= len(item.mends):
            return self.view
        if item.finding.code == CARRIED:
            self.desk.accept_carried()
            return self._show(self.desk.report)
        report, mend = self.desk.report, item.mends[which]
        if mend.edits:
            self._before_press[mend.where] = str(value_at(report_to_values(self.view.report), mend.where) or "")
            return self._take([self._text_change(mend.where, mend.edits)], keep=True)
        changes = [self._value_change(path, _mended(report, path, value)) for path, value in mend.changes.items()]
        cells = [Address.parse(change.path.removeprefix("figures.")) for change in changes if change.path.startswith("figures.")]
        paths = {change.path for change in changes}
        freed = [change for change in _freed_totals(report, cells) if change.path not in paths]
        return self._take([*changes, *freed], keep=True)

    def confirm(self, number: str, reason: str) -> View:
        """Confirm a warning as meant; without a reason the confirmation is taken back."""
        item = self._item(number)
        if item is None or item.finding.severity != "warning":
            return self.view
        finding = item.finding
        if finding.code == SCANNED:
            return self.confirm_scanned(finding.place) if reason else self.view
        text = text_at(self.desk.report, finding.where)
        others = [each.finding for each in self.view.listed if each.finding.code == finding.code and each is not item]
        confirmations = [
            entry.model_dump(exclude_defaults=True)
            for entry in self.desk.report.confirmed
            if (entry.code, entry.where.removeprefix("figures.")) != (finding.code, finding.place)
            or (not confirms(entry, finding, text) and any(confirms(entry, other, text) for other in others))
        ]
        if reason:
            about = subject_of(finding, text)
            confirmations.append({"code": finding.code, "where": finding.place, "reason": cleaned(reason), "about": about})
        return self._take([Change("confirmed", confirmations)], keep=True)

    def link(self, part: str, start: int, address: str) -> View:
        """Let the figure at ``start`` of a part follow the cell it was put in from."""
        link = new_link(self.desk.report, part, start, address)
        if link is None:
            return self.view
        return self._take([Change("links", [item.model_dump() for item in (*self.desk.report.links, link)])], keep=True)

    def suggest(self) -> bool:
        """Add mends of sums that do not add up; whether there are any. Takes up to 0.2 s a table, so not on every key."""
        if self._typing or not any(len(item.cells) > 1 for item in self.view.listed):
            return False
        listed = with_mends(self.view.report, self.view.listed, suggest_mends(self.view.report))
        changed = listed != self.view.listed
        self.view = replace(self.view, listed=listed)
        return changed

    def judge(self) -> View:
        """Preview or report was asked for: from now on what is blank is an error."""
        self._judging = True
        self.view = self._look(self.view.report)
        return self.view

    @property
    def is_typing(self) -> bool:
        """Keys were pressed that are not in the journal yet."""
        return bool(self._typing)

    def undo(self) -> View:
        self._typing.clear()
        return self._show(self.desk.undo())

    def redo(self) -> View:
        self._typing.clear()
        return self._show(self.desk.redo())

    def leave(self) -> None:
        """Typing has ended here: pending text is kept as it is, unless another desk has taken the report."""
        if self.desk.read_only:
            self._typing.clear()
        elif self._typing:
            self._take([], keep=True)

    def reload(self) -> View:
        """After a change of the desk without typing: a conflict resolved, the report taken over."""
        self._typing.clear()
        return self._show(self.desk.report)

    @property
    def last_year(self) -> Report | None:
        return self._case.last_year

    # ---- within

    def _item(self, number: str) -> ListedFinding | None:
        return next((item for item in self.view.listed if item.id == number), None)

    def _take(self, changes: Sequence[Change], *, keep: bool) -> View:
        self._typing |= {change.path: change for change in changes}
        entries = list(self._typing.values())
        report = apply_changes(self.desk.report, entries)[0]
        following = link_changes(self.desk.report, report)
        if not keep:
            return self._show(apply_changes(report, following)[0] if following else report)
        self._typing = {}
        # one step for what was typed and what follows it, so that one undo takes back both
        named = {change.path for change in following}
        return self._show(self.desk.change([*(change for change in entries if change.path not in named), *following]))

    def _text_change(self, where: str, edits: Sequence[tuple[int, int, str]]) -> Change:
        """The text at a path with the edits of a finding made."""
        values = report_to_values(self.view.report)
        if not where.startswith("channels."):
            return Change(where, edited(str(value_at(values, where) or ""), edits))
        # the finding counts the channels of the report, the list on the screen may have unfinished rows
        _, number, key = where.split(".")
        row = values["channels"][int(number)]
        rows = list(self.desk.value("channels"))
        return self._value_change(f"channels.{rows.index(row)}.{key}", edited(str(row[key]), edits))

    def _value_change(self, path: str, value: Any) -> Change:
        """The change of one value; a channel is part of its list, which is changed as a whole."""
        if not path.startswith("channels."):
            return Change(path, value)
        _, number, key = path.split(".")
        rows = [dict(row) for row in self.desk.value("channels")]
        rows[int(number)][key] = value
        return Change("channels", rows)

    def _show(self, report: Report) -> View:
        # leaving a cell sends the text of its last key once more
        looked_at = (self.desk.pending, self.desk.carried, frozenset(self._scanned.waiting))
        if report != self.view.report or self._looked_at != looked_at:
            self.view = self._look(report)
        return self.view

    def _look(self, report: Report) -> View:
        case = replace(self._case, report=report)
        waiting = self._scanned.waiting
        pending, carried, _ = self._looked_at = dict(self.desk.pending), frozenset(self.desk.carried), frozenset(waiting)
        of_the_form = (
            *refused_findings(report, pending), *carried_findings(report, carried), *scan_findings(report, waiting),
        )  # fmt: skip
        # a box whose text was refused is not blank; the finding on the text says what is wrong
        of_the_rules = [
            replace(item, repair="") if item.repair and item.place in waiting else item  # the figure is on the scan, it is not 0
            for item in run_case(case)
            if not (item.code == "fee-blank" and item.where in pending)
        ]
        findings = sort_findings([*of_the_rules, *of_the_form], report.form) if of_the_form else of_the_rules
        listed = list_findings(report, findings, todo=not self._judging)
        return View(case, listed, fill_progress(report))


def _mended(report: Report, path: str, value: Any) -> Any:
    """A mend's value for a cell is text, as ``Finding.repair`` gives it; elsewhere it is taken as it is."""
    if not path.startswith("figures.") or not isinstance(value, str):
        return value
    address = Address.parse(path.removeprefix("figures."))
    return typed_value(value, report.form.cells[address])


def _freed_totals(report: Report, changed: Iterable[Address]) -> Iterator[Change]:
    """Totals that were given and agreed with their parts are computed from now on, as the parts are being changed.

    A given total that never agreed stays, and with it the finding that says so.
    """
    given, waiting, seen = report.figures.given, list(changed), set(changed)
    while waiting:
        part = waiting.pop()
        for total, alternatives in report.form.sums.items():
            if total in seen or not any(part in parts for parts in alternatives):
                continue
            seen.add(total)
            waiting.append(total)
            if total in given and _agrees(report, total, alternatives):
                yield Change(f"figures.{total}", None)


def _agrees(report: Report, total: Address, alternatives: tuple[tuple[Address, ...], ...]) -> bool:
    own = report.figures.number(total)
    sums = [[report.figures.number(part) for part in parts] for parts in alternatives]
    return all(None in parts or own == sum(value or 0 for value in parts) for parts in sums)
