"""Show a number as a workbook shows it: ``0\\.0000`` makes 642150 into 64.2150, ``0,`` into 642, ``#,##0"元"`` into 642,150元.

In: a value and its format code. Out: the shown text, and why a figure read from it is not certain: Chinese numerals,
fractions, a format that shows nothing. Dates come from the workbook as dates and are no figures.

Source: ISO/IEC 29500-1, 18.8.31 (numFmts).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation, localcontext
from functools import lru_cache

_TOKEN = re.compile(
    r"\"(?P<quoted>[^\"]*)\"|[\\!](?P<escaped>.)|_(?P<skip>.)|\*(?P<fill>.)|\[(?P<bracket>[^\]]*)\]"
    r"|(?P<general>(?i:General)|G/通用格式|通用格式)|(?P<power>[Ee][+-])|(?P<digit>[0#?])|(?P<point>\.)|(?P<comma>,)|(?P<percent>%)"
    r"|(?P<at>@)|(?P<slash>/)|(?P<date>[ymdhsYMDHS]+|AM/PM|am/pm|上午/下午)|(?P<other>.)",
    re.DOTALL,
)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)(-?[0-9.]+)\Z")
_CURRENCY = re.compile(r"\$([^-]*)(-[0-9A-Fa-f]*)?\Z")
_COMPARE = {
    "<": lambda a, b: a < b, "<=": lambda a, b: a <= b, ">": lambda a, b: a > b, ">=": lambda a, b: a >= b,
    "=": lambda a, b: a == b, "<>": lambda a, b: a != b,
}  # fmt: skip
_WHITE = re.compile(r"white|白色|(?:color|颜色) ?2", re.IGNORECASE)
_LONGEST_GENERAL = 11  # characters of a number without a format
HIDDEN = "格里有数字，按单元格格式没有显示出来"
ZEROED = "格里的数字按单元格格式显示成了 0，不能确定是不是 0"
NUMERALS = "按单元格格式显示为中文数字或其他数字，没有换算"
NEGATIVE = "负数按单元格格式显示时没有负号"
SCIENTIFIC = "按单元格格式显示为科学记数或分数，不能确定是哪个数"
DATE = "按单元格格式显示为日期，不是数字"
PALE = "按单元格格式显示为白色，不能确定是否印出"
FILLED = "单元格格式在数字旁重复填充字符，不能确定是哪个数"
LONG = "位数过多，显示为科学记数"

Token = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a format: what it shows, for which numbers, whether it spells digits in another script."""

    tokens: tuple[Token, ...]
    condition: tuple[str, Decimal] | None = None
    numerals: bool = False
    doubt: str = ""

    def has(self, kind: str) -> bool:
        return any(name == kind for name, _ in self.tokens)

    @property
    def literal(self) -> str:
        return "".join(text for kind, text in self.tokens if kind == "literal")


def show_number(value: int | float | Decimal, code: str) -> tuple[str, str]:
    """A number as it is shown, and why the figure in that text is not certain ("" when it is)."""
    try:
        number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
        with localcontext() as context:
            context.prec = 60
            return _formatted_text(number, code)
    except (InvalidOperation, ValueError, OverflowError):
        return str(value), HIDDEN


def show_text(text: str, code: str) -> tuple[str, str]:
    """A text as it is shown: the fourth part of a format, or the only one with ``@``, may add to it or hide it."""
    sections = parse_format(code)
    section = sections[3] if len(sections) > 3 else next((item for item in sections if item.has("at")), None)
    if section is None or section.has("general"):
        return text, ""
    result = "".join(text if kind == "at" else value for kind, value in section.tokens if kind in ("at", "literal"))
    return result, "" if section.has("at") else HIDDEN


@lru_cache(maxsize=512)
def parse_format(code: str) -> tuple[Section, ...]:
    """The parts of a format code."""
    parts: list[list[re.Match[str]]] = [[]]
    for match in _TOKEN.finditer(code or "General"):
        if match["other"] == ";":
            parts.append([])
        else:
            parts[-1].append(match)
    return tuple(_section(part) for part in parts)


def _section(matches: Sequence[re.Match[str]]) -> Section:
    tokens: list[Token] = []
    condition: tuple[str, Decimal] | None = None
    numerals, doubt = False, ""
    for match in matches:
        kind, text = str(match.lastgroup), match[str(match.lastgroup)]
        if kind == "bracket":
            compared, currency = _CONDITION.match(text), _CURRENCY.match(text)
            numerals = numerals or text.upper().startswith("DBNUM") or bool(currency and len(currency[2] or "") > 5)
            doubt = PALE if _WHITE.fullmatch(text) else doubt
            condition = (compared[1], Decimal(compared[2])) if compared else condition
            tokens += [("literal", currency[1])] if currency else [("date", text)] if re.fullmatch("[hms]+", text.lower()) else []
        elif kind in ("quoted", "escaped", "other"):
            tokens.append(("literal", text))
        elif kind == "skip":
            tokens.append(("literal", " "))
        elif kind == "fill":
            doubt = doubt if text.isspace() else FILLED
        else:
            tokens.append((kind, text))
    return Section(tuple(tokens), condition, numerals, doubt)


def _formatted_text(number: Decimal, code: str) -> tuple[str, str]:
    section, signed = _choose(number, parse_format(code))
    why = _why_no_figure(section)
    if section is None or why:
        return (str(number) if section and why != HIDDEN else section.literal.strip() if section else ""), why
    if section.has("digit"):
        text = _placed(abs(number), section.tokens)
        doubt = ZEROED if number and not re.search("[1-9]", text) else "" if re.search("[0-9]", text) else HIDDEN
    else:
        plain, doubt = _general(abs(number))
        parts = (plain if kind in ("general", "at") else value for kind, value in section.tokens)
        text = "".join(parts)
    if number < 0 and not signed and not re.search(r"[-−(（]", section.literal):
        doubt = doubt or NEGATIVE
    minus = number < 0 and signed and re.search("[1-9]", text) is not None
    return ("-" if minus else "") + text.strip(), doubt


def _why_no_figure(section: Section | None) -> str:
    """Why a part of a format shows something else than the digits of the number, "" when it shows these."""
    if section is None:
        return HIDDEN
    if section.numerals or section.doubt:
        return section.doubt or NUMERALS
    if section.has("date"):
        return DATE
    if section.has("power") or (section.has("slash") and section.has("digit")):
        return SCIENTIFIC
    return "" if any(map(section.has, ("digit", "general", "at"))) else HIDDEN


def _choose(number: Decimal, sections: Sequence[Section]) -> tuple[Section | None, bool]:
    """The part of the format for a number, and whether it is shown with its sign."""
    numeric = [section for section in sections[:3] if not (section.has("at") and len(sections) > 1)] or list(sections[:1])
    if any(section.condition for section in numeric):
        for section in numeric:
            if section.condition is None or _COMPARE[section.condition[0]](number, section.condition[1]):
                return section, True
        return None, True
    if number < 0 and len(numeric) > 1:
        return numeric[1], False
    if number == 0 and len(numeric) > 2:
        return numeric[2], True
    return numeric[0], True


def _general(number: Decimal) -> tuple[str, str]:
    """A number without a format: eleven characters at most, as many decimals as fit."""
    whole = len(str(int(number)))
    if whole > _LONGEST_GENERAL:
        return str(number), LONG
    places = max(0, _LONGEST_GENERAL - 1 - whole)
    rounded = number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    text = f"{rounded:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text, "" if text != "0" or number == 0 else LONG


def _placed(number: Decimal, tokens: Sequence[Token]) -> str:
    """The digits of a number in the places that a format has for them."""
    point = next((at for at, (kind, _) in enumerate(tokens) if kind == "point"), len(tokens))
    last = max((at for at in range(point) if tokens[at][0] == "digit"), default=-1)
    first = min((at for at in range(point) if tokens[at][0] == "digit"), default=last)
    scale = sum(kind == "comma" for kind, _ in tokens[last + 1 : point])
    after = [at for at in range(point, len(tokens)) if tokens[at][0] == "digit"]
    if after:
        scale += sum(kind == "comma" for kind, _ in tokens[after[-1] + 1 :])
    grouped = any(kind == "comma" for kind, _ in tokens[max(first, 0) : max(last, 0)])
    percents = sum(kind == "percent" for kind, _ in tokens)
    number = (number * 100**percents).scaleb(-3 * scale).quantize(Decimal(1).scaleb(-len(after)), ROUND_HALF_UP)
    whole, _, decimals = f"{number:f}".partition(".")
    return _whole("" if whole == "0" else whole, tokens[:point], grouped=grouped) + _decimals(decimals, tokens[point:])


def _whole(digits: str, tokens: Sequence[Token], *, grouped: bool) -> str:
    """The digits before the point, filled in from the right; what is too many stands before the first place."""
    places = sum(kind == "digit" for kind, _ in tokens)
    rest = list(digits)
    out: list[str] = []  # from right to left
    placed = 0
    for kind, text in reversed(tokens):
        if kind != "digit":
            out.append(text[::-1] if kind in ("literal", "percent") else "")
            continue
        places -= 1
        here = [rest.pop() if rest else {"0": "0", "?": " "}.get(text, "")] + (rest[::-1] if not places else [])
        for digit in here:
            mark = "," if grouped and digit.isdigit() and placed and placed % 3 == 0 else ""
            placed += digit.isdigit()
            out.append(mark + digit)
    before = digits if not any(kind == "digit" for kind, _ in tokens) else ""
    return before + "".join(out)[::-1]


def _decimals(digits: str, tokens: Sequence[Token]) -> str:
    """The point and the digits behind it; ``#`` shows no zero at the end."""
    places = [text for kind, text in tokens if kind == "digit"]
    kept = len(digits)
    while kept and digits[kept - 1] == "0" and places[kept - 1] != "0":
        kept -= 1
    out = []
    at = 0
    for kind, text in tokens:
        if kind == "digit":
            out.append(digits[at] if at < kept else " " if text == "?" else "")
            at += 1
        elif kind in ("point", "literal", "percent"):
            out.append(text)
    return "".join(out)
