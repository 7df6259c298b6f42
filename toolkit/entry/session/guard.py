"""Keep accidents away from the clerk: a callback that fails ends in a Chinese sentence and a line in the log.

The log lies beside other settings of this user (``platformdirs``), never in the notebook.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

from platformdirs import user_log_path

from toolkit.core.errors import NianbaoError
from toolkit.entry.session.office_words import ACCIDENT, sentences_of

LOGGER = logging.getLogger("toolkit.entry")
_LOG_BYTES = 1_000_000


def guarded(tell: Callable[[str], None]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """A decorator: what a callback raises is told in one sentence, the rest of the story goes to the log."""

    def wrap(callback: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(callback)
        def call(*arguments: Any, **named: Any) -> None:
            try:
                callback(*arguments, **named)
            except NianbaoError as error:
                LOGGER.warning("%s", error)
                tell("；".join(sentences_of(error)))
            except Exception:
                LOGGER.exception("in %s", getattr(callback, "__qualname__", callback))
                tell(ACCIDENT)

        return call

    return wrap


def log_file() -> Path:
    """Where the log lies; the folder is made."""
    return user_log_path("nianbao", appauthor=False, ensure_exists=True) / "form.log"


def start_log() -> None:
    """Write the form's log to its file, once; where that cannot be written there is no log, and the form still works."""
    if any(isinstance(handler, RotatingFileHandler) for handler in LOGGER.handlers):
        return
    LOGGER.propagate = False  # a kernel prints what propagates into the notebook, in front of the clerk
    try:
        handler = RotatingFileHandler(log_file(), maxBytes=_LOG_BYTES, backupCount=2, encoding="utf-8", delay=True)
    except OSError:
        LOGGER.addHandler(logging.NullHandler())
        return
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    LOGGER.addHandler(handler)
