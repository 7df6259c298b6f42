"""Sign a finished PDF (签名): PAdES, with a PKCS#12 file or a token, as an incremental update of the file.

In: the bytes of a PDF and a signer. Out: the same bytes followed by one update that holds an unseen signature field,
so that pages, tags, metadata and attachment stay as they were and PDF/A-3a and PDF/UA-1 with them.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.dsa import DSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization.pkcs12 import load_key_and_certificates

from toolkit.core.errors import NianbaoError, UsageError
from toolkit.core.logs import log_unexpected_error
from toolkit.core.shipped import need_extra
from toolkit.dispatch.settings import SIGNATURE_PASSWORD, Secret, Signature

_FIELD = "OrganSignature"
_FIELD_LABEL = "机关电子签名"


class SigningFailed(NianbaoError):
    """The PDF was not signed and is unchanged."""


@contextmanager
def open_signer(settings: Signature, password: Secret) -> Iterator[Any]:
    """The signer of the settings; a token stays open until the end of the block.

    Raises:
        UsageError: none is named, the file or driver cannot be read, the password is wrong.
    """
    need_extra("sign")
    if settings.pkcs12:
        yield _from_pkcs12(settings, password)
    elif settings.pkcs11_driver:
        with _token_session(settings, password) as session:
            from pyhanko.sign.pkcs11 import PKCS11Signer

            yield PKCS11Signer(session, cert_label=settings.certificate_label or None)
    else:
        raise UsageError('没有写明用什么签名，请在 nianbao.toml 写明：[signature] pkcs12 = "证书.p12"（或 pkcs11_driver）')


def sign_pdf(data: bytes, signer: Any, organ: str) -> bytes:
    """The PDF with one more signature.

    Raises:
        SigningFailed: the PDF is signed already, or cannot be signed.
    """
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import fields, signers

    class _Behind(IncrementalPdfFileWriter):
        """An incremental update that PDF/A-3 allows: metadata, version 1.7 and extensions stay as Typst wrote them."""

        def _update_meta(self) -> None:
            pass

        def ensure_output_version(self, version: Any) -> None:
            pass

        def register_extension(self, ext: Any) -> None:
            pass

    if b"/ByteRange" in data:
        raise SigningFailed("这份 PDF 已经签过名；要重新签名，请先重新生成（nianbao build --force）")
    # printable and of no size, as PDF/A asks of a field without an appearance; off the page, as PDF/UA asks of one without a tag
    unseen = fields.InvisSigSettings(set_print_flag=True, set_hidden_flag=False, box_out_of_bounds=True)
    spec = fields.SigFieldSpec(_FIELD, invis_sig_settings=unseen, readable_field_name=_FIELD_LABEL)
    about = signers.PdfSignatureMetadata(
        field_name=_FIELD, md_algorithm="sha256", name=organ, reason="政府信息公开工作年度报告报送",
        subfilter=fields.SigSeedSubFilter.PADES,
    )  # fmt: skip
    out = io.BytesIO()
    try:
        writer = _Behind(io.BytesIO(data))
        signers.PdfSigner(about, signer, new_field_spec=spec).sign_pdf(writer, output=out)
    except Exception as error:
        # drivers of tokens raise many kinds of errors; nothing was written in any case
        log = log_unexpected_error("signature")
        where = f"；详情已记入 {log}" if log else ""
        raise SigningFailed(f"签名没有成功，文件未改动；请核对证书、密码和签名设备后再试{where}") from error
    return out.getvalue()


def _from_pkcs12(settings: Signature, password: Secret) -> Any:
    from pyhanko.sign.signers import SimpleSigner

    path = settings.pkcs12
    if path is None or not path.is_file():
        raise UsageError(f"找不到签名证书 {path}（[signature] pkcs12）")
    passphrase = password.reveal().encode("utf-8") if password else None
    if reason := _why_no_signer(path, passphrase):
        raise UsageError(f"打不开签名证书 {path.name}：{reason}")
    logging.getLogger("pyhanko").setLevel(logging.CRITICAL)  # errors are reported here, without a traceback
    signer = SimpleSigner.load_pkcs12(str(path), passphrase=passphrase)  # type: ignore[no-untyped-call]
    if signer is None:
        raise UsageError(f"打不开签名证书 {path.name}：不支持这种证书或私钥；请向发证机构要 RSA 证书")
    return signer


def _why_no_signer(path: Path, passphrase: bytes | None) -> str:
    """Why a PKCS#12 file has no signer, as a sentence; empty when it has a certificate with its key."""
    try:
        data = path.read_bytes()
    except OSError:
        return "没有读取权限，或文件正在别的程序中打开"
    try:
        key, certificate, _ = load_key_and_certificates(data, passphrase)
    except UnsupportedAlgorithm as error:
        return _SM2 if any(number in str(error) for number in _SM2_NUMBERS) else _UNSUPPORTED
    except (ValueError, TypeError):
        if data[:1] != b"\x30" or b"\x02\x01\x03" not in data[:12]:  # a DER sequence that begins with version 3 (RFC 7292, 4)
            return "文件不是 PKCS#12（.p12、.pfx）证书"
        missing = "中的密码不对" if passphrase else "里没有密码"
        return f"环境变量 {SIGNATURE_PASSWORD} {missing}；密码没有错的，文件可能已损坏"
    if key is None:
        return "里面没有私钥，只有证书；请导出时选“连同私钥一起导出”，或改用签名令牌（pkcs11_driver）"
    if certificate is None:
        return "里面没有证书，只有私钥；请重新导出"
    return "" if isinstance(key, RSAPrivateKey | EllipticCurvePrivateKey | DSAPrivateKey | Ed25519PrivateKey) else _UNSUPPORTED


_SM2 = "国密（SM2）证书不支持；请向发证机构要一张 RSA 证书（.p12、.pfx），或不签名、按原来的办法报送"
_SM2_NUMBERS = ("1.2.156.10197", "SM2", "sm2")
_UNSUPPORTED = "不支持这种证书或私钥；请向发证机构要 RSA 证书"


def _token_session(settings: Signature, password: Secret) -> Any:
    try:
        from pyhanko.config.pkcs11 import TokenCriteria
        from pyhanko.sign.pkcs11 import open_pkcs11_session
    except ImportError as error:
        raise UsageError("没有安装签名令牌（PKCS#11）的支持，请运行 pip install nianbao[token]") from error
    token = TokenCriteria(label=settings.token_label) if settings.token_label else None
    return open_pkcs11_session(str(settings.pkcs11_driver), token_criteria=token, user_pin=password.reveal() or None)
