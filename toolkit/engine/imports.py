"""Import libraries without those of their optional parts that are slow to import and not used here."""

from __future__ import annotations

import importlib
import os
import sys
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from toolkit.core.machine import provide_ipython_folder, repair_environment

# what jsonschema looks for to check formats of text, the slowest first
_FORMATS = (
    "rfc3987_syntax", "rfc3986_validator", "rfc3339_validator", "isoduration", "webcolors", "fqdn", "idna", "jsonpointer",
    "uri_template",
)  # fmt: skip
PLOTS = {"MPLBACKEND": "module://matplotlib_inline.backend_inline"}  # as ipykernel, unless the user has chosen


def prepare_environment() -> None:
    """Set the variables that libraries read while they are imported."""
    repair_environment()
    provide_ipython_folder()
    os.environ.update({**PLOTS, "PYDEVD_DISABLE_FILE_VALIDATION": "1", **os.environ})


@contextmanager
def quiet_about_home() -> Iterator[None]:
    """Without IPython's warning that there is no home to write to: accounts for batches have no home and need none."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "IPython (dir|parent) ", UserWarning)
        yield


def import_jsonschema() -> None:
    """Import jsonschema without its optional IRI grammar, whose import takes a second; notebooks do not need it."""
    import_without("jsonschema", _FORMATS[0])


def import_papermill() -> None:
    """Import papermill without boto3 (0.3 s), without formats that no notebook has, and requests when it is used.

    Addresses are opened by fsspec, so that neither boto3 nor requests is.
    """
    import_without("jsonschema", *_FORMATS)
    import_without("papermill.iorw", "boto3", later=("requests",))


def import_without(name: str, *parts: str, later: Iterable[str] = ()) -> None:
    """Import a module while ``parts``, which it imports optionally, are hidden; a cell may still import them.

    Of the modules ``later`` it gets stand-ins, which import them when an attribute is read.
    """
    stand_ins = {**dict.fromkeys(parts), **{part: _StandIn(part) for part in later}}
    hidden = {part: stand_in for part, stand_in in stand_ins.items() if part not in sys.modules}
    modules: dict[str, Any] = sys.modules
    modules.update(hidden)
    try:
        importlib.import_module(name)
    finally:
        for part in hidden:
            del modules[part]


class _StandIn(ModuleType):
    """A module that is not imported yet."""

    def __getattr__(self, name: str) -> Any:
        return getattr(importlib.import_module(self.__name__), name)
