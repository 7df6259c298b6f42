"""Import libraries without what takes long in them and nobody needs here."""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any

from toolkit.core.machine import provide_ipython_folder, repair_environment

PLOTS = {"MPLBACKEND": "module://matplotlib_inline.backend_inline"}  # as ipykernel, unless the person has chosen


def prepare_environment() -> None:
    """What libraries read while they are imported."""
    repair_environment()
    provide_ipython_folder()
    os.environ.update({**PLOTS, "PYDEVD_DISABLE_FILE_VALIDATION": "1", **os.environ})


def import_jsonschema() -> None:
    """Import jsonschema without the grammar of IRIs that it looks for: it takes a second, and no notebook is checked with it."""
    import_without("jsonschema", "rfc3987_syntax")


def import_papermill() -> None:
    """Import papermill without its own access to Amazon's store: it takes 0.3 s, and addresses are opened by fsspec."""
    import_jsonschema()
    import_without("papermill.iorw", "boto3")


def import_without(name: str, part: str) -> None:
    """Import a module that looks for another and does without when there is none; a cell may still import that."""
    if part in sys.modules:
        return
    modules: dict[str, Any] = sys.modules
    modules[part] = None
    try:
        importlib.import_module(name)
    finally:
        del modules[part]
