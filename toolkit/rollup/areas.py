"""Add up many jurisdictions at once: a province by its cities, a country by its counties.

In: a folder of the params tree and how deep its parts lie. Out: rows by area from the warehouse, which keeps what it
read, so that forty thousand reports are asked in seconds. Editions stay apart; nothing is converted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb

from toolkit.core.errors import ParamsUnreadable, UsageError
from toolkit.core.files import is_disk_full
from toolkit.core.output import csv_bytes
from toolkit.core.tree import full_path, tree_of, year_of
from toolkit.dispatch.ledger import LedgerRecord
from toolkit.dispatch.states import Stage, receipt_of, status_of, steps_by_place
from toolkit.forms import Address, form_by_id
from toolkit.report.jurisdiction import JURISDICTION_FILE
from toolkit.report.model import comparable_text
from toolkit.rollup.warehouse import Warehouse, WarehouseFull

DATABASE_NAME = "rollup.duckdb"


@dataclass(frozen=True, slots=True)
class AreaSums:
    """One area on one edition: the number of reports, every additive cell's sum, the numbers of blank cells."""

    area: str
    form: str
    reports: int
    values: Mapping[Address, Decimal]
    blank: int = 0


@dataclass(frozen=True, slots=True)
class AreaStanding:
    """The state of the members of one area; ``missing`` by name, ``drafts`` counts those that sent nothing but a draft.

    ``returned`` and ``accepted`` count the reports that are in these states now; a published one was accepted.
    """

    area: str
    reports: int
    errors: int
    warnings: int
    unreadable: int
    missing: tuple[str, ...]
    drafts: int = 0
    returned: int = 0
    accepted: int = 0


@dataclass(frozen=True, slots=True)
class TreePart:
    """A folder of the params tree: the tree's root, the year, and the path between them (``某省/某市``)."""

    root: Path
    year: int
    under: str

    @property
    def depth(self) -> int:
        return len(self.under.split("/")) if self.under else 0


def part_of(folder: Path) -> TreePart:
    """The place of a folder in its params tree.

    Raises:
        UsageError: no such folder, or none of its parents is a year.
    """
    year, root = year_of(folder), tree_of(folder)
    if not folder.is_dir() or year is None or root is None:
        raise UsageError(f"{folder} 应是 params/年度 或它下面的文件夹，如 params/2024 或 params/2024/某省")
    under = full_path(folder).relative_to(root / str(year)).as_posix()
    return TreePart(root, year, "" if under == "." else under)


def area_sums(warehouse: Warehouse, part: TreePart, below: int) -> list[AreaSums]:
    """The sums of every area ``below`` folders under a part, per edition."""
    sums: dict[tuple[str, str], list[tuple[Address, Decimal, int, int]]] = {}
    for form in sorted(warehouse.editions(part.year)):
        for row in warehouse.totals(part.year, form, depth=part.depth + below, under=part.under):
            sums.setdefault((row.area, form), []).append((row.address, row.value, row.reports, row.blank))
    return [
        AreaSums(area, form, cells[0][2], {address: value for address, value, _, _ in cells}, sum(item[3] for item in cells))
        for (area, form), cells in sorted(sums.items())
    ]


def area_standings(warehouse: Warehouse, part: TreePart, below: int, records: Iterable[LedgerRecord] = ()) -> list[AreaStanding]:
    """The state of every area ``below`` folders under a part, including areas without reports.

    Args:
        records: the ledger, which knows what came as a draft and what was decided.
    """
    depth = part.depth + below
    digests = warehouse.digests(part.year, under=part.under)
    drafts: Counter[str] = Counter()
    stages: dict[str, Counter[Stage]] = {}
    for (place, file), steps in steps_by_place(records, part.year).items():
        key, area = f"{part.year}/{place}/{file}.yaml", "/".join(place.split("/")[:depth])
        receipt = receipt_of(steps)
        drafts[area] += bool(receipt and receipt.draft and (part.root / key).is_file())
        if key in digests:
            stages.setdefault(area, Counter())[status_of(steps, digests[key]).stage] += 1
    missing = warehouse.missing(part.year, depth=depth, under=part.under)
    there = {row[0]: row[1:] for row in warehouse.standing(part.year, depth=depth, under=part.under)}
    decided = {area: stages.get(area, Counter()) for area in {*there, *missing}}
    return [
        AreaStanding(
            area, *there.get(area, (0, 0, 0, 0)), tuple(missing.get(area, ())), drafts[area],
            decided[area]["returned"], decided[area]["accepted"] + decided[area]["published"],
        )
        for area in sorted({*there, *missing})
    ]  # fmt: skip


def misdated_lists(warehouse: Warehouse, part: TreePart) -> list[Path]:
    """The member lists under a part that have dates of another year."""
    return [part.root / folder / JURISDICTION_FILE for folder in warehouse.misdated_lists(part.year, under=part.under)]


def unreadable_lists(warehouse: Warehouse, part: TreePart) -> list[ParamsUnreadable]:
    """The unreadable member lists under a part: their missing members and their 垂直管理 are unknown."""
    above = "/".join(name for name in (str(part.year), part.under) if name) + "/"
    return [error for folder, error in warehouse.unreadable_lists.items() if f"{folder}/".startswith(above)]


def sums_csv(rows: Sequence[AreaSums]) -> bytes:
    """Every additive cell of every area, one line an area, as Excel opens it."""
    return csv_bytes(_sums_by_edition(rows))


def _sums_by_edition(rows: Sequence[AreaSums]) -> Iterator[list[object]]:
    for form in map(form_by_id, dict.fromkeys(row.form for row in rows)):
        addresses = [address for address, column in form.cells.items() if column.additive]
        yield ["地区", "格式版本", "份数", *map(form.label, addresses)]
        for row in rows:
            if row.form == form.id:
                values = [comparable_text(row.values.get(address, Decimal(0))) for address in addresses]
                yield [row.area, form.id, row.reports, *values]


def open_warehouse(part: TreePart, outputs: Path, tell: Callable[[int, int], None], today: date | None = None) -> Warehouse:
    """The warehouse of a params tree, stored with the finished files, after a refresh.

    ``today`` is the day on which deadlines are judged, the current one when left out.

    Raises:
        WarehouseBusy: another program has it open.
        WarehouseUnusable: it is damaged, or may not be written.
        WarehouseFull: the disk is full.
    """
    warehouse = Warehouse(outputs / DATABASE_NAME, part.root)
    try:
        warehouse.refresh(tell, today)
    except duckdb.Error as error:
        if is_disk_full(outputs):
            raise WarehouseFull(outputs / DATABASE_NAME) from error
        raise
    return warehouse
