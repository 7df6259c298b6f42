"""Files of lines that only grow (ledgers, journals, logs for programs): a kill or a power cut loses no line and joins no two.

In: whole lines. Out: the lines on disk. A line that a kill cut short is ended by the next one, so that its reader can tell it
from a good one. One process at a time appends to a file.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


def append_lines(path: Path, lines: bytes, *, sync: bool = True) -> int:
    """Append lines, each with its line end.

    Args:
        path: the file; it is made when it is missing.
        lines: one or more lines.
        sync: return when the lines would survive a power cut.

    Returns:
        The size of the file in bytes.

    Raises:
        OSError: no folder, no permission, disk full. The file is as long as before.
    """
    is_new = not path.exists()
    with path.open("a+b", buffering=0) as file:
        length = file.seek(0, os.SEEK_END)
        if length:
            file.seek(length - 1)
            lines = lines if file.read(1) == b"\n" else b"\n" + lines
        try:
            while lines:
                lines = lines[file.write(lines) :]
            if sync:
                os.fsync(file.fileno())
        except OSError:
            with suppress(OSError):  # if this fails too, the line stays torn
                file.truncate(length)
            raise
        size = file.tell()
    if sync and is_new:
        sync_folder(path.parent)
    return size


def sync_folder(folder: Path) -> None:
    """Make new names in a folder survive a power cut; Windows has no call for it and needs none."""
    if os.name != "posix":
        return
    with suppress(OSError):  # a network drive may refuse
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
