"""Letters are opened as mail programs open them: by the standard's way, by the older way, and by eye."""

from __future__ import annotations

import base64
import email.policy
import re
from datetime import datetime, timedelta, timezone
from email import message_from_bytes
from email.message import Message
from urllib.parse import unquote

import pytest

from tests.dispatch.offices import COUNTY_ADDRESS, sample, without_text
from toolkit.core.errors import UsageError
from toolkit.dispatch.letters.message import Letter, MailAttachment, address_of, letter_bytes, report_letter

BEIJING = timezone(timedelta(hours=8))
NAMES = [
    ("云溪县松石镇人民政府2024年政府信息公开工作年度报告.pdf", "the usual name"),
    ("报告.pdf", "short"),
    ("report.pdf", "ASCII"),
    ('报告 "送审稿" (1)；100%.pdf', "quotes, brackets, a semicolon, a percent sign"),
    ("㙍垯镇 𠮷 年报.pdf", "rare characters, one beyond the first plane"),
    ("长" * 60 + ".pdf", "longer than a line"),
]  # fmt: skip


def a_letter(name: str = NAMES[0][0], **more: object) -> Letter:
    report = without_text(sample())
    given = {"sender": "songshi@yunxi.gov.example", "to": COUNTY_ADDRESS, "date": datetime(2025, 1, 10, 9, tzinfo=BEIJING)}
    return report_letter(report, [MailAttachment(name, b"%PDF-1.7")], **(given | more))  # type: ignore[arg-type]


def attached(raw: bytes) -> Message:
    return message_from_bytes(raw).get_payload()[1]  # type: ignore[return-value,index]


def old_way(value: str) -> str:
    """RFC 2047 words put together as Outlook and Foxmail do: blanks between two words are none."""
    words = re.findall(r"=\?utf-8\?B\?([^?]*)\?=", value)
    return b"".join(base64.b64decode(word) for word in words).decode() if words else value


@pytest.mark.parametrize(("name", "why"), NAMES, ids=[why for _, why in NAMES])
def test_the_name_survives_every_way_of_reading_it(name: str, why: str) -> None:
    part = attached(letter_bytes(a_letter(name)))
    by_type = re.search(r'name="(.*)"\Z', part["Content-Type"], re.DOTALL)
    disposition = part["Content-Disposition"]
    plain = re.search(r'filename="(.*?)";', disposition, re.DOTALL)
    extended = re.search(r"filename\*=utf-8''(\S+)\Z", disposition)
    assert by_type
    assert plain
    assert extended
    assert (old_way(by_type[1]), old_way(plain[1]), unquote(extended[1])) == (name, name, name)
    modern = message_from_bytes(letter_bytes(a_letter(name)), policy=email.policy.default)
    assert [item.get_filename() for item in modern.iter_attachments()] == [name]


@pytest.mark.parametrize(("name", "why"), NAMES, ids=[why for _, why in NAMES])
def test_lines_and_words_keep_to_the_standards_lengths(name: str, why: str) -> None:
    raw = letter_bytes(a_letter(name))
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    assert all(len(word) <= 75 for word in re.findall(rb"=\?utf-8\?[Bb]\?[^?]*\?=", raw))
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert raw.isascii()


def test_subject_and_body_are_written_as_an_office_writes() -> None:
    mail = message_from_bytes(letter_bytes(a_letter()), policy=email.policy.default)
    assert mail["Subject"] == "云溪县松石镇人民政府关于报送2024年政府信息公开工作年度报告的函"
    assert mail["From"] == "云溪县松石镇人民政府 <songshi@yunxi.gov.example>"
    assert mail["To"] == COUNTY_ADDRESS
    assert mail["Date"] == "Fri, 10 Jan 2025 09:00:00 +0800"
    body = mail.get_body().get_content()  # type: ignore[union-attr]
    lines = body.splitlines()
    assert lines[0] == "云溪县人民政府办公室："
    assert lines[1] == "　　现将《云溪县松石镇人民政府2024年政府信息公开工作年度报告》随函报送，请审阅。"
    assert f"　　附件：{NAMES[0][0]}" in lines
    assert [line.strip() for line in lines[-2:]] == ["云溪县松石镇人民政府", "2025年1月10日"]


def test_a_correction_says_what_it_corrects_and_answers_it() -> None:
    first = a_letter()
    letter = a_letter(corrects=datetime(2025, 1, 10, tzinfo=BEIJING), answers=first.message_id, version=2)
    mail = message_from_bytes(letter_bytes(letter), policy=email.policy.default)
    assert mail["Subject"].startswith("（更正）云溪县松石镇人民政府")
    assert (mail["In-Reply-To"], mail["References"]) == (first.message_id, first.message_id)
    assert "我单位2025年1月10日报送的" in mail.get_body().get_content()  # type: ignore[union-attr]
    assert letter.message_id != first.message_id


def test_the_same_letter_is_the_same_bytes_and_the_same_message_id() -> None:
    assert letter_bytes(a_letter()) == letter_bytes(a_letter())
    assert re.fullmatch(r"<nianbao\.2024\.[0-9a-f]{32}\.1@yunxi\.gov\.example>", a_letter().message_id)


def test_several_files_are_numbered() -> None:
    report = without_text(sample())
    files = [MailAttachment("年报.pdf", b"1"), MailAttachment("年报.docx", b"2")]
    letter = report_letter(report, files, sender="a@b.example", to="c@d.example", date=datetime(2025, 1, 1, tzinfo=BEIJING))
    assert "　　附件：1. 年报.pdf\r\n　　　　　2. 年报.docx\r\n" in letter.body
    assert letter.body.startswith("政务公开办公室：")
    parts = message_from_bytes(letter_bytes(letter)).get_payload()
    assert [part.get_content_type() for part in parts][1:] == [item.mime for item in files]  # type: ignore[union-attr]


@pytest.mark.parametrize("text", ["", "松石镇", "a@", "@b.example", "a@b\r\nBcc: x@y", "镇@b.example", "a b@c.example>"])
def test_an_invalid_address_is_reported(text: str) -> None:
    with pytest.raises(UsageError, match="不是邮箱地址"):
        address_of(text)
