"""The register keeps every change, lets two people write, and survives a kill, a damaged file and a share of the network."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given, settings

from tests.examples import examples
from tests.register.stories import TODAY, answered, clock, opened, registers, request
from toolkit.forms import Address
from toolkit.register import opening
from toolkit.register.lookup import look_up
from toolkit.register.opening import copies, explained, latest_copy, put_copy_back
from toolkit.register.places import is_network_share, place_of, register_of, register_path, registers_below
from toolkit.register.problems import (
    ChangedMeanwhile,
    NoSuchRequest,
    NotKept,
    NumberTaken,
    RegisterBusy,
    RegisterUnreadable,
    RegisterUnwritable,
)
from toolkit.register.requests import Dispute, Request
from toolkit.register.store import ANONYMOUS, Register

POSIX = pytest.mark.posix_only


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "registers" / "云溪县" / "竹溪镇.sqlite"


@settings(max_examples=examples(4, 25), deadline=None)
@given(registers())
def test_what_is_kept_is_read_back(tmp_path_factory: pytest.TempPathFactory, requests: list[Request]) -> None:
    with opened(tmp_path_factory.mktemp("台账") / "竹溪镇.sqlite") as register:
        register.add_all(requests)
        by_number = {one.number: one for one in register.requests()}
    assert len(by_number) == len(requests)
    assert all(by_number[one.number].says_the_same(one) for one in requests)


class TestChanges:
    def test_every_change_is_in_the_history(self, path: Path) -> None:
        with opened(path) as register:
            kept = register.add(request())
            register.change(kept, replace(kept, answered_on=date(2022, 3, 25), outcome="granted"))
            entries = register.history("2022-001")
        assert [(entry.kind, entry.key, entry.before, entry.after) for entry in entries][-2:] == [
            ("修改", "answered_on", "", "2022-03-25"), ("修改", "outcome", "", "granted"),
        ]  # fmt: skip
        assert {entry.who for entry in entries} == {"经办人甲"}

    def test_a_void_request_stays_and_is_not_counted(self, path: Path) -> None:
        with opened(path) as register:
            register.add(request())
            register.void("2022-001", "登记重复")
            assert register.requests() == []
            assert register.tallies().requests == []
            assert register.request("2022-001").void_reason == "登记重复"
            register.restore("2022-001")
            assert len(register.requests()) == 1
            assert [entry.kind for entry in register.history()][-1] == "恢复"

    def test_nothing_is_void_without_a_reason(self, path: Path) -> None:
        with opened(path) as register:
            register.add(request())
            with pytest.raises(NotKept, match="作废原因"):
                register.void("2022-001", " ")

    def test_a_number_is_taken_once_and_nothing_of_a_batch_is_kept(self, path: Path) -> None:
        with opened(path) as register:
            register.add(request("甲"))
            with pytest.raises(NumberTaken, match="甲"):
                register.add_all([request("乙"), request("甲")])
            assert [one.number for one in register.requests()] == ["甲"]

    def test_what_has_problems_is_not_kept(self, path: Path) -> None:
        with opened(path) as register:
            with pytest.raises(NotKept, match="早于收到日期"):
                register.add(answered(answered_on=date(2022, 3, 1)))
            assert register.requests() == []

    def test_an_unknown_number_is_named(self, path: Path) -> None:
        with opened(path) as register, pytest.raises(NoSuchRequest, match="2022-999"):
            register.request("2022-999")


class TestTwoPeople:
    def test_fields_of_both_are_kept(self, path: Path) -> None:
        with opened(path) as mine, opened(path, who="经办人乙") as theirs:
            base = mine.add(request())
            theirs.change(base, replace(base, handler="经办人乙"))
            merged = mine.change(base, replace(base, note="已电话联系"))
            assert (merged.handler, merged.note) == ("经办人乙", "已电话联系")

    def test_the_same_field_is_not_overwritten(self, path: Path) -> None:
        with opened(path) as mine, opened(path, who="经办人乙") as theirs:
            base = mine.add(request())
            theirs.change(base, replace(base, note="甲说"))
            with pytest.raises(ChangedMeanwhile, match="备注刚由经办人乙改过"):
                mine.change(base, replace(base, note="乙说"))
            assert mine.request(base.number).note == "甲说"

    def test_each_sees_that_the_other_wrote(self, path: Path) -> None:
        with opened(path) as mine, opened(path) as theirs:
            before = mine.state()
            theirs.add(request())
            assert mine.state() != before

    def test_waiting_too_long_is_reported(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(opening, "BUSY_SECONDS", 0.05)
        with opened(path) as mine, opened(path) as theirs:
            mine._connection.execute("BEGIN IMMEDIATE")
            with pytest.raises(RegisterBusy, match="正由别的程序写入"):
                theirs.add(request())


KILLED = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from tests.register.stories import opened, request
register = opened(Path(sys.argv[1]))
for number in range(1000):
    register.add(request(f"{number:04}"))
    print(number, flush=True)
"""


def test_a_kill_loses_nothing_that_was_kept(path: Path) -> None:
    project = Path(__file__).parents[2]
    process = subprocess.Popen([sys.executable, "-c", KILLED, str(path), str(project)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    kept = -1
    for line in process.stdout:
        kept = int(line)
        if kept >= 20:
            break
    process.send_signal(signal.SIGTERM if os.name == "nt" else signal.SIGKILL)
    process.wait()
    process.stdout.close()
    with opened(path) as register:
        numbers = [one.number for one in register.requests()]
    assert numbers[: kept + 1] == [f"{number:04}" for number in range(kept + 1)]


class TestCopies:
    def test_one_copy_a_day_is_kept_for_thirty_days(self, path: Path) -> None:
        start = date(2022, 6, 1)
        for passed in range(40):
            with opened(path, start + timedelta(days=passed)) as register:
                if not passed:
                    register.add(request())
        kept = [date.fromisoformat(copy.stem) for copy in copies(path)]
        assert kept[0] == start + timedelta(days=39)
        assert kept[-1] == start + timedelta(days=9)
        assert len(kept) == 31

    @pytest.mark.parametrize(
        "spoil",
        [
            lambda file: file.write_bytes(b"PK\x03\x04 no register"),
            lambda file: file.write_bytes(file.read_bytes()[:5000]),
            lambda file: file.write_bytes(file.read_bytes()[:4096] + os.urandom(8192) + file.read_bytes()[12288:]),
            lambda file: file.write_bytes(b""),
        ],
        ids=["another file", "cut off", "overwritten", "empty"],
    )
    def test_a_damaged_file_is_named_and_the_copy_put_back(self, path: Path, spoil: object) -> None:
        with opened(path, TODAY - timedelta(days=1)) as register:
            register.add_all(request(f"{number:03}") for number in range(80))
        opened(path, TODAY).close()
        spoil(path)  # type: ignore[operator]
        if path.read_bytes():
            with pytest.raises(RegisterUnreadable, match=r"已损坏.*2023-01-10.*register restore") as told:
                opened(path)
            assert told.value.copy == latest_copy(path)
        copy = latest_copy(path)
        assert copy is not None
        aside = put_copy_back(path, copy, TODAY)
        assert aside is not None
        assert aside.exists(), "the damaged file is kept"
        with opened(path) as register:
            assert len(register.requests()) == 80

    def test_another_database_is_refused(self, path: Path) -> None:
        path.parent.mkdir(parents=True)
        with sqlite3.connect(path) as other:
            other.execute("CREATE TABLE notes (text)")
        other.close()
        with pytest.raises(RegisterUnreadable, match="没有每日副本"):
            opened(path)


def test_a_full_disk_is_reported_and_nothing_of_the_change_is_kept(path: Path) -> None:
    with opened(path) as register:
        first = register.add(request())
        pages = register._connection.execute("PRAGMA page_count").fetchone()[0]
        register._connection.execute(f"PRAGMA max_page_count = {pages}")  # SQLite's own way to be full
        many = [request(f"2022-{number:03}", note="长" * 3900) for number in range(100, 160)]
        with pytest.raises(RegisterUnwritable, match="写不进去：磁盘已满，请清理后重试"):
            register.add_all(many)
        assert [one.number for one in register.requests()] == [first.number]
        register._connection.execute("PRAGMA max_page_count = 1000000")
        assert len(register.add_all(many)) == len(many)


def test_a_disk_without_room_for_the_log_is_a_full_disk(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorname = "SQLITE_IOERR_SHMSIZE"
    assert "磁盘或网络出错" in str(explained(error, path))
    monkeypatch.setattr("toolkit.register.opening.is_disk_full", lambda folder: True)
    assert "磁盘已满" in str(explained(error, path))


def test_a_number_in_wide_digits_is_taken(path: Path) -> None:
    with opened(path) as register:
        register.add(request("2022-001"))
        other = register.add(request("2022-002"))
        for number in ("２０２２－００１", "2022 -001"):
            with pytest.raises(NumberTaken, match="“2022-001”已经有了"):
                register.add(request(number))
            with pytest.raises(NumberTaken, match="“2022-001”已经有了"):
                register.change(other, replace(other, number=number))
        assert register.change(other, replace(other, number="２０２２-002")).number == "２０２２-002"


class TestPrivacy:
    @POSIX
    def test_the_file_its_log_and_its_copies_are_the_owners(self, path: Path) -> None:
        with opened(path) as register:
            register.add(request())
            files = [path, path.with_name(path.name + "-wal")]
            assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
        with opened(path, TODAY + timedelta(days=1)):
            pass
        assert {stat.S_IMODE(copy.stat().st_mode) for copy in copies(path)} == {0o600}

    @POSIX
    def test_in_a_folder_that_passes_its_group_on_the_group_may_write(self, path: Path) -> None:
        path.parent.mkdir(parents=True)
        path.parent.chmod(0o2770)
        if not path.parent.stat().st_mode & 0o2000:
            pytest.skip("this user may not set the bit")
        opened(path).close()
        assert stat.S_IMODE(path.stat().st_mode) == 0o660

    def test_anonymised_names_are_nowhere_in_the_file(self, path: Path) -> None:
        names = ["申请人甲", "000-0000001", "道路养护经费"]
        running = Dispute("review", date(2022, 4, 1))
        with opened(path) as register:
            kept = register.add(answered("旧"))
            register.change(kept, replace(kept, contact="000-0000001转2"))
            register.add(answered("诉", applicant="申请人乙", contact="", subject="", disputes=(running,)))
            register.add(request("新", applicant="申请人丙", contact="", subject=""))
            assert register.anonymise(date(2022, 12, 31)) == 1
            assert register.request("旧").applicant == ANONYMOUS
            assert (register.request("诉").applicant, register.request("新").applicant) == ("申请人乙", "申请人丙")
            assert register.anonymise(date(2022, 12, 31)) == 0
            assert len(register.tallies().requests) == 3, "counts stay as they were"
        for file in path.parent.glob("竹溪镇.sqlite*"):
            data = file.read_bytes()
            assert [name for name in names if name.encode() in data] == []

    def test_whatever_names_a_person_is_anonymised_once(self, path: Path) -> None:
        with opened(path) as register:
            register.add(answered("附", applicant="", contact="", subject="", attachments=("扫描/申请人甲.pdf",)))
            register.add(request("废", applicant="", contact="", subject="", note="申请人乙"))
            register.void("废", "与申请人乙的重复")
            assert register.anonymise(date(2023, 2, 1)) == 2
            assert register.request("附").attachments == (ANONYMOUS,)
            assert (register.request("废").note, register.request("废").void_reason) == (ANONYMOUS, ANONYMOUS)
            assert register.anonymise(date(2023, 2, 1)) == 0

    @pytest.mark.parametrize(("empty", "word"), [(True, "是空的"), (False, "不见了")])
    def test_a_register_that_lost_everything_is_not_begun_again(self, path: Path, empty: bool, word: str) -> None:
        with opened(path) as register:
            register.add(answered())
        opened(path, date(2023, 1, 11)).close()
        for file in path.parent.glob("竹溪镇.sqlite*"):
            file.unlink()
        if empty:
            path.touch()
        with pytest.raises(RegisterUnreadable, match=f"{word}。最近的副本是 2023-01-11 的"):
            opened(path)
        put_copy_back(path, copies(path)[0], TODAY)
        with opened(path) as register:
            assert len(register.requests()) == 1


class TestPlaces:
    def test_the_register_of_a_params_file(self, tmp_path: Path) -> None:
        file = tmp_path / "params" / "2022" / "云溪县" / "竹溪镇.yaml"
        assert register_of(file) == str(tmp_path / "registers" / "云溪县" / "竹溪镇.sqlite")
        assert place_of(tmp_path / "registers" / "云溪县" / "竹溪镇.sqlite") == "云溪县/竹溪镇"
        assert register_path(tmp_path / "registers", "云溪县/竹溪镇") == tmp_path / "registers" / "云溪县" / "竹溪镇.sqlite"

    def test_copies_are_no_registers(self, path: Path) -> None:
        for passed in range(2):
            with opened(path, TODAY + timedelta(days=passed)) as register:
                if not passed:
                    register.add(request())
        assert copies(path)
        assert registers_below(path.parents[1]) == [path]

    @pytest.mark.parametrize("folder", ["//server/share", "\\\\server\\share"])
    def test_a_path_to_a_server_is_a_share(self, folder: str) -> None:
        assert is_network_share(Path(folder)) or os.name == "posix"

    def test_on_a_share_one_person_at_a_time(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(opening, "is_network_share", lambda folder: True)
        monkeypatch.setattr(opening, "BUSY_SECONDS", 0.05)
        with opened(path) as register:
            register.add(request())
            assert "网络共享文件夹" in register.notes[0]
            assert not path.with_name(path.name + "-wal").exists()
            with pytest.raises(RegisterBusy, match="同一时间只能一个人用"):
                opened(path)
            monkeypatch.setattr(opening, "keeps_locks", lambda folder: False)  # SQLite calls a lock that cannot be set busy
            with pytest.raises(RegisterUnwritable, match="网络盘不支持文件锁"):
                opened(path)
        with opened(path) as again:
            assert len(again.requests()) == 1

    def test_what_somebody_holds_on_a_share_is_counted_as_it_was_last_kept(
        self, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(opening, "is_network_share", lambda folder: True)
        monkeypatch.setattr(opening, "READING_SECONDS", 0.01)
        report = path.parents[2] / "params" / "2022" / "云溪县" / "竹溪镇.yaml"
        report.parent.mkdir(parents=True)
        new = Address("applications", "new", "natural_person")
        with opened(path) as register:
            register.add(request())
            counts = look_up(report, 2022).counts
            assert counts is not None
            assert counts.figures[new] == 1
            register._connection.execute("PRAGMA cache_size = 1")  # pages go into the file before the transaction ends
            with register._writing():
                for at in range(100):
                    register._insert(request(f"2022-{at + 2:03}", subject="道路" * 1000), "新增", {})
                os.utime(path)
                found = look_up(report, 2022)
                assert found.counts is None, "half of a transaction is not counted"
                assert "同一时间只能一个人用" in found.problem
            counts = look_up(report, 2022).counts
            assert counts is not None
            assert counts.figures[new] == 101, "that it was busy is not remembered"

    @pytest.mark.parametrize(
        ("kind", "share"),
        [("cifs", True), ("fuse.gvfsd-fuse", True), ("fuse.rclone", True), ("ext4", False), ("fuse.ntfs-3g", False),
         ("fuseblk", False), ("overlay", False), ("9p", True)],
    )  # fmt: skip
    @POSIX
    def test_shares_are_recognised_by_the_kind_of_file_system(
        self, path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, share: bool
    ) -> None:
        mounts = [SimpleNamespace(mountpoint="/", fstype="ext4"), SimpleNamespace(mountpoint=str(path.parents[1]), fstype=kind)]
        monkeypatch.setattr("psutil.disk_partitions", lambda **_: mounts)
        assert is_network_share(path.parent) == share

    @POSIX
    def test_a_log_that_cannot_be_read_is_not_left_out(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        with opened(path) as register:
            register.add(request())
            real = opening._verified

            def refused(file: Path, mode: str) -> sqlite3.Connection:
                if mode == "mode=ro":
                    raise sqlite3.OperationalError("unable to open database file")
                return real(file, mode)

            monkeypatch.setattr(opening, "_verified", refused)
            with pytest.raises(RegisterUnwritable, match="最近的改动读不到"):
                Register(path, who="", now=clock(), read_only=True)

    def test_reading_needs_no_right_to_write(self, path: Path) -> None:
        with opened(path) as register:
            register.add(request())
        with Register(path, who="", now=clock(), read_only=True) as reader:
            assert isinstance(reader, Register)
            assert len(reader.requests()) == 1
