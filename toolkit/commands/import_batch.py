"""Import many files: one result per file, in order; a failure does not affect the others.

In: files and folders, and where the params go. Out: ``ImportResult`` by ``ImportResult``, written params files. A params
file that is there is left alone unless ``force`` says otherwise.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from toolkit.checks.finding import Finding
from toolkit.checks.imported import check_imported, doubt_by_text, form_findings, params_text, scanned_cells
from toolkit.checks.running import FileFindings
from toolkit.core.errors import NianbaoError
from toolkit.core.files import save_bytes
from toolkit.core.logs import log_unexpected_error
from toolkit.importing.filing import target_of
from toolkit.importing.limits import CannotImport
from toolkit.importing.published import Imported, read_all_published
from toolkit.report.scanned import keep_scanned


@dataclass(frozen=True)
class ImportResult:
    """The result of one file, with the findings of ``nianbao check``.

    ``not_started``: nothing was read (unknown type), or a params file is in the way. ``document`` are the findings that
    only the document shows: what of it was not read, or is not as the form has it.
    """

    source: Path
    state: Literal["finished", "failed", "not_started"]
    message: str = ""
    target: Path | None = None
    imported: Imported | None = None
    checked: FileFindings | None = None
    document: tuple[Finding, ...] = ()
    seconds: float = 0.0


def import_files(
    files: Sequence[Path], output: Path | None = None, *, year: int | None = None, force: bool = False
) -> Iterator[ImportResult]:
    """Import every file, one after the other.

    Args:
        files: as ``files_to_import`` gives them.
        output: a .yaml file (for one document), a folder, or ``None`` for ``params/<year>/<jurisdiction>/``.
        year: the report year of all files, if known.
        force: replace params files that are there.
    """
    taken: set[Path] = set()
    for file in files:
        started = time.perf_counter()
        for result in _import_all(file, output, year, force, taken):
            if result.target:
                taken.add(result.target)
            seconds, started = time.perf_counter() - started, time.perf_counter()
            yield replace(result, seconds=seconds)


def _import_all(file: Path, output: Path | None, year: int | None, force: bool, taken: set[Path]) -> Iterator[ImportResult]:
    """The results of one file: one, or one for each report among the attachments of a mail."""
    # an unforeseen document must cost only itself: every error becomes the result of this one file
    try:
        read = [(name, doubt_by_text(imported)) for name, imported in read_all_published(file, year=year)]
    except CannotImport as error:
        yield ImportResult(file, "not_started", error.reason)
        return
    except Exception:
        log = log_unexpected_error(f"import of {file.name}")
        where = f"，详情已记入 {log}" if log else ""
        yield ImportResult(file, "failed", f"读取时出错{where}；请把这份文件交给维护人员")
        return
    for name, imported in read:
        yield _save(file.with_name(name), imported, output, force, taken)


def _save(file: Path, imported: Imported, output: Path | None, force: bool, taken: set[Path]) -> ImportResult:
    if imported.report is None:
        return ImportResult(file, "failed", imported.problem, imported=imported)
    if not any(reading.state not in ("unclear", "missing") for reading in imported.cells.values()):
        return ImportResult(file, "failed", "没有读出任何一格数字，没有生成填报数据", imported=imported)
    target = target_of(imported.report, output)
    checked = check_imported(imported, target)
    result = ImportResult(file, "failed", imported=imported, checked=checked, document=tuple(form_findings(imported)))
    if target in taken:
        return replace(result, message=f"与前面一份文件同是 {target.stem}，没有覆盖")
    if target.exists() and not force:
        return replace(result, state="not_started", message=f"{target} 已经存在，没有覆盖；要替换请加 --force")
    try:
        save_bytes(target, params_text(imported, file.name, result.document).encode("utf-8"))
        keep_scanned(target, scanned_cells(imported))
    except NianbaoError as error:
        return replace(result, message=str(error))
    return replace(result, state="finished", target=target)
