"""A process that is killed between any two steps leaves work to do again, and nothing lost or doubled."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.posix_only  # the process that is killed is forked

SOME = 19  # every nineteenth step when somebody waits for the tests

KINDS = pytest.mark.parametrize(("what", "at_least"), [("collect", 50), ("send", 12)])


def check(folder: Path, project: Path, what: str, at_least: int, stride: int) -> None:
    memory = Path("/dev/shm")  # where a hundred times waiting for a disk costs nothing
    folder = Path(tempfile.mkdtemp(dir=memory if memory.is_dir() else folder))
    command = [sys.executable, "-m", "tests.dispatch.killing", what, str(folder), str(stride)]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, encoding="utf-8", timeout=230)
    shutil.rmtree(folder)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["wrong"] == []
    assert found["steps"] >= at_least


@KINDS
def test_killed_at_some_steps_it_ends_as_if_it_had_not_been(tmp_path: Path, project: Path, what: str, at_least: int) -> None:
    check(tmp_path, project, what, at_least, SOME)


@pytest.mark.sweep
@KINDS
def test_killed_at_every_step_it_ends_as_if_it_had_not_been(tmp_path: Path, project: Path, what: str, at_least: int) -> None:
    check(tmp_path, project, what, at_least, 1)
