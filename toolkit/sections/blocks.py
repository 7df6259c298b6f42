"""The blocks of a report, between the sections that make them and the exporters that print them.

In: titles, paragraphs, tables, pictures as frozen objects. Out: the same as plain JSON inside a notebook
output (``BLOCKS_MIME``), and back. Nothing here knows about forms, reports, HTML or PDF. All text is data:
no block carries markup of any output format.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Literal

BLOCKS_MIME = "application/vnd.nianbao.blocks+json"
BLOCKS_VERSION = 1
CHECKS_NOTE = "校验说明："  # how the note on the checks begins, which only the submission copy carries

CellRole = Literal["caption", "corner", "head", "stub", "value"]
Align = Literal["left", "center", "right"]


@dataclass(frozen=True, slots=True)
class Run:
    """Text in one style; ``bold`` to ``link`` come only from added Markdown cells.

    ``level`` 2 to 4 sets the run in the font of a heading of that level: the leading sentence of a paragraph
    that begins with （一）… and continues in the same line.
    """

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    link: str = ""
    level: int = 0


@dataclass(frozen=True, slots=True)
class Front:
    """What the file says of itself (文件属性): title, author, language, year; written once, printed never."""

    title: str
    author: str  # the organ, 机关全称
    year: int
    form: str  # edition of the form, "2019" or "2021"
    draft: bool = False  # 草稿 on every page
    language: str = "zh-CN"
    notice: str = ""  # number of the notice that prescribes the edition


@dataclass(frozen=True, slots=True)
class Title:
    """The report's title (标题), one line of print per item, broken by sense."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 is 一、, 2 is （一）, 3 is 1., 4 is （1）. The number is part of the text."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of running text, indented two characters by the exporters.

    ``role``: in a letter the line of the addressee begins at the margin, and the signature ends four characters before the other
    one (GB/T 9704-2012, 7.3.1, 7.3.5); letters are written as DOCX, and other exporters set all paragraphs alike.
    """

    runs: tuple[Run, ...]
    role: Literal["text", "addressee", "signature"] = "text"

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True, slots=True)
class Note:
    """A small line that is not part of the statutory text, such as the checks passed (校验说明)."""

    text: str


@dataclass(frozen=True, slots=True)
class Code:
    """Preformatted text, such as the plain output of an added cell."""

    text: str


@dataclass(frozen=True, slots=True)
class ListItems:
    """A list from a Markdown cell; each item is a run of blocks."""

    ordered: bool
    items: tuple[tuple[Block, ...], ...]
    start: int = 1


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table as printed; ``row`` and ``column`` count from 0 and name its top left corner.

    ``address`` is ``table.row.column`` of the form for a value, "" for a label. ``number`` holds the value
    as decimal digits when the cell is one, so that a workbook gets a number and not a text.
    """

    row: int
    column: int
    text: str
    role: CellRole = "value"
    rowspan: int = 1
    colspan: int = 1
    align: Align = "center"
    address: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A grid with merged cells. ``head_rows`` rows repeat on every page; ``widths`` are shares of the width.

    ``label`` says in words what the table holds, for people who do not see it. ``sums`` lists, for cells that
    are totals, the addresses added up: ``(total, (part, …))``.
    """

    key: str
    label: str
    rows: int
    columns: int
    cells: tuple[Cell, ...]
    head_rows: int = 0
    widths: tuple[float, ...] = ()
    caption: str = ""
    sums: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def shares(self) -> tuple[float, ...]:
        """The share of each column in the width of the table; they add up to 1."""
        widths = self.widths if len(self.widths) == self.columns and sum(self.widths) > 0 else (1.0,) * self.columns
        return tuple(width / sum(widths) for width in widths)


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart (图) or a picture that someone added.

    ``caption`` is printed under it ("图 1 …", "" for none), ``alt`` is the text alternative with the figures;
    ``width`` and ``height`` are the natural size in points, 0 when unknown. ``narrow`` is the same chart laid out for a phone,
    as SVG; empty when there is none.
    """

    data: bytes
    mime: Literal["image/svg+xml", "image/png", "image/jpeg"]
    alt: str
    caption: str = ""
    width: float = 0
    height: float = 0
    narrow: bytes = b""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file carried inside the report: its params, so that the PDF is the data."""

    name: str
    mime: str
    description: str
    text: str


@dataclass(frozen=True, slots=True)
class DataCode:
    """The figures as codes for scanners (数据码), printed on the last page of the submission copy and nowhere else.

    ``parts`` are the bytes of each code (``toolkit.report.data_code``).
    """

    parts: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Poster:
    """What the picture for the public (一图读懂) shows, printed nowhere else; ``data`` is JSON (``toolkit.sections.poster``)."""

    data: str


Block = Front | Title | Heading | Paragraph | Note | Code | ListItems | Table | Picture | Attachment | DataCode | Poster
_KINDS: dict[str, type] = {
    kind.__name__.lower(): kind
    for kind in (Front, Title, Heading, Paragraph, Note, Code, ListItems, Table, Picture, Attachment, DataCode, Poster)
}
# The name of a kind of block (empty for parts of a block), and its fields with their defaults.
_KEYS: dict[type, tuple[str, tuple[tuple[str, Any], ...]]] = {
    kind: (name, tuple((item.name, item.default) for item in fields(kind)))
    for name, kind in (*_KINDS.items(), ("", Run), ("", Cell))
}


def paragraph(text: str) -> Paragraph:
    return Paragraph((Run(text),))


def blocks_to_json(blocks: Iterable[Block]) -> dict[str, Any]:
    """Blocks as the JSON value of one notebook output; default values are left out."""
    return {"version": BLOCKS_VERSION, "blocks": [_to_json(block) for block in blocks]}


def blocks_from_json(value: Mapping[str, Any]) -> tuple[Block, ...]:
    """The blocks of one notebook output.

    Raises:
        ValueError: another version, or a kind of block that this version does not know.
    """
    if value.get("version") != BLOCKS_VERSION:
        raise ValueError(f"blocks of version {value.get('version')!r}, expected {BLOCKS_VERSION}")
    return tuple(_from_json(item) for item in value["blocks"])


def iter_text(blocks: Iterable[Block]) -> Iterator[str]:
    """Every visible text in order, for the fonts."""
    for block in blocks:
        match block:
            case Title(lines):
                yield from lines
            case Heading(_, text) | Note(text) | Code(text):
                yield text
            case Paragraph():
                yield block.text
            case ListItems(_, items):
                for item in items:
                    yield from iter_text(item)
            case Table():
                yield block.caption
                yield from (cell.text for cell in block.cells)
            case Picture():
                yield block.caption


def _to_json(block: Block | Run | Cell) -> dict[str, Any]:
    kind, fields = _KEYS[type(block)]
    out: dict[str, Any] = {"kind": kind} if kind else {}
    for name, default in fields:
        value = getattr(block, name)
        if value != default:
            out[name] = value if isinstance(value, str | int) else _plain(value, block)
    return out


def _plain(value: Any, block: Block | Run | Cell) -> Any:
    if isinstance(value, tuple):
        return [item if isinstance(item, str) else _plain(item, block) for item in value]
    if isinstance(value, bytes):
        # SVG is text: it stays readable and small inside the notebook
        svg = isinstance(block, Picture) and block.mime == "image/svg+xml"
        return value.decode("utf-8") if svg else base64.b64encode(value).decode("ascii")
    return value if isinstance(value, float | str | int) else _to_json(value)


def _from_json(item: Mapping[str, Any]) -> Block:
    values = dict(item)
    name = values.pop("kind")
    if name not in _KINDS:
        raise ValueError(f"unknown kind of block {name!r}")
    kind = _KINDS[name]
    if kind is Paragraph:
        return Paragraph(tuple(Run(**run) for run in values["runs"]), values.get("role", "text"))
    if kind is Title:
        return Title(tuple(values["lines"]))
    if kind is ListItems:
        items = tuple(tuple(_from_json(block) for block in entry) for entry in values.pop("items"))
        return ListItems(items=items, **values)
    if kind is Table:
        cells = tuple(Cell(**cell) for cell in values.pop("cells"))
        sums = tuple((total, tuple(parts)) for total, parts in values.pop("sums", ()))
        widths = tuple(values.pop("widths", ()))
        return Table(cells=cells, sums=sums, widths=widths, **values)
    if kind is DataCode:
        return DataCode(tuple(map(base64.b64decode, values["parts"])))
    if kind is Picture:
        data = values.pop("data")
        raw = data.encode("utf-8") if values["mime"] == "image/svg+xml" else base64.b64decode(data)
        return Picture(data=raw, narrow=values.pop("narrow", "").encode("utf-8"), **values)
    return kind(**values)  # type: ignore[no-any-return]


def plain_table(
    key: str,
    label: str,
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    widths: Sequence[float] = (),
    left: Sequence[int] = (0,),
) -> Table:
    """Rows of text under one row of heads.

    Args:
        key: name of the table among the others.
        label: what it holds, in words.
        widths: shares of the width, one for each column; equal when left out.
        left: columns set to the left edge; the others are centred.
    """
    cells = [Cell(0, at, text, "head") for at, text in enumerate(heads)]
    for down, row in enumerate(rows, start=1):
        for at, text in enumerate(row):
            align: Align = "left" if at in left else "center"
            cells.append(Cell(down, at, text, "value" if at else "stub", align=align))
    return Table(key, label, len(rows) + 1, len(heads), tuple(cells), head_rows=1, widths=tuple(widths))
