"""The grid that goes to the browser: the printed form, every cell named in words, totals with their parts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.entry.stories import report
from toolkit.checks import Case, Finding, run_case
from toolkit.entry.form.grid import Grid, findings_of_part, grid_values, paper_json
from toolkit.entry.session.listing import concerned, is_blank, list_findings, with_blanks_together
from toolkit.forms import Address, form_for_year
from toolkit.report import Figures

PARTS = ("disclosure", "applications", "disputes")


@pytest.mark.parametrize("year", [2020, 2024])
@pytest.mark.parametrize("part", PARTS)
def test_every_figure_of_the_part_is_there_once_with_its_words(year: int, part: str) -> None:
    form = form_for_year(year)
    cells = [cell for cell in paper_json(form, part)["cells"] if cell.get("address")]
    expected = [str(address) for address in form.cells if address.table in form.part(part).tables]
    assert sorted(cell["address"] for cell in cells) == sorted(expected)
    assert all("，" in cell["label"] for cell in cells)


def test_a_corner_total_knows_both_ways_to_compute_it() -> None:
    cells = {cell.get("address"): cell for cell in paper_json(form_for_year(2024), "applications")["cells"]}
    assert [len(parts) for parts in cells["applications.total.total"]["sums"]] == [6, 21]
    assert cells["applications.new.business"]["sums"] is None


def test_values_are_text_and_blanks_are_left_out() -> None:
    content = report(applications__new__business="3件").with_value(Address.parse("applications.new.research"), None)
    values = grid_values(content, "applications")
    assert values["applications.new.business"] == "3件"
    assert "applications.new.research" not in values
    assert "applications.new.total" not in values, "the browser adds up"


def test_findings_go_to_the_table_they_are_about() -> None:
    content = report(applications__new__business=3)
    listed = list_findings(content, run_case(Case(content)))
    marked = findings_of_part(content.form, "applications", listed)
    balance = next(item for item in listed if "商业企业列" in item.finding.message)
    assert balance.id in marked
    assert [str(cell) for cell in balance.cells] == [
        f"applications.{row}.business" for row in ("new", "carried_in", "total", "carried_out")
    ], "all four sides of the identity are marked"
    assert findings_of_part(content.form, "disputes", listed) == []


def test_the_widget_carries_its_script_whole() -> None:
    grid = Grid(form_for_year(2024), "disputes", "form")
    assert "class Wire" in grid.module
    assert "class Grid" in grid.module
    assert len(grid._esm) < 10_000  # anywidget drops the messages to a widget whose own script is slow to load
    grid.close()


def test_many_blanks_of_a_table_are_one_line_and_few_stay_apart() -> None:
    blank = replace(report(), figures=Figures(form_for_year(2024), {}))
    listed = list_findings(blank, run_case(Case(blank)))
    together = with_blanks_together(blank.form, listed)
    messages = [item.finding.message for item in together if is_blank(item.finding)]
    assert messages[:3] == ["表二还有 10 格没有填写", "表三还有 144 格没有填写", "表四还有 12 格没有填写"]
    assert findings_of_part(blank.form, "disputes", listed) == [], "blank cells speak for themselves"
    one = report().with_value(Address.parse("disputes.review.upheld"), None)
    few = with_blanks_together(one.form, list_findings(one, run_case(Case(one))))
    assert any("结果维持：还没有填写" in item.finding.message for item in few)


@pytest.mark.parametrize(
    ("where", "first"),
    [
        ("figures.applications.carried_in", "applications.carried_in.natural_person"),
        ("figures.disputes", "disputes.review.upheld"),
        ("form.applications", "applications.new.natural_person"),
        ("figures", "documents.rules.issued"),
        ("organ.name", ""),
        ("narrative.overview", ""),
        ("form", ""),
    ],
)
def test_a_finding_about_more_than_a_cell_leads_to_the_first_cell(where: str, first: str) -> None:
    cells = concerned(form_for_year(2024), Finding("any", "error", "", where=where))
    assert [str(address) for address in cells] == ([first] if first else [])
