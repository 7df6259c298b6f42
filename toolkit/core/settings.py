"""Settings of a run and of a batch: small frozen objects with named defaults."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from toolkit.core.shipped import PACKAGE, notebook_path
from toolkit.core.tree import SETTINGS_NAME

PROJECT = PACKAGE.parent
FORMATS = ("pdf", "html", "docx", "xlsx")  # of every build
ON_REQUEST = ("cms",)  # made when they are asked for
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
    try:
        values = tomllib.loads((folder / SETTINGS_NAME).read_text(encoding="utf-8-sig"))
    except (OSError, ValueError):
        return True
    section = values.get("pdf")
    return not (isinstance(section, dict) and section.get("data_code") is False)


@dataclass(frozen=True)
class BatchSettings:
    """A batch: the folder of the finished reports, and the number of processes."""

    outputs: Path | str = Path("outputs")  # a folder, or an address such as s3://bucket/outputs
    jobs: int = 2
    force: bool = False
    cluster: str = ""  # address of a Dask scheduler; this machine's own processes when empty
    run: RunSettings = field(default_factory=RunSettings)
