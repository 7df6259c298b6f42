"""Edition, title, notice and sections: wordings to find and near misses to leave."""

from __future__ import annotations

from typing import Any

import pytest

from tests.checks.stories import case, of_code
from toolkit.checks import Case, run_case
from toolkit.report.reading import report_from_yaml

GOOD = {
    "主动公开": "全年主动公开信息120条。",
    "依申请公开": "收到申请12件，均已答复。",
    "政府信息管理": "发布前逐条保密审查。",
    "平台建设": "优化县政府网站青石镇专页的栏目。",
    "监督保障": "每季度考核一次。",
}
# other words for each subject, as real reports have them
ALSO = {
    "主动公开": [
        "依法公开事项持续深化，公开内容以民生为重点。",
        "发布各类信息300条。",
        "坚持应公开尽公开。",
        "公开政府信息88条。",
    ],
    "依申请公开": ["全年没有收到公开申请。", "规范办理群众申请。", "依申请工作平稳。", "接到3名村民的申请。"],
    "政府信息管理": [
        "规范信息内容发布。",
        "严格落实三审三校。",
        "更新政府信息公开目录。",
        "完善信息发布审核制度。",
        "动态清理文件，建成文件库。",
    ],
    "平台建设": ["搭建政务公开体验区。", "公众号改版升级。", "拓宽公开渠道。", "维护好公开栏。", "政务新媒体开设专栏。"],
    "监督保障": ["强化监督。", "加强组织领导。", "组织业务培训两期。", "开展社会评议。", "纳入年终考核。"],
}
# words that only look like the subject
LOOKALIKE = {
    "监督保障": ["公布社会保障政策。", "保障性住房分配结果上墙。", "与市场监督管理局联合发文。", "落实医疗保障待遇。"],
    "平台建设": ["在县政府网站发布120条。", "公众号推送30条。", "公共资源交易平台挂牌两宗。"],
}


def overview(without: str, instead: str = "") -> dict[str, str]:
    return {"overview": "".join(text for name, text in GOOD.items() if name != without) + instead}


@pytest.mark.parametrize("topic", GOOD)
def test_a_subject_left_out_is_found(topic: str) -> None:
    (finding,) = of_code("subtopic-missing", text=overview(topic))
    assert (finding.severity, finding.expected) == ("warning", topic)


@pytest.mark.parametrize(("topic", "instead"), [(topic, text) for topic, texts in ALSO.items() for text in texts])
def test_other_words_for_a_subject_will_do(topic: str, instead: str) -> None:
    assert of_code("subtopic-missing", text=overview(topic, instead)) == []


@pytest.mark.parametrize(("topic", "instead"), [(topic, text) for topic, texts in LOOKALIKE.items() for text in texts])
def test_words_that_only_look_like_a_subject_will_not(topic: str, instead: str) -> None:
    assert [finding.expected for finding in of_code("subtopic-missing", text=overview(topic, instead))] == [topic]


SECTIONS: list[tuple[dict[str, str], list[str], str]] = [
    ({"overview": ""}, ["error"], "part one empty"),
    ({"overview": "一、总体情况"}, ["error"], "nothing but the heading"),
    ({"problems": "无"}, ["error"], "nothing"),
    ({"problems": "  \n　\n"}, ["error"], "blanks"),
    ({"problems": "暂无。"}, ["error"], "nothing so far"),
    ({"problems": "公开不够及时。"}, ["error"], "six characters"),
    ({"problems": "五、存在的主要问题及改进情况\n公开不够及时。"}, ["error"], "heading and six characters"),
    ({"problems": "公开的内容不够全面，更新不够及时，今后加强学习、按时更新。"}, ["warning"], "one sentence"),
    ({"problems": "问题" * 50}, [], "a hundred characters"),
    ({"other": ""}, [], "part six may be empty"),
    ({"problems": "一是无专职人员，二是更新慢。" + "今后逐项整改到位。" * 11}, [], "begins with 一是无"),
]


@pytest.mark.parametrize(("text", "severities", "why"), SECTIONS)
def test_section_empty(text: dict[str, str], severities: list[str], why: str) -> None:
    assert [finding.severity for finding in of_code("section-empty", text=text)] == severities, why


NAME = "云溪县青石镇人民政府"
TITLES: list[tuple[str, bool, str]] = [
    (f"{NAME}2024年政府信息公开工作年度报告", False, "as it should be"),
    (f"{NAME} 2024年 政府信息公开工作年度报告", False, "blanks"),
    (f"{NAME}2024年政府信息公开⼯作年度报告", False, "a radical, as PDF files give it"),
    (f"{NAME}２０２４年政府信息公开工作年度报告", False, "full-width digits"),
    (f"{NAME}2024年度政府信息公开工作年度报告", True, "年度"),
    (f"{NAME}2024年政府信息公开年度报告", True, "工作 left out"),
    (f"{NAME}政府信息公开工作年度报告（2024年）", True, "the year behind"),
    (f"2024年{NAME}2024年政府信息公开工作年度报告", True, "the year twice"),
    (f"{NAME}2024年政务公开工作年度报告", True, "政务公开"),
]


@pytest.mark.parametrize(("title", "wrong", "why"), TITLES)
def test_title(title: str, wrong: bool, why: str) -> None:
    assert bool(of_code("title-wrong", text={"title": title})) is wrong, why


@pytest.mark.parametrize("name", ["青石镇人民政府2024年", "青石镇政府信息公开办公室年报", "2024青石镇"])
def test_an_organs_name_that_would_print_the_year_twice(name: str) -> None:
    assert [finding.where for finding in of_code("title-wrong", organ={"name": name})] == ["organ.name"]


NOTICES: list[tuple[int, str, bool, str]] = [
    (2024, "根据国办公开办函〔2019〕60号的要求编制。", True, "the notice before"),
    (2024, "根据国办公开办函[2019]60号编制。", True, "other brackets"),
    (2022, "按照《政府信息公开工作年度报告格式（试行）》编制。", True, "the annex before"),
    (2020, "根据国办公开办函〔2021〕30号编制。", True, "a notice that was not there yet"),
    (2024, "根据国办公开办函〔2021〕30号的要求编制。", False, "the right one"),
    (2020, "根据国办公开办函〔2019〕60号的要求编制。", False, "the right one then"),
    (2024, "落实国办发〔2019〕60号文件。", False, "another office's number"),
    (2024, "根据国办函〔2020〕109号收取信息处理费。", False, "the fees"),
]


@pytest.mark.parametrize(("year", "preamble", "wrong", "why"), NOTICES)
def test_notice(year: int, preamble: str, wrong: bool, why: str) -> None:
    assert bool(of_code("notice-wrong", year=year, text={"preamble": preamble})) is wrong, why


EDITIONS: list[tuple[int, dict[str, Any], int, str]] = [
    (2024, {"figures.applications.other.total": 0}, 1, "2019's one row in a table of 2021"),
    (2024, {"figures.documents.normative.made": 3, "figures.documents.normative.published": 3}, 1, "one error a table"),
    (2024, {"figures.procurement.procurement.items": 3, "figures.permits.permits.change": 0}, 2, "two tables"),
    (2020, {"figures.applications.other_not_paid.business": 1}, 1, "2021's rows in a table of 2019"),
    (2020, {}, 0, "all in its edition"),
]


@pytest.mark.parametrize(("year", "foreign", "number", "why"), EDITIONS)
def test_edition_wrong(year: int, foreign: dict[str, Any], number: int, why: str) -> None:
    assert len(of_code("edition-wrong", year=year, foreign=foreign)) == number, why


def test_a_file_with_rows_of_the_old_edition_is_read_and_reported() -> None:
    text = "year: 2024\norgan: {name: 青石镇人民政府}\nfigures:\n  applications:\n    other: {natural_person: 1}\n"
    finding = next(item for item in run_case(Case(report_from_yaml(text.encode()))) if item.code == "edition-wrong")
    assert finding.to_json()["table"] == "applications"
    assert "其他处理" in finding.message
    assert finding.line == 4


def test_a_report_with_nothing_but_figures_gets_one_finding_a_part() -> None:
    findings = run_case(case(text={"overview": "", "problems": "", "other": ""}))
    assert [item.code for item in findings].count("section-empty") == 2
    assert "subtopic-missing" not in {item.code for item in findings}
