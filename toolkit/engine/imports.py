"""Import libraries without those of their optional parts that are slow to import and not used here."""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any

from toolkit.core.machine import provide_ipython_folder, repair_environment

PLOTS = {"MPLBACKEND": "module://matplotlib_inline.backend_inline"}  # as ipykernel, unless the user has chosen


def prepare_environment() -> None:
    """Set the variables that libraries read while they are imported."""
    repair_environment()
    provide_ipython_folder()
    os.environ.update({**PLOTS, "PYDEVD_DISABLE_FILE_VALIDATION": "1", **os.environ})


def import_jsonschema() -> None:
    """Import jsonschema without its optional IRI grammar, whose import takes a second; notebooks do not need it."""
    import_without("jsonschema", "rfc3987_syntax")


def import_papermill() -> None:
    """Import papermill without boto3 (0.3 s): addresses are opened by fsspec."""
    import_jsonschema()
    import_without("papermill.iorw", "boto3")


def import_without(name: str, part: str) -> None:
    """Import a module while ``part``, which it imports optionally, is hidden; a cell may still import ``part``."""
    if part in sys.modules:
        return
    modules: dict[str, Any] = sys.modules
    modules[part] = None
    try:
        importlib.import_module(name)
    finally:
        del modules[part]
