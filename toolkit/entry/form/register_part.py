"""从台账带入: what the register of requests counts, put into parts three and four of the form by one press.

In: how to look the register up, and what takes its values. Out: a box for part three, empty where the organ has no register,
and for each table what names the requests (编号) that the cell under the keyboard counts; one press opens a request in the
register. Nothing personal is shown in the form.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from html import escape
from typing import Any
from urllib.parse import urlencode

import traitlets

from toolkit.core.shipped import REGISTER_NOTEBOOK
from toolkit.entry.session.session import Session
from toolkit.entry.web import plain_widgets as widgets
from toolkit.entry.web.bundle import style
from toolkit.register.counting import DISPUTES, Counts
from toolkit.register.lookup import RegisterCounts
from toolkit.register.offering import sentences_for, values_for
from toolkit.register.requests import TABLE

_SHOWN = 200  # numbers of a cell


class _Behind(widgets.AnyWidget):
    """The requests behind the cells of one table: their numbers by address, and how each cell is called."""

    module = widgets.module_of("register_behind.js")
    _css = style("register_behind.css")
    cells = traitlets.Dict().tag(sync=True)
    labels = traitlets.Dict().tag(sync=True)
    place = traitlets.Unicode().tag(sync=True)
    notebook = traitlets.Unicode(REGISTER_NOTEBOOK).tag(sync=True)
    table = traitlets.Unicode().tag(sync=True)


class RegisterPart:
    """``box`` is above the table of part three, ``behind`` (by table) below its table; ``taken`` is called after the form
    was changed, ``place`` is what the register is called (云溪县/竹溪镇)."""

    def __init__(
        self, session: Session, look: Callable[[], RegisterCounts], taken: Callable[[], None],
        guard: Callable[[Callable[..., None]], Callable[..., None]], now: Callable[[], datetime], place: str,
    ) -> None:  # fmt: skip
        self._session, self._look, self._taken, self._now, self._place = session, look, taken, now, place
        self.box = widgets.VBox([])
        self.behind: dict[str, Any] = {}
        self._buttons: tuple[Any, ...] = ()
        register = look()
        if register.counts is None and not register.problem:
            return
        take = widgets.Button(description="从台账带入", tooltip="把台账数得的第三、四部分和信息处理费填进来")
        tell = widgets.Button(description="写进第一部分", tooltip="把依申请公开的句子加在第一部分末尾，数字随表")
        take.on_click(guard(lambda _: self._take()))
        tell.on_click(guard(lambda _: self._tell()))
        self._cell = widgets.Dropdown(description="由哪些申请组成", options=[])
        self._cell.observe(guard(lambda _: self._show_cell()), "value")
        self._numbers, self._message = widgets.HTML(), widgets.HTML()
        self.behind = {table: _Behind(table=table, place=place) for table in (TABLE, DISPUTES)}
        self._buttons = (take, tell)
        row = widgets.HBox([take, tell, self._cell]).add_class("nb-register-take")
        self.box.children = (row, self._numbers, self._message)
        self._show(register)

    def lock(self, locked: bool) -> None:
        """Who only reads takes nothing over."""
        for button in self._buttons:
            button.disabled = locked

    def _take(self) -> None:
        register = self._look()
        if register.counts is not None:
            self._session.take_register(register, values_for(register.counts, self._now().date()))
        self._show(register)
        self._taken()

    def _tell(self) -> None:
        register = self._look()
        if register.counts is not None:
            written = self._session.view.report.narrative.overview.rstrip("\n")
            start = len(written) + 1 if written else 0
            text, links = sentences_for(register.counts, start)
            if text not in written:
                self._session.append_linked("overview", f"{written}\n{text}" if written else text, links)
        self._taken()

    def _show(self, register: RegisterCounts) -> None:
        counts = register.counts
        self._message.value = f"<p class='nb-help' role='status'>{escape(register.problem or _summary(counts))}</p>"
        labels = {address: counts.form.label(address) for address in counts.form.cells} if counts else {}
        figures = counts.figures if counts else {}
        filled = [(f"{labels[address]}（{value}）", address) for address, value in figures.items() if value]
        self._cell.options = [("请选一格", ""), *filled]
        self._cell.index = 0  # ipywidgets selects nothing when the options change
        for table, behind in self.behind.items():
            addresses = [address for address in labels if address.table == table]
            behind.labels = {str(address): labels[address] for address in addresses}
            behind.cells = {str(address): list(counts.behind(address)) for address in addresses} if counts else {}

    def _show_cell(self) -> None:
        counts, address = self._look().counts, self._cell.value
        numbers = counts.behind(address) if counts is not None and address else ()
        more = f" 等 {len(numbers)} 件" if len(numbers) > _SHOWN else ""
        links = "、".join(self._link(number) for number in numbers[:_SHOWN])
        self._numbers.value = f"<p class='nb-help'>{links}{more}</p>" if numbers else ""

    def _link(self, number: str) -> str:
        """A number that opens its request in the register, in the one window that the register has."""
        address = f"{REGISTER_NOTEBOOK}?{urlencode({'place': self._place, 'number': number})}"
        return f"<a href='{escape(address)}' target='nianbao-register'>{escape(number)}</a>"


def _summary(counts: Counts | None) -> str:
    if counts is None:
        return ""
    rows = ("new", "carried_in", "carried_out")
    sums = {row: sum(value for address, value in counts.figures.items() if address.row == row) for row in rows}
    return f"台账：{counts.year} 年新收 {sums['new']} 件，上年结转 {sums['carried_in']} 件，结转下年度 {sums['carried_out']} 件"
