"""Small stories for desks: an invented town's params file, a clock that the test advances, a second person in a process."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path

from toolkit.core.settings import PROJECT
from toolkit.entry.desk.desk import Desk

SAMPLE = PROJECT / "params" / "2024" / "云溪县" / "柳湾镇.yaml"
PHONE = "organ.contact.phone"
NEW = "figures.applications.new.natural_person"
CHINA = timezone(timedelta(hours=8))


class Clock:
    """Ten past nine on a January morning, and a minute later at every look."""

    def __init__(self) -> None:
        self.moment = datetime(2025, 1, 10, 9, 10, tzinfo=CHINA)

    def __call__(self) -> datetime:
        self.moment += timedelta(minutes=1)
        return self.moment


def town(folder: Path) -> Path:
    """The params file of 柳湾镇 (invented) in a folder of the test."""
    path = folder / "2024" / "云溪县" / "柳湾镇.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(SAMPLE, path)
    return path


def sit_down(path: Path, who: str = "王芳") -> Desk:
    return Desk(path, who=who, now=Clock())


SECOND = """
import sys, time
from datetime import datetime
from pathlib import Path
from toolkit.entry.desk.changes import Change
from toolkit.entry.desk.desk import Desk
desk = Desk(Path(sys.argv[1]), who=sys.argv[2], now=lambda: datetime.now().astimezone())
print("open" if not desk.read_only else "reading", flush=True)
for line in sys.stdin:
    path, _, value = line.strip().partition("=")
    desk.change([Change(path, value)])
    print("done", flush=True)
desk.close()
"""


@contextmanager
def second_person(path: Path, who: str = "李强") -> Iterator[subprocess.Popen[str]]:
    """Somebody else with the report open in a process of their own; a line ``path=value`` on its input is a change."""
    process = subprocess.Popen(
        [sys.executable, "-c", SECOND, str(path), who], cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        text=True, encoding="utf-8",
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def says(process: subprocess.Popen[str], line: str = "") -> str:
    """Send a line to a second person, and what comes back."""
    assert process.stdin is not None
    assert process.stdout is not None
    if line:
        process.stdin.write(line + "\n")
        process.stdin.flush()
    return process.stdout.readline().strip()


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """No file may become larger: the disk is as good as full, for any user on any system with limits."""
    import resource  # Windows has none

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
