"""Apply what a clerk changed to a report, by the dotted paths of the params file.

In: a frozen ``Report`` and changes (``figures.applications.new.natural_person`` to ``3``). Out: the changed report, and
what cannot be part of a report yet (a name that is empty, a channel without a count) with the reason, so that nothing
that was typed has to be thrown away. The report holds a blank in such a place, never the value that was there before:
what is printed must not differ from the screen without a word. Only what no report can do without (the organ's name)
stays as it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from toolkit.core.errors import ParamsUnreadable, Problem
from toolkit.report import Figures, Report
from toolkit.report.reading import report_from_parameters
from toolkit.report.writing import report_to_values

_FEE = "processing_fee"
_BLANKS: tuple[Any, ...] = (None, "", [], {}, ())
_PARTS = tuple(item.name for item in fields(Report) if item.compare)  # one that no change is about stays the same object


@dataclass(frozen=True, slots=True)
class Change:
    """One place of the params file and its new value, plain as in the file; ``None``, ``""`` and ``[]`` blank it."""

    path: str
    value: Any


@dataclass(frozen=True, slots=True)
class RefusedValue:
    """What was typed and makes no report: kept beside it (未采用), with every reason."""

    value: Any
    problems: tuple[Problem, ...]

    @property
    def message(self) -> str:
        return "；".join(str(problem) for problem in self.problems)


def apply_changes(report: Report, changes: Sequence[Change]) -> tuple[Report, dict[str, RefusedValue]]:
    """The report with the changes in it, and by path those that do not fit; their places are blank."""
    touched = {change.path.partition(".")[0] for change in changes}
    texts_only = touched == {"narrative"}  # every key of a text: nothing else is read again
    values = report_to_values(
        Report(report.year, report.organ, Figures(report.form, {}), narrative=report.narrative) if texts_only else report
    )
    for change in changes:
        _put(values, change.path, change.value)
    try:
        changed = report_from_parameters(values)
    except ParamsUnreadable as error:
        bad = [change for change in changes if _about(change.path, error.problems)] or list(changes)
        good = [change for change in changes if change not in bad]
        good += [left for change in bad if (left := _without_refused(change, error.problems)) is not None]
        fitting, refused = apply_changes(report, good) if good else (report, {})
        replies = {
            change.path: RefusedValue(change.value, _about(change.path, error.problems) or error.problems) for change in bad
        }
        return fitting, refused | replies
    touched |= {"figures", "foreign"} if touched & {"figures", "year"} else set()
    untouched = {name: getattr(report, name) for name in _PARTS if name not in touched}
    same = {name: old for name, old in untouched.items() if texts_only or old == getattr(changed, name)}
    # lines of the file are still where findings should point, unless it was rewritten
    return replace(changed, source=report.source, **same), {}


def value_at(values: Mapping[str, Any], path: str) -> Any:
    """The value at a path of plain values (``report_to_values``); ``None`` for a blank."""
    node: Any = values
    for key in path.split("."):
        node = node.get(key) if isinstance(node, Mapping) else None
    return node


def differing_paths(ours: Report, theirs: Report) -> tuple[str, ...]:
    """The paths at which two reports differ, in the order of the file; lists are compared as a whole."""
    left, right = dict(_leaves(report_to_values(ours))), dict(_leaves(report_to_values(theirs)))
    return tuple(path for path in dict.fromkeys((*left, *right)) if left.get(path) != right.get(path))


def overlap(one: str, other: str) -> bool:
    """Whether two paths are the same or one is within the other."""
    return one == other or one.startswith(f"{other}.") or other.startswith(f"{one}.")


def _without_refused(change: Change, problems: Sequence[Problem]) -> Change | None:
    """What is left of a change when that which makes no report is taken out of it; ``None`` for nothing."""
    if change.path.startswith(f"{_FEE}.") and change.value is not None:
        return Change(change.path, None)
    if change.path == "channels" and isinstance(change.value, list):
        bad = {problem.path.split(".")[1] for problem in problems if problem.path.startswith("channels.")}
        return Change("channels", [row for at, row in enumerate(change.value) if str(at) not in bad]) if bad else None
    return None


def _about(path: str, problems: Sequence[Problem]) -> tuple[Problem, ...]:
    return tuple(problem for problem in problems if overlap(path, problem.path))


def _put(values: dict[str, Any], path: str, value: Any) -> None:
    """Set a value in nested plain values; a blank is left out, as in a file."""
    *groups, last = path.split(".")
    blank = any(value is item or value == item for item in _BLANKS)
    node = values
    for key in groups:
        if not isinstance(node.get(key), dict):
            if blank:
                return
            node[key] = {}
        node = node[key]
    if not blank:
        node[last] = value
    else:
        node.pop(last, None)
        if groups == [_FEE] and not node:
            del values[_FEE]  # a fee without figures is not reported, which is not a fee of 0


def _leaves(values: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in values.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, f"{above}{key}.")
        else:
            yield f"{above}{key}", value
