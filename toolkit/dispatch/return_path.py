"""Read the address behind a Return-Path that a forwarding server has rewritten.

In: the address as the last server wrote it. Out: the original sender, and the domain that forwarded the mail. A forwarder
rewrites the path so that it passes SPF: SRS0 and SRS1 hold the original address, a BATV tag hides the local part only.
A mailing list's path (VERP) holds the recipient, and nothing of the sender. None of it is proof: the path can be forged.

Source: Sender Rewriting Scheme (Meng Weng Wong 2003, libsrs2); draft-levine-smtp-batv-01; Microsoft, Sender Rewriting
Scheme (SRS) in Microsoft 365; D. J. Bernstein, Variable Envelope Return Paths; Postfix, VERP_README.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_SRS0 = re.compile(r"srs0[=+-](?P<rest>.+)", re.IGNORECASE)
_SRS1 = re.compile(r"srs1[=+-][^=]*=[^=]+=(?P<rest>[=+-].+)", re.IGNORECASE)  # hash, first forwarder, its SRS0 without the name
_SRS_365 = re.compile(r".*\+srs=(?P<rest>.+)", re.IGNORECASE)
_HASHED = re.compile(r"[=+-]?[^=]*=[^=]*=(?P<domain>[^=]+)=(?P<local>.+)")  # hash, timestamp, domain, local part
_BATV = re.compile(r"(?:prvs|msprvs\d|btv\d)=+[^=]*=+(?P<local>.+)", re.IGNORECASE)
_AUTO_FORWARDED = re.compile(r".+\+caf_=.+", re.IGNORECASE)  # Gmail: names the new recipient, not the original sender
# bounces+name=domain, list-return-17-name=domain, bounces+17-ab12-name=domain: the recipient, for whom a bounce is counted
_VERP = re.compile(r"[^=]+[+-][^=+]+=[a-z0-9-]+(?:\.[a-z0-9-]+)+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ReturnPath:
    """``sender`` is the original address (lower case), empty when it is unknown; ``relay`` the forwarder's domain."""

    sender: str = ""
    relay: str = ""


def read_return_path(address: str) -> ReturnPath:
    """The original sender of a mail by its Return-Path."""
    local, _, domain = address.strip().strip("<>").lower().rpartition("@")
    local = local.strip('"')
    if not local or not domain:  # the empty path of a bounce, or no address at all
        return ReturnPath()
    rewritten = _SRS1.fullmatch(local) or _SRS0.fullmatch(local) or _SRS_365.fullmatch(local)
    if rewritten:
        original = _HASHED.fullmatch(rewritten["rest"])
        return ReturnPath(_without_tag(original["local"], original["domain"]) if original else "", domain)
    if _AUTO_FORWARDED.fullmatch(local) or _VERP.fullmatch(local):
        return ReturnPath("", domain)
    return ReturnPath(_without_tag(local, domain))


def same_office(domain: str, expected: str) -> bool:
    """Whether a path's domain is the expected one or below it (``bounce.yunxi.gov.example``), as relaxed alignment has it.

    Source: RFC 7489, 3.1.1.
    """
    return domain == expected or domain.endswith(f".{expected}")


def _without_tag(local: str, domain: str) -> str:
    tagged = _BATV.fullmatch(local)
    return f"{tagged['local'] if tagged else local}@{domain}"
