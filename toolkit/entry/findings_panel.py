"""The bar that stays in view (progress, counts, 下一处) and the list of findings: their states in, presses out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import anywidget
import traitlets

from toolkit.checks import Severity, count_by_severity
from toolkit.entry.grid import script, style
from toolkit.entry.listing import Listed, Progress, finding_json, with_blanks_together
from toolkit.forms import Form


class Panel(anywidget.AnyWidget):
    """``view`` is ``bar`` or ``list``; only the list holds the findings, and takes the keyboard to them."""

    _esm = script("place.js", "findings_panel.js")
    _css = style("form.css")
    form_id = traitlets.Unicode().tag(sync=True)
    view = traitlets.Unicode().tag(sync=True)
    state = traitlets.Dict().tag(sync=True)

    def __init__(self, view: str, form_id: str, state: dict[str, Any]) -> None:
        super().__init__(view=view, form_id=form_id, state=state)
        self.add_class("nb-bar-box" if view == "bar" else "nb-list-box")


def bar_state(
    name: str, progress: Progress, listed: Iterable[Listed], *,
    saved: str = "", told: str = "", undo: bool = False, redo: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """What the bar shows; ``told`` is a sentence on top that stays until the next one."""
    return {
        "name": name, "filled": progress.filled, "total": progress.total, "saved": saved, "told": told,
        "counts": open_counts(listed), "can_undo": undo, "can_redo": redo,
    }  # fmt: skip


def list_state(form: Form, listed: Iterable[Listed]) -> dict[str, Any]:
    """What the list shows."""
    items = tuple(listed)
    return {"counts": open_counts(items), "findings": [finding_json(item) for item in with_blanks_together(form, items)]}


def open_counts(listed: Iterable[Listed]) -> dict[Severity, int]:
    """How many findings of each severity nobody has confirmed."""
    return count_by_severity(item.finding for item in listed if not item.finding.confirmed)
