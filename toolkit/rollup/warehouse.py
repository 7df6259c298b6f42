"""Store the figures of tens of thousands of reports in DuckDB, and add them up by jurisdiction in one query.

In: a tree of params files. Out: sums, standings and findings by folder (province, city, county). An embedded DuckDB file
keeps what was read, and for each report what its verdict depended on (``verdict_basis``); only reports of which something
of that changed are judged again, so status and roll-up after the intake do not open 40,000 files. Counts are whole
numbers and money DECIMAL(38, 6): sums are exact in any order.
"""

from __future__ import annotations

import csv
import os
import tempfile
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence, Sized
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb

from toolkit.checks.running import WORTH_A_PROCESS
from toolkit.core.errors import NianbaoError, ParamsUnreadable
from toolkit.core.files import is_disk_full, is_held_open
from toolkit.core.machine import keeps_locks
from toolkit.core.tree import is_year
from toolkit.forms import Address, form_by_id
from toolkit.report.jurisdiction import JURISDICTION_FILE, Jurisdiction, read_jurisdiction
from toolkit.rollup.verdict_basis import JudgedReport, StoredBasis, judge_folders, path_of, read_tree, stale_folders

VERSION = 4  # of the tables; those of another version are rebuilt
SCHEMA = """
CREATE TABLE IF NOT EXISTS reports (
    file VARCHAR PRIMARY KEY, size BIGINT, changed BIGINT, basis VARCHAR, siblings VARCHAR, texts VARCHAR, year INTEGER,
    area VARCHAR, organ VARCHAR, level VARCHAR, form VARCHAR, errors INTEGER, warnings INTEGER, confirmed INTEGER,
    problem VARCHAR, added BOOLEAN, digest VARCHAR);
CREATE TABLE IF NOT EXISTS cells (file VARCHAR, address VARCHAR, value DECIMAL(38, 6));
CREATE TABLE IF NOT EXISTS findings (file VARCHAR, code VARCHAR, severity VARCHAR, place VARCHAR, confirmed BOOLEAN);
CREATE TABLE IF NOT EXISTS areas (folder VARCHAR PRIMARY KEY, changed BIGINT, misdated BOOLEAN);
CREATE TABLE IF NOT EXISTS members (folder VARCHAR, name VARCHAR, file VARCHAR, vertical BOOLEAN);
-- without the files that the member list beside them does not name, such as copies
CREATE OR REPLACE TEMP VIEW counted AS SELECT * FROM reports
    WHERE regexp_replace(file, '/[^/]*$', '') NOT IN (SELECT folder FROM members)
       OR file IN (SELECT folder || '/' || members.file || '.yaml' FROM members);
"""
UNREADABLE = "params-unreadable"  # the code of a file that cannot be read
_AT_ONCE = 2000  # files per transaction: a killed first refresh keeps the finished ones
# zeros are not stored: a missing row means 0, NULL a blank cell
# explicit: DuckDB's detection may be wrong for a short file
_CSV = """FORMAT CSV, HEADER false, AUTO_DETECT false, DELIM ',', QUOTE '"', ESCAPE '"'"""
_NULL = {"reports": "\\N", "cells": "", "findings": "\\N"}  # a missing value in the CSV of each table
_TABLES = ("reports", "cells", "findings", "areas", "members")


class WarehouseBusy(NianbaoError):
    """Another process has the database file open."""

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(f"汇总库 {path.name} 正被另一个程序使用，请稍后再试")


class WarehouseUnusable(NianbaoError):
    """The database file is damaged or not writable: waiting does not help."""

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(
            f"汇总库 {path} 打不开：不能写入，或已损坏。它只记着读过的数据，可以删去，再运行一次；"
            "没有写入权限的，用 --outputs 换一个文件夹"
        )


class WarehouseFull(NianbaoError):
    """The disk of the database file is full."""

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(f"汇总库 {path} 写不下去：磁盘已满，请清理后重试，或用 --outputs 换一个文件夹")


@dataclass(frozen=True, slots=True)
class AreaTotal:
    """One cell's sum in one area, with the numbers of reports and of blank cells."""

    area: str
    address: Address
    value: Decimal
    reports: int
    blank: int


class Warehouse:
    """The database of one tree of params; used as a context manager."""

    def __init__(self, path: Path | None, root: Path) -> None:
        """Open the database in a file, or one in memory for one query: without ``path``, or on a share without file locks."""
        self.root = root
        self.unreadable_lists: dict[str, ParamsUnreadable] = {}  # by folder, as of the last refresh
        try:
            if path is not None:
                path.parent.mkdir(parents=True, exist_ok=True)
            self._db = duckdb.connect(str(path) if path and keeps_locks(path.parent) else ":memory:")
            self._make_tables()
        except (duckdb.Error, OSError) as error:
            # DuckDB has one kind of error for all of these, and ends with the system's sentence in the system's language
            busy = any(word in str(error) for word in ("set lock", "already open")) or (path is not None and is_held_open(path))
            full = path is not None and is_disk_full(path.parent)
            raise (WarehouseBusy if busy else WarehouseFull if full else WarehouseUnusable)(path or root) from error

    def __enter__(self) -> Warehouse:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def _make_tables(self) -> None:
        """Create the tables; those of another version are dropped and filled again."""
        self._db.execute("CREATE TABLE IF NOT EXISTS about (version INTEGER)")
        if self._rows("SELECT version FROM about") != [(VERSION,)]:
            for name in _TABLES:
                self._db.execute(f"DROP TABLE IF EXISTS {name}")
            self._db.execute("DELETE FROM about")
            self._db.execute("INSERT INTO about VALUES (?)", [VERSION])
        self._db.execute(SCHEMA)

    def refresh(self, tell: Callable[[int, int], None] = lambda done, of: None, today: date | None = None) -> int:
        """Judge new and changed reports, and drop missing ones; the number of judged reports.

        Args:
            tell: hears how many of the changed reports are judged.
            today: the day on which deadlines are judged; the current one when left out.
        """
        day = today or date.today()
        tree = read_tree(self.root)
        vertical = self._refresh_areas(tree.lists)
        cached = {
            file: StoredBasis(file, (size, changed), basis, siblings, texts)
            for file, size, changed, basis, siblings, texts in self._rows(
                "SELECT file, size, changed, basis, siblings, texts FROM reports"
            )
        }
        work = stale_folders(tree, cached, day)
        gone = [file for file in cached if file not in tree.stamps]
        total, done = sum(map(len, work.values())), 0
        processes = min(os.cpu_count() or 1, len(work), total // WORTH_A_PROCESS)
        judging = judge_folders(tree, work, cached, day, processes)
        for folders in _portions(work) or ([[]] if gone else []):
            tell(done, total)
            judged = [row for rows in islice(judging, len(folders)) for row in rows]
            self._replace(judged, gone, vertical)
            done, gone = done + len(judged), []
        return done

    def _refresh_areas(self, lists: Mapping[str, tuple[int, int]]) -> dict[str, set[str]]:
        """Read the member lists that changed or were unreadable; the files of 垂直管理 by folder."""
        stamps = {folder: changed for folder, (_, changed) in lists.items()}
        cached = dict(self._rows("SELECT folder, changed FROM areas"))
        stale = {folder for folder in {*stamps, *cached} if stamps.get(folder) != cached.get(folder)}
        read: dict[str, Jurisdiction] = {}
        self.unreadable_lists = {}
        for folder in sorted(stale & stamps.keys()):
            try:
                read[folder] = read_jurisdiction(path_of(self.root, folder) / JURISDICTION_FILE)
            except ParamsUnreadable as error:
                self.unreadable_lists[folder] = error
        if stale:
            self._db.execute("BEGIN")
            for name in ("areas", "members"):
                self._db.execute(f"DELETE FROM {name} WHERE list_contains(?, folder)", [list(stale)])
            self._insert("areas", [[folder, stamps[folder], _is_misdated(area, folder)] for folder, area in read.items()])
            listed = ([folder, m.name, m.file, m.vertical] for folder, area in read.items() for m in area.members)
            self._insert("members", listed)
            self._db.execute("COMMIT")
        vertical: dict[str, set[str]] = {}
        for folder, file in self._rows("SELECT folder, file FROM members WHERE vertical"):
            vertical.setdefault(folder, set()).add(file)
        return vertical

    def _insert(self, name: str, rows: Iterable[Sequence[Any]]) -> None:
        """Insert rows through a CSV file, a hundred times faster than one statement per row."""
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            path = Path(folder, "rows.csv")
            with path.open("w", encoding="utf-8", errors="backslashreplace", newline="") as file:
                csv.writer(file).writerows(rows)
            place = path.as_posix().replace("'", "''")
            null = f", NULLSTR '{_NULL[name]}'" if name in _NULL else ""
            self._db.execute(f"COPY {name} FROM '{place}' ({_CSV}{null})")

    def totals(self, year: int, form: str, *, depth: int, under: str = "") -> list[AreaTotal]:
        """The sums of every additive cell by area.

        Args:
            year: report year.
            form: edition; reports on another are left out and named by ``editions``.
            depth: how many folders below the year make an area (1 province, 2 city, 3 county in a country's tree).
            under: only files below this folder (``某省/某市``).
        """
        additive = [str(address) for address, column in form_by_id(form).cells.items() if column.additive]
        rows = self._rows(
            """
            WITH chosen AS (
                SELECT file, array_to_string(list_slice(string_split(area, '/'), 1, ?), '/') AS part
                FROM counted WHERE year = ? AND form = ? AND added AND starts_with(area || '/', ?)),
            numbers AS (SELECT part, count(*) AS members FROM chosen GROUP BY part)
            SELECT chosen.part, cells.address, coalesce(sum(cells.value), 0), any_value(numbers.members),
                   count(*) FILTER (cells.value IS NULL)
            FROM chosen JOIN cells USING (file) JOIN numbers ON numbers.part = chosen.part
            WHERE list_contains(?, cells.address) GROUP BY chosen.part, cells.address ORDER BY 1, 2
            """,
            [depth, year, form, _prefix(under), additive],
        )
        return [AreaTotal(area, Address.parse(address), value, members, blank) for area, address, value, members, blank in rows]

    def misdated_lists(self, year: int, *, under: str = "") -> list[str]:
        """The folders below the tree whose member lists have dates of another year."""
        query = "SELECT folder FROM areas WHERE misdated AND starts_with(folder || '/', ?) ORDER BY folder"
        rows = self._rows(query, [_prefix(f"{year}/{under}")])
        return [folder for (folder,) in rows]

    def editions(self, year: int) -> dict[str, int]:
        return dict(self._rows("SELECT form, count(*) FROM counted WHERE year = ? AND problem = '' GROUP BY form", [year]))

    def standing(self, year: int, *, depth: int, under: str = "") -> list[tuple[str, int, int, int, int]]:
        """By area: reports, with errors, with warnings, unreadable."""
        return self._rows(
            """SELECT array_to_string(list_slice(string_split(area, '/'), 1, ?), '/') AS part, count(*),
                      count(*) FILTER (errors > 0), count(*) FILTER (warnings > confirmed), count(*) FILTER (problem <> '')
               FROM counted WHERE year = ? AND starts_with(area || '/', ?) GROUP BY part ORDER BY part""",
            [depth, year, _prefix(under)],
        )

    def codes(self, year: int, *, under: str = "") -> list[tuple[str, str, int, int]]:
        """The findings by rule: code, severity, count, number of reports; errors first, the most frequent first."""
        return self._rows(
            """SELECT code, severity, count(*), count(DISTINCT file) FROM findings JOIN counted USING (file)
               WHERE year = ? AND severity <> 'notice' AND starts_with(area || '/', ?)
               GROUP BY code, severity ORDER BY severity, count(*) DESC, code""",
            [year, _prefix(under)],
        )

    def strangers(self, year: int, *, under: str = "") -> list[str]:
        """The files that are left out: the member list beside them does not name them."""
        rows = self._rows(
            """SELECT file FROM reports ANTI JOIN counted USING (file)
               WHERE year = ? AND starts_with(area || '/', ?) ORDER BY file""",
            [year, _prefix(under)],
        )
        return [file for (file,) in rows]

    def digests(self, year: int, *, under: str = "") -> dict[str, str]:
        """SHA-256 of the canonical params by path below the tree; "" for an unreadable file."""
        rows = self._rows(
            "SELECT file, digest FROM counted WHERE year = ? AND starts_with(area || '/', ?)", [year, _prefix(under)]
        )
        return dict(rows)

    def missing(self, year: int, *, depth: int, under: str = "") -> dict[str, list[str]]:
        """By area: members of its lists, and of those below it, without a report."""
        names: dict[str, list[str]] = {}
        for area, name in self._rows(
            """SELECT array_to_string(list_slice(string_split(folder, '/'), 2, 1 + ?), '/') AS part, members.name
               FROM members LEFT JOIN reports ON reports.file = members.folder || '/' || members.file || '.yaml'
               WHERE reports.file IS NULL AND starts_with(members.folder || '/', ?) ORDER BY members.folder, members.name""",
            [depth, _prefix(f"{year}/{under}")],
        ):
            names.setdefault(area, []).append(name)
        return names

    def _rows(self, question: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        return self._db.execute(question, list(values)).fetchall()

    def _replace(self, judged: Sequence[JudgedReport], gone: Sequence[str], vertical: Mapping[str, set[str]]) -> None:
        """One transaction: a killed refresh leaves the earlier rows."""
        rows = {
            "reports": [
                _report_row(item, vertical.get(item.stored.folder, ()), path_of(self.root, item.stored.file)) for item in judged
            ],
            "cells": ((item.stored.file, *cell) for item in judged for cell in item.cells),
            "findings": (row for item in judged for row in _finding_rows(item)),
        }
        self._db.execute("BEGIN")
        stale = [item.stored.file for item in judged] + list(gone)
        self._db.execute("CREATE OR REPLACE TEMP TABLE stale AS SELECT unnest(?::VARCHAR[]) AS file", [stale])
        for name, values in rows.items():
            self._db.execute(f"DELETE FROM {name} WHERE file IN (SELECT file FROM stale)")
            self._insert(name, values)
        self._db.execute("COMMIT")


def _prefix(under: str) -> str:
    """How the paths below a folder begin; "" for the whole tree."""
    return f"{under.strip('/')}/" if under else ""


def _is_misdated(area: Jurisdiction, folder: str) -> bool:
    year = folder.partition("/")[0]
    return is_year(year) and area.dates.of_year(int(year)) != area.dates


def _portions(work: Mapping[str, Sized]) -> list[list[str]]:
    """The folders to be judged, in portions of some ``_AT_ONCE`` files; a folder is judged as a whole."""
    portions: list[list[str]] = []
    room = 0
    for folder, files in work.items():
        if room <= 0:
            portions.append([])
            room = _AT_ONCE
        portions[-1].append(folder)
        room -= len(files)
    return portions


def _report_row(item: JudgedReport, vertical: Container[str], file: Path) -> list[Any]:
    """The row of a report. Neither 垂直管理 nor the sum of a folder beside it, whose reports are counted, is added up."""
    stored = item.stored
    year, _, rest = stored.file.partition("/")
    place = rest.rpartition("/")[0]
    begin = [stored.file, *stored.stamp, stored.basis, stored.siblings, stored.texts]
    if item.about is None:
        return [*begin, int(year) if is_year(year) else 0, place, file.stem, "", "", 1, 0, 0, item.problem, False, ""]
    counts = Counter(severity for _, severity, _, _ in item.findings)
    confirmed = sum(done for _, _, _, done in item.findings)
    reported, organ, level, edition = item.about
    about = [reported, place, organ, level, edition]
    is_added = file.stem not in vertical and not file.with_suffix("").is_dir()
    return [*begin, *about, counts["error"], counts["warning"], confirmed, "", is_added, item.digest]


def _finding_rows(item: JudgedReport) -> Iterator[list[Any]]:
    if item.about is None:
        yield [item.stored.file, UNREADABLE, "error", "", False]
    for finding in item.findings:
        yield [item.stored.file, *finding]
