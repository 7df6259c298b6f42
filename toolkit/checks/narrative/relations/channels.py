"""Find the figures that say what a channel published: 微信公众号发布信息 121 条, 公众号运维，全年推送信息 165 条.

Takes the text with its cells, returns figures with their channels; the rules compare them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from toolkit.checks.narrative.candidates.readings import Reading, TextReading
from toolkit.checks.narrative.candidates.slips import is_typing_slip
from toolkit.checks.narrative.figures import PartText
from toolkit.checks.narrative.plain_text import plain_text
from toolkit.checks.narrative.relations.list_shapes import UNITS
from toolkit.report import Channel

_ELSE = frozenset(("app", "new", "handled", "manage", "other", "doc", "act"))
_PUBLISHED = frozenset(("条", "篇", "期", "件", "份", "条次", "篇次", "期次"))  # 公众号设有 3 个栏目 is another count
_GENERAL = ("其他", "其它", "其余")  # 许可 3862 件，其中用地类 1308 件、其他 648 件: a channel's name only among channels
_NEXT = 8  # characters between a channel's name and its figure: 微信公众号发布信息 121 条
_AGO = 60  # characters before a figure in which a channel is named: time stays linear
_NEAR = Decimal("0.2")  # a figure that differs more is probably something else's
_PLAIN = frozenset(("now", "year", "show", "publish", "soft", "edge", "total", "scope"))
_QUOTED = re.compile("“[^”]{2,12}”")  # “柳汊微讯”公众号: the account is called by its name alone as well
_SEVERAL = "等和及与、或"  # 网站等渠道全年发布 386 条: not the site's alone


def find_channels(text: TextReading) -> Iterator[tuple[Reading, Channel]]:
    """Every figure that is said to be what a channel published, with that channel."""
    names = [(plain_text(channel.name).text, channel) for channel in text.report.channels if channel.name]
    if not names:
        return
    parts = {part.where: part for part in text.parts}
    beside: tuple[str, int] | None = None  # the sentence of the channel before
    for reading in text.readings:
        figure = reading.figure
        if reading.tie.kind == "cell" or figure.unit not in UNITS or figure.change or figure.year is not None:
            continue
        before = _words_before(parts[figure.where], reading)
        published = beside == (figure.where, figure.sentence) or any(token.kind in ("publish", "show") for token in figure.left)
        own = [(name, channel) for name, channel in names if published or name[:2] not in _GENERAL]
        channel = next((channel for name, channel in own if _stands_next(name, before)), None)
        channel = channel or next(
            (channel for name, channel in names if channel.count == figure.value and _resembles(name, before)), None
        )
        channel = channel or _shortened(figure.value, before, names)
        channel = channel or _named_before(parts[figure.where], reading, names)
        publishes = figure.unit in _PUBLISHED and not _tells_of_else(reading)
        slip = channel is not None and not _tells_of_else(reading) and is_typing_slip(figure.value, Decimal(channel.count))
        if channel is not None and (channel.count in figure.span or publishes or slip):
            beside = (figure.where, figure.sentence)
            yield reading, channel


def _tells_of_else(reading: Reading) -> bool:
    """通过网站提交申请 9 件, 网站政策解读 12 条: what is counted is not what the channel published."""
    return any(token.kind in _ELSE for token in reading.figure.left)


def _words_before(part: PartText, reading: Reading) -> str:
    left = reading.figure.left
    return (
        part.plain.text[max(0, left[0].start - 30) : left[-1].end]
        .rpartition("，")[2]
        .rpartition("、")[2]
        .rpartition("；")[2]
        .rpartition("。")[2]
    )


def _stands_next(name: str, before: str) -> bool:
    at = before.rfind(name)
    between = before[at + len(name) :]
    return (
        at >= 0
        and len(between) <= _NEXT
        and not re.search("分别|中|里", between)  # 政府网站的信息中有 46 条工作动态
        and not any(char in "等和及与" or char.isdigit() for char in between)
    )


def _resembles(name: str, before: str) -> bool:
    """县政府网站 for 嘉祥县人民政府门户网站: any two characters in a row in common."""
    return any(name[at : at + 2] in before for at in range(len(name) - 1))


def _shortened(value: Decimal, before: str, names: Sequence[tuple[str, Channel]]) -> Channel | None:
    """微信 8420 条 for 省政府微信 8240: the end of one channel's name right before the figure, and a slip of its count."""
    ending = [channel for name, channel in names if len(name) > 2 and before.endswith(name[-2:])]
    return ending[0] if len(ending) == 1 and is_typing_slip(value, Decimal(ending[0].count)) else None


def _named_before(part: PartText, reading: Reading, names: Sequence[tuple[str, Channel]]) -> Channel | None:
    """门户网站上发布的信息全年仅有 203 条; 加强公众号运维，全年推送信息 165 条: the one channel that the sentence names.

    Everything behind its name, or behind the next ，, is a plain word of publishing in the whole year; what all channels
    published together and what is far from the channel's own figure are something else.
    """
    figure = reading.figure
    if figure.unit != "条" or figure.scope or figure.about or reading.quantity is not None:
        return None
    sentence = part.sentences[figure.sentence]
    own = sentence[figure.index]
    before = re.split(r"[。！？\n]", part.plain.text[max(0, own.start - _AGO) : own.start])[-1]
    called = [(word, channel) for name, channel in names for word in (name, *_QUOTED.findall(name)) if word in before]
    if len({id(channel) for _, channel in called}) != 1 or figure.value == sum(channel.count for _, channel in names):
        return None
    channel = called[0][1]
    at = max(before.rfind(word) + len(word) for word, _ in called)
    behind, comma, clause = before[at:].rpartition("，")
    behind, clause = (behind, clause) if comma else (clause, "")
    start = own.start - len(clause if comma else behind)
    words = [token for token in sentence[max(0, figure.index - _AGO) : figure.index] if token.start >= start]
    kinds = {token.kind for token in words}
    explained = sum(token.end - token.start for token in words) == own.start - start
    told_before = any(
        token.kind == "figure" and token.value == figure.unit for token in sentence[max(0, figure.index - _AGO) : figure.index]
    )
    alone = not told_before and not any(char in behind[:3] for char in _SEVERAL)
    is_plain = kinds <= _PLAIN and kinds & {"now", "year"}
    publishes = kinds & {"show", "publish"} or ("total" in kinds and re.search("发布|公开|推送|更新", before[at:]))
    near = abs(figure.value - channel.count) <= channel.count * _NEAR or is_typing_slip(figure.value, Decimal(channel.count))
    return channel if explained and alone and is_plain and publishes and near else None
