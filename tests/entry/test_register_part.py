"""从台账带入 in the form: figures, fee, sentences whose figures follow, and the requests behind a cell."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from tests.register.stories import answered, opened, request
from toolkit.entry.desk.desk import Desk
from toolkit.entry.form.register_part import RegisterPart
from toolkit.jupyter.form_of_report import make_form
from toolkit.register.counting import Counts
from toolkit.register.lookup import look_up
from toolkit.report import Organ, Report
from toolkit.report.model import empty_report
from toolkit.report.writing import write_report


def now() -> datetime:
    return datetime(2023, 1, 10, 9).astimezone()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "params" / "2022" / "云溪县" / "竹溪镇.yaml"
    path.parent.mkdir(parents=True)
    report = empty_report(2022, Organ(name="云溪县竹溪镇人民政府"))
    overview = report.narrative.model_copy(update={"overview": "（一）主动公开。本镇公开了村务。"})
    write_report(replace(report, narrative=overview), path)
    with opened(tmp_path / "registers" / "云溪县" / "竹溪镇.sqlite") as register:
        register.add_all([answered("甲-1"), request("甲-2", applicant="申请人乙"), answered("甲-3", applicant_kind="business")])
    return path


def press(part: RegisterPart, label: str) -> None:
    buttons = part.box.children[0].children
    next(button for button in buttons if getattr(button, "description", "") == label).click()


def report_of(file: Path) -> Report:
    with Desk(file, who="x", now=now) as desk:
        return desk.report


def test_one_press_fills_in_both_parts_and_the_sentences_follow(file: Path) -> None:
    form = make_form(Desk(file, who="经办人甲", now=now))
    press(form._register, "从台账带入")
    press(form._register, "写进第一部分")
    press(form._register, "写进第一部分")
    form.close()
    report = report_of(file)
    assert (report.number("applications", "new", "total"), report.number("applications", "carried_out", "total")) == (3, 1)
    assert report.from_register is not None
    assert report.processing_fee is not None
    assert report.processing_fee.notices == 0
    assert report.narrative.overview.count("新收政府信息公开申请3件") == 1
    text = report.narrative.overview
    assert len(report.links) >= 4
    assert all(text[link.start : link.start + len(link.text)] == link.text for link in report.links)


def test_a_cell_names_its_requests_and_nobody(file: Path) -> None:
    form = make_form(Desk(file, who="经办人甲", now=now))
    cell = form._register._cell
    cell.value = next(value for label, value in cell.options if "自然人（1）" in label and "予以公开" in label)
    assert "甲-1" in form._register._numbers.value
    form.close()
    shown = str([widget.get_state() for widget in (form._register._numbers, form._register._message, cell)])
    assert "申请人" not in shown.replace("由哪些申请组成", "").replace("申请人无正当理由", "")


def test_without_a_register_there_is_no_button(file: Path) -> None:
    (file.parents[3] / "registers" / "云溪县" / "竹溪镇.sqlite").unlink()
    form = make_form(Desk(file, who="经办人甲", now=now))
    assert form._register.box.children == ()
    form.close()


def test_a_later_change_is_reported_in_the_form(file: Path) -> None:
    form = make_form(Desk(file, who="经办人甲", now=now))
    press(form._register, "从台账带入")
    form.close()
    with opened(file.parents[3] / "registers" / "云溪县" / "竹溪镇.sqlite") as register:
        register.add(request("甲-4", received_on=date(2022, 5, 6)))
    again = make_form(Desk(file, who="经办人甲", now=now))
    found = [item.finding for item in again._session.view.listed if item.finding.code == "register-differs"]
    assert {item.row for item in found} == {"new", "carried_out"}
    assert isinstance(look_up(file, 2022).counts, Counts)
    press(again._register, "从台账带入")
    assert not [item for item in again._session.view.listed if item.finding.code == "register-differs"]
    again.close()
