"""What keeps a request out of the register: one row for each kind of mistake, named with the field."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings

from tests.examples import examples
from tests.register.stories import TODAY, answered, request, requests
from toolkit.register.problems import problems_of
from toolkit.register.requests import Dispute, PartAnswer, Request

REVIEW = Dispute("review", date(2022, 5, 1))


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (request(""), "申请编号：没有填"),
        (request(received_on=None), "收到日期：没有填"),
        (request(received_on=date(2023, 3, 1)), "收到日期：2023-03-01 还没有到"),
        (
            request(applicant_kind=""),
            "申请人类别：没有填；应为自然人、商业企业、科研机构、社会公益组织、法律服务机构",
        ),
        (request(applicant_kind="申请人甲"), "申请人类别：“申请人甲”不是自然人"),
        (request(channel="微信"), "收到方式：“微信”不是当面、邮寄、网络、传真、其他之一"),
        (answered(answered_on=date(2022, 3, 1)), "答复日期：2022-03-01 早于收到日期 2022-03-07"),
        (answered(outcome=""), "办理结果：有答复日期，没有办理结果"),
        (answered(answered_on=None), "答复日期：有办理结果“（一）予以公开”，没有答复日期"),
        (answered(outcome="other"), "办理结果：“（六）其他处理”不是 2021 版格式的行；2022 年答复的按该版选择"),
        (
            answered(received_on=date(2020, 3, 2), answered_on=date(2020, 3, 9), outcome="other_not_paid"),
            "不是 2019 版格式的行；2020 年答复的按该版选择",
        ),
        (
            answered(received_on=date(2018, 3, 2), answered_on=date(2018, 3, 9)),
            "答复日期：2018 年没有年报格式，不能计数",
        ),
        (answered(withdrawn_on=date(2022, 3, 9)), "撤回日期：已经答复的不能再撤回"),
        (request(correction_answered_on=date(2022, 3, 9)), "收到补正日期：2022-03-09，而补正告知日期没有填"),
        (
            request(third_party_asked_on=date(2022, 3, 9), third_party_answered_on=date(2022, 3, 8)),
            "收到意见日期：2022-03-08 早于征求意见日期 2022-03-09",
        ),
        (request(fee_yuan=Decimal(-1)), "收费金额（元）：不能小于 0"),
        (request(fee_yuan=Decimal(100)), "收费通知日期：有收费金额，没有收费通知日期"),
        (request(extended_on=date(2022, 3, 9), extension_days=30), "延长工作日：应为 1 至 20（条例第三十三条）"),
        (request(extension_days=20), "延期告知日期：写了延长工作日，没有延期告知日期"),
        (answered(parts=(PartAnswer(date(2022, 3, 30), "granted"),)), "分次答复：第 1 次答复晚于最后一次答复"),
        (answered(parts=(PartAnswer(date(2022, 3, 10), "其他"),)), "分次答复：第 1 次答复的结果“其他”不是 2022 年格式的行"),
        (answered(disputes=(Dispute("trial", date(2022, 5, 1)),)), "复议诉讼：第 1 件：类别“trial”应为行政复议"),
        (answered(disputes=(Dispute("review", date(2022, 1, 1)),)), "第 1 件行政复议：提起日期 2022-01-01 早于收到申请的日期"),
        (
            answered(disputes=(REVIEW, Dispute("review", date(2022, 5, 1), "", "", date(2022, 6, 1)))),
            "第 2 件行政复议：审结日期和结果要么都填，要么都不填",
        ),
        (answered(disputes=(Dispute("review", date(2022, 5, 1), "", "", date(2022, 4, 1), "upheld"),)), "早于提起日期"),
        *[
            (answered(**{key: date(2022, 3, 28)}, **more), f"{label}：2022-03-28 晚于答复日期 2022-03-25")
            for key, label, more in (
                ("correction_asked_on", "补正告知日期", {}),
                ("correction_answered_on", "收到补正日期", {"correction_asked_on": date(2022, 3, 9)}),
                ("third_party_asked_on", "征求意见日期", {}),
                ("third_party_answered_on", "收到意见日期", {"third_party_asked_on": date(2022, 3, 9)}),
                ("extended_on", "延期告知日期", {}),
                ("fee_notice_on", "收费通知日期", {}),
                ("fee_paid_on", "缴费日期", {"fee_notice_on": date(2022, 3, 9), "fee_yuan": Decimal(10)}),
            )
        ],
        (
            request(withdrawn_on=date(2022, 3, 25), extended_on=date(2022, 3, 28)),
            "延期告知日期：2022-03-28 晚于撤回日期 2022-03-25",
        ),
        (request(extended_on=date(2022, 3, 1)), "延期告知日期：2022-03-01 早于收到日期 2022-03-07"),
        (
            request(correction_asked_on=date(2022, 3, 9), correction_due_on=date(2032, 3, 16)),
            "补正期限：2032-03-16 在补正告知一年以后，请核对年份",
        ),
        (
            answered(outcome="other_not_corrected", correction_asked_on=date(2022, 3, 9), correction_due_on=date(2022, 3, 25)),
            "不再处理其政府信息公开申请”，而答复时补正期限 2022-03-25 还没有过",
        ),
        (
            answered(
                outcome="other_not_corrected", correction_asked_on=date(2022, 3, 9), correction_answered_on=date(2022, 3, 11)
            ),
            "而 2022-03-11 已收到补正",
        ),
        (
            answered(
                outcome="other_not_paid", fee_notice_on=date(2022, 3, 9), fee_yuan=Decimal(10), fee_paid_on=date(2022, 3, 11)
            ),
            "而 2022-03-11 已缴费",
        ),
        (
            request(withdrawn_on=date(2022, 3, 9), parts=(PartAnswer(date(2022, 3, 10), "granted"),)),
            "分次答复：第 1 次答复晚于撤回日期 2022-03-09",
        ),
        (answered(disputes=(REVIEW, REVIEW)), "复议诉讼：第 2 件行政复议与前面的一件完全相同，会计两次"),
        (
            answered(disputes=(REVIEW, Dispute("lawsuit_after_review", date(2022, 4, 30)))),
            "复议诉讼：第 2 件复议后起诉：提起日期 2022-04-30 早于行政复议 2022-05-01",
        ),
        (request(subject="甲" * 5000), "申请内容：超过 4000 字"),
    ],
)
def test_a_mistake_is_named_with_its_field(wrong: Request, sentence: str) -> None:
    assert any(str(problem).startswith(sentence) or sentence in str(problem) for problem in problems_of(wrong, TODAY)), [
        str(problem) for problem in problems_of(wrong, TODAY)
    ]


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"correction_asked_on": date(2022, 12, 30), "correction_due_on": date(2023, 1, 20), "received_on": date(2022, 12, 28)},
        {"fee_notice_on": date(2022, 3, 9), "fee_yuan": Decimal(0)},
        {"received_on": date(2017, 3, 2)},
        {
            "third_party_asked_on": date(2022, 3, 9),
            "withdrawn_on": date(2022, 3, 11),
            "third_party_answered_on": date(2022, 3, 20),
        },
        {
            "correction_asked_on": date(2022, 3, 9),
            "correction_due_on": date(2022, 3, 16),
            "correction_answered_on": date(2022, 3, 18),
            "answered_on": date(2022, 3, 18),
            "outcome": "other_not_corrected",
        },
        {
            "received_on": date(2020, 3, 2),
            "fee_notice_on": date(2020, 3, 3),
            "fee_paid_on": date(2020, 3, 5),
            "fee_yuan": Decimal(10),
            "answered_on": date(2020, 3, 5),
            "outcome": "other",
        },
    ],
)
def test_an_open_request_can_be_kept(more: dict[str, Any]) -> None:
    assert problems_of(request(**more), TODAY) == []


@settings(max_examples=examples(20, 60), deadline=None)
@given(requests("甲"))
def test_random_requests_of_the_stories_have_none(one: Request) -> None:
    assert problems_of(one, TODAY) == []
