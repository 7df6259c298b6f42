"""The words by which reports speak of their figures, sorted by what they mean to a reader of figures.

The words are data (``words.yaml``); they become ``WORDS``, the kind and value of each, and one pattern that finds the longest
word at every place. Kinds: what a figure counts (``new handled manage carried_in carried_out carry outcome reason applicant
review suit direct after result doc docverb act fee``), what changes a reading (``neg zero all each respectively among total
rest share rate compare grow fall reach flat past now next period part because scope distribute modal show``), what a sentence
speaks of (``app`` for applications, ``publish``, ``other``), and ``soft``: words that say nothing and may stand between.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import product
from pathlib import Path

from toolkit.core.shipped import read_table

_FILE = Path(__file__).with_name("words.yaml")

# Words that need a look around: the single characters that are also part of others.
_LOOK = {
    "total": r"(?<![公中总一累合])共(?![同享建治产青识性鸣管赢商和党育富计有])",
    "among": r"含(?![义税量有金糖水])|内含",
    "each": r"各(?=[\d一二三四五六七八九十两有为占]{1,2}|提出|提交|递交|申请|收到"
    r"|[来交提递寄送得办结收转留被获]了?[\d一二三四五六七八九十两])",
    "new": r"(?<![回查征接验签])收(?=\d{1,6}件)",
    "handled": r"(?:共|已|均|全年)办(?=[\d一二三四五六七八九十])",
    "grow": r"[多增](?=\d)",
    "fall": r"[少减](?=\d)",
    "outcome": r"(?:全部|全文|完全)(?:公开)?(?:或者|或|及|和|、)(?=部分公开)",  # 全部或部分公开 7 件
    # 二〇一八年遗留三件, 承接2018年13件
    "carried_in": r"(?<=[0-9〇零一二三四五六七八九]年)(?:度|底|末)?"
    r"(?:遗留|转来|带来|留下|结存|接转|移交|滚存|(?:尚)?未(?:办完|办结|完成|答复)|没(?:有)?(?:办完|办结|答复)|在办|留存)"
    r"(?:下来)?(?:的)?(?:申请)?(?=[0-9一二两三四五六七八九十])",
    "carry": r"(?:承接|接续|接转|接|承上|续|转(?![自来入至到]))(?=(?:20\d\d|二[〇零][〇零一二三四五六七八九]{2})年)",
    "outside": r"(?:以|之)?外(?=[，,]|都|均|全|其余|其他|皆)",  # 除 1 件信访外都是重复申请
    "soft": r"中(?=国家秘密)|(?<=[件份宗起例条])里[面头]?",  # 不予公开的 90 件中国家秘密 7 件; 12 件里自然人 9 件
    "distribute": r"每(?:\d{1,5}|[二两三四五六七八九十百千万]{1,4})[件份宗人名户]",  # 每百件申请引发复议 7 件 is a rate
    "neg": r"零(?=申请|依申请|复议|诉讼|行政复议|行政诉讼|信息公开申请|政府信息公开申请|收件|受理)",
    "zero": r"为0(?![\d.]|[件宗起例份条元次项])",
}

KEYS = frozenset((  # the kinds of words that say what a figure counts
    "new", "handled", "manage", "carried_in", "carried_out", "carry", "outcome", "reason", "applicant", "review", "suit",
    "direct", "after", "result", "doc", "docverb", "act", "app",
))  # fmt: skip
_KINDS_OF_CASES = ("outcome", "act")  # 予以公开类 4 件, 行政处罚类 12 件
_BUCKET = 16
_SPECIAL = {character: re.escape(character) for character in map(chr, range(128))}


def _words() -> dict[str, tuple[str, str]]:
    data = read_table(_FILE)
    by_word: dict[str, tuple[str, str]] = {}
    for kind, values in data.items():
        for value, words in values.items():
            for word in (each for entry in words for each in spelled_out(entry)):
                by_word.setdefault(word, (kind, value))
                if kind in _KINDS_OF_CASES:
                    by_word.setdefault(f"{word}类", (kind, value))
    return by_word


def spelled_out(entry: str) -> list[str]:
    """``结转|转×下年|下一年`` stands for every verb with every year."""
    return ["".join(parts) for parts in product(*(side.split("|") for side in entry.split("×")))]


WORDS = _words()


# What may follow a beginning, by the next character; "" where the beginning is a word itself.
_Tree = dict[str, "_Tree"]


def words_pattern(words: Iterable[str] = WORDS) -> str:
    """A pattern for the longest of the words at a place; words with the same beginning share it, which compiles faster."""
    tree: _Tree = {}
    for word in words:
        node = tree
        for character in (*word, ""):
            if character not in node:
                node[character] = {}
            node = node[character]
    firsts = sorted(tree)
    buckets = [firsts[at : at + _BUCKET] for at in range(0, len(firsts), _BUCKET)]
    inside = "|".join(
        f"(?=[{''.join(bucket)}])(?:{'|'.join(first + _rest(tree[first]) for first in bucket)})" for bucket in buckets
    )
    return f"(?=[{''.join(firsts)}])(?:{inside})"


def _rest(tree: _Tree) -> str:
    branches = [_SPECIAL.get(character, character) + _rest(longer) for character, longer in tree.items() if character]
    if "" in tree:
        return f"(?:{'|'.join(branches)})?" if branches else ""
    return branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})"


def look_patterns() -> dict[str, str]:
    """The patterns with a look around, by the kind they stand for."""
    return dict(_LOOK)
