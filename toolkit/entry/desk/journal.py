"""Keep every change on disk the moment it is made: the journal (改动日志) beside the params file.

In: records (a step a clerk made, the file it started from, marks). Out: one JSON line each with its checksum, forced
to the disk; on reading, half-written lines (a power cut) are separated from complete ones.

The file is the history (修改记录) too. A ``base`` line opens a stretch that is not saved yet: it holds the params file
as it was, so that the stretch can be played back even if that file is lost. Saving drops the base and keeps the steps,
within ``HISTORY_BYTES``. ``recover`` makes sense of a journal when a report is opened again.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from toolkit.core.errors import CannotWrite
from toolkit.core.files import append_lines, save_bytes
from toolkit.core.write_failures import reason

HISTORY_BYTES = 1_000_000
JOURNAL_BYTES = 3_000_000  # beyond it the typing of one text is drawn together
TOGETHER_SECONDS = 300

StepKind = Literal["change", "undo", "redo", "resolve", "kept"]  # kept: still not usable after a save; no news


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the history (修改记录): plain values as in the params file, ``None`` for a blank."""

    when: datetime
    who: str
    path: str
    before: Any
    after: Any

    def goes_on(self, last: Entry) -> bool:
        """Whether this is more typing of the same person at the same place, within minutes."""
        near = (self.when - last.when).total_seconds() <= TOGETHER_SECONDS
        return near and (last.path, last.who) == (self.path, self.who)


@dataclass(frozen=True, slots=True)
class Step:
    """What was changed in one go and is undone in one go."""

    kind: StepKind
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Base:
    """The params file a stretch of unsaved steps started from: its text and the SHA-256 of its bytes."""

    when: datetime
    who: str
    sha256: str
    text: str


@dataclass(frozen=True, slots=True)
class Marks:
    """Paths that were carried over from last year (带入), or that a person has since accepted."""

    kind: Literal["carried", "accepted"]
    when: datetime
    who: str
    paths: tuple[str, ...]


Record = Step | Base | Marks


@dataclass(frozen=True, slots=True)
class JournalRead:
    """What a journal holds. ``torn``: its last line was cut short; ``damaged``: bad lines elsewhere."""

    records: tuple[Record, ...] = ()
    torn: bool = False
    damaged: int = 0


class Journal:
    """The journal of one params file; every write is on the disk when the call returns."""

    def __init__(self, params: Path) -> None:
        self.path = params.with_name(f".{params.name}.journal")

    def read(self) -> JournalRead:
        """Every good line.

        Raises:
            OSError: the file is there and cannot be read.
        """
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            return JournalRead()
        lines = data.split(b"\n")
        records = [(number, _decode(line)) for number, line in enumerate(lines, 1) if line.strip()]
        bad = [number for number, record in records if record is None]
        torn = bool(bad) and bad[-1] == len(lines)  # without a line end behind it
        return JournalRead(tuple(record for _, record in records if record), torn, len(bad) - torn)

    def append(self, records: Sequence[Record]) -> int:
        """Append lines and wait until the disk has them; the size of the journal in bytes.

        Raises:
            OSError: no permission, disk full. The journal is as long as before.
        """
        return append_lines(self.path, b"".join(map(_encode, records)))

    def replace(self, records: Iterable[Record]) -> None:
        """Replace the whole journal in one step.

        Raises:
            CannotWrite: the old one stays.
        """
        save_bytes(self.path, b"".join(_encode(record) for record in records))

    def set_aside(self) -> None:
        """Keep a copy of a journal with bad lines, for a person to look into."""
        copy = self.path.with_name(f"{self.path.name}.damaged")
        try:
            save_bytes(copy, self.path.read_bytes())
        except (OSError, CannotWrite):
            return  # no room for a copy: the original stays where it is until the next save


def size_of(record: Record) -> int:
    """Bytes a record takes in a journal."""
    return len(_encode(record))


def _encode(record: Record) -> bytes:
    match record:
        case Step(kind, entries):
            head = entries[0]
            values: dict[str, Any] = {
                "kind": kind, "when": head.when, "who": head.who,
                "items": [[entry.path, entry.before, entry.after] for entry in entries],
            }  # fmt: skip
        case Base(when, who, sha256, text):
            values = {"kind": "base", "when": when, "who": who, "sha256": sha256, "text": text}
        case Marks(kind, when, who, paths):
            values = {"kind": kind, "when": when, "who": who, "paths": paths}
    body = json.dumps(values, ensure_ascii=False, default=_plain, separators=(",", ":"))
    # half a character from a broken keyboard is no UTF-8 and still has to come back
    return f'{body[:-1]},"sum":"{_checksum(body)}"}}\n'.encode("utf-8", "surrogatepass")


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else str(value) if isinstance(value, Decimal) else repr(value)


def _checksum(body: str) -> str:
    return f"{zlib.crc32(body.encode('utf-8', 'surrogatepass')):08x}"


def _decode(line: bytes) -> Record | None:
    """The record of a line, ``None`` for a line that is not as it was written."""
    try:
        text = line.decode("utf-8", "surrogatepass").rstrip("\r")
        values = json.loads(text, parse_float=Decimal)
        if _checksum(text.rpartition(',"sum":')[0] + "}") != values["sum"]:
            return None
        return _record(values)
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def _record(values: dict[str, Any]) -> Record:
    when, who, kind = datetime.fromisoformat(values["when"]), str(values["who"]), values["kind"]
    if kind == "base":
        return Base(when, who, values["sha256"], values["text"])
    if kind in ("carried", "accepted"):
        return Marks(kind, when, who, tuple(values["paths"]))
    return Step(kind, tuple(Entry(when, who, path, before, after) for path, before, after in values["items"]))


@dataclass(frozen=True, slots=True)
class Recovery:
    """A journal, understood. ``base`` is ``None`` when it is not known what the steps were made on."""

    past: tuple[Step, ...] = ()
    steps: tuple[Step, ...] = ()  # not saved yet
    base: Base | None = None
    sha256: str = ""  # of the file that the last save left or a clerk started from
    carried: frozenset[str] = frozenset()
    sentences: tuple[str, ...] = ()
    is_damaged: bool = False


def recover(journal: Journal) -> Recovery:
    """The content of a journal; an unreadable one is reported and counts as empty."""
    try:
        read = journal.read()
    except OSError as error:
        message = f"改动记录读不出来（{reason(error)}），上次没有保存的改动暂时看不到"
        return Recovery(sentences=(message,))
    records = read.records
    at = max((number for number, record in enumerate(records) if isinstance(record, Base)), default=-1)
    base = records[at] if at >= 0 else None
    steps = tuple(record for record in records[at + 1 :] if isinstance(record, Step))
    return Recovery(
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
    return last.entries[0].path.startswith("narrative.") and step.entries[0].goes_on(last.entries[0])


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
