"""Settings of a run and of a batch: small frozen objects with named defaults."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from toolkit.core.errors import UsageError
from toolkit.core.shipped import PACKAGE, notebook_path
from toolkit.core.tree import SETTINGS_NAME

PROJECT = PACKAGE.parent
FORMATS = ("pdf", "html", "docx", "xlsx")  # of every build
PUBLICATION_PDF = "pdf-public"  # the publication copy (发布稿) as PDF
# ends of the names of files beside the submission copy
PUBLICATION_MARK, POSTER_MARK, INTERPRETATION_MARK = "（发布稿）", "（一图读懂）", "（解读草稿）"
ON_REQUEST = ("cms", "tujie")  # made when they are asked for, as is the publication PDF
_NO = ("false", "no", "off", "0", "f", "n")  # as pydantic reads the same key for sending
PARAMS_FILE_VARIABLE = "NIANBAO_PARAMS_FILE"  # set by the build, so that last year's file is found beside it


@dataclass(frozen=True)
class RunSettings:
    """One run of the notebook: the notebook, the formats, the time limit of a cell."""

    notebook: Path = field(default_factory=notebook_path)
    formats: tuple[str, ...] = FORMATS
    draft: bool = False  # make a draft (草稿) of a report with errors instead of refusing
    engine: str = "nianbao"  # papermill's own when empty
    timeout_seconds: int = 300  # for a cell
    memory_limit_mb: int = 2048  # for a notebook; 0 for no limit
    today: date | None = None  # the day on which deadlines are judged; the current one when None
    data_code: bool = True  # print the data code on the last page of the PDF


def wants_data_code(folder: Path) -> bool:
    """Whether the settings file of a working folder leaves the data code on: ``[pdf] data_code``.

    A file that cannot be read changes nothing; the commands that read all of it say what is wrong with it.
    """
    return str(_pdf_section(folder).get("data_code", True)).strip().lower() not in _NO


def _pdf_section(folder: Path) -> dict[str, object]:
    """The section ``[pdf]`` of the settings file; empty when it is missing or cannot be read."""
    try:
        section = tomllib.loads((folder / SETTINGS_NAME).read_text(encoding="utf-8-sig")).get("pdf")
    except (OSError, ValueError, RecursionError):
        return {}
    return section if isinstance(section, dict) else {}


def configured_copies(folder: Path) -> tuple[str, ...]:
    """The copies of the PDF that the settings file of a working folder asks for: ``[pdf] copies``; 报送稿 when it names none.

    Raises:
        UsageError: it names another copy.
    """
    named = _pdf_section(folder).get("copies")
    return copies_of(named if isinstance(named, list) else [named] if named else [], SETTINGS_NAME) or ("submission",)


def copies_of(names: Sequence[object], where: str) -> tuple[str, ...]:
    """The copies by their names, Chinese or English.

    Raises:
        UsageError: an unknown name.
    """
    choices = {"报送稿": "submission", "submission": "submission", "发布稿": "publication", "publication": "publication"}
    if unknown := [str(name) for name in names if str(name).strip().lower() not in choices]:
        raise UsageError(f"{where}：不认识的文稿“{'、'.join(unknown)}”，可选 报送稿、发布稿")
    return tuple(dict.fromkeys(choices[str(name).strip().lower()] for name in names))


def with_copies(formats: Sequence[str], copies: Sequence[str]) -> tuple[str, ...]:
    """The formats with the copies of the PDF to be made in the place of ``pdf``."""
    pdfs = [{"submission": "pdf", "publication": PUBLICATION_PDF}[copy] for copy in copies]
    return tuple(dict.fromkeys(name for item in formats for name in (pdfs if item == "pdf" else [item])))


@dataclass(frozen=True)
class BatchSettings:
    """A batch: the folder of the finished reports, and the number of processes."""

    outputs: Path | str = Path("outputs")  # a folder, or an address such as s3://bucket/outputs
    jobs: int = 2
    force: bool = False
    cluster: str = ""  # address of a Dask scheduler; this machine's own processes when empty
    run: RunSettings = field(default_factory=RunSettings)
