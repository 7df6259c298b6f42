"""Say in a clerk's words why a file could not be written, on Windows and on POSIX.

In: an ``OSError`` of a write, a rename or a removal. Out: one sentence with the next step. Windows is asked for its own
number (``winerror``): the ``errno`` that Python derives from it merges what a clerk must do different things about.

Source: Microsoft, System Error Codes (0-499, 500-999, 1000-1299).
"""

from __future__ import annotations

import errno
import os
from pathlib import Path

FOLDER_IN_THE_WAY = "同名的文件或文件夹挡在那里"
MARKED_READ_ONLY = "它设成了只读；确实要改的，请先在文件属性中去掉“只读”"
HELD_OPEN = "文件正在别的程序（如 Word、WPS、PDF 阅读器）中打开；请关闭它，再试一次"
_DENIED = "没有写入权限，或文件正在别的程序中打开；请关闭它、换一个文件夹或联系管理员"
_DISK_FULL = "磁盘已满，请清理后重试"
_TOO_LARGE = "文件超过了系统或磁盘格式（如 FAT32）允许的大小；请换一个文件夹，或请管理员检查限制（ulimit -f）"
_TOO_LONG = "文件名或路径太长，请换一个较短的文件夹"
_BAD_NAME = "文件名中有系统不允许的字符"
_NO_FOLDER = "文件夹不存在，或已被移走、改名"
_NETWORK = "网络盘（共享文件夹）连不上；请确认网络和共享正常，再试一次"
_NO_DEVICE = "磁盘、U 盘或网络盘没有接上，或没有准备好；请接好后再试一次"
_WRITE_PROTECTED = "磁盘或 U 盘设了写保护"
_VIRUS = "杀毒软件拦下了这个文件；请联系管理员"

NO_TEMPORARY_FOLDER = "没有能写入的临时文件夹；请腾出磁盘空间，或用环境变量 TMPDIR（Windows：TEMP）写明一个能写入的文件夹"
_IN_THE_CLOUD = "云盘（OneDrive 等）里的这个文件没有下载到本机；请联网同步，或在文件上选“始终保留在此设备上”，再试一次"
_BAD_NAME_OR_CLOUD = f"{_BAD_NAME}，或者{_IN_THE_CLOUD}"

_HELD = {32, 33, 1224}  # ERROR_SHARING_VIOLATION, ERROR_LOCK_VIOLATION, ERROR_USER_MAPPED_FILE
_ACCESS_DENIED = 5  # also what Windows says of a target that another program holds open without sharing its deletion
_LONGEST_PATH = 240  # characters; Windows allows 259 unless its long paths are switched on, and a folder 247
_PATH_NOT_FOUND = {2, 3}
_ON_WINDOWS = os.name == "nt"

_WINDOWS: dict[int, str] = (
    dict.fromkeys(_HELD, HELD_OPEN)
    | dict.fromkeys((39, 112, 1295), _DISK_FULL)  # HANDLE_DISK_FULL, DISK_FULL, DISK_QUOTA_EXCEEDED
    | dict.fromkeys((111, 206), _TOO_LONG)  # BUFFER_OVERFLOW, FILENAME_EXCED_RANGE
    | dict.fromkeys((123, 161), _BAD_NAME)  # INVALID_NAME, BAD_PATHNAME
    # REM_NOT_LIST, BAD_NETPATH, DEV_NOT_EXIST, UNEXP_NET_ERR, NETNAME_DELETED, BAD_NET_NAME, SEM_TIMEOUT,
    # NETWORK_UNREACHABLE, HOST_UNREACHABLE, CONNECTION_ABORTED
    | dict.fromkeys((51, 53, 55, 59, 64, 67, 121, 1231, 1232, 1236), _NETWORK)
    | dict.fromkeys((15, 21, 1006, 1167), _NO_DEVICE)  # INVALID_DRIVE, NOT_READY, FILE_INVALID, DEVICE_NOT_CONNECTED
    | dict.fromkeys((*range(362, 384), *range(386, 399), 404, 426), _IN_THE_CLOUD)  # CLOUD_FILE_PROVIDER_NOT_RUNNING …
    | {384: _NETWORK, 19: _WRITE_PROTECTED, 225: _VIRUS, 226: _VIRUS, 80: FOLDER_IN_THE_WAY, 183: FOLDER_IN_THE_WAY}
)


def _numbers(*names: str) -> set[int]:
    """Those of the errno names that this system knows."""
    return {getattr(errno, name) for name in names if hasattr(errno, name)}


_FULL = _numbers("ENOSPC", "EDQUOT")
_POSIX: tuple[tuple[set[int], str], ...] = (
    (_FULL, _DISK_FULL),
    (_numbers("ENAMETOOLONG"), _TOO_LONG),
    (_numbers("EFBIG"), _TOO_LARGE),
    (_numbers("EBUSY", "ETXTBSY"), HELD_OPEN),
    (_numbers("ESTALE", "EHOSTDOWN", "EHOSTUNREACH", "ENETDOWN", "ENETUNREACH", "ETIMEDOUT", "ENOTCONN", "EREMOTEIO"), _NETWORK),
    (_numbers("ENODEV", "ENXIO", "ENOMEDIUM"), _NO_DEVICE),
    (_numbers("EISDIR", "ENOTDIR", "EEXIST"), FOLDER_IN_THE_WAY),
    (_numbers("EROFS"), _WRITE_PROTECTED + "，或是只读的光盘、镜像"),
    (_numbers("EACCES", "EPERM"), _DENIED),
    (_numbers("ENOENT"), _NO_FOLDER),
)
_AWAY = {number for numbers, sentence in _POSIX if sentence in (_NETWORK, _NO_DEVICE) for number in numbers}
_UNEXPECTED = _numbers("ENAMETOOLONG", "EACCES", "EPERM", "EROFS", "EIO", "EBUSY") | _AWAY
_OF_THE_MACHINE = set(_WINDOWS) | {_ACCESS_DENIED}


def is_held(error: OSError) -> bool:
    """Whether another program may hold the file open, so that a second try in a moment can succeed (Windows only)."""
    number = getattr(error, "winerror", None)
    return number in _HELD or (number == _ACCESS_DENIED and not _is_folder(error))


def reason(error: OSError, path: Path | None = None) -> str:
    """Why a file could not be written, in a clerk's words; ``path`` is the file when the error does not name it."""
    number = getattr(error, "winerror", None)
    place = path or (Path(error.filename) if isinstance(error.filename, str) else None)
    if number in _PATH_NOT_FOUND and place and len(str(place.absolute())) >= _LONGEST_PATH:
        return _TOO_LONG
    if _is_denied(error) and (_is_folder(error) or (place and _is_open_folder(place))):
        return FOLDER_IN_THE_WAY
    if number in _WINDOWS:
        return _WINDOWS[number]
    if _ON_WINDOWS and number is None and error.errno == errno.EINVAL:  # what the C library makes of both
        return _BAD_NAME_OR_CLOUD
    reason = next((sentence for numbers, sentence in _POSIX if error.errno in numbers), "")
    return reason or f"磁盘读写出错（系统错误号 {number or error.errno or '不明'}），请再试一次；还不行的，请联系管理员"


def unreachable(path: Path) -> str:
    """Why it is unknown whether a path exists: its share or disk is away. Empty for one that is there or missing."""
    try:
        path.stat()
    except OSError as error:
        drive = path.absolute().anchor
        if _ON_WINDOWS and not os.path.lexists(drive):
            return _NETWORK if drive.startswith("\\\\") else _NO_DEVICE
        sentence = reason(error, path)
        # EIO: an NFS mount that gives up (soft)
        return sentence if sentence in (_NETWORK, _NO_DEVICE) or error.errno == errno.EIO else ""
    return ""


def fault_of_the_machine(error: BaseException) -> str:
    """The sentence for an error of the disk or of permissions that no code expected; empty for any other error.

    A missing file and a folder in the way stay errors of the program: which of them is meant is not known here.
    """
    if isinstance(error, FileNotFoundError) and "No usable temporary directory" in str(error):  # ``tempfile.gettempdir``
        return NO_TEMPORARY_FOLDER
    if not isinstance(error, OSError) or not (isinstance(error.filename, str) or error.errno in _FULL):
        return ""
    is_of_machine = getattr(error, "winerror", None) in _OF_THE_MACHINE or error.errno in _FULL | _UNEXPECTED
    name = Path(error.filename).name[:60] if isinstance(error.filename, str) else ""
    return f"{f'读写“{name}”没有成功' if name else '输出写不下去'}：{reason(error)}" if is_of_machine else ""


def _is_denied(error: OSError) -> bool:
    """Windows denies access; ``open`` goes through the C library there, whose errors have no number of Windows."""
    number = getattr(error, "winerror", None)
    return number == _ACCESS_DENIED or (_ON_WINDOWS and number is None and error.errno == errno.EACCES)


def _is_folder(error: OSError) -> bool:
    """The error is about a folder where a file belongs."""
    names = (error.filename, getattr(error, "filename2", None))
    return any(isinstance(name, str) and _is_open_folder(Path(name)) for name in names)


def _is_open_folder(path: Path) -> bool:
    """A folder that may be listed; one that may not was itself denied."""
    try:
        with os.scandir(path):
            return True
    except OSError:
        return False
