"""Filters over the members of a jurisdiction, for whoever looks at the overview in JupyterLab.

In: reports, findings and standings by file. Out: an ipywidgets box: choose members by state, a figure, an order; the
table below follows. Under papermill nothing is shown: a filter has no place on paper.
"""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence

import ipywidgets as widgets

from toolkit.checks import Finding
from toolkit.forms import Address, Form
from toolkit.report import Report
from toolkit.rollup.completeness import STATE_NAMES, Standing
from toolkit.sections.blocks import Table
from toolkit.sections.html import render_preview
from toolkit.sections.plain_table import plain_table
from toolkit.sections.tables import value_text

EVERY = "全部"


def explorer(rows: Sequence[Standing], reports: Mapping[str, Report], findings: Mapping[str, list[Finding]]) -> widgets.VBox:
    """Filters and the table they rule.

    Args:
        rows: where each member stands.
        reports, findings: by name of the params file.
    """
    form = next((report.form for report in reports.values()), None)
    state = widgets.Dropdown(options=[EVERY, *STATE_NAMES.values()], description="情况")
    name = widgets.Text(placeholder="单位名称中的字", description="单位", continuous_update=True)
    cell = widgets.Dropdown(options=_cells(form), description="数据", layout=widgets.Layout(width="32em"))
    order = widgets.Dropdown(options=["按名单", "从大到小", "从小到大"], description="排列")
    table, told = widgets.HTML(), widgets.HTML()

    def refresh(_: object = None) -> None:
        shown = _chosen(rows, reports, state.value, name.value.strip(), cell.value, order.value)
        table.value = render_preview([_table(shown, reports, findings, form, cell.value)])
        told.value = html.escape(f"共 {len(shown)} 个单位")

    for control in (state, name, cell, order):
        control.observe(refresh, "value")
    refresh()
    return widgets.VBox([widgets.HBox([state, name, order]), cell, told, table])


def _cells(form: Form | None) -> list[tuple[str, str]]:
    if form is None:
        return [("（还没有单位报送）", "")]
    wanted = [
        address for address in form.cells if address.column in ("total", "decisions", "valid", "issued", "amount_wan", "items")
    ]
    return [(form.label(address), str(address)) for address in wanted]


def _number(reports: Mapping[str, Report], row: Standing, cell: str) -> float:
    report = reports.get(row.member.file)
    number = report.figures.number(Address.parse(cell)) if report and cell and Address.parse(cell) in report.form.cells else None
    return float(number) if number is not None else -1.0


def _chosen(
    rows: Sequence[Standing], reports: Mapping[str, Report], state: str, name: str, cell: str, order: str
) -> list[Standing]:
    kept = [row for row in rows if state in (EVERY, STATE_NAMES[row.state]) and name in row.member.name]
    if order == "按名单":
        return kept
    return sorted(kept, key=lambda row: _number(reports, row, cell), reverse=order == "从大到小")


def _table(
    rows: Sequence[Standing], reports: Mapping[str, Report], findings: Mapping[str, list[Finding]], form: Form | None, cell: str
) -> Table:
    label = form.label(Address.parse(cell)) if form and cell else "数据"
    body = []
    for row in rows:
        report = reports.get(row.member.file)
        value = (
            value_text(report.figures[Address.parse(cell)])
            if report and cell and Address.parse(cell) in report.form.cells
            else ""
        )
        told = "；".join(finding.message for finding in findings.get(row.member.file, ())[:3])
        body.append((row.member.name, STATE_NAMES[row.state], value, told))
    return plain_table("explorer", "各单位", ("单位", "情况", label, "前三个问题"), body, widths=(28, 12, 18, 42), left=(0, 3))
