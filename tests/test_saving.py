"""A file is there whole or not at all, whatever happens while it is written."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from toolkit import saving
from toolkit.errors import CannotWrite
from toolkit.saving import save_bytes


def failing(code: int) -> Callable[..., None]:
    def fail(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    return fail


DENIED = "没有写入权限，或文件正在别的程序中打开；请关闭它、换一个文件夹或联系管理员"
ACCIDENTS = [
    ("fsync", errno.ENOSPC, "磁盘已满，请清理后重试"),
    ("fsync", errno.EDQUOT, "磁盘已满，请清理后重试"),
    ("fsync", errno.EIO, "磁盘读写出错（Input/output error）"),
    ("fsync", errno.EROFS, DENIED),
    ("fsync", errno.EACCES, DENIED),
]


@pytest.mark.parametrize(("step", "code", "reason"), ACCIDENTS, ids=[errno.errorcode[case[1]] for case in ACCIDENTS])
def test_an_accident_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, code: int, reason: str
) -> None:
    path = tmp_path / "年报.pdf"
    save_bytes(path, b"old")
    monkeypatch.setattr(saving.os, step, failing(code))
    with pytest.raises(CannotWrite) as caught:
        save_bytes(path, b"new")
    assert str(caught.value) == f"无法写入 年报.pdf：{reason}。原有文件未改动"
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # the real thing: /dev/full takes nothing
    if not Path("/dev/full").exists():
        return
    real = os.fdopen

    def full(handle: int, mode: str) -> object:
        os.close(handle)
        return real(os.open("/dev/full", os.O_WRONLY), mode)

    monkeypatch.setattr(saving.os, "fdopen", full)
    with pytest.raises(CannotWrite, match="磁盘已满"):
        save_bytes(tmp_path / "年报.pdf", b"x" * 100_000)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_or_a_file_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "年报.pdf").mkdir()
    (tmp_path / "文件").write_bytes(b"")
    for path in (tmp_path / "年报.pdf", tmp_path / "文件" / "年报.pdf"):
        with pytest.raises(CannotWrite, match="同名的文件或文件夹挡在那里"):
            save_bytes(path, b"new")
    assert sorted(item.name for item in tmp_path.iterdir()) == ["年报.pdf", "文件"]


def test_a_file_marked_read_only_stays(tmp_path: Path) -> None:
    path = tmp_path / "柳湾镇.yaml"
    path.write_bytes(b"old")
    path.chmod(0o444)
    with pytest.raises(CannotWrite, match="设成了只读"):
        save_bytes(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
    path.chmod(0o644)
    save_bytes(path, b"new")
    assert path.read_bytes() == b"new"


def test_folders_are_made_and_everybody_of_the_office_may_read(tmp_path: Path) -> None:
    path = tmp_path / "2024" / "云水县" / "年报.pdf"
    save_bytes(path, b"new")
    assert path.read_bytes() == b"new"
    if os.name == "posix":
        plain = tmp_path / "plain"
        plain.write_bytes(b"")
        assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE(plain.stat().st_mode)
