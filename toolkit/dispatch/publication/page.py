"""Read a published page as plain data, in a separate process with limits of memory and time (限定资源的子进程).

In: bytes of a web page, MHTML, PDF or Word file, and the year of the report. Out: a ``PublishedPage``, with a problem when the
process had to be ended. What a site sends may be made to break a parser: the child has no passwords in its environment, may write
no file, and answers in JSON. Old Word and WPS files become .docx first, by LibreOffice without macros in a temporary folder: the
child, which is this module run as a program, may start no process.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import PurePath
from typing import Any

from pydantic import TypeAdapter

from toolkit.core.sniffing import COMPOUND
from toolkit.dispatch.confinement import ConfinedProcess, Frame, serve, stopped
from toolkit.dispatch.intake.inspecting import IntakeLimits
from toolkit.dispatch.publication.page_facts import page_facts, page_links
from toolkit.importing.limits import CannotImport
from toolkit.importing.published import import_source
from toolkit.importing.readers.formats import read_bytes
from toolkit.importing.readers.office import convert, locked
from toolkit.report.model import comparable_text

SUFFIXES = (".html", ".htm", ".shtml", ".xhtml", ".mht", ".mhtml", ".pdf", ".docx", ".doc", ".wps")
PARTS = ("preamble", "overview", "problems", "other")
WHAT = "这个页面"
_OLD = (".doc", ".wps")


@dataclass(frozen=True, slots=True)
class PageCell:
    """A cell as the page shows it. ``state`` is the importer's, ``text`` the figure as decimal digits ("" for none)."""

    state: str
    text: str = ""
    raw: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class PublishedPage:
    """What a page shows: whose report, its cells by address, its texts by part; ``problem`` says why there is nothing.

    ``attachments`` and ``further`` (the next pages of the article) are addresses on the same site.
    """

    organ: str = ""
    year: int | None = None
    title: str = ""
    cells: Mapping[str, PageCell] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    address: str = ""
    published_on: date | None = None
    problem: str = ""
    attachments: tuple[str, ...] = ()
    further: tuple[str, ...] = ()


PAGE = TypeAdapter(PublishedPage)  # to and from JSON, for a frame between processes


def read_page(raw: bytes, name: str, year: int | None, address: str = "") -> PublishedPage:
    """What a published file shows; a file that cannot be read has a ``problem``.

    Args:
        address: of a page that was fetched; its links are read then.
    """
    page = _displayed_page(raw, name, year)
    attachments, further = page_links(raw, address) if address else ((), ())
    return replace(page, attachments=attachments, further=further)


def _displayed_page(raw: bytes, name: str, year: int | None) -> PublishedPage:
    try:
        source = read_bytes(raw, name)
        imported = import_source(source)
        if imported.report is None and year is not None:
            imported = import_source(source, year=year)
    except CannotImport as error:
        return PublishedPage(problem=error.reason)
    address, day = page_facts(raw)
    report = imported.report
    if report is None:
        return PublishedPage(title=imported.title, address=address, published_on=day, problem=imported.problem)
    cells = {
        str(at): PageCell(cell.state, comparable_text(cell.value), cell.raw[:80], cell.place)
        for at, cell in imported.cells.items()
    }
    stated = report.organ.published_on
    day = day or (date.fromisoformat(stated) if stated else None)
    named = bool(imported.title) and not report.organ.name.startswith("（")
    texts = {part: getattr(report.narrative, part) for part in PARTS}
    return PublishedPage(report.organ.name if named else "", imported.year, imported.title, cells, texts, address, day)


class PageReader:
    """One child process that reads one page after the other."""

    def __init__(self, limits: IntakeLimits, to_docx: Callable[[bytes, str, str, str], bytes] = convert) -> None:
        self._to_docx = to_docx
        settings = {"memory_bytes": limits.memory_bytes}
        self._process = ConfinedProcess("toolkit.dispatch.publication.page", settings, limits.seconds)

    def __enter__(self) -> PageReader:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.close()

    def read(self, raw: bytes, name: str, year: int | None, address: str = "") -> PublishedPage:
        """What the page shows; with its ``address`` its links too."""
        if raw.startswith(COMPOUND):
            try:
                raw, name = self._today(raw, name), f"{PurePath(name).stem}.docx"
            except CannotImport as error:
                return PublishedPage(problem=error.reason)
        try:
            answer, _ = self._process.ask({"name": name, "year": year, "address": address}, raw)
            return PAGE.validate_python(answer)
        except (OSError, EOFError, ValueError):
            self._process.close()
            return PublishedPage(problem=stopped(WHAT))

    def _today(self, raw: bytes, name: str) -> bytes:
        """An old Word or WPS file as .docx.

        Raises:
            CannotImport: it has a password, or LibreOffice is not installed or could not open it.
        """
        if locked(raw):
            raise CannotImport(name, "文件加了密码，打不开")
        suffix = PurePath(name).suffix.lower()
        return self._to_docx(raw, suffix if suffix in _OLD else ".doc", "docx", name)


def examiner(_: dict[str, Any]) -> Callable[[dict[str, Any], bytes], Frame]:
    """Child: the function that reads pages."""
    return lambda question, raw: _frame(read_page(raw, question["name"], question["year"], question["address"]))


def _frame(page: PublishedPage) -> Frame:
    return PAGE.dump_python(page, mode="json"), b""


if __name__ == "__main__":
    serve(examiner, lambda sentence: _frame(PublishedPage(problem=sentence)), WHAT)
