"""The state of a report follows from the ledger: receipts and decisions in order, each about one version."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from toolkit.dispatch.states import Step, decision_record, status_of, steps_by_file

NOON = datetime.fromisoformat("2025-01-22T12:00:00+08:00")
OLD, NEW = "a" * 64, "b" * 64


def received(digest: str = OLD, **more: Any) -> Step:
    return Step("received", NOON.replace(day=10), digest=digest, **more)


def decided(event: str, digest: str = OLD, note: str = "") -> Step:
    return Step(event, NOON, "王某", digest, note)


RETURNED = decided("returned", note="2025-01-27")
CASES = [
    ((), None, "missing", "nothing came"),
    ((received(draft=True),), OLD, "draft", "a draft is no report"),
    ((received(),), OLD, "received", "came and nobody looked at it"),
    ((), "", "received", "put there by hand, without a mail"),
    ((received(), decided("reviewing")), OLD, "reviewing", "an officer looked at it"),
    ((received(), RETURNED), OLD, "returned", "the version that was returned is still there"),
    ((received(), RETURNED, received(NEW)), NEW, "resubmitted", "another version came"),
    ((received(), decided("accepted")), OLD, "accepted", "the version at hand was accepted"),
    ((received(), decided("accepted"), received(NEW)), NEW, "corrected", "a later version is a correction"),
    ((received(), decided("accepted")), NEW, "corrected", "edited by hand after acceptance"),
    ((received(), decided("accepted"), decided("published")), OLD, "published", "published as accepted"),
    ((received(), decided("accepted"), received(NEW), decided("accepted", NEW)), NEW, "accepted", "the correction was accepted"),
    ((received(), decided("reviewing"), received(NEW)), NEW, "resubmitted", "a correction of what was under review"),
]


@pytest.mark.parametrize(("steps", "digest", "stage", "why"), CASES, ids=[case[-1] for case in CASES])
def test_state_of_a_report(steps: tuple[Step, ...], digest: str | None, stage: str, why: str) -> None:
    assert status_of(steps, digest).stage == stage, why


def test_a_returned_report_names_day_hand_and_when_to_answer() -> None:
    status = status_of((received(), RETURNED), OLD)
    assert status.words == "退回 01-22 王某"
    assert (status.answer_by, status.returns) == (date(2025, 1, 27), 1)


def test_a_signature_that_was_not_checked_is_named_until_the_report_is_decided_on() -> None:
    signed = received(unverified=True)
    assert status_of((signed,), OLD).words == "已收，签名未核对 01-10"
    assert status_of((signed, decided("accepted")), OLD).words == "通过 01-22 王某"


def test_steps_are_those_of_one_jurisdiction_and_year() -> None:
    key = {"year": 2024, "place": "云溪县", "file": "松石镇"}
    here = decision_record("accepted", key, "云溪县松石镇人民政府", NOON, "王某", OLD)
    elsewhere = [here | {"place": "江澜区"}, here | {"year": 2023}, {"event": "quarantined", "at": here["at"]}]
    assert steps_by_file([*elsewhere, here], 2024, "云溪县") == {"松石镇": (decided("accepted"),)}
