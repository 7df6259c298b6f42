"""Make sense of a journal when a report is opened again, and keep it within bounds.

In: the records of a journal. Out: what is history, which steps are not in the params file yet and what they were made
on, which figures are still marked as carried over, and what the clerk should read about it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from toolkit.core.write_failures import reason
from toolkit.entry.desk.journal import HISTORY_BYTES, Base, Journal, JournalRead, Marks, Record, Step, size_of

TOGETHER_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Recovered:
    """A journal, understood. ``base`` is ``None`` when it is not known what the steps were made on."""

    past: tuple[Step, ...] = ()
    steps: tuple[Step, ...] = ()  # not saved yet
    base: Base | None = None
    sha256: str = ""  # of the file that the last save left or a clerk started from
    carried: frozenset[str] = frozenset()
    sentences: tuple[str, ...] = ()
    is_damaged: bool = False


def recover(journal: Journal) -> Recovered:
    """The content of a journal; an unreadable one is reported and counts as empty."""
    try:
        read = journal.read()
    except OSError as error:
        message = f"改动记录读不出来（{reason(error)}），上次没有保存的改动暂时看不到"
        return Recovered(sentences=(message,))
    records = read.records
    at = max((number for number, record in enumerate(records) if isinstance(record, Base)), default=-1)
    base = records[at] if at >= 0 else None
    steps = tuple(record for record in records[at + 1 :] if isinstance(record, Step))
    return Recovered(
        past=tuple(record for record in records[: at + 1] if isinstance(record, Step)),
        steps=steps,
        base=base if isinstance(base, Base) and base.text else None,
        sha256=base.sha256 if isinstance(base, Base) else "",
        carried=_carried(records),
        sentences=tuple(_sentences(read, steps)),
        is_damaged=read.torn or read.damaged > 0,
    )


def bounded(records: Sequence[Record], limit: int = HISTORY_BYTES) -> list[Record]:
    """The newest records that fit into ``limit`` bytes; marks are always kept."""
    kept: list[Record] = []
    room = limit
    for record in reversed(records):
        room -= size_of(record) if isinstance(record, Step) else 0
        if room >= 0 or isinstance(record, Marks):
            kept.append(record)
    return kept[::-1]


def drawn_together(steps: Sequence[Step]) -> list[Step]:
    """Steps of one person at one text, within minutes, as one step from the first state to the last."""
    merged: list[Step] = []
    for step in steps:
        last = merged[-1] if merged else None
        if last and _continues(last, step):
            first = last.entries[0]
            merged[-1] = Step("change", (replace(step.entries[0], before=first.before),))
        else:
            merged.append(step)
    return merged


def _continues(last: Step, step: Step) -> bool:
    if not (last.kind == step.kind == "change" and len(last.entries) == len(step.entries) == 1):
        return False
    one, two = last.entries[0], step.entries[0]
    near = (two.when - one.when).total_seconds() <= TOGETHER_SECONDS
    return one.path.startswith("narrative.") and (one.path, one.who) == (two.path, two.who) and near


def _sentences(read: JournalRead, steps: Sequence[Step]) -> list[str]:
    """What a clerk should know about a journal that was played back."""
    sentences = []
    if steps:
        last = steps[-1].entries[-1]
        sentences.append(
            f"已恢复上次没有保存的 {len(steps)} 步改动，最后一步在 {last.when.astimezone():%m月%d日 %H:%M}（{last.who}）"
        )
    if read.torn:
        sentences.append("最后一步改动只写下了一半（可能是断电），已略过，请核对最后填的一处")
    if read.damaged:
        sentences.append(f"改动记录有 {read.damaged} 行损坏，已略过，原文件留有副本；请核对最近的改动")
    return sentences


def _carried(records: Sequence[Record]) -> frozenset[str]:
    """What was carried over, less what was accepted or changed since."""
    paths: set[str] = set()
    for record in records:
        match record:
            case Marks("carried", _, _, marked):
                paths |= set(marked)
            case Marks(_, _, _, marked):
                paths -= set(marked)
            case Step(_, entries):
                paths -= {entry.path for entry in entries}
    return frozenset(paths)
