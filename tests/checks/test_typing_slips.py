"""What slips in while typing, and what stays of a template, is noticed; near misses are left alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.checks.stories import of_code
from tests.checks.wordings import clean
from toolkit.checks import Case, run_case
from toolkit.forms import Address
from toolkit.report import Channel, Contact


@pytest.mark.parametrize(
    ("phone", "odd"),
    [
        ("abc", True), ("无", True), ("见网站", True), ("110", True), ("06", True),
        ("0601-5550101", False), ("12345", False), ("400-820-8820", False), ("(0601) 555 0101转8", False), ("13800000000", False),
        ("０６０１－５５５０１０１", False), ("0601—5550101、5550102", False), ("", False),
    ],
)  # fmt: skip
def test_a_telephone_that_is_none(phone: str, odd: bool) -> None:
    report = clean()
    organ = report.organ.model_copy(update={"contact": Contact(phone=phone)})
    codes = [finding.code for finding in run_case(Case(replace(report, organ=organ)))]
    assert ("phone-odd" in codes) is odd


@pytest.mark.parametrize(
    ("level", "count", "large"),
    [
        ("township", 99_999_999_999, True), ("township", 1_000_001, True), ("township", 1_000_000, False),
        ("county", 1_000_001, False), ("province_department", 20_000_000, False), ("province", 100_000_001, True),
    ],
)  # fmt: skip
def test_a_count_beyond_what_an_organ_can_have(level: str, count: int, large: bool) -> None:
    report = clean()
    report = replace(report, organ=report.organ.model_copy(update={"level": level}))
    report = report.with_value(Address.parse("permits.permits.decisions"), count)
    found = [finding for finding in run_case(Case(report)) if finding.code == "count-too-large"]
    assert [finding.severity for finding in found] == (["warning"] if large else [])


@pytest.mark.parametrize(
    ("organ", "channel", "where"),
    [
        ({}, "政" * 34, []),
        ({}, "政" * 35, ["channels.0.name"]),
        ({}, "a" * 68, []),
        ({}, "政" * 500, ["channels.0.name"]),
        ({"name": "云" * 51}, "网站", ["organ.name"]),
        ({"short_name": "云" * 31, "superior": "云" * 51}, "网站", ["organ.short_name", "organ.superior"]),
        ({"contact": Contact(office="办" * 51, address="路" * 81, phone="0601-5550101、" * 10)}, "网站",
         ["organ.contact.office", "organ.contact.address", "organ.contact.phone"]),
        ({"published_at": "http://www.yunxi.example/" + "a" * 276}, "网站", ["organ.published_at"]),
        ({"published_at": "云溪县人民政府网站 http://www.yunxi.example/col/col1234/index.html?id=" + "a" * 100}, "网站", []),
    ],
)  # fmt: skip
def test_a_name_as_long_as_a_paragraph(organ: dict[str, object], channel: str, where: list[str]) -> None:
    report = clean()
    changed = replace(report, organ=report.organ.model_copy(update=organ), channels=(Channel(name=channel, count=5),))
    found = [finding for finding in run_case(Case(changed)) if finding.code == "name-too-long"]
    assert [finding.where for finding in found] == where
    assert all(finding.severity == "warning" and len(finding.message) < 60 for finding in found)


TEMPLATE_FOUND = [
    ("（文字描述）", "guidance of the form"),
    ("（文字描述，收取信息处理费情况在此处报告。）", "guidance of part six"),
    ("XX镇认真落实。", "letters for the name"),
    ("××镇人民政府制定方案。", "crosses for the name"),
    ("全年公开信息XX条。", "letters for a figure"),
    ("20XX年，我镇稳步推进。", "letters in the year"),
    ("某镇召开会议。", "some town"),
    ("某某单位牵头。", "some organ"),
    ("{{ organ.name }}召开会议。", "a template's variable"),
    ("全年公开信息____条。", "a line to fill in"),
    ("【单位名称】召开会议。", "brackets to fill in"),
    ("（此处填写工作亮点）", "an instruction"),
    ("全年公开信息X条。", "one letter for a figure"),
    ("召开会议×次。", "one cross for a figure"),
    ("（请根据实际情况填写）", "an instruction"),
    ("【此处插入图表】", "a place to fill"),
    ("**镇召开会议。", "stars for the name"),
    ("地址：○○路1号。○○镇政府。", "circles for the name"),
]
TEMPLATE_LEFT = [
    ("张××提出的申请已按时答复。", "a masked name"),
    ("申请人李某某反映的问题已解决。", "a masked name"),
    ("咨询电话1380000××××已停用。", "a masked number"),
    ("邮箱：xxgk@yunxi.gov.example。", "xx in an address"),
    ("网址 www.xxgk.gov.example 开通。", "xx in a site's name"),
    ("帮助某企业查到政策原文。", "some business, without its name"),
    ("某市民来电表示感谢。", "市民, not a city"),
    ("展板尺寸为3×4米。", "a product"),
    ("印发2×3份对照表。", "a product"),
    ("（根据实际情况，会议推迟一周。）", "a remark"),
    ("尺码为XXL的志愿者马甲。", "a size"),
    ("《关于……的通知》已公开。", "an ellipsis"),
]


@pytest.mark.parametrize(("sentence", "why"), TEMPLATE_FOUND)
def test_template_is_found(sentence: str, why: str) -> None:
    findings = of_code("template-left", add={"overview": "\n" + sentence})
    assert {finding.severity for finding in findings} == {"error"}, why


@pytest.mark.parametrize(("sentence", "why"), TEMPLATE_LEFT)
def test_what_only_looks_like_a_template(sentence: str, why: str) -> None:
    assert of_code("template-left", add={"overview": "\n" + sentence}) == [], why


def test_a_template_is_found_outside_the_text_too() -> None:
    assert [item.where for item in of_code("template-left", organ={"contact.address": "云溪县青石镇××路×号"})] == [
        "organ.contact.address"
    ]


SLIPS_FOUND = [
    ("青石镇镇认真落实。", "镇镇"),
    ("主动公开、、依申请公开稳步推进。", "two marks"),
    ("上年转结1件。", "转结"),
    ("表内钩稽关系已核对。", "钩稽"),
    ("我镇的的工作。", "的的"),
    ("公开内容，，方式。", "two commas"),
    ("完成了工作工作。", "a word twice"),
    ("加强了了监督。", "了了"),
    ("主动公开公开信息88条。", "公开 twice"),
    ("全部办结。，群众满意。", "two kinds of marks"),
]
SLIPS_LEFT = [
    ("青石镇镇长带头答问。", "镇长"),
    ("青石镇镇政府大院。", "镇政府"),
    ("的的确确方便了群众。", "的的确确"),
    ("作了了解。", "了了, two words"),
    ("项目运转结果良好。", "运转 and 结果"),
    ("资金周转结束。", "周转 and 结束"),
    ("县教育局局长到场。", "局长"),
    ("依申请申请人共3名。", "申请人"),
    ("让群众看得见……摸得着。", "an ellipsis"),
    ("在政务公开公开栏张贴。", "公开栏"),
    ("联系群众，与与会代表座谈。", "与会"),
    ("对结果一目了然。", "了然"),
    ("件件有回音，事事有着落。", "said twice on purpose"),
]


@pytest.mark.parametrize(("sentence", "why"), SLIPS_FOUND)
def test_slip_is_a_notice(sentence: str, why: str) -> None:
    findings = of_code("repeated-words", add={"overview": "\n" + sentence})
    assert [finding.severity for finding in findings] == ["notice"], why


@pytest.mark.parametrize(("sentence", "why"), SLIPS_LEFT)
def test_no_slip(sentence: str, why: str) -> None:
    assert of_code("repeated-words", add={"overview": "\n" + sentence}) == [], why
