"""The papermill engine ``nianbao``: the fork engine, prepared for notebooks that print reports.

In: a notebook with the parameters of a report. Out: the executed notebook. The shipped notebook calls this package only and
prints the same without a kernel, so it runs in the calling process.
"""

from __future__ import annotations

from toolkit.engine.engine import ForkEngine
from toolkit.engine.preload import Preload

ENGINE = "nianbao"  # its name in papermill
# Digest of the code cells of notebooks/annual_report.ipynb; a test holds it.
SHIPPED = frozenset({"113bd8a9f5c6abeae11776fde198fc2d0a46d7bbe09427050471b6b67b6543d7"})
# What a report's notebook imports, so that a forked kernel does not import it again.
NOTEBOOK_PRELOAD = Preload(
    ("toolkit.building.precomputed", "toolkit.sections.paper", "toolkit.sections.charts"),
    warm_up="toolkit.building.warm_up:warm_up_paper",
)


class ReportEngine(ForkEngine):
    """``papermill --engine nianbao``."""

    preload = NOTEBOOK_PRELOAD
    trusted = SHIPPED


def copy_kernels() -> None:
    """Copy the fork server of notebooks into a worker of a batch, from the template of ``toolkit.building.preloaded_kernels``."""
    from toolkit.engine.fork_server import copy_fork_server  # slow to import, and the process that runs the batch does without

    copy_fork_server(NOTEBOOK_PRELOAD)
