"""Parse an IMAP server's answers to FETCH, with items in any legal order.

In: what imaplib returns for FETCH (lines, and literals as pairs of line and bytes). Out: one ``Answer`` per line of the
server, and the answers of one message put together. Pure; nothing here raises on what a server sends.

Source: RFC 3501, 7.4.2 (FETCH response) and 9 (formal syntax).
"""

from __future__ import annotations

import imaplib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

# An item's name may hold blanks and parentheses between its brackets: BODY[HEADER.FIELDS (FROM SUBJECT)]<0>
_TOKEN = re.compile(
    rb'\s*(?:(?P<open>\()|(?P<close>\))|"(?P<quoted>(?:[^"\\]|\\.)*)"'
    rb'|(?P<atom>(?:BODY|BINARY)[^\s\[\]()"]*\[[^\]]*\](?:<\d+>)?|[^\s()"]+)|(?P<junk>"))',
    re.IGNORECASE | re.DOTALL,
)
_LITERAL = re.compile(rb"~?\{ *\d+\+? *\} *$")
# how a server may call what was asked for as BODY.PEEK[]; the last two are names of RFC 1730
_BODIES = re.compile(r"(?:BODY|BODY\.PEEK|BINARY)\[.*|RFC822(?:\.HEADER)?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Answer:
    """Items of one message by upper-case name; ``number`` is its sequence number at that moment, ``uid`` may be missing."""

    number: int = 0
    items: Mapping[str, Any] = field(default_factory=dict)

    @property
    def uid(self) -> str:
        value = self.items.get("UID")
        return value.decode() if isinstance(value, bytes) and value.isdigit() else ""

    @property
    def size(self) -> int | None:
        value = self.items.get("RFC822.SIZE")
        return int(value) if isinstance(value, bytes) and value.isdigit() else None

    @property
    def body(self) -> bytes | None:
        """The bytes of the requested message or part; ``None`` for NIL."""
        bodies = (value for name, value in self.items.items() if _BODIES.fullmatch(name))
        return next((value for value in bodies if isinstance(value, bytes)), None)

    @property
    def received_at(self) -> datetime | None:
        """INTERNALDATE, or ``None`` when it is missing or no date."""
        value = self.items.get("INTERNALDATE")
        if not isinstance(value, bytes):
            return None
        with suppress(ValueError, OverflowError, KeyError, OSError):
            when = imaplib.Internaldate2tuple(b'INTERNALDATE "' + value.strip().rjust(26) + b'"')
            return datetime(*when[:6]).astimezone() if when else None
        return None


def read_answers(lines: Iterable[Any]) -> list[Answer]:
    """One answer for each FETCH line of the server, in its order."""
    return [_answer(list(_tokens(pieces))) for pieces in _lines(lines)]


def by_uid(answers: Sequence[Answer]) -> dict[str, Answer]:
    """The answers merged per message, by UID.

    A server may answer several times for one message (flags that change meanwhile come so), and leave the UID out of some;
    those belong to the UID that the same sequence number has elsewhere in the same answer.
    """
    uids: dict[int, set[str]] = {}
    for answer in answers:
        if answer.uid:
            uids.setdefault(answer.number, set()).add(answer.uid)
    found: dict[str, Answer] = {}
    for answer in answers:
        uids_of_number = uids.get(answer.number, set())
        uid = answer.uid or (next(iter(uids_of_number)) if len(uids_of_number) == 1 else "")
        if uid:
            before = found.get(uid, Answer(answer.number))
            earlier = {name: value for name, value in before.items.items() if value or name not in answer.items}
            found[uid] = Answer(answer.number, {**answer.items, **earlier, "UID": uid.encode()})
    return found


def _lines(lines: Iterable[Any]) -> Iterator[list[Any]]:
    """imaplib's list split into lines of the server: pairs (text, literal) up to the text that ends the line."""
    pieces: list[Any] = []
    for piece in lines:
        if piece is None:
            continue
        pieces.append(piece)
        if isinstance(piece, bytes):
            yield pieces
            pieces = []
    if pieces:
        yield pieces


def _tokens(pieces: Iterable[Any]) -> Iterator[tuple[str, bytes]]:
    for piece in pieces:
        text, literal = piece if isinstance(piece, tuple) else (piece, None)
        if literal is not None:
            text = _LITERAL.sub(b"", text)
        for token in _TOKEN.finditer(text):
            kind = token.lastgroup or ""
            value = token[kind]
            yield kind, re.sub(rb"\\(.)", rb"\1", value) if kind == "quoted" else value
        if literal is not None:
            yield "quoted", literal


def _answer(tokens: Sequence[tuple[str, bytes]]) -> Answer:
    """``12 (NAME value NAME value)``; a value is a string, ``None`` (NIL) or a list."""
    stack: list[list[Any]] = [[]]
    for kind, value in tokens:
        if kind == "open":
            stack.append([])
        elif kind == "close":
            if len(stack) > 1:
                inner = stack.pop()
                stack[-1].append(inner)
        elif kind == "quoted":
            stack[-1].append(value)
        elif kind == "atom":
            stack[-1].append(None if value.upper() == b"NIL" else value)
    while len(stack) > 1:  # a line that was cut off
        inner = stack.pop()
        stack[-1].append(inner)
    return _with_items(stack[0])


def _with_items(values: Sequence[Any]) -> Answer:
    number = int(values[0]) if values and isinstance(values[0], bytes) and values[0].isdigit() else 0
    listed = next((value for value in values if isinstance(value, list)), [])
    items: dict[str, Any] = {}
    for name, value in zip(listed[::2], listed[1::2], strict=False):
        if isinstance(name, bytes):
            items.setdefault(name.decode("ascii", "replace").upper(), value)
    return Answer(number, items)
