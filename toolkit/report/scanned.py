"""Keep beside a params file what was recognised on a scan and waits for a person (待确认): ``.松石镇.scan.json``.

In: cells with what the recogniser took them for and their cut-outs. Out: a file, and the cells back. It is no part of the report:
without it nothing is left to confirm, and it is gone when everything was confirmed.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from toolkit.core.files import remove_file, save_bytes

_VERSION = 1
_LARGEST = 20_000_000  # bytes; a whole report of cut-outs has about half a million


@dataclass(frozen=True, slots=True)
class ScannedCell:
    """``seen``: what the recogniser read; ``picture``: the cut-out (PNG); ``certain``: its figure is in the report."""

    seen: str
    picture: bytes
    certain: bool


def scanned_path(params: Path) -> Path:
    """Where the cells of a params file are kept."""
    return params.with_name(f".{params.stem}.scan.json")


def read_scanned(params: Path) -> dict[str, ScannedCell]:
    """The cells that wait, by address; none when there is no such file, or it cannot be read."""
    path = scanned_path(params)
    with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
        if path.stat().st_size <= _LARGEST:
            values: Any = json.loads(path.read_text(encoding="utf-8"))
            return {str(name): _cell(item) for name, item in values["cells"].items()}
    return {}


def _cell(item: Any) -> ScannedCell:
    return ScannedCell(str(item["seen"]), base64.b64decode(item["picture"]), bool(item["certain"]))


def keep_scanned(params: Path, cells: Mapping[str, ScannedCell]) -> None:
    """Write the cells that wait; the file goes when there are none.

    Raises:
        CannotWrite: no permission, disk full.
    """
    if not cells:
        remove_file(scanned_path(params))
        return
    values = {
        name: {"seen": cell.seen, "picture": base64.b64encode(cell.picture).decode("ascii"), "certain": cell.certain}
        for name, cell in cells.items()
    }
    save_bytes(scanned_path(params), json.dumps({"version": _VERSION, "cells": values}, ensure_ascii=False).encode("utf-8"))
