"""Make this process independent of a machine's odd settings: locale, environment variables, a long temporary folder.

In: the environment as it is. Out: one that the libraries can work with. Nothing here changes what a report looks like.
"""

from __future__ import annotations

import atexit
import codecs
import errno
import gc
import getpass
import os
import re
import sys
import tempfile
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from toolkit.core.errors import UsageError
from toolkit.core.shipped import program_stamp

EPOCH = "SOURCE_DATE_EPOCH"  # reproducible-builds.org; some CI and conda builds set it to nothing
# An AF_UNIX address has at most 108 bytes on Linux and 104 on macOS, and multiprocessing adds about 30 to the folder.
LONGEST_TEMPORARY_FOLDER = 65
# Objects between two searches for cycles of garbage: with Python's 700 they take a tenth of the time, and find hardly one.
BETWEEN_COLLECTIONS = 20_000
_SHORT_FOLDERS = ("/tmp", "/var/tmp", "/dev/shm")
_FIRST_ZIP_YEAR, _LAST_ZIP_YEAR = 1980, 2107
FIRST_YEAR, LAST_YEAR = 2026, 2100  # a clock before the release of this program is wrong, as is one of another century
_NARROW = {"ascii", "iso8859-1", "iso8859-15", "cp1252"}  # encodings without Chinese


def tune_collector() -> None:
    """Search for cycles of garbage seldom, and not when the process ends: that takes a third of a second."""
    gc.set_threshold(BETWEEN_COLLECTIONS)
    atexit.register(_skip_last_collection)


def _skip_last_collection() -> None:
    if "_duckdb" not in sys.modules:  # it would report on the terminal what was not freed
        gc.freeze()


def repair_environment(environment: MutableMapping[str, str] = os.environ) -> None:
    """Remove a ``SOURCE_DATE_EPOCH`` that is not a whole number: matplotlib and fontTools fail while they are imported.

    An account without a home (a number without a name, in a container) gets the root folder, as Docker sets it: without any,
    ``Path.home`` and platformdirs raise.
    """
    if os.path.expanduser("~") == "~":  # noqa: PTH111 - which does not raise
        environment["HOME"] = "/"
    if not re.fullmatch(r"\s*\d{1,11}\s*", environment.get(EPOCH, "0"), re.ASCII):
        del environment[EPOCH]


def provide_ipython_folder() -> None:
    """Set IPython's folder for an account without a writable home: kernels would warn on the terminal.

    Source: IPython.paths.get_ipython_dir.
    """
    if os.environ.get("IPYTHONDIR"):
        return
    try:
        usual = Path("~/.ipython").expanduser()
        place = usual if usual.is_dir() else usual.parent
        if place.is_dir() and os.access(place, os.W_OK | os.X_OK):
            return
    except (RuntimeError, OSError):  # an account without a home
        pass
    user = os.getuid() if hasattr(os, "getuid") else ""
    try:
        folder = Path(tempfile.gettempdir(), f"nianbao-ipython-{user}")
        folder.mkdir(mode=0o700, exist_ok=True)
        if not folder.is_symlink() and os.access(folder, os.W_OK):
            os.environ["IPYTHONDIR"] = str(folder)
    except OSError:
        return


def restart_in_utf8() -> None:
    """Restart in Python's UTF-8 mode where file names cannot be Chinese (LANG=C with that mode switched off).

    Does not return when it restarts. On Windows file names are always Unicode; a Chinese locale stays as it is.
    """
    encoding = codecs.lookup(sys.getfilesystemencoding()).name
    if os.name != "posix" or sys.flags.utf8_mode or encoding not in _NARROW:
        return
    arguments = [os.fsdecode(argument) for argument in sys.argv[1:]]
    os.environ["PYTHONUTF8"] = "1"
    os.environ.pop("PYTHONIOENCODING", None)
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(sys.executable, [sys.executable, "-X", "utf8", "-P", "-m", "toolkit", *arguments])


@contextmanager
def short_temporary_folder() -> Iterator[None]:
    """Give multiprocessing a folder with a short path for its sockets.

    Raises:
        UsageError: the temporary folder's path is too long, and no other folder can be written.
    """
    before = tempfile.tempdir
    if len(os.fsencode(tempfile.gettempdir())) > LONGEST_TEMPORARY_FOLDER:
        tempfile.tempdir = _shorter_folder()
    try:
        yield
    finally:
        tempfile.tempdir = before


def _shorter_folder() -> str:
    for folder in _SHORT_FOLDERS:
        if Path(folder).is_dir() and os.access(folder, os.W_OK | os.X_OK):
            return folder
    raise UsageError(f"临时文件夹的路径太长：{tempfile.gettempdir()}。请把环境变量 TMPDIR 改为一个短的文件夹，如 /tmp")


def refuse_impossible_clock(now: datetime | None = None) -> None:
    """Refuse to make files on a day that a ZIP package (DOCX, XLSX) cannot hold.

    The clock of a computer whose battery is empty starts in 1970 or 1980.

    Raises:
        UsageError: the year is before 1980 or after 2107.

    Source: PKWARE, APPNOTE.TXT 4.4.6 (date and time fields of MS-DOS).
    """
    now = now or datetime.now()
    if not _FIRST_ZIP_YEAR <= now.year <= _LAST_ZIP_YEAR:
        raise UsageError(f"电脑的时钟不对，现在是 {now:%Y-%m-%d}。请先校准日期和时间，再生成")


def refuse_wrong_clock(now: datetime | None = None) -> None:
    """Refuse to send, to take in or to decide anything on a day before this program existed: the day is written down.

    Raises:
        UsageError: the year is before that of the release, or of another century.
    """
    now = now or datetime.now()
    if not FIRST_YEAR <= now.year <= LAST_YEAR:
        raise UsageError(
            f"电脑的时钟不对，现在是 {now:%Y-%m-%d}。收到、报送、审核的日期会记错，证书也核对不上；请先校准日期和时间"
        )


def is_older_than_program(now: datetime | None = None) -> bool:
    """Whether it is more than a day earlier than the program was installed, by the clock: it has been put back since."""
    _, installed = program_stamp()
    return (now or datetime.now()).timestamp() < installed / 1e9 - 86_400


def writable(folder: Path) -> bool:
    """Whether files can be made in a folder, which is made when it is missing."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def keeps_rights(folder: Path) -> bool:
    """Whether a file in a writable folder can be kept from other accounts; shares often know no rights of POSIX."""
    with tempfile.NamedTemporaryFile(dir=folder) as file:
        return os.name != "posix" or not os.stat(file.name).st_mode & 0o077


def keeps_locks(folder: Path) -> bool:
    """Whether files in a writable folder can be locked; a share without a lock service (NFS) refuses, SMB does not."""
    if os.name != "posix":
        return True
    import fcntl

    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in (errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL)
    return True


# accounts that several people work under: their name says nothing about who fills in a report
SHARED_ACCOUNTS = frozenset(("root", "administrator", "admin", "user", "guest", "jovyan", "nianbao", "本机用户"))


def account() -> str:
    """The name of the account as the history and other windows show it."""
    return user_name() or "本机用户"


def user_name() -> str:
    """The name the user is logged in by; "" where the system knows none."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # no such user (a container), or Windows without its variables
        return ""
