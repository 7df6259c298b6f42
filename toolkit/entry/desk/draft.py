"""The state of a report that is being filled in, and the steps that lead to it; no files, no clock.

In: a report and steps. Out: the next frozen ``Draft``. Playing steps back gives the state they were made in, which is
what makes the journal a safe place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from toolkit.entry.desk.changes import Change, RefusedValue, apply_changes, differing_paths, overlap, value_at
from toolkit.entry.desk.journal import Entry, Step, StepKind
from toolkit.report import Report
from toolkit.report.writing import report_to_values

UNDO_STEPS = 500


@dataclass(frozen=True, slots=True)
class Draft:
    """A whole report, what was typed beside it (``pending``), and what can be undone and done again."""

    report: Report
    pending: Mapping[str, RefusedValue] = field(default_factory=dict)
    done: tuple[Step, ...] = ()
    undone: tuple[Step, ...] = ()

    def value(self, path: str) -> Any:
        """The value at a path, refused or not; ``None`` for a blank."""
        return self.reader()(path)

    def reader(self) -> Callable[[str], Any]:
        """``value`` for many paths: the report is turned into plain values once."""
        values = report_to_values(self.report)
        return lambda path: self.pending[path].value if path in self.pending else value_at(values, path)


def take_step(draft: Draft, kind: StepKind, changes: Sequence[Change], *, when: datetime, who: str) -> tuple[Draft, Step | None]:
    """Make the changes as one step; ``None`` for a step that changes nothing."""
    after = _with_changes(draft, changes)
    was, now = report_to_values(draft.report), report_to_values(after.report)
    entries = []
    for path in dict.fromkeys(change.path for change in changes):
        old, new = _value(draft, was, path), _value(after, now, path)
        if old != new or type(old) is not type(new):
            entries.append(Entry(when, who, path, old, new))
    if not entries:
        return draft, None
    step = Step(kind, tuple(entries))
    return _stacked(after, step), step


def undo_changes(draft: Draft) -> list[Change]:
    """The changes that take back the last step; empty when there is none."""
    return [Change(entry.path, entry.before) for entry in draft.done[-1].entries] if draft.done else []


def redo_changes(draft: Draft) -> list[Change]:
    """The changes that do the last undone step again; empty when there is none."""
    return [Change(entry.path, entry.after) for entry in draft.undone[-1].entries] if draft.undone else []


def play_back(draft: Draft, steps: Sequence[Step]) -> Draft:
    """The draft after all the steps; the report is built once, however many they are, but for what is refused in the end.

    A place that may not be blank (the name of the organ) then keeps the value before, so its values are set one by one.
    """
    last: dict[str, Change] = {}
    for step in steps:
        for entry in step.entries:
            last.pop(entry.path, None)  # the order of the last writing counts, a group may hold a key
            last[entry.path] = Change(entry.path, entry.after)
        draft = _stacked(draft, step)
    if not last:
        return draft
    played = _with_changes(draft, list(last.values()))
    refused = played.pending.keys() & last.keys()
    earlier = [Change(entry.path, entry.after) for step in steps for entry in step.entries if entry.path in refused]
    if len(earlier) == len(refused):
        return played
    for change in earlier:
        draft = _with_changes(draft, [change])
    return _with_changes(draft, list(last.values()))


def remember_steps(draft: Draft, past: Sequence[Step]) -> Draft:
    """The draft with the steps that led to it on its stacks, so that they can be undone; its values stay."""
    for step in past:
        draft = _stacked(draft, step)
    return draft


def step_between(before: Report, after: Draft, kind: StepKind, *, when: datetime, who: str) -> Step | None:
    """The step that leads from a report to a draft, pending values included; ``None`` when there is none to take."""
    old, new = report_to_values(before), report_to_values(after.report)
    paths = dict.fromkeys((*differing_paths(before, after.report), *after.pending))
    entries = tuple(Entry(when, who, path, value_at(old, path), _value(after, new, path)) for path in paths)
    return Step(kind, entries) if entries else None


def _with_changes(draft: Draft, changes: Sequence[Change]) -> Draft:
    report, refused = apply_changes(draft.report, changes)
    touched = {change.path for change in changes}
    others = {path: value for path, value in draft.pending.items() if not any(overlap(path, one) for one in touched)}
    return replace(draft, report=report, pending=others | refused)


def _stacked(draft: Draft, step: Step) -> Draft:
    match step.kind:
        case "undo" if draft.done:
            return replace(draft, done=draft.done[:-1], undone=(*draft.undone, draft.done[-1]))
        case "redo" if draft.undone:
            return replace(draft, done=(*draft.done, draft.undone[-1]), undone=draft.undone[:-1])
        case "undo" | "redo" | "kept":
            return draft
    return replace(draft, done=(*draft.done, step)[-UNDO_STEPS:], undone=())


def _value(draft: Draft, values: Mapping[str, Any], path: str) -> Any:
    return draft.pending[path].value if path in draft.pending else value_at(values, path)
