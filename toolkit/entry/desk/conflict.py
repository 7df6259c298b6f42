"""The params file is no longer the one a desk started from: both versions, and the choice between them.

In: the file, its last known state, the report filled in here. Out: ``None`` or a ``Conflict``. Nothing is written here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from toolkit.core.errors import NianbaoError, ParamsUnreadable, Problem
from toolkit.core.files import sha256_of
from toolkit.entry.desk.changes import Change, differing_paths, overlap, value_at
from toolkit.entry.desk.journal import Step
from toolkit.report import Report
from toolkit.report.reading import report_from_yaml
from toolkit.report.writing import report_to_values
from toolkit.report.yaml_reading import read_yaml_bytes

Keep = Literal["ours", "theirs", "both"]


@dataclass(frozen=True, slots=True)
class Conflict:
    """The params file is no longer the one this desk started from.

    ``theirs`` is the file now (``None``: gone or unreadable), ``ours`` the values here; ``paths`` are the
    places that differ, ``touched`` those that were changed here; ``message`` says it in a sentence, ``problem`` is why
    the file cannot be read.
    """

    theirs: Report | None
    ours: Report
    paths: tuple[str, ...]
    touched: tuple[str, ...]
    message: str
    problem: Problem | None = None


class ChangedUnderneath(NianbaoError):
    """Saving would overwrite what somebody else wrote; ``conflict`` has both versions."""

    def __init__(self, conflict: Conflict) -> None:
        self.conflict = conflict
        super().__init__(conflict.message)


def compare_with_file(path: Path, ours: Report, steps: Sequence[Step]) -> Conflict:
    """The file now against the values here; ``steps`` are those made here. Without ``paths`` nothing differs."""
    touched = tuple(dict.fromkeys(entry.path for step in steps for entry in step.entries))
    try:
        theirs = report_from_yaml(read_yaml_bytes(path), str(path))
    except ParamsUnreadable as error:
        message = f"{path.stem}的填报数据现在不能读取。这里的填报内容都还在，可以选择保留这里的"
        return Conflict(None, ours, (), touched, message, error.problems[0])
    paths = differing_paths(ours, theirs)
    message = f"{path.stem}的填报数据打开以后被别人或别的程序改动过，有 {len(paths)} 处与这里不同。请选择保留哪一份"
    return Conflict(theirs, ours, paths, touched, message)


def changes_to(conflict: Conflict, keep: Keep) -> list[Change]:
    """What has to change here: everything that differs for ``theirs``, for ``both`` only what was not changed here."""
    if keep == "ours" or conflict.theirs is None:
        return []
    theirs, kept = report_to_values(conflict.theirs), conflict.touched if keep == "both" else ()
    paths = (path for path in conflict.paths if not any(overlap(path, own) for own in kept))
    return [Change(path, value_at(theirs, path)) for path in paths]


def file_bytes(path: Path) -> bytes | None:
    """The bytes of a file, ``None`` when they cannot be had."""
    try:
        return path.read_bytes()
    except OSError:
        return None


def content_hash(data: bytes | None) -> str:
    """SHA-256 in hexadecimal, empty for a file that is not there: modification times on shared disks are wrong."""
    return "" if data is None else sha256_of(data)
