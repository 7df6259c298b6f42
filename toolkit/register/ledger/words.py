"""The words of ledgers: heads of columns, kinds of applicants, ways of receipt, outcomes, results of disputes.

In: what an office wrote. Out: the key it means, or ``None``: a word that may mean two things (不予公开 has eight rows) means
none. The forms' own labels are taken from the editions; the rest is what offices usually write.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from toolkit.core.shipped import read_table
from toolkit.forms import Form, all_forms
from toolkit.importing.wording import fold, simplified
from toolkit.register.requests import (
    CHANNELS,
    DISPUTE_KINDS,
    DISPUTE_RESULTS,
    FIELDS,
    TABLE,
    applicant_kinds,
    form_of,
    outcome_rows,
    outcomes_of,
)

OPEN = "open"  # 在办
WITHDRAWN = "withdrawn"
OWN_OUTCOME, OWN_KIND = "outcome:", "kind:"  # before the row or kind, where the register keeps a word of the office
ROW_NUMBER = "row_number"  # 序号: counts rows, names no request
ROW_YEAR = "row_year"  # 年度: the year of the days in its row
OUTCOME_REASON = "outcome_reason"  # 不予公开理由: which of the rows of its group an outcome means
# heads of days that stand in for the one that counts, where a ledger has no column for it
STAND_INS = frozenset(("受理日期", "受理时间", "登记日期", "申请日期", "申请时间", "办结日期", "办结时间"))
_NOTE = re.compile(r"[（(\[【][^）)\]】]*[）)\]】]")
# notes in brackets that change what the head means: 答复日期（预计）
_MEANT_OTHERWISE = re.compile("预|计划|应|拟|截|限|第|次|前|后|原|延|补|再|更|送达|寄|作废|上年|明年")
_DELIVERY = re.compile(
    "(?:邮寄|快递|挂号信|EMS|电子邮件|邮箱|网上|网络|当面|传真|书面|纸质|电子版|复印件|光盘|已?(?:答复|回复|送达|提供|办结))+"
)
_LEGAL_PERSONS = re.compile(r"^法人(?:或者?|和|及|、)?其[他它]组织")


def plain(text: str) -> str:
    """A word as it is compared: no numbering, punctuation or blanks."""
    folded = simplified(fold(text)).translate(str.maketrans("“”\"'", "    "))
    unnumbered = re.sub(r"^[一二三四五六七八九十]+、|[（(][一二三四五六七八九十\d]{1,2}[）)]|(?<!\d)\d{1,2}[.．、]", "", folded)
    without_note = re.sub(r"（区分处理.*?）", "", unnumbered)
    return re.sub(r"[\s（）()、，,。.：:；;/\\\-—_*＊★“”\"'《》〈〉]+", "", without_note)


def field_of_head(head: str, own: Mapping[str, str]) -> str | None:
    """The field that a head of a column means; ``own`` are heads that this office mapped before."""
    return next((key for word in _forms(head) if (key := own.get(word) or _head_words().get(word))), None)


def _forms(head: str) -> tuple[str, ...]:
    """A head as it is compared, and without a note in brackets (收件日期（年月日）) that leaves its meaning as it is."""
    notes = _NOTE.findall(fold(head))
    if not notes or any(_MEANT_OTHERWISE.search(note) for note in notes):
        return (plain(head),)
    return plain(head), plain(_NOTE.sub("", fold(head)))


def tick_of_head(head: str) -> tuple[str, str] | None:
    """The field and the choice of a column to be ticked, whose head is the field's over the choice's: 申请人类别自然人."""
    return _tick_words().get(plain(head))


@cache
def _tick_words() -> dict[str, tuple[str, str]]:
    """Field and choice by the heads of both; of two ways to part a head the one with the longer choice."""
    listed = _listed()
    labels = {plain(outcome.label) for form in all_forms() for outcome in form.outcomes}
    heads = {key: {plain(word) for word in listed["heads"][key]} for key in ("applicant_kind", "channel", "outcome")}
    heads["applicant_kind"] |= {"申请人", "申请人情况", "申请人信息"}
    heads["applicant_kind"] |= {f"{head}法人或其他组织" for head in heads["applicant_kind"]}
    heads["outcome"] |= {f"{head}{label}" for head in heads["outcome"] for label in labels}
    choices: dict[str, set[str]] = {
        "applicant_kind": {*_kind_words(), "其他组织"}, "channel": {*_inverted("channels", CHANNELS)},
        "outcome": labels.union(*(_outcome_words(form.first_year) for form in all_forms())),
    }  # fmt: skip
    ticks: dict[str, tuple[str, str]] = {}
    for key, words in choices.items():
        for choice in sorted(words, key=lambda word: (-len(word), word)):
            for head in heads[key]:
                ticks.setdefault(f"{head}{choice}", (key, choice))
    return ticks


def rank_of_head(head: str, own: Mapping[str, str]) -> int:
    """How well a head names its field, 0 the best: own heads, then the order of ``words.yaml``."""
    named = _forms(head)
    return -1 if set(named) & set(own) else next((_ranks()[word] for word in named if word in _ranks()), 0)


def field_of_label(label: str) -> str | None:
    """The field that is called so, for heads that are mapped by hand."""
    word = plain(label)
    return next((field.key for field in FIELDS if plain(field.label) == word), None) or _head_words().get(word)


@dataclass(frozen=True)
class OwnWords:
    """What this office writes, each word ``plain``: fields by head, rows of part three and kinds of applicants by word."""

    heads: Mapping[str, str] = field(default_factory=dict)
    outcomes: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)


NO_OWN_WORDS = OwnWords()


def own_words(stored: Mapping[str, str]) -> OwnWords:
    """The heads and words of an office, which the register keeps together."""
    outcomes, kinds = ({word: key.removeprefix(mark) for word, key in stored.items() if key.startswith(mark)}
                       for mark in (OWN_OUTCOME, OWN_KIND))  # fmt: skip
    return OwnWords({head: key for head, key in stored.items() if head not in outcomes and head not in kinds}, outcomes, kinds)


def kind_of(word: str, own: Mapping[str, str] | None = None) -> str | None:
    """The kind of applicant that a word means, ``own`` words first.

    法人或其他组织 before it and a note in brackets that names no other kind change nothing.
    """
    if kind := (own or {}).get(plain(word)):
        return kind
    short = plain(_NOTE.sub("", fold(word)))
    note = plain("".join(_NOTE.findall(fold(word))))
    key = _kind_words().get(plain(word)) or _kind_words().get(_LEGAL_PERSONS.sub("", plain(word)))
    if key is None and _kind_words().get(short, "other_organization") != "other_organization":
        other = {kind for name, kind in _kind_words().items() if name in note}
        return _kind_words()[short] if other <= {_kind_words()[short]} else None
    return key


def channel_of(word: str) -> str | None:
    """The way of receipt that a word means."""
    return _inverted("channels", CHANNELS).get(plain(word))


def dispute_kind_of(word: str) -> str | None:
    """The row of part four that a word means."""
    return _inverted("disputes", DISPUTE_KINDS).get(plain(word))


def result_of(word: str) -> str | None:
    """The result of a review or lawsuit that a word means."""
    return _inverted("results", DISPUTE_RESULTS).get(plain(word))


def outcome_of(word: str, year: int, own: Mapping[str, str] | None = None) -> str | None:
    """The row of part three that a word means in the edition of a year; also ``OPEN`` and ``WITHDRAWN``."""
    word_plain = plain(word)
    if row := (own or {}).get(word_plain) or _outcome_words(year).get(word_plain):
        return row
    notes = [plain(note) for note in _NOTE.findall(fold(word))]
    if notes and all(_DELIVERY.fullmatch(note) for note in notes):
        return outcome_of(_NOTE.sub("", fold(word)), year, own)
    return _of_group(word_plain, year)


def _of_group(word: str, year: int) -> str | None:
    """The row of a reason after its group: 不予公开国家秘密, 无法提供信息不存在."""
    form = form_of(year)
    for outcome in form.outcomes if form else ():
        label = plain(outcome.label)
        row = _outcome_words(year).get(word.removeprefix(label)) if word.startswith(label) else None
        if row in outcome.rows:
            return row
    return None


@cache
def _head_words() -> dict[str, str]:
    return {plain(field.label): field.key for field in FIELDS} | _words("heads")


@cache
def _ranks() -> dict[str, int]:
    return {plain(word): at for listed in _listed()["heads"].values() for at, word in enumerate(listed)}


@cache
def _kind_words() -> dict[str, str]:
    return {plain(label): key for key, label in applicant_kinds().items()} | _words("kinds")


@cache
def _outcome_words(year: int) -> dict[str, str]:
    form = form_of(year)
    if form is None:
        return {}
    words = {plain(label): key for key, label in outcomes_of(year).items()}
    rows = {row.key for row in outcome_rows(form)}
    words |= {plain(row.label): row.key for row in outcome_rows(form)}
    for word, key in _words("outcomes").items():
        row = _row(form, key)
        if row in rows or row in (OPEN, WITHDRAWN):
            words.setdefault(word, row)
    single_rows = (outcome for outcome in form.outcomes if len(outcome.rows) == 1)  # 2019: 其他处理
    return words | {plain(outcome.label): outcome.rows[0] for outcome in single_rows}


def _row(form: Form, key: str) -> str:
    """The row of a word: roles (``not_paid``) are found in the edition, the others are rows already."""
    table = form.table_by_key[TABLE]
    return table.roles[key] if key in table.roles and key not in (WITHDRAWN, *table.row_by_key) else key


def _words(group: str) -> dict[str, str]:
    """The words of a group of ``words.yaml`` as they are compared, with what they mean."""
    return {plain(word): key for key, listed in _listed()[group].items() for word in listed}


@cache
def _listed() -> dict[str, dict[str, list[str]]]:
    read: dict[str, dict[str, list[str]]] = read_table(Path(__file__).parent / "words.yaml")
    return read


def _inverted(group: str, labels: Mapping[str, str]) -> dict[str, str]:
    return {plain(label): key for key, label in labels.items()} | _words(group)
