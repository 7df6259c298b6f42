"""The files of a finished report: what each is called, of which format it is, and its bytes.

Most formats are one file. The page for a site's editor brings its charts along, the picture for the public (一图读懂) comes as
PNG and PDF. All names begin with the title of the report.
"""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.core.text import printable

MAX_NAME_BYTES = 200  # file systems allow 255 bytes, and a Chinese character takes three
# imported when a report has the format: together they take a tenth of the time that a worker takes to start
FORMAT_MODULES = {
    "docx": "toolkit.exporters.docx.writing",
    "xlsx": "toolkit.exporters.xlsx.writing",
    "cms": "toolkit.exporters.cms.writing",
    "tujie": "toolkit.exporters.tujie.setting",
}


@dataclass(frozen=True, slots=True)
class FinishedFile:
    """One file of a format."""

    format: str
    name: str
    data: bytes


def file_stem(title: str) -> str:
    """The title as a file name that is valid on every system."""
    title = printable(title).replace("\n", "")
    encoded = title.encode("utf-8")
    return title if len(encoded) <= MAX_NAME_BYTES else encoded[:MAX_NAME_BYTES].decode("utf-8", "ignore")
