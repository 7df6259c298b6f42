"""Shield the clerk from exceptions: a failing callback ends in a Chinese sentence and an entry in the log.

The log is that of ``toolkit.core.logs``, never the notebook. After an upgrade the modules that are imported late do not fit
those that are loaded: then the sentence says to open the form again.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from typing import Any

from toolkit.core.errors import NianbaoError
from toolkit.core.shipped import program_stamp
from toolkit.entry.session.office_words import ACCIDENT, UPGRADED, sentences_of

_AT_START = program_stamp()
LOGGER = logging.getLogger("toolkit.entry")  # its handler is that of "toolkit"


def guarded(tell: Callable[[str], None]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """A decorator that reports an exception of a callback in one sentence, and writes its traceback to the log."""

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
                tell(ACCIDENT if program_stamp() == _AT_START else UPGRADED)

        return call

    return wrap
