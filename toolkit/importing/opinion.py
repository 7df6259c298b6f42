"""Find the opinion of the office above (审核意见单) in a DOCX or in a mail that brings one.

In: a file. Out: an ``Opinion``, or ``None`` when the file is something else, such as a published report.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from toolkit.core.errors import ParamsUnreadable
from toolkit.core.files import read_regular_file
from toolkit.importing.limits import CannotImport, parse_xml
from toolkit.importing.readers.mail import open_eml
from toolkit.importing.readers.opc import open_package
from toolkit.report.model import Organ, empty_report
from toolkit.report.neighbours import find_place
from toolkit.report.opinion import OPINION_MIME, Opinion, read_opinion

_MOST_PARTS = 20


def find_opinion(path: Path) -> Opinion | None:
    """The opinion in a ``.docx`` or ``.eml`` file; ``None`` when it holds none or cannot be read."""
    if path.suffix.lower() not in (".docx", ".eml"):
        return None
    try:
        raw = read_regular_file(path)
        files = [item.raw for item in open_eml(raw, path.name).attachments] if path.suffix.lower() == ".eml" else [raw]
    except (OSError, CannotImport):
        return None
    return next((opinion for file in files if file.startswith(b"PK") for opinion in _opinions_in(file)), None)


def place_of_opinion(opinion: Opinion, params: Path) -> Path | None:
    """The params file an opinion is about, by year and organ; ``None`` when there is none below ``params``."""
    place = find_place(empty_report(opinion.year, Organ(name=opinion.organ)), params)
    return place if place and place.is_file() else None


def _opinions_in(raw: bytes) -> Iterator[Opinion]:
    """The opinions that a Word file carries in its custom XML parts."""
    try:
        package = open_package(raw, "")
    except CannotImport:
        return
    for part in [part for part in package.parts if part.startswith("customXml/item")][:_MOST_PARTS]:
        try:
            root = parse_xml(package.read(part), "")
            if root.get("type") == OPINION_MIME:
                yield read_opinion((root.text or "").encode("utf-8"))
        except (CannotImport, ParamsUnreadable):
            continue
