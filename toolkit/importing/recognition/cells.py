"""Turn the text of one printed cell into a reading: the value, and how sure it is.

In: the text as it stands in the file and the column it belongs to. Out: a ``CellReading``. Nothing is guessed: what
cannot be determined is ``unclear`` and has no value, and a blank stays a blank, which is not 0.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from toolkit.core.text import cleaned
from toolkit.forms import Column
from toolkit.report.cell_text import BLANK_MARKS, read_figure
from toolkit.report.model import LARGEST, Value

State = Literal["read", "repaired", "proven", "recognised", "blank", "unclear", "missing"]
STATE_NAMES: dict[State, str] = {
    "read": "读到", "repaired": "修正", "proven": "识别并经勾稽核实", "recognised": "识别", "blank": "空白", "unclear": "不清",
    "missing": "缺失",
}  # fmt: skip
OF_SCANS: frozenset[State] = frozenset({"proven", "recognised"})  # states that only a picture of a page gives
UNKNOWN_FORMULA = "=?"  # a formula whose result the workbook does not keep
HASHES = re.compile(r"[#＃]+")  # what a spreadsheet shows in a column that is too narrow for a figure
FORMULA_ERROR = re.compile(r"#(DIV/0|REF|VALUE|NUM|NULL|SPILL|CALC)[!！]|#N/A|#NAME[?？]|(Err|错误)[:：]\d{3}")
SCIENTIFIC = re.compile(r"-?[0-9](\.[0-9]+)?[Ee][-+]?[0-9]{1,3}")
TOO_NARROW = "列太窄，表格软件只印出“#”，没有印出数字；请加宽这一列后重新导出"
TOO_NARROW_GENERAL = "列太窄，数字印成了科学记数，末几位看不到；请加宽这一列后重新导出"
CUT_DECIMALS = "列太窄，小数没有全部印出；请加宽这一列后重新导出"
_IN_PLACE = {
    HASHES: TOO_NARROW,
    FORMULA_ERROR: "公式出错，没有算出数字",
    SCIENTIFIC: TOO_NARROW_GENERAL,
}
_LONGEST = 200  # characters that are quoted of a figure that is there many times
_COUNT = re.compile(r"-?(0|[1-9][0-9]{0,14})\Z")
_MONEY = re.compile(r"-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,10})?\Z")
_DOTTED = re.compile(r"(?<![0-9.,])[1-9][0-9]{0,2}(\.[0-9]{3})+(?![0-9.])")
_APART = re.compile(r"[0-9０-９.]\s+[0-9０-９.]")
# between two digits: line ends of other programs, control characters, signs that draw a blank and count as letters
_PARTED = re.compile(
    "[0-9０-９.][\u0000-\u0008\u000b-\u001f\u007f-\u009f\u115f\u1160\u180e\u2028\u2029\u2800\u3164\uffa0\ufffc]+[0-9０-９.]"
)
_TURNED = re.compile("[\u202b\u202e\u2067]")  # marks after which digits may be drawn from right to left
_COMMA = re.compile(r"[0-9０-９]\s*[,，]\s*[0-9０-９]")
# a comma is a thousands mark only in every third place (1,386,275); 1386,275 and 12,34 are two figures
_THOUSANDS = re.compile(r"[^0-9０-９]*[0-9０-９]{1,3}([,，][0-9０-９]{3})+(\.[0-9０-９]+)?[^0-9０-９]*\Z")
_RAISED = re.compile(r"[\u00b2\u00b3\u00b9\u2070-\u2079\u2460-\u2473\u2776-\u277f]|[\[［【〔(（]\d{1,2}[\]］】〕)）]\Z")
# marks that are drawn over the character before them, such as a stroke through it (Unicode, 7.9)
_LAID_OVER = re.compile("[0-9０-９.][\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0]")


@dataclass(frozen=True, slots=True)
class CellReading:
    """One figure as it was read: ``raw`` is what stands in the file, ``why`` what was done to it or what is wrong.

    ``picture`` is the cut-out (PNG) of a figure that was recognised on a picture of a page; ``raw`` of an unclear one is what the
    recogniser took it for.
    """

    state: State
    value: Value
    raw: str = ""
    place: str = ""
    why: str = ""
    picture: bytes = b""


def read_cell(text: str, column: Column, place: str) -> CellReading:
    """The reading of one cell.

    ``251000元`` → 251000 and ``减4`` → −4 are repaired, ``/`` is repaired to a blank; ``1 2`` is unclear, and so is 一,
    which may be a dash or a one.
    """
    raw = cleaned(text).strip(" \t\r\n\u3000")
    if _LAID_OVER.search(text) and raw:
        return CellReading("unclear", None, raw, place, "数字上叠有划线一类的符号")
    odd = "数字之间有看不见的控制符" if _PARTED.search(text) else "带有改变书写方向的控制符" if _TURNED.search(text) else ""
    if odd and raw:
        return CellReading("unclear", None, raw, place, f"{odd}，不能确定是哪个数")
    if not raw:
        return CellReading("blank", None, raw, place)
    if raw in BLANK_MARKS and raw != "一":
        return CellReading("repaired", None, raw, place, f"填的是“{raw}”，按空白保留")
    money = column.type == "money"
    if (_MONEY if money else _COUNT).match(raw):
        reading = _bounded(Decimal(raw) if money else int(raw), raw, place)
        return _of_other_digits(reading, text.strip()) if not text.isascii() else reading
    if not money and _DOTTED.search(raw):
        return CellReading("unclear", None, raw, place, "点可能是千位分隔，也可能是小数点")
    apart = _why_apart(raw)
    if apart:
        return CellReading("unclear", None, raw, place, f"{apart}，不能确定是一个数还是两个数")
    value = read_figure(raw, money=money, unit=column.unit).exact
    if value is None:
        return CellReading("unclear", None, raw, place, _why_unclear(raw, column))
    reading = _bounded(value, raw, place)
    return CellReading("repaired", value, raw, place, f"原文“{raw}”，读作 {value}") if reading.state == "read" else reading


def agreed(one: CellReading, other: CellReading, printed_twice: str) -> CellReading:
    """The reading of a cell that is there twice; without a value where both differ. ``printed_twice``: 这张表, 这一行."""
    if one.value == other.value and "unclear" not in (one.state, other.state):
        return one
    raw = one.raw if len(one.raw) > _LONGEST else f"{one.raw or '空白'} / {other.raw or '空白'}"
    return CellReading("unclear", None, raw, one.place, f"{printed_twice}出现两次，{other.place}与这里不同", one.picture)


def _of_other_digits(reading: CellReading, text: str) -> CellReading:
    """A figure in full-width digits is repaired; invisible marks beside a figure are ignored."""
    if reading.state != "read" or not re.search(r"[０-９]", text):
        return reading
    return CellReading("repaired", reading.value, text, reading.place, f"原文“{text}”，读作 {reading.value}")


def _why_apart(whole: str) -> str:
    """What stands between digits that may be two figures, "" for nothing."""
    if _APART.search(whole):
        return "数字分在两行" if re.search(r"[0-9.]\s*\n\s*[0-9.]", whole) else "数字中间有空格"
    return "数字中间有逗号" if _COMMA.search(whole) and not _THOUSANDS.match(whole) else ""


def _bounded(value: int | Decimal, raw: str, place: str) -> CellReading:
    if not -LARGEST < value < LARGEST:
        return CellReading("unclear", None, raw, place, "位数过多")
    return CellReading("read", value, raw, place)


def _why_unclear(raw: str, column: Column) -> str:
    for pattern, why in _IN_PLACE.items():
        if pattern.fullmatch(raw):
            return why
    if raw == UNKNOWN_FORMULA:
        return "公式没有保存结果，请在 Excel 或 WPS 中打开后另存"
    if column.type == "money" and (raw.endswith("元") or raw[0] in "¥￥"):
        return f"单位不是{column.unit or '元'}，没有换算"
    if re.search(r"[0-9]", raw) and _RAISED.search(raw):
        return "数字后面像是注释的标记，没有当作数字"
    if raw == "一":
        return "“一”可能是横线，也可能是数字 1"
    if column.type != "money" and re.search(r"[0-9]\.[0-9]", raw):
        return "应为整数"
    if re.search(r"[0-9]", raw) and re.search(r"[OoIl○〇]", raw):
        return "夹有字母或圆圈，不能确定是哪个数字"
    if raw in ("O", "o", "○", "〇", "零", "l", "I"):
        return f"“{raw}”不是数字；如是 0 或 1 请改填"
    return "不是数字"
