"""Send one organ's report upward (报送): find its files, check that it may be sent and was not sent before, write the letter.

In: a params file, the folder of finished files, the outbox. Out: ``ReportDelivery`` per recipient, with the sentence for the
clerk. A report with errors, or whose PDF does not say what the params say, does not go; the same PDF goes once; a
changed one goes as 更正.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr
from itertools import pairwise
from pathlib import Path
from typing import Literal

from toolkit.building.batch import output_folder
from toolkit.checks.assembly import judge_file
from toolkit.core.errors import NianbaoError, ParamsUnreadable, UsageError
from toolkit.core.files import save_bytes, sha256_of
from toolkit.dispatch.intake.inspecting import RefusedPdf
from toolkit.dispatch.intake.reading_back import read_back
from toolkit.dispatch.ledger import LedgerRecord, moment_of
from toolkit.dispatch.letters.cover import cover_letter
from toolkit.dispatch.letters.message import Letter, MailAttachment, address_of, letter_bytes, letter_words, report_letter
from toolkit.dispatch.letters.sending import Outbox
from toolkit.dispatch.settings import Mail
from toolkit.dispatch.signatures.checking import GOOD
from toolkit.exporters.finished import file_stem
from toolkit.report import Report
from toolkit.report.embedded import report_digest
from toolkit.report.jurisdiction import governing_list, read_jurisdiction
from toolkit.report.neighbours import original_of
from toolkit.report.opinion import DONE_NAMES, Answer, answers, opinion_beside

State = Literal["sent", "already", "refused", "unanswered", "not_ready", "written"]


class NotReady(NianbaoError):
    """A report may not be sent yet; the sentence says what to do first."""


@dataclass(frozen=True, slots=True)
class LetterFiles:
    """A report and the finished files that go with the letter, the PDF first.

    ``done`` says what was done about each item of the opinion with which an earlier version was returned.
    """

    report: Report
    enclosures: tuple[MailAttachment, ...]
    done: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """SHA-256 of the PDF, which decides whether it was sent before."""
        return sha256_of(self.enclosures[0].data)


@dataclass(frozen=True, slots=True)
class ReportDelivery:
    """The outcome of sending one report to one recipient."""

    params: Path
    to: str
    state: State
    message: str
    message_id: str = ""
    correction: bool = False


def finished_report(params: Path, outputs: Path, formats: Sequence[str] = ("pdf",)) -> LetterFiles:
    """The report of a params file with its finished files.

    Raises:
        NotReady: a copy of another file, errors left, a file not built yet, a PDF that does not agree with the params.
        ParamsUnreadable: the params file cannot be read.
    """
    if original := original_of(params):
        keep = "同一个单位请只留一份；要报的是这一份的，请删去那一份，把这份改名；是另一个单位的，请改正机关名称"
        raise NotReady(f"像是 {original.name} 的副本，不能报送：{keep}")
    verdict = judge_file(params)
    report, errors = verdict.report, verdict.errors
    if errors:
        raise NotReady(f"还有 {len(errors)} 处错误，不能报送：{errors[0].message}。请改正后用 nianbao build 重新生成")
    paths = [finished_path(params, report, outputs, name) for name in formats]
    missing = [path.name for path in paths if not path.is_file()]
    if missing:
        raise NotReady(f"还没有生成 {'、'.join(missing)}，请先运行 nianbao build")
    _agrees(report, paths[0].read_bytes())
    opinion, open_places = opinion_beside(params), {(item.code, item.place) for item in verdict.findings}
    done = tuple(map(_answer_line, answers(opinion, report, open_places))) if opinion else ()
    return LetterFiles(report, tuple(MailAttachment(path.name, path.read_bytes()) for path in paths), done)


def _answer_line(answer: Answer) -> str:
    """What was done about one item of the opinion, as a line of the letter."""
    text = answer.words if answer.done == "open" else f"{DONE_NAMES[answer.done]}：{answer.words}"
    return f"{answer.item.number}. {answer.item.message}——{text}"


def finished_path(params: Path, report: Report, outputs: Path, suffix: str) -> Path:
    """The path of a finished file of ``nianbao build``."""
    return outputs / output_folder(params) / f"{file_stem(report.title)}.{suffix}"


def recipients(params: Path, report: Report, mail: Mail) -> tuple[str, ...]:
    """The recipients of the report: ``[mail] to``, or for a jurisdiction's own report its superior.

    Raises:
        UsageError: no recipient is configured, or one is not a mail address: nothing is sent to any of them.
    """
    if mail.to:
        for to in mail.to:
            address_of(to)
        return mail.to
    place = governing_list(params)
    jurisdiction = read_jurisdiction(place) if place else None
    if jurisdiction and jurisdiction.reports_to.address and jurisdiction.name == report.organ.name:
        superior = jurisdiction.reports_to
        return (f"{superior.name} <{superior.address}>" if superior.name else superior.address,)
    raise UsageError('没有写明报送到哪里，请在 nianbao.toml 写明：[mail] to = ["单位名称 <邮箱地址>"]')


def send_report(params: Path, finished: LetterFiles, to: str, mail: Mail, outbox: Outbox) -> ReportDelivery:
    """Send a finished report to one recipient, unless it was sent before."""
    earlier = _earlier(outbox, finished.report, to)
    latest = earlier[-1] if earlier else None
    same = latest if latest and latest["pdf_sha256"] == finished.digest else None
    if same and (answered := _sent_at(outbox, str(same["message_id"]))):
        day = answered.astimezone().strftime("%Y-%m-%d %H:%M")
        message = f"已于 {day} 报送过，内容没有变化，不再重复"
        return ReportDelivery(params, to, "already", message, str(same["message_id"]), bool(same["correction"]))
    if same and _goes_again(same, finished, mail, outbox):
        message_id, correction = str(same["message_id"]), bool(same["correction"])
    else:
        letter = make_letter(finished, to, mail, outbox, earlier)
        message_id, correction = letter.message_id, bool(letter.answers)
        outbox.prepare(letter, _about(finished, len(earlier) + 1, correction))
    delivery = outbox.deliver(message_id)
    return ReportDelivery(params, to, delivery.outcome, delivery.message, message_id, correction)


def _goes_again(prepared: LedgerRecord, finished: LetterFiles, mail: Mail, outbox: Outbox) -> bool:
    """Whether to resend the letter in the outbox unchanged: it may have arrived, or a new one would be the same.

    A sender or enclosures that a server refused and the clerk put right make another letter.
    """
    if not outbox.letter_path(str(prepared["message_id"])).is_file():  # somebody tidied up
        return False
    as_now = (address_of(mail.sender), [item.name for item in finished.enclosures])
    return bool(_left_at(outbox, str(prepared["message_id"]))) or as_now == (prepared["sender"], prepared["files"])


def make_letter(
    finished: LetterFiles, to: str, mail: Mail, outbox: Outbox, earlier: Sequence[LedgerRecord] | None = None
) -> Letter:
    """The letter for now: a first report, or a 更正 of the last one sent."""
    earlier = _earlier(outbox, finished.report, to) if earlier is None else earlier
    left = [(item, moment) for item in earlier if (moment := _left_at(outbox, str(item["message_id"])))]
    return report_letter(
        finished.report, finished.enclosures, sender=mail.need_sender(), to=to, date=outbox.now(), version=len(earlier) + 1,
        corrects=left[-1][1].astimezone() if left else None, answers=str(left[-1][0]["message_id"]) if left else "",
        done=finished.done, cover=cover_letter if "letter" in mail.attach else None,
    )  # fmt: skip


def send_all(
    files: Iterable[Path], outputs: Path, mail: Mail, outbox: Outbox, *, dry_run: bool = False
) -> Iterator[ReportDelivery]:
    """Send each report to each recipient; a failure is reported and stops no other letter.

    With ``dry_run`` letters are written as ``.eml`` beside the outbox; ledger and servers are not touched.
    """
    for params in files:
        try:
            finished = finished_report(params, outputs, mail.formats)
            for to in recipients(params, finished.report, mail):
                yield (write_letter if dry_run else send_report)(params, finished, to, mail, outbox)
        except NotReady as error:
            yield ReportDelivery(params, "", "not_ready", str(error))
        except ParamsUnreadable as error:
            yield ReportDelivery(params, "", "not_ready", f"读不出来：{error.problems[0]}")


def write_cover(params: Path, outputs: Path, mail: Mail, now: datetime) -> Path:
    """Write the 报送函 of a finished report as a Word file beside it, addressed to the first recipient; its path.

    Raises:
        NotReady: the report may not be sent yet.
        ParamsUnreadable: the params file cannot be read.
        UsageError: a recipient is not a mail address.
    """
    finished = finished_report(params, outputs, mail.formats)
    report = finished.report
    try:
        to = parseaddr(recipients(params, report, mail)[0])[0]
    except UsageError:
        if mail.to:
            raise
        to = ""
    words = letter_words(report, [item.name for item in finished.enclosures], to, now, done=finished.done)
    path = finished_path(params, report, outputs, "pdf").with_name(f"{report.organ.name}{words.title}.docx")
    save_bytes(path, cover_letter(words))
    return path


def write_letter(params: Path, finished: LetterFiles, to: str, mail: Mail, outbox: Outbox) -> ReportDelivery:
    """Write the letter for now as a file that any mail program opens."""
    letter = make_letter(finished, to, mail, outbox)
    path = outbox.folder.parent / "dry-run" / f"{params.stem}-{address_of(to).replace('@', '_at_')}.eml"
    save_bytes(path, letter_bytes(letter))
    return ReportDelivery(params, to, "written", f"邮件已写成 {path}，没有发送", letter.message_id, bool(letter.answers))


def _agrees(report: Report, pdf: bytes) -> None:
    try:
        back = read_back(pdf)
    except RefusedPdf as error:
        raise NotReady(f"成品 PDF 不能报送：{error}") from error
    if back.digest != report_digest(report):
        raise NotReady("填报数据在生成 PDF 以后改过，请重新运行 nianbao build")
    if back.differences:
        raise NotReady(f"成品 PDF 与填报数据不符：{back.differences[0]}")
    if back.draft:
        raise NotReady("成品 PDF 是草稿，不能报送，请重新运行 nianbao build 生成正式报告")
    if back.signature.state not in GOOD:
        raise NotReady(f"成品 PDF 的签名不能用：{back.signature.message}")


def _earlier(outbox: Outbox, report: Report, to: str) -> list[LedgerRecord]:
    """Earlier letters to this recipient about the same organ and year, the oldest first."""
    about = {"year": report.year, "organ": report.organ.name, "to": address_of(to)}
    of_organ = outbox.ledger.find("organ", report.organ.name)
    return [item for item in of_organ if item["event"] == "prepared" and about.items() <= item.items()]


def _sent_at(outbox: Outbox, message_id: str) -> datetime | None:
    of_letter = outbox.ledger.find("message_id", message_id)
    return next((moment_of(item["at"]) for item in of_letter if item["event"] == "sent"), None)


def _left_at(outbox: Outbox, message_id: str) -> datetime | None:
    """When a letter was sent, or may have been sent without an answer; ``None`` when it certainly was not."""
    events = [item for item in outbox.ledger.find("message_id", message_id) if item["event"] != "prepared"]
    # an attempt that nothing follows, or another attempt: the program was killed in the middle of it
    doubtful = [
        item for item, after in pairwise([*events, {"event": "attempt"}])
        if item["event"] in ("sent", "unanswered") or item["event"] == after["event"] == "attempt"
    ]  # fmt: skip
    if not doubtful or events[-1]["event"] == "refused":
        return None
    return moment_of(doubtful[-1]["at"])


def _about(finished: LetterFiles, version: int, correction: bool) -> dict[str, object]:
    return {
        "year": finished.report.year, "organ": finished.report.organ.name, "version": version, "correction": correction,
        "pdf_sha256": finished.digest, "files": [item.name for item in finished.enclosures],
    }  # fmt: skip
