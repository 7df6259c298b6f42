"""A journal opened again: what is history, what is unsaved, what is said; and how it stays within bounds."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.entry.desks import CHINA, NEW
from toolkit.entry.desk.journal import (
    TOGETHER_SECONDS,
    Base,
    Entry,
    Journal,
    Marks,
    Record,
    Recovery,
    Step,
    bounded,
    drawn_together,
    recover,
    size_of,
)

MORNING = datetime(2025, 1, 10, 9, 0, tzinfo=CHINA)


def step(path: str = NEW, after: Any = 1, *, before: Any = None, seconds: int = 0, who: str = "王芳", kind: Any = "") -> Step:
    return Step(kind or "change", (Entry(MORNING + timedelta(seconds=seconds), who, path, before, after),))


def base(text: str = "year: 2024\norgan: {name: 甲}\n") -> Base:
    return Base(MORNING, "王芳", "0" * 64, text)


def recovered(folder: Path, *records: Record) -> Recovery:
    journal = Journal(folder / "x.yaml")
    journal.replace(records)
    return recover(journal)


def test_what_stands_before_the_last_base_is_history(tmp_path: Path) -> None:
    found = recovered(tmp_path, base(), step(after=1), base(), step(after=2), step(after=3))
    assert found.past == (step(after=1),)
    assert found.steps == (step(after=2), step(after=3))
    assert found.base == base()


def test_unsaved_steps_are_reported_with_the_time_of_the_last(tmp_path: Path) -> None:
    found = recovered(tmp_path, base(), step(seconds=0), step(seconds=3600, who="李强"))
    local = (MORNING + timedelta(hours=1)).astimezone()
    assert found.sentences == (f"已恢复上次没有保存的 2 步改动，最后一步在 {local:%m月%d日 %H:%M}（李强）",)


def test_nothing_unsaved_is_nothing_to_say(tmp_path: Path) -> None:
    assert recovered(tmp_path, step(), base("")).sentences == ()


def test_steps_whose_base_is_damaged_are_still_unsaved(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "x.yaml")
    journal.replace([step(after=1), base(""), base(), step(after=2)])
    lines = journal.path.read_bytes().split(b"\n")
    lines[2] = lines[2].replace(b"2024", b"2025")
    journal.path.write_bytes(b"\n".join(lines))
    found = recover(journal)
    assert (found.past, found.steps, found.base) == ((step(after=1),), (step(after=2),), None)
    assert found.is_damaged
    assert "1 行损坏" in found.sentences[1]


def test_a_torn_last_line_is_reported(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "x.yaml")
    journal.replace([base(), step(after=1), step(after=2)])
    journal.path.write_bytes(journal.path.read_bytes()[:-9])
    found = recover(journal)
    assert found.steps == (step(after=1),)
    assert any("只写下了一半" in sentence for sentence in found.sentences)


def test_a_journal_that_cannot_be_read_is_reported(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "x.yaml")
    journal.path.mkdir()
    found = recover(journal)
    assert found.steps == ()
    assert "读不出来" in found.sentences[0]


def test_carried_marks_go_when_accepted_or_changed(tmp_path: Path) -> None:
    marks = Marks("carried", MORNING, "王芳", ("organ.name", NEW, "organ.level"))
    found = recovered(tmp_path, marks, Marks("accepted", MORNING, "王芳", ("organ.name",)), base(), step(NEW))
    assert found.carried == {"organ.level"}


def test_history_keeps_the_newest_within_its_bound() -> None:
    steps = [step(after=number) for number in range(100)]
    kept = bounded(steps, limit=10 * size_of(steps[-1]))
    assert kept == steps[-len(kept) :]
    assert 9 <= len(kept) <= 11


def test_one_huge_step_does_not_push_out_what_is_newer() -> None:
    steps = [step(after="字" * 5000), step(after=1)]
    assert bounded(steps, limit=1000) == steps[1:]


TEXT = "narrative.overview"


@pytest.mark.parametrize(
    ("steps", "count"),
    [
        pytest.param([step(TEXT, "一", before=""), step(TEXT, "一二", before="一", seconds=5)], 1, id="typing goes on"),
        pytest.param([step(TEXT, "一"), step(TEXT, "一二", seconds=TOGETHER_SECONDS + 1)], 2, id="after a pause"),
        pytest.param([step(TEXT, "一"), step(TEXT, "一二", who="李强")], 2, id="another person"),
        pytest.param([step(TEXT, "一"), step("narrative.problems", "二")], 2, id="another text"),
        pytest.param([step(NEW, 1), step(NEW, 12)], 2, id="figures are each kept"),
        pytest.param([step(TEXT, "一"), step(TEXT, "", kind="undo")], 2, id="undo is no typing"),
    ],
)
def test_typing_of_one_text_is_drawn_together(steps: list[Step], count: int) -> None:
    merged = drawn_together(steps)
    assert len(merged) == count
    assert merged[0].entries[0].before == steps[0].entries[0].before
    assert merged[-1].entries[0].after == steps[-1].entries[0].after
