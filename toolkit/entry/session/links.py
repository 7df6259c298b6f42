"""Keep figures of the text equal to the cells they were put in from (文中数字随表).

The text holds the plain digits, so every exporter prints them; beside it the params file keeps a record
of place, cell and digits (``links``). In: the report before and after a change. Out: the report's texts and records
brought into line. A record whose digits were edited by hand is dropped: the text is the clerk's.
"""

from __future__ import annotations

from collections.abc import Iterable

from toolkit.core.text import common_start
from toolkit.entry.desk.changes import Change
from toolkit.report import Report
from toolkit.report.model import FigureLink, value_text


def new_link(report: Report, part: str, start: int, address: str) -> FigureLink | None:
    """The record of a figure just put in at ``start``; ``None`` when the text there is not what the cell shows."""
    text = _printed_figure(report, address)
    standing = getattr(report.narrative, part, "")[start : start + len(text)]
    if not text or standing != text:
        return None
    return FigureLink(part=part, start=start, address=address, text=text)


def link_changes(before: Report, after: Report) -> list[Change]:
    """What else has to change when ``before`` becomes ``after``: texts with linked figures, and the records."""
    if not after.links:
        return []
    changes: list[Change] = []
    kept: list[FigureLink] = []
    for part in dict.fromkeys(link.part for link in after.links):
        old, new = getattr(before.narrative, part, ""), getattr(after.narrative, part, "")
        text, links = _follow(after, new, _moved([link for link in after.links if link.part == part], old, new))
        kept += links
        if text != new:
            changes.append(Change(f"narrative.{part}", text))
    if tuple(kept) != after.links:
        changes.append(Change("links", [link.model_dump() for link in kept]))
    return changes


def standing_links(report: Report, part: str) -> list[FigureLink]:
    """The records of a part whose digits are at their place."""
    text = getattr(report.narrative, part, "")
    return [link for link in report.links if link.part == part and _stands(link, text)]


def _moved(links: Iterable[FigureLink], before: str, text: str) -> list[FigureLink]:
    """Records in order, moved along with an edit; those the edit touched are left out."""
    head = common_start(before, text)
    tail = min(common_start(before[::-1], text[::-1]), min(len(before), len(text)) - head)
    moved = []
    for link in sorted(links, key=lambda link: link.start):
        if link.start + len(link.text) <= head:
            moved.append(link)
        elif link.start >= len(before) - tail:
            moved.append(link.model_copy(update={"start": link.start + len(text) - len(before)}))
    return [link for link in moved if _stands(link, text)]


def _follow(report: Report, text: str, links: Iterable[FigureLink]) -> tuple[str, list[FigureLink]]:
    """Digits replaced by what their cells show now; a cell that is blank or dirty leaves them as they are."""
    pieces: list[str] = []
    followed: list[FigureLink] = []
    end = length = 0
    for link in links:
        if link.start < end:
            continue
        text_now = _printed_figure(report, link.address) or link.text
        pieces += [text[end : link.start], text_now]
        length += link.start - end
        followed.append(link.model_copy(update={"start": length, "text": text_now}))
        length += len(text_now)
        end = link.start + len(link.text)
    return "".join((*pieces, text[end:])), followed


def _stands(link: FigureLink, text: str) -> bool:
    """The digits are there, and are not part of a longer number."""
    end = link.start + len(link.text)
    around = text[max(link.start - 1, 0) : link.start] + text[end : end + 1]
    return text[link.start : end] == link.text and not any(sign.isascii() and sign.isdigit() for sign in around)


def _printed_figure(report: Report, address: str) -> str:
    cell = report.form.cell(address)
    value = report.figures[cell] if cell else None
    return "" if value is None or isinstance(value, str) else value_text(value)
