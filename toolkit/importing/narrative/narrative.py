"""Sort the lines of a report into title, preamble and the text of the parts, and give lost numbers back.

In: the pieces of a source. Out: a ``TextReading``. A heading of the second rank that lost its number (（一）…) gets it
back where the numbers around it leave one place, or where a style or its shape shows that it is one; each such place
is reported. Everything else stays as it is written.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from toolkit.importing.narrative.facts import FoundTitle, find_periods, find_title, title_of
from toolkit.importing.narrative.headings import FoundHeading, find_headings
from toolkit.importing.narrative.sorting import text_of
from toolkit.importing.source import Image, Line, Piece
from toolkit.importing.wording import fold, one_line
from toolkit.report.read_form import Observation

CHINESE = ("", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十", *(f"十{n}" for n in "一二三四五六七八九"), "二十")
_SECOND = re.compile(r"[（(]([一二三四五六七八九十]{1,3})[）)]")
_LONGEST_TITLE = 40
_NO_HEADING = re.compile(r"[。；：！？，、…”）)]$|^[0-9（(]|^[一二三四五六七八九十]{1,3}、")
_CHART_CAPTION = re.compile(r"图 ?[0-9]{1,2}[ \u3000](.{1,60}|.+?：\w{2,5}图，.*)")
# what our own files add to the words of the form: the line on the checks, captions, links, the words under the data code
_OWN = re.compile(
    r"校验说明[：:]? ?按规则版本.*|〔见工作表：.*〕|表[一二三四][ \u3000].{4,40}|下载填报数据（.*）"
    r"|(数据码(（\d{1,2}/\d{1,2}）)?[ \u3000]*)+"
)
_PAGE_NUMBER = re.compile(r"[-—－–]+ ?[0-9]{1,3} ?[-—－–]+")
_CLOSING = re.compile(
    r"(\d{4}|[二〇○零一二三四五六七八九]{4})年.{1,3}月.{1,3}日|（?(此件)?(主动|依申请)公开）?|附件?[：:].*|打印|关闭|【.{2,6}】.*"
)
_LONE_NUMBER = re.compile(r"[一二三四五六]、?")  # the number of the next heading, on a line of its own
# what trial versions of programs print into a file: a line without a Chinese word
_TRIAL = re.compile(
    r"(?!.*[\u3400-\u9fff])"
    r"(?:Evaluation (?:Only|Warning)\b|Created with an evaluation copy of |.{0,40}(?:Aspose|Spire)\.[A-Z]\w+).{0,200}"
)
_NO_TEXT = (_OWN, _TRIAL, _CHART_CAPTION, _PAGE_NUMBER, _LONE_NUMBER)


@dataclass(frozen=True)
class TextReading:
    """The words of one report. ``parts`` are the texts of the narrative parts; ``charts`` what pictures say of themselves."""

    title: FoundTitle | None
    preamble: str
    parts: Mapping[str, str]
    headings: Mapping[str, FoundHeading]
    pictures: tuple[str, ...] = ()  # parts in which a picture stands
    charts: tuple[str, ...] = ()
    observations: tuple[Observation, ...] = ()
    lines: Mapping[str, Sequence[Line]] = field(default_factory=dict)  # of each part, before lost numbers are put back


def read_words(pieces: Sequence[Piece], page_title: str) -> TextReading:
    """Title, preamble and parts of one source."""
    items = list(text_of(pieces))
    lines = [item.text if isinstance(item, Line) else "" for item in items]
    headings = find_headings(lines)
    starts = sorted((heading.line, key) for key, heading in headings.items())
    first = starts[0][0] if starts else min(len(items), 12)
    title = find_title(lines[:first]) or (title_of(page_title) if page_title else None)
    begin = _after_title(lines[:first], title)
    observations: list[Observation] = []
    parts: dict[str, str] = {}
    bodies: dict[str, Sequence[Line]] = {}
    ends = {key: (starts[at + 1][0] if at + 1 < len(starts) else len(items)) for at, (_, key) in enumerate(starts)}
    for line, key in starts:
        body = _body(items[line + 1 : ends[key]], last=key == starts[-1][1], organ=title.organ if title else "")
        bodies[key] = body
        restored, numbers = restore_numbers(body, key)
        observations += numbers
        parts[key] = "\n".join(restored)
    charts = tuple(text for text in map(_words_of, items) if "条形图" in text or "不再绘制渠道分布图" in text)
    return TextReading(
        title=title,
        preamble="\n".join(one_line(line.text) for line in _body(items[begin:first], last=False, organ="")),
        parts=parts,
        headings=headings,
        pictures=tuple(key for line, key in starts if any(isinstance(item, Image) for item in items[line : ends[key]])),
        charts=charts,
        observations=tuple(observations),
        lines=bodies,
    )


def years_of(pieces: Sequence[Piece], page_title: str) -> Sequence[int]:
    """The year in the title of a report, or those of its statistical period where no title has a year."""
    words = read_words(pieces, page_title)
    return (words.title.year,) if words.title and words.title.year else find_periods(words.preamble)


def _after_title(lines: Sequence[str], title: FoundTitle | None) -> int:
    """Where the preamble begins: behind the title, which may stand there twice (cover and text)."""
    if title is None or title.text != _joined(lines, title):
        return next((at for at, line in enumerate(lines) if len(line) > 40 and "。" in line), len(lines))
    begin = title.last + 1
    again = find_title(lines[begin:])
    while again and again.text == title.text:
        begin += again.last + 1
        again = find_title(lines[begin:])
    return begin


def _joined(lines: Sequence[str], title: FoundTitle) -> str:
    return "".join("".join(one_line(line).split()) for line in lines[title.first : title.last + 1])


def _body(items: Sequence[Line | Image], *, last: bool, organ: str) -> list[Line]:
    """The paragraphs of one part, without what charts and the checking line add, and without signature and date."""
    lines = [replace(item, text=one_line(item.text)) for item in items if isinstance(item, Line)]
    body = [line for line in lines if line.text and not any(pattern.fullmatch(line.text) for pattern in _NO_TEXT)]
    while last and body and (_CLOSING.fullmatch(fold(body[-1].text)) or fold(body[-1].text) == fold(organ)):
        body.pop()
    return body


def _words_of(item: Line | Image) -> str:
    return item.alt if isinstance(item, Image) else item.text


def restore_numbers(lines: Sequence[Line], part: str) -> tuple[list[str], list[Observation]]:
    """The texts of one part with lost numbers of the second rank put back, and an observation for each."""
    numbers = [_number(line.text) for line in lines]
    numbers_given: dict[int, int] = {}
    printed = [(at, number) for at, number in enumerate(numbers) if number]
    bounds = [(-1, 0), *printed, (len(lines), None)]
    for (at, before), (until, after) in itertools.pairwise(bounds):
        between = (after - before - 1) if after is not None and before is not None else None
        candidates = [place for place in range(at + 1, until) if _is_title_like(lines, place, bool(printed))]
        styled = [place for place in candidates if lines[place].level]
        if between is None:
            # behind the last number: shape alone is enough only where numbers were kept before it
            chosen = styled if styled or not printed else candidates
        else:
            chosen = candidates if len(candidates) == between else styled if len(styled) == between else []
        for count, place in enumerate(chosen, 1):
            numbers_given[place] = (before or 0) + count
    texts, observations = [], []
    for at, line in enumerate(lines):
        if at in numbers_given and numbers_given[at] < len(CHINESE):
            number = f"（{CHINESE[numbers_given[at]]}）"
            observations.append(
                Observation(
                    "number-restored", f"小标题“{line.text}”丢失了序号，已补为{number}", line.place,
                    where=f"narrative.{part}", expected=number + line.text, found=line.text, next_step="请对照原文核对",
                )
            )  # fmt: skip
            texts.append(number + line.text)
        else:
            texts.append(line.text)
    return texts, observations


def _number(text: str) -> int:
    match = _SECOND.match(text)
    return CHINESE.index(match[1]) if match and match[1] in CHINESE else 0


def _is_title_like(lines: Sequence[Line], at: int, numbered: bool) -> bool:
    """A short line without an end mark, with text under it; in a part without any numbers only a style counts."""
    text = lines[at].text
    if len(text) > _LONGEST_TITLE or len(text) < 4 or _NO_HEADING.search(text):
        return False
    if not (numbered or lines[at].level):
        return False
    follows = lines[at + 1].text if at + 1 < len(lines) else ""
    return bool(follows) and not _SECOND.match(follows)


def headings_in_order(headings: Mapping[str, FoundHeading]) -> tuple[str, ...]:
    """The headings as the source has them, in the order of the text."""
    return tuple(heading.text for heading in sorted(headings.values(), key=lambda item: item.line))
