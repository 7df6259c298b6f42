"""The table of invisible and look-alike characters: the name and the replacement of each.

In: text as typed, pasted or read from a file. Out: the same text cleaned, or the odd characters in it one by one with
place, name and replacement (``Sign``). A replacement is *certain* when nothing else can be meant: it is made on
import and on typing. The others (Latin O in 2O24) depend on their neighbours and are only offered.

Sources: Unicode, DerivedCoreProperties.txt (Default_Ignorable_Code_Point), EquivalentUnifiedIdeograph.txt (radicals
and strokes; the Kangxi radicals carry the same mapping as compatibility decomposition), confusables.txt (UTS #39);
GB 18030-2022, annex D (characters that older editions kept in the private use area).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Literal

Kind = Literal["hidden", "blank", "line", "alike", "wide"]


@dataclass(frozen=True, slots=True)
class Sign:
    """Adjacent odd characters of one kind: ``text`` at ``start`` should be ``replacement``."""

    start: int
    text: str
    kind: Kind
    replacement: str
    certain: bool = True

    @property
    def end(self) -> int:
        return self.start + len(self.text)


# ---------------------------------------------------------------- characters that draw nothing

_HIDDEN_NAMES: dict[int, str] = {
    0xAD: "软连字符", 0x34F: "组合用连接符", 0x61C: "阿拉伯文方向标记", 0x115F: "谚文填充符", 0x1160: "谚文填充符",
    0x180E: "蒙古文元音分隔符", 0x200B: "零宽空格", 0x200C: "零宽不连字", 0x200D: "零宽连字", 0x200E: "从左到右标记",
    0x200F: "从右到左标记", 0x202A: "从左到右嵌入", 0x202B: "从右到左嵌入", 0x202C: "方向格式结束", 0x202D: "从左到右强制",
    0x202E: "从右到左强制", 0x2060: "单词连接符", 0x2066: "从左到右隔离", 0x2067: "从右到左隔离", 0x2068: "首个强方向隔离",
    0x2069: "方向隔离结束", 0x3164: "谚文填充符", 0xFEFF: "零宽不换行空格", 0xFFA0: "半角谚文填充符",
}  # fmt: skip
_HIDDEN_RANGES = (
    (0x17B4, 0x17B5, "高棉文隐含元音"), (0x180B, 0x180D, "蒙古文变体选择符"), (0x180F, 0x180F, "蒙古文变体选择符"),
    (0x2061, 0x2065, "不可见运算符"), (0x206A, 0x206F, "停用的格式符"), (0xFE00, 0xFE0F, "变体选择符"),
    (0xFFF0, 0xFFFB, "行间注释符"), (0x1BCA0, 0x1BCA3, "速记格式符"), (0x1D173, 0x1D17A, "乐谱格式符"),
    (0xE0000, 0xE00FF, "标签字符"), (0xE0100, 0xE01EF, "变体选择符"),
)  # fmt: skip
_HIDDEN = {**_HIDDEN_NAMES, **{code: name for first, last, name in _HIDDEN_RANGES for code in range(first, last + 1)}}
UNSEEN = "\u200b"
_LINE_ENDS = {
    0x0B: "纵向制表符", 0x0C: "换页符", 0x1C: "文件分隔符", 0x1D: "组分隔符", 0x85: "下一行符",
    0x2028: "行分隔符", 0x2029: "段落分隔符",
}  # fmt: skip
_CONTROL_LINE_ENDS = range(0x0B, 0x20)  # of these; in the output of a program they are no line ends
_BLANKS = {
    0xA0: "不换行空格", 0x1680: "欧甘空格", **dict.fromkeys(range(0x2000, 0x200B), "排版空格"), 0x202F: "窄不换行空格",
    0x205F: "数学空格", 0x2800: "盲文空格",
}  # fmt: skip
_PLAIN_BLANKS = {0x20: "空格", 0x3000: "全角空格"}
_CONTROLS = {code for code in (*range(0x20), *range(0x7F, 0xA0)) if code not in _LINE_ENDS and code not in (9, 10, 13, 0x1E)}
_HALVES = "\ud800-\udfff"
_NO_CHARACTERS = "\ufdd0-\ufdef\ufffe\uffff"

# ---------------------------------------------------------------- characters drawn like others

# U+2E80–2EF3 in pairs: the glyph that PDF producers leave in the text, and the character that was meant. Where Unicode
# names a component beyond U+FFFF, which hardly a font has, the character that it is part of (⺮ 竹).
_SUPPLEMENT = (
    "⺁厂⺂乛⺃乚⺄乙⺅亻⺆冂⺇几⺈刀⺉刂⺊卜⺋㔾⺌小⺍小⺎兀⺏尣⺐尢⺑尢⺒巳⺓幺⺔彑⺕彐⺖忄⺗心⺘扌⺙攵⺛旡⺜日⺝月⺞歺⺟母⺠民⺡氵⺢氺⺣灬⺤爫⺥爫⺦丬⺧牛⺨犭⺩王"
    "⺪疋⺫目⺬示⺭礻⺮竹⺯糹⺰纟⺱罓⺲罒⺳㓁⺴冗⺵网⺶羊⺷羊⺸羊⺹耂⺺肀⺻聿⺼肉⺽臼⺾艹⺿艹⻀艹⻁虎⻂衤⻃覀⻄西⻅见⻆角⻇角⻈讠⻉贝⻊足⻋车⻌辶⻍辶⻎辶⻏邑⻐钅⻑長⻒镸"
    "⻓长⻔门⻕阜⻖阝⻗雨⻘青⻙韦⻚页⻛风⻜飞⻝食⻞食⻟飠⻠饣⻡首⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻪黾⻫斉⻬齐⻭歯⻮齿⻯竜⻰龙⻱龜⻲亀⻳龟"
)
RADICALS: dict[int, str] = {
    **dict(zip(map(ord, _SUPPLEMENT[::2]), _SUPPLEMENT[1::2], strict=True)),
    **{point: unicodedata.normalize("NFKC", chr(point)) for point in range(0x2F00, 0x2FD6)},
    0x2F3E: "户",  # by Unicode 戶; the simplified fonts draw 户, and that is what was printed
}
_STROKES = dict(zip(map(ord, "㇐㇑㇒㇓㇔㇖㇚㇟㇠ㄧ"), "一丨丿丿丶乛亅乚乙一", strict=True))
# GB 18030 code FE50 and following: in GBK and its fonts these stood at U+E815; 〾 marks a place without a character
_GBK_PRIVATE = (
    "⺁〾〾〾⺄㑳㑇⺈⺋〾㖞㘚㘎⺌⺗㥮㤘〾㧏㧟㩳㧐"
    "〾〾㭎㱮㳠⺧〾〾⺪䁖䅟⺮䌷⺳⺶⺷〾䎱䎬⺻䏝䓖䙡䙌〾䜣䜩䝼䞍⻊"
    "䥇䥺䥽䦂䦃䦅䦆䦟䦛䦷䦶〾〾䲣䲟䲠䲡䱷䲢䴓䴔䴕䴖䴗䴘䴙䶮〾"
)
_PRIVATE = {0xE815 + at: RADICALS.get(ord(char), char) for at, char in enumerate(_GBK_PRIVATE) if char != "〾"} | {
    0xE816: "𠂇", 0xE817: "𠂉", 0xE818: "𠃌", 0xE81E: "龴", 0xE826: "龵", 0xE82B: "龶", 0xE82C: "龷", 0xE831: "𡗗", 0xE832: "龸",
    0xE83B: "𢦏", 0xE843: "龹", 0xE854: "龺", 0xE855: "𤇾", 0xE864: "龻", 0xE78D: "，", 0xE78E: "。", 0xE78F: "、", 0xE790: "：",
    0xE791: "；", 0xE792: "！", 0xE793: "？", 0xE796: "…", 0xE5E5: "\u3000",
}  # fmt: skip


def _singles(codes: Iterable[int], form: Literal["NFC", "NFKC"]) -> dict[int, str]:
    """Characters that Unicode itself maps to one other character, e.g. 金 U+F90A to 金 U+91D1."""
    pairs = ((code, unicodedata.normalize(form, chr(code))) for code in codes)
    return {code: plain for code, plain in pairs if len(plain) == 1 and plain != chr(code)}


_ALIKE: dict[int, str] = {
    **RADICALS,
    **_STROKES,
    **_PRIVATE,
    **_singles((*range(0xF900, 0xFB00), *range(0x2F800, 0x2FA1E)), "NFKC"),  # 兼容汉字
    **_singles((0x37E, 0x387, 0x2126, 0x212A, 0x212B, 0x2329, 0x232A), "NFC"),
    **_singles((*range(0x3038, 0x303B), *range(0x3192, 0x31A0)), "NFKC"),  # 苏州码子十 廿 卅, 训读符号
    **dict.fromkeys((0x2010, 0x2011, 0x1E), "-"),  # 连字号; U+001E is Word's non-breaking hyphen, U+001F its optional one
}
_ZEROS_OF_OTHERS = (
    0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xE50, 0xED0, 0xF20, 0x1040,
    0x17E0, 0x1810,
)  # fmt: skip
_OTHER_DIGITS = {chr(zero + digit): str(digit) for zero in _ZEROS_OF_OTHERS for digit in range(10)}
_FULL_WIDTH = {code: chr(code - 0xFEE0) for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
_WIDE: dict[int, str] = {
    **_FULL_WIDTH,
    **_singles(range(0x1D400, 0x1D800), "NFKC"),  # 数学字母数字
    **dict(zip(map(ord, "｡､｢｣﹐﹑﹒﹔﹕﹖﹗﹙﹚︐︑︒︓︔︕︖︵︶"), "。、「」，、.；：？！（），、。：；！？（）", strict=True)),
    **_singles((*range(0xFE69, 0xFE6C), *range(0xFE5F, 0xFE67)), "NFKC"),
}

# ---------------------------------------------------------------- characters that are odd beside certain neighbours

_LOOKS_LATIN = dict(zip(
    "АВЕЅІЈКМНОРСТХУаеорсухіјѕԁԛԝӏΑΒΕΖΗΙΚΜΝΟΡΤΥΧον", "ABESIJKMHOPCTXYaeopcyxijsdqwlABEZHIKMNOPTYXov", strict=True,
))  # fmt: skip
_OTHER_DIGIT = "".join(_OTHER_DIGITS)
_FOREIGN = "Α-Ωα-ωА-яЅІЈіјѕԁԛԝӏ"
_AS_DIGITS = dict.fromkeys("OoОоΟοՕ", "0") | dict.fromkeys("lIІΙӏ", "1") | {"З": "3"}
_DIGIT_LIKE, _FOREIGN_DIGIT_LIKE = "OoОоΟοՕlIІΙӏЗ", "ОоΟοՕІӏЗ"
_HAN = "\u3400-\u9fff"
_KANA = dict(zip("ニロエカタトハチー", "二口工力夕卜八千一", strict=True))
_DASHES = "‒–−﹣－ー"
_UNIT = "年月日号件条次项个份元万%％"
_CHINESE_DIGIT = "一二三四五六七八九〇零"
_ZEROS = "○◯OoΟοОо0０⭕"
_NUMBER = rf"(?<![A-Za-z0-9.])(?=[{_DIGIT_LIKE}]*[0-9])(?!O2O|o2o)[0-9{_DIGIT_LIKE}]{{2,}}(?=[{_UNIT}-]|\Z)"
_FOREIGN_NUMBER = (
    rf"(?<![0-9A-Za-z])(?:[0-9]+[{_FOREIGN_DIGIT_LIKE}]+)+[0-9]*(?![A-Za-z])"
    rf"|(?<![0-9A-Za-z])[{_FOREIGN_DIGIT_LIKE}]+[0-9][0-9{_FOREIGN_DIGIT_LIKE}]*"
)
_AREA_CODE = "|".join(rf"(?<=(?<![0-9])0[0-9]{{{digits}}})[{_DASHES}](?=[0-9]{{7,8}}(?![0-9]))" for digits in (2, 3))


def _each(table: dict[str, str]) -> Callable[[str], str]:
    return lambda text: "".join(table.get(character, character) for character in text)


def _latin(word: str) -> str:
    """A word of Latin letters and their doubles in Latin letters; a Greek or Russian word stays."""
    plain = "".join(_LOOKS_LATIN.get(character, character) for character in word)
    return plain if plain.isascii() else word


_ZERO_AMONG = re.compile(f"[{_CHINESE_DIGIT}][{_ZEROS}]")
# what there must be to look closer, the words, and what makes of them the words meant; equal ones are not odd
_BY_NEIGHBOURS: tuple[tuple[re.Pattern[str], re.Pattern[str], Callable[[str], str]], ...] = tuple(
    (re.compile(suspect), re.compile(words), meant) for suspect, words, meant in (
    (f"[{_DIGIT_LIKE}]", rf"{_NUMBER}|{_FOREIGN_NUMBER}", _each(_AS_DIGITS)),
    # 二○二四年, 二O二四年, 二0二四年: the zero among Chinese figures is 〇 (GB/T 15835)
    (_ZERO_AMONG.pattern, rf"(?<![0-9])[一二][{_CHINESE_DIGIT}{_ZEROS}]{{3}}(?=年)",
     _each(dict.fromkeys(_ZEROS, "〇"))),
    ("曰", r"(?<=[0-9]月)[0-9]{1,2}曰", _each({"曰": "日"})),
    ("[ニロエカタトハチー]", rf"(?<=[{_HAN}])[ニロエカタトハチー](?=[{_HAN}])", _each(_KANA)),
    ("[—–―]", r"(?<=统|唯)[—–―](?![—–―])|(?<=第)[—–―](?=[季批部章条次届名项])|(?<=进)[—–―](?=步)|(?<![—–―])[—–―](?=网通办)",
     _each(dict.fromkeys("—–―", "一"))),
    (f"[{_DASHES}]", _AREA_CODE, _each(dict.fromkeys(_DASHES, "-"))),
    (f"[{_OTHER_DIGIT}]", f"[{_OTHER_DIGIT}]+", _each(_OTHER_DIGITS)),
    (f"[{_FOREIGN}]", rf"[A-Za-z0-9{_FOREIGN}]*[{_FOREIGN}][A-Za-z0-9{_FOREIGN}]*", _latin),
))  # fmt: skip

# ---------------------------------------------------------------- cleaning

_JOINS = "\u180b-\u180f\u200c\u200d\u202f"  # in Arabic, Indic and Mongolian words these shape the letters beside them
_JOINING = "\u0620-\u06ff\u0750-\u077f\u08a0-\u0dff\u1820-\u18af\ufb50-\ufdff\ufe70-\ufefe"
_SHOWN_BLANK = dict.fromkeys(_BLANKS, " ")
_NOT_DRAWN = dict.fromkeys((*_HIDDEN, *_CONTROLS))
_LINES = dict.fromkeys(_LINE_ENDS, "\n")
_PRINTED: dict[int, str | None] = {**_NOT_DRAWN, **_LINES, **dict.fromkeys(_CONTROL_LINE_ENDS), **_SHOWN_BLANK, **_ALIKE}
_CLEANED: dict[int, str | None] = {**_PRINTED, **_LINES, **_WIDE}
# every certain replacement that leaves all places of a text where they are; what draws nothing becomes one such sign
ONE_FOR_ONE: dict[int, str] = {
    **{code: plain for code, plain in _CLEANED.items() if plain},
    **dict.fromkeys((*_HIDDEN, *_CONTROLS), UNSEEN),
}
_KINDS: dict[int, Kind] = {
    **dict.fromkeys((*_HIDDEN, *_CONTROLS), "hidden"), **dict.fromkeys(_BLANKS, "blank"), **dict.fromkeys(_LINE_ENDS, "line"),
    **dict.fromkeys(_ALIKE, "alike"), **dict.fromkeys(_WIDE, "wide"),
}  # fmt: skip


def one_of(codes: Iterable[int]) -> str:
    """A pattern for one of some characters."""
    return f"[{_ranges(codes)}]"


def _ranges(codes: Iterable[int]) -> str:
    """Code points as the inside of a character class; as ranges, which the engine tests many times faster."""
    ordered = sorted(codes)
    firsts = [ordered[0], *(second for first, second in pairwise(ordered) if second != first + 1)]
    lasts = [*(first for first, second in pairwise(ordered) if second != first + 1), ordered[-1]]
    return "".join(f"{re.escape(chr(first))}-{re.escape(chr(last))}" for first, last in zip(firsts, lasts, strict=True))


def _one_of(table: dict[int, str | None]) -> str:
    """A pattern for the characters of a table, and those that no file can contain; by planes, which is far faster."""
    low, high = ([code for code in table if (code > 0xFFFF) is far] for far in (False, True))
    return f"[{_ranges(low)}{_HALVES}{_NO_CHARACTERS}]|(?=[\U00010000-\U0010ffff])[{_ranges(high)}]"


_JOIN = rf"(?<=[{_JOINING}])[{_JOINS}]|[{_JOINS}](?=[{_JOINING}])"
# marks over and under a letter, where there is no letter
_MARKS = "\u0300-\u034e\u0350-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_LETTER = "[A-Za-z\u00c0-\u024f\u1e00-\u1eff]"
_MARK = rf"(?<!{_LETTER})(?<!{_LETTER}[{_MARKS}])(?<!{_LETTER}[{_MARKS}][{_MARKS}])[{_MARKS}]"
_TO_PRINT = re.compile(f"(?P<join>{_JOIN})|{_MARK}|{_one_of(_PRINTED)}")
_TO_CLEAN = re.compile(f"(?P<join>{_JOIN})|{_MARK}|{_one_of(_CLEANED)}")
# what a match of the two begins with: one look at a set, where most texts have none of it
_ODD = re.compile(f"[{_ranges(_CLEANED)}{_JOINS}{_MARKS}{_HALVES}{_NO_CHARACTERS}]")
# what a text with signs has one of, if no zero among Chinese figures
_SINGLES = (suspect.pattern for suspect, _, _ in _BY_NEIGHBOURS if suspect.pattern != _ZERO_AMONG.pattern)
_SUSPECT = re.compile("|".join((_ODD.pattern, *_SINGLES)))  # of sets of characters ``re`` makes one
_CARRIED = re.compile(f"[{_ranges(code for code in _CONTROLS)}\x0b-\x0d\x1c-\x1e\x85{_HALVES}]")


def cleaned(text: str) -> str:
    """Text with every certain replacement, for imported and typed text; line ends and tabs stay."""
    return _replaced(text, _TO_CLEAN, _CLEANED)


def printable(text: str) -> str:
    """Text for printing: without invisible characters, and with the look-alike that fonts have."""
    return _replaced(text, _TO_PRINT, _PRINTED)


def _replaced(text: str, odd: re.Pattern[str], table: dict[int, str | None]) -> str:
    if not _ODD.search(text):
        return text
    return odd.sub(lambda match: match[0] if match["join"] else _plain(match, table), text)


def _plain(match: re.Match[str], table: dict[int, str | None]) -> str:
    """The replacement of one character; a line end inside a number (202|4) was pasted with it, and ends no line."""
    plain = table.get(ord(match[0])) or ""
    before, after = match.string[: match.start()][-1:], match.string[match.end() : match.end() + 1]
    return "" if plain == "\n" and before.isdigit() and after.isdigit() else plain


def without_hidden(text: str) -> str:
    """Text without invisible characters; line ends, tabs and look-alikes stay."""
    return text.translate(_NOT_DRAWN)


def plain_blanks(text: str) -> str:
    """Text with every special blank as an ordinary one; the wide blank that paragraphs are indented with stays."""
    return text.translate(_SHOWN_BLANK)


def without_controls(text: str) -> str:
    """Text without control characters and lone surrogates, which no file can contain."""
    return text if text.isprintable() else _CARRIED.sub("", text)


def find_signs(text: str) -> list[Sign]:
    """The odd characters of a text in order, neighbours of one kind together."""
    if not (_SUSPECT.search(text) or _ZERO_AMONG.search(text)):
        return []
    signs = list(_certain(text))
    covered = {at for sign in signs for at in range(sign.start, sign.end)}
    for suspect, pattern, words_meant in _BY_NEIGHBOURS:
        for match in pattern.finditer(text) if suspect.search(text) else ():
            if words_meant(match[0]) != match[0] and covered.isdisjoint(range(*match.span())):
                signs.append(Sign(match.start(), match[0], "alike", words_meant(match[0]), certain=False))
                covered.update(range(*match.span()))
    return sorted(signs, key=lambda sign: sign.start)


def meant(text: str) -> str:
    """Text with every replacement, including uncertain ones: the most likely meaning."""
    out, at = [], 0
    for sign in find_signs(text):
        out += [text[at : sign.start], sign.replacement]
        at = sign.end
    return "".join((*out, text[at:]))


def odd_characters(sign: Sign) -> str:
    """The characters of a sign that are odd, each once: of ２０２4 the full-width ones, of 二○二四 the circle."""
    if len(sign.text) != len(sign.replacement):
        return "".join(dict.fromkeys(sign.text))
    return "".join(dict.fromkeys(odd for odd, plain in zip(sign.text, sign.replacement, strict=True) if odd != plain))


def _certain(text: str) -> Iterator[Sign]:
    start, kind, words, plain = 0, "", "", ""
    if not _ODD.search(text):
        return
    for match in _TO_CLEAN.finditer(text):
        here = "" if match["join"] else _KINDS.get(ord(match[0]), "hidden")
        if words and (here != kind or match.start() != start + len(words)):
            yield Sign(start, words, kind, plain)  # type: ignore[arg-type]
            words = plain = ""
        if here:
            start, kind = (start if words else match.start()), here
            words, plain = words + match[0], plain + _plain(match, _CLEANED)
    if words:
        yield Sign(start, words, kind, plain)  # type: ignore[arg-type]


def sign_name(character: str) -> str:
    """What a character is called, with its code point: 零宽空格 U+200B."""
    code = ord(character)
    names = (_HIDDEN, _LINE_ENDS, _BLANKS, _PLAIN_BLANKS, dict.fromkeys(_CONTROLS, "控制字符"), dict.fromkeys(RADICALS, "部首"))
    name = next((table[code] for table in names if code in table), "")
    return f"{name or _family(code)} U+{code:04X}".lstrip()


def _family(code: int) -> str:
    families = (
        (_STROKES, "笔画"), (_PRIVATE, "旧字库的造字"), (_FULL_WIDTH, "全角字符"), (range(0xF900, 0xFB00), "兼容汉字"),
        (range(0x2F800, 0x2FA20), "兼容汉字"), (range(0x370, 0x400), "希腊字母"), (range(0x400, 0x530), "西里尔字母"),
        (range(0x1D400, 0x1D800), "数学字母或数字"), (set(map(ord, _OTHER_DIGITS)), "别种文字的数字"),
        (range(0x3040, 0x3100), "日文假名"),
        (range(0xD800, 0xE000), "半个字符"), (_ALIKE, "兼容字符"), (_WIDE, "兼容字符"),
    )  # fmt: skip
    name = next((name for codes, name in families if code in codes), "")
    category = unicodedata.category(chr(code))
    return name or {"Co": "私用区字符", "Cn": "未分配的字符", "Cf": "格式字符", "Mn": "附加符号", "Me": "附加符号"}.get(
        category, ""
    )


def visible(text: str) -> str:
    """Text for a message, with invisible characters by name: 云溪县〔零宽空格 U+200B〕松石镇."""
    if text.isprintable():
        return text
    return "".join(
        f"〔{sign_name(character)}〕" if _KINDS.get(ord(character), "wide") in ("hidden", "line", "blank") else character
        for character in text
    )


@lru_cache(maxsize=1024)  # most texts of a report are labels of cells and the figure 0
def squeezed(text: str) -> str:
    """Text without blanks, line ends and invisible marks, which a page may change."""
    return "".join(printable(text).split())


def skeleton(text: str) -> str:
    """The form that texts of the same appearance share: cleaned, without blanks."""
    return "".join(cleaned(text).split())


def common_start(one: str, other: str) -> int:
    """How many characters from the beginning are the same."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def is_no_character(character: str) -> bool:
    """Whether a character means nothing to anybody else: private use, unassigned, or the mark of a lost one.

    The planes of rare ideographs get new ones every few years; for those the fonts are asked.
    """
    category = unicodedata.category(character)
    return character in "\ufffc\ufffd" or category == "Co" or (category == "Cn" and not 0x20000 <= ord(character) < 0x40000)
