"""Put bytes on disk whole or not at all: written beside their place, then renamed into it."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from toolkit.errors import CannotWrite


def save_bytes(path: Path, data: bytes) -> None:
    """Write ``data`` to ``path``, replacing what is there in one step; folders are made.

    Raises:
        CannotWrite: no permission, marked read-only, disk full, a folder in the way. The old file is untouched and nothing
            half-written stays.
    """
    temporary = ""
    try:
        if _is_marked_read_only(path):
            raise CannotWrite(path, "它设成了只读；确实要改的，请先在文件属性中去掉“只读”")
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        # mkstemp makes files private; a report is for the whole office
        Path(temporary).chmod(_usual_mode())
        Path(temporary).replace(path)
    except OSError as error:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
        raise CannotWrite(path, reason(error)) from error


def _is_marked_read_only(path: Path) -> bool:
    """Somebody means the file to stay as it is: nobody may write it, and a rename would pass over that (not on Windows)."""
    return path.is_file() and not path.stat().st_mode & 0o222


def save_together(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write the files of one report (name: content): all of them are on disk before the first takes its place.

    They lie in ``.part`` until then; what a run that was cut off left there is removed first. Only one process at a
    time may write to a folder.

    Raises:
        CannotWrite: no permission, disk full. None of the old files is touched.
    """
    waiting = folder / ".part"
    try:
        shutil.rmtree(waiting, ignore_errors=True)
        waiting.mkdir(parents=True)
        for name, data in files.items():
            with (waiting / name).open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        for name in files:
            (waiting / name).replace(folder / name)
    except OSError as error:
        raise CannotWrite(folder / next(iter(files)), reason(error)) from error
    finally:
        shutil.rmtree(waiting, ignore_errors=True)


# Windows knows no quota of this name
_FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}


def _usual_mode() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def reason(error: OSError) -> str:
    """Why a file could not be written, in a clerk's words."""
    match error:
        case IsADirectoryError() | NotADirectoryError() | FileExistsError():
            return "同名的文件或文件夹挡在那里"
        case PermissionError() | OSError(errno=errno.EROFS):
            return "没有写入权限，或文件正在别的程序中打开；请关闭它、换一个文件夹或联系管理员"
        case OSError(errno=number) if number in _FULL:
            return "磁盘已满，请清理后重试"
        case OSError(errno=errno.ENAMETOOLONG):
            return "文件名或路径太长，请换一个较短的文件夹"
    return f"磁盘读写出错（{error.strerror or type(error).__name__}）"
