"""Process incoming mail (收件): each message becomes a params file of its year, or is quarantined with the reason.

In: a source, an intake, confined processes. Out: ``IntakeResult`` per message. The order of steps is the promise: first
the files, then the ledger's line, then the mark at the source, each on disk before the next. A kill between any two
leaves work to do again and nothing lost or doubled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from toolkit.core.dates import now
from toolkit.core.errors import CannotWrite, ParamsUnreadable
from toolkit.core.files import sha256_of
from toolkit.dispatch.intake.confined import Confined
from toolkit.dispatch.intake.examining import Examined, Kind, MailReport
from toolkit.dispatch.intake.incoming import Incoming, IntakeResult, MailboxGone, MailSource
from toolkit.dispatch.intake.inspecting import RefusedPdf
from toolkit.dispatch.intake.judging import judge
from toolkit.dispatch.intake.reading_back import ReadBack
from toolkit.dispatch.intake.scans import figures_of
from toolkit.dispatch.intake.sealed import Arrival, findings_of, keep_copy, note_duplicate
from toolkit.dispatch.intake.store import Intake, ReportPlace, is_draft, received_record
from toolkit.dispatch.ledger import moment_of, timestamp
from toolkit.report.reading import read_report, report_from_yaml


@dataclass(frozen=True)
class Rules:
    """The county's requirements beyond a valid PDF, and its clock.

    ``again``: judge quarantined mail once more, after the member list, trust list or limits were corrected.
    """

    signature_required: bool = False
    again: bool = False
    now: Callable[[], datetime] = now


def collect(source: MailSource, intake: Intake, confined: Confined, rules: Rules) -> Iterator[IntakeResult]:
    """Process every new message of a source.

    Raises:
        MailboxGone: the source went away; what was fetched before is taken in first.
    """
    gone: list[MailboxGone] = []
    for item, examined, pdf in confined.examine_all(_questions(source, intake, rules.again, gone)):
        waits = False
        for result in _take_in_all(item, examined, pdf, intake, rules):
            waits = waits or result.outcome == "waiting"
            yield result
        if not gone and not waits:
            _mark(source, item, gone)
    if not gone:
        source.finish()
    if gone:
        raise gone[0]


def _questions(
    source: MailSource, intake: Intake, again: bool, gone: list[MailboxGone]
) -> Iterator[tuple[Incoming, bytes, Kind, datetime | None]]:
    try:
        for arrival in source.incoming((lambda _: False) if again else intake.known.__contains__):
            item = _as_it_came(arrival, intake) if again else arrival
            # a mail that is refused unread has its headers, which name the sender to call
            yield item, b"" if item.refusal and item.kind == "pdf" else item.raw, item.kind, item.received_at
    except MailboxGone as error:
        gone.append(error)


def _as_it_came(item: Incoming, intake: Intake) -> Incoming:
    """A quarantined message with the time of its first arrival, and the account that put it into a drop box."""
    came = intake.quarantined(sha256_of(item.raw), item.source.partition("/")[0])
    if came is None:
        return item
    return replace(item, received_at=moment_of(came["received_at"]), dated=True, account=str(came.get("account", "")))


def _mark(source: MailSource, item: Incoming, gone: list[MailboxGone]) -> None:
    try:
        source.mark(item)
    except MailboxGone as error:
        gone.append(error)


def _take_in_all(item: Incoming, examined: Examined, pdf: bytes, intake: Intake, rules: Rules) -> Iterator[IntakeResult]:
    """Judge and store every report of one message; the message is done with when all of them are."""
    others = [report for report in examined.others if report.examined.copy or not report.examined.beside]
    if not others:
        unread = len(examined.others)
        only = _take_in(item, replace(examined, others=()), pdf, intake, rules)
        yield replace(only, message=f"{only.message}；另有 {unread} 个扫描的附件，不是年报或读不出，没有归档") if unread else only
        return
    waits = False
    for report in (MailReport(replace(examined, others=()), pdf), *others):
        result = _take_in(item, report.examined, report.data, intake, rules, f"-{report.examined.pdf_sha256[:12]}")
        waits = waits or result.outcome == "waiting"
        yield result
    if not rules.again and not waits:
        whole = {"source": item.source, "raw_sha256": sha256_of(item.raw)}
        intake.record({"event": "unpacked", "at": timestamp(rules.now()), **whole, "reports": 1 + len(others)})


def _take_in(item: Incoming, examined: Examined, pdf: bytes, intake: Intake, rules: Rules, part: str = "") -> IntakeResult:
    """Judge and store one report; on return it is on disk and in the ledger. ``part`` tells it from others of the same mail."""
    # two empty files are not the same report: each is an upload of somebody that went wrong
    raw_sha256 = sha256_of(item.raw if item.raw.strip() else item.source.encode()) + part
    received_at = _received_at(item, examined, rules.now())
    # a refused file of another account in a drop box does not refuse the member's own
    if raw_sha256 in (intake.taken if rules.again or item.account else intake.known):
        # the same bytes came another way before: by mailbox and folder, or as a touched file
        if not part:
            intake.record({"event": "duplicate", "at": timestamp(rules.now()), "source": item.source, "raw_sha256": raw_sha256})
        return IntakeResult("duplicate", _who(item, examined), "以前收过同一份，不再处理")
    message_id = examined.envelope.message_id and examined.envelope.message_id + part
    about: dict[str, object] = {
        "source": item.source + part, "raw_sha256": raw_sha256, "received_at": timestamp(received_at),
        "message_id": message_id, "sender": "、".join(examined.envelope.senders),
        "subject": examined.envelope.subject, "pdf_sha256": examined.pdf_sha256,
        **({"account": item.account} if item.account else {}), **({"part": True} if part else {}),
        **({"sent_at": examined.envelope.date} if examined.envelope.date else {}),
    }  # fmt: skip
    try:
        place = judge(item, examined, intake, signature_required=rules.signature_required)
    except RefusedPdf as error:
        if rules.again:  # it stays in quarantine unchanged
            return IntakeResult("quarantined", "、".join(examined.envelope.senders) or item.source.partition("/")[0], str(error))
        is_letter = _is_letter(examined, intake)
        words = _letter(item, examined) if is_letter else _reason(item, examined, error)
        sender, organ = next(iter(examined.envelope.senders), ""), _organ(examined)
        folder = intake.quarantine(item.raw, item.kind, received_at, words, item.account, sender, organ)
        entry = {"organ": organ, "reason": str(error), "folder": folder}
        intake.record({"event": "letter" if is_letter else "quarantined", "at": timestamp(rules.now()), **about, **entry})
        if is_letter:
            kind, subject = "自动回复" if examined.is_automatic else "没有附件", examined.envelope.subject or "（没有主题）"
            words = subject if subject.startswith(f"{kind}：") else f"{kind}：{subject}"
            return IntakeResult("letter", _who(item, examined), f"{words}（{folder}）")
        return IntakeResult("quarantined", _who(item, examined), str(error))
    try:
        arrival = Arrival(about, received_at, pdf, rules.now())
        return keep_copy(place, arrival, examined.copy, intake) if examined.copy else _keep(place, arrival, examined, intake)
    except CannotWrite as error:
        if error.path != intake.params_path(place):  # the post folder: no other mail could be kept either
            raise
        return IntakeResult("waiting", place.member.name, f"{error}。下次收件时再收")


def _is_letter(examined: Examined, intake: Intake) -> bool:
    """Whether a mail without attachment asks for nothing: its sender's report is here, or a program sent it in reply."""
    senders = examined.envelope.senders
    return examined.is_automatic or (examined.is_letter and len(senders) == 1 and intake.has_report(senders[0]))


def _organ(examined: Examined) -> str:
    reading = examined.back or examined.copy
    return reading.organ if reading else ""


def _who(item: Incoming, examined: Examined) -> str:
    """Claimed sender, or the file name when there is none."""
    name = item.source.partition(":")[0]
    return "、".join(examined.envelope.senders) or ("没有写明发件人的邮件" if name == "imap" else name)


def _keep(place: ReportPlace, arrival: Arrival, examined: Examined, intake: Intake) -> IntakeResult:
    back = examined.back
    assert back
    versions = list(intake.versions(place))  # before the records below
    before = [item for item in versions if is_draft(item) == back.draft]
    if _came_before(examined, before):
        return note_duplicate(place, arrival, intake)
    older = any(str(item["received_at"]) > timestamp(arrival.received_at) for item in before)
    shelved = older or (back.draft and len(versions) > len(before))  # no draft replaces a formal report
    version = intake.store(place, arrival.received_at, arrival.data, back.params, in_force=not shelved)
    facts = {"version": version, "digest": back.digest, "rules": back.rules_version, "signature": back.signature.state}
    same = not back.draft and _is_pdf_of_document(before, back, intake, place)
    marks = {key: True for key, marked in (("draft", back.draft), ("same", same)) if marked}
    intake.record(received_record(place, arrival.now, **arrival.about, **facts, **marks))
    if back.draft:
        collected = IntakeResult("draft", place.member.name, _DRAFT_SHELVED if shelved else f"{place.year} 年{_DRAFT_KEPT}")
    elif same:
        collected = IntakeResult("received", place.member.name, f"{place.year} 年年报的电子原件，数字与先前报来的文件一致")
    else:
        collected = _collected_as(place, examined, before, older=older)
    if back.signature.state == "unverified":
        collected = replace(collected, message=f"{collected.message}；{back.signature.message}")
    if shelved:
        return collected
    return replace(collected, findings=findings_of(place, arrival, intake))


def _is_pdf_of_document(before: list[dict[str, object]], back: ReadBack, intake: Intake, place: ReportPlace) -> bool:
    """Whether all that came before were Word or Excel files, and the last has the figures of this PDF."""
    if not before or not all(record.get("copied") for record in before):
        return False
    latest = intake.version_folder(place) / f"{before[-1]['version']}.yaml"
    with suppress(ParamsUnreadable, OSError):
        return figures_of(read_report(latest)) == figures_of(report_from_yaml(back.params.encode("utf-8")))
    return False


def _collected_as(place: ReportPlace, examined: Examined, before: list[dict[str, object]], *, older: bool) -> IntakeResult:
    """The outcome of a formal report that was stored, given the formal reports ``before`` it."""
    if older:
        return IntakeResult("older", place.member.name, "比已收到的早，只存档，不作为现行版本")
    if before:
        again = [at for at, record in enumerate(before, 1) if record["pdf_sha256"] == examined.pdf_sha256]
        doubt = f"；与第 {again[-1]} 版完全相同，请确认不是误发了旧版" if again else ""
        if not again and _sent_before(examined.envelope.date, before):
            doubt = "；邮件写明的发出时间比已收到的版本早，请确认不是迟到的旧版"
        message = f"第 {len(before) + 1} 版，替换了以前的版本（旧版已存档）{doubt}"
        return IntakeResult("corrected", place.member.name, message)
    return IntakeResult("received", place.member.name, f"{place.year} 年年报")


def _sent_before(sent: str, before: Sequence[Mapping[str, object]]) -> bool:
    """Whether a mail says that it was sent before one that is here: a server may have kept it for days."""
    others = [
        min(moment_of(str(record["sent_at"])), moment_of(str(record["received_at"])))
        for record in before
        if record.get("sent_at")
    ]  # a clock that is ahead lets a mail be sent after its arrival
    return bool(sent and others) and datetime.fromisoformat(sent) < max(others)


_DRAFT_KEPT = "年报的草稿，已存为填报数据供核对；正式报告还没有报来"
_DRAFT_SHELVED = "已收到正式的年报或更新的草稿，这份草稿只存档，不作为现行版本"


def _came_before(examined: Examined, before: list[dict[str, object]]) -> bool:
    """A duplicate: the same mail again (its answer was lost), or the current version once more."""
    if not before:
        return False
    same = [record for record in before if record["pdf_sha256"] == examined.pdf_sha256]
    latest = max(before, key=lambda record: str(record["received_at"]))
    message_id = examined.envelope.message_id
    return latest in same or any(message_id and record["message_id"] == message_id for record in same)


def _received_at(item: Incoming, examined: Examined, now: datetime) -> datetime:
    """The time of arrival: from the server or the file, for a saved mail from its Date, but never in the future."""
    moment = item.received_at
    if not item.dated and examined.envelope.date:
        moment = datetime.fromisoformat(examined.envelope.date)
    return min(moment, now)


_ASK_AGAIN = "请该单位按上面的原因改正后重新报送；nianbao status 加 --remind 有催报的文字"


def _letter(item: Incoming, examined: Examined) -> str:
    """What is kept beside a mail without attachment from an organ whose report came."""
    envelope = examined.envelope
    why = "这是邮件系统的自动回复" if examined.is_automatic else "这个单位的年报已经收到"
    return "\n".join((f"来信，没有附件；{why}，不影响报送情况。", "",
                      f"发件人：{'、'.join(envelope.senders)}", f"主题：{envelope.subject or '（没有写明）'}"))  # fmt: skip


def _reason(item: Incoming, examined: Examined, error: RefusedPdf) -> str:
    envelope = examined.envelope
    lines = [
        f"未收入，原因：{error}",
        f"下一步：{error.next_step or _ASK_AGAIN}",
        "",
        f"来源：{item.source}",
        f"收到时间：{item.received_at.astimezone():%Y-%m-%d %H:%M}",
    ]
    if item.kind == "mail":
        lines += [f"发件人：{'、'.join(envelope.senders) or '（没有写明）'}", f"主题：{envelope.subject or '（没有写明）'}"]
    return "\n".join(lines)
