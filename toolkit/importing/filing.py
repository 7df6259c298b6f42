"""Which files are documents to import, and where the params of an imported report go.

In: files, folders, reports. Out: paths.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from toolkit.importing.readers.formats import PICTURES, SUFFIXES
from toolkit.report.model import Report

_PLACE = re.compile(r"^.{2,8}?(?:特别行政区|自治区|自治州|自治县|省|市|州|盟|县|区|旗)(?=.{2,})(?!人民政府)")
_SMALLEST_SCAN = 50_000  # bytes
_FORBIDDEN = re.compile(r'[\\/:*?"<>|\s]|\.\.')


def files_to_import(paths: Iterable[Path]) -> list[Path]:
    """The documents under files and folders, sorted; lock files of Word, hidden files and small pictures are skipped."""
    listed: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = (file for file in path.rglob("*") if file.is_file() and _is_document(file))
            listed += sorted(file for file in inside if not file.name.startswith((".", "~$", "._")))
        else:
            listed.append(path)
    return list(dict.fromkeys(listed))


def _is_document(file: Path) -> bool:
    """Whether a file in a folder may be a report: a scanned page is larger than the pictures of a saved web page."""
    suffix = file.suffix.lower()
    return suffix in SUFFIXES and (suffix not in PICTURES or file.stat().st_size >= _SMALLEST_SCAN)


def passed_over(paths: Iterable[Path]) -> list[Path]:
    """Other files in the folders, such as pictures and archives, which may be reports as well."""
    inside = (file for path in paths if path.is_dir() for file in path.rglob("*") if file.is_file())
    return sorted(file for file in inside if not _is_document(file) and not file.name.startswith((".", "~$")))


def target_of(report: Report, output: Path | None) -> Path:
    """Where the params of a report go: ``<folder>/孟姑集镇.yaml``, by default under ``params/<year>/<jurisdiction>``."""
    if output is not None and output.suffix.lower() in (".yaml", ".yml"):
        return output
    return (output or Path("params") / str(report.year) / jurisdiction_of(report)) / f"{short_name(report.organ.name)}.yaml"


def short_name(organ: str) -> str:
    """An organ's name as files are called: 云溪县望江镇人民政府 → 望江镇."""
    name = _FORBIDDEN.sub("", organ)
    bare = _PLACE.sub("", name)
    while bare != name:
        name, bare = bare, _PLACE.sub("", bare)
    return re.sub(r"(?<=[乡镇])人民政府$|(?<=街道)办事处$", "", name) or "未命名"


def jurisdiction_of(report: Report) -> str:
    """The county or district a report names before its organ or its website, "" when it names none."""
    for text in (report.organ.name, report.organ.contact.address, report.organ.published_at):
        match = re.search(
            r"([\u4e00-\u9fff]{1,7}?[县区市旗])(?=.{2,})",
            re.sub(r"^.{2,8}?(省|自治区|州|(?<!县)市(?=.{1,6}[县区市旗]))", "", text),
        )
        if match:
            return match[1]
    return ""
