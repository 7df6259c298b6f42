"""Keep requests in SQLite: every change in one transaction with its history, two people at once, nothing deleted.

In: ``registers/<jurisdiction>/<organ>.sqlite``, the user's name, a clock. Out: a ``Register``. Every field is kept as text
(``requests.to_text``); beside it the day of closing and the counted outcome, so that counting reads no personal data. A
request is never deleted: it is made void with a reason. Anonymising is the one exception that the law asks for: it blanks
personal fields in the requests and in their history, and overwrites them in the file (``secure_delete``).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Self

from toolkit.register.counting import DisputeTally, FeeTally, Tallies, Tally
from toolkit.register.opening import connect, explained
from toolkit.register.problems import ChangedMeanwhile, FieldProblem, NoSuchRequest, NotKept, NumberTaken, problems_of
from toolkit.register.requests import (
    FIELD_BY_KEY,
    FIELDS,
    Field,
    Request,
    as_texts,
    counted_outcome,
    from_text,
    from_texts,
    number_key,
)

_KEYS = tuple(field.key for field in FIELDS)
PERSONAL = tuple(field.key for field in FIELDS if field.personal)
ANONYMOUS = "（已匿名）"
_HEADS = "heads:"  # in meta: the heads of ledgers that were mapped by hand


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One change of one field; ``before`` and ``after`` are text."""

    at: str
    who: str
    number: str
    kind: str
    key: str
    before: str
    after: str


class Register:
    """An open register.

    Attributes:
        notes: sentences about the opening, such as that it is on a share of the network.
    """

    def __init__(self, path: Path, *, who: str, now: Callable[[], datetime], read_only: bool = False) -> None:
        """Open the register of an organ, made when it is not there; a copy of the day is kept before anything is written.

        Raises:
            RegisterUnreadable: the file is damaged, or no register; it names the latest copy.
            RegisterBusy: another program is writing.
            RegisterUnwritable: no permission, disk full.
        """
        self.path, self.who, self._now = path, who, now
        self._connection, self.notes = connect(path, now().date(), read_only=read_only)

    # ---- reading

    def requests(self, *, void: bool = False) -> list[Request]:
        """Every request in the order of receipt; void ones only when asked for."""
        where = "" if void else "WHERE voided_on = ''"
        return [_request(row) for row in self._read(f"SELECT * FROM requests {where} ORDER BY received_on, id")]

    def request(self, number: str) -> Request:
        """One request, void ones included.

        Raises:
            NoSuchRequest: there is none with this number.
        """
        rows = self._read("SELECT * FROM requests WHERE number = ?", (number,))
        if not rows:
            raise NoSuchRequest(number)
        return _request(rows[0])

    def tallies(self) -> Tallies:
        """What the figures are counted from; nothing personal is read."""
        return read_tallies(self._connection)

    def history(self, number: str | None = None) -> list[HistoryEntry]:
        """Every change, or those of one request, the oldest first."""
        where, values = ("", ()) if number is None else ("WHERE r.number = ?", (number,))
        query = f"""SELECT c.at, c.who, r.number, c.kind, c.key, c.before, c.after FROM changes c
                    JOIN requests r ON r.id = c.request {where} ORDER BY c.id"""
        return [HistoryEntry(*row) for row in self._read(query, values)]

    def heads(self) -> dict[str, str]:
        """Heads of ledgers that were mapped by hand: field by head."""
        rows = self._read("SELECT key, value FROM meta WHERE key LIKE ?", (f"{_HEADS}%",))
        return {row["key"].removeprefix(_HEADS): row["value"] for row in rows}

    def state(self) -> int:
        """A number that changes whenever another connection has written."""
        return int(self._read("PRAGMA data_version")[0][0])

    # ---- writing

    def add(self, request: Request) -> Request:
        """Save a new request.

        Raises:
            NotKept: it has problems.
            NumberTaken: another one has its number.
        """
        return self.add_all([request])[0]

    def add_all(self, requests: Iterable[Request], kind: str = "新增") -> list[Request]:
        """Save several requests, all of them or none; errors as ``add``."""
        with self._writing():
            numbers = self._numbers()
            return [self._insert(request, kind, numbers) for request in requests]

    def change(self, base: Request, edited: Request, kind: str = "修改") -> Request:
        """Change a request from the state that was read (``base``) to another; fields changed by others meanwhile are kept.

        Raises:
            NotKept: the merged request has problems.
            ChangedMeanwhile: another user changed the same fields.
            NumberTaken: the new number is taken.
        """
        with self._writing():
            current = _request(self._read("SELECT * FROM requests WHERE id = ?", (base.row,))[0])
            mine = [key for key in _KEYS if getattr(base, key) != getattr(edited, key)]
            conflicts = [key for key in mine if getattr(current, key) not in (getattr(base, key), getattr(edited, key))]
            if conflicts:
                raise ChangedMeanwhile(current.number, conflicts, self._last_writer(current.row))
            merged = replace(current, **{key: getattr(edited, key) for key in mine})
            return self._update(current, merged, kind)

    def void(self, number: str, reason: str) -> Request:
        """Take a request out of all counts, with a reason; it stays in the register."""
        base = self.request(number)
        if not reason.strip():
            raise NotKept([FieldProblem("void_reason", "没有填；写明为什么作废")])
        return self.change(base, replace(base, voided_on=self._now().date(), void_reason=reason.strip()), "作废")

    def restore(self, number: str) -> Request:
        """Count a void request again."""
        base = self.request(number)
        return self.change(base, replace(base, voided_on=None, void_reason=""), "恢复")

    def remember_heads(self, heads: Mapping[str, str]) -> None:
        """Keep the heads of a ledger that were mapped by hand."""
        with self._writing():
            rows = [(f"{_HEADS}{head}", key) for head, key in heads.items()]
            self._connection.executemany("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", rows)

    def anonymise(self, closed_before: date) -> int:
        """Blank the personal fields of requests closed or made void before a day, in their history too; how many requests."""
        day = closed_before.isoformat()
        personal = " OR ".join(f"{key} NOT IN ('', ?)" for key in PERSONAL)
        with self._writing():
            # a review or lawsuit that is pending, without day and result at the end of its line, needs the file
            rows = self._read(
                f"""SELECT id FROM requests WHERE ({personal})
                    AND ((closed_on != '' AND closed_on < ?) OR (voided_on != '' AND voided_on < ?))
                    AND disputes || char(10) NOT LIKE '%' || char(9, 9, 10) || '%'""",
                (*(ANONYMOUS,) * len(PERSONAL), day, day),
            )
            for (row,) in rows:
                self._anonymise(row)
        if rows:
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self._connection.execute("VACUUM")
        return len(rows)

    def close(self) -> None:
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # ---- transactions and statements

    def _read(self, query: str, values: Sequence[str | int] = ()) -> list[sqlite3.Row]:
        return self._connection.execute(query, values).fetchall()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """One transaction with the write lock from the start; an error rolls all of it back.

        Raises:
            RegisterBusy: another connection is writing.
            RegisterUnwritable: disk full, no permission.
        """
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            yield
            self._connection.commit()
        except sqlite3.OperationalError as error:
            self._undo()
            raise explained(error, self.path) from error
        except BaseException:
            self._undo()
            raise

    def _undo(self) -> None:
        with suppress(sqlite3.OperationalError):  # after a full disk SQLite may have done it already
            self._connection.rollback()

    def _numbers(self) -> dict[str, str]:
        """Every number by its key for comparison, in which full-width digits equal plain ones."""
        return {number_key(row["number"]): row["number"] for row in self._read("SELECT number FROM requests")}

    def _insert(self, request: Request, kind: str, numbers: dict[str, str]) -> Request:
        """Insert a request and add its number to ``numbers``."""
        texts = self._checked(request)
        if number_key(request.number) in numbers:
            raise NumberTaken(numbers[number_key(request.number)])
        numbers[number_key(request.number)] = request.number
        columns = (*texts, "closed_on", "counted")
        marks = ", ".join("?" * len(columns))
        try:
            cursor = self._connection.execute(
                f"INSERT INTO requests ({', '.join(columns)}) VALUES ({marks})", (*texts.values(), *_derived(request))
            )
        except sqlite3.IntegrityError as error:
            raise NumberTaken(request.number) from error
        row = int(cursor.lastrowid or 0)
        self._note(row, kind, [(FIELD_BY_KEY[key], "", text) for key, text in texts.items() if text])
        return replace(request, row=row, version=1)

    def _update(self, current: Request, new: Request, kind: str) -> Request:
        before, after = as_texts(current), self._checked(new)
        changed = [(FIELD_BY_KEY[key], before[key], after[key]) for key in _KEYS if before[key] != after[key]]
        if not changed:
            return current
        key = number_key(new.number)
        if key != number_key(current.number) and key in (numbers := self._numbers()):
            raise NumberTaken(numbers[key])
        columns = (*(field.key for field, _, _ in changed), "closed_on", "counted", "version")
        values = (*(text for _, _, text in changed), *_derived(new), current.version + 1, current.row)
        sets = ", ".join(f"{column} = ?" for column in columns)
        try:
            self._connection.execute(f"UPDATE requests SET {sets} WHERE id = ?", values)
        except sqlite3.IntegrityError as error:
            raise NumberTaken(new.number) from error
        self._note(current.row, kind, changed)
        return replace(new, version=current.version + 1)

    def _checked(self, request: Request) -> dict[str, str]:
        """The texts of a request without problems; a void one may have some, for it is counted nowhere."""
        problems = problems_of(request, self._now().date()) if request.voided_on is None else []
        if problems:
            raise NotKept(problems)
        return as_texts(request)

    def _note(self, row: int, kind: str, changed: Iterable[tuple[Field, str, str]]) -> None:
        at = self._now().isoformat(timespec="seconds")
        entries = [(at, self.who, row, kind, field.key, before, after) for field, before, after in changed]
        self._connection.executemany(
            'INSERT INTO changes (at, who, request, kind, "key", before, after) VALUES (?, ?, ?, ?, ?, ?, ?)', entries
        )

    def _last_writer(self, row: int) -> str:
        rows = self._read("SELECT who FROM changes WHERE request = ? ORDER BY id DESC LIMIT 1", (row,))
        return rows[0]["who"] if rows else ""

    def _anonymise(self, row: int) -> None:
        blanks = ", ".join(f"{key} = CASE WHEN {key} = '' THEN '' ELSE ? END" for key in PERSONAL)
        self._connection.execute(
            f"UPDATE requests SET {blanks}, version = version + 1 WHERE id = ?", (*(ANONYMOUS,) * len(PERSONAL), row)
        )
        marks = ", ".join("?" * len(PERSONAL))
        self._connection.execute(
            f"""UPDATE changes SET before = CASE WHEN before = '' THEN '' ELSE ? END,
                after = CASE WHEN after = '' THEN '' ELSE ? END WHERE request = ? AND "key" IN ({marks})""",
            (ANONYMOUS, ANONYMOUS, row, *PERSONAL),
        )
        self._note(row, "匿名", [(FIELD_BY_KEY["applicant"], ANONYMOUS, ANONYMOUS)])


def read_tallies(connection: sqlite3.Connection) -> Tallies:
    plain = connection.cursor()
    plain.row_factory = None
    requests = plain.execute(
        "SELECT number, received_on, closed_on, applicant_kind, counted FROM requests WHERE voided_on = ''"
    ).fetchall()
    disputed = plain.execute("SELECT number, disputes FROM requests WHERE voided_on = '' AND disputes != ''").fetchall()
    fees = plain.execute(
        "SELECT number, fee_notice_on, fee_paid_on, fee_yuan FROM requests WHERE voided_on = '' AND fee_notice_on != ''"
    ).fetchall()
    field = FIELD_BY_KEY["disputes"]
    disputes = [
        DisputeTally(number, item.kind, item.filed_on.isoformat(), _iso(item.decided_on), item.result)
        for number, text in disputed
        for item in from_text(field, text)
    ]
    return Tallies(
        list(map(Tally._make, requests)), disputes,
        [FeeTally(number, notice, paid, Decimal(yuan or "0")) for number, notice, paid, yuan in fees],
    )  # fmt: skip


def _request(row: sqlite3.Row) -> Request:
    return from_texts({key: row[key] for key in _KEYS}, row=row["id"], version=row["version"])


def _derived(request: Request) -> tuple[str, str]:
    """The day of closing and the row of part three, as the columns beside the fields hold them."""
    return _iso(request.closed_on), counted_outcome(request)


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
