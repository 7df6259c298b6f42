"""Read a finished PDF back into its params (回读), and say whether pages, attachment and signature agree.

In: the bytes of a PDF, from our own folder or from outside. Out: ``ReadBack``, plain data that a confined process
can hand over as JSON. The report inside is believed only as far as ``differences`` and ``signature`` let it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import pypdfium2

from toolkit.checks import Finding
from toolkit.core.errors import ParamsUnreadable
from toolkit.dispatch.intake.inspecting import LIMITS, IntakeLimits, RefusedPdf, carried_bytes
from toolkit.dispatch.intake.visible_tables import CODE, VisiblePages, compare_tables
from toolkit.dispatch.settings import Trusted
from toolkit.dispatch.signatures.checking import SignatureVerdict, check_signature
from toolkit.report import Report
from toolkit.report.embedded import EmbeddedParams, read_carried


@dataclass(frozen=True, slots=True)
class ReadBack:
    """The content of a PDF. ``differences`` are sentences of ``output-differs``."""

    year: int
    organ: str
    title: str
    params: str  # canonical YAML
    digest: str  # SHA-256 of ``params``
    rules_version: str
    differences: tuple[str, ...]
    signature: SignatureVerdict
    draft: bool = False  # the pages bear the watermark 草稿


@dataclass(frozen=True, slots=True)
class Trust:
    """The county's trust list and the time for checking certificates."""

    trusted: tuple[Trusted, ...] = ()
    moment: datetime | None = None


NOBODY = Trust()


def read_back(data: bytes, limits: IntakeLimits = LIMITS, trust: Trust = NOBODY) -> ReadBack:
    """Params, differences and signature of one of our PDFs.

    Raises:
        RefusedPdf: the PDF is not one that can be read safely, or carries no params that can be read.
    """
    carried = _carried(data, limits)
    report = carried.report
    draft, differences = compare(data, carried)
    return ReadBack(
        year=report.year, organ=report.organ.name, title=report.title, params=carried.text, digest=carried.digest,
        rules_version=carried.rules_version, differences=tuple(item.message for item in differences),
        signature=check_signature(data, report.organ.name, trust.trusted, trust.moment), draft=draft,
    )  # fmt: skip


def compare(data: bytes, carried: EmbeddedParams) -> tuple[bool, Sequence[Finding]]:
    """Whether the pages are marked as a draft, and the findings of output-differs.

    These compare the visible tables and title with the attachment, and the attachment with its own hash.

    Raises:
        RefusedPdf: the pages cannot be opened.
    """
    differences = [] if carried.intact else [_altered(carried.report)]
    try:
        with pypdfium2.PdfDocument(data) as pdf:
            pages = VisiblePages(pdf)
            return pages.is_draft, differences + compare_tables(carried.report, pages)
    except pypdfium2.PdfiumError as error:
        raise RefusedPdf("PDF 的页面打不开，文件可能已损坏") from error


def _altered(report: Report) -> Finding:
    return Finding(
        CODE, "error", f"《{report.title}》随附的填报数据与其中记录的校验值不符，生成后被改动过", where="organ.name",
        next_step="请对方用原来的填报数据重新生成 PDF",
    )  # fmt: skip


def _carried(data: bytes, limits: IntakeLimits) -> EmbeddedParams:
    raw = carried_bytes(data, limits)
    try:
        return read_carried(raw)
    except ParamsUnreadable as error:
        raise RefusedPdf(f"PDF 里随附的填报数据读不出来：{error.problems[0]}") from error
