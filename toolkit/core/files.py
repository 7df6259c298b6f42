"""Write files completely or not at all: write a temporary file, then rename it; append whole lines.

In: paths and bytes. Out: the new files, or ``CannotWrite`` that names the file, the reason and what to do. Windows
replaces no file that a program holds open; the replacement is retried for about a second, as virus scanners and
previews hold a file for a moment only. Ledgers, journals and logs only grow (``append_lines``): a line that a kill cut short is
ended by the next one, so that its reader can tell it from a good one. One process at a time appends to a file.
"""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
import shutil
import stat
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path

from toolkit.core.errors import CannotWrite
from toolkit.core.write_failures import FOLDER_IN_THE_WAY, MARKED_READ_ONLY, is_held, reason

RETRY_PAUSES = (0.02, 0.05, 0.1, 0.2, 0.3, 0.4)  # seconds; about one second together
_HARDLY_ANY = 200_000  # bytes
_MOST_KEPT = 200_000  # bytes: a report has 5 kB
FileStamp = tuple[int, int]  # size in bytes, time of the last change in nanoseconds
_SETTLED = 3_000_000_000  # nanoseconds: FAT keeps times to two seconds, so a younger file may change and keep its time
PARTS = ".part"  # folder of the files of a report until the first of them takes its place


def save_bytes(path: Path, data: bytes, rights: int | None = None) -> None:
    """Write ``data`` to ``path``, replacing an existing file in one step; folders are created.

    Args:
        rights: who may read and write it, whatever the umask; left out, the umask says so.

    Raises:
        CannotWrite: no permission, marked read-only, held open by another program, disk full, a folder in the way. The old
            file is untouched and nothing half-written stays.
    """
    with _naming(path):
        _refuse(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{secrets.token_hex(6)}.part")
        try:
            _write(temporary, data, rights)
            replace_file(temporary, path)
        except BaseException:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise


def sha256_of(data: bytes) -> str:
    """SHA-256 of bytes, hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def is_disk_full(folder: Path) -> bool:
    """Whether the disk of a folder has hardly any room left: a database then fails in many ways, each with another message."""
    try:
        return shutil.disk_usage(folder).free < _HARDLY_ANY
    except OSError:
        return False


def file_stamp(path: str | Path) -> FileStamp | None:
    """Size and time of a regular file; ``None`` for anything else and for unreadable ones."""
    try:
        status = os.stat(path)
    except OSError:
        return None
    return (status.st_size, status.st_mtime_ns) if stat.S_ISREG(status.st_mode) else None


def read_regular_file(path: str | Path) -> bytes:
    """The bytes of a file; a named pipe, a socket or a device is refused, as reading it may wait for ever.

    Raises:
        OSError: as ``Path.read_bytes``, and EINVAL for anything but a regular file.
    """
    mode = os.stat(path).st_mode
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        raise OSError(errno.EINVAL, "是管道、设备一类的特殊文件", str(path))
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123  a Path for each of a batch takes longer
        return file.read()


def read_neighbour(path: str | Path) -> bytes:
    """The bytes of a file that the verdicts on many reports depend on; read again when its size or one of its times changed.

    A file that changed a moment ago is read each time: another change may leave it with the same size and times.

    Raises:
        OSError: as ``read_regular_file``.
    """
    status = os.stat(path)
    changed = max(status.st_mtime_ns, status.st_ctime_ns)
    is_small_file = stat.S_ISREG(status.st_mode) and status.st_size <= _MOST_KEPT
    if not is_small_file or time.time_ns() - changed < _SETTLED:
        return read_regular_file(path)
    return _unchanged_bytes(str(path), (status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns))


@lru_cache(maxsize=1024)  # a report has 5 kB
def _unchanged_bytes(path: str, stamp: tuple[int, ...]) -> bytes:
    del stamp  # part of the key
    return read_regular_file(path)


def save_together(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write the files of one report (name: content): all of them replace the old ones, or none does.

    They are written to ``.part``; then every target is tried, and only then the first is replaced. When a replacement
    fails all the same, the files replaced before it are put back. Only one process at a time may write to a folder.

    Raises:
        CannotWrite: no permission, a target held open by another program or marked read-only, disk full. It names the
            file that refused; none of the old files has changed unless ``replaced`` says so.
    """
    parts = folder / PARTS
    try:
        with _naming(folder / next(iter(files), PARTS)):
            shutil.rmtree(parts, ignore_errors=True)  # of a run that was killed
            (parts / "old").mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            with _naming(folder / name):
                _write(parts / name, data)
        for name in files:
            with _naming(folder / name):
                _refuse(folder / name)
                _refuse_held(folder / name)
        _replace_all(folder, list(files))
    finally:
        shutil.rmtree(parts, ignore_errors=True)


def replace_file(source: Path, target: Path) -> None:
    """Rename ``source`` to ``target``; retry while another program holds the target (Windows).

    Raises:
        OSError: as ``os.replace``, after about a second.
    """
    retried(lambda: os.replace(source, target))


def remove_file(path: Path) -> bool:
    """Remove a file that is no longer needed; False when it cannot be removed now (held open, no permission)."""
    try:
        retried(lambda: path.unlink(missing_ok=True))
    except OSError:
        return False
    return True


def is_held_open(path: Path) -> bool:
    """Whether another program holds the file so that it can be neither replaced nor removed (Windows only)."""
    try:
        if path.is_file():
            os.replace(path, path)
    except OSError as error:
        return is_held(error)
    return False


def retried(action: Callable[[], None]) -> None:
    """Call ``action``, again after each pause of ``RETRY_PAUSES`` while it fails because a file is held open."""
    for pause in RETRY_PAUSES:
        try:
            return action()
        except OSError as error:
            if not is_held(error):
                raise
        time.sleep(pause)
    return action()


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Turn an error of the system into ``CannotWrite`` for ``path``."""
    try:
        yield
    except OSError as error:
        raise CannotWrite(path, reason(error, path)) from error


def _write(path: Path, data: bytes, rights: int | None = None) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags, 0o666 if rights is None else rights), "wb") as file:
        if rights is not None and hasattr(os, "fchmod"):
            os.fchmod(file.fileno(), rights)
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _refuse(path: Path) -> None:
    """Refuse a folder of that name, and a file that is marked read-only (a rename would pass over the mark on POSIX)."""
    if path.is_dir():
        raise CannotWrite(path, FOLDER_IN_THE_WAY)
    if path.is_file() and not path.stat().st_mode & 0o222:
        raise CannotWrite(path, MARKED_READ_ONLY)


def _refuse_held(path: Path) -> None:
    """Rename an existing file onto itself: Windows refuses that for a file that is held open, and it changes nothing."""
    if path.exists():
        replace_file(path, path)


def _replace_all(folder: Path, names: Sequence[str]) -> None:
    parts, replaced = folder / PARTS, list[str]()
    try:
        for name in names:
            with _naming(folder / name):
                _back_up(folder / name, parts / "old" / name)
                replace_file(parts / name, folder / name)
            replaced.append(name)
    except CannotWrite as error:
        remaining = [name for name in replaced if not _restore(folder / name, parts / "old" / name)]
        if remaining:
            raise CannotWrite(error.path, error.reason, replaced=remaining) from error
        raise


def _back_up(path: Path, backup: Path) -> None:
    """Give the old file a second name (a hard link, or a copy on disks without links)."""
    if not path.exists():
        return
    try:
        backup.hardlink_to(path)
    except (OSError, NotImplementedError):
        shutil.copy2(path, backup)


def _restore(path: Path, backup: Path) -> bool:
    """Undo one replacement: restore the old file, or remove the new one."""
    if not backup.exists():
        return remove_file(path)
    try:
        replace_file(backup, path)
    except OSError:
        return False
    return True


def append_lines(path: Path, lines: bytes, *, sync: bool = True) -> int:
    """Append lines, each with its line end.

    Args:
        path: the file; it is made when it is missing.
        lines: one or more lines.
        sync: return when the lines would survive a power cut.

    Returns:
        The size of the file in bytes.

    Raises:
        OSError: no folder, no permission, disk full. The file is as long as before.
    """
    is_new = not path.exists()
    with path.open("a+b", buffering=0) as file:
        length = file.seek(0, os.SEEK_END)
        if length:
            file.seek(length - 1)
            lines = lines if file.read(1) == b"\n" else b"\n" + lines
        try:
            while lines:
                lines = lines[file.write(lines) :]
            if sync:
                os.fsync(file.fileno())
        except OSError:
            with suppress(OSError):  # if this fails too, the line stays torn
                file.truncate(length)
            raise
        size = file.tell()
    if sync and is_new:
        sync_folder(path.parent)
    return size


def sync_folder(folder: Path) -> None:
    """Make new names in a folder survive a power cut; Windows has no call for it and needs none."""
    if os.name != "posix":
        return
    with suppress(OSError):  # a network drive may refuse
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
