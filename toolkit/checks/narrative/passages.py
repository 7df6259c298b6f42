"""The texts of a report one by one, each with its path and its name in people's words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise

from toolkit.checks.finding import Finding, Severity
from toolkit.checks.narrative.plain_text import PlainText, plain_text
from toolkit.report import Report

PARTS = ("overview", "problems", "other")
SENTENCE_ENDS = "。！？；\n"
LONGEST = 250_000  # characters of one text that are looked at
_FURTHER = 100  # characters behind a line in which a match that begins in it ends
_BREAK = re.compile("\n")


@dataclass(frozen=True)
class Passage:
    """One text of a report: ``where`` is its path in the params file, ``label`` how people call it."""

    where: str
    label: str
    text: str

    @cached_property
    def plain(self) -> PlainText:
        """The text with full-width digits, radicals and blanks made equal; offsets lead back."""
        return _plain(self.text)


@lru_cache(maxsize=32)
def _plain(text: str) -> PlainText:
    return plain_text(text[:LONGEST])


def title_passage(report: Report) -> Passage:
    """标题 as found in a source; empty when the report's title is made from its organ and year."""
    return Passage("narrative.title", "标题", report.narrative.title)


def preamble_passage(report: Report) -> Passage:
    """导语 as written; empty when it is made from the organ's contact."""
    return Passage("narrative.preamble", "导语", report.narrative.preamble)


def part_passages(report: Report) -> Iterator[Passage]:
    """Parts 一, 五 and 六, those that the edition has."""
    for key in (key for key in PARTS if report.form.has(parts=[key])):
        yield Passage(f"narrative.{key}", report.form.part(key).heading, getattr(report.narrative, key))


def contact_passages(report: Report) -> Iterator[Passage]:
    """联系方式 and where the report is published."""
    organ = report.organ
    for key, label in (("office", "联系科室"), ("address", "地址"), ("phone", "联系电话")):
        yield Passage(f"organ.contact.{key}", label, getattr(organ.contact, key))
    yield Passage("organ.published_at", "公开网站", organ.published_at)


def passages(report: Report) -> tuple[Passage, ...]:
    """Every text of the report that is printed and not empty."""
    own = Passage("organ.name", "机关名称", report.organ.name)
    channels = (Passage(f"channels.{at}.name", "主动公开渠道", item.name) for at, item in enumerate(report.channels))
    every = (own, title_passage(report), preamble_passage(report), *part_passages(report), *contact_passages(report), *channels)
    return tuple(item for item in every if item.text.strip())


@lru_cache(maxsize=32)
def lines_of(text: str) -> tuple[tuple[int, int, str], ...]:
    """Where each line begins and ends, the break behind it included, and the line with the break before it."""
    ends = [match.end() for match in _BREAK.finditer(text)] + [len(text)]
    return tuple([(start, end, text[max(0, start - 1) : end]) for start, end in pairwise((0, *ends))])


def lines_with(text: str, words: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Where the lines begin and end that hold one of the words."""
    return ((start, end) for start, end, line in lines_of(text) if any(word in line for word in words))


def begun_in(lines: Iterable[tuple[int, int]], pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """The matches that begin in some lines; one may end in the next."""
    return (match for start, end in lines for match in pattern.finditer(text, start, end + _FURTHER) if match.start() < end)


class ByLine:
    """A pattern that neither goes nor looks over a line break: while a clerk types, only the line that changes is searched
    again."""

    def __init__(self, pattern: str) -> None:
        self.pattern = re.compile(pattern)
        self._is_in = lru_cache(maxsize=512)(self._search)

    def _search(self, line: str) -> bool:
        return self.pattern.search(line) is not None

    def lines(self, text: str) -> Iterator[tuple[int, int]]:
        """Where the lines begin and end that hold a match."""
        return ((start, end) for start, end, line in lines_of(text) if self._is_in(line))

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        return (match for span in self.lines(text) for match in self.pattern.finditer(text, *span))


def matches(pattern: re.Pattern[str] | ByLine, text: str, *signs: str) -> Iterator[re.Match[str]]:
    """The matches of a pattern each of which contains one of ``signs``; a text without them, as most are, is not searched."""
    return pattern.finditer(text) if any(sign in text for sign in signs) else iter(())


def text_finding(
    code: str,
    severity: Severity,
    passage: Passage,
    span: tuple[int, int],
    message: str,
    *,
    expected: str = "",
    next_step: str = "",
    instead: str | None = None,
) -> Finding:
    """A finding about some words of a text; ``span`` counts in ``passage.plain``, the message begins with the text's name.

    ``instead`` are the words that the form offers to put there.
    """
    start, end = passage.plain.span(*span)
    return Finding(
        code, severity, f"{passage.label}：{message}", expected=expected, found=passage.text[start:end][:60],
        where=passage.where, start=start, end=end, next_step=next_step,
        edits=() if instead is None else ((start, end, instead),),
    )  # fmt: skip


def sentence_around(text: str, at: int) -> tuple[int, int]:
    """Where the sentence lies that holds place ``at``; looked for 500 characters to both sides at most."""
    low, high = max(0, at - 500), min(len(text), at + 500)
    start = max(text.rfind(mark, low, at) for mark in SENTENCE_ENDS) + 1
    ends = [position for position in (text.find(mark, at, high) for mark in SENTENCE_ENDS) if position >= 0]
    return max(start, low), min(ends, default=high)
