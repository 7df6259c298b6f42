"""Channels of 主动公开 with ordinary widgets: a row each for name, count and 约数; rows come and go.

In: the list at ``channels``. Out: ``changed(rows)`` with plain values as in the params file; a count that is no number
goes out as it was typed, so that it is told and not lost.
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

import ipywidgets

from toolkit.entry.form.typed import clean_text
from toolkit.report.cell_text import repair_cell


class Channels:
    """The rows; ``box`` is the widget."""

    def __init__(self, changed: Callable[[list[dict[str, Any]]], None]) -> None:
        self._changed, self._showing = changed, False
        self._sent: list[dict[str, Any]] | None = None
        self._rows = ipywidgets.VBox()
        self._complaint = ipywidgets.HTML()
        self._add = ipywidgets.Button(description="增加一个渠道")
        self._add.on_click(lambda _: self._append({}))
        self.box = ipywidgets.VBox([self._rows, self._add, self._complaint])
        self.box.add_class("nb-at-channels")

    def show(self, rows: Any, complaint: str, *, locked: bool) -> None:
        """Put the rows in, unless they are what was just typed here."""
        wanted = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list | tuple) else []
        if wanted != self._values() and wanted != self._sent:
            self._showing = True
            self._rows.children = tuple(self._row(row) for row in wanted)
            self._showing = False
        self._sent = wanted
        self._add.disabled = locked
        for widget in (item for row in self._rows.children for item in row.children):
            widget.disabled = locked
        html = f'<p class="nb-complaint" role="alert">{escape(complaint)}</p>' if complaint else ""
        if self._complaint.value != html:
            self._complaint.value = html

    def _append(self, row: dict[str, Any]) -> None:
        self._rows.children = (*self._rows.children, self._row(row))

    def _row(self, row: dict[str, Any]) -> Any:
        style = {"description_width": "auto"}
        name = ipywidgets.Text(value=str(row.get("name", "")), description="渠道", style=style)
        count = ipywidgets.Text(value=str(row.get("count", "")), description="条数", style=style)
        about = ipywidgets.Checkbox(value=bool(row.get("approximate")), description="约数（余）", indent=False)
        remove = ipywidgets.Button(description="删除", tooltip=f"删除渠道 {row.get('name', '')}")
        line = ipywidgets.Box([name, count, about, remove])
        line.add_class("nb-line")
        for widget in (name, count, about):
            widget.observe(lambda _: self._tell(), names="value")
        remove.on_click(lambda _: self._remove(line))
        return line

    def _remove(self, line: Any) -> None:
        self._rows.children = tuple(row for row in self._rows.children if row is not line)
        self._tell()

    def _tell(self) -> None:
        if not self._showing:
            self._sent = values = self._values()
            self._changed(values)

    def _values(self) -> list[dict[str, Any]]:
        values = []
        for row in self._rows.children:
            name, count, about, _ = row.children
            typed = clean_text(count.value).strip()
            number = repair_cell(typed) if typed else None
            value = {"name": clean_text(name.value).strip(), "count": typed if number is None else number}
            if about.value:
                value["approximate"] = True
            if value["name"] or typed:
                values.append(value)
        return values
