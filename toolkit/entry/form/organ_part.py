"""Organ, contact and dates (机关、联系方式、公开日期) and the processing fee, with ordinary widgets.

In: values by path. Out: a box of fields, and ``changed(path, value)`` for each key a clerk presses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from html import escape
from typing import Any

import ipywidgets

from toolkit.checks.finding import SEVERITY_NAMES
from toolkit.entry.form.listing import Listed
from toolkit.report.model import LEVEL_NAMES

Changed = Callable[[str, Any], None]
ORGAN_FIELDS = {
    "organ.name": "机关全称（与标题一致）", "organ.short_name": "机关简称", "organ.superior": "上级机关", "organ.level": "层级",
    "organ.contact.office": "联系科室", "organ.contact.address": "地址", "organ.contact.phone": "联系电话",
    "organ.published_at": "公开网站", "organ.published_on": "公开日期", "narrative.preamble": "导语（留空则按格式生成）",
}  # fmt: skip
FEE_FIELDS = {"processing_fee.notices": "收费通知件数", "processing_fee.amount_yuan": "收取金额（元）"}


class Fields:
    """A group of fields by path; ``box`` is the widget, ``show`` puts values and complaints in."""

    def __init__(self, names: Mapping[str, str], changed: Changed) -> None:
        self._changed, self._showing = changed, False
        self._widgets = {path: _field(path, name) for path, name in names.items()}
        self._complaint = ipywidgets.HTML()
        for path, widget in self._widgets.items():
            widget.observe(lambda change, path=path: self._tell(path, change["new"]), names="value")
        fields = ipywidgets.Box(list(self._widgets.values()))
        fields.add_class("nb-fields")
        self.box = ipywidgets.VBox([fields, self._complaint])

    def show(
        self, value: Callable[[str], Any], complaints: Mapping[str, str], listed: Iterable[Listed] = (), *, locked: bool
    ) -> None:
        """Put in what stands at each path; a field already saying so is left alone, with the caret in it.

        What was refused and what the checks found about a field stands below the fields.
        """
        self._showing = True
        try:
            for path, widget in self._widgets.items():
                wanted = _shown(widget, value(path))
                if widget.value != wanted and _meant(widget.value) != _meant(wanted):
                    widget.value = wanted
                if widget.disabled != locked:
                    widget.disabled = locked
        finally:
            self._showing = False
        said = [complaints[path] for path in self._widgets if path in complaints]
        html = "".join(f'<p class="nb-complaint" role="alert">{escape(sentence)}</p>' for sentence in said)
        html += "".join(_found(item) for item in listed if self._is_about(item))
        if self._complaint.value != html:
            self._complaint.value = html

    def _is_about(self, item: Listed) -> bool:
        where = item.finding.where
        return bool(where) and not item.finding.confirmed and any(f"{path}.".startswith(f"{where}.") for path in self._widgets)

    def _tell(self, path: str, value: Any) -> None:
        if not self._showing:
            self._changed(path, value.isoformat() if isinstance(value, date) else value)


def _found(item: Listed) -> str:
    severity = item.finding.severity
    mark = f'<span class="nb-mark nb-mark-{severity}" aria-hidden="true"></span>'
    name = f'<span class="nb-unseen">{SEVERITY_NAMES[severity]}：</span>'
    return f'<p class="nb-field-note nb-item-{severity}">{mark}{name}{escape(item.finding.message)}</p>'


def _field(path: str, name: str) -> Any:
    style = {"description_width": "auto"}
    widget: Any
    if path == "organ.level":
        widget = ipywidgets.Dropdown(options=[(name, key) for key, name in LEVEL_NAMES.items()], description=name, style=style)
    elif path == "organ.published_on":
        widget = ipywidgets.DatePicker(description=name, style=style)
    elif path.startswith("narrative."):
        widget = ipywidgets.Textarea(description=name, style=style, rows=2)
        widget.add_class("nb-wide")
    else:
        widget = ipywidgets.Text(description=name, style=style)
    # where 下一处 and a click in the list find the field
    widget.add_class("nb-at-" + path.replace(".", "-"))
    return widget


def _shown(widget: Any, value: Any) -> Any:
    if isinstance(widget, ipywidgets.DatePicker):
        try:
            return date.fromisoformat(str(value)) if value else None
        except ValueError:
            return None
    if isinstance(widget, ipywidgets.Dropdown):
        return value if value in LEVEL_NAMES else "township"
    return "" if value is None else str(value)


def _meant(value: Any) -> Any:
    """A blank at the end that is being typed is no other value."""
    return value.strip() if isinstance(value, str) else value
