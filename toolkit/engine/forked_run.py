"""papermill's own engine and client, with what takes long in them shortened where the result is the same.

In: a notebook and how to start its kernel. Out: as ``papermill.engines.NBClientEngine``. papermill loads the module of
our engine while it is itself being imported, so what inherits from papermill stands here.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, NotebookExecutionManager
from papermill.log import logger

from toolkit.sections.blocks import BLOCKS_MIME

_OTHERWISE_NAMED = ("input_path", "timeout", "startup_timeout")


class ForkedEngine(NBClientEngine):  # type: ignore[misc]
    """As papermill's engine, with the two classes below."""

    @classmethod
    def execute_notebook(
        cls, nb: Any, kernel_name: str, output_path: Any = None, progress_bar: Any = True, log_output: bool = False,
        autosave_cell_every: int = 30, **kwargs: Any,
    ) -> Any:  # fmt: skip
        """As ``papermill.engines.Engine.execute_notebook``."""
        manager = _Progress(nb, output_path, log_output, progress_bar, autosave_cell_every)
        manager.notebook_start()
        try:
            cls.execute_managed_notebook(manager, kernel_name, log_output=log_output, **kwargs)
        finally:
            manager.cleanup_pbar()
            manager.notebook_complete()
        return manager.nb

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: Any, kernel_name: str, log_output: bool = False, start_timeout: int = 60,
        execution_timeout: int | None = None, **kwargs: Any,
    ) -> Any:  # fmt: skip
        """As papermill's engine."""
        more = {name: value for name, value in kwargs.items() if name not in _OTHERWISE_NAMED}
        return _Run(
            nb_man, timeout=execution_timeout or kwargs.get("timeout"), startup_timeout=start_timeout,
            kernel_name=kernel_name, log=logger, log_output=log_output, **more,
        ).execute()  # fmt: skip


class _Progress(NotebookExecutionManager):  # type: ignore[misc]
    """papermill reads the start of a cell back from its text with a parser that knows every way to write a date."""

    def cell_complete(self, cell: Any, cell_index: int | None = None, **kwargs: Any) -> None:
        told = cell.metadata.papermill
        start = told.get("start_time")
        told["start_time"] = None
        super().cell_complete(cell, cell_index, **kwargs)
        told["start_time"] = start
        if start:
            told["duration"] = (datetime.fromisoformat(told["end_time"]) - datetime.fromisoformat(start)).total_seconds()


class _Run(PapermillNotebookClient):  # type: ignore[misc]
    """nbclient holds every output against nbformat's schema and wraps each cell of a table: not needed for ours."""

    def output(self, outs: list[Any], msg: dict[str, Any], display_id: str | None, cell_index: int) -> Any:
        content = msg["content"]
        hooked = self.clear_before_next_output or self.output_hook_stack.get(msg["parent_header"].get("msg_id"))
        if msg["msg_type"] != "execute_result" or BLOCKS_MIME not in content["data"] or display_id or hooked:
            return super().output(outs, msg, display_id, cell_index)
        result = NotebookNode(output_type="execute_result", metadata=NotebookNode(content["metadata"]), data=NotebookNode())
        dict.update(result.data, content["data"])
        result.execution_count = content["execution_count"]
        outs.append(result)
        return result
