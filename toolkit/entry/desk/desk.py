"""One report on a clerk's desk: every change is on the disk before the call returns, and nothing overwrites anybody.

In: a params file, who sits there, a clock. Out: a ``Desk`` with the current report (journal played back), its history,
who else has it open, and whether the file was changed underneath. The form shows what the desk holds; widgets store
nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any, Self

from toolkit.core.errors import CannotWrite, NianbaoError, ParamsUnreadable
from toolkit.core.files import file_stamp, save_bytes, sync_folder
from toolkit.core.write_failures import reason, unreachable
from toolkit.entry.desk.changes import Change, RefusedValue
from toolkit.entry.desk.conflict import ChangedUnderneath, Conflict, Keep, changes_to, compare_with_file, content_hash, file_bytes
from toolkit.entry.desk.draft import Draft, play_back, redo_changes, remember_steps, step_between, take_step, undo_changes
from toolkit.entry.desk.journal import (
    JOURNAL_BYTES,
    Base,
    Entry,
    Journal,
    Marks,
    Record,
    Step,
    StepKind,
    bounded,
    drawn_together,
    recover,
)
from toolkit.entry.desk.lock import Lock, LockHolder
from toolkit.report import Report
from toolkit.report.reading import report_from_yaml
from toolkit.report.writing import merged_yaml
from toolkit.report.yaml_reading import decode, read_yaml_bytes

__all__ = ["Change", "ChangedUnderneath", "Conflict", "Desk", "Keep", "NotOurs"]
_NOT_LOOKED = (-1, -1)  # the look of no file: the next look reads it


class NotOurs(NianbaoError):
    """Nothing can be changed here: the report is open somewhere else. ``held`` says who, since when."""

    def __init__(self, held: LockHolder | None) -> None:
        self.held = held
        who = held.message if held else "这份年报已在另一处重新打开"
        super().__init__(f"{who}。这里只能查看，改动没有写入；要在这里继续填，请按“接手”")


class Desk:
    """A params file on the desk, with all that was ever typed and not saved.

    Attributes:
        notes: sentences about the opening: what was recovered, what was damaged.
        trouble: why the last changes are in memory only; ``None`` when all of them are on the disk.
        read_only: somebody else has it open.
    """

    def __init__(self, path: Path, *, who: str, now: Callable[[], datetime]) -> None:
        """Open a params file. When somebody else has it open the desk is read-only until ``take_over``.

        Raises:
            ParamsUnreadable: neither file nor journal make a report; every problem with its line.
        """
        self.path, self.who, self._now = path, who, now
        self.notes: tuple[str, ...] = ()
        self.trouble: str | None = None
        self._journal, self._lock = Journal(path), Lock(path, who=who, now=now)
        self._base: Base
        self._carried: frozenset[str] = frozenset()
        self._brought: dict[str, Any] = {}
        self._seen: tuple[int, int] | None = None
        self._draft: Draft
        self.read_only = not self._take_lock()
        try:
            self._load()
        except ParamsUnreadable:
            self._lock.release()
            raise

    @property
    def report(self) -> Report:
        """The current state, journal included: always a whole report."""
        return self._draft.report

    @property
    def pending(self) -> Mapping[str, RefusedValue]:
        """By path, what was typed and makes no report yet (未采用), with the reason."""
        return self._draft.pending

    @property
    def carried(self) -> frozenset[str]:
        """Paths carried over from last year (带入) that are neither changed nor accepted."""
        return self._carried

    @property
    def can_undo(self) -> bool:
        return bool(self._draft.done) and not self.read_only

    @property
    def can_redo(self) -> bool:
        return bool(self._draft.undone) and not self.read_only

    @property
    def unsaved(self) -> int:
        """Steps that are in the journal and not in the params file yet; what no file can hold (未采用) is not counted."""
        return sum(step.kind != "kept" for step in self._steps)

    def value(self, path: str) -> Any:
        """The value at a path, refused values included; ``None`` for a blank."""
        return self._draft.value(path)

    def reader(self) -> Callable[[str], Any]:
        """``value`` for many paths of the report as it is now."""
        return self._draft.reader()

    def history(self) -> tuple[Entry, ...]:
        """Every change that is still known, the oldest first; saving keeps it, within a bound."""
        steps = (*self._past, *self._steps)
        return tuple(entry for step in steps if step.kind != "kept" for entry in step.entries)

    # ---- changing

    def change(self, changes: Sequence[Change]) -> Report:
        """Change places of the report in one step; on return it is on the disk, or ``trouble`` says why not.

        A value that makes no report goes to ``pending`` and is kept all the same.

        Raises:
            NotOurs: somebody else has the report open; nothing was changed.
        """
        return self._step("change", changes)

    def undo(self) -> Report:
        """Take back the last step, if there is one.

        Raises:
            NotOurs: as ``change``.
        """
        return self._step("undo", undo_changes(self._draft))

    def redo(self) -> Report:
        """Do again what was last undone, if anything.

        Raises:
            NotOurs: as ``change``.
        """
        return self._step("redo", redo_changes(self._draft))

    def accept_carried(self) -> None:
        """The clerk has looked at the figures carried over from last year.

        Raises:
            NotOurs: as ``change``.
        """
        self._must_be_ours()
        accepted = self._carried
        if accepted:
            self._carried = frozenset()
            self._brought = {path: value for path, value in self._brought.items() if path not in accepted}
            self._write([Marks("accepted", self._now(), self.who, tuple(sorted(accepted)))])

    # ---- saving

    def save(self) -> None:
        """Write the params file whole, order and comments kept; the steps become history.

        Raises:
            ChangedUnderneath: somebody changed the file; nothing is written before ``resolve``.
            NotOurs: somebody else has the report open.
            CannotWrite: no permission, disk full; file and journal stay as they were.
        """
        self._must_be_ours()
        conflict = self.conflict()
        if conflict is not None:
            raise ChangedUnderneath(conflict)
        data = self._text()
        if content_hash(data) != self._base.sha256:
            save_bytes(self.path, data)
            sync_folder(self.path.parent)
        self._start_from(data, self.report)
        self._seen = _NOT_LOOKED  # another program may have written it since

    def file_changed(self) -> Conflict | None:
        """As ``conflict``, without reading a file that looks as it did at the last look: cheap enough for every second."""
        seen = file_stamp(self.path)
        if seen == self._seen or unreachable(self.path):
            return None
        self._seen = seen
        return self.conflict()

    def conflict(self) -> Conflict | None:
        """Both versions, when the file does not say any more what this desk started from.

        A read-only desk has no changes to compare with the file.

        Raises:
            CannotWrite: its share or disk is away; what it says is not known.
        """
        if self.read_only:
            return None
        current = file_bytes(self.path)
        if content_hash(current) == self._base.sha256:
            return None
        if away := unreachable(self.path):
            raise CannotWrite(self.path, away)
        conflict = compare_with_file(self.path, self.report, self._steps)
        if conflict.theirs is not None and not conflict.paths:
            # only comments or the order differ: there is nothing to choose
            self._start_from(current or b"", conflict.theirs)
            return None
        return conflict

    def resolve(self, *, keep: Keep) -> Report:
        """End a conflict: keep ours (the next save overwrites theirs), theirs, or both.

        ``both`` takes theirs and puts what was changed here on top. Either way ``undo`` and the history know the
        version that was left; a file that could not be read is put aside as ``.<name>.unreadable``.

        Raises:
            NotOurs: as ``change``.
            CannotWrite: the unreadable file cannot be put aside.
        """
        self._must_be_ours()
        conflict = self.conflict()
        if conflict is None:
            return self.report
        current = file_bytes(self.path)
        if conflict.theirs is None:
            if current is not None:
                save_bytes(self.path.with_name(f".{self.path.name}.unreadable"), current)
            self._base = replace(self._base, sha256=content_hash(current))
            self._tidy()
        else:
            self._step("resolve", changes_to(conflict, keep))
            self._start_from(current or b"", conflict.theirs, "resolve")
        return self.report

    # ---- two people

    def lock_state(self) -> LockHolder | None:
        """The holder of the lock: this desk or another one; ``None`` when the report is free."""
        return self._lock.holder()

    def notice_take_over(self) -> bool:
        """Whether somebody took the report over since the last look; the desk only reads from then on."""
        if self.read_only or not self._lock.is_lost():
            return False
        self.read_only = True
        return True

    def take_over(self) -> Report:
        """Take the report over from another desk, with everything typed there so far.

        Raises:
            CannotWrite: no lock can be put into this folder.
        """
        self._lock.take_over()
        mine = [record for record in self._unwritten if isinstance(record, Step)]
        self.read_only = False
        self._load()
        for step in mine:
            self._step("change", [Change(entry.path, entry.after) for entry in step.entries])
        return self.report

    def refresh(self) -> Report:
        """What the other one has typed by now, while this desk only reads."""
        if self.read_only:
            self._load()
        return self.report

    def close(self) -> None:
        """Leave the desk: unwritten changes get a last try, the lock is given back, nothing can be changed any more."""
        if not self.read_only and not self._lock.is_lost():
            self._write([])
        self.read_only = True
        self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # ---- within

    def _step(self, kind: StepKind, changes: Sequence[Change]) -> Report:
        self._must_be_ours()
        self._draft, step = take_step(self._draft, kind, changes, when=self._now(), who=self.who)
        if step is None:
            self._write([])  # a good moment for what could not be written before
        else:
            self._steps.append(step)
            self._write([step, *self._mark_carried(step)])
        return self.report

    def _mark_carried(self, step: Step) -> list[Record]:
        """A changed value is no longer 带入; an undo back to the carried value makes it 带入 again."""
        self._carried -= {entry.path for entry in step.entries}
        if step.kind != "undo":
            return []
        back = {entry.path for entry in step.entries if entry.path in self._brought and entry.after == self._brought[entry.path]}
        self._carried |= back
        return [Marks("carried", self._now(), self.who, tuple(sorted(back)))] if back else []

    def _must_be_ours(self) -> None:
        if self.read_only or self._lock.is_lost():
            self.read_only = True
            raise NotOurs(self._lock.holder())

    def _take_lock(self) -> bool:
        try:
            return self._lock.acquire() is None
        except OSError as error:
            self.trouble = f"{reason(error)}，填的内容只在屏幕上，存不下来；请先解决，或请管理员帮忙"
            return True  # a folder without write permission is read-only for all others, too

    def _load(self) -> None:
        """State, history and marks from file and journal; unsaved steps are played back on what they were made on."""
        self._seen = file_stamp(self.path)  # before it is read: what is written after that is a change
        recovered = recover(self._journal)
        self._past, self._steps, self._carried = list(recovered.past), list(recovered.steps), recovered.carried
        self._unwritten: list[Record] = []
        self._base_written = recovered.base is not None and bool(self._steps)
        if recovered.base is not None and self._steps:
            self._base = recovered.base
            report = report_from_yaml(recovered.base.text.encode("utf-8"), str(self.path))
        else:
            data = read_yaml_bytes(self.path)
            report = report_from_yaml(data, str(self.path))
            self._base = self._new_base(data)
        done = self._past if recovered.sha256 == self._base.sha256 else ()  # of another file nothing can be undone
        self._draft = play_back(remember_steps(Draft(report), done), self._steps)
        self._brought = {path: self.value(path) for path in self._carried}
        # a reader sees the writer's typing, which was never lost
        self.notes = () if self.read_only else recovered.sentences
        if recovered.is_damaged and not self.read_only:
            self._journal.set_aside()
            self._tidy()

    def _new_base(self, data: bytes) -> Base:
        return Base(self._now(), self.who, content_hash(data), decode(data))

    def _text(self) -> bytes:
        """The report as the text of its file; when that is gone or broken, of the file it was opened from."""
        current = file_bytes(self.path)
        if current is not None:
            try:
                return merged_yaml(self.report, current)
            except ParamsUnreadable:
                pass  # the clerk has chosen the values here
        return merged_yaml(self.report, self._base.text.encode("utf-8"))

    def _start_from(self, data: bytes, saved: Report, kind: StepKind = "kept") -> None:
        """The file says ``saved`` now: what differs from it is unsaved, all steps so far are history."""
        self._past = drawn_together([*self._past, *(step for step in self._steps if step.kind != "kept")])
        step = step_between(saved, self._draft, kind, when=self._now(), who=self.who)
        self._steps = [step] if step else []
        self._base = self._new_base(data)
        self._tidy()

    def _tidy(self) -> None:
        """Rewrite the journal: history within its bound, then the unsaved steps."""
        self._past = [record for record in bounded(self._past) if isinstance(record, Step)]
        marks = [Marks("carried", self._now(), self.who, tuple(sorted(self._carried)))] if self._carried else []
        # without unsaved steps the base needs no text: the file has it
        base = self._base if self._steps else replace(self._base, text="")
        try:
            self._journal.replace([*self._past, *marks, base, *self._steps])
            self._unwritten, self._base_written, self.trouble = [], bool(self._steps), None
        except CannotWrite as error:
            self._unwritten, self._base_written, self.trouble = list(self._steps), False, str(error)

    def _write(self, records: Sequence[Record]) -> None:
        """Add records to the journal; what cannot be written now stays in memory and is tried again next time."""
        waiting = [*self._unwritten, *records]
        if not waiting:
            return
        opening = not self._base_written and any(isinstance(record, Step) for record in waiting)
        try:
            size = self._journal.append([self._base, *waiting] if opening else waiting)
        except OSError as error:
            # all of it is tried again at each pause, and every step at a text holds that text twice
            self._unwritten = []
            for _, run in groupby(waiting, type):
                records = [*run]
                self._unwritten += drawn_together([record for record in records if isinstance(record, Step)]) or records
            self.trouble = (
                f"刚才的改动还没有写到磁盘上：{reason(error)}。内容在屏幕上，请不要关闭；问题解决后再改一处或按“保存”就会补写"
            )
            return
        self._unwritten, self.trouble = [], None
        self._base_written = self._base_written or opening
        if size > JOURNAL_BYTES:
            self._steps = drawn_together(self._steps)
            self._tidy()
