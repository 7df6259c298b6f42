"""Steps and what they lead to: undo and redo as one expects, and playing back gives the state they were made in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.entry.desks import NEW, PHONE, SAMPLE
from tests.examples import examples
from toolkit.entry.desk.changes import Change
from toolkit.entry.desk.draft import Draft, play_back, redo_changes, step_between, take_step, undo_changes
from toolkit.entry.desk.journal import Step
from toolkit.report import Report, read_report

WHEN = datetime(2025, 1, 10, tzinfo=UTC)
MOVES = st.one_of(
    st.just("undo"), st.just("redo"),
    st.tuples(st.just(NEW), st.sampled_from([None, 0, 3, "3件", "3\x00"])),
    st.tuples(st.just(PHONE), st.sampled_from(["", "1", "2"])),
    st.tuples(st.just("organ.name"), st.sampled_from(["", "甲镇人民政府"])),
    st.tuples(st.just("processing_fee.notices"), st.sampled_from([None, 0, 2, "二"])),
    st.tuples(st.just("processing_fee.amount_yuan"), st.sampled_from([None, "0", "20.5"])),
    st.tuples(st.just("channels"), st.sampled_from([[], [{"name": "公众号", "count": 1}], [{"name": "公众号"}]])),
)  # fmt: skip


@pytest.fixture(scope="module")
def report() -> Report:
    return read_report(SAMPLE)


def moved(draft: Draft, moves: Sequence[object]) -> tuple[Draft, list[Step]]:
    """The draft after presses of undo, redo and changes, with the steps that a journal would hold."""
    steps: list[Step] = []
    for move in moves:
        kind = str(move) if move in ("undo", "redo") else "change"
        back = undo_changes(draft) if kind == "undo" else redo_changes(draft)
        changes = [Change(*move)] if isinstance(move, tuple) else back  # type: ignore[arg-type]
        draft, step = take_step(draft, kind, changes, when=WHEN, who="王芳")  # type: ignore[arg-type]
        steps += [step] if step else []
    return draft, steps


@settings(max_examples=examples(20, 60))
@given(moves=st.lists(MOVES, max_size=12))
@example(moves=[("organ.name", "甲镇人民政府"), ("organ.name", "")])  # may not be blank, so the name before stays
def test_playing_the_steps_back_gives_the_same_state(moves: list[object]) -> None:
    start = Draft(read_report(SAMPLE))
    draft, steps = moved(start, moves)
    again = play_back(start, steps)
    assert again.report == draft.report
    assert {path: refused.value for path, refused in again.pending.items()} == {
        path: refused.value for path, refused in draft.pending.items()
    }
    assert (again.done, again.undone) == (draft.done, draft.undone)


@settings(max_examples=examples(20, 60))
@given(moves=st.lists(MOVES.filter(lambda move: move not in ("undo", "redo")), max_size=8))
def test_undoing_all_gives_the_beginning_and_redoing_all_the_end(moves: list[object]) -> None:
    start = Draft(read_report(SAMPLE))
    end, steps = moved(start, moves)
    back, _ = moved(end, ["undo"] * len(steps))
    assert back.report == start.report
    assert back.pending == {}
    forth, _ = moved(back, ["redo"] * len(steps))
    assert forth.report == end.report


def test_a_paste_is_one_step(report: Report) -> None:
    cells = [Change(f"figures.applications.{row}.natural_person", 9) for row in ("new", "granted", "carried_out")]
    draft, step = take_step(Draft(report), "change", cells, when=WHEN, who="王芳")
    assert step is not None
    assert len(step.entries) == 3
    assert moved(draft, ["undo"])[0].report == report


def test_typing_what_stands_there_already_is_no_step(report: Report) -> None:
    value = report.organ.contact.phone
    assert take_step(Draft(report), "change", [Change(PHONE, value)], when=WHEN, who="王芳") == (Draft(report), None)


def test_a_new_change_ends_what_could_be_redone(report: Report) -> None:
    draft, _ = moved(Draft(report), [(PHONE, "1"), "undo", (PHONE, "2")])
    assert draft.undone == ()


def test_the_entry_says_who_when_where_from_and_to(report: Report) -> None:
    _, steps = moved(Draft(report), [(NEW, "5")])
    entry = steps[0].entries[0]
    assert (entry.when, entry.who, entry.path, entry.before, entry.after) == (WHEN, "王芳", NEW, 2, 5)


def test_the_step_between_two_reports_leads_from_one_to_the_other(report: Report) -> None:
    draft, _ = moved(Draft(report), [(NEW, 7), (PHONE, "1"), ("organ.name", "")])
    step = step_between(report, draft, "resolve", when=WHEN, who="王芳")
    assert step is not None
    again = play_back(Draft(report), [step])
    assert again.report == draft.report
    assert again.pending.keys() == {"organ.name"}
    assert step_between(report, Draft(report), "resolve", when=WHEN, who="王芳") is None
