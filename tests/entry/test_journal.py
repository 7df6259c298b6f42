"""The journal: what was written comes back, what was torn or damaged is told apart, a full disk leaves it whole."""

from __future__ import annotations

import os
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.core.errors import CannotWrite
from toolkit.entry.desk.journal import Base, Entry, Journal, Marks, Record, Step

WHEN = datetime(2025, 1, 10, 9, 10, tzinfo=timezone(timedelta(hours=8)))
VALUES = st.recursive(
    st.none() | st.integers(-(10**15), 10**15) | st.text() | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def step(path: str = "organ.name", before: Any = "甲", after: Any = "乙", kind: Any = "change") -> Step:
    return Step(kind, (Entry(WHEN, "王芳", path, before, after),))


RECORDS: list[Record] = [
    step(), Base(WHEN, "王芳", "ab" * 32, "year: 2024\norgan: {name: 甲}\n"), step("figures.a.b.c", None, 3),
    Marks("carried", WHEN, "王芳", ("organ.name", "figures.a.b.c")), step("narrative.overview", "一\n二", '引"号\\', "undo"),
]  # fmt: skip


def journal(folder: Path) -> Journal:
    return Journal(folder / "柳湾镇.yaml")


def test_it_lies_hidden_beside_the_params_file(tmp_path: Path) -> None:
    assert journal(tmp_path).path == tmp_path / ".柳湾镇.yaml.journal"


def test_nothing_written_is_nothing_read(tmp_path: Path) -> None:
    assert journal(tmp_path).read().records == ()


def test_what_is_written_comes_back(tmp_path: Path) -> None:
    for record in RECORDS:
        journal(tmp_path).append([record])
    assert list(journal(tmp_path).read().records) == RECORDS
    journal(tmp_path).replace(RECORDS[:2])
    assert list(journal(tmp_path).read().records) == RECORDS[:2]


@given(before=VALUES, after=VALUES, who=st.text(max_size=10), path=st.text(max_size=20))
def test_any_value_comes_back(tmp_path_factory: pytest.TempPathFactory, before: Any, after: Any, who: str, path: str) -> None:
    file = Journal(tmp_path_factory.mktemp("journal") / "x.yaml")
    expected = Step("change", (Entry(WHEN, who, path, before, after),))
    file.append([expected])
    assert file.read().records == (expected,)


def test_half_a_character_of_a_broken_keyboard_comes_back(tmp_path: Path) -> None:
    journal(tmp_path).append([step(after="\ud83d")])
    assert journal(tmp_path).read().records == (step(after="\ud83d"),)


def test_money_comes_back_as_the_text_the_reader_takes_for_it(tmp_path: Path) -> None:
    journal(tmp_path).append([step(after=Decimal("1.50"))])
    assert journal(tmp_path).read().records == (step(after="1.50"),)


def test_cut_at_any_byte_the_lines_before_are_read_and_the_torn_one_is_reported(tmp_path: Path) -> None:
    for record in RECORDS:
        journal(tmp_path).append([record])
    whole = journal(tmp_path).path.read_bytes()
    ends = [at + 1 for at, byte in enumerate(whole) if byte == ord("\n")]
    for cut in range(len(whole)):
        journal(tmp_path).path.write_bytes(whole[:cut])
        read = journal(tmp_path).read()
        # a line that is whole but for its line end has all that was to be written
        lines = sum(end <= cut + 1 for end in ends)
        assert list(read.records) == RECORDS[:lines], cut
        assert read.torn == (cut not in (0, *ends, *(end - 1 for end in ends))), cut
        assert read.damaged == 0


@pytest.mark.parametrize("at", range(0, 120, 7))
def test_a_changed_byte_is_found(tmp_path: Path, at: int) -> None:
    for record in RECORDS:
        journal(tmp_path).append([record])
    data = bytearray(journal(tmp_path).path.read_bytes())
    data[at] ^= 1
    journal(tmp_path).path.write_bytes(bytes(data))
    read = journal(tmp_path).read()
    assert list(read.records) == RECORDS[1:]
    assert read.damaged >= 1


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(b"[]", id="no mapping"),
        pytest.param(b"{}", id="no checksum"),
        pytest.param(b"\xff\xfe", id="no text"),
        pytest.param(b"\0" * 4096, id="zeros, as a power cut leaves them"),
        pytest.param(b"[" * 100_000, id="deeper than can be read"),
        pytest.param(b'{"kind":"change","when":"x","who":"","items":[],"sum":"00000000"}', id="a made-up checksum"),
    ],
)
def test_foreign_lines_do_no_harm(tmp_path: Path, line: bytes) -> None:
    journal(tmp_path).append([RECORDS[0]])
    with journal(tmp_path).path.open("ab") as file:
        file.write(line + b"\n")
    journal(tmp_path).append([RECORDS[2]])
    read = journal(tmp_path).read()
    assert list(read.records) == [RECORDS[0], RECORDS[2]]
    assert (read.damaged, read.torn) == (1, False)


def test_a_line_after_a_torn_one_is_whole(tmp_path: Path) -> None:
    journal(tmp_path).append(RECORDS[:2])
    path = journal(tmp_path).path
    path.write_bytes(path.read_bytes()[:-20])
    journal(tmp_path).append([RECORDS[2]])
    assert list(journal(tmp_path).read().records) == [RECORDS[0], RECORDS[2]]


@pytest.mark.posix_only
def test_on_a_full_disk_an_error_is_raised(tmp_path: Path) -> None:
    journal(tmp_path).path.symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left"):
        journal(tmp_path).append([RECORDS[0]])


def test_a_folder_in_the_way_is_reported(tmp_path: Path) -> None:
    journal(tmp_path).path.mkdir()
    with pytest.raises(OSError):  # noqa: PT011 - which one depends on the system
        journal(tmp_path).append([RECORDS[0]])
    with pytest.raises(CannotWrite):
        journal(tmp_path).replace([RECORDS[0]])


def test_it_is_readable_by_the_whole_office(tmp_path: Path) -> None:
    journal(tmp_path).append([RECORDS[0]])
    mask = os.umask(0)
    os.umask(mask)
    assert journal(tmp_path).path.stat().st_mode & 0o777 == 0o666 & ~mask
