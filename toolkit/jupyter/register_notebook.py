"""The notebook of the register: choose an organ's register or begin one, then the screen with list and form.

In: the working folder with ``registers/`` beside ``params/``, and the request that the page's address asks for. Out: a widget.
A damaged register is named, and its latest daily copy is offered by a press. Names and contents of requests never go into a
log, nor into the outputs of a notebook that is run without a browser (papermill, nbconvert).
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

import traitlets

from toolkit.core.shipped import need_extra

try:
    import anywidget
    import ipywidgets as widgets
except ImportError:
    need_extra("lab", "anywidget")
    raise

from toolkit.core.dates import now
from toolkit.core.errors import NianbaoError
from toolkit.core.machine import account
from toolkit.core.tree import PARAMS, current_folder, working_folder
from toolkit.entry.register.screen import RegisterScreen
from toolkit.entry.start.organs import choices_of_year, years_with_reports
from toolkit.entry.web.bundle import style
from toolkit.entry.web.plain_widgets import LOADER, module_of
from toolkit.register.opening import put_copy_back
from toolkit.register.places import place_of, register_path, registers_below, registers_folder
from toolkit.register.problems import RegisterUnreadable
from toolkit.register.store import Register
from toolkit.register.working_days import read_calendar


class _Frame(anywidget.AnyWidget):
    """Brings the style of the start screen, and says which register and request the page asks for; ``place`` is open."""

    _esm = LOADER
    module = module_of("register_place.js")
    _css = style("start.css", "register.css")
    place = traitlets.Unicode().tag(sync=True)


class RegisterPlace:
    """Chooser and screen of registers; one register is open at a time. ``widget`` is what it shows, ``shown`` the same
    with the style and the ear for the page's address."""

    def __init__(self, folder: Path, who: str = "") -> None:
        self._params, self._folder = folder / PARAMS, registers_folder(folder / PARAMS)
        self._who = who or account()
        self._register: Register | None = None
        self._screen: RegisterScreen | None = None
        self._frame = _Frame()
        self._frame.on_msg(lambda _, content, __: self._requested(content))
        self.widget = widgets.VBox().add_class("nb-register-place")
        self.shown = widgets.VBox([self._frame, self.widget])
        paths = registers_below(self._folder)
        if len(paths) == 1:
            self.open(paths[0])
        else:
            self.choose()

    def choose(self, message: str = "") -> None:
        """Show which registers there are, and a box to begin another."""
        self.close()
        places = [place_of(path) for path in registers_below(self._folder)]
        organs = [choice.place for year in years_with_reports(self._params)[:1] for choice in choices_of_year(self._params, year)]
        box = widgets.Combobox(
            description="地区/机关",
            placeholder="如 云溪县/竹溪镇",
            options=list(dict.fromkeys([*places, *organs])),
            ensure_option=False,
        )
        button = widgets.Button(description="打开台账", button_style="primary")
        button.on_click(lambda _: self._open_place(box.value))
        head = widgets.HTML("<h2>依申请公开台账</h2><p>选一个单位打开；还没有台账的，按打开就建一个。</p>")
        row = widgets.HBox([box, button]).add_class("nb-row")
        self._show_card(head, row, widgets.HTML(f"<p role='alert'>{escape(message)}</p>"))

    def _show_card(self, *children: Any) -> None:
        """Show what is no register yet, as a card of the start screen."""
        for name in ("nb-start", "nb-register-choice"):
            self.widget.add_class(name)
        self.widget.children = children

    def open(self, path: Path) -> None:
        """Show the screen of a register; when it is damaged, what can be done."""
        try:
            calendar = read_calendar(self._folder)
            self._register = Register(path, who=self._who, now=now)
        except RegisterUnreadable as error:
            self._offer_copy(path, error)
            return
        except NianbaoError as error:
            self.choose(str(error))
            return
        self._screen = RegisterScreen(self._register, calendar, now, f"{place_of(path)} 依申请公开台账")
        self._frame.place = place_of(path)
        other = widgets.Button(description="换一个台账")
        other.on_click(lambda _: self.choose())
        for name in ("nb-start", "nb-register-choice"):
            self.widget.remove_class(name)
        self.widget.children = (self._screen.widget, other)

    def close(self) -> None:
        if self._register is not None:
            self._register.close()
        self._register = self._screen = None
        self._frame.place = ""

    def _requested(self, content: Mapping[str, Any]) -> None:
        """Open the request that a link of the annual form names, by place and number."""
        if content.get("kind") != "asked":
            return
        place, number = str(content.get("place", "")), str(content.get("number", ""))
        path = next((path for path in registers_below(self._folder) if place_of(path) == place), None)
        if path is not None and (self._register is None or self._register.path != path):
            self.close()
            self.open(path)
        if number and self._screen is not None and (path is not None or not place):
            self._screen.open_number(number)

    def _open_place(self, place: str) -> None:
        try:
            self.open(register_path(self._folder, place.strip()))
        except NianbaoError as error:
            self.choose(str(error))

    def _offer_copy(self, path: Path, error: RegisterUnreadable) -> None:
        message = widgets.HTML(f"<p role='alert'>{escape(str(error))}</p>")
        if error.copy is None:
            self._show_card(message)
            return
        copy = error.copy
        button = widgets.Button(description=f"用 {copy.stem} 的副本恢复", button_style="primary")
        button.on_click(lambda _: self._put_back(path, copy))
        self._show_card(message, button)

    def _put_back(self, path: Path, copy: Path) -> None:
        try:
            put_copy_back(path, copy, now().date())
        except NianbaoError as error:
            self.choose(str(error))
            return
        self.open(path)


_open_screens: list[RegisterPlace] = []
_NOT_SHOWN = "台账里有个人信息，只在浏览器窗口里显示，不写进运行过的笔记本；请用 nianbao lab --register 打开"


def _has_window() -> bool:
    """Whether somebody looks at the output; papermill and nbconvert run a cell without leave to ask anything (``allow_stdin``),
    and would store the state of every widget in the notebook."""
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    return shell is None or bool(getattr(getattr(shell, "kernel", None), "_allow_stdin", False))


def open_register_place() -> Any:
    """What the notebook's cell shows; without a window a sentence.

    One window has the register: what another one had open is closed, for on a share of the network it could not be opened twice.
    """
    while _open_screens:
        _open_screens.pop().close()
    if not _has_window():
        return widgets.HTML(_NOT_SHOWN)
    _open_screens.append(RegisterPlace(working_folder() or current_folder()))
    return _open_screens[0].shown
