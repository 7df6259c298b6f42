"""A real IMAP server (dovecot) on loopback, with its own folders, passwords and certificate."""

from __future__ import annotations

import getpass
import imaplib
import os
import signal
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from tests.shared_folder import shared_folder

DOVECOT = "/usr/sbin/dovecot"
PASSWORD = "secret-1"
USER = "zwgk"
_NUMBERS = count()


@dataclass(frozen=True)
class ImapServer:
    """Where it listens, and the Maildir its one user's mail lies in."""

    port: int
    maildir: Path
    process: subprocess.Popen[bytes]

    def deliver(self, raw: bytes, name: str) -> Path:
        """Put a message into the mailbox as a delivery agent does: whole, by renaming it in, by a name that no other had.

        Under the name of a message that an earlier test removed, it would get its number behind those of later messages.
        """
        unused = f"{name}.{next(_NUMBERS)}"
        temporary = self.maildir / "tmp" / unused
        temporary.write_bytes(raw)
        return temporary.rename(self.maildir / "new" / unused)

    def kill(self) -> None:
        """Gone at once, with the processes that serve open connections."""
        os.killpg(self.process.pid, signal.SIGKILL)

    def open(self, context: ssl.SSLContext) -> imaplib.IMAP4_SSL:
        imap = imaplib.IMAP4_SSL("127.0.0.1", self.port, ssl_context=context, timeout=20)
        imap.login(USER, PASSWORD)
        return imap


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def imap_server(certificate: Path) -> Iterator[ImapServer]:
    """Run dovecot in the foreground until the block ends. ``certificate`` holds certificate and key."""
    # not below the test's own folder: started by root, dovecot reads mail as another account, which may not go there
    with shared_folder() as folder, _running(folder, certificate) as server:
        yield server


@contextmanager
def _running(folder: Path, certificate: Path) -> Iterator[ImapServer]:
    port = free_port()
    maildir = folder / "mail" / USER
    for name in ("new", "cur", "tmp"):
        (maildir / name).mkdir(parents=True)
    uid, gid = _owner()
    for path in (maildir.parent, maildir, *maildir.iterdir()):
        os.chown(path, uid, gid)
    config = folder / "dovecot.conf"
    config.write_text(_config(folder, port, certificate), encoding="utf-8")
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([DOVECOT, "-F", "-c", str(config)], stdout=log, stderr=log, start_new_session=True)
    try:
        _wait(port, process, folder)
        yield ImapServer(port, maildir, process)
    finally:
        process.terminate()
        process.wait(20)


def _wait(port: int, process: subprocess.Popen[bytes], folder: Path) -> None:
    for _ in range(200):
        if process.poll() is not None:
            break
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError((folder / "log").read_text(errors="replace"))


def _owner() -> tuple[int, int]:
    """Who owns the mail: dovecot takes it of anybody but root."""
    import pwd  # Windows has none, and loads this module

    if os.getuid():
        return os.getuid(), os.getgid()
    nobody = pwd.getpwnam("nobody")
    return nobody.pw_uid, nobody.pw_gid


def _config(folder: Path, port: int, certificate: Path) -> str:
    import grp

    user, group = getpass.getuser(), grp.getgrgid(os.getgid()).gr_name
    uid, gid = _owner()
    return f"""
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = required
ssl_cert = <{certificate}
ssl_key = <{certificate}
mail_location = maildir:{folder}/mail/%u
mail_uid = {uid}
mail_gid = {gid}
first_valid_uid = 0
first_valid_gid = 0
{_without_root(user, group) if os.getuid() else ""}
auth_mechanisms = plain
passdb {{
  driver = static
  args = password={PASSWORD}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%u
}}
service imap-login {{
  process_min_avail = 1
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {port}
    ssl = yes
  }}
}}
mail_fsync = never
"""


def _without_root(user: str, group: str) -> str:
    """An ordinary account may neither change to other users nor lock processes in."""
    services = "\n".join(f"service {name} {{\n  chroot =\n}}" for name in ("imap-login", "anvil", "stats"))
    return f"default_internal_user = {user}\ndefault_internal_group = {group}\ndefault_login_user = {user}\n{services}"
