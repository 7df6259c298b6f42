"""The bar that stays in view (progress, counts, 下一处) and the list of findings: their states in, presses out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import traitlets

from toolkit.checks import Finding
from toolkit.entry.session.listing import ListedFinding, Progress, count_listed, finding_json, with_blanks_together
from toolkit.entry.session.saving_state import SavedState
from toolkit.entry.web import plain_widgets
from toolkit.entry.web.bundle import style
from toolkit.forms import Form

FRONT, FINISH = ("front", "首", "标题和联系方式"), ("finish", "完", "最后一步")


class Panel(plain_widgets.AnyWidget):
    """``view`` is ``bar`` or ``list``; only the list holds the findings, and takes the keyboard to them."""

    module = plain_widgets.module_of("panel.js")
    _css = style("form.css")
    form_id = traitlets.Unicode().tag(sync=True)
    view = traitlets.Unicode().tag(sync=True)
    state = traitlets.Dict().tag(sync=True)

    def __init__(self, view: str, form_id: str, state: dict[str, Any]) -> None:
        super().__init__(view=view, form_id=form_id, state=state)
        self.add_class("nb-bar-box" if view == "bar" else "nb-list-box")


def bar_state(
    name: str, progress: Progress, listed: Iterable[ListedFinding], *,
    saved: SavedState, message: str, locked: bool, undo: bool, redo: bool, unsaved: bool, alert: bool, boxes: Mapping[str, str],
) -> dict[str, Any]:  # fmt: skip
    """What the bar shows; ``message`` is a sentence that stays until the next one, ``alert``: something is to be chosen.

    ``boxes`` are the texts of the ordinary boxes that were put down; the browser keeps what is not among them.
    """
    return {
        "name": name, "filled": progress.filled, "total": progress.total,
        "saved": saved.text, "saved_kind": saved.kind, "message": message, "locked": locked,
        "counts": count_listed(listed), "can_undo": undo, "can_redo": redo, "can_save": unsaved, "alert": alert,
        "boxes": dict(boxes),
    }  # fmt: skip


def list_state(form: Form, listed: Iterable[ListedFinding], *, locked: bool = False) -> dict[str, Any]:
    items = tuple(listed)
    return {
        "locked": locked,
        "counts": count_listed(items),
        "findings": [finding_json(item) for item in with_blanks_together(form, items)],
        "parts": list(_parts(form, items)),
    }


def _parts(form: Form, items: Iterable[ListedFinding]) -> Iterator[dict[str, str]]:
    """Where one can jump to, and the worst that is found there; ``blank`` when only blank cells are left."""
    found: dict[str, set[str]] = {}
    for item in items:
        if not item.finding.confirmed:
            found.setdefault(part_of(form, item.finding), set()).add(item.severity)
    for key, label, name in (FRONT, *((part.key, part.heading[0], part.heading) for part in form.parts), FINISH):
        states = found.get(key, set())
        worst = next((state for state in ("error", "blank", "warning", "notice") if state in states), "")
        yield {"key": key, "label": label, "name": name, "state": worst}


def part_of(form: Form, finding: Finding) -> str:
    """The key of the part of the form a finding is about; ``front`` for the fields above part one."""
    kind, _, name = finding.where.partition(".")
    table = finding.table or (name.partition(".")[0] if kind == "figures" else "")  # a table that is missing as a whole
    for part in form.parts:
        if table in part.tables or (kind in ("narrative", "form") and name == part.key):
            return part.key
        if (kind == "channels" and part.key == "overview") or (kind == "processing_fee" and part.must_mention):
            return part.key
    return FRONT[0]
