"""Look up the counts of an organ's register for a report: for checks, builds and the annual form.

In: a params file and its year. Out: ``RegisterCounts``: the counts, or why the register could not be read. A register is opened
for reading only, and again only when its file or its log changed; nothing personal is read.
"""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from toolkit.core.errors import NianbaoError, NoSuchForm
from toolkit.core.files import FileStamp, file_stamp
from toolkit.register.counting import Counts, Tallies, count_year
from toolkit.register.opening import connect
from toolkit.register.places import register_of
from toolkit.register.problems import RegisterBusy
from toolkit.register.store import read_tallies


@dataclass(frozen=True)
class RegisterCounts:
    """The counts of a register for one year; none when it has no request up to that year, or could not be read."""

    counts: Counts | None = None
    problem: str = ""


def look_up(file: str | Path, year: int) -> RegisterCounts:
    """The counts of the register that belongs to a params file, for one year."""
    path = register_of(file)
    stamp = stamp_of(path)
    if not stamp:
        return RegisterCounts()
    try:
        tallies = _tallies(path, stamp)
    except RegisterBusy as error:  # not cached: it will be over without a change of the file
        return RegisterCounts(problem=str(error))
    if isinstance(tallies, str):
        return RegisterCounts(problem=tallies)
    if not tallies.first_year or tallies.first_year > year:
        return RegisterCounts()
    try:
        return RegisterCounts(count_year(tallies, year))
    except NoSuchForm:
        return RegisterCounts()


def stamp_of(path: str | Path) -> tuple[FileStamp, ...]:
    """Size and time of a register and its log; empty when there is no register."""
    register, log = file_stamp(path), file_stamp(f"{path}-wal")
    return tuple(filter(None, (register, log))) if register else ()


def digest_of(file: str | Path, year: int | None) -> bytes:
    """What the register adds to the fingerprint of a report: a digest of its counts; empty without a register."""
    result = look_up(file, year) if year else RegisterCounts()
    counts = result.counts
    if counts is None:
        return result.problem.encode("utf-8")
    values = [(str(address), value) for address, value in counts.figures.items()]
    return hashlib.sha256(repr((values, counts.fee_notices, counts.fee_yuan)).encode("utf-8")).digest()


@lru_cache(maxsize=64)
def _tallies(path: str, stamp: tuple[FileStamp, ...]) -> Tallies | str:
    try:
        with closing(connect(Path(path), date.today(), read_only=True)[0]) as connection:
            return read_tallies(connection)
    except RegisterBusy:
        raise
    except (NianbaoError, sqlite3.DatabaseError) as error:
        return str(error) if isinstance(error, NianbaoError) else f"台账 {Path(path).name} 读不出来"
