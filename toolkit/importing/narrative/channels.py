"""Find the channels of 主动公开 with their counts: in the words of a chart, else in the text of part one.

In: clean text. Out: channels in the order of the text. Kinds of information (机构信息9条) are no channels: what is only
listed must be called by a channel's noun, what information is published 通过 may have any name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from toolkit.importing.narrative.facts import stripped
from toolkit.report.chart_words import CHANNELS_ALT, ONE_CHANNEL, pattern_of
from toolkit.report.model import LARGEST, Channel

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
