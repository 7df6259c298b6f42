"""The county's overview: run by papermill, exported by the same exporters, true to the members' reports."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.rollup.stories import AREA, NEW, county, report_of
from toolkit.core.errors import UnknownParameter, UsageError
from toolkit.dispatch.ledger import Ledger
from toolkit.forms import Address
from toolkit.report import Contact, read_report, write_report
from toolkit.rollup.completeness import reminder
from toolkit.rollup.members import read_members
from toolkit.rollup.outliers import questions
from toolkit.rollup.overview.begin_card import FirstYear
from toolkit.rollup.overview.charts import RankedMember, chart_ranking
from toolkit.rollup.overview.opening import open_overview
from toolkit.rollup.overview.screen import FoldedSection, OverviewScreen, read_overview
from toolkit.rollup.overview.sections import Overview
from toolkit.sections.blocks import Picture, Table, iter_text
from toolkit.sections.html import Section

ROOT = Path(__file__).parents[2]
ALL = {"县政府办公室": 1, "甲镇": 3, "乙镇": 4, "税务局": 50}
GRANTED = Address("applications", "granted", "natural_person")


NOW = datetime(2025, 1, 5, tzinfo=UTC)


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


def test_sums_name_whom_they_lack_silent_or_unreadable(tmp_path: Path) -> None:
    area = county(tmp_path, {"县政府办公室": 1, "甲镇": 3})
    (area / "甲镇.yaml").write_text("year: [", encoding="utf-8")
    text = _text(Overview(read_members(area), None, date(2025, 1, 25)).sums())
    assert "由1个单位的数据逐格相加，尚缺云溪县甲镇人民政府、云溪县乙镇人民政府。" in text


def test_findings_are_listed_by_rule_and_organ(tmp_path: Path) -> None:
    area = county(tmp_path, ALL)
    write_report(read_report(area / "甲镇.yaml").with_value(NEW, 9), area / "甲镇.yaml")
    text = _text(Overview(read_members(area), None, date(2025, 1, 1)).found())
    assert "“新收＋上年结转”等于“办理结果总计＋结转下年度”" in text
    assert "甲镇" in text


def test_a_file_outside_the_list_is_named_and_counted_nowhere(tmp_path: Path) -> None:
    area = county(tmp_path, ALL)
    other = read_report(area / "甲镇.yaml").with_value(NEW, 9)
    organ = other.organ.model_copy(update={"name": "云溪县丙镇人民政府"})
    write_report(replace(other, organ=organ), area / "丙镇.yaml")
    write_report(other, area / "戊镇.yaml")
    (area / "丁镇.yaml").write_text("year: [", encoding="utf-8")
    overview, without = Overview(read_members(area), None, date(2025, 1, 1)), _overview(tmp_path / "without")
    assert "名单以外的文件：丁镇、丙镇，" in _text(overview.completeness())
    # about a member that has a file: on the list it would count twice
    assert "像是副本的文件（括号里是原件）：戊镇（甲镇），" in _text(overview.completeness())
    assert _text(overview.found()) == _text(without.found())


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
    ({NEW: 36, GRANTED: 36}, {NEW: 3, GRANTED: 3}, "是上年的 12 倍", "twelve times last year's"),
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
    state, controls, told, table = box.children
    name, order, cell = controls.children
    name.value = "镇"
    cell.value, order.value = "applications.new.total", "从大到小"
    assert "共 2 个单位" in told.value
    assert table.value.index("乙镇") < table.value.index("甲镇")
    order.value = "从小到大"
    assert table.value.index("甲镇") < table.value.index("乙镇")
    name.value = "没有这个"
    assert "共 0 个单位" in told.value
    # only states that occur have a button, and its count is the number of lines behind it
    name.value = ""
    for label, key in state.options:
        state.value = key
        assert label.endswith(told.value.removeprefix("共").partition("个")[0].rstrip()), label


def test_the_bar_counts_what_is_here_and_what_was_decided(tmp_path: Path) -> None:
    overview = _overview(tmp_path)
    bar, _ = overview.bar_and_explorer()
    here = sum(row.state not in ("missing", "draft") for row in overview.rows)
    assert f"已报 {here}/{len(overview.rows)}" in bar.value
    assert f"value='{here}'" in bar.value
    assert "期限 1月20日" in bar.value


def test_a_year_begins_on_the_screen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "params").mkdir()
    monkeypatch.chdir(tmp_path)
    first = open_overview({"folder": "", "today": "2025-01-05"})
    assert isinstance(first, FirstYear)
    assert first.front() is None
    first.explore()
    card = first.card
    assert card.year.value == 2024
    card.place.value = "云溪县"
    card.begin()
    assert "没有 2023 年的成员名单，请按“成员名单（Excel）”选一个文件" in card.message.value
    assert "--members" not in card.message.value
    listed = "单位名称,邮箱,电话\n云溪县甲镇人民政府,jia@yunxi.gov.example,0601-5550101\n".encode()
    card.table.value = ({"name": "名单.CSV", "type": "text/csv", "size": len(listed), "content": listed, "last_modified": NOW},)
    card.begin()
    assert "已建立成员名单" in card.message.value
    assert (tmp_path / "outputs/2024/云溪县/发给各单位/甲镇.xlsx").is_file()
    screen = open_overview({"folder": "", "today": "2026-01-05"})
    assert isinstance(screen, OverviewScreen)
    screen.explore()
    screen.begin.begin()  # the next year, from last year's list
    assert [label for label, _ in screen.chooser.options] == ["2025 云溪县", "2024 云溪县"]
    assert screen.overview.year == 2025


def test_what_the_list_repeats_is_folded_on_the_screen_and_whole_in_exports(tmp_path: Path) -> None:
    section = _overview(tmp_path).completeness()
    folded = FoldedSection(section.blocks, "一、报送情况")
    bundle, whole = folded._repr_mimebundle_(), section._repr_mimebundle_()
    assert "<details>" in bundle["text/html"]
    assert whole["text/html"] in bundle["text/html"]
    assert {key: bundle[key] for key in bundle if key != "text/html"} == {key: whole[key] for key in whole if key != "text/html"}


STOCK = """
import sys
sys.modules["rfc3987_syntax"] = None  # an option of jsonschema that takes a second
from nbconvert.nbconvertapp import NbConvertApp
from papermill.__main__ import papermill
parameters = ["-p", "folder", "params/2024/云溪县", "-p", "today", "2025-01-25"]
papermill(["notebooks/county_overview.ipynb", sys.argv[1], *parameters], standalone_mode=False)
NbConvertApp.launch_instance(["--to", "nianbao-html", sys.argv[1]])
"""  # the two programs as they are typed, in one process: the start of each takes seconds


def test_notebook_runs_and_prints_on_the_stock_path(tmp_path: Path) -> None:
    executed = tmp_path / "overview.ipynb"
    done = subprocess.run([sys.executable, "-c", STOCK, executed], cwd=ROOT, capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "overview.html").read_text(encoding="utf-8")
    assert "三、需要询问的情况" in page
    assert "六、汇总数据" in page
    assert "VBox" not in page  # the filters stay in JupyterLab


def test_the_intakes_records_are_shown(tmp_path: Path) -> None:
    area = county(tmp_path / "params", {"县政府办公室": 1, "甲镇": 3})
    ledger = Ledger(tmp_path / "post" / "received.jsonl")
    place = {"year": 2024, "place": "云溪县", "file": "甲镇"}
    ledger.append({"event": "received", **place, "received_at": "2025-01-23T01:00:00+00:00"})
    aside = {"event": "quarantined", "sender": "yi@x.example", "reason": "附件加了密码"}
    ledger.append({**aside, "received_at": "2025-01-19T01:00:00+00:00"})
    text = (area / "_jurisdiction.yaml").read_text(encoding="utf-8")
    (area / "_jurisdiction.yaml").write_text(text.replace("file: 乙镇", "file: 乙镇, email: Yi@x.example"), encoding="utf-8")
    overview = read_overview(area, date(2025, 1, 25))
    rows = {row.member.file: row for row in overview.rows}
    assert (rows["甲镇"].late_days, str(rows["甲镇"].received)) == (3, "2025-01-23")
    assert rows["乙镇"].aside == "1月19日来件被隔离：附件加了密码"
    assert "1月19日来件被隔离：附件加了密码" in _text(overview.completeness())
    words = reminder(overview.members.jurisdiction, 2024, rows["乙镇"], date(2025, 1, 20), date(2025, 1, 25))
    assert "以你单位名义报来的邮件没有收入（1月19日来件被隔离：附件加了密码）" in words
    assert "尚未收到" not in words


def test_who_must_be_chased_comes_first_with_the_telephone(tmp_path: Path) -> None:
    county(tmp_path, {"县政府办公室": 1, "甲镇": 3})
    last = tmp_path / "2023" / "云溪县"
    last.mkdir(parents=True)
    shutil.copy(tmp_path / "2024" / "云溪县" / "_jurisdiction.yaml", last)
    before = report_of("云溪县乙镇人民政府", 2023)
    organ = before.organ.model_copy(update={"contact": Contact(phone="000-5550001")})
    write_report(replace(before, organ=organ), last / "乙镇.yaml")
    overview = read_overview(tmp_path / "2024" / "云溪县", date(2025, 1, 25))
    tables = [block for block in overview.completeness().blocks if isinstance(block, Table)]
    lines = [cell.text for cell in tables[0].cells if cell.row == 1]
    assert lines == ["云溪县乙镇人民政府", "未报", "000-5550001", "晚5天"]


def test_both_years_are_of_the_same_organs(tmp_path: Path) -> None:
    county(tmp_path, ALL)
    last = tmp_path / "2023" / "云溪县"
    last.mkdir(parents=True)
    shutil.copy(tmp_path / "2024" / "云溪县" / "_jurisdiction.yaml", last)
    write_report(report_of("云溪县甲镇人民政府", 2023, {NEW: 1, GRANTED: 1}), last / "甲镇.yaml")
    write_report(report_of("云溪县税务局", 2023, {NEW: 7, GRANTED: 7}), last / "税务局.yaml")
    section = read_overview(tmp_path / "2024" / "云溪县", date(2025, 1, 25)).years()
    assert "只比较两年都有年报的1个单位" in _text(section)
    row = [cell.text for block in section.blocks if isinstance(block, Table) for cell in block.cells if cell.row == 1]
    assert row == ["新收申请", "1", "3", "+2", "+200.0%"]


def test_a_ranking_names_the_members_it_leaves_out() -> None:
    members = [RankedMember(f"甲{at}镇", at) for at in range(13)] + [
        RankedMember("教育局", 30, False, True),
        RankedMember("水利局", None, False),
    ]
    drawn = chart_ranking("2024年各单位新收申请", members, "件", 1)
    assert isinstance(drawn, Picture)
    shown = drawn.data.decode()
    for told in ("乡镇（街道）", "部门", "30余", "其余3个单位各在3件以下（含）", "1个单位为0件", "水利局没有填"):
        assert told in shown.replace("</text>", "") or told in drawn.alt, told
    assert "教育局30余件" in drawn.alt
    silent = chart_ranking("2024年各单位新收申请", [RankedMember("甲", 0), RankedMember("乙", None)], "件", 1)
    assert not isinstance(silent, Picture)
    assert silent.text == "2024年各单位新收申请：乙没有填，其余均为0件，不绘图。"


def test_the_folder_is_found_from_beside_the_notebook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    area = county(tmp_path / "params", ALL)
    (tmp_path / "notebooks").mkdir()
    monkeypatch.chdir(tmp_path / "notebooks")
    overview = open_overview({"folder": "params/2024/云溪县", "today": ""})
    assert overview.members.folder == area  # type: ignore[union-attr]
    screen = open_overview({"folder": "", "today": ""})
    assert isinstance(screen, OverviewScreen)
    assert screen.places == (area,)
    (tmp_path / "params").rename(tmp_path / "else")
    with pytest.raises(UsageError, match="没有找到任何"):
        open_overview({"folder": "", "today": ""})


def test_another_choice_shows_another_county(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for year in ("2023", "2024"):
        folder = tmp_path / "params" / year / "云溪县"
        folder.mkdir(parents=True)
        (folder / "_jurisdiction.yaml").write_text(AREA, encoding="utf-8")
    write_report(
        report_of("云溪县甲镇人民政府", 2024, {NEW: 3, GRANTED: 3}), tmp_path / "params" / "2024" / "云溪县" / "甲镇.yaml"
    )
    (tmp_path / "params" / "2023" / "坏县").mkdir()
    (tmp_path / "params" / "2023" / "坏县" / "_jurisdiction.yaml").write_text("name: [", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    screen = open_overview({"folder": "", "today": "2025-01-25"})
    assert isinstance(screen, OverviewScreen)
    box = screen.explore()
    assert [label for label, _ in screen.chooser.options] == ["2024 云溪县", "2023 云溪县", "2023 坏县"]
    assert "2024年" in _text(screen.front().section)
    screen.chooser.value = screen.places[1]
    assert "2023年" in _text(screen.front().section)
    screen.chooser.value = screen.places[2]  # told in words, and the way back is there
    assert "_jurisdiction.yaml" in box.children[1].value
    screen.chooser.value = screen.places[0]
    assert "2024年" in _text(screen.front().section)
