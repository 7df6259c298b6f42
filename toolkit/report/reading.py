"""Read a params file, or the parameters papermill injected, as a report; all problems at once.

In: YAML text (UTF-8; GBK is recognised) or plain Python values. Out: a ``Report`` that knows the line of every
value, or ``ParamsUnreadable`` with each problem's file, line, path, what was expected and what was found.
Dirty cells (``251000元``) and rows of another edition are kept for the checks: they are findings, not problems.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import Field, ValidationError

from toolkit.core.errors import NoSuchForm, ParamsUnreadable, Problem
from toolkit.forms import Address, Form, all_forms, form_by_id, form_for_year
from toolkit.report.complaints import model_problems
from toolkit.report.model import (
    LARGEST,
    Channel,
    Confirmation,
    FigureLink,
    Figures,
    Filled,
    FromRegister,
    Narrative,
    Organ,
    ProcessingFee,
    Report,
    Source,
    Value,
)
from toolkit.report.yaml_reading import PLAIN_DECIMAL, PLAIN_INT, placed, quoted, read_yaml_bytes, text_problems, yaml_values

_UNSAFE_NAME = re.compile(r'[/\\:*?"<>|]|\.\.')


class Params(Filled):
    """The params file's top-level keys: the notebook's parameters. Figures are read by the edition of the form."""

    year: int = Field(title="报告年度", ge=1900, le=2999)
    organ: Organ
    figures: dict[str, Any] = Field(default_factory=dict, title="法定表格数据")
    channels: tuple[Channel, ...] = ()
    narrative: Narrative = Field(default_factory=Narrative)
    processing_fee: ProcessingFee | None = None
    confirmed: tuple[Confirmation, ...] = ()
    links: tuple[FigureLink, ...] = ()
    from_register: FromRegister | None = None


def read_report(path: Path | str) -> Report:
    """The report in a params file.

    Raises:
        ParamsUnreadable: the file cannot be taken as a report; every problem with its line.
    """
    return report_from_yaml(read_yaml_bytes(Path(path)), str(path))


def report_from_yaml(raw: bytes, file: str = "") -> Report:
    """The report in the bytes of a params file; ``file`` is the name that messages give.

    Raises:
        ParamsUnreadable: as ``read_report``.
    """
    read = yaml_values(raw, file, expected="以“键: 值”写成的填报数据（year、organ、figures …）")
    return _build(read.values, read.source, read.problems)


def report_from_parameters(parameters: Mapping[str, Any]) -> Report:
    """The report in plain values, as papermill injects them.

    Raises:
        ParamsUnreadable: as ``read_report``, without lines.
    """
    values = _exact(parameters)
    return _build(values, Source(), text_problems(values, ""))


def _exact(value: Any) -> Any:
    """Python values as a params file would hold them: floats as the decimal that was written (``repr`` of a float
    is its shortest), what no cell can hold (NaN, a number of a thousand digits, a date) as text."""
    if isinstance(value, Mapping):
        return {str(key): _exact(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_exact(item) for item in value]
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int | float | Decimal):
        number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
        if number.is_finite() and abs(number) < LARGEST:
            return value if isinstance(value, int) else number
        return f"{number:.6G}"
    return str(value)


def _build(values: dict[str, Any], source: Source, problems: Iterable[Problem]) -> Report:
    """One report from plain values, or every problem there is."""
    all_problems = list(problems)
    params: Params | None = None
    try:
        params = Params.model_validate(values)
    except ValidationError as error:
        all_problems += model_problems(Params, error)
    form = _form(params.year if params else values.get("year"), all_problems)
    figures, foreign = _read_figures(values.get("figures"), form, all_problems) if form else ({}, {})
    name = params.organ.name if params else ""
    if _UNSAFE_NAME.search(name):
        all_problems.append(Problem("organ.name", '不含 / \\ : * ? " < > | 和 .. 的机关名称', name))
    if all_problems or params is None or form is None:
        raise ParamsUnreadable(placed(all_problems, source))
    return Report(
        year=params.year, organ=params.organ, figures=Figures(form, figures), channels=params.channels,
        narrative=params.narrative, processing_fee=params.processing_fee, confirmed=params.confirmed,
        links=params.links, from_register=params.from_register, foreign=foreign, source=source,
    )  # fmt: skip


def _form(year: Any, problems: list[Problem]) -> Form | None:
    if not isinstance(year, int) or any(problem.path == "year" for problem in problems):
        return None  # the model has reported it
    try:
        return form_for_year(year)
    except NoSuchForm as error:
        problems.append(Problem("year", "有年报格式的年度", str(error)))
        return None


def _read_figures(figures: Any, form: Form, problems: list[Problem]) -> tuple[dict[Address, Value], dict[str, Value]]:
    """Cells by address; cells that only another edition has by path."""
    own: dict[Address, Value] = {}
    foreign: dict[str, Value] = {}
    editions, cells = _editions(form), _cells(form.id)
    for table, rows in _items(figures, "figures", problems):
        tables = [item.table_by_key[table] for item in editions if table in item.table_by_key]
        if not tables:
            problems.append(_unknown(f"figures.{table}", f"该年度格式（{form.id} 版）的表", form.table_by_key))
            continue
        for row, columns in _items(rows, f"figures.{table}", problems):
            if not any(row in item.row_by_key for item in tables):
                problems.append(_unknown(f"figures.{table}.{row}", "该表的行", tables[0].row_by_key))
                continue
            for column, value in _items(columns, f"figures.{table}.{row}", problems):
                cell = cells.get((table, row, column))
                if cell is not None and cell.own and type(value) is int and not cell.money:  # most are
                    own[cell.address] = value
                elif cell is None:
                    problems.append(_unknown(f"figures.{table}.{row}.{column}", "该表的列", tables[0].column_by_key))
                elif isinstance(value, dict | list):
                    problems.append(Problem(f"figures.{cell.address}", "一个数", quoted(value)))
                elif cell.own:
                    own[cell.address] = _value(value, money=cell.money)
                else:
                    foreign[f"figures.{cell.address}"] = _value(value, money=cell.money)
    return own, foreign


class _Cell(NamedTuple):
    """A cell of some edition; ``own`` when it is one of the edition that is read."""

    address: Address
    money: bool
    own: bool


def _editions(form: Form) -> tuple[Form, ...]:
    """An edition, and the others behind it."""
    return form, *(other for other in all_forms() if other.id != form.id)


@cache
def _cells(edition: str) -> dict[tuple[str, str, str], _Cell]:
    """Every cell of all editions by table, row and column; a cell of several editions as ``edition`` defines it."""
    form = form_by_id(edition)
    entered: dict[tuple[str, str, str], _Cell] = {}
    for address, column in chain.from_iterable(item.cells.items() for item in _editions(form)):
        entered.setdefault(address, _Cell(address, column.type == "money", address in form.cells))
    return entered


def _items(value: Any, path: str, problems: list[Problem]) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        yield from value.items()
    elif value is not None and path != "figures":  # the model reports those of the top level
        problems.append(Problem(path, "以“键: 值”写成的一组", quoted(value)))


def _value(value: Any, *, money: bool) -> Value:
    """A cell as the report keeps it: a whole count is ``int`` however it was written, money ``Decimal``."""
    if type(value) is int and not money:
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        text = value.strip()
        # digits in quotes are the number they say; papermill hands money over as text to keep every digit
        if PLAIN_INT.match(text) or PLAIN_DECIMAL.match(text):
            return _value(Decimal(text), money=money)
        return text or None
    if value is None or money:
        return value if value is None else Decimal(value)
    return int(value) if value == int(value) else value


def _unknown(path: str, kind: str, keys: Iterable[str]) -> Problem:
    return Problem(path, f"{kind}之一（{'、'.join(keys)}）", path.rpartition(".")[2])
