"""Extract the content of a mail that is signed as a whole (opaque S/MIME, ``smime.p7m``).

In: the bytes of a CMS object. Out: the signed content, a mail or a file. The signature of the mail is not
judged here: a report's own signature is inside its PDF. What is encrypted cannot be read, and says so.

Source: RFC 8551, 3.4 (application/pkcs7-mime); RFC 5652 (CMS); GM/T 0010-2012 (its object identifiers).
"""

from __future__ import annotations

import re
import zlib

from asn1crypto import cms

from toolkit.core.errors import NianbaoError
from toolkit.importing.readers.mail_parts import decode_base64

_TYPES = ("application/pkcs7-mime", "application/x-pkcs7-mime")
_NAMES = (".p7m", ".p7z")
_NO_CONTENT = (".p7s", ".p7b", ".p7c")  # a signature beside the text, certificates
_CMS = re.compile(
    rb"0[\x80-\x84].{0,4}\x06(?:\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07|\x0a\x2a\x81\x1c\xcf\x55\x06\x01\x04\x02)", re.DOTALL
)
_ARMOR = re.compile(rb"-----BEGIN (?:PKCS7|CMS)-----(.*?)-----END", re.DOTALL)
_SIGNED = {"signed_data", "1.2.156.10197.6.1.4.2.2"}
_ENCRYPTED = {
    "enveloped_data", "signed_and_enveloped_data", "authenticated_enveloped_data", "encrypted_data",
    "1.2.156.10197.6.1.4.2.3", "1.2.156.10197.6.1.4.2.4", "1.2.156.10197.6.1.4.2.5",
}  # fmt: skip
_ENCRYPTED_MAIL = "邮件加了密，打不开；请不加密发送"
_UNREADABLE = "邮件整封签了名（S/MIME），读不出里面的内容；请在邮件软件里关掉“签名”（或选“明文签名”）后重发"


class NoContent(NianbaoError):
    """The content cannot be extracted; the sentence says why, and how to send it otherwise."""


def is_cms(data: bytes, kind: str, name: str) -> bool:
    """Whether a part is a CMS object that may hold a mail: by type, name or content; not a detached signature."""
    called = name.lower()
    return kind in _TYPES or called.endswith(_NAMES) or (not called.endswith(_NO_CONTENT) and bool(_CMS.match(data)))


def signed_content(data: bytes, limit: int) -> bytes:
    """The signed content, of at most ``limit`` bytes.

    Raises:
        NoContent: encrypted, damaged, or a signature without its content.
    """
    armored = _ARMOR.search(data)
    try:
        outer = cms.ContentInfo.load(decode_base64(armored[1]) if armored else data)
        kind = outer["content_type"].native
        if kind in _ENCRYPTED:
            raise NoContent(_ENCRYPTED_MAIL)
        if kind == "compressed_data":
            return _inflated(outer["content"]["encap_content_info"]["content"].native, limit)
        if kind not in _SIGNED:
            raise NoContent(_UNREADABLE)
        signed = outer["content"] if kind == "signed_data" else outer["content"].parse(cms.SignedData)
        content = signed["encap_content_info"]["content"]
        inner = content.native if isinstance(content.native, bytes) else content.contents
    except (ValueError, TypeError, KeyError, AttributeError, IndexError) as error:
        raise NoContent(_UNREADABLE) from error
    if not isinstance(inner, bytes) or not inner:
        raise NoContent(_UNREADABLE)
    return inner


def _inflated(data: object, limit: int) -> bytes:
    inflate = zlib.decompressobj()
    try:
        inner = inflate.decompress(data, limit) if isinstance(data, bytes) else b""
    except zlib.error as error:
        raise NoContent(_UNREADABLE) from error
    if inflate.unconsumed_tail or not inner:
        raise NoContent(_UNREADABLE)
    return inner
