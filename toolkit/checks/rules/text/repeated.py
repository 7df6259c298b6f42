"""Check that what the text tells twice is told alike: a quantity, what was published, what a channel published."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

from toolkit.checks.catalogue import Case, rule
from toolkit.checks.finding import Finding
from toolkit.checks.narrative.candidates.readings import Reading
from toolkit.checks.narrative.candidates.slips import SMALL, has_swapped_neighbours, is_typing_slip
from toolkit.checks.narrative.findings import PART_NAMES, are_swapped, name_of, shown, span_of, words_finding, words_of
from toolkit.checks.narrative.relations.list_shapes import TextList
from toolkit.checks.rules.text.published import (
    all_published,
    channel_in,
    channel_of,
    channel_of_year,
    clause_before,
    is_of_row,
    last_channel,
    naming_clause,
    sentence_before,
    without_year,
    words_of_year,
)
from toolkit.report import Channel

GROUP = "文字与表格"
_VERBS_OF_EVENTS = re.compile(
    "答复|回复|回应|办理|处理|总共|一共|开展|组织|举办|举行|召开|承办|集中|发布|公开|制作|推出|编发|编制|刊发|进行|安排|^办|^开|^搞"
)
# words before a noun that make it another thing: 县级政务公开工作例会
_NARROWS = re.compile("受理|收集|参加|[省市县区镇乡村]级?|部门|机关|图文|图解|视频|公文")
_ORGAN = re.compile("^(?:街道|[镇乡县区市局](?=[举开组召发公制办]))")
_MOST_NOUNS = 100  # of one unit looked back at: time stays linear
_SHORT_NOUN, _LONG_NOUN = 3, 4  # characters of a noun that means one thing; the end of a longer one needs more
_WHOSE = re.compile("“[^”]{1,20}”|[省市县区镇乡局委厅办](?=(?:政府)?(?:门户)?网站)")
_PAIR = 2
_FAR = 80  # characters before a figure among which its channel is named
_BEHIND = 12  # characters behind a figure that name its channel
_QUOTED = re.compile("“([^”]{1,20})”")
_KIND = re.compile("(?:发布|推送|公开|更新|推出|发送)了?([一-鿿]{2,8})(?:信息|内容|文章|消息|稿件)[^，。；]{0,6}$")
_PLAINLY = re.compile(
    "(?:信息|文章|推文|内容|稿件|消息|推送|发布|更新|公开|推出|下来)(?:了|的|是|为|有|达|到|[合总共累]?计|一?共|仅|只)*$"
)
_ANY_KIND = frozenset(("各类", "政府", "政务", "各种", "相关", "政务公开", "政府公开", "有关"))
_LONGER = 1000  # figures of four digits are no accident, whatever the words
_EVENTS = frozenset(("次", "场", "场次", "期", "人次"))
_RUN, _LONG_RUN = 3, 6  # characters in a row that two figures of three digits, or of two, have in common
_LONG, _WORDS = 100, 40  # the least figure whose digits are no accident, characters before it that name what it counts


@rule("figure-twice", GROUP)
def check_figure_twice(case: Case) -> Iterator[Finding]:
    """figure-twice: 同一个数在第一、五、六部分（以及主动公开渠道）写成一样。

    Source: 实践。
    """
    first: dict[str, Reading] = {}
    for reading in case.text.readings:
        if not reading.sure or reading.quantity is None or reading.quantity.each or reading.takes_carried:
            continue
        before = first.setdefault(reading.quantity.name, reading)
        right = before.tie.state == reading.tie.state == "agrees"  # each is right in a meaning of its words
        if not before.figure.is_same_as(reading.figure) and not right:
            start, end = span_of(case.text.cells, reading)
            yield Finding(
                "figure-twice", "warning",
                f"{PART_NAMES[reading.figure.where]}写“{words_of(case.text.cells, reading)}”，"
                f"前面{PART_NAMES[before.figure.where]}写"
                f"“{words_of(case.text.cells, before)}”，说的都是{name_of(case.report.form, reading.quantity)}",
                expected=shown(before.figure.value), found=shown(reading.figure.value),
                where=reading.figure.where, start=start, end=end,
                next_step="请改成同一个数；如范围不同请写明",
            )  # fmt: skip
    reported: set[tuple[str, int]] = set()
    for find in (_differing_channels, _same_words_of_other_figures, _differing_wholes, _differing_parts):
        for finding in find(case):
            if (finding.where, finding.start) not in reported:
                reported.add((finding.where, finding.start))
                yield finding
    for one, other in _swapped_digits(case):
        if reported.isdisjoint((item.figure.where, item.figure.start) for item in (one, other)):
            yield _written_twice(" ", one, other)


def _same_words_of_other_figures(case: Case) -> Iterator[Finding]:
    """全年主动公开信息 386 条 … 全年主动公开信息 368 条: the same words of the same year, and no cell to compare them with.

    开展培训 12 场次 … 组织培训 21 场次: with another verb only a slip.
    """
    by_words: dict[tuple[str, str], Reading] = {}
    by_noun: dict[str, list[tuple[str, Reading]]] = {}
    for reading in case.text.readings:
        words, now = words_of_year(case, reading), reading.figure.value
        noun = _without_verb(words)
        same = by_words.setdefault((words, reading.figure.unit), reading) if words else reading
        if not same.figure.is_same_as(reading.figure):
            yield _written_twice(f"“{words}”", same, reading)
        elif noun:
            before = by_noun.setdefault(reading.figure.unit, [])
            like = next((one for name, one in before if _is_noun_of_both(name, noun)), None)
            if like is None:
                before[_MOST_NOUNS:] = []
                before.append((noun, reading))
            elif (
                not like.figure.is_same_as(reading.figure)
                and is_typing_slip(now, like.figure.value)
                and _are_of_one_noun(like, reading, noun)
            ):
                yield _written_twice(f"“{words}”", like, reading)


def _swapped_digits(case: Case) -> Iterator[tuple[Reading, Reading]]:
    """公众号推送 318 篇 … 公众号一年与读者见面的图文计 381 篇: two digits swapped, some of the words alike.

    The second of each pair is the one that is wrong: the later one, but not the total of a list that adds up.
    """
    by_digits: dict[tuple[str, ...], Reading] = {}
    totals = {id(entry.head) for entry in case.text.lists if entry.adds_up}
    for reading in case.text.readings:
        figure = reading.figure
        own = figure.scope != "other" or figure.value >= _LONGER  # 各科室合起来共 1263 条
        plain = own and not (figure.about or figure.one or figure.change)
        if (
            not plain
            or reading.quantity is not None
            or figure.year is not None
            or figure.value < SMALL
            or figure.unit in ("", "%")
        ):
            continue
        first = by_digits.setdefault((figure.unit, *sorted(shown(figure.value))), reading)
        apart = (first.figure.where, first.figure.sentence) != (figure.where, figure.sentence)
        if apart and has_swapped_neighbours(figure.value, first.figure.value) and _have_common_words(case, first, reading):
            yield (reading, first) if id(reading) in totals and id(first) not in totals else (first, reading)


def _have_common_words(case: Case, one: Reading, other: Reading) -> bool:
    channels = {last_channel(case, item, _WORDS) for item in (one, other)} - {""}
    if any(_is_of_months(case, item) for item in (one, other)) or len(channels) == _PAIR or _are_two(case, one, other):
        return False
    if one.figure.value >= _LONGER and one.figure.step is None:
        return True
    if one.figure.value < _LONG and one.figure.unit in _EVENTS:
        return False
    runs = [_runs_of_words(case, item, _RUN if one.figure.value >= _LONG else _LONG_RUN) for item in (one, other)]
    return not any(_counts_a_kind(case, item) for item in (one, other)) and not runs[0].isdisjoint(runs[1])


def _is_of_months(case: Case, reading: Reading) -> bool:
    """上半年，共公开信息 273 条: the words before a figure name a part of the year."""
    sentence = case.text.cells.by_where[reading.figure.where].sentences[reading.figure.sentence]
    return any(token.kind == "period" for token in sentence[: reading.figure.index])


def _counts_a_kind(case: Case, reading: Reading) -> bool:
    """全年推送原创信息 350 条: a kind of what was published, not all of it."""
    kind = _KIND.search(sentence_before(case, reading))
    return kind is not None and kind[1] not in _ANY_KIND


def _runs_of_words(case: Case, reading: Reading, size: int) -> frozenset[str]:
    """Every ``size`` characters in a row of the words before a figure."""
    words = re.sub("[^一-鿿]", " ", without_year(sentence_before(case, reading)[-_WORDS:]))
    return frozenset(run for at in range(len(words) - size + 1) if " " not in (run := words[at : at + size]))


def _is_noun_of_both(one: str, other: str) -> bool:
    """政策解读材料 and 解读材料, 政策解读 and 政策解读文章: the same noun, its end, or it with a word for papers behind."""
    short, long = sorted((one, other), key=len)
    if one == other or long in (f"{short}材料", f"{short}文章", f"{short}稿件"):
        return True
    return len(short) >= _LONG_NOUN and long.endswith(short) and not _NARROWS.search(long, 0, len(long) - len(short))


def _are_of_one_noun(one: Reading, other: Reading, noun: str) -> bool:
    """Figures of two digits, or small ones of which one is a total: 全年举办培训班 3 期 … 年内共办培训班 4 期."""
    totals = any(token.kind == "total" for item in (one, other) for token in item.figure.left)
    return min(one.figure.value, other.figure.value) >= SMALL or (totals and len(noun) >= _SHORT_NOUN)


def _differing_wholes(case: Case) -> Iterator[Finding]:
    """全年主动公开政府信息 312 条 … 全年累计公开各类信息 321 条: the year's whole, with a slip, in other words or as a sum."""
    sums = {id(entry.head) for entry in case.text.lists if _adds_channels(case, entry)}
    first: dict[str, Reading] = {}
    for reading in case.text.readings:
        kind = "" if id(reading) in sums else all_published(case, reading)
        before = reading if kind is None else first.setdefault(kind, reading)
        now, then = reading.figure.value, before.figure.value
        if reading.figure.is_same_as(before.figure) or not is_typing_slip(now, then):
            continue
        nouns = [_without_verb(words_of_year(case, one)) for one in (reading, before)]
        if not nouns[0] == nouns[1] != "":
            pair = (reading, before) if id(reading) in sums and id(before) not in sums else (before, reading)
            yield _written_twice("全年公开信息 ", *pair)  # a sum that fits its channels is right
    whole = first.get("")
    for item in case.text.readings if whole is not None else ():
        swapped = whole is not None and item.figure.unit == "条" and are_swapped(item.figure.value, whole.figure.value)
        if swapped and all_published(case, item, loosely=True) == "":
            earlier, later = (one for one in case.text.readings if one is item or one is whole)
            yield _written_twice("全年公开信息 ", earlier, later)


def _adds_channels(case: Case, entry: TextList) -> bool:
    """网站 203 条，公众号 118 条，公示栏 47 条，合计 368 条: every item is a channel's."""
    of_items = entry.head.figure.unit == "条" and len(entry.items) > 1 and entry.adds_up
    names = [channel_of(case, item) for item in entry.items] if of_items else []
    return len({*names}) > 1 and all(names)  # 门户网站 3347 条，其中环境质量类 1196 条、…: of one channel


def _differing_parts(case: Case) -> Iterator[Finding]:
    """共 1126 条，其中公众号 411 条 … 公众号全年推送 441 条: all that a channel published, with a slip in another place."""
    by_channel: dict[str, list[Reading]] = {}
    listed = [item for entry in case.text.lists if entry.adds_up and entry.head.figure.unit == "条" for item in entry.items]
    for item in [*listed, *(item for item in case.text.readings if is_of_row(case, item))]:
        by_channel.setdefault(channel_of(case, item), []).append(item)
    for item, one in case.text.channels:  # compared with the number of its channel, too
        by_channel.setdefault(channel_in(one.name), []).append(item)
    items = {id(item) for entries in by_channel.values() for item in entries}
    for reading in case.text.readings:
        channel = channel_of_year(case, reading) if id(reading) not in items else ""
        entries = by_channel.setdefault(channel, [reading]) if channel else []
        values, value = {item.figure.value for item in entries}, reading.figure.value
        slip = len(values) == 1 and is_typing_slip(value, entries[0].figure.value)
        slip = slip and not reading.figure.is_same_as(entries[0].figure)
        if slip and not _are_two(case, reading, entries[0]):
            yield _written_twice(f"“{channel}”", entries[0], reading)


def _are_two(case: Case, one: Reading, other: Reading) -> bool:
    """公众号“甲发布” and 公众号“乙发布”, 县网站 and 镇网站: one kind of channel, but not one channel."""
    first, second = (_WHOSE.findall(naming_clause(case, each)) for each in (one, other))
    return bool(first and second and first != second)


def _written_twice(words: str, before: Reading, reading: Reading) -> Finding:
    first, figure = before.figure, reading.figure
    where = "后面" if first.where == figure.where and first.start > figure.start else "前面"
    return words_finding(
        figure, "figure-twice", "warning",
        f"写{words}{figure.text}，{where}{PART_NAMES[first.where]}写 {first.text}，相差 {shown(abs(figure.value - first.value))}",
        expected=shown(first.value), found=shown(figure.value), next_step="请改成同一个数；如范围不同请写明",
    )  # fmt: skip


@lru_cache(maxsize=1024)
def _without_verb(words: str) -> str:
    words = _ORGAN.sub("", words).replace("网友", "网民")
    return _VERBS_OF_EVENTS.sub("", words) or words


def _differing_channels(case: Case) -> Iterator[Finding]:
    heads = {id(item): entry.head.figure.value for entry in case.text.lists if entry.adds_up for item in entry.items}
    for reading, channel in (*case.text.channels, *_channels_named_before(case)):
        figure = reading.figure
        if heads.get(id(reading)) == channel.count:
            continue  # 公众号推送了 24 条招生政策、61 条校园动态，合起来 85 条
        if channel.count not in figure.span and not (channel.approximate or figure.about) and not figure.one:
            yield words_finding(
                figure, "figure-twice", "warning",
                f"写“{channel.name}”{figure.text}，主动公开渠道填的是 {shown(channel.count)}，"
                f"相差 {shown(abs(figure.value - channel.count))}",
                expected=shown(channel.count), found=shown(figure.value), next_step="请核对文字和渠道条数，图用的是渠道条数",
            )  # fmt: skip


def _channels_named_before(case: Case) -> Iterator[tuple[Reading, Channel]]:
    """微信公众号关注用户增至 5.2 万人，…，全年推送信息 718 条 for 781: a slip of the channel that a clause before names."""
    by_name: dict[str, list[Channel]] = {}
    for channel in case.report.channels:
        by_name.setdefault(channel_in(channel.name), []).append(channel)
    alone = {name: channels[0] for name, channels in by_name.items() if name and len(channels) == 1}
    known = {id(reading) for reading, _ in case.text.channels}
    known |= {id(item) for entry in case.text.lists if entry.adds_up for item in (entry.head, *entry.items)}
    written = {reading.figure.value for reading in case.text.readings}
    for reading in case.text.readings if alone else ():
        figure = reading.figure
        if reading.quantity is not None or figure.unit != "条" or id(reading) in known:
            continue
        plainly = _PLAINLY.search(clause_before(case, reading)) and not _counts_a_kind(case, reading)
        named = alone.get(channel_in(naming_clause(case, reading))) if plainly else None
        far = alone.get(last_channel(case, reading, _FAR))  # 公众号由两名同志值守，一年下来推送的图文，计有 826 条
        if named is None and far is not None and figure.value >= _LONG:
            named = far if has_swapped_neighbours(figure.value, Decimal(far.count)) else None
        behind = case.text.cells.by_where[figure.where].plain.text[figure.place + len(figure.text) :][:_BEHIND]
        named = alone.get(channel_in(re.split("[，。；、和与及]", behind)[0]), named)  # 1680 条微信公众号图文
        quoted = _QUOTED.findall(naming_clause(case, reading))
        if named is None or any(name not in named.name for name in quoted):
            continue  # another account
        if named.count not in written and _is_slip(figure.value, Decimal(named.count)):
            yield reading, named


def _is_slip(value: Decimal, right: Decimal) -> bool:
    return min(value, right) >= SMALL and (
        has_swapped_neighbours(value, right) or (right >= _LONG and is_typing_slip(value, right))
    )
