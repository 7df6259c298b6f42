"""Workbooks and CSV files in a random mixture of shapes: formats, rich text, hidden rows and columns, delimiters."""

from __future__ import annotations

import csv
import io
from typing import Any

from tests.importing.mixtures import Mixer
from tests.importing.sheet_shapes import Write, plain, rows_of_report, workbook
from toolkit.forms import PrintedCell

# format codes under which a count is shown as itself
CODES = [
    "0",
    "General",
    "#,##0",
    '0"件"',
    "0_ ",
    "_(* #,##0_)",
    "[Blue]0",
    "0;-0",
    "[<1]0;#,##0",
    "@",
    "G/通用格式",
    "[$-804]0",
    "* 0",
    "0."[:1],
]
# value for a shown figure, format
SCALED = [(10_000, "0\\.0000"), (1000, "0,"), (1000, "#,##0,"), (1_000_000, "0,,")]
DOUBTFUL = ["0%", ";;;", "[DBNum1]General", "yyyy-mm-dd", "# ?/?", "0E+00", '0"元"', '"有"']
HIDING = [{"font_strikeout": True}, {"font_color": "#FFFFFF"}, {"font_size": 1}]
TEXTS = ["{n}\n{d}", "{n} {d}", "{n}、{d}", "{n}（{d}）", "={n}+0", "{n}①", "约{n}", "{n}.5"]


def write_sheet(mix: Mixer) -> bytes:
    """The bytes of one workbook."""
    dice = mix.random
    hidden_column = dice.random() < 0.25

    def cell(book: Any, sheet: Any, row: int, column: int, printed: PrintedCell, text: str) -> None:
        kind = mix.kind(printed, text)
        if kind == "plain" or not text.isdigit():
            if text.isdigit() and dice.random() < 0.3:
                sheet.write_string(row, column, text)
            else:
                plain(book, sheet, row, column, printed, text)
        elif kind == "shown":
            _shown(mix, book, sheet, row, column, text)
        else:
            mix.doubt(printed)
            _unsure(mix, book, sheet, row, column, text)

    def finish(book: Any, sheet: Any) -> None:
        if hidden_column:
            for row in range(400):
                sheet.write_number(row, 16, dice.randint(1, 999))
            sheet.set_column(16, 16, None, None, {"hidden": True})

    write: Write = cell
    return workbook(mix.written.of, write, finish, merged=dice.random() < 0.7)


def _shown(mix: Mixer, book: Any, sheet: Any, row: int, column: int, text: str) -> None:
    dice = mix.random
    way = dice.choice(("format", "scaled", "rich", "formula", "text", "dark"))
    if way == "format":
        sheet.write_number(row, column, int(text), book.add_format({"num_format": dice.choice(CODES)}))
    elif way == "scaled":
        factor, code = dice.choice(SCALED[1:])
        sheet.write_number(row, column, int(text) * factor, book.add_format({"num_format": code}))
    elif way == "rich":
        struck, other = book.add_format(dice.choice(HIDING)), book.add_format({"bold": True})
        sheet.write_rich_string(row, column, struck, mix.other(text), other, text)
    elif way == "formula":
        sheet.write_formula(row, column, "=SUM(A1:A2)", book.add_format({}), int(text))
    elif way == "text":
        sheet.write_string(row, column, dice.choice((f" {text} ", f"{text}件", text, f"'{text}"[1:])))
    else:
        sheet.write_number(row, column, int(text), book.add_format({"font_color": "#FFFFFF", "bg_color": "#203864"}))


def _unsure(mix: Mixer, book: Any, sheet: Any, row: int, column: int, text: str) -> None:
    dice = mix.random
    way = dice.choice(("format", "text", "raised", "no result"))
    if way == "format":
        sheet.write_number(row, column, int(text), book.add_format({"num_format": dice.choice(DOUBTFUL)}))
    elif way == "text":
        sheet.write_string(row, column, dice.choice(TEXTS).format(n=text, d=mix.other(text)))
    elif way == "raised":
        sheet.write_rich_string(row, column, book.add_format({}), text, book.add_format({"font_script": 1}), "2")
    else:
        sheet.write_formula(row, column, "=A1+A2", book.add_format({}), "")


def write_csv(mix: Mixer) -> bytes:
    """The bytes of one CSV file: merged cells taken apart, as Excel and WPS save it."""
    dice = mix.random
    out = io.StringIO()
    delimiter = dice.choice(",,,;\t")
    quoting = dice.choice((csv.QUOTE_MINIMAL, csv.QUOTE_ALL))
    writer = csv.writer(out, delimiter=delimiter, lineterminator=dice.choice(("\n", "\r\n")), quoting=quoting)
    for text, cells in rows_of_report(mix.written.of):
        row = [text] + [""] * 15
        for cell, shown in cells:
            row[cell.column] = _csv_cell(mix, cell, shown)
        writer.writerow(row)
    encoding = dice.choice(("utf-8-sig", "gb18030", "utf-8", "utf-16"))
    return out.getvalue().encode(encoding)


def _csv_cell(mix: Mixer, cell: PrintedCell, text: str) -> str:
    kind = mix.kind(cell, text)
    if kind == "plain" or not text.isdigit():
        return text
    if kind == "shown":
        return str(mix.random.choice((f" {text} ", f"{text}件", f'="{text}"', f"{int(text):,}", f"{text}\t"[:-1])))
    mix.doubt(cell)
    return mix.choose(["{n}\n{d}", "{n} {d}", "{n}、{d}", "={n}+0", "#DIV/0!", "{n}%", "约{n}"]).format(n=text, d=mix.other(text))
