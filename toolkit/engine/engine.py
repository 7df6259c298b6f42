"""The papermill engine ``nianbao``: a notebook in, the same executed notebook out as stock papermill gives, sooner.

papermill's own client does the work. What differs is the kernel it talks to: a fresh process forked from one that has
everything imported, where stock papermill starts an interpreter (0.6 s) and five sockets. Notebooks of another kernel,
and machines without fork (Windows), take the stock way; that is said once.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Literal

from toolkit.engine.handover import handed_over
from toolkit.engine.shipped import shipped_parameters
from toolkit.engine.system import CAN_FORK

RunKind = Literal["worker", "forked", "stock"]
MEMORY_VARIABLE = "NIANBAO_MEMORY_MB"
MEMORY_LIMIT_MB = 2048


class NianbaoEngine:
    """``papermill --engine nianbao``; three more arguments than stock: ``memory_limit_mb``, ``environment``, ``known``."""

    @staticmethod
    def execute_notebook(
        nb: Any, kernel_name: str, memory_limit_mb: int | None = None, environment: Mapping[str, str] | None = None,
        known: bytes = b"", kinds: list[RunKind] | None = None, **kwargs: Any,
    ) -> Any:  # fmt: skip
        """Run the cells of the notebook: a shipped one in this process, others in a forked one, or as stock papermill does.

        Args:
            nb: the notebook; it is changed in place.
            kernel_name: the kernel the notebook asks for.
            memory_limit_mb: what its process may take (MB; 0 for no limit); ``NIANBAO_MEMORY_MB``, else 2048.
            environment: variables set for this run only.
            known: what the notebook need not find out for itself (``toolkit.engine.handover``).
            kinds: where the kind of the run is appended to.
            kwargs: as papermill's own engine takes them.
        """
        # papermill loads this module while it is itself being imported
        from papermill.engines import NBClientEngine

        from toolkit.engine.worker_run import NeedsKernel, WorkerEngine

        kinds = [] if kinds is None else kinds
        try:
            if _is_this_python(kernel_name) and (parameters := shipped_parameters(nb)) is not None:
                with environment_of(environment or {}), handed_over(known):
                    executed = WorkerEngine.execute_notebook(nb, kernel_name, parameters=parameters, **kwargs)
                kinds.append("worker")
                return executed
        except NeedsKernel:
            pass  # run again from the beginning, where its error has a traceback
        if reason := why_stock(kernel_name):
            _say_once(reason)
            kinds.append("stock")
            with environment_of(environment or {}):
                return NBClientEngine.execute_notebook(nb, kernel_name, **kwargs)
        from traitlets.config import Config

        from toolkit.engine.forked_client import ForkedKernelManager
        from toolkit.engine.forked_run import ForkedEngine

        kinds.append("forked")
        limit = int(os.environ.get(MEMORY_VARIABLE, MEMORY_LIMIT_MB)) if memory_limit_mb is None else memory_limit_mb
        given = {"memory_limit_mb": limit, "environment": dict(environment or {}), "known": known}
        config = Config({"ForkedKernelManager": given})
        return ForkedEngine.execute_notebook(nb, kernel_name, kernel_manager_class=ForkedKernelManager, config=config, **kwargs)

    @staticmethod
    def nb_kernel_name(nb: Any, name: str | None = None) -> Any:
        """As papermill's own engine."""
        from papermill.utils import nb_kernel_name

        return nb_kernel_name(nb, name)

    @staticmethod
    def nb_language(nb: Any, language: str | None = None) -> Any:
        """As papermill's own engine."""
        from papermill.utils import nb_language

        return nb_language(nb, language)


@contextmanager
def environment_of(variables: Mapping[str, str]) -> Iterator[None]:
    """Set variables for a kernel that inherits the environment of this process, and take them away again."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def why_stock(kernel_name: str) -> str:
    """Why this notebook cannot be forked, as a sentence; empty when it can."""
    if not CAN_FORK:
        return "本系统不支持快速引擎（fork），改用 papermill 自带的引擎，结果相同，速度较慢"
    if not _is_this_python(kernel_name):
        return f"笔记本的内核 {kernel_name} 不是本程序的 Python，改用 papermill 自带的引擎"
    return ""


@cache
def _is_this_python(kernel_name: str) -> bool:
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    try:
        command = KernelSpecManager().get_kernel_spec(kernel_name).argv
    except NoSuchKernel:
        return False  # stock papermill says so in its own words
    started = Path(command[0])
    same = started.name in ("python", "python3") if not started.is_absolute() else started == Path(sys.executable)
    return same and "ipykernel_launcher" in command


@cache
def _say_once(reason: str) -> None:
    logging.getLogger("papermill").warning(reason)
