"""A jurisdiction's own report from its members': complete, checked, built like any other."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from tests.rollup.stories import NEW, county, report_of
from toolkit.checks import Case, run_case
from toolkit.core.errors import ParamsUnreadable, UsageError
from toolkit.report import Narrative, read_report, write_report
from toolkit.rollup.members import read_members
from toolkit.rollup.own_report import NotComplete, roll_up

ALL = {"县政府办公室": 1, "甲镇": 3, "乙镇": 4, "税务局": 50}


def test_sum_leaves_out_independently_managed_organs(tmp_path: Path) -> None:
    made = roll_up(read_members(county(tmp_path, ALL)))
    assert made.report.figures.number(NEW) == 8
    assert made.path == tmp_path / "2024" / "云溪县.yaml"
    assert made.report.organ.name == "云溪县人民政府"


def test_drafted_sentences_carry_the_right_totals_and_contradict_nothing(tmp_path: Path) -> None:
    members = read_members(county(tmp_path, ALL))
    report = roll_up(members).report
    assert "新收政府信息公开申请8件，其中自然人8件" in report.narrative.overview
    assert "办结8件，其中予以公开8件" in report.narrative.overview
    findings = run_case(Case(report, members=tuple(members.reports.values()), jurisdiction=members.jurisdiction))
    assert {finding.code for finding in findings} <= {"section-empty", "subtopic-missing", "contact-missing", "fee-missing"}


def test_real_sample_county_adds_up_without_contradiction() -> None:
    members = read_members(Path(__file__).parents[2] / "params" / "2024" / "云溪县")
    report = roll_up(members).report
    codes = {
        finding.code
        for finding in run_case(Case(report, members=tuple(members.reports.values()), jurisdiction=members.jurisdiction))
    }
    assert codes <= {"section-empty", "subtopic-missing", "fee-missing"}  # what the clerk still has to write


def test_a_missing_member_stops_the_sum_unless_a_partial_one_is_requested(tmp_path: Path) -> None:
    members = read_members(county(tmp_path, {"县政府办公室": 1, "甲镇": 3, "税务局": 0}))
    with pytest.raises(NotComplete, match="未报 1 个（云溪县乙镇人民政府）"):
        roll_up(members)
    assert roll_up(members, partial=True).report.figures.number(NEW) == 4


def test_unreadable_member_is_named(tmp_path: Path) -> None:
    area = county(tmp_path, ALL)
    (area / "甲镇.yaml").write_text("year: [", encoding="utf-8")
    with pytest.raises(NotComplete, match="读不出 1 个（甲镇）"):
        roll_up(read_members(area))


def test_what_the_clerk_wrote_stays_when_the_sums_change(tmp_path: Path) -> None:
    area = county(tmp_path, ALL)
    made = roll_up(read_members(area))
    write_report(replace(made.report, narrative=Narrative(overview="本县自己写的文字。", problems="问题。")), made.path)
    text = (area / "甲镇.yaml").read_text(encoding="utf-8")
    (area / "甲镇.yaml").write_text(text.replace("natural_person: 3", "natural_person: 5"), encoding="utf-8")
    again = roll_up(read_members(area))
    assert again.report.figures.number(NEW) == 10
    assert again.report.narrative.overview == "本县自己写的文字。"
    write_report(again.report, again.path)
    assert read_report(again.path) == again.report


def test_folder_without_members_says_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"_jurisdiction\.yaml"):
        read_members(tmp_path)


def test_last_years_file_among_this_years_is_not_added(tmp_path: Path) -> None:
    area = county(tmp_path, ALL)
    write_report(report_of("云溪县人民政府办公室", 2023, {NEW: 70}), area / "县政府办公室.yaml")
    with pytest.raises(NotComplete, match="读不出 1 个（县政府办公室）"):
        roll_up(read_members(area))
    made = roll_up(read_members(area), partial=True)
    assert (made.report.year, made.report.figures.number(NEW)) == (2024, 7)


def test_a_copy_of_another_members_file_is_not_added(tmp_path: Path) -> None:
    area = county(tmp_path, ALL)
    shutil.copy(area / "甲镇.yaml", area / "乙镇.yaml")
    members = read_members(area)
    assert "organ.name：应为云溪县乙镇人民政府（成员名单中 乙镇 的单位），现为 云溪县甲镇人民政府" in str(
        members.unreadable["乙镇"]
    )
    with pytest.raises(NotComplete, match="读不出 1 个（乙镇）"):
        roll_up(members)


def test_an_empty_member_list_is_reported(tmp_path: Path) -> None:
    area = county(tmp_path, ALL)
    (area / "_jurisdiction.yaml").write_text("name: 云溪县人民政府\n", encoding="utf-8")
    with pytest.raises(NotComplete, match="members 里没有要相加的单位"):
        roll_up(read_members(area), partial=True)


def test_an_own_report_with_a_mistyped_year_is_left_alone(tmp_path: Path) -> None:
    area = county(tmp_path, ALL)
    made = roll_up(read_members(area))
    write_report(replace(made.report, year=2025, narrative=Narrative(overview="本县自己写的文字。")), made.path)
    with pytest.raises(ParamsUnreadable, match="year：应为文件夹的年度 2024，现为 2025"):
        roll_up(read_members(area))
