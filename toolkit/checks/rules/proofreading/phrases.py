"""Words that offices agree on: set phrases, slips of the pen, names of bodies, and the county's own list."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

from toolkit.checks.catalogue import Case, rule
from toolkit.checks.finding import Finding, Severity
from toolkit.checks.narrative.passages import ByLine, Passage, text_finding
from toolkit.core.shipped import read_table

GROUP = "格式与名称"
_HAN = re.compile("[\u3400-\u9fff]")
_FORMER = re.compile(r"(?:原(?:县|市|区|省|国家|镇|乡|先)?(?:人民政府)?|前身(?:是|为)?|撤销|不再保留|整合|划入|并入|将)\Z")
_RENAMED = re.compile(r"[^，。；\n]{0,8}(?:（现|，?现为|，?现更名|更名|改名|划转|划入|并入|撤并|撤销|职责|合并|改为)")


@dataclass(frozen=True)
class Phrase:
    """A phrase that is written in one way only; ``others`` are true phrases that look like a slip of it."""

    right: str
    others: tuple[str, ...]

    @property
    def halves(self) -> tuple[str, str]:
        middle = len(self.right) // 2
        return self.right[:middle], self.right[middle:]


@dataclass(frozen=True)
class Wrong:
    """Words that are always wrong, with their correction."""

    pattern: re.Pattern[str]
    right: str
    severity: Severity


@dataclass(frozen=True)
class Body:
    """A body that no longer exists, from the year after ``since``; ``certain`` when it was so everywhere."""

    pattern: re.Pattern[str]
    now: str
    since: int
    certain: bool


@cache
def _table(name: str) -> Any:
    return read_table(Path(__file__).parent / name)


@cache
def fixed_phrases() -> tuple[Phrase, ...]:
    """The set phrases, the longest first."""
    rows = [row if isinstance(row, dict) else {"right": row} for row in _table("phrases.yaml")["fixed"]]
    phrases = (Phrase(row["right"], tuple(row.get("except", ()))) for row in rows)
    return tuple(sorted(phrases, key=lambda phrase: -len(phrase.right)))


@cache
def wrong_words() -> tuple[Wrong, ...]:
    """The words that are always wrong: inverted ones, a warning, and slips of the pen, a notice."""
    kinds: tuple[tuple[str, Severity], ...] = (("inverted", "warning"), ("slips", "notice"))
    table = _table("phrases.yaml")
    return tuple(Wrong(re.compile(row["wrong"]), row["right"], severity) for kind, severity in kinds for row in table[kind])


@cache
def former_bodies() -> tuple[Body, ...]:
    rows = _table("bodies.yaml")
    return tuple(Body(re.compile(row["name"]), row["now"], row["since"], not row.get("notice", False)) for row in rows)


@cache
def _any_wrong_word() -> ByLine:
    return ByLine("|".join(wrong.pattern.pattern for wrong in wrong_words()))


@cache
def _any_former_body() -> ByLine:
    return ByLine("|".join(body.pattern.pattern for body in former_bodies()))


@rule("phrase-wrong", GROUP)
def check_phrase_wrong(case: Case) -> Iterator[Finding]:
    """phrase-wrong: 固定提法不错字、不漏字、不颠倒：“中国特色会主义”“公开是常态、公开是例外”；常见笔误（布署、末收到、公示拦）。

    A set phrase with one slip, or turned round, is a warning; another slip of the pen a notice.

    Source: 上级机关审核实践；phrases.yaml。
    """
    phrases = [phrase for phrase in fixed_phrases() if any(half in case.plain_prose for half in phrase.halves)]
    for passage in case.prose:
        text = passage.plain.text
        near = list(_near_misses(text, phrases))
        for span, right in near:
            yield _wrong(passage, span, right, "warning")
        for wrong, line in product(wrong_words(), _any_wrong_word().lines(text)):
            for start, end in (match.span() for match in wrong.pattern.finditer(text, *line)):
                if not any(first <= start and end <= last for (first, last), _ in near):
                    yield _wrong(passage, (start, end), wrong.right, wrong.severity)


@rule("body-abolished", GROUP)
def check_body_abolished(case: Case) -> Iterator[Finding]:
    """body-abolished: 不用已经撤销、合并或改名的机构名称：国土资源局、法制办公室、工商行政管理局、卫计委等。

    原国土资源局 and （现自然资源局） are left alone.

    Source: 深化党和国家机构改革方案（2018）；党和国家机构改革方案（2023）；bodies.yaml。
    """
    for passage in case.prose:
        text = passage.plain.text
        for body, line in product(former_bodies(), _any_former_body().lines(text)):
            for match in body.pattern.finditer(text, *line) if case.report.year > body.since else ():
                if not _is_former(text, match):
                    yield text_finding(
                        "body-abolished", "warning" if body.certain else "notice", passage, match.span(),
                        f"“{match[0]}”是 {body.since} 年机构改革以前的名称，现在是{body.now}", expected=body.now,
                        next_step="请改为现在的名称；说的是过去的，写明“原”",
                    )  # fmt: skip


def _is_former(text: str, match: re.Match[str]) -> bool:
    return bool(_FORMER.search(text[max(0, match.start() - 10) : match.start()]) or _RENAMED.match(text, match.end()))


@rule("word-listed", GROUP)
def check_word_listed(case: Case) -> Iterator[Finding]:
    """word-listed: 不出现本地区用语表列出的词。

    Source: 本级政务公开主管部门的要求；写在 _jurisdiction.yaml 的 words。
    """
    for word in case.jurisdiction.words if case.jurisdiction else ():
        for passage in case.passages:
            for span in _uses(passage.plain.text, word.word, word.instead):
                why = f"（{word.why}）" if word.why else ""
                yield text_finding(
                    "word-listed", "warning", passage, span, f"“{word.word}”是本地区用语表里不用的词{why}",
                    expected=word.instead or "不出现", instead=word.instead or None,
                    next_step=f"可改为“{word.instead}”" if word.instead else "请删去或改用别的说法",
                )  # fmt: skip


def _uses(text: str, word: str, instead: str) -> Iterator[tuple[int, int]]:
    """Where a word is used, not as part of the word that should be used: 政府网 inside 政府网站."""
    inside = instead.find(word)
    for match in re.finditer(re.escape(word), text):
        start = match.start() - inside
        if inside < 0 or start < 0 or not text.startswith(instead, start):
            yield match.span()


def _wrong(passage: Passage, span: tuple[int, int], right: str, severity: Severity) -> Finding:
    written = passage.plain.text[slice(*span)]
    return text_finding(
        "phrase-wrong", severity, passage, span, f"“{written}”应为“{right}”", expected=right,
        next_step=f"可改为“{right}”", instead=right,
    )  # fmt: skip


def _near_misses(text: str, phrases: Iterable[Phrase]) -> Iterator[tuple[tuple[int, int], str]]:
    """Set phrases with one slip inside, of phrases within each other the longest."""
    taken: set[int] = set()
    for phrase in phrases:
        for span in dict.fromkeys(_slips_of(text, phrase)):
            if taken.isdisjoint(range(*span)):
                taken.update(range(*span))
                yield span, phrase.right


def _slips_of(text: str, phrase: Phrase) -> Iterator[tuple[int, int]]:
    """One half at least of a phrase with a slip is as it should be, and is what is looked for."""
    head, tail = phrase.halves
    for start in _places(text, head):
        end = _slip_end(text, start, phrase)
        if end:
            yield start, end
    for place in _places(text, tail):
        begin = _slip_start(text, place + len(tail), phrase)
        if begin is not None:
            yield begin, place + len(tail)


def _places(text: str, words: str) -> Iterator[int]:
    at = text.find(words)
    while at >= 0:
        yield at
        at = text.find(words, at + 1)


def _slip_end(text: str, start: int, phrase: Phrase) -> int:
    """Where a phrase with a slip ends that begins at ``start``; 0 when there is none."""
    if text.startswith((phrase.right, *phrase.others), start):
        return 0
    for length in (len(phrase.right), len(phrase.right) - 1, len(phrase.right) + 1):
        words = text[start : start + length]  # shorter at the end of the text
        if _is_slip(words, phrase.right):
            return start + len(words)
    return 0


def _slip_start(text: str, end: int, phrase: Phrase) -> int | None:
    """Where a phrase with a slip begins that ends at ``end``."""
    if text.endswith((phrase.right, *phrase.others), 0, end):
        return None
    for length in (len(phrase.right), len(phrase.right) - 1, len(phrase.right) + 1):
        if end >= length and _is_slip(text[end - length : end], phrase.right):
            return end - length
    return None


def _is_slip(words: str, right: str) -> bool:
    """One wrong character, one left out, one doubled, or two turned round; the first and the last are as they should be."""
    if words[:1] != right[0] or words[-1:] != right[-1] or words == right:
        return False
    at = next((place for place, (a, b) in enumerate(zip(words, right, strict=False)) if a != b), len(right))
    if len(words) == len(right):
        turned = words[at : at + 2] == right[at : at + 2][::-1] and words[at + 2 :] == right[at + 2 :]
        return turned or (words[at + 1 :] == right[at + 1 :] and bool(_HAN.match(words[at])))
    if len(words) < len(right):
        return words[at:] == right[at + 1 :]
    return words[at] == words[at - 1] and words[at + 1 :] == right[at:]
