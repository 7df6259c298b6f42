"""Sources of incoming reports: a folder of PDFs and ``.eml`` files, a Maildir, an IMAP mailbox (``mailbox``).

In: a place. Out: ``Incoming`` things one by one, each with its raw bytes; ``mark`` is called when one is safely on
disk, and only then is a place changed. Something over the limit is not read: its head comes with the reason.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from toolkit.core.dates import moment_of
from toolkit.core.errors import UsageError
from toolkit.core.sniffing import ZIP
from toolkit.dispatch.intake.documents import SUFFIXES
from toolkit.dispatch.intake.examining import Kind
from toolkit.dispatch.intake.incoming import Incoming, MailSource, over_limit
from toolkit.dispatch.intake.inspecting import IntakeLimits, megabytes
from toolkit.dispatch.intake.mailbox import open_imap
from toolkit.dispatch.settings import DispatchSettings, Secret

_KINDS: dict[str, Kind] = {
    ".docx": "document", ".xlsx": "document",
    ".pdf": "pdf", ".eml": "mail", ".png": "pdf", ".jpg": "pdf", ".jpeg": "pdf", ".tif": "pdf", ".tiff": "pdf",
}  # fmt: skip
_OF_PROGRAMS = ("._", "~$")  # what macOS and Word put beside a file, under its name
_CANNOT_MARK = "这个 Maildir 不让做标记（只读），已收的记在本机的台账里，不会重复收取"


class _OnDisk:
    """A folder of incoming reports; what is marked in it is marked at once."""

    def __init__(self, path: Path, limits: IntakeLimits) -> None:
        self.path, self.limits = path, limits
        self.unread: list[str] = []
        self.remarks: list[str] = []

    def finish(self) -> None:
        """No marks are pending."""


class Folder(_OnDisk):
    """PDFs, ``.eml``, Word and Excel files in and below a folder, which is not changed; the ledger has the processed files."""

    def incoming(self, skip: Callable[[str], bool]) -> Iterator[Incoming]:
        in_drop_box = is_drop_box(self.path)
        # a Word file beside the PDF of the same report is its copy
        for file in sorted(self.path.rglob("*"), key=lambda file: (file.suffix.lower() in SUFFIXES, file)):
            kind = _kind_of(file)
            if kind is None:
                continue
            name = file.relative_to(self.path).as_posix()
            try:
                facts = file.stat()
                source = f"{name}:{facts.st_size}:{facts.st_mtime_ns}" + over_limit(facts.st_size, self.limits)
                if skip(source):
                    continue
                raw, refusal = _within(file, self.limits.message_bytes)
            except OSError:  # no permission, open in another program, gone: it keeps no other from being taken in
                self.unread.append(f"{name}（打不开）")
                continue
            account = _account_of(facts.st_uid) if in_drop_box else ""
            yield Incoming(source, kind, raw, moment_of(int(facts.st_mtime)), kind != "mail", refusal, account=account)

    def passed_over(self) -> list[str]:
        """Other files by name: a report may be in a ZIP file, a Word file, an Outlook message."""
        return [
            file.relative_to(self.path).as_posix()
            for file in sorted(self.path.rglob("*"))
            if not file.is_dir() and _kind_of(file) is None and not file.name.startswith((".", "~$"))
        ]

    def mark(self, item: Incoming) -> None:
        """Does nothing: files of a folder stay where they are."""


class Maildir(_OnDisk):
    """A Maildir; stored mails move from ``new`` to ``cur`` with the flag seen, where that is allowed."""

    def incoming(self, skip: Callable[[str], bool]) -> Iterator[Incoming]:
        for file in self._files():
            try:
                facts = file.stat()
                source = re.split("[:;!]2,", file.name)[0] + over_limit(facts.st_size, self.limits)
                if skip(source):
                    self._see(file)
                    continue
                raw, refusal = _within(file, self.limits.message_bytes)
            except FileNotFoundError:  # another mail program moved it meanwhile; the next run finds it
                self.remarks.append(f"{file.name} 在收取途中被别的程序移走，下次运行再收")
                continue
            except OSError:
                self.unread.append(f"{file.name}（打不开）")
                continue
            yield Incoming(source, "mail", raw, moment_of(int(facts.st_mtime)), True, refusal, file)

    def _files(self) -> list[Path]:
        files: list[Path] = []
        for name in ("new", "cur"):
            try:
                files += [file for file in (self.path / name).iterdir() if file.is_file() and not file.is_symlink()]
            except OSError:
                self.unread.append(f"文件夹 {name}（打不开）")
        return sorted(files, key=lambda item: item.name)

    def mark(self, item: Incoming) -> None:
        self._see(item.handle)

    def _see(self, file: Path) -> None:
        if file.parent.name != "new":
            return
        separator = ":" if os.name == "posix" else ";"  # Windows takes no colon in a name
        try:
            file.rename(self.path / "cur" / f"{re.split('[:;!]2,', file.name)[0]}{separator}2,S")
        except FileNotFoundError:  # seen by another mail program meanwhile
            return
        except OSError:
            if _CANNOT_MARK not in self.remarks:
                self.remarks.append(_CANNOT_MARK)


def _kind_of(file: Path) -> Kind | None:
    """What a file of a folder is; ``None`` for other files, and for a package that only is called a Word or Excel file."""
    kind = _KINDS.get(file.suffix.lower())
    if kind is None or file.name.startswith(_OF_PROGRAMS) or file.is_symlink() or not file.is_file():
        return None
    return None if kind == "document" and not _is_package(file) else kind


def _is_package(file: Path) -> bool:
    try:
        with open(file, "rb", opener=_open_plain_file) as opened:
            return opened.read(len(ZIP)) == ZIP
    except OSError:  # named when it is taken in
        return True


def open_folder(path: Path, limits: IntakeLimits) -> Folder | Maildir:
    """A folder on disk: a Maildir when it has ``new``, ``cur`` and ``tmp``.

    Raises:
        UsageError: there is no such folder, or it is a file.
    """
    if path.is_file():
        raise UsageError(f"{path} 是文件，应为放有 PDF、扫描件、Word、Excel、.eml 的文件夹；只看一份 PDF 用 nianbao read")
    if not path.is_dir():
        raise UsageError(f"收件文件夹 {path} 不存在")
    return Maildir(path, limits) if all((path / name).is_dir() for name in ("new", "cur", "tmp")) else Folder(path, limits)


@contextmanager
def open_source(path: Path | None, settings: DispatchSettings, password: Secret) -> Iterator[MailSource]:
    """The given folder, or the mailbox of the settings.

    Raises:
        UsageError: no such folder, no mailbox in the settings, or it does not let us in.
        MailboxGone: the server cannot be reached.
    """
    if path is not None:
        yield open_folder(path, settings.limits)
        return
    with open_imap(settings.need_imap(), password, settings.limits) as mailbox:
        yield mailbox


def is_drop_box(folder: Path) -> bool:
    """Whether everybody may put files there, each person only their own: writable for others, with the sticky bit.

    There the owner of a file is the person who put it in; in any other folder it is the person who saved the attachment.
    """
    mode = folder.stat().st_mode
    return os.name == "posix" and bool(mode & stat.S_ISVTX and mode & stat.S_IWOTH)


def _account_of(number: int) -> str:
    """The account with this number; the number itself when no account has it."""
    import pwd

    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


def _open_plain_file(path: str, flags: int) -> int:
    """Open without following a link or waiting at a pipe, which somebody may have put there since it was looked at."""
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))


def _within(file: Path, limit: int) -> tuple[bytes, str]:
    """A file's bytes, or its first bytes with the reason when it is too large."""
    size = file.stat().st_size
    with open(file, "rb", opener=_open_plain_file) as opened:
        raw = opened.read(65_536 if size > limit else -1)
    return raw, f"文件有 {megabytes(size)}，超过上限 {megabytes(limit)}" if size > limit else ""
