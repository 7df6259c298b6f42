"""Where each member stands, and what the reminder says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from tests.rollup.stories import NEW, county
from toolkit.checks import Case, Finding, run_case
from toolkit.dispatch.states import Status, Step
from toolkit.forms import Address
from toolkit.report import Confirmation, read_report, write_report
from toolkit.rollup.completeness import (
    Receipts,
    SubmissionStatus,
    reminder,
    submission_statuses,
    submit_by,
    to_chase,
    worst_first,
)
from toolkit.rollup.members import Members, read_members

ALL = {"县政府办公室": 1, "甲镇": 3, "乙镇": 4, "税务局": 50}
ARITHMETIC = ("applications-balance", "applications-results-sum", "cell-blank", "rules-not-allowed")


def _arithmetic(members: Members) -> dict[str, list[Finding]]:
    """Only the rules of the tables: the stories have no text."""
    found = {name: run_case(Case(report)) for name, report in members.reports.items()}
    return {name: [finding for finding in findings if finding.code in ARITHMETIC] for name, findings in found.items()}


def _rows(area: Path, today: date, receipts: dict[str, list[Step]] | None = None) -> dict[str, SubmissionStatus]:
    members = read_members(area)
    return {row.member.file: row for row in submission_statuses(members, today, _arithmetic(members), Receipts(receipts or {}))}


def _came(month: int, day: int, *, draft: bool = False) -> Step:
    return Step("received", datetime(2025, month, day, 9).astimezone(), draft=draft)


def test_missing_member_is_late_from_the_day_after_the_deadline(tmp_path: Path) -> None:
    area = county(tmp_path, {"县政府办公室": 1, "甲镇": 3})
    assert _rows(area, date(2025, 1, 20))["乙镇"].late_days == 0
    row = _rows(area, date(2025, 1, 25))["乙镇"]
    assert (row.state, row.late_days) == ("missing", 5)


def test_errors_warnings_and_confirmations_are_distinguished(tmp_path: Path) -> None:
    area = county(tmp_path, ALL)
    wrong = read_report(area / "甲镇.yaml")
    write_report(wrong.with_value(NEW, 9), area / "甲镇.yaml")
    doubted = read_report(area / "乙镇.yaml").with_value(Address("documents", "rules", "issued"), 1)
    confirmed = (Confirmation(code="rules-not-allowed", reason="省里授权"),)
    write_report(replace(doubted, confirmed=confirmed), area / "乙镇.yaml")
    rows = _rows(area, date(2025, 1, 10))
    assert rows["甲镇"].state == "errors"
    assert "相差 6" in rows["甲镇"].first_finding
    assert rows["乙镇"].state == "fine"
    assert rows["乙镇"].confirmed == ("rules-not-allowed：省里授权",)


def test_receipts_tell_late_and_corrected(tmp_path: Path) -> None:
    receipts = {"甲镇": [_came(1, 23), _came(1, 28), _came(2, 1)]}
    row = _rows(county(tmp_path, ALL), date(2025, 2, 2), receipts)["甲镇"]
    assert (row.late_days, row.corrected) == (3, 2)


def test_a_draft_is_shown_as_one_and_chased_until_the_report_comes(tmp_path: Path) -> None:
    members = read_members(county(tmp_path, ALL))
    receipts = {"甲镇": [_came(1, 10, draft=True), _came(1, 12, draft=True)]}
    rows = {
        row.member.file: row for row in submission_statuses(members, date(2025, 1, 25), _arithmetic(members), Receipts(receipts))
    }
    row = rows["甲镇"]
    assert (row.state, row.late_days, row.corrected) == ("draft", 5, 0)
    assert to_chase(list(rows.values())) == (row,)
    assert worst_first(list(rows.values()))[0] == row
    text = reminder(members.jurisdiction, 2024, row, submit_by(members), date(2025, 1, 25))
    assert "报来的2024年政府信息公开工作年度报告是草稿，不是正式报告。请改正后生成正式报告" in text
    assert "2025年1月20日，至今已超过 5 天" in text


def test_unreadable_file_says_where(tmp_path: Path) -> None:
    area = county(tmp_path, ALL)
    (area / "甲镇.yaml").write_text("yaer: 2024\n", encoding="utf-8")
    row = _rows(area, date(2025, 1, 10))["甲镇"]
    assert row.state == "unreadable"
    assert row.first_finding == "甲镇.yaml 报告年度：还没有填"
    (area / "甲镇.yaml").write_text("year: 2024\norgan: {name: 甲镇, name: 乙镇}\n", encoding="utf-8")
    row = _rows(area, date(2025, 1, 10))["甲镇"]
    assert row.first_finding == "甲镇.yaml 第 2 行 机关全称：写了两次，请删去一处（首次在第 2 行）"


def test_reminder_names_organ_year_and_day(tmp_path: Path) -> None:
    members = read_members(county(tmp_path, {"县政府办公室": 1, "甲镇": 3}))
    rows = submission_statuses(members, date(2025, 1, 25), _arithmetic(members))
    chased = to_chase(rows)
    assert [row.member.file for row in chased] == ["乙镇", "税务局"]
    text = reminder(members.jurisdiction, 2024, chased[0], submit_by(members), date(2025, 1, 25))
    assert text.startswith("云溪县乙镇人民政府：")
    assert "2024年政府信息公开工作年度报告尚未收到" in text
    assert "2025年1月20日，至今已超过 5 天" in text


def test_reminders_are_signed_by_the_office_and_say_whom_to_call(tmp_path: Path) -> None:
    folder = county(tmp_path, {"甲镇": 1})
    listed = folder / "_jurisdiction.yaml"
    listed.write_text(
        listed.read_text(encoding="utf-8") + "office: {name: 云溪县政务公开办公室, phone: 0601-5550100}\n", encoding="utf-8"
    )
    members = read_members(folder)
    row = _rows(folder, date(2025, 2, 1))["乙镇"]
    text = reminder(members.jurisdiction, 2024, row, submit_by(members), date(2025, 1, 25))
    assert "请来电说明（电话 0601-5550100）" in text
    assert text.endswith("\n\n云溪县政务公开办公室\n2025年1月25日")
    returned = replace(row, status=Status("returned", date(2025, 1, 12), "王某", date(2025, 1, 20), 1))
    assert reminder(members.jurisdiction, 2024, returned, submit_by(members), date(2025, 1, 25)).endswith(
        "\n\n云溪县政务公开办公室\n2025年1月25日"
    )
