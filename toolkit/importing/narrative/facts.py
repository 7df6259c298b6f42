"""Find in the words of a report who reports, on which level and for which year, whom to ask, where and when it is published, and
the channels of 主动公开 with their counts.

In: clean text, the name of an organ. Out: small values, empty for a fact that the text does not give. Only phrases that leave no
doubt are taken; a level comes with whether a person should confirm it, for 市 may be a county-level city or one above. Channels
are in the words of a chart, else in the text of part one. Kinds of information (机构信息9条) are no channels: what is only listed
must be called by a channel's noun, what information is published 通过 may have any name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from toolkit.core.text import cleaned
from toolkit.importing.wording import simplified
from toolkit.report.chart_words import CHANNELS_ALT, ONE_CHANNEL, pattern_of
from toolkit.report.model import LARGEST, Channel, Contact

_YEAR = r"(?P<year>(?:19|20)[0-9０-９]{2})"
_CHINESE_YEAR = re.compile(r"[二2][〇○零O0][一二三四五六七八九〇○零O0]{2}(?=年)")
_DIGITS = str.maketrans("〇○零O一二三四五六七八九", "0000123456789")
EXACT_TITLE = re.compile(rf"(?P<organ>.+?){_YEAR}年政府信息公开工作年度报告")
_TITLES = (
    EXACT_TITLE,
    re.compile(rf"(?P<organ>.*?){_YEAR}年?度?(?:的|关于)?政府信息公开(?:工作)?(?:情况)?(?:的)?(?:年度)?(?:工作)?(?:情况)?(?:的)?(?:年度)?报告(?:（.{{0,6}}）)?"),
    re.compile(rf"(?:关于)?{_YEAR}年?度?(?P<organ>.+?)政府信息公开(?:工作)?(?:情况)?(?:的)?(?:年度)?(?:工作)?(?:情况)?(?:的)?报告"),
    re.compile(rf"(?P<organ>.{{2,40}}?){_YEAR}年?度?(?:的)?政府信息公开(?:工作)?年报"),
    re.compile(r"(?P<organ>.{2,40}?)(?:关于)?政府信息公开(?:工作)?年度报告"),
)  # fmt: skip
_PERIOD = re.compile(rf"{_YEAR}年1月1日(?:起|开始)?[，,]?(?:至|到|—|-|~|－)+(?:(?P<last>20[0-9]{{2}})年)?12月31日")
_NUMBER = r"((?:[（(]\d{3,4}[）)]|\+?86[- ])?\d[\d\-－—–、/转 ]{5,40}\d)(?![\d余多次个件条人通])"
_OTHERS = "传真|监督|举报|投诉|值班|监察|客服|热线|报警"  # whose telephone is not that of the office that answers
_CALL = (
    rf"(?:(?<!{_OTHERS})电[ \u3000]?话(?:号码)?|座机|手机|(?:(?<=联系|咨询)|(?<![一-鿿\d]))热线(?:电话)?|联系方式|[☎℡☏]"
    r"|[Tt][Ee][Ll](?:ephone)?\.?)"
)
_FAX = r"(?:传[ \u3000]?真(?:号码)?|[Ff][Aa][Xx]\.?)"
_AND = r" ?[/／、和及与兼（( ] ?"
# what stands behind 传真 alone is no telephone
_PHONES = (
    re.compile(rf"{_CALL}(?:{_AND}{_FAX}[）)]?)?[ ：:为是（(]*{_NUMBER}"),
    re.compile(rf"{_FAX}{_AND}{_CALL}[）)]?[ ：:为是]*{_NUMBER}"),
    re.compile(rf"(?<![\d-]){_NUMBER}[（(](?:联系|咨询|办公)?电话[）)]"),
)
_ADDRESS = re.compile(
    r"地址[：:为是]*(.{2,60}?)[ \u3000]{0,4}(?=[，,；;、]?[ \u3000]{0,4}(?:邮编|邮政编码|(?:联系|咨询|办公)?"
    rf"{_CALL}|{_FAX}|电子邮[箱件]|邮箱|[Ee]-?mail|网址|联系人|(?:{_OTHERS})电话)"
    r"|[，,；;、 \u3000]{1,4}(?:24小时|12345)?[^\s\d，,；;。：:（()号楼路室]{0,8}(?:电话|热线)|[）)。；;])"
)
_OFFICE = re.compile(
    r"(?:请|可|可以)?(?:与|向|致电|联系)([^，,。；;：:与]{2,40}?)(?:取得)?(?:联系|反映|咨询)(?=[（(，,。；;：:]|$)"
)
# 公开专栏, 公开网 are parts of a name and no verb
_SHOWN = (
    r"(?:公布|公开|发布|刊登|刊载|查阅|下载|查询|浏览|获取)"
    r"(?!专?栏|目录|平台|网|指南|年报|工作|信息|系统|页|[版板]块|专区|专题|频道|制度|条例|办公)"
)
_PUBLISHED = (
    re.compile(
        r"(?:本?报告|本年报|年度报告|全文|电子版)[^，。；]{0,12}?(?:在|于|从|登[录陆]|通过|访问)(?!所列|此)"
        rf"([^，。；]{{2,60}}?)(?:网站|平台)?(?:上)?(?:予以|进行)?{_SHOWN}"
    ),
    re.compile(r"(?:公开|发布|公布)(?:网站|网址|平台)(?:名称)?[：:为是]([^，。；）)\n]{2,60})"),
)  # fmt: skip
_DAY = r"(20\d\d)[年.\-/](\d{1,2})[月.\-/](\d{1,2})日?"
_PUBLISHED_ON = (
    re.compile(rf"(?:发布|公开|公布)(?:日期|时间)[：:为是 ]*{_DAY}"),
    re.compile(rf"(?:本?报告|本年报|年度报告)[^。；]{{0,10}}?于{_DAY}[^。；]{{0,60}}?{_SHOWN}"),
)
_PLACE = re.compile(r"[\u4e00-\u9fff]{1,15}(省|自治区|自治州|市|州|盟|地区|县|区|旗)")
_COUNT = r"(约|近)?([0-9]{1,9})(余|多)?"
_PIECE = r"(?:[条篇件期]|块次|场次|次)"
_VERB = r"(?:公开|发布|推送|刊发|更新|张贴|刊登|公示|播放|播出|发送|发放|登载|转载|上传|展示|宣传)"
_WHAT = r"(?:各类|政府|政务|公开|有关|相关|工作|动态)*(?:信息|消息|文章|内容)?(?:共计|共|累计|达|计)?"
_NOUN = (
    r"(?:网站|网|公众号|微信|微博|视频号|头条号?|抖音号?|快手号?|客户端|APP|平台|公[开示告]栏|宣传栏|[显电]示屏|电子屏|LED屏?|查询机|触摸屏|一体机"
    r"|电视台?|广播|日报|报刊|报纸|公报|简报|手机报|新媒体|媒体|大厅|窗口|档案馆|图书馆|短信|途径|渠道|方式|明白纸|发布会|查阅点|查阅场所|大喇叭)"
)
_VIA = re.compile(rf"(?:通过|利用|借助|依托)([^，。；、\n]{{2,30}}?)(?:主动|累计|共)*{_VERB}{_WHAT}{_COUNT}{_PIECE}")
_BY_VERB = re.compile(
    rf"(?:^|[，。；：、]|全年|其中|在)([^，。；：、0-9\s]{{0,20}}?{_NOUN}[上”）]?)(?:主动|累计|共)*{_VERB}{_WHAT}{_COUNT}{_PIECE}",
    re.MULTILINE,
)
_AMONG = re.compile(
    r"(?:公开|发布)[^。；]{0,20}?信息[^。；]{0,12}?[0-9]+(?:余|多)?[条篇件][^。；]{0,6}?其中[：:，,]?([^。]{4,400})"
)
_LISTED = re.compile(rf"(?:通过|利用|在)?(.{{2,30}}?)(?:{_VERB})?(?:政府|政务)?(?:信息)?{_COUNT}{_PIECE}")
_CHART = pattern_of(CHANNELS_ALT)
_CHART_ITEM = re.compile(r"(.+?)([0-9]{1,15})(余?)条(?:，|\Z)", re.DOTALL)
_SINGLE = pattern_of(ONE_CHANNEL)
_REST = re.compile(r"其[他它余].{0,4}")
Item = tuple[str, str, str]  # name, count, 余 or 约


@dataclass(frozen=True, slots=True)
class FoundTitle:
    """The title as it stands in lines ``first`` to ``last``; ``exact`` when it is worded as the form wants."""

    text: str
    organ: str
    year: int | None
    first: int
    last: int
    exact: bool


def find_title(lines: Sequence[str]) -> FoundTitle | None:
    """The title among the first lines, over one to four of them; the form's wording before any other.

    The fewest lines that make a title are one; a place on the line above (云水县) is the beginning of a long name.
    """
    for pattern in _TITLES:
        for count in range(4):
            for first in range(len(lines) - count):
                title = _title(lines, first, first + count, pattern)
                if title:
                    above = first and _PLACE.fullmatch(lines[first - 1].strip())
                    return _title(lines, first - 1, first + count, pattern) or title if above else title
    return None


def title_of(text: str) -> FoundTitle | None:
    """A title in one line, such as a page's own name; site names behind it are left out."""
    return find_title([re.split(r"[_|–—]|-(?![0-9])", text.strip())[0]])


def _title(lines: Sequence[str], first: int, last: int, pattern: re.Pattern[str]) -> FoundTitle | None:
    text = "".join("".join(cleaned(line).split()) for line in lines[first : last + 1])
    same = simplified(text)
    match = pattern.fullmatch(_with_digits(same)) if 8 < len(text) <= 90 and "。" not in text else None
    if not match or (last > first and not lines[last].strip()):
        return None
    start, end = match.span("organ")
    year = match.groupdict().get("year")
    exact = pattern is EXACT_TITLE and _with_digits(same) == same
    organ = text[start:end].removeprefix("关于")
    organ += "政府" if organ.endswith("人民") else ""  # 青石镇人民政府信息公开年度报告 says 政府 once for both
    return FoundTitle(text, organ, int(year) if year else None, first, last, exact)


def _with_digits(text: str) -> str:
    """A year in Chinese numerals (二〇二三年) in digits, place by place."""
    return _CHINESE_YEAR.sub(lambda match: match[0].translate(_DIGITS), text)


def find_periods(text: str) -> tuple[int, ...]:
    """The years of the statistical period (1 January to 31 December) as the text gives them, each once."""
    joined = "".join(text.split())
    years = [int(year) for match in _PERIOD.finditer(joined) for year in (match["year"], match["last"]) if year]
    return tuple(dict.fromkeys(years))


def find_contact(text: str) -> Contact:
    """联系方式 in the preamble; what is not there stays empty."""
    same = simplified(text)
    spans = {
        "office": _OFFICE.search(same), "address": _ADDRESS.search(same),
        "phone": next((match for pattern in _PHONES if (match := pattern.search(same))), None),
    }  # fmt: skip
    return Contact(**{name: stripped(text[slice(*match.span(1))]) for name, match in spans.items() if match})


def find_published_at(text: str) -> str:
    """Where the report is published, as the preamble says it."""
    match = next((match for pattern in _PUBLISHED if (match := pattern.search(simplified(text)))), None)
    if not match:
        return ""
    end = match.end(1) + (2 if text[match.end(1) : match.end(1) + 2] in ("网站", "平台", "網站", "平臺") else 0)
    return stripped(re.sub(r"[（(].*", "", text[match.start(1) : end]))


def find_published_on(text: str) -> str:
    """The day of publication as 2025-01-20, "" when the text names none or an invalid one."""
    for pattern in _PUBLISHED_ON:
        match = pattern.search(simplified(text))
        if match:
            with suppress(ValueError):
                return date(*map(int, match.groups())).isoformat()
    return ""


def stripped(text: str) -> str:
    """A name without the words and marks before it."""
    return re.sub(r"^(全年|其中|本年度|一年来)", "", text.strip(" \t\u3000，,：:；;"))


_DESK = "((党政)?(综合)?办(公室)?|便民服务中心)?$"
_STREET = re.compile(f"街道(办事处|办|党工委|管理委员会)?{_DESK}")
_TOWNSHIP = re.compile(f"([乡镇]|苏木)(人民政府|政府)?{_DESK}")
_GOVERNMENT = re.compile(r"(人民)?政府$|行政公署$")
_AREA = re.compile(r"[\u4e00-\u9fff]{1,9}?(特别行政区|自治区|自治州|自治县|自治旗|地区|省|市|州|盟|县|旗|区)")
_NO_AREA = re.compile(
    r".*(城市|都市|超市|社区|园区|景区|小区|校区|矿区|库区|辖区|片区|街区|城区|示范区|开发区|管理区|风景区|保护区|高新区|经开区|保税区)$"
)
_PROVINCES = ("北京市", "上海市", "天津市", "重庆市")
_RANKS = {
    "特别行政区": "province", "自治区": "province", "省": "province", "自治州": "city", "地区": "city", "州": "city",
    "盟": "city", "市": "city", "自治县": "county", "自治旗": "county", "县": "county", "旗": "county", "区": "county",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Level:
    """``key`` is "" when the name does not show it; ``certain`` is false where a person should confirm it."""

    key: str
    certain: bool = True


def level_of(organ: str) -> Level:
    name = re.sub(r"\s", "", simplified(organ))
    if _STREET.search(name):
        return Level("street")
    if _TOWNSHIP.search(name):
        return Level("township")
    areas = _areas(name)
    if not areas:
        return Level("province_department" if name.endswith("厅") else "", certain=name.endswith("厅"))
    rank, certain = _rank(areas)
    if _GOVERNMENT.search(name):
        return Level(rank, certain)
    # only cities of a prefecture and above have an 办公厅
    return Level(f"{rank}_department", certain or (rank == "city" and name.endswith("办公厅")))


def _areas(name: str) -> list[str]:
    """The areas a name begins with, from the widest: 江北省, 云水市, 柳河区."""
    areas: list[str] = []
    at = 0
    while match := _AREA.match(name, at):
        if _NO_AREA.fullmatch(match[0]) or (areas and match.end() == len(name)):
            break
        areas.append(match[0])
        at = match.end()
    return areas


def _rank(areas: list[str]) -> tuple[str, bool]:
    """The rank of the last area, and whether it is certain."""
    kinds = [_RANKS[_AREA.fullmatch(area)[1]] for area in areas]  # type: ignore[index]
    if areas[-1] in _PROVINCES:
        return "province", True
    if kinds[-1] == "city" and areas[-1].endswith("市"):
        above = [kind for area, kind in zip(areas[:-1], kinds[:-1], strict=True) if kind == "city" or area in _PROVINCES]
        return ("county", True) if above else ("city", False)  # a city in a city is a county-level one
    return kinds[-1], True


def find_channels(text: str, charts: Sequence[str] = ()) -> tuple[Channel, ...]:
    """主动公开渠道 with their counts and 余: from a chart's words where there are any, else from the text of part one."""
    for alt in charts:
        match = _CHART.search(alt)
        if match:
            return _channels((name, count, more) for name, count, more in _CHART_ITEM.findall(match["words"]))
        single = _SINGLE.search(alt)
        if single:
            return _channels([(single["name"], single["count"].removesuffix("余"), "余" * single["count"].endswith("余"))])
    return _channels(list(_in_sentences(text)) or _listed(text))


def _in_sentences(text: str) -> Iterator[Item]:
    """Channels that a verb says something of, in the order of the text."""
    matches = sorted(
        (match for pattern in (_VIA, _BY_VERB) for match in pattern.finditer(text)), key=lambda match: match.start(1)
    )
    end = 0
    for match in matches:
        if match.start(1) >= end:
            name = re.sub(r"^(.*(通过|利用|借助|依托)|在)", "", match[1]).removesuffix("上")
            yield name, match[3], match[2] or match[4] or ""
            end = match.end()


def _listed(text: str) -> list[Item]:
    """Channels that are only listed behind a sum: 其中：门户网站100余条，微信公众号21条."""
    listed = _AMONG.search(text)
    parts = re.split(r"[，、；,;]", listed[1]) if listed else []
    items = [(match[1], match[3], match[2] or match[4] or "") for part in parts if (match := _LISTED.fullmatch(part.strip()))]
    channels = [item for item in items if re.search(_NOUN, item[0])]
    rest = [item for item in items if item not in channels]
    # 其他 is a channel among channels, and a kind of information among kinds
    return (
        items
        if len(channels) > 1 and all(_REST.fullmatch(name) for name, _, _ in rest)
        else channels[: len(channels) * (not rest)]
    )


def _channels(items: Iterable[Item]) -> tuple[Channel, ...]:
    channels: dict[str, Channel] = {}
    for name, count, more in items:
        if int(count) < LARGEST and stripped(name):
            channels.setdefault(stripped(name), Channel(name=stripped(name), count=int(count), approximate=bool(more)))
    return tuple(channels.values())
