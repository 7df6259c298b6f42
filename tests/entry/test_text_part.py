"""What a text part shows: figures tied to cells, figures on offer, last year's text beside."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from tests.entry.stories import report
from toolkit.checks import Case
from toolkit.checks.narrative.ties import tie_figures
from toolkit.checks.rules.fees import tie_fees
from toolkit.entry.form.text_part import compare_texts, explain_figure, figures_on_offer, show_part
from toolkit.entry.session.links import new_link
from toolkit.report import ProcessingFee
from toolkit.report.model import Narrative


def test_figures_are_lit_up_with_the_cell_they_agree_with_or_contradict() -> None:
    content = report(overview="收到政府信息公开申请5件，上年结转0件。", applications__new__business=4)
    shown = show_part(content, "overview", (), tie_figures(content))
    states = {content.narrative.overview[tie["start"] : tie["end"]]: tie for tie in shown.ties}
    assert states["5件"]["state"] == "differs"
    assert "表三 一、本年新收政府信息公开申请数量·总计" in states["5件"]["note"]
    assert states["0件"]["state"] == "agrees"


def test_a_figure_that_follows_a_cell_says_which() -> None:
    content = report(overview="收到4件", applications__new__business=4)
    link = new_link(content, "overview", 2, "applications.new.total")
    assert link is not None
    shown = show_part(replace(content, links=(link,)), "overview", (), ())
    assert [(item["start"], item["end"]) for item in shown.links] == [(2, 3)]
    assert "总计" in shown.links[0]["note"]


def test_a_figure_that_is_clicked_says_what_it_was_read_as_and_compared_with() -> None:
    content = report(overview="收到政府信息公开申请5件，上年结转0件。", applications__new__business=4)
    ties = tie_figures(content)
    start = content.narrative.overview.index("5")
    explained = explain_figure(content, None, ties, "overview", start)
    lines = dict(explained["lines"])
    assert (explained["start"], explained["text"]) == (start, "5件")
    assert "新收" in lines["取为"]
    assert lines["结果"].startswith("不符，应为 4")
    assert explained["cells"] == ["applications.new.total"]
    assert explain_figure(content, None, ties, "overview", start + 1) == {}
    assert explain_figure(content, None, ties, "problems", start) == {}


def test_an_amount_of_the_fee_that_is_clicked_says_that_it_was_compared_with_its_box() -> None:
    fee = ProcessingFee(notices=0, amount_yuan=Decimal(0))
    content = replace(report(), narrative=Narrative(other="收取信息处理费0元。"), processing_fee=fee)
    explained = explain_figure(content, None, tie_fees(Case(content)), "other", content.narrative.other.index("0"))
    assert dict(explained["lines"])["结果"] == "与收取金额一致"


def test_figures_on_offer_put_zeros_last_and_leave_text_out() -> None:
    offers = figures_on_offer(report(applications__new__business=4, applications__new__research="三"))
    assert offers[0]["text"] == "4"
    assert offers[-1]["text"] == "0"
    assert not any(offer["address"] == "applications.new.research" for offer in offers)


def test_texts_are_compared_clause_by_clause() -> None:
    compared = compare_texts("一是学习，二是公开。", "一是学习，三是监督。", 2023)
    assert compared["pieces"] == [["same", "一是学习，"], ["only_last", "二是公开。"], ["only_this", "三是监督。"]]
    assert compared["alike"] == 50


def test_equal_texts_are_all_the_same_and_empty_ones_do_no_harm() -> None:
    assert compare_texts("同。", "同。", 2023)["alike"] == 100
    assert compare_texts("", "", 2023) == {"year": 2023, "pieces": [], "alike": 0}


def test_the_total_of_a_row_stands_before_its_parts() -> None:
    offers = figures_on_offer(report(applications__new__business=4, applications__new__natural_person=2))
    new = [offer["address"] for offer in offers if offer["address"].startswith("applications.new.")]
    assert new[:3] == ["applications.new.total", "applications.new.natural_person", "applications.new.business"]
