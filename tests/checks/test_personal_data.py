"""People's data: numbers and names to find, and what only looks like them. All numbers are invented or published samples."""

from __future__ import annotations

import pytest

from tests.checks.stories import of_code

FOUND = [
    ("申请人身份证号11010519491231002X。", "error", "the sample of GB 11643"),
    ("身份证号码：１１０１０５１９４９１２３１００２Ｘ", "error", "full width"),
    ("（11010519491231002x）", "error", "a small x"),
    ("身份证号110105194912310021。", "warning", "a wrong check digit: a slip, or invented"),
    ("联系电话13800138000。", "warning", "a mobile number"),
    ("电话 138-0013-8000。", "warning", "with dashes"),
    ("电话138 0013 8000。", "warning", "with blanks"),
    ("申请人王建国提出的申请已答复。", "warning", "an applicant's name"),
    ("申请人：王小明，要求公开征地材料。", "warning", "behind a colon"),
    ("村民李梅申请公开补偿标准。", "warning", "a villager's name"),
    ("群众赵志远反映的问题已解决。", "warning", "somebody's name"),
]
LEFT = [
    ("统一社会信用代码11370829MB2857046X。", "a code of an organisation"),
    ("项目代码110105204913310021。", "no day of birth"),
    ("项目编号13800138000已公示。", "a project's number"),
    ("账号13800138000已注销。", "an account"),
    ("热线12345、电话0601-5550199。", "a hotline and a landline"),
    ("金额13800138000.50元。", "an amount"),
    ("申请人：共12人，均为村民。", "no name behind the colon"),
    ("申请人提出的要求已满足。", "no name"),
    ("申请人陈述申请理由后撤回。", "陈述 begins like a name"),
    ("申请人应当提出书面申请。", "应当"),
    ("申请人王某提出的申请已答复。", "a masked name"),
    ("村民全部要求公开补偿标准。", "全部"),
    ("居民小组长申请查阅台账。", "no surname"),
]


@pytest.mark.parametrize(("sentence", "severity", "why"), FOUND)
def test_personal_data_is_found(sentence: str, severity: str, why: str) -> None:
    assert [finding.severity for finding in of_code("personal-data", add={"overview": "\n" + sentence})] == [severity], why


@pytest.mark.parametrize(("sentence", "why"), LEFT)
def test_what_only_looks_like_it(sentence: str, why: str) -> None:
    assert of_code("personal-data", add={"overview": "\n" + sentence}) == [], why


def test_the_offices_own_mobile_in_the_preamble_is_none() -> None:
    assert of_code("personal-data", text={"preamble": "地址：青石街1号，联系电话：13800138000。"}) == []


def test_an_identity_number_in_the_preamble_is_one() -> None:
    (finding,) = of_code("personal-data", text={"preamble": "联系人证件11010519491231002X，电话0601-5550199，地址：青石街1号。"})
    assert finding.severity == "error"
