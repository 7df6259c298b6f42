"""Import many files: one result per file, as they are done; one that fails touches no other.

In: files and folders, and where the params go. Out: ``ImportResult`` by ``ImportResult``, written params files. A params
file that is there is left alone unless ``force`` says otherwise.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from toolkit.core.errors import NianbaoError
from toolkit.core.files import save_bytes
from toolkit.importing.limits import CannotImport
from toolkit.importing.published import Imported, read_all_published
from toolkit.importing.readers.formats import SUFFIXES
from toolkit.importing.recognition.cells import STATE_NAMES
from toolkit.report.model import Report
from toolkit.report.writing import report_to_yaml

_PLACE = re.compile(r"^.{2,8}?(?:特别行政区|自治区|自治州|自治县|省|市|州|盟|县|区|旗)(?=.{2,})(?!人民政府)")
_FORBIDDEN = re.compile(r'[\\/:*?"<>|\s]|\.\.')


@dataclass(frozen=True)
class ImportResult:
    """What came of one file. ``not_started``: nothing was read (unknown type, a params file in the way)."""

    source: Path
    state: Literal["finished", "failed", "not_started"]
    message: str = ""
    target: Path | None = None
    imported: Imported | None = None
    seconds: float = 0.0


def files_to_import(paths: Iterable[Path]) -> list[Path]:
    """The documents under files and folders, sorted; lock files of Word and hidden files are none."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = (file for file in path.rglob("*") if file.is_file() and file.suffix.lower() in SUFFIXES)
            found += sorted(file for file in inside if not file.name.startswith((".", "~$", "._")))
        else:
            found.append(path)
    return list(dict.fromkeys(found))


def passed_over(paths: Iterable[Path]) -> list[Path]:
    """What else is seen in the folders: pictures, packages and the like, which may be a report all the same."""
    inside = (file for path in paths if path.is_dir() for file in path.rglob("*") if file.is_file())
    return sorted(file for file in inside if file.suffix.lower() not in SUFFIXES and not file.name.startswith((".", "~$")))


def import_files(
    files: Sequence[Path], output: Path | None = None, *, year: int | None = None, force: bool = False
) -> Iterator[ImportResult]:
    """Import every file, one after the other.

    Args:
        files: as ``files_to_import`` gives them.
        output: a .yaml file (for one document), a folder, or ``None`` for ``params/<year>/<jurisdiction>/``.
        year: the report year of all of them, when it is known.
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
        read = read_all_published(file, year=year)
    except CannotImport as error:
        yield ImportResult(file, "not_started", error.reason)
        return
    except Exception as error:
        message = f"读取时出错（{type(error).__name__}：{str(error)[:80]}），请把这份文件交给维护人员"
        yield ImportResult(file, "failed", message)
        return
    for name, imported in read:
        yield _save(file.with_name(name), imported, output, force, taken)


def _save(file: Path, imported: Imported, output: Path | None, force: bool, taken: set[Path]) -> ImportResult:
    if imported.report is None:
        year_told = next(remark for remark in imported.findings if "没有生成填报数据" in str(remark))
        return ImportResult(file, "failed", str(year_told), imported=imported)
    if not any(reading.state in ("read", "repaired", "blank") for reading in imported.cells.values()):
        return ImportResult(file, "failed", "没有读出任何一格数字，没有生成填报数据", imported=imported)
    target = target_of(imported.report, output)
    if target in taken:
        return ImportResult(file, "failed", f"与前面一份文件同是 {target.stem}，没有覆盖", imported=imported)
    if target.exists() and not force:
        return ImportResult(file, "not_started", f"{target} 已经存在，没有覆盖；要替换请加 --force", imported=imported)
    try:
        save_bytes(target, params_text(imported, file.name).encode("utf-8"))
    except NianbaoError as error:
        return ImportResult(file, "failed", str(error), imported=imported)
    return ImportResult(file, "finished", target=target, imported=imported)


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


def params_text(imported: Imported, name: str) -> str:
    """The params with a head that tells what was read and what a person still has to fill in.

    Raises:
        ValueError: nothing was imported.
    """
    if imported.report is None:
        raise ValueError("no report")
    form = imported.report.form
    counts = "，".join(f"{STATE_NAMES[state]} {number} 格" for state, number in imported.count().items())
    lines = [f"# 从“{name}”导入：{counts}。"]
    for address, reading in imported.cells.items():
        if reading.state in ("unclear", "missing") and address in form.cells:
            raw = f"，原文“{reading.raw[:40]}”" if reading.raw else ""
            lines.append(f"# {STATE_NAMES[reading.state]}：{form.label(address)}（{reading.why}{raw}）")
    lines += [f"# 请核对：{remark}" for remark in imported.findings if remark.severity != "notice"]
    safe = [re.sub(r"[\r\n\x85\u2028\u2029]+", " ", line) for line in lines[:60]]
    return "\n".join((*safe, report_to_yaml(imported.report)))
