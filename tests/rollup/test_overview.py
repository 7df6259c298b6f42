"""The county's overview: run by papermill, exported by the same exporters, true to the members' reports."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from tests.rollup.stories import NEW, county, report_of
from toolkit.errors import UnknownParameter, UsageError
from toolkit.forms import Address
from toolkit.report import read_report, write_report
from toolkit.rollup.members import read_members
from toolkit.rollup.outliers import questions
from toolkit.rollup.overview import Overview, open_overview
from toolkit.sections.blocks import Picture, Table, iter_text
from toolkit.sections.section import Section

ROOT = Path(__file__).parents[2]
ALL = {"县政府办公室": 1, "甲镇": 3, "乙镇": 4, "税务局": 50}
GRANTED = Address("applications", "granted", "natural_person")


def _text(section: Section) -> str:
    return "\n".join(iter_text(section.blocks))


def _overview(tmp_path: Path) -> Overview:
    return Overview(read_members(county(tmp_path, ALL)), None, date(2025, 1, 25))


def test_standing_of_every_member_is_listed(tmp_path: Path) -> None:
    area = county(tmp_path, {"县政府办公室": 1, "甲镇": 3, "税务局": 0})
    text = _text(Overview(read_members(area), None, date(2025, 1, 25)).completeness())
    assert "成员单位共4个，报送期限为2025年1月20日" in text
    assert "云溪县乙镇人民政府\n未报" in text
    assert "晚5天" in text


def test_sums_stand_in_the_statutory_tables(tmp_path: Path) -> None:
    section = _overview(tmp_path).sums()
    cells = {cell.address: cell.text for block in section.blocks if isinstance(block, Table) for cell in block.cells}
    assert cells[str(NEW)] == "8"


def test_findings_are_told_by_rule_and_organ(tmp_path: Path) -> None:
    area = county(tmp_path, ALL)
    write_report(read_report(area / "甲镇.yaml").with_value(NEW, 9), area / "甲镇.yaml")
    text = _text(Overview(read_members(area), None, date(2025, 1, 1)).found())
    assert "“新收＋上年结转”等于“办理结果总计＋结转下年度”" in text
    assert "甲镇" in text


def test_charts_are_numbered_through_the_sections(tmp_path: Path) -> None:
    county(tmp_path, ALL)
    last = tmp_path / "2023" / "云溪县"
    last.mkdir(parents=True)
    this = tmp_path / "2024" / "云溪县"
    (last / "_jurisdiction.yaml").write_bytes((this / "_jurisdiction.yaml").read_bytes())
    write_report(report_of("云溪县甲镇人民政府", 2023, {NEW: 1, GRANTED: 1}), last / "甲镇.yaml")
    overview = open_overview({"folder": str(this), "today": "2025-01-25"})
    drawn = [
        block for section in (overview.comparison(), overview.years()) for block in section.blocks if isinstance(block, Picture)
    ]
    assert [picture.caption.split("\u3000")[0] for picture in drawn] == ["图 1", "图 2"]
    assert "甲镇2023年1、2024年3" in drawn[-1].alt
    assert "乙镇2023年未报、2024年4" in drawn[-1].alt


def test_unknown_parameter_and_wrong_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(UnknownParameter, match="foldr"):
        open_overview({"folder": str(tmp_path), "today": "", "foldr": "x"})
    with pytest.raises(UsageError, match="找不到文件夹"):
        open_overview({"folder": str(tmp_path / "没有"), "today": ""})
    with pytest.raises(UsageError, match="2025-01-31 的样子"):
        open_overview({"folder": str(county(tmp_path, ALL)), "today": "一月"})


ASKED = [
    ({NEW: 30, GRANTED: 30}, {NEW: 10, GRANTED: 10}, "是上年的 300%", "three times last year's"),
    ({NEW: 4, GRANTED: 4}, {NEW: 12, GRANTED: 12}, "由 12 件变为 4 件", "a third of last year's"),
    ({NEW: 12, GRANTED: 12}, {}, "上年为 0", "from nothing"),
    (
        {Address("disputes", "review", "corrected"): 2, Address("disputes", "review", "upheld"): 1},
        None,
        "被纠正 2 件",
        "most corrected",
    ),
    ({Address("applications", "carried_out", "natural_person"): 15, GRANTED: 20}, None, "超过办结数", "half left over"),
]
QUIET = [
    ({NEW: 15, GRANTED: 15}, {NEW: 10, GRANTED: 10}, "half as many again is ordinary"),
    ({NEW: 3, GRANTED: 3}, {NEW: 1, GRANTED: 1}, "small numbers jump by themselves"),
    ({Address("disputes", "review", "corrected"): 1, Address("disputes", "review", "upheld"): 1}, None, "two cases say nothing"),
]


@pytest.mark.parametrize(("figures", "before", "told", "reason"), ASKED, ids=[case[3] for case in ASKED])
def test_figures_unlike_last_year_or_the_others_are_asked_about(figures, before, told, reason) -> None:  # type: ignore[no-untyped-def]
    last = {"甲镇": report_of("甲镇", 2023, before)} if before is not None else {}
    assert told in " ".join(item.sentence for item in questions([report_of("甲镇", figures=figures)], last)), reason


@pytest.mark.parametrize(("figures", "before", "reason"), QUIET, ids=[case[2] for case in QUIET])
def test_ordinary_figures_are_left_alone(figures, before, reason) -> None:  # type: ignore[no-untyped-def]
    last = {"甲镇": report_of("甲镇", 2023, before)} if before is not None else {}
    assert questions([report_of("甲镇", figures=figures)], last) == (), reason


def test_filters_follow_what_is_chosen(tmp_path: Path) -> None:
    box = _overview(tmp_path).explore()
    (state, name, order), cell, told, table = box.children[0].children, *box.children[1:]
    name.value = "镇"
    cell.value, order.value = "applications.new.total", "从大到小"
    assert "共 2 个单位" in told.value
    assert table.value.index("乙镇") < table.value.index("甲镇")
    state.value = "未报"
    assert "共 0 个单位" in told.value


def test_notebook_runs_and_prints_on_the_stock_path(tmp_path: Path) -> None:
    executed = tmp_path / "overview.ipynb"
    runs = (
        [
            "papermill",
            "notebooks/county_overview.ipynb",
            str(executed),
            "-p",
            "folder",
            "params/2024/云溪县",
            "-p",
            "today",
            "2025-01-25",
        ],
        ["nbconvert", "--to", "nianbao-html", str(executed)],
    )
    for module, *arguments in runs:
        done = subprocess.run(
            [sys.executable, "-m", module, *arguments], cwd=ROOT, capture_output=True, text=True, encoding="utf-8"
        )
        assert done.returncode == 0, done.stderr
    page = (tmp_path / "overview.html").read_text(encoding="utf-8")
    assert "六、需要询问的情况" in page
    assert "VBox" not in page  # the filters stay in JupyterLab
