"""Word and Excel files, several organs in one mail, letters without a report: what really comes into a county's mailbox."""

from __future__ import annotations

import base64
import email
import os
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from email.message import EmailMessage
from email.mime.message import MIMEMessage
from functools import cache
from pathlib import Path

import pytest

from tests.dispatch import forgeries
from tests.dispatch.offices import (
    COUNTY,
    OTHER_TOWN,
    TOWN,
    YEAR,
    Desk,
    _blocks,
    address_of_member,
    corrected,
    mail_of,
    members,
    pdf_of,
    sample,
    without_text,
)
from tests.dispatch.receipts import in_quarantine, receipts
from tests.dispatch.test_unpacking import zipped
from toolkit.dispatch.intake.collecting import Rules, collect
from toolkit.dispatch.intake.confined import Confined, decoded_answer, encoded_answer
from toolkit.dispatch.intake.examining import Examined, Kind, examine
from toolkit.dispatch.intake.incoming import IntakeResult
from toolkit.dispatch.intake.inspecting import IntakeLimits
from toolkit.dispatch.intake.scans import figures_of
from toolkit.dispatch.intake.sources import open_folder
from toolkit.dispatch.intake.store import open_intake
from toolkit.dispatch.ledger import Ledger, read_ledger
from toolkit.dispatch.letters.message import Letter, MailAttachment, letter_bytes
from toolkit.dispatch.states import steps_by_file
from toolkit.exporters.document import make_document
from toolkit.exporters.docx.writing import set_docx
from toolkit.importing.readers.mail_parts import readable
from toolkit.report import Report, read_report, report_to_yaml
from toolkit.report.reading import report_from_yaml
from toolkit.report.workbook_form import set_workbook
from toolkit.rollup.completeness import SubmissionStatus, member_findings, read_receipts, submission_statuses
from toolkit.rollup.members import read_members
from toolkit.rollup.reviewing import accept_report, open_review

NOW = datetime(2025, 2, 1, tzinfo=UTC)
REPORT, OTHER = without_text(sample()), without_text(sample(OTHER_TOWN))
SENDER, OTHER_SENDER = address_of_member(REPORT.organ.name), address_of_member(OTHER.organ.name)


class Here(Confined):
    """Examines in this process, and passes what it found through the pipe's form."""

    def examine(self, raw: bytes, kind: Kind, moment: datetime | None = None) -> tuple[Examined, bytes]:
        return decoded_answer(*encoded_answer(*examine(raw, kind)))


@cache
def _docx(text: str, draft: bool) -> bytes:
    return set_docx(make_document(_blocks(report_from_yaml(text.encode()), draft=draft)))  # type: ignore[arg-type]


def docx_of(report: Report, *, draft: bool = False) -> bytes:
    return _docx(report_to_yaml(report), draft)


def mail(
    *files: tuple[str, bytes], sender: str = SENDER, day: int = 10, subject: str = "报送年报", body: str = "见附件"
) -> bytes:
    letter = Letter(
        sender=sender, to="zwgk@yunxi.gov.example", subject=subject, body=body, date=datetime(2025, 1, day, 9, tzinfo=UTC),
        message_id=f"<{day}.{len(files)}@{sender.partition('@')[2]}>",
        enclosures=tuple(MailAttachment(name, data) for name, data in files),
    )  # fmt: skip
    return letter_bytes(letter)


def put(inbox: Path, name: str, raw: bytes, day: int) -> None:
    inbox.mkdir(exist_ok=True)
    (inbox / name).write_bytes(raw)
    moment = datetime(2025, 1, day, 9, tzinfo=UTC).timestamp()
    os.utime(inbox / name, (moment, moment))


def take(county: Desk, inbox: Path, confined: Confined | None = None, *, again: bool = False) -> list[IntakeResult]:
    source = open_folder(inbox, IntakeLimits())
    intake = open_intake(county.params, county.post)
    return list(collect(source, intake, confined or Here(workers=1), Rules(again=again, now=lambda: NOW)))


def take_mails(county: Desk, tmp_path: Path, *mails: bytes) -> list[IntakeResult]:
    for number, raw in enumerate(mails):
        put(tmp_path / "inbox", f"{number}.eml", raw, 10 + number)
    return take(county, tmp_path / "inbox")


def params_file(county: Desk, name: str = TOWN) -> Path:
    return county.params / str(YEAR) / COUNTY / f"{name}.yaml"


def rows(county: Desk) -> dict[str, SubmissionStatus]:
    found = read_members(params_file(county).parent)
    known = read_receipts(found, county.post)
    day = date(2025, 2, 1)
    made = submission_statuses(found, day, member_findings(found, day), known)
    return {row.member.file: row for row in made}


def outcomes(found: Sequence[IntakeResult]) -> list[str]:
    return [item.outcome for item in found]


def test_a_word_file_becomes_params_that_wait_for_an_officer(county: Desk, tmp_path: Path) -> None:
    (found,) = take_mails(county, tmp_path, mail(("年报.docx", docx_of(REPORT))))
    assert (found.outcome, found.who) == ("received", REPORT.organ.name)
    assert "由 Word 文件读入，待核对" in found.message
    read = read_report(params_file(county))
    assert (read.figures, read.organ.name) == (REPORT.figures, REPORT.organ.name)
    row = rows(county)[TOWN]
    assert row.status.words == "已收，待核对 01-10"
    assert [path.suffix for path in sorted((county.post / "versions").rglob("2025*"))] == [".docx", ".yaml"]
    ledger = Ledger(county.post / "received.jsonl")
    review = open_review(params_file(county), ledger, date(2025, 2, 1))
    accept_report(replace(review, verdict=replace(review.verdict, findings=())), ledger, "王某", NOW)
    assert rows(county)[TOWN].status.words.startswith("通过")


def test_the_workbook_that_the_county_handed_out_comes_back_filled_in(county: Desk, tmp_path: Path) -> None:
    (found,) = take_mails(county, tmp_path, mail(("松石镇.xlsx", set_workbook(REPORT))))
    assert (found.outcome, "Excel 文件" in found.message) == ("received", True)
    assert figures_of(read_report(params_file(county))) == figures_of(REPORT)


@pytest.mark.parametrize("titled", ["松石镇", "云溪县松石镇", ""])
def test_a_title_may_shorten_the_name_or_leave_it_out(county: Desk, tmp_path: Path, titled: str) -> None:
    title = f"{titled}2024年政府信息公开工作年度报告"
    short = replace(REPORT, narrative=REPORT.narrative.model_copy(update={"title": title}))
    (found,) = take_mails(county, tmp_path, mail(("年报.docx", docx_of(short))))
    assert (found.outcome, found.who) == ("received", REPORT.organ.name)
    assert read_report(params_file(county)).organ.name == REPORT.organ.name


def test_a_short_name_is_no_members_while_a_list_is_unreadable_unless_the_member_sent_it(county: Desk, tmp_path: Path) -> None:
    short = docx_of(replace(REPORT, organ=REPORT.organ.model_copy(update={"name": "松石镇"})))
    nested = county.params / str(YEAR) / "邻县" / "_jurisdiction.yaml"
    nested.parent.mkdir()
    nested.write_text("members: [\n", encoding="utf-8")
    put(tmp_path / "copied", "年报.docx", short, 10)
    (found,) = take(county, tmp_path / "copied")
    assert (found.outcome, "有成员名单读不出" in found.message) == ("quarantined", True)
    assert outcomes(take_mails(county, tmp_path, mail(("年报.docx", short)))) == ["received"]


def test_a_word_file_from_another_office_is_put_aside(county: Desk, tmp_path: Path) -> None:
    (found,) = take_mails(county, tmp_path, mail(("年报.docx", docx_of(REPORT)), sender="x@elsewhere.example"))
    assert (found.outcome, "发件人却是" in found.message) == ("quarantined", True)
    assert not params_file(county).exists()


def test_a_word_file_after_the_pdf_is_its_copy_and_one_of_other_figures_is_put_aside(county: Desk, tmp_path: Path) -> None:
    mails = (
        mail_of(REPORT), mail(("给领导看的.docx", docx_of(REPORT)), day=11),
        mail(("改过.docx", docx_of(corrected(REPORT))), day=12),
    )  # fmt: skip
    found = take_mails(county, tmp_path, *mails)
    assert outcomes(found) == ["received", "copy", "quarantined"]
    assert "Word 文件与已收到的电子版不符" in found[2].message
    assert "电子版是“25”，Word 文件是“26”" in found[2].message
    assert read_report(params_file(county)) == REPORT
    assert receipts(county.post, YEAR, COUNTY)[TOWN].versions == 1


def test_the_pdf_that_follows_a_word_file_corrects_nothing_unless_its_figures_differ(county: Desk, tmp_path: Path) -> None:
    found = take_mails(county, tmp_path, mail(("年报.docx", docx_of(REPORT))), mail_of(REPORT, day=11))
    assert outcomes(found) == ["received", "received"]
    assert "电子原件" in found[1].message
    assert receipts(county.post, YEAR, COUNTY)[TOWN].versions == 1
    assert rows(county)[TOWN].status.words == "已收 01-11"
    put(tmp_path / "inbox", "9.eml", mail_of(corrected(REPORT), day=15), 15)
    assert outcomes(take(county, tmp_path / "inbox")) == ["corrected"]


def test_a_later_word_file_corrects_an_earlier_one_and_the_same_counts_once(county: Desk, tmp_path: Path) -> None:
    mails = (
        mail(("年报.docx", docx_of(REPORT))), mail(("年报 定稿.docx", docx_of(corrected(REPORT))), day=11),
        mail(("再发.docx", docx_of(REPORT)), day=12),
    )  # fmt: skip
    found = take_mails(county, tmp_path, *mails)
    assert outcomes(found) == ["received", "corrected", "duplicate"]
    assert read_report(params_file(county)).figures == corrected(REPORT).figures


def test_a_report_counts_where_drafts_of_it_are_in_the_same_mail(county: Desk, tmp_path: Path) -> None:
    drafts = [(f"草稿{at}.docx", docx_of(report, draft=True)) for at, report in enumerate((REPORT, corrected(REPORT)))]
    (found,) = take_mails(county, tmp_path, mail(*drafts[:1], ("年报.docx", docx_of(REPORT)), *drafts[1:]))
    assert found.outcome == "received"


def test_a_draft_in_word_is_a_draft(county: Desk, tmp_path: Path) -> None:
    (found,) = take_mails(county, tmp_path, mail(("年报.docx", docx_of(REPORT, draft=True))))
    assert found.outcome == "draft"
    assert rows(county)[TOWN].state == "draft"


def test_word_and_excel_of_one_report_count_once_and_two_that_differ_are_refused(county: Desk, tmp_path: Path) -> None:
    both = mail(
        ("a.docx", docx_of(REPORT)), ("a.xlsx", set_workbook(REPORT)), ("名单.xlsx", zipped(("xl/workbook.xml", b"<a/>")))
    )
    differing = mail(("a.docx", docx_of(OTHER)), ("b.docx", docx_of(corrected(OTHER))), sender=OTHER_SENDER, day=11)
    found = take_mails(county, tmp_path, both, differing)
    assert outcomes(found) == ["received", "quarantined"]
    assert "有 1 格不同，分不清以哪一份为准" in found[1].message


def test_documents_are_found_in_forwarded_mails_packages_and_folders(county: Desk, tmp_path: Path) -> None:
    forwarded = mail(("转发.eml", mail(("年报.docx", docx_of(REPORT)))))
    packed = mail(("年报.zip", zipped(("目录/年报.docx", docx_of(OTHER)))), sender=OTHER_SENDER, day=11)
    assert outcomes(take_mails(county, tmp_path, forwarded, packed)) == ["received", "received"]
    inbox = tmp_path / "folder"
    put(inbox, "a.docx", docx_of(REPORT), 12)
    put(inbox, "b.pdf", pdf_of(REPORT), 12)
    # the PDF first, whatever the files are called: the Word file is its copy
    assert outcomes(take(county, inbox)) == ["received", "copy"]


@pytest.mark.parametrize("name", ["年报.docx", "年报.xlsx"])
@pytest.mark.parametrize(
    "data", [b"PK\x03\x04" * 99, zipped(("word/document.xml", b"<!DOCTYPE a>")), zipped(("xl/workbook.xml", b""))]
)
def test_a_damaged_document_is_refused_in_words(county: Desk, tmp_path: Path, name: str, data: bytes) -> None:
    (found,) = take_mails(county, tmp_path, mail((name, data)))
    assert found.outcome == "quarantined"
    assert found.message.startswith(f"邮件里没有 PDF 附件，只有 {name}（")
    assert "Traceback" not in found.message


def test_a_document_is_opened_in_a_confined_process(county: Desk, tmp_path: Path) -> None:
    put(tmp_path / "inbox", "a.eml", mail(("松石镇.xlsx", set_workbook(REPORT))), 10)
    with Confined(workers=1) as confined:
        assert outcomes(take(county, tmp_path / "inbox", confined)) == ["received"]


@pytest.mark.parametrize(
    ("name", "data", "step"),
    [
        ("年报.doc", b"\xd0\xcf\x11\xe0" * 99, "另存为 .docx"),
        ("年报.pdf", b"", "message.eml"),
    ],
)
def test_what_is_not_opened_leads_on(county: Desk, tmp_path: Path, name: str, data: bytes, step: str) -> None:
    data = data or forgeries.without_attachment(pdf_of(REPORT))
    assert outcomes(take_mails(county, tmp_path, mail((name, data)))) == ["quarantined"]
    (folder,) = (county.post / "quarantine").iterdir()
    reason = (folder / "原因.txt").read_text(encoding="utf-8")
    assert step in reason.partition("下一步：")[2]
    assert "nianbao import" in reason


# ---------------------------------------------------------------- several organs in one mail


def let_send(county: Desk, organ: str, address: str) -> None:
    """The member list with another address that may send for an organ."""
    listed = params_file(county).with_name("_jurisdiction.yaml")
    text = listed.read_text(encoding="utf-8")
    member = next(item for item in members().members if item.name == organ)
    listed.write_text(text.replace(f"email: {member.email}", f"email: {member.email}, also_from: [{address}]"), encoding="utf-8")


def test_a_mail_with_two_organs_reports_brings_both(county: Desk, tmp_path: Path) -> None:
    let_send(county, OTHER.organ.name, SENDER)
    raw = mail(("甲.pdf", pdf_of(REPORT)), ("乙.pdf", pdf_of(OTHER)))
    assert [(item.outcome, item.who) for item in take_mails(county, tmp_path, raw)] == [
        ("received", REPORT.organ.name), ("received", OTHER.organ.name),
    ]  # fmt: skip
    assert take(county, tmp_path / "inbox") == []
    put(tmp_path / "inbox", "again.eml", b"Received: again\r\n" + raw, 12)
    assert outcomes(take(county, tmp_path / "inbox")) == ["duplicate", "duplicate"]
    assert receipts(county.post, YEAR, COUNTY)[OTHER_TOWN].versions == 1


def test_the_report_of_an_organ_that_the_sender_may_not_send_for_is_put_aside_alone(county: Desk, tmp_path: Path) -> None:
    raw = mail(("甲.pdf", pdf_of(REPORT)), ("乙.docx", docx_of(OTHER)), ("丙.pdf", pdf_of(OTHER)))
    assert outcomes(take_mails(county, tmp_path, raw)) == ["received", "quarantined"]
    made = rows(county)
    assert made[TOWN].aside == ""
    assert "发件人却是" in made[OTHER_TOWN].aside
    let_send(county, OTHER.organ.name, SENDER)
    assert outcomes(take(county, county.post / "quarantine", again=True)) == ["duplicate", "received"]
    assert rows(county)[OTHER_TOWN].aside == ""
    assert rows(county)[OTHER_TOWN].received == date(2025, 1, 10)


def test_a_mail_that_was_half_taken_in_is_finished_by_the_next_run(county: Desk, tmp_path: Path) -> None:
    let_send(county, OTHER.organ.name, SENDER)
    put(tmp_path / "inbox", "a.eml", mail(("甲.pdf", pdf_of(REPORT)), ("乙.pdf", pdf_of(OTHER))), 10)
    source, intake = open_folder(tmp_path / "inbox", IntakeLimits()), open_intake(county.params, county.post)
    first = next(collect(source, intake, Here(workers=1), Rules(now=lambda: NOW)))  # killed after the first report
    assert first.who == REPORT.organ.name
    assert outcomes(take(county, tmp_path / "inbox")) == ["duplicate", "received"]
    assert take(county, tmp_path / "inbox") == []


# ---------------------------------------------------------------- letters, and the names of folders


def test_a_letter_without_a_report_marks_nobody_whose_report_came(county: Desk, tmp_path: Path) -> None:
    thanks = mail(subject="回复：收到", body="收到，谢谢。", day=20)
    found = take_mails(county, tmp_path, mail_of(REPORT), thanks, mail(subject="收到", body="谢谢", sender=OTHER_SENDER, day=21))
    assert outcomes(found) == ["received", "letter", "quarantined"]
    assert "回复：收到" in found[1].message
    made = rows(county)
    assert made[TOWN].aside == ""
    assert made[OTHER_TOWN].aside
    assert [item["event"] for item in read_ledger(county.post / "received.jsonl")] == ["received", "letter", "quarantined"]
    assert (
        county.post / "quarantine" / str(Ledger(county.post / "received.jsonl").records[1]["folder"]) / "message.eml"
    ).exists()


POINTS_ELSEWHERE = (
    "附件太大，请从 https://pan.example/x 下载", "https://wx.mail.qq.com/ftn/download?func=3&key=a", "更正版：http://a.example/b.docx",
    "请点击 https://x.example/1 查收", "放在单位云盘里了", "https://a.example/1 提取码 8899",
)  # fmt: skip
FOOTERS = (
    "收到，谢谢。\n松石镇人民政府 https://www.songshi.yunxi.gov.example/", "谢谢\n网易邮箱大师 https://mail.163.com/dashi/dlpro.html?from=1",
    "年报已公开：https://www.yunxi.gov.example/a/t20250124_1.html", "收到\n--\n扫码下载APP https://www.x.example/",
)  # fmt: skip


def test_a_letter_that_points_to_a_file_elsewhere_needs_a_person(county: Desk, tmp_path: Path) -> None:
    cloud = mail(subject="更正后的年报", body=POINTS_ELSEWHERE[0], day=20)
    assert outcomes(take_mails(county, tmp_path, mail_of(REPORT), cloud)) == ["received", "quarantined"]


@pytest.mark.parametrize("charset", ["utf-8", "gb18030"])
@pytest.mark.parametrize(
    ("body", "is_letter"), [*((body, False) for body in POINTS_ELSEWHERE), *((body, True) for body in FOOTERS)]
)
def test_an_address_in_a_footer_is_no_file_elsewhere(body: str, is_letter: bool, charset: str) -> None:
    message = EmailMessage()
    message["From"], message["Subject"] = SENDER, "回复"
    message.set_content(body, charset=charset)
    assert examine(message.as_bytes(), "mail")[0].is_letter == is_letter


def automatic(subject: str, heads: str = "", sender: str = SENDER) -> bytes:
    return f"From: {sender}\r\nSubject: {subject}\r\n{heads}\r\n我正在休假。\r\n".encode()


def status_report(action: str, recipient: str = "rfc822; Old@yunxi.gov.example", sent: bytes = b"") -> bytes:
    """A delivery status as postfix writes it (RFC 3464), with the letter it is about."""
    head = "From: MAILER-DAEMON@mx.example\r\nSubject: Undelivered Mail\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
    head += 'Content-Type: multipart/report; report-type=delivery-status; boundary="B"\r\n\r\n--B\r\n\r\nfailed\r\n'
    fields = f"Reporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: {recipient}\r\nAction: {action}\r\nStatus: 5.1.1\r\n"
    status = f"--B\r\nContent-Type: message/delivery-status\r\n\r\n{fields}\r\n--B\r\nContent-Type: message/rfc822\r\n\r\n"
    return f"{head}{status}".encode() + sent + b"\r\n--B--\r\n"


SENT = b"(the report as it was sent)"  # in place of the mail, which is made when the tests run
AUTOMATIC = [
    automatic("自动回复: 年报"),
    automatic("=?gbk?B?19S2r7vYuLSjurTwsag=?=", "Auto-Submitted: auto-replied (vacation)\r\n"),
    automatic("休假通知", "X-Autoreply: yes\r\n", "stranger@x.example"),
    automatic("Automatic reply: 催报"), automatic("已读: 催报"), automatic("催报", "Precedence: auto_reply\r\n"),
    status_report("delayed"), status_report("delayed", sent=SENT), status_report("delivered", sent=SENT),
]  # fmt: skip
PERSONAL = [
    automatic("年报的自动回复怎么设"), automatic("回执单已寄"), automatic("年报", "Auto-Submitted: no\r\n"),
    automatic("年报", "Auto-Submitted: auto-generated\r\n"), automatic("年报", "X-Auto-Response-Suppress: All\r\n"),
]  # fmt: skip


def test_an_automatic_reply_is_a_letter_and_marks_no_member(county: Desk, tmp_path: Path) -> None:
    found = take_mails(county, tmp_path, *(raw.replace(SENT, mail_of(REPORT)) for raw in AUTOMATIC))
    assert outcomes(found) == ["letter"] * len(AUTOMATIC)
    assert all("自动回复：" in item.message for item in found)
    assert rows(county)[TOWN].aside == "", "a reminder says nothing of it"
    assert outcomes(take_mails(county, tmp_path, *PERSONAL)) == ["quarantined"] * len(PERSONAL)


def test_a_subject_alone_does_not_make_a_report_left_elsewhere_an_automatic_reply(county: Desk, tmp_path: Path) -> None:
    link = mail(subject="回执：年报已寄", body="超大附件：https://wx.mail.example/ftn/download?x=1")
    assert outcomes(take_mails(county, tmp_path, link)) == ["quarantined"]
    assert "来件被隔离" in rows(county)[TOWN].aside


def test_a_report_that_a_program_sends_is_taken_in(county: Desk, tmp_path: Path) -> None:
    scanner = mail_of(REPORT).replace(b"Subject:", b"Auto-Submitted: auto-replied\r\nSubject:", 1)
    assert outcomes(take_mails(county, tmp_path, scanner)) == ["received"]


@pytest.mark.parametrize("inner", [status_report("failed"), status_report("delayed"), AUTOMATIC[0]])
def test_a_report_beside_a_forwarded_bounce_is_taken_in(inner: bytes, county: Desk, tmp_path: Path) -> None:
    """The report went to a wrong address first; the organ forwards the answer of that server with it."""
    outer = email.message_from_bytes(mail_of(REPORT))
    outer.attach(MIMEMessage(email.message_from_bytes(inner)))
    assert outcomes(take_mails(county, tmp_path, outer.as_bytes())) == ["received"]


BOUNCES = [
    (status_report("failed (mailbox unknown)"), "寄给 old@yunxi.gov.example 的邮件没有送达（5.1.1）"),
    (status_report("failed"), "寄给 old@yunxi.gov.example 的邮件没有送达（5.1.1）"),
    (status_report("failed", sent=SENT), "寄给 old@yunxi.gov.example 的邮件没有送达（5.1.1）"),
    (automatic("系统退信", sender="postmaster@x.example"), "发出的一封邮件没有送达"),
    (automatic("failure notice", "X-Failed-Recipients: a@b.example\r\n", "MAILER-DAEMON@x.example"),
     "寄给 a@b.example 的邮件没有送达"),
]  # fmt: skip


@pytest.mark.parametrize(("raw", "words"), BOUNCES, ids=["a comment", "status", "with a report inside", "subject alone", "qmail"])
def test_a_bounce_names_whom_the_letter_did_not_reach(raw: bytes, words: str) -> None:
    examined, data = examine(raw.replace(SENT, mail_of(REPORT)), "mail")
    assert words in examined.refusal
    assert "请核对成员名单中这个单位的邮箱" in examined.next_step
    assert (data, examined.is_automatic) == (b"", False)


@pytest.mark.parametrize("sender", [SENDER, "con@x.example", 'a..b<>:"/\\|?*@x.example', "x" * 200 + "@y.example", ""])
def test_folders_in_quarantine_are_called_after_day_sender_and_organ(county: Desk, tmp_path: Path, sender: str) -> None:
    raw = mail_of(OTHER, sender="x@y.example").replace(b"x@y.example", sender.encode())
    put(tmp_path / "inbox", "a.eml", raw, 10)
    take(county, tmp_path / "inbox")
    (folder,) = (county.post / "quarantine").iterdir()
    assert folder.name.startswith("2025-01-10_")
    assert len(folder.name) < 64
    assert not re.search(r'[<>:"/\\|?*\s\x00-\x1f]', folder.name)
    assert not folder.name.endswith((".", " "))
    assert not re.match(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", folder.name, re.IGNORECASE)  # devices of Windows
    if sender == SENDER:
        assert SENDER.partition("@")[0] in folder.name
        assert OTHER_TOWN in folder.name


def test_quarantine_by_organ_and_sender(county: Desk, tmp_path: Path) -> None:
    take_mails(county, tmp_path, mail(("年报.docx", docx_of(REPORT)), sender="x@elsewhere.example"))
    assert set(in_quarantine(county.post, YEAR)) == {REPORT.organ.name, "x@elsewhere.example"}


def test_steps_say_that_a_report_was_read_from_a_document(county: Desk, tmp_path: Path) -> None:
    take_mails(county, tmp_path, mail(("年报.docx", docx_of(REPORT))))
    (step,) = steps_by_file(read_ledger(county.post / "received.jsonl"), YEAR, COUNTY)[TOWN]
    assert step.copied == "docx"


@pytest.mark.parametrize(
    ("charset", "codec"), [("GB2312", "gb18030"), ("gbk", "gb18030"), ("big5", "big5hkscs"), ("utf-8", "utf-8")]
)
def test_a_name_under_too_narrow_a_charset_is_read(charset: str, codec: str) -> None:
    word = f"=?{charset}?B?{base64.b64encode('鎔垚年報.docx'.encode(codec)).decode()}?="
    assert readable(word) == "鎔垚年報.docx"


def test_a_subject_without_any_encoding_is_read() -> None:
    for codec in ("utf-8", "gb18030"):
        raw = b"From: x@y.example\r\nSubject: " + "㙍垯镇年报".encode(codec) + b"\r\n\r\n"
        assert examine(raw, "mail")[0].envelope.subject == "㙍垯镇年报"


@pytest.mark.parametrize("word", ["=?utf-7?Q?+2AA-=E5?=", "\ud800"])
def test_half_a_character_in_a_name_is_replaced(word: str) -> None:
    readable(word).encode("utf-8")


@pytest.mark.parametrize("charset", ["idna", "unicode-escape", "punycode", "base64", "nobody-knows"])
def test_a_mail_whose_attachment_is_named_under_an_odd_charset_is_read(charset: str) -> None:
    head = f"From: a@b.cn\r\nContent-Disposition: attachment; filename*={charset}''%5Cud800..%FFa.zip\r\n\r\nhi"
    examined, _ = examine(head.encode(), "mail")
    examined.refusal.encode("utf-8")
    assert examined.refusal.startswith("邮件里没有 PDF 附件，只有 ")
