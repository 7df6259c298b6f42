"""Read a workbook: our own exports, the form as a workbook, and tables that offices keep in Excel or WPS.

In: the bytes of an .xlsx, strict ones too. Out: a ``Source``: every sheet as a grid, a sheet of one column as text.
What a sheet shows is read: numbers in their formats, without hidden rows and columns and struck-out digits. A formula
without a kept value is unclear and not computed. Nothing is run, no link is followed.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.cell import range_boundaries

from toolkit.importing.limits import CannotImport, Limits, TooLarge, parse_xml
from toolkit.importing.readers.opc import Package, open_package
from toolkit.importing.readers.sheet import Sheet, SheetCell, sheet_pieces
from toolkit.importing.readers.shown import PICTURE, Fragment, HiddenFigures, comment_notes, has_digit, shown_cell
from toolkit.importing.readers.xlsx.drawings import Shape, parts_by_sheet, shapes_by_sheet
from toolkit.importing.readers.xlsx.looks import LONGEST, WIDEST, SheetLooks
from toolkit.importing.recognition.cells import UNKNOWN_FORMULA
from toolkit.importing.source import FormFacts, Line, Piece, Source
from toolkit.report.model import LARGEST, LEVEL_NAMES, Channel, Organ
from toolkit.report.read_form import Observation
from toolkit.report.workbook_form import BALANCE, CHANNEL_HEADS, FACTS, FACTS_SHEET, HELP_SHEET, MARK

_MERGED = 1_000_000  # cells under merged areas: a whole row merged a few times is no attack
_LARGE_SHAPE = 12  # cells; a larger picture is a seal or a background
_LARGEST_BOX = 400
_SHOWS_FORMULAS = "工作表设为显示公式，不显示结果"
_BOX = "这一格上面有文本框，不能确定显示的是哪个数"
_UNDER = "这一格被图形、图表或按钮盖住，看不到数字"


def read_xlsx(raw: bytes, name: str, limits: Limits) -> Source:
    """The pieces of a workbook.

    Raises:
        CannotImport: damaged, encrypted, no workbook, or over a limit.
    """
    package = open_package(raw, name, limits)
    values, formulas = open_workbook(package)
    facts = read_facts(values)
    observations: list[Observation] = list(unread_facts(values)) if facts else []
    shapes = shapes_by_sheet(package, parts_by_sheet(package))
    reader = _Reader(name, limits, ours=facts is not None)
    pieces: list[Piece] = []
    for number, sheet in enumerate(values.worksheets, 1):
        if facts and sheet.title in (FACTS_SHEET, HELP_SHEET):
            continue
        if sheet.sheet_state != "visible":
            observations.append(Observation("table-unread", f"工作表“{sheet.title}”是隐藏的，没有读入"))
        else:
            looks = looks_of(package, sheet, f"工作表“{sheet.title}”", reader.dropped, ours=reader.ours)
            pieces += reader.sheet(formulas[sheet.title], number, shapes.get(sheet.title, []), looks)
    notes = (*reader.notes, *reader.dropped.notes(), *comment_notes(reader.comments))
    return Source("xlsx", tuple(pieces), str(values.properties.title or ""), tuple(observations), notes, facts=facts)


def open_workbook(package: Package) -> tuple[Any, Any]:
    """A workbook twice, checked before openpyxl sees it: with the results that it keeps, and with its formulas.

    Raises:
        CannotImport: damaged, no workbook, or over a limit.
    """
    _check_parts(package)
    raw = package.rebuilt()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of every extension that it drops
            values = load_workbook(io.BytesIO(raw), data_only=True, keep_links=False, rich_text=True)
            return values, load_workbook(io.BytesIO(raw), data_only=False, keep_links=False)
    except Exception as error:  # openpyxl raises what its parsing happens to meet
        raise CannotImport(package.name, "Excel 文件已损坏，打不开；请在 Excel 或 WPS 中打开后另存") from error


def _check_parts(package: Package) -> None:
    """Every XML part once through our own parser, which takes no entities, before openpyxl sees it."""
    if package.main_part("xl/workbook.xml") not in package:
        raise CannotImport(package.name, "不是 Excel 工作簿")
    for part in package.parts:
        if part.lower().endswith((".xml", ".rels")):
            root = parse_xml(package.read(part), package.name)
            if "/worksheets/" in part.lower():
                _check_sheet(root, package.name, package.limits)


def looks_of(package: Package, sheet: Any, place: str, dropped: HiddenFigures, *, ours: bool = False) -> SheetLooks:
    """How the cells of one sheet look; its conditional formats are read from its XML."""
    part = parts_by_sheet(package).get(sheet.title, "")
    raw = package.read(part) if part else b""
    if b"conditionalFormatting" not in raw:
        return SheetLooks(sheet, place, dropped, ours=ours)
    main = package.main_part("xl/workbook.xml")
    styles = next((relation.target for relation in package.relations(main) if relation.kind == "styles"), "xl/styles.xml")
    referred = parse_xml(package.read(styles), package.name).findall("{*}dxfs/{*}dxf") if styles in package else []
    return SheetLooks(sheet, place, dropped, parse_xml(raw, package.name), referred, ours)


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


@dataclass
class _Reader:
    """Reads the sheets of one workbook. ``ours``: it is our form, where a total without a sum is not filled in yet."""

    name: str
    limits: Limits
    ours: bool
    dropped: HiddenFigures = field(default_factory=HiddenFigures)
    notes: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)

    def sheet(self, formulas: Any, number: int, shapes: Sequence[Shape], looks: SheetLooks) -> Iterator[Piece]:
        sheet, place = looks.sheet, looks.place
        if sheet.max_row * min(sheet.max_column, WIDEST) > self.limits.cells and len(sheet._cells) > self.limits.cells:
            raise TooLarge(self.name, f"工作表“{sheet.title}”超过 {self.limits.cells} 格")
        first_cells = {row: cell for (row, column), cell in sheet._cells.items() if self.ours and column == 1}
        balance = {row for row, cell in first_cells.items() if str(cell.value or "").startswith(BALANCE)}
        filled = {row: cells for row, cells in self._filled(sheet, formulas, looks).items() if row not in balance}
        _lay_over(filled, shapes)
        # a row of blanks under the last one may be the figures of a form not filled in yet
        last = max(filled, default=0)
        shown = {row for row, _ in sheet._cells if row <= last + 1 and row not in looks.hidden_rows}
        rows = (shown | set(filled)) - balance
        if len(rows) > LONGEST:
            raise TooLarge(self.name, f"工作表“{sheet.title}”超过 {LONGEST} 行")
        self._note_hidden(sheet, looks, place)
        self.comments += [cell.comment.text for cell in sheet._cells.values() if cell.comment is not None and not self.ours]
        yield from sheet_pieces(self._visible_sheet(filled, rows, looks), place, number)
        yield from _words_beside(shapes, place)

    def _filled(self, sheet: Any, formulas: Any, looks: SheetLooks) -> dict[int, dict[int, SheetCell]]:
        """The cells that show something, by the row and column where they are shown first."""
        areas, covered = looks.merged
        filled: dict[int, dict[int, SheetCell]] = {}
        for row, column in sorted({*sheet._cells, *areas}):
            if column > WIDEST or (row, column) in covered or row in looks.hidden_rows or column in looks.hidden_columns:
                continue
            origin = areas[row, column][0] if (row, column) in areas else (row, column)
            cell = sheet._cells.get(origin)
            sheet_cell = self._cell(cell, formulas, looks) if cell is not None else SheetCell("")
            if sheet_cell.text and not (self.ours and sheet_cell.text == UNKNOWN_FORMULA):
                filled.setdefault(row, {})[column] = sheet_cell
        return filled

    def _cell(self, cell: Any, formulas: Any, looks: SheetLooks) -> SheetCell:
        if cell.value is None:
            return SheetCell(UNKNOWN_FORMULA if formulas[cell.coordinate].data_type == "f" else "")
        text, doubt = shown_cell(looks.fragments(cell))
        if looks.sheet.sheet_view.showFormulas and formulas[cell.coordinate].data_type == "f":
            doubt = doubt or _SHOWS_FORMULAS
        return SheetCell(text, doubt)

    def _visible_sheet(self, filled: dict[int, dict[int, SheetCell]], rows: set[int], looks: SheetLooks) -> Sheet:
        """The sheet without its hidden columns: what is left moves together, as on the screen."""
        areas, covered = looks.merged
        hidden = sorted(looks.hidden_columns)

        def moved(column: int) -> int:
            return column - sum(at < column for at in hidden)

        return Sheet(
            {row: {moved(column): cell for column, cell in cells.items()} for row, cells in filled.items()},
            tuple(sorted(rows)),
            {(row, moved(column)): span for (row, column), (_, span) in areas.items()},
            {(row, moved(column)) for row, column in covered},
        )

    def _note_hidden(self, sheet: Any, looks: SheetLooks, place: str) -> None:
        filled = ((row, str(cell.value)) for (row, _), cell in sheet._cells.items() if cell.value is not None)
        rows = {row for row, text in filled if row in looks.hidden_rows and has_digit(text)}
        if rows:
            self.notes.append(f"{place}有 {len(rows)} 行是隐藏的，没有读入")
        if looks.hidden_columns & {column for _, column in sheet._cells}:
            self.notes.append(f"{place}有隐藏的列，没有读入")


def _lay_over(filled: dict[int, dict[int, SheetCell]], shapes: Sequence[Shape]) -> None:
    """Cells under a small picture or a text box with a figure: blank or not, they are not certain.

    Under anything else that is opaque no figure is.
    """
    for shape in shapes:
        covered = len(shape.rows) * len(shape.columns)
        if covered <= (_LARGEST_BOX if shape.text else _LARGE_SHAPE) and (not shape.text or has_digit(shape.text)):
            _doubt_cells(filled, shape)
        elif shape.opaque:
            _doubt_figures(filled, shape)


def _doubt_cells(filled: dict[int, dict[int, SheetCell]], shape: Shape) -> None:
    for row in shape.rows:
        for column in shape.columns:
            under = filled.get(row, {}).get(column)
            if under is None and shape.text and (row, column) != (shape.rows[0], shape.columns[0]):
                continue
            doubt = _BOX if shape.text else PICTURE
            text, _ = shown_cell([Fragment(under.text if under else "", stand_in=shape.text or "［图片］")])
            filled.setdefault(row, {})[column] = SheetCell(text, doubt)


def _doubt_figures(filled: dict[int, dict[int, SheetCell]], shape: Shape) -> None:
    for row in set(filled) & set(shape.rows):
        for column, under in filled[row].items():
            if column in shape.columns and has_digit(under.text):
                filled[row][column] = replace(under, doubtful=under.doubtful or _UNDER)


def _words_beside(shapes: Sequence[Shape], place: str) -> Iterator[Line]:
    """The paragraphs of text boxes that are text and no figure."""
    for shape in shapes:
        yield from (
            Line(line, f"{place}的文本框") for line in shape.text.split("\n") if line.strip() and not line.strip().isdigit()
        )


def read_facts(book: Any) -> FormFacts | None:
    """The sheet 基本情况 of our form as a workbook; ``None`` for any other workbook."""
    if str(book.properties.keywords or "") != MARK or FACTS_SHEET not in book.sheetnames:
        return None
    rows = _fact_rows(book)
    answers = {label: row[1] for row in rows for key, label in FACTS if row[0] == label}
    facts = {key: answers.get(label, "") for key, label in FACTS}
    channels = tuple(
        Channel(name=name, count=int(count), approximate=more.strip() == "是")
        for _, name, count, more in _channel_rows(rows)
        if name and _is_count(count)
    )
    level = next((key for key, label in LEVEL_NAMES.items() if label == facts["level"]), "township")
    contact = {key: facts[key] for key in ("office", "address", "phone")}
    if not facts["year"].isdigit():
        return None
    organ = {key: facts[key] for key in ("published_at", "published_on")} | {"name": facts["name"] or "（机关名称）"}
    return FormFacts(int(facts["year"]), Organ.model_validate({**organ, "level": level, "contact": contact}), channels)


def _fact_rows(book: Any) -> list[list[str]]:
    return [[_plain(value) for value in row[:3]] + [""] * (3 - len(row)) for row in book[FACTS_SHEET].iter_rows(values_only=True)]


def _channel_rows(rows: list[list[str]]) -> list[tuple[int, str, str, str]]:
    start = next((at for at, row in enumerate(rows) if row[0] == CHANNEL_HEADS[0]), len(rows))
    return [(at, row[0], row[1], row[2]) for at, row in enumerate(rows[start + 1 :], start + 2)]


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and int(text) < LARGEST


def unread_facts(book: Any) -> list[Observation]:
    """What was typed on the sheet 基本情况 and is not taken: channels without a name or a whole number, an unknown level."""
    rows = _fact_rows(book)
    observations = [
        Observation("channel-unread", f"渠道“{name}”的条数“{count}”没有读入，应有名称和整数",
               f"工作表“{FACTS_SHEET}”第 {at} 行", found=count, next_step="请补上名称，条数只填整数；“余”“约”填在第三列")
        for at, name, count, _ in _channel_rows(rows) if (name or count) and not (name and _is_count(count))
    ]  # fmt: skip
    label = dict(FACTS)["level"]
    level = next((row[1] for row in rows if row[0] == label), "")
    if level not in LEVEL_NAMES.values():
        names = "、".join(LEVEL_NAMES.values())
        message, place = f"层级“{level}”不认识，暂记为乡镇", f"工作表“{FACTS_SHEET}”"
        observations.append(Observation("level-unknown", message, place, found=level, next_step=f"请从{names}中选一个"))
    return observations


def _plain(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    return "" if value is None else str(value).strip()
