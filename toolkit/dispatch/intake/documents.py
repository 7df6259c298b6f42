"""Read Word and Excel files that came instead of a PDF with its data. Runs inside a confined process.

In: the names and bytes of the documents of one mail. Out: one ``ReadCopy`` per report. The importer reads what the pages show; a
person compares it with the document (待核对).
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NoReturn

from toolkit.core.errors import NianbaoError
from toolkit.core.sniffing import ZIP
from toolkit.dispatch.intake.inspecting import IntakeLimits, RefusedPdf, megabytes
from toolkit.dispatch.intake.scans import ReadCopy, figures_of, unconfirmed
from toolkit.importing.limits import CannotImport
from toolkit.report import report_to_yaml
from toolkit.report.jurisdiction import Member
from toolkit.report.reading import report_from_yaml

if TYPE_CHECKING:
    from toolkit.importing import Imported

SUFFIXES = (".docx", ".xlsx")
_MAIN_PARTS = {"word/document.xml": ".docx", "xl/workbook.xml": ".xlsx"}
_UNNAMED = "（机关名称）"  # what the importer calls an organ that no title names
_LARGEST_PROPERTIES = 100_000


def is_document(data: bytes, name: str) -> bool:
    """Whether bytes may be a Word or Excel file of today's formats, by name or, under another name, by content."""
    return data.startswith(ZIP) and (name.lower().endswith(SUFFIXES) or bool(_suffix_of(data)))


def document_name(data: bytes, name: str) -> str:
    """The name of a document with the suffix of its content where it has none of ours: 年报.wps.docx."""
    return name if name.lower().endswith(SUFFIXES) else f"{name or '附件'}{_suffix_of(data)}"


def _suffix_of(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = package.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return ""
    return next((suffix for part, suffix in _MAIN_PARTS.items() if part in parts), "")


def read_documents(files: Sequence[tuple[str, bytes]], limits: IntakeLimits) -> tuple[list[tuple[ReadCopy, bytes]], str]:
    """The reports among the documents of a mail, each with its bytes, and why the first of the others is not a report.

    Raises:
        RefusedPdf: two documents of one organ and year have different figures.
    """
    readable: list[tuple[ReadCopy, bytes]] = []
    problem = ""
    for name, data in dict.fromkeys(files):
        try:
            readable.append((read_document(data, name, limits), data))
        except RefusedPdf as error:
            problem = problem or str(error)
    copies: dict[tuple[int, str], tuple[ReadCopy, bytes]] = {}
    for copy, data in sorted(readable, key=lambda item: item[0].draft):
        before = copies.setdefault((copy.year, copy.organ), (copy, data))
        if _is_better(copy, before[0]):
            copies[copy.year, copy.organ] = copy, data
    return list(copies.values()), problem


def read_document(data: bytes, name: str, limits: IntakeLimits) -> ReadCopy:
    """Year, organ, figures and texts of one document.

    Raises:
        RefusedPdf: it is not a report, or cannot be read.
    """
    from toolkit.importing.published import import_source  # half a second, as in ``scans``
    from toolkit.importing.readers.formats import detect, read_bytes

    short = name[:40]
    if len(data) > limits.pdf_bytes:
        raise RefusedPdf(f"{short} 有 {megabytes(len(data))}，超过上限 {megabytes(limits.pdf_bytes)}")
    try:
        kind = detect(data, f".{name.rpartition('.')[2].lower()}")
        if kind not in ("docx", "xlsx"):
            raise RefusedPdf(f"{short} {kind if len(kind) > 6 else '不是 Word 或 Excel 文件'}")
        imported = import_source(read_bytes(data, name))
    except CannotImport as error:
        raise RefusedPdf(f"{short}：{error.reason}") from error
    except (NianbaoError, OSError) as error:
        raise RefusedPdf(f"{short} 读不出来") from error
    return _copy_of(imported, kind, short, _is_draft(data))


def _copy_of(imported: Imported, kind: str, name: str, draft: bool) -> ReadCopy:
    from toolkit.checks.imported import form_findings, params_text

    report = imported.report
    if report is None or not any(reading.value is not None for reading in imported.cells.values()):
        raise RefusedPdf(f"{name} 不是年报：{imported.problem or '没有读出任何一格数字'}")
    return ReadCopy(
        year=report.year, organ="" if report.organ.name == _UNNAMED else report.organ.name, title=report.title,
        params=params_text(imported, name, form_findings(imported)), code="", figures=figures_of(report),
        unconfirmed=tuple(map(str, unconfirmed(imported))), format="xlsx" if kind == "xlsx" else "docx", draft=draft,
    )  # fmt: skip


def _is_better(copy: ReadCopy, other: ReadCopy) -> bool:
    """Whether a copy replaces an earlier one of the same report; a draft never replaces a report."""
    if copy.draft and not other.draft:
        return False
    if cells := differing_figures(other.figures, copy.figures):
        refuse_two(copy.year, copy.organ, cells)
    return len(copy.unconfirmed) < len(other.unconfirmed)


def differing_figures(one: Mapping[str, str], other: Mapping[str, str]) -> int:
    """The number of cells that both copies fill and that differ."""
    return sum(one[name] != other[name] for name in one.keys() & other.keys())


def refuse_two(year: int, organ: str, cells: int) -> NoReturn:
    """Refuse a mail with two versions of a report, which differ in ``cells`` cells or, when 0, elsewhere."""
    where = f"有 {cells} 格" if cells else "表外的内容"
    raise RefusedPdf(f"邮件里有两份“{organ}”{year} 年的年报，{where}不同，分不清以哪一份为准；请只附一份")


def _is_draft(data: bytes) -> bool:
    """Whether a document of ours is marked as a draft in its properties (ECMA-376, part 2, contentStatus)."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package, package.open("docProps/core.xml") as opened:
            return ">草稿<".encode() in opened.read(_LARGEST_PROPERTIES)
    except (zipfile.BadZipFile, zlib.error, KeyError, OSError, ValueError, NotImplementedError, RuntimeError, EOFError):
        return False


def in_package(package: zipfile.ZipFile, entries: Sequence[zipfile.ZipInfo], limits: IntakeLimits) -> Iterator[tuple[str, bytes]]:
    """The documents of a ZIP file, each up to the limit."""
    for entry in entries:
        if entry.filename.lower().endswith(SUFFIXES):
            with package.open(entry) as opened:
                data = opened.read(limits.pdf_bytes + 1)
            if is_document(data, entry.filename):
                yield entry.filename.rpartition("/")[2], data


def with_organ(copy: ReadCopy, member: Member) -> ReadCopy:
    """A copy under the name and level of the member list, the head of remarks in its params kept."""
    report = report_from_yaml(copy.params.encode("utf-8"))
    head = "".join(line for line in copy.params.splitlines(keepends=True) if line.startswith("#"))
    organ = report.organ.model_copy(update={"name": member.name, "level": member.level})
    return replace(copy, organ=member.name, params=head + report_to_yaml(replace(report, organ=organ)))
