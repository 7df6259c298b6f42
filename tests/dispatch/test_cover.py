"""The letter that goes with a report, as a Word file and as the text of the mail."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import docx
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH

from tests.dispatch.offices import COUNTY_ADDRESS, Desk, corrected, sample
from toolkit.core.errors import UsageError
from toolkit.dispatch.letters.cover import cover_letter
from toolkit.dispatch.letters.message import LetterWords, MailAttachment, letter_bytes, letter_words, report_letter
from toolkit.dispatch.letters.reporting_up import NotReady, write_cover
from toolkit.dispatch.settings import Mail

NOW = datetime(2025, 1, 16, 9, tzinfo=UTC)


def words(names: tuple[str, ...] = ("年报.pdf",), done: tuple[str, ...] = ()) -> LetterWords:
    return letter_words(sample(), names, "云溪县人民政府办公室", NOW, done=done)


def lines(raw: bytes) -> list[str]:
    return [item.text for item in docx.Document(io.BytesIO(raw)).paragraphs]


def test_letter_says_who_sends_what_to_whom_and_is_the_same_each_time() -> None:
    raw = cover_letter(words(("年报.pdf", "年报.docx")))
    assert raw == cover_letter(words(("年报.pdf", "年报.docx")))
    paragraphs = lines(raw)
    assert paragraphs[0] == "云溪县松石镇人民政府\n关于报送2024年政府信息公开\n工作年度报告的函"
    assert paragraphs[1] == "云溪县人民政府办公室："
    assert "附件：1. 年报（PDF）" in paragraphs
    assert paragraphs.index("2025年1月16日") == paragraphs.index("云溪县松石镇人民政府") + 1
    signature = docx.Document(io.BytesIO(raw)).paragraphs[paragraphs.index("2025年1月16日")]
    assert signature.alignment == WD_ALIGN_PARAGRAPH.RIGHT
    assert any(text.startswith("联系：") and "电话：" in text for text in paragraphs)


def test_letter_and_mail_say_the_same() -> None:
    done = ("1. 总计不符——已改：由 5 改为 50",)
    paragraphs = lines(cover_letter(words(done=done)))
    letter = report_letter(
        sample(), [MailAttachment("年报.pdf", b"%PDF")], sender="a@b.example", to=COUNTY_ADDRESS, date=NOW, done=done,
        cover=cover_letter,
    )  # fmt: skip
    for text in (*done, words().statement):
        assert text in paragraphs
        assert text in letter.body
    mail = message_from_bytes(letter_bytes(letter), policy=default)
    names = [part.get_filename() for part in mail.iter_attachments()]
    assert names == ["年报.pdf", "云溪县松石镇人民政府关于报送2024年政府信息公开工作年度报告的函.docx"]


def test_a_correction_says_so() -> None:
    paragraphs = letter_words(sample(), ("a.pdf",), "", NOW, corrects=datetime(2025, 1, 10, tzinfo=UTC))
    assert "我单位2025年1月10日报送的" in "".join(lines(cover_letter(paragraphs)))


def test_command_writes_the_letter_beside_the_finished_report(desk: Desk) -> None:
    report = sample()
    params = desk.finish(report)
    path = write_cover(params, desk.outputs, Mail(to=(COUNTY_ADDRESS,)), NOW)
    assert path.name == "云溪县松石镇人民政府关于报送2024年政府信息公开工作年度报告的函.docx"
    assert lines(path.read_bytes())[1] == "云溪县人民政府办公室："
    assert write_cover(params, desk.outputs, Mail(), NOW).is_file()  # nobody to send it to: it is sealed and carried there
    desk.file(corrected(report))
    with pytest.raises(NotReady):
        write_cover(params, desk.outputs, Mail(), NOW)


def test_a_wrong_recipient_is_no_letter_to_nobody(desk: Desk, tmp_path: Path) -> None:
    params = desk.finish(sample())
    with pytest.raises(UsageError):
        write_cover(params, desk.outputs, Mail(to=("没有地址",)), NOW)
