"""What can be put right with one press, and its near misses, where nothing is offered."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.entry.stories import desk_with, report
from toolkit.checks import Case
from toolkit.entry.session.session import Session
from toolkit.report import Report


def session(folder: Path, content: Report) -> Session:
    desk = desk_with(folder, content)
    return Session(desk, Case(desk.report))


def labels(now: Session, code: str) -> list[str]:
    return [mend.label for item in now.view.listed if item.finding.code == code for mend in item.mends]


def press(now: Session, code: str) -> None:
    item = next(item for item in now.view.listed if item.finding.code == code and item.mends)
    now.mend(item.id, 0)


@pytest.mark.parametrize(
    ("typed", "offered"),
    [("O", "改为 0"), ("十二", "改为 12"), ("约12", "改为 12"), ("12余", "改为 12"), ("12万", "改为 120000"), ("l2", "改为 12")],
)
def test_a_cell_that_is_surely_meant_as_a_number(tmp_path: Path, typed: str, offered: str) -> None:
    now = session(tmp_path, report(permits__permits__decisions=typed))
    assert labels(now, "cell-has-unit") == [offered]
    press(now, "cell-has-unit")
    assert now.desk.report.number("permits", "permits", "decisions") == int(offered.removeprefix("改为 "))


@pytest.mark.parametrize("typed", ["11①", "12 1", "十几", "三四", "1.5", "Obs", "12-13", "很多"])
def test_a_cell_that_may_mean_anything(tmp_path: Path, typed: str) -> None:
    now = session(tmp_path, report(permits__permits__decisions=typed))
    assert labels(now, "cell-has-unit") == []


def test_yuan_in_a_column_of_wan(tmp_path: Path) -> None:
    now = session(tmp_path, report(fees__fees__amount_wan="26500元"))
    assert labels(now, "cell-has-unit") == ["改为 2.65"]


def test_a_figure_of_the_text_is_changed_to_that_of_the_table(tmp_path: Path) -> None:
    text = "（二）依申请公开。全年收到申请15件，已全部办结。"
    now = session(tmp_path, report(overview=text, applications__new__business=13, applications__granted__business=13))
    assert labels(now, "text-new") == ["把文字改为 13"]
    press(now, "text-new")
    assert now.desk.report.narrative.overview == text.replace("15", "13")
    now.undo()
    assert now.desk.report.narrative.overview == text


def test_the_text_is_not_changed_after_a_table_that_does_not_add_up(tmp_path: Path) -> None:
    """The text says 2, a slip made the table 7: the mend is the table's."""
    content = report(overview="全年收到申请2件，予以公开2件。", applications__new__natural_person=2,
                     applications__granted__natural_person=2, applications__granted__business=5)  # fmt: skip
    now = session(tmp_path, content)
    now.suggest()
    assert labels(now, "text-outcome") == []
    assert ["改为 0"] in [[mend.label for mend in item.mends] for item in now.view.listed]


@pytest.mark.parametrize("words", ["约15件", "15余件", "十五件", "一百五十件"])
def test_a_figure_that_is_approximate_or_in_words_is_left_to_the_clerk(tmp_path: Path, words: str) -> None:
    content = report(overview=f"全年收到申请{words}。", applications__new__business=13, applications__granted__business=13)
    assert labels(session(tmp_path, content), "text-new") == []


def test_a_figure_of_a_part_of_the_organ_is_left_to_the_clerk(tmp_path: Path) -> None:
    text = "局机关本级收到申请15件。"
    content = report(overview=text, applications__new__business=13, applications__granted__business=13)
    assert labels(session(tmp_path, content), "text-new") == []


def with_other(text: str, **cells: int | str) -> Report:
    content = report(**cells)
    return replace(content, narrative=content.narrative.model_copy(update={"other": text}))


@pytest.mark.parametrize(("before", "after"), [("", ""), ("没有其他需要报告的事项。\n", "没有其他需要报告的事项。\n")])
def test_the_sentence_that_there_was_no_fee_is_put_in(tmp_path: Path, before: str, after: str) -> None:
    now = session(tmp_path, with_other(before))
    assert labels(now, "fee-missing") == ["写上“本年度未收取信息处理费（0元）”"]
    press(now, "fee-missing")
    assert now.desk.report.narrative.other == f"{after}本年度未收取信息处理费（0元）。"
    assert labels(now, "fee-missing") == []


def test_where_a_fee_was_due_the_sentence_is_not_offered(tmp_path: Path) -> None:
    unpaid = with_other("", applications__new__business=1, applications__other_not_paid__business=1)
    assert labels(session(tmp_path, unpaid), "fee-missing") == []
    elsewhere = replace(with_other(""), narrative=report(overview="全年收取信息处理费100元。").narrative)
    assert labels(session(tmp_path, elsewhere), "fee-missing") == []


def test_boxes_have_their_mend(tmp_path: Path) -> None:
    now = session(tmp_path, report())
    rows = [{"name": "网站", "count": 5}, {"name": "公众号", "count": "三百"}, {"name": "公开栏", "count": "很多"}]
    now.set_values({"channels": rows, "processing_fee.amount_yuan": "三十元"})
    assert labels(now, "box-refused") == ["改为 300", "改为 30"]
    press(now, "box-refused")
    assert [(item.name, item.count) for item in now.desk.report.channels] == [("网站", 5), ("公众号", 300)]
    assert now.desk.value("channels")[2] == {"name": "公开栏", "count": "很多"}, "the other row stays as typed"
    press(now, "box-refused")
    assert now.desk.report.processing_fee is not None
    assert now.desk.report.processing_fee.amount_yuan == 30


def test_a_channel_is_mended_beside_a_row_that_is_none_yet(tmp_path: Path) -> None:
    now = session(tmp_path, report())
    now.set_values({"channels": [{"name": "公开栏", "count": "很多"}, {"name": "网\u200b站", "count": 5}]})
    item = next(item for item in now.view.listed if item.mends and item.finding.where.startswith("channels."))
    now.mend(item.id, 0)
    assert now.desk.value("channels") == [{"name": "公开栏", "count": "很多"}, {"name": "网站", "count": 5}]


def test_the_one_likely_cell_is_named_and_gone_to(tmp_path: Path) -> None:
    text = "全年收到政府信息公开申请12件，办结12件。"
    now = session(tmp_path, report(overview=text, applications__new__business=12, applications__granted__business=21))
    assert now.suggest()
    item = next(item for item in now.view.listed if item.mends)
    assert str(item.culprit) == "applications.granted.business"
    assert item.cells[0] == item.culprit
    assert "applications.new.business" in map(str, item.cells), "the others of the sum are shown too"
    totals = next(other for other in now.view.listed if other.finding.code == item.finding.code and other.id != item.id)
    assert totals.culprit == totals.cells[0] == item.culprit, "the column of totals follows from it, and is not wrong itself"
    assert not totals.mends


def test_where_two_cells_are_as_likely_none_is_named(tmp_path: Path) -> None:
    content = report(applications__new__business=12, applications__granted__business=5, applications__partly_granted__business=5)
    now = session(tmp_path, content)
    now.suggest()
    assert [item.culprit for item in now.view.listed if item.culprit] == []
