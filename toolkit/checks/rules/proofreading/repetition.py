"""Sentences and paragraphs that occur twice in a report."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from toolkit.checks.catalogue import TEXTS, Case, rule
from toolkit.checks.finding import Finding
from toolkit.checks.narrative.passages import Passage, text_finding

GROUP = "格式与名称"
_SENTENCE = re.compile(r"[^。！？；\n]+[。！？；]?")
_NUMBER = re.compile(
    r"\A(?:[（(]?[一二三四五六七八九十\d]{1,3}[）)、.．]|第[一二三四五六七八九十]+[，、]|[一二三四五六七八九十]是"
    r"|(?:此外|另外|同时|与此同时|其中|因此|为此|总之|首先|其次|再次|最后|一方面|另一方面)[，,])+"
)
_NOT_TEXT = re.compile(r"\W+")
_INSIDE = re.compile(r"[^\w。！？；\n]+")
_ENDS = re.compile(r"[。！？；\n]+")
_ONE_DIGIT = str.maketrans("零一二三四五六七八九两", "01234567892")  # 四次 and 4次 are the same
SHORTEST_BESIDE = 8  # characters of a sentence that occurs twice side by side
SHORTEST = 12  # characters of a sentence that is too specific to be repeated on purpose
SHORTEST_ELSEWHERE = 24  # in another part: 本年度未收取信息处理费 may be in parts one and six
_FEW = 30  # findings of one report


@dataclass(frozen=True)
class _Sentence:
    passage: Passage
    start: int
    end: int


@rule("sentence-twice", GROUP, reads=TEXTS)
def check_sentence_twice(case: Case) -> Iterator[Finding]:
    """sentence-twice: 同一份年报里，同一句话、同一段话不出现两次。

    Marks, blanks, numbers of headings and words that join sentences (此外，) do not count. In the same part a warning from
    12 characters on (from 8 side by side), between two parts a notice from 24 on, since part six repeats what part one
    says of fees.

    Source: 实践：粘贴两遍、为凑篇幅重复。
    """
    if not _may_repeat([passage.plain.text for passage in case.parts]):
        return
    first: dict[str, _Sentence] = {}
    reported = 0
    for passage in case.parts:
        repeated: list[tuple[_Sentence, _Sentence]] = []
        before: tuple[str, _Sentence | None] = ("", None)
        for key, sentence in _sentences(passage):
            earlier = _earlier(first, key, sentence, *before)
            if earlier is not None:
                repeated.append((earlier, sentence))
            before = key, sentence
        for earlier, sentence, count in _runs(repeated):
            if reported < _FEW:
                reported += 1
                yield _twice(earlier, sentence, count)


def _may_repeat(texts: list[str]) -> bool:
    """Whether two sentences end with the same characters; most reports have none, and need no closer look."""
    pieces = (piece for text in texts for piece in _ENDS.split(_INSIDE.sub("", text)))
    ends = [piece[-SHORTEST_BESIDE:].translate(_ONE_DIGIT) for piece in pieces if len(piece) >= SHORTEST_BESIDE]
    return len(set(ends)) < len(ends)


def _earlier(
    first: dict[str, _Sentence], key: str, sentence: _Sentence, key_before: str, before: _Sentence | None
) -> _Sentence | None:
    """The same sentence further up; a short one only when it comes right before."""
    if len(key) < SHORTEST:
        return before if key == key_before else None
    earlier = first.setdefault(key, sentence)
    same_part = earlier.passage.where == sentence.passage.where
    return earlier if earlier is not sentence and (same_part or len(key) >= SHORTEST_ELSEWHERE) else None


def _sentences(passage: Passage) -> Iterator[tuple[str, _Sentence]]:
    """The sentences of a text by their letters and figures."""
    for match in _SENTENCE.finditer(passage.plain.text):
        words = _NUMBER.sub("", match[0].strip())
        key = _NOT_TEXT.sub("", words).translate(_ONE_DIGIT)
        if len(key) >= SHORTEST_BESIDE:
            start = match.end() - len(match[0].lstrip()) + (len(match[0].strip()) - len(words))
            yield key, _Sentence(passage, start, match.end())


def _runs(repeated: list[tuple[_Sentence, _Sentence]]) -> Iterator[tuple[_Sentence, _Sentence, int]]:
    """Sentences repeated one behind the other together: a paragraph that occurs twice is one finding."""
    at = 0
    while at < len(repeated):
        earlier, sentence = repeated[at]
        count = 1
        while at + count < len(repeated) and _follows(repeated[at + count - 1], repeated[at + count]):
            count += 1
        last = repeated[at + count - 1][1]
        yield earlier, _Sentence(sentence.passage, sentence.start, last.end), count
        at += count


def _follows(one: tuple[_Sentence, _Sentence], other: tuple[_Sentence, _Sentence]) -> bool:
    return one[0].passage == other[0].passage and 0 <= other[1].start - one[1].end <= 8


def _twice(earlier: _Sentence, sentence: _Sentence, count: int) -> Finding:
    same = earlier.passage.where == sentence.passage.where
    what = "一句话" if count == 1 else f" {count} 句话"
    paragraph = f"第 {_paragraph(earlier)} 段"
    where = f"前面{paragraph}" if same else f"“{earlier.passage.label}”{paragraph}"
    return text_finding(
        "sentence-twice", "warning" if same else "notice", sentence.passage, (sentence.start, sentence.end),
        f"这{what}与{where}的重复", expected="只写一次", next_step="请删去一处，或改写",
        instead="" if same else None,
    )  # fmt: skip


def _paragraph(sentence: _Sentence) -> int:
    """Which paragraph of its text a sentence is in, from 1 on; blank lines do not count."""
    lines = sentence.passage.plain.text[: sentence.start].split("\n")
    return 1 + sum(bool(line.strip()) for line in lines[:-1])
