"""The notebook in front of a clerk: no parameters in, the form out; the cells of the paper then show nothing.

The form itself is imported when the start screen is on the page: a kernel that is being started gets there in half the time.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import sys
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

import ipywidgets

from toolkit.core.dates import now
from toolkit.core.errors import NianbaoError
from toolkit.core.machine import account
from toolkit.core.tree import OPEN_VARIABLE, PARAMS, current_folder, full_path
from toolkit.entry.desk.desk import Desk
from toolkit.entry.session.office_words import LOGGER
from toolkit.entry.session.saving_state import Later
from toolkit.entry.start.recent import Memory
from toolkit.entry.start.screen import StartScreen

if TYPE_CHECKING:
    from toolkit.entry.form.form_app import FormApp
    from toolkit.importing import Imported

IMPORT_SECONDS = 1.0  # after the start screen is sent; nobody has chosen a report by then
SETTLED_SECONDS = 2.0  # after a form is shown; until then there is enough to do
SWITCH_SECONDS = 0.05  # what a key needs at most: interrupted for another thread of the kernel, it would have to wait for a core
COLLECT_AFTER = (20_000, 20, 100)  # objects made, young collections, middle collections


class FormPaper:
    """What ``open_paper`` gives without parameters: the first cell shows the form, the others nothing."""

    def __init__(self, widget: Any) -> None:
        self._widget = widget

    def front(self) -> Any:
        return self._widget

    def part(self, key: str) -> None:
        """Nothing: the parts are in the form."""

    def closing(self) -> None:
        """Nothing: the form shows what the checks say."""


class Place:
    """Where start screen and form take turns; one report is open at a time in a kernel."""

    _open: Desk | FormApp | None = None  # of this kernel: running the notebook again must not find itself at the desk
    _last: Place | None = None  # of this kernel: what an earlier run of the notebook showed

    def __init__(self, params: Path) -> None:
        self._params, self._memory = params, Memory()
        self._settling = Later(SETTLED_SECONDS, spare_collections)
        self._importing = Later(IMPORT_SECONDS, import_form)
        self.widget = ipywidgets.VBox()
        previous, Place._last = Place._last, self
        if previous is not None:
            close_open_form()
            close_widgets(previous.widget)

    def start(self, who: str = "") -> None:
        """Show the start screen, with the name that was given last and the reports worked on last."""
        self._leave()
        screen = StartScreen(
            self._params, on_open=self.open, who=who or self._memory.who or account(), now=now,
            read_published=read_published_report, recent=self._memory.reports(self._params),
        )  # fmt: skip
        self._show(screen.widget)
        self._importing.start()

    def open(self, path: Path, who: str) -> None:
        """Show the form of a params file.

        Raises:
            ParamsUnreadable: neither the file nor its journal make a report.
        """
        from toolkit.jupyter.form_of_report import make_form

        self._leave()
        desk = Desk(path, who=who, now=now)
        Place._open = desk
        form = Place._open = make_form(desk, lambda: self._go_back(path, who))
        self._show(form.widget)
        sys.setswitchinterval(SWITCH_SECONDS)
        self._settling.start()
        remember(path, who)
        self._memory.note(path, who, now())

    def _show(self, widget: ipywidgets.Widget) -> None:
        """Show one thing and release the widgets before it: a window that opens later loads all that live."""
        previous, self.widget.children = self.widget.children, (widget,)
        for gone in previous:
            close_widgets(gone)

    def _go_back(self, path: Path, who: str) -> None:
        self._memory.note(path, who, now())
        self.start(who)

    def _leave(self) -> None:
        close_open_form()
        remember(None, "")


def close_widgets(widget: ipywidgets.Widget) -> None:
    """Close a widget with all that it shows and refers to: children, layout, style."""
    for name in widget.keys:
        value = getattr(widget, name)
        for part in value if isinstance(value, tuple | list) else (value,):
            if isinstance(part, ipywidgets.Widget):
                close_widgets(part)
    widget.close()


@atexit.register
def close_open_form() -> None:
    """Write and leave what is open in this kernel, also when the kernel is shut down."""
    if Place._open is not None:
        Place._open.close()
    Place._open = None


def start_form(path: Path | None, params: Path | None) -> FormPaper:
    """The form of the params file that is named or was open in this kernel, or the screen on which one is chosen."""
    place = Place(params or current_folder() / PARAMS)
    target = (path, account()) if path is not None else remembered() or _linked()
    if target is not None and target[0] is not None:
        try:
            place.open(target[0], target[1])
            return FormPaper(place.widget)
        except NianbaoError as error:
            LOGGER.warning("%s", error)
    place.start()
    return FormPaper(place.widget)


def _linked() -> tuple[Path, str] | None:
    """The report that ``nianbao lab`` was called with; once, so that the notebook run again shows the start screen."""
    named = os.environ.pop(OPEN_VARIABLE, "")
    return (Path(named), Memory().who or account()) if named else None


def import_form() -> None:
    """Import the form while a report is being chosen; the start screen answers meanwhile."""
    Thread(target=import_module, args=("toolkit.jupyter.form_of_report",), daemon=True).start()


def spare_collections() -> None:
    """Leave out of garbage collections what a form keeps as long as it is open, and collect less often.

    A full collection looks at every object of rules, forms and widgets: 60 ms in which a clerk's key waits.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)


def read_published_report(path: Path, year: int | None) -> Imported:
    """A published file, for the start screen; ``year`` when the file does not say it.

    Raises:
        CannotImport: the file cannot be opened as what it is.
    """
    from toolkit.checks.imported import doubt_by_text
    from toolkit.importing import read_published  # readers of every format take a second to load

    return doubt_by_text(read_published(path, year=year))


# ---- a kernel that was restarted goes on with the report that was open


def remember(path: Path | None, who: str) -> None:
    """Note beside the kernel's connection file which report is open in it."""
    file = _memory()
    try:
        if file is not None and path is not None:
            file.write_text(json.dumps({"path": str(full_path(path)), "who": who}), encoding="utf-8")
        elif file is not None:
            file.unlink(missing_ok=True)
    except OSError:
        LOGGER.warning("cannot note the open report in %s", file)


def remembered() -> tuple[Path, str] | None:
    """The report that was open when this kernel stopped, and who filled it in."""
    file = _memory()
    try:
        values = json.loads(file.read_text(encoding="utf-8")) if file is not None else {}
        path = Path(values["path"])
    except (OSError, ValueError, KeyError):
        return None
    return (path, str(values.get("who", ""))) if path.is_file() else None


def _memory() -> Path | None:
    """A restarted kernel keeps its connection file, a new one gets its own."""
    from ipykernel import get_connection_file

    try:
        return Path(get_connection_file()).with_suffix(".form")
    except (RuntimeError, OSError):  # no kernel, or one of papermill's engine, which has no such file
        return None
