"""Damaged params files: each is refused in Chinese with file, line and place, or read as it says; no other value, no traceback.

What the file says is worked out a second time by PyYAML alone, with every value as text.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from toolkit.checks import Case, run_case
from toolkit.core.errors import ParamsUnreadable, Problem
from toolkit.report import Value
from toolkit.report.reading import report_from_yaml

FILE = "清河镇.yaml"
SAMPLES = tuple(sorted((Path(__file__).resolve().parents[2] / "params").rglob("[!_]*.yaml")))
FEW, MANY = 40, 5_000
PLAIN = re.compile(r"[-+]?(0|[1-9][0-9]*)(\.[0-9]+)?")
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
LINE_ENDS = str.maketrans("\x85\u2028\u2029", "___")  # no editor shows them as such
NOTHING = ("", "~", "null", "Null", "NULL")
WORDS = {"yes": "true", "on": "true", "true": "true", "no": "false", "off": "false", "false": "false"}
PIECES = (
    "0", "-1", "007", "3件", "1,200", "1_000", "1e9", "0x1F", "0o17", "1:30", ".5", "5.", "１２", "1 2", "约5",
    "null", "~", "yes", "No", "[1, 2]", "{a: 1}", "2024-01-20", '"', "'", "|", ">", "|2", "&a 3", "*a",
    "!!int 3", "!!str 3", "#", " #", ":", "：", ",", "- ", "\t", "\u3000", "\xa0", "\u200b", "\u202e",
    "\u2028", "\x85", "\ufeff", "\x07", "\x00", "𠮷", "😀", "---", "...", "%YAML 1.1", "? a", "<<: *a", "\r",
    "9" * 15, "9" * 16, "9" * 40, "²", "①", "一", "O", "=1+1",
)  # fmt: skip


@cache
def sample(number: int) -> str:
    return SAMPLES[number % len(SAMPLES)].read_text(encoding="utf-8")


def damaged(seed: int) -> bytes:
    """A sample with one or two damages to its lines, at times to its bytes too."""
    dice = random.Random(f"params {seed}")
    lines = sample(dice.randrange(len(SAMPLES))).split("\n")
    for _ in range(dice.choice((1, 1, 2))):
        at = dice.randrange(len(lines))
        lines[at : at + 1] = _line(lines[at], dice, lines)
    line_end = dice.choice(("\n", "\n", "\n", "\r\n", "\r"))
    encoding = dice.choice((*["utf-8"] * 6, "utf-8-sig", "utf-16", "gb18030"))
    raw = line_end.join(lines).encode(encoding)
    return _bytes(raw, dice) if dice.random() < 0.15 else raw


def _line(line: str, dice: random.Random, lines: list[str]) -> list[str]:
    piece, cut = dice.choice(PIECES), dice.randint(0, len(line))
    key, colon, value = line.partition(": ")
    wide = value.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    return dice.choice((
        [line[:cut] + piece + line[cut:]], [line[:cut] + line[cut + 1 :]], [line[:cut]], [key + colon + piece], [value], [],
        [line, line], [line, dice.choice(lines)], [dice.choice(lines)], [f" {line}"], [line[1:]], [f"\t{line.lstrip()}"],
        [key + "：" + value], [key + ":" + value], [key + colon + wide], [key + colon + f'"{value}'],
        [key + colon + value + piece], [line[:cut], line[cut:]], [f"# {line}"], [line + " # 注"],
        [key.upper() + colon + value], [line[:cut], *lines[:3]],
    ))  # fmt: skip


def _bytes(raw: bytes, dice: random.Random) -> bytes:
    at, length = dice.randint(0, len(raw)), dice.choice((1, 1, 3, 60))
    changes: tuple[Callable[[], bytes], ...] = (
        lambda: raw[:at],
        lambda: raw[:at] + dice.randbytes(length) + raw[at + length :],
        lambda: raw[:at] + raw[at + length :],
        lambda: raw[at:] + raw[:at],
    )
    return dice.choice(changes)()


def cells_of(raw: bytes) -> Iterator[tuple[str, str]]:
    """Path and text of every cell, as PyYAML reads the file without turning anything into a number."""
    marks = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig"))
    encoding = next((name for mark, name in marks if raw.startswith(mark)), "utf-8")
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError:
        text = raw.decode("gb18030")
    figures: Any = (yaml.load(text.translate(LINE_ENDS), _LOADER) or {}).get("figures") or {}
    for table, rows in _items(figures):
        for row, columns in _items(rows):
            yield from ((f"{table}.{row}.{column}", value) for column, value in _items(columns))


def _items(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        yield from value.items()
    else:
        assert value in NOTHING


def agrees(value: Value, text: str) -> bool:
    """Whether a cell that was read is what its text says."""
    text = text.strip()
    if value is None:
        return text in NOTHING
    if isinstance(value, str):
        return value in (text, WORDS.get(text.lower())) and (not PLAIN.fullmatch(text) or len(text) > 15)
    return PLAIN.fullmatch(text) is not None and Decimal(text) == value


def faults(raw: bytes) -> Iterator[str]:
    """What is wrong with how one damaged file is taken; "read" and "refused" count as nothing wrong."""
    try:
        report = report_from_yaml(raw, FILE)
    except ParamsUnreadable as error:
        yield from (f"no place: {problem}" for problem in error.problems if not _is_placed(problem, raw))
        return
    read = {str(at): value for at, value in report.figures.given.items()}
    read |= {path.removeprefix("figures."): value for path, value in report.foreign.items()}
    says = dict(cells_of(raw))
    filled = {path for path, text in says.items() if text.strip() not in NOTHING}
    yield from (f"lost or invented: {path}" for path in sorted(filled - read.keys() | read.keys() - says.keys()))
    yield from (f"{path}: {text!r} read as {read[path]!r}" for path, text in says.items() if not agrees(read.get(path), text))
    named = {finding.place for finding in run_case(Case(report))}
    unread = {str(at) for at, value in report.figures.given.items() if isinstance(value, str)}
    yield from (f"no finding: {path}" for path in sorted(unread - named))


def _is_placed(problem: Problem, raw: bytes) -> bool:
    """Whether a problem names the file, one of its lines, and in Chinese what was expected, or what is wrong and what to do."""
    absent = problem.path in ("year", "organ") and problem.expected == "必填项"  # a key that is not there has no line
    last = len(re.split(rb"\r\n?|\n", raw)) + 1
    placed = problem.file == FILE and (0 < problem.line <= last or absent)
    return placed and re.search("[\u4e00-\u9fff]", problem.expected or problem.found) is not None


@pytest.mark.parametrize("start", range(0, FEW, 10))
def test_damaged_files_are_refused_with_their_line_or_read_as_they_say(start: int) -> None:
    assert {seed: wrong for seed in range(start, start + 10) if (wrong := list(faults(damaged(seed))))} == {}


@pytest.mark.sweep
@pytest.mark.parametrize("start", range(FEW, MANY, 124))
def test_many_damaged_files(start: int) -> None:
    assert {seed: wrong for seed in range(start, min(MANY, start + 124)) if (wrong := list(faults(damaged(seed))))} == {}
