"""Compute every multiple of last year's figure again: 是上年的 1.5 倍, 比上年翻一番, 为去年同期的 150%.

Takes the text with its cells and both years' reports, returns growths whose ``said`` and ``expected`` are times last
year's figure. Without last year's report nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from toolkit.checks.narrative.candidates.fitting import sum_of
from toolkit.checks.narrative.candidates.quantity import Quantity, unknown_inside
from toolkit.checks.narrative.candidates.readings import Reading, TextReading, last_before
from toolkit.checks.narrative.relations.both_years import told_years
from toolkit.checks.narrative.relations.growth import Growth, Verdict, is_subject
from toolkit.checks.narrative.tokens import Token

_NEAR = 8  # tokens between the figure and the words that say how many times it is
_LOOSE = Decimal("0.1")  # 翻一番, 两倍, 近三倍 are said of what is a tenth more or less


@dataclass(frozen=True, slots=True)
class _Multiple:
    """``said`` times last year's figure, at token ``at``, right within ``near``; without a figure for 翻番."""

    at: int
    said: Decimal
    own: Reading | None = None
    near: Decimal | None = None


def find_ratios(text: TextReading) -> tuple[Growth, ...]:
    """Every multiple of a figure tied to cells."""
    return tuple(_all_ratios(text))


def _all_ratios(text: TextReading) -> Iterator[Growth]:
    for (where, at), readings in text.by_sentence.items():
        sentence = text.by_where[where].sentences[at]
        for multiple in _multiples(sentence, readings):
            before = last_before(readings, multiple.at)
            if before is None:
                continue
            subject = is_subject(before) and _compares(text, sentence, before, multiple.at)
            growth = _against_last_year(text, before, multiple) if subject else None
            growth = growth or _of_told_years(text, sentence, readings, before, multiple)
            if growth is not None:
                token = sentence[multiple.at]
                yield replace(growth, until=text.by_where[where].plain.span(token.start, token.end)[1])


def _multiples(sentence: tuple[Token, ...], readings: list[Reading]) -> Iterator[_Multiple]:
    for at, token in enumerate(sentence):
        if token.kind == "times":
            yield _Multiple(at, Decimal(token.value))
    for reading in readings:
        figure = reading.figure
        # 是上年的, 为去年同期的: 的 next to the figure, the year before it
        words = figure.left[-4:-1]
        of_last = bool(words) and words[-1].kind == "soft" and any(token.kind in ("past", "year") for token in words)
        behind = sentence[figure.index - len(figure.left)].value == "）" if figure.index >= len(figure.left) else False
        of_last = of_last or (behind and len(words) == 1 and words[0].kind == "soft")  # 480 篇，相当于上年（160 篇）的 3 倍
        if figure.unit in ("倍", "%") and of_last and not figure.change:
            places = sum(char.isdigit() for char in figure.text.partition(".")[2])
            half = Decimal("0.5").scaleb(-places)
            if figure.unit == "%":
                yield _Multiple(figure.index, figure.value / 100, reading, None if figure.about else half / 100)
            else:
                yield _Multiple(figure.index, figure.value, reading, half if places and not figure.about else None)


def _compares(text: TextReading, sentence: tuple[Token, ...], subject: Reading, at: int) -> bool:
    """Nothing unknown stands between the figure and the multiple, and last year is named there."""
    first = subject.figure.index + 1
    if at - first >= _NEAR:
        return False
    between = sentence[first:at]
    explained = sum(token.end - token.start for token in between) == sentence[at].start - sentence[first - 1].end
    last = [token for token in between if token.kind in ("compare", "past") or token.value == str(text.report.year - 1)]
    return explained and bool(last) and last[-1].value not in ("other", "many", "since")


def _against_last_year(text: TextReading, subject: Reading, multiple: _Multiple) -> Growth | None:
    last, quantity = text.last_year, subject.quantity
    if last is None or quantity is None or any(address not in last.form.cells for address in quantity.addresses):
        return None
    was, now = sum_of(last, quantity.addresses), sum_of(text.report, quantity.addresses)
    return _ratio(multiple, subject, quantity, now, was) if was and now is not None else None


def _of_told_years(
    text: TextReading, sentence: tuple[Token, ...], readings: list[Reading], before: Reading, multiple: _Multiple
) -> Growth | None:
    """信息从上年的 120 条增加到 180 条，翻了一番: the sentence tells both years."""
    words = text.by_where[before.figure.where].plain.text
    between = sentence[before.figure.index : multiple.at + 1]
    if unknown_inside(between) > 1 or any(token.kind in ("among", "next", "noun", "modal") for token in between):
        return None  # 阅读量是上年的 3 倍, 其中咨询类翻了一番, 力争明年翻一番
    years = told_years(text.report.year, words, sentence, readings, multiple.at, "倍")
    now, was = years or (Decimal(0), Decimal(0))
    return _ratio(multiple, before, Quantity("text", "growth-misquoted", ()), now, was) if was else None


def _ratio(multiple: _Multiple, subject: Reading, quantity: Quantity, now: Decimal, was: Decimal) -> Growth:
    right = now / was
    near = right * _LOOSE if multiple.near is None else multiple.near
    verdict: Verdict = "agrees" if abs(multiple.said - right) <= near else "differs"
    return Growth(multiple.own or subject, quantity, now, was, multiple.said, right, verdict, ratio=True)
