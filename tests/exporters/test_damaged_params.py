"""Damaged params: every problem is a sentence; what can be read is checked, set in four formats and read back the same."""

from __future__ import annotations

import random
from functools import cache
from pathlib import Path

import pytest

from tests.importing.shapes import SETTERS, document
from toolkit.checks import Case, run_case
from toolkit.core.errors import NianbaoError, ParamsUnreadable
from toolkit.exporters import readback
from toolkit.report import Report
from toolkit.report.model import LARGEST
from toolkit.report.reading import report_from_yaml

SAMPLES = tuple(sorted((Path(__file__).resolve().parents[2] / "params").rglob("[!_]*.yaml")))
FEW, MANY = 24, 5_000
KINDS = ("docx", "html", "xlsx", "pdf")
PIECES = (
    "", "0", "-1", "3件", "1e9", "0x1F", "null", "~", "yes", "[1, 2]", "{a: 1}", "2024-01-20", '"', "'", "|", ">", "&a", "*a",
    "#", ":", "\t", "\u3000", "\u200b", "\u202e", "\u2028", "\ufeff", "\x07", "𠮷", "😀", "<b>", "$x$", "{{7*7}}",
    "#panic(1)", "=1+1", "（一）", "99999999999999999999", "9" * 40, "公开" * 200,
)  # fmt: skip


@cache
def sample(number: int) -> str:
    return SAMPLES[number % len(SAMPLES)].read_text(encoding="utf-8")


def damaged(seed: int) -> str:
    """A sample with one to four lines, values or characters changed."""
    dice = random.Random(seed)
    lines = sample(dice.randrange(len(SAMPLES))).split("\n")
    for _ in range(dice.randint(1, 4)):
        at = dice.randrange(len(lines))
        line, piece, cut = lines[at], dice.choice(PIECES), dice.randint(0, len(lines[at]))
        key, colon, value = line.partition(": ")
        lines[at] = dice.choice((
            line[:cut] + piece + line[cut:], line[:cut] + line[cut + 1 :], line[:cut], f"{key}{colon}{piece}", value, "",
            line + "\n" + line, lines[dice.randrange(len(lines))], line.replace("0", piece, 1), " " + line,
        ))  # fmt: skip
    return "\n".join(lines)


def check(seed: int, kinds: tuple[str, ...]) -> bool:
    """Read, check, set and read back one damaged file; whether it could be read."""
    try:
        report: Report = report_from_yaml(damaged(seed).encode("utf-8"))
    except ParamsUnreadable as error:
        if not error.problems:
            raise
        return False
    run_case(Case(report))
    paper = document(report)
    figures = report.figures.given.values()
    sound = all(not isinstance(value, str) and value is not None and abs(value) < LARGEST for value in figures)
    for kind in kinds:
        try:
            data = SETTERS[kind](paper)
        except NianbaoError:
            continue  # a character that no font has: refused with a sentence
        differences = list(getattr(readback, f"check_{kind}")(data, paper, report))
        # a dirty cell or one of twenty digits may not come back; then the difference is found
        assert differences == [] or not sound, (seed, kind)
    return True


def test_damaged_params_are_refused_in_words_or_come_back_the_same() -> None:
    read = [check(seed, KINDS) for seed in range(FEW)]
    assert any(read)


@pytest.mark.sweep
@pytest.mark.parametrize("start", range(FEW, MANY, 100))
def test_many_damaged_params(start: int) -> None:
    for seed in range(start, min(MANY, start + 100)):
        check(seed, KINDS)
