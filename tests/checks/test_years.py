"""Years that do not belong in a report, and periods that are not its year: wordings to find and near misses to leave."""

from __future__ import annotations

import pytest

from tests.checks.stories import of_code
from tests.checks.wordings import report_saying
from toolkit.checks.catalogue import Case, run_case

FOUND: list[tuple[str, str, str]] = [
    ("2023年，我镇认真贯彻落实条例，主动公开信息120条。", "error", "last year's opening sentence"),
    ("2023年度，全镇政务公开工作稳步推进。", "error", "年度"),
    ("截至2023年12月31日，共公开信息500余条。", "error", "last year's closing day"),
    ("2023年全年公开信息500余条。", "error", "全年"),
    ("我镇2023年共公开信息500余条。", "error", "the year in the middle of the sentence"),
    ("2022年主动公开政府信息80条。", "error", "the year before last"),
    ("二〇二三年，我镇召开专题会议三次。", "error", "in Chinese numerals"),
    ("2023年政府信息公开工作取得新成效。", "error", "the subject follows at once"),
    ("我镇2023年度公开信息80条。", "error", "年度 behind the subject"),
    ("2024年3月，向县档案馆移交文件。向县图书馆移交2023年度公开文件74件。", "notice", "the year of an object"),
    ("年终向县档案馆移交2023年主动公开文件74件。", "notice", "the year of an object, with a verb behind it"),
    ("组织评查2023年依申请公开案卷48卷。", "notice", "the year of things that are reviewed"),
    ("2022年主动公开文件74件，已移交县档案馆。", "notice", "the year of things that are handed over"),
    ("2023年，我镇公开信息120条，清理栏目12个。", "error", "the year of the sentence, whatever was cleaned up"),
    ("２０２３年，我镇公开信息80条。", "error", "full-width digits"),
    ("2025年，我镇公开信息80条。", "error", "a year that has not come, and no plan"),
    ("今年（2023年）我镇公开信息88条。", "error", "in brackets behind 今年"),
    ("2023年青石镇共受理申请3件。", "error", "its own name follows"),
    ("2023年以来，我镇高度重视公开工作。", "notice", "perhaps last year's first sentence"),
    ("本次清理涉及2019年有关事项。", "notice", "perhaps meant"),
    ("我镇认真落实条例，2023年全年公开信息120条。", "warning", "last year's in a later clause"),
    ("部分公开4件，2023年没有。", "notice", "beside this year's figure"),
]
LEFT: list[tuple[str, str]] = [
    ("2024年，我镇公开信息80条。", "its own year"),
    ("公开信息80条，较2023年增加12条。", "compared"),
    ("与2023年相比，申请数量有所下降。", "compared"),
    ("新收申请12件，2023年同期为10件。", "the same time last year"),
    ("自2021年以来，网站访问量逐年提高。", "since"),
    ("按照《云溪县2023年政务公开工作要点》抓好落实。", "title of a document"),
    ("根据云政办发〔2023〕12号文件要求，更新指南。", "number of a document"),
    ("2023年结转的1件申请已经办结。", "carried over from it"),
    ("按时发布2023年政府信息公开年度报告。", "last year's report was published this year"),
    ("在2023年度政务公开考核中名列前茅。", "an assessment of last year"),
    ("2021年7月，我镇率先设立政务公开专区，截至目前接待五千人次。", "a month of another year, and what came of it"),
    ("2021年建成的政务公开专区，今年新增自助设备。", "built then, used now"),
    ("对2023年遗留的问题逐项整改。", "left from it"),
    ("2023年新收申请10件，2024年新收12件。", "both years in one sentence"),
    ("公开2023年度部门决算和“三公”经费。", "accounts of last year are published this year"),
    ("2023年度法治政府建设情况报告按时上网。", "another report of last year"),
    ("公布2023年度财政收支审计结果。", "an audit of last year"),
    ("2025年，我镇将进一步拓宽公开渠道。", "a plan"),
    ("未办结的2件转入2025年办理。", "where they go to"),
    ("结转至2025年继续办理的有2件。", "where they go to"),
    ("《条例》于2019年修订后，我镇更新了指南。", "when a law was revised"),
    ("“2023年度优秀公开窗口”牌匾继续悬挂。", "in quotation marks"),
]


@pytest.mark.parametrize(("sentence", "severity", "why"), FOUND)
def test_other_year_is_found(sentence: str, severity: str, why: str) -> None:
    (finding,) = of_code("other-year", add={"overview": "\n" + sentence})
    assert finding.severity == severity, why
    assert finding.quote.count("【") == 1


@pytest.mark.parametrize(("sentence", "why"), LEFT)
def test_years_spoken_of_are_left_alone(sentence: str, why: str) -> None:
    assert of_code("other-year", add={"overview": "\n" + sentence}) == [], why


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ({"title": "云溪县青石镇人民政府2023年政府信息公开工作年度报告"}, "title of last year"),
        ({"preamble": "现将云溪县青石镇人民政府2023年政府信息公开工作情况报告如下。"}, "preamble of last year"),
        ({"preamble": "现将2023年政府信息公开工作年度报告公布如下。"}, "the report itself is called after last year"),
        ({"preamble": "本报告由青石镇人民政府编制，反映2022年度工作。"}, "preamble of the year before"),
    ],
)
def test_title_and_preamble(text: dict[str, str], why: str) -> None:
    assert [finding.severity for finding in of_code("other-year", text=text)] == ["error"], why


@pytest.mark.parametrize(
    ("preamble", "why"),
    [
        ("根据《中华人民共和国政府信息公开条例》（2019年修订）编制。", "when the regulation was revised"),
        ("本报告于2025年1月20日在县政府网站公布。", "the day of publication"),
        ("根据国办公开办函〔2021〕30号的要求编制2024年度报告。", "number of the notice"),
    ],
)
def test_preambles_left_alone(preamble: str, why: str) -> None:
    assert of_code("other-year", text={"preamble": preamble}) == [], why


PERIODS: list[tuple[str, bool, str]] = [
    ("统计期限自2024年1月1日起至2024年12月31日止。", False, "as it should be"),
    ("数据统计期限为2024年1月1日至12月31日。", False, "year named once"),
    ("数据统计时间为2024年1月至12月。", False, "months only"),
    ("统计期限为2024年1月1日—12月31日。", False, "a dash"),
    ("统计期限为2024.1.1-2024.12.31。", False, "dots"),
    ("统计时间从2024年1月1日开始，到2024年12月31日止。", False, "in words"),
    ("统计时间从2024年1月1日开始，到2024年10月31日止。", True, "in words, two months missing"),
    ("统计数据时限为2024年1月1日--2024年12月30日。", True, "two dashes, a day missing"),
    ("统计期限自2023年1月1日起至2023年12月31日止。", True, "last year's"),
    ("统计期限自2024年1月1日起至2024年11月30日止。", True, "a month is missing"),
    ("统计期限为2023年12月1日至2024年11月30日。", True, "shifted by a month"),
    ("数据统计时间为2024年1月至11月。", True, "months only, one missing"),
    ("统计期限自2024年1月1日起至2023年12月31日止。", True, "half corrected"),
    ("统计期限为２０２４年１月１日至２０２４年１２月３０日。", True, "full width, one day short"),
]


@pytest.mark.parametrize(("preamble", "wrong", "why"), PERIODS)
def test_period_in_the_preamble(preamble: str, wrong: bool, why: str) -> None:
    assert bool(of_code("period-wrong", text={"preamble": preamble})) is wrong, why


@pytest.mark.parametrize(
    ("sentence", "wrong", "why"),
    [
        ("以上数据统计期限为2024年1月1日至2024年6月30日。", True, "half a year's figures"),
        ("2024年3月1日至5月31日开展专项清理。", False, "a campaign, no period of the figures"),
        ("2024年7月至9月组织培训三次。", False, "a training"),
    ],
)
def test_period_in_the_text(sentence: str, wrong: bool, why: str) -> None:
    assert bool(of_code("period-wrong", add={"overview": "\n" + sentence})) is wrong, why


def test_last_years_fee_sentence_is_a_warning() -> None:
    (finding,) = of_code("other-year", text={"other": "2023年，本机关收取信息处理费0元。"})
    assert (finding.severity, finding.where) == ("warning", "narrative.other")


@pytest.mark.parametrize(
    ("sentence", "right"),
    [  # of the township of ``wordings`` one was carried in, two are carried out
        ("办结11件，结转2024年度继续办理2件。", "2025年"),
        ("剩下2件是十二月下旬才到的，要等到2024年开春才办得完。", "2025年"),
        ("另有2件未到期限，等到2024年春节后再答复。", "2025年"),
    ],
)
def test_what_is_left_goes_to_the_next_year(sentence: str, right: str) -> None:
    found = [item for item in run_case(Case(report_saying(sentence))) if item.code == "other-year"]
    assert [(item.severity, item.expected) for item in found] == [("warning", right)]


@pytest.mark.parametrize(
    "sentence",
    [
        "办结11件，结转2025年度继续办理2件。", "剩下2件要等到2025年开春才办得完。",
        "上年结转2024年度继续办理1件。", "结转的1件到2024年春节前已办完。",
    ],
)  # fmt: skip
def test_years_of_what_is_left_that_are_right(sentence: str) -> None:
    assert "other-year" not in [item.code for item in run_case(Case(report_saying(sentence)))]
