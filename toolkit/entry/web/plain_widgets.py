"""The widgets of form and start screen: those of ``ipywidgets`` and ``anywidget``, each of which costs one message.

They have no layout and no style, which would be widgets too: the style sheets say how they look. The page gets a widget
when another widget shows it; the changes before that cost no message.
"""

from __future__ import annotations

from typing import Any

import anywidget
import ipywidgets
import traitlets

from toolkit.entry.web.bundle import script

LOADER = script("loader.js")


def module_of(name: str) -> traitlets.Unicode[str, str | bytes]:
    """The module of JavaScript that ``LOADER`` loads for a widget, as the widget's trait ``module``."""
    return traitlets.Unicode(script(name)).tag(sync=True)


class _Plain(ipywidgets.DOMWidget):  # type: ignore[misc]  # a library without types
    layout = style = None

    def open(self) -> None:
        """Wait for ``model_id``, by which another widget shows this one."""

    @property
    def model_id(self) -> str:
        super().open()
        return str(self.comm.comm_id)


class AnyWidget(_Plain, anywidget.AnyWidget):
    """A widget with a ``module`` of JavaScript."""

    _esm = LOADER


def _plain(kind: Any) -> Any:
    return type(kind.__name__, (_Plain, kind), {})


Box, HBox, VBox, HTML = map(_plain, (ipywidgets.Box, ipywidgets.HBox, ipywidgets.VBox, ipywidgets.HTML))
Button, Checkbox, FileUpload = map(_plain, (ipywidgets.Button, ipywidgets.Checkbox, ipywidgets.FileUpload))
Combobox, Dropdown, Select = map(_plain, (ipywidgets.Combobox, ipywidgets.Dropdown, ipywidgets.Select))
Text, Textarea = map(_plain, (ipywidgets.Text, ipywidgets.Textarea))


def show(widget: Any, shown: bool) -> None:
    """Show or hide a widget."""
    (widget.remove_class if shown else widget.add_class)("nb-hidden")
