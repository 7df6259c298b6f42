"""Hold the figures of tens of thousands of reports, and add them up by jurisdiction with one question.

In: a tree of params files. Out: sums and standings by folder (province, city, county). An embedded DuckDB file
keeps what was read; only files that changed since are read again, so status and roll-up after the intake do not
open 40,000 files. Counts are whole numbers and money DECIMAL(38, 6): sums are exact in any order.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from toolkit.checks import count_by_severity, run_checks
from toolkit.errors import NianbaoError, ParamsUnreadable
from toolkit.forms import Address, all_forms
from toolkit.report import Report, read_report
from toolkit.report.jurisdiction import JURISDICTION_FILE, read_jurisdiction
from toolkit.report.neighbours import params_files

SCHEMA = """
CREATE TABLE IF NOT EXISTS reports (
    file VARCHAR PRIMARY KEY, size BIGINT, changed BIGINT, year INTEGER, area VARCHAR, organ VARCHAR, level VARCHAR,
    form VARCHAR, errors INTEGER, warnings INTEGER, confirmed INTEGER, problem VARCHAR, added BOOLEAN);
CREATE TABLE IF NOT EXISTS cells (file VARCHAR, address VARCHAR, value DECIMAL(38, 6));
"""
# zeros are not kept: a cell that is not there is 0, a blank one is NULL
_CELLS = "COPY cells FROM '{}' (FORMAT CSV, HEADER false, NULLSTR '')"
_REPORTS = "COPY reports FROM '{}' (FORMAT CSV, HEADER false, NULLSTR '\\N')"


class WarehouseBusy(NianbaoError):
    """Another process has the database file open."""

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(f"汇总库 {path.name} 正被另一个程序使用，请稍后再试")


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
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._db = duckdb.connect(str(path) if path else ":memory:")
        except duckdb.IOException as error:
            raise WarehouseBusy(path or root) from error
        self._db.execute(SCHEMA)

    @classmethod
    def in_memory(cls, root: Path) -> Warehouse:
        """A warehouse for one question, kept nowhere."""
        return cls(None, root)

    def __enter__(self) -> Warehouse:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def refresh(self) -> int:
        """Read the files that are new or changed, forget those that are gone; how many were read."""
        there = {self._key(path): path for path in params_files([self.root])}
        areas = {folder: _area(folder) for folder in {path.parent for path in there.values()}}
        stamps = {key: _stamp(path, areas[path.parent]) for key, path in there.items()}
        known = dict(self._rows("SELECT file, size || ':' || changed FROM reports"))
        changed = [key for key, stamp in stamps.items() if known.get(key) != f"{stamp[0]}:{stamp[1]}"]
        gone = [key for key in known if key not in there]
        if changed or gone:
            self._replace(changed, gone, there, stamps, areas)
        return len(changed)

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

    def standing(self, year: int, *, depth: int) -> list[tuple[str, int, int, int, int]]:
        """By area: reports, with errors, with warnings, unreadable."""
        return self._rows(
            """SELECT array_to_string(list_slice(string_split(area, '/'), 1, ?), '/') AS part, count(*),
                      count(*) FILTER (errors > 0), count(*) FILTER (warnings > confirmed), count(*) FILTER (problem <> '')
               FROM reports WHERE year = ? GROUP BY part ORDER BY part""",
            [depth, year],
        )

    def _key(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()

    def _rows(self, question: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        return self._db.execute(question, list(values)).fetchall()

    def _replace(
        self, changed: list[str], gone: list[str], there: dict[str, Path],
        stamps: dict[str, tuple[int, int]], areas: dict[Path, _Area],
    ) -> None:  # fmt: skip
        """All in one transaction: a killed refresh leaves what was known before."""
        with tempfile.TemporaryDirectory() as folder:
            reports, cells = Path(folder, "reports.csv"), Path(folder, "cells.csv")
            with reports.open("w", encoding="utf-8", newline="") as one, cells.open("w", encoding="utf-8", newline="") as many:
                report_rows, cell_rows = csv.writer(one), csv.writer(many)
                for key in changed:
                    read = _read(there[key])
                    added = areas[there[key].parent].adds(there[key])
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


def _area(folder: Path) -> _Area:
    described = folder / JURISDICTION_FILE
    if not described.is_file():
        return _Area()
    try:
        members = read_jurisdiction(described).members
    except ParamsUnreadable:
        members = ()
    return _Area(described.stat().st_mtime_ns, frozenset(item.file for item in members if item.vertical))


def _stamp(path: Path, area: _Area) -> tuple[int, int]:
    status = path.stat()
    return status.st_size, status.st_mtime_ns + area.changed


def _read(path: Path) -> Report | ParamsUnreadable:
    try:
        return read_report(path)
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
