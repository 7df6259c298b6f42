"""Cut a text into the tokens that a reader of figures needs: takes a ``PlainText``, returns tokens in order.

A token is a figure, a word of the vocabulary, a separator, a year, or something that looks like a figure but is not (dates,
document numbers, telephones, ordinals, titles in 《》, names in quotes), which is masked. One pass of one pattern; every
quantifier is bounded, so that the time grows with the length of the text and nothing else.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache, lru_cache
from typing import NamedTuple

from toolkit.checks.narrative.tokens.chinese_numbers import CHINESE, parse_number, parse_share
from toolkit.checks.narrative.tokens.vocabulary import WORDS, WordPattern, look_patterns

_UNITS = (
    "个百分点|%|万元|亿元|元|人次|条次|件次|块次|场次|篇次|批次|期次|家次|次|件|条|宗|起|例|份|项|篇|期|场|个工作日|个月|个|人|名|位|户|家|部|本|册|张|台|处|类|页|"
    "天|日|小时|分钟|年|月|岁|公里|米|亩|吨|幅|批|组|则|段|卷|种|所|村|块|套|支|座|间|倍|番|成|分|字|级|轮|步|门|层|封|通|枚|辆|平方米|点|档|代|村|区|县|市"
)
_CHINESE_UNITS = "万元|元|人次|条次|件次|场次|次|件|条|宗|起|例|份|项|篇|期(?!间)|场|部|倍|户|家"
_COMPOSITE = r"(?:（[次件条篇个份]{1,2}）)?"
_BEFORE = "大约|大概|约为|约|将近|接近|近|超过|超出|超|逾|不少于|至少|不足|不到"
_AFTER = r"左右|上下|以上|以内|有余|余(?!下)|多(?![种个次名方样元了出\d])"

# Look-alikes of figures, tried before figures.
_MASKS = (
    r"《[^《》\n]{0,80}》",
    r"[“\"「『](?!(?:予以公开|部分公开|不予公开|无法提供|不予处理|其他处理|维持|纠正)[”\"」』])[^“”\"「」『』\n，。；]{0,20}[”\"」』]",
    r"[（〔\[【][12]\d{3}[）〕\]】](?:第)?\d{1,5}号?",
    r"(?:https?://|www\.)[!-~]{1,200}",
    r"[A-Za-z0-9_.]{1,40}@[!-~]{1,60}",
    r"第(?!三[人方])[0-9零〇一二三四五六七八九十百]{1,5}(?:（[0-9一二三四五六七八九十]{1,3}）|[条款项届次期批号章类部个名位]){0,3}",
    r"\d{3,4}-\d{7,8}(?!\d)",
    r"(?<!\d)1[3-9]\d{9}(?!\d)",
    r"(?:电话|传真|邮编|邮政编码)(?:号码)?：?[\d-]{3,20}",
    r"(?<!\d)(?:12345|12315|12348|12333|12380|12388|12369)(?![\d件条个宗次])",
    r"(?<!\d)\d{1,5}号(?!楼?文件\d)",
    r"1月?份?[—－~～至-]{1,2}12月份?",
    r"\d{1,2}：\d{2}(?!\d)",
    r"\d{1,2}[×xX*]\d{1,2}(?:小时)?",
    r"[A-Za-z]\d{1,2}(?![\d件条篇期份项次])",
    r"\d{1,3}[GDKgk](?![A-Za-z])",
    r"(?:(?<=[\n。；：，])|\A)\d{1,2}[.、](?=[^\d\s])",
    r"（\d{1,2}）(?=[^，。；、\n）])",
    r"(?<!\d)\d{3,4}(?:米|道|国道|省道)",
    r"零距离|零容忍|零差错|零跑腿|零遗漏|零失误|零投入|零星|零散",
    r"三安全一稳定|三公经费|两会|一网通办|一体化|一站式|一件事|一次性|一致|一般|一律|一并|一定|一些|一直|一起来|一起(?=共|合计|办|答|处理|解决|完成|推进|研究|参与|公开|公布)|一对一|一事一|一企一|一栋一|一村一|一户一",
)
_MASK_STARTS = '《“"「『（〔\\[【A-Za-z0-9第电传邮零三两一'
_RANGE = r"(?<!\d)(?:19|20)\d{2}年?[—~～至-]{1,2}(?=20\d{2}年)"  # 2022年至
_YEAR = (
    r"(?<!\d)(?P<era>19\d{2}|20\d{2}|二[〇零][〇零一二三四五六七八九]{2})"
    r"(?:年(?:度(?!内)|[底末])?(?P<day>\d{1,2}月(?:\d{1,2}[日号]|份|底|初|末)?)?|[-.]\d{1,2}[-.]\d{1,2})"
)
_DAY = r"(?<!\d)\d{1,2}月(?:\d{1,2}[日号]|份|底|初|末)?"
_NUMBER = (
    rf"(?P<before>{_BEFORE})?(?:"
    rf"(?P<digits>\d{{1,3}}(?:[,，]\d{{3}}){{1,4}}(?!\d)(?:\.\d{{1,4}})?|\d{{1,24}}(?:\.\d{{1,8}})?)(?P<more>[余多])?"
    rf"(?P<scale>[万亿千百](?!元))?(?P<more2>[余多])?(?P<unit>{_UNITS})?{_COMPOSITE}"
    rf"|(?P<percent>百分之[{CHINESE}点\d.]{{1,10}}|[一二三四五六七八九]成[一二三四五六七八九半]?(?![立功果员为熟效本])|一半(?!以上)|半数(?!以上))"
    rf"|(?P<chinese>(?<!唯)(?![两二三四五六][项类](?:合并|(?<![，；。：][两二三四五六][项类])(?:一?共|[合总]计|相加|[加合]起来|[加合放]在一起)))[{CHINESE}]{{1,12}})(?P<cmore>[余多])?(?P<cunit>{_CHINESE_UNITS}){_COMPOSITE}(?![性龙式体])"
    rf"|(?P<capital>[壹贰叁肆伍陆柒捌玖拾佰仟零]{{1,8}})(?P<capunit>[件宗份条])"
    # 两件复议一维持、一纠正
    r"|(?P<alone>(?<=[议讼件案起，、；：（持正])[一两二三四五](?=(?:结果)?(?:维持|纠正|被?撤销|被纠正)))"
    rf"|(?P<zero>零)(?=[。；，、）\n]|\Z)"
    rf")(?P<after>{_AFTER})?"
)


_LOOK_VALUES = {"outcome": "granted", "soft": "inside"}  # of words that need a look around


class Token(NamedTuple):
    """``start`` and ``end`` are offsets into the plain text; the ``value`` of a year and of a date is its year.

    For a figure ``number`` is its value (per cent for shares, money as its unit says), ``value`` its unit and ``about`` the
    word that makes it approximate.
    """

    kind: str
    value: str
    start: int
    end: int
    number: Decimal | None = None
    about: str = ""
    chinese: bool = False
    step: Decimal | None = None  # 4.02 万: rounded to hundreds


@cache
def _pattern() -> WordPattern:
    looks = "|".join(f"(?P<look_{kind}>{pattern})" for kind, pattern in look_patterns().items())
    guard = _guard  # most characters begin nothing: one look at a set spares them the trying of every alternative
    parts = (
        guard("12", f"(?P<range>{_RANGE})"),
        guard(_MASK_STARTS, f"(?P<mask>{'|'.join(_MASKS)})"),
        guard("0-9二", f"(?P<year>{_YEAR})|(?P<date>{_DAY})"),
        guard(f"0-9{CHINESE}壹贰叁肆伍陆柒捌玖拾佰仟百半{_BEFORE.replace('|', '')}", f"(?P<number>{_NUMBER})"),
        guard("两二三四五六计由按这外以之公中里每共已均全收内含各多增少减零为完遗转带留结接移滚拖剩压积度承底末尚未没在", looks),
        "",
    )  # fmt: skip
    return WordPattern(WORDS, "|".join(parts), r"(?P<sep>[。！？；，、：（）\n,])")


def _guard(starts: str, pattern: str) -> str:
    return f"(?=[{starts}])(?:{pattern})"


def tokens_of(text: str) -> tuple[Token, ...]:
    """Every token of a plain text, in order; a paragraph that was read before is not read again."""
    result: list[Token] = []
    start = 0
    while start < len(text):
        end = text.find("\n", start) + 1 or len(text)
        result += _placed(text[start:end], start)
        start = end
    return tuple(result)


@lru_cache(maxsize=256)
def _placed(paragraph: str, start: int) -> tuple[Token, ...]:
    return tuple([moved(token, start) for token in _of_paragraph(paragraph)]) if start else _of_paragraph(paragraph)


@lru_cache(maxsize=256)
def _of_paragraph(text: str) -> tuple[Token, ...]:
    return tuple(_token(match, word) for match, word in _pattern().matches(text))


def moved(token: Token, by: int) -> Token:
    kind, value, start, end, number, about, chinese, step = token
    # not ``Token(...)``, which takes twice as long: most tokens of a text move with every key
    return tuple.__new__(Token, (kind, value, start + by, end + by, number, about, chinese, step))


def _plain(kind: str, value: str, start: int, end: int) -> Token:
    return tuple.__new__(Token, (kind, value, start, end, None, "", False, None))  # most tokens: half the time of ``Token(...)``


def _token(match: re.Match[str], word: str) -> Token:
    start, end = match.span()
    if word:
        (kind, value), end = WORDS[word], start + len(word)
        # 12 件加上上年结转的 1 件: it parts two figures as a comma does
        return _plain("sep", "，", start, end) if kind == "plus" else _plain(kind, value, start, end)
    group, text = match.lastgroup or "", match.group()
    if group == "number":
        return _figure(match)
    if group == "year" and not match["day"]:
        return Token("year", str(parse_number(match["era"])), start, end)
    if group == "date" and text in ("12月底", "12月末"):
        return Token("now", "end", start, end)
    if group in ("year", "date"):  # a day is a date, a month a part of the year
        year = match["era"] and str(parse_number(match["era"]))
        return Token("date" if text[-1] in "日号" else "period", year or "", start, end)
    if group == "sep":
        return _plain("sep", "，" if text == "," else text, start, end)
    kind = group.removeprefix("look_")
    return Token(kind, _LOOK_VALUES.get(kind, ""), start, end)


def _figure(match: re.Match[str]) -> Token:
    about = match["before"] or match["more"] or match["more2"] or match["cmore"] or match["after"] or ""
    start, end = match.span()
    number: Decimal | None
    if match["percent"]:
        number, unit, about = parse_share(match["percent"]), "%", about or ("约" if match["percent"] in ("一半", "半数") else "")
    elif match["chinese"]:
        number, unit = parse_number(match["chinese"]), match["cunit"]
    elif match["capital"]:
        number, unit = parse_number(match["capital"]), match["capunit"]
    elif match["alone"]:
        number, unit = parse_number(match["alone"]), ""
    elif match["zero"]:
        number, unit = Decimal(0), ""
    else:
        number, unit = parse_number(match["digits"] + (match["scale"] or "")), match["unit"] or ""
    if unit == "成" and number is not None:
        number, unit = number * 10, "%"
    if number is None:
        return Token("mask", "", start, end)
    return Token("figure", unit, start, end, number, about, bool(match["chinese"] or match["alone"]), _step(match))


def _step(match: re.Match[str]) -> Decimal | None:
    scale = {"万": 10**4, "亿": 10**8}.get(match["scale"] or "") if match["digits"] else None
    return Decimal(scale).scaleb(-len(match["digits"].partition(".")[2])) if scale else None


def sentences_of(tokens: tuple[Token, ...], text: str) -> list[tuple[Token, ...]]:
    """The tokens of each sentence; a line break ends one unless the line breaks off after ：；，、."""
    sentences: list[tuple[Token, ...]] = []
    at = 0
    for index, token in enumerate(tokens):
        if token.kind == "sep" and (
            token.value in "。！？" or (token.value == "\n" and text[token.start - 1 : token.start] not in "：；，、")
        ):
            sentences.append(tokens[at : index + 1])
            at = index + 1
    sentences = [sentence for sentence in (*sentences, tokens[at:]) if sentence]
    through = any(token.value == "through" for token in tokens)
    return [_with_kinds_of_lawsuits(sentence) for sentence in sentences] if through else sentences


def _with_kinds_of_lawsuits(sentence: tuple[Token, ...]) -> tuple[Token, ...]:
    """诉讼 4 件：未经复议 1 件，经复议 3 件: a kind of lawsuits; 经复议 without a lawsuit before it is a mere 复议."""
    suit = next((at for at, token in enumerate(sentence) if token.kind in ("suit", "direct")), len(sentence))
    return tuple(
        token._replace(kind="after" if at > suit else "review", value="") if token.value == "through" else token
        for at, token in enumerate(sentence)
    )
