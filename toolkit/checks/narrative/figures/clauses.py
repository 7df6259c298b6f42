"""Find every figure of a report's text with the words around it: takes one part, returns its sentences and figures.

A figure keeps its place in the text as written, its value, unit and approximate word, the words of its clause before and
after it, whose figure it is (the whole organ's, a part's, another body's) and of which year.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise

from toolkit.checks.narrative.figures.figure import Figure, PlacedSentence, figures_of
from toolkit.checks.narrative.figures.organs import is_own, other_organ, scopes
from toolkit.checks.narrative.figures.years import RUN, years_of
from toolkit.checks.narrative.plain_text import PlainText, plain_text
from toolkit.checks.narrative.tokens import Token, sentences_of, tokens_of
from toolkit.checks.narrative.tokens.chinese_numbers import possible_values
from toolkit.checks.narrative.tokens.vocabulary import KEYS
from toolkit.report import Organ

HARD = frozenset("，；：（）。！？\n")  # what ends the words that belong to a figure; 、 does not
_UNKNOWN = re.compile(r"[^一-鿿]")
_REFERRING = re.compile(
    "(?:^|[，。；：、（])(?:而)?(?:[后前头这那]|上述|以上|剩下的那|最[后早晚迟])$"
)  # 后两件没有公开: counted before
_AHEAD = 8  # characters looked at before the first token of a sentence
_NEW_COUNT = KEYS | {"total"}
_LABELLED = frozenset(("app", "carried_in", "carried_out", "outcome", "doc", "act", "review", "suit"))
_NAMES = frozenset(("applicant", "outcome", "reason", "result"))
_RESULTS = frozenset(("outcome", "reason", "result", "show"))
_COUNTED = frozenset(("outcome", "reason", "act"))  # named in brackets, and counted together
_SUMMING = frozenset(("soft", "total"))
_BRACKET = 8  # tokens of a bracket of names
_CHANGES = ("grow", "fall")
_VERB = 3  # characters of 变成, 跌到 between two levels


@dataclass(frozen=True, eq=False)
class PartText:
    """One part of the narrative (``narrative.overview``), read; equal to itself only, so what it holds can be cached by it."""

    where: str
    plain: PlainText
    sentences: tuple[tuple[Token, ...], ...]
    kinds: tuple[frozenset[str], ...]  # of the words of each sentence
    figures: tuple[Figure, ...]

    @cached_property
    def ends(self) -> tuple[int, ...]:
        """Where each sentence ends in the plain text, and the next begins."""
        return tuple([sentence[-1].end for sentence in self.sentences])

    def sentences_with(self, words: re.Pattern[str]) -> Iterator[tuple[int, int, int]]:
        """The sentences with a match of ``words``, which does not go beyond one: number, start and end in the plain text."""
        at, end = -1, 0
        for match in words.finditer(self.plain.text):
            if match.start() >= end and (at := bisect_right(self.ends, match.start())) < len(self.ends):
                end = self.ends[at]
                yield at, self.ends[at - 1] if at else 0, end


@lru_cache(maxsize=16)
def read_text(where: str, text: str, organ: Organ, year: int) -> PartText:
    """The sentences and figures of ``narrative.overview``, ``narrative.problems`` or ``narrative.other``.

    Nothing of it depends on the tables: the form, which checks the report after every key in a cell, reads a text once.
    """
    plain = plain_text(text, join_lines=True)
    sentences = tuple(sentences_of(tokens_of(plain.text), plain.text))
    kinds = tuple([frozenset([token.kind for token in sentence]) for sentence in sentences])
    results = [
        figure
        for at, sentence in enumerate(sentences)
        if "figure" in kinds[at]
        for figure in figures_of(PlacedSentence(organ, year, where, plain, sentence, at), _figures)
    ]
    return PartText(where, plain, sentences, kinds, tuple(results))


def _figures(placed: PlacedSentence) -> Iterator[Figure]:
    organ, this_year, where, at = placed.organ, placed.year, placed.where, placed.at
    plain, sentence = placed.plain, placed.tokens
    windows = _windows(sentence)
    ones = sum(token.chinese and token.number == 1 and bool(token.value) for token in sentence)  # not 一维持、一纠正
    whose, years = scopes(organ, plain.text, sentence), years_of(this_year, sentence)
    before, scope = 0, ""
    for index, (left, right) in windows.items():
        token = sentence[index]
        assert token.number is not None
        # another organ's figures go on to the next ； or to a word for one's own
        goes_on = scope == "other" and not any(word.kind == "scope" or word.value == "；" for word in sentence[before:index])
        scope = other_organ(organ, plain.text, left) or whose[index] or ("other" if goes_on else "")
        before = index
        year = years[index]
        if year is None and _is_former(sentence, index):
            year = this_year - 1
        start, end = plain.span(token.start, token.end)
        lead, one = _lead(organ, plain.text, sentence, index, left), _may_be_one_of_them(token, ones, plain.text)
        one = (
            one
            or _is_gap(plain.text, token)
            or _ONE_CASE.search(plain.text, max(0, token.start - _CASE), token.start) is not None
        )
        yield Figure(
            where, start, end, plain.original[start:end], token.number, token.value, token.about,
            possible_values(token.number, token.about), at, index, left, right, scope, year, lead, token.step, one,
            _is_change(left),
        )  # fmt: skip


def _is_change(left: tuple[Token, ...]) -> bool:
    if not any(token.kind in _CHANGES for token in left[-4:]):
        return False
    return not any(token.kind == "reach" for token in left)


def _is_gap(text: str, token: Token) -> bool:
    """无法提供与予以公开仅差 1 件: how much two differ."""
    return text[max(0, token.start - 2) : token.start].endswith(("差", "相差", "差了"))


# 其中最快的 1 件当日答复; 3 名村民各提出 1 件: how many each of them handed in; 摊到每月，答复 5 件: a rate
_ONE_CASE = re.compile(
    r"(?:最[快慢早晚迟长短]的?(?:申请|答复|案件)?|[\d一二两三四五六七八九十][名位户家人][^，；。、\d]{0,8}?(?:[各每]|分别)[^，；。、\d]{0,12}"
    r"|(?:摊到|分摊到|平均到|均摊到?|平均)[每各]?[月天日周季人][^，。；\d]{0,4}，[^，。；\d]{0,14})\Z"
)
_CASE = 24  # characters of those words


def _is_former(sentence: tuple[Token, ...], index: int) -> bool:
    """申请由 8 件增加到 12 件, 从 8 件变成 12 件: the first of the two is last year's."""
    if not index or sentence[index - 1].value != "from":
        return False
    behind = sentence[index + 1 : index + 3]
    second = next((token for token in behind if token.kind == "figure"), None)
    beside = second is not None and second.start - sentence[index].end <= _VERB and second.value == sentence[index].value
    return beside or (bool(behind) and behind[0].kind in ("reach", "grow", "fall"))


def _lead(organ: Organ, text: str, sentence: tuple[Token, ...], index: int, left: tuple[Token, ...]) -> int:
    before = index - len(left)  # the mark or figure that the words begin behind; the last of the words is the edge
    begin = sentence[before].end if before >= 0 else left[0].start
    if before < 0:  # the sentence may begin with characters that are no token
        begin -= len(_UNKNOWN.split(text[max(0, begin - _AHEAD) : begin])[-1])
    lead = max(0, left[0].start - begin)
    return 0 if lead >= len("某镇") and is_own(organ, text[begin : begin + lead]) else lead


def _may_be_one_of_them(token: Token, ones: int, text: str) -> bool:
    """部分公开的一件, 每一件, 收到一件、办结一件, and 两项 for two of the kinds just named."""
    if not token.chinese:
        return False
    if _REFERRING.search(text[max(0, token.start - 3) : token.start]):
        return True
    singled_out = text[max(0, token.start - 1) : token.start] in tuple("的这那每同任某第逐凡哪无没")
    denied = text[max(0, token.start - 2) : token.start] in ("没有", "未有", "并无", "都无")
    denied |= token.number == 1 and _DENIED_BEFORE.search(text, max(0, token.start - _DENIAL), token.start) is not None
    none = token.number == 1 and _DENIED_BEHIND.match(text, token.end) is not None
    return token.value == "项" or denied or none or (token.number == 1 and bool(token.value) and (ones > 1 or singled_out))


_DENIED_BEFORE = re.compile("没有?[^，。；：、\\d]{1,8}(?:[下过出走]|(?<!收)到)\\Z")  # 没有给明年留下一件
_DENIAL = 12  # characters of it
# 诉讼一件也没有, 一件不落; 一件不予公开, 五件未办结 are counts
_DENIED_BEHIND = re.compile("[也都均皆](?:[没未]|无(?!法))|没有|未发生|无(?!法)|不[落漏少剩差]")


def _windows(sentence: tuple[Token, ...]) -> dict[int, tuple[tuple[Token, ...], tuple[Token, ...]]]:
    """The words before and after each figure, by its index; 分别 deals out the words before it one by one."""
    windows: dict[int, tuple[tuple[Token, ...], tuple[Token, ...]]] = {}
    figures = [index for index, token in enumerate(sentence) if token.kind == "figure"]
    labels = _labels_applications(sentence)
    for index in figures:
        first, last = _first_word(sentence, index, labels=labels), index + 1
        shared = False  # 余下 4 件分别属于不予公开、无法提供和不予处理
        while last < len(sentence) and not _ends(sentence[last]) and (shared or _goes_on(sentence, last)):
            shared = shared or sentence[last].kind == "respectively"
            last += 1
        edge = Token("edge", "", sentence[index].start, sentence[index].start)
        windows[index] = (*sentence[first:index], edge), (_after(sentence[index]), *sentence[index + 1 : last])
    named: set[int] = set()  # figures whose name stands before them, right behind the one before
    for index, following in pairwise(figures):
        left, right = windows[index]
        windows[index] = left, _without_names(sentence, right, following)
        if len(windows[index][1]) < len(right):
            named.add(following)
    _join_counts_of_clause(sentence, [index for index in figures if index not in named], windows)
    for index, token in enumerate(sentence):
        if token.kind == "respectively":
            _deal_out(sentence, index, windows)
    return windows


def _goes_on(sentence: tuple[Token, ...], at: int) -> bool:
    """6 件是科研机构、律所和其他组织的: a 、 between names that no figure follows parts nothing."""
    if sentence[at].value != "、":
        return True
    names = [_side_named(token) for token in sentence[at - 1 : at + 2 : 2]] if at else []
    if len(names) < 2 or not names[0] or names[1] not in (names[0], "other" if names[0] == "outcome" else ""):
        return False
    end = at
    while end < len(sentence) and end - at < _BRACKET and not _ends(sentence[end]):
        end += 1
    return not (end < len(sentence) and sentence[end].kind == "figure")


def _side_named(token: Token) -> str:
    """企业、律所 name kinds of applicants, 部分公开、另行制作 and, among them, 信访 what became of an application."""
    if token.kind == "part":
        return "applicant" if token.value in ("person", "firm") else ""
    return "outcome" if token.kind == "reason" else token.kind if token.kind in (*_NAMES, "other") else ""


def _without_names(sentence: tuple[Token, ...], right: tuple[Token, ...], following: int) -> tuple[Token, ...]:
    """15 件来自科研机构（1 件）、公益组织（1 件）: the name right before a figure in brackets is that figure's."""
    mark = sentence[following - 1]
    named = [token.kind for token in right if token.kind in KEYS]
    beside = right and right[-1] is mark and mark.kind in _NAMES and mark.end == sentence[following].start
    if beside and named[:1] == ["app"]:  # 70 件申请来自自然人 47 件
        return right[:-1]
    if _is_of_next(sentence, right, following):
        return right[:-1]
    if mark.value != "（" or not right or right[-1].end != mark.start or right[-1].kind not in KEYS:
        return right
    return right[:-1]


def _is_of_next(sentence: tuple[Token, ...], right: tuple[Token, ...], following: int) -> bool:
    """19 件的结果是公开 10 件、部分公开 2 件: a result that is the only word between two figures, and right before the second."""
    mark, behind = sentence[following - 1], sentence[following + 1 : following + 2]
    beside = bool(right) and right[-1] is mark and mark.kind in _RESULTS and mark.end == sentence[following].start
    ends = not behind or (behind[0].kind == "sep" and behind[0].start == sentence[following].end)
    return beside and ends and right[0].end < mark.start and not any(token.kind in KEYS for token in right[:-1])


def _first_word(sentence: tuple[Token, ...], index: int, *, labels: bool) -> int:
    """Where the words before a figure begin: at the last mark or figure, or before it when nothing is between."""
    first = _clause_start(sentence, index)
    if (
        first
        and first < index
        and sentence[first - 1].value == "）"
        and {token.kind for token in sentence[first:index]} <= _SUMMING
    ):
        opened = _opened(sentence, first - 1)
        if sum(token.kind in _COUNTED for token in sentence[opened:first]) > 1:
            return opened  # 其余三类（无法提供、不予处理、其他处理）合并为 37 件
    if first < index or not first:
        return first
    mark = sentence[first - 1].value
    if mark == "）":  # 公开类（予以公开和部分公开）15 件
        return _opened(sentence, first - 1)
    if mark == "（" or (labels and _is_label(sentence, index)):  # 予以公开（6 件）
        return _clause_start(sentence, first - 1)
    return first


def _clause_start(sentence: tuple[Token, ...], index: int) -> int:
    while index and not _ends(sentence[index - 1]):
        index -= 1
    return index


def _opened(sentence: tuple[Token, ...], closed: int) -> int:
    """Where the names begin of a bracket that ends at ``closed``; the bracket's end when it has figures."""
    first = closed
    while first and closed - first < _BRACKET and sentence[first - 1].kind != "figure" and sentence[first - 1].value != "（":
        first -= 1
    if first and sentence[first - 1].kind == "figure":  # 公开（包括部分公开 4 件）18 件
        opened = next((at for at in range(first - 1, max(-1, closed - _BRACKET), -1) if sentence[at].value == "（"), -1)
        includes = opened > 0 and sentence[opened + 1].kind == "among"
        return _clause_start(sentence, opened) if includes else closed + 1
    # 未能满足的（包括不予公开和无法提供）11 件
    several = sum(token.kind in _COUNTED for token in sentence[first:closed]) > 1
    if sentence[first].kind == "among" and first > 1 and not several:  # 公开类（含部分公开）240 件: those before count too
        return _clause_start(sentence, first - 1)
    summing = {token.kind for token in sentence[first:closed]} <= _SUMMING
    if summing and any(token.kind == "total" for token in sentence[first:closed]) and first > 1:
        return _clause_start(sentence, first - 1)  # 行政复议和行政诉讼（两项相加）4 件
    named = any(token.kind in KEYS for token in sentence[first:closed])
    return first if named and first and sentence[first - 1].value == "（" else closed + 1


def _labels_applications(sentence: tuple[Token, ...]) -> bool:
    """受理数：2680 件 may be about anything; 申请, 新收 or 上年结转 in the sentence make it one of applications."""
    kinds = {token.kind for token in sentence}
    named = bool(kinds & _LABELLED) or any(token.value == "fresh" for token in sentence)
    elsewhere = "other" in kinds or ("act" in kinds and kinds & {"new", "handled"})  # 行政许可：受理数…，办结数…
    return named and not elsewhere


def _is_label(sentence: tuple[Token, ...], index: int) -> bool:
    """收到申请数：18 件；结转数：1 件: a name, ：, a figure and nothing else; 申请办理情况：5 件予以公开 is another matter."""
    behind = sentence[index + 1 : index + 2]
    alone = not behind or (behind[0].kind == "sep" and behind[0].start == sentence[index].end)
    mark = sentence[index - 1] if index else None
    return alone and mark is not None and mark.value == "：" and mark.end == sentence[index].start


def _after(token: Token) -> Token:
    return Token("edge", "", token.end, token.end)


def _ends(token: Token) -> bool:
    return token.kind == "figure" or (token.kind == "sep" and token.value in HARD)


def _join_counts_of_clause(
    sentence: tuple[Token, ...], figures: Sequence[int], windows: dict[int, tuple[tuple[Token, ...], tuple[Token, ...]]]
) -> None:
    """``10件予以公开、2件不予公开``: when the first figure of a clause has its words behind it, so have the others."""
    behind = False
    for at, index in enumerate(figures):
        left, right = windows[index]
        previous = figures[at - 1] if at else -1
        if at == 0 or any(token.kind == "sep" and token.value in HARD for token in sentence[previous + 1 : index]):
            kinds = {token.kind for token in right}
            behind = not any(token.kind in KEYS for token in left) and bool(kinds & KEYS) and "share" not in kinds
        elif behind and not any(token.value == "inside" for token in sentence[previous + 1 : index]):
            # not 40 件申请中由企业提出的有 9 件
            windows[index] = (left[-1:], right)


def _deal_out(sentence: tuple[Token, ...], at: int, windows: dict[int, tuple[tuple[Token, ...], tuple[Token, ...]]]) -> None:
    """``A、B分别为3件、2件``: the first figure is A's, the second B's; when they do not pair off, neither's."""
    figures = [index for index in range(at + 1, _end_of_run(sentence, at)) if sentence[index].kind == "figure"]
    if len(figures) < 2:
        return
    first = at
    while (
        first
        and at - first < RUN
        and not (
            sentence[first - 1].kind == "figure" or (sentence[first - 1].kind == "sep" and sentence[first - 1].value in HARD)
        )
    ):
        first -= 1
    names = [token for token in sentence[first:at] if token.kind in KEYS and token.kind not in ("app", "docverb", "doc")]
    if len(names) != len(figures) and any(token.kind == "outcome" for token in names):
        names = [token for token in names if token.kind == "outcome"]  # 作出予以公开、部分公开答复的分别为 39 件、14 件
    names = names or [token for token in sentence[first:at] if token.kind == "docverb"]
    topic = tuple(token for token in sentence[first:at] if token.kind in ("app", "doc", "show"))
    for order, index in enumerate(figures):
        edge = Token("edge", "", sentence[index].start, sentence[index].start)
        name = (names[order],) if len(names) == len(figures) else ()
        # the name stands next to its figure, so that what lies between is not counted as unknown
        beside = tuple(Token(token.kind, token.value, edge.start, edge.start) for token in (*topic, *name)) if name else ()
        windows[index] = (*beside, edge), ()


def _end_of_run(sentence: tuple[Token, ...], at: int) -> int:
    end = at + 1
    while end < min(len(sentence), at + RUN) and not (sentence[end].kind == "sep" and sentence[end].value in "；（）。\n"):
        if (
            sentence[end].kind == "sep"
            and sentence[end].value == "，"
            and any(token.kind in _NEW_COUNT for token in sentence[end : end + 3])
        ):
            break
        if sentence[end].kind in ("compare", *_CHANGES) and sum(token.kind == "figure" for token in sentence[at:end]) > 1:
            break  # 分别为 200 条和 240 条，增长 20%
        end += 1
    return end
