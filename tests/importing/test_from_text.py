"""Plain text in the shape it has when copied from a page: every figure, and headings that lost their numbers."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.importing.shapes import ORGAN, html_table, noticed, preamble, printed, report, seed_text, wrong_cells
from toolkit.importing import Imported, read_published
from toolkit.report import Channel, Report

CHANNELS = (
    Channel(name="云水县人民政府门户网站", count=100, approximate=True),
    Channel(name="“清河发布”微信公众号", count=121),
    Channel(name="其他网络途径", count=200, approximate=True),
)


def read(text: str, folder: Path, encoding: str = "utf-8") -> Imported:
    file = folder / "年报.txt"
    file.write_bytes(text.encode(encoding))
    return read_published(file)


@pytest.mark.parametrize(("year", "cells"), [(2020, 17 + 161 + 15 + 5), (2023, 10 + 175 + 15)])
def test_cell_per_line_gives_every_cell(year: int, cells: int, tmp_path: Path) -> None:
    of = report(year)
    got = read(seed_text(of), tmp_path)
    assert got.count() == {"read": cells, "repaired": 0, "blank": 0, "unclear": 0, "missing": 0}
    assert wrong_cells(got, of) == {}


def test_words_levels_and_facts(tmp_path: Path) -> None:
    got = read(seed_text(report(2020)), tmp_path).report
    assert got is not None
    assert (got.title, got.organ) == ("云水县清河镇人民政府2020年政府信息公开工作年度报告", ORGAN)
    assert got.channels == CHANNELS
    heads = [line for line in got.narrative.overview.splitlines() if line.startswith("（")]
    assert heads == ["（一）加强领导，办好公开平台", "（二）突出重点，及时主动公开", "（三）健全制度，做好依申请公开"]
    assert got.narrative.problems.count("\n") == 4
    assert got.narrative.other == "本年度未发生收取信息处理费的情形。"


@pytest.mark.parametrize("note", ["校验说明：按规则版本 2026.5 校验，共 98 条规则。", "校验说明:按规则版本2026.5校验,共98条规则"])
def test_the_line_on_the_checks_is_no_text_of_the_report(note: str, tmp_path: Path) -> None:
    of = report(2023)
    got = read(f"{seed_text(of)}\n{note}\n", tmp_path).report
    assert got is not None
    assert "校验" not in got.narrative.other


def test_lost_numbers_are_put_back_and_reported(tmp_path: Path) -> None:
    remarks = {(remark.code, remark.severity) for remark in noticed(read(seed_text(report(2020)), tmp_path))}
    assert remarks == {("heading-altered", "error"), ("number-restored", "warning"), ("unit-assumed", "warning")}


def test_rows_with_tabs_and_text_without_any(tmp_path: Path) -> None:
    of = report()
    text = seed_text(of).replace("本年新\n", "本年新")
    by_row = "\n".join(line for line in "".join(_rows_joined(text)).splitlines() if line.strip())
    assert wrong_cells(read(by_row, tmp_path), of) == {}
    flat = "\n".join(line.strip() for line in text.splitlines() if line.strip())
    assert wrong_cells(read(flat, tmp_path), of) == {}


CHART = "图 3　2023年结果（单位：件）", "图一、2023年结果", "（图1-2 结果）"
SENTENCE = f"{'收到申请10件；其中自然人5件；法人5件；' * 4}均已办结。"


@pytest.mark.parametrize("rule", ["-----", "——————", "=====", "* * *", *CHART, SENTENCE])
def test_rules_captions_of_charts_and_sentences_between_lines_of_cells(rule: str, tmp_path: Path) -> None:
    of = report()
    lines = [of.title]
    for part in of.form.parts:
        lines.append(part.heading)
        for row in printed(of, part.key) if part.tables else ():
            lines += [*(text for _, text in row), *([] if rule in (*CHART, SENTENCE) else [rule])]
        lines += [rule] if part.tables else ["无。"]
    assert wrong_cells(read("\n".join(lines), tmp_path), of) == {}


def _rows_joined(text: str) -> list[str]:
    """Cells of a row on one line, as a spreadsheet gives them to the clipboard."""
    return [line if line.startswith("\t") else f"\n{line}\n" for line in text.split("\n")]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_encodings_of_text_editors(encoding: str, tmp_path: Path) -> None:
    of = report()
    assert wrong_cells(read(seed_text(of), tmp_path, encoding), of) == {}


def test_figure_that_is_gone_leaves_its_row_unclear_and_the_others_as_they_are(tmp_path: Path) -> None:
    of = report()
    lines = [line.strip() for line in seed_text(of).splitlines() if line.strip()]
    at = lines.index("二、上年结转政府信息公开申请数量")
    got = read("\n".join(lines[: at + 3] + lines[at + 4 :]), tmp_path)
    assert got.count()["unclear"] == 7
    assert set(wrong_cells(got, of)) == {str(a) for a in of.form.cells if a.row == "carried_in"}


@pytest.mark.parametrize("between", [" ", "  ", "\u3000", "|", " | ", " ┃ ", "｜", ";", "；"])
@pytest.mark.parametrize("year", [2020, 2023])
def test_row_per_line_without_tabs(between: str, year: int, tmp_path: Path) -> None:
    """Blanks or marks between the cells, as they come out of readers of PDF and of chats."""
    of = report(year)
    rows = {
        part.key: [between.join(text for _, text in row) for row in printed(of, part.key)]
        for part in of.form.parts
        if part.tables
    }
    text = "\n".join(
        line
        for part in of.form.parts
        for line in (part.heading, *getattr(of.narrative, part.key, "").splitlines(), *rows.get(part.key, ()))
    )
    got = read(f"{of.title}\n{text}".replace("规章", "规 章"), tmp_path)
    assert wrong_cells(got, of) == {}
    assert {remark.code for remark in noticed(got)} <= {"unit-assumed"}


def drawn(rows: list[list[str]], rule: str, bar: str) -> str:
    return "\n".join([rule, *(f"{bar} {f'  {bar} '.join(row)} {bar}\n{rule}" for row in rows)])


def markdown(rows: list[list[str]]) -> str:
    first, *others = (f"| {' | '.join(row):<80} |" for row in rows)
    return "\n".join([first, f"|{' :---: |' * len(rows[0])}", *others])


DRAWN = {"signs": ("+" + "-" * 30 + "+" + "=" * 40 + "+", "|"), "boxes": ("├" + "─" * 70 + "┤", "│"), "org": ("|---+----|", "|")}


@pytest.mark.parametrize("kind", ["markdown", "markdown with blanks", "markdown and html", *DRAWN])
def test_tables_made_of_characters(kind: str, tmp_path: Path) -> None:
    """As programs write tables into plain text; Markdown has no merged cells and takes those of web pages."""
    of = report()
    mark = "## " if kind.startswith("markdown") else ""
    lines = [mark + of.title, preamble(of)]
    for part in of.form.parts:
        lines += [mark + part.heading, *getattr(of.narrative, part.key, "").splitlines()]
        rows = [[text for _, text in row] for row in printed(of, part.key)] if part.tables else []
        if rows and kind == "markdown with blanks":  # bars tell which cell is which, though the sums do not hold
            lines.append(markdown([["" if text == "0" else text for text in row] for row in rows]))
        elif rows and kind == "markdown":
            lines.append(markdown(rows))
        elif rows and kind == "markdown and html":
            lines.append(html_table(of, part.key))
        elif rows:
            lines.append(drawn(rows, *DRAWN[kind]))
    got = read("\n\n".join(lines), tmp_path)
    blanks = {at for at in of.form.cells if kind.endswith("blanks") and not of.figures[at] and got.cells[at].state == "blank"}
    assert wrong_cells(got, of).keys() == set(map(str, blanks))
    assert {finding.code for finding in noticed(got)} <= {"number-restored"}


def test_a_figure_too_few_between_blanks_is_unclear(tmp_path: Path) -> None:
    of = report()
    rows = {
        part.key: [" ".join(text for _, text in row) for row in printed(of, part.key)] for part in of.form.parts if part.tables
    }
    rows["applications"][5] = rows["applications"][5].rpartition(" ")[0]
    text = "\n".join(line for part in of.form.parts for line in (part.heading, *rows.get(part.key, ("文字。",))))
    got = read(f"{of.title}\n{text}", tmp_path)
    assert got.count()["unclear"] == 7


def lines_of_cells(of: Report) -> str:
    """A report as LibreOffice saves it as text: a line for each cell, blank ones and those that merged cells cover as well."""

    def table(part: str) -> list[str]:
        rows = printed(of, part)
        covered = [(row, column) for cells in rows for cell, _ in cells for row in range(cell.row + 1, cell.row + cell.rowspan)
                   for column in [cell.column]]  # fmt: skip
        return [
            text
            for number, cells in enumerate(rows)
            for _, text in sorted(
                [(cell.column, text) for cell, text in cells] + [(column, "") for row, column in covered if row == number]
            )
        ]

    lines = [of.title]
    for part in of.form.parts:
        lines += [part.heading, *(table(part.key) if part.tables else ["无。"])]
    return "\n".join(lines)


def balanced() -> Report:
    """A report in which every sum of part three holds."""
    of = report()
    applications = of.form.table_by_key["applications"]
    for at in [at for at in applications.addresses() if at.row == "new" and at not in of.form.sums]:
        total, out, before = (of.value("applications", row, at.column) for row in ("total", "carried_out", "carried_in"))
        of = of.with_value(at, total + out - before)  # type: ignore[operator]
    return of


def with_gaps(of: Report) -> list[str]:
    """Lines of cells, those of part three blank where the figure is 0."""
    lines = lines_of_cells(of).split("\n")
    start, end = (lines.index(of.form.part_by_key[part].heading) for part in ("applications", "disputes"))
    return [*lines[:start], *("" if line == "0" else line for line in lines[start:end]), *lines[end:]]


@pytest.mark.parametrize("slip", ["", "applications.granted.natural_person", "applications.new.business"])
def test_blank_cells_in_lines_of_cells(slip: str, tmp_path: Path) -> None:
    """A slip of the report in one column moves no figure to another."""
    of = balanced()
    for at in [at for at in of.form.cells if str(at) == slip]:
        of = of.with_value(at, 77)
    got = read("\n".join(with_gaps(of)), tmp_path)
    assert [str(at) for at in of.form.cells if (got.cells[at].value or 0) != of.figures[at]] == []
    assert got.count()["unclear"] == 0
    assert got.count()["blank"] > 10


def test_a_blank_line_too_few_and_one_too_many_give_no_wrong_figure(tmp_path: Path) -> None:
    """The row has as many lines as it should have, and its figures are one place off."""
    of = balanced()
    lines = with_gaps(of)
    first = lines.index(of.form.table_by_key["applications"].rows[0].label)
    gaps = [at for at in range(first, len(lines) - 9) if not lines[at] and lines[at - 1].isdigit() and lines[at + 1].isdigit()]
    for at in gaps[::3]:
        moved = [*lines[: at - 1], "", lines[at - 1], *lines[at + 1 :]]
        got = read("\n".join(moved), tmp_path)
        assert [str(where) for where in of.form.cells if got.cells[where].value not in (None, of.figures[where])] == []
        assert [at for at, cell in got.cells.items() if cell.state == "blank" and of.figures[at]] == []


@pytest.mark.parametrize("name", ["年报.xls", "年报.xlsx"])
def test_text_that_is_called_a_workbook(name: str, tmp_path: Path) -> None:
    of = report()
    (tmp_path / name).write_text(lines_of_cells(of), encoding="utf-8")
    got = read_published(tmp_path / name)
    assert [str(at) for at in of.form.cells if got.cells[at].value != of.figures[at]] == []


def test_text_behind_lines_of_cells_is_not_lost(tmp_path: Path) -> None:
    of = report()
    lines = lines_of_cells(of).split("\n")
    end = next(at for at in range(len(lines) - 1, 0, -1) if lines[at] == of.form.part_by_key["disputes"].heading)
    got = read("\n".join([*lines[:end], "征地拆迁的申请增多。", *lines[end:]]), tmp_path)
    assert [str(at) for at in of.form.cells if got.cells[at].value != of.figures[at]] == []
    assert got.form is not None
    assert any("征地拆迁" in observation.message for observation in got.form.observations)


@pytest.mark.parametrize("twice", [False, True], ids=["a blank line", "a figure twice"])
def test_lines_of_cells_of_which_the_last_row_has_too_many_give_no_wrong_figure(twice: bool, tmp_path: Path) -> None:
    of = report()
    lines = lines_of_cells(of).split("\n")
    last = max(at for at, line in enumerate(lines) if line == of.form.table_by_key["applications"].rows[-1].label)
    for at in range(last + 2, last + 8):
        got = read("\n".join([*lines[:at], lines[at - 1] if twice else "", *lines[at:]]), tmp_path)
        assert [str(where) for where in of.form.cells if got.cells[where].value not in (None, of.figures[where])] == []


def test_lines_of_cells_of_which_one_is_missing_give_no_wrong_figure(tmp_path: Path) -> None:
    of = report()
    lines = lines_of_cells(of).split("\n")
    for at in [at for at, line in enumerate(lines) if not line][::9]:
        got = read("\n".join(lines[:at] + lines[at + 1 :]), tmp_path)
        assert [str(where) for where in of.form.cells if got.cells[where].value not in (None, of.figures[where])] == []


def test_lines_of_a_trial_version_are_left_out_and_text_behind_them_is_not(tmp_path: Path) -> None:
    trial = "Evaluation Only. Created with Aspose.Words. Copyright 2003-2023 Aspose Pty Ltd."
    text = f"{report().title}\n一、总体情况\n{trial}\n{trial}本年度受理申请 5 件。\n采购的 Aspose.Words 用于制作年报。"
    got = read(text, tmp_path)
    assert got.report is not None
    overview = got.report.narrative.overview
    assert overview.count("Evaluation Only") == 1
    assert "本年度受理申请 5 件" in overview
    assert "采购的 Aspose.Words" in overview
