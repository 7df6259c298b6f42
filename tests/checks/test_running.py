"""Many files: the same findings in the same order from several processes, also when some of them are killed."""

from __future__ import annotations

import gc
import shutil
import subprocess
import sys
import threading
import time
from multiprocessing import active_children
from pathlib import Path

import pytest

from tests.building.interrupting import LISTEN, OWN_CONSOLE, PRESS
from toolkit.checks import running as many_files
from toolkit.checks.presenting import to_json
from toolkit.checks.running import check_files
from toolkit.report.neighbours import params_files

PARAMS = Path(__file__).parent.parent.parent / "params"


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Four folders of one county, all alike but for one file that cannot be read."""
    for number in range(4):
        shutil.copytree(PARAMS / "2024" / "云溪县", tmp_path / "2024" / f"云溪县{number}")
    (tmp_path / "2024" / "云溪县2" / "青禾镇.yaml").write_text("year: 甲", "utf-8")
    monkeypatch.setattr(many_files, "WORTH_A_PROCESS", 10)
    return list(params_files([tmp_path]))


def test_several_processes_find_the_same_in_the_same_order(files: list[Path]) -> None:
    alone, together = list(check_files(files)), list(check_files(files, jobs=2))
    assert [item.file for item in together] == [item.file for item in alone] == files
    assert to_json(together) == to_json(alone)
    assert [str(item.problem) for item in together] == [str(item.problem) for item in alone]
    assert [item.title for item in together] == [item.title for item in alone]


@pytest.mark.parametrize("expected", [2, pytest.param(1, marks=pytest.mark.sweep)])
def test_what_a_killed_process_had_is_checked_all_the_same(files: list[Path], expected: int) -> None:
    killed: list[int] = []

    def kill() -> None:
        end = time.monotonic() + 60
        while len(living := active_children()) < expected and time.monotonic() < end:  # one death ends the others as well
            time.sleep(0.01)
        for process in living[:expected]:
            process.kill()
            killed.append(process.pid)

    thread = threading.Thread(target=kill)
    thread.start()
    together = list(check_files(files, jobs=2))
    thread.join()
    assert len(killed) == expected
    assert to_json(together) == to_json(list(check_files(files)))


def test_a_caller_that_stops_early_leaves_no_process_behind(files: list[Path]) -> None:
    checking = check_files(files, jobs=2)
    next(checking)
    del checking
    gc.collect()
    assert not active_children()


CTRL_C = f"""{LISTEN}{PRESS}
import sys, threading
from pathlib import Path
from toolkit.checks import running as many_files

many_files.WORTH_A_PROCESS = 10
stopped, files = threading.Event(), list(map(Path, sys.argv[1:]))
signal.signal(signal.SIGINT, lambda *_: None)  # heard, and gone on
pressing = threading.Thread(target=press_until, args=(stopped,), daemon=True)
pressing.start()
print(len(list(many_files.check_files(files, jobs=2))))
end(pressing, stopped)
"""


def test_ctrl_c_reaches_the_caller_from_the_first_moment_on(files: list[Path]) -> None:
    command = [sys.executable, "-c", CTRL_C, *map(str, files)]
    ended = subprocess.run(command, capture_output=True, text=True, start_new_session=True, creationflags=OWN_CONSOLE)
    assert (ended.stderr, ended.stdout) == ("", f"{len(files)}\n")


def test_a_file_named_twice_is_checked_once(files: list[Path]) -> None:
    assert [item.file for item in check_files([*files, *files])] == files
