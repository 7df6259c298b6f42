"""Organ, contact and dates (机关、联系方式、公开日期) and the processing fee, with ordinary widgets.

In: values by path. Out: a box of fields, and ``changed(path, value)`` for each key a clerk presses.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from html import escape
from itertools import accumulate
from typing import Any

from toolkit.entry.session.boxes import COUNTS, DAYS, MONEY, read_box
from toolkit.entry.session.listing import ListedFinding
from toolkit.entry.session.office_words import office_words
from toolkit.entry.web import plain_widgets as widgets
from toolkit.report.model import LEVEL_NAMES

Changed = Callable[[str, Any], None]
ORGAN_FIELDS = {
    "organ.name": "机关全称（与标题一致）", "organ.short_name": "机关简称", "organ.superior": "上级机关", "organ.level": "层级",
    "organ.contact.office": "联系科室", "organ.contact.address": "地址", "organ.contact.phone": "联系电话",
    "organ.published_at": "公开网站", "organ.published_on": "公开日期", "narrative.preamble": "导语（留空则按格式生成）",
}  # fmt: skip
FEE_FIELDS = {"processing_fee.notices": "收费通知件数", "processing_fee.amount_yuan": "收取金额（元）"}


class Fields:
    """A group of fields by path; ``box`` is the widget, ``show`` puts values and findings in."""

    def __init__(self, names: Mapping[str, str], changed: Changed) -> None:
        self._changed, self._showing, self._names = changed, False, names
        self._widgets = {path: _field(path, name) for path, name in names.items()}
        # the fields and the groups they belong to: organ.contact.phone, organ.contact, organ
        self._places = {place for path in names for place in accumulate(path.split("."), "{}.{}".format)}
        self._notes = widgets.HTML()
        for path, widget in self._widgets.items():
            widget.observe(lambda change, path=path: self._tell(path, change["new"]), names="value")
        fields = widgets.Box(list(self._widgets.values())).add_class("nb-fields")
        self.box = widgets.VBox([fields, self._notes])

    def show(
        self, value: Callable[[str], Any], listed: Iterable[ListedFinding] = (), carried: Container[str] = (), *, locked: bool
    ) -> None:
        """Put in the value of each path; a field that means it already is left alone, with the caret in it.

        Findings on the fields are shown below them; those carried over from last year (``carried``) say so.
        """
        self._showing = True
        try:
            for path, widget in self._widgets.items():
                self._bring(path, widget, _widget_value(widget, value(path)))
                self._mark(path, widget, carried=path in carried)
                widget.disabled = locked
        finally:
            self._showing = False
        self._notes.value = notes_html(item for item in listed if self._is_about(item))

    def texts(self) -> dict[str, str]:
        """What each box holds as its ``<input>`` shows it, by the name that its class has."""
        return {_class(path): _text(widget) for path, widget in self._widgets.items()}

    def settle(self, box: str) -> None:
        """Show a figure that was understood as plain digits; called when its box has lost the keyboard."""
        self._showing = True
        for path, widget in self._widgets.items():
            if _class(path) == box and path in MONEY | COUNTS and not isinstance(read := read_box(path, widget.value), str):
                widget.value = _widget_value(widget, read)
        self._showing = False

    def _bring(self, path: str, widget: Any, value: Any) -> None:
        if widget.value != value and _saved_value(path, widget.value) != _saved_value(path, value):
            widget.value = value

    def _mark(self, path: str, widget: Any, *, carried: bool) -> None:
        widget.description = f"{self._names[path]}（带入）" if carried else self._names[path]
        (widget.add_class if carried else widget.remove_class)("nb-carried")

    def _is_about(self, item: ListedFinding) -> bool:
        where = item.finding.where
        return where in self._places and not item.finding.confirmed

    def _tell(self, path: str, value: Any) -> None:
        if not self._showing:
            self._changed(path, read_box(path, value or ""))


def notes_html(listed: Iterable[ListedFinding]) -> str:
    """The findings on some boxes, shown below them."""
    return "".join(_note(item) for item in listed if not item.finding.confirmed)


def _note(item: ListedFinding) -> str:
    mark = f'<span class="nb-mark nb-mark-{item.severity}" aria-hidden="true"></span>'
    name = f'<span class="nb-unseen">{item.severity_name}：</span>'
    role = ' role="alert"' if item.severity == "error" else ""
    return f'<p class="nb-field-note nb-item-{item.severity}"{role}>{mark}{name}{escape(office_words(item.finding.message))}</p>'


def _field(path: str, name: str) -> Any:
    widget: Any
    if path == "organ.level":
        widget = widgets.Dropdown(options=[(name, key) for key, name in LEVEL_NAMES.items()], description=name)
    elif path in DAYS:  # the browser's own box for days speaks the browser's language: mm/dd/yyyy
        widget = widgets.Text(description=name, placeholder="如 2025-01-20")
    elif path.startswith("narrative."):
        widget = widgets.Textarea(description=name, rows=2).add_class("nb-wide")
    else:
        widget = widgets.Text(description=name)
    # where 下一处 and a click in the list find the field
    widget.add_class(f"nb-at-{_class(path)}")
    return widget


def _class(path: str) -> str:
    return path.replace(".", "-")


def _text(widget: Any) -> str:
    return (widget.label if isinstance(widget, widgets.Dropdown) else widget.value) or ""


def _widget_value(widget: Any, value: Any) -> Any:
    if isinstance(widget, widgets.Dropdown):
        return value if value in LEVEL_NAMES else "township"
    return "" if value is None else str(value)


def _saved_value(path: str, value: Any) -> Any:
    """The value behind what a field shows: a blank at the end and 1,000 for 1000 are no other value."""
    return read_box(path, value.strip()) if isinstance(value, str) else value
