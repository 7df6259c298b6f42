"""Who, when, where and through which channels, in the phrasings of real preambles."""

from __future__ import annotations

import pytest

from toolkit.importing.narrative.facts import (
    Level,
    find_channels,
    find_contact,
    find_periods,
    find_published_at,
    find_published_on,
    find_title,
    level_of,
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
        ("（地址：临河路8号，电话/传真：0600-5551234）。", Contact(address="临河路8号", phone="0600-5551234")),
        ("（地址：临河路8号，传真/电话：0600-5551234）。", Contact(address="临河路8号", phone="0600-5551234")),
        ("电话（传真）：0600-5551234。", Contact(phone="0600-5551234")),
        ("传真：0600-5550000，联系电话：0600-5551234。", Contact(phone="0600-5551234")),
        ("Tel：0600-5551234，Fax：0600-5550000。", Contact(phone="0600-5551234")),
        ("TEL/FAX: 0600-5551234。", Contact(phone="0600-5551234")),
        ("联系方式：0600-5551234。", Contact(phone="0600-5551234")),
        ("电 话：0600-5551234、0600-5551235，邮编：000000。", Contact(phone="0600-5551234、0600-5551235")),
        ("传真：0600-5550000。", Contact()),
        ("传真电话：0600-5550000。", Contact()),
        ("（地址：临河路8号，电话 / 传真 0600-5551234）。", Contact(address="临河路8号", phone="0600-5551234")),
        ("（地址：临河路8号，联系电话（0600-5551234））。", Contact(address="临河路8号", phone="0600-5551234")),
        ("（地址：临河路8号，☎0600-5551234）。", Contact(address="临河路8号", phone="0600-5551234")),
        ("（地址：临河路8号，手机：13000000000）。", Contact(address="临河路8号", phone="13000000000")),
        *((f"（地址：临河路8号{other}，电话：0600-5551234）。", Contact(address="临河路8号", phone="0600-5551234")) for other in (
            "，监督电话：0600-5550000", "，监督、举报电话：0600-5550000", " 夜间值班电话：0600-5550000",
            "，24小时热线：0600-5550000", "，12345政务服务热线：0600-5550000", "，客服电话：0600-5550000",
            "，全年接听热线电话1234567个",
        )),
        ("（地址：临河路8号，咨询热线：0600-5551234）。", Contact(address="临河路8号", phone="0600-5551234")),
        ("（地址：清河镇，临河路8号电话：0600-5551234）。", Contact(address="清河镇，临河路8号", phone="0600-5551234")),
    ],
)  # fmt: skip
def test_contact(text: str, contact: Contact) -> None:
    assert find_contact(text) == contact


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("报告在云水县人民政府网站公布，欢迎查阅。", "云水县人民政府网站"),
        ("本报告的电子版可从云水县政府门户网站（www.example.org）下载。", "云水县政府门户网站"),
        ("报告所列数据截至年底。", ""),
        ("本报告可在“云水县人民政府”门户网站清河镇政府信息公开专栏下载。", "“云水县人民政府”门户网站清河镇政府信息公开专栏"),
        ("本报告电子版可从云水县政府信息公开网查阅。", "云水县政府信息公开网"),
        ("公开网站：云水县人民政府网站，欢迎查询。", "云水县人民政府网站"),
        ("本报告通过云水县政府网政务公开平台发布。", "云水县政府网政务公开平台"),
        ("本年度报告在云水县人民政府网站公开指南栏目公布。", "云水县人民政府网站公开指南栏目"),
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
        ("公开信息249条。其中：机构信息9条，政策文件19条，财政信息24条，其他信息197条。", []),
        ("公开信息30条，其中：政策解读10条、工作动态12条、其他8条。", []),
        ("通过门户网站公开信息120条，通过微信公众号推送信息80条，通过公开栏张贴信息12条。",
         [("门户网站", 120, False), ("微信公众号", 80, False), ("公开栏", 12, False)]),
        ("利用电子屏播放信息20条，在村务公示栏上公示45期。", [("电子屏", 20, False), ("村务公示栏", 45, False)]),
        ("依托清河融媒客户端发布消息约300条。", [("清河融媒客户端", 300, True)]),
        ("主动公开信息150条，其中：网站100条，公告栏30条，其它20条。",
         [("网站", 100, False), ("公告栏", 30, False), ("其它", 20, False)]),
    ],
)  # fmt: skip
def test_channels(text: str, channels: list[tuple[str, int, bool]]) -> None:
    assert [(item.name, item.count, item.approximate) for item in find_channels(text)] == channels


@pytest.mark.parametrize(
    ("organ", "level", "certain"),
    [
        ("青石镇人民政府", "township", True), ("云水县青石乡", "township", True), ("青石苏木人民政府", "township", True),
        ("云水县青石镇党政综合办公室", "township", True), ("云水县青石镇党政办", "township", True),
        ("青石乡政府办公室", "township", True), ("云水县白杨街道党政办公室", "street", True), ("白杨街道综合办", "street", True),
        ("白杨街道办事处", "street", True),
        ("云水县白杨街道办", "street", True),
        ("云水县水务局", "county_department", True), ("云水县市场监督管理局", "county_department", True),
        ("云水区城市管理局", "county_department", True), ("云水县经济开发区管委会", "county_department", True),
        ("云水县住房和城乡建设局", "county_department", True), ("国家税务总局云水县税务局", "county_department", True),
        ("云水县人民政府", "county", True), ("云水市柳河区人民政府", "county", True), ("云水自治县人民政府", "county", True),
        ("江北省云水市柳河市人民政府", "county", True), ("云水市人民政府", "city", False), ("云水市政府", "city", False),
        ("云水自治州人民政府", "city", True), ("云水市人民政府办公厅", "city_department", True),
        ("云水市水务局", "city_department", False), ("江北省水利厅", "province_department", True),
        ("江北省人民政府办公厅", "province_department", True), ("江北省人民政府", "province", True),
        ("重庆市人民政府", "province", True), ("重庆市云水区人民政府", "county", True), ("教育厅", "province_department", True),
        ("国有林场管理服务中心", "", False),
    ],
)  # fmt: skip
def test_level_by_the_name(organ: str, level: str, certain: bool) -> None:
    assert level_of(organ) == Level(level, certain)


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


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("发布日期：2024-01-20。", "2024-01-20"),
        ("公开时间：2024年1月5日", "2024-01-05"),
        ("本报告于2024年1月30日在云水县人民政府网站公布。", "2024-01-30"),
        ("自2023年1月1日起至2023年12月31日止。", ""),
        ("发布日期：2024年13月40日。", ""),
    ],
)
def test_day_of_publication(text: str, day: str) -> None:
    assert find_published_on(text) == day


@pytest.mark.parametrize(
    "behind",
    [
        "，电　话：0600-5551234",
        "，TEL:0600-5551234",
        "　办公电话：0600-5551234",
        "，Fax：0600-5551234",
        "；E-mail：a@office.example",
        "，网址：www.office.example",
        "、座机0600-5551234",
    ],
)
def test_address_ends_before_the_rest_of_the_sentence(behind: str) -> None:
    contact = find_contact(f"如有疑问，请与清河镇党政办公室联系（地址：云水县清河镇临河路8号{behind}）。")
    assert contact.address == "云水县清河镇临河路8号"
