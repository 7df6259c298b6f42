"""The state of each member's report (办理状态), derived from one append-only ledger of receipts and decisions.

In: the records of ``received.jsonl``: what came in, and what the office decided (``reviewing``, ``returned``,
``accepted``, ``published``), each with its moment, the officer's name and the SHA-256 of the canonical params. Out: the
steps of a report in order, and its state. An acceptance holds for the version it names: another one is a correction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from toolkit.dispatch.ledger import LedgerRecord, moment_of, timestamp

Stage = Literal["missing", "draft", "received", "reviewing", "returned", "resubmitted", "accepted", "corrected", "published"]
STAGE_NAMES: dict[str, str] = {  # by ``Stage``
    "missing": "未报", "draft": "未报（草稿）", "received": "已收", "reviewing": "审核中", "returned": "退回",
    "resubmitted": "已收（更正）", "accepted": "通过", "corrected": "已收（更正）", "published": "已公开",
}  # fmt: skip
Decision = Literal["reviewing", "returned", "accepted", "published"]
DECISIONS: tuple[Decision, ...] = ("reviewing", "returned", "accepted", "published")


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a report: what happened when, by whose hand, to which version (``digest``).

    ``note`` is what else the ledger says: the day to answer by (``returned``), the address (``published``).
    """

    event: str
    at: datetime
    hand: str = ""
    digest: str = ""
    note: str = ""
    draft: bool = False
    differing: int = 0  # places where the published page is not what was accepted
    copied: str = ""  # the format of a report that was read from a Word or Excel file or a scan
    unverified: bool = False  # signed, and nothing to check the signature with was installed
    same: bool = False  # the PDF of a report that had come as a Word file, which corrects nothing

    @property
    def day(self) -> date:
        return self.at.astimezone().date()

    @property
    def name(self) -> str:
        """The step in Chinese, as the county's letters and tables have it."""
        return "收到草稿" if self.draft else STAGE_NAMES[self.event]


@dataclass(frozen=True, slots=True)
class Status:
    """Where a report is on its way, since when, and who put it there."""

    stage: Stage
    day: date | None = None
    hand: str = ""
    answer_by: date | None = None  # of a returned report
    returns: int = 0  # how often it was returned
    differing: int = 0  # places where the published page is not what was accepted
    unchecked: bool = False  # read from a document, and not yet compared by a person (待核对)
    unverified: bool = False  # its signature was not checked, and nobody has decided on it yet

    @property
    def words(self) -> str:
        """The state for a table, with day and hand: ``退回 01-22 王某``."""
        day = self.day.strftime("%m-%d") if self.day else ""
        name = STAGE_NAMES[self.stage] + ("，待核对" if self.unchecked else "，签名未核对" if self.unverified else "")
        return " ".join(text for text in (name, day, self.hand) if text)


MISSING = Status("missing")


def decision_record(
    decision: Decision, key: Mapping[str, object], organ: str, now: datetime, hand: str, digest: str, **more: object
) -> LedgerRecord:
    """A line of the ledger for a decision on the report at ``key`` (year, place, file)."""
    return {"event": decision, "at": timestamp(now), **key, "organ": organ, "hand": hand, "digest": digest, **more}


def steps_by_file(records: Iterable[LedgerRecord], year: int, place: str) -> dict[str, tuple[Step, ...]]:
    """The steps of every member's report of one jurisdiction's year, by the name of the params file."""
    of_place = (item for item in records if item.get("place") == place)
    return {file: steps for (_, file), steps in steps_by_place(of_place, year).items()}


def steps_by_place(records: Iterable[LedgerRecord], year: int) -> dict[tuple[str, str], tuple[Step, ...]]:
    """The steps of every report of a year, by the folder of its jurisdiction and the name of the params file."""
    steps_by_organ: dict[tuple[str, str], list[Step]] = {}
    for item in records:
        if item["event"] in ("received", *DECISIONS) and item["year"] == year:
            steps_by_organ.setdefault((item["place"], item["file"]), []).append(_step(item))
    return {key: tuple(steps) for key, steps in steps_by_organ.items()}


def _step(item: LedgerRecord) -> Step:
    when = item["received_at"] if item["event"] == "received" else item["at"]
    if item.get("published_on"):  # the day on the page, not that on which an officer looked at it
        when = f"{item['published_on']}T12:00:00"
    note = str(item.get("answer_by") or item.get("address") or "")
    hand, digest = str(item.get("hand", "")), str(item.get("digest", ""))
    copied = str(item.get("copied") or ("scan" if item.get("scan") else ""))
    differing = int(item.get("differences", 0)) if item["event"] == "published" else 0
    draft, unverified, same = bool(item.get("draft", False)), item.get("signature") == "unverified", bool(item.get("same"))
    return Step(item["event"], moment_of(when), hand, digest, note, draft, differing, copied, unverified, same)


@dataclass(frozen=True, slots=True)
class Received:
    """What came of one member's report: first and latest day, and how many versions.

    ``draft``: nothing but drafts (草稿) came; then the days and the number are those of the drafts.
    """

    first: date
    latest: date
    versions: int
    draft: bool = False


def receipt_of(steps: Sequence[Step]) -> Received | None:
    """What came, ``None`` for nothing. Drafts count only until a report arrives: a report after a draft is not a correction."""
    came = [step for step in steps if step.event == "received"]
    formal = [step for step in came if not step.draft]
    if not came:
        return None
    days = [step.day for step in formal or came]
    return Received(min(days), max(days), len(days) - sum(step.same for step in formal), draft=not formal)


def status_of(steps: Sequence[Step], digest: str | None) -> Status:
    """The state of a report, and whether it waits to be compared with its document, or for its signature to be checked.

    Args:
        steps: what the ledger says of it, the oldest first.
        digest: SHA-256 of the canonical params as they are now; ``None`` when there is no file, "" when it cannot be read.
    """
    status = _state_of(steps, digest)
    came = [step for step in steps if step.event == "received" and not step.draft]
    if not came or status.stage not in ("received", "reviewing", "resubmitted", "corrected"):
        return status
    return replace(status, unchecked=bool(came[-1].copied), unverified=came[-1].unverified)


def _state_of(steps: Sequence[Step], digest: str | None) -> Status:
    decided = [step for step in steps if step.event in DECISIONS]
    formal = [step for step in steps if step.event == "received" and not step.draft]
    drafts = [step for step in steps if step.event == "received" and step.draft]
    returns = sum(step.event == "returned" for step in decided)
    if digest is None and not formal:
        return MISSING
    last = decided[-1] if decided else None
    if last is None:
        if drafts and not formal:
            return Status("draft", drafts[-1].day)
        return Status("received", formal[-1].day if formal else None)
    if digest and last.digest and digest != last.digest:
        return _changed_since(last, decided, formal, digest, returns)
    stage: Stage = last.event  # type: ignore[assignment]
    answer_by = date.fromisoformat(last.note) if last.event == "returned" and last.note else None
    return Status(stage, last.day, last.hand, answer_by, returns, last.differing)


def _changed_since(last: Step, decided: Sequence[Step], formal: Sequence[Step], digest: str, returns: int) -> Status:
    """The state of a report that is another version than the one last decided on."""
    came = next((step for step in reversed(formal) if step.digest == digest), formal[-1] if formal else None)
    accepted = any(step.event == "accepted" for step in decided)
    stage: Stage = "corrected" if accepted else "resubmitted" if returns or len(formal) > 1 else "received"
    return Status(stage, came.day if came else None, returns=returns)
