"""Remember beside the finished files what they were made from (``.build.json``), to know later whether they still hold.

In: a folder of finished files. Out: a ``Record``, and whether the files are still those it tells of. The record is
written after the files: a build that was cut off has none that fits, and is done again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Literal

from toolkit.core.files import remove_file, save_bytes
from toolkit.core.settings import RunSettings

RECORD_NAME = ".build.json"
LOCK_NAME = ".build.lock"  # of the folder of one report, held by the process that builds it
State = Literal["finished", "failed", "not_started"]


@dataclass(frozen=True)
class RunResult:
    """How one report came out. ``message`` says in Chinese why it failed or could not start; of a finished one, what
    is left for the clerk to do.

    ``unchanged`` reports are finished ones that were left as they were.
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
    name: str = ""  # of the params as the batch was asked for them, which may be an address
    folder: str = ""  # where the files are


@dataclass(frozen=True, slots=True)
class MadeFile:
    """One finished file: ``size`` in bytes, ``modified`` in nanoseconds as the file system tells, ``digest`` SHA-256."""

    name: str
    format: str
    size: int
    modified: int
    digest: str

    def is_whole(self, folder: Path) -> bool:
        """Still the same file; its content is read only when size or time speak against it."""
        try:
            told = (folder / self.name).stat()
            if told.st_size != self.size:
                return False
            return told.st_mtime_ns == self.modified or digest_of((folder / self.name).read_bytes()) == self.digest
        except OSError:
            return False


@dataclass(frozen=True, slots=True)
class Record:
    """What the files of one report were made from.

    ``verdict`` is what they show of the findings. ``surroundings`` are the other things that findings depend on, as of
    the last time they were looked at: while these are the same, the findings need not be.
    """

    fingerprint: str
    title: str
    draft: bool
    files: tuple[MadeFile, ...]
    run: str = ""  # where the notebook ran: worker, forked or stock
    leftovers: tuple[str, ...] = ()  # files of an earlier report that could not be removed yet (open in another program)
    verdict: str = ""
    surroundings: str = ""

    def holds(self, folder: Path, fingerprint: str, formats: Iterable[str], *, draft: bool) -> bool:
        """Nothing to do: the record fits, and the files are still those it tells of."""
        return self.fits(fingerprint, formats, draft=draft) and all(file.is_whole(folder) for file in self.files)

    def fits(self, fingerprint: str, formats: Iterable[str], *, draft: bool) -> bool:
        """Made from the same, with every format asked for, and no draft where none is wanted."""
        made = {file.format for file in self.files}
        return self.fingerprint == fingerprint and made.issuperset(formats) and (draft or not self.draft)


def read_record(folder: Path) -> Record | None:
    """The record of a folder; ``None`` when there is none, or none that can be read."""
    try:
        return parse_record((folder / RECORD_NAME).read_bytes())
    except OSError:
        return None


def parse_record(data: bytes) -> Record | None:
    """A record as it is stored; ``None`` when it is something else."""
    try:
        values = json.loads(data)
        files, leftovers = values.pop("files"), values.pop("leftovers", ())
        return Record(files=tuple(MadeFile(**file) for file in files), leftovers=tuple(map(str, leftovers)), **values)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def unchanged_report(
    params: Path, folder: Path, fingerprint: str, settings: RunSettings, *, verdict: str = "", surroundings: str = ""
) -> RunResult | None:
    """The result of a report whose files are those that a build would make again; ``None`` when there is work to do.

    Either ``verdict`` or ``surroundings`` has to be that of the record.
    """
    record = read_record(folder)
    if record is None or not record.holds(folder, fingerprint, settings.formats, draft=settings.draft):
        return None
    if (verdict or None) != record.verdict and (surroundings or None) != record.surroundings:
        return None
    files = tuple(folder / file.name for file in record.files)
    return RunResult(
        params, "finished", record.title, files, message=left_behind(record.leftovers),
        draft=record.draft, unchanged=True, fingerprint=fingerprint, run=record.run,
    )  # fmt: skip


def remove_leftovers(folder: Path) -> None:
    """Remove what an earlier run had to leave, where it can be removed now. The caller holds the folder's lock.

    Raises:
        CannotWrite: the record cannot be written.
    """
    record = read_record(folder)
    if record and record.leftovers:
        left = tuple(name for name in record.leftovers if not remove_file(folder / Path(name).name))
        if left != record.leftovers:
            write_record(folder, replace(record, leftovers=left))


def left_behind(leftovers: Sequence[str]) -> str:
    """The sentence for a clerk about old files that could not be removed; empty without any."""
    if not leftovers:
        return ""
    return f"以前生成的 {'、'.join(leftovers)} 没能删去，可能正在别的程序中打开；请关闭后再运行一次，不要误用"


def write_record(folder: Path, record: Record) -> None:
    """Write the record whole.

    Raises:
        CannotWrite: no permission, disk full.
    """
    save_bytes(folder / RECORD_NAME, json.dumps(asdict(record), ensure_ascii=False, indent=1).encode("utf-8"))


def made_file(path: Path, kind: str, data: bytes) -> MadeFile:
    """A file that has just been written with ``data``."""
    told = path.stat()
    return MadeFile(path.name, kind, told.st_size, told.st_mtime_ns, digest_of(data))


def digest_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
