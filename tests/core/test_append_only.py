"""Lines that only grow: a torn one is ended, a full disk leaves the file as it was, new names reach the disk."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from toolkit.core.files import append_lines


def test_lines_follow_each_other_and_the_size_is_returned(tmp_path: Path) -> None:
    path = tmp_path / "台账.jsonl"
    assert append_lines(path, "一\n".encode()) == 4
    assert append_lines(path, b"2\n3\n") == 8
    assert path.read_bytes() == "一\n2\n3\n".encode()


def test_a_torn_line_does_not_swallow_the_next_one(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    path.write_bytes(b'{"whole": 1}\n{"tor')
    append_lines(path, b'{"next": 2}\n')
    assert path.read_bytes().split(b"\n") == [b'{"whole": 1}', b'{"tor', b'{"next": 2}', b""]


def test_a_failed_sync_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "journal"
    append_lines(path, b"1\n")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        append_lines(path, b"2\n")
    assert path.read_bytes() == b"1\n"
    append_lines(path, b"3\n", sync=False)
    assert path.read_bytes() == b"1\n3\n"


@pytest.mark.posix_only
def test_a_new_file_is_synced_with_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[str] = []
    sync = os.fsync

    def record(handle: int) -> None:
        synced.append("folder" if os.path.isdir(f"/proc/self/fd/{handle}") else "file")  # noqa: PTH112
        sync(handle)

    monkeypatch.setattr(os, "fsync", record)
    append_lines(tmp_path / "ledger", b"1\n")
    append_lines(tmp_path / "ledger", b"2\n")
    append_lines(tmp_path / "log", b"1\n", sync=False)
    assert synced == ["file", "folder", "file"]
