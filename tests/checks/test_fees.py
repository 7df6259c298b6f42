"""信息处理费 in part six: reported, in agreement, possible by the tariff."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.checks.wordings import clean, codes_in, found_in, report_saying
from toolkit.checks import Case, run_case
from toolkit.checks.rules.fees import fee_mentions, tie_fees
from toolkit.report import ProcessingFee
from toolkit.report.reading import report_from_yaml
from toolkit.report.writing import report_to_values, report_to_yaml

UNPAID: dict[str, int | str] = {"applications.other_not_paid.natural_person": 1, "applications.other_other.natural_person": 0}


@pytest.mark.parametrize(
    "other",
    [
        "",
        "无其他需要报告的事项。",
        "行政事业性收费2.4万元。",
        "严格执行《政府信息公开信息处理费管理办法》。",
        "2024年承办人大建议3件，均已办复。",
    ],
)
def test_a_missing_fee_is_reported(other: str) -> None:
    assert ("fee-missing", "error") in codes_in("", other=other)


@pytest.mark.parametrize(
    "other",
    [
        "信息处理费0元。",
        "本年度未收取信息处理费。",
        "本机关2024年没有收取政府信息公开信息处理费。",
        "（一）收取信息处理费情况：无。",
        "依申请公开未收取任何费用。",
        "全年未发出收费通知，收取处理费总金额0元。",
        "依据《政府信息公开信息处理费管理办法》，本年度收取信息处理费200元。",
        "没有发生信息处理费。行政事业性收费2.4万元。",
    ],
)
def test_a_reported_fee_is_accepted(other: str) -> None:
    assert codes_in("", other=other) == []


def test_params_tell_it_or_the_edition_does_not_ask() -> None:
    report = replace(clean(), narrative=clean().narrative.model_copy(update={"other": ""}))
    assert [item.code for item in found_in(report)] == ["fee-missing"]
    assert found_in(replace(report, processing_fee=ProcessingFee(notices=0, amount_yuan=Decimal(0)))) == []


def test_a_fee_in_another_part_is_named() -> None:
    found = found_in(report_saying("信息处理费0元。", other="无。"))
    assert [(item.code, "第一部分" in item.message) for item in found] == [("fee-missing", True)]


@pytest.mark.parametrize(
    ("other", "severity"),
    [
        ("信息处理费0元。", ""),  # a notice was sent, and nothing came in
        ("均未收取信息处理费。", ""),
        ("未收取信息处理费，没有制发收费通知。", "warning"),
        ("无其他事项。", ""),  # says nothing of fees at all: fee-missing
        ("发出收费通知1件，申请人逾期未缴纳，收取信息处理费0元。", ""),
        ("收取信息处理费300元。", ""),
    ],
)
def test_unpaid_needs_a_notice(other: str, severity: str) -> None:
    found = [item for item in codes_in("", other=other, cells=UNPAID) if item[0] == "fee-contradiction"]
    assert found == ([("fee-contradiction", severity)] if severity else [])


@pytest.mark.parametrize(
    ("overview", "other", "yuan", "found"),
    [
        ("", "未收取信息处理费。", 200, True),
        ("", "信息处理费0元。", 200, True),
        ("", "收取信息处理费200元。", 200, False),
        ("", "收取信息处理费300元。", 200, True),
        ("", "收取信息处理费200元。其余申请均未收费。", 200, False),
        ("", "收取信息处理费200元；对其他申请人未收取信息处理费。", 200, False),
        ("", "收取信息处理费300元。其余申请均未收费。", 200, True),
        ("", "其他需要报告的事项：本年度未收取信息处理费。", 200, True),
        ("", "收取信息处理费0.02万元。", 200, False),
        ("", "信息处理费0元；行政事业性收费200元。", 0, False),
        ("", "发出收费通知 4 件，收取信息处理费200元。", 200, True),
        ("", "共发出收费通知共计1件，收取信息处理费200元。", 200, False),
        ("", "申请人的费用实际收取为 0 元。", 200, True),
        ("", "申请人甲缴费 120 元，申请人乙缴费 80 元。", 200, False),
    ],
)
def test_fee_against_params(overview: str, other: str, yuan: int, *, found: bool) -> None:
    report = replace(report_saying(overview, other=other), processing_fee=ProcessingFee(notices=1, amount_yuan=Decimal(yuan)))
    assert any(item.code == "fee-contradiction" for item in found_in(report)) is found


def test_two_parts_name_two_amounts() -> None:
    assert ("fee-contradiction", "error") in codes_in("全年收取信息处理费200元。", other="未收取信息处理费。")
    assert codes_in("全年收取信息处理费200元。", other="信息处理费200元。") == []


@pytest.mark.parametrize(
    ("other", "found"),
    [
        ("收取信息处理费125元。", True),
        ("信息处理费共计3.5元。", True),
        ("信息处理费1250元。", False),
        ("信息处理费0元。", False),
        ("信息处理费约120元。", False),
    ],
)
def test_amount_of_the_tariff(other: str, *, found: bool) -> None:
    assert (("fee-amount", "warning") in codes_in("", other=other)) is found


def test_half_of_a_fee_is_not_filled_in_which_is_not_0() -> None:
    half = replace(report_saying(""), processing_fee=ProcessingFee(amount_yuan=Decimal(300)))
    (blank,) = [finding for finding in run_case(Case(half)) if finding.code == "fee-blank"]
    assert (blank.where, blank.message) == ("processing_fee.notices", "第六部分的“收费通知件数”还没有填写")
    assert report_to_values(half)["processing_fee"] == {"amount_yuan": Decimal(300)}
    assert report_from_yaml(report_to_yaml(half).encode()) == half


@pytest.mark.parametrize(
    ("other", "yuan", "state", "reason"),
    [
        ("本年度收取信息处理费0元。", None, "untied", "收取金额没有填写，以文字为准"),
        ("本年度收取信息处理费0元。", 0, "agrees", "与收取金额一致"),
        ("本年度收取信息处理费640元。", 600, "differs", "与收取金额不一致"),
        ("本年度收取信息处理费1.2万元。", 12000, "agrees", "与收取金额一致"),
        ("收取0元信息处理费。", 0, "agrees", "与收取金额一致"),
        ("未收取信息处理费。停车费640元。", 0, "untied", "没有对应的表格数据"),
    ],
)
def test_the_amount_of_the_fee_is_compared_with_its_box(other: str, yuan: int | None, state: str, reason: str) -> None:
    fee = None if yuan is None else ProcessingFee(notices=1, amount_yuan=Decimal(yuan))
    report = replace(report_saying("", other=other), processing_fee=fee)
    ties = [(tie.state, tie.reason) for tie in tie_fees(Case(report)) if tie.where == "narrative.other"]
    assert ties == [(state, reason)]


@pytest.mark.parametrize(
    ("other", "yuan"),
    [
        ("未收取信息处理费，停车费640元。", 0),
        ("未收取信息处理费，但产生邮寄费640元。", 0),
        ("未收取信息处理费，污水处理费640元。", 0),
        ("收取污水处理费640元，未收取信息处理费。", 0),
        ("未收取信息处理费，公开政府采购项目12个，金额640万元。", 0),
        ("未收取信息处理费，非税收入640元。", 0),
        ("2024年未收取信息处理费，2023年收取640元。", 0),
        ("信息处理费收取情况：无，罚没收入640元。", 0),
        ("未收取信息处理费，共计640元。", 640),  # which contradicts itself
        ("信息处理费收取情况：无，金额640元。", 640),
        ("全年未发出收费通知，收取处理费总金额640元。", 640),
        ("未减免信息处理费，共收取2件，计640元。", 640),
        ("收取信息处理费，未发生减免，按标准计640元。", 640),
        ("没有发出通知，收取信息处理费2笔，按标准计640元。", 640),
    ],
)
def test_an_amount_that_a_later_clause_names_for_another_charge_is_not_the_fee(other: str, yuan: int) -> None:
    assert [amount.yuan for amount in fee_mentions(Case(report_saying("", other=other)))] == [yuan]


def test_the_charge_for_sewage_is_not_the_fee() -> None:
    assert ("fee-missing", "error") in codes_in("", other="收取污水处理费640元。")
