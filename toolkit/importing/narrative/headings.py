"""Find the six headings 一…六 among the lines of a report, also altered ones and such as lost their number.

In: the lines in reading order. Out: for each part the line it begins at, and whether its heading is the form's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from toolkit.forms import Form, all_forms, fullest_form
from toolkit.importing.recognition.labels import match_text
from toolkit.importing.wording import core, fold, likeness, number_of

LONGEST = 45
_MOST = 400  # candidates that are looked at
_CHINESE = "一二三四五六"
_BREAK = re.compile(r"[：:。；;\s\u3000]")
_CONTENTS = re.compile(r"[.…·\s\d]*")


@dataclass(frozen=True, slots=True)
class FoundHeading:
    """``line`` is the index of the line; ``form`` the heading as the form has it, ``text`` as the source has it."""

    part: str
    line: int
    text: str
    form: str

    @property
    def exact(self) -> bool:
        return match_text(self.text).rstrip("：。") == match_text(self.form)


@dataclass(frozen=True, slots=True)
class _Candidate:
    line: int
    part: int
    score: float


def find_headings(lines: Sequence[str]) -> Mapping[str, FoundHeading]:
    """The headings by part, in the order of the form; of two chains (a list of contents, then the text) the later.

    The headings are the same words in every edition, so any form will do.
    """
    form = fullest_form()
    folded = [match_text(line).rstrip("：。") for line in lines]
    candidates = [candidate for at, text in enumerate(folded) for candidate in _candidates(at, text, form)]
    if len(candidates) > _MOST:  # headings by the thousand are an attack or an accident; the likeliest will do
        likeliest = sorted(candidates, key=lambda item: -item.score)[:_MOST]
        candidates = sorted(likeliest, key=lambda item: (item.line, item.part))
    chain = _best_chain(candidates)
    return {
        form.parts[item.part].key: FoundHeading(form.parts[item.part].key, item.line, lines[item.line].strip(),
                                                form.parts[item.part].heading)
        for item in chain
    }  # fmt: skip


@cache
def _words() -> frozenset[str]:
    return frozenset(core(match_text(part.heading)) for form in all_forms() for part in form.parts)


def is_heading(text: str) -> bool:
    """Whether a line is one of the six headings in the form's words, with its number or without."""
    return len(text) <= LONGEST and core(match_text(text)).rstrip("：。") in _words()


def run_in_heading(text: str) -> tuple[str, str] | None:
    """Heading and text of a paragraph that holds both (六、其他需要报告的事项：本年度……), ``None`` when it does not.

    The form's words count whatever stands behind them, other words only up to a colon, a full stop or a blank.
    """
    if len(text) < 8 or text.lstrip()[:1] not in _CHINESE:
        return None
    for part, item in enumerate(all_forms()[-1].parts):
        end = _end_of(text, match_text(item.heading))
        if not end:
            mark = _BREAK.search(text[:LONGEST])
            head = match_text(text[: mark.start()]) if mark else ""
            own = number_of(head)[:1] == _CHINESE[part]
            end = mark.start() if mark and own and likeness(core(head), core(match_text(item.heading))) >= 0.75 else 0
        rest = text[end:].lstrip(" \t\u3000\xa0：:。；;，,、—–-")
        if end and (len(rest) > 3 or rest.rstrip("。") == "无") and not _CONTENTS.fullmatch(rest):
            return text[:end].strip(), rest
    return None


def _end_of(text: str, heading: str) -> int:
    """Where a heading at the beginning of a text ends, 0 when the text begins otherwise."""
    end = next((at for at in range(len(heading), min(len(text), 2 * LONGEST) + 1) if fold(text[:at]) == heading), 0)
    return 0 if end and text[end : end + 1] in ("表", "的", "”", "》") else end


def _candidates(at: int, text: str, form: Form) -> Iterator[_Candidate]:
    if not 4 <= len(text) <= LONGEST:
        return
    number = number_of(text)
    for part, item in enumerate(form.parts):
        heading_key = match_text(item.heading)
        if text == heading_key:
            yield _Candidate(at, part, 3)
        elif core(text) == core(heading_key):
            yield _Candidate(at, part, 2.6 if number else 2)
        else:
            alike = likeness(core(text), core(heading_key))
            own = _CHINESE[part] in number and not number.startswith(("（", "("))
            if alike >= (0.55 if own else 0.82):
                yield _Candidate(at, part, 1 + alike / 2 if own else alike)


def _best_chain(candidates: Sequence[_Candidate]) -> list[_Candidate]:
    """The chain of headings in order with the highest score; among equals the one that comes last in the text."""
    best: list[tuple[float, list[_Candidate]]] = []
    for candidate in candidates:
        before = max(
            (chain for chain in best if chain[1][-1].part < candidate.part and chain[1][-1].line < candidate.line),
            key=lambda chain: chain[0],
            default=(0.0, []),
        )
        best.append((before[0] + candidate.score + candidate.line * 1e-6, [*before[1], candidate]))
    return max(best, key=lambda chain: chain[0], default=(0.0, []))[1]
