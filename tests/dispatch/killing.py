"""Kill sending and collecting at every step, one after the other, and run them again: what is left must be the same.

Run as a program of its own, because it forks: ``python -m tests.dispatch.killing collect|send FOLDER STRIDE``. Prints one JSON
object: how many steps there were, and at which of them the end was another than without a kill.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from tests.dispatch.offices import COUNTY_ADDRESS, Desk, corrected, county_desk, mail_of, sample, without_text
from toolkit.dispatch.intake.collecting import Rules, collect
from toolkit.dispatch.intake.examining import Examined, examine
from toolkit.dispatch.intake.inspecting import LIMITS
from toolkit.dispatch.intake.sources import Maildir
from toolkit.dispatch.intake.store import open_intake
from toolkit.dispatch.ledger import Ledger, read_ledger
from toolkit.dispatch.letters.reporting_up import send_all
from toolkit.dispatch.letters.sending import Answer, Outbox
from toolkit.dispatch.settings import Mail

STEPS = ("fsync", "replace", "rename", "mkdir", "open", "chmod")  # every change on disk passes one of these
NOW = datetime(2025, 2, 1, tzinfo=UTC)


class Here:
    """Examines in this process: what is killed is the taking in."""

    def examine_all(self, items: Iterable[Any]) -> Iterator[tuple[Any, Examined, bytes]]:
        for item, raw, kind, _ in items:
            yield item, *_examined(raw, kind)


@cache
def _examined(raw: bytes, kind: Any) -> tuple[Examined, bytes]:
    return examine(raw, kind)


def mails() -> list[bytes]:
    """A report, its correction, the first once more by another way, and a stranger's letter."""
    first = without_text(sample())
    return [
        mail_of(first, day=10), mail_of(corrected(first), day=18, version=2),
        b"Received: again\r\n" + mail_of(first, day=10), b"From: x@y.example\r\n\r\nhello\r\n",
    ]  # fmt: skip


def collect_once(folder: Path) -> None:
    intake = open_intake(folder / "county" / "params", folder / "county" / "post")
    for _ in collect(Maildir(folder / "Maildir", LIMITS), intake, Here(), Rules(now=lambda: NOW)):  # type: ignore[arg-type]
        pass


def prepare_collect(folder: Path) -> None:
    county_desk(folder / "county")
    for name in ("new", "cur", "tmp"):
        (folder / "Maildir" / name).mkdir(parents=True)
    for number, raw in enumerate(mails()):
        path = folder / "Maildir" / "new" / f"17365000{number:02}.{number}.host"
        path.write_bytes(raw)
        os.utime(path, (1736500000 + number, 1736500000 + number))


def state_of_collect(folder: Path) -> Any:
    """Everything on disk, and the ledger by what it says and not by how often it was begun."""
    # a file half-written when the kill came stays hidden under its own name, and is read by nobody
    paths = [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".part"]
    files = {path.relative_to(folder).as_posix(): path.read_bytes().hex() for path in paths}
    files.pop("county/post/received.jsonl")
    return sorted(files.items()), list(read_ledger(folder / "county" / "post" / "received.jsonl"))


def send_once(folder: Path) -> None:
    def take(raw: bytes, sender: str, to: str) -> Answer:
        with (folder / "taken").open("ab") as file:
            file.write(raw.partition(b"Message-ID: ")[2].partition(b"\r\n")[0] + b"\n")
        return Answer(250, "OK")

    desk = Desk(folder / "office")
    outbox = Outbox(desk.post / "outbox", Ledger(desk.post / "sent.jsonl"), take, now=lambda: NOW)
    mail = Mail(sender="songshi@yunxi.gov.example", to=(COUNTY_ADDRESS,))
    for _ in send_all(desk.params.rglob("*.yaml"), desk.outputs, mail, outbox):
        pass


def prepare_send(folder: Path) -> None:
    Desk(folder / "office").finish(sample())


def state_of_send(folder: Path) -> Any:
    """Which letters the server knows: one, however often it came; and that the ledger says it was taken."""
    taken = set((folder / "taken").read_text().split())
    events = [item["event"] for item in read_ledger(folder / "office" / "post" / "sent.jsonl")]
    return sorted(taken), events.count("prepared"), events[-1]


class Counter:
    """Ends the process before the n-th step, as a power cut would: nothing is tidied up."""

    def __init__(self, fatal: int) -> None:
        self.fatal, self.count = fatal, 0
        for name in STEPS:
            setattr(os, name, self._counted(getattr(os, name)))

    def _counted(self, step: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*args: Any, **more: Any) -> Any:
            self._reach()
            return step(*args, **more)

        return counted

    def _reach(self) -> None:
        self.count += 1
        if self.count == self.fatal:
            os._exit(9)


def killed_at(run: Callable[[Path], None], folder: Path, fatal: int) -> bool:
    """Run in a child that dies at a step; whether it died."""
    child = os.fork()
    if not child:
        Counter(fatal)
        run(folder)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9


def main() -> None:
    what, root, stride = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    prepare, run, state = {
        "collect": (prepare_collect, collect_once, state_of_collect),
        "send": (prepare_send, send_once, state_of_send),
    }[what]
    prepare(root / "whole")
    run(root / "whole")
    expected, wrong, fatal = state(root / "whole"), [], 1
    while True:
        folder = root / "killed"
        prepare(folder)
        died = killed_at(run, folder, fatal)
        run(folder)
        if state(folder) != expected:
            wrong.append(fatal)
        shutil.rmtree(folder)
        if not died:
            break
        fatal += stride
    print(json.dumps({"steps": fatal - 1, "wrong": wrong}))


if __name__ == "__main__":
    main()
