"""Write the params file without being asked, and say whether it is written (自动保存).

In: a desk, what is being typed, a clock. Out: a ``SavedState`` for the bar. The file is written when the clerk rests,
leaves or presses 保存; a file that somebody else changed is never overwritten, and the bar says in red that it is not
written then.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from toolkit.core.errors import NianbaoError
from toolkit.entry.desk.desk import ChangedUnderneath, Conflict, Desk

REST_SECONDS = 1.5
UNSAVED = "还没有写进填报数据"


@dataclass(frozen=True, slots=True)
class SavedState:
    """What the bar says of the params file: ``saved``, ``waiting`` for a pause in the typing, or ``unsaved`` (in red)."""

    kind: Literal["", "saved", "waiting", "unsaved"] = ""
    text: str = ""


class Later:
    """One call that is due in a while and starts to wait again whenever it is asked for; without an event loop never."""

    def __init__(self, seconds: float, call: Callable[[], None]) -> None:
        self._seconds, self._call = seconds, call
        self._handle: asyncio.TimerHandle | None = None

    def start(self) -> bool:
        """Wait from now on; whether there is anything to wait in."""
        self.stop()
        try:
            self._handle = asyncio.get_running_loop().call_later(self._seconds, self._call)
        except RuntimeError:
            return False
        return True

    def stop(self) -> None:
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None


class Saver:
    """Saves a desk; ``problem`` is why the last try failed, ``conflict`` what has to be chosen first."""

    def __init__(self, desk: Desk, now: Callable[[], datetime]) -> None:
        self._desk, self._now = desk, now
        self._when = ""
        self.problem = ""
        self.conflict: Conflict | None = None

    def save(self) -> bool:
        """Write the params file; whether it says now what the form shows."""
        self.problem, self.conflict = "", None
        try:
            self._desk.save()
        except ChangedUnderneath as error:
            self.problem, self.conflict = "文件被别人或别的程序改动过", error.conflict
        except NianbaoError as error:
            self.problem = str(error)
        else:
            self._when = f"{self._now():%H:%M:%S}"
        return not self.problem

    def save_when_resting(self) -> bool:
        """Write what is not written yet, if anything; whether something was tried."""
        if self._desk.read_only or not (self._desk.unsaved or self._desk.trouble):
            return False
        self.save()
        return True

    def meet(self, conflict: Conflict) -> None:
        """The file was found changed before anything was to be saved."""
        self.problem, self.conflict = "文件被别人或别的程序改动过", conflict

    def changed(self) -> None:
        """Something changed since: the message on the last attempt is outdated."""
        if self.conflict is None:
            self.problem = ""

    def resolved(self) -> None:
        """The clerk has chosen between two versions."""
        self.problem, self.conflict = "", None

    def state(self, *, is_typing: bool) -> SavedState:
        desk = self._desk
        if desk.read_only:
            return SavedState("", "只能查看")
        if desk.trouble or self.problem:
            return SavedState("unsaved", UNSAVED)
        if desk.unsaved or is_typing:
            return SavedState("waiting", "正在保存……")
        if desk.pending:
            return SavedState("unsaved", f"{len(desk.pending)} 处没有写进填报数据")
        return SavedState("saved", f"已自动保存 {self._when}" if self._when else "")
