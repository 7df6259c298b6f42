"""Hold the figures of tens of thousands of reports, and add them up by jurisdiction with one question.

In: a tree of params files. Out: sums and standings by folder (province, city, county). An embedded DuckDB file
keeps what was read; only files that changed since are read again, so status and roll-up after the intake do not
open 40,000 files. Counts are whole numbers and money DECIMAL(38, 6): sums are exact in any order.
"""

from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from toolkit.checks import count_by_severity, run_checks
from toolkit.core.errors import NianbaoError, ParamsUnreadable
from toolkit.core.files import is_held_open
from toolkit.forms import Address, all_forms
from toolkit.report import Report
from toolkit.report.jurisdiction import JURISDICTION_FILE, Member, read_jurisdiction
from toolkit.report.neighbours import read_in_place

SCHEMA = """
CREATE TABLE IF NOT EXISTS reports (
    file VARCHAR PRIMARY KEY, size BIGINT, changed BIGINT, year INTEGER, area VARCHAR, organ VARCHAR, level VARCHAR,
    form VARCHAR, errors INTEGER, warnings INTEGER, confirmed INTEGER, problem VARCHAR, added BOOLEAN);
CREATE TABLE IF NOT EXISTS cells (file VARCHAR, address VARCHAR, value DECIMAL(38, 6));
CREATE TABLE IF NOT EXISTS areas (folder VARCHAR PRIMARY KEY, changed BIGINT);
CREATE TABLE IF NOT EXISTS members (folder VARCHAR, name VARCHAR, file VARCHAR, vertical BOOLEAN);
"""
_AT_ONCE = 2000  # files in one transaction: what a killed first reading has read stays read
# zeros are not kept: a cell that is not there is 0, a blank one is NULL
# told, not guessed: DuckDB's guess at a short file may be wrong
_CSV = """FORMAT CSV, HEADER false, AUTO_DETECT false, DELIM ',', QUOTE '"', ESCAPE '"'"""
_CELLS = f"COPY cells FROM '{{}}' ({_CSV}, NULLSTR '')"
_REPORTS = f"COPY reports FROM '{{}}' ({_CSV}, NULLSTR '\\N')"


class WarehouseBusy(NianbaoError):
    """Another process has the database file open."""

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(f"汇总库 {path.name} 正被另一个程序使用，请稍后再试")


class WarehouseUnusable(NianbaoError):
    """The database file is damaged, or may not be written: waiting does not help."""

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(
            f"汇总库 {path} 打不开：不能写入，或已损坏。它只记着读过的数据，可以删去，再运行一次；"
            "没有写入权限的，用 --outputs 换一个文件夹"
        )


@dataclass(frozen=True, slots=True)
class AreaTotal:
    """One cell's sum in one area: how many reports it comes from, and how many left the cell blank."""

    area: str
    address: Address
    value: Decimal
    reports: int
    blank: int


class Warehouse:
    """The database of one tree of params; used as a context manager."""

    def __init__(self, path: Path | None, root: Path) -> None:
        self.root = root
        self.unreadable_lists: dict[str, ParamsUnreadable] = {}  # by folder, as of the last refresh
        try:
            if path is not None:
                path.parent.mkdir(parents=True, exist_ok=True)
            self._db = duckdb.connect(str(path) if path else ":memory:")
            self._db.execute(SCHEMA)
        except (duckdb.Error, OSError) as error:
            # DuckDB has one kind of error for all of these, and ends with the system's sentence in the system's language
            busy = any(word in str(error) for word in ("set lock", "already open")) or (path is not None and is_held_open(path))
            raise (WarehouseBusy if busy else WarehouseUnusable)(path or root) from error

    @classmethod
    def in_memory(cls, root: Path) -> Warehouse:
        """A warehouse for one question, kept nowhere."""
        return cls(None, root)

    def __enter__(self) -> Warehouse:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def refresh(self, tell: Callable[[int, int], None] = lambda done, of: None) -> int:
        """Read the files that are new or changed, forget those that are gone; how many were read.

        ``tell`` hears how many of the changed files are read.
        """
        files, described = _walk(self.root)
        there = {self._key(path): path for path in files}
        areas = self._refresh_areas({self._key(path.parent): path for path in described})
        stamps = {key: _stamp(path, areas.get(key.rpartition("/")[0], _NOTHING)) for key, path in there.items()}
        known = dict(self._rows("SELECT file, size || ':' || changed FROM reports"))
        changed = [key for key, stamp in stamps.items() if known.get(key) != f"{stamp[0]}:{stamp[1]}"]
        gone = [key for key in known if key not in there]
        for start in range(0, max(len(changed), 1 if gone else 0), _AT_ONCE):
            tell(start, len(changed))
            self._replace(changed[start : start + _AT_ONCE], gone, there, stamps, areas)
            gone = []
        return len(changed)

    def _refresh_areas(self, described: Mapping[str, Path]) -> dict[str, _Area]:
        """The member lists by folder; only those that changed since, or could not be read, are read again."""
        stamps = {folder: path.stat().st_mtime_ns for folder, path in described.items()}
        known = dict(self._rows("SELECT folder, changed FROM areas"))
        stale = {folder for folder in {*stamps, *known} if stamps.get(folder) != known.get(folder)}
        read: dict[str, tuple[Member, ...]] = {}
        self.unreadable_lists = {}
        for folder in sorted(stale & described.keys()):
            try:
                read[folder] = read_jurisdiction(described[folder]).members
            except ParamsUnreadable as error:
                self.unreadable_lists[folder] = error
        if stale:
            self._db.execute("BEGIN")
            for name in ("areas", "members"):
                self._db.execute(f"DELETE FROM {name} WHERE list_contains(?, folder)", [list(stale)])
            self._insert("areas", [[folder, stamps[folder]] for folder in read])
            self._insert("members", [[folder, m.name, m.file, m.vertical] for folder, listed in read.items() for m in listed])
            self._db.execute("COMMIT")
        vertical: dict[str, set[str]] = {}
        for folder, file in self._rows("SELECT folder, file FROM members WHERE vertical"):
            vertical.setdefault(folder, set()).add(file)
        return {folder: _Area(stamp, frozenset(vertical.get(folder, ()))) for folder, stamp in stamps.items()}

    def _insert(self, name: str, rows: Sequence[Sequence[Any]]) -> None:
        """Many rows by way of a CSV file, which is a hundred times faster here than one statement each."""
        if not rows:
            return
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            path = Path(folder, "rows.csv")
            with path.open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows(rows)
            place = path.as_posix().replace("'", "''")
            self._db.execute(f"COPY {name} FROM '{place}' ({_CSV})")

    def totals(self, year: int, form: str, *, depth: int, under: str = "") -> list[AreaTotal]:
        """The sums of every additive cell by area.

        Args:
            year: report year.
            form: edition; reports on another are left out and named by ``editions``.
            depth: how many folders below the year make an area (1 province, 2 city, 3 county in a country's tree).
            under: only files below this folder (``某省/某市``).
        """
        additive = [str(a) for item in all_forms() if item.id == form for a, column in item.cells.items() if column.additive]
        rows = self._rows(
            """
            WITH chosen AS (
                SELECT file, array_to_string(list_slice(string_split(area, '/'), 1, ?), '/') AS part
                FROM reports WHERE year = ? AND form = ? AND added AND starts_with(area || '/', ?)),
            counted AS (SELECT part, count(*) AS members FROM chosen GROUP BY part)
            SELECT chosen.part, cells.address, coalesce(sum(cells.value), 0), any_value(counted.members),
                   count(*) FILTER (cells.value IS NULL)
            FROM chosen JOIN cells USING (file) JOIN counted ON counted.part = chosen.part
            WHERE list_contains(?, cells.address) GROUP BY chosen.part, cells.address ORDER BY 1, 2
            """,
            [depth, year, form, f"{under.strip('/')}/" if under else "", additive],
        )
        return [AreaTotal(area, Address.parse(address), value, members, blank) for area, address, value, members, blank in rows]

    def shares(self, year: int, address: Address, *, under: str = "") -> list[tuple[str, Decimal]]:
        """What one sum is made of: organ and value, the largest first; zeros left out."""
        rows = self._rows(
            """SELECT organ, value FROM reports JOIN cells USING (file)
               WHERE year = ? AND address = ? AND added AND value IS NOT NULL AND starts_with(area || '/', ?)
               ORDER BY value DESC, organ""",
            [year, str(address), f"{under.strip('/')}/" if under else ""],
        )
        return [(organ, value) for organ, value in rows]

    def editions(self, year: int) -> dict[str, int]:
        """How many reports of a year are on which edition."""
        return dict(self._rows("SELECT form, count(*) FROM reports WHERE year = ? AND problem = '' GROUP BY form", [year]))

    def standing(self, year: int, *, depth: int, under: str = "") -> list[tuple[str, int, int, int, int]]:
        """By area: reports, with errors, with warnings, unreadable."""
        return self._rows(
            """SELECT array_to_string(list_slice(string_split(area, '/'), 1, ?), '/') AS part, count(*),
                      count(*) FILTER (errors > 0), count(*) FILTER (warnings > confirmed), count(*) FILTER (problem <> '')
               FROM reports WHERE year = ? AND starts_with(area || '/', ?) GROUP BY part ORDER BY part""",
            [depth, year, f"{under.strip('/')}/" if under else ""],
        )

    def missing(self, year: int, *, depth: int, under: str = "") -> dict[str, list[str]]:
        """By area: the members on its lists, and on those below it, of whom no report is there."""
        found: dict[str, list[str]] = {}
        for area, name in self._rows(
            """SELECT array_to_string(list_slice(string_split(folder, '/'), 2, 1 + ?), '/') AS part, members.name
               FROM members LEFT JOIN reports ON reports.file = members.folder || '/' || members.file || '.yaml'
               WHERE reports.file IS NULL AND starts_with(members.folder || '/', ?) ORDER BY members.folder, members.name""",
            [depth, "/".join(part for part in (str(year), under.strip("/")) if part) + "/"],
        ):
            found.setdefault(area, []).append(name)
        return found

    def _key(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()

    def _rows(self, question: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        return self._db.execute(question, list(values)).fetchall()

    def _replace(
        self, changed: list[str], gone: list[str], there: dict[str, Path],
        stamps: dict[str, tuple[int, int]], areas: Mapping[str, _Area],
    ) -> None:  # fmt: skip
        """All in one transaction: a killed refresh leaves what was known before."""
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            reports, cells = Path(folder, "reports.csv"), Path(folder, "cells.csv")
            with reports.open("w", encoding="utf-8", newline="") as one, cells.open("w", encoding="utf-8", newline="") as many:
                report_rows, cell_rows = csv.writer(one), csv.writer(many)
                for key in changed:
                    read = _read(there[key])
                    added = areas.get(key.rpartition("/")[0], _NOTHING).adds(there[key])
                    report_rows.writerow([key, *stamps[key], *_report_row(key, read), added and isinstance(read, Report)])
                    cell_rows.writerows(_cell_rows(key, read))
            self._db.execute("BEGIN")
            self._db.execute("CREATE OR REPLACE TEMP TABLE stale AS SELECT unnest(?::VARCHAR[]) AS file", [changed + gone])
            for name in ("reports", "cells"):
                self._db.execute(f"DELETE FROM {name} WHERE file IN (SELECT file FROM stale)")
            self._db.execute(_REPORTS.format(reports.as_posix().replace("'", "''")))
            self._db.execute(_CELLS.format(cells.as_posix().replace("'", "''")))
            self._db.execute("COMMIT")


@dataclass(frozen=True)
class _Area:
    """What the warehouse needs of one folder: when its description changed, and which files are not added."""

    changed: int = 0
    vertical: frozenset[str] = frozenset()

    def adds(self, file: Path) -> bool:
        """Neither 垂直管理 nor itself the sum of a folder beside it, whose reports are counted one by one."""
        return file.stem not in self.vertical and not file.with_suffix("").is_dir()


_NOTHING = _Area()


def _walk(root: Path) -> tuple[list[Path], list[Path]]:
    """Params files and member lists below a folder, found in one walk; hidden folders and those with _ are passed by."""
    files, described = [], []
    for folder, below, names in os.walk(root):
        below[:] = sorted(name for name in below if not name.startswith((".", "_")))
        files += [Path(folder, name) for name in sorted(names) if name.endswith(".yaml") and not name.startswith((".", "_"))]
        described += [Path(folder, JURISDICTION_FILE)] if JURISDICTION_FILE in names else []
    return files, described


def _stamp(path: Path, area: _Area) -> tuple[int, int]:
    status = path.stat()
    return status.st_size, status.st_mtime_ns + area.changed


def _read(path: Path) -> Report | ParamsUnreadable:
    try:
        return read_in_place(path)
    except ParamsUnreadable as error:
        return error


def _report_row(key: str, read: Report | ParamsUnreadable) -> list[Any]:
    year, _, rest = key.partition("/")
    area = rest.rpartition("/")[0]
    if isinstance(read, ParamsUnreadable):
        return [int(year) if year.isdigit() else 0, area, Path(key).stem, "", "", 1, 0, 0, str(read.problems[0])]
    findings = run_checks(read)
    counts = count_by_severity(findings)
    confirmed = sum(bool(finding.confirmed) for finding in findings)
    return [read.year, area, read.organ.name, read.organ.level, read.form.id, counts["error"], counts["warning"], confirmed, ""]


def _cell_rows(key: str, read: Report | ParamsUnreadable) -> Iterable[tuple[str, str, str]]:
    return () if isinstance(read, ParamsUnreadable) else _figures(key, read)


def _figures(key: str, report: Report) -> Iterator[tuple[str, str, str]]:
    for address in report.form.cells:
        value = report.figures.number(address)
        if value is None:
            yield key, str(address), ""
        elif value:
            yield key, str(address), format(value, "f") if isinstance(value, Decimal) else str(value)
