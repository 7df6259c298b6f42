"""Verify an archive: every file against the lists of hashes, every PDF against the params beside it, every signature.

In: a ZIP file or an unpacked folder. Out: ``ArchiveCheck``, with the name of each file that was changed, is missing, was added,
whose pages do not show what its params say, or whose signature fails. PDFs are opened in confined processes: an archive comes
from outside.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path, PurePosixPath

from toolkit.core.errors import ParamsUnreadable
from toolkit.core.files import sha256_of
from toolkit.dispatch.intake.confined import Confined
from toolkit.dispatch.intake.inspecting import IntakeLimits, RefusedPdf
from toolkit.dispatch.intake.reading_back import ReadBack
from toolkit.dispatch.signatures.checking import GOOD, SignatureVerdict
from toolkit.report.embedded import report_digest
from toolkit.report.reading import report_from_yaml
from toolkit.rollup.archive.bag import PAYLOAD, BagCheck, BagFiles, check_bag, open_bag
from toolkit.rollup.archive.gathering import PARAMS_NAME, REPORT_NAME

SIGNED = GOOD - {"unsigned"}  # at receipt


@dataclass(frozen=True, slots=True)
class SignatureCheck:
    """The numbers of sound signatures and of those whose signer was not judged, and a sentence for each that fails."""

    signed: int = 0
    not_checked: int = 0
    failing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the ledger says of one PDF: when it came, and the state of its signature then."""

    at: datetime | None = None
    signature: str = ""


def receipts_by_hash(lines: bytes) -> dict[str, Receipt]:
    """The receipts of a ledger by the SHA-256 of the PDF; lines that are no records are left out."""
    receipts = {}
    for line in lines.splitlines():
        with suppress(ValueError, KeyError, TypeError, AttributeError, RecursionError):
            record = json.loads(line)
            if record["event"] == "received" and record.get("pdf_sha256"):
                at = datetime.fromisoformat(record["received_at"]).astimezone()
                receipts[record["pdf_sha256"]] = Receipt(at, str(record.get("signature", "")))
    return receipts


def check_signatures(verdicts: Iterable[tuple[str, Receipt, SignatureVerdict]]) -> SignatureCheck:
    """The outcome of the verdicts on files, each with its name and receipt."""
    signed, not_checked, failing = 0, 0, []
    for name, receipt, verdict in verdicts:
        if reason := _why_failing(receipt, verdict):
            failing.append(f"{name}：{reason}")
        elif verdict.state != "unsigned":
            signed += 1
            not_checked += verdict.state == "not_checked"
    return SignatureCheck(signed, not_checked, tuple(failing))


def _why_failing(receipt: Receipt, verdict: SignatureVerdict) -> str:
    if verdict.state not in GOOD or verdict.state == "unverified":
        return verdict.message
    return "收到时有签名，这一份没有签名" if verdict.state == "unsigned" and receipt.signature in SIGNED else ""


_PDF, _REPORTS, _RECEIVED = f"{REPORT_NAME}.pdf", f"{PAYLOAD}年报/", f"{PAYLOAD}来件/"
_LEDGER = f"{PAYLOAD}台账/收件和审核.jsonl"
_LARGEST_LEDGER = 200_000_000
_UNREADABLE = (OSError, KeyError, ValueError, RuntimeError)


@dataclass(frozen=True, slots=True)
class ArchiveCheck:
    """The outcome; ``reports`` counts the PDFs that were read back, ``differing`` has a sentence for each that is faulty."""

    bag: BagCheck
    reports: int
    differing: tuple[str, ...]
    signatures: SignatureCheck = field(default_factory=SignatureCheck)

    @property
    def is_whole(self) -> bool:
        return self.bag.is_whole and not self.differing and not self.signatures.failing


def verify_archive(path: Path, confined: Confined, limits: IntakeLimits) -> ArchiveCheck:
    """Compare an archive with its lists and its PDFs with their params, and judge signatures by the trust list of ``confined``.

    Raises:
        NoBag: it is no archive of ours.
    """
    with open_bag(path) as files:
        bag = check_bag(files)
        pairs = [name for name in sorted(files.names) if name.startswith(_REPORTS) and name.endswith(f"/{_PDF}")]
        reader = _Reader(files, confined, limits, receipts_by_hash(_ledger_of(files)))
        differing = [problem for name in pairs for problem in _compare(reader, name)]
        signatures = check_signatures(reader.signatures())
    return ArchiveCheck(bag, len(pairs), tuple(differing), signatures)


@dataclass(frozen=True)
class _Reader:
    """Reads the PDFs of an archive, each content once."""

    files: BagFiles
    confined: Confined
    limits: IntakeLimits
    receipts: Mapping[str, Receipt]
    _read: dict[str, ReadBack | RefusedPdf | None] = field(default_factory=dict)

    def digest_and_back(self, name: str) -> tuple[str, ReadBack | None]:
        """SHA-256 of a PDF and what it says; ``None`` for a scan or a file of other programs.

        Raises:
            RefusedPdf, OSError, KeyError, ValueError, RuntimeError: it cannot be read.
        """
        pdf = _read(self.files, name, self.limits.pdf_bytes)
        digest = sha256_of(pdf)
        if digest not in self._read:
            try:
                is_report = name.endswith(f"/{_PDF}")  # nothing is compared with a scan: recognising it takes seconds
                back = self.confined.read_pdf(pdf, self.receipts.get(digest, Receipt()).at, scans=is_report)
                self._read[digest] = back if isinstance(back, ReadBack) else None
            except RefusedPdf as error:
                self._read[digest] = error
        reading = self._read[digest]
        if isinstance(reading, RefusedPdf):
            raise reading
        return digest, reading

    def signatures(self) -> Iterator[tuple[str, Receipt, SignatureVerdict]]:
        """The signature of every PDF: of the reports, and of each version that came in."""
        for name in sorted(self.files.names):
            if PurePosixPath(name).suffix.lower() != ".pdf" or not name.startswith((_REPORTS, _RECEIVED)):
                continue
            try:
                digest, back = self.digest_and_back(name)
            except (RefusedPdf, *_UNREADABLE):
                continue  # the comparison with the lists, or with the params, says so
            if back is not None:
                yield name, self.receipts.get(digest, Receipt()), back.signature


def _ledger_of(files: BagFiles) -> bytes:
    """The records of the archive; an organ's own archive has none."""
    try:
        return _read(files, _LEDGER, _LARGEST_LEDGER)
    except (RefusedPdf, *_UNREADABLE):
        return b""


def _compare(reader: _Reader, name: str) -> Iterator[str]:
    """A sentence for each fault of one PDF."""
    params = f"{name.rpartition('/')[0]}/{PARAMS_NAME}"
    try:
        _, back = reader.digest_and_back(name)
        text = _read(reader.files, params, reader.limits.attachment_bytes)
        if back is None:
            yield f"{name}：不是程序生成的 PDF，读不回填报数据"
        elif back.differences:
            yield f"{name}：页面与随附数据不符，{back.differences[0]}"
        elif back.digest != report_digest(report_from_yaml(text)):
            yield f"{name}：随附的数据与 {PARAMS_NAME} 不同"
    except RefusedPdf as error:
        yield f"{name}：{error}"
    except ParamsUnreadable as error:
        yield f"{params}：读不出来，{error.problems[0]}"
    except _UNREADABLE:
        yield f"{name}：读不出来，或旁边没有 {PARAMS_NAME}"


def _read(files: BagFiles, name: str, most: int) -> bytes:
    with files.open(name) as opened:
        data = opened.read(most + 1)
    if len(data) > most:
        raise RefusedPdf(f"文件超过上限 {most // 1_000_000} MB")
    return data
