"""A ledger (台账) that only grows: one JSON object a line, on disk before the next step is taken.

In: records as plain values. Out: the same records in order, also after the program was killed in the middle of a
line: a torn last line is skipped, and the next record starts on a new line. One process writes at a time. ``dismiss_mail``
notes that a mail in quarantine is not a report (撤销隔离提示); its files stay where they are.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from toolkit.core.errors import CannotWrite, UsageError
from toolkit.core.files import append_lines
from toolkit.core.write_failures import reason

LedgerRecord = dict[str, Any]
SENT_NAME = "sent.jsonl"  # of the letters of an office, in its folder of mail
CLOCKS_DIFFER = timedelta(days=1)  # between the computers of one office
NO_MAIL = timedelta(days=300)  # reports come every January: a clock one year ahead is past it, the autumn is not


class Ledger:
    """One file of records. ``append`` returns when the record would survive a power cut."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.records: list[LedgerRecord] = list(read_ledger(path))
        self._indexes: dict[str, dict[object, list[LedgerRecord]]] = {}

    def find(self, key: str, value: object) -> list[LedgerRecord]:
        """The records with this value, the oldest first; indexed, since one letter of 40,000 must not scan those of all."""
        if key not in self._indexes:
            index = self._indexes[key] = {}
            for record in self.records:
                index.setdefault(record.get(key), []).append(record)
        return self._indexes[key].get(value, [])

    def append(self, record: Mapping[str, Any]) -> LedgerRecord:
        """Write one record.

        Raises:
            CannotWrite: disk full, no permission; the records before are untouched.
        """
        line = json.dumps(record, ensure_ascii=False, separators=(",", ":"), default=str) + "\n"
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            append_lines(self.path, line.encode("utf-8"))
        except OSError as error:
            raise CannotWrite(self.path, reason(error)) from error
        written: LedgerRecord = json.loads(line)
        self.records.append(written)
        for key, index in self._indexes.items():
            index.setdefault(written.get(key), []).append(written)
        return written


def read_ledger(path: Path) -> Iterator[LedgerRecord]:
    """The whole records of a ledger, the oldest first; none when there is no file."""
    if not path.exists():
        return
    for line in path.read_bytes().split(b"\n"):
        try:
            record = json.loads(line)
        except ValueError:  # torn by a kill, or empty
            continue
        if isinstance(record, dict):
            yield record


def doubts_of_clock(records: Iterable[LedgerRecord], now: datetime, latest_mail: Iterable[LedgerRecord] = ()) -> list[str]:
    """Sentences about a clock that the ledger contradicts: behind its last entry, or long after the latest mail.

    Args:
        records: the ledger as it was before.
        latest_mail: the records whose latest mail should be of these weeks.
    """
    written = [_moment_in(record, "at") for record in records]
    came = [_moment_in(record, "received_at") for record in latest_mail]
    last, newest = (max((moment for moment in moments if moment), default=now) for moments in (written, came))
    doubts = []
    if last - now > CLOCKS_DIFFER:
        doubts.append(f"电脑的时钟可能慢了：现在是 {_day(now)}，台账的最后一笔却是 {_day(last)} 记的")
    elif now - newest > NO_MAIL:
        doubts.append(f"电脑的时钟可能快了：现在是 {_day(now)}，最近的来件却是 {_day(newest)} 的")
    return [f"{doubt}。请核对电脑的日期；日期错了，收到、审核、逾期的日子都会记错" for doubt in doubts]


def _moment_in(record: LedgerRecord, key: str) -> datetime | None:
    try:
        moment = moment_of(str(record[key]))
    except (KeyError, ValueError):  # of another version, or edited by hand
        return None
    return moment if moment.tzinfo else None


def _day(moment: datetime) -> str:
    return moment.astimezone().strftime("%Y-%m-%d")


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Hold the folder of ledgers for this process.

    Raises:
        UsageError: another process holds it.
        CannotWrite: no permission, disk full, a file in the way.
    """
    lock = FileLock(folder / "post.lock", timeout=1)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout as error:
        raise UsageError(f"另一个收发任务正在使用 {folder}，请等它结束后再试") from error
    except OSError as error:
        raise CannotWrite(folder, reason(error)) from error
    try:
        yield
    finally:
        with suppress(OSError):  # the lock goes with the process at the latest; the error of the block matters more
            lock.release()


def timestamp(moment: datetime) -> str:
    """A moment as ledgers keep it: ISO 8601 to the second, with its offset."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def moment_of(text: str) -> datetime:
    """A ledger's timestamp as a moment."""
    return datetime.fromisoformat(text)


def dismiss_mail(ledger: Ledger, folder: Path, reason: str, hand: str, now: datetime) -> str:
    """Note that nothing follows from a quarantined mail; the reason for which it had been put aside.

    Raises:
        UsageError: the ledger has no such mail, or there is no reason.
    """
    if not reason.strip():
        raise UsageError("请写明为什么不用处理，如 --dismiss 只是通知年报已公开")
    records = [item for item in ledger.records if item["event"] == "quarantined" and item.get("folder") == folder.name]
    if not records:
        raise UsageError(f"{folder} 不是隔离文件夹里的来件，应写成 post/quarantine/… 里的一个文件夹")
    about = {key: records[-1].get(key, "") for key in ("raw_sha256", "message_id", "sender", "folder")}
    ledger.append({"event": "dismissed", "at": timestamp(now), **about, "reason": reason.strip(), "hand": hand})
    return str(records[-1]["reason"])
