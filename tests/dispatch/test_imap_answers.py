"""What a server answers to FETCH is understood in every order and form that RFC 3501 allows."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.dispatch.intake.imap_answers import by_uid, read_answers

DATE = b'INTERNALDATE "05-Jan-2025 10:00:00 +0800"'
BODIES = [
    ([(b"1 (UID 7 " + DATE + b" BODY[] {4}", b"text"), b")"], b"text", "a literal"),
    ([(b"1 (BODY[] {4}", b"text"), b" " + DATE + b" UID 7)"], b"text", "UID behind the literal"),
    ([(b"1 (UID 7 BODY[] ~{4}", b"text"), b" " + DATE + b")"], b"text", "a binary literal"),
    ([b'1 (UID 7 BODY[] "te\\"xt" ' + DATE + b")"], b'te"xt', "a quoted string"),
    ([b'1 (UID 7 BODY[] "" ' + DATE + b")"], b"", "an empty string"),
    ([b"1 (UID 7 BODY[] NIL " + DATE + b")"], None, "NIL"),
    ([(b"1 (UID 7 BODY[HEADER.FIELDS (FROM SUBJECT)]<0> {4}", b"text"), b" " + DATE + b")"], b"text", "a name with blanks"),
    ([(b"1 (uid 7 body[] {4}", b"text"), b" " + DATE + b")"], b"text", "small letters"),
    ([(b"1 (FLAGS (\\Seen UID) UID 7 BODY[] {4}", b"text"), b" " + DATE + b")"], b"text", "a flag named UID"),
    ([(b"1 (ENVELOPE (NIL {9}", b"UID 8 (\r\n)"), (b" NIL) UID 7 BODY[] {4}", b"text"), b" " + DATE + b")"], b"text",
     "two literals, the first looks like an answer"),
    ([b"1 (UID 7 FLAGS ())", (b"1 (" + DATE + b" BODY[] {4}", b"text"), b")"], b"text", "two answers, the second without UID"),
    ([(b"1 (UID 7 " + DATE + b" BODY[] {4}", b"text"), b")", b"1 (UID 7 BODY[] NIL)"], b"text", "a second answer with less"),
    ([b"2 (UID 9 FLAGS (\\Seen))", (b"1 (UID 7 " + DATE + b" BODY[] {4}", b"text"), b")", None], b"text", "another mail's flags"),
    ([(b"1 (UID 7 " + DATE + b" BODY[] {20}", b"* 1 FETCH (UID 8)\r\n)"), b")"], b"* 1 FETCH (UID 8)\r\n)", "like an answer"),
]  # fmt: skip


@pytest.mark.parametrize(("lines", "body", "why"), BODIES, ids=[why for *_, why in BODIES])
def test_the_body_belongs_to_its_uid(lines: list[object], body: bytes | None, why: str) -> None:
    found = by_uid(read_answers(lines))["7"]
    assert found.body == body
    assert found.received_at == datetime(2025, 1, 5, 2, tzinfo=UTC)


DATES = [
    (b'"05-Jan-2025 10:00:00 +0800"', True), (b'" 5-Jan-2025 10:00:00 +0800"', True), (b'"5-Jan-2025 10:00:00 +0800"', True),
    (b'"05-Xyz-2025 10:00:00 +0800"', False), (b'"00-Jan-0000 00:00:00 +0000"', False), (b"NIL", False), (b'"yesterday"', False),
]  # fmt: skip


@pytest.mark.parametrize(("date", "good"), DATES)
def test_an_invalid_date_is_no_error(date: bytes, good: bool) -> None:
    (answer,) = read_answers([b"1 (UID 7 INTERNALDATE " + date + b")"])
    assert (answer.received_at is not None) == good


def test_an_answer_that_cannot_be_matched_is_no_mail_of_anybody() -> None:
    lines = [b"1 (UID 7 FLAGS ())", b"1 (UID 8 FLAGS ())", (b"1 (BODY[] {4}", b"text"), b")"]
    found = by_uid(read_answers(lines))
    assert {uid: answer.body for uid, answer in found.items()} == {"7": None, "8": None}


@given(st.lists(st.one_of(st.binary(max_size=80), st.tuples(st.binary(max_size=40), st.binary(max_size=40)), st.none())))
def test_nothing_a_server_sends_raises(lines: list[object]) -> None:
    for answer in by_uid(read_answers(lines)).values():
        assert answer.body is None or isinstance(answer.body, bytes)
        assert answer.size is None or answer.size >= 0
        _ = answer.received_at
