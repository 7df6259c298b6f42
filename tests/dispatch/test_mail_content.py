"""The PDF of a mail is found however programs and gateways encode, sign and forward it."""

from __future__ import annotations

import base64
import binascii
import email
import io
import re
import subprocess
import zipfile
import zlib
from collections.abc import Callable
from functools import cache

import pytest

from tests.dispatch.offices import address_of_member, pdf_of, sample, without_text
from toolkit.dispatch.intake.examining import examine
from toolkit.dispatch.intake.inspecting import LIMITS
from toolkit.dispatch.intake.unpacking import attached
from toolkit.importing.readers.mail_parts import decode_base64, transfer_encoding

ORGAN = sample().organ.name
HEAD = (
    f"From: {address_of_member(ORGAN)}\r\nTo: zwgk@yunxi.gov.example\r\nSubject: nianbao\r\n"
    "Message-ID: <1@yunxi.gov.example>\r\nDate: Sun, 05 Jan 2025 10:00:00 +0800\r\nMIME-Version: 1.0\r\n"
)
PDF = 'application/pdf; name="a.pdf"'
EML = 'application/octet-stream; name="fw.eml"'


@cache
def sound() -> bytes:
    return pdf_of(without_text(sample()))


def in_base64(data: bytes, width: int = 76) -> str:
    text = base64.b64encode(data).decode()
    return "\r\n".join(text[at : at + width] for at in range(0, len(text), width))


def quoted(data: bytes) -> str:
    return "=\r\n".join("".join(f"={byte:02X}" for byte in data[at : at + 20]) for at in range(0, len(data), 20))


def uuencoded(data: bytes, blank: str = " ") -> str:
    lines = [binascii.b2a_uu(data[at : at + 45]).decode().rstrip("\n").replace(" ", blank) for at in range(0, len(data), 45)]
    return "\r\n".join(["begin 644 nianbao.pdf", *lines, "`", "end", ""])


def yenc(data: bytes) -> bytes:
    critical = {0, 9, 10, 13, 46, 61}
    coded = b"".join(
        b"=" + bytes([(byte + 106) % 256]) if (byte + 42) % 256 in critical else bytes([(byte + 42) % 256]) for byte in data
    )
    lines = re.findall(rb"(?:=.|[^=]){1,128}", coded, re.DOTALL)
    return b"=ybegin line=128 size=%d name=nian bao.pdf\r\n%s\r\n=yend size=%d\r\n" % (len(data), b"\r\n".join(lines), len(data))


def zipped(name: str, data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr(name, data)
    return out.getvalue()


def part(encoding: str | None, body: str, kind: str = PDF) -> str:
    label = f"Content-Transfer-Encoding: {encoding}\r\n" if encoding is not None else ""
    return f"Content-Type: {kind}\r\n{label}\r\n{body}"


def mail(*parts: str, boundary: str = "B", named: str | None = None) -> bytes:
    head = f'; boundary="{boundary if named is None else named}"' if named != "" else ""
    body = "".join(f"--{boundary}\r\n{item}\r\n" for item in parts)
    return (HEAD + f"Content-Type: multipart/mixed{head}\r\n\r\n{body}--{boundary}--\r\n").encode("latin1")


def inner() -> bytes:
    return mail(part("base64", in_base64(sound())), boundary="I")


def attachment() -> bytes:
    return mail(part("base64", in_base64(sound())))


def text(words: str) -> bytes:
    return f"{HEAD}\r\nhello\r\n\r\n{words}".encode("ascii")


def nested(times: int) -> bytes:
    raw = inner()
    for number in range(times):
        raw = mail("Content-Type: message/rfc822\r\n\r\n" + raw.decode("latin1"), boundary=f"N{number}")
    return raw


def pieces() -> str:
    """Base64 padded every thousand bytes, as some gateways write it."""
    data = sound()
    return "\r\n".join(base64.b64encode(data[at : at + 1000]).decode() for at in range(0, len(data), 1000))


def spaced() -> str:
    return "\r\n".join(f"{line[:30]} {line[30:]} " for line in in_base64(sound()).split("\r\n"))


TAKEN: list[tuple[str, Callable[[], bytes]]] = [
    ("a blank behind the label", lambda: mail(part("base64 ", in_base64(sound())))),
    ("a tab before the label", lambda: mail(part("\tbase64", in_base64(sound())))),
    ("capitals", lambda: mail(part("BASE64", in_base64(sound())))),
    ("a comment", lambda: mail(part("base64 (by gateway)", in_base64(sound())))),
    ("quotes", lambda: mail(part('"base64"', in_base64(sound())))),
    ("a parameter", lambda: mail(part("base64; x=1", in_base64(sound())))),
    ("no label", lambda: mail(part(None, in_base64(sound())))),
    ("the wrong label", lambda: mail(part("7bit", in_base64(sound())))),
    ("encoded twice", lambda: mail(part("base64", in_base64(in_base64(sound()).encode())))),
    ("no padding", lambda: mail(part("base64", in_base64(sound() + b"\n").rstrip("=")))),
    ("padding in the middle", lambda: mail(part("base64", pieces()))),
    ("blanks in the lines", lambda: mail(part("base64", spaced()))),
    ("a footer of a gateway", lambda: mail(part("base64", in_base64(sound()) + "\r\n\r\n-- \r\nScanned, no virus found.\r\n"))),
    ("one long line", lambda: mail(part("base64", in_base64(sound(), 10_000_000)))),
    ("quoted-printable in capitals", lambda: mail(part("Quoted-Printable ", quoted(sound())))),
    ("binary", lambda: mail(part("binary", sound().decode("latin1")))),
    ("uuencode", lambda: mail(part("x-uuencode", uuencoded(sound())))),
    ("uuencode in capitals with a blank", lambda: mail(part("UUENCODE ", uuencoded(sound())))),
    ("uuencode with grave accents", lambda: mail(part("uue", uuencoded(sound(), "`")))),
    ("uuencoded in the text", lambda: bytes(HEAD + "\r\nhello\r\n\r\n" + uuencoded(sound()), "ascii")),
    ("uuencoded in a part of text", lambda: mail(part(None, "hello\r\n" + uuencoded(sound()), "text/plain"))),
    (".eml as octet-stream", lambda: mail(part("base64", in_base64(inner()), EML))),
    (".eml without a name", lambda: mail(part("base64", in_base64(inner()), "application/octet-stream"))),
    (".eml as text", lambda: mail(part("base64", in_base64(inner()), 'text/plain; name="fw.eml"'))),
    (".eml in an .eml", lambda: mail(part("base64", in_base64(mail(part("base64", in_base64(inner()), EML))), EML))),
    ("message/rfc822 in base64", lambda: mail(part("base64", in_base64(inner()), "message/rfc822"))),
    ("message/rfc822 in quoted-printable", lambda: mail(part("quoted-printable", quoted(inner()), "message/rfc822"))),
    ("forwarded three times", lambda: nested(3)),
    ("marks behind the lines", lambda: mail(part("base64", in_base64(sound()).replace("\r\n", " !\r\n", 3)))),
    ("lines quoted by a forwarding program", lambda: mail(part("base64", "> " + in_base64(sound()).replace("\r\n", "\r\n> ")))),
    ("a byte order mark before the PDF", lambda: mail(part("base64", in_base64(b"\xef\xbb\xbf" + sound())))),
    ("a line of a gateway before the PDF", lambda: mail(part("base64", in_base64(b"X-Scanned: yes\r\n\r\n" + sound())))),
    ("no boundary in the head", lambda: mail(part("base64", in_base64(sound())), named="")),
    ("another boundary in the head", lambda: mail(part("base64", in_base64(sound())), named="C")),
    ("begin-base64 in the text", lambda: text(f"begin-base64 644 a.pdf\r\n{in_base64(sound())}\r\n====\r\n")),
    ("yEnc in the text", lambda: text("") + yenc(sound())),
    ("uuencoded and quoted", lambda: text("> " + uuencoded(sound()).replace("\r\n", "\r\n> "))),
    ("uuencoded without an end", lambda: text(uuencoded(sound()).replace("`\r\nend\r\n", ""))),
    ("uuencoded without a label", lambda: mail(part(None, uuencoded(sound())))),
    ("uuencoded in base64", lambda: mail(part("base64", in_base64(uuencoded(sound()).encode()), 'x/y; name="a.uue"'))),
    ("line ends of base64 as HTML", lambda: mail(part("base64", in_base64(sound()).replace("\r\n", "<br>\r\n")))),
    ("line ends of base64 in XML", lambda: mail(part("base64", in_base64(sound()).replace("\r\n", "&#13;\r\n")))),
    ("base64 in quoted-printable lines", lambda: mail(part("base64", in_base64(sound()).replace("\r\n", "=0D=0A\r\n")))),
    ("two heads, the first of a text", lambda: attachment().replace(b"MIME-", b"Content-Type: text/plain\r\nMIME-", 1)),
    ("the head of the mail lost", lambda: text(attachment().decode().partition("\r\n\r\n")[2])),
    ("parts behind the last boundary", lambda: mail("\r\nhi") + attachment().partition(b"\r\n\r\n")[2]),
    ("one boundary for two levels", lambda: mail(
        'Content-Type: multipart/alternative; boundary="B"\r\n\r\n--B\r\nContent-Type: text/plain\r\n\r\nx\r\n--B--',
        part("base64", in_base64(sound())))),
    ("an .eml in a ZIP file", lambda: mail(part("base64", in_base64(zipped("fw.eml", inner())), "application/zip"))),
    ("an .emlx of Apple Mail", lambda: mail(part("base64", in_base64(b"%-10d\n" % len(inner()) + inner() + b"<plist/>"), EML))),
    ("a quoted line of mbox before it", lambda: b">From a@x.example Sun Jan  5 10:00:00 2025\r\n" + inner()),
]  # fmt: skip


@pytest.mark.parametrize(("why", "make"), TAKEN, ids=[why for why, _ in TAKEN])
def test_the_report_is_found(why: str, make: Callable[[], bytes]) -> None:
    examined, pdf = examine(make(), "mail")
    assert examined.back, examined.refusal
    assert examined.back.organ == ORGAN
    assert pdf.rstrip() == sound().rstrip()


# ---------------------------------------------------------------- signed as a whole (S/MIME)


@pytest.fixture(scope="module")
def signer(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., bytes]:
    """OpenSSL's ``cms`` with a certificate of an invented organ; the input is the last argument."""
    folder = tmp_path_factory.mktemp("smime")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "cert.pem", "-subj", "/CN=x"],
        check=True, capture_output=True, cwd=folder,
    )  # fmt: skip

    def run(data: bytes, *options: str, command: str = "-sign") -> bytes:
        (folder / "in").write_bytes(data)
        who = ["-signer", "cert.pem", "-inkey", "key.pem"] if command == "-sign" else []
        last = ["cert.pem"] if command == "-encrypt" else []
        done = subprocess.run(
            ["openssl", "cms", command, "-binary", "-in", "in", "-outform", "DER", *who, *options, *last],
            check=True, capture_output=True, cwd=folder,
        )  # fmt: skip
        return done.stdout

    return run


def content() -> bytes:
    """The forwarded mail as a MIME entity, which is what is signed."""
    raw = inner()
    return raw[raw.index(b"Content-Type:") :]


def whole(data: bytes, kind: str = 'application/pkcs7-mime; smime-type=signed-data; name="smime.p7m"') -> bytes:
    return (HEAD + part("base64", in_base64(data), kind)).encode()


SIGNED: list[tuple[str, Callable[[Callable[..., bytes]], bytes]]] = [
    ("as Outlook signs", lambda sign: whole(sign(content(), "-nodetach"))),
    ("streamed, with indefinite lengths", lambda sign: whole(sign(content(), "-nodetach", "-stream"))),
    ("PEM", lambda sign: whole(sign(content(), "-nodetach", "-outform", "PEM"))),
    ("the old type", lambda sign: whole(sign(content(), "-nodetach"), "application/x-pkcs7-mime")),
    ("octet-stream", lambda sign: whole(sign(content(), "-nodetach"), 'application/octet-stream; name="smime.p7m"')),
    ("octet-stream without a name", lambda sign: whole(sign(content(), "-nodetach"), "application/octet-stream")),
    ("a mail in a mail", lambda sign: mail(part("base64", in_base64(sign(content(), "-nodetach")), "application/pkcs7-mime"))),
    ("a file that is signed", lambda sign: mail(part("base64", in_base64(sign(sound(), "-nodetach")), 'x/y; name="a.pdf.p7m"'))),
    ("signed twice", lambda sign: whole(sign(part("base64", in_base64(sign(content(), "-nodetach")),
                                                  "application/pkcs7-mime").encode(), "-nodetach"))),
]  # fmt: skip


@pytest.mark.needs_openssl
@pytest.mark.parametrize(("why", "make"), SIGNED, ids=[why for why, _ in SIGNED])
def test_a_mail_that_is_signed_as_a_whole(
    why: str, make: Callable[[Callable[..., bytes]], bytes], signer: Callable[..., bytes]
) -> None:
    examined, _ = examine(make(signer), "mail")
    assert examined.back, examined.refusal
    assert examined.back.organ == ORGAN


def compressed(data: bytes) -> bytes:
    """A mail that is compressed as a whole (RFC 3274), by hand: openssl is seldom built with it."""
    from asn1crypto import cms

    algorithm = {"algorithm": "1.2.840.113549.1.9.16.3.8"}
    inside = {"content_type": "data", "content": data}
    body = {"version": "v0", "compression_algorithm": algorithm, "encap_content_info": inside}
    return bytes(cms.ContentInfo({"content_type": "compressed_data", "content": body}).dump())


def test_a_mail_that_is_compressed_as_a_whole() -> None:
    kind = 'application/pkcs7-mime; smime-type=compressed-data; name="smime.p7z"'
    examined, _ = examine(whole(compressed(zlib.compress(content())), kind), "mail")
    assert examined.back, examined.refusal
    for damaged in (b"no zlib", zlib.compress(bytes(100_000_000), 1)):
        refused, _ = examine(whole(compressed(damaged), kind), "mail")
        assert "读不出里面的内容" in refused.refusal


@pytest.mark.needs_openssl
def test_object_identifiers_of_the_national_algorithms(signer: Callable[..., bytes]) -> None:
    from asn1crypto import cms, core

    signed = cms.ContentInfo.load(signer(content(), "-nodetach"))["content"].dump()
    identifier = core.ObjectIdentifier("1.2.156.10197.6.1.4.2.2").dump()
    body = identifier + signed
    length = len(body).to_bytes(3, "big")
    assert examine(whole(b"\x30\x83" + length + body), "mail")[0].back


REFUSED: list[tuple[str, Callable[[Callable[..., bytes]], bytes]]] = [
    ("邮件加了密，打不开；请不加密发送", lambda run: whole(run(content(), command="-encrypt"))),
    ("整封签了名（S/MIME），读不出", lambda run: whole(run(content(), "-nodetach")[:5000])),
    ("整封签了名（S/MIME），读不出", lambda run: whole(b"\x30\x80\x06\x09")),
    ("请不加密发送", lambda run: whole(run(content(), command="-encrypt"), 'application/octet-stream; name="smime.p7m"')),
]  # fmt: skip


@pytest.mark.needs_openssl
@pytest.mark.parametrize(("sender", "make"), REFUSED)
def test_what_cannot_be_read_says_how_to_send_it(
    sender: str, make: Callable[[Callable[..., bytes]], bytes], signer: Callable[..., bytes]
) -> None:
    examined, _ = examine(make(signer), "mail")
    assert examined.back is None
    assert sender in examined.refusal


def test_a_mail_of_outlook_says_what_to_do() -> None:
    raw = mail(part("base64", in_base64(b"\xd0\xcf\x11\xe0" + bytes(600)), 'application/octet-stream; name="fw.msg"'))
    assert "是 Outlook 的邮件文件" in examine(raw, "mail")[0].refusal


SAVED_AGAIN = [
    (lambda raw: b"\xef\xbb\xbf" + raw, "a byte order mark"),
    (lambda raw: b"\r\n\r\n" + raw, "blank lines before it"),
    (lambda raw: raw.decode("ascii").encode("utf-16"), "UTF-16"),
    (lambda raw: raw.replace(b"\r\n", b"\r\r\n"), "line ends that a copy in text mode doubled"),
    (lambda raw: mail(part("base64", in_base64(b"\xef\xbb\xbf" + raw), EML)), "a mark on the mail inside"),
]


@pytest.mark.parametrize(("change", "why"), SAVED_AGAIN, ids=[why for _, why in SAVED_AGAIN])
def test_a_mail_that_an_editor_saved_again_is_read(change: Callable[[bytes], bytes], why: str) -> None:
    found, pdf = examine(change(inner()), "mail")
    assert (found.refusal, pdf) == ("", sound())
    assert found.envelope.senders == (address_of_member(ORGAN),)


NOT_IN_THE_MAIL = [
    ("Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1", "加了密（PGP）"),
    ('Content-Type: message/partial; id="a"; number=1; total=2\r\n\r\nContent-Type: application/pdf\r\n\r\n%PDF', "拆成了几封"),
    ('Content-Type: message/external-body; access-type=x; URL="http://x.example/a"\r\n\r\nContent-Type: application/pdf', "链接"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "reason"), NOT_IN_THE_MAIL, ids=[reason for _, reason in NOT_IN_THE_MAIL])
def test_what_is_not_in_the_mail_is_named(body: str, reason: str) -> None:
    assert reason in examine(mail(body), "mail")[0].refusal


def test_mails_in_mails_end_somewhere() -> None:
    assert "层" in examine(nested(20), "mail")[0].refusal
    many = mail(*[part("base64", in_base64(mail(*["Content-Type: text/plain\r\n\r\nx"] * 30, boundary="J")), EML)] * 30)
    assert "组成部分超过" in examine(many, "mail")[0].refusal


NAMES = [
    ("filename*1*=%E6%8A%A5.doc; filename*2=x; filename*0*=UTF-8''%E5%B9%B4", "年报.docx", "pieces in the wrong order"),
    ("filename*0*=GB2312''%C4; filename*1*=%EA%B1%A8.docx", "年报.docx", "a character in two pieces"),
    ("filename*=%E5%B9%B4%E6%8A%A5.docx", "年报.docx", "no charset"),
    ("filename*=x-none''%C4%EA%B1%A8.docx", "年报.docx", "a charset that nobody knows"),
    ("filename*=utf-8''%C4%EA%B1%A8.docx", "年报.docx", "the wrong charset"),
    ('filename="\udcc4\udcea\udcb1\udca8.docx"', "年报.docx", "raw GBK"),
    ('filename="\udce5\udcb9\udcb4.docx"', "年.docx", "raw UTF-8"),
    ('filename="=?gb2312?B?xA==?= =?gb2312?B?6rGoLmRvY3g=?="', "年报.docx", "encoded words that cut a character"),
    ("filename==?gb2312?B?xOqxqC5kb2N4?=", "年报.docx", "an encoded word without quotes"),
    ('filename="a;b.docx"', "a;b.docx", "a semicolon"),
]


@pytest.mark.parametrize(("label", "name", "why"), NAMES, ids=[why for *_, why in NAMES])
def test_the_name_of_an_attachment(label: str, name: str, why: str) -> None:
    raw = f"{HEAD}Content-Type: application/octet-stream\r\nContent-Disposition: attachment; {label}\r\n\r\nx\r\n"
    mail = email.message_from_bytes(raw.encode("utf-8", "surrogateescape"))
    assert [item.name for item in attached(mail, LIMITS)] == [name]


@pytest.mark.parametrize(
    ("name", "shown"), [("a.wps", "a.wps.docx"), ("年报.doc", "年报.doc.docx"), ("", "附件.docx"), ("a.docx", "a.docx")]
)
def test_a_word_file_is_known_by_its_content(name: str, shown: str) -> None:
    kind = f'application/octet-stream; name="{name}"' if name else "application/octet-stream"
    raw = mail(part("base64", in_base64(zipped("word/document.xml", b"<w:document/>")), kind.encode().decode("latin1")))
    (item,) = attached(email.message_from_bytes(raw), LIMITS)
    assert (item.name, bool(item.document)) == (shown, True)


NO_LETTERS = [
    ("-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA\r\n-----END PGP MESSAGE-----", "邮件加了密（PGP）", "encrypted in the text"),
    ('<a href="data:application/pdf;base64,JVBERi0xLjc=">', "没有 PDF 附件", "a file in a link"),
]


@pytest.mark.parametrize(("text", "reason", "why"), NO_LETTERS, ids=[why for *_, why in NO_LETTERS])
def test_a_text_that_holds_a_file_is_no_letter(text: str, reason: str, why: str) -> None:
    examined, _ = examine(f"{HEAD}\r\n{text}\r\n".encode(), "mail")
    assert (reason in examined.refusal, examined.is_letter) == (True, False)


# ---------------------------------------------------------------- the pieces


@pytest.mark.parametrize(
    ("label", "name"), [("Base64 ", "base64"), ("(x) base64 (y)", "base64"), ('"7bit"', "7bit"), ("", ""), ("8bit;a", "8bit")]
)
def test_the_name_of_an_encoding(label: str, name: str) -> None:
    assert transfer_encoding(email.message_from_string(f"Content-Transfer-Encoding: {label}\n\n")) == name


def test_every_length_survives_base64_without_padding() -> None:
    for size in range(1, 60):
        data = bytes(range(size))
        text = base64.b64encode(data)
        assert decode_base64(text) == decode_base64(text.rstrip(b"=")) == data
        assert decode_base64(base64.urlsafe_b64encode(data)) == data
        assert decode_base64(text + text) == data + data


def test_a_text_that_begins_something_is_no_file() -> None:
    raw = (HEAD + "\r\nbegin 2025 with good news, and let it end well\r\n").encode()
    assert list(attached(email.message_from_bytes(raw), LIMITS)) == []


@pytest.mark.parametrize("left", range(1, 58, 7))
def test_a_last_line_with_blanks_inside_counts_however_short(left: int) -> None:
    data = bytes(range(256)) * 3 + bytes(left)
    text = base64.encodebytes(data).splitlines()
    spaced_lines = b"\r\n".join(line[:3] + b" " + line[3:] for line in text)
    assert decode_base64(spaced_lines) == data
    # words of a gateway behind a blank line are no base64, whatever letters they have
    assert decode_base64(spaced_lines + b"\r\n\r\nScanned no virus found\r\n") == data


@pytest.mark.parametrize(
    "header",
    [
        "=?utf-8?B?5p2+55+z6ZWHIDxhQHl1bnhpLmdvdi5leGFtcGxlPg==?=",  # name and address in one encoded word
        "=?utf-8?B?YUB5dW54aS5nb3YuZXhhbXBsZQ==?=",
        "=?gb18030?Q?=CB=C9=CA=AF?= <=?us-ascii?Q?a=40yunxi.gov.example?=>",
        "=?us-ascii?Q?b=40other.example?= <A@yunxi.gov.example>",  # the name says another address
    ],
)
def test_a_sender_in_an_encoded_word_is_decoded(header: str) -> None:
    raw = f"From: {header}\r\nSubject: nianbao\r\n\r\nno file\r\n".encode()
    assert examine(raw, "mail", LIMITS)[0].envelope.senders == ("a@yunxi.gov.example",)
