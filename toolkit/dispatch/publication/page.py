"""Read one published page as plain data, which a confined process can hand over as JSON.

In: bytes of a web page, MHTML, PDF or Word file, and the year of the report. Out: ``PublishedPage``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from pydantic import TypeAdapter

from toolkit.dispatch.publication.page_facts import PageLinks, page_facts, page_links
from toolkit.importing import CannotImport
from toolkit.importing.limits import LIMITS, Limits
from toolkit.importing.published import import_source
from toolkit.importing.readers.formats import read_bytes
from toolkit.report import Report
from toolkit.report.model import comparable_text

SUFFIXES = (".html", ".htm", ".shtml", ".xhtml", ".mht", ".mhtml", ".pdf", ".docx", ".doc", ".wps")
PARTS = ("preamble", "overview", "problems", "other")


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


def read_page(raw: bytes, name: str, year: int | None, limits: Limits = LIMITS, address: str = "") -> PublishedPage:
    """What a published file shows; a file that cannot be read has a ``problem``.

    Args:
        address: of a page that was fetched; its links are read then.
    """
    page = _displayed_page(raw, name, year, limits)
    links = page_links(raw, address) if address else PageLinks()
    return replace(page, attachments=links.attachments, further=links.further)


def _displayed_page(raw: bytes, name: str, year: int | None, limits: Limits) -> PublishedPage:
    try:
        imported = import_source(read_bytes(raw, name, limits), year=None, name="")
        if imported.report is None and year is not None:
            imported = import_source(read_bytes(raw, name, limits), year=year, name="")
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
    named = bool(imported.title) and not report.organ.name.startswith("（")
    texts = {part: getattr(report.narrative, part) for part in PARTS}
    return PublishedPage(
        report.organ.name if named else "", imported.year, imported.title, cells, texts, address, day or _stated_day(report)
    )


def _stated_day(report: Report) -> date | None:
    return date.fromisoformat(report.organ.published_on) if report.organ.published_on else None
