"""Say which outcome of applications a figure counts: 予以公开及部分公开 7 件, 不掌握相关政府信息 1 件, 其中公开 5 件.

Source: labels of the form, part three, 三、本年度办理结果.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from toolkit.checks.narrative.candidates.context import Context
from toolkit.checks.narrative.candidates.quantity import Certainty, Doubt, Quantity, total, unknown_between, unknown_inside
from toolkit.checks.narrative.tokens import Token
from toolkit.checks.narrative.tokens.vocabulary import KEYS
from toolkit.forms import Form, Outcome


def read_outcome(
    words: Sequence[Token], after: Sequence[Token], kinds: set[str], context: Context, form: Form
) -> Quantity | None:
    """Several outcomes before one figure count together: 予以公开及部分公开 43 件."""
    outcomes = {outcome.key: outcome for outcome in form.outcomes}
    keys = tuple(dict.fromkeys(token.value for token in words if token.kind == "outcome"))
    bare = any(token.value == "given" for token in words) and not kinds & {"publish", "docverb", "doc"}
    if bare and ("each" in kinds or keys == ("partly_granted",)):  # 公开、无法提供各 2 件; 公开和部分公开合计 48 件
        keys, kinds = ("granted", *keys), kinds - {"show"}
    reason = next((token.value for token in reversed(words) if token.kind == "reason"), "")
    reasons = tuple(dict.fromkeys(token.value for token in words if token.kind == "reason"))
    loose = [one for one in reasons if not any(one in outcomes[key].rows for key in keys)]
    if words[0].kind == "edge" and loose and len(keys) + len(loose) > 1:
        several = _several(keys, loose, outcomes, words)
        if several is not None:
            return several
    about = not context.papers and not kinds & {"docverb", "show", "publish"}
    certainty: Certainty = "sure" if about and context.topic == "app" else "weak"
    named = "app" in kinds or [token.kind for token in after if token.kind != "edge"] == ["app"]  # 无法提供的 3 件申请
    reasoned = any(reason in outcomes[key].rows for key in keys for reason in context.reasons)  # 不予处理 2 件（均为重复申请）
    formal = named or reasoned or {"granted", "partly_granted"} <= set(keys) or len(context.outcomes) > 1
    if about and not (context.topic or context.aside) and formal:
        certainty = "likely"  # nothing before says what it is about, but these words are the form's
    if certainty != "weak" and unknown_between(words) > 1:
        certainty = "likely" if unknown_between(words) <= 4 else "weak"
    if len(reasons) > 1 and len(keys) == 1 and set(reasons) < set(outcomes[keys[0]].rows) and "each" not in kinds:
        # 2 件因第三方合法权益和内部事务不予公开: of both reasons together
        degree: Certainty = "weak" if certainty == "weak" else "likely"
        return Quantity("+".join(reasons), "text-outcome", tuple(total(row) for row in reasons), degree)
    if len(reasons) > 1 and not keys and "total" in kinds:  # 信访举报投诉类、重复申请两种情形合计 6 件
        return Quantity("+".join(reasons), "text-outcome", tuple(total(row) for row in reasons), "likely")
    if reason and (not keys or (len(keys) == 1 and reason in outcomes[keys[0]].rows)):
        asked = not keys and [token.kind for token in after if token.kind != "edge"][:1] == ["app"]
        quantity = _reason(reason, keys, outcomes, words, "weak" if asked else certainty, context)
        return replace(quantity, doubt="") if asked else quantity
    rows = tuple(row for key in keys for row in outcomes[key].rows)
    each = tuple(tuple(total(row) for row in outcomes[key].rows) for key in keys) if "each" in kinds and len(keys) > 1 else ()
    either = _GRANTED if keys == ("granted",) and context.within else ()
    doubt: Doubt = "wording" if about and certainty == "weak" and not reason and context.topic != "other" else ""
    return Quantity("+".join(keys), "text-outcome", tuple(total(row) for row in rows), certainty, each, either, doubt)


def _several(
    keys: Sequence[str], reasons: Sequence[str], outcomes: Mapping[str, Outcome], words: Sequence[Token]
) -> Quantity | None:
    """4 件分属部分公开、另行制作、信访: all of what is named together."""
    rows = [row for name in (*keys, *reasons) for row in (outcomes[name].rows if name in outcomes else (name,))]
    if not any(token.value in ("、", "and") for token in words):
        return None
    cells = tuple(total(row) for row in dict.fromkeys(rows))
    return Quantity("+".join((*keys, *reasons)), "text-outcome", cells, "weak", doubt="wording")


def _reason(
    reason: str,
    keys: Sequence[str],
    outcomes: Mapping[str, Outcome],
    words: Sequence[Token],
    certainty: Certainty,
    context: Context,
) -> Quantity:
    """A reason with or without its outcome: 不掌握相关政府信息 2 件. One for a whole group (撤回) is not more than that."""
    whole = reason in outcomes
    rows = outcomes[reason].rows if whole else (reason,)
    begins = words[0].kind in ("reason", "outcome", "soft", "now", "app", "noun", "edge")
    # 不予公开 2 件，其中第三方合法权益 1 件、内部事务信息 1 件
    begins = begins or (words[0].kind in ("among", "sep") and any(reason in outcomes[key].rows for key in context.outcomes))
    last = [token.kind for token in words if token.kind in KEYS][-1:]  # 涉及第三方合法权益的申请 3 件: asked about, not refused
    begins = begins and (whole or last != ["app"])
    clear = certainty != "weak" and not unknown_between(words) and begins
    degree: Certainty = "likely" if not whole and (keys or clear) and not context.papers else "weak"
    return Quantity(
        reason, "text-outcome", tuple(total(row) for row in rows), degree, at_most=whole and clear and words[0].kind != "edge",
        doubt="wording" if degree == "weak" and not whole and context.topic == "app" and last != ["app"] else "",
    )  # fmt: skip


def published_answers(words: Sequence[Token]) -> bool:
    """公开答复 17 件: the answers that gave the information, not all of them."""
    return any({one.value, two.kind} == {"given", "handled"} and one.end == two.start for one, two in pairwise(words))


def bare_published(words: Sequence[Token], after: Sequence[Token], context: Context) -> Quantity | None:
    """办结 11 件，其中公开 5 件、部分公开 2 件; 5 件公开，6 件不掌握: a mere 公开 beside other outcomes or reasons, or one that
    divides what was finished."""
    beside = (*_BESIDE, "noun") if context.within else _BESIDE  # 向申请人公开 13 件（含部分公开 3 件）
    verb = _bare_verb(words, beside) or (None if _named(words, _BESIDE) else _bare_verb(after, _BEHIND))
    published = context.within and "publish" in {token.kind for token in words} <= {"publish", *_BESIDE}
    if published:  # 公开信息的 13 件（含部分公开 5 件）
        verb = words[0]
    if verb is None or not (published or context.topic == "app") or context.papers:
        return None
    if verb in words and context.lead > _TOPIC:
        return None  # 法律禁止公开 3 件
    others = bool(context.outcomes - {"granted"})
    divided = context.applicants and not context.heads_here  # 公开 21 件，其中自然人 14 件
    if not (others or context.reasons or context.among or divided):
        return None
    clear = others and context.head == "total" and verb in words
    either = () if "partly_granted" in context.outcomes and not context.within else _GRANTED
    return Quantity("granted", "text-outcome", _GRANTED[:1], "sure" if clear else "likely", either=either)


_GRANTED = (total("granted"), total("partly_granted"))
_TOPIC = 2  # unknown characters before a mere 公开 that say that it is something else
_BESIDE = ("soft", "edge", "among", "sep", "all", "handled")
_BEHIND = ("soft", "edge", "all", "rest")


def _bare_verb(words: Sequence[Token], beside: Sequence[str]) -> Token | None:
    """The 公开 of these words when they have no other meaning and nothing unknown behind it."""
    named = [token for token in words if token.kind not in beside]
    if len(named) != 1 or named[0].kind != "show" or named[0].value != "given":
        return None
    known = unknown_inside(words if beside is _BEHIND else words[words.index(named[0]) :])
    return None if known else named[0]


def _named(words: Sequence[Token], beside: Sequence[str]) -> bool:
    return any(token.kind not in beside for token in words)
