"""The reader of texts is a row of stages; each imports only from itself and from those before it."""

from __future__ import annotations

import ast
import re
from decimal import Decimal
from pathlib import Path

import pytest

from toolkit.checks.narrative.candidates.slips import is_typing_slip
from toolkit.checks.narrative.figures import read_text
from toolkit.checks.narrative.figures.causes import other_matters
from toolkit.checks.narrative.tokens import sentences_of, tokens_of
from toolkit.report import Organ

NARRATIVE = Path(__file__).parents[2] / "toolkit" / "checks" / "narrative"
STAGES = ("tokens", "figures", "candidates", "relations", "assignment")
PACKAGE = "toolkit.checks.narrative."


def _imports(module: Path) -> set[str]:
    tree = ast.parse(module.read_text(encoding="utf-8"))
    names = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}
    return {name.removeprefix(PACKAGE).split(".")[0] for name in names if name.startswith(PACKAGE)} & set(STAGES)


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_imports_from_those_before_it(stage: str) -> None:
    before = STAGES[: STAGES.index(stage) + 1]
    wrong = {
        (module.name, name) for module in (NARRATIVE / stage).glob("*.py") for name in _imports(module) if name not in before
    }
    assert wrong == set()


def test_a_folder_holds_at_most_fifteen_modules() -> None:
    assert all(len(list(folder.glob("*.py"))) <= 15 for folder in (NARRATIVE, *(NARRATIVE / stage for stage in STAGES)))


@pytest.mark.parametrize(
    ("text", "others"),
    [
        ("土地确权类行政复议6件、行政诉讼4件。", [True, True]),
        ("处罚类案件行政复议6件；因政府信息公开引发行政诉讼2件。", [True, False]),
        ("复议15件，其中征收类13件、信息公开类2件。", [True, True, False]),
        ("行政复议6件、行政诉讼4件，多因征地补偿引起。", [True, True]),
        ("申请人不服答复提起行政复议6件，行政诉讼4件。", [False, False]),
        ("全年发生行政复议6件。", [None]),
        ("因行政处罚被申请行政复议6件。", [True]),
        ("因房屋征收补偿发生行政复议7件、行政诉讼5件。", [True, True]),
        ("涉及本机关的行政复议6件，行政诉讼4件，均为一审案件。", [None, None]),
        ("行政诉讼46件，多由征收补偿引起，与政府信息公开有关的诉讼6件。", [True, False]),
    ],
)
def test_a_cause_goes_on_to_the_figures_behind_it(text: str, others: list[bool | None]) -> None:
    (sentence,) = sentences_of(tokens_of(text), text)
    found = other_matters(text, sentence)
    assert [found.get(at) for at, token in enumerate(sentence) if token.kind == "figure"] == others


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("12.6万条", "126347条", True),
        ("12.6万条", "12.6万条", True),
        ("12.6万条", "127000条", False),
        ("12.6万条", "131347条", False),
        ("126条", "126条", True),
        ("126条", "127条", False),
    ],
)
def test_figures_of_one_count_may_be_rounded(one: str, other: str, *, same: bool) -> None:
    first, second = read_text(
        "narrative.overview", f"公开信息{one}。公开信息{other}。", Organ(name="云溪县人民政府"), 2024
    ).figures
    assert (first.is_same_as(second), second.is_same_as(first)) == (same, same)


@pytest.mark.parametrize(
    ("value", "right", "slip"),
    [(2035700, 2305718, True), (2305700, 2035718, True), (2999900, 2305718, False), (1200, 2134, False), (203570, 230600, False)],
)
def test_the_digits_that_are_written_of_a_rounded_figure_are_compared(value: int, right: int, *, slip: bool) -> None:
    assert is_typing_slip(Decimal(value), Decimal(right)) is slip


def test_sentences_are_found_by_their_words() -> None:
    text = "收到申请8件。没有复议，也没有诉讼。都已答复。诉讼2件。"
    part = read_text("narrative.overview", text, Organ(name="云溪县人民政府"), 2024)
    found = list(part.sentences_with(re.compile("复议|诉讼")))
    assert [text[start:end] for _, start, end in found] == ["没有复议，也没有诉讼。", "诉讼2件。"]
    assert [number for number, _, _ in found] == [1, 3]
