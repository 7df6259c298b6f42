"""Of two years in one grid the year of the report is read, the other is named; a column that only counts rows is left out."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from tests.importing.shapes import figures, html_body, html_table, noticed, page, printed, report
from tests.importing.sheet_shapes import plain, rows_of_report, workbook
from tests.importing.word_shapes import paragraph, run, word_body, word_file, word_table
from toolkit.forms import form_for_year
from toolkit.importing import Imported, read_published
from toolkit.importing.recognition.side_by_side import without_row_numbers
from toolkit.importing.source import Grid, RawCell, make_grid
from toolkit.report import Report

OF = report()
LAST = replace(OF, figures=figures(form_for_year(2023), lambda at: at % 5 + 300))
TOLD = "另有2022 年度的表格，没有读入"


def read(raw: bytes, name: str, folder: Path) -> Imported:
    (folder / name).write_bytes(raw)
    return read_published(folder / name)


def different(got: Imported) -> list[str]:
    return [str(at) for at in OF.form.cells if got.cells[at].value != OF.figures[at]]


def assert_read(got: Imported) -> None:
    assert different(got) == []
    assert [finding.message for finding in noticed(got) if TOLD in finding.message]
    assert got.report is not None
    assert (got.report.narrative.overview, got.title) == (OF.narrative.overview, OF.title)


def beside(left: Report, right: Report, captions: tuple[str, str], gap: int = 17) -> bytes:
    """Two years on one sheet; what is above the tables is beside the headings."""

    def finish(book: Any, sheet: Any) -> None:
        for row, (text, cells) in enumerate(rows_of_report(right)):
            for cell, shown in cells:
                plain(book, sheet, row, cell.column + gap, cell, shown)
            if text.startswith(("二、", "三、", "四、")):
                sheet.write_string(row, 1, captions[0])
                sheet.write_string(row, gap, captions[1])

    return workbook(left, finish=finish)


@pytest.mark.parametrize("captions", [("2022年", "2023年"), ("上年", "本年"), ("（2022年度）", "（2023年度）"), ("去年数据", "")])
def test_the_year_above_tables_side_by_side(captions: tuple[str, str], tmp_path: Path) -> None:
    assert_read(read(beside(LAST, OF, captions), "年报.xlsx", tmp_path))


def test_last_year_on_the_right(tmp_path: Path) -> None:
    assert_read(read(beside(OF, LAST, ("本年度", "上年同期")), "年报.xlsx", tmp_path))


def test_title_of_the_other_year_above_its_tables(tmp_path: Path) -> None:
    def finish(book: Any, sheet: Any) -> None:
        sheet.write_string(0, 17, OF.title.replace("2023", "2022"))
        for row, (_, cells) in enumerate(rows_of_report(LAST)):
            for cell, shown in cells:
                plain(book, sheet, row, cell.column + 17, cell, shown)

    assert_read(read(workbook(OF, finish=finish), "年报.xlsx", tmp_path))


@pytest.mark.parametrize("gap", [11, 17])
def test_tables_side_by_side_without_a_year_give_no_wrong_figure(gap: int, tmp_path: Path) -> None:
    got = read(beside(LAST, OF, ("", ""), gap), "年报.xlsx", tmp_path)
    assert {str(at): cell.raw for at, cell in got.cells.items() if cell.value not in (None, OF.figures[at])} == {}
    assert got.count()["unclear"] > 150


def filled(of: Report, part: str) -> list[list[str]]:
    """The rows of a part whose merged cells were taken apart, each with its text in every one, as programs do."""
    rows = printed(of, part)
    out = [[""] * max(cell.column + cell.colspan for row in rows for cell, _ in row) for _ in rows]
    for cell, text in (item for row in rows for item in row):
        for down in range(cell.rowspan):
            out[cell.row + down][cell.column : cell.column + cell.colspan] = [text] * cell.colspan
    return out


def page_of(of: Report, tables: Callable[[str], list[list[str]]]) -> bytes:
    def table(part: str) -> str:
        return (
            "<table>"
            + "".join("<tr>" + "".join(f"<td>{text}</td>" for text in row) + "</tr>" for row in tables(part))
            + "</table>"
        )

    return page(html_body(of, table)).encode()


@pytest.mark.parametrize("year", [2020, 2023])
def test_merged_cells_that_were_taken_apart_and_filled(year: int, tmp_path: Path) -> None:
    of = report(year)
    got = read(page_of(of, lambda part: filled(of, part)), "年报.html", tmp_path)
    assert [str(at) for at in of.form.cells if got.cells[at].value != of.figures[at]] == []


BEFORE = replace(OF, figures=figures(form_for_year(2023), lambda at: at % 5 + 600))


def abreast(part: str, years: dict[str, Report]) -> str:
    """One part of several years in one table, under a row of their names."""
    rows = zip(*(printed(of, part) for of in years.values()), strict=True)
    cells = (
        (f'<td rowspan="{cell.rowspan}" colspan="{cell.colspan}">{text}</td>' for of in row for cell, text in of) for row in rows
    )
    width = sum(cell.colspan for cell, _ in printed(OF, part)[0])
    heads = "".join(f'<td colspan="{width}">{name}</td>' for name in years)
    return f"<table><tr>{heads}</tr>{''.join(f'<tr>{chr(10).join(row)}</tr>' for row in cells)}</table>"


@pytest.mark.parametrize(
    "years",
    [
        {"2021年": BEFORE, "2022年": LAST, "2023年": OF},
        {"2023年度": OF, "2022年度": LAST, "2021年度": BEFORE},
        {"2022年": LAST, "2023年": OF},
    ],
    ids="、".join,
)
def test_tables_of_several_years_abreast_on_a_page(years: dict[str, Report], tmp_path: Path) -> None:
    assert_read(read(page(html_body(OF, lambda part: abreast(part, years))).encode(), "年报.html", tmp_path))


def test_filled_tables_side_by_side_give_no_wrong_figure(tmp_path: Path) -> None:
    raw = page_of(OF, lambda part: [[*row, *last] for row, last in zip(filled(OF, part), filled(LAST, part), strict=True)])
    got = read(raw, "年报.html", tmp_path)
    assert [str(at) for at in OF.form.cells if got.cells[at].value not in (OF.figures[at], None)] == []
    assert {cell.state for cell in got.cells.values() if cell.value is None} <= {"unclear", "missing"}


def stacked(caption: str) -> bytes:
    """Last year's tables under the report, on the same sheet."""
    raw = io.BytesIO()
    book = xlsxwriter.Workbook(raw, {"in_memory": True})
    sheet = book.add_worksheet("年报")
    rows = [*rows_of_report(OF), (caption, []), *(item for item in rows_of_report(LAST) if item[1])]
    for row, (text, cells) in enumerate(rows):
        if text:
            sheet.write_string(row, 0, text)
        for cell, shown in cells:
            plain(book, sheet, row, cell.column, cell, shown)
    book.close()
    return raw.getvalue()


@pytest.mark.parametrize("caption", ["附：2022年度统计表", "附：上年统计表", "附件 2022年政府信息公开情况统计表", "2022年"])
def test_caption_in_a_row_of_the_sheet(caption: str, tmp_path: Path) -> None:
    assert_read(read(stacked(caption), "年报.xlsx", tmp_path))


def with_first_row(table: str, caption: str) -> str:
    row = f'<w:tr><w:tc><w:tcPr><w:gridSpan w:val="15"/></w:tcPr>{paragraph(run(caption))}</w:tc></w:tr>'
    return table.replace("<w:tr>", row + "<w:tr>", 1)


IN_WORD: dict[str, Callable[[str, str], str]] = {
    "first rows": lambda last, this: with_first_row(last, "2022年度") + with_first_row(this, "2023年度"),
    "lines in brackets": lambda last, this: paragraph(run("（2022年）")) + last + paragraph(run("（2023年）")) + this,
    "words in brackets": lambda last, this: paragraph(run("（上年度）")) + last + paragraph(run("（本年度）")) + this,
    "whole names": lambda last, this: (
        paragraph(run("上一年度收到和处理政府信息公开申请情况")) + last + paragraph(run("本年度的：")) + this
    ),
    "sentences": lambda last, this: paragraph(run("上一年度情况如下：")) + last + paragraph(run("本年度情况如下：")) + this,
    "lines with a colon": lambda last, this: paragraph(run("2022年：")) + last + paragraph(run("2023年：")) + this,
}


def test_line_about_last_year_that_is_no_caption(tmp_path: Path) -> None:
    """No text and no table after it is last year's."""
    body = html_body(OF)
    for heading in ("二、", "三、"):
        before, after = body.split(f"<p><strong>{heading}", 1)
        behind = after.index("</p>") + 4
        noted = f"{after[:behind]}<p>上年度问题整改情况</p>{after[behind:]}"
        body = f"{before}<p>上年度情况：</p><p>已经整改，2022年度情况如下。</p><p>2022年考核情况</p><p><strong>{heading}{noted}"
    got = read(page(body).encode(), "年报.html", tmp_path)
    assert different(got) == []
    assert got.report is not None
    assert got.report.narrative.overview.endswith("考核情况")


@pytest.mark.parametrize("shape", IN_WORD)
def test_caption_that_is_only_a_year(shape: str, tmp_path: Path) -> None:
    body = word_body(OF)
    for part in ("disclosure", "applications", "disputes"):
        body = body.replace(word_table(OF, part), IN_WORD[shape](word_table(LAST, part), word_table(OF, part)))
    assert_read(read(word_file(body), "年报.docx", tmp_path))


def test_table_that_is_there_again_with_nothing_but_an_unclear_figure(tmp_path: Path) -> None:
    """One of the two may be the right one."""
    again = html_table(OF, "disclosure", change=lambda text: "" if text.isdigit() else text.replace("1234.56", "12 34"))
    got = read(page(f"<h1>{OF.title}</h1>{html_table(OF, 'disclosure')}<p>更正</p>{again}").encode(), "年报.html", tmp_path)
    (fee,) = (cell for at, cell in got.cells.items() if at.table == "fees")
    assert (fee.state, fee.raw) == ("unclear", "1234.56 / 12 34")


@pytest.mark.parametrize(("captions", "noted"), [(("2022年", "2023年"), True), (("2023年", "2022年"), False)])
def test_remark_under_the_table_on_the_right(captions: tuple[str, str], noted: bool, tmp_path: Path) -> None:
    """It is quoted where that table is the report's; the other table is left aside as a whole."""
    left, right = (LAST, OF) if noted else (OF, LAST)

    def finish(book: Any, sheet: Any) -> None:
        for row, (text, cells) in enumerate(rows_of_report(right)):
            for cell, shown in cells:
                plain(book, sheet, row, cell.column + 17, cell, shown)
            for column, caption in zip((1, 17), captions, strict=True):
                if text.startswith(("二、", "三、", "四、")):
                    sheet.write_string(row, column, caption)
        sheet.write_string(len(rows_of_report(OF)) + 1, 17, "注：右表已经核对")

    got = read(workbook(left, finish=finish), "年报.xlsx", tmp_path)
    assert_read(got)
    assert any("右表已经核对" in finding.message for finding in noticed(got)) == noted


NUMBERED = report()


def numbered(of: Report, part: str, head: str) -> str:
    """One part with numbers of rows before its labels, which begin again under every caption."""
    rows, number = [], 0
    for row in printed(of, part):
        cells = "".join(f'<td rowspan="{cell.rowspan}" colspan="{cell.colspan}">{escape(text)}</td>' for cell, text in row)
        if any(cell.role == "caption" for cell, _ in row):
            number = 0
            wider = cells.replace('colspan="4"', 'colspan="5"')
            rows.append(f"<tr>{wider}</tr>")
        else:
            number += any(cell.address is not None for cell, _ in row)
            rows.append(f"<tr><td>{number or head}</td>{cells}</tr>")
    return f"<table>{''.join(rows)}</table>"


@pytest.mark.parametrize("head", ["序号", "行次", "No.", "编号", ""])
def test_tables_with_numbers_of_rows(head: str, tmp_path: Path) -> None:
    file = tmp_path / "年报.html"
    file.write_text(page(html_body(NUMBERED, lambda part: numbered(NUMBERED, part, head))), encoding="utf-8")
    got = read_published(file)
    assert {str(at) for at in NUMBERED.form.cells if got.cells[at].value != NUMBERED.figures[at]} == set()


def first_column(*texts: str) -> list[str]:
    """What is left in the first column of a grid whose second one has letters."""
    grid = make_grid([[RawCell(text), RawCell(letter)] for text, letter in zip(texts, "甲乙丙丁戊己庚辛", strict=False)], "", 1)
    (left,) = without_row_numbers([grid])
    assert isinstance(left, Grid)
    return [row.cells[0].text for row in left.rows]


LETTERS = list("甲乙丙丁戊己庚辛")


def test_numbers_of_rows_are_left_out() -> None:
    assert first_column("序号", "1", "2") == LETTERS[:3]
    assert first_column("0", "1", "2", "3", "4", "5") == LETTERS[:6]
    assert first_column("1", "2", "3", "1", "2", "3") == LETTERS[:6]
    assert first_column("行次", "1", "3", "4") == LETTERS[:4]


def test_figures_and_labels_stay() -> None:
    for texts in (
        ("1", "2", "3"),
        ("5", "7", "9", "1", "2", "4"),
        ("规章", "1", "2"),
        ("序号", "3", "2"),
        ("1", "2", "3", "甲", "5", "6"),
    ):
        assert first_column(*texts) == list(texts)
