"""A certificate authority made on the fly: server certificates for loopback, signing certificates for organs."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import NameOID

START = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Issued:
    """A certificate with its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def fingerprint(self) -> str:
        return self.certificate.fingerprint(hashes.SHA256()).hex(":")

    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    def key_pem(self) -> bytes:
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@dataclass(frozen=True)
class Authority(Issued):
    """Issues certificates of all kinds."""

    def for_server(self, *names: str, start: datetime = START, end: datetime | None = None) -> Issued:
        """A server certificate for host names and addresses."""
        alternatives = x509.SubjectAlternativeName([_general_name(name) for name in names])
        return self._issue(names[0], "", alternatives, start, end)

    def for_organ(self, organ: str, start: datetime = START, end: datetime | None = None) -> Issued:
        """A signing certificate in the name of an organ."""
        usage = x509.KeyUsage(True, True, False, False, False, False, False, False, False)
        return self._issue(f"{organ}电子签名", organ, usage, start, end)

    def _issue(
        self, name: str, organ: str, extension: x509.ExtensionType, start: datetime = START, end: datetime | None = None
    ) -> Issued:
        key = ec.generate_private_key(ec.SECP256R1())
        builder = _builder(name, organ, key, start, end).issuer_name(self.certificate.subject)
        builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
        builder = builder.add_extension(identifier, critical=False).add_extension(extension, critical=False)
        return Issued(builder.sign(self.key, hashes.SHA256()), key)


def make_authority(name: str = "云溪县政务证书（虚构）") -> Authority:
    """A new authority, of nobody's trust."""
    key = ec.generate_private_key(ec.SECP256R1())
    builder = _builder(name, "", key).add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(x509.KeyUsage(False, False, False, False, False, True, True, False, False), critical=True)
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    return Authority(builder.issuer_name(subject).sign(key, hashes.SHA256()), key)


def save_pem(path: Path, issued: Issued, *, with_key: bool = False) -> Path:
    """Certificate (and key) as PEM."""
    path.write_bytes(issued.pem() + (issued.key_pem() if with_key else b""))
    return path


def save_revoked(path: Path, authority: Authority, taken_back: Mapping[Issued, datetime]) -> Path:
    """The authority's list of what it took back (CRL), as PEM."""
    now = max(taken_back.values())
    builder = x509.CertificateRevocationListBuilder().issuer_name(authority.certificate.subject)
    builder = builder.last_update(now).next_update(now + timedelta(days=3650))
    for issued, day in taken_back.items():
        entry = x509.RevokedCertificateBuilder().serial_number(issued.certificate.serial_number).revocation_date(day).build()
        builder = builder.add_revoked_certificate(entry)
    path.write_bytes(builder.sign(authority.key, hashes.SHA256()).public_bytes(Encoding.PEM))
    return path


def save_pkcs12(path: Path, issued: Issued, password: str) -> Path:
    """Certificate and key as PKCS#12, as an office gets it."""
    encryption = BestAvailableEncryption(password.encode())
    path.write_bytes(pkcs12.serialize_key_and_certificates(b"organ", issued.key, issued.certificate, None, encryption))
    return path


def _builder(
    name: str, organ: str, key: ec.EllipticCurvePrivateKey, start: datetime = START, end: datetime | None = None
) -> x509.CertificateBuilder:
    attributes = [x509.NameAttribute(NameOID.COMMON_NAME, name)]
    attributes += [x509.NameAttribute(NameOID.ORGANIZATION_NAME, organ)] if organ else []
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name(attributes))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end or start + timedelta(days=365 * 30))
    )


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)
