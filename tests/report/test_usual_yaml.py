"""The quick reader gives what the YAML parser gives, value by value and line by line, or leaves the text to it."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
import yaml

from toolkit.core.errors import ParamsUnreadable
from toolkit.report import read_report, report_to_yaml
from toolkit.report.usual_yaml import read_usual
from toolkit.report.yaml_reading import _EventReader, _plain_value, hide_line_ends, yaml_values

SAMPLES = sorted(Path(__file__).parents[2].joinpath("params").rglob("*.yaml"))
PIECES = (
    *" \n:#,-{}[]'\"|>&*!%@`\\?~=.+0129ae_（《“一是年\t\u3000\u00a0\r\x85\u2028\ufeff\U00020000\U0010fff0",
    "  ", "\n  ", ": ", "- ", " #", "|\n", "|-\n", "null", "true", "\n\n", "\n \n", "---\n", "...\n", "''", '""', "1e9", "012",
    "1.50", "-3", "{a: 1, b: }", "[]",
)  # fmt: skip


def parsed(text: str) -> tuple[Any, ...] | None:
    """Values, lines in their order; ``None`` for a text with a problem."""
    reader = _EventReader(hide_line_ends(text), "")
    try:
        values = reader.document()
    except (yaml.YAMLError, ParamsUnreadable):
        return None
    return None if reader.problems else (repr(values), list(reader.lines.items()))


def quick(text: str) -> tuple[Any, ...] | None:
    read = read_usual(text, _plain_value)
    return read and (repr(read[0]), list(read[1].items()))


@pytest.mark.parametrize("file", SAMPLES, ids=lambda file: "-".join(file.parts[-3:]))
def test_every_sample_and_its_canonical_text_are_read_quickly_and_alike(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert quick(text) == parsed(text) is not None
    if not file.name.startswith("_"):
        canonical = report_to_yaml(read_report(file))
        assert quick(canonical) == parsed(canonical) is not None


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("a: 1\nb:\nc: null\nd: 012\ne: 1.50\n", {"a": 1, "b": None, "c": None, "d": "012"}),
        ("a: {b: 1, c: , d: 二}   # 说明\n", {"a": {"b": 1, "c": None, "d": "二"}}),
        ("a: {b: \"x: 1, #2\", c: ''}\n", {"a": {"b": "x: 1, #2", "c": ""}}),
        ("a:\n- {b: 1}\n# 说明\n- {b: 2}\nc: []\n", {"a": [{"b": 1}, {"b": 2}], "c": []}),
        ("a: |\n  一\n\n    # 二\n\n\nb: |-\n  三\n", {"a": "一\n\n  # 二\n", "b": "三"}),
        ("a: 1\r\nb: {c: 2}\r\n", {"a": 1, "b": {"c": 2}}),
    ],
)
def test_shapes_that_people_write_are_read_quickly(text: str, values: dict[str, Any]) -> None:
    read = read_usual(text, _plain_value)
    assert read is not None
    assert values.items() <= read[0].items()
    assert quick(text) == parsed(text.replace("\r\n", "\n"))


@pytest.mark.parametrize(
    "text",
    [
        "", "# 说明\n", "a: 1", "- 1\n", "a:\n  1\n", "a: 一\n  二\n", "a: 1\na: 2\n", "a: {b: 1, b: 2}\n", "a: &x 1\n",
        "a: *x\n", "a: !!int 1\n", "a:\t1\n", "a: {b:1}\n", "a: {b: 1,}\n", "a: {b: 1\n", "a: 一: 二\n",
        "a: |2\n   一\n", "a: >\n  一\n", "a: |\n  一\n  \n", "a: |\n\n  一\n", "a: |\nb: 1\n", "---\na: 1\n",
        "a: 1\n---\nb: 2\n", "a: 1\n  b: 2\n", "  a: 1\n", "一: 1\n", "a: \"\\n\"\n", "a: 'b''c'\n", "a: [1]\n",
        "a: 一\u2028二\n", "a: 一\x85二\n", "a: 一\ufeff二\n", "a: 一\u202e二\n", "a: 一\x00二\n",
        "a: 一\U0010fff0二\n", "a: -\n", "a: - 1\n", "? a\n: 1\n",
        "".join(f"{'  ' * deep}a:\n" for deep in range(30)),
    ],
)  # fmt: skip
def test_anything_else_is_left_to_the_parser(text: str) -> None:
    assert read_usual(text, _plain_value) is None


def test_changed_samples_are_read_alike_or_left_to_the_parser() -> None:
    chance, compared = random.Random(1), 0
    texts = [file.read_text(encoding="utf-8") for file in SAMPLES]
    for _ in range(4000):
        text = _changed(_piece(chance.choice(texts), chance), chance)
        read = quick(text)
        if read is not None:
            compared += 1
            assert read == parsed(text), text
    assert compared > 800


def _piece(text: str, chance: random.Random) -> str:
    """A few rows, the first of them at the margin."""
    rows = text.split("\n")
    first = chance.randrange(len(rows))
    margin = len(rows[first]) - len(rows[first].lstrip(" "))
    return "".join(f"{row[margin:]}\n" for row in rows[first : first + chance.randrange(1, 8)])


def _changed(text: str, chance: random.Random) -> str:
    for _ in range(chance.randrange(3)):
        at = chance.randrange(len(text) + 1)
        text = text[:at] + chance.choice(("", *PIECES)) + text[at + chance.randrange(2) :]
    return text


def test_a_fault_is_reported_by_the_parser_as_before() -> None:
    with pytest.raises(ParamsUnreadable) as caught:
        yaml_values(b"year: 2024\norgan: {name: [\n", "x.yaml", expected="values")
    assert [(problem.line, problem.file) for problem in caught.value.problems] == [(3, "x.yaml")]
