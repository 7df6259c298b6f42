"""One statutory table as a grid that a clerk fills in: a part of the form in, an ``anywidget`` out.

``paper`` is the printed grid and never changes; ``state`` is its values and findings. What is
typed comes back as messages (``wire.js``); the widget itself keeps nothing.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

import traitlets

from toolkit.entry.session.listing import ListedFinding, is_blank
from toolkit.entry.web import plain_widgets
from toolkit.entry.web.bundle import style
from toolkit.forms import Address, Form, PrintedCell, print_part
from toolkit.forms.layout import describe
from toolkit.report import Report
from toolkit.report.model import value_text
from toolkit.report.scanned import ScannedCell

_DETAIL_COLUMN = 2  # 1.属于国家秘密 … one below the other, as on paper


class Grid(plain_widgets.AnyWidget):
    """The table of one part (``disclosure``, ``applications``, ``disputes``)."""

    module = plain_widgets.module_of("grid.js")
    _css = style("grid.css")
    form_id = traitlets.Unicode().tag(sync=True)
    part = traitlets.Unicode().tag(sync=True)
    paper = traitlets.Dict().tag(sync=True)
    state = traitlets.Dict().tag(sync=True)
    scans = traitlets.Dict().tag(sync=True)

    def __init__(self, form: Form, part: str, form_id: str, scans: Mapping[str, str] = MappingProxyType({})) -> None:
        state = grid_state({}, (), (), 0)
        super().__init__(form_id=form_id, part=part, paper=paper_json(form, part), state=state, scans=dict(scans))
        self.add_class("nb-part-grid")


def paper_json(form: Form, part: str) -> dict[str, Any]:
    """The printed grid of a part as the browser draws it; totals name the cells they are the sum of."""
    printed = print_part(form, part)
    return {
        "part": part,
        "label": f"{printed.name}　{printed.label.partition('、')[2]}",
        "rows": printed.rows,
        "hint": printed.part == next(item.key for item in form.parts if item.tables),  # once is enough
        "head_rows": printed.head_rows,
        "widths": list(form.part(part).widths),
        "cells": [_cell_json(form, cell) for cell in printed.cells],
    }


def _cell_json(form: Form, cell: PrintedCell) -> dict[str, Any]:
    values: dict[str, Any] = {
        "row": cell.row, "column": cell.column, "text": cell.text, "role": cell.role,
        "rowspan": cell.rowspan, "colspan": cell.colspan,
        "left": cell.role == "stub" and cell.column == _DETAIL_COLUMN,
    }  # fmt: skip
    if cell.address is not None:
        column = form.cells[cell.address]
        sums = [[str(part) for part in parts] for parts in form.sums.get(cell.address, ())]
        values |= {
            "address": str(cell.address), "label": describe(form, cell.address),
            "money": column.type == "money", "unit": column.unit, "sums": sums or None,
        }  # fmt: skip
    return values


def grid_state(
    values: Mapping[str, str], findings: Iterable[str], carried: Iterable[str], answered: int,
    *, locked: bool = False, waiting: Iterable[str] = (),
) -> dict[str, Any]:  # fmt: skip
    """What a grid shows; ``answered`` is the number of the last message that is taken into account.

    ``waiting`` are the unconfirmed cells of a scan; their pictures do not change and are not part of this.
    """
    state = {"values": dict(values), "findings": list(findings), "carried": list(carried), "waiting": list(waiting)}
    return {**state, "answered": answered, "locked": locked}


def scan_pictures(form: Form, part: str, waiting: Mapping[str, ScannedCell]) -> dict[str, str]:
    """The cut-outs of the cells of a part that wait, as the browser shows them."""
    pictures = {name: waiting[name].picture for name in of_part(form, part, waiting)}
    return {name: f"data:image/png;base64,{base64.b64encode(png).decode('ascii')}" for name, png in pictures.items() if png}


def of_part(form: Form, part: str, addresses: Iterable[str]) -> list[str]:
    """Those of the addresses that are cells of a part's table."""
    tables = form.part(part).tables
    return [name for name in addresses if Address.parse(name).table in tables]


def grid_values(report: Report, part: str) -> dict[str, str]:
    """The values of a part's cells as text; blanks and totals that were not given are left out."""
    tables = report.form.part(part).tables
    return {str(address): value_text(value) for address, value in report.figures.given.items() if address.table in tables}


def findings_of_part(form: Form, part: str, listed: Iterable[ListedFinding]) -> list[str]:
    """The numbers of the findings on cells of a part's table; blank cells speak for themselves."""
    tables = form.part(part).tables
    return [item.id for item in listed if item.finding.table in tables and not is_blank(item.finding)]
