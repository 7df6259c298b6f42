"""The lower bounds in pyproject.toml are true: with the lowest version of each package every command works.

``uv`` chooses and installs the lowest versions (``--resolution lowest-direct``) into an environment that goes with the test; it
needs the package index, so that machines without ``uv`` do without this test.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]


def uv(*arguments: str | Path) -> None:
    done = subprocess.run(["uv", *map(str, arguments)], cwd=PROJECT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]


@pytest.mark.sweep
@pytest.mark.needs_uv
@pytest.mark.timeout(1800)
def test_every_command_works_with_the_lowest_versions(tmp_path: Path) -> None:
    python = tmp_path / "lowest" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    uv("venv", "--quiet", "--python", sys.executable, tmp_path / "lowest")
    requirements = tmp_path / "lowest.txt"
    lowest = ("--resolution", "lowest-direct", "--extra", "all")
    uv("pip", "compile", "--quiet", *lowest, "--python", python, "--output-file", requirements, "pyproject.toml")
    uv("pip", "install", "--quiet", "--python", python, "--requirement", requirements)
    work = tmp_path / "work"
    work.mkdir()
    uv("pip", "install", "--quiet", "--python", python, "--no-deps", "--editable", ".")  # entry points of exporters and engine
    smoke = Path(__file__).with_name("smoke.py")
    done = subprocess.run([str(python), str(smoke), str(PROJECT / "params"), str(work)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
