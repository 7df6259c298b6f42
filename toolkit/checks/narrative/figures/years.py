"""Find the year that each word of a sentence is about: 去年, 2023年, 历年, 明年, and back to the report's own.

Takes the tokens of a sentence and the report's year, returns a year for each token.
"""

from __future__ import annotations

from itertools import pairwise, takewhile

from toolkit.checks.narrative.tokens import Token

_CLAUSE = 12  # tokens behind a year that say what it left
_TOLD_BESIDE = 2  # tokens from a year to its figure
RUN = 60  # tokens on either side of 分别


def years_of(year: int, sentence: tuple[Token, ...]) -> list[int | None]:
    """For each token the other year it is about, ``None`` for the report's year."""
    years: list[int | None] = []
    current: int | None = None
    bases = _bases(year, sentence)
    opened: int | None = None  # the year that was spoken of before the bracket
    begins = keeps = _begins_with_year(sentence)  # 2023年，我镇全年收到 8 件、年末结转 1 件
    for index, token in enumerate(sentence):
        before = sentence[index - 1] if index else None
        behind = sentence[index + 1] if index + 1 < len(sentence) else None
        if token.kind == "now":
            current = current if _is_of_that_year(token, before, behind, keeps=keeps) else None
        elif token.kind == "next":
            current = year + 1
        elif token.kind == "range" or (token.kind == "year" and before is not None and before.kind == "range"):
            current = 0  # 2022年至2024年: several years together, whichever stands behind
        elif token.kind == "year" and (
            int(token.value) < year - 1 or not (_consumed(before, behind) or _left_over(sentence, index, year))
        ):
            current = None if int(token.value) == year else int(token.value)
        elif token.kind == "past" and not (_consumed(before, behind) or _carries_on(sentence, index)):
            current = _past_year(token, year, current, before)
        elif token.kind == "sep" and token.value in "（）":
            current, opened = _at_bracket(token.value, current, opened)
            named = _year_of_bracket(sentence, index)
            keeps = begins or named is not None
            current = current if named is None else _base_year(named, year)
        elif (token.kind == "sep" and token.value in "；\n") or (token.kind in ("grow", "fall", "reach")):
            current = None
        elif token.kind == "figure" and current is not None and _is_told_beside(sentence, index):
            years.append(current)
            current = None  # 收件 55 件、上年 3 件，合计 58 件: last year's is that one figure
            continue
        years.append(bases.get(index, current))
    return years


def _at_bracket(mark: str, current: int | None, opened: int | None) -> tuple[int | None, int | None]:
    """The year behind a bracket is the one before it: 同比增长三成（2019年为 40 件），上年结转 2 件."""
    return (current, current) if mark == "（" else (opened, None)


def _year_of_bracket(sentence: tuple[Token, ...], index: int) -> Token | None:
    """（上年制发 12 件、年末有效 74 件）, 较上一年度（复议 3 件、诉讼 1 件）: a year of all in a bracket."""
    if sentence[index].value != "（":
        return None
    behind = sentence[index + 1] if index + 1 < len(sentence) else None
    compared = index > 1 and sentence[index - 2].kind == "compare" and _is_past(sentence[index - 1])
    return sentence[index - 1] if compared else behind if behind is not None and _is_past(behind) else None


def _is_of_that_year(token: Token, before: Token | None, behind: Token | None, *, keeps: bool) -> bool:
    """去年全年, 去年年底: still that year; 去年年底结转 1 件 goes from that year to this."""
    over = _is_past(before) and behind is not None and behind.kind == "carry"
    return token.value == "same" or (token.value in ("end", "within") and (keeps or _is_past(before)) and not over)


def _bases(year: int, sentence: tuple[Token, ...]) -> dict[int, int]:
    """The figures that this year's are compared with, and their years: 比2024年的168件增长 24.9%."""
    bases: dict[int, int] = {}
    for index, token in enumerate(sentence):
        if token.kind in ("year", "past", "carried_in") and _is_base(sentence, index):
            bases[index + (2 if sentence[index + 1].kind == "soft" else 1)] = _base_year(token, year)
    return bases


def _is_base(sentence: tuple[Token, ...], index: int) -> bool:
    if not index or sentence[index - 1].kind != "compare":
        return False
    behind = sentence[index + 1 : index + 4]
    at = 1 if behind and behind[0].kind == "soft" else 0
    goes_on = len(behind) > at + 1 and behind[at + 1].kind in ("grow", "fall", "sep", "flat")
    return goes_on and behind[at].kind == "figure" and behind[at].value != "%"


def _base_year(token: Token, year: int) -> int:
    return int(token.value) if token.kind == "year" else (year - 1 if token.value == "last" else 0)


def _carries_on(sentence: tuple[Token, ...], index: int) -> bool:
    """上年 2 件结转: the figure is between the year and what became of it; 去年未了的 2 件 came into this year."""
    words = [*takewhile(lambda token: token.kind not in ("figure", "sep"), sentence[index + 1 : index + _CLAUSE])]
    at = index + 1 + len(words)
    undone = any(token.kind == "neg" for token in words) and at < len(sentence) and sentence[at].kind == "figure"
    return undone or [token.kind for token in sentence[index + 1 : index + 3]] == ["figure", "carry"]


def _left_over(sentence: tuple[Token, ...], index: int, year: int) -> bool:
    """2023年没有走完程序的 4 件, 1 件是2023年没办完留下的 in the report of 2024: they came into this year."""
    return int(sentence[index].value) == year - 1 and (_carries_on(sentence, index) or _was_left(sentence, index))


def _was_left(sentence: tuple[Token, ...], index: int) -> bool:
    """The figure is before the year, what was not done behind it: 1 件是2023年没办完的."""
    first = index - 1
    while first > 0 and sentence[first].kind == "soft":
        first -= 1
    clause = [*takewhile(lambda token: token.kind not in ("figure", "sep"), sentence[index + 1 : index + _CLAUSE])]
    undone = any((one.kind, other.kind) == ("neg", "handled") for one, other in pairwise(clause))
    return sentence[first].kind == "figure" and sentence[index - 1].value == "is" and undone


def _is_told_beside(sentence: tuple[Token, ...], index: int) -> bool:
    """新收 55 件、上年 3 件; 接收 3 件，加上 2023年的 1 件: the year next to its figure, behind a figure of this year."""
    first = index - 1
    while first > 0 and sentence[first].kind == "soft":
        first -= 1
    if first < 1 or sentence[first].kind not in ("past", "year") or index - first > _TOLD_BESIDE:
        return False
    row = sentence[first - 1].kind == "sep" and sentence[first - 1].value in "、，"
    near = sentence[index].start - sentence[first].end <= 1
    return row and near and any(token.kind == "figure" for token in sentence[max(0, first - RUN) : first])


def _is_past(token: Token | None) -> bool:
    """去年全年: the words next to it are of that year."""
    return token is not None and (token.kind == "year" or (token.kind == "past" and token.value == "last"))


def _begins_with_year(sentence: tuple[Token, ...]) -> bool:
    """2023年，我镇全年收到…, 去年全年收到…: a year and who did it, right before the first word that counts."""
    first = next((at for at, token in enumerate(sentence) if token.kind not in ("mask", "sep")), len(sentence))
    if first == len(sentence) or not _is_past(sentence[first]):
        return False
    previous = sentence[first]
    for token in sentence[first + 1 :]:
        if token.start > previous.end or token.value in ("；", "："):
            return False
        if token.kind not in ("scope", "now", "sep", "total"):
            return token.kind in ("new", "handled", "publish", "show", "app", "docverb")
        previous = token
    return False


def _past_year(token: Token, year: int, current: int | None, before: Token | None) -> int | None:
    """去年 is last year, 历年 are several (0); 今年以来 is this year, 2019年以来 several."""
    if token.value == "since":
        this_year = current is None and before is not None and before.kind in ("now", "year")
        return None if this_year else 0
    return year - 1 if token.value == "last" else 0


def _consumed(before: Token | None, behind: Token | None) -> bool:
    """较2023年, 与上年相比: said for comparison; 2023年结转: part of the name of a row."""
    if before is not None and before.kind in ("carried_in", "carried_out"):
        return True
    if behind is not None and behind.kind in ("carry", "carried_in", "carried_out", "compare", "grow", "fall", "flat"):
        return True
    return before is not None and before.kind in ("compare", "carry")
