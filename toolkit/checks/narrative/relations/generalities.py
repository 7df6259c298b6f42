"""Find what the text says of all: 均已办结, 全部予以公开, 均获维持, 均为自然人提出.

Takes the tokens and readings of a sentence, returns the statements on the figure before.
"""

from __future__ import annotations

from toolkit.checks.narrative.candidates.quantity import EVERYDAY
from toolkit.checks.narrative.candidates.readings import Reading, last_before
from toolkit.checks.narrative.figures import HARD
from toolkit.checks.narrative.relations.denials import DISPUTES, NEAR, Denials, clause_before
from toolkit.checks.narrative.relations.growth import counts_applicants
from toolkit.checks.narrative.tokens import Token

# behind 均, 全部 they leave some out: 全部按时办结或依规结转
_NOT_OF_ALL = frozenset(("rate", "other", "neg", "noun", "modal", "carry", "carried_out"))


def all_of(sentence: tuple[Token, ...], at: int, readings: list[Reading]) -> Denials:
    """均已办结, 全部予以公开, 均获维持: about the figure before."""
    kinds = {token.kind for token in clause_before(sentence, at)}
    if kinds & {"part", "other", "period", "modal", "past", "act", "doc", "distribute"}:
        return []
    if at + 1 < len(sentence) and sentence[at + 1].start - sentence[at].end > 1 and sentence[at].end - sentence[at].start > 1:
        return []  # 在审查全部证据材料后决定维持: all of something else
    words: list[Token] = []
    last = at
    for index in range(at + 1, min(len(sentence), at + NEAR)):
        token = sentence[index]
        if token.kind == "figure" or (token.kind == "sep" and token.value in HARD):
            break
        words.append(token)
        last = index if token.kind in ("outcome", "reason", "handled", "result") or _is_given(sentence, index) else last
    upheld = [token.value for token in words if token.kind == "result"] == ["upheld"]
    if not upheld and ("rest" in kinds or _excepted(sentence, at)[0]):
        return []
    of_kind = _all_of_one_kind(words, last_before(readings, at))
    if of_kind:
        return [("all-applicant", at, sentence.index(words[of_kind[1]]), of_kind[0])]
    told_to = [token for token in words if token.value == "person" and token.start > sentence[last].start]  # 并送达申请人
    if last == at or {token.kind for token in words if token not in told_to} & _NOT_OF_ALL:
        return []
    before = _told_of(readings, at)
    if _speaks_of_all(sentence, at, words):
        outcomes = tuple(dict.fromkeys(token.value for token in words if token.kind == "outcome"))
        if outcomes:
            return [("all-granted", at, last, outcomes)]
        return [("all-handled", at, last, ())] if any(token.value == "done" for token in words) else []
    return _meant_by_all(sentence, at, last, words, before)


def _all_of_one_kind(words: list[Token], before: Reading | None) -> tuple[tuple[str, ...], int] | None:
    """收到申请 4 件，均为居民个人提出: the column meant and the last word that names it."""
    named = [at for at, token in enumerate(words) if token.kind == "applicant" or token.value in EVERYDAY]
    columns = {EVERYDAY.get(words[at].value, words[at].value) for at in named}
    plain = {token.kind for token in words} <= {"soft", "applicant", "part", "app"} and len(columns) == 1
    quantity = before.quantity if before is not None and not before.figure.scope else None
    if not plain or quantity is None or quantity.name not in ("new", "taken") or "organizations" in columns:
        return None
    return tuple(columns), named[-1]


def _told_of(readings: list[Reading], at: int) -> Reading | None:
    """收到申请 7 件，自然人 4 件、企业 3 件，均已答复: about the seven; the figures between are its kinds."""
    before = [item for item in readings if item.figure.index < at]
    kinds = 0
    while kinds < len(before) - 1 and counts_applicants(before[-1 - kinds]):
        kinds += 1
    head = before[-1 - kinds] if before else None
    whole = sum(item.figure.value for item in before[len(before) - kinds :])
    return head if head is not None and (not kinds or whole == head.figure.value) else last_before(readings, at)


def _is_given(sentence: tuple[Token, ...], at: int) -> bool:
    """全部公开。: a mere 公开 that ends its clause."""
    done = at + 1 < len(sentence) and sentence[at + 1].value == "doing"  # 全部公开到位
    token, following = sentence[at], sentence[at + 1 + done : at + 2 + done]
    ends = not following or (following[0].kind == "sep" and following[0].start == sentence[at + done].end)
    return (token.kind, token.value) == ("show", "given") and ends and sentence[at - 1].kind in ("all", "soft")


def _speaks_of_all(sentence: tuple[Token, ...], at: int, words: list[Token]) -> bool:
    """收到的申请均已办结, 全部申请已办结: the applications are named in the clause, and nothing narrows them down."""
    clause = [*reversed(clause_before(sentence, at)), sentence[at]]
    tokens = [*clause, *words]
    explained = sum(token.end - token.start for token in tokens) == tokens[-1].end - tokens[0].start
    begins = clause[0].start if at - len(clause) + 1 <= 0 else sentence[at - len(clause)].end
    kinds = {token.kind for token in tokens} - {"sep"}
    plain = kinds <= {"app", "new", "all", "soft", "now", "year", "scope", "handled", "outcome"}
    return plain and explained and begins == clause[0].start and "app" in kinds


def _meant_by_all(sentence: tuple[Token, ...], at: int, last: int, words: list[Token], before: Reading | None) -> Denials:
    if [token.value for token in words if token.kind == "result"] == ["upheld"]:
        if before is not None and (before.figure.scope == "other" or before.figure.year is not None):
            return []  # 城关镇政府被申请行政复议 2 件，均为维持
        keys = (
            () if before is not None and any(_is_closed(token) for token in before.figure.left) else disputes_before(sentence, at)
        )
        excepted, first = _excepted(sentence, at)
        if keys and excepted:
            return [("upheld-but", first, last, (*keys, str(excepted)))]
        rest = any(token.kind == "rest" for token in clause_before(sentence, at))
        what = "closed-upheld" if _is_of_closed(sentence, at) else "all-upheld"
        return [(what, at, last, keys)] if keys and not rest else []
    is_certain = before is not None and before.quantity is not None and before.quantity.certainty != "weak"
    # 下属单位收到 2 件，均已答复: said of some only
    counted = before.quantity.name if is_certain and before and before.quantity and not before.figure.scope else ""
    outcomes = tuple(dict.fromkeys(token.value for token in words if token.kind == "outcome"))
    named = {token.kind for token in words} - {"soft", "handled"}
    if not outcomes and named == {"show"}:
        outcomes = ("granted",)  # 收到 3 件，全部公开
    elif not outcomes and named == {"reason"}:
        outcomes = tuple(dict.fromkeys(token.value for token in words if token.kind == "reason"))  # 均答复不掌握
    candidate = (before.candidate or before.quantity) if before is not None and not before.figure.scope else None
    if outcomes and not counted and before and candidate and (candidate.doubt == "wording" or before.tie.state == "agrees"):
        counted = candidate.name  # 共处理 7 件，均予公开
    if outcomes:
        return [("all-granted", at, last, outcomes)] if counted in ("new", "taken", "handled", "manage") else []
    return [("all-handled", at, last, ())] if counted in ("new", "taken", "manage") else []


def _excepted(sentence: tuple[Token, ...], at: int) -> tuple[int, int]:
    """除 2 件未审结、1 件被纠正外，其余均维持: how many are left out of all, and where the first is; 0 for none."""
    begin, left_out = max(0, at - NEAR), 0
    index = first = next((place for place in range(at - 1, begin, -1) if sentence[place].kind == "outside"), begin)
    while index > begin and (sentence[index - 1].kind != "sep" or sentence[index - 1].value == "、"):
        index -= 1
        if sentence[index].kind == "figure":
            left_out, first = left_out + int(sentence[index].number or 0), index
    return left_out, first


def _is_of_closed(sentence: tuple[Token, ...], at: int) -> bool:
    """诉讼 4 件，已审结的均维持: of those that are closed, not of all; not 均已审结、均维持."""
    clause = clause_before(sentence, at)  # the nearest word first
    end = next((place for place, token in enumerate(clause) if token.kind == "all"), len(clause))
    return any(_is_closed(token) for token in clause[:end])


def _is_closed(token: Token) -> bool:
    return token.value == "closed" or (token.kind == "manage" and token.end - token.start == len("审结"))


def not_corrected(sentence: tuple[Token, ...], at: int) -> tuple[str, ...]:
    """复议、诉讼均未被纠错 is about both; 复议 2 件（纠正 1 件），诉讼 1 件未被纠错 about the last; alone about 复议."""
    before = sentence[max(0, at - NEAR) : at]
    if any(token.kind == "result" for token in before):
        return disputes_before(sentence, at)
    return tuple(dict.fromkeys(token.kind for token in before if token.kind in DISPUTES)) or ("review",)


def disputes_before(sentence: tuple[Token, ...], at: int) -> tuple[str, ...]:
    """The disputes that a result is about: those named last before it, side by side."""
    keys: list[str] = []
    before = sentence[max(0, at - NEAR) : at]
    figures = [token for token in before if token.kind == "figure"]
    further = (
        sentence[at].kind == "all" and len(figures) > 1 and figures[-1].number == 1
    )  # 复议 2 件，诉讼 1 件，均获维持: of all three
    for token in reversed(before):
        if token.kind in DISPUTES:
            keys.insert(0, token.kind)
        elif keys and further and token.kind == "figure":
            further = False
        elif (keys and token.kind in ("figure", "neg", "zero")) or (token.kind == "sep" and token.value in "；。"):
            break
    return tuple(dict.fromkeys(keys))
