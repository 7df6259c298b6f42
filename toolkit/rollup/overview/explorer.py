"""The officer's first view in JupyterLab: the number of members per state, and the members of each state, worst first.

In: the members with their states and findings. Out: an ipywidgets box: buttons by state with their counts, a
name, a figure, an order; the table below follows, and each line opens into its findings with the next step, and the
words of a reminder. Under papermill nothing is shown: a filter has no place on paper.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

import ipywidgets as widgets

from toolkit.checks import Finding
from toolkit.checks.finding import SEVERITY_NAMES
from toolkit.core.text import printable
from toolkit.forms import Address, Form
from toolkit.report import Report
from toolkit.rollup.completeness import STATE_NAMES, SubmissionStatus, reminder, submit_by, to_chase, worst_first, year_of
from toolkit.rollup.members import Members
from toolkit.sections.tables import value_text

WORST_FIRST, AS_LISTED, FALLING, RISING = "先办的在前", "按名单", "从大到小", "从小到大"
NO_FIGURE = "（不看数据）"
# dark enough on white for small print (WCAG 1.4.3); the word is beside the colour
_COLOURS = {
    "missing": "#9b1c1c",
    "unreadable": "#9b1c1c",
    "draft": "#9b1c1c",
    "errors": "#9b1c1c",
    "warnings": "#7a4b00",
    "fine": "#1d5c2e",
}
_CSS = """<style>
.nb-explorer{font-size:13px;line-height:1.5;color:#1a1a1a}
.nb-explorer table{border-collapse:collapse;width:100%;table-layout:fixed}
.nb-explorer th{background:#eef1f5;text-align:left;font-weight:600}
.nb-explorer th,.nb-explorer td{border-bottom:1px solid #d5d9df;padding:3px 8px;vertical-align:top;text-align:left;
overflow-wrap:anywhere;white-space:normal}
.nb-explorer summary{cursor:pointer}.nb-explorer ol{margin:2px 0 6px;padding-left:1.6em}
.nb-explorer .nb-next{color:#555}.nb-explorer pre{white-space:pre-wrap;background:#f4f5f7;padding:6px;font:inherit}
.nb-explorer .nb-number{text-align:right}
</style>"""


@dataclass(frozen=True)
class Explored:
    """What is looked through; findings and telephones by name of file."""

    members: Members
    rows: tuple[SubmissionStatus, ...]
    findings: Mapping[str, Sequence[Finding]]
    phones: Mapping[str, str]


def explorer(explored: Explored) -> widgets.VBox:
    """Filters and the table they rule."""
    rows, reports = explored.rows, explored.members.reports
    form = next((report.form for report in reports.values()), None)
    counts = Counter(row.state for row in rows)
    present = [(f"{STATE_NAMES[state]} {counts[state]}", state) for state in STATE_NAMES if counts[state]]
    state = widgets.ToggleButtons(options=[(f"全部 {len(rows)}", ""), *present], style={"button_width": "auto"})
    name = widgets.Text(placeholder="输入单位名称中的字", description="单位", layout=widgets.Layout(width="19em"))
    cell = widgets.Dropdown(options=_cells(form), description="数据", layout=widgets.Layout(width="28em"))
    order = widgets.Dropdown(
        options=[WORST_FIRST, AS_LISTED, FALLING, RISING], description="排列", layout=widgets.Layout(width="15em")
    )
    for control in (name, cell, order):
        control.style.description_width = "initial"
    table, summary = widgets.HTML(), widgets.HTML()

    def refresh(_: object = None) -> None:
        shown = _chosen(rows, reports, state.value, name.value.strip(), cell.value, order.value)
        table.value = _table(explored, shown, cell.value)
        summary.value = f"共 {len(shown)} 个单位。点开“问题”可看全部问题和催报文字。"

    for control in (state, name, cell, order):
        control.observe(refresh, "value")
    refresh()
    return widgets.VBox([state, widgets.HBox([name, order, cell], layout=widgets.Layout(flex_flow="row wrap")), summary, table])


def _cells(form: Form | None) -> list[tuple[str, str]]:
    if form is None:
        return [("（还没有单位报送）", "")]
    wanted = [
        address for address in form.cells if address.column in ("total", "decisions", "valid", "issued", "amount_wan", "items")
    ]
    return [(NO_FIGURE, ""), *((form.label(address), str(address)) for address in wanted)]


def _number(reports: Mapping[str, Report], row: SubmissionStatus, cell: str) -> float | None:
    report = reports.get(row.member.file)
    number = report.figures.number(Address.parse(cell)) if report and cell and Address.parse(cell) in report.form.cells else None
    return float(number) if number is not None else None


def _chosen(
    rows: Sequence[SubmissionStatus], reports: Mapping[str, Report], state: str, name: str, cell: str, order: str
) -> list[SubmissionStatus]:
    kept = [row for row in rows if state in ("", row.state) and name in row.member.name]
    if order == AS_LISTED or (order != WORST_FIRST and not cell):
        return kept
    if order == WORST_FIRST:
        return list(worst_first(kept))
    # members without a figure come last in either order
    there = [(number, row) for row in kept if (number := _number(reports, row, cell)) is not None]
    sorted_rows = [row for _, row in sorted(there, key=lambda item: item[0], reverse=order == FALLING)]
    return sorted_rows + [row for row in kept if row not in sorted_rows]


def _table(explored: Explored, rows: Sequence[SubmissionStatus], cell: str) -> str:
    form = next((report.form for report in explored.members.reports.values()), None)
    label = form.label(Address.parse(cell)) if form and cell else ""
    heads = [("单位", 20), ("情况", 11), ("收到", 12), ("办理", 14), ("电话", 12), *([(label, 12)] if cell else []), ("问题", 34)]
    total = sum(width for _, width in heads)
    columns = "".join(f'<col style="width:{width / total:.2%}">' for _, width in heads)
    head = f"<thead><tr>{''.join(f'<th scope=col>{_text(text)}</th>' for text, _ in heads)}</tr></thead>"
    body = "".join(f"<tr>{''.join(_cells_of(explored, row, cell))}</tr>" for row in rows)
    return f"{_CSS}<div class='nb-explorer'><table><colgroup>{columns}</colgroup>{head}{body}</table></div>"


def _cells_of(explored: Explored, row: SubmissionStatus, cell: str) -> Iterator[str]:
    yield f"<td>{_text(row.member.name)}</td>"
    yield f"<td style='color:{_COLOURS[row.state]};font-weight:600'>{STATE_NAMES[row.state]}</td>"
    came = [row.received.strftime("%m-%d") if row.received else "", f"晚{row.late_days}天" if row.late_days else "",
            f"更正{row.corrected}次" if row.corrected else ""]  # fmt: skip
    yield f"<td>{_text(' '.join(text for text in came if text))}</td>"
    yield f"<td>{_text(row.status.words if row.status.stage != 'missing' else '')}</td>"
    yield f"<td>{_text(explored.phones[row.member.file])}</td>"
    if cell:
        report = explored.members.reports.get(row.member.file)
        known = report and Address.parse(cell) in report.form.cells
        yield f"<td class='nb-number'>{_text(value_text(report.figures[Address.parse(cell)])) if report and known else ''}</td>"
    yield f"<td>{_problems(explored, row)}</td>"


def _problems(explored: Explored, row: SubmissionStatus) -> str:
    findings = [item for item in explored.findings.get(row.member.file, ()) if item.severity != "notice"]
    first = row.first_finding or row.aside or (f"{len(row.confirmed)} 处警告已确认" if row.confirmed else "")
    chased = row in to_chase([row])
    if not first and not chased:
        return ""
    more = f"（共 {len(findings)} 处）" if len(findings) > 1 else ""
    inside = f"<ol>{''.join(_finding(item) for item in findings)}</ol>" if findings else ""
    if row.aside:
        inside += f"<p>{_text(row.aside)}</p>"
    if chased:
        members = explored.members
        words = reminder(members.jurisdiction, year_of(members), row, submit_by(members))
        inside += f"催报文字：<pre>{_text(words)}</pre>"
    return f"<details><summary>{_text(first or '尚未收到')}{more}</summary>{inside}</details>"


def _finding(item: Finding) -> str:
    next_step = f" <span class='nb-next'>{_text(item.next_step)}</span>" if item.next_step else ""
    confirmed = f" <span class='nb-next'>（已确认：{_text(item.confirmed)}）</span>" if item.confirmed else ""
    return f"<li>{SEVERITY_NAMES[item.severity]}　{_text(item.message)}{next_step}{confirmed}</li>"


def _text(text: str) -> str:
    return escape(printable(text))
