"""Tens of thousands of reports added up by area: the same sums as one by one, and only what changed is read again."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from decimal import Decimal
from multiprocessing import active_children
from pathlib import Path

import pytest

from tests.rollup.stories import AREA, NEW, county, report_of
from toolkit.forms import Address
from toolkit.report import read_report, write_report
from toolkit.rollup.members import read_members
from toolkit.rollup.own_report import add_up, roll_up
from toolkit.rollup.warehouse import Warehouse, WarehouseFull, WarehouseUnusable

ALL = {"县政府办公室": 1, "甲镇": 3, "乙镇": 4, "税务局": 50}


def test_sums_equal_those_of_the_reports_one_by_one() -> None:
    params = Path(__file__).parents[2] / "params"
    expected = add_up(read_members(params / "2024" / "云溪县").summed).figures
    with Warehouse(None, params) as warehouse:
        warehouse.refresh()
        found = warehouse.totals(2024, "2021", depth=1)
        assert warehouse.editions(2024) == {"2021": 15}
    assert {row.address: row.value for row in found if row.value} == {
        address: value for address in expected if (value := expected.number(address))
    }


@pytest.mark.parametrize("killed", [True, pytest.param(False, marks=pytest.mark.sweep)])
def test_several_processes_store_the_same(monkeypatch: pytest.MonkeyPatch, killed: bool) -> None:
    params = Path(__file__).parents[2] / "params"
    tables = ("reports", "cells", "findings")
    with Warehouse(None, params) as warehouse:
        warehouse.refresh()
        alone = [sorted(warehouse._rows(f"SELECT * FROM {name}")) for name in tables]
    monkeypatch.setattr("toolkit.rollup.warehouse.WORTH_A_PROCESS", 5)
    monkeypatch.setattr("toolkit.rollup.warehouse._AT_ONCE", 4)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    ended: list[int] = []

    def kill(_done: int, _of: int) -> None:
        for process in active_children() if killed else ():
            process.kill()
            ended.append(process.pid)

    with Warehouse(None, params) as warehouse:
        warehouse.refresh(kill)
        assert [sorted(warehouse._rows(f"SELECT * FROM {name}")) for name in tables] == alone
    assert bool(ended) == killed


def test_only_changed_files_are_read_again(tmp_path: Path) -> None:
    area = county(tmp_path, ALL)
    with Warehouse(tmp_path / "store" / "sums.duckdb", tmp_path) as warehouse:
        assert warehouse.refresh() == 4
        assert warehouse.refresh() == 0
        write_report(read_report(area / "甲镇.yaml").with_value(NEW, 30), area / "甲镇.yaml")
        (area / "乙镇.yaml").unlink()
        assert warehouse.refresh() == 1
    with Warehouse(tmp_path / "store" / "sums.duckdb", tmp_path) as warehouse:
        assert sum(row.value for row in warehouse.totals(2024, "2021", depth=1) if row.address == NEW) == 31


def test_own_report_of_an_area_and_vertical_organs_are_not_counted_twice(tmp_path: Path) -> None:
    made = roll_up(read_members(county(tmp_path, ALL)))
    write_report(made.report, made.path)
    with Warehouse(None, tmp_path) as warehouse:
        warehouse.refresh()
        total = sum(row.value for row in warehouse.totals(2024, "2021", depth=1) if row.address == NEW)
    assert total == 8


def test_areas_at_every_depth_and_blank_cells(tmp_path: Path) -> None:
    for city, count in (("甲市", 3), ("乙市", 5)):
        folder = tmp_path / "2024" / "某省" / city / "云溪县"
        folder.mkdir(parents=True)
        (folder / "_jurisdiction.yaml").write_text(AREA, encoding="utf-8")
        write_report(report_of("甲镇人民政府", figures={NEW: count}), folder / "甲镇.yaml")
    blank = Address("fees", "fees", "amount_wan")
    write_report(report_of("乙镇人民政府", figures={blank: None}), folder / "乙镇.yaml")
    with Warehouse(None, tmp_path) as warehouse:
        warehouse.refresh()
        province = {row.address: row for row in warehouse.totals(2024, "2021", depth=1)}
        cities = [(row.area, row.value) for row in warehouse.totals(2024, "2021", depth=2) if row.address == NEW]
        below = [row.area for row in warehouse.totals(2024, "2021", depth=2, under="某省/乙市") if row.address == NEW]
    assert province[NEW].value == 8
    assert (province[blank].blank, province[blank].reports) == (1, 3)
    assert cities == [("某省/乙市", Decimal(5)), ("某省/甲市", Decimal(3))]
    assert below == ["某省/乙市"]


def test_unreadable_file_is_counted_as_such(tmp_path: Path) -> None:
    area = county(tmp_path, ALL)
    (area / "甲镇.yaml").write_text("year: [", encoding="utf-8")
    with Warehouse(None, tmp_path) as warehouse:
        warehouse.refresh()
        ((name, reports, _, _, unreadable),) = warehouse.standing(2024, depth=1)
    assert (name, reports, unreadable) == ("云溪县", 4, 1)


def test_names_with_commas_and_quotes_are_kept(tmp_path: Path) -> None:
    area = tmp_path / "2024" / "某,县" / "o'区"
    area.mkdir(parents=True)
    write_report(report_of("甲,“乙”镇'人民政府", figures={NEW: 3}), area / "甲,镇.yaml")
    (area / "_jurisdiction.yaml").write_text("name: 某区\nmembers:\n  - {name: '乙\"镇,', file: '乙,镇'}\n", encoding="utf-8")
    with Warehouse(tmp_path / "o'sums.duckdb", tmp_path) as warehouse:
        warehouse.refresh()
        assert warehouse._rows("SELECT organ FROM reports") == [("甲,“乙”镇'人民政府",)]
        assert warehouse.missing(2024, depth=1) == {"某,县": ['乙"镇,']}


def test_another_years_file_counts_in_no_year(tmp_path: Path) -> None:
    area = county(tmp_path, ALL)
    write_report(report_of("云溪县甲镇人民政府", 2023, {NEW: 70}), area / "甲镇.yaml")
    with Warehouse(None, tmp_path) as warehouse:
        warehouse.refresh()
        assert [(area, unreadable) for area, *_, unreadable in warehouse.standing(2024, depth=1)] == [("云溪县", 1)]
        assert not warehouse.totals(2023, "2021", depth=1)


def test_a_full_disk_is_no_damaged_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = tmp_path / "rollup.duckdb"
    store.write_text("spoilt" * 1000, encoding="utf-8")  # fails as it does without room
    monkeypatch.setattr("toolkit.rollup.warehouse.is_disk_full", lambda folder: True)
    with pytest.raises(WarehouseFull, match="写不下去：磁盘已满"):
        Warehouse(store, tmp_path)


@pytest.mark.posix_only
@pytest.mark.parametrize("number", [errno.ENOLCK, errno.EOPNOTSUPP])
def test_on_a_share_without_file_locks_there_is_no_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    def refuse(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("fcntl.lockf", refuse)
    with Warehouse(tmp_path / "rollup.duckdb", tmp_path):
        assert list(tmp_path.iterdir()) == []


def test_a_damaged_store_is_distinguished_from_a_busy_one(tmp_path: Path) -> None:
    store = tmp_path / "rollup.duckdb"
    store.write_text("spoilt" * 1000, encoding="utf-8")
    with pytest.raises(WarehouseUnusable, match="可以删去，再运行一次"):
        Warehouse(store, tmp_path)
    with pytest.raises(WarehouseUnusable, match="打不开"):  # a file where its folder should be
        Warehouse(store / "rollup.duckdb", tmp_path)
    store.unlink()
    code = "import sys, pathlib as p; from toolkit.rollup.warehouse import Warehouse; Warehouse(p.Path(sys.argv[1]), p.Path())"
    with Warehouse(store, tmp_path):
        done = subprocess.run([sys.executable, "-c", code, str(store)], capture_output=True, text=True, encoding="utf-8")
    assert "WarehouseBusy" in done.stderr
