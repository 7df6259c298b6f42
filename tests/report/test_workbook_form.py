"""The form as a workbook: locked labels, totals and identities as formulas, whole numbers only, and back again."""

from __future__ import annotations

import io
import subprocess
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from tests.importing.shapes import noticed, report
from toolkit.cli import app
from toolkit.core.errors import UsageError
from toolkit.importing import read_published
from toolkit.importing.readers.office import find_soffice
from toolkit.report import Channel, Organ, read_report
from toolkit.report.model import empty_report
from toolkit.report.workbook_form import new_workbook, set_workbook
from toolkit.report.writing import write_report


@pytest.mark.parametrize("year", [2020, 2023])
def test_filled_in_and_read_back(year: int, tmp_path: Path) -> None:
    of = report(year)
    file = tmp_path / "填报表.xlsx"
    file.write_bytes(set_workbook(of))
    got = read_published(file)
    assert got.report is not None
    assert {str(a) for a in of.form.cells if got.report.figures[a] != of.figures[a]} == set()
    assert got.report.organ == of.organ
    assert got.report.narrative.overview == of.narrative.overview
    assert {remark.code for remark in noticed(got)} <= {"unit-assumed"}


def test_a_clerk_fills_it_in(tmp_path: Path) -> None:
    """A new form, some cells typed by openpyxl (which keeps no results of formulas), and the params that come of it."""
    runner = CliRunner()
    made = runner.invoke(app, ["new", "2025", "云水县/清河镇", "--xlsx", "--params", str(tmp_path)])
    assert made.exit_code == 0, made.output
    file = tmp_path / "2025" / "云水县" / "清河镇.xlsx"
    book = load_workbook(file)
    facts = book["基本情况"]
    facts["B2"] = "云水县清河镇人民政府"
    facts["A11"], facts["B11"], facts["C11"] = "微信公众号", 88, "是"
    book["表二"]["B4"] = 3
    book["表三"]["D4"] = 5
    book["表四"]["A4"] = 1
    book["文字部分"]["A2"] = "全年平稳。"
    book.save(file)
    out = tmp_path / "out"
    read = runner.invoke(app, ["import", str(file), "-o", str(out)])
    assert (read.exit_code, "完成 1 份" in read.output) == (0, True), read.output
    assert "缺少" not in read.output, "a table that is there with blank cells is not missing"
    got = read_report(out / "清河镇.yaml")
    assert (got.year, got.organ.name) == (2025, "云水县清河镇人民政府")
    assert got.channels == (Channel(name="微信公众号", count=88, approximate=True),)
    assert got.value("documents", "normative", "issued") == 3
    assert got.value("applications", "new", "natural_person") == 5
    assert got.value("applications", "new", "total") is None
    assert got.value("disputes", "review", "upheld") == 1
    assert got.narrative.overview == "全年平稳。"


def test_labels_are_locked_and_cells_take_whole_numbers_only() -> None:
    book = load_workbook(io.BytesIO(set_workbook(report())))
    sheet = book["表三"]
    assert sheet.protection.sheet
    assert sheet["A4"].protection.locked
    assert not sheet["D4"].protection.locked
    assert sheet["J4"].protection.locked  # a total is a formula
    assert str(sheet["J4"].value).startswith("=IF(COUNT(")
    rules = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
    assert (rules["D4"].type, rules["D4"].formula1) == ("whole", "0")
    assert book["表二"].data_validations.dataValidation[-1].type == "decimal"


RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode"><value>0</value></prop></item>
</oor:items>"""


@pytest.fixture(scope="module")
def worked_out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the form of a report of 2023 and of a blank one, after LibreOffice has worked the formulas out in both."""
    folder = tmp_path_factory.mktemp("office")
    user = folder / "profile" / "user"
    user.mkdir(parents=True)
    (user / "registrymodifications.xcu").write_text(RECALCULATE, encoding="utf-8")
    forms = {"filled": report(2023), "blank": empty_report(2024, Organ(name="云水县清河镇人民政府"))}
    for name, of in forms.items():
        (folder / f"{name}.xlsx").write_bytes(set_workbook(of))
    command = [
        find_soffice(), f"-env:UserInstallation={user.parent.as_uri()}", "--headless", "--norestore", "--nologo",
        "--convert-to", "xlsx", "--outdir", str(folder / "saved"), *(str(folder / f"{name}.xlsx") for name in forms),
    ]  # fmt: skip
    subprocess.run(command, capture_output=True, check=True, stdin=subprocess.DEVNULL)
    return folder / "saved"


@pytest.mark.needs_libreoffice
def test_totals_and_identity_are_computed_by_the_workbook(worked_out: Path) -> None:
    """LibreOffice opens the form, works the formulas out, and the difference shows."""
    of = report(2023)
    values = load_workbook(worked_out / "filled.xlsx", data_only=True)["表三"]
    assert values["J4"].value == of.value("applications", "new", "total")
    left = (of.number("applications", "new", "business") or 0) + (of.number("applications", "carried_in", "business") or 0)
    right = (of.number("applications", "total", "business") or 0) + (of.number("applications", "carried_out", "business") or 0)
    row = next(row for row in values.iter_rows(min_col=1, max_col=10) if str(row[0].value or "").startswith("勾稽差额"))
    assert Decimal(str(row[4].value)) == left - right


def test_last_year_is_carried_over_and_nothing_is_overwritten(tmp_path: Path) -> None:
    last = report(2023)
    write_report(last, tmp_path / "2023" / "云水县" / "清河镇.yaml")
    made = new_workbook(tmp_path, 2024, "云水县/清河镇")
    assert made.carried
    got = read_published(made.path).report
    assert got is not None
    assert got.organ == last.organ
    for column in ("natural_person", "business"):
        assert got.value("applications", "carried_in", column) == last.value("applications", "carried_out", column)
    with pytest.raises(UsageError, match="已经有了"):
        new_workbook(tmp_path, 2024, "云水县/清河镇")


def test_wrong_values_beside_the_tables_are_reported(tmp_path: Path) -> None:
    """A count with 余, a channel without a name, a level typed by hand, and a date that Excel made of the text."""
    file = tmp_path / "填报表.xlsx"
    file.write_bytes(set_workbook(report(2023)))
    book = load_workbook(file)
    facts = book["基本情况"]
    facts["B3"], facts["B8"] = "镇", datetime(2024, 1, 20)
    facts["A11"], facts["B11"] = "政府网站", "100余"
    facts["B12"] = 7
    facts["A13"], facts["B13"] = "公开栏", 26.0
    book.save(file)
    got = read_published(file)
    assert got.report is not None
    assert [channel.name for channel in got.report.channels] == ["公开栏"]
    assert got.report.organ.published_on == "2024-01-20"
    told = [remark.message for remark in noticed(got) if remark.code in ("channel-unread", "level-unknown")]
    assert ["第 11 行" in told[0], "第 12 行" in told[1], "镇" in told[2]] == [True, True, True]


@pytest.mark.needs_libreoffice
def test_blank_cells_are_counted_on_the_first_sheet(worked_out: Path) -> None:
    """What is left to fill in, sheet by sheet, before and after; LibreOffice works the formulas out."""
    for name, left in (("blank", [10, 24 * 6, 12]), ("filled", [0, 0, 0])):
        sheet = load_workbook(worked_out / f"{name}.xlsx", data_only=True)["填写说明"]
        shown = [row[1] for row in sheet.iter_rows(values_only=True) if row[0] and "没填" in str(row[0])]
        assert shown == left
