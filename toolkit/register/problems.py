"""Find the problems of a request before it is saved: days in the wrong order, outcomes of another edition, names as kinds.

In: a request and today's date. Out: problems, each with field and sentence. A request of the register has none, so that its
counts obey the identities of the form. The errors of a register are here too; each reads as a sentence that a clerk can act on,
without personal data.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from toolkit.core.errors import NianbaoError
from toolkit.register.requests import (
    CHANNELS,
    DISPUTE_KINDS,
    DISPUTE_RESULTS,
    EXTENSION_DAYS,
    FIELD_BY_KEY,
    FIELDS,
    TABLE,
    Dispute,
    Request,
    applicant_kinds,
    form_of,
    outcome_label,
    outcomes_of,
)

# a day of the first field has to be there, and not to be later, when the second is filled in
_ORDER = (
    ("received_on", "correction_asked_on"), ("correction_asked_on", "correction_answered_on"),
    ("correction_asked_on", "correction_due_on"), ("received_on", "third_party_asked_on"),
    ("third_party_asked_on", "third_party_answered_on"), ("received_on", "extended_on"), ("received_on", "fee_notice_on"),
    ("fee_notice_on", "fee_paid_on"), ("received_on", "answered_on"), ("received_on", "withdrawn_on"),
)  # fmt: skip
# what the office does for an answer comes before it; a third party may still write after a withdrawal
_BEFORE_CLOSING = (
    "correction_asked_on", "correction_answered_on", "third_party_asked_on", "third_party_answered_on", "extended_on",
    "fee_notice_on", "fee_paid_on",
)  # fmt: skip
_AFTER_WITHDRAWAL = "third_party_answered_on"
_LONGEST_CORRECTION = timedelta(days=366)
FIRST_DAY = date(2008, 5, 1)  # from which the 条例 is in force (国务院令第492号)
_MAY_BE_AHEAD = {"correction_due_on"}
LONGEST_TEXT = 4000


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One thing wrong with one field."""

    key: str
    sentence: str

    def __str__(self) -> str:
        return f"{FIELD_BY_KEY[self.key].label}：{self.sentence}"


def problems_of(request: Request, today: date) -> list[FieldProblem]:
    """Everything that keeps a request out of the register; empty when it can be kept."""
    return [*_needed(request), *_choices(request), *_days(request, today), *_order(request), *_closing(request),
            *_lapsed(request), *_fee(request), *_parts(request, today), *_disputes(request, today),
            *_long(request)]  # fmt: skip


def _needed(request: Request) -> Iterator[FieldProblem]:
    if not request.number.strip():
        yield FieldProblem("number", "没有填")
    if request.received_on is None:
        yield FieldProblem("received_on", "没有填；写收到申请的日期（条例第三十一条），如 2022-03-05")
    if not request.applicant_kind:
        yield FieldProblem("applicant_kind", f"没有填；应为{'、'.join(applicant_kinds().values())}之一")


def _choices(request: Request) -> Iterator[FieldProblem]:
    if request.channel and request.channel not in CHANNELS:
        yield FieldProblem("channel", f"“{request.channel}”不是{'、'.join(CHANNELS.values())}之一")
    if request.applicant_kind and request.applicant_kind not in applicant_kinds():
        yield FieldProblem("applicant_kind", f"“{request.applicant_kind}”不是{'、'.join(applicant_kinds().values())}之一")


def _days(request: Request, today: date) -> Iterator[FieldProblem]:
    for field in FIELDS:
        day = getattr(request, field.key) if field.kind == "date" else None
        if day is not None and day > today and field.key not in _MAY_BE_AHEAD:
            yield FieldProblem(field.key, f"{day:%Y-%m-%d} 还没有到")
        if day is not None and day < FIRST_DAY:
            yield FieldProblem(field.key, f"{day.isoformat()} 早于《条例》施行的 {FIRST_DAY:%Y-%m-%d}，请核对年份")


def _order(request: Request) -> Iterator[FieldProblem]:
    """Days in an order that cannot be: a step before the one that it follows, or after the answer or withdrawal."""
    for first, second in _ORDER:
        before, after = getattr(request, first), getattr(request, second)
        if after is None:
            continue
        if before is None and first != "received_on":
            yield FieldProblem(second, f"{after:%Y-%m-%d}，而{FIELD_BY_KEY[first].label}没有填")
        elif before is not None and after < before:
            yield FieldProblem(second, f"{after:%Y-%m-%d} 早于{FIELD_BY_KEY[first].label} {before:%Y-%m-%d}")
    asked_on, due = request.correction_asked_on, request.correction_due_on
    if asked_on is not None and due is not None and due - asked_on > _LONGEST_CORRECTION:
        yield FieldProblem("correction_due_on", f"{due:%Y-%m-%d} 在补正告知一年以后，请核对年份")
    yield from _after_closing(request)


def _after_closing(request: Request) -> Iterator[FieldProblem]:
    """Steps dated after the answer or withdrawal that ended the request."""
    end = "answered_on" if request.answered_on else "withdrawn_on"
    closed = request.closed_on
    for key in _BEFORE_CLOSING if closed is not None else ():
        day = getattr(request, key)
        if day is None or closed is None or day <= closed or (key == _AFTER_WITHDRAWAL and end == "withdrawn_on"):
            continue
        advice = "；答复以后才收到的意见，写在备注里" if key == _AFTER_WITHDRAWAL else ""
        yield FieldProblem(key, f"{day:%Y-%m-%d} 晚于{FIELD_BY_KEY[end].label} {closed:%Y-%m-%d}{advice}")


def _closing(request: Request) -> Iterator[FieldProblem]:
    if request.answered_on and request.withdrawn_on:
        yield FieldProblem("withdrawn_on", "已经答复的不能再撤回；答复和撤回只留一个")
    if request.outcome and request.answered_on is None:
        yield FieldProblem("answered_on", f"有办理结果“{_label(request)}”，没有答复日期")
    if request.answered_on is not None and not request.outcome:
        yield FieldProblem("outcome", "有答复日期，没有办理结果")
    closed = request.closed_on
    if closed is None:
        return
    if form_of(closed.year) is None:
        yield FieldProblem("answered_on" if request.answered_on else "withdrawn_on", f"{closed.year} 年没有年报格式，不能计数")
    elif request.outcome and request.answered_on and request.outcome not in outcomes_of(closed.year):
        edition = form_of(closed.year)
        available = f"{edition.id if edition else ''} 版格式的行；{closed.year} 年答复的按该版选择"
        yield FieldProblem("outcome", f"“{_label(request)}”不是 {available}")


def _lapsed(request: Request) -> Iterator[FieldProblem]:
    """逾期不补正 and 逾期不缴费 are contradicted by a correction or payment in time, or by a term that was still running."""
    edition = form_of(request.answered_on.year) if request.answered_on else None
    table = edition.table_by_key[TABLE] if edition else None
    if table is None or table.roles["not_corrected"] == table.roles["not_paid"]:  # 2019: both are 其他处理
        return
    due, corrected, answered = request.correction_due_on, request.correction_answered_on, request.answered_on
    if request.outcome == table.roles["not_corrected"]:
        if corrected is not None and (due is None or corrected <= due):
            yield FieldProblem("outcome", f"“{_label(request)}”，而 {corrected:%Y-%m-%d} 已收到补正")
        elif due is not None and answered is not None and answered <= due:
            yield FieldProblem("outcome", f"“{_label(request)}”，而答复时补正期限 {due:%Y-%m-%d} 还没有过")
    if request.outcome == table.roles["not_paid"] and request.fee_paid_on is not None:
        yield FieldProblem("outcome", f"“{_label(request)}”，而 {request.fee_paid_on:%Y-%m-%d} 已缴费")


def _label(request: Request) -> str:
    day = request.closed_on or request.received_on
    return outcome_label(request.outcome, day.year if day else 0)


def _fee(request: Request) -> Iterator[FieldProblem]:
    if request.fee_yuan is not None and request.fee_yuan < 0:
        yield FieldProblem("fee_yuan", "不能小于 0")
    elif request.fee_yuan is not None and request.fee_notice_on is None:
        yield FieldProblem("fee_notice_on", "有收费金额，没有收费通知日期")
    if request.fee_paid_on is not None and request.fee_yuan is None:
        yield FieldProblem("fee_yuan", "有缴费日期，没有金额")
    if request.extension_days is not None and not 0 < request.extension_days <= EXTENSION_DAYS:
        yield FieldProblem("extension_days", f"应为 1 至 {EXTENSION_DAYS}（条例第三十三条）")
    elif request.extension_days is not None and request.extended_on is None:
        yield FieldProblem("extended_on", "写了延长工作日，没有延期告知日期")


def _parts(request: Request, today: date) -> Iterator[FieldProblem]:
    for number, part in enumerate(request.parts, 1):
        available = outcomes_of(part.answered_on.year)
        if part.outcome not in available:
            yield FieldProblem(
                "parts", f"第 {number} 次答复的结果“{part.outcome or '空'}”不是 {part.answered_on.year} 年格式的行"
            )
        if part.answered_on > today or (request.received_on and part.answered_on < request.received_on):
            yield FieldProblem("parts", f"第 {number} 次答复的日期 {part.answered_on:%Y-%m-%d} 早于收到日期或还没有到")
        elif request.answered_on and part.answered_on > request.answered_on:
            yield FieldProblem("parts", f"第 {number} 次答复晚于最后一次答复 {request.answered_on:%Y-%m-%d}")
        elif request.withdrawn_on and part.answered_on > request.withdrawn_on:
            yield FieldProblem("parts", f"第 {number} 次答复晚于撤回日期 {request.withdrawn_on:%Y-%m-%d}")


def _disputes(request: Request, today: date) -> Iterator[FieldProblem]:
    for number, dispute in enumerate(request.disputes, 1):
        for sentence in _dispute(dispute, request, today):
            yield FieldProblem("disputes", f"第 {number} 件{DISPUTE_KINDS.get(dispute.kind, '')}：{sentence}")
        if dispute in request.disputes[: number - 1]:
            yield FieldProblem("disputes", f"第 {number} 件{DISPUTE_KINDS.get(dispute.kind, '')}与前面的一件完全相同，会计两次")
    reviews = [item.filed_on for item in request.disputes if item.kind == "review"]
    for number, dispute in enumerate(request.disputes, 1):
        if dispute.kind == "lawsuit_after_review" and reviews and dispute.filed_on < min(reviews):
            yield FieldProblem(
                "disputes", f"第 {number} 件复议后起诉：提起日期 {dispute.filed_on:%Y-%m-%d} 早于行政复议 {min(reviews):%Y-%m-%d}"
            )


def _dispute(dispute: Dispute, request: Request, today: date) -> Iterator[str]:
    if dispute.kind not in DISPUTE_KINDS:
        yield f"类别“{dispute.kind}”应为{'、'.join(DISPUTE_KINDS.values())}之一"
    if dispute.filed_on > today or (request.received_on and dispute.filed_on < request.received_on):
        yield f"提起日期 {dispute.filed_on:%Y-%m-%d} 早于收到申请的日期或还没有到"
    if dispute.decided_on and not dispute.filed_on <= dispute.decided_on <= today:
        yield f"审结日期 {dispute.decided_on:%Y-%m-%d} 早于提起日期或还没有到"
    if bool(dispute.decided_on) != bool(dispute.result):
        yield "审结日期和结果要么都填，要么都不填（尚未审结）"
    elif dispute.result and dispute.result not in DISPUTE_RESULTS:
        yield f"结果“{dispute.result}”应为{'、'.join(DISPUTE_RESULTS.values())}之一"


def _long(request: Request) -> Iterator[FieldProblem]:
    for field in FIELDS:
        value = getattr(request, field.key)
        if isinstance(value, str) and len(value) > LONGEST_TEXT:
            yield FieldProblem(field.key, f"超过 {LONGEST_TEXT} 字；长的材料请作为附件")


class RegisterError(NianbaoError):
    """Root of the register's errors."""


class RegisterUnreadable(RegisterError):
    """The file is damaged or no register; ``copy`` is the latest daily copy. ``lost``: what became of one that held requests."""

    def __init__(self, path: Path, copy: Path | None, *, lost: str = "") -> None:
        self.path, self.copy = path, copy
        if copy is None:
            rest = "没有每日副本；请从别处的备份找回这个文件"
        else:
            rest = f"最近的副本是 {copy.stem} 的，可用 nianbao register restore 恢复；坏了的文件会留在旁边，不删除"
        rest += "；确实要从头登记的，先把“_备份”里它的副本移到别处" if lost else ""
        super().__init__(f"台账 {path.name} {lost or '已损坏，或不是台账，打不开'}。{rest}")


class RegisterBusy(RegisterError):
    """Another program is writing, or has the register on a share of the network."""

    def __init__(self, path: Path, *, share: bool) -> None:
        self.path = path
        why = "在网络共享文件夹里，同一时间只能一个人用，现在有别人打开着" if share else "正由别的程序写入，等了几秒还没有写完"
        super().__init__(f"台账 {path.name} {why}；请稍后再试" + ("，或把台账放到各人都能登录的服务器上" if share else ""))


class RegisterUnwritable(RegisterError):
    """The register cannot be opened or written; the reason is in the sentence."""


class NumberTaken(RegisterError):
    """Another request has the number."""

    def __init__(self, number: str) -> None:
        self.number = number
        super().__init__(f"申请编号“{number}”已经有了；请换一个编号，或打开那一件来改")


class NotKept(RegisterError):
    """A request has problems and was not saved; the register is unchanged."""

    def __init__(self, problems: Sequence[FieldProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("；".join(map(str, problems)))


class ChangedMeanwhile(RegisterError):
    """Another user changed the same fields after this record was read."""

    def __init__(self, number: str, keys: Sequence[str], who: str) -> None:
        self.number, self.keys, self.who = number, tuple(keys), who
        names = "、".join(FIELD_BY_KEY[key].label for key in keys)
        super().__init__(f"{number}的{names}刚由{who or '别人'}改过，没有覆盖；请看过现在的内容再改")


class NoSuchRequest(RegisterError):
    """No request has this number."""

    def __init__(self, number: str) -> None:
        self.number = number
        super().__init__(f"台账里没有编号为“{number}”的申请")
