"""What the start screen remembers of a person: the name, and the reports worked on last.

In: a small JSON file of this user, never part of the params. Out: the name and the reports that are still there, the
latest first. The file only spares typing: what cannot be read or written is passed over.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from platformdirs import user_data_path

from toolkit.core.dates import chinese_date, chinese_day, moment_of
from toolkit.core.errors import CannotWrite
from toolkit.core.files import save_bytes
from toolkit.entry.desk.journal import Journal
from toolkit.entry.session.office_words import LOGGER

MOST = 20


@dataclass(frozen=True, slots=True)
class Recent:
    """A report that was open: its file, who filled it in, when it was last changed or left."""

    path: Path
    who: str
    when: datetime


def memory_file() -> Path:
    """Its place: beside the other settings of this user."""
    return user_data_path("nianbao", appauthor=False) / "recent.json"


class Memory:
    """The file; ``who`` is the name that was given last."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file or memory_file()

    @property
    def who(self) -> str:
        return str(self._read().get("who") or "")

    def reports(self, params: Path) -> tuple[Recent, ...]:
        """The reports below a ``params`` folder that are still there, the latest first."""
        inside = params.resolve()
        items = [item for item in self._items() if inside in item.path.parents and item.path.is_file()]
        return tuple(sorted(items, key=lambda item: item.when, reverse=True))

    def note(self, path: Path, who: str, when: datetime) -> None:
        """A report is opened or left, by somebody of this name."""
        path = path.resolve()
        entry = {"path": str(path), "who": who, "when": when.isoformat()}
        others = [item for item in self._read().get("reports", ()) if isinstance(item, dict) and item.get("path") != str(path)]
        values = {"who": who, "reports": [entry, *others][:MOST]}
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            save_bytes(self._file, json.dumps(values, ensure_ascii=False, indent=1).encode("utf-8", "replace"))
        except (OSError, CannotWrite):
            LOGGER.warning("cannot note the open report in %s", self._file)

    def _items(self) -> Iterator[Recent]:
        for item in self._read().get("reports", ()):
            try:
                path, when = Path(item["path"]), datetime.fromisoformat(item["when"]).astimezone()
                yield Recent(path, str(item.get("who") or ""), max(when, _last_change(path, when)))
            except (KeyError, TypeError, ValueError, AttributeError):
                continue

    def _read(self) -> dict[str, Any]:
        try:
            values = json.loads(self._file.read_bytes())
        except (OSError, ValueError):
            return {}
        return values if isinstance(values, dict) else {}


def _last_change(path: Path, when: datetime) -> datetime:
    """When its journal was last written: a computer that was switched off could not note it."""
    try:
        return moment_of(Journal(path).path.stat().st_mtime).astimezone()
    except OSError:
        return when


def day_in_words(when: datetime, now: datetime) -> str:
    """今天 09:23, 昨天 17:02, 11月3日 08:00, 2024年12月30日."""
    when = when.astimezone(now.tzinfo)
    days = (now.date() - when.date()).days
    if days in (0, 1):
        return f"{('今天', '昨天')[days]} {when:%H:%M}"
    return f"{chinese_day(when)} {when:%H:%M}" if when.year == now.year else chinese_date(when)
