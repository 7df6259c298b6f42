"""Typing, mending, confirming and undoing, as the widgets report it, on a real desk."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.entry.stories import desk_with, report
from toolkit.checks import Case
from toolkit.entry.session.boxes import REFUSED
from toolkit.entry.session.listing import ListedFinding
from toolkit.entry.session.session import Session
from toolkit.forms import Address
from toolkit.report import Channel, Report, read_report

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


def test_findings_do_not_wait_for_the_figures_to_be_lit_up(tmp_path: Path) -> None:
    now = session(tmp_path)
    view = now.type_text("overview", "本年度收到申请12件。", keep=True)
    assert view.listed
    assert "ties" not in vars(view), "a clerk sees the findings first"
    assert [tie.value for tie in view.ties] == [12]


def test_findings_go_when_the_sum_is_right_again(tmp_path: Path) -> None:
    now = session(tmp_path)
    now.type_cells({NEW: "5"}, keep=True)
    now.type_cells({GRANTED: "5件"}, keep=True)
    assert "applications-balance" not in codes(now)


@pytest.mark.parametrize("text", ["abc", "1e9", "½", "😀", "x" * 10_000, "<b>1</b>"])
def test_text_in_a_number_cell_stays_as_typed_and_is_reported(tmp_path: Path, text: str) -> None:
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


def test_a_given_total_that_differed_stays_and_is_reported(tmp_path: Path) -> None:
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


def test_odd_characters_of_a_text_are_put_right_with_one_press(tmp_path: Path) -> None:
    content = report()
    narrative = content.narrative.model_copy(update={"overview": "便利⼈⺠群众。2O24年，⼈⺠\u200b满意。"})
    channels = (Channel(name="公开\u200b栏", count=3), Channel(name="网站", count=4))
    now = session(tmp_path, replace(content, narrative=narrative, channels=channels))
    for code in ("look-alike", "hidden-character", "hidden-character"):
        (item, *_) = [item for item in now.view.listed if item.finding.code == code]
        assert item.mends[0].label in ("改正 3 处", "删去")
        now.mend(item.id, 0)
    assert now.view.report.narrative.overview == "便利人民群众。2024年，人民满意。"
    assert [channel.name for channel in now.view.report.channels] == ["公开栏", "网站"]
    now.undo()
    assert len([code for code in codes(now) if code == "hidden-character"]) == 1


def test_a_press_is_not_undone_by_the_text_that_was_on_its_way(tmp_path: Path) -> None:
    now = session(tmp_path)
    now.type_text("other", "镇里统一布署。", keep=False)
    (item,) = [item for item in now.view.listed if item.finding.code == "phrase-wrong"]
    now.mend(item.id, 0)
    now.type_text("other", "镇里统一布署。", keep=True)  # the pause after the last key, sent behind the press
    assert now.desk.report.narrative.other == "镇里统一部署。"
    now.type_text("other", "镇里统一布署。", keep=True)  # typed again on purpose
    assert now.desk.report.narrative.other == "镇里统一布署。"


def test_certain_ones_are_put_right_while_typing(tmp_path: Path) -> None:
    now = session(tmp_path)
    now.type_text("other", "便利⼈⺠群众，\u200b２０２４年。", keep=True)
    now.set_values({"organ.name": "云溪县\u200b松石镇⼈⺠政府", "organ.contact.phone": "０６０１-5550102"})
    assert now.desk.report.narrative.other == "便利人民群众，2024年。"
    assert (now.desk.report.organ.name, now.desk.report.organ.contact.phone) == ("云溪县松石镇人民政府", "0601-5550102")


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


def test_of_two_warnings_about_one_text_each_is_confirmed_for_itself(tmp_path: Path) -> None:
    now = session(tmp_path, report(overview="移交原国土资源局、原工商局的档案后，国土资源局、工商局继续办理。"))

    def warnings() -> list[ListedFinding]:
        return [item for item in now.view.listed if item.finding.code == "body-abolished"]

    first, second = warnings()
    now.confirm(first.id, "当时的名称")
    now.confirm(second.id, "引用原文")
    assert [item.finding.confirmed for item in warnings()] == ["当时的名称", "引用原文"]
    now.confirm(first.id, "")
    assert [item.finding.confirmed for item in warnings()] == ["", "引用原文"]


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


def problems_form(folder: Path, text: str) -> Session:
    content = report()
    return session(folder, replace(content, narrative=content.narrative.model_copy(update={"problems": text})))


def short(now: Session) -> ListedFinding | None:
    return next(
        (item for item in now.view.listed if item.finding.code == "section-empty" and "偏短" in item.finding.message), None
    )


def test_a_confirmation_lapses_when_the_text_has_become_another_one(tmp_path: Path) -> None:
    now = problems_form(tmp_path, "公开内容不够细，下一步逐项补齐，每季度检查一次。")
    item = short(now)
    assert item is not None
    now.confirm(item.id, "情况简单")
    now.type_text("problems", "公开内容不够细致，下一步逐项补齐，每季度检查一次。", keep=True)
    item = short(now)
    assert item is not None
    assert item.finding.confirmed == "情况简单", "a text that was improved is the same"
    now.desk.save()
    assert now.desk.report == read_report(now.desk.path)
    now.type_text("problems", "ABCDEFGHIJk6789-=[] 与此无关的另外一段话，长短相近。", keep=True)
    item = short(now)
    assert item is not None
    assert item.finding.confirmed == "", "what was confirmed is gone"


def test_a_confirmation_lapses_when_the_figure_has_become_another_one(tmp_path: Path) -> None:
    now = session(tmp_path, report(documents__normative__issued=5, documents__normative__valid=3))
    item = next(item for item in now.view.listed if item.finding.code == "documents-valid")
    now.confirm(item.id, "当年制发又废止")
    now.type_cells({"documents.normative.valid": "1"}, keep=True)
    item = next(item for item in now.view.listed if item.finding.code == "documents-valid")
    assert item.finding.confirmed == ""
    now.undo()
    item = next(item for item in now.view.listed if item.finding.code == "documents-valid")
    assert item.finding.confirmed == "当年制发又废止"


def test_a_fee_box_with_words_in_it_is_not_called_blank(tmp_path: Path) -> None:
    now = session(tmp_path)
    notices = "processing_fee.notices"

    def found() -> list[str]:
        return [item.finding.code for item in now.view.listed if item.finding.where == notices]

    now.set_values({"processing_fee.amount_yuan": 100})
    assert found() == ["fee-blank"]
    now.set_values({notices: "二"})
    assert found() == [REFUSED]
    now.set_values({notices: 2})
    assert found() == []
