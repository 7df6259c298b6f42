"""Execute notebooks in pre-forked kernels. The output equals stock papermill's; start-up is about a hundred times faster.

papermill's own client does the work. It talks to a process forked from one that has everything imported, where stock
papermill starts an interpreter (0.6 s) and five sockets. Notebooks of another kernel, and machines without fork (Windows),
run as in stock papermill; a warning says so once.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, Literal

from toolkit.engine.imports import quiet_about_home
from toolkit.engine.preload import CAN_FORK, CannotFork, Preload, payload_of
from toolkit.engine.trusted import trusted_parameters

RunKind = Literal["worker", "forked", "stock"]
MEMORY_LIMIT_MB = 2048
# ipykernel logs in English at each start (TCP without encryption) and at times when it is stopped (an interrupt)
_QUIET = ("--IPKernelApp.log_level=CRITICAL",)
_failures: dict[Preload, str] = {}  # why no kernel can be forked with it, as a sentence


class ForkEngine:
    """An engine for papermill's registry; a subclass says what its notebooks need.

    ``preload`` is imported before kernels are forked. ``trusted`` are digests of notebooks (``toolkit.engine.trusted``) that
    need no kernel: they run in the process that calls papermill.
    """

    preload: ClassVar[Preload] = Preload()
    trusted: ClassVar[frozenset[str]] = frozenset()

    @classmethod
    def execute_notebook(
        cls, nb: Any, kernel_name: str, memory_limit_mb: int = MEMORY_LIMIT_MB, environment: Mapping[str, str] | None = None,
        payload: bytes = b"", kinds: list[RunKind] | None = None, injected: Mapping[str, Any] | None = None, **kwargs: Any,
    ) -> Any:  # fmt: skip
        """Run the cells of the notebook.

        Args:
            nb: the notebook; it is changed in place.
            kernel_name: the kernel the notebook asks for.
            memory_limit_mb: memory limit of its process (MB; 0 for no limit).
            environment: variables set for this run only.
            payload: bytes for the notebook's process (``toolkit.engine.preload``).
            kinds: the kind of the run is appended here.
            injected: the values that papermill has injected, by the source of their cell.
            kwargs: as papermill's own engine takes them.
        """
        environment, kinds = environment or {}, [] if kinds is None else kinds
        if (executed := cls._run_in_process(nb, kernel_name, environment, payload, injected or {}, kwargs)) is not None:
            kinds.append("worker")
            return executed
        traits = {"memory_limit_mb": memory_limit_mb, "environment": dict(environment), "payload": payload}
        if (executed := cls._run_forked(nb, kernel_name, traits, kwargs)) is not None:
            kinds.append("forked")
            return executed
        # here: papermill loads this module while it is itself being imported
        from papermill.engines import NBClientEngine

        kinds.append("stock")
        if _is_this_python(kernel_name):
            kwargs.setdefault("extra_arguments", list(_QUIET))
        with environment_of(environment):
            return NBClientEngine.execute_notebook(nb, kernel_name, **kwargs)

    @classmethod
    def _run_in_process(
        cls, nb: Any, kernel_name: str, environment: Mapping[str, str], payload: bytes, injected: Mapping[str, Any],
        more: Mapping[str, Any],
    ) -> Any:  # fmt: skip
        """Run a trusted notebook; ``None`` when it needs a kernel, which gives errors a traceback."""
        from toolkit.engine.in_process import NeedsKernel, WorkerEngine

        if not _is_this_python(kernel_name) or (parameters := trusted_parameters(nb, cls.trusted, injected)) is None:
            return None
        try:
            with environment_of(environment), payload_of(payload):
                return WorkerEngine.execute_notebook(nb, kernel_name, parameters=parameters, **more)
        except NeedsKernel:
            return None

    @classmethod
    def _run_forked(cls, nb: Any, kernel_name: str, traits: Mapping[str, Any], more: Mapping[str, Any]) -> Any:
        """Run a notebook in a forked kernel; ``None`` when none can be forked, and a warning says why."""
        if reason := why_stock(kernel_name) or _failures.get(cls.preload, ""):
            _warn_once(reason)
            return None
        from traitlets.config import Config

        from toolkit.engine.forked_client import ForkedKernelManager
        from toolkit.engine.forked_run import ForkedEngine

        config = Config({"ForkedKernelManager": {"preload": cls.preload, **traits}})
        try:
            return ForkedEngine.execute_notebook(nb, kernel_name, kernel_manager_class=ForkedKernelManager, config=config, **more)
        except CannotFork:  # before the first cell
            _failures[cls.preload] = (
                "快速引擎启动不了（ipykernel 的版本可能未经验证），改用 papermill 自带的引擎，结果相同，速度较慢"
            )
            return cls._run_forked(nb, kernel_name, traits, more)

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
    """Set variables for a kernel that inherits the environment of this process; restore them afterwards."""
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
    """Why this notebook cannot run in a forked kernel, as a sentence; empty when it can."""
    if not CAN_FORK:
        return "本系统不支持快速引擎（fork），改用 papermill 自带的引擎，结果相同，速度较慢"
    if not _is_this_python(kernel_name):
        return f"笔记本的内核 {kernel_name} 不是本程序的 Python，改用 papermill 自带的引擎"
    return ""


@cache
def _is_this_python(kernel_name: str) -> bool:
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel
    from jupyter_core.paths import jupyter_path

    # Jupyter's own folders come first; for the name of IPython's, which comes last, IPython is imported (50 ms)
    manager = KernelSpecManager(kernel_dirs=jupyter_path("kernels"), ensure_native_kernel=False)
    try:
        with quiet_about_home():
            if kernel_name not in manager.find_kernel_specs():
                manager = KernelSpecManager()
            command = manager.get_kernel_spec(kernel_name).argv
    except NoSuchKernel:
        return False  # stock papermill reports it
    program = Path(command[0])
    same = program.name in ("python", "python3") if not program.is_absolute() else program == Path(sys.executable)
    return same and "ipykernel_launcher" in command


@cache
def _warn_once(reason: str) -> None:
    logging.getLogger("papermill").warning(reason)
