"""Whose figure a figure is: its group, its row, its unit, its year; and what of a document has no place in a report."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.importing.shapes import html_body, html_table, noticed, report
from toolkit.forms import Address
from toolkit.importing import Imported, read_published
from toolkit.importing.recognition.columns import Columns, place_figures
from toolkit.importing.source import GridCell, GridRow
from toolkit.report import Figures, Report

OF = report(2024)
PENALTIES = Address("enforcement", "penalties", "decisions")
COERCION = Address("enforcement", "coercion", "decisions")
FEE = Address("fees", "fees", "amount_wan")


def read(body: str, folder: Path, year: int | None = None) -> Imported:
    file = folder / "report.html"
    file.write_text(f"<meta charset=utf-8>{body}", encoding="utf-8")
    return read_published(file, year=year)


def others(got: Imported, but: set[Address], of: Report = OF) -> dict[str, object]:
    """Cells that are not as in the report, without those of a set."""
    cells = {address: got.cells[address] for address in of.form.cells if address not in but}
    return {str(address): (cell.raw, cell.why) for address, cell in cells.items() if cell.value != of.figures[address]}


def row_of(label: str, figures: list[int]) -> str:
    return f"<tr><td>{label}</td>{''.join(f'<td>{figure}</td>' for figure in figures)}</tr>"


def with_row_before(label: str, row: str) -> str:
    """The page with another row before that of a label."""
    body = html_body(OF)
    at = body.rindex("<tr>", 0, body.index(f"<span>{label}</span>"))
    return body[:at] + row + body[at:]


@pytest.mark.parametrize(
    ("label", "before"),
    [
        ("6.其他", "（六）其他处理"),  # the last row of （五）
        ("4.其他", "（五）不予处理"),  # the last row of （四）
        ("9.其他", "（四）无法提供"),
        ("4.其他", "（七）总计"),  # a second 其他 in the group that has one
        ("6.其它情形", "（六）其他处理"),
        ("（八）其他", "四、结转下年度继续办理"),
    ],
)
def test_row_that_a_province_added_is_no_row_of_another_group(label: str, before: str, tmp_path: Path) -> None:
    got = read(with_row_before(before, row_of(label, [88] * 7)), tmp_path)
    # the merged label beside the rows is then a row too short: the last row under it may be unclear
    assert others(got, {at for at in OF.form.cells if at.row == "total"}) == {}
    assert not any(cell.value == 88 for cell in got.cells.values())
    assert any("88" in finding.message and label in finding.message for finding in noticed(got))


@pytest.mark.parametrize(
    "labels", [("行政处罚", "行政处罚"), ("行政处罚（2023年）", "行政处罚（2024年）"), ("行政处罚", "行政处罚（上年）")]
)
@pytest.mark.parametrize("other", ["88", "", "3"])
def test_row_that_is_there_twice(labels: tuple[str, str], other: str, tmp_path: Path) -> None:
    """With another figure the cell is unclear; a blank row, as on the next page, does not count."""
    of = OF.with_value(PENALTIES, 3)
    first, second = (row_of(label, []).replace("</tr>", f"<td>{figure}</td></tr>")
                     for label, figure in zip(labels, ("3", other), strict=True))  # fmt: skip
    body = html_body(of)
    start = body.rindex("<tr>", 0, body.index("行政处罚"))
    got = read(body[:start] + first + second + body[body.index("</tr>", start) + 5 :], tmp_path)
    assert others(got, {PENALTIES}, of) == {}
    doubted = other == "88"
    assert (got.cells[PENALTIES].state, got.cells[PENALTIES].value) == (("unclear", None) if doubted else ("read", 3))
    assert not doubted or "出现两次" in got.cells[PENALTIES].why


KINDS = (("rules", "规章"), ("normative", "行政规范性文件"))
MADE, ENDED, VALID = "制发件数", "废止件数", "现行有效件数"


def with_documents(heads: list[str], rows: list[list[str]]) -> str:
    """The page with other heads and rows in 第二十条第（一）项."""
    body = html_body(OF)
    start, end = (body.rindex("<tr", 0, body.index(caption)) for caption in ("第二十条第（一）项", "第二十条第（五）项"))
    lines = (f"<tr>{''.join(f'<td>{text}</td>' for text in line)}</tr>" for line in (["第二十条第（一）项"], heads, *rows))
    return f"{body[:start]}</table><table>{''.join(lines)}</table><table>{body[end:]}"


def documents_of(row: str) -> list[str]:
    return [str(OF.figures[address]) for address in OF.form.cells if address.row == row]


def beside_each_other(old: str, new: str) -> list[str]:
    return ["信息内容", *(text.removeprefix("本年") for head in (MADE, ENDED, VALID) for text in (old + head, new + head))]


@pytest.mark.parametrize(
    ("heads", "in_doubt"),
    [
        (beside_each_other("上年", "本年"), ""),
        (beside_each_other("上年", "2024年"), ""),
        (beside_each_other("上年", ""), ""),
        (beside_each_other("累计", "本年度"), "valid"),  # what is in force is counted over all years
        (beside_each_other("去年同期", "本年"), ""),
        (beside_each_other("2023年", "2024年"), "all"),
        (["信息内容", *[f"本年{MADE}", f"本年{MADE}", f"本年{ENDED}", f"本年{ENDED}", VALID, VALID]], "all"),
    ],
)
def test_column_of_another_year_beside_that_of_this_year(heads: list[str], in_doubt: str, tmp_path: Path) -> None:
    rows = [[label, *(text for figure in documents_of(row) for text in ("88", figure))] for row, label in KINDS]
    got = read(with_documents(heads, rows), tmp_path)
    doubted = {at for at in OF.form.cells if at.table == "documents" and in_doubt in ("all", at.column)}
    assert others(got, doubted) == {}
    assert {got.cells[at].state for at in doubted} <= {"unclear"}


@pytest.mark.parametrize(
    ("year", "heads"),
    [
        (2023, {"本年": "本年累计", VALID: f"累计{VALID}"}),
        (2023, {"本年": "2023年度累计", VALID: f"截至2023年底{VALID}"}),
        (2020, {"对外公开总数量": "累计对外公开总数量", "本年增/减": "较上年增/减", "处理决定数量": "全年累计处理决定数量"}),
        (2020, {"对外公开总数量": "历年对外公开总数量", "本年增/减": "比上年度增/减", "上一年": "2019年度"}),
    ],
)
def test_heads_that_say_the_time_in_other_words(year: int, heads: dict[str, str], tmp_path: Path) -> None:
    of = report(year)
    body = html_body(of)
    for head, other in heads.items():
        body = body.replace(f"<span>{head}", f"<span>{other}")
    assert others(read(body, tmp_path), set(), of) == {}


def test_figures_without_a_label_apart_from_the_table(tmp_path: Path) -> None:
    """The sums with which a clerk checks the sheet; right below the last row they may be of another year."""
    *above, last = ([label, *documents_of(row)] for row, label in KINDS)
    body = with_documents(["信息内容", f"本年{MADE}", f"本年{ENDED}", VALID], [*above, last, [""] * 4, ["", "9", "9", "9"]])
    assert others(read(body, tmp_path), set()) == {}


@pytest.mark.parametrize(
    ("old", "new", "certain"),
    [
        (["上年{}"], ["{}"], True),
        (["其中：镇属{}"], ["{}"], True),
        (["2023年{}"], ["2024年{}"], False),
        (["{}", "上年"], ["", "本年"], False),
        (["{}", "2023"], ["", "2024"], False),
        (["{}", "本级"], ["", "合计"], False),
        (["{}"], [""], False),
    ],
)
def test_row_of_another_year_above_that_of_this_year(old: list[str], new: list[str], certain: bool, tmp_path: Path) -> None:
    heads = ["信息内容", *[""] * (len(old) - 1), f"本年{MADE}", f"本年{ENDED}", VALID]
    pairs = [([*old, "88", "88", "88"], [*new, *documents_of(row)], label) for row, label in KINDS]
    rows = [[text.format(label) for text in line] for one, other, label in pairs for line in (one, other)]
    got = read(with_documents(heads, rows), tmp_path)
    documents = {at for at in OF.form.cells if at.table == "documents"}
    assert others(got, set() if certain else documents) == {}
    assert not any(got.cells[at].value == 88 for at in documents)


@pytest.mark.parametrize("number", ["9.", "8."])
def test_row_of_a_province_beside_one_in_other_words(number: str, tmp_path: Path) -> None:
    """Its number tells it from the row of the form; with the same number both are in doubt."""
    body = html_body(OF).replace("8.属于行政查询事项", "8.系行政查询事项")
    end = body.index("</tr>", body.index("8.系行政查询事项")) + 5
    body = f"{body[:end]}{row_of(f'{number}系行政查询事项', [7] * 7)}{body[end:]}"
    for group, height in (("三、本年度办理结果", 22), ("（三）不予公开", 8)):
        body = body.replace(f'rowspan="{height}" colspan="1"><p><span>{group}', f'rowspan="{height + 1}"><p><span>{group}')
    row = {at for at in OF.form.cells if at.row == "refused_administrative_query"}
    got = read(body, tmp_path)
    assert others(got, row) == {}
    assert {got.cells[at].state for at in row} == {"read" if number == "9." else "unclear"}


@pytest.mark.parametrize("word", ["3.其它情形", "3.其它", "3.其他情况", "其他"])
def test_row_in_other_words_is_known_by_its_number_and_group(word: str, tmp_path: Path) -> None:
    got = read(html_body(OF).replace("<span>3.其他</span>", f"<span>{word}</span>"), tmp_path)
    assert others(got, set()) == {}


def test_label_that_a_stroke_cuts_in_two_is_no_figure_where_a_head_was_cut_as_well() -> None:
    keys = tuple(column.key for column in OF.form.table_by_key["applications"].columns)
    texts = ["四、结转下年度继续办理", "四、结转下年度继续办理", *"1234567"]
    row = GridRow(tuple(GridCell(text, at) for at, text in enumerate(texts)), grid=2, width=len(texts))
    assert place_figures(row, Columns(keys, (*keys[:6], "", keys[6])), "applications") == {}


KEYS = ("person", "business", "research", "total")


@pytest.mark.parametrize("figures", [["", "7", "5", "12"], ["3", "7", "5", ""], ["", "", "5", ""]])
@pytest.mark.parametrize("at", range(3))
def test_behind_a_page_break_a_blank_is_no_cell_too_many_where_two_heads_are_one(at: int, figures: list[str]) -> None:
    """The line between two heads was lost on the page before: a blank at either end of the row would move every figure."""
    heads = (*KEYS[:at], "", *KEYS[at + 2 :])
    row = GridRow(tuple(GridCell(text, column) for column, text in enumerate(["4.重复申请", *figures])), grid=2, width=5)
    assert place_figures(row, Columns(KEYS, heads, {}, grid=1), "applications") == {}


def test_behind_a_page_break_a_merged_cell_may_hold_the_figure_of_either_column_where_two_heads_are_one() -> None:
    cells = (GridCell("4.重复申请", 0), GridCell("3", 1, colspan=2), GridCell("5", 3), GridCell("8", 4))
    assert place_figures(GridRow(cells, grid=2, width=5), Columns(KEYS, (KEYS[0], "", KEYS[3]), {}, grid=1), "applications") == {}


@pytest.mark.parametrize("spare", [0, 1])
def test_behind_a_page_break_figures_are_counted_where_every_head_was_found(spare: int) -> None:
    texts = ["4.重复申请", "3", "7", "5", "15", *[""] * spare]
    row = GridRow(tuple(GridCell(text, column) for column, text in enumerate(texts)), grid=2, width=len(texts))
    placed = place_figures(row, Columns(KEYS, KEYS, {}, grid=1), "applications")
    assert {key: cell.text for key, cell in placed.items() if cell} == dict(zip(KEYS, texts[1:5], strict=True))


@pytest.mark.parametrize(("picture", "texts"), [(b"", ["3", "5", "8"]), (b"png", ["5", "8"])])
def test_a_blank_cell_beside_a_figure_of_a_scan_may_hide_a_digit_under_the_same_head(picture: bytes, texts: list[str]) -> None:
    cells = [
        GridCell("4.重复申请", 0),
        GridCell("", 1),
        *(GridCell(text, at, picture=picture) for at, text in ((2, "3"), (3, "5"), (4, "8"))),
    ]
    row = GridRow(tuple(cells), grid=1, width=5)
    columns = Columns(KEYS[:3], KEYS[:3], {KEYS[0]: (1, 3), KEYS[1]: (3, 4), KEYS[2]: (4, 5)}, grid=1)
    placed = place_figures(row, columns, "applications")
    assert [cell.text for cell in placed.values() if cell] == texts


def merged(rows: int) -> str:
    """One figure merged over some rows of 第二十条第（六）项."""
    body = html_body(OF)
    start = body.index("<tr", body.index("行政处罚") - 120)
    first = f'<tr><td>行政处罚</td><td rowspan="{rows}">275</td></tr>'
    end = body.index("</tr>", body.index("行政强制")) + 5
    return body[:start] + first + "<tr><td>行政强制</td></tr>" + body[end:]


def test_figure_merged_over_two_rows_is_neither_ones(tmp_path: Path) -> None:
    got = read(merged(2), tmp_path)
    assert {got.cells[at].state for at in (PENALTIES, COERCION)} == {"unclear"}
    assert others(got, {PENALTIES, COERCION}) == {}


def test_figures_merged_over_two_columns_are_unclear(tmp_path: Path) -> None:
    cells = "".join(f'<td rowspan="1" colspan="1"><p><span>{OF.figures[Address("applications", "new", key)]}</span></p></td>'
                    for key in ("natural_person", "business"))  # fmt: skip
    body = html_body(OF)
    head, label, tail = body.partition("一、本年新收政府信息公开申请数量")
    assert cells in tail
    got = read(head + label + tail.replace(cells, '<td colspan="2">9</td>', 1), tmp_path)
    assert not any(got.cells[Address("applications", "new", key)].value for key in ("natural_person", "business"))


UNITS: dict[str, Callable[[str], str]] = {
    "in the row's label": lambda body: body.replace("行政事业性收费", "行政事业性收费（单位：元）"),
    "in a bracket of the label": lambda body: body.replace("行政事业性收费", "行政事业性收费（元）"),
    "in the head": lambda body: body.replace("本年收费金额（单位：万元）", "本年收费金额（单位：元）"),
    "in the caption": lambda body: body.replace("第二十条第（八）项", "第二十条第（八）项（单位：元）"),
    "above the table": lambda body: body.replace("<table", "<p>单位：元</p><table", 1),
    "above, with more": lambda body: body.replace("<table", "<p>（金额单位：人民币元）</p><table", 1),
    "in the caption of the markup": lambda body: body.replace('0">', '0"><caption>金额单位：千元</caption>', 1),
    "below the table": lambda body: body.replace("</table>", "</table><p>注：金额单位为元</p>", 1),
    "another one": lambda body: body.replace("行政事业性收费", "行政事业性收费（单位：亿元）"),
    "with the figure": lambda body: body.replace("1234.56", "1234.56元"),
}


@pytest.mark.parametrize("name", UNITS)
def test_money_in_another_unit_is_unclear_wherever_the_unit_is_named(name: str, tmp_path: Path) -> None:
    got = read(UNITS[name](html_body(OF)), tmp_path)
    assert (got.cells[FEE].state, got.cells[FEE].value) == ("unclear", None)
    assert others(got, {FEE}) == {}


@pytest.mark.parametrize("note", ["<p>（单位：万元）</p>", "<p>单位：件、万元</p>", "<p>本年度收取信息处理费0元。</p>"])
def test_the_forms_unit_and_other_amounts_do_no_harm(note: str, tmp_path: Path) -> None:
    body = html_body(OF)
    assert others(read(body.replace("<table", f"{note}<table", 1), tmp_path), set()) == {}


def last_year() -> Report:
    given = {address: (value or 0) + 100 for address, value in OF.figures.given.items()}  # type: ignore[operator]
    return Report(2023, OF.organ, Figures(OF.form, given))


def tables_of(of: Report) -> str:
    return "".join(html_table(of, part.key) for part in of.form.parts if part.tables)


APPENDED = {
    "at the end": lambda old: html_body(OF) + f"<p>附：2023年度政府信息公开工作情况统计表</p>{old}",
    "as an appendix": lambda old: html_body(OF) + f"<p>附件2</p><p>2023年数据对比表</p>{old}",
    "in a caption": lambda old: html_body(OF) + old.replace('0">', '0"><caption>2023年度情况统计表</caption>', 1),
    "without a year": lambda old: html_body(OF) + f"<p>附：上年度数据统计表</p>{old}",
    "before the part": lambda old: html_body(OF).replace(
        "<p><strong>二、", f"<p>2023年度主要数据情况表</p>{old}<p><strong>二、"),
    "of another organ": lambda old: html_body(OF) + f"<p>附：云水县水务局政府信息公开情况统计表</p>{old}",
}  # fmt: skip


@pytest.mark.parametrize("name", APPENDED)
def test_tables_of_another_year_or_organ_are_left_aside_and_named(name: str, tmp_path: Path) -> None:
    got = read(APPENDED[name](tables_of(last_year())), tmp_path)
    assert others(got, set()) == {}
    assert any("没有读入" in finding.message and finding.code == "several-reports" for finding in noticed(got))
    assert got.report is not None
    assert got.report.narrative.other == OF.narrative.other


def test_the_year_that_is_asked_for_is_read(tmp_path: Path) -> None:
    old = last_year()
    got = read(APPENDED["at the end"](tables_of(old)), tmp_path, year=2023)
    assert others(got, set(), old) == {}


def test_zeros_left_blank_do_not_make_the_appended_table_the_better_one(tmp_path: Path) -> None:
    """This year's table has fewer figures than last year's below it."""
    body = html_body(OF).replace("<span>0</span>", "<span></span>")
    got = read(body + f"<p>附：2023年度统计表</p>{tables_of(last_year())}", tmp_path)
    for address in OF.form.cells:
        assert got.cells[address].value in (None, OF.figures[address])
        assert got.cells[address].state == ("blank" if OF.figures[address] == 0 else "read")


def test_cells_in_which_two_tables_of_one_year_differ_are_unclear(tmp_path: Path) -> None:
    other = html_table(OF, "disputes").replace("<span>6</span>", "<span>5</span>", 1)
    got = read(html_body(OF) + other, tmp_path)
    unclear = {at for at, cell in got.cells.items() if cell.state == "unclear"}
    assert len(unclear) == 1
    assert others(got, unclear) == {}
    assert any(finding.code == "table-twice" for finding in noticed(got))


def test_table_of_other_rows_under_heads_of_the_form_is_reported(tmp_path: Path) -> None:
    other = "<table><tr><td>单位</td><td>自然人</td><td>总计</td></tr><tr><td>青石镇</td><td>55</td><td>66</td></tr></table>"
    got = read(html_body(OF) + other, tmp_path)
    assert others(got, set()) == {}
    assert any(finding.code == "row-unread" and "青石镇" in finding.message for finding in noticed(got))


NOTES = {
    "under a table": ("</table>", "</table><p>注：行政处罚包含综合执法队办理的19件。</p>"),
    "over a table": ("<table", "<p>本年度均为网上提交。</p><table"),
    "in a row of the table": ("</table>", "<tr><td colspan=4>备注：本年度均为网上提交的申请，无邮寄。</td></tr></table>"),
    "in a list": ("</table>", "</table><ol><li>被纠错的案件已整改。</li></ol>"),
    "in two paragraphs": ("</table>", "</table><p>说明：一是案件已整改。</p><p>二是制度已完善。</p>"),
}


@pytest.mark.parametrize("name", NOTES)
def test_text_beside_the_tables_is_reported(name: str, tmp_path: Path) -> None:
    old, new = NOTES[name]
    got = read(html_body(OF).replace(old, new, 1), tmp_path)
    assert others(got, set()) == {}
    text = "".join(finding.message for finding in noticed(got))
    assert all(sentence in text for sentence in ("19件", "网上提交", "已整改", "已完善") if sentence in new)


RUN_IN = {
    "with a colon": "六、其他需要报告的事项：本年度收取信息处理费0元。",
    "with a full stop": "六、其他需要报告的事项。本年度收取信息处理费0元。",
    "with a blank": "六、其他需要报告的事项　本年度收取信息处理费0元。",
    "with nothing between": "六、其他需要报告的事项本年度收取信息处理费0元。",
    "with another comma": "六，其他需要报告的事项：本年度收取信息处理费0元。",
    "in other words": "六、其他需报告的事项：本年度收取信息处理费0元。",
}


@pytest.mark.parametrize("name", RUN_IN)
def test_heading_and_text_in_one_paragraph(name: str, tmp_path: Path) -> None:
    body = html_body(OF).replace("<p><strong>六、其他需要报告的事项</strong></p>", f"<p>{RUN_IN[name]}</p>")
    body = body.replace(f'<p style="text-indent:2em">&nbsp;&nbsp;{OF.narrative.other}</p>', "")
    got = read(body, tmp_path).report
    assert got is not None
    assert got.narrative.other == "本年度收取信息处理费0元。"
    assert got.narrative.problems == OF.narrative.problems


def test_blank_form_has_blank_cells(tmp_path: Path) -> None:
    got = read(html_body(Report(2024, OF.organ, Figures(OF.form, {}))), tmp_path)
    assert got.count() == {"read": 0, "repaired": 0, "blank": len(OF.form.cells), "unclear": 0, "missing": 0}


@pytest.mark.parametrize(
    ("text", "state"),
    [("", "blank"), (" \u3000", "blank"), ("/", "repaired"), ("—", "repaired"), ("无", "repaired"), ("一", "unclear"),
     ("二", "unclear"),      ("?", "unclear"), ("略", "unclear"), ("见附件", "unclear"), ("●", "unclear"), ("㊀", "unclear")],
)  # fmt: skip
def test_what_is_not_blank_in_the_document_is_not_blank_in_the_reading(text: str, state: str, tmp_path: Path) -> None:
    body = html_body(OF).replace("<span>行政处罚</span></p></td>", "<span>行政处罚</span></p></td>@", 1)
    head, tail = body.split("@")
    figure = tail[: tail.index("</td>") + 5]
    got = read(head + f"<td>{text}</td>" + tail[len(figure) :], tmp_path)
    assert (got.cells[PENALTIES].state, got.cells[PENALTIES].value) == (state, None)
    assert others(got, {PENALTIES}) == {}


PROVINCIAL = [
    ("规章", "规章（填报说明：以政府令形式公布的）"), ("行政许可", "行政许可（指本机关依法实施的事项，含受委托实施的）"),
    ("行政处罚", "行政处罚：指作出处罚决定的"), ("行政强制", "行政强制*"), ("1.属于国家秘密", "1.属于国家秘密（含工作秘密）"),
    ("自然人", "自然人（含个体工商户）"), ("本年制发件数", "本年制发件数（指1月1日至12月31日）"),
    ("结果维持", "结果维持【含驳回】"),
]  # fmt: skip


@pytest.mark.parametrize(("label", "noted"), PROVINCIAL)
def test_notes_of_a_province_behind_a_label(label: str, noted: str, tmp_path: Path) -> None:
    got = read(html_body(OF).replace(f"<span>{label}</span>", f"<span>{noted}</span>"), tmp_path)
    assert others(got, set()) == {}
