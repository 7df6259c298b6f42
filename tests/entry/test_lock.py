"""Two people on one report: real processes, real lock files; a lock of the dead is no lock."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import psutil
import pytest

from tests.entry.desks import Clock, says, second_person, town
from toolkit.core.settings import PROJECT
from toolkit.entry.desk.lock import SILENT_SECONDS, WRITING_SECONDS, Lock, beat


def lock(path: Path, who: str = "王芳") -> Lock:
    return Lock(path, who=who, now=Clock())


@cache
def _colleague() -> subprocess.Popen[bytes]:
    """A process that runs on this machine until its input ends: the parent of the tests may be no process that psutil knows."""
    return subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)


@pytest.fixture(autouse=True, scope="module")
def the_colleague_goes_home() -> Iterator[None]:
    yield
    if _colleague.cache_info().currsize:
        _colleague().communicate()
        _colleague.cache_clear()


def another(path: Path, **changes: object) -> None:
    """The lock of another process that runs on this machine, with some values changed."""
    pid = _colleague().pid
    values = {
        "who": "李强", "since": "2025-01-10T09:00:00+08:00", "host": socket.gethostname(), "user": "li", "pid": pid,
        "started": psutil.Process(pid).create_time(), "token": "x",
    }  # fmt: skip
    lock(path).path.write_text(json.dumps(values | changes), encoding="utf-8")


def test_nobody_has_it_then_i_then_nobody(tmp_path: Path) -> None:
    mine = lock(town(tmp_path))
    assert mine.holder() is None
    assert mine.acquire() is None
    held = mine.holder()
    assert held is not None
    assert (held.who, held.host) == ("王芳", socket.gethostname())
    mine.release()
    assert mine.holder() is None
    assert not mine.path.exists()


def test_the_second_learns_who_and_since_when(tmp_path: Path) -> None:
    path = town(tmp_path)
    with second_person(path) as other:
        assert says(other) == "open"
        held = lock(path).acquire()
        assert held is not None
        assert held.who == "李强"
        assert f"{held.since.astimezone():%m月%d日 %H:%M}" in held.message
        assert held.message.startswith("李强 从 ")


@pytest.mark.posix_only
def test_the_lock_of_a_killed_process_is_no_lock(tmp_path: Path) -> None:
    path = town(tmp_path)
    with second_person(path) as other:
        assert says(other) == "open"
        os.kill(other.pid, signal.SIGKILL)
        other.wait(10)
        assert lock(path).path.exists()
        mine = lock(path)
        assert mine.acquire() is None
        mine.release()


@pytest.mark.parametrize(
    ("changes", "silent", "gone"),
    [
        pytest.param({}, 0, False, id="a process that runs"),
        pytest.param({"started": 1.0}, 0, True, id="its number belongs to another process now"),
        pytest.param({"pid": 2**22 + 1}, 0, True, id="no such process"),
        pytest.param({"pid": "x"}, 0, True, id="no number at all"),
        pytest.param({"host": "另一台"}, 0, False, id="another machine, its heart beats"),
        pytest.param({"host": "另一台"}, SILENT_SECONDS - 20, False, id="another machine, silent for a moment"),
        pytest.param({"host": "另一台"}, SILENT_SECONDS + 20, True, id="another machine, silent for long"),
        pytest.param({"since": "?"}, 0, True, id="damaged"),
    ],
)  # fmt: skip
def test_a_lock_counts_as_long_as_who_made_it_is_there(
    tmp_path: Path, changes: dict[str, object], silent: int, gone: bool
) -> None:
    path = town(tmp_path)
    another(path, **changes)
    last = time.time() - silent
    os.utime(lock(path).path, (last, last))
    assert (lock(path).holder() is None) == gone
    mine = lock(path)
    assert (mine.acquire() is None) == gone
    mine.release()


@pytest.mark.parametrize("ahead", [600, -600], ids=["ahead", "behind"])
def test_a_clock_that_is_wrong_takes_no_report_from_another_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ahead: int
) -> None:
    path = town(tmp_path).with_name(f"{'柳' * 80}.yaml")  # the longest name: its lock leaves no room for an ending
    another(path, host="另一台")
    right = time.time
    monkeypatch.setattr("toolkit.entry.desk.lock.time.time", lambda: right() + ahead)
    assert lock(path).holder() is not None
    assert lock(path).acquire() is not None
    assert [file.name for file in path.parent.iterdir() if file.suffix == ".tmp"] == []


def test_a_beat_changes_the_time_and_nothing_else(tmp_path: Path) -> None:
    path = town(tmp_path)
    mine = lock(path)
    mine.acquire()
    os.utime(mine.path, (1, 1))
    for _ in range(3):
        beat(mine.path)
    assert mine.path.stat().st_mtime > 1
    held = mine.holder()
    assert held is not None
    assert held.who == "王芳"
    mine.release()
    with pytest.raises(FileNotFoundError):
        beat(mine.path)
    assert not mine.path.exists(), "a lock that was deleted is not made again by a beat"


def test_the_place_is_named_when_it_is_another_machine(tmp_path: Path) -> None:
    path = town(tmp_path)
    another(path, host="办公室-3")
    held = lock(path).holder()
    assert held is not None
    assert "在电脑 办公室-3 上" in held.message


@pytest.mark.parametrize("text", ["", "{", "[]", '{"who": 3}'])
def test_a_damaged_lock_is_replaced(tmp_path: Path, text: str) -> None:
    path = town(tmp_path)
    lock(path).path.write_text(text, encoding="utf-8")
    old = time.time() - WRITING_SECONDS - 1
    os.utime(lock(path).path, (old, old))
    mine = lock(path)
    assert mine.acquire() is None
    mine.release()


def test_taking_over_is_noticed_by_the_other(tmp_path: Path) -> None:
    path = town(tmp_path)
    first, second = lock(path), lock(path, "李强")
    first.acquire()
    second.take_over()
    assert first.is_lost()
    assert not second.is_lost()
    first.release()  # what is not its own it does not give back
    held = second.holder()
    assert held is not None
    assert held.who == "李强"
    second.release()


def test_a_deleted_lock_is_still_ones_own(tmp_path: Path) -> None:
    mine = lock(town(tmp_path))
    mine.acquire()
    mine.path.unlink()
    assert not mine.is_lost()
    mine.release()


def test_of_many_at_once_one_gets_it(tmp_path: Path) -> None:
    path = town(tmp_path)
    code = (
        "import sys, time; from datetime import datetime, UTC; from pathlib import Path\n"
        "from toolkit.entry.desk.lock import Lock\n"
        "lock = Lock(Path(sys.argv[1]), who=sys.argv[2], now=lambda: datetime.now(UTC))\n"
        "print('ready', flush=True); sys.stdin.readline(); print(lock.acquire() is None, flush=True); sys.stdin.readline()\n"
    )
    people = [
        subprocess.Popen([sys.executable, "-c", code, str(path), str(who)], cwd=PROJECT, stdin=subprocess.PIPE,
                         stdout=subprocess.PIPE, text=True)
        for who in range(4)
    ]  # fmt: skip
    assert [says(person) for person in people] == ["ready"] * 4
    for person in people:
        person.stdin.write("go\n")  # type: ignore[union-attr]
        person.stdin.flush()  # type: ignore[union-attr]
    got = [says(person) for person in people]
    for person in people:
        person.communicate("\n")
    assert sorted(got) == ["False", "False", "False", "True"]
