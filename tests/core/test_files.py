"""A file is there whole or not at all, whatever happens while it is written."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from toolkit.core import files as saving
from toolkit.core.errors import CannotWrite
from toolkit.core.files import read_neighbour, save_bytes, save_together


def failing(code: int) -> Callable[..., None]:
    def fail(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    return fail


DENIED = "没有写入权限，或文件正在别的程序中打开；请关闭它、换一个文件夹或联系管理员"
ACCIDENTS = [
    ("fsync", errno.ENOSPC, "磁盘已满，请清理后重试"),
    ("fsync", errno.EDQUOT, "磁盘已满，请清理后重试"),
    ("fsync", errno.EIO, "磁盘读写出错（系统错误号 5），请再试一次；还不行的，请联系管理员"),
    ("fsync", errno.EROFS, "磁盘或 U 盘设了写保护，或是只读的光盘、镜像"),
    ("fsync", errno.EACCES, DENIED),
]


@pytest.mark.parametrize(("step", "code", "reason"), ACCIDENTS, ids=[errno.errorcode[case[1]] for case in ACCIDENTS])
def test_an_unexpected_error_leaves_only_the_old_file(
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


@pytest.mark.posix_only
def test_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # the real thing: /dev/full takes nothing
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


def windows_error(number: int, filename: object = None) -> OSError:
    """As Windows raises it: a number that ``errno`` does not keep."""
    error = PermissionError(errno.EACCES, "Access is denied", filename)
    error.winerror = number  # type: ignore[attr-defined]
    return error


class Holding:
    """Stand in for another program that holds files open: ``os.replace`` refuses them as Windows does."""

    def __init__(self, *names: str, times: int = 1_000_000, spare_probe: bool = False) -> None:
        self.names, self.left, self.spare_probe = names, times, spare_probe
        self.replace = os.replace

    def __call__(self, source: os.PathLike[str], target: os.PathLike[str]) -> None:
        probing = Path(source) == Path(target)
        if Path(target).name in self.names and self.left and not (probing and self.spare_probe):
            self.left -= 1
            raise windows_error(32)
        self.replace(source, target)


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    slept: list[float] = []
    monkeypatch.setattr(saving.time, "sleep", slept.append)
    return slept


NEW = {"a.ipynb": b"new", "b.html": b"new", "c.docx": b"new", "d.xlsx": b"new"}


def old_set(folder: Path) -> dict[str, bytes]:
    for name in ("a.ipynb", "b.html", "c.docx"):
        save_bytes(folder / name, b"old")
    return content(folder)


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_a_set_replaces_the_old_one(tmp_path: Path) -> None:
    old_set(tmp_path)
    (tmp_path / ".part").mkdir()
    (tmp_path / ".part" / "a.ipynb").write_bytes(b"of a run that was killed")
    save_together(tmp_path, NEW)
    assert content(tmp_path) == NEW


@pytest.mark.parametrize("held", sorted(NEW)[:3])
@pytest.mark.parametrize("late", [False, True], ids=["held from the start", "held after the trial"])
def test_one_file_held_open_keeps_the_whole_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, waits: list[float], held: str, late: bool
) -> None:
    before = old_set(tmp_path)
    times = {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    monkeypatch.setattr(saving.os, "replace", Holding(held, spare_probe=late))
    with pytest.raises(CannotWrite) as caught:
        save_together(tmp_path, NEW)
    assert str(caught.value).startswith(f"无法写入 {held}：文件正在别的程序")
    assert str(caught.value).endswith("原有文件未改动")
    assert content(tmp_path) == before
    assert {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == times
    assert sum(waits) == pytest.approx(sum(saving.RETRY_PAUSES))


def test_what_cannot_be_put_back_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, waits: list[float]) -> None:
    old_set(tmp_path)
    replace = os.replace

    def refuse(source: os.PathLike[str], target: os.PathLike[str]) -> None:
        if Path(target).name == "b.html" and Path(source) != Path(target):
            raise windows_error(32)
        if Path(source).parent.name == "old":
            raise windows_error(5)
        replace(source, target)

    monkeypatch.setattr(saving.os, "replace", refuse)
    with pytest.raises(CannotWrite, match=r"无法写入 b\.html：.*。a\.ipynb 已换成新的，其余文件未改动；请再运行一次") as caught:
        save_together(tmp_path, NEW)
    assert caught.value.replaced == ("a.ipynb",)


def test_a_file_held_for_a_moment_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, waits: list[float]) -> None:
    old_set(tmp_path)
    monkeypatch.setattr(saving.os, "replace", Holding("b.html", times=3))
    save_together(tmp_path, NEW)
    assert content(tmp_path) == NEW
    monkeypatch.setattr(saving.os, "replace", Holding("a.ipynb", times=2))
    save_bytes(tmp_path / "a.ipynb", b"newer")
    assert (tmp_path / "a.ipynb").read_bytes() == b"newer"
    assert len(waits) == 5


def test_a_member_of_the_set_marked_read_only_or_a_folder_is_named_before_any_is_replaced(tmp_path: Path) -> None:
    before = old_set(tmp_path)
    (tmp_path / "c.docx").chmod(0o444)
    with pytest.raises(CannotWrite, match=r"无法写入 c\.docx：它设成了只读"):
        save_together(tmp_path, NEW)
    (tmp_path / "c.docx").chmod(0o644)
    (tmp_path / "d.xlsx").mkdir()
    with pytest.raises(CannotWrite, match=r"无法写入 d\.xlsx：同名的文件或文件夹挡在那里"):
        save_together(tmp_path, NEW)
    (tmp_path / "d.xlsx").rmdir()
    assert content(tmp_path) == before


def test_an_error_of_the_clean_up_does_not_hide_the_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise windows_error(32)

    monkeypatch.setattr(saving.os, "fsync", failing(errno.ENOSPC))
    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(CannotWrite, match="磁盘已满"):
        save_bytes(tmp_path / "年报.pdf", b"new")


@pytest.mark.skipif(os.name != "nt", reason="POSIX replaces files that are open")
def test_a_file_that_is_really_held_open(tmp_path: Path) -> None:
    before = old_set(tmp_path)
    with (tmp_path / "c.docx").open("rb"), pytest.raises(CannotWrite, match=r"无法写入 c\.docx：.*正在别的程序"):
        save_together(tmp_path, NEW)
    assert content(tmp_path) == before
    save_together(tmp_path, NEW)
    assert content(tmp_path) == NEW


def test_folders_are_made_and_everybody_of_the_office_may_read(tmp_path: Path) -> None:
    path = tmp_path / "2024" / "云水县" / "年报.pdf"
    save_bytes(path, b"new")
    assert path.read_bytes() == b"new"
    if os.name == "posix":
        plain = tmp_path / "plain"
        plain.write_bytes(b"")
        assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE(plain.stat().st_mode)


def test_a_neighbour_is_read_again_when_it_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "松石镇.yaml"
    path.write_bytes(b"1")
    assert read_neighbour(path) == b"1"
    path.write_bytes(b"2")  # perhaps with the same times
    assert read_neighbour(path) == b"2"
    monkeypatch.setattr(saving, "_SETTLED", 0)
    first = read_neighbour(path)
    assert read_neighbour(path) is first == b"2"
    path.write_bytes(b"23")
    assert read_neighbour(path) == b"23"
    path.unlink()
    with pytest.raises(FileNotFoundError):
        read_neighbour(path)


def test_a_large_neighbour_is_not_kept_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "照片.yaml"
    path.write_bytes(b"1" * 200_001)
    monkeypatch.setattr(saving, "_SETTLED", 0)
    assert read_neighbour(path) is not read_neighbour(path)
