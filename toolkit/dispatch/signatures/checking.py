"""Check the signature of a PDF (验签): the signer, and whether the county trusts it to sign for the organ.

In: the bytes of a PDF, the organ its report names, the trust list, the moment certificates are judged at. Out: a
``SignatureVerdict`` that tells apart: unsigned, unverified (the extra ``sign`` is not installed), intact but by a signer
who was not checked (no trust list), valid, changed after signing, of another organ, expired, not yet valid, revoked,
untrusted, made in a way that cannot be judged here. Nothing is fetched from a network: revoked
certificates are looked up in the authority's list (吊销列表, CRL), a file of the county.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from toolkit.core.errors import UsageError
from toolkit.core.files import sha256_of
from toolkit.core.shipped import EXTRAS, need_extra
from toolkit.dispatch.settings import Trusted

if TYPE_CHECKING:
    from cryptography import x509

State = Literal[
    "unsigned", "unverified", "not_checked", "valid", "changed", "other_organ", "expired", "not_yet_valid", "revoked",
    "untrusted", "unknown",
]  # fmt: skip
_CHINESE_STANDARD = "1.2.156.10197.1."  # GM/T 0006: the arc of the national algorithms
GOOD: frozenset[State] = frozenset({"unsigned", "unverified", "not_checked", "valid"})


@dataclass(frozen=True, slots=True)
class SignatureVerdict:
    """The state and its sentence; ``signer`` is the name in the certificate, ``fingerprint`` its SHA-256."""

    state: State
    message: str
    signer: str = ""
    fingerprint: str = ""


def check_signature(data: bytes, organ: str, trusted: Sequence[Trusted], moment: datetime | None) -> SignatureVerdict:
    """The verdict on the last signature of a PDF at ``moment`` (default: now).

    Raises:
        UsageError: an authority's certificate file of the trust list cannot be read.
    """
    if b"/ByteRange" not in data:  # a signature names the bytes it covers in plain sight, or it covers none
        return SignatureVerdict("unsigned", "没有签名")
    if not EXTRAS["sign"].is_installed():  # what came in is not at fault
        return SignatureVerdict("unverified", f"有签名，没有核对：核对签名要用的软件包没有安装（{EXTRAS['sign'].command}）")
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.general import CMSExtractionError

    try:
        signatures = PdfFileReader(io.BytesIO(data), strict=False).embedded_signatures
        if not signatures:
            return SignatureVerdict("unsigned", "没有签名")
        return _judge(signatures[-1], organ, trusted, moment or datetime.now(UTC))
    except (PdfError, CMSExtractionError, ValueError, TypeError, KeyError, AttributeError):
        return SignatureVerdict("changed", "签名已损坏，文件在签名以后被改动过")


def check_trust_list(trusted: Sequence[Trusted]) -> None:
    """Read every file of the trust list before it is used: a misspelt name must not look like an invalid signature.

    Raises:
        UsageError: a certificate or a list of revoked ones cannot be read, or the extra ``sign`` is not installed.
    """
    if trusted:
        need_extra("sign")
    for item in trusted:
        if item.authority:
            _certificate(item.authority)
        if item.revoked:
            if not item.authority:
                raise UsageError(f"信任名单中写了吊销列表 {item.revoked}（revoked），没有写是哪个机构的（authority）")
            read_revoked(item.revoked, item.authority)


def _judge(signature: Any, organ: str, trusted: Sequence[Trusted], moment: datetime) -> SignatureVerdict:
    certificate = signature.signer_cert
    who = {"signer": _name(certificate), "fingerprint": sha256_of(certificate.dump())}
    not_before, not_after = certificate.not_valid_before, certificate.not_valid_after
    # the chain is validated at a moment when the certificate was valid, to distinguish expired from untrusted
    within = min(max(moment, not_before), not_after)
    if foreign := _unknown_algorithm(signature):
        message = f"签名用了本工具不能核对的算法（{foreign}），无法判断真伪；请改用 RSA 或 ECDSA 的签名证书"
        return SignatureVerdict("unknown", message, **who)
    intact, chained = _validate(signature, [path for item in trusted if (path := item.authority)], within)
    if not intact:
        return SignatureVerdict("changed", "文件在签名以后被改动过", **who)
    if not trusted:
        return SignatureVerdict("not_checked", f"由“{who['signer']}”签名，签名完好；没有设置信任名单，未核对签名人", **who)
    vouched = [item for item in trusted if _vouches(item, who["fingerprint"], certificate, chained)]
    if not vouched:
        return SignatureVerdict("untrusted", f"由“{who['signer']}”签名，但签名证书不在信任名单中", **who)
    if not any(organ in _organs(item, certificate) for item in vouched):
        named = "、".join(dict.fromkeys(name for item in vouched for name in _organs(item, certificate)))
        return SignatureVerdict("other_organ", f"签名证书属于“{named}”，不能为“{organ}”签名", **who)
    dates = f"签名证书的有效期是 {not_before:%Y-%m-%d} 至 {not_after:%Y-%m-%d}"
    if moment < not_before:
        return SignatureVerdict("not_yet_valid", f"{dates}，收到时还没有生效，不在有效期内", **who)
    if moment > not_after:
        return SignatureVerdict("expired", f"{dates}，收到时已经过期，不在有效期内", **who)
    if taken_back := revoked_since(certificate, vouched, moment):
        return SignatureVerdict("revoked", f"签名证书已于 {taken_back:%Y-%m-%d} 被颁发机构吊销", **who)
    return SignatureVerdict("valid", f"由“{who['signer']}”签名，核对无误", **who)


def _validate(signature: Any, authorities: Iterable[Any], moment: datetime) -> tuple[bool, frozenset[str]]:
    """Whether the whole file is unchanged since the signature, and the fingerprints of the authorities of its chain."""
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.errors import SignatureValidationError
    from pyhanko.sign.validation.settings import KeyUsageConstraints
    from pyhanko.sign.validation.status import SignatureCoverageLevel
    from pyhanko_certvalidator import ValidationContext

    context = ValidationContext(
        trust_roots=[_certificate(path) for path in authorities], moment=moment, allow_fetching=False, revocation_mode="soft-fail"
    )
    usage = KeyUsageConstraints(key_usage={"digital_signature", "non_repudiation"}, match_all_key_usages=False)
    # the verdict says what it would log about incomplete chains
    logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
    try:
        status = validate_pdf_signature(signature, context, key_usage_settings=usage, skip_diff=True)
    except (SignatureValidationError, ValueError, TypeError, KeyError):
        return False, frozenset()
    whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    path = status.validation_path if status.trusted else None
    roots = {sha256_of(path.first.dump())} if path is not None else set()
    return bool(status.intact and status.valid and whole), frozenset(roots)


def _unknown_algorithm(signature: Any) -> str:
    """The name of an unsupported signature algorithm, such as 国密 SM2 with SM3."""
    info, key = signature.signer_info, signature.signer_cert.public_key
    named = [info["digest_algorithm"]["algorithm"].native, info["signature_algorithm"]["algorithm"].native, key.algorithm]
    named += [key.curve[1]] if key.algorithm == "ec" and key.curve[0] == "named" else []
    # an algorithm without a name is shown as its OID
    foreign = [name for name in named if name[:1].isdigit()]
    if not foreign:
        return ""
    return f"国密 SM2/SM3，{foreign[0]}" if foreign[0].startswith(_CHINESE_STANDARD) else foreign[0]


def _vouches(item: Trusted, fingerprint: str, certificate: Any, chained: frozenset[str]) -> bool:
    if item.fingerprint:
        return item.fingerprint.replace(":", "").replace(" ", "").lower() == fingerprint
    return item.authority is not None and sha256_of(_certificate(item.authority).dump()) in chained


def _organs(item: Trusted, certificate: Any) -> tuple[str, ...]:
    """The organ that a trusted certificate may sign for: from the trust list, else the certificate's O."""
    if item.organs:
        return item.organs
    value = certificate.subject.native.get("organization_name", "")
    return tuple(value) if isinstance(value, list) else (value,)


def _name(certificate: Any) -> str:
    names = certificate.subject.native
    value = names.get("common_name") or names.get("organization_name") or "（证书没有写明名称）"
    return value if isinstance(value, str) else "、".join(value)


def _certificate(path: Any) -> Any:
    from pyhanko.keys import load_cert_from_pemder

    try:
        return load_cert_from_pemder(str(path))  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise UsageError(f"读不出信任名单中的证书 {path}，应为 PEM 或 DER 格式") from error


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
        sound = revoked.is_signature_valid(issuer.public_key())  # type: ignore[arg-type]  # a key that signs no list is a TypeError
    except (OSError, ValueError, TypeError) as error:
        raise UsageError(f"读不出吊销列表 {path}（revoked），应为 PEM 或 DER 格式的 CRL") from error
    if not sound:
        raise UsageError(f"吊销列表 {path}（revoked）不是 {authority.name} 签发的，请向颁发机构重新下载")
    return revoked
