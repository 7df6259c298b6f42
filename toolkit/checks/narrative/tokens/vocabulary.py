"""The words by which reports speak of their figures, sorted by what they mean to a reader of figures.

The words are data (``words.yaml``); they become ``WORDS``, the kind and value of each. Kinds: what a figure counts (``new
handled manage carried_in carried_out carry outcome reason applicant review suit direct after result doc docverb act fee``), what
changes a reading (``neg zero all each respectively among total rest share rate compare grow fall reach flat past now next period
part because scope distribute modal show``), what a sentence speaks of (``app`` for applications, ``publish``, ``other``), and
``soft``: words that say nothing and may stand between. ``WordPattern`` finds the longest word at each place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import product
from pathlib import Path

from toolkit.core.shipped import read_table

_FILE = Path(__file__).with_name("words.yaml")

# Words that need a look around: the single characters that are also part of others.
_LOOK = {
    "total": r"(?<![公中总一累合])共(?![同享建治产青识性鸣管赢商和党育富计有])|(?<=[，、的；（日底末—])计(?=\d)"
    r"(?!\d{1,5}[条篇期][一-鿿]{2,10}、\d)"
    r"|(?<=，)这(?=\d{1,5}[条篇期])"
    r"|[两二三四五六][项类](?=合并)|(?<![，；。：])[两二三四五六][项类](?=一?共|[合总]计|相加|[加合]起来|[加合放]在一起)",
    "among": r"按[一-鿿]{1,4}(?:来?分|划分)，(?:共?有)?(?=\d{1,5}[条篇期份])"
    r"|由(?=[一-鿿]{2,18}\d{1,5}[条篇期份件][^。；]{4,80}?(?:组成|构成|拼合?而?成|合成|汇成|凑成|相加而[得成]|加总而[得成]))"
    r"|(?<=，)计(?=\d{1,5}[条篇期][一-鿿]{2,10}、\d)"
    r"|含(?![义税量有金糖水])|内含|(?<=[，（；])(?:这?里面|内有)",
    "each": r"各(?=[\d一二三四五六七八九十两有为占]{1,2}|提出|提交|递交|申请|收到"
    r"|新?[来交提递寄送得办结收转留被获]到?了?[\d一二三四五六七八九十两])",
    "new": r"(?<![回查征接验签])收(?=\d{1,6}件)",
    "handled": r"(?:共|已|均|全年)办(?=[\d一二三四五六七八九十])",
    "grow": r"[多增](?=\d)",
    "fall": r"[少减](?=\d)",
    "outcome": r"(?:全部|全文|完全)(?:公开)?(?:或者?|及|和|与|以及|、)(?=部分公开)",  # 全部或部分公开 7 件
    # 二〇一八年遗留三件, 承接2018年13件
    "carried_in": r"(?<=[0-9〇零一二三四五六七八九]年)(?:度|底|末)?"
    r"(?:遗留|转来|带来|留下|结存|接转|移交|滚存|(?:尚)?未(?:办完|办结|完成|答复)|没(?:有)?(?:办完|办结|答复)|在办|留存)"
    r"(?:下来)?(?:的)?(?:申请)?(?=[0-9一二两三四五六七八九十])"
    r"|(?<=[0-9〇零一二三四五六七八九]年)(?:度|底|末)?(?:一路)?[拖带留剩压积][带延留存下]?(?:[进过下]来|而来)(?=[^，。；0-9]{0,10}[0-9])",
    "carry": r"(?:承接|接续|接转|接|承上|续|转(?![自来入至到]))(?=(?:20\d\d|二[〇零][〇零一二三四五六七八九]{2})年)",
    "outside": r"(?:以|之)?外(?=[，,]|都|均|全|其余|其他|皆)",  # 除 1 件信访外都是重复申请
    "soft": r"中(?=国家秘密)|(?<=[件份宗起例条])里[面头]?",  # 不予公开的 90 件中国家秘密 7 件; 12 件里自然人 9 件
    "distribute": r"每(?:\d{1,5}|[二两三四五六七八九十百千万]{1,4})[件份宗人名户]"
    r"|(?<=[^\d两一二三四五六七八九十作当每假限节][日周])均(?=[一-鿿]{0,6}\d)"  # 每百件申请引发复议 7 件 is a rate
    r"|各(?=(?:[配发建安布放装派赠拨补聘举]|设(?!区))[一-鿿]{0,8}\d)",  # 17 个居民区各配备了 1 名信息员
    "now": r"(?<![较比与])同期(?=，?(?:[全各县市区省我本]|其他|其余|乡镇|街道))",  # 同期各部门受理 86 件: of the year spoken of
    "neg": r"零(?=申请|依申请|复议|诉讼|行政复议|行政诉讼|信息公开申请|政府信息公开申请|收件|受理)",
    "zero": r"为0(?![\d.]|[件宗起例份条元次项])",
}

KEYS = frozenset((  # the kinds of words that say what a figure counts
    "new", "handled", "manage", "carried_in", "carried_out", "carry", "outcome", "reason", "applicant", "review", "suit",
    "direct", "after", "result", "doc", "docverb", "act", "app",
))  # fmt: skip
_KINDS_OF_CASES = ("outcome", "act")  # 予以公开类 4 件, 行政处罚类 12 件


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


class WordPattern:
    """A pattern that finds words among other things, at each place the longest one.

    Its words are looked up: a pattern with all of them would take a fifth of a second to compile.

    Args:
        words: the words.
        before: the pattern of what is tried before a word at each place.
        after: that of what is tried where there is no word.
    """

    def __init__(self, words: Iterable[str], before: str, after: str) -> None:
        self._words = frozenset(words)
        self._lengths: dict[str, list[int]] = {}  # of the words, the longest first, by the first character
        for first, length in sorted({(word[0], -len(word)) for word in self._words}):
            self._lengths.setdefault(first, []).append(-length)
        firsts = re.escape("".join(self._lengths))
        self._pattern, self._after = re.compile(f"{before}(?P<word>[{firsts}])|{after}"), re.compile(after)

    def matches(self, text: str) -> Iterator[tuple[re.Match[str], str]]:
        """Every match in order, with the word that begins there; "" for anything else."""
        search, lengths, words, end = self._pattern.search, self._lengths, self._words, 0
        while match := search(text, end):
            start, end, word = match.start(), match.end(), ""
            if match.lastgroup == "word":
                for length in lengths[text[start]]:
                    if (word := text[start : start + length]) in words:
                        end = start + len(word)
                        break
                else:
                    word = ""
                    if not (other := self._after.match(text, start)):
                        continue
                    match, end = other, other.end()
            yield match, word


def look_patterns() -> dict[str, str]:
    """The patterns with a look around, by the kind they stand for."""
    return dict(_LOOK)
