"""Build reports in this process and print what differs afterwards: ``python -m tests.engine.no_trace TIMES FOLDER``.

A program of its own, so that nothing which another test left behind counts.
"""

from __future__ import annotations

import decimal
import gc
import locale
import os
import random
import sys
import threading
import warnings
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil

from toolkit.core.settings import RunSettings
from toolkit.engine.imports import import_papermill
from toolkit.engine.preload import payload

SAMPLES = sorted((Path(__file__).resolve().parents[2] / "params" / "2024" / "云溪县").glob("[!_]*.yaml"))
HTML = replace(RunSettings(), formats=("html",))
MOST_BYTES, MOST_OBJECTS = 64 << 20, 2_000


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
        "payload": payload(),
    }


def build(times: int, samples: Sequence[Path], folder: Path) -> None:
    from toolkit.building.run_report import build

    for number in range(times):
        params = samples[number % len(samples)]
        result = build(params, folder / params.stem, HTML, force=True)
        if (result.state, result.run) != ("finished", "worker"):
            sys.exit(f"{params.stem}: {result.state} {result.run} {result.message}")


def main() -> None:
    times, folder = int(sys.argv[1]), Path(sys.argv[2])
    import_papermill()
    samples = SAMPLES[:times]
    build(2 * len(samples), samples, folder)  # what is imported or made once for the life of a process
    gc.collect()
    before, memory, objects = state(), psutil.Process().memory_info().rss, len(gc.get_objects())
    build(times, samples, folder)
    gc.collect()
    after = state()
    differences = [name for name in before if before[name] != after[name]]
    if psutil.Process().memory_info().rss - memory > MOST_BYTES:
        differences.append("memory")
    if len(gc.get_objects()) - objects > MOST_OBJECTS:
        differences.append("objects")
    print(differences)


if __name__ == "__main__":
    main()
