"""A shipped notebook that runs in the worker leaves no trace there: the state of the process is compared."""

from __future__ import annotations

import decimal
import gc
import locale
import os
import random
import sys
import threading
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest

from toolkit.building.run_report import run_report
from toolkit.core.settings import RunSettings

PROJECT = Path(__file__).resolve().parents[2]
SAMPLES = sorted((PROJECT / "params" / "2024" / "云溪县").glob("[!_]*.yaml"))
HTML = replace(RunSettings(), formats=("html",))


def state() -> dict[str, Any]:
    """What a notebook could leave behind in its process."""
    numpy_random = sys.modules.get("numpy.random")
    matplotlib = sys.modules.get("matplotlib")
    return {
        "environment": dict(os.environ),
        "folder": Path.cwd(),
        "modules": set(sys.modules),
        "path": list(sys.path),
        "warnings": list(warnings.filters),
        "locale": locale.setlocale(locale.LC_ALL),
        "decimal": repr(decimal.getcontext()),
        "random": random.getstate(),
        "numpy random": repr(numpy_random.get_state()) if numpy_random else "",
        "rcParams": dict(matplotlib.rcParams) if matplotlib else {},
        "open files": sorted(item.path for item in psutil.Process().open_files()),
        "threads": threading.active_count(),
        "standard streams": (sys.stdout, sys.stderr, sys.displayhook, sys.excepthook),
        "handed over": __import__("toolkit.engine.handover", fromlist=["handed"]).handed(),
    }


def build(times: int, folder: Path) -> None:
    for number in range(times):
        params = SAMPLES[number % len(SAMPLES)]
        result = run_report(params, folder / params.stem, HTML, force=True)
        assert (result.state, result.run) == ("finished", "worker"), result.message


def test_a_run_leaves_the_process_as_it_was(tmp_path: Path) -> None:
    build(len(SAMPLES), tmp_path)  # what is imported or made once for the life of a process
    before = state()
    build(len(SAMPLES), tmp_path)
    assert state() == before


@pytest.mark.sweep
@pytest.mark.timeout(3600)
def test_ten_thousand_runs_leave_the_process_as_it_was(tmp_path: Path) -> None:
    build(200, tmp_path)
    gc.collect()
    before, memory, objects = state(), psutil.Process().memory_info().rss, len(gc.get_objects())
    build(10_000, tmp_path)
    gc.collect()
    assert state() == before
    assert psutil.Process().memory_info().rss - memory < 64 << 20
    assert len(gc.get_objects()) - objects < 2_000
