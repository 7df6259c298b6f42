"""Type a command in the process of the tests, as a shell would run it: in a folder, with variables, until its exit code.

In: words. Out: exit code, standard output, standard error. To start Python and import the package takes half a second, which
most tests of commands need not wait for; those about the process itself start one.
"""

from __future__ import annotations

import gc
import io
import shutil
import signal
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

import pytest

from toolkit import cli

# as installed with this Python: beside it, or on Windows in Scripts
COMMAND = shutil.which("nianbao", path=sysconfig.get_path("scripts")) or "nianbao"


@dataclass(frozen=True)
class Ended:
    """What a command came to."""

    code: int
    out: str
    err: str


def type_command(*words: str | Path, at: Path, **variables: str) -> Ended:
    """Run ``nianbao`` with these words in the folder ``at``; ``variables`` are set in its environment only."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
    terminate, threshold = signal.getsignal(signal.SIGTERM), gc.get_threshold()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(at)
        for name, value in {"PWD": str(at), "COLUMNS": "200", **variables}.items():
            patch.setenv(name, value)
        for name, stream in (("stdout", out), ("stderr", err)):
            patch.setattr(sys, name, stream)
        patch.setattr(sys, "argv", ["nianbao", *map(str, words)])
        try:
            with pytest.raises(SystemExit) as ended:
                cli.main()
        finally:
            signal.signal(signal.SIGTERM, terminate)
            gc.set_threshold(*threshold)
    return Ended(int(ended.value.code or 0), _text(out), _text(err))


def _text(stream: io.TextIOWrapper) -> str:
    raw = stream.buffer
    assert isinstance(raw, io.BytesIO)
    return io.TextIOWrapper(io.BytesIO(raw.getvalue()), encoding="utf-8").read()  # line ends as a pipe's reader has them
