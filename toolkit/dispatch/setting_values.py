"""The kinds of values in ``nianbao.toml``: servers, ports, pauses, paths, fingerprints, limits.

In: values as typed. Out: types for the fields of the settings; a ``ValueError`` says in Chinese what a value should be.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from toolkit.report.complaints import NO_TRUTH_VALUE
from toolkit.report.jurisdiction import Name
from toolkit.report.model import Line


def _host(value: object) -> object:
    """The name of a server alone: no scheme, account, port or path."""
    value = value.strip() if isinstance(value, str) else value
    if isinstance(value, str) and not _is_address(value) and re.search(r"[\s/:@,;]", value):
        raise ValueError("服务器的名字，如 mail.yunxi.gov.example（端口写在 port，账号写在 user）")
    return value


def _is_address(text: str) -> bool:
    try:
        return bool(ip_address(text))
    except ValueError:
        return False


def _fingerprint(value: str) -> str:
    if not re.fullmatch(r"[0-9A-Fa-f: ]*", value):
        raise ValueError("证书的 SHA-256 指纹（十六进制，可以有冒号）")
    return value


def _place(value: object) -> object:
    """A path as typed; ``~`` is the home folder. Nothing would be the folder of the settings."""
    if isinstance(value, str) and not value.strip():
        raise ValueError("文件或文件夹的路径（不用的，整行删去）")
    return Path(value.strip()).expanduser() if isinstance(value, str) else value


def one_or_more(value: object) -> object:
    """A single text where a list of texts belongs."""
    return [value] if isinstance(value, str) else value


Host = Annotated[Name, BeforeValidator(_host)]
Place = Annotated[Path, BeforeValidator(_place)]
Fingerprint = Annotated[Line, AfterValidator(_fingerprint)]
Port = Annotated[int, Field(ge=1, le=65535), NO_TRUTH_VALUE]
Pause = Annotated[float, Field(ge=0, le=86_400)]


_Count = Annotated[int, Field(gt=0)]
Seconds = Annotated[float, Field(gt=0, le=86_400)]  # sockets refuse more than some years; no wait takes a day
_Memory = Annotated[int, Field(ge=200_000_000)]  # the process that opens a file needs 150 MB before it has opened any


@dataclass(frozen=True, slots=True)
class IntakeLimits:
    """Limits of one message. One of our reports has some 10 pages, 600 objects and 600 kB."""

    message_bytes: _Count = 40_000_000
    pdf_bytes: _Count = 25_000_000
    pages: _Count = 300
    objects: _Count = 50_000
    attachment_bytes: _Count = 2_000_000
    mail_parts: _Count = 100
    seconds: Seconds = 30.0
    scan_seconds: Seconds = 180.0  # recognising the pages of a scan takes some seconds each
    memory_bytes: _Memory = 1_500_000_000
    scan_memory_bytes: _Memory = 4_000_000_000  # of addresses; a third of it is used


LIMITS = IntakeLimits()
