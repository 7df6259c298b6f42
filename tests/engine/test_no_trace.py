"""A shipped notebook that runs in the worker leaves no trace there: the state of the process is compared."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]


def differences(times: int, folder: Path) -> str:
    command = [sys.executable, "-m", "tests.engine.no_trace", str(times), str(folder)]
    ended = subprocess.run(command, cwd=PROJECT, capture_output=True, check=False)
    assert ended.returncode == 0, ended.stderr.decode("utf-8", "replace")
    return ended.stdout.decode("utf-8").strip()


def test_a_run_leaves_the_process_as_it_was(tmp_path: Path) -> None:
    assert differences(5, tmp_path) == "[]"


@pytest.mark.sweep
@pytest.mark.timeout(3600)
def test_ten_thousand_runs_leave_the_process_as_it_was(tmp_path: Path) -> None:
    assert differences(10_000, tmp_path) == "[]"
