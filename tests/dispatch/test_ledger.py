"""The ledger keeps whole records whatever happens in the middle of a line."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from toolkit.core.errors import CannotWrite, UsageError
from toolkit.dispatch.ledger import Ledger, doubts_of_clock, moment_of, only_one, read_ledger, timestamp


def test_records_come_back_in_order(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "deep" / "sent.jsonl")
    for number in range(3):
        ledger.append({"event": "sent", "organ": "松石镇", "number": number})
    assert [item["number"] for item in Ledger(ledger.path).records] == [0, 1, 2]
    assert "松石镇" in ledger.path.read_text(encoding="utf-8")


def test_records_are_found_by_a_value_and_those_appended_later_too(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "sent.jsonl")
    for number in range(6):
        ledger.append({"organ": f"第{number % 2}镇", "number": number})
    assert [item["number"] for item in ledger.find("organ", "第1镇")] == [1, 3, 5]
    ledger.append({"organ": "第1镇", "number": 6})
    ledger.append({"number": 7})
    assert [item["number"] for item in ledger.find("organ", "第1镇")] == [1, 3, 5, 6]
    assert ledger.find("organ", "没有") == []
    assert [item["number"] for item in Ledger(ledger.path).find("organ", "第0镇")] == [0, 2, 4]


def test_the_ledger_is_not_scanned_for_each_letter(tmp_path: Path) -> None:
    """Sending 40,000 reports must not take 40,000 times as long as the ledger has lines."""
    ledger = Ledger(tmp_path / "sent.jsonl")
    ledger.records += [{"message_id": f"<{number}>", "event": "sent"} for number in range(1000)]
    ledger.find("message_id", "<0>")

    class Unread(list):  # type: ignore[type-arg]
        def __iter__(self) -> object:
            raise AssertionError("scanned")

    ledger.records = Unread(ledger.records)
    assert [len(ledger.find("message_id", f"<{number}>")) for number in range(0, 1000, 100)] == [1] * 10
    ledger.append({"message_id": "<1000>", "event": "sent"})
    assert len(ledger.find("message_id", "<1000>")) == 1


@pytest.mark.parametrize("kept", range(0, 40, 3))
def test_a_torn_line_is_no_record_and_spoils_no_other(tmp_path: Path, kept: int) -> None:
    path = tmp_path / "sent.jsonl"
    first = Ledger(path)
    first.append({"number": 1})
    whole = path.read_bytes()
    first.append({"number": 2, "organ": "松石镇人民政府"})
    path.write_bytes(path.read_bytes()[: len(whole) + kept])
    ledger = Ledger(path)
    assert [item["number"] for item in ledger.records] == [1]
    ledger.append({"number": 3})
    assert [item["number"] for item in read_ledger(path)] == [1, 3]


def test_no_file_is_no_record(tmp_path: Path) -> None:
    assert list(read_ledger(tmp_path / "none.jsonl")) == []


def test_what_cannot_be_written_is_reported(tmp_path: Path) -> None:
    (tmp_path / "sent.jsonl").mkdir()
    with pytest.raises((CannotWrite, OSError)):
        Ledger(tmp_path / "sent.jsonl").append({})


def test_a_folder_that_cannot_be_made_is_reported(tmp_path: Path) -> None:
    (tmp_path / "post").write_bytes(b"")
    with pytest.raises(CannotWrite, match="无法写入 post：同名的文件或文件夹挡在那里"), only_one(tmp_path / "post"):
        pass


@pytest.mark.posix_only
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_a_full_disk_is_reported_in_chinese(tmp_path: Path) -> None:
    (tmp_path / "sent.jsonl").symlink_to("/dev/full")
    ledger = Ledger(tmp_path / "none.jsonl")
    ledger.path = tmp_path / "sent.jsonl"
    with pytest.raises(CannotWrite, match="磁盘已满，请清理后重试"):
        ledger.append({})


def test_one_process_at_a_time(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib; from toolkit.dispatch.ledger import only_one\nwith only_one(pathlib.Path(sys.argv[1])): print('in')"
    )
    with only_one(tmp_path):
        done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, encoding="utf-8")
    assert "UsageError" in done.stderr
    assert done.stdout == ""
    with only_one(tmp_path), pytest.raises(UsageError, match="另一个收发任务"), only_one(tmp_path):
        pass


def test_moments_keep_their_second() -> None:
    moment = datetime(2025, 1, 31, 23, 59, 59, 999, tzinfo=UTC)
    assert moment_of(timestamp(moment)) == moment.replace(microsecond=0)


@pytest.mark.parametrize(
    ("days", "doubted"), [(-365, "慢了"), (-2, "慢了"), (0, ""), (250, ""), (365, "快了"), (3 * 365, "快了")]
)
def test_a_clock_that_the_ledger_contradicts_is_doubted(days: int, doubted: str) -> None:
    last = datetime(2026, 1, 20, 9, tzinfo=UTC)
    records = [{"at": timestamp(last), "received_at": timestamp(last)}, {"at": "2026"}, {"received_at": "soon"}, {}]
    doubts = doubts_of_clock(records, last + timedelta(days=days), records)
    assert [doubted in doubt and "2026-01-20" in doubt for doubt in doubts] == [True] * bool(doubted)
    assert doubts_of_clock([], last) == []
    (only,) = doubts_of_clock([{"at": timestamp(last)}], last - timedelta(days=9), [{"received_at": "2020-01-20T09:00:00+00:00"}])
    assert "慢了" in only
