"""What comes in is taken in once, in its place, or put aside with the reason; wherever it comes from."""

from __future__ import annotations

import getpass
import os
import re
import ssl
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tests.dispatch.authority import make_authority, save_pkcs12
from tests.dispatch.conftest import Certificates
from tests.dispatch.imap_server import PASSWORD, USER, ImapServer, imap_server
from tests.dispatch.offices import (
    COUNTY,
    OTHER_TOWN,
    TOWN,
    YEAR,
    Desk,
    address_of_member,
    corrected,
    draft_of,
    mail_of,
    pdf_of,
    sample,
    without_text,
    wrong,
)
from tests.dispatch.receipts import in_quarantine, receipts
from tests.dispatch.unconfined import examine_here
from toolkit.core.errors import UsageError
from toolkit.dispatch.intake.collecting import IntakeResult, Rules, _sent_before, collect
from toolkit.dispatch.intake.confined import Confined
from toolkit.dispatch.intake.imap_session import KEYWORD
from toolkit.dispatch.intake.incoming import MailboxGone, MailSource
from toolkit.dispatch.intake.inspecting import IntakeLimits
from toolkit.dispatch.intake.mailbox import open_imap
from toolkit.dispatch.intake.reading_back import Trust
from toolkit.dispatch.intake.sources import Folder, Maildir, _within, open_folder
from toolkit.dispatch.intake.store import open_intake
from toolkit.dispatch.ledger import read_ledger
from toolkit.dispatch.settings import Imap, Secret, Signature, Trusted
from toolkit.dispatch.signatures.signing import open_signer, sign_pdf
from toolkit.dispatch.states import Received
from toolkit.report import Organ, read_report, report_to_yaml

RULES = Rules(now=lambda: datetime(2025, 2, 1, tzinfo=UTC))
ORGAN = sample().organ.name


@pytest.fixture(scope="module")
def confined() -> Iterator[Confined]:
    with Confined(workers=1) as running:
        yield running


@pytest.fixture(scope="module")
def server(certificates: Certificates) -> Iterator[ImapServer]:
    with imap_server(certificates.server) as running:
        yield running


@pytest.fixture
def mailbox(server: ImapServer, certificates: Certificates) -> ImapServer:
    """The running server, its mailbox emptied."""
    imap = server.open(ssl.create_default_context(cafile=str(certificates.root)))
    imap.select("INBOX")
    if imap.search(None, "ALL")[1] != [b""]:
        imap.store("1:*", "+FLAGS", "\\Deleted")
        imap.expunge()
    imap.logout()
    return server


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """A folder that mails and PDFs are put into."""
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


def put(folder: Path, name: str, raw: bytes, day: int = 10) -> Path:
    path = folder / name
    path.write_bytes(raw)
    moment = datetime(2025, 1, day, 9, tzinfo=UTC).timestamp()
    os.utime(path, (moment, moment))
    return path


def take(source: MailSource | Path, county: Desk, confined: Confined, rules: Rules = RULES) -> list[IntakeResult]:
    opened = open_folder(source, IntakeLimits()) if isinstance(source, Path) else source
    return list(collect(opened, open_intake(county.params, county.post), confined, rules))


def outcomes(found: list[IntakeResult]) -> list[str]:
    return [item.outcome for item in found]


def reasons(county: Desk) -> list[str]:
    return sorted(path.read_text(encoding="utf-8") for path in (county.post / "quarantine").rglob("原因.txt"))


def params_file(county: Desk, name: str = TOWN) -> Path:
    return county.params / str(YEAR) / COUNTY / f"{name}.yaml"


# ---------------------------------------------------------------- what is taken in


def test_a_mail_becomes_the_members_params_file(county: Desk, inbox: Path, confined: Confined) -> None:
    put(inbox, "a.eml", mail_of(sample()))
    found = take(inbox, county, confined)
    assert [(item.outcome, item.who) for item in found] == [("received", ORGAN)]
    assert read_report(params_file(county)) == sample()
    versions = sorted(path.name for path in (county.post / "versions" / str(YEAR) / COUNTY / TOWN).iterdir())
    assert [name.rpartition(".")[2] for name in versions] == ["pdf", "yaml"]
    assert versions[0].startswith("20250110T090000Z-")


def test_a_bare_pdf_does_as_well(county: Desk, inbox: Path, confined: Confined) -> None:
    put(inbox, "随便什么名字.PDF", pdf_of(sample()))
    assert outcomes(take(inbox, county, confined)) == ["received"]
    assert read_report(params_file(county)) == sample()


# ---------------------------------------------------------------- a drop box


def name_account(county: Desk, account: str) -> None:
    """Write the account of the town into the member list; an empty one takes it away."""
    path = county.params / str(YEAR) / COUNTY / "_jurisdiction.yaml"
    text = re.sub(r", account: [^},]*", "", path.read_text(encoding="utf-8"))
    named = f", account: {account}" if account else ""
    path.write_text(text.replace(f"file: {TOWN},", f"file: {TOWN}{named},"), encoding="utf-8")


@pytest.fixture
def drop_box(inbox: Path) -> Path:
    inbox.chmod(0o1733)
    return inbox


@pytest.mark.posix_only
def test_a_file_in_a_drop_box_belongs_to_the_account_of_the_member(county: Desk, drop_box: Path, confined: Confined) -> None:
    name_account(county, getpass.getuser())
    put(drop_box, "a.pdf", pdf_of(sample()))
    assert outcomes(take(drop_box, county, confined)) == ["received"]


@pytest.mark.posix_only
@pytest.mark.parametrize(("account", "sentence"), [("somebody", "却是 .* 投进收件箱的"), ("", "没有写.*的账号")])
def test_what_somebody_else_put_into_a_drop_box_is_put_aside(
    county: Desk, drop_box: Path, confined: Confined, account: str, sentence: str
) -> None:
    name_account(county, account)
    put(drop_box, "a.pdf", pdf_of(sample()))
    put(drop_box, "b.eml", mail_of(sample()))  # whatever address a mail names
    assert outcomes(take(drop_box, county, confined)) == ["quarantined"] * 2
    assert all(re.search(sentence, reason) for reason in reasons(county))


@pytest.mark.posix_only
def test_a_forged_copy_that_came_first_does_not_keep_the_members_report_out(
    county: Desk, drop_box: Path, confined: Confined, monkeypatch: pytest.MonkeyPatch
) -> None:
    name_account(county, "town")
    owners = {"a.pdf": "forger", "b.pdf": "town"}
    monkeypatch.setattr("toolkit.dispatch.intake.sources._account_of", lambda number: owners[present[0].pop(0)])
    for name in owners:
        put(drop_box, name, pdf_of(sample()))
    present = [sorted(owners)]
    assert outcomes(take(drop_box, county, confined)) == ["quarantined", "received"]


@pytest.mark.posix_only
def test_what_was_put_aside_of_a_drop_box_is_judged_by_its_account_again(
    county: Desk, drop_box: Path, confined: Confined
) -> None:
    name_account(county, "somebody")
    put(drop_box, "a.pdf", pdf_of(sample()))
    assert outcomes(take(drop_box, county, confined)) == ["quarantined"]
    again = replace(RULES, again=True)
    assert outcomes(take(county.post / "quarantine", county, confined, again)) == ["quarantined"], "not taken in by the back door"
    name_account(county, getpass.getuser())
    assert outcomes(take(county.post / "quarantine", county, confined, again)) == ["received"]


@pytest.mark.posix_only
def test_an_ordinary_folder_asks_for_no_account(county: Desk, inbox: Path, confined: Confined) -> None:
    put(inbox, "a.pdf", pdf_of(sample()))
    assert outcomes(take(inbox, county, confined)) == ["received"]


@pytest.mark.posix_only
def test_links_and_pipes_in_a_drop_box_are_not_opened(county: Desk, drop_box: Path, confined: Confined, tmp_path: Path) -> None:
    (tmp_path / "secret.pdf").write_bytes(pdf_of(sample()))
    (drop_box / "link.pdf").symlink_to(tmp_path / "secret.pdf")
    os.mkfifo(drop_box / "pipe.pdf")
    assert take(drop_box, county, confined) == []


@pytest.mark.posix_only
def test_a_pipe_that_takes_the_place_of_a_file_does_not_stop_the_county(drop_box: Path, tmp_path: Path) -> None:
    """Between the look at a name and its opening somebody can put something else there."""
    os.mkfifo(drop_box / "pipe.pdf")
    assert _within(drop_box / "pipe.pdf", 10) == (b"", "")
    (drop_box / "link.pdf").symlink_to(tmp_path)
    with pytest.raises(OSError, match="link"):
        _within(drop_box / "link.pdf", 10)


def test_the_same_again_is_one(county: Desk, inbox: Path, confined: Confined) -> None:
    raw = mail_of(sample())
    put(inbox, "a.eml", raw)
    assert outcomes(take(inbox, county, confined)) == ["received"]
    assert take(inbox, county, confined) == []
    # the letter sent twice because its answer was lost: other servers' lines on top, the same Message-ID
    put(inbox, "b.eml", b"Received: from relay\r\n" + raw)
    put(inbox, "c.eml", raw)
    put(inbox, "d.pdf", pdf_of(sample()))
    assert outcomes(take(inbox, county, confined)) == ["duplicate"] * 3
    assert receipts(county.post, YEAR, COUNTY)[TOWN].versions == 1


def test_a_newer_version_replaces_the_older_which_is_kept(county: Desk, inbox: Path, confined: Confined) -> None:
    put(inbox, "a.eml", mail_of(sample(), day=10))
    put(inbox, "b.eml", mail_of(corrected(sample()), day=18, version=2))
    assert outcomes(take(inbox, county, confined)) == ["received", "corrected"]
    assert read_report(params_file(county)) == corrected(sample())
    kept = (county.post / "versions" / str(YEAR) / COUNTY / TOWN).glob("*.yaml")
    assert {path.read_text(encoding="utf-8") for path in kept} == {
        report_to_yaml(item) for item in (sample(), corrected(sample()))
    }
    received = receipts(county.post, YEAR, COUNTY)[TOWN]
    assert (received.first.day, received.latest.day, received.versions) == (10, 18, 2)


# ---------------------------------------------------------------- drafts


def receipt(county: Desk) -> Received:
    return receipts(county.post, YEAR, COUNTY)[TOWN]


def test_a_draft_comes_in_as_a_draft_and_the_report_after_it_is_no_correction(
    county: Desk, inbox: Path, confined: Confined
) -> None:
    report = wrong(without_text(sample()))
    put(inbox, "a.eml", mail_of(report, pdf=draft_of(report)), 10)
    (found,) = take(inbox, county, confined)
    assert (found.outcome, found.who, found.message) == (
        "draft",
        ORGAN,
        "2024 年年报的草稿，已存为填报数据供核对；正式报告还没有报来",
    )
    assert read_report(params_file(county)).figures == report.figures
    assert receipt(county) == Received(date(2025, 1, 10), date(2025, 1, 10), 1, draft=True)
    put(inbox, "b.eml", mail_of(without_text(sample()), day=15), 15)
    assert outcomes(take(inbox, county, confined)) == ["received"]
    assert receipt(county) == Received(date(2025, 1, 15), date(2025, 1, 15), 1)


@pytest.mark.parametrize("day", [5, 20], ids=["older", "newer"])
def test_no_draft_replaces_a_report(county: Desk, inbox: Path, confined: Confined, day: int) -> None:
    put(inbox, "a.pdf", pdf_of(without_text(sample())), 10)
    take(inbox, county, confined)
    draft = draft_of(wrong(without_text(sample())))
    put(inbox, "b.pdf", draft, day)
    (found,) = take(inbox, county, confined)
    assert (found.outcome, "只存档" in found.message) == ("draft", True)
    assert read_report(params_file(county)) == without_text(sample())
    assert receipt(county) == Received(date(2025, 1, 10), date(2025, 1, 10), 1)
    assert len(list((county.post / "versions").rglob("*.pdf"))) == 2
    put(inbox, "c.pdf", draft, day + 1)
    os.utime(inbox / "c.pdf")
    assert outcomes(take(inbox, county, confined)) == ["duplicate"]


def test_a_draft_needs_no_signature(county: Desk, inbox: Path, confined: Confined) -> None:
    put(inbox, "a.pdf", draft_of(without_text(sample())))
    rules = replace(RULES, signature_required=True)
    assert outcomes(take(inbox, county, confined, rules)) == ["draft"]


def test_the_order_they_are_found_in_does_not_matter(county: Desk, inbox: Path, confined: Confined) -> None:
    put(inbox, "a.eml", mail_of(corrected(sample()), day=18, version=2))
    put(inbox, "b.eml", mail_of(sample(), day=10))
    assert outcomes(take(inbox, county, confined)) == ["received", "older"]
    assert read_report(params_file(county)) == corrected(sample())


def test_back_to_an_older_version_is_another_version(county: Desk, inbox: Path, confined: Confined) -> None:
    for number, report in enumerate((sample(), corrected(sample()), sample()), 1):
        put(inbox, f"{number}.eml", mail_of(report, day=9 + number, version=number))
    found = take(inbox, county, confined)
    assert outcomes(found) == ["received", "corrected", "corrected"]
    assert found[1].message == "第 2 版，替换了以前的版本（旧版已存档）"
    assert found[2].message.startswith("第 3 版")
    assert "与第 1 版完全相同，请确认不是误发了旧版" in found[2].message
    assert read_report(params_file(county)) == sample()


def test_what_was_written_by_hand_is_kept_before_it_is_replaced(county: Desk, inbox: Path, confined: Confined) -> None:
    path = params_file(county)
    path.write_text("# 县里手工录入\n" + report_to_yaml(sample()), encoding="utf-8")
    put(inbox, "a.eml", mail_of(corrected(sample())))
    assert outcomes(take(inbox, county, confined)) == ["received"]
    (kept,) = (county.post / "versions" / str(YEAR) / COUNTY / TOWN).glob("by-hand-*.yaml")
    assert "县里手工录入" in kept.read_text(encoding="utf-8")


def test_a_folder_in_the_place_of_one_report_keeps_no_other_out(county: Desk, inbox: Path, confined: Confined) -> None:
    params_file(county).mkdir()
    put(inbox, "a.eml", mail_of(sample()))
    put(inbox, "b.eml", mail_of(sample(OTHER_TOWN)))
    assert sorted(outcomes(take(inbox, county, confined))) == ["quarantined", "received"]
    assert "改名或移走" in reasons(county)[0]


@pytest.mark.parametrize("cause", ["read-only", "held open"])
def test_a_params_file_that_cannot_be_replaced_waits_for_the_next_run_and_keeps_no_other_out(
    county: Desk, inbox: Path, confined: Confined, monkeypatch: pytest.MonkeyPatch, cause: str
) -> None:
    held = params_file(county)
    held.write_text("# 县里手工录入\n" + report_to_yaml(sample()), encoding="utf-8")
    put(inbox, "a.eml", mail_of(corrected(sample())))
    put(inbox, "b.eml", mail_of(sample(OTHER_TOWN)))
    with monkeypatch.context() as patch:
        if cause == "read-only":
            held.chmod(0o444)
        else:  # as Windows answers where a program shares the file with nobody
            read = Path.read_bytes
            patch.setattr(Path, "read_bytes", lambda path: read(path) if path != held else open_exclusively(path))
        found = {item.outcome: item for item in take(inbox, county, confined)}
    assert sorted(found) == ["received", "waiting"]
    assert f"无法写入 {TOWN}.yaml" in found["waiting"].message
    assert "县里手工录入" in held.read_text(encoding="utf-8")
    held.chmod(0o644)
    assert outcomes(take(inbox, county, confined)) == ["received"]
    assert read_report(held) == corrected(sample())
    assert len(list((county.post / "versions" / str(YEAR) / COUNTY / TOWN).glob("*.pdf"))) == 1


def open_exclusively(path: Path) -> bytes:
    raise PermissionError(13, "Permission denied", str(path))


def test_a_date_in_the_future_is_not_believed(county: Desk, inbox: Path, confined: Confined) -> None:
    late = mail_of(sample()).replace(b"Fri, 10 Jan 2025", b"Fri, 10 Jan 2098")
    put(inbox, "a.eml", late)
    take(inbox, county, confined)
    assert receipts(county.post, YEAR, COUNTY)[TOWN].first <= RULES.now().date()


def test_a_saved_mail_of_a_clock_that_is_ahead_came_when_the_server_took_it(
    county: Desk, inbox: Path, confined: Confined
) -> None:
    late = mail_of(sample()).replace(b"Fri, 10 Jan 2025", b"Fri, 10 Jan 2098")
    put(inbox, "a.eml", b"Received: from a by b with ESMTP; Fri, 10 Jan 2025 17:00:09 +0800\r\n" + late)
    put(inbox, "b.eml", mail_of(corrected(sample()), day=18, version=2))
    first, second = take(inbox, county, confined)
    assert (first.outcome, second.outcome, "发出时间" in second.message) == ("received", "corrected", False)


@pytest.mark.parametrize(
    "stands", ["Received: from a by b with ESMTP; {day}\r\nDate: Sat, 18 Jan 2025", "Date: {day}\r\nX-Date: Sat"]
)
def test_a_clock_that_stands_makes_no_correction_look_late(county: Desk, inbox: Path, confined: Confined, stands: str) -> None:
    put(inbox, "a.eml", mail_of(sample()))
    take(inbox, county, confined)
    second = mail_of(corrected(sample()), day=18, version=2)
    assert b"Date: Sat, 18 Jan 2025" in second
    dated = stands.format(day="Thu, 01 Jan 1970 00:00:41 +0000").encode()
    put(inbox, "b.eml", second.replace(b"Date: Sat, 18 Jan 2025", dated, 1))
    (result,) = take(inbox, county, confined)
    assert (result.outcome, "发出时间" in result.message) == ("corrected", False)


@pytest.mark.parametrize(
    "day", ["Thu, 01 Jan 1970 00:00:00 +0800", "Fri, 01 Jan 1960 09:00:00 +0800", "Wed, 01 Jan 3500 09:00:00 +0800"]
)
def test_a_mail_from_a_computer_whose_clock_stands_is_taken_in(county: Desk, inbox: Path, confined: Confined, day: str) -> None:
    put(inbox, "a.eml", re.sub(rb"(?m)^Date: [^\r\n]*", f"Date: {day}".encode(), mail_of(sample()), count=1))
    assert outcomes(take(inbox, county, confined)) == ["received"]


@pytest.mark.parametrize("seconds", [-300_000_000, -1, 40_000_000_000])
def test_a_file_of_an_impossible_day_keeps_no_other_out(county: Desk, inbox: Path, confined: Confined, seconds: int) -> None:
    for name, data in {"a.pdf": b"%PDF-1.7 nothing", "b.pdf": pdf_of(sample())}.items():
        os.utime(put(inbox, name, data), (seconds, seconds))
    assert outcomes(take(inbox, county, confined)) == ["quarantined", "received"]


# ---------------------------------------------------------------- what is put aside


def renamed(organ: str) -> bytes:
    return pdf_of(replace(sample(), organ=Organ(**{**sample().organ.model_dump(), "name": organ})))


ASIDE = [
    (lambda: mail_of(sample(), sender="someone@elsewhere.example"), "发件人却是 someone@elsewhere.example", "another sender"),
    (lambda: mail_of(sample(OTHER_TOWN), sender="songshi@yunxi.gov.example"), "发件人却是 songshi", "another organ's report"),
    (
        lambda: mail_of(sample(), sender="duoda@yunxi.gov.example").replace(
            b"<duoda@yunxi.gov.example>", b"<songshi@yunxi.gov.example>, <duoda@yunxi.gov.example>", 1
        ),
        "发件人应为一个",
        "two senders",
    ),
    (lambda: b"Return-Path: <x@evil.example>\r\n" + mail_of(sample()), "疑为冒名", "spoofed From"),
    (
        lambda: b"Return-Path: <bounces+zwgk=county.gov.example@list.example>\r\n" + mail_of(sample()),
        "经 list.example 转发，看不出原来从哪里寄出",
        "a mailing list's path",
    ),
    (lambda: mail_of(sample(), pdf=renamed("海边县桃花镇人民政府")), "不在 2024 年的成员名单中", "an organ nobody knows"),
    (
        lambda: mail_of(sample(), sender="songshi@yunxi.gov.example", pdf=renamed("云溪县松石乡人民政府")),
        "“云溪县松石乡人民政府”不在 2024 年的成员名单中；发件邮箱是名单中“云溪县松石镇人民政府”的",
        "a name that is wrong",
    ),
    (lambda: mail_of(sample(), pdf=renamed("云溪县\u200b松石镇人民政府")), "零宽空格 U+200B），名单中是", "a sign nobody sees"),
    (lambda: mail_of(sample(), pdf=renamed("云溪县松石镇⼈⺠政府")), "U+2F08、部首 U+2EA0），名单中是", "radicals"),
    (lambda: mail_of(sample(), pdf=renamed("云溪县 松石镇人民政府")), "U+0020），名单中是", "a blank in the name"),
    (lambda: mail_of(sample(), pdf=renamed("云溪县\u3000松石镇人民政府")), "U+3000），名单中是", "a wide blank"),
    (lambda: b"From: songshi@yunxi.gov.example\r\nSubject: hi\r\n\r\n" + "在吗".encode(), "没有 PDF 附件", "no attachment"),
    (lambda: b"", "没有 PDF 附件", "an empty file"),
    (lambda: b"\x00\xff" * 5000, "没有 PDF 附件", "no mail at all"),
]  # fmt: skip


@pytest.mark.parametrize(("make", "sentence", "why"), ASIDE, ids=[why for *_, why in ASIDE])
def test_it_is_put_aside_with_the_reason(
    county: Desk, inbox: Path, confined: Confined, make: object, sentence: str, why: str
) -> None:
    raw = make()  # type: ignore[operator]
    put(inbox, "a.eml", raw)
    (found,) = take(inbox, county, confined)
    assert (found.outcome, sentence in found.message) == ("quarantined", True), found
    (reason,) = reasons(county)
    assert sentence in reason
    assert "来源：a.eml" in reason
    (kept,) = (county.post / "quarantine").rglob("message.eml")
    assert kept.read_bytes() == raw
    assert not params_file(county).exists()
    assert take(inbox, county, confined) == []


def test_pages_that_say_something_else_are_put_aside(county: Desk, inbox: Path, confined: Confined) -> None:
    from tests.dispatch.forgeries import with_attachment_of

    put(inbox, "a.pdf", with_attachment_of(pdf_of(sample()), corrected(sample())))
    (found,) = take(inbox, county, confined)
    assert "output-differs" in found.message
    assert "页面上是" in found.message


SIGNATURES = [
    (ORGAN, None, "", True, "signed by the organ"),
    ("云溪县㙍垯镇人民政府", None, "不能为“云溪县松石镇人民政府”签名", True, "signed by another organ"),
    (ORGAN, datetime(2024, 12, 31, tzinfo=UTC), "不在有效期内", True, "expired when it came"),
    (ORGAN, None, "不在信任名单中", False, "by an authority nobody trusts"),
]


@pytest.mark.parametrize(("organ", "end", "reason", "trusted", "why"), SIGNATURES, ids=[why for *_, why in SIGNATURES])
def test_signatures_are_judged(
    county: Desk, inbox: Path, tmp_path: Path, certificates: Certificates, monkeypatch: pytest.MonkeyPatch, organ: str,
    end: datetime | None, reason: str, trusted: bool, why: str,
) -> None:  # fmt: skip
    if reason:  # the accepted one shows that the list of trust reaches the child
        examine_here(monkeypatch)
    authority = certificates.authority if trusted else make_authority("别处的机构（虚构）")
    key = save_pkcs12(tmp_path / "organ.p12", authority.for_organ(organ, end=end), "pw")
    with open_signer(Signature(pkcs12=key), Secret("pw")) as signer:
        put(inbox, "a.eml", mail_of(sample(), pdf=sign_pdf(pdf_of(sample()), signer, organ)))
    trust = Trust((Trusted(authority=certificates.root),))
    with Confined(trust=trust, workers=1) as confined:
        (found,) = take(inbox, county, confined, replace(RULES, signature_required=True))
    assert found.outcome == ("quarantined" if reason else "received")
    assert reason in found.message


def test_a_signature_can_be_asked_for(county: Desk, inbox: Path, confined: Confined) -> None:
    put(inbox, "a.eml", mail_of(sample()))
    (found,) = take(inbox, county, confined, replace(RULES, signature_required=True))
    assert found.message == "要求有核对无误的签名：没有签名"


def test_a_signature_that_cannot_be_checked_here_is_reported_and_recorded(
    county: Desk, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    examine_here(monkeypatch)
    monkeypatch.setattr("toolkit.core.shipped.find_spec", lambda _: None)
    put(inbox, "a.pdf", pdf_of(sample()) + b"\n% /ByteRange\n")
    with Confined(workers=1) as confined:
        (found,) = take(inbox, county, confined)
    assert (found.outcome, "有签名，没有核对" in found.message) == ("received", True)
    (record,) = read_ledger(county.post / "received.jsonl")
    assert record["signature"] == "unverified"


# ---------------------------------------------------------------- where it comes from


def settings(server: ImapServer, certificates: Certificates, **more: object) -> Imap:
    given = {"host": "127.0.0.1", "port": server.port, "user": USER, "ca_file": certificates.root, "timeout_seconds": 20}
    return Imap(**(given | more))  # type: ignore[arg-type]


def flags_of(server: ImapServer, certificates: Certificates) -> list[str]:
    imap = server.open(ssl.create_default_context(cafile=str(certificates.root)))
    imap.select("INBOX", readonly=True)
    found = [str(item) for item in imap.fetch("1:*", "(FLAGS)")[1]]
    imap.logout()
    return found


@pytest.mark.needs_dovecot
def test_an_imap_mailbox(county: Desk, mailbox: ImapServer, certificates: Certificates, confined: Confined) -> None:
    mailbox.deliver(mail_of(sample()), "1736500000.1.town")
    mailbox.deliver(b"From: x@y.example\r\n\r\nspam\r\n", "1736500001.2.spam")
    mailbox.deliver(mail_of(sample(OTHER_TOWN)), "1736500002.3.other")
    with open_imap(settings(mailbox, certificates), Secret(PASSWORD), IntakeLimits()) as source:
        assert outcomes(take(source, county, confined)) == ["received", "quarantined", "received"]
    assert all(KEYWORD in line and "Seen" in line for line in flags_of(mailbox, certificates))
    with open_imap(settings(mailbox, certificates), Secret(PASSWORD), IntakeLimits()) as source:
        assert take(source, county, confined) == []


@pytest.mark.needs_dovecot
def test_a_mail_that_a_clerk_has_read_is_still_taken_in(
    county: Desk, mailbox: ImapServer, certificates: Certificates, confined: Confined
) -> None:
    mailbox.deliver(mail_of(sample()), "1736500000.1.town")
    imap = mailbox.open(ssl.create_default_context(cafile=str(certificates.root)))
    imap.select("INBOX")
    imap.store("1", "+FLAGS", "\\Seen")
    imap.logout()
    with open_imap(settings(mailbox, certificates), Secret(PASSWORD), IntakeLimits()) as source:
        assert outcomes(take(source, county, confined)) == ["received"]


@pytest.mark.needs_dovecot
def test_a_mail_over_the_limit_is_not_fetched(
    county: Desk, mailbox: ImapServer, certificates: Certificates, confined: Confined
) -> None:
    mailbox.deliver(mail_of(sample()), "1736500000.1.town")
    with open_imap(settings(mailbox, certificates), Secret(PASSWORD), IntakeLimits(message_bytes=100_000)) as source:
        (found,) = take(source, county, confined)
    assert "超过上限 0.1 MB，没有下载" in found.message
    assert found.who == address_of_member(sample().organ.name)
    (kept,) = (county.post / "quarantine").rglob("message.eml")
    assert kept.stat().st_size < 10_000
    sentence = kept.with_name("原因.txt").read_text(encoding="utf-8")
    assert f"发件人：{found.who}" in sentence
    assert "更大的 message_bytes" in sentence
    # the same limit once more, then a higher one
    with open_imap(settings(mailbox, certificates), Secret(PASSWORD), IntakeLimits(message_bytes=100_000)) as source:
        assert take(source, county, confined) == []
    with open_imap(settings(mailbox, certificates), Secret(PASSWORD), IntakeLimits()) as source:
        assert outcomes(take(source, county, confined)) == ["received"]
    assert in_quarantine(county.post, YEAR) == {}


def test_a_report_of_a_year_without_a_list_is_reported_as_that(county: Desk, tmp_path: Path, confined: Confined) -> None:
    inbox = tmp_path / "收到的邮件"
    inbox.mkdir()
    (inbox / "a.eml").write_bytes(mail_of(replace(without_text(sample()), year=YEAR - 1)))
    (found,) = take(open_folder(inbox, IntakeLimits()), county, confined)
    assert f"没有 {YEAR - 1} 年的成员名单" in found.message
    (sentence,) = (county.post / "quarantine").rglob("原因.txt")
    assert f"年度写错的，请该单位改正后重新报送；确是这一年的，在 params/{YEAR - 1}/地区" in sentence.read_text(encoding="utf-8")


def test_a_file_over_the_limit_comes_in_under_a_higher_one(county: Desk, tmp_path: Path, confined: Confined) -> None:
    inbox = tmp_path / "收到的邮件"
    inbox.mkdir()
    (inbox / "a.eml").write_bytes(mail_of(sample()))
    for limit, expected in ((100_000, ["quarantined"]), (100_000, []), (40_000_000, ["received"])):
        assert outcomes(take(open_folder(inbox, IntakeLimits(message_bytes=limit)), county, confined)) == expected


@pytest.mark.needs_dovecot
def test_a_mark_that_was_lost_costs_nothing(
    county: Desk, mailbox: ImapServer, certificates: Certificates, confined: Confined
) -> None:
    mailbox.deliver(mail_of(sample()), "1736500000.1.town")
    with open_imap(settings(mailbox, certificates), Secret(PASSWORD), IntakeLimits()) as source:
        source.mark = lambda item: None  # type: ignore[method-assign]
        take(source, county, confined)
    assert KEYWORD not in flags_of(mailbox, certificates)[0]
    with open_imap(settings(mailbox, certificates), Secret(PASSWORD), IntakeLimits()) as source:
        assert take(source, county, confined) == []
    assert KEYWORD in flags_of(mailbox, certificates)[0]
    assert len([item for item in read_ledger(county.post / "received.jsonl") if item["event"] == "received"]) == 1


@pytest.mark.needs_dovecot
def test_a_server_that_goes_away_loses_nothing(county: Desk, certificates: Certificates, confined: Confined) -> None:
    with imap_server(certificates.server) as server:
        for number, report in enumerate((sample(), sample(OTHER_TOWN))):
            server.deliver(mail_of(report), f"173650000{number}.1.town")
        with open_imap(settings(server, certificates), Secret(PASSWORD), IntakeLimits()) as source:
            found = collect(source, open_intake(county.params, county.post), confined, RULES)
            assert next(found).outcome == "received"
            server.kill()
            with pytest.raises(MailboxGone, match="已收下的不受影响"):
                list(found)
    assert {path.stem for path in params_file(county).parent.glob("[!_]*.yaml")} == {TOWN, OTHER_TOWN}


IMAP_REFUSED = [
    ({"password": "wrong"}, r"不接受用户名或密码（授权码）：(?!b')", "wrong password"),
    ({"mailbox": "年报"}, "邮箱里没有文件夹“年报”", "no such folder, with a Chinese name"),
    ({"security": "plain"}, "没有加密，不连接", "plain text"),
    ({"ca_file": None}, "证书核对不上", "an authority the system does not know"),
]


def test_a_mailbox_without_a_password_is_not_asked() -> None:
    nobody = Imap(host="127.0.0.1", port=9, user=USER)
    with (
        pytest.raises(UsageError, match=r"没有 zwgk 在 127\.0\.0\.1 的密码.*NIANBAO_IMAP_PASSWORD"),
        open_imap(nobody, Secret(""), IntakeLimits()),
    ):
        pass


@pytest.mark.needs_dovecot
@pytest.mark.parametrize(("change", "sentence", "why"), IMAP_REFUSED, ids=[why for *_, why in IMAP_REFUSED])
def test_a_mailbox_that_does_not_open_is_reported(
    server: ImapServer, certificates: Certificates, change: dict[str, object], sentence: str, why: str
) -> None:
    password = str(change.pop("password", PASSWORD))
    with (
        pytest.raises(UsageError, match=sentence),
        open_imap(settings(server, certificates, **change), Secret(password), IntakeLimits()),
    ):
        pass


def test_no_server_listens(certificates: Certificates) -> None:
    away = Imap(host="127.0.0.1", port=9, user=USER, ca_file=certificates.root)
    with pytest.raises(MailboxGone, match="连接中断（对方没有开这个端口"), open_imap(away, Secret(PASSWORD), IntakeLimits()):
        pass


def test_a_maildir(county: Desk, tmp_path: Path, confined: Confined) -> None:
    maildir = tmp_path / "Maildir"
    for name in ("new", "cur", "tmp"):
        (maildir / name).mkdir(parents=True)
    put(maildir / "new", "1736500000.1.host", mail_of(sample()))
    mark = ":" if os.name == "posix" else ";"  # Windows takes no colon in a name
    put(maildir / "cur", f"1736500001.2.host{mark}2,S", mail_of(sample(OTHER_TOWN)))
    opened = open_folder(maildir, IntakeLimits())
    assert isinstance(opened, Maildir)
    assert outcomes(take(opened, county, confined)) == ["received", "received"]
    assert [path.name for path in (maildir / "new").iterdir()] == []
    assert (maildir / "cur" / f"1736500000.1.host{mark}2,S").is_file()
    assert take(opened, county, confined) == []


@pytest.mark.posix_only
def test_a_folder_is_left_as_it_was(county: Desk, inbox: Path, confined: Confined) -> None:
    (inbox / "下级").mkdir()
    put(inbox / "下级", "a.eml", mail_of(sample()))
    put(inbox, "说明.txt", b"not mail")
    (inbox / "link.eml").symlink_to("/etc/hostname")
    before = sorted((path, path.lstat().st_mtime) for path in inbox.rglob("*"))
    assert isinstance(open_folder(inbox, IntakeLimits()), Folder)
    assert outcomes(take(inbox, county, confined)) == ["received"]
    assert sorted((path, path.lstat().st_mtime) for path in inbox.rglob("*")) == before


def test_no_such_folder(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="不存在"):
        open_folder(tmp_path / "none", IntakeLimits())


# ---------------------------------------------------------------- what lies in quarantine


def test_after_the_list_is_mended_quarantine_is_judged_again(county: Desk, inbox: Path, confined: Confined) -> None:
    listed = params_file(county).with_name("_jurisdiction.yaml")
    right = listed.read_text(encoding="utf-8")
    listed.write_text(right.replace("songshi@yunxi.gov.example", "old@yunxi.gov.example"), encoding="utf-8")
    put(inbox, "a.eml", mail_of(sample(), day=10))
    put(inbox, "b.eml", b"From: x@evil.example\r\n\r\nhello\r\n")
    assert outcomes(take(inbox, county, confined)) == ["quarantined", "quarantined"]
    sentence = next(reason for reason in reasons(county) if "松石镇" in reason)
    assert "下一步：请先打电话向云溪县松石镇人民政府核实" in sentence
    assert "改正它的 email，再运行 nianbao collect 加上这个 quarantine 文件夹" in sentence
    assert set(in_quarantine(county.post, YEAR)) == {"songshi@yunxi.gov.example", ORGAN, "x@evil.example"}
    before = {path: path.read_bytes() for path in (county.post / "quarantine").rglob("*") if path.is_file()}
    again = replace(RULES, again=True)
    # nothing was put right yet: it stays
    assert outcomes(take(county.post / "quarantine", county, confined, again)) == ["quarantined", "quarantined"]
    listed.write_text(right, encoding="utf-8")
    assert sorted(outcomes(take(county.post / "quarantine", county, confined, again))) == ["quarantined", "received"]
    assert read_report(params_file(county)) == sample()
    # as of the day it came, and no longer told of
    assert receipts(county.post, YEAR, COUNTY)[TOWN].first.day == 10
    assert set(in_quarantine(county.post, YEAR)) == {"x@evil.example"}
    assert {path: path.read_bytes() for path in (county.post / "quarantine").rglob("*") if path.is_file()} == before
    # once more, and once more by the ordinary way: nothing is doubled
    assert sorted(outcomes(take(county.post / "quarantine", county, confined, again))) == ["duplicate", "quarantined"]
    assert take(inbox, county, confined) == []
    assert receipts(county.post, YEAR, COUNTY)[TOWN].versions == 1


def test_an_unreadable_list_keeps_back_its_own_area_only(county: Desk, inbox: Path, confined: Confined) -> None:
    nested = county.params / str(YEAR) / "邻县" / "_jurisdiction.yaml"
    nested.parent.mkdir()
    nested.write_text("members: [\n", encoding="utf-8")
    stranger = without_text(replace(sample(), organ=Organ(name="邻县山前镇人民政府")))
    put(inbox, "a.eml", mail_of(sample()))
    put(inbox, "b.eml", mail_of(stranger, sender="shanqian@lin.gov.example"))
    assert sorted(outcomes(take(inbox, county, confined))) == ["quarantined", "received"]
    (reason,) = reasons(county)
    assert "有成员名单读不出，不知道“邻县山前镇人民政府”是不是它的成员" in reason
    assert "请改正这份名单，再运行 nianbao collect" in reason
    member = "{name: 邻县山前镇人民政府, file: 山前镇, email: shanqian@lin.gov.example}"
    nested.write_text(f"name: 邻县人民政府\nmembers:\n  - {member}\n", encoding="utf-8")
    again = take(county.post / "quarantine", county, confined, replace(RULES, again=True))
    assert outcomes(again) == ["received"]
    assert nested.with_name("山前镇.yaml").is_file()


@pytest.mark.posix_only
def test_a_linked_area_has_its_members(county: Desk, inbox: Path, confined: Confined, tmp_path: Path) -> None:
    place = params_file(county).parent
    place.rename(tmp_path / "共享")
    place.symlink_to(tmp_path / "共享", target_is_directory=True)
    put(inbox, "a.eml", mail_of(sample()))
    assert outcomes(take(inbox, county, confined)) == ["received"]
    assert (tmp_path / "共享" / params_file(county).name).is_file()


def test_every_reason_says_what_to_do_next(county: Desk, inbox: Path, confined: Confined) -> None:
    stranger = replace(sample(), organ=Organ(name="云溪县无名镇人民政府"))
    put(inbox, "a.eml", mail_of(stranger, sender="x@yunxi.gov.example"))
    put(inbox, "b.eml", mail_of(sample(), pdf=b"%PDF-1.7 nothing"))
    take(inbox, county, confined)
    every_reason = reasons(county)
    assert all("\n下一步：" in reason for reason in every_reason)
    assert any("补上这个单位" in reason for reason in every_reason)
    assert any("重新报送" in reason for reason in every_reason)


def test_a_touched_file_is_recognised_by_its_bytes(county: Desk, inbox: Path, confined: Confined) -> None:
    path = put(inbox, "a.eml", mail_of(sample()))
    take(inbox, county, confined)
    os.utime(path, (path.stat().st_mtime + timedelta(days=1).total_seconds(),) * 2)
    assert outcomes(take(inbox, county, confined)) == ["duplicate"]


def test_two_empty_files_are_two_uploads_that_went_wrong(county: Desk, inbox: Path, confined: Confined) -> None:
    put(inbox, "松石镇.pdf", b"")
    put(inbox, "㙍垯镇.pdf", b"")
    found = take(inbox, county, confined)
    assert outcomes(found) == ["quarantined", "quarantined"]
    folders = list((county.post / "quarantine").iterdir())
    assert len(folders) == 2, "each keeps where it came from"
    assert outcomes(take(inbox, county, confined)) == []


@pytest.mark.parametrize(
    ("sent", "before", "is_doubtful"),
    [
        ("2025-01-06T09:00:00+08:00", ["2025-01-12T09:00:00+08:00"], True),
        ("2025-01-12T09:00:00+08:00", ["2025-01-12T02:00:00+00:00", "2025-01-06T09:00:00+08:00"], True),
        ("2025-01-12T09:00:00+08:00", ["2025-01-06T09:00:00+08:00"], False),
        ("2025-01-16T09:00:00+08:00", ["2026-01-12T09:00:00+08:00"], False),  # a clock one year ahead
        ("", ["2025-01-06T09:00:00+08:00"], False),
        ("2025-01-06T09:00:00+08:00", [""], False),
    ],
)
def test_a_correction_that_was_sent_before_what_it_corrects_is_doubted(sent: str, before: list[str], is_doubtful: bool) -> None:
    """A mail that a server kept for days comes after the newer one, and its time of arrival does not show it."""
    arrival = {"received_at": "2025-01-15T00:00:00+00:00"}
    assert _sent_before(sent, [arrival | ({"sent_at": moment} if moment else {}) for moment in before]) is is_doubtful
