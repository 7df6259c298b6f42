"""Pick a sentence of the report's own text for a subject: whole, word for word, short enough for a picture."""

from __future__ import annotations

import re

from toolkit.core.text import printable

SHORTEST, LONGEST = 14, 70  # characters
_SENTENCE = re.compile(r"[^。！？\n]+[。！？]?")
_NUMBERED = re.compile(r"^(?:[（(][一二三四五六七八九十\d]{1,3}[）)]|[一二三四五六七八九十\d]{1,3}[.．、](?!\d)|[一二三四五]是)")
# a sentence that leans on the one before it
_LEANING = re.compile(r"^(?:其中|同时|此外|另外|但|并|也|因此|为此|对此|这|该|上述|以上|如下|针对)")
_FIGURES = re.compile(r"\d+")
_FEW = 2
_AHEAD = re.compile(r"[：:]|如下|以下")

SUBJECTS: dict[str, re.Pattern[str]] = {
    "channels": re.compile("公众号|门户网站|政府网站|公开栏|公开专栏|公告屏|广播"),
    "outcomes": re.compile("办结|按时答复|按期答复|予以公开|答复.{0,6}率|受理渠道|申请渠道"),
    "applicants": re.compile("申请人|自然人|企业.{0,4}提出|申请.{0,8}集中|申请内容"),
    "years": re.compile("比上年|较上年|同比|比去年|较去年|与上年"),
    "next_steps": re.compile("下一步|今后|将.{0,12}(?:加强|完善|提高|推进|规范|建立)|加强|完善|提高|每月|每季|每周"),
}


def own_sentence(text: str, subject: re.Pattern[str], used_sentences: set[str]) -> str:
    """A sentence about a subject that can stand alone, "" when there is none; noted in ``used_sentences``, to be used once.

    Of several the first with few figures: those stand in large type beside it.
    """
    sentences = (_NUMBERED.sub("", match[0].strip()).strip() for match in _SENTENCE.finditer(printable(text)))
    fitting = [item for item in sentences if item not in used_sentences and subject.search(item) and _stands_alone(item)]
    chosen = min(fitting, key=lambda item: max(0, len(_FIGURES.findall(item)) - _FEW), default="")
    used_sentences.add(chosen)
    return chosen


def _stands_alone(sentence: str) -> bool:
    fits = SHORTEST <= len(sentence) <= LONGEST and sentence.endswith(("。", "！"))
    return fits and not _LEANING.match(sentence) and not _AHEAD.search(sentence)
