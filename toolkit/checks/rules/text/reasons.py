"""Compare the reasons of the text with the outcome they are listed under: 不掌握 belongs to 无法提供, not to 不予公开."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from toolkit.checks.catalogue import Case, rule
from toolkit.checks.finding import Finding
from toolkit.checks.narrative.assignment.choice import WARNING
from toolkit.checks.narrative.candidates.quantity import total
from toolkit.checks.narrative.candidates.readings import Reading
from toolkit.checks.narrative.figures import PartText
from toolkit.checks.narrative.findings import PART_NAMES, one_line
from toolkit.checks.narrative.statements.likely_reasons import likely_reasons
from toolkit.checks.narrative.tokens import Token

GROUP = "文字与表格"
_NEAR = 12  # words looked at on either side of a reason
_DIVIDES = ("among", "respectively")
_ENDS = "，；：（）。\n、"
_IS = ("系", "属", "属于")
_CASES = ("件", "宗", "份")
_TOPIC = frozenset(("outcome", "soft", "part", "figure", "app", "handled", "total"))
_GRANTED = ("granted", "partly_granted")  # without reasons


@rule("text-outcome-group", GROUP, tables=["applications"])
def check_text_outcome_group(case: Case) -> Iterator[Finding]:
    """text-outcome-group: 办理结果的理由归在表三所列的类别下，如“本机关不掌握”属于无法提供，不是不予公开。

    Only where a count is present: 不掌握的不予公开 2 件, 不予公开 2 件（不掌握）, 不予公开 2 件，其中不掌握 1 件,
    不予公开 2 件，原因是不掌握.

    Source: 格式，第三部分各项理由所属的类别。
    """
    found: set[tuple[str, int]] = set()
    for part in case.text.cells.parts:
        for sentence in part.sentences:
            for outcome, right, span in _misplaced(part, sentence):
                found |= {(part.where, at) for at in range(*span)}
                yield _finding(case, part, span, (right, outcome), "按表三这一理由")
    for item in likely_reasons(case.text.cells):
        figure = item.reading.figure
        if (figure.where, figure.start) not in found and not _differs(item.reading):
            part, row = case.text.cells.by_where[figure.where], case.report.form.label(total(item.row))
            yield _finding(case, part, (item.start, item.end), (item.right, item.named), f"这{figure.text}像是{row}，")


def _finding(case: Case, part: PartText, span: tuple[int, int], outcomes: tuple[str, str], reason: str) -> Finding:
    """``outcomes``: the one that the reason belongs to and the one it stands under; ``reason`` is said of it in the message."""
    right, named = (next(one.label for one in case.report.form.outcomes if one.key == key) for key in outcomes)
    words, (start, end) = one_line(part.plain.original[slice(*span)]), span
    return Finding(
        "text-outcome-group", "warning",
        f"{PART_NAMES[part.where]}写“{words}”，{reason}属于“{right}”，不属于“{named}”",
        expected=right, found=named, where=part.where, start=start, end=end,
        next_step="请核对表三填在哪一行，文字与表格用同一类别",
    )  # fmt: skip


def _differs(item: Reading) -> bool:
    """Whether the figure itself is reported."""
    return (item.tie.kind, item.tie.state) == ("cell", "differs") and item.degree >= WARNING


def _misplaced(part: PartText, sentence: tuple[Token, ...]) -> Iterator[tuple[str, str, tuple[int, int]]]:
    """The outcome in the text, the outcome the reason belongs to, and the words."""
    if not {"outcome", "figure"} <= {token.kind for token in sentence}:
        return
    for at, token in enumerate(sentence):
        petition = token.value == "petition"  # 信访类 4 件作不予公开答复
        if token.kind != "reason" and not petition:
            continue
        first, last = _clause(part, sentence, at)
        if not any(word.kind == "figure" for word in sentence[first:last]):
            first, last = _up_to_figure(sentence, first, last, token.value.partition("_")[0])
        around = sentence[first:last]
        around = around if petition else around + _outcome_behind(sentence, around, last)
        around = around if any(word.kind == "outcome" for word in around) else (*_topic_before(sentence, first), *around)
        outcomes = {word.value for word in around if word.kind == "outcome"}
        right = "unprocessed" if petition else token.value.partition("_")[0]
        counted = any(word.kind == "figure" for word in around) and not _is_of_several(sentence, first)
        if len(outcomes) != 1 or outcomes & {right, *_GRANTED} or not counted:
            continue
        named = [word for word in around if word.kind in ("outcome", "reason", "figure") or word is token]
        yield outcomes.pop(), right, part.plain.span(named[0].start, named[-1].end)


def _topic_before(sentence: tuple[Token, ...], first: int) -> tuple[Token, ...]:
    """不予公开的有两种情形，一是不掌握的 3 件，二是…: the outcome of a clause without a figure that opens the row of reasons.

    不予公开方面，内部事务 4 件、另行制作 3 件: the row may be parted by 、, and begin with its outcome: 不予处理的有信访 2 件、…
    """
    while first > 1 and sentence[first - 1].value == "、":
        end = first = first - 1
        while first and not _is_end(sentence[first - 1]):
            first -= 1
        outcomes = [token for token in sentence[first:end] if token.kind == "outcome"]
        if outcomes:
            return tuple(outcomes) if _opens_row(sentence[first:end]) else ()
    end = first - 1
    while end > 0 and sentence[end].value == "，" and first - end < 2 * _NEAR:
        begin = end
        while begin and sentence[begin - 1].value not in ("，", "；", "。", "："):
            begin -= 1
        clause = sentence[begin:end]
        outcomes = [token for token in clause if token.kind == "outcome"]
        counts = any(token.kind == "figure" and token.value in _CASES for token in clause)
        if outcomes:
            opens = not begin or sentence[begin - 1].value in ("；", "。")
            kinds = {token.kind for token in clause}
            if _divides(sentence, begin, end, first):
                return tuple(outcomes)
            # 经审查、会商后不予公开的，系第三方合法权益 3 件、…
            topic = kinds <= _TOPIC or (sentence[end + 1].value == "is" and not kinds & {"reason", "neg", "other"})
            return tuple(outcomes) if opens and not counts and topic else ()
        if not counts:
            return ()
        end = begin - 1
    return ()


def _opens_row(words: Sequence[Token]) -> bool:
    """不予处理的情形有信访 4 件: the outcome without a figure of its own, then a reason of it with one."""
    named = [token for token in words if token.kind in ("outcome", "reason", "figure")]
    in_order = [token.kind for token in named] == ["outcome", "reason", "figure"]
    return in_order and named[1].value.startswith(named[0].value)


def _divides(sentence: tuple[Token, ...], begin: int, end: int, first: int) -> bool:
    """无法提供 8 件，其中 6 件为不掌握，2 件属于信访: the items behind 其中, up to that at ``first``, make up the head."""
    stop = next((at for at in range(first, len(sentence)) if _is_end(sentence[at])), len(sentence))
    heads, items = (
        [token.number for token in words if token.kind == "figure" and token.value in _CASES and token.number is not None]
        for words in (sentence[begin:end], sentence[end:stop])
    )
    return sentence[end + 1].kind == "among" and len(heads) == 1 < len(items) and sum(items) == heads[0]


def _is_of_several(sentence: tuple[Token, ...], first: int) -> bool:
    """不予公开、无法提供、不予处理三类共 163 件，主要因为不掌握: the outcome before the reason is one of several."""
    return first > 1 and sentence[first - 1].value == "、" and sentence[first - 2].kind == "outcome"


def _up_to_figure(sentence: tuple[Token, ...], first: int, last: int, group: str) -> tuple[int, int]:
    """3 件不是我局制作的，也不掌握; 涉及商业秘密、第三方不同意公开的 2 件: the words with the figure that the reason is of.

    Between the two there is no reason of another group and no outcome.
    """
    before = _run(sentence[:first][::-1], group)
    return (first - len(before), last) if before else (first, last + len(_run(sentence[last:], group)))


def _run(words: Sequence[Token], group: str) -> Sequence[Token]:
    """Clauses parted by 、 or ， up to the first with a figure; none where a reason, an outcome or another mark comes first."""
    counts = False
    for at, word in enumerate(words[: 2 * _NEAR]):
        if _is_end(word) and (counts or word.value not in "、，"):
            return words[:at] if counts else ()
        if word.kind in ("reason", "outcome", "other") and not (word.kind == "reason" and word.value.startswith(group)):
            return ()
        counts = counts or word.kind == "figure"
    return words[: 2 * _NEAR] if counts else ()


def _outcome_behind(sentence: tuple[Token, ...], around: tuple[Token, ...], last: int) -> tuple[Token, ...]:
    """对 1 件重复申请，答复为无法提供: the outcome is in the next clause, which has no figure."""
    if last >= len(sentence) or sentence[last].value not in "，、" or any(word.kind == "outcome" for word in around):
        return ()
    end = last + 1
    while end < len(sentence) and end - last < _NEAR and not _is_end(sentence[end]):
        end += 1
    clause = sentence[last + 1 : end]
    kinds = {word.kind for word in clause}
    row = sentence[last].value == "、"  # 逾期不补正、归入不予公开的 11 件
    if row and ("figure" not in kinds or any(word.kind == "figure" for word in around)):
        return ()
    plain = kinds <= {"outcome", "soft", "handled", "all", "manage", "scope", "noun", "part", *(("figure",) if row else ())}
    return tuple(word for word in clause if word.kind in ("outcome", "figure")) if plain else ()


def _clause(part: PartText, sentence: tuple[Token, ...], at: int) -> tuple[int, int]:
    """Where the words about a reason begin and end: its clause, and the one its bracket, 其中 or 原因是 goes back to."""
    first, last = at, at + 1
    while first and at - first < _NEAR and not _is_end(sentence[first - 1]) and not _joins(sentence, first - 1):
        first -= 1
    while last < len(sentence) and last - at < _NEAR and not _is_end(sentence[last]) and not _joins(sentence, last):
        last += 1
    first = _first_of_row(sentence, first, at)
    opened = first > 1 and sentence[first - 1].value == "（"
    divided = first > 1 and sentence[first - 1].value in "，：" and sentence[first].kind in _DIVIDES
    inside = first > 1 and sentence[first - 1].value == "，" and sentence[first - 2].value == "inside"  # 不予公开的申请中，
    if opened or divided or inside or _gives_reason(part, sentence[:last], first):
        first -= 1
        while first and at - first < 2 * _NEAR and not _is_end(sentence[first - 1]):
            first -= 1
    return first, last


def _first_of_row(sentence: tuple[Token, ...], first: int, at: int) -> int:
    """不予公开 2 件，其中 A 1 件、B 1 件: B is one of the row that begins with A, unless an outcome comes between."""
    start = first
    while start and at - start < _NEAR and sentence[start - 1].value == "、":
        back = start - 1
        while back and at - back < _NEAR and not _is_end(sentence[back - 1]):
            back -= 1
        if any(token.kind == "outcome" for token in sentence[back:start]):
            return first
        start = back
    opens = start > 1 and (sentence[start - 1].value == "（" or sentence[start].kind in _DIVIDES)
    return start if opens else first


def _gives_reason(part: PartText, sentence: tuple[Token, ...], first: int) -> bool:
    """``，原因是…`` and ``，系…`` without a figure refer to the figure before; 因 alone starts a new statement."""
    if first < 2 or sentence[first - 1].value != "，" or any(token.kind == "figure" for token in sentence[first:]):
        return False
    opening = sentence[first]
    words = part.plain.text[opening.start : opening.end]
    return opening.kind == "because" or words in _IS or (opening.kind == "all" and sentence[first + 1].start == opening.end)


def _joins(sentence: tuple[Token, ...], at: int) -> bool:
    """另行制作的 1 件和内部事务不予公开的 1 件: 和 behind a figure."""
    return at > 0 and sentence[at].value == "and" and sentence[at - 1].kind == "figure"


def _is_end(token: Token) -> bool:
    return token.kind == "sep" and token.value in _ENDS
