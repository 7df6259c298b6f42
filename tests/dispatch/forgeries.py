"""PDFs and mails that nobody should trust, made from sound ones."""

from __future__ import annotations

import base64
import io
import subprocess
import zlib
from pathlib import Path
from tempfile import TemporaryDirectory

import pikepdf

from toolkit.checks import RULES_VERSION
from toolkit.report import Report
from toolkit.report.embedded import carried_text


def reopened(pdf: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(pdf))


def saved(pdf: pikepdf.Pdf, **how: object) -> bytes:
    out = io.BytesIO()
    pdf.save(out, **how)  # type: ignore[arg-type]
    return out.getvalue()


def with_text(pdf: bytes, text: bytes) -> bytes:
    """The same pages with another attachment under the same name."""
    with reopened(pdf) as opened:
        stream = opened.attachments["params.yaml"].obj["/EF"]["/F"]
        stream.write(text)
        return saved(opened)


def with_attachment_of(pdf: bytes, report: Report) -> bytes:
    """The same pages, the params of another report inside, head and hash in order."""
    return with_text(pdf, carried_text(report, RULES_VERSION).encode())


def with_untagged_watermark(pdf: bytes) -> bytes:
    """A draft whose watermark is no artifact any more, as some programs save it."""
    with reopened(pdf) as opened:
        for page in opened.pages:
            content = page.Contents.read_bytes()
            start = content.index(b"/Artifact")
            begin, end = content.index(b"BDC", start) + 3, content.index(b"EMC", start)
            page.Contents = opened.make_stream(content[:start] + content[begin:end] + content[end + 3 :])
        return saved(opened)


def with_watermark_moved(pdf: bytes, change: tuple[bytes, bytes]) -> bytes:
    """A draft with ``change`` (old and new operators) made once in the watermark of each page."""
    with reopened(pdf) as opened:
        for page in opened.pages:
            content = page.Contents.read_bytes()
            assert change[0] in content
            page.Contents = opened.make_stream(content.replace(*change, 1))
        return saved(opened)


def with_javascript(pdf: bytes) -> bytes:
    with reopened(pdf) as opened:
        action = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
        opened.Root.OpenAction = opened.make_indirect(action)
        return saved(opened)


def with_hidden_javascript(pdf: bytes) -> bytes:
    """The script sits in a chain of direct objects, deep inside a page, and in an object stream."""
    with reopened(pdf) as opened:
        action = pikepdf.Dictionary(S=pikepdf.Name("/JavaScript"), JS=pikepdf.String("app.alert(1)"))
        opened.pages[0].PieceInfo = pikepdf.Dictionary(A=pikepdf.Array([pikepdf.Dictionary(B=action)]))
        return saved(opened, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def with_launch(pdf: bytes) -> bytes:
    with reopened(pdf) as opened:
        opened.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.Launch, F=pikepdf.String("cmd.exe"))
        return saved(opened)


def with_page_action(pdf: bytes) -> bytes:
    with reopened(pdf) as opened:
        opened.pages[0].AA = pikepdf.Dictionary(
            O=pikepdf.Dictionary(S=pikepdf.Name.URI, URI=pikepdf.String("http://evil.example"))
        )
        return saved(opened)


def with_note(pdf: bytes) -> bytes:
    """A free text laid over the figures, as viewers let anybody do."""
    with reopened(pdf) as opened:
        note = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.FreeText, Rect=[100, 100, 200, 120], Contents=pikepdf.String("9999")
        )
        opened.pages[2].Annots = pikepdf.Array([opened.make_indirect(note)])
        return saved(opened)


def with_picture_over(pdf: bytes, page: int) -> bytes:
    """A picture glued over the middle of a page, as an editor of PDFs would to show other figures."""
    with reopened(pdf) as opened:
        picture = opened.make_stream(b"\xff" * 300, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=10, Height=10)
        picture.ColorSpace, picture.BitsPerComponent = pikepdf.Name.DeviceRGB, 8
        name = opened.pages[page].add_resource(picture, pikepdf.Name.XObject)
        opened.pages[page].contents_add(f"q 200 0 0 80 200 500 cm {name} Do Q".encode())
        return saved(opened)


def with_another_file(pdf: bytes, name: str = "setup.exe") -> bytes:
    with reopened(pdf) as opened:
        opened.attachments[name] = pikepdf.AttachedFileSpec(opened, b"MZ" * 100, filename=name)
        return saved(opened)


def with_nested_report(pdf: bytes) -> bytes:
    """A report inside a report, and so on."""
    for _ in range(3):
        pdf = with_another_file(pdf, "params.pdf")
    return pdf


def with_huge_attachment(pdf: bytes, megabytes: int = 400) -> bytes:
    """Params that unpack to hundreds of megabytes."""
    packed = _packed(b"#" * 1_000_000, megabytes)
    return _with_packed(pdf, packed, pikepdf.Name.FlateDecode)


def with_bomb_in_a_bomb(pdf: bytes) -> bytes:
    """Packed twice: a few hundred bytes that unpack to what unpacks to two hundred megabytes."""
    packed = _packed(b"#" * 1_000_000, 200)
    return _with_packed(pdf, zlib.compress(packed, 9), pikepdf.Array([pikepdf.Name.FlateDecode, pikepdf.Name.FlateDecode]))


def _packed(piece: bytes, times: int) -> bytes:
    """The zlib data of a piece repeated many times; the packed piece is repeated, for to pack a gigabyte takes seconds.

    Source: RFC 1950 (header and Adler-32), RFC 1951 (blocks).
    """
    packer = zlib.compressobj(1, wbits=-zlib.MAX_WBITS)
    block = packer.compress(piece) + packer.flush(zlib.Z_FULL_FLUSH)
    high, low = divmod(zlib.adler32(piece, 0), 1 << 16)
    sums = 0, 1
    for _ in range(times):
        sums = (sums[0] + len(piece) * sums[1] + high) % 65_521, (sums[1] + low) % 65_521
    return b"\x78\x01" + block * times + b"\x03\x00" + (sums[0] << 16 | sums[1]).to_bytes(4, "big")


def _with_packed(pdf: bytes, packed: bytes, filters: object) -> bytes:
    with reopened(pdf) as opened:
        opened.attachments["params.yaml"].obj["/EF"]["/F"].write(packed, filter=filters)
        return saved(opened, stream_decode_level=pikepdf.StreamDecodeLevel.none, compress_streams=False)


def with_page_bomb(pdf: bytes) -> bytes:
    """A page whose drawing unpacks to half a gigabyte of lines."""
    with reopened(pdf) as opened:
        packed = _packed(b"0 0 m 9 9 l S\n" * 100_000, 350)
        opened.pages[0].Contents = opened.make_stream(b"")
        opened.pages[0].Contents.write(packed, filter=pikepdf.Name.FlateDecode)
        return saved(opened, stream_decode_level=pikepdf.StreamDecodeLevel.none, compress_streams=False)


def with_object_bomb() -> bytes:
    """Objects packed into a stream that unpacks to more than a gigabyte before the file can be opened at all."""
    packed = _packed(b" " * 1_000_000, 1200)
    head = b"%PDF-1.7\n1 0 obj\n<</Type/ObjStm/N 1/First 5/Filter/FlateDecode/Length "
    first = head + str(len(packed)).encode() + b">>\nstream\n" + packed + b"\nendstream\nendobj\n"
    table = b"\x01\x00\x00\x09\x00" + b"\x02\x00\x00\x01\x00" + b"\x01" + len(first).to_bytes(3, "big") + b"\x00"
    second = (
        b"3 0 obj\n<</Type/XRef/Size 4/Index[1 3]/W[1 3 1]/Root 2 0 R/Length 15>>\nstream\n" + table + b"\nendstream\nendobj\n"
    )
    return first + second + b"startxref\n" + str(len(first)).encode() + b"\n%%EOF\n"


def encrypted(pdf: bytes, user: str = "") -> bytes:
    with reopened(pdf) as opened:
        return saved(opened, encryption=pikepdf.Encryption(owner="secret", user=user))


def with_pages(pdf: bytes, number: int) -> bytes:
    with reopened(pdf) as opened:
        page = opened.pages[0]
        for _ in range(number):
            opened.pages.append(page)
        return saved(opened, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def with_objects(pdf: bytes, number: int) -> bytes:
    with reopened(pdf) as opened:
        opened.Root.Extra = pikepdf.Array([opened.make_indirect(pikepdf.Dictionary(N=at)) for at in range(number)])
        return saved(opened, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def deeply_nested(pdf: bytes) -> bytes:
    """A script under ninety boxes."""
    with reopened(pdf) as opened:
        inner = pikepdf.Dictionary(JS=pikepdf.String("app.alert(1)"))
        for _ in range(90):
            inner = pikepdf.Dictionary(Next=inner)
        opened.Root.Extra = inner
        return saved(opened)


def without_attachment(pdf: bytes) -> bytes:
    with reopened(pdf) as opened:
        del opened.attachments["params.yaml"]
        return saved(opened)


def printed_again(pdf: bytes) -> bytes:
    """What a PDF printer makes of it: the same pages, nothing inside, numbers as objects of their own."""
    with TemporaryDirectory() as folder:
        before, after = Path(folder, "a.pdf"), Path(folder, "b.pdf")
        before.write_bytes(pdf)
        subprocess.run(["pdftocairo", "-pdf", str(before), str(after)], check=True, capture_output=True)
        return after.read_bytes()


def mail_with(pdf: bytes, name: str, *, kind: str = "application/pdf", sender: str = "songshi@yunxi.gov.example") -> bytes:
    """A mail with one attachment under any name and label, put together by hand."""
    body = base64.encodebytes(pdf).replace(b"\n", b"\r\n")
    head = f"From: {sender}\r\nSubject: x\r\nMessage-ID: <{len(pdf)}@x>\r\nMIME-Version: 1.0\r\n"
    return (
        head.encode()
        + f'Content-Type: {kind}; name="{name}"\r\n'.encode() + f'Content-Disposition: attachment; filename="{name}"\r\n'.encode()
        + b"Content-Transfer-Encoding: base64\r\n\r\n" + body
    )  # fmt: skip


def nested_mail(depth: int) -> bytes:
    """Boxes in boxes, deeper than any mail is."""
    opening = b"".join(f'Content-Type: multipart/mixed; boundary="b{at}"\r\n\r\n--b{at}\r\n'.encode() for at in range(depth))
    return b"From: songshi@yunxi.gov.example\r\nMIME-Version: 1.0\r\n" + opening


def mail_of_many_parts(number: int) -> bytes:
    part = b"--b\r\nContent-Type: text/plain\r\n\r\nx\r\n"
    return (
        b'From: songshi@yunxi.gov.example\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n' + part * number + b"--b--\r\n"
    )
