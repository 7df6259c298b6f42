"""Digest everything that shows in the bytes of a finished report, to skip a build that would change nothing.

In: a params file, the earlier years' files and the jurisdiction's beside it, what its register of requests counts, for a
jurisdiction's own report those of its members, the notebook; and, the same for a whole batch, the sources of this package that
print a report, the fonts and the versions of the libraries that write files. Out: SHA-256. Times and paths do not count, nor do
the number of processes, the engine and the formats: they change no byte of a file. Neither does the form's appearance, a command
or the mail intake.
"""

from __future__ import annotations

import hashlib
import os
import platform
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date
from functools import cache, lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from toolkit.core.errors import ParamsUnreadable
from toolkit.core.files import read_neighbour, read_regular_file
from toolkit.core.fonts import NoFonts, find_fonts
from toolkit.core.shipped import PACKAGE
from toolkit.core.tree import year_of
from toolkit.register.lookup import digest_of
from toolkit.report.jurisdiction import jurisdiction_of, known_jurisdiction, own_list, read_jurisdiction, turns_passed
from toolkit.report.neighbours import EARLIER_YEARS, file_of_year, is_params_name
from toolkit.report.opinion import opinion_name

# Folders and files of this package that a build runs or reads; a test compares the list with a real build.
PRINTING = (
    "core", "forms", "report", "register", "checks", "sections", "engine", "exporters", "building", "jupyter/__init__.py",
    "jupyter/opening.py",
)  # fmt: skip
SUFFIXES = (".py", ".yaml", ".json", ".typ", ".css", ".html")
# Libraries whose version shows in the bytes of a finished file or of the executed notebook.
LIBRARIES = (
    "typst", "matplotlib", "python-docx", "XlsxWriter", "markdown-it-py", "lxml", "fonttools", "pydantic", "PyYAML",
    "papermill", "nbclient", "nbformat", "nbconvert", "ipykernel", "ipython", "pikepdf", "zxing-cpp",
)  # fmt: skip


def fingerprint(
    params: str | Path, raw: bytes, notebook: Path, around: Surroundings | None = None, *, data_code: bool = True
) -> str:
    """Digest the inputs of a report: 64 hexadecimal digits.

    Args:
        params: the params file; its path leads to the earlier years' files.
        raw: the bytes that the build read.
        notebook: the notebook to run.
        around: what the reports of a batch share.
        data_code: whether the PDF gets its data code.

    Raises:
        OSError: the notebook cannot be read.
    """
    params = os.path.abspath(params)  # as text: to make a Path for each report of a batch takes longer than to read it
    folder, name = os.path.split(params)
    earlier = (os.path.join(before, name) for before in _earlier_folders(folder))
    beside = _contents(((around or Surroundings()).list_above(folder), *earlier))
    counted = digest_of(params, year_of(folder))
    parts = [shared_fingerprint(notebook).encode("ascii"), raw, *beside, *_members(own_list(params)), counted]
    parts += [] if data_code else [b"without data code"]
    return _digest(parts)


@cache
def shared_fingerprint(notebook: Path) -> str:
    """The part that is the same for every report of a batch; computed once per process."""
    return _digest((notebook.read_bytes(), program_fingerprint().encode("ascii")))


@cache
def program_fingerprint() -> str:
    """The part that is the same for every notebook: sources, fonts and libraries."""
    return _digest((*_sources(), _fonts(), *_versions()))


def _contents(files: Iterable[str | Path | None]) -> Iterator[bytes]:
    """The bytes of files; a missing file counts as empty."""
    for file in files:
        try:
            yield read_regular_file(file) if file else b""
        except OSError:
            yield b""


@lru_cache(maxsize=64)
def _earlier_folders(folder: str) -> tuple[str, ...]:
    """The folders of the years before, the last one first; none outside a tree."""
    year = year_of(folder)
    years = range(year - 1, year - 1 - EARLIER_YEARS, -1) if year else ()
    return tuple(str(file.parent) for before in years if year and (file := file_of_year(Path(folder, "_"), year, before)))


def _members(own: Path | None) -> Iterator[bytes]:
    """The jurisdiction's file and the members' reports of a jurisdiction's own report, whose sums are compared."""
    if own is None:
        return
    yield own.read_bytes()
    try:
        members = read_jurisdiction(own).members
    except ParamsUnreadable:
        return  # nothing is compared
    for member in members:
        file = own.parent / f"{member.file}.yaml"
        yield file.read_bytes() if file.is_file() else b""


class Surroundings:
    """What findings depend on beside what ``fingerprint`` covers: the reports of the folder, the opinion on the
    report, and the day.

    Each folder and member list is read once, so that one object serves a whole batch; a new batch takes a new one.
    """

    def __init__(self, today: date | None = None) -> None:
        self._today = today or date.today()
        self._folders: dict[str, bytes] = {}
        self._lists: dict[str, Path | None] = {}
        self._days: dict[tuple[str, Path | None], str] = {}

    def of(self, params: str | Path) -> str:
        """The surroundings of a params file, as 64 hexadecimal digits; paths do not count."""
        params = os.path.abspath(params)
        folder, name = os.path.split(params)
        day = self._day(folder, own_list(params) or self.list_above(folder))
        opinion = os.path.join(folder, opinion_name(name))
        opinions = [read_regular_file(opinion)] if os.path.isfile(opinion) else []
        return _digest([day.encode("ascii"), self._reports(folder), *opinions])

    def list_above(self, folder: str) -> Path | None:
        """The member list in or above a folder (``jurisdiction_of``)."""
        if folder not in self._lists:
            self._lists[folder] = jurisdiction_of(os.path.join(folder, "_"))
        return self._lists[folder]

    def _day(self, folder: str, listed: Path | None) -> str:
        """What the day does to the verdicts on the files of a folder that a member list governs."""
        if (folder, listed) not in self._days:
            area = known_jurisdiction(listed) if listed else None
            self._days[folder, listed] = turns_passed(year_of(folder), area, self._today)
        return self._days[folder, listed]

    def _reports(self, folder: str) -> bytes:
        """Digest the names and contents of the params files of a folder.

        The report itself counts too: where it changed, its fingerprint has changed as well.
        """
        if folder not in self._folders:
            whole = hashlib.sha256()
            _, _, names = next(os.walk(folder), ("", [], []))  # none where the folder may not be listed
            for name in sorted(filter(is_params_name, names)):
                digest = b""
                with suppress(OSError):
                    digest = hashlib.sha256(read_neighbour(os.path.join(folder, name))).digest()
                whole.update(os.fsencode(name) + b"\0" + digest)
            self._folders[folder] = whole.digest()
        return self._folders[folder]


def _sources() -> Iterator[bytes]:
    for name in printing_sources(PACKAGE):
        yield name.encode("utf-8")
        yield (PACKAGE / name).read_bytes()


def printing_sources(package: Path) -> list[str]:
    """The files of the package that show in a finished report, sorted, by their names relative to it with ``/``."""
    names = (name for place in PRINTING for name in ([place] if "." in place else _files_below(package, place)))
    return sorted(name for name in names if name.endswith(SUFFIXES))


def _files_below(package: Path, place: str) -> Iterator[str]:
    """Names as text: a Path of each would take longer than the reading of the file."""
    for folder, _, files in os.walk(package / place):
        inside = os.path.relpath(folder, package).replace(os.sep, "/")
        yield from (f"{inside}/{name}" for name in files if not name.startswith("."))  # nor what an editor keeps beside a file


def _fonts() -> bytes:
    try:
        return find_fonts().digest.encode("ascii")
    except NoFonts:
        return b""  # the first report that is printed says so


def _versions() -> Iterator[bytes]:
    yield platform.python_version().encode("ascii")
    for name in LIBRARIES:
        try:
            yield f"{name} {version(name)}".encode()
        except PackageNotFoundError:
            yield name.encode("ascii")


def _digest(parts: Iterable[bytes]) -> str:
    """One digest; each part with its length before it, so that no two lists of parts read the same."""
    whole = hashlib.sha256()
    for part in parts:
        whole.update(len(part).to_bytes(8, "big"))
        whole.update(part)
    return whole.hexdigest()
