"""Read a workbook: our own exports, the form as a workbook, and tables that offices keep in Excel or WPS.

In: the bytes of an .xlsx. Out: a ``Source``: every sheet as a grid, a sheet of one column as text. Values are what the
workbook shows last; a formula without a kept value is unclear and not computed. Nothing is run, no link is followed.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.cell import range_boundaries
from openpyxl.utils.exceptions import InvalidFileException

from toolkit.importing.limits import LIMITS, CannotImport, Limits, TooLarge, open_zip, parse_xml, read_member
from toolkit.importing.recognition.cells import UNKNOWN_FORMULA
from toolkit.importing.remarks import Remark
from toolkit.importing.source import Grid, GridSpot, Line, Piece, Source, Told, grid_of_spots
from toolkit.report.cell_text import CONTINUED
from toolkit.report.model import LARGEST, LEVEL_NAMES, Channel, Organ
from toolkit.report.workbook_form import BALANCE, CHANNEL_HEADS, FACTS, FACTS_SHEET, HELP_SHEET, MARK

_MERGED = 1_000_000  # cells under merged areas: a whole row merged a few times is no attack
_WIDEST = 60  # columns; a form has fifteen
_LONGEST = 3_000  # rows with anything in them


def read_xlsx(raw: bytes, name: str, limits: Limits = LIMITS) -> Source:
    """The pieces of a workbook.

    Raises:
        CannotImport: damaged, encrypted, no workbook, or over a limit.
    """
    _check_parts(raw, name, limits)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl tells of every extension it drops
            values = load_workbook(io.BytesIO(raw), data_only=True, keep_links=False)
            formulas = load_workbook(io.BytesIO(raw), data_only=False, keep_links=False)
    except (InvalidFileException, KeyError, ValueError, TypeError, AttributeError, IndexError, OSError, SyntaxError) as error:
        raise CannotImport(name, "Excel 文件已损坏，打不开；请在 Excel 或 WPS 中打开后另存") from error
    pieces: list[Piece] = []
    remarks: list[Remark] = []
    told = read_told(values)
    remarks += _unread_facts(values) if told else []
    for number, sheet in enumerate(values.worksheets, 1):
        if told and sheet.title in (FACTS_SHEET, HELP_SHEET):
            continue
        if sheet.sheet_state != "visible":
            remarks.append(Remark("other-table", "notice", f"工作表“{sheet.title}”是隐藏的，没有读入"))
        else:
            pieces += _sheet(sheet, formulas[sheet.title], number, name, limits, ours=told is not None)
    return Source("xlsx", tuple(pieces), str(values.properties.title or ""), tuple(remarks), told=told)


def read_told(book: Any) -> Told | None:
    """The sheet 基本情况 of our form as a workbook; ``None`` for any other workbook."""
    if str(book.properties.keywords or "") != MARK or FACTS_SHEET not in book.sheetnames:
        return None
    rows = _fact_rows(book)
    answers = {label: row[1] for row in rows for key, label in FACTS if row[0] == label}
    said = {key: answers.get(label, "") for key, label in FACTS}
    channels = tuple(
        Channel(name=name, count=int(count), approximate=more.strip() == "是")
        for _, name, count, more in _channel_rows(rows)
        if name and _is_count(count)
    )
    level = next((key for key, label in LEVEL_NAMES.items() if label == said["level"]), "township")
    contact = {key: said[key] for key in ("office", "address", "phone")}
    if not said["year"].isdigit():
        return None
    organ = {key: said[key] for key in ("published_at", "published_on")} | {"name": said["name"] or "（机关名称）"}
    return Told(int(said["year"]), Organ.model_validate({**organ, "level": level, "contact": contact}), channels)


def _fact_rows(book: Any) -> list[list[str]]:
    return [[_plain(value) for value in row[:3]] + [""] * (3 - len(row)) for row in book[FACTS_SHEET].iter_rows(values_only=True)]


def _channel_rows(rows: list[list[str]]) -> list[tuple[int, str, str, str]]:
    start = next((at for at, row in enumerate(rows) if row[0] == CHANNEL_HEADS[0]), len(rows))
    return [(at, row[0], row[1], row[2]) for at, row in enumerate(rows[start + 1 :], start + 2)]


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and int(text) < LARGEST


def _unread_facts(book: Any) -> list[Remark]:
    """What was typed on the sheet 基本情况 and is not taken: channels without a name or a whole number, an unknown level."""
    rows = _fact_rows(book)
    remarks = [
        Remark("channel-unread", "error", f"渠道“{name}”的条数“{count}”没有读入，应有名称和整数",
               f"工作表“{FACTS_SHEET}”第 {at} 行", found=count, next_step="请补上名称，条数只填整数；“余”“约”填在第三列")
        for at, name, count, _ in _channel_rows(rows) if (name or count) and not (name and _is_count(count))
    ]  # fmt: skip
    label = dict(FACTS)["level"]
    level = next((row[1] for row in rows if row[0] == label), "")
    if level not in LEVEL_NAMES.values():
        names = "、".join(LEVEL_NAMES.values())
        remarks.append(Remark("level-unread", "error", f"层级“{level}”不认识，暂记为乡镇", f"工作表“{FACTS_SHEET}”", found=level,
                              next_step=f"请从{names}中选一个"))  # fmt: skip
    return remarks


def _plain(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    return "" if value is None else str(value).strip()


def _check_parts(raw: bytes, name: str, limits: Limits) -> None:
    """Every XML part once through our own parser, which takes no entities, before openpyxl sees it."""
    archive = open_zip(raw, name, limits)
    names = archive.namelist()
    if "xl/workbook.xml" not in names:
        raise CannotImport(name, "不是 Excel 工作簿")
    for member in names:
        if member.endswith((".xml", ".rels")):
            root = parse_xml(read_member(archive, member, name, limits), name)
            if member.startswith("xl/worksheets/"):
                _check_sheet(root, name, limits)


def _check_sheet(root: Any, name: str, limits: Limits) -> None:
    """Cells and merged areas before openpyxl makes an object of every cell they cover."""
    if sum(1 for _ in root.iter("{*}c")) > limits.cells:
        raise TooLarge(name, f"工作表超过 {limits.cells} 格")
    merged = 0
    for area in root.iter("{*}mergeCell"):
        try:
            left, top, right, bottom = range_boundaries(area.get("ref", ""))
        except (ValueError, TypeError):
            continue  # openpyxl says what is wrong with it
        merged += (right - left + 1) * (bottom - top + 1) if left and top and right and bottom else 0
        if merged > _MERGED:
            raise TooLarge(name, f"工作表中合并的单元格超过 {_MERGED // 10_000} 万格，不像一份年报，没有读入")


def _sheet(sheet: Any, formulas: Any, number: int, name: str, limits: Limits, *, ours: bool) -> Iterator[Piece]:
    if sheet.max_row * min(sheet.max_column, _WIDEST) > limits.cells and len(sheet._cells) > limits.cells:
        raise TooLarge(name, f"工作表“{sheet.title}”超过 {limits.cells} 格")
    spans, covered = _merged(sheet)
    filled: dict[int, dict[int, str]] = {}
    for (row, column), cell in sorted(sheet._cells.items()):
        if column <= _WIDEST and (row, column) not in covered:
            text = _shown(cell, formulas)
            if text and not (ours and text == UNKNOWN_FORMULA):  # a total of our form that has no sum yet
                filled.setdefault(row, {})[column] = text
    if ours:
        filled = {row: cells for row, cells in filled.items() if not cells.get(1, "").startswith(BALANCE)}
    # a row of blanks under the last one may be the figures of a form not filled in yet
    last = max(filled, default=0)
    filled |= {row: {} for row, _ in sheet._cells if row <= last + 1 and row not in filled}
    if len(filled) > _LONGEST:
        raise TooLarge(name, f"工作表“{sheet.title}”超过 {_LONGEST} 行")
    place = f"工作表“{sheet.title}”"
    if all(set(cells) <= {1} for cells in filled.values()):
        yield from _paragraphs({row: cells[1] for row, cells in sorted(filled.items()) if cells}, place)
        return
    grid = _grid(filled, spans, covered, place, number)
    yield grid


def _paragraphs(rows: dict[int, str], place: str) -> Iterator[Line]:
    """The lines of a sheet of text; a row of our workbook that goes on with the one above is joined to it."""
    joined: dict[int, str] = {}
    first = 0
    for row, text in rows.items():
        if text.startswith(CONTINUED) and first:
            joined[first] += text.removeprefix(CONTINUED)
        else:
            first = row
            joined[row] = text
    for row, text in joined.items():
        yield from (Line(line, f"{place}第 {row} 行") for line in text.split("\n"))


def _merged(sheet: Any) -> tuple[dict[tuple[int, int], tuple[int, int]], set[tuple[int, int]]]:
    """Merged ranges as spans by their first cell, and the cells they cover."""
    spans: dict[tuple[int, int], tuple[int, int]] = {}
    covered: set[tuple[int, int]] = set()
    for area in sheet.merged_cells.ranges:
        last = min(area.max_col, _WIDEST)
        if area.max_row - area.min_row > _LONGEST:
            continue
        spans[area.min_row, area.min_col] = (area.max_row - area.min_row + 1, last - area.min_col + 1)
        covered |= {(row, column) for row in range(area.min_row, area.max_row + 1) for column in range(area.min_col, last + 1)}
    return spans, covered - set(spans)


def _grid(
    filled: dict[int, dict[int, str]],
    spans: dict[tuple[int, int], tuple[int, int]],
    covered: set[tuple[int, int]],
    place: str,
    number: int,
) -> Grid:
    """All cells of the used area, blank ones too, for a blank is something that was read."""
    width = max((column for cells in filled.values() for column in cells), default=0)
    rows = sorted(filled)
    spots = [
        GridSpot(row, column - 1, *spans.get((row, column), (1, 1)), filled[row].get(column, ""))
        for row in rows
        for column in range(1, width + 1)
        if (row, column) not in covered
    ]
    grid = grid_of_spots(spots, place, number)
    placed = (
        type(line)(line.cells, f"{place}第 {row} 行", number, line.width) for line, row in zip(grid.rows, rows, strict=True)
    )
    return Grid(tuple(placed), place)


def _shown(cell: Any, formulas: Any) -> str:
    """A cell as text: numbers with every digit they show, a percentage or date as people read it."""
    value = cell.value
    if value is None:
        kept = formulas.cell(cell.row, cell.column).value
        return UNKNOWN_FORMULA if isinstance(kept, str) and kept.startswith("=") else ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return _number(value, str(cell.number_format or ""))
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    return str(value)


def _number(value: int | float, shown_as: str) -> str:
    """``3.0`` is 3; decimals that the format shows are kept (23246297.50); the rest of a double is not shown."""
    shown = re.search(r"0\.(0+)", shown_as.partition(";")[0])
    places = len(shown[1]) if shown and "%" not in shown_as else 0
    number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if number == number.to_integral_value() and not places:
        return str(int(number))
    exact = max(-int(number.as_tuple().exponent), 0) if number.is_finite() else 0
    return f"{number:.{max(places, exact)}f}"
