"""What the start screen remembers: the name, and the reports worked on last."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.entry.desks import CHINA, town
from toolkit.entry.desk.journal import Journal
from toolkit.entry.start.recent import Memory, day_in_words

NINE = datetime(2025, 1, 10, 9, 23, tzinfo=CHINA)


def test_name_and_reports_come_back_the_latest_first(tmp_path: Path) -> None:
    memory, params = Memory(tmp_path / "home" / "recent.json"), tmp_path / "params"
    assert (memory.who, memory.reports(params)) == ("", ())
    one = town(params)
    two = one.with_name("石桥镇.yaml")
    two.write_bytes(one.read_bytes())
    memory.note(one, "王小芳", NINE)
    memory.note(two, "李强", NINE + timedelta(hours=1))
    memory.note(one, "王小芳", NINE + timedelta(hours=2))
    again = Memory(tmp_path / "home" / "recent.json")
    assert again.who == "王小芳"
    assert [(item.path, item.who) for item in again.reports(params)] == [(one.resolve(), "王小芳"), (two.resolve(), "李强")]
    assert again.reports(tmp_path / "other") == ()
    two.unlink()
    assert len(again.reports(params)) == 1


def test_the_last_change_counts_when_nobody_could_note_the_end(tmp_path: Path) -> None:
    memory, params = Memory(tmp_path / "recent.json"), tmp_path / "params"
    path = town(params)
    memory.note(path, "王小芳", NINE)
    journal = Journal(path).path
    journal.touch()
    later = (NINE + timedelta(hours=5)).timestamp()
    os.utime(journal, (later, later))
    assert memory.reports(params)[0].when == NINE + timedelta(hours=5)


@pytest.mark.parametrize("text", ["", "[", "[1]", '{"reports": [1, {"path": 3}, {"path": "x", "when": "-"}]}', '{"who": null}'])
def test_a_damaged_file_is_passed_over_and_written_again(tmp_path: Path, text: str) -> None:
    file = tmp_path / "recent.json"
    file.write_text(text, encoding="utf-8")
    memory = Memory(file)
    assert (memory.who, memory.reports(tmp_path)) == ("", ())
    path = town(tmp_path / "params")
    memory.note(path, "王小芳", NINE)
    assert memory.who == "王小芳"


def test_a_place_that_cannot_be_written_costs_only_the_memory(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    Memory(tmp_path / "file" / "recent.json").note(town(tmp_path / "params"), "王小芳", NINE)


@pytest.mark.parametrize(
    ("when", "words"),
    [
        (NINE, "今天 09:23"),
        (NINE - timedelta(hours=16), "昨天 17:23"),
        (NINE - timedelta(days=5), "1月5日 09:23"),
        (NINE - timedelta(days=11), "2024年12月30日"),
    ],
)
def test_days_are_written_as_people_say_them(when: datetime, words: str) -> None:
    assert day_in_words(when, NINE + timedelta(hours=3)) == words
