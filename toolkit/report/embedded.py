"""The params that travel inside the finished PDF (随附的填报数据): canonical text under three lines of comment.

In: a report and the version of the rules it was checked by. Out: YAML that reads as params, whose head names the
rules and the SHA-256 of what follows; and back, saying whether the text is still the one that was hashed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from toolkit.core.files import sha256_of
from toolkit.report.model import Report
from toolkit.report.reading import report_from_yaml
from toolkit.report.writing import report_to_yaml

PARAMS_NAME = "params.yaml"  # of the attachment
_NOTE = "# 随年报 PDF 附送的填报数据，供上级机关读取；要修改，请改填报数据后重新生成年报。"
_HEAD = re.compile(
    r"\A#[^\n]*\n# 规则版本：(?P<rules>[^\n]{1,40})\n# SHA-256：(?P<digest>[0-9a-f]{64})\n(?P<body>.*)\Z", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class EmbeddedParams:
    """The params in a PDF. ``intact`` is false when the text below the header is not the hashed one."""

    report: Report
    text: str  # canonical params, without the head
    rules_version: str
    digest: str  # SHA-256 of ``text``, hexadecimal
    intact: bool


def carried_text(report: Report, rules_version: str) -> str:
    """The text to attach; the same report and rules give the same text."""
    body = report_to_yaml(report)
    return f"{_NOTE}\n# 规则版本：{rules_version}\n# SHA-256：{digest_of(body)}\n{body}"


def digest_in(carried: str) -> str:
    """The SHA-256 that the head of an attached text names, hexadecimal; "" when it has no such head."""
    head = _HEAD.match(carried)
    return head["digest"] if head else ""


def read_carried(raw: bytes) -> EmbeddedParams:
    """An attachment as a report.

    Raises:
        ParamsUnreadable: the attachment is not a params file.
    """
    report = report_from_yaml(raw)
    text = report_to_yaml(report)
    head = _HEAD.match(raw.decode("utf-8", "replace"))
    intact = head is not None and head["digest"] == digest_of(head["body"])
    return EmbeddedParams(report, text, head["rules"] if head else "", digest_of(text), intact)


def report_digest(report: Report) -> str:
    """SHA-256 of the canonical params of a report, hexadecimal: it names the version that a decision is about."""
    return digest_of(report_to_yaml(report))


def digest_of(text: str) -> str:
    """SHA-256 of a text as UTF-8, hexadecimal."""
    return sha256_of(text.encode("utf-8"))
