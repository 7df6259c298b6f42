"""A jurisdiction's own report from its members': complete, checked, built like any other."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.rollup.stories import NEW, ORGANS, county, report_of
from toolkit.checks import Case, run_case
from toolkit.checks.assembly import judge_file
from toolkit.cli import app
from toolkit.core.errors import ParamsUnreadable, UsageError
from toolkit.forms import Address
from toolkit.report import Narrative, read_report, write_report
from toolkit.rollup.members import read_members
from toolkit.rollup.own_report import NotComplete, OwnReport, missing_last_year, roll_up

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


def last_years(folder: Path, new: dict[str, int]) -> Path:
    """Last year's folder beside that of ``county``: its list and reports."""
    area = folder / "2023" / "云溪县"
    area.mkdir(parents=True)
    (area / "_jurisdiction.yaml").write_bytes((folder / "2024" / "云溪县" / "_jurisdiction.yaml").read_bytes())
    for name, count in new.items():
        write_report(report_of(ORGANS[name], 2023, {NEW: count, GRANTED: count}), area / f"{name}.yaml")
    return area


EVERY = {"县政府办公室": 1, "甲镇": 2, "乙镇": 3, "税务局": 9}
GRANTED = Address("applications", "granted", "natural_person")


def test_last_years_report_is_made_of_last_years_members(tmp_path: Path) -> None:
    area = county(tmp_path, EVERY)
    last_years(tmp_path, EVERY)
    made = missing_last_year(read_members(area))
    assert isinstance(made, OwnReport)
    assert (made.report.year, made.report.figures.number(NEW), made.path) == (2023, 6, tmp_path / "2023" / "云溪县.yaml")


def test_last_years_report_is_left_alone_and_one_that_cannot_be_whole_is_not_made(tmp_path: Path) -> None:
    area = county(tmp_path, EVERY)
    assert missing_last_year(read_members(area)) is None  # nothing of last year
    last = last_years(tmp_path, {"甲镇": 2})
    found = missing_last_year(read_members(area))
    assert isinstance(found, NotComplete)
    assert "云溪县乙镇人民政府" in found.missing
    last.with_name("云溪县.yaml").write_text("year: 2023", encoding="utf-8")
    assert missing_last_year(read_members(area)) is None


def test_last_year_without_a_list_goes_by_this_years(tmp_path: Path) -> None:
    area = county(tmp_path, EVERY)
    (last_years(tmp_path, EVERY) / "_jurisdiction.yaml").unlink()
    assert isinstance(missing_last_year(read_members(area)), OwnReport)


def test_command_makes_last_year_once_and_writes_every_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    area = county(tmp_path / "params", EVERY)
    last_years(tmp_path / "params", EVERY)
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, ["rollup", "params/2024/云溪县"])
    assert (done.exit_code, "已由 2023 年各单位的数据汇总出" in done.output) == (0, True)
    own = area.with_name("云溪县.yaml")
    text = own.read_text(encoding="utf-8")
    for key in ("  problems:", "  other:", "published_at:", "    phone:"):
        assert key in text
    assert read_report(own).figures.number(NEW) == 6
    # where the finding on the blank text points there is a place to write it
    case = judge_file(own)
    blank = next(item for item in case.findings if item.place == "narrative.problems")
    assert "problems" in text.splitlines()[blank.line - 1]
    again = CliRunner().invoke(app, ["rollup", "params/2024/云溪县"])
    assert (again.exit_code, "已由 2023 年" in again.output) == (0, False)
