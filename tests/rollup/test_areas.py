"""Many jurisdictions at once: sums, standings and who is missing by area, and the commands that show them."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path

import pytest

from tests.rollup.stories import AREA, NEW, ORGANS, report_of
from toolkit.cli import main
from toolkit.core.errors import UsageError
from toolkit.forms import Address
from toolkit.report import Value, read_report, report_to_yaml, write_report
from toolkit.report.embedded import digest_of
from toolkit.rollup.areas import area_standings, area_sums, open_warehouse, part_of, sums_csv
from toolkit.rollup.members import read_members
from toolkit.rollup.own_report import roll_up
from toolkit.rollup.warehouse import Warehouse

GRANTED = Address("applications", "granted", "natural_person")
MONEY = Address("fees", "fees", "amount_wan")


def county(folder: Path, new: Mapping[str, int], more: Mapping[Address, Value] | None = None) -> Path:
    """A county's folder with its list, and a report of every organ named."""
    folder.mkdir(parents=True)
    (folder / "_jurisdiction.yaml").write_text(AREA, encoding="utf-8")
    for name, count in new.items():
        figures = {NEW: count, GRANTED: count, **(more or {})}
        write_report(report_of(ORGANS[name], int(folder.parts[-4]), figures), folder / f"{name}.yaml")
    return folder


@pytest.fixture
def province(tmp_path: Path) -> Path:
    """Two cities: the one with two counties, one of them rolled up already; the other with one."""
    root = tmp_path / "params" / "2024" / "某省"
    money = {MONEY: Decimal("0.1")}
    done = county(root / "甲市" / "云溪县", {"县政府办公室": 1, "甲镇": 2, "乙镇": 3, "税务局": 100}, money)
    made = roll_up(read_members(done))
    write_report(made.report, made.path)
    county(root / "甲市" / "云河县", {"县政府办公室": 4}, money)
    county(root / "乙市" / "云山县", {"甲镇": 5, "乙镇": 6}, money)
    return root


def ignore_progress(_: int, __: int) -> None:
    """Nobody listens."""


def test_sums_by_city_and_county_count_every_report_once(province: Path, tmp_path: Path) -> None:
    part = part_of(province)
    assert (part.root, part.year, part.under, part.depth) == (tmp_path / "params", 2024, "某省", 1)
    with open_warehouse(part, tmp_path, ignore_progress) as warehouse:
        cities = area_sums(warehouse, part, 1)
        counties = area_sums(warehouse, part, 2)
        (whole,) = area_sums(warehouse, part_of(tmp_path / "params" / "2024"), 1)
    # the county's own report is the sum of others beside it, the tax office is 垂直管理: neither is added
    assert [(row.area, row.reports, row.values[NEW]) for row in cities] == [("某省/乙市", 2, 11), ("某省/甲市", 4, 10)]
    assert [(row.area.rpartition("/")[2], row.values[NEW]) for row in counties] == [("云山县", 11), ("云河县", 4), ("云溪县", 6)]
    assert (whole.values[NEW], whole.values[MONEY], whole.reports) == (21, Decimal("0.6"), 6)


def test_a_copy_of_a_member_is_neither_added_nor_counted_but_named(province: Path, tmp_path: Path) -> None:
    shutil.copy(province / "乙市" / "云山县" / "甲镇.yaml", province / "乙市" / "云山县" / "甲镇(1).yaml")
    # a list without members leaves none out
    (province / "乙市" / "_jurisdiction.yaml").write_text("name: 乙市\n", encoding="utf-8")
    write_report(report_of("乙市云山县", 2024, {NEW: 11}), province / "乙市" / "云山县.yaml")
    with open_warehouse(part_of(province), tmp_path, ignore_progress) as warehouse:
        (sums,) = [row for row in area_sums(warehouse, part_of(province), 2) if "云山县" in row.area]
        (standing,) = [row for row in area_standings(warehouse, part_of(province), 2) if "云山县" in row.area]
        (own,) = [row for row in area_standings(warehouse, part_of(province), 2) if row.area == "某省/乙市"]
        assert warehouse.strangers(2024, under="某省") == ["2024/某省/乙市/云山县/甲镇(1).yaml"]
    assert (sums.reports, sums.values[NEW], standing.reports, own.reports) == (2, 11, 2, 1)


def test_who_is_missing_where(province: Path, tmp_path: Path) -> None:
    county(province / "乙市" / "云空县", {})
    part = part_of(province)
    with open_warehouse(part, tmp_path, ignore_progress) as warehouse:
        rows = {row.area: row for row in area_standings(warehouse, part, 2)}
    assert rows["某省/甲市/云溪县"].missing == ()
    assert rows["某省/乙市/云山县"].missing == ("云溪县人民政府办公室", "云溪县税务局")
    assert (rows["某省/乙市/云空县"].reports, len(rows["某省/乙市/云空县"].missing)) == (0, 4)


def test_a_list_that_changed_is_read_again(province: Path, tmp_path: Path) -> None:
    part, listed = part_of(province), province / "乙市" / "云山县" / "_jurisdiction.yaml"
    with Warehouse(tmp_path / "a.duckdb", part.root) as warehouse:
        assert warehouse.refresh() == 8
        before = sum(row.values[NEW] for row in area_sums(warehouse, part, 1))
        listed.write_text(AREA.replace("file: 乙镇}", "file: 乙镇, vertical: true}"), encoding="utf-8")
        assert warehouse.refresh() == 2
        assert warehouse.refresh() == 0
        assert before - sum(row.values[NEW] for row in area_sums(warehouse, part, 1)) == 6
        listed.unlink()
        warehouse.refresh()
        assert not any("云山县" in area for area in warehouse.missing(2024, depth=3))


def test_a_reading_that_was_killed_goes_on_where_it_was(province: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("toolkit.rollup.warehouse._AT_ONCE", 3)

    def stop(done: int, of: int) -> None:
        assert of == 8
        if done:
            raise KeyboardInterrupt

    with Warehouse(tmp_path / "a.duckdb", part_of(province).root) as warehouse, pytest.raises(KeyboardInterrupt):
        warehouse.refresh(stop)
    with Warehouse(tmp_path / "a.duckdb", part_of(province).root) as warehouse:
        assert warehouse.refresh() == 5
        assert warehouse.refresh() == 0


def test_editions_stay_apart(province: Path, tmp_path: Path) -> None:
    odd = report_of("云溪县甲镇人民政府", 2020, {Address("applications", "new", "natural_person"): 7})
    write_report(odd, province / "乙市" / "云山县" / "旧版.yaml")
    text = (province / "乙市" / "云山县" / "旧版.yaml").read_text(encoding="utf-8")
    old = tmp_path / "params" / "2020" / "某省" / "乙市"
    old.mkdir(parents=True)
    (old / "旧版.yaml").write_text(text, encoding="utf-8")
    part = part_of(old.parent)
    with open_warehouse(part, tmp_path, ignore_progress) as warehouse:
        assert {row.form for row in area_sums(warehouse, part, 1)} == {"2019"}
        assert {row.form for row in area_sums(warehouse, part_of(province), 1)} == {"2021"}


def test_the_table_for_excel_has_every_cell(province: Path, tmp_path: Path) -> None:
    part = part_of(province)
    with open_warehouse(part, tmp_path, ignore_progress) as warehouse:
        raw = sums_csv(area_sums(warehouse, part, 1))
    assert raw.startswith(b"\xef\xbb\xbf")
    head, *lines = csv.reader(io.StringIO(raw.decode("utf-8-sig")))
    assert [line[:3] for line in lines] == [["某省/乙市", "2021", "2"], ["某省/甲市", "2021", "4"]]
    assert dict(zip(head, lines[0], strict=True))["表二 行政事业性收费·本年收费金额（单位：万元）"] == "0.2"


def test_a_folder_outside_the_tree_is_reported(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "2024" / "none"):
        with pytest.raises(UsageError, match="params/年度"):
            part_of(folder)


def test_a_member_list_that_cannot_be_read_is_reported_each_time(
    province: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run: Callable[[], None] = main
    described = next(province.rglob("_jurisdiction.yaml"))
    described.write_text("name: [", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for command, code in (("status", 1), ("status", 1), ("rollup", 0)):
        monkeypatch.setattr("sys.argv", ["nianbao", command, str(province), "--areas", "1"])
        with pytest.raises(SystemExit) as stopped:
            run()
        assert (stopped.value.code or 0) == code
        ignore_progress = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("成员名单读不出"))
        assert str(described) in ignore_progress


def test_a_report_beside_its_area_is_no_separate_area(
    province: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run: Callable[[], None] = main
    own = next(path for path in province.rglob("*.yaml") if path.with_suffix("").is_dir())
    own.rename(province.with_suffix(".yaml"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["nianbao", "status", str(province.parent), "--areas", "1"])
    with pytest.raises(SystemExit):
        run()
    shown = capsys.readouterr().out
    assert "（本级）" in shown
    assert "共 1 个地区" in shown


COMMANDS: list[tuple[list[str], int, str]] = [
    (["status", "--areas", "1"], 1, "未报 5 份"),
    (["rollup", "--areas", "1"], 0, "乙市"),
    (["rollup", "--areas", "2", "--cell", "applications.new.natural_person", "--csv", "out.csv"], 0, "云山县"),
    (["rollup", "--areas", "1", "--cell", "applications.new"], 2, "没有“applications.new”这一格"),
    (["rollup", "--csv", "out.csv"], 2, "--areas"),
]


@pytest.mark.parametrize(("arguments", "code", "words"), COMMANDS, ids=[" ".join(command) for command, *_ in COMMANDS])
def test_commands(
    province: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    arguments: list[str], code: int, words: str,
) -> None:  # fmt: skip
    run: Callable[[], None] = main
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["nianbao", arguments[0], str(province), *arguments[1:]])
    with pytest.raises(SystemExit) as stopped:
        run()
    assert (stopped.value.code or 0) == code
    shown = capsys.readouterr()
    assert words in shown.out + shown.err
    assert (tmp_path / "out.csv").is_file() == (code == 0 and "--csv" in arguments)


def test_states_are_counted_by_area_and_a_version_that_changed_since_is_not_accepted(province: Path, tmp_path: Path) -> None:
    def decided(event: str, place: str, file: str, digest: str) -> dict[str, object]:
        at = "2025-01-20T01:00:00+00:00"
        return {"event": event, "at": at, "year": 2024, "place": f"某省/{place}", "file": file, "digest": digest, "hand": "王某"}

    part = part_of(province)
    with open_warehouse(part, tmp_path, ignore_progress) as warehouse:
        digests = warehouse.digests(2024)
        assert digests["2024/某省/甲市/云溪县/甲镇.yaml"] == digest_of(
            report_to_yaml(read_report(province / "甲市/云溪县/甲镇.yaml"))
        )
        records = [
            decided("accepted", "甲市/云溪县", "甲镇", digests["2024/某省/甲市/云溪县/甲镇.yaml"]),
            decided("published", "甲市/云溪县", "乙镇", digests["2024/某省/甲市/云溪县/乙镇.yaml"]),
            decided("returned", "甲市/云河县", "县政府办公室", digests["2024/某省/甲市/云河县/县政府办公室.yaml"]),
            decided("accepted", "乙市/云山县", "甲镇", "0" * 64),  # another version than the one that is there
            decided("accepted", "乙市/云山县", "没有的镇", "1" * 64),
            {"event": "duplicate", "at": "2025-01-20T01:00:00+00:00", "source": "x"},
        ]
        rows = area_standings(warehouse, part, 1, records)
    assert [(row.area, row.returned, row.accepted) for row in rows] == [("某省/乙市", 0, 0), ("某省/甲市", 1, 2)]
