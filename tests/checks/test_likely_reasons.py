"""Reasons in free words under an outcome that is not theirs, and applicants and sums in free words beside their tables."""

from __future__ import annotations

import pytest

from tests.checks.wordings import found_in, report_saying

# The township of ``wordings``; of its refusals three concern third parties, of what it could not give four are not held,
# of what it did not process two repeat earlier ones, and two applicants did not correct theirs.
CELLS = {
    "applications.refused_third_party.natural_person": 3,
    "applications.refused_internal_affairs.business": 0,
    "applications.unavailable_not_held.natural_person": 4,
    "applications.unprocessed_repeat.natural_person": 2,
    "applications.other_not_corrected.natural_person": 5,
    "applications.other_other.natural_person": 0,
}
WRONG = [
    ("另有2件是同样的内容又来要一回，先前早已答过，这回归到无法提供一栏。", "不予处理", "无法提供"),
    ("不予公开的里面，有4件是我镇从没制作、也没保存过的材料。", "无法提供", "不予公开"),
    ("归入不予处理的有两类，一类是反复来要同一份材料，2件；一类是请他补材料他过期没补，5件。", "其他处理", "不予处理"),
]
RIGHT = [
    "对3件公开以后会损害邻里权益、邻里又不同意的申请，作出不予公开的决定。",
    "另有2件是同样的内容又来要一回，先前早已答过，这回归到不予处理一栏。",
    "无法提供的里面，有4件是镇里从没做过、也没存过的材料。",
    "不予公开，3件；不掌握，4件；同样的话又来要的，2件；请他补材料他过期没补的，5件。",
    "不予公开的3件；镇里从没做过、也没存过的4件，告知去向。",
    "不予公开的3件都写明了理由；请他补材料他过期没补的5件，另作其他处理。",
    "不予公开的里面，有3件因为邻里不同意；网站栏目无法提供下载的4处已经修好。",
]


@pytest.mark.parametrize(("text", "right", "named"), WRONG)
def test_a_reason_under_an_outcome_that_is_not_its_own_is_a_warning(text: str, right: str, named: str) -> None:
    found = [item for item in found_in(report_saying(text, cells=CELLS)) if item.code == "text-outcome-group"]
    assert [(item.severity, item.expected, item.found) for item in found] == [("warning", right, named)]


@pytest.mark.parametrize("text", RIGHT)
def test_a_reason_under_its_own_outcome_is_left_alone(text: str) -> None:
    assert "text-outcome-group" not in [item.code for item in found_in(report_saying(text, cells=CELLS))]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("今年到手的申请12件，走网上来的有9件；这12件里头出自老百姓的10件，出自公司的3件。", "2"),
        ("材料整份给出去的，连同涂去一部分再给出去的，两样加起来7件。", "6"),
        ("党政办这一年先后收进来、盖了章、编了号、录进系统的公开申请，不多不少，正好是15件。", "12"),
    ],
)
def test_a_slip_in_free_words_is_a_warning(text: str, value: str) -> None:
    found = [item for item in found_in(report_saying(text)) if item.code in ("text-new", "text-outcome")]
    assert [(item.severity, item.expected) for item in found] == [("warning", value)]


@pytest.mark.parametrize(
    "text",
    [
        "今年到手的申请12件，走网上来的有9件；这12件里头出自老百姓的10件，出自公司的2件。",
        "这12件里头，街坊邻居来问的10件，其中公司职工替自家问的1件，公司来问的2件。",
        "材料整份给出去的，连同涂去一部分再给出去的，两样加起来6件。",
        "材料整份给出去的，连同涂去一部分再给出去的，占到一半，7件是问宅基地的。",
        "党政办这一年先后收进来、盖了章、编了号、录进系统的公开申请，不多不少，正好是12件。",
        "准予申请人获取所申请全部信息的予以公开类5件，经区分处理后提供可公开内容的部分公开类1件。",
    ],
)
def test_right_figures_in_free_words_are_left_alone(text: str) -> None:
    found = found_in(report_saying(text))
    assert [item.message for item in found if item.code in ("text-new", "text-outcome", "text-handled")] == []
