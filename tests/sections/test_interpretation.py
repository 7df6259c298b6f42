"""The draft of the 解读: its length, its numbers from the cells they name, and nothing for the rules on text and tables."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from toolkit.checks import run_case
from toolkit.checks.assembly import assemble
from toolkit.forms import Address
from toolkit.report import Report, read_report
from toolkit.sections.interpretation import LONGEST, SHORTEST, LinkedNumber, interpret, total_of

PARAMS = Path(__file__).parents[2] / "params"
SAMPLES = sorted(PARAMS.glob("20*/*/[!_]*.yaml"))
BUSY = PARAMS / "2024/云溪县/松石镇.yaml"
FOREIGN = {"subtopic-missing", "text-silent"}  # about a whole part one, which a 解读 is not


def numbers(report: Report, *earlier: Report) -> list[LinkedNumber]:
    return [piece for pieces in interpret(report, earlier).paragraphs for piece in pieces if isinstance(piece, LinkedNumber)]


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_of_every_sample_it_has_the_length_and_stands_before_the_rules(path: Path) -> None:
    report = read_report(path)
    case = assemble(report, path, years_back=3)
    draft = interpret(report, case.earlier)
    assert SHORTEST <= len("".join(draft.text.split())) <= LONGEST
    alone = report.narrative.model_copy(update={"overview": draft.text, "problems": "", "other": ""})
    found = run_case(replace(case, report=replace(report, narrative=alone)))
    wrong = [item for item in found if item.where == "narrative.overview" and item.severity != "notice"]
    assert [(item.code, item.message) for item in wrong if item.code not in FOREIGN] == []


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_every_number_is_linked_and_is_the_sum_of_its_cells(path: Path) -> None:
    report = read_report(path)
    last = assemble(report, path).last_year
    for number in numbers(report, *([last] if last else [])):
        assert all(Address(*cell.split(".")) in report.form.cells for cell in number.cells)
        total, before = total_of(report, number.cells), total_of(last, number.cells) if last else None
        assert Decimal(number.text) == (abs(total - before) if number.last_year and before is not None else total)
    text = "".join(
        piece for pieces in interpret(report, [last] if last else []).paragraphs for piece in pieces if isinstance(piece, str)
    )
    assert re.findall(r"\d+", text) in ([str(report.year)], []), "the year alone is no number of a cell"


def test_zero_is_put_into_words_and_blanks_are_passed_over() -> None:
    report = read_report(BUSY)
    for address in report.form.cells:
        report = report.with_value(address, 0)
    text = interpret(report).text
    assert "未收到政府信息公开申请" in text
    assert "未发生因政府信息公开引起的行政复议、行政诉讼" in text
    assert numbers(report) == []
    blank = report
    for address in report.form.cells:
        blank = blank.with_value(address, None)
    assert "未收到" not in interpret(blank).text
    assert "未发生" not in interpret(blank).text
    assert len(interpret(blank).text) > SHORTEST


def test_a_difference_to_last_year_says_which_way() -> None:
    report, last = read_report(BUSY), read_report(PARAMS / "2023/云溪县/松石镇.yaml")
    assert "新收申请比上年增加131件。" in interpret(report, [last]).text
    assert "比上年" not in interpret(report).text
    fewer = replace(last, year=2025)
    assert "新收申请比上年减少131件。" in interpret(fewer, [report]).text
