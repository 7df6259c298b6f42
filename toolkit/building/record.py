"""Record what finished files were made from (``.build.json``), to skip a build that would change nothing.

In: a folder of finished files. Out: a ``BuildRecord``, and whether the files are still the recorded ones. The record is
written after the files: an interrupted build has no matching record, and is repeated.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Literal

from toolkit.core.files import read_regular_file, remove_file, save_bytes, sha256_of
from toolkit.core.settings import RunSettings

RECORD_NAME = ".build.json"
LOCK_NAME = ".build.lock"  # of the folder of one report, held by the process that builds it
State = Literal["finished", "failed", "not_started"]


@dataclass(frozen=True)
class RunResult:
    """The result of one report. ``message`` says in Chinese why it failed or could not start, or what the clerk still has
    to do. ``unchanged`` reports are finished and were not built again.
    """

    params: Path
    state: State
    title: str = ""
    files: tuple[Path, ...] = ()
    seconds: float = 0.0
    message: str = ""
    draft: bool = False
    unchanged: bool = False
    fingerprint: str = ""
    run: str = ""  # where the notebook ran: worker, forked or stock
    name: str = ""  # of the params in the caller's words, perhaps an address
    folder: str = ""  # where the files are


@dataclass(frozen=True, slots=True)
class MadeFile:
    """One finished file: ``size`` in bytes, ``modified`` in nanoseconds since 1970, ``digest`` SHA-256."""

    name: str
    format: str
    size: int
    modified: int
    digest: str

    def is_whole(self, folder: str) -> bool:
        """Whether the file is unchanged; its content is read only when size or time differ."""
        path = os.path.join(folder, self.name)
        try:
            status = os.stat(path)
            if status.st_size != self.size:
                return False
            return status.st_mtime_ns == self.modified or sha256_of(Path(path).read_bytes()) == self.digest
        except OSError:
            return False


@dataclass(frozen=True, slots=True)
class BuildRecord:
    """The inputs of the files of one report.

    ``verdict`` is the digest of the findings that they show, ``surroundings`` that of the other files which findings
    depend on: while these are the same, the findings need not be computed.
    """

    fingerprint: str
    title: str
    draft: bool
    files: tuple[MadeFile, ...]
    run: str = ""  # where the notebook ran: worker, forked or stock
    leftovers: tuple[str, ...] = ()  # files of an earlier report that could not be removed (open in another program)
    verdict: str = ""
    surroundings: str = ""

    def holds(self, folder: str, fingerprint: str, formats: Iterable[str], *, draft: bool) -> bool:
        """Whether nothing is to do: the record fits, and the files are the recorded ones."""
        return self.fits(fingerprint, formats, draft=draft) and all(file.is_whole(folder) for file in self.files)

    def fits(self, fingerprint: str, formats: Iterable[str], *, draft: bool) -> bool:
        """Whether it has the same inputs and every format, and is not a draft unless drafts are allowed."""
        present = {file.format for file in self.files}
        return self.fingerprint == fingerprint and present.issuperset(formats) and (draft or not self.draft)


def read_record(folder: str | Path) -> BuildRecord | None:
    """The record of a folder; ``None`` when it is missing or unreadable."""
    try:
        return parse_record(read_regular_file(os.path.join(folder, RECORD_NAME)))
    except OSError:
        return None


def parse_record(data: bytes) -> BuildRecord | None:
    """Parse a stored record; ``None`` for anything else."""
    try:
        values = json.loads(data)
        files, leftovers = values.pop("files"), values.pop("leftovers", ())
        return BuildRecord(files=tuple(MadeFile(**file) for file in files), leftovers=tuple(map(str, leftovers)), **values)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def unchanged_report(
    params: Path, folder: Path, record: BuildRecord, fingerprint: str, settings: RunSettings,
    *, verdict: str = "", surroundings: str = "",
) -> RunResult | None:  # fmt: skip
    """The result of a report that a build would not change; ``None`` when it has to be built.

    Either ``verdict`` or ``surroundings`` has to be that of the record.
    """
    if not record.holds(str(folder), fingerprint, settings.formats, draft=settings.draft):
        return None
    if (verdict or None) != record.verdict and (surroundings or None) != record.surroundings:
        return None
    files = tuple(folder / file.name for file in record.files)
    return RunResult(
        params, "finished", record.title, files, message=left_behind(record.leftovers),
        draft=record.draft, unchanged=True, fingerprint=fingerprint, run=record.run,
    )  # fmt: skip


def remove_leftovers(folder: Path) -> None:
    """Remove files that an earlier run could not remove, if that is possible now. The caller holds the folder's lock.

    Raises:
        CannotWrite: the record cannot be written.
    """
    record = read_record(folder)
    if record and record.leftovers:
        undeleted = tuple(name for name in record.leftovers if not remove_file(folder / Path(name).name))
        if undeleted != record.leftovers:
            write_record(folder, replace(record, leftovers=undeleted))


def left_behind(leftovers: Sequence[str]) -> str:
    """The sentence for a clerk about old files that could not be removed; empty without any."""
    if not leftovers:
        return ""
    return f"以前生成的 {'、'.join(leftovers)} 没能删去，可能正在别的程序中打开；请关闭后再运行一次，不要误用"


def write_record(folder: Path, record: BuildRecord) -> None:
    """Write the record whole.

    Raises:
        CannotWrite: no permission, disk full.
    """
    save_bytes(folder / RECORD_NAME, json.dumps(asdict(record), ensure_ascii=False, indent=1).encode("utf-8"))


def made_file(path: Path, kind: str, data: bytes) -> MadeFile:
    """The record of a file that has just been written with ``data``."""
    status = path.stat()
    return MadeFile(path.name, kind, status.st_size, status.st_mtime_ns, sha256_of(data))
