"""The words of ledgers: heads of columns, kinds of applicants, ways of receipt, outcomes, results of disputes.

In: what an office wrote. Out: the key it means, or ``None``: a word that may mean two things (不予公开 has eight rows) means
none. The forms' own labels are taken from the editions; the rest is what offices usually write.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from toolkit.core.shipped import read_table
from toolkit.forms import Form
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
OWN_OUTCOME = "outcome:"  # before the row, where the register keeps a word of the office
ROW_NUMBER = "row_number"  # 序号: counts rows, names no request


def plain(text: str) -> str:
    """A word as it is compared: no numbering, punctuation or blanks."""
    folded = simplified(fold(text)).translate(str.maketrans("“”\"'", "    "))
    unnumbered = re.sub(r"^[一二三四五六七八九十]+、|[（(][一二三四五六七八九十\d]{1,2}[）)]|(?<!\d)\d{1,2}[.．、]", "", folded)
    without_note = re.sub(r"（区分处理.*?）", "", unnumbered)
    return re.sub(r"[\s（）()、，,。.：:；;/\\\-—_“”\"'《》〈〉]+", "", without_note)


def field_of_head(head: str, own: Mapping[str, str]) -> str | None:
    """The field that a head of a column means; ``own`` are heads that this office mapped before."""
    word = plain(head)
    return own.get(word) or _head_words().get(word)


def rank_of_head(head: str, own: Mapping[str, str]) -> int:
    """How well a head names its field, 0 the best: own heads, then the order of ``words.yaml``."""
    word = plain(head)
    return -1 if word in own else _ranks().get(word, 0)


def field_of_label(label: str) -> str | None:
    """The field that is called so, for heads that are mapped by hand."""
    word = plain(label)
    return next((field.key for field in FIELDS if plain(field.label) == word), None) or _head_words().get(word)


def split_own(kept: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Heads (field by head) and words (row of part three by word) of an office, which the register keeps together."""
    outcomes = {word: key.removeprefix(OWN_OUTCOME) for word, key in kept.items() if key.startswith(OWN_OUTCOME)}
    return {head: key for head, key in kept.items() if head not in outcomes}, outcomes


def kind_of(word: str) -> str | None:
    """The kind of applicant that a word means."""
    return _kind_words().get(plain(word))


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
    return (own or {}).get(word_plain) or _outcome_words(year).get(word_plain)


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
    return words | _single_groups(form)


def _row(form: Form, key: str) -> str:
    """The row of a word: roles (``not_paid``) are found in the edition, the others are rows already."""
    table = form.table_by_key[TABLE]
    return table.roles[key] if key in table.roles and key not in (WITHDRAWN, *table.row_by_key) else key


def _single_groups(form: Form) -> dict[str, str]:
    """Kinds of outcome with one row, by their name (2019: 其他处理)."""
    return {plain(outcome.label): outcome.rows[0] for outcome in form.outcomes if len(outcome.rows) == 1}


def _words(group: str) -> dict[str, str]:
    """The words of a group of ``words.yaml`` as they are compared, with what they mean."""
    return {plain(word): key for key, listed in _listed()[group].items() for word in listed}


@cache
def _listed() -> dict[str, dict[str, list[str]]]:
    read: dict[str, dict[str, list[str]]] = read_table(Path(__file__).parent / "words.yaml")
    return read


def _inverted(group: str, labels: Mapping[str, str]) -> dict[str, str]:
    return {plain(label): key for key, label in labels.items()} | _words(group)
