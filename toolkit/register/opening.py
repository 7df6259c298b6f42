"""Open the file of a register safely, keep a copy of it each day, and put a copy in the place of a damaged file.

In: the path and the day. Out: a connection with its notes, or an error that names the latest copy. Copies are made by
SQLite's own backup before the first change of a day and kept for 30 days; a damaged file is put aside, never deleted.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from datetime import date, timedelta
from pathlib import Path

from toolkit.core.errors import UsageError
from toolkit.core.files import is_disk_full, replace_file
from toolkit.core.machine import keeps_locks
from toolkit.core.write_failures import reason
from toolkit.register.places import SUFFIX, copies_folder, file_mode, is_network_share, keep_private
from toolkit.register.problems import RegisterBusy, RegisterUnreadable, RegisterUnwritable
from toolkit.register.requests import FIELDS

APPLICATION = 0x6E626472  # "nbdr": tells a register from other SQLite files
VERSION = 1
BUSY_SECONDS = 5.0
READING_SECONDS = 0.5  # a form that counts waits no longer
_WRITE_VERSION = 18  # offset in the file's head: 1 for a rollback journal, 2 for a write-ahead log
KEPT_DAYS = 30
ON_A_SHARE = (
    "台账放在网络共享文件夹里：那里不能两个人同时打开，一个人用完关闭以后，别人才能打开。要几个人同时用，请放到大家登录的服务器上"
)
_SCHEMA = f"""
CREATE TABLE meta ("key" TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE requests (
  id INTEGER PRIMARY KEY,
  version INTEGER NOT NULL DEFAULT 1,
  {", ".join(f"{field.key} TEXT NOT NULL DEFAULT ''" for field in FIELDS)},
  closed_on TEXT NOT NULL DEFAULT '',
  counted TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX numbers ON requests (number);
CREATE INDEX counted ON requests (received_on, closed_on, applicant_kind, counted, number, voided_on);
CREATE INDEX disputed ON requests (number) WHERE disputes != '';
CREATE INDEX charged ON requests (number) WHERE fee_notice_on != '';
CREATE TABLE changes (
  id INTEGER PRIMARY KEY, at TEXT NOT NULL, who TEXT NOT NULL, request INTEGER NOT NULL REFERENCES requests (id),
  kind TEXT NOT NULL, "key" TEXT NOT NULL, before TEXT NOT NULL, after TEXT NOT NULL
);
CREATE INDEX changed ON changes (request);
"""


def connect(path: Path, today: date, *, read_only: bool = False) -> tuple[sqlite3.Connection, tuple[str, ...]]:
    """Open a register; a new one is made unless it is only read. With sentences for the user, such as that it is on a share.

    Raises:
        RegisterUnreadable, RegisterBusy, RegisterUnwritable: as their sentences say.
    """
    if read_only:
        return _open_to_read(path), ()
    share = is_network_share(path.parent)
    _refuse_lost(path)
    try:
        _prepare(path)
        connection = _connected(str(path))
    except OSError as error:
        raise RegisterUnwritable(f"打不开台账 {path.name}：{reason(error, path)}") from error
    try:
        _set_up(connection, path, share=share)
        keep_copy(connection, path, today)
    except sqlite3.OperationalError as error:
        connection.close()
        raise explained(error, path, share=share) from error
    except sqlite3.DatabaseError as error:
        connection.close()
        raise RegisterUnreadable(path, latest_copy(path)) from error
    except OSError as error:
        connection.close()
        raise RegisterUnwritable(f"写不了台账 {path.name} 的每日副本：{reason(error, path)}") from error
    return connection, (ON_A_SHARE,) if share else ()


def _refuse_lost(path: Path) -> None:
    """Refuse to create a register in place of a lost or empty one of which there are copies.

    Raises:
        RegisterUnreadable: the file is missing or empty, and a copy exists.
    """
    log = path.with_name(f"{path.name}-wal")
    if (not path.exists() or (path.stat().st_size == 0 and not log.exists())) and (copy := latest_copy(path)):
        raise RegisterUnreadable(path, copy, lost="是空的" if path.exists() else "不见了")


def _prepare(path: Path) -> None:
    """Make a new file private before anything is in it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, file_mode(path.parent)))
    with suppress(PermissionError):  # of a colleague, in a folder of the group
        keep_private(path)


def _connected(address: str, *, uri: bool = False, seconds: float | None = None) -> sqlite3.Connection:
    connection = sqlite3.connect(
        address, timeout=BUSY_SECONDS if seconds is None else seconds, isolation_level=None, uri=uri, check_same_thread=False
    )
    connection.row_factory = sqlite3.Row
    return connection


def _set_up(connection: sqlite3.Connection, path: Path, *, share: bool) -> None:
    """Set the modes of the connection, and create the tables of a new file.

    Raises:
        sqlite3.DatabaseError: damaged, or no register.
    """
    if share:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    connection.execute(f"PRAGMA journal_mode = {'DELETE' if share else 'WAL'}")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute("PRAGMA foreign_keys = ON")
    if share or not _is_made(connection):
        connection.execute("BEGIN EXCLUSIVE")
        if not _is_made(connection):
            for statement in _SCHEMA.split(";"):
                connection.execute(statement)
            connection.execute(f"PRAGMA application_id = {APPLICATION}")
            connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.commit()
    _verify(connection)


def _is_made(connection: sqlite3.Connection) -> bool:
    return bool(connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])


def _verify(connection: sqlite3.Connection) -> None:
    """Refuse files that are not a register of this version or that SQLite finds damaged.

    Raises:
        sqlite3.DatabaseError: the file is another database, of another version, or damaged.
    """
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    answer = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if application != APPLICATION or version != VERSION or answer != "ok":
        raise sqlite3.DatabaseError(f"no register: {application:x}, version {version}, {answer}")


def _open_to_read(path: Path) -> sqlite3.Connection:
    """Open for reading only; also in a read-only folder, and on a share where another machine holds the file."""
    if not path.is_file():
        raise UsageError(f"找不到台账 {path}")
    try:
        return _verified(path, "mode=ro")
    except sqlite3.OperationalError as error:
        if _is_busy(error):
            return _snapshot(path)
        if _log_size(path):  # without the log the last changes would be missing
            raise RegisterUnwritable(f"台账 {path.name} 最近的改动读不到：文件夹没有写入权限，而台账还没有关好") from error
    try:
        return _verified(path, "mode=ro&immutable=1")
    except sqlite3.OperationalError as error:
        raise explained(error, path) from error


def _verified(path: Path, mode: str) -> sqlite3.Connection:
    """A connection to a file that is a register.

    Raises:
        RegisterUnreadable: the file is no register, or damaged.
        sqlite3.OperationalError: it cannot be opened.
    """
    connection = _connected(f"{path.absolute().as_uri()}?{mode}", uri=True, seconds=READING_SECONDS)
    try:
        _verify(connection)
    except sqlite3.OperationalError:
        connection.close()
        raise
    except sqlite3.DatabaseError as error:
        connection.close()
        raise RegisterUnreadable(path, latest_copy(path)) from error
    return connection


def _snapshot(path: Path) -> sqlite3.Connection:
    """Copy a register that another process holds into memory, between two of its transactions.

    Raises:
        RegisterBusy: a transaction is under way.
    """
    before = _quiet(path)
    raw = path.read_bytes()
    if before is None or before != _quiet(path) or raw[_WRITE_VERSION : _WRITE_VERSION + 1] != b"\1":
        raise RegisterBusy(path, share=is_network_share(path.parent))
    connection = _connected(":memory:")
    connection.deserialize(raw)
    return connection


def _quiet(path: Path) -> tuple[int, int] | None:
    """Size and time of a file without a transaction under way; ``None`` while there is one.

    A journal that is kept between transactions is empty or begins with zeros.
    Source: SQLite, pragma locking_mode; file format 3 (rollback journal).
    """
    try:
        with path.with_name(f"{path.name}-journal").open("rb") as journal:
            if journal.read(8).strip(b"\0"):
                return None
    except FileNotFoundError:
        pass
    except OSError:
        return None
    status = path.stat()
    return status.st_size, status.st_mtime_ns


def _log_size(path: Path) -> int:
    try:
        return path.with_name(f"{path.name}-wal").stat().st_size
    except OSError:
        return 0


def _is_busy(error: sqlite3.OperationalError) -> bool:
    return str(getattr(error, "sqlite_errorname", "")).startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))


def explained(error: sqlite3.OperationalError, path: Path, *, share: bool = False) -> Exception:
    """The error of SQLite in a clerk's words."""
    name = getattr(error, "sqlite_errorname", "")
    if (_is_busy(error) or name == "SQLITE_IOERR_LOCK") and not keeps_locks(path.parent):
        return RegisterUnwritable(
            f"台账 {path.name} 打不开：所在的网络盘不支持文件锁，两人同时写会弄坏台账；请把它放到本机或别的网络盘，"
            "或请管理员打开网络盘的文件锁"
        )
    if _is_busy(error):
        return RegisterBusy(path, share=share)
    if name.startswith("SQLITE_FULL") or (name.startswith(("SQLITE_IOERR", "SQLITE_CANTOPEN")) and is_disk_full(path.parent)):
        return RegisterUnwritable(f"台账 {path.name} 写不进去：磁盘已满，请清理后重试")
    if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")):
        return RegisterUnwritable(f"台账 {path.name} 打不开：没有读写权限，或文件夹设成了只读")
    if name.startswith("SQLITE_IOERR"):
        return RegisterUnwritable(f"台账 {path.name} 读写失败：磁盘或网络出错，请检查后重试")
    return RegisterUnreadable(path, latest_copy(path))


# ---- daily copies


def keep_copy(connection: sqlite3.Connection, path: Path, today: date) -> Path | None:
    """Copy the register once a day, and remove copies older than 30 days; the new copy, ``None`` when there is one.

    Raises:
        OSError: the copy cannot be written.
    """
    copy = copies_folder(path) / f"{today.isoformat()}{SUFFIX}"
    if copy.exists() or not connection.execute("SELECT 1 FROM requests LIMIT 1").fetchone():
        return None
    _prepare(copy.with_suffix(".part"))
    with closing(sqlite3.connect(copy.with_suffix(".part"))) as target:
        connection.backup(target)
        target.execute("PRAGMA journal_mode = DELETE")
    replace_file(copy.with_suffix(".part"), copy)
    oldest = today - timedelta(days=KEPT_DAYS)
    for old in copies(path):
        if _day_of(old) < oldest:
            old.unlink(missing_ok=True)
    return copy


def copies(path: Path) -> list[Path]:
    """The daily copies of a register, the latest first."""
    return sorted((file for file in copies_folder(path).glob(f"????-??-??{SUFFIX}") if _day_of(file) > date.min), reverse=True)


def latest_copy(path: Path) -> Path | None:
    return next(iter(copies(path)), None)


def put_copy_back(path: Path, copy: Path, today: date) -> Path | None:
    """Put a daily copy in the place of a register; the old file is kept beside it, its new place is returned.

    Raises:
        UsageError: the copy is not a register.
        RegisterUnwritable: files cannot be moved.
    """
    try:
        _open_to_read(copy).close()
    except RegisterUnreadable as error:
        raise UsageError(f"副本 {copy.name} 也打不开；请选更早的一份") from error
    try:
        aside = _put_aside(path, today) if path.exists() else None
        _prepare(path.with_suffix(".part"))
        with closing(sqlite3.connect(copy)) as source, closing(sqlite3.connect(path.with_suffix(".part"))) as target:
            source.backup(target)
        replace_file(path.with_suffix(".part"), path)
    except OSError as error:
        raise RegisterUnwritable(f"恢复不了台账 {path.name}：{reason(error, path)}") from error
    return aside


def _put_aside(path: Path, today: date) -> Path:
    """Move a damaged file, with the log that belongs to it, out of the way."""
    folder = copies_folder(path)
    folder.mkdir(parents=True, exist_ok=True)
    number = sum(1 for _ in folder.glob("坏了的*")) + 1
    aside = folder / f"坏了的 {today.isoformat()} {number}{SUFFIX}"
    for end in ("", "-wal", "-shm"):
        file = path.with_name(path.name + end)
        if file.exists():
            replace_file(file, aside.with_name(aside.name + end))
    return aside


def _day_of(copy: Path) -> date:
    try:
        return date.fromisoformat(copy.stem)
    except ValueError:
        return date.min
