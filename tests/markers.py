"""What a test may need of the machine, by the name of its mark, and why it is skipped where that is missing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Need:
    """One mark: what it means, and whether this machine has it."""

    meaning: str
    there: Callable[[], bool]


def _root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _office() -> bool:
    return bool(shutil.which("soffice") or shutil.which("libreoffice"))


def find_chromium() -> str | None:
    """The Chromium of the tests; the headless shell is the same engine without the windows, and takes a third less processor."""
    names = ("chromium-headless-shell", "chromium", "google-chrome")
    return os.environ.get("NIANBAO_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


NEEDS = {
    "posix_only": Need("fork, signals, links, limits or rights of POSIX", lambda: os.name == "posix"),
    "needs_root": Need("rights of root (`.ci/run` runs these apart)", _root),
    "needs_poppler": Need("poppler's pdftotext and pdffonts (apt.txt)", lambda: bool(shutil.which("pdftotext"))),
    "needs_git": Need("git", lambda: bool(shutil.which("git"))),
    "needs_openssl": Need("the command openssl", lambda: bool(shutil.which("openssl"))),
    "needs_libreoffice": Need("LibreOffice on the path (apt.txt)", _office),
    "needs_chromium": Need("Chromium (apt.txt, or NIANBAO_CHROMIUM)", lambda: bool(find_chromium())),
    "needs_uv": Need("uv, and a package index", lambda: bool(shutil.which("uv"))),
    "needs_dovecot": Need("dovecot (apt.txt)", lambda: os.path.exists("/usr/sbin/dovecot")),  # noqa: PTH110
}
