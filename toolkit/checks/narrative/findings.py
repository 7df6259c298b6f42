"""Word the findings on a text: which words are meant, what the cells are called, how grave a difference is.

Takes a reading (a figure and what it counts), returns spans, names and findings in the clerk's language.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

from toolkit.checks.finding import Finding, Severity, number_text
from toolkit.checks.narrative.assignment.choice import ERROR, WARNING
from toolkit.checks.narrative.candidates.quantity import Quantity
from toolkit.checks.narrative.candidates.readings import Reading, TextReading
from toolkit.checks.narrative.plain_text import Words
from toolkit.checks.narrative.tokens.vocabulary import KEYS
from toolkit.forms import Address, Form, form_by_id, row_label

PART_NAMES = {"narrative.overview": "第一部分", "narrative.problems": "第五部分", "narrative.other": "第六部分"}
_SHORT_ROWS = {
    "new": "一、新收", "carried_in": "二、上年结转", "carried_out": "四、结转下年度", "total": "三（七）办理结果总计",
}  # fmt: skip
_WIDEST = 40  # characters of the text that a message quotes


def severity_of_degree(degree: int) -> Severity:
    """An error only where nothing but a mistake explains the text; everything else can be confirmed with a reason."""
    return "error" if degree >= ERROR else "warning" if degree >= WARNING else "notice"


def severity_of(reading: Reading) -> Severity:
    """By the degree of the contradiction; of a part (本级, 党政办) at most a warning, of approximate figures a notice."""
    if reading.figure.about:
        return "notice"
    return severity_of_degree(reading.degree if not reading.figure.scope else min(reading.degree, ERROR - 1))


def span_of(text: TextReading, reading: Reading) -> tuple[int, int]:
    """The words meant: from what the figure counts to the figure, or the other way round."""
    figure = reading.figure
    part = text.by_where[figure.where]
    keys = [token for token in figure.left if token.kind in KEYS and token.end > token.start]
    if keys:
        denied = [token for token in figure.left if token.kind == "neg" and token.end == keys[0].start]
        keys = [*denied, *keys]  # 未办结、转入下年的 4 件 must not be quoted without its 未
        start = part.plain.span(keys[0].start, keys[0].end)[0]
        return (start, figure.end) if 0 < figure.end - start <= _WIDEST else (figure.start, figure.end)
    behind = [token for token in figure.right if token.kind in KEYS]
    end = part.plain.span(behind[-1].start, behind[-1].end)[1] if behind else figure.end
    return figure.start, (end if end - figure.start <= _WIDEST else figure.end)


def words_of(text: TextReading, reading: Reading) -> str:
    """The words meant, on one line."""
    start, end = span_of(text, reading)
    return one_line(text.by_where[reading.figure.where].plain.original[start:end])


def one_line(words: str) -> str:
    return " ".join(words.split())


def name_of(form: Form, quantity: Quantity, addresses: Sequence[Address] | None = None) -> str:
    """The cells in people's words: ``表三 （三）不予公开小计``, ``表四 行政诉讼·总计``."""
    return _name_of_cells(form.id, tuple(addresses if addresses is not None else quantity.addresses))


@lru_cache(maxsize=512)
def _name_of_cells(edition: str, cells: tuple[Address, ...]) -> str:
    form = form_by_id(edition)
    table = form.table_by_key[cells[0].table]
    if table.key == "applications":
        columns = "、".join(dict.fromkeys(table.column_by_key[cell.column].label for cell in cells))
        return f"{table.name} {_row_name(form, cells)}·{columns}"
    if len(cells) == 1:
        return form.label(cells[0])
    tables = [
        form.table_by_key[cell.table] for cell in cells
    ]  # 许可、处罚共 418 件, 制发和废止共 6 件: of several tables, columns
    columns = "、".join(dict.fromkeys(one.column_by_key[cell.column].label for one, cell in zip(tables, cells, strict=True)))
    rows = "、".join(dict.fromkeys(row_label(one, one.row_by_key[cell.row]) for one, cell in zip(tables, cells, strict=True)))
    whole = {"direct_lawsuit", "lawsuit_after_review"} == {cell.row for cell in cells}
    return f"{'、'.join(dict.fromkeys(one.name for one in tables))} {'行政诉讼' if whole else rows}·{columns}"


def _row_name(form: Form, cells: Sequence[Address]) -> str:
    rows = tuple(dict.fromkeys(cell.row for cell in cells))
    table = form.table_by_key["applications"]
    names: list[str] = []
    left = list(rows)
    for outcome in table.outcomes:
        if len(outcome.rows) > 1 and set(outcome.rows) <= set(left):
            names.append(f"{outcome.label}小计")
            left = [row for row in left if row not in outcome.rows]
    return "＋".join([*(_SHORT_ROWS.get(row) or row_label(table, table.row_by_key[row]) for row in left), *names])


def words_finding(words: Words, code: str, severity: Severity, message: str, **more: Any) -> Finding:
    """A finding about some words of a text; the message begins with the text's name."""
    text = f"{PART_NAMES[words.where]}{message}"
    return Finding(code, severity, text, where=words.where, start=words.start, end=words.end, **more)


def figure_finding(text: TextReading, reading: Reading) -> Finding:
    """A figure that differs from its cells: what the text says, what the table says, the difference, the next step."""
    tie, quantity, figure = reading.tie, reading.quantity, reading.figure
    assert quantity is not None
    assert tie.expected is not None
    start, end = span_of(text, reading)
    value = figure.value / 10000 if quantity.name == "fees" and figure.unit == "元" else figure.value
    where = "（说的是本级或内设机构）" if figure.scope == "part" else ""
    statement = f"{PART_NAMES[figure.where]}写“{words_of(text, reading)}”{where}"
    gap = "" if figure.about else f"，相差 {shown(abs(value - tie.expected))}"
    return Finding(
        quantity.code, severity_of(reading), f"{statement}，{name_of(text.report.form, quantity)}为 {shown(tie.expected)}{gap}",
        expected=shown(tie.expected), found=shown(value), where=figure.where, start=start, end=end,
        next_step=_step(figure.scope, about=bool(figure.about), swapped=are_swapped(value, tie.expected)),
    )  # fmt: skip


def _step(scope: str, *, about: bool, swapped: bool) -> str:
    if about:
        return "请看一下约数是否合适"
    if scope:
        return "如两数范围不同请确认并写明原因，否则请改成一致"
    return ("两数像是数字写颠倒了，" if swapped else "") + "请核对文字和表格，把写错的一处改正"


def are_swapped(one: Decimal, other: Decimal) -> bool:
    """138 for 183: the same digits in another order."""
    return one != other and sorted(shown(one)) == sorted(shown(other))


@lru_cache(maxsize=1024)
def shown(value: Decimal | int) -> str:
    """A figure without an exponent and without zeros behind the point."""
    value = Decimal(value)
    return number_text(int(value)) if value == value.to_integral_value() else number_text(value.normalize())


def percent(value: Decimal) -> str:
    """A percentage with one decimal place, as the text should have it."""
    return f"{number_text(value.quantize(Decimal('0.1')))}%"
