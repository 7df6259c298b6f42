"""Find what the text says in words instead of figures: 未收到申请, 无行政诉讼, 均已办结, 均获维持, 全部予以公开.

In goes the read text, out come claims. A claim is made only when everything between the words is known: 未收到网上申请 or
未发生败诉 claim something else. Wishes (力争零复议) and parts of the year claim nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from toolkit.checks.narrative.candidates.readings import Reading, TextReading, last_before
from toolkit.checks.narrative.candidates.context import up_to_next_figure
from toolkit.checks.narrative.candidates.quantity import DISPUTE_ROWS, EVERYDAY
from toolkit.checks.narrative.figures import HARD, PartText
from toolkit.checks.narrative.tokens import Token

_PASSED = frozenset(("soft", "now", "scope", "all", "total", "zero", "edge"))
_FORBIDDEN = frozenset(("modal", "period", "past", "next", "distribute"))
_UNKNOWN = 6  # unknown characters between 无 and the object that it denies: 无旧案结转
_NARROWED = frozenset(("carried_in", "carried_out", "carry", "outcome", "reason"))
_FEW = 4  # unknown characters in 法院判决维持
_NEAR = 40  # tokens looked at on either side: time stays linear
_DISPUTES = frozenset(DISPUTE_ROWS)
_PERSONS = frozenset(("人", "名", "位", "人次", "户", "家", "批", "批次", "个"))
_OBJECTS = _DISPUTES | {"app", "carried_in", "carried_out", "carry", "docverb", "doc", "act"}
# what follows the object may change it: 未收到申请投诉, 未发生复议被纠正
_CHANGES = frozenset(("other", "result", "noun", "figure", "rate", "part", "handled"))


@dataclass(frozen=True, slots=True)
class Claim:
    """What is claimed (``no-new``, ``no-review``, ``all-handled``, ``all-upheld``, ``no-loss`` …) and where.

    ``keys`` are the disputes or outcomes meant; ``partly`` says that it is told of 本级 or an office only.
    """

    what: str
    where: str
    start: int
    end: int
    text: str
    keys: tuple[str, ...] = ()
    partly: bool = False
    free: bool = False  # words between that are not known: only what is told nowhere else is denied


def find_claims(text: TextReading) -> tuple[Claim, ...]:
    """Every claim in words of 一 and 六; 五 speaks of problems and plans."""
    parts = [part for part in text.parts if part.where != "narrative.problems"]
    return tuple(claim for part in parts for claim in _claims_of_part(text, part))


def _claims_of_part(text: TextReading, part: PartText) -> Iterator[Claim]:
    yield from _nobody_applied(part)
    received = False  # the sentence before told what was received
    for at, sentence in enumerate(part.sentences):
        if received:
            yield from _all_done_behind(part, sentence)
        readings = text.of_sentence(part.where, at)
        told = [item for item in readings if item.quantity is not None and item.quantity.name in ("new", "taken")]
        received = bool(told) or (received and len(sentence) == 1)  # a line break alone
        if any(token.kind in ("neg", "zero", "all", "loss") for token in sentence):
            yield from _claims_of_sentence(text, part, sentence, text.of_sentence(part.where, at))
        if any(token.kind == "result" for token in sentence):
            yield from _results_behind(part, sentence, text.of_sentence(part.where, at))


def _all_done_behind(part: PartText, sentence: tuple[Token, ...]) -> Iterator[Claim]:
    """收到申请 18 件。已全部办结。: a sentence without a subject speaks of what the one before has told."""
    words = [token for token in sentence if token.kind != "sep"]
    first = next((token for token in words if token.kind == "all"), None)
    plain = {token.kind for token in words} <= {"all", "handled", "soft", "now", "year", "scope"}
    done = [token for token in words if token.value == "done"]
    if first is None or not plain or not done or _unknown(sentence) or _before(part, sentence):
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
        if end and {token.kind for token in clause[:end]} <= {"soft", *_DISPUTES} and clause[end : end + 1]:
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
        if token.kind in ("neg", "zero") and _is_taken_back(sentence, at, text.report.year):
            continue
        if token.kind == "neg" and token.value != "not":
            found = _denied_twice(sentence, at) or _denied_behind(sentence, at) or _denied_before(sentence, at)
            if any(item[0] == "no-new" for item in found) and _said_of_some(sentence, at):
                continue
        elif token.kind == "zero":
            found = _denied_before(sentence, at) or _denied_behind(sentence, at)
        elif token.kind == "all":
            found = _all_of(sentence, at, readings)
        elif token.kind == "loss":
            found = [("no-loss", at, at, _not_corrected(sentence, at) if token.value else _disputes_before(sentence, at))]
        else:
            continue
        for what, first, last, keys in found:
            if part.plain.text.startswith(("以外", "之外"), sentence[last].end):
                continue  # 未收到上年度结转以外的申请
            start, end = part.plain.span(sentence[first].start, sentence[last].end)
            free = _unknown(sentence[first : last + 1]) > 0
            yield Claim(what, part.where, start, end, part.plain.original[start:end], keys, partly, free)


_ONES, _BODIES = "(?:公民|群众|居民|村民|市民|个人|自然人)", "(?:企业|单位|法人|其他组织|组织|机构|团体)"
_OR = "(?:或者?|和|及|与|以及|、)"
# 没有居民或单位申请公开政府信息: persons and bodies are everybody
_NOBODY = re.compile(
    rf"(?:没有|无|未有)(?:任何)?(?:任何(?:{_ONES}|{_BODIES})|{_ONES}(?:{_OR}{_BODIES})+|{_BODIES}{_OR}{_ONES})(?:向[^，。；]{{0,8}})?"
    r"(?:(?:提出|提交|递交)(?:过)?(?:政府|政务)?(?:信息)?(?:公开)?(?:的)?申请|申请(?:公开|获取)(?:政府|政务)?信息)(?=[，。；、]|\Z)"
)


def _nobody_applied(part: PartText) -> Iterator[Claim]:
    for match in _NOBODY.finditer(part.plain.text):
        start, end = part.plain.span(*match.span())
        yield Claim("no-new", part.where, start, end, part.plain.original[start:end], free=True)


_Found = list[tuple[str, int, int, tuple[str, ...]]]


def _is_taken_back(sentence: tuple[Token, ...], at: int, year: int) -> bool:
    """Words before it in the sentence that make it no claim of this year: 力争, 上半年, 去年, 2023年, 每."""
    for index in range(at - 1, max(-1, at - _NEAR - 1), -1):
        token = sentence[index]
        if token.kind == "sep" and token.value in "；：。":
            return False
        if token.kind == "past" and sentence[index + 1].kind == "figure":
            continue  # 受理 4 件，上年 1 件: last year's is that figure alone
        if token.kind == "year":
            return int(token.value) != year
        if token.kind == "past" and _denies_carried(sentence, at):
            return False  # 上年无结转
        if token.kind in _FORBIDDEN:
            return token.value != "since"  # 今年以来
    return False


def _said_of_some(sentence: tuple[Token, ...], at: int) -> bool:
    """科研机构、社会公益组织等未提出申请: said of some applicants only."""
    clause = _clause_before(sentence, at)
    if any(token.kind == "applicant" for token in clause):
        return True
    # 企业未提出申请: who did not apply stands before; who did not receive is the office
    applied = at + 1 < len(sentence) and sentence[at + 1].kind == "soft"
    return applied and (any(token.kind == "part" for token in clause) or _said_of_persons(sentence, at))


def _said_of_persons(sentence: tuple[Token, ...], at: int) -> bool:
    """另有 26 名群众…，未提交申请: those counted before did not apply."""
    told = [token for token in sentence[max(0, at - _NEAR) : at] if token.kind == "figure"]
    return bool(told) and told[-1].value in _PERSONS


def _denies_carried(sentence: tuple[Token, ...], at: int) -> bool:
    return any(token.kind in ("carry", "carried_in") for token in sentence[at + 1 : at + 3])


def _partly(text: TextReading, sentence: tuple[Token, ...]) -> bool:
    return any(token.kind == "scope" and token.value == "part" for token in sentence) and not text.report.organ.name.endswith(
        ("办公室", "办")
    )


def _denied_twice(sentence: tuple[Token, ...], at: int) -> _Found:
    """没有未办结的: everything is finished."""
    words = sentence[at + 1 : at + 3]
    twice = len(words) == 2 and words[0].kind == "neg" and words[1].value == "done"
    return [("all-handled", at, at + 2, ())] if twice and words[0].start == sentence[at].end else []


def _denied_behind(sentence: tuple[Token, ...], at: int) -> _Found:
    """未收到申请; 无上年结转; 未发生行政复议、行政诉讼."""
    found: _Found = []
    previous = sentence[at]
    for index in range(at + 1, min(len(sentence), at + _NEAR)):
        token = sentence[index]
        free = _UNKNOWN if not found and token.kind in _NARROWED and sentence[at].value == "no" else 0
        if token.start > previous.end + free and not (found and previous.kind in ("app", *_DISPUTES, "soft")):
            break  # unknown words before the object is named
        previous = token
        if token.kind == "sep" and (token.value != "、" or not found):
            break
        if token.kind == "noun" and token.value == "person" and not found:
            continue  # 无申请人提出申请
        if token.chinese and token.number == 1 and not found:
            continue  # 未收到一件申请
        if token.kind == "new" and _is_bare(sentence, at, index):
            found.append(("no-new", at, index, ()))
        elif token.kind in ("reason", "outcome") and not found and _ends_denial(sentence, index):
            return [(f"no-{token.kind}", at, index, (token.value,))]
        elif token.kind in _OBJECTS:
            found = _with_object(sentence, at, index, found)
        elif token.kind not in _PASSED and token.kind not in ("sep", "new"):
            return [] if token.kind in _CHANGES else found
    return found


def _ends_denial(sentence: tuple[Token, ...], at: int) -> bool:
    """未出现不予公开的情形: nothing but such words up to the end of the clause."""
    previous = sentence[at]
    for token in sentence[at + 1 : at + _NEAR]:
        if token.start > previous.end or token.kind not in ("soft", "sep", "app", "outcome"):
            return False
        if token.kind == "sep":
            return token.value in HARD
        previous = token
    return True


def _is_bare(sentence: tuple[Token, ...], at: int, index: int) -> bool:
    """依申请公开方面，全年未收到: the object stands before, and nothing else does."""
    ends = index + 1 == len(sentence) or (sentence[index + 1].kind == "sep" and sentence[index + 1].start == sentence[index].end)
    before = {token.kind for token in sentence[max(0, at - _NEAR) : at]}
    return ends and "app" in before and not before & {"other", "publish", "figure", "part", *_DISPUTES}


def _with_object(sentence: tuple[Token, ...], at: int, index: int, found: _Found) -> _Found:
    """One more thing denied: 申请, 复议, 结转, 制发规范性文件."""
    token = sentence[index]
    if token.kind in _DISPUTES:  # 未收到因申请…引发的复议 denies no application
        kept = [item for item in found if item[0] != "no-new" or any(word.kind == "sep" for word in sentence[item[2] : index])]
        return [*kept, (f"no-{token.kind}", at, index, ())]
    if token.kind == "app":  # 无结转申请 denies what was carried over
        carried = any(item[0].startswith("no-carried") for item in found)
        return found if carried else [*found, ("no-new", at, index, ())]
    if token.kind in ("carried_in", "carried_out", "carry"):  # 没有申请需要结转 denies no application
        kept = [item for item in found if item[0] != "no-new" or any(word.kind == "sep" for word in sentence[item[2] : index])]
        meant = _carry_meant(sentence, at, index) if token.kind == "carry" else f"no-{token.kind}"
        return [*kept, (meant, at, index, ())]
    return found + _denied_of_part_two(sentence, at, index)


def _denied_of_part_two(sentence: tuple[Token, ...], at: int, index: int) -> _Found:
    """未制发行政规范性文件, 未实施行政强制: the thing denied ends its clause."""
    token, ends = sentence[index], index + 1 == len(sentence) or sentence[index + 1].kind == "sep"
    if token.kind == "doc" and ends and sentence[index - 1].kind == "docverb":
        return [("no-document", at, index, (token.value, sentence[index - 1].value))]
    said = ends and sentence[index - 1].kind in ("soft", "neg", "manage") and token.value not in ("fees", "procurement")
    return [("no-act", at, index, (token.value,))] if token.kind == "act" and said else []


def _carry_meant(sentence: tuple[Token, ...], at: int, index: int) -> str:
    clause = [token for token in sentence[max(0, at - 4) : index] if token.kind in ("past", "sep")]
    return "no-carried_in" if clause and clause[-1].kind == "past" else "no-carried_out"


def _denied_before(sentence: tuple[Token, ...], at: int) -> _Found:
    """行政复议、行政诉讼均未发生; 申请数为零; 复议、诉讼均为零."""
    if not _nothing_behind(sentence, at):
        return []
    found: _Found = []
    following = sentence[at]
    for index in range(at - 1, max(-1, at - _NEAR), -1):
        token = sentence[index]
        if following.start - token.end > 0 or (token.kind == "sep" and token.value not in ("、", "：")):
            break
        if token.value == "：" and index != at - 1:
            break
        following = token
        if token.kind in _DISPUTES:
            found.insert(0, (f"no-{token.kind}", index, at, ()))
        elif token.kind == "app":
            found.insert(0, ("no-new", index, at, ()))
        elif token.kind in ("carried_in", "carried_out"):
            found.insert(0, (f"no-{token.kind}", index, at, ()))
        elif token.kind not in _PASSED and token.kind not in ("sep", "new"):
            break
    return found


def _nothing_behind(sentence: tuple[Token, ...], at: int) -> bool:
    """未, 无 at the end of their clause, but for 发生, 收到 and the like."""
    previous = sentence[at]
    for token in sentence[at + 1 : at + _NEAR]:
        if token.start - previous.end > 0:
            return False
        if token.kind == "sep":
            return True
        if token.kind not in ("soft", "new"):
            return False
        previous = token
    return True


def _all_of(sentence: tuple[Token, ...], at: int, readings: list[Reading]) -> _Found:
    """均已办结, 全部予以公开, 均获维持: said of the figure before it."""
    if any(
        token.kind in ("part", "other", "period", "modal", "past", "act", "doc", "distribute", "rest")
        for token in _clause_before(sentence, at)
    ):
        return []
    words: list[Token] = []
    last = at
    for index in range(at + 1, min(len(sentence), at + _NEAR)):
        token = sentence[index]
        if token.kind == "figure" or (token.kind == "sep" and token.value in HARD):
            break
        words.append(token)
        last = index if token.kind in ("outcome", "reason", "handled", "result") or _is_given(sentence, index) else last
    of_kind = _all_of_one_kind(words, last_before(readings, at))
    if of_kind:
        return [("all-applicant", at, sentence.index(words[of_kind[1]]), of_kind[0])]
    told_to = [token for token in words if token.value == "person" and token.start > sentence[last].start]  # 并送达申请人
    if last == at or {token.kind for token in words if token not in told_to} & {"rate", "other", "neg", "noun", "modal"}:
        return []
    before = last_before(readings, at)
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


def _is_given(sentence: tuple[Token, ...], at: int) -> bool:
    """全部公开。: a mere 公开 that ends its clause."""
    done = at + 1 < len(sentence) and sentence[at + 1].value == "doing"  # 全部公开到位
    token, following = sentence[at], sentence[at + 1 + done : at + 2 + done]
    ends = not following or (following[0].kind == "sep" and following[0].start == sentence[at + done].end)
    return (token.kind, token.value) == ("show", "given") and ends and sentence[at - 1].kind in ("all", "soft")


def _speaks_of_all(sentence: tuple[Token, ...], at: int, words: list[Token]) -> bool:
    """收到的申请均已办结, 全部申请已办结: the applications are named in the clause, and nothing narrows them down."""
    clause = [*reversed(_clause_before(sentence, at)), sentence[at]]
    said = [*clause, *words]
    known = sum(token.end - token.start for token in said) == said[-1].end - said[0].start
    begins = clause[0].start if at - len(clause) + 1 <= 0 else sentence[at - len(clause)].end
    kinds = {token.kind for token in said} - {"sep"}
    plain = kinds <= {"app", "new", "all", "soft", "now", "year", "scope", "handled", "outcome"}
    return plain and known and begins == clause[0].start and "app" in kinds


def _meant_by_all(sentence: tuple[Token, ...], at: int, last: int, words: list[Token], before: Reading | None) -> _Found:
    if [token.value for token in words if token.kind == "result"] == ["upheld"]:
        keys = _disputes_before(sentence, at)
        return [("all-upheld", at, last, keys)] if keys else []
    known = before is not None and before.quantity is not None and before.quantity.certainty != "weak"
    # 下属单位收到 2 件，均已答复: said of some only
    counted = before.quantity.name if known and before and before.quantity and not before.figure.scope else ""
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


def _not_corrected(sentence: tuple[Token, ...], at: int) -> tuple[str, ...]:
    """复议、诉讼均未被纠错 is said of both; 复议 2 件（纠正 1 件），诉讼 1 件未被纠错 of the last one; by itself of 复议."""
    before = sentence[max(0, at - _NEAR) : at]
    if any(token.kind == "result" for token in before):
        return _disputes_before(sentence, at)
    return tuple(dict.fromkeys(token.kind for token in before if token.kind in _DISPUTES)) or ("review",)


def _clause_before(sentence: tuple[Token, ...], at: int) -> list[Token]:
    clause: list[Token] = []
    for token in reversed(sentence[max(0, at - _NEAR) : at]):
        if token.kind == "sep" and token.value in HARD:
            break
        clause.append(token)
    return clause


def _disputes_before(sentence: tuple[Token, ...], at: int) -> tuple[str, ...]:
    """The disputes a result is told of: those named last before it, side by side."""
    keys: list[str] = []
    before = sentence[max(0, at - _NEAR) : at]
    told = [token for token in before if token.kind == "figure"]
    further = (
        sentence[at].kind == "all" and len(told) > 1 and told[-1].number == 1
    )  # 复议 2 件，诉讼 1 件，均获维持: of all three
    for token in reversed(before):
        if token.kind in _DISPUTES:
            keys.insert(0, token.kind)
        elif keys and further and token.kind == "figure":
            further = False
        elif (keys and token.kind in ("figure", "neg", "zero")) or (token.kind == "sep" and token.value in "；。"):
            break
    return tuple(dict.fromkeys(keys))
