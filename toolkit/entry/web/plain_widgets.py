"""The widgets of ``ipywidgets`` and ``anywidget`` as form and start screen need them, with a third of the messages.

They have no layout and no style, which are widgets too: the style sheets say how they look. And the page gets a widget when
another one shows it, with all that it was given until then, not when it is made, with a message for each change since.
"""

from __future__ import annotations

from typing import Any

import anywidget
import ipywidgets


class _Plain(ipywidgets.DOMWidget):  # type: ignore[misc]  # a library without types
    layout = style = None

    def open(self) -> None:
        """Wait for ``model_id``, by which another widget shows this one."""

    @property
    def model_id(self) -> str:
        super().open()
        return str(self.comm.comm_id)


class AnyWidget(_Plain, anywidget.AnyWidget):
    """A widget with a module of JavaScript."""


def _plain(kind: Any) -> Any:
    return type(kind.__name__, (_Plain, kind), {})


Box, HBox, VBox, HTML = map(_plain, (ipywidgets.Box, ipywidgets.HBox, ipywidgets.VBox, ipywidgets.HTML))
Button, Checkbox, FileUpload = map(_plain, (ipywidgets.Button, ipywidgets.Checkbox, ipywidgets.FileUpload))
Combobox, Dropdown, Select = map(_plain, (ipywidgets.Combobox, ipywidgets.Dropdown, ipywidgets.Select))
Text, Textarea = map(_plain, (ipywidgets.Text, ipywidgets.Textarea))


def show(widget: Any, shown: bool) -> None:
    """Show or hide a widget."""
    (widget.remove_class if shown else widget.add_class)("nb-hidden")
