"""Web pages of several content systems: encodings, navigation, nested layout tables, pictures in place of tables."""

from __future__ import annotations

import base64
import re
from html import escape
from itertools import product
from pathlib import Path

import pytest

from tests.examples import sampled
from tests.importing.shapes import html_body, html_table, noticed, page, preamble, printed, report, wrong_cells
from toolkit.forms import PrintedCell
from toolkit.importing import CannotImport, Imported, TooLarge, read_published
from toolkit.importing.narrative.sorting import charts_as_pictures
from toolkit.importing.readers.encoding import decode_page
from toolkit.importing.source import Image, Line
from toolkit.report import Report


def read(html: str | bytes, folder: Path, **settings: int) -> Imported:
    file = folder / "年报.html"
    file.write_bytes(html if isinstance(html, bytes) else html.encode("utf-8"))
    return read_published(file, **settings)


@pytest.mark.parametrize(
    ("declared", "real"),
    [
        ("utf-8", "utf-8"),
        ("gb2312", "gb2312"),
        ("gbk", "gb18030"),
        ("gb2312", "utf-8"),  # the template says GB2312, the server sends UTF-8
        ("utf-8", "gb18030"),  # saved by an old editor
    ],
)
def test_encoding_is_detected_from_the_bytes(declared: str, real: str, tmp_path: Path) -> None:
    of = report()
    html = page(html_body(of), charset=declared).replace("\u2003", " ")
    got = read(html.encode(real, "xmlcharrefreplace"), tmp_path)
    assert wrong_cells(got, of) == {}
    assert got.title == of.title
    assert bool(got.notes) == (("utf" in declared) != ("utf" in real))


@pytest.mark.parametrize("year", [2020, 2023])
def test_page_around_the_report_is_left_out(year: int, tmp_path: Path) -> None:
    of = report(year)
    got = read(page(html_body(of)), tmp_path)
    assert wrong_cells(got, of) == {}
    assert got.report is not None
    assert got.report.narrative.overview == of.narrative.overview
    assert got.report.narrative.other == of.narrative.other
    assert got.form is not None
    assert got.form.headings == tuple(part.heading for part in of.form.parts)
    assert {remark.code for remark in noticed(got)} <= {"unit-assumed"}


def test_tables_cut_in_pieces_without_heads(tmp_path: Path) -> None:
    """Part three in two tables, the second without a head, as editors leave it after a page break."""
    of = report()

    def cut(part: str) -> str:
        whole = html_table(of, part)
        if part != "applications":
            return whole
        rows = whole.split("<tr>")
        return "<tr>".join(rows[:15]) + "</table><table>" + "<tr>" + "<tr>".join(rows[15:])

    assert wrong_cells(read(html_body(of, cut), tmp_path), of) == {}


def test_picture_in_place_of_a_table_is_reported(tmp_path: Path) -> None:
    of = report()
    picture = html_body(of, lambda part: '<p><img src="t.png"></p>' if part == "disputes" else html_table(of, part))
    got = read(picture, tmp_path)
    remarks = [remark for remark in noticed(got) if remark.code == "table-missing"]
    assert ["图片" in finding.message for finding in remarks] == [True]
    assert got.form is not None
    assert got.form.pictures == ("disputes",)
    assert got.count()["missing"] == 15
    assert {a.split(".")[0] for a in wrong_cells(got, of)} == {"disputes"}


def test_table_whose_cells_are_all_tables_of_one_cell(tmp_path: Path) -> None:
    of = report()
    nested = re.sub(r"<p><span>(.*?)</span></p>", r"<table><tr><td>\1</td></tr></table>", html_body(of))
    assert wrong_cells(read(page(nested), tmp_path), of) == {}


def test_columns_in_another_order_are_put_right_by_their_heads(tmp_path: Path) -> None:
    of = report()
    swapped = {"本年制发件数": "现行有效件数", "现行有效件数": "本年制发件数"}
    normative = [str(of.figures[a]) for a in of.form.cells if a.row == "normative"]
    rules = [str(of.figures[a]) for a in of.form.cells if a.row == "rules"]

    def table(part: str) -> str:
        if part != "disclosure":
            return html_table(of, part)
        rows = []
        for row in printed(of, part):
            texts = [swapped.get(text, text) for _, text in row]
            if texts[1:] in (normative, rules):
                texts = [texts[0], *reversed(texts[1:])]
            rows.append("".join(f'<td colspan="{cell.colspan}">{text}</td>' for (cell, _), text in zip(row, texts, strict=True)))
        return "<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>"

    got = read(html_body(of, table), tmp_path)
    assert wrong_cells(got, of) == {}
    assert "label-altered" in {finding.code for finding in noticed(got)}


@pytest.mark.parametrize(
    ("wrote", "instead", "remarks"),
    [
        ("3.危及“三安全一稳定”", "3、危及“三安全一稳定”", 1),  # 1、 for 1.
        ("规章", "规 章", 0),  # blanks inside a word are no alteration
        ("（七）总计", "(七)总计", 0),
        ("2.重复申请", "2.重复的申请", 1),
        ("（三）不予公开", "（三）不与公开", 1),
        ("本年收费金额（单位：万元）", "本年收费金额（万元）", 1),
    ],
)
def test_altered_labels(wrote: str, instead: str, remarks: int, tmp_path: Path) -> None:
    of = report()
    html = html_body(of, lambda part: html_table(of, part, change=lambda text: instead if text == wrote else text))
    got = read(html, tmp_path)
    altered = [remark for remark in noticed(got) if remark.code == "label-altered"]
    assert len(altered) == remarks
    assert all(instead.replace(" ", "") in finding.found.replace(" ", "") for finding in altered)
    assert wrong_cells(got, of) == {}


def test_money_under_a_head_of_another_unit_is_unclear(tmp_path: Path) -> None:
    """A head altered to 元 makes 1234.56 a ten-thousandth of what the form would read."""
    of = report()
    got = read(
        html_body(of, lambda part: html_table(of, part, change=lambda text: text.replace("单位：万元", "单位：元"))), tmp_path
    )
    (cell,) = (reading for address, reading in got.cells.items() if address.table == "fees")
    assert (cell.state, cell.value, cell.raw) == ("unclear", None, "1234.56")
    assert cell.why == "表中写的单位是元，格式要求万元，没有换算"


@pytest.mark.parametrize("instead", ["", "<td>4</td><td>4</td>"])
def test_row_with_a_cell_too_few_or_too_many_is_unclear(instead: str, tmp_path: Path) -> None:
    """An editor dropped a cell, or put one in: nothing is moved up, the whole row is for a person to look at."""
    of = report()
    of = of.with_value(next(a for a in of.form.cells if str(a) == "applications.granted.business"), 777_777)

    def table(part: str) -> str:
        cell = '<td rowspan="1" colspan="1"><p><span>777777</span></p></td>'
        return html_table(of, part).replace(cell, instead)

    got = read(html_body(of, table), tmp_path)
    row = {address.column: reading.state for address, reading in got.cells.items() if address.row == "granted"}
    assert set(row.values()) == {"unclear"}
    assert got.count()["unclear"] == 7


@pytest.mark.parametrize(
    ("wrote", "state", "value"),
    [
        ("12件", "repaired", 12),
        ("减4", "repaired", -4),
        ("１２", "repaired", 12),
        ("1 2", "unclear", None),
        ("/", "repaired", None),
        ("", "blank", None),
        ("无", "repaired", None),
        ("若干", "unclear", None),
        ("l0", "unclear", None),
        ("O", "unclear", None),
        ("〇", "unclear", None),
        ("3.00", "repaired", 3),
        ("3.5", "unclear", None),
        ("11①", "unclear", None),  # the mark of a footnote is no digit
        ("11²", "unclear", None),
        ("11[1]", "unclear", None),
        ("11（其中网上3）", "unclear", None),
    ],
)
def test_dirty_cell(wrote: str, state: str, value: int | None, tmp_path: Path) -> None:
    of = report()
    of = of.with_value(next(a for a in of.form.cells if str(a) == "applications.granted.business"), 777_777)
    html = html_body(of, lambda part: html_table(of, part, change=lambda text: wrote if text == "777777" else text))
    got = read(html, tmp_path)
    cell = next(reading for address, reading in got.cells.items() if str(address) == "applications.granted.business")
    assert (cell.state, cell.value, cell.raw) == (state, value, wrote)
    assert "第 2 个表格第 6 行" in cell.place


@pytest.mark.parametrize("markup", ["11<sup>2</sup>", "1<br>1", "<p>1</p><p>1</p>"])
def test_digits_that_are_not_one_figure_are_unclear(markup: str, tmp_path: Path) -> None:
    """A raised mark, two short figures one under the other: 112 or 11 would be a guess."""
    of = report()
    html = html_body(of).replace(f"<span>{value_of(of, 'applications.total.total')}</span>", f"<span>{markup}</span>")
    cell = next(reading for address, reading in read(html, tmp_path).cells.items() if str(address) == "applications.total.total")
    assert (cell.state, cell.value) == ("unclear", None)


def value_of(of: Report, path: str) -> object:
    return next(of.figures[address] for address in of.form.cells if str(address) == path)


def test_part_three_without_heads_is_unclear(tmp_path: Path) -> None:
    """Rows are told by their labels, but which figure is whose only the heads tell."""
    of = report()
    table = html_table(of, "applications")
    headless = table[: table.index("<tr>")] + "<tr>" + table.split("<tr>", 4)[4]
    got = read(html_body(of, lambda part: headless if part == "applications" else html_table(of, part)), tmp_path)
    cells = [cell for address, cell in got.cells.items() if address.table == "applications"]
    assert {(cell.state, cell.value) for cell in cells} == {("unclear", None)}
    assert {cell.why for cell in cells} == {"没有表头，不能确定是哪一列"}


def test_what_the_page_does_not_show_is_not_read(tmp_path: Path) -> None:
    """Hidden cells in every row and a hidden row; figures in inputs that cannot be changed are shown."""
    of = report()
    html = html_body(of).replace("<tr>", '<tr><td style="display: none">99</td>')
    html = html.replace('cellspacing="0">', 'cellspacing="0"><tr style="display:none"><td>7</td></tr>')
    got = read(html, tmp_path)
    assert wrong_cells(got, of) == {}
    assert noticed(got) == ()
    shown = html_body(of, lambda part: html_table(of, part, change=lambda text: f"@{text}@" if text.isdigit() else text))
    shown = re.sub(r"@(\d+)@", r'<input readonly value="\1"><input type="hidden" value="5">', shown)
    assert wrong_cells(read(shown, tmp_path), of) == {}


def test_page_saved_as_one_file(tmp_path: Path) -> None:
    """单个文件网页: what Word, WPS and browsers save as .mht, also under another name."""
    of = report()
    page_text = base64.encodebytes(page(html_body(of), charset="gbk").encode("gb18030"))
    head = b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="x"\r\n\r\n--x\r\n'
    part = b"Content-Type: text/html; charset=gbk\r\nContent-Transfer-Encoding: base64\r\n\r\n" + page_text + b"--x--\r\n"
    for name in ("年报.mht", "年报.doc"):
        (tmp_path / name).write_bytes(head + part)
        assert wrong_cells(read_published(tmp_path / name), of) == {}
    (tmp_path / "空.mht").write_bytes(head + b"--x--\r\n")
    with pytest.raises(CannotImport, match="没有网页内容"):
        read_published(tmp_path / "空.mht")


def test_page_in_big5_that_does_not_say_so(tmp_path: Path) -> None:
    text = "云水縣清河鎮人民政府2023年政府信息公開工作年度報告"
    decoded, _ = decode_page(f"<p>{text.replace('云', '雲')}</p>".encode("big5hkscs", "ignore"))
    assert "政府" in decoded


def test_table_of_another_edition(tmp_path: Path) -> None:
    """Part two still in the form of 2019: told per table, its own cells kept apart, the common ones read."""
    of, old = report(2023), report(2020)
    got = read(html_body(of, lambda part: html_table(old if part == "disclosure" else of, part)), tmp_path)
    assert got.editions["documents"] == got.editions["procurement"] == "2019"
    assert got.editions["applications"] == "2021"
    wrong = {finding.where.removeprefix("figures.") for finding in noticed(got) if finding.code == "edition-wrong"}
    assert wrong == {"documents", "permits", "enforcement", "fees", "procurement"}
    assert got.report is not None
    assert got.report.foreign["figures.documents.normative.made"] == old.value("documents", "normative", "made")
    assert got.report.value("documents", "normative", "issued") is None


def test_one_row_of_other_results_in_a_table_of_2021(tmp_path: Path) -> None:
    of, old = report(2023), report(2020)
    got = read(html_body(of, lambda part: html_table(old if part == "applications" else of, part)), tmp_path)
    assert got.editions["applications"] == "2019"
    assert got.report is not None
    assert got.report.value("applications", "other_not_paid", "business") is None
    assert "figures.applications.other.business" in got.report.foreign


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"title": "云水县清河镇人民政府2022年政府信息公开工作年度报告"}, "other-year"),
        ({"title": "云水县清河镇人民政府2023年度政府信息公开年报告"}, "title-wrong"),
        ({"period": "2022"}, "period-wrong"),
    ],
)
def test_wrong_year_and_title(change: dict[str, str], code: str, tmp_path: Path) -> None:
    of = report()
    html = html_body(of).replace(of.title, change.get("title", of.title))
    for date in ("年1月1日", "年12月31日"):
        html = html.replace(f"2023{date}", f"{change.get('period', '2023')}{date}")
    html = html.replace("本年度，清河镇", "2023年，清河镇").replace("全年公开信息500", "2023年公开信息500")
    got = read(html, tmp_path)
    assert code in {remark.code for remark in noticed(got)}
    assert got.year == 2023


def test_headings_altered_and_missing(tmp_path: Path) -> None:
    of = report()
    headings = {"problems": "五、存在主要问题和改进情况", "applications": "", "overview": "第一部分 总体情况"}
    got = read(html_body(of, headings=headings), tmp_path)
    remarks = [remark.expected for remark in noticed(got) if remark.code == "heading-altered"]
    assert remarks == ["一、总体情况", "三、收到和处理政府信息公开申请情况", "五、存在的主要问题及改进情况"]
    assert wrong_cells(got, of) == {}
    assert got.report is not None
    assert got.report.narrative.problems == of.narrative.problems


def test_traditional_mirror_is_read_and_reported(tmp_path: Path) -> None:
    of = report()
    pairs = (
        "總总體体況况動动開开處处復复議议訴诉訟讼題题問问進进報报項项規规範范"
        "數数許许罰罚強强費费萬万業业構构會会組组織织機机關关結结辦办"
    )
    table = str.maketrans({simple: full for full, simple in zip(pairs[::2], pairs[1::2], strict=True)})
    got = read(html_body(of).translate(table), tmp_path)
    assert wrong_cells(got, of) == {}
    assert any("繁体" in note for note in got.notes)


def test_year_given_wins(tmp_path: Path) -> None:
    got = read(html_body(report(2023)).replace("2023", "2222"), tmp_path, year=2023)
    assert got.year == 2023


def test_page_that_loads_its_text_by_script_is_reported(tmp_path: Path) -> None:
    with pytest.raises(CannotImport, match="脚本"):
        read("<html><body><div id='app'></div><script>load()</script></body></html>", tmp_path)


def test_nesting_beyond_reason_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TooLarge):
        read("<div>" * 100_000 + "一、总体情况", tmp_path)


def test_damaged_bytes_are_shown_and_reported() -> None:
    text, notes = decode_page("年报".encode() * 100 + b"\xff" + "总体情况".encode() * 100)
    assert "\ufffd" in text
    assert "损坏" in notes[0]


def cell_of(kind: str, cell: PrintedCell, text: str) -> str:
    if kind == "roles":
        return f'<div role="cell" aria-colspan="{cell.colspan}" aria-rowspan="{cell.rowspan}">{text}</div>'
    return {
        "sheet": f'<div class="td">{text}</div>',
        "style": f'<span style="display:table-cell">{text}</span>',
        "flex": f'<p style="flex:{cell.colspan}">{text}</p>',
    }[kind]


ROWS = {
    "sheet": ('<div class="table"><div class="group">', '<div class="tr">', "</div>", "</div></div>"),
    "style": ('<div style="display:table">', '<div style="display:table-row">', "</div>", "</div>"),
    "flex": ("<section>", '<div style="display:flex">', "</div>", "</section>"),
    "roles": ('<div role="table"><div role="rowgroup">', '<div role="row">', "</div>", "</div></div>"),
}


@pytest.mark.parametrize("kind", ROWS)
def test_tables_built_of_other_elements(kind: str, tmp_path: Path) -> None:
    """As pages for telephones have them; without numbers of columns only the count of the cells tells the columns."""
    of = report()
    of = of.with_value(next(at for at in of.form.cells if str(at) == "applications.granted.business"), None)
    before, row, end, after = ROWS[kind]

    def table(part: str) -> str:
        lines = "".join(row + "".join(cell_of(kind, cell, text) for cell, text in cells) + end for cells in printed(of, part))
        return before + lines + after

    sheet = "<style>.table{display:table}.group{display:table-row-group}.tr{display:table-row}.td{display:table-cell}</style>"
    got = read(page(sheet + html_body(of, table)), tmp_path)
    assert wrong_cells(got, of) == {}
    assert got.count()["unclear"] == got.count()["missing"] == 0


def test_figures_without_a_table_are_reported_in_one_sentence_a_part(tmp_path: Path) -> None:
    of = report()
    got = read(
        page(html_body(of, lambda part: "".join(f"<p>{text}</p>" for row in printed(of, part) for _, text in row))), tmp_path
    )
    messages = [finding.message for finding in noticed(got) if "不在表格里" in finding.message]
    assert len(messages) == 3
    assert got.count()["read"] == 0


def test_rows_that_lost_the_cells_merged_over_them(tmp_path: Path) -> None:
    """Heads and rows move to the left: a figure under the head of another column is not read for it."""
    of = report()
    first = [at for at in of.form.cells if at.table == "applications" and at.column == "natural_person"]
    for at in first:
        of = of.with_value(at, None) if at not in of.form.sums else of
    got = read(re.sub(r'rowspan="\d+"', "", page(html_body(of))), tmp_path)
    assert {str(at): cell for at, cell in got.cells.items() if cell.value not in (None, of.figures[at])} == {}
    assert [str(at) for at, cell in got.cells.items() if cell.state == "blank" and of.figures[at] is not None] == []


def with_last_year(of: Report, last: Report, how: str, part: str) -> str:
    """Last year's figures in the same table: a second column or a second row for each, or a column without a head before them."""
    lines = []
    for row, before in zip(printed(of, part), printed(last, part), strict=True):
        rows = [before, row] if how == "rows" and any(cell.address for cell, _ in row) else [row]
        for cells in rows:
            line = [f'<td rowspan="{cell.rowspan}" colspan="{cell.colspan}">{text}</td>' for cell, text in cells]
            first = next((at for at, (cell, _) in enumerate(cells) if cell.address), None)
            if how == "columns" and first is not None:
                line[first:] = [f"<td>{this}</td><td>{old}</td>" for (_, this), (_, old) in zip(cells, before, strict=True)][
                    first:
                ]
            elif how == "columns":
                line = [
                    f'<td rowspan="{cell.rowspan}" colspan="{cell.colspan * (1 + (cell.column > 0))}">{t}</td>'
                    for cell, t in cells
                ]
            elif how == "before" and first is not None and part != "disputes":
                line.insert(first, "<td>件</td>")
            lines.append(f"<tr>{''.join(line)}</tr>")
    return f"<table>{''.join(lines)}</table>"


@pytest.mark.parametrize("how", ["columns", "rows", "before"])
def test_figures_of_two_years_in_one_table_are_not_mixed(how: str, tmp_path: Path) -> None:
    """Blanks beside figures of the other year look like a row that fits."""
    of = report()
    last = of
    for number, at in enumerate(of.form.cells):
        if at not in of.form.sums and of.form.cells[at].type != "money":
            last = last.with_value(at, 500 + number)
            of = of.with_value(at, None) if number % 3 == 0 and at.table == "applications" else of
    got = read(page(html_body(of, lambda part: with_last_year(of, last, how, part))), tmp_path)
    cells = {at: cell for at, cell in got.cells.items() if at.row != "total"}  # blank this year: one row of figures
    assert {str(at): cell for at, cell in cells.items() if cell.value not in (None, of.figures[at])} == {}
    assert [str(at) for at, cell in cells.items() if cell.state == "blank" and of.figures[at] is not None] == []


def test_page_of_frames_says_where_its_content_is(tmp_path: Path) -> None:
    frames = '<frameset rows="*,39"><frame src="报表.files/sheet001.htm"><frame src="报表.files/tabstrip.htm"></frameset>'
    with pytest.raises(CannotImport, match=r"旁边的文件夹.*另存为 \.xlsx"):
        read(f"<html><head></head>{frames}</html>", tmp_path)


@pytest.mark.parametrize("first", ["1", "01", "件", "一", "2023", ""])
def test_column_without_a_head_before_figures_whose_last_is_blank(first: str, tmp_path: Path) -> None:
    """The row is as long as the heads and a blank more, which may as well be the last figure."""
    of = report()

    def table(part: str) -> str:
        lines = []
        for cells in printed(of, part):
            line = [f'<td rowspan="{cell.rowspan}" colspan="{cell.colspan}">{text}</td>' for cell, text in cells]
            if part == "disputes" and cells[-1][0].address:
                line = [f"<td>{first}</td>", *line[:-1], "<td></td>"]
            lines.append(f"<tr>{''.join(line)}</tr>")
        return f"<table>{''.join(lines)}</table>"

    got = read(page(html_body(of, table)), tmp_path)
    disputes = {cell.state for at, cell in got.cells.items() if at.table == "disputes"}
    assert disputes == {"unclear"}
    assert {at: cell.value for at, cell in got.cells.items() if cell.value not in (None, of.figures[at])} == {}


@pytest.mark.parametrize("figure", ["1999", "2022", "2023"])
def test_lone_figure_like_a_year_is_no_caption(figure: str, tmp_path: Path) -> None:
    of = report()
    for at in of.form.cells:
        of = of.with_value(at, None) if at.table == "disputes" and at not in of.form.sums else of
    lone = next(at for at in of.form.cells if at.table == "disputes" and at not in of.form.sums)
    of = of.with_value(lone, int(figure))
    appended = "<p>附：2022年度统计表</p>" + html_table(report(), "applications", change=lambda text: text.replace("6", "9"))
    got = read(page(html_body(of) + appended), tmp_path)
    assert got.cells[lone].value == int(figure)


def test_heading_above_the_caption_of_a_chart_is_text() -> None:
    heading, caption = Line("2.依申请公开办理情况", "第 1 段"), Line("图1 2024年办理结果（单位：件）", "第 2 段")
    assert list(charts_as_pictures([heading, caption])) == [heading, caption]
    assert isinstance(next(charts_as_pictures([Line("自然人5商业企业2", "第 1 段"), caption])), Image)


@pytest.mark.parametrize("order", ["1", "-1"])
def test_rows_of_flex_boxes_in_another_order_give_no_figure(order: str, tmp_path: Path) -> None:
    """The first figure of a row is shown behind the last, or before the label."""
    of = report()

    def table(part: str) -> str:
        lines = []
        for cells in printed(of, part):
            first = next((at for at, (cell, _) in enumerate(cells) if cell.address), -1)
            boxes = (f'<p style="{f"order:{order}" if at == first else ""}">{text}</p>' for at, (_, text) in enumerate(cells))
            lines.append(f'<div style="display:flex">{"".join(boxes)}</div>')
        return f"<section>{''.join(lines)}</section>"

    got = read(page(html_body(of, table)), tmp_path)
    assert got.count()["read"] == 0
    assert [finding for finding in noticed(got) if "不在表格里" in finding.message]


def test_cells_that_are_moved_under_the_next_head_are_unclear(tmp_path: Path) -> None:
    of = report()
    moved = page(html_body(of)).replace("<td", '<td style="position:relative;left:120px"')
    assert read(moved, tmp_path).count()["read"] == 0
    assert read(moved.replace("120px", "5px"), tmp_path).count()["read"] == len(of.form.cells)


SHOWN_BY_SCRIPT = "年报正文在网页文件里是隐藏的"


@pytest.mark.parametrize(
    "hiding", ['style="visibility: hidden; opacity: 0;"', "hidden", 'style="display:none"', 'v-cloak=""', 'data-aos="fade-up"']
)
def test_report_that_a_script_shows(hiding: str, tmp_path: Path) -> None:
    """Articles of WeChat, and pages of Vue, are hidden until their scripts run."""
    of = report()
    style = "<style>[v-cloak]{display:none} [data-aos^=fade]{opacity:0}</style>"
    html = f'<html>{style}<body><div id="js_content" {hiding}>{html_body(of)}</div><script>show()</script></body></html>'
    got = read(html, tmp_path)
    assert wrong_cells(got, of) == {}
    assert any(SHOWN_BY_SCRIPT in note for note in got.notes)
    with pytest.raises(CannotImport, match="没有文字"):
        read(html.replace("<script>show()</script>", ""), tmp_path)


@pytest.mark.parametrize(
    ("hiding", "shown"),
    sampled(product(['style="display:none"', 'style="max-height:0;overflow:hidden"', "hidden"], ["", "disclosure"]), every=3),
)
def test_tables_in_tabs(hiding: str, shown: str, tmp_path: Path) -> None:
    """Each part in a tab of its own, of which a script shows one."""

    def page_of(of: Report) -> str:
        return html_body(
            of, lambda part: html_table(of, part) if part == shown else f"<section {hiding}>{html_table(of, part)}</section>"
        )

    of = report()
    got = read(f"<html><body>{page_of(of)}<script>show()</script></body></html>", tmp_path)
    assert wrong_cells(got, of) == {}
    assert any(SHOWN_BY_SCRIPT in note for note in got.notes)
    both = f"<html><body>{html_body(of)}{page_of(report(2022))}<script>show()</script></body></html>"
    assert wrong_cells(read(both, tmp_path, year=2023), of) == {}


@pytest.mark.parametrize(
    "holder",
    sampled(
        [
            '<iframe srcdoc="{}"></iframe>',
            "<xmp>{}</xmp>",
            "<textarea>{}</textarea>",
            "<pre>{}</pre>",
            '<content type="html">{}</content>',
        ]
    ),
)
def test_page_that_holds_the_report_as_text(holder: str, tmp_path: Path) -> None:
    of = report()
    markup = html_body(of)
    text = markup if holder.startswith("<xmp") else escape(markup)
    got = read(f"<html><body><p>您的位置：首页</p>{holder.format(text)}</body></html>", tmp_path)
    assert wrong_cells(got, of) == {}
    if holder.startswith("<xmp"):
        return
    last = escape(html_body(report(2022)))  # of the year before, and hidden
    for hiding in ('style="display:none"', "hidden", 'class="away"', 'height="0"')[: 4 if "iframe" in holder else 3]:
        hidden = holder.replace(" ", f" {hiding} ", 1) if " " in holder else holder.replace(">", f" {hiding}>", 1)
        style = "<style>.away {position: absolute; left: -9999px}</style>"
        assert wrong_cells(read(f"<html><body>{style}{hidden.format(last)}{markup}</body></html>", tmp_path), of) == {}


def test_page_in_a_page_keeps_its_own_styles(tmp_path: Path) -> None:
    of = report()
    body = html_body(of, lambda part: html_table(of, part).replace("<span>", "<span class=q>9</span><span>"))
    inner = escape(f"<html><head><style>.q {{display: none}}</style></head><body>{body}</body></html>")
    assert wrong_cells(read(f'<html><body><iframe srcdoc="{inner}"></iframe></body></html>', tmp_path), of) == {}


@pytest.mark.parametrize("holder", ["<pre>{}</pre>", "<textarea>{}</textarea>"])
def test_page_that_keeps_the_lines_of_a_text(holder: str, tmp_path: Path) -> None:
    of = report()
    lines = [of.title, preamble(of)]
    for part in of.form.parts:
        lines += [part.heading, *getattr(of.narrative, part.key, "").splitlines()]
        lines += ["\t".join(text for _, text in row) for row in printed(of, part.key)] if part.tables else []
    got = read(f"<html><body>{holder.format(escape(chr(10).join(lines)))}</body></html>", tmp_path)
    assert wrong_cells(got, of) == {}
    assert got.report is not None
    assert got.report.narrative.problems == of.narrative.problems


@pytest.mark.parametrize(
    "shown",
    [
        "<h1>云水县2024年政府信息公开工作年度报告</h1><a href='a.pdf'>全文下载</a>",
        "<ul><li>2024年</li><li>2022年</li></ul><img src='a.png' width='800' height='2000'>",
        "<h2>一、总体情况</h2><p>见图。</p><img src='a.png' width='800' height='2000'>",
    ],
)
def test_report_of_another_year_that_is_hidden_stays_hidden(shown: str, tmp_path: Path) -> None:
    html = f'<html><body>{shown}<div style="display:none">{html_body(report(2022))}</div><script>show()</script></body></html>'
    with pytest.raises(CannotImport, match="没有文字"):
        read(html, tmp_path)


def test_hidden_parts_beside_a_report_stay_hidden(tmp_path: Path) -> None:
    of, other = report(), report(2022)
    hidden = f'<div style="display:none">{html_body(other)}</div>'
    got = read(page(f"{hidden}<div>{html_body(of)}</div><script>show()</script>"), tmp_path)
    assert wrong_cells(got, of) == {}
    assert not any(SHOWN_BY_SCRIPT in note for note in got.notes)
    two = read(page(f"<p>请选择年度</p>{hidden}{hidden}<script>show()</script>"), tmp_path, year=2022)
    assert [at for at, cell in two.cells.items() if cell.value is not None] == []
