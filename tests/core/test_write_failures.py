"""Every number by which Windows or POSIX refuses a write becomes the sentence a clerk can act on."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from toolkit.core.write_failures import fault_of_the_machine, is_held, reason

LONG = "C:/输出/" + "机关" * 130
WINDOWS = [
    (32, errno.EACCES, "a.docx", "正在别的程序", "held without sharing"),
    (33, errno.EACCES, "a.docx", "正在别的程序", "a part is locked"),
    (1224, errno.EINVAL, "a.pdf", "正在别的程序", "mapped into memory"),
    (5, errno.EACCES, "a.pdf", "没有写入权限，或文件正在别的程序中打开", "denied"),
    (112, errno.ENOSPC, "a.pdf", "磁盘已满", "full"),
    (39, errno.EINVAL, "a.pdf", "磁盘已满", "full, the other number"),
    (1295, errno.EINVAL, "a.pdf", "磁盘已满", "quota"),
    (206, errno.ENOENT, LONG, "路径太长", "name over the limit"),
    (3, errno.ENOENT, LONG, "路径太长", "path over the limit, as Windows 10 says it"),
    (3, errno.ENOENT, "x/a.pdf", "文件夹不存在", "folder removed meanwhile"),
    (123, errno.EINVAL, "a?.pdf", "不允许的字符", "a character no name may have"),
    (53, errno.ENOENT, "//server/年报/a.pdf", "网络盘", "server switched off"),
    (59, errno.EINVAL, "//server/年报/a.pdf", "网络盘", "cable pulled"),
    (64, errno.ENOENT, "//server/年报/a.pdf", "网络盘", "share removed"),
    (67, errno.ENOENT, "//server/年报/a.pdf", "网络盘", "no such share"),
    (121, errno.EINVAL, "//server/年报/a.pdf", "网络盘", "server does not answer"),
    (21, errno.EACCES, "e:/a.pdf", "U 盘", "not ready"),
    (1167, errno.EINVAL, "e:/a.pdf", "U 盘", "pulled out"),
    (19, errno.EACCES, "e:/a.pdf", "写保护", "write protected"),
    (225, errno.EINVAL, "a.pdf", "杀毒软件", "virus scanner"),
    (362, errno.EINVAL, "a.yaml", "没有下载到本机", "OneDrive is not running"),
    (388, errno.EINVAL, "a.yaml", "没有下载到本机", "a file of OneDrive without the network"),
    (384, errno.EINVAL, "//server/a.yaml", "网络盘", "a share of an old protocol"),
    (183, errno.EEXIST, "a.pdf", "同名的文件或文件夹挡在那里", "exists"),
    (9999, errno.EIO, "a.pdf", "磁盘读写出错（", "a number nobody knows"),
]


def error_of(number: int, code: int, name: str) -> OSError:
    error = OSError(code, os.strerror(code), name)
    error.winerror = number  # type: ignore[attr-defined]
    return error


@pytest.mark.parametrize(("number", "code", "name", "sentence", "why"), WINDOWS, ids=[why for *_, why in WINDOWS])
def test_windows(number: int, code: int, name: str, sentence: str, why: str) -> None:
    assert sentence in reason(error_of(number, code, name))
    assert is_held(error_of(number, code, name)) == (number in {5, 32, 33, 1224})


def test_a_folder_where_the_file_belongs_is_access_denied_on_windows(tmp_path: Path) -> None:
    error = error_of(5, errno.EACCES, str(tmp_path))
    assert reason(error) == "同名的文件或文件夹挡在那里"
    assert not is_held(error)
    assert reason(error_of(5, errno.EACCES, "x.part"), tmp_path) == "同名的文件或文件夹挡在那里"


def test_a_folder_that_may_not_be_looked_into_is_not_in_the_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root of this machine may look into any folder."""

    def refuse(path: Path) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(os, "scandir", refuse)
    assert "没有写入权限" in reason(error_of(5, errno.EACCES, str(tmp_path)))
    assert "没有写入权限" in reason(error_of(5, errno.EACCES, "x.part"), tmp_path)


def test_so_is_an_error_of_the_c_library_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    error = PermissionError(errno.EACCES, "Permission denied", str(tmp_path))  # what open() raises for a folder on Windows
    monkeypatch.setattr("toolkit.core.write_failures._ON_WINDOWS", True)
    assert reason(error) == "同名的文件或文件夹挡在那里"
    assert "没有写入权限，或文件正在别的程序中打开" in reason(
        PermissionError(errno.EACCES, "Permission denied", str(tmp_path / "a"))
    )


def test_a_file_in_the_cloud_is_an_invalid_argument_for_the_c_library_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("toolkit.core.write_failures._ON_WINDOWS", True)
    assert "没有下载到本机" in reason(OSError(errno.EINVAL, "Invalid argument", "a.yaml"))


POSIX = [
    ("ESTALE", "网络盘"), ("EHOSTDOWN", "网络盘"), ("ETIMEDOUT", "网络盘"), ("ENODEV", "U 盘"), ("EBUSY", "正在别的程序"),
    ("EDQUOT", "磁盘已满"), ("ENAMETOOLONG", "太长"), ("EROFS", "写保护"), ("EACCES", "没有写入权限"), ("EPERM", "没有写入权限"),
    ("EFBIG", "允许的大小"), ("ENOENT", "文件夹不存在"), ("ENOTDIR", "挡在那里"), ("EIO", "磁盘读写出错"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "sentence"), [case for case in POSIX if hasattr(errno, case[0])])
def test_posix(name: str, sentence: str) -> None:
    error = OSError(getattr(errno, name), "in the language of the system")
    assert sentence in reason(error)
    assert not is_held(error)


UNEXPECTED = [
    (OSError(errno.ENAMETOOLONG, "x", "/县/" + "长" * 90), "读写“长", "路径太长", "a name that is too long"),
    (PermissionError(errno.EACCES, "x", "/县/a.pdf"), "读写“a.pdf”没有成功", "权限", "no permission"),
    (OSError(errno.EROFS, "x", "a.pdf"), "读写“a.pdf”没有成功", "写保护", "read-only"),
    (OSError(errno.ENOTCONN, "x", "a.pdf"), "读写“a.pdf”没有成功", "网络盘", "a share that was cut"),
    (FileNotFoundError(errno.ENOENT, "No usable temporary directory found in ['/tmp']"), "没有能写入的临时", "TMPDIR", "full"),
    (OSError(errno.EIO, "x", "a.pdf"), "读写“a.pdf”没有成功", "磁盘读写出错", "a bad disk"),
    (OSError(errno.ENOSPC, "x"), "输出写不下去", "磁盘已满", "a full disk under the output"),
    (error_of(112, errno.EINVAL, "a.pdf"), "读写“a.pdf”没有成功", "磁盘已满", "a full disk of Windows"),
    (error_of(32, errno.EACCES, "a.pdf"), "读写“a.pdf”没有成功", "正在别的程序", "held open on Windows"),
]


@pytest.mark.parametrize(("error", "place", "why", "_"), UNEXPECTED, ids=[case[3] for case in UNEXPECTED])
def test_a_fault_of_the_machine_that_nobody_expected_is_no_fault_of_the_program(
    error: OSError, place: str, why: str, _: str
) -> None:
    sentence = fault_of_the_machine(error)
    assert sentence.startswith(place)
    assert why in sentence


@pytest.mark.parametrize(
    "error", [ValueError("x"), FileNotFoundError(errno.ENOENT, "x", "a"), ConnectionResetError(), OSError("x")]
)
def test_other_errors_are_the_programs(error: Exception) -> None:
    assert fault_of_the_machine(error) == ""
