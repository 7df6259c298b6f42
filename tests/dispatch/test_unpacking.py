"""Mails as the programs of real offices write them: the PDF is found wherever they put it, or a refusal names what came."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from dataclasses import replace
from email.message import EmailMessage
from functools import cache

import pytest

from tests.dispatch import forgeries
from tests.dispatch.offices import address_of_member, corrected, draft_of, pdf_of, sample, without_text
from toolkit.dispatch.intake.examining import _step_for, examine
from toolkit.dispatch.intake.inspecting import LIMITS
from toolkit.report import Report

ORGAN = sample().organ.name


@cache
def sound() -> bytes:
    return pdf_of(without_text(sample()))


def letter() -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["Subject"], mail["Message-ID"] = f"松石镇 <{address_of_member(ORGAN)}>", "报送年报", "<1@x.example>"
    mail.set_content("见附件")
    return mail


def with_file(data: bytes, name: str = "年报.pdf", kind: str = "application/pdf", **how: object) -> bytes:
    mail = letter()
    main, _, sub = kind.partition("/")
    mail.add_attachment(data, maintype=main, subtype=sub, filename=name, **how)
    return mail.as_bytes()


def forwarded() -> bytes:
    inner, outer = letter(), letter()
    inner.add_attachment(sound(), maintype="application", subtype="pdf", filename="年报.pdf")
    outer.add_attachment(inner)
    return outer.as_bytes()


def draft() -> bytes:
    return draft_of(corrected(without_text(sample())))


def with_text(problems: str) -> Report:
    report = without_text(sample())
    return replace(report, narrative=report.narrative.model_copy(update={"problems": problems}))


def two_files(first: bytes, name: str, second: bytes | None = None) -> bytes:
    mail = letter()
    for data, called in ((first, name), (second or sound(), "年报.pdf")):
        mail.add_attachment(data, maintype="application", subtype="pdf", filename=called)
    return mail.as_bytes()


def zipped(*files: tuple[str, bytes], encrypted: bool = False) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in files:
            package.writestr(name, data)
    raw = bytearray(out.getvalue())
    if encrypted:  # the flag in the local and in the central head
        raw[raw.index(b"PK\x03\x04") + 6] |= 1
        raw[raw.index(b"PK\x01\x02") + 8] |= 1
    return bytes(raw)


def winmail(data: bytes) -> bytes:
    """As Outlook writes it: a magic number and a key, then attributes with a checksum each (MS-OXTNEF)."""

    def attribute(level: int, kind: int, content: bytes) -> bytes:
        return struct.pack("<BII", level, kind, len(content)) + content + struct.pack("<H", sum(content) & 0xFFFF)

    version = attribute(1, 0x00089006, struct.pack("<I", 0x10000))
    title = attribute(2, 0x00018010, "年报.pdf".encode("gb18030") + b"\0")
    return (
        struct.pack("<IH", 0x223E9F78, 1) + version + attribute(2, 0x00069002, bytes(14)) + title + attribute(2, 0x0006800F, data)
    )


def raw_name(name: bytes) -> bytes:
    return with_file(sound(), "X.pdf").replace(b'filename="X.pdf"', name)


TAKEN: list[tuple[str, Callable[[], bytes]]] = [
    ("a ZIP file that is called a PDF", lambda: with_file(zipped(("年报.pdf", sound())), "年报.pdf")),
    ("as it should be", lambda: with_file(sound())),
    ("octet-stream", lambda: with_file(sound(), kind="application/octet-stream")),
    ("shown inline", lambda: with_file(sound(), disposition="inline")),
    ("no name, text/plain", lambda: with_file(sound(), "x", "application/x-unknown")),
    ("name in raw GB18030, as old QQ Mail and Foxmail write", lambda: raw_name('filename="松石镇年报.pdf"'.encode("gb18030"))),
    ("name in two pieces, RFC 2231", lambda: raw_name(b"filename*0*=utf-8''%E6%9D%BE;\n filename*1*=%E7%9F%B3.pdf")),
    ("a forwarded mail as attachment", forwarded),
    ("ZIP", lambda: with_file(zipped(("年报/说明.txt", b"x"), ("年报/松石镇.pdf", sound())), "年报.zip", "application/zip")),
    ("winmail.dat", lambda: with_file(winmail(sound()), "winmail.dat", "application/ms-tnef")),
    ("a scan beside it", lambda: two_files(forgeries.without_attachment(sound()), "盖章扫描件.pdf")),
    ("the same file twice", lambda: two_files(sound(), "年报（1）.pdf")),
    ("the same report built twice", lambda: two_files(forgeries.saved(forgeries.reopened(sound())), "年报-重新生成.pdf")),
    ("its draft beside it", lambda: two_files(draft(), "草稿.pdf")),
    ("its draft before it", lambda: two_files(sound(), "年报.pdf", draft())),
    ("saved again by another program", lambda: with_file(forgeries.saved(forgeries.reopened(sound())))),
]  # fmt: skip


@pytest.mark.parametrize(("why", "make"), TAKEN, ids=[why for why, _ in TAKEN])
def test_the_report_is_found(why: str, make: Callable[[], bytes]) -> None:
    examined, _ = examine(make(), "mail")
    assert examined.back, examined.refusal
    assert (examined.back.organ, examined.back.differences) == (ORGAN, ())


def packed_zeros() -> bytes:
    return zipped(("大.pdf", b"%PDF-1.7\n" + bytes(LIMITS.pdf_bytes)))


REFUSALS: list[tuple[str, Callable[[], bytes]]] = [
    ("RAR 压缩包打不开，请直接附 PDF", lambda: with_file(b"Rar!\x1a\x07\x01\x00" + bytes(99), "年报.rar", "application/x-rar")),
    ("压缩包加了密码", lambda: with_file(zipped(("a.pdf", sound()), encrypted=True), "年报.zip", "application/zip")),
    ("压缩包已损坏", lambda: with_file(zipped(("a.pdf", sound()))[:5000], "年报.zip", "application/zip")),
    ("压缩包里的 PDF 超过上限", lambda: with_file(packed_zeros(), "年报.zip", "application/zip")),
    ("压缩包里的文件超过 100 个", lambda: with_file(zipped(*[(f"{at}", b"") for at in range(200)]), "a.zip", "application/zip")),
    ("压缩包 a.zip 里没有 PDF", lambda: with_file(zipped(("年报.docx", b"x")), "a.zip", "application/zip")),
    ("winmail.dat 里没有 PDF", lambda: with_file(struct.pack("<IH", 0x223E9F78, 1), "winmail.dat", "application/ms-tnef")),
    ("没有 PDF 附件，只有 年报.docx", lambda: with_file(zipped(("a.xml", b"<a/>")), "年报.docx", "application/msword")),
    ("没有 PDF 附件：年报.pdf 是空的", lambda: with_file(b"", "年报.pdf")),
    ("没有 PDF 附件：年报.docx 是空的", lambda: with_file(b"\r\n", "年报.docx", "application/msword")),
    ("请该单位附生成的 PDF", lambda: with_file(b"year: 2024", "松石镇.yaml", "application/octet-stream")),
    ("请该单位附生成的 PDF", lambda: with_file(b"<p>x", "年报.HTML", "application/octet-stream")),
    ("只有 ATT00001.txt", lambda: with_file(b"", "ATT00001.txt", "application/octet-stream")),
    ("超大附件、网盘链接不在邮件里", lambda: letter().as_bytes()),
    (f"邮件里有两份“{ORGAN}”2024 年的年报，有 1 格不同", lambda: two_files(pdf_of(corrected(without_text(sample()))), "b.pdf")),
    (f"邮件里有两份“{ORGAN}”2024 年的年报，表外的内容不同", lambda: two_files(pdf_of(with_text("略。")), "b.pdf")),
    ("没有随附的填报数据：可能是扫描件，或经打印、另存", lambda: with_file(forgeries.printed_again(sound()))),
    ("附件没有收全|已损坏或不完整", lambda: with_file(sound())[:200_000]),
    ("附件没有收全|已损坏或不完整", lambda: with_file(sound())[:200_001]),
]  # fmt: skip


# only the page that was printed again comes from poppler
OF_POPPLER = {words: [pytest.mark.needs_poppler] for words, _ in REFUSALS if "经打印" in words}


@pytest.mark.parametrize(
    ("words", "make"), [pytest.param(words, make, id=words[:12], marks=OF_POPPLER.get(words, [])) for words, make in REFUSALS]
)
def test_other_content_is_reported(words: str, make: Callable[[], bytes]) -> None:
    examined, _ = examine(make(), "mail")
    assert examined.back is None
    assert any(part in f"{examined.refusal}；{examined.next_step}" for part in words.split("|")), examined.refusal


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["年报.docx", "att00001.htm"], ""),
        (["年报.zip", "a.html"], ""),
        (["松石镇.yaml", "att00001.txt"], "不是正式文本"),
        (["松石镇.yaml", "年报.doc"], "旧格式"),
        (["att00001.txt"], ""),
    ],
)
def test_the_next_step_is_about_what_the_office_meant_to_send(names: list[str], words: str) -> None:
    assert (words in _step_for(names)) if words else not _step_for(names)


def test_a_winmail_that_lies_about_its_lengths_is_no_report() -> None:
    for lying in (winmail(sound())[:500], struct.pack("<IH", 0x223E9F78, 1) + b"\x02" + b"\xff" * 9 + b"%PDF-"):
        examined, _ = examine(with_file(lying, "winmail.dat", "application/ms-tnef"), "mail")
        assert examined.refusal


def test_a_package_in_a_package_is_not_unpacked() -> None:
    nested = zipped(("内.zip", zipped(("a.pdf", sound()))))
    assert "压缩包 外.zip 里没有 PDF" in examine(with_file(nested, "外.zip", "application/zip"), "mail")[0].refusal


def test_the_limit_counts_over_all_files_of_a_package() -> None:
    small = replace(LIMITS, message_bytes=1_500_000)
    raw = with_file(zipped(*[(f"{at}.pdf", b"%PDF-1.7\n" + bytes(400_000)) for at in range(8)]), "a.zip", "application/zip")
    assert "超过上限" in examine(raw, "mail", small)[0].refusal
