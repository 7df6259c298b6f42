"""Verify the signatures in an archive, each as of the moment at which its report was received.

In: what reading a PDF back said of its signature, and the records of the archive (台账/收件和审核.jsonl). Out: ``SignatureCheck``
with a sentence for each signature that fails. A PDF whose record names a signature and that has none has lost it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from toolkit.dispatch.signatures.checking import GOOD, SignatureVerdict

SIGNED = ("valid", "not_checked")  # at receipt


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
    return dict(_receipts(lines))


def _receipts(lines: bytes) -> Iterator[tuple[str, Receipt]]:
    for line in lines.splitlines():
        try:
            record = json.loads(line)
            if record["event"] == "received" and record.get("pdf_sha256"):
                at = datetime.fromisoformat(record["received_at"]).astimezone()
                yield record["pdf_sha256"], Receipt(at, str(record.get("signature", "")))
        except (ValueError, KeyError, TypeError, AttributeError):
            continue


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
    if verdict.state not in GOOD:
        return verdict.message
    return "收到时有签名，这一份没有签名" if verdict.state == "unsigned" and receipt.signature in SIGNED else ""
