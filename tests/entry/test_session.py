"""Typing, mending, confirming and undoing, as the widgets report it, on a real desk."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.entry.stories import desk_with, report
from toolkit.checks import Case
from toolkit.entry.form.session import Session
from toolkit.forms import Address
from toolkit.report import Report, read_report

NEW = "applications.new.natural_person"
GRANTED = "applications.granted.natural_person"


def session(folder: Path, content: Report | None = None) -> Session:
    desk = desk_with(folder, content or report())
    return Session(desk, Case(desk.report))


def codes(now: Session) -> list[str]:
    return [item.finding.code for item in now.view.listed]


def test_a_key_is_checked_at_once_and_kept_only_when_the_clerk_pauses(tmp_path: Path) -> None:
    now = session(tmp_path)
    now.type_cells({NEW: "5"}, keep=False)
    assert "applications-balance" in codes(now)
    assert not now.desk.history()
    now.type_cells({NEW: "5"}, keep=True)
    assert [(entry.path, entry.after) for entry in now.desk.history()] == [(f"figures.{NEW}", 5)]


def test_findings_go_when_the_sum_is_right_again(tmp_path: Path) -> None:
    now = session(tmp_path)
    now.type_cells({NEW: "5"}, keep=True)
    now.type_cells({GRANTED: "5件"}, keep=True)
    assert "applications-balance" not in codes(now)


@pytest.mark.parametrize("text", ["abc", "1e9", "½", "😀", "x" * 10_000, "<b>1</b>"])
def test_what_is_no_number_stays_as_typed_and_is_told(tmp_path: Path, text: str) -> None:
    now = session(tmp_path)
    now.type_cells({NEW: text}, keep=True)
    assert now.desk.report.figures[Address.parse(NEW)] == text
    assert "cell-has-unit" in codes(now)
    now.desk.save()
    assert read_report(now.desk.path).figures[Address.parse(NEW)] == text


def test_cells_of_no_table_are_passed_over(tmp_path: Path) -> None:
    now = session(tmp_path)
    now.type_cells({"applications.new.nobody": "5"}, keep=True)
    assert not now.desk.history()


def test_a_given_total_that_agreed_is_computed_once_its_parts_change(tmp_path: Path) -> None:
    total = Address.parse("applications.new.total")
    now = session(tmp_path, report(applications__new__total=0))
    now.type_cells({NEW: "2"}, keep=True)
    assert total not in now.desk.report.figures.given
    assert now.desk.report.figures[total] == 2


def test_a_given_total_that_differed_stays_and_is_told(tmp_path: Path) -> None:
    now = session(tmp_path, report(applications__new__total=9))
    now.type_cells({NEW: "2"}, keep=True)
    assert now.desk.report.figures[Address.parse("applications.new.total")] == 9
    assert "applications-row-total" in codes(now)


def test_one_undo_takes_back_a_whole_paste(tmp_path: Path) -> None:
    now = session(tmp_path)
    before = now.desk.report
    now.type_cells({NEW: "2", GRANTED: "2"}, keep=True)
    now.undo()
    assert now.desk.report == before
    now.redo()
    assert now.view.report.number("applications", "granted", "natural_person") == 2


def test_a_repair_is_applied_with_one_press(tmp_path: Path) -> None:
    now = session(tmp_path, report(applications__new__natural_person="3件", applications__granted__natural_person=3))
    item = next(item for item in now.view.listed if item.finding.code == "cell-has-unit")
    now.mend(item.id, 0)
    assert now.desk.report.figures[Address.parse(NEW)] == 3
    assert codes(now).count("cell-has-unit") == 0


def test_a_mend_of_the_sums_is_offered_and_applied(tmp_path: Path) -> None:
    now = session(tmp_path, report(applications__new__natural_person=12, applications__granted__natural_person=21))
    assert now.suggest()
    item = next(item for item in now.view.listed if item.mends)
    now.mend(item.id, 0)
    assert "applications-balance" not in codes(now)


def test_a_mend_of_a_finding_that_is_gone_does_nothing(tmp_path: Path) -> None:
    now = session(tmp_path)
    now.mend("nosuch", 0)
    now.confirm("nosuch", "原因")
    assert not now.desk.history()


def test_a_warning_is_confirmed_with_a_reason_and_the_confirmation_taken_back(tmp_path: Path) -> None:
    now = session(tmp_path, report(documents__normative__issued=5, documents__normative__valid=3))
    item = next(item for item in now.view.listed if item.finding.code == "documents-valid")
    now.confirm(item.id, "当年制发又废止")
    confirmed = next(item for item in now.view.listed if item.finding.code == "documents-valid")
    assert confirmed.finding.confirmed == "当年制发又废止"
    assert confirmed.id == item.id, "the list must not jump"
    now.confirm(item.id, "")
    assert not now.desk.report.confirmed


def test_errors_cannot_be_confirmed_away(tmp_path: Path) -> None:
    now = session(tmp_path)
    now.type_cells({NEW: "5"}, keep=True)
    item = next(item for item in now.view.listed if item.finding.severity == "error")
    now.confirm(item.id, "就是这样")
    assert not now.desk.report.confirmed


def test_a_linked_figure_follows_its_cell_and_goes_back_with_one_undo(tmp_path: Path) -> None:
    now = session(tmp_path, report(overview="收到申请0件。"))
    now.link("overview", 4, "applications.new.total")
    now.type_cells({NEW: "15"}, keep=True)
    assert now.desk.report.narrative.overview == "收到申请15件。"
    now.undo()
    assert now.desk.report.narrative.overview == "收到申请0件。"
    assert now.desk.report.number("applications", "new", "natural_person") == 0


def test_progress_counts_cells_that_people_fill_in(tmp_path: Path) -> None:
    now = session(tmp_path)
    assert now.view.progress.filled == now.view.progress.total == 166
    now.type_cells({NEW: ""}, keep=True)
    assert now.view.progress.filled == 165
