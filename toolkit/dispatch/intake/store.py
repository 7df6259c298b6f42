"""Store received reports (收件): versions, the params file of the year, quarantine, and the ledger.

In: judged reports. Out: files, each whole or not at all. Every name is made of the member list, a moment and a hash; of what a
mail or a PDF says, letters and digits of sender and organ become part of a name, that of a folder in quarantine. Every step can
be taken twice with the same end, so a kill between two steps is mended by running again.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from toolkit.core.errors import CannotWrite, ParamsUnreadable, UsageError
from toolkit.core.files import save_bytes, sha256_of, sync_folder
from toolkit.core.sniffing import picture_suffix
from toolkit.core.text import skeleton
from toolkit.core.write_failures import reason
from toolkit.dispatch.ledger import Ledger, LedgerRecord, moment_of, timestamp
from toolkit.report.jurisdiction import JURISDICTION_FILE, Jurisdiction, Member, member_lists, read_jurisdiction

RECEIVED_NAME = "received.jsonl"
REASON_NAME = "原因.txt"
QUARANTINE = "quarantine"
SEALED_SCAN = "盖章扫描件"
_UNFIT = re.compile(r"[^\w.@-]")
_MOST_CHARACTERS = 20  # of a sender and of an organ in the name of a folder


@dataclass(frozen=True, slots=True)
class ReportPlace:
    """The path of a member's report of a year: ``params/<year>/<folder>/<file>.yaml``."""

    year: int
    folder: str  # of the jurisdiction, below the year; with / between
    member: Member

    @property
    def key(self) -> dict[str, object]:
        return {"year": self.year, "place": self.folder, "file": self.member.file}


class MemberLists(NamedTuple):
    """The member lists of one year: the readable ones by folder, and what is wrong with the others."""

    areas: list[tuple[str, Jurisdiction]]
    unreadable: list[ParamsUnreadable]


@dataclass(frozen=True)
class Intake:
    """The params tree that is filled, the folder of mail (``post``), and its ledger."""

    params: Path
    post: Path
    ledger: Ledger
    _members: dict[int, dict[str, list[ReportPlace]]] = field(default_factory=dict, init=False)
    _by_year: dict[int, MemberLists] = field(default_factory=dict, init=False)

    @cached_property
    def known(self) -> set[str]:
        """Sources and raw hashes that were dealt with before."""
        return {str(item[key]) for item in self.ledger.records for key in ("raw_sha256", "source") if item.get(key)}

    @cached_property
    def taken(self) -> set[str]:
        """Hashes of accepted mails, without quarantined ones."""
        return {str(item["raw_sha256"]) for item in self.ledger.records if item["event"] == "received" and "raw_sha256" in item}

    def quarantined(self, raw_sha256: str, folder: str) -> LedgerRecord | None:
        """The record of a quarantined message: the one of its folder, as several accounts may put in the same bytes."""
        of_folder = self.ledger.find("folder", folder)  # one report of several in a mail has the hash of the mail and another
        records = [item for item in (*self.ledger.find("raw_sha256", raw_sha256), *of_folder) if item["event"] == "quarantined"]
        return next((item for item in records if item.get("folder") == folder), records[0] if records else None)

    def record(self, record: LedgerRecord) -> None:
        written = self.ledger.append(record)
        if record["event"] == "received":
            self._by_place.setdefault(_key(record), []).append(written)
            self.taken.add(str(record.get("raw_sha256")))
        self.known.update(str(record[key]) for key in ("raw_sha256", "source") if record.get(key))

    def places(self, year: int, organ: str) -> list[ReportPlace]:
        """Where the member lists of a year know an organ by its full name."""
        if year not in self._members:
            members = self._members[year] = {}
            for place in self._all_places(year):
                members.setdefault(place.member.name, []).append(place)
        return self._members[year].get(organ, [])

    def _all_places(self, year: int) -> Iterator[ReportPlace]:
        return (ReportPlace(year, folder, member) for folder, area in self.lists(year).areas for member in area.members)

    def places_like(self, year: int, organ: str, sender: str) -> list[ReportPlace]:
        """Where a report belongs whose title shortens the organ's name: its members of that name, or the sender's alone."""
        places = list(self._all_places(year))
        own = [place for place in places if sender and sender in place.member.addresses]
        if not organ:
            return own
        from toolkit.importing.filing import short_name  # which loads every reader: who asks for states has no use for it

        short = short_name(organ)
        return [place for place in own or places if short in (place.member.file, short_name(place.member.name))]

    def has_report(self, sender: str) -> bool:
        """Whether a formal report came from an address."""
        senders = self.ledger.find("sender", sender)
        return bool(sender) and any(item["event"] == "received" and not is_draft(item) for item in senders)

    def alike(self, year: int, organ: str) -> str:
        """The member whose name looks the same as ``organ`` and differs in odd characters or blanks only."""
        names = (place.member.name for place in self._all_places(year))
        return next((name for name in names if skeleton(name) == skeleton(organ)), "")

    def lists(self, year: int) -> MemberLists:
        """The member lists of a year, read when they are first asked for.

        Raises:
            ParamsUnreadable: none can be read.
        """
        if year not in self._by_year:
            self._by_year[year] = _member_lists(self.params / str(year))
        return self._by_year[year]

    @property
    def all_unreadable(self) -> list[ParamsUnreadable]:
        """The unreadable member lists of all years that reports came of."""
        return [error for lists in self._by_year.values() for error in lists.unreadable]

    @property
    def used_lists(self) -> list[Path]:
        """The member lists of all years that reports came of."""
        folders = [(str(year), folder) for year, lists in self._by_year.items() for folder, _ in lists.areas]
        return [self.params / year / folder / JURISDICTION_FILE for year, folder in folders]

    def versions(self, place: ReportPlace) -> list[LedgerRecord]:
        """What was received for a member's year, in the order it was taken in."""
        return self._by_place.get(_key(place.key), [])

    @cached_property
    def _by_place(self) -> dict[tuple[object, ...], list[LedgerRecord]]:
        by_place: dict[tuple[object, ...], list[LedgerRecord]] = {}
        for item in self.ledger.records:
            if item["event"] == "received":
                by_place.setdefault(_key(item), []).append(item)
        return by_place

    def store(
        self, place: ReportPlace, received_at: datetime, pdf: bytes, params: str, *, in_force: bool = True, suffix: str = ""
    ) -> str:
        """Keep a version; one that is ``in_force`` becomes the member's params file. Returns the version's name.

        ``suffix`` is that of a Word or Excel file; those of PDFs and pictures follow from the bytes.

        Raises:
            CannotWrite: disk full, no permission.
        """
        name = self.store_copy(place, received_at, pdf, suffix=suffix)
        folder = self.version_folder(place)
        save_bytes(folder / f"{name}.yaml", params.encode("utf-8"))
        sync_folder(folder)
        if in_force:
            self._replace(place, params.encode("utf-8"))
        return name

    def store_copy(self, place: ReportPlace, received_at: datetime, data: bytes, kind: str = "", suffix: str = "") -> str:
        """Keep a copy (the scan of a sealed report, a Word file) beside the versions of the electronic report. Returns its name.

        Raises:
            CannotWrite: disk full, no permission.
        """
        stamp = received_at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
        name = "-".join(filter(None, (stamp, sha256_of(data)[:12], kind)))
        save_bytes(self.version_folder(place) / f"{name}{suffix or suffix_of(data)}", data)
        sync_folder(self.version_folder(place))
        return name

    def quarantine(self, raw: bytes, kind: str, received_at: datetime, reason: str, account: str, sender: str, organ: str) -> str:
        """Quarantine a mail with the reason in words; the name of its folder, another for each account and organ.

        The folder is called after the day, the sender and the organ, such as ``2025-01-12_songshi@yunxi.gov.cn_松石镇_3f2a1b9c``.
        """
        from toolkit.importing.filing import short_name

        content = raw if raw.strip() else reason.encode()  # empty files differ in where they came from
        digest = sha256_of(content + account.encode() + organ.encode())[:8]
        day = received_at.astimezone().strftime("%Y-%m-%d")
        parts = (_name_part(sender or account), _name_part(short_name(organ) if organ else ""))
        name = "_".join(part for part in (day, *parts, digest) if part)  # no blanks: officers type it in a command
        folder = self.post / QUARANTINE / name
        called = {"mail": "message.eml", "document": f"report{suffix_of_document(raw)}"}
        save_bytes(folder / called.get(kind, f"report{suffix_of(raw)}"), raw)
        save_bytes(folder / REASON_NAME, f"{reason}\n".encode())
        sync_folder(folder)
        return name

    def params_path(self, place: ReportPlace) -> Path:
        return self.params / str(place.year) / place.folder / f"{place.member.file}.yaml"

    def version_folder(self, place: ReportPlace) -> Path:
        return self.post / "versions" / str(place.year) / place.folder / place.member.file

    def _replace(self, place: ReportPlace, params: bytes) -> None:
        """Put the new params in place; what was written there by hand is kept beside the versions first.

        Raises:
            CannotWrite: the file is held open, read-only, not readable; disk full.
        """
        path = self.params_path(place)
        try:
            old = path.read_bytes() if path.is_file() else params
        except OSError as error:  # held open without sharing (Windows), or not readable
            raise CannotWrite(path, reason(error, path)) from error
        if old == params and path.is_file():
            return
        folder = self.version_folder(place)
        if old != params and all(file.read_bytes() != old for file in folder.glob("*.yaml")):
            save_bytes(folder / f"by-hand-{sha256_of(old)[:12]}.yaml", old)
        save_bytes(path, params)
        sync_folder(path.parent)


def _name_part(text: str) -> str:
    """Letters and digits of a text from outside, as Windows takes them in the name of a folder."""
    return _UNFIT.sub("", unicodedata.normalize("NFKC", text))[:_MOST_CHARACTERS].strip(".-_@")


def suffix_of_document(data: bytes) -> str:
    """How a Word or Excel file is called, by its content."""
    return ".xlsx" if b"xl/workbook" in data else ".docx"


def suffix_of(data: bytes) -> str:
    """How the file of a report is called: a PDF, or the kind of picture that a scan came as."""
    return picture_suffix(data) or ".pdf"


def open_intake(params: Path, post: Path) -> Intake:
    """The intake of a params tree.

    Raises:
        UsageError: no member list: in a wrong folder every mail would be quarantined.
    """
    if next(member_lists(params), None) is None:
        message = f"{params} 里没有成员名单（年度/地区/{JURISDICTION_FILE}），没有收取"
        raise UsageError(f"{message}。请在放 params 的文件夹里运行，或用 --params 写明它在哪里")
    return Intake(params, post, Ledger(post / RECEIVED_NAME))


def is_draft(record: LedgerRecord) -> bool:
    """Whether a received report bore the watermark 草稿; the ledgers of older versions hold no drafts."""
    return bool(record.get("draft", False))


@dataclass(frozen=True, slots=True)
class QuarantinedMail:
    """A mail in quarantine: the day it came, and the reason."""

    day: date
    reason: str


def quarantined_mail(records: Sequence[LedgerRecord], year: int) -> dict[str, tuple[QuarantinedMail, ...]]:
    """Quarantined mail since the year's due date, by claimed sender (lower case) and by the organ of its PDF.

    A member with mail in quarantine is reminded of its fault, not of a missing report.
    """
    mails: dict[str, list[QuarantinedMail]] = {}
    # a mail that was too large is kept without its body: its Message-ID shows that it came in later
    closing = ("received", "dismissed", "unpacked")
    released = {item.get(key) for item in records if item["event"] in closing for key in ("raw_sha256", "message_id")} - {""}
    for item in records:
        if item["event"] == "quarantined" and not {item.get("raw_sha256", ""), item.get("message_id", "")} & released:
            day = moment_of(item["received_at"]).astimezone().date()
            if day >= date(year, 12, 1):
                # of several reports in one mail each marks its organ, and not who sent them all
                marked = {item.get("organ", "")} if item.get("part") else {item["sender"], item.get("organ", "")}
                for name in marked - {""}:
                    mails.setdefault(name, []).append(QuarantinedMail(day, item["reason"]))
    return {name: tuple(items) for name, items in mails.items()}


def _key(record: Mapping[str, object]) -> tuple[object, ...]:
    return record["year"], record["place"], record["file"]


def received_record(place: ReportPlace, now: datetime, **more: object) -> LedgerRecord:
    """A line of the ledger for a report that was taken in."""
    return {"event": "received", "at": timestamp(now), **place.key, "organ": place.member.name, **more}


def _member_lists(year: Path) -> MemberLists:
    """The member lists of a year.

    Raises:
        ParamsUnreadable: all of them are unreadable.
    """
    areas, unreadable = [], []
    for path in sorted(member_lists(year)):
        try:
            jurisdiction = read_jurisdiction(path)
        except ParamsUnreadable as error:
            unreadable.append(error)
            continue
        areas.append((path.parent.relative_to(year).as_posix(), jurisdiction))
    if unreadable and not areas:
        raise unreadable[0]
    return MemberLists(areas, unreadable)
