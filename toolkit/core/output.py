"""Print so that everything arrives: in a terminal, a pipe, a file, for a person or for a program.

In: standard output as the system opened it. Out: streams that end no command over a character that the system's encoding
lacks, which on a Chinese Windows is GBK. What a program reads is always UTF-8.
"""

from __future__ import annotations

import codecs
import csv
import io
import os
import stat
import sys
from collections.abc import Iterable
from contextlib import suppress

NEAREST_SIGNS = "nianbao-nearest-signs"  # an error handler for ``open`` and ``reconfigure``
_SIGNS = {"✗": "×", "✓": "√", "▶": "→", "−": "－", "•": "·", "\u00a0": " ", "\u200b": "", "⚠": "！"}
_UTF8_MARK = "utf-8-sig"


def prepare_output() -> None:
    """Make standard output and error ready for a command of this package."""
    codecs.register_error(NEAREST_SIGNS, _nearest)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # not when there is no terminal at all
            # what cannot be written is an error of the command that prints it, also where the output is a file or a pipe
            stream.reconfigure(encoding=_encoding_of_file(stream), errors=NEAREST_SIGNS, line_buffering=True)


def discard_output() -> None:
    """Discard what standard output still holds after an error of writing: Python would try to write it again at exit."""
    with suppress(OSError, ValueError):  # no file stands behind the output of a test
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def print_utf8(text: str) -> None:
    """Print output for programs: always UTF-8, ``\\\\udc80`` for a byte of no encoding."""
    data = f"{text}\n".encode("utf-8", "backslashreplace")
    sys.stdout.flush()
    buffer = getattr(sys.stdout, "buffer", None)
    if buffer is None:  # a stream of text only
        sys.stdout.write(data.decode("utf-8"))
    else:
        buffer.write(data)
        buffer.flush()


def csv_bytes(rows: Iterable[Iterable[object]]) -> bytes:
    """A table as CSV that Excel opens: UTF-8 with a mark, CRLF."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def _encoding_of_file(stream: io.TextIOWrapper) -> str | None:
    """UTF-8 for a file on Windows, marked at its beginning so that Notepad and Excel know it; ``None`` to change nothing."""
    if os.name != "nt" or sys.flags.utf8_mode or os.environ.get("PYTHONIOENCODING"):
        return None
    try:
        facts = os.fstat(stream.fileno())
    except (OSError, ValueError):
        return None
    if not stat.S_ISREG(facts.st_mode):
        return None
    return "utf-8" if facts.st_size else _UTF8_MARK


def _nearest(error: UnicodeError) -> tuple[str | bytes, int]:
    """The nearest sign that the encoding has, or the number of the character."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    out = []
    for character in error.object[error.start : error.end]:
        sign = _SIGNS.get(character)
        try:
            if sign is None:
                raise error
            sign.encode(error.encoding)
        except UnicodeEncodeError:
            sign = character.encode("ascii", "backslashreplace").decode("ascii")
        out.append(sign)
    return "".join(out), error.end
