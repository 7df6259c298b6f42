"""Find the opinion of the office above (审核意见单) in a DOCX or in a mail that brings one.

In: a file. Out: an ``Opinion``, or ``None`` when the file is something else, such as a published report.
"""

from __future__ import annotations

import email
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from toolkit.core.errors import ParamsUnreadable
from toolkit.core.files import read_regular_file
from toolkit.report.model import Organ, empty_report
from toolkit.report.neighbours import find_place
from toolkit.report.opinion import OPINION_MIME, Opinion, read_opinion

_MOST_BYTES = 20_000_000  # of the file, and of one part of it
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)


def find_opinion(path: Path) -> Opinion | None:
    """The opinion in a ``.docx`` or ``.eml`` file; ``None`` when it holds none or cannot be read."""
    if path.suffix.lower() not in (".docx", ".eml"):
        return None
    try:
        raw = read_regular_file(path)
    except OSError:
        return None
    documents = _attached(raw) if path.suffix.lower() == ".eml" else iter((raw,))
    return next((sheet for document in documents if (sheet := _in_docx(document))), None)


def place_of_opinion(opinion: Opinion, params: Path) -> Path | None:
    """The params file an opinion is about, by year and organ; ``None`` when there is none below ``params``."""
    place = find_place(empty_report(opinion.year, Organ(name=opinion.organ)), params)
    return place if place and place.is_file() else None


def _attached(raw: bytes) -> Iterator[bytes]:
    for part in email.message_from_bytes(raw[:_MOST_BYTES]).walk():
        data = part.get_payload(decode=True)
        if isinstance(data, bytes) and data.startswith(b"PK"):
            yield data


def _in_docx(raw: bytes) -> Opinion | None:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as package:
            parts = [item for item in package.infolist() if item.filename.startswith("customXml/item")]
            texts = [package.read(item) for item in parts[:20] if item.file_size <= _MOST_BYTES]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError):
        return None
    return next((opinion for text in texts if (opinion := _in_part(text))), None)


def _in_part(text: bytes) -> Opinion | None:
    try:
        root = etree.fromstring(text, _PARSER)
        if root.get("type") != OPINION_MIME:
            return None
        return read_opinion((root.text or "").encode("utf-8"))
    except (etree.XMLSyntaxError, ParamsUnreadable):
        return None
