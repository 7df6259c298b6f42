"""Keep figures of the text equal to the cells they were put in from (文中数字随表).

The text holds the plain digits, so every exporter prints them; beside it the params file keeps a record
of place, cell and digits (``links``). In: the report before and after a change. Out: the report's texts and records
brought into line. A record whose digits were edited by hand is dropped: the text is the clerk's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from toolkit.core.text import common_start
from toolkit.entry.desk.changes import Change
from toolkit.report import Report
from toolkit.report.model import FigureLink, value_text


@dataclass(frozen=True, slots=True)
class LinkedText:
    """One part's text with its records, which are in order and do not overlap."""

    text: str
    links: tuple[FigureLink, ...]


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
        links = tuple(link for link in after.links if link.part == part)
        linked = _follow(after, _moved(LinkedText(old, links), new))
        kept += linked.links
        if linked.text != new:
            changes.append(Change(f"narrative.{part}", linked.text))
    if tuple(kept) != after.links:
        changes.append(Change("links", [link.model_dump() for link in kept]))
    return changes


def standing_links(report: Report, part: str) -> list[FigureLink]:
    """The records of a part whose digits are at their place."""
    text = getattr(report.narrative, part, "")
    return [link for link in report.links if link.part == part and _stands(link, text)]


def _moved(linked: LinkedText, text: str) -> LinkedText:
    """Records moved along with an edit; those the edit touched are left out."""
    if linked.text == text:
        return LinkedText(text, tuple(link for link in _ordered(linked.links) if _stands(link, text)))
    head = common_start(linked.text, text)
    room = min(len(linked.text), len(text)) - head
    tail = min(common_start(linked.text[::-1], text[::-1]), room)
    shift = len(text) - len(linked.text)
    moved = []
    for link in _ordered(linked.links):
        if link.start + len(link.text) <= head:
            moved.append(link)
        elif link.start >= len(linked.text) - tail:
            moved.append(link.model_copy(update={"start": link.start + shift}))
    return LinkedText(text, tuple(link for link in moved if _stands(link, text)))


def _follow(report: Report, linked: LinkedText) -> LinkedText:
    """Digits replaced by what their cells show now; a cell that is blank or dirty leaves them as they are."""
    pieces: list[str] = []
    links: list[FigureLink] = []
    end = length = 0
    for link in linked.links:
        if link.start < end:
            continue
        text_now = _printed_figure(report, link.address) or link.text
        pieces += [linked.text[end : link.start], text_now]
        length += link.start - end
        links.append(link.model_copy(update={"start": length, "text": text_now}))
        length += len(text_now)
        end = link.start + len(link.text)
    return LinkedText("".join((*pieces, linked.text[end:])), tuple(links))


def _ordered(links: Iterable[FigureLink]) -> Iterator[FigureLink]:
    return iter(sorted(links, key=lambda link: link.start))


def _stands(link: FigureLink, text: str) -> bool:
    """The digits are there, and are not part of a longer number."""
    end = link.start + len(link.text)
    around = text[max(link.start - 1, 0) : link.start] + text[end : end + 1]
    return text[link.start : end] == link.text and not any(sign.isascii() and sign.isdigit() for sign in around)


def _printed_figure(report: Report, address: str) -> str:
    cell = report.form.cell(address)
    value = report.figures[cell] if cell else None
    return "" if value is None or isinstance(value, str) else value_text(value)
