"""One organ's report of one year as frozen data: organ, figures, channels, narrative.

Figures keep what was written: ``None`` is a blank (not yet filled in, which is not 0), ``int`` a count,
``Decimal`` money, ``str`` a dirty cell such as ``251000元`` that the checks will name. Totals that were left out
are computed; totals that were given stay as given.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from types import MappingProxyType
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from toolkit.forms import Address, Form, form_by_id, form_for_year
from toolkit.report.cell_text import read_figure

Value = int | Decimal | str | None
Level = Literal["township", "street", "county_department", "county", "city_department", "city", "province_department", "province"]
LEVEL_NAMES: dict[str, str] = {
    "township": "乡镇", "street": "街道", "county_department": "县级部门", "county": "县级政府", "city_department": "市级部门",
    "city": "市级政府", "province_department": "省级部门", "province": "省级政府",
}  # fmt: skip
assert set(LEVEL_NAMES) == set(get_args(Level))
GOVERNMENTS: tuple[Level, ...] = ("county", "city", "province")  # each of a whole area, with towns and bureaus


def value_text(value: Value) -> str:
    """A figure as cell and paper show it: digits only, money with its decimals, text as typed, a blank as empty text."""
    if value is None:
        return ""
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def comparable_text(value: Value) -> str:
    """A figure as text in which equal figures are equal: 1.50 and 1.5 are one."""
    return value if isinstance(value, str) else "" if value is None else format(Decimal(value).normalize() + 0, "f")


LARGEST = 10**15  # a workbook keeps 15 digits; no figure of a form comes near
A_COUNT, AN_AMOUNT = "非负整数（不超过 15 位）", "不小于 0、最多两位小数的金额"  # what a complaint expects


_ENDS = " \t\r\n\x0b\x0c\u3000"  # blanks that an editor shows; the others are for the checks to name
_QUOTED = re.compile(r"[“”‘’「『] *([^“”‘’「」『』]*[^“”‘’「」『』 ]) *[“”‘’」』]")


def _line(value: Any) -> Any:
    """Text of one line: an editor's stray blanks and line breaks are not part of a name."""
    return re.sub(r"[ \t]*[\t\r\n\x0b\x0c][ \t\r\n\x0b\x0c]*", " ", value.strip(_ENDS)) if isinstance(value, str) else value


def _bare(value: Any) -> Any:
    """``phone: “0602-5550155”``: marks around the whole that YAML does not know as quotes are not part of it."""
    line = _line(value)
    match = _QUOTED.fullmatch(line) if isinstance(line, str) else None
    return match[1] if match else line


def _text(value: Any) -> Any:
    """Text of several lines with the line ends of any system; the checks report line ends that no editor shows."""
    return re.sub(r"\r\n?", "\n", value) if isinstance(value, str) else value


Line = Annotated[str, BeforeValidator(_line)]
Bare = Annotated[str, BeforeValidator(_bare)]
Text = Annotated[str, BeforeValidator(_text)]


def _count(value: Any) -> Any:
    """``3件`` is 3; text that ``read_figure`` gives no exact number for is refused, also where Python reads one (``1_0``)."""
    return _exact(value, A_COUNT) if isinstance(value, str) else value


def _yuan(value: Any) -> Any:
    """``1,000元`` is 1000; ``1e3`` and ``12.`` are no amounts."""
    return _exact(value, AN_AMOUNT, money=True) if isinstance(value, str) else value


def _exact(text: str, expected: str, *, money: bool = False) -> int | Decimal:
    number = read_figure(text, money=money).exact
    if number is None:
        raise ValueError(expected)
    return number


class Frozen(BaseModel):
    """A frozen group of keys; an unknown key is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Filled(Frozen):
    """A frozen group of keys as a person fills it in: numbers are taken for text, blanks are left out."""

    model_config = ConfigDict(coerce_numbers_to_str=True)

    @model_validator(mode="before")
    @classmethod
    def _blank_is_left_out(cls, values: Any) -> Any:
        """An empty ``phone:`` is not filled in yet; an unknown key is a problem even when empty."""
        if not isinstance(values, dict):
            return values
        return {key: value for key, value in values.items() if value is not None or key not in cls.model_fields}


class Contact(Filled):
    """联系方式, as the preamble prints it."""

    office: Bare = Field("", title="联系科室")
    address: Bare = Field("", title="地址")
    phone: Bare = Field("", title="联系电话")


class Organ(Filled):
    """机关; ``name`` as in the title."""

    name: Bare = Field(min_length=1, max_length=80, title="机关全称")
    short_name: Bare = Field("", title="机关简称")
    superior: Bare = Field("", title="上级机关")
    level: Level = Field("township", title="层级")
    contact: Contact = Field(default_factory=Contact, title="联系方式")
    published_at: Line = Field("", title="公开网站")
    published_on: Line = Field("", title="公开日期", description="如 2025-01-20")


class Channel(Filled):
    """One channel of 主动公开渠道; ``approximate`` means 余 or 约 in the text."""

    name: Line = Field(min_length=1, title="渠道")
    count: Annotated[int, BeforeValidator(_count)] = Field(ge=0, lt=LARGEST, title="条数")
    approximate: bool = Field(False, title="约数")

    @model_validator(mode="before")
    @classmethod
    def _read_approximate(cls, values: Any) -> Any:
        """``350余条`` is 350 and 约数."""
        reading = read_figure(values["count"]) if isinstance(values, dict) and isinstance(values.get("count"), str) else None
        return {**values, "count": reading.value, "approximate": True} if reading and reading.approximate else values


class Narrative(Filled):
    """The text parts; lines that begin 一、（一）1.（1） are headings of their level."""

    title: Line = Field("", title="标题", description="读入时原件上的标题，只供校验；印出的标题按格式生成")
    preamble: Text = Field("", title="导语", description="留空则按格式生成")
    overview: Text = Field("", title="一、总体情况")
    problems: Text = Field("", title="五、存在的主要问题及改进情况")
    other: Text = Field("", title="六、其他需要报告的事项")


class ProcessingFee(Filled):
    """信息处理费, stated in part six from the 2021 edition on, also when it is 0 (国办函〔2020〕109号)."""

    # None is a box not yet filled in, which is not 0; a draft prints it as 0
    notices: Annotated[int | None, BeforeValidator(_count)] = Field(None, ge=0, lt=LARGEST, title="收费通知件数")
    amount_yuan: Annotated[Decimal | None, BeforeValidator(_yuan)] = Field(
        None, ge=0, lt=LARGEST, decimal_places=2, title="收取金额（元）"
    )


SUBJECT_LENGTH = 80  # characters of each side of what a confirmation is about
VERSUS = "｜"  # between the sides: the words or the value, and what they should be


class Confirmation(Filled):
    """确认: a warning a person confirmed as meant, with the reason."""

    code: Line = Field(min_length=1, title="规则代码")
    where: Line = Field("", title="位置")
    reason: Line = Field(min_length=1, title="原因")
    about: Line = Field("", title="确认时的内容", description="填报表记下的数或文字；以后改成别的，这一确认就不再算数")


class FigureLink(Filled):
    """文中数字随表: the figure at ``start`` of a text part comes from a cell, and the form keeps it equal."""

    part: Line = Field(min_length=1, title="所在部分", description="如 overview")
    start: int = Field(ge=0, lt=LARGEST, title="起始字")
    address: Line = Field(min_length=1, title="对应的格", description="如 applications.new.total")
    text: Line = Field(min_length=1, title="写入的数字")


class FromRegister(Filled):
    """台账带入: the figures of parts three and four were counted from the register of requests."""

    counted_on: Line = Field("", title="带入日期", description="如 2026-01-05")


class Figures(Mapping[Address, Value]):
    """The statutory figures of one report by address; missing addresses are blanks.

    ``figures[address]`` is the effective value: as given, or the computed total. ``given`` holds what was written.
    """

    __slots__ = ("_values", "form", "given")

    def __init__(self, form: Form, given: Mapping[Address, Value]) -> None:
        self.form = form
        values: dict[Address, Value] = {address: value for address, value in given.items() if value is not None}
        self.given = MappingProxyType(values)
        self._values = _complete_totals(form, values.copy())

    def __getitem__(self, address: Address) -> Value:
        if address not in self.form.cells:
            raise KeyError(address)
        return self._values.get(address)

    def __iter__(self) -> Iterator[Address]:
        return iter(self.form.cells)

    def __len__(self) -> int:
        return len(self.form.cells)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Figures) and self.form.id == other.form.id and dict(self.given) == dict(other.given)

    def __hash__(self) -> int:
        return hash(frozenset(self.given.items()))

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the written values; the edition is the same in every process."""
        return _figures, (self.form.id, {tuple(address): value for address, value in self.given.items()})

    def number(self, address: Address) -> int | Decimal | None:
        """The value as a number, ``None`` for a blank, a dirty cell or a cell that this edition does not have."""
        value = self._values.get(address)
        return None if isinstance(value, str) else value

    def total(self, addresses: tuple[Address, ...]) -> int | Decimal | None:
        """The sum of some cells, ``None`` when one of them is not a number."""
        return _sum(self._values, addresses)

    def with_value(self, address: Address, value: Value) -> Figures:
        """The same figures with one cell changed (``None`` blanks it)."""
        return Figures(self.form, {**self.given, address: value})


def _figures(edition: str, given: Mapping[tuple[str, str, str], Value]) -> Figures:
    return Figures(form_by_id(edition), {Address(*place): value for place, value in given.items()})


def _complete_totals(form: Form, values: dict[Address, Value]) -> dict[Address, Value]:
    """Compute missing totals whose parts are all numbers; corner totals need a second round."""
    waiting = [item for item in form.sums.items() if item[0] not in values] if values else []
    while waiting:
        remaining = []
        for address, alternatives in waiting:
            total = next((s for s in (_sum(values, parts) for parts in alternatives) if s is not None), None)
            if total is None:
                remaining.append((address, alternatives))
            else:
                values[address] = total
        if len(remaining) == len(waiting):
            break
        waiting = remaining
    return values


def _sum(values: Mapping[Address, Value], parts: tuple[Address, ...]) -> int | Decimal | None:
    try:
        return sum(map(values.__getitem__, parts))  # type: ignore[arg-type]
    except (KeyError, TypeError):  # a blank or a dirty cell
        return None


@dataclass(frozen=True)
class Source:
    """Where a report was read from: for findings that name file and line. Not part of the report's content."""

    file: str = ""
    lines: Mapping[str, int] = field(default_factory=dict)

    def line(self, path: str) -> int:
        """The line of a dotted path, or of the nearest thing around it; 0 when unknown."""
        while path:
            if path in self.lines:
                return self.lines[path]
            path = path.rpartition(".")[0]
        return 0


@dataclass(frozen=True)
class Report:
    """年度报告 of one organ. ``foreign`` are figures of another edition's rows, kept for ``edition-wrong``."""

    year: int
    organ: Organ
    figures: Figures
    channels: tuple[Channel, ...] = ()
    narrative: Narrative = field(default_factory=Narrative)
    processing_fee: ProcessingFee | None = None
    confirmed: tuple[Confirmation, ...] = ()
    links: tuple[FigureLink, ...] = ()
    from_register: FromRegister | None = None
    foreign: Mapping[str, Value] = field(default_factory=dict)
    source: Source = field(default_factory=Source, compare=False)

    @property
    def form(self) -> Form:
        return self.figures.form

    @cached_property
    def title(self) -> str:
        """标题: ``{机关全称}{年度}年政府信息公开工作年度报告``."""
        return self.form.title.format(organ=self.organ.name, year=self.year)

    def value(self, table: str, row: str, column: str) -> Value:
        """One figure, or a computed total.

        Raises:
            KeyError: the edition has no such cell.
        """
        return self.figures[Address(table, row, column)]

    def number(self, table: str, row: str, column: str) -> int | Decimal | None:
        """One figure as a number; ``None`` when blank, dirty or not in this edition."""
        return self.figures.number(Address(table, row, column))

    def with_value(self, address: Address, value: Value) -> Report:
        return replace(self, figures=self.figures.with_value(address, value))


def empty_report(year: int, organ: Organ) -> Report:
    """A report with every cell blank.

    Raises:
        NoSuchForm: no edition serves the year.
    """
    return Report(year=year, organ=organ, figures=Figures(form_for_year(year), {}))
