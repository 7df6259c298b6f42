"""Bring form and register into JupyterLab: what the notebooks' cells call, and how ``nianbao lab`` starts.

``open_paper`` is imported when a cell asks for it: the server of JupyterLab imports ``toolkit.jupyter.lab`` for its settings
and needs none of the rules, sections and widgets behind a cell.

Tests by another name:
    health: tests/test_installation.py
    form_of_report, opening: tests/jupyter/test_form_notebook.py
    preload, server: tests/jupyter/test_lab.py
    register_notebook: tests/entry/test_register_screen.py
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from toolkit.jupyter.opening import open_paper

__all__ = ["open_paper"]


def __getattr__(name: str) -> Any:
    if name == "open_paper":
        from toolkit.jupyter.opening import open_paper

        return open_paper
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
