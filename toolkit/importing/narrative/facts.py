"""Find in the words of a report who reports, for which year, whom to ask, where it is published, through which channels.

In: clean text. Out: small values; what is not said is empty. Only phrases that leave no doubt are taken.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from toolkit.core.text import cleaned
from toolkit.importing.wording import simplified
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
_PHONE = re.compile(r"电话(?:号码)?[：:为是]*((?:[（(][0-9]{3,4}[）)])?[0-9+][-0-9－—–、/转 ]{5,40})")
_ADDRESS = re.compile(
    r"地址[：:为是]*(.{2,60}?)(?=[，,；;、]?(?:邮编|邮政编码|(?:联系|咨询)?电话|传真|电子邮箱|联系方式|联系人)|[）)。；;])"
)
_OFFICE = re.compile(
    r"(?:请|可|可以)?(?:与|向|致电|联系)([^，,。；;：:与]{2,40}?)(?:取得)?(?:联系|反映|咨询)(?=[（(，,。；;：:]|$)"
)
_PUBLISHED = re.compile(
    r"(?:本?报告|本年报|全文|电子版)[^，。；]{0,12}?(?:在|于|从|登[录陆])(?!所列|此)([^，。；]{2,40}?)(?:网站|平台)?(?:上)?(?:予以)?(?:公布|公开|发布|刊登|查阅|下载|查询)"
)
_VIA = re.compile(
    r"(?:通过|利用|借助)([^，。；、\n]{2,30}?)(?:主动|累计|共)*(?:公开|发布|推送|刊发|更新)(?:各类|政府|政务|公开|有关|相关)*(?:信息|消息)(约|近)?([0-9]{1,9})(余|多)?[条篇次件]"
)
_LISTED = re.compile(
    r"(?:通过|利用|在)?(.{2,30}?)(?:公开|发布|推送)?(?:政府|政务)?(?:信息)?(约|近)?([0-9]{1,9})(余|多)?(?:[条篇件]|块次|场次|次)"
)
_BY_VERB = re.compile(
    r"(?:^|[，。；：、]|全年|其中)([^，。；：、0-9\s]{2,20}?(?:网站|公众号|微博|视频号|头条号|抖音号|客户端|APP|平台|公开栏|公示栏|显示屏|查询机|电视台|公报))"
    r"(?:发布|公开|张贴|更新|推送|刊登|刊发)(?:政府|政务)?(?:信息)?(约|近)?([0-9]{1,9})(余|多)?(?:[条篇件]|块次|场次|次)",
    re.MULTILINE,
)
_AMONG = re.compile(
    r"(?:公开|发布)[^。；]{0,20}?信息[^。；]{0,12}?[0-9]+(?:余|多)?[条篇件][^。；]{0,6}?其中[：:，,]?([^。]{4,400})"
)
_CHART = re.compile(r"条形图，[0-9]{4}年各渠道主动公开政府信息数量：(.+)。\Z", re.DOTALL)
_CHART_ITEM = re.compile(r"(.+?)([0-9]{1,15})(余?)条(?:，|\Z)", re.DOTALL)
_LEVELS = (
    ("street", re.compile(r"街道(办事处)?$")),
    ("township", re.compile(r"[乡镇](人民政府)?$")),
    ("county", re.compile(r"[县旗区]人民政府$")),
    ("county_department", re.compile(r"[县旗区].*(局|委员会|办公室|办|中心)$")),
)
_PLACE = re.compile(r"[\u4e00-\u9fff]{1,15}(省|自治区|自治州|市|州|盟|地区|县|区|旗)")
_SINGLE = re.compile(r"本年度主动公开信息([0-9]+)(余?)条，均通过(.+)公开，不再绘制渠道分布图。\Z")


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
                found = _title(lines, first, first + count, pattern)
                if found:
                    above = first and _PLACE.fullmatch(lines[first - 1].strip())
                    return _title(lines, first - 1, first + count, pattern) or found if above else found
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
    """联系方式 in the preamble; what is not told stays empty."""
    same = simplified(text)
    spans = {name: pattern.search(same) for name, pattern in (("office", _OFFICE), ("address", _ADDRESS), ("phone", _PHONE))}
    return Contact(**{name: _stripped(text[slice(*match.span(1))]) for name, match in spans.items() if match})


def find_published_at(text: str) -> str:
    """Where the report is published, as the preamble says it."""
    match = _PUBLISHED.search(simplified(text))
    if not match:
        return ""
    end = match.end(1) + (2 if text[match.end(1) : match.end(1) + 2] in ("网站", "平台", "網站", "平臺") else 0)
    return _stripped(re.sub(r"[（(].*", "", text[match.start(1) : end]))


def find_channels(text: str, charts: Sequence[str] = ()) -> tuple[Channel, ...]:
    """主动公开渠道 with their counts and 余: from a chart's words where there are any, else from the text of part one."""
    for alt in charts:
        match = _CHART.search(alt)
        if match:
            return _channels((name, count, more) for name, count, more in _CHART_ITEM.findall(match[1]))
        single = _SINGLE.search(alt)
        if single:
            return _channels([(single[3], single[1], single[2])])
    told = [(name, count, about or more) for name, about, count, more in _VIA.findall(text)]
    told = told or [(name, count, about or more) for name, about, count, more in _BY_VERB.findall(text)]
    if not told:
        listed = _AMONG.search(text)
        parts = re.split(r"[，、；,;]", listed[1]) if listed else []
        matches = [match for match in map(_LISTED.fullmatch, (part.strip() for part in parts)) if match]
        told = [(match[1], match[3], match[2] or match[4] or "") for match in matches] if len(matches) > 1 else []
    return _channels(told)


def _channels(items: object) -> tuple[Channel, ...]:
    found: dict[str, Channel] = {}
    for name, count, more in items:  # type: ignore[attr-defined]
        if int(count) < LARGEST and _stripped(name):
            found.setdefault(_stripped(name), Channel(name=_stripped(name), count=int(count), approximate=bool(more)))
    return tuple(found.values())


def guess_level(organ: str) -> str:
    """The level that an organ's name tells for certain, "" otherwise: 市 may be a county-level city or one above."""
    name = simplified(organ)
    return next((level for level, pattern in _LEVELS if pattern.search(name)), "")


def _stripped(text: str) -> str:
    return re.sub(r"^(全年|其中|本年度|一年来)", "", text.strip(" \t\u3000，,：:；;"))
