"""The first screen of the form (开始): open an organ's report, begin one from last year's, or import a published one.

In: the ``params`` folder and what to do with a chosen file. Out: an ipywidgets box. A file that cannot be read is told
with line and reason and can be put right on the spot; nothing is overwritten.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Any

import anywidget
import ipywidgets as widgets

from toolkit.core.errors import NianbaoError, ParamsUnreadable
from toolkit.entry.desk.lock import Lock
from toolkit.entry.form.import_card import ImportCard, Reader
from toolkit.entry.form.organs import (
    Choice,
    begin_report,
    choices_of_year,
    places_to_begin,
    search_choices,
    years_with_reports,
)
from toolkit.entry.form.repair import Repair
from toolkit.entry.web.bundle import script, style

SHOWN = 100  # of thousands: a list that long is read by searching
_CARRIED_OVER = "上一年填过的，机关、联系方式和结转数会带过来，并标明“带入”，等您核对。"
_FIRST = "从下面三种方式中选一种。填报内容随时自动保存，关闭后再打开会接着上次的地方。"


class _Frame(anywidget.AnyWidget):
    """Brings the style sheet, and keeps the keys typed here from JupyterLab's own shortcuts."""

    _esm = script("start.js")
    _css = style("start.css")


class StartScreen:
    """Choose, begin or import; ``widget`` is what the notebook shows, ``who`` the name the person gave."""

    def __init__(
        self, params: Path, *, on_open: Callable[[Path, str], None], who: str, now: Callable[[], datetime],
        read_published: Reader | None = None,
    ) -> None:  # fmt: skip
        self._params, self._on_open, self._now, self._read_published = params, on_open, now, read_published
        self._choices: tuple[Choice, ...] = ()
        self._make(who)
        self._listen()
        self._show_year()
        self.widget = self._compose()

    @property
    def who(self) -> str:
        return self._who.value.strip() or self._known_as

    # ---- what is on the screen

    def _make(self, who: str) -> None:
        self._known_as = who
        years = years_with_reports(self._params)
        self._who = widgets.Text(value=who, description="填报人", layout={"max_width": "360px"})
        self._year = _classed(
            widgets.Dropdown(options=[(f"{year} 年", year) for year in years], description="报告年度"), "nb-short"
        )
        query = widgets.Text(description="查找机关", placeholder="输入名称中的几个字", continuous_update=True)
        self._query = _classed(query, "nb-search")
        self._list = _classed(widgets.Select(options=[], description="机关"), "nb-organs")
        self._about = widgets.HTML()
        self._open = widgets.Button(description="打开填报", button_style="primary")
        self._new_year = widgets.BoundedIntText(
            value=max(self._now().year - 1, *years, 2019), min=2019, max=2999, description="报告年度"
        )
        self._new_place = widgets.Combobox(description="地区/机关", placeholder="如 嘉祥县/孟姑集镇", ensure_option=False)
        self._begin = widgets.Button(description="新建并打开")
        self._told = widgets.HTML()
        self._repair = Repair(self._retry)

    def _compose(self) -> widgets.Box:
        cards = [
            _card("打开已有的填报", "", _row(self._year, self._query), self._list, self._about, _row(self._open)),
            _card("新建一份", _CARRIED_OVER, _row(self._new_year, self._new_place, self._begin)),
        ]
        if self._read_published is not None:
            explained = "从已发布的年报（Word、网页、PDF、Excel、文本）中读出数字和文字，存成一份新的填报数据。"
            card = ImportCard(self._params, self._read_published, self._hand_over, self._guard)
            cards.append(_card("导入已发布的年报", explained, *card.children))
        head = widgets.HTML(f"<h1>政府信息公开工作年度报告</h1><p style='text-align:center'>{_FIRST}</p>")
        return _classed(
            widgets.VBox([_Frame().add_class("nb-frame"), head, _row(self._who), self._told, self._repair.widget, *cards]),
            "nb-start",
        )

    def _listen(self) -> None:
        self._year.observe(lambda _: self._guard(self._show_year), "value")
        self._query.observe(lambda _: self._guard(self._show_list), "value")
        self._list.observe(lambda _: self._guard(self._show_about), "value")
        self._new_year.observe(lambda _: self._guard(self._show_places), "value")
        for button, action in ((self._open, self._open_chosen), (self._begin, self._begin_new)):
            button.on_click(lambda _, action=action: self._guard(action))
        self._query.on_msg(self._entered)

    def _entered(self, _: Any, content: dict[str, Any], __: Any) -> None:
        """Enter in the search opens what stands first; the library's own way of saying so is deprecated."""
        if content.get("event") == "submit":
            self._guard(self._open_chosen)

    def _show_year(self) -> None:
        self._choices = choices_of_year(self._params, self._year.value) if self._year.value else ()
        self._show_list()
        self._show_places()

    def _show_list(self) -> None:
        found = search_choices(self._choices, self._query.value)
        self._list.options = [(choice.label, choice) for choice in found[:SHOWN]]
        self._list.value = found[0] if found else None
        self._show_about()

    def _show_about(self) -> None:
        found = len(search_choices(self._choices, self._query.value))
        more = f"共找到 {found} 个，只列出前 {SHOWN} 个，请多输几个字。" if found > SHOWN else f"共 {found} 个机关。"
        if not self._choices:
            more = "这一年还没有填报数据，请在下面新建。"
        elif not found:
            more = f"没有名称里含有“{escape(self._query.value.strip())}”的机关。"
        self._open.disabled = self._list.value is None
        self._about.value = f"<p role='status'>{more}{self._state(self._list.value)}</p>"

    def _state(self, choice: Choice | None) -> str:
        """Who has the chosen report open, if anybody."""
        held = Lock(choice.path, who=self.who, now=self._now).holder() if choice else None
        return f"<br><b>{escape(held.message)}</b>，打开后先只能查看，需要时可以接手。" if held else ""

    def _show_places(self) -> None:
        self._new_place.options = places_to_begin(self._params, self._new_year.value)

    # ---- what the buttons do

    def _open_chosen(self) -> None:
        if self._list.value is not None:
            self._hand_over(self._list.value.path)

    def _begin_new(self) -> None:
        place = self._new_place.value.strip()
        path = begin_report(self._params, self._new_year.value, place, who=self.who, now=self._now)
        self._hand_over(path)

    def _hand_over(self, path: Path) -> None:
        self._told.value = ""
        self._repair.hide()
        try:
            self._on_open(path, self.who)
        except ParamsUnreadable as error:
            self._repair.show(path, error)

    def _retry(self, path: Path) -> None:
        self._guard(lambda: self._hand_over(path))

    def _guard(self, action: Callable[[], None]) -> None:
        """What goes wrong is said on the screen; nothing that was typed is taken away."""
        self._told.value = ""
        try:
            action()
        except NianbaoError as error:
            self._told.value = _told(str(error).splitlines())
        except OSError as error:
            self._told.value = _told([f"读写文件时出错：{error.strerror or error}"])


def _told(sentences: Sequence[str]) -> str:
    items = "".join(f"<li>{escape(sentence)}</li>" for sentence in sentences)
    return f"<div class='nb-told' role='alert'><ul>{items}</ul></div>"


def _card(heading: str, explained: str, *children: Any) -> Any:
    head = widgets.HTML(f"<h2>{heading}</h2>" + (f"<p>{explained}</p>" if explained else ""))
    return _classed(widgets.VBox([head, *children]), "nb-card")


def _row(*children: Any) -> Any:
    return _classed(widgets.HBox(list(children)), "nb-row")


def _classed(widget: Any, name: str) -> Any:
    widget.add_class(name)
    return widget
