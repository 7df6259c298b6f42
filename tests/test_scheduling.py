"""The order of the tests, and a worker that ends in the middle of one: the run fails, and the other tests are run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.scheduling import split_into_shares

FILES = [("a", 4), ("b", 1), ("browser/c", 3), ("test_cli", 1), ("browser/e", 2), ("f", 5), ("browser/g", 1)]
TESTS = [f"tests/{file}.py::test_{at}" for file, count in FILES for at in range(count)]


def test_files_are_given_out_whole_the_browser_in_two_lots_and_the_longest_first() -> None:
    shares = split_into_shares(TESTS)
    files = [list(dict.fromkeys(TESTS[at].split("/", 1)[1].split(".")[0] for at in share)) for share in shares]
    assert files == [["browser/c", "browser/g"], ["browser/e"], ["test_cli"], ["f"], ["a"], ["b"]]
    assert sorted(at for share in shares for at in share) == list(range(len(TESTS)))


CONFTEST = """
import sys; sys.path.insert(0, {project!r})
import pytest
from tests.workers import ForkedWorkers
def pytest_configure(config):
    config.option.dist = "no"
    config.pluginmanager.register(ForkedWorkers(config, 2))
"""
TEST_FILE = """
import os
import warnings
import pytest
@pytest.fixture(scope="module")
def made():
    yield [os.getpid()]
    assert {end!r} == "pass"
def test_first(made, tmp_path):
    print("what " + "test_first printed")
    warnings.warn("what test_first warns of", type("OwnWarning", (Warning,), {{}}))
    {end}
def test_last(made, tmp_path):
    assert made == [os.getpid()]
"""


@pytest.mark.posix_only
def test_a_test_that_ends_its_process_fails_the_run(tmp_path: Path, project: Path) -> None:
    (tmp_path / "conftest.py").write_text(CONFTEST.format(project=str(project)), encoding="utf-8")
    for name, end in {"a": "pass", "b": "os._exit(3)", "c": "pass", "d": "assert 0", "e": "pass"}.items():
        (tmp_path / f"test_{name}.py").write_text(TEST_FILE.format(end=end), encoding="utf-8")
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--rootdir", ".", "."],
        cwd=tmp_path, capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip
    assert ended.returncode == 1, ended.stdout + ended.stderr
    assert "2 failed, 8 passed, 4 warnings, 2 errors" in ended.stdout  # what the module made is taken down, and says so
    assert "test_b.py::test_first" in ended.stdout
    assert ended.stdout.count("what test_first printed") == 1


SLOW_FILE = """
import pathlib
import time
import pytest
@pytest.fixture
def server():
    yield
    pathlib.Path("server ended").touch()
def test_slow(server):
    pathlib.Path("server started").touch()
    time.sleep(0.3)
"""
FAILING_FILE = """
import pathlib
import time
def test_failing():
    while not pathlib.Path("server started").exists():
        time.sleep(0.01)
    assert 0
"""


@pytest.mark.posix_only
def test_fixtures_of_all_workers_are_torn_down_at_the_first_failure(tmp_path: Path, project: Path) -> None:
    (tmp_path / "conftest.py").write_text(CONFTEST.format(project=str(project)), encoding="utf-8")
    (tmp_path / "test_a.py").write_text(SLOW_FILE, encoding="utf-8")
    (tmp_path / "test_b.py").write_text(FAILING_FILE, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--rootdir", ".", "."]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, encoding="utf-8")
    assert ended.returncode == 1, ended.stdout + ended.stderr
    assert (tmp_path / "server ended").exists()
