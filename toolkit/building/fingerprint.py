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
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from toolkit.core.errors import ParamsUnreadable
from toolkit.core.files import read_neighbour, read_regular_file
from toolkit.core.fonts import NoFonts, find_fonts
from toolkit.core.shipped import PACKAGE
from toolkit.core.tree import PASSED_OVER, full_path, year_of
from toolkit.register.lookup import digest_of
from toolkit.report.jurisdiction import (
    JURISDICTION_FILE,
    governing_list,
    jurisdiction_of,
    known_jurisdiction,
    read_jurisdiction,
    turns_passed,
)
from toolkit.report.neighbours import EARLIER_YEARS, file_of_year
from toolkit.report.opinion import opinion_path

# Folders and files of this package that a build runs or reads; a test compares the list with a real build.
PRINTING = (
    "core", "forms", "report", "register", "checks", "sections", "engine", "exporters", "building", "jupyter/__init__.py",
    "jupyter/opening.py",
)  # fmt: skip
# Those among them that no finished file shows: corrections, examples and catalogue of the rules, blank forms, running batches.
NOT_PRINTING = (
    "register/deadlines.py", "register/working_days.py", "register/offering.py", "register/ledger",
    "core/output.py", "core/workspace.py",
    "report/schema.py", "report/starting.py", "report/workbook_form.py",
    "checks/examples.py", "checks/examples.yaml", "checks/fixes", "checks/imported.py",
    "checks/presenting.py", "checks/running.py", "checks/narrative/explaining.py",
    "building/api.py", "building/addresses.py", "building/batch.py", "building/build_log.py", "building/cluster.py",
    "building/pool.py", "building/preloaded.py", "building/preloaded_kernels.py", "building/remote.py", "building/warm_up.py",
)  # fmt: skip
SUFFIXES = (".py", ".yaml", ".json", ".typ", ".css", ".html")
# Libraries whose version shows in the bytes of a finished file or of the executed notebook.
LIBRARIES = (
    "typst", "matplotlib", "python-docx", "XlsxWriter", "markdown-it-py", "lxml", "fonttools", "pydantic", "PyYAML",
    "papermill", "nbclient", "nbformat", "nbconvert", "ipykernel", "ipython", "pikepdf", "zxing-cpp",
)  # fmt: skip


def fingerprint(params: Path, raw: bytes, notebook: Path, *, data_code: bool = True) -> str:
    """Digest the inputs of a report: 64 hexadecimal digits.

    Args:
        params: the params file; its path leads to the earlier years' files.
        raw: the bytes that the build read.
        notebook: the notebook to run.
        data_code: whether the PDF gets its data code.

    Raises:
        OSError: the notebook cannot be read.
    """
    counted = digest_of(params, year_of(params.parent))
    parts = [shared_fingerprint(notebook).encode("ascii"), raw, *_beside(params), *_members(params), counted]
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


def _beside(params: Path) -> Iterator[bytes]:
    """The jurisdiction's file and those of the organ's earlier years; a missing file counts as empty."""
    year = year_of(params.parent)
    earlier = [file_of_year(params, year, year - back) if year else None for back in range(1, EARLIER_YEARS + 1)]
    for file in (jurisdiction_of(params), *earlier):
        try:
            yield read_regular_file(file) if file else b""
        except OSError:
            yield b""


def _members(params: Path) -> Iterator[bytes]:
    """The jurisdiction's file and the members' reports of a jurisdiction's own report, whose sums are compared."""
    own = params.with_suffix("") / JURISDICTION_FILE
    if not own.is_file():
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
    """What findings depend on beside what ``fingerprint`` covers: the other reports of the folder, the
    opinion on the report, and the day.

    Each folder and member list is read once, so that one object serves a whole batch; a new batch takes a new one.
    """

    def __init__(self, today: date | None = None) -> None:
        self._today = today or date.today()
        self._folders: dict[Path, dict[str, bytes]] = {}
        self._days: dict[tuple[Path, Path | None], str] = {}

    def of(self, params: Path) -> str:
        """The surroundings of a params file, as 64 hexadecimal digits; paths do not count."""
        folder = full_path(params).parent
        digests, day = self._digests(folder), self._day(folder, governing_list(params))
        others = (os.fsencode(name) + digest for name, digest in digests.items() if name != params.name)
        opinion = opinion_path(params)
        opinions = [read_regular_file(opinion)] if opinion.is_file() else []
        return _digest([day.encode("ascii"), *others, *opinions])

    def _day(self, folder: Path, listed: Path | None) -> str:
        """What the day does to the verdicts on the files of a folder that a member list governs."""
        if (folder, listed) not in self._days:
            area = known_jurisdiction(listed) if listed else None
            self._days[folder, listed] = turns_passed(year_of(folder), area, self._today)
        return self._days[folder, listed]

    def _digests(self, folder: Path) -> dict[str, bytes]:
        """SHA-256 of every params file of a folder, by name."""
        if folder not in self._folders:
            digests = {}
            for path in sorted(folder.glob("[!._]*.yaml")):
                if path.name.startswith(PASSED_OVER):
                    continue
                with suppress(OSError):
                    digests[path.name] = hashlib.sha256(read_neighbour(path)).digest() if path.is_file() else b""
            self._folders[folder] = digests
        return self._folders[folder]


def _sources() -> Iterator[bytes]:
    for name in printing_sources(PACKAGE):
        yield name.encode("utf-8")
        yield (PACKAGE / name).read_bytes()


def printing_sources(package: Path) -> list[str]:
    """The files of the package that show in a finished report, sorted, by their names relative to it with ``/``."""
    hidden = tuple(f"{name}/" for name in NOT_PRINTING)
    names = (name for place in PRINTING for name in ([place] if "." in place else _files_below(package, place)))
    return sorted(name for name in names if name.endswith(SUFFIXES) and not f"{name}/".startswith(hidden))


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
