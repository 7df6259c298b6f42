"""Write unexpected errors and warnings to a log file of the user (运行日志), never to the screen of a clerk."""

from __future__ import annotations

import logging
import os
import tempfile
from functools import cache
from logging.handlers import RotatingFileHandler
from pathlib import Path

from platformdirs import user_log_path

from toolkit.core.write_failures import fault_of_the_machine

LOG_FOLDER_VARIABLE = "NIANBAO_LOG_FOLDER"  # for servers, which keep logs in another folder
LOG_BYTES = 1_000_000
_LOGGER = logging.getLogger("toolkit")


def log_file() -> Path:
    folder = os.environ.get(LOG_FOLDER_VARIABLE)
    return (Path(folder) if folder else user_log_path("nianbao", appauthor=False)) / "nianbao.log"


def log_unexpected_error(what: str) -> Path | None:
    """Write the exception being handled to the log; ``what`` names the file or command.

    Returns:
        The log, for the sentence the clerk reads; ``None`` when it cannot be written.
    """
    start_log()
    _LOGGER.exception("%s", what)
    return log_file() if any(isinstance(handler, RotatingFileHandler) for handler in _LOGGER.handlers) else None


def unexpected_sentence(error: BaseException, log: Path | None) -> str:
    """The sentence about an unexpected error: the fault of the machine, or that the program failed.

    Args:
        log: where ``log_unexpected_error`` wrote it.
    """
    sentence = fault_of_the_machine(error)
    return sentence or f"程序出错（{type(error).__name__}）" + (f"，详情已记入 {log}" if log else "")


@cache
def log_warning_once(text: str) -> None:
    """Write a warning to the log; the same text once per process."""
    start_log()
    _LOGGER.warning("%s", text)


def start_log() -> None:
    """Write the loggers of this package to the log file; without a place for it, to nothing."""
    if _LOGGER.handlers:
        return
    _LOGGER.propagate = False  # else Python prints it on the screen
    path = log_file()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=path.parent).close()  # the handler opens its file late, and would complain then
        handler: logging.Handler = RotatingFileHandler(
            path, maxBytes=LOG_BYTES, backupCount=2, encoding="utf-8", errors="backslashreplace", delay=True
        )
    except OSError:
        handler = logging.NullHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    _LOGGER.addHandler(handler)
