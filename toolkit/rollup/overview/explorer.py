"""The officer's first view in JupyterLab: the number of members per state, and the members of each state, worst first.

In: the members with their states and findings. Out: an ipywidgets box: buttons by state with their counts, a
name, a figure, an order; the table below follows, and each line opens into its findings with the next step, and the
words of a reminder. Under papermill nothing is shown: a filter has no place on paper.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

import ipywidgets as widgets

from toolkit.checks import Finding
from toolkit.checks.finding import SEVERITY_NAMES
from toolkit.core.dates import chinese_day
from toolkit.core.text import printable
from toolkit.entry.web.bundle import style
from toolkit.forms import Address, Form
from toolkit.report import Report
from toolkit.report.model import value_text
from toolkit.rollup.completeness import STATE_NAMES, SubmissionStatus, reminder, submit_by, to_chase, worst_first, year_of
from toolkit.rollup.members import Members

WORST_FIRST, AS_LISTED, FALLING, RISING = "先办的在前", "按名单", "从大到小", "从小到大"
NO_FIGURE = "（不看数据）"


_STYLE = f"<style>{style('form.css', 'overview.css')}</style>"


@dataclass(frozen=True)
class ExplorerData:
    """The data of the explorer; ``findings`` and ``phones`` by name of file."""

    members: Members
    rows: tuple[SubmissionStatus, ...]
    findings: Mapping[str, Sequence[Finding]]
    phones: Mapping[str, str]
    today: date


def bar(data: ExplorerData) -> widgets.HTML:
    """The bar of the form: whose year, how many reports are here by the day they are due, how many were accepted."""
    members, rows = data.members, data.rows
    here = sum(row.state not in ("missing", "draft") for row in rows)
    due = submit_by(members)
    accepted = sum(row.status.stage in ("accepted", "published") for row in rows)
    counts = [f"{count} {words}" for count, words in (
        (accepted, "已通过"), (sum(row.status.stage == "returned" for row in rows), "已退回"),
        (sum(bool(row.late_days) for row in rows), "逾期"), (len(rows) - here, "未报"),
    ) if count]  # fmt: skip
    chips = "".join(f"<span>{_text(text)}</span>" for text in counts)
    title = f"{members.jurisdiction.name} {year_of(members)} 年年报"
    widget = widgets.HTML(
        f"<div class='nb-bar'><span class='nb-bar-name'>{_text(title)}</span>"
        f"<span class='nb-progress'><progress max='{max(len(rows), 1)}' value='{here}' aria-label='已报'></progress>"
        f"已报 {here}/{len(rows)}　期限 {chinese_day(due)}</span><span class='nb-bar-counts'>{chips}</span></div>"
    )
    widget.add_class("nb-bar-box")
    return widget


def as_sheet(box: widgets.Box) -> widgets.Box:
    """A box as the sheet of the form: its paper, buttons and bar."""
    return box.add_class("nb-form").add_class("nb-overview")


def explorer(data: ExplorerData) -> widgets.VBox:
    """Filters and the table they rule."""
    rows, reports = data.rows, data.members.reports
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
        chosen = _chosen(rows, reports, state.value, name.value.strip(), cell.value, order.value)
        table.value = _table(data, chosen, cell.value)
        summary.value = f"共 {len(chosen)} 个单位。点开“问题”可看全部问题和催报文字。"

    for control in (state, name, cell, order):
        control.observe(refresh, "value")
    refresh()
    filters = widgets.HBox([name, order, cell]).add_class("nb-row")
    return widgets.VBox([state, filters, summary, table])


def _cells(form: Form | None) -> list[tuple[str, str]]:
    if form is None:
        return [("（还没有单位报送）", "")]
    addresses = [
        address for address in form.cells if address.column in ("total", "decisions", "valid", "issued", "amount_wan", "items")
    ]
    return [(NO_FIGURE, ""), *((form.label(address), str(address)) for address in addresses)]


def _number(reports: Mapping[str, Report], row: SubmissionStatus, cell: str) -> float | None:
    report = reports.get(row.member.file)
    number = report.figures.number(Address.parse(cell)) if report and cell else None
    return float(number) if number is not None else None


def _chosen(
    rows: Sequence[SubmissionStatus], reports: Mapping[str, Report], state: str, name: str, cell: str, order: str
) -> list[SubmissionStatus]:
    chosen = [row for row in rows if state in ("", row.state) and name in row.member.name]
    if order == AS_LISTED or (order != WORST_FIRST and not cell):
        return chosen
    if order == WORST_FIRST:
        return list(worst_first(chosen))
    # members without a figure come last in either order
    there = [(number, row) for row in chosen if (number := _number(reports, row, cell)) is not None]
    sorted_rows = [row for _, row in sorted(there, key=lambda item: item[0], reverse=order == FALLING)]
    return sorted_rows + [row for row in chosen if row not in sorted_rows]


def _table(data: ExplorerData, rows: Sequence[SubmissionStatus], cell: str) -> str:
    form = next((report.form for report in data.members.reports.values()), None)
    label = form.label(Address.parse(cell)) if form and cell else ""
    figure = [(label, 12)] if cell else []
    heads = [("单位", 19), ("校验", 10), ("收到", 12), ("办理", 16), ("电话", 12), *figure, ("问题", 40)]
    total = sum(width for _, width in heads)
    columns = "".join(f'<col style="width:{width / total:.2%}">' for _, width in heads)
    head = f"<thead><tr>{''.join(f'<th scope=col>{_text(text)}</th>' for text, _ in heads)}</tr></thead>"
    body = "".join(f"<tr>{''.join(_cells_of(data, row, cell))}</tr>" for row in rows)
    return f"{_STYLE}<div class='nb-explorer'><table><colgroup>{columns}</colgroup>{head}{body}</table></div>"


def _cells_of(data: ExplorerData, row: SubmissionStatus, cell: str) -> Iterator[str]:
    yield f"<td>{_text(row.member.name)}</td>"
    yield f"<td><span class='nb-chip nb-chip-{row.state}'>{STATE_NAMES[row.state]}</span></td>"
    came = [row.came_on, f"晚{row.late_days}天" if row.late_days else "",
            f"更正{row.corrected}次" if row.corrected else ""]  # fmt: skip
    yield f"<td>{_text(' '.join(text for text in came if text))}</td>"
    yield f"<td>{_text(row.status.words if row.status.stage != 'missing' else '')}</td>"
    yield f"<td class='nb-nowrap'>{_text(data.phones[row.member.file])}</td>"
    if cell:
        report = data.members.reports.get(row.member.file)
        address = Address.parse(cell)
        value = value_text(report.figures[address]) if report and address in report.form.cells else ""
        yield f"<td class='nb-number'>{_text(value)}</td>"
    yield f"<td>{_problems(data, row)}</td>"


def _problems(data: ExplorerData, row: SubmissionStatus) -> str:
    findings = [item for item in data.findings.get(row.member.file, ()) if item.severity != "notice"]
    first = row.first_finding or row.aside or (f"{len(row.confirmed)} 处警告已确认" if row.confirmed else "")
    chased = row in to_chase([row])
    if not first and not chased:
        return ""
    more = f"（共 {len(findings)} 处）" if len(findings) > 1 else ""
    inside = f"<ol>{''.join(_finding(item) for item in findings)}</ol>" if findings else ""
    if row.aside:
        inside += f"<p>{_text(row.aside)}</p>"
    if chased:
        members = data.members
        words = reminder(members.jurisdiction, year_of(members), row, submit_by(members), data.today)
        inside += f"催报文字：<pre>{_text(words)}</pre>"
    due = row.status.answer_by
    owed = f"已退回{f'，{chinese_day(due)}前答复' if due else ''}" if row.status.stage == "returned" else "尚未收到"
    return f"<details><summary>{_text(first or owed)}{more}</summary>{inside}</details>"


def _finding(item: Finding) -> str:
    next_step = f" <span class='nb-next'>{_text(item.next_step)}</span>" if item.next_step else ""
    confirmed = f" <span class='nb-next'>（已确认：{_text(item.confirmed)}）</span>" if item.confirmed else ""
    return f"<li>{SEVERITY_NAMES[item.severity]}　{_text(item.message)}{next_step}{confirmed}</li>"


def _text(text: str) -> str:
    return escape(printable(text))
