"""Read the parts that words play in a statement: in goes the plain text of a sentence, out come its roles in order.

A statement is put together from a quantifier (没有, 均, 三分之二), a noun (申请, 行政复议, 企业, 予以公开) and a polarity; the
lexicon ``roles.yaml`` has the morphemes of each part, and nothing here knows a phrase. Characters between are not read.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from toolkit.checks.narrative.tokens.vocabulary import WordPattern, spelled_out
from toolkit.core.shipped import read_table

_FILE = Path(__file__).with_name("roles.yaml")
_YEAR = r"(?<!\d)(?P<year>20\d{2})年?(?:度|底|末)?(?=\D|\Z)"
_MASKED = r"《[^《》\n]{0,80}》"
_NOUNS = ("refused_state_secret", "refused_third_party", "unprocessed_petition")  # reasons that are everyday nouns
_BEHIND = re.compile("人|者|员|查实|属实|线索|积案|电话|热线|信箱|平台|窗口|奖励|接待|中心|部门|机构|载体|制度|工作|教育|泄|外泄")
# 指引申请人向区住建局等单位申请, 告知可以去问的单位, 住建、街镇三类单位: offices, not applicants
_OFFICES = re.compile("(?:[向找问询商][^，。；：]{0,12}[等的]|[两二三四五六七八九十]类)\\Z")
_AGO = 16  # characters of those words
ENDS = "，；。：！？（）\n"


class Role(NamedTuple):
    """``start`` and ``end`` are offsets into the text of the sentence; ``end`` of the mark that ends a clause is behind it."""

    kind: str
    value: str
    start: int
    end: int


@cache
def _words() -> dict[str, tuple[str, str]]:
    data = read_table(_FILE)
    words: dict[str, tuple[str, str]] = {}
    for kind, values in data.items():
        for value, entries in values.items():
            for word in (each for entry in entries for each in spelled_out(str(entry))):
                words.setdefault(word, (kind, value))
    return words


@cache
def _pattern() -> WordPattern:
    return WordPattern(_words(), "", f"{_YEAR}|(?P<mask>{_MASKED})|(?P<mark>(?!(?<=\\d)：\\d)[{ENDS}])")


@lru_cache(maxsize=2048)
def roles_of(text: str) -> tuple[Role, ...]:
    """Every role of a sentence, marks between clauses among them."""
    return tuple(_role(match, word) for match, word in _pattern().matches(text))


def _role(match: re.Match[str], word: str) -> Role:
    group, (start, end) = match.lastgroup or "", match.span()
    if word:
        role = Role(*_words()[word], start, start + len(word))
        inside = role.kind == "reason" and role.value in _NOUNS and _BEHIND.match(match.string, role.end)
        office = role.kind == "unit" and _OFFICES.search(match.string, max(0, start - _AGO), start)
        return role._replace(kind="plain") if inside or office else role  # 职业举报人, 举报查实: a part of another noun
    return Role("year" if group == "year" else "mark" if group == "mark" else "plain", match["year"] or match.group(), start, end)
