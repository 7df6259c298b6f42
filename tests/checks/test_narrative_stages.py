"""The reader of texts is a row of stages; each imports only from itself and from those before it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from toolkit.checks.narrative.figures.causes import other_matters
from toolkit.checks.narrative.tokens import sentences_of, tokens_of

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
    ],
)
def test_a_cause_goes_on_to_the_figures_behind_it(text: str, others: list[bool | None]) -> None:
    (sentence,) = sentences_of(tokens_of(text), text)
    found = other_matters(text, sentence)
    assert [found.get(at) for at, token in enumerate(sentence) if token.kind == "figure"] == others
