"""Channels of 主动公开 with ordinary widgets: a row each for name, count and 约数; rows come and go.

In: the list at ``channels``. Out: ``changed(rows)`` with plain values as in the params file; a count that is not a number
goes out as it was typed, so that the list of findings names it and it is not lost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from toolkit.core.text import cleaned
from toolkit.entry.form.organ_part import notes_html
from toolkit.entry.session.boxes import read_count
from toolkit.entry.session.listing import ListedFinding
from toolkit.entry.web import plain_widgets as widgets

_LABELS = ("渠道", "条数", "约数（余）")  # of name, count and tick


class ChannelRow:
    """One channel; ``box`` is the widget, ``value`` what the params file would hold, ``None`` for an empty row."""

    def __init__(self, row: dict[str, Any], changed: Callable[[], None], remove: Callable[[ChannelRow], None]) -> None:
        self._changed, self._quiet = changed, False
        self._ticked_by_text = False  # 约500 ticked 约数; the clerk did not
        name = str(row.get("name", ""))
        self.name = widgets.Text(value=name)
        self.count = widgets.Text(value=str(row.get("count", "")))
        self.about = widgets.Checkbox(value=bool(row.get("approximate")), indent=False)
        self._named = ((self.name, "name"), (self.count, "count"), (self.about, "approximate"))
        self._remove = widgets.Button(description="删除")
        self.box = widgets.Box([self.name, self.count, self.about, self._remove]).add_class("nb-line")
        for widget, handler in ((self.name, self._changed), (self.count, self._count_typed), (self.about, self._ticked)):
            widget.observe(lambda _, handler=handler: self._quiet or handler(), names="value")
        self._remove.on_click(lambda _: remove(self))

    @property
    def value(self) -> dict[str, Any] | None:
        name, read = cleaned(self.name.value).strip(), read_count(self.count.value)
        if not name and read.value is None:
            return None
        value: dict[str, Any] = {"name": name, "count": "" if read.value is None else read.value}
        return value | ({"approximate": True} if self.about.value or read.approximate else {})

    def texts(self, at: int) -> dict[str, str]:
        """What the boxes of the row hold as the browser has it, by the names that ``place`` gives them."""
        values = {key: widget.value for widget, key in self._named}
        return {f"channels-{at}-{key}": value if isinstance(value, str) else str(value).lower() for key, value in values.items()}

    def place(self, at: int) -> None:
        """Name the boxes after their place in the list, where a click on a finding looks for them."""
        for widget, key in self._named:
            css_class = f"nb-at-channels-{at}-{key}"
            others = [name for name in widget._dom_classes if name.startswith("nb-at-") and name != css_class]
            for name in others:
                widget.remove_class(name)
            widget.add_class(css_class)

    def number(self, number: int) -> None:
        """Tell the rows apart for a screen reader: the number belongs to the labels, but is not seen."""
        for widget, label in zip((self.name, self.count, self.about), _LABELS, strict=True):
            description = f'{label}<span class="nb-unseen"> {number}</span>'
            if widget.description != description:
                widget.description_allow_html = True
                widget.description = description
        tooltip = f"删除第 {number} 个渠道 {cleaned(self.name.value).strip()}".rstrip()
        if self._remove.tooltip != tooltip:
            self._remove.tooltip = tooltip

    def settle(self) -> None:
        """Write a count that was understood as plain digits once its box has lost the focus."""
        read = read_count(self.count.value)
        if isinstance(read.value, int) and self.count.value != str(read.value):
            self._set(self.count, str(read.value))

    def lock(self, locked: bool) -> None:
        for widget in self.box.children:
            widget.disabled = locked

    def _count_typed(self) -> None:
        approximate = read_count(self.count.value).approximate
        if approximate and not self.about.value:
            self._ticked_by_text = True
            self._set(self.about, True)
        elif not approximate and self._ticked_by_text:
            self._ticked_by_text = False
            self._set(self.about, False)
        self._changed()

    def _ticked(self) -> None:
        self._ticked_by_text = False
        self._changed()

    def _set(self, widget: Any, value: Any) -> None:
        self._quiet = True
        widget.value = value
        self._quiet = False


class Channels:
    """The rows; ``box`` is the widget."""

    def __init__(self, changed: Callable[[list[dict[str, Any]]], None]) -> None:
        self._changed = changed
        self._sent: list[dict[str, Any]] | None = None
        self._lines: tuple[ChannelRow, ...] = ()
        self._rows = widgets.VBox()
        self._notes = widgets.HTML()
        self._add = widgets.Button(description="增加一个渠道").add_class("nb-add-channel")
        self._add.on_click(lambda _: self._append())
        self.box = widgets.VBox([self._rows, self._add, self._notes]).add_class("nb-at-channels")

    def show(self, rows: Any, listed: Iterable[ListedFinding] = (), *, locked: bool) -> None:
        """Show the rows, unless they were just typed here, with their findings below."""
        values = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list | tuple) else []
        if values != self._values() and values != self._sent:
            self._put([ChannelRow(row, self._tell, self._take_out) for row in values])
        self._sent = values
        self._add.disabled = locked
        for line in self._lines:
            line.lock(locked)
        self._notes.value = notes_html(item for item in listed if item.finding.where.startswith("channels"))

    def settle(self, box: str) -> None:
        """Show an understood count as plain digits; called when its box has lost the keyboard."""
        for line in self._lines:
            if f"nb-at-{box}" in line.count._dom_classes:
                line.settle()

    def texts(self) -> dict[str, str]:
        """What each box of each row holds, by the name that its class has."""
        texts: dict[str, str] = {}
        at = 0
        for line in self._lines:
            texts |= line.texts(at)
            at += line.value is not None
        return texts

    def _append(self) -> None:
        line = ChannelRow({}, self._tell, self._take_out)
        self._put([*self._lines, line])
        line.name.focus()

    def _take_out(self, line: ChannelRow) -> None:
        self._put([other for other in self._lines if other is not line])
        self._add.focus()  # the button that was pressed is gone, and the keyboard must not be lost
        self._tell()

    def _put(self, lines: list[ChannelRow]) -> None:
        self._lines = tuple(lines)
        self._rows.children = tuple(line.box for line in lines)
        self._place()

    def _place(self) -> None:
        at = 0
        for number, line in enumerate(self._lines, 1):
            line.place(at)
            line.number(number)
            at += line.value is not None

    def _tell(self) -> None:
        self._place()
        self._sent = values = self._values()
        self._changed(values)

    def _values(self) -> list[dict[str, Any]]:
        return [value for line in self._lines if (value := line.value) is not None]
