"""What is text and what is table: a report in one table, captions above tables, two reports in one file, the foot of a page."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from tests.importing.shapes import figures, html_body, html_table, noticed, printed, report, seed_text
from tests.importing.sheet_shapes import workbook
from toolkit.importing import Imported, read_published
from toolkit.importing.narrative.sorting import without_lettering
from toolkit.importing.source import Line
from toolkit.report import Report

LATER, EARLIER = report(2023), report(2022)
EARLIER = replace(EARLIER, figures=figures(EARLIER.form, lambda at: at + 500))


def read(raw: bytes, suffix: str, folder: Path, year: int | None = None) -> Imported:
    file = folder / f"年报{suffix}"
    file.write_bytes(raw)
    return read_published(file, year=year)


def same(got: Imported, of: Report) -> bool:
    assert got.report is not None
    words = got.report.narrative.model_copy(update={"title": "", "preamble": ""})
    return words == of.narrative and all(got.report.figures[address] == of.figures[address] for address in of.form.cells)


def rows_of_all(of: Report) -> list[list[tuple[str, int, int, int]]]:
    """A whole report as rows of one table: (text, column, rowspan, colspan)."""
    rows: list[list[tuple[str, int, int, int]]] = [[(of.title, 0, 1, 15)]]
    for part in of.form.parts:
        rows.append([(part.heading, 0, 1, 15)])
        rows += [[(line, 0, 1, 15)] for line in getattr(of.narrative, part.key, "").splitlines()]
        if part.tables:
            rows += [[(text, cell.column, cell.rowspan, cell.colspan) for cell, text in row] for row in printed(of, part.key)]
    return rows


def test_report_in_one_table_of_a_page(tmp_path: Path) -> None:
    rows = "".join(
        "<tr>" + "".join(f'<td rowspan="{down}" colspan="{across}">{text}</td>' for text, _, down, across in row) + "</tr>"
        for row in rows_of_all(LATER)
    )
    got = read(f"<table>{rows}</table>".encode(), ".html", tmp_path)
    assert same(got, LATER)
    assert (got.title, noticed(got)) == (LATER.title, ())


def test_report_in_one_sheet(tmp_path: Path) -> None:
    book = Workbook()
    for at, row in enumerate(rows_of_all(LATER), 1):
        for text, column, down, across in row:
            book.active.cell(at, column + 1, text)
            if down > 1 or across > 1:
                book.active.merge_cells(start_row=at, start_column=column + 1, end_row=at + down - 1, end_column=column + across)
    raw = io.BytesIO()
    book.save(raw)
    got = read(raw.getvalue(), ".xlsx", tmp_path)
    assert same(got, LATER)
    assert noticed(got) == ()


def test_captions_above_the_tables_are_theirs(tmp_path: Path) -> None:
    """第二十条第（五）项 as a line, and each table of part two on its own."""
    whole = html_table(LATER, "disclosure")
    apart = whole.replace('<tr><td rowspan="1" colspan="4"><p><span>第二十条', "</table><p>第二十条").replace(
        "项</span></p></td></tr>", "项</p><table>"
    )
    assert apart.count("<table") == 5
    got = read(
        html_body(LATER, lambda part: apart if part == "disclosure" else html_table(LATER, part)).encode(), ".html", tmp_path
    )
    assert same(got, LATER)
    assert noticed(got) == ()


@pytest.mark.parametrize("shape", [".html", ".txt"])
@pytest.mark.parametrize(("year", "read_of"), [(None, EARLIER), (2022, EARLIER), (2023, LATER)])
def test_two_reports_in_one_file_are_not_mixed(shape: str, year: int | None, read_of: Report, tmp_path: Path) -> None:
    """The first is read, or that of the year asked for; both are named."""
    write = html_body if shape == ".html" else seed_text
    got = read("\n".join((write(EARLIER), write(LATER))).encode(), shape, tmp_path, year)
    assert got.report is not None
    assert all(got.report.figures[address] == read_of.figures[address] for address in read_of.form.cells)
    assert (got.year, got.report.organ.name) == (read_of.year, read_of.organ.name)
    (message,) = (finding.message + finding.next_step for finding in noticed(got) if finding.code == "several-reports")
    assert "2022年" in message
    assert "2023年" in message
    assert "--year" in message


@pytest.mark.parametrize(("year", "read_of"), [(None, EARLIER), (2022, EARLIER), (2023, LATER)])
def test_two_reports_each_on_a_sheet(year: int | None, read_of: Report, tmp_path: Path) -> None:
    raw = io.BytesIO()
    book = load_workbook(io.BytesIO(workbook(EARLIER, merged=False)))
    later = load_workbook(io.BytesIO(workbook(LATER, merged=False))).worksheets[0]
    sheet = book.create_sheet("新")
    for row in later.iter_rows():
        for cell in row:
            sheet.cell(cell.row, cell.column, cell.value)
    book.save(raw)
    got = read(raw.getvalue(), ".xlsx", tmp_path, year)
    assert got.report is not None
    assert all(got.report.figures[address] == read_of.figures[address] for address in read_of.form.cells)
    assert any(finding.code == "several-reports" for finding in noticed(got))


def test_two_reports_of_different_editions(tmp_path: Path) -> None:
    old = report(2020)
    got = read((html_body(LATER) + html_body(old)).encode(), ".html", tmp_path)
    assert same(got, LATER)
    assert not any(remark.code in ("edition-wrong", "table-twice") for remark in noticed(got))


def test_list_of_contents_is_no_second_report(tmp_path: Path) -> None:
    contents = "".join(f"<p>{part.heading}……{at}</p>" for at, part in enumerate(LATER.form.parts, 1))
    got = read(html_body(LATER).replace("</h1>", f"</h1><p>目　录</p>{contents}").encode(), ".html", tmp_path)
    assert same(got, LATER)
    assert noticed(got) == ()


def test_what_a_page_prints_under_the_report_is_left_out(tmp_path: Path) -> None:
    foot = (
        f"<p>附件：<a href='a.docx'>{LATER.title}.docx</a></p><h3>相关信息</h3>"
        f"<ul><li>{EARLIER.title}</li></ul><p>责任编辑：某某</p><p>上一条：无</p>"
    )
    letter = "<form><textarea>请在此输入您对本报告的意见和建议，内容不超过五百字，请勿填写个人隐私信息。</textarea></form>"
    assert same(read((html_body(LATER) + letter).encode(), ".html", tmp_path), LATER)
    head = "<div>分享到：微信</div><div>【打印本页】</div>"
    got = read((head + html_body(LATER) + foot).encode(), ".html", tmp_path)
    assert same(got, LATER)
    assert noticed(got) == ()


@pytest.mark.parametrize(
    ("texts", "kept"),
    [
        (("全年公开信息50条。", "WA650余微信公众号291", "网站263", "注:“余”字表示约数。", "图12024年渠道分布(单位:条)"), 1),
        (("二、主动公开政府信息情况", "结果维持尚未审结", "行政复议859共919件(含结果维持9)", "图 4 2024年结果（单位：件）"), 1),
        (("1.办理结果", "网站263", "图2 2024年渠道分布（单位：条）", "下一段"), 2),
        (("网站263", "图12024年渠道分布"), 2),
    ],
)
def test_what_was_recognised_among_the_bars_of_a_chart_is_no_text(texts: tuple[str, ...], kept: int) -> None:
    lines = [Line(text, "第 3 页") for text in texts]
    left = [piece for piece in without_lettering(lines) if isinstance(piece, Line)]
    assert left == [line for line in lines if line.text in {*texts[:1], *texts[-1:]}][:kept]
