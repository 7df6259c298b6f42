"""Turn ``editions/*.yaml`` into forms: parts, tables, rows, columns, labels and the identities between cells.

One edition is one YAML file. A cell is named by its ``Address`` (table, row, column), the same in every edition
in which it exists; the three blocks of part four are rows, their outcomes columns, although they are printed in
one line (``across``).

Source: 国办公开办函〔2019〕60号 (report years 2019 and 2020), 国办公开办函〔2021〕30号 (from 2021 on).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args

from toolkit.core.errors import NoSuchForm
from toolkit.core.shipped import read_table

CellType = Literal["count", "change", "money"]  # 非负整数, 可为负的增减数, 金额
Along = Literal["row", "column"]
Instance = tuple[str, tuple["Address", ...], tuple["Address", ...]]


class Address(NamedTuple):
    """The position of a figure; prints as ``applications.new.total``."""

    table: str
    row: str
    column: str

    def __str__(self) -> str:
        return f"{self.table}.{self.row}.{self.column}"

    @classmethod
    def parse(cls, text: str) -> Address:
        """The address of ``table.row.column``.

        Raises:
            ValueError: not three parts.
        """
        table, row, column = text.split(".")
        return cls(table, row, column)


@dataclass(frozen=True)
class Column:
    """A column: ``groups`` are the merged heads above it, ``unit`` the unit of its figures."""

    key: str
    label: str
    type: CellType
    groups: tuple[str, ...] = ()
    unit: str = ""
    additive: bool = True  # false: siblings overlap, a jurisdiction does not add them (2019 项目数量)
    sum: bool = False  # 总计


@dataclass(frozen=True)
class Row:
    """A row: ``groups`` are the merged labels to its left, ``number`` its usual number, 三（三）1."""

    key: str
    label: str
    number: str = ""
    groups: tuple[str, ...] = ()
    sum: bool = False


@dataclass(frozen=True)
class Identity:
    """勾稽关系: in every row (or column) the cells of ``left`` and those of ``right`` have the same sum."""

    code: str
    table: str
    along: Along
    left: tuple[str, ...]
    right: tuple[str, ...]

    def sides(self, fixed: str) -> tuple[tuple[Address, ...], tuple[Address, ...]]:
        """Both sides in one row or column, named by its key."""
        return tuple(self._at(key, fixed) for key in self.left), tuple(self._at(key, fixed) for key in self.right)

    def _at(self, key: str, fixed: str) -> Address:
        return Address(self.table, fixed, key) if self.along == "row" else Address(self.table, key, fixed)


@dataclass(frozen=True)
class Outcome:
    """One kind of result (予以公开 … 其他处理) and the rows of the table that belong to it."""

    key: str
    label: str
    rows: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """One statutory table; ``name`` is the usual name of the table of its part (表二, 表三, 表四)."""

    key: str
    name: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    caption: str = ""
    stub: str = ""
    corner: str = ""
    column_title: str = ""
    across: bool = False
    stub_columns: int = 1  # columns of merged labels left of the figures
    spoken_from: int = 0  # how many of the outermost groups people leave out when they name a row
    identities: tuple[Identity, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    roles: Mapping[str, str] = field(default_factory=dict, hash=False)  # what a row is for: key of the row by role

    @cached_property
    def row_by_key(self) -> dict[str, Row]:
        return {row.key: row for row in self.rows}

    @cached_property
    def column_by_key(self) -> dict[str, Column]:
        return {column.key: column for column in self.columns}

    def addresses(self) -> Iterator[Address]:
        """Every cell, row by row."""
        for row in self.rows:
            for column in self.columns:
                yield Address(self.key, row.key, column.key)

    def instances(self, identity: Identity) -> Sequence[Instance]:
        """An identity in each row or column it holds in: (key of that row or column, left, right)."""
        return self._instances[identity]

    @cached_property
    def _instances(self) -> dict[Identity, list[Instance]]:
        lines: dict[str, tuple[Row, ...] | tuple[Column, ...]] = {"row": self.rows, "column": self.columns}
        return {item: [(line.key, *item.sides(line.key)) for line in lines[item.along]] for item in self.identities}


@dataclass(frozen=True)
class Part:
    """One of the six parts (部分); without tables it is narrative."""

    key: str
    heading: str
    tables: tuple[str, ...] = ()
    guidance: str = ""
    subtopics: tuple[str, ...] = ()
    must_mention: tuple[str, ...] = ()
    widths: tuple[float, ...] = ()  # shares of the printed table's width, per cent; equal when left out

    @property
    def is_narrative(self) -> bool:
        return not self.tables


@dataclass(frozen=True)
class Form:
    """One edition of the form (格式版本)."""

    id: str
    notice_number: str
    notice_title: str
    notice_annex: str  # short name of the notice's annex that no other edition has, or empty
    first_year: int
    last_year: int | None
    title: str
    parts: tuple[Part, ...]
    tables: tuple[Table, ...]

    @cached_property
    def table_by_key(self) -> dict[str, Table]:
        return {table.key: table for table in self.tables}

    @cached_property
    def cells(self) -> dict[Address, Column]:
        """Every cell of the form, in order of print, with its column."""
        return {address: table.column_by_key[address.column] for table in self.tables for address in table.addresses()}

    @cached_property
    def places(self) -> dict[Address, int]:
        """The cells by their number in the order of print."""
        return {address: at for at, address in enumerate(self.cells)}

    @cached_property
    def sums(self) -> dict[Address, tuple[tuple[Address, ...], ...]]:
        """The cells that are totals, each with the lists of cells it is the sum of (a corner total has two)."""
        groups: dict[Address, list[tuple[Address, ...]]] = {}
        for table in self.tables:
            for identity in table.identities:
                for _, left, right in table.instances(identity):
                    if len(left) == 1:
                        groups.setdefault(left[0], []).append(right)
        return {address: tuple(parts) for address, parts in groups.items()}

    def serves(self, year: int) -> bool:
        return self.first_year <= year <= (self.last_year or year)

    @cached_property
    def part_by_key(self) -> dict[str, Part]:
        return {part.key: part for part in self.parts}

    def part(self, key: str) -> Part:
        """A part that this edition has.

        Raises:
            KeyError: it has no such part.
        """
        return self.part_by_key[key]

    def has(self, tables: Iterable[str] = (), parts: Iterable[str] = ()) -> bool:
        """Whether this edition has all these tables and parts."""
        return all(map(self.table_by_key.__contains__, tables)) and all(map(self.part_by_key.__contains__, parts))

    def columns(self, table: str) -> dict[str, Column]:
        """The columns of a table by key; empty where this edition has no such table."""
        return self.table_by_key[table].column_by_key if table in self.table_by_key else {}

    @cached_property
    def outcomes(self) -> tuple[Outcome, ...]:
        """The kinds of result of the table that has any, or empty."""
        return next((table.outcomes for table in self.tables if table.outcomes), ())

    @cached_property
    def applicant_kinds(self) -> dict[str, str]:
        """The kinds of applicants (columns of part three) by key, in words; empty where this edition has no such table."""
        columns = self.columns("applications").values()
        return {column.key: "其他组织" if column.label == "其他" else column.label for column in columns if not column.sum}

    def cell(self, name: str) -> Address | None:
        """The address of ``table.row.column``; ``None`` for anything but a cell of this form."""
        address = Address.parse(name) if name.count(".") == 2 else None
        return address if address in self.cells else None

    def label(self, address: Address) -> str:
        """A cell in people's words: ``表三 （一）予以公开·自然人``."""
        return self._labels[address]

    @cached_property
    def _labels(self) -> dict[Address, str]:
        return {address: self._label(address) for address in self.cells}

    def _label(self, address: Address) -> str:
        table = self.table_by_key[address.table]
        row, column = table.row_by_key[address.row], table.column_by_key[address.column]
        return f"{table.name} {row_label(table, row)}·{column.label}"


def row_label(table: Table, row: Row) -> str:
    """A row as people say it: numbered details with the group they belong to, without the long brackets."""
    label = row.label.split("（区分", 1)[0]
    return "".join((*row.groups[table.spoken_from :], label))


def form_for_year(year: int) -> Form:
    """The edition that serves a report year.

    Raises:
        NoSuchForm: no edition does.
    """
    for form in all_forms():
        if form.serves(year):
            return form
    editions = "、".join(
        f"{form.id} 版（{form.first_year}年{f'至{form.last_year}年' if form.last_year else '起'}）" for form in all_forms()
    )
    raise NoSuchForm(year, editions)


def form_by_id(edition: str) -> Form:
    """The edition of this name, e.g. ``2021``.

    Raises:
        KeyError: there is none.
    """
    return {form.id: form for form in all_forms()}[edition]


def fullest_form() -> Form:
    """The edition with most parts, the latest of several: for a document of an unknown year."""
    return max(all_forms(), key=lambda form: (len(form.parts), form.first_year))


@cache
def all_forms() -> tuple[Form, ...]:
    """Every edition, the oldest first."""
    forms = [_read_form(path) for path in (Path(__file__).parent / "editions").glob("*.yaml")]
    return tuple(sorted(forms, key=lambda form: form.first_year))


def _read_form(path: Path) -> Form:
    data = read_table(path)
    return Form(
        id=data["form"],
        notice_number=data["notice"]["number"],
        notice_title=data["notice"]["title"],
        notice_annex=data["notice"].get("annex_name", ""),
        first_year=data["years"]["first"],
        last_year=data["years"]["last"],
        title=data["title"],
        parts=tuple(Part(**_tuples(part)) for part in data["parts"]),
        tables=tuple(_read_table(key, table) for key, table in data["tables"].items()),
    )


def _read_table(key: str, data: dict[str, Any]) -> Table:
    data = dict(data)
    columns = tuple(Column(**_tuples(column)) for column in data.pop("columns"))
    unknown = {column.type for column in columns} - set(get_args(CellType))
    if unknown:
        raise ValueError(f"table {key}: unknown type of cell {unknown}")
    return Table(
        key=key,
        columns=columns,
        rows=tuple(Row(**_tuples(row)) for row in data.pop("rows")),
        identities=tuple(Identity(table=key, **_tuples(item)) for item in data.pop("identities", ())),
        outcomes=tuple(Outcome(**_tuples(item)) for item in data.pop("outcomes", ())),
        **data,
    )


def _tuples(data: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in data.items()}
