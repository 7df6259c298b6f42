"""Look up a certificate in its authority's revocation list (吊销列表, CRL), a file of the county.

In: a certificate, the trust list, a moment. Out: since when it is revoked, or ``None``. A list that the authority did
not sign itself is a mistake of the settings and told; nothing is fetched from a network.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toolkit.core.errors import UsageError
from toolkit.dispatch.settings import Trusted

if TYPE_CHECKING:
    from cryptography import x509


def revoked_since(certificate: Any, vouched: Iterable[Trusted], moment: datetime) -> datetime | None:
    """The date of a certificate's revocation (as read by asn1crypto), if it was revoked at ``moment``.

    Raises:
        UsageError: a list cannot be read, or is not of the authority beside it.
    """
    for item in vouched:
        if item.revoked and item.authority:
            entry = read_revoked(item.revoked, item.authority).get_revoked_certificate_by_serial_number(certificate.serial_number)
            if entry is not None and entry.revocation_date_utc <= moment:
                return entry.revocation_date_utc
    return None


def read_revoked(path: Path, authority: Path) -> x509.CertificateRevocationList:
    """The list in a file, signed by its authority.

    Raises:
        UsageError: it cannot be read, or another authority signed it.
    """
    from cryptography import x509

    try:
        raw = path.read_bytes()
        load = x509.load_pem_x509_crl if raw.lstrip().startswith(b"-----") else x509.load_der_x509_crl
        revoked = load(raw)
        certificate = authority.read_bytes()
        issuer = (x509.load_pem_x509_certificate if b"-----" in certificate else x509.load_der_x509_certificate)(certificate)
        sound = revoked.is_signature_valid(issuer.public_key())  # type: ignore[arg-type]
    except (OSError, ValueError, TypeError) as error:
        raise UsageError(f"读不出吊销列表 {path}（revoked），应为 PEM 或 DER 格式的 CRL") from error
    if not sound:
        raise UsageError(f"吊销列表 {path}（revoked）不是 {authority.name} 签发的，请向颁发机构重新下载")
    return revoked
