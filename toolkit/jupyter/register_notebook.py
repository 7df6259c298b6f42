"""The notebook of the register: choose an organ's register or begin one, then the screen with list and form.

In: the working folder with ``registers/`` beside ``params/``. Out: a widget. A damaged register is named, and its latest daily
copy is offered by a press. Names and contents of requests never go into a log.
"""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any

import ipywidgets as widgets

from toolkit.core.errors import NianbaoError
from toolkit.core.tree import PARAMS, current_folder, working_folder
from toolkit.entry.register.screen import RegisterScreen
from toolkit.entry.start.organs import choices_of_year, years_with_reports
from toolkit.jupyter.form_notebook import now, person
from toolkit.register.errors import RegisterUnreadable
from toolkit.register.opening import put_copy_back
from toolkit.register.places import place_of, register_path, registers_below, registers_folder
from toolkit.register.store import Register, open_register
from toolkit.register.working_days import read_calendar


class RegisterPlace:
    """Chooser and screen of registers; one register is open at a time. ``widget`` is what the notebook shows."""

    def __init__(self, folder: Path, who: str = "") -> None:
        self._params, self._folder, self._who = folder / PARAMS, registers_folder(folder / PARAMS), who or person()
        self._register: Register | None = None
        self.widget = widgets.VBox()
        found = registers_below(self._folder)
        if len(found) == 1:
            self.open(found[0])
        else:
            self.choose()

    def choose(self, told: str = "") -> None:
        """Show which registers there are, and a box to begin another."""
        self.close()
        known = [place_of(path) for path in registers_below(self._folder)]
        organs = [choice.place for year in years_with_reports(self._params)[:1] for choice in choices_of_year(self._params, year)]
        box = widgets.Combobox(
            description="地区/机关",
            placeholder="如 云溪县/竹溪镇",
            options=list(dict.fromkeys([*known, *organs])),
            ensure_option=False,
        )
        button = widgets.Button(description="打开台账", button_style="primary")
        button.on_click(lambda _: self._asked(box.value))
        head = widgets.HTML("<h2>依申请公开台账</h2><p>选一个单位打开；还没有台账的，按打开就建一个。</p>")
        self.widget.children = (head, widgets.HBox([box, button]), widgets.HTML(f"<p role='alert'>{escape(told)}</p>"))

    def open(self, path: Path) -> None:
        """Show the screen of a register; when it is damaged, what can be done."""
        try:
            calendar = read_calendar(self._folder)
            self._register = open_register(path, who=self._who, now=now)
        except RegisterUnreadable as error:
            self._offer_copy(path, error)
            return
        except NianbaoError as error:
            self.choose(str(error))
            return
        screen = RegisterScreen(self._register, calendar, now, f"{place_of(path)} 依申请公开台账")
        other = widgets.Button(description="换一个台账")
        other.on_click(lambda _: self.choose())
        self.widget.children = (screen.widget, other)

    def close(self) -> None:
        """Close what is open."""
        if self._register is not None:
            self._register.close()
        self._register = None

    def _asked(self, place: str) -> None:
        try:
            self.open(register_path(self._folder, place.strip()))
        except NianbaoError as error:
            self.choose(str(error))

    def _offer_copy(self, path: Path, error: RegisterUnreadable) -> None:
        told = widgets.HTML(f"<p role='alert'>{escape(str(error))}</p>")
        if error.copy is None:
            self.widget.children = (told,)
            return
        copy = error.copy
        button = widgets.Button(description=f"用 {copy.stem} 的副本恢复", button_style="primary")
        button.on_click(lambda _: self._put_back(path, copy))
        self.widget.children = (told, button)

    def _put_back(self, path: Path, copy: Path) -> None:
        try:
            put_copy_back(path, copy, now().date())
        except NianbaoError as error:
            self.choose(str(error))
            return
        self.open(path)


def open_register_place() -> Any:
    """What the notebook's cell shows."""
    return RegisterPlace(working_folder() or current_folder()).widget
