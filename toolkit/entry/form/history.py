"""Show the history of a report (修改记录) as a table a person can read: what was changed in a row as one line.

In: entries of the journal. Out: HTML. Of a long text only the words that changed are shown, with a few around them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from html import escape
from typing import Any

from toolkit.core.text import common_start
from toolkit.entry.desk.journal import Entry
from toolkit.entry.session.office_words import brief, place_name
from toolkit.forms import Form

_AROUND = 12  # characters before and after what changed
_LONG = 40


def history_html(form: Form, entries: Iterable[Entry]) -> str:
    """The history as a table: when, who, which place, from, to."""
    head = "".join(f'<th scope="col">{name}</th>' for name in ("时间", "修改人", "位置", "原来", "改为"))
    rows = "".join(f"<tr>{_cells(form, entry)}</tr>" for entry in entries)
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    return f'<div class="nb-history" role="region" aria-label="修改记录" tabindex="0">{table}</div>'


def latest_first(entries: Sequence[Entry]) -> list[Entry]:
    """The entries with the latest first; typing at one place within minutes is one entry, from the first state to the last."""
    merged: list[Entry] = []
    for entry in entries:
        last = merged[-1] if merged else None
        if last is not None and entry.goes_on(last) and last.after == entry.before:
            merged[-1] = replace(entry, before=last.before)
        else:
            merged.append(entry)
    return [entry for entry in reversed(merged) if entry.before != entry.after]


def _cells(form: Form, entry: Entry) -> str:
    when = f"{entry.when.astimezone():%m-%d %H:%M}"
    before, after = changed_words(entry.before, entry.after)
    short = "".join(f'<td class="nb-short">{escape(text)}</td>' for text in (when, entry.who))
    return short + "".join(f"<td>{escape(text)}</td>" for text in (place_name(form, entry.path), before, after))


def changed_words(before: Any, after: Any) -> tuple[str, str]:
    """Both values in a few words; of long texts what differs, with some words around it."""
    if not (isinstance(before, str) and isinstance(after, str) and max(len(before), len(after)) > _LONG and before and after):
        return brief(before), brief(after)
    start = common_start(before, after)
    end = min(common_start(before[::-1], after[::-1]), min(len(before), len(after)) - start)
    return _piece(before, start, len(before) - end), _piece(after, start, len(after) - end)


def _piece(text: str, start: int, end: int) -> str:
    low, high = max(0, start - _AROUND), min(len(text), end + _AROUND)
    piece = brief(text[low:high].replace("\n", " "))
    return f"{'……' if low else ''}{piece}{'……' if high < len(text) else ''}"
