"""Who, when, where and through which channels, in the phrasings of real preambles."""

from __future__ import annotations

import pytest

from toolkit.importing.narrative.facts import (
    find_channels,
    find_contact,
    find_periods,
    find_published_at,
    find_title,
    guess_level,
)
from toolkit.report import Contact


@pytest.mark.parametrize(
    ("lines", "organ", "year", "exact"),
    [
        (["青石镇人民政府2020年政府信息公开", "", "工作年度报告"], "青石镇人民政府", 2020, True),
        (["云水县水务局", "2023年政府信息公开工作年度报告"], "云水县水务局", 2023, True),
        (
            ["云水省", "江北自治州大青山自治县", "国有林场管理服务中心", "2024年政府信息公开工作年度报告"],
            "江北自治州大青山自治县国有林场管理服务中心",
            2024,
            True,
        ),
        (["2022年度青石镇政府信息公开工作年度报告"], "青石镇", 2022, False),
        (["青石镇2021年度政府信息公开工作报告"], "青石镇", 2021, False),
        (["青石镇人民政府信息公开年度报告"], "青石镇人民政府", None, False),
    ],
)
def test_title(lines: list[str], organ: str, year: int | None, exact: bool) -> None:
    found = find_title(["您的位置：首页", *lines, "本报告根据条例编制。"])
    assert found is not None
    assert (found.organ, found.year, found.exact) == (organ, year, exact)


def test_no_title_in_a_sentence() -> None:
    assert find_title(["现将2020年政府信息公开工作报告如下，请审阅。"]) is None


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("自2020年1月1日起至2020年12月31日止", (2020,)),
        ("2020年1月1日至12月31日", (2020,)),
        ("2022年1月1日—2023年12月31日", (2022, 2023)),
        ("2020年3月1日至5月1日", ()),
    ],
)
def test_period(text: str, years: tuple[int, ...]) -> None:
    assert find_periods(text) == years


@pytest.mark.parametrize(
    ("text", "contact"),
    [
        (
            "如有疑问，可与青石镇党政办联系(地址：云水县青石镇大路1号，联系电话：0600-1234567)。",
            Contact(office="青石镇党政办", address="云水县青石镇大路1号", phone="0600-1234567"),
        ),
        (
            "如有疑问，请与县政务公开办联系，地址：县城东路2号，邮编：000000，电话：（0600）1234567。",
            Contact(office="县政务公开办", address="县城东路2号", phone="（0600）1234567"),
        ),
        ("本报告公开发布。", Contact()),
    ],
)
def test_contact(text: str, contact: Contact) -> None:
    assert find_contact(text) == contact


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("报告在云水县人民政府网站公布，欢迎查阅。", "云水县人民政府网站"),
        ("本报告的电子版可从云水县政府门户网站（www.example.org）下载。", "云水县政府门户网站"),
        ("报告所列数据截至年底。", ""),
    ],
)
def test_published_at(text: str, place: str) -> None:
    assert find_published_at(text) == place


@pytest.mark.parametrize(
    ("text", "channels"),
    [
        ("主动公开500余条，通过门户网站公开信息100余条，通过微信公众号公开信息21条。",
         [("门户网站", 100, True), ("微信公众号", 21, False)]),
        ("主动公开信息500余条，其中：门户网站100余条，微信公众号21条，其他途径约30条。",
         [("门户网站", 100, True), ("微信公众号", 21, False), ("其他途径", 30, True)]),
        ("全年县政府网站发布263条，村务公开栏张贴650余条。", [("县政府网站", 263, False), ("村务公开栏", 650, True)]),
        ("新制发行政规范性文件2件，召开会议3次。", []),
    ],
)  # fmt: skip
def test_channels(text: str, channels: list[tuple[str, int, bool]]) -> None:
    assert [(item.name, item.count, item.approximate) for item in find_channels(text)] == channels


@pytest.mark.parametrize(
    ("organ", "level"),
    [("青石镇人民政府", "township"), ("白杨街道办事处", "street"),
     ("云水县水务局", "county_department"), ("云水县人民政府", "county"),
     ("云水市人民政府", "")],
)  # fmt: skip
def test_level_only_where_the_name_tells_it(organ: str, level: str) -> None:
    assert guess_level(organ) == level


@pytest.mark.parametrize(
    "line",
    [
        "云水县清河镇人民政府二〇二三年政府信息公开工作年度报告",
        "云水县清河镇人民政府2023年政府信息公开年报",
        "云水县清河镇人民政府2023年度政府信息公开工作年报",
    ],
)
def test_title_in_other_words_has_its_year(line: str) -> None:
    found = find_title([line])
    assert found is not None
    assert (found.organ, found.year, found.exact) == ("云水县清河镇人民政府", 2023, False)
