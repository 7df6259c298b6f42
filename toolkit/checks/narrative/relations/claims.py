"""Find what the text says in words instead of figures: 未收到申请, 无行政诉讼, 均已办结, 均获维持, 全部予以公开.

Takes the read text, returns claims. A claim is made only when everything between the words is known: 未收到网上申请 or
未发生败诉 claim something else. Wishes (力争零复议) and parts of the year claim nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from toolkit.checks.narrative.candidates.context import up_to_next_figure
from toolkit.checks.narrative.candidates.readings import Reading, TextReading
from toolkit.checks.narrative.figures import HARD, PartText
from toolkit.checks.narrative.relations.denials import (
    DISPUTES,
    NEAR,
    Claim,
    denied_before,
    denied_behind,
    denied_in_words,
    denied_twice,
    denies_for_others,
    denies_the_rest,
    is_taken_back,
    said_of_some,
)
from toolkit.checks.narrative.relations.generalities import all_of, disputes_before, not_corrected
from toolkit.checks.narrative.tokens import Token

_OF_ONE = ("信息的", "内容的", "材料的", "资料的")  # 准予申请人获取所申请全部信息的: all that one application asks for
_CLAIMING = ("neg", "zero", "all", "loss")
_FEW = 4  # unknown characters in 法院判决维持


def find_claims(text: TextReading) -> tuple[Claim, ...]:
    """Every claim in known words of 一 and 六; 五 speaks of problems and plans."""
    parts = [part for part in text.parts if part.where != "narrative.problems"]
    claims = [claim for part in parts for claim in _claims_of_part(text, part)]
    denied = [claim for part in parts for claim in denied_in_words(part, text.report.year)]
    return *claims, *(claim for claim in denied if not any(_is_same(claim, one) for one in claims))


def _is_same(one: Claim, other: Claim) -> bool:
    return (one.what, one.where) == (other.what, other.where) and one.start < other.end and other.start < one.end


def _claims_of_part(text: TextReading, part: PartText) -> Iterator[Claim]:
    received = False  # the sentence before states what was received
    for at, sentence in enumerate(part.sentences):
        if received:
            yield from _all_done_behind(part, sentence)
        readings = text.of_sentence(part.where, at)
        totals = [item for item in readings if item.quantity is not None and item.quantity.name in ("new", "taken")]
        received = bool(totals) or (received and len(sentence) == 1)  # a line break alone
        if not part.kinds[at].isdisjoint(_CLAIMING):
            yield from _claims_of_sentence(text, part, sentence, readings)
        if "result" in part.kinds[at]:
            yield from _results_behind(part, sentence, readings)


def _all_done_behind(part: PartText, sentence: tuple[Token, ...]) -> Iterator[Claim]:
    """收到申请 18 件。已全部办结。: a sentence without a subject refers to the one before."""
    end = next((at for at, token in enumerate(sentence) if token.kind == "sep" and token.value in "，；。"), len(sentence))
    sentence = sentence[: end + 1]
    words = [token for token in sentence if token.kind != "sep"]
    first = next((token for token in words if token.kind == "all"), None)
    plain = {token.kind for token in words} <= {"all", "handled", "soft", "now", "year", "scope"}
    done = [token for token in words if token.value == "done"]
    # 办结件均按期答复 is said of those that were finished
    if first is None or not plain or not done or done[0].start < first.start or _unknown(sentence):
        return
    start, end = part.plain.span(first.start, done[-1].end)
    yield Claim("all-handled", part.where, start, end, part.plain.original[start:end])


def _unknown(sentence: tuple[Token, ...]) -> int:
    return sentence[-1].end - sentence[0].start - sum(token.end - token.start for token in sentence)


def _before(part: PartText, sentence: tuple[Token, ...]) -> str:
    """Characters before the first word of a sentence that is known."""
    start = sentence[0].start
    return re.split(r"[。！？\n]", part.plain.text[max(0, start - _FEW) : start])[-1]


def _results_behind(part: PartText, sentence: tuple[Token, ...], readings: list[Reading]) -> Iterator[Claim]:
    """行政诉讼 1 件，结果维持: the clause behind a whole number of disputes is one result and nothing else."""
    for reading in readings:
        figure, quantity = reading.figure, reading.quantity
        if quantity is None or not quantity.name.endswith(".total") or quantity.code != "text-disputes" or not reading.sure:
            continue
        behind = up_to_next_figure(sentence, figure.index)
        start = next((at for at, token in enumerate(behind) if token.kind == "sep"), len(behind))
        clause = behind[start + 1 :]
        end = next((at for at, token in enumerate(clause) if token.kind == "sep"), len(clause))
        if end and {token.kind for token in clause[:end]} <= {"soft", *DISPUTES} and clause[end : end + 1]:
            clause = clause[end + 1 :]  # 系未经复议直接起诉，法院判决…
            end = next((at for at, token in enumerate(clause) if token.kind == "sep"), len(clause))
        clause, follows = clause[:end], clause[end:]
        if behind[start : start + 1] and behind[start].value == "，" and start <= 1 and _is_one_result(clause, follows):
            first, last = part.plain.span(sentence[figure.index].start, clause[-1].end)
            rows = tuple(address.row for address in quantity.addresses)
            yield Claim(
                "result", part.where, first, last, part.plain.original[first:last], (*rows, clause[-1].value, str(figure.value))
            )


def _is_one_result(clause: tuple[Token, ...], follows: tuple[Token, ...]) -> bool:
    results = {token.value for token in (*clause, *follows) if token.kind == "result"}  # 撤销原答复并责令重新答复 is one
    plain = {token.kind for token in clause} <= {"soft", "result", "noun"}
    gap = clause[-1].end - clause[0].start - sum(token.end - token.start for token in clause) if clause else 0
    if follows and follows[0].value == "、":  # 维持、纠正各 1 件
        return False
    return bool(clause) and len(results) == 1 and clause[-1].kind == "result" and plain and gap <= _FEW


def _claims_of_sentence(
    text: TextReading, part: PartText, sentence: tuple[Token, ...], readings: list[Reading]
) -> Iterator[Claim]:
    partly = _partly(text, sentence)
    for at, token in enumerate(sentence):
        if token.kind in ("neg", "zero") and (
            is_taken_back(sentence, at, text.report.year)
            or denies_the_rest(part.plain.text, token.end)
            or (at and sentence[at - 1].kind == "neg" and sentence[at - 1].end == token.start)  # 没有未了的申请
            or denies_for_others(text.report.organ, part.plain.text, sentence, at)
        ):
            continue
        if token.kind == "neg" and token.value != "not":
            denials = denied_twice(sentence, at) or denied_behind(sentence, at) or denied_before(sentence, at)
            if any(item[0] == "no-new" for item in denials) and said_of_some(sentence, at):
                continue
        elif token.kind == "zero":
            denials = denied_before(sentence, at) or denied_behind(sentence, at)
        elif token.kind == "all":
            denials = all_of(sentence, at, readings) if not part.plain.text.startswith(_OF_ONE, token.end) else []
        elif token.kind == "loss":
            denials = [("no-loss", at, at, not_corrected(sentence, at) if token.value else disputes_before(sentence, at))]
        else:
            continue
        for what, first, last, keys in denials:
            if part.plain.text.startswith(("以外", "之外"), sentence[last].end):
                continue  # 未收到上年度结转以外的申请
            start, end = part.plain.span(sentence[first].start, sentence[last].end)
            free = _unknown(sentence[first : last + 1]) > 0
            partly = partly or _leads(part, sentence, first) > 1
            yield Claim(what, part.where, start, end, part.plain.original[start:end], keys, partly, free)


def _leads(part: PartText, sentence: tuple[Token, ...], first: int) -> int:
    """直接提起诉讼的没有: unknown characters of the clause before the claim, which may narrow it down."""
    at = first
    while at and first - at < NEAR and not (sentence[at - 1].kind == "sep" and sentence[at - 1].value in HARD):
        at -= 1
    explained = sum(token.end - token.start for token in sentence[at:first])
    start = sentence[at - 1].end if at else sentence[at].start - len(_before(part, sentence))
    return sentence[first].start - start - explained


def _partly(text: TextReading, sentence: tuple[Token, ...]) -> bool:
    return any(token.kind == "scope" and token.value == "part" for token in sentence) and not text.report.organ.name.endswith(
        ("办公室", "办")
    )
