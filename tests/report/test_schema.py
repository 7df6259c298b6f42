"""The JSON Schema of the params: current, valid, and of one opinion with the reader."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from toolkit.core.errors import ParamsUnreadable
from toolkit.forms import all_forms
from toolkit.report.jurisdiction import read_jurisdiction
from toolkit.report.schema import jurisdiction_schema, jurisdiction_schema_text, params_schema, schema_text


class TextDates(yaml.SafeLoader):
    """YAML as JSON has it: a date is text."""


TextDates.add_constructor("tag:yaml.org,2002:timestamp", lambda loader, node: loader.construct_scalar(node))
PROJECT = Path(__file__).parents[2]
SAMPLES = sorted(path for path in (PROJECT / "params").rglob("*.yaml") if not path.name.startswith("_"))
VALIDATOR = jsonschema.Draft202012Validator(params_schema())


def errors(values: Any) -> list[str]:
    return [error.message for error in VALIDATOR.iter_errors(values)]


def report(**more: Any) -> dict[str, Any]:
    return {"year": 2024, "organ": {"name": "云水县清河镇人民政府"}, **more}


def test_the_file_is_current() -> None:
    text = (PROJECT / "params" / "params.schema.json").read_text(encoding="utf-8")
    assert text == schema_text(), "write toolkit.report.schema.schema_text() into it"


def test_it_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(params_schema())
    jsonschema.Draft202012Validator.check_schema(jurisdiction_schema())


def test_the_schema_of_jurisdictions_is_current_and_of_one_opinion_with_the_reader(tmp_path: Path) -> None:
    text = (PROJECT / "params" / "jurisdiction.schema.json").read_text(encoding="utf-8")
    assert text == jurisdiction_schema_text(), "write toolkit.report.schema.jurisdiction_schema_text() into it"
    validator = jsonschema.Draft202012Validator(jurisdiction_schema())
    sample = (PROJECT / "params" / "2024" / "云溪县" / "_jurisdiction.yaml").read_text(encoding="utf-8")
    asked = "overview_max_characters: 1000\nmust_mention: [政策解读, 政府公报|公报]\n"
    asked += "words: [内部掌握, {word: 城区网, instead: 县政府网站}]\n"
    for more, fine in ((asked, True), ("words: [{wort: 城区网}]\n", False), ("overview_max_characters: 0\n", False)):
        values = yaml.load(sample + more, Loader=yaml.BaseLoader if not fine else TextDates)
        file = tmp_path / "_jurisdiction.yaml"
        file.write_text(sample + more, encoding="utf-8")
        assert (not list(validator.iter_errors(values))) is fine
        if fine:
            assert [word.word for word in read_jurisdiction(file).words] == ["内部掌握", "城区网"]
        else:
            with pytest.raises(ParamsUnreadable):
                read_jurisdiction(file)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: f"{path.parts[-3]} {path.stem}")
def test_samples_are_valid(path: Path) -> None:
    assert errors(yaml.safe_load(path.read_text(encoding="utf-8"))) == []


WRONG: list[tuple[str, Any]] = [
    ("no organ", {"year": 2024}),
    ("unknown key", report(unit=3)),
    ("unknown level", {"year": 2024, "organ": {"name": "镇", "level": "镇"}}),
    ("negative count", report(figures={"applications": {"new": {"research": -1}}})),
    ("text in a cell", report(figures={"applications": {"new": {"research": "3件"}}})),
    ("a row of the other edition", report(figures={"applications": {"other": {"research": 1}}})),
    ("a table of the other edition", {**report(figures={"procurement": {"procurement": {"items": 1}}})}),
    ("a column of the other edition", {**report(year=2020, figures={"documents": {"rules": {"issued": 1}}})}),
    ("a channel without count", report(channels=[{"name": "微信"}])),
]


@pytest.mark.parametrize("values", [case[1] for case in WRONG], ids=[case[0] for case in WRONG])
def test_what_is_wrong_is_underlined(values: Any) -> None:
    assert errors(values)


def test_a_file_that_is_being_filled_in_is_not_underlined() -> None:
    blank = {"organ": {"name": "镇", "contact": None, "published_at": None}, "channels": None, "narrative": {"overview": None}}
    assert errors({"year": 2024, **blank, "figures": {"applications": {"new": {"research": None}}}}) == []


def test_every_row_and_column_is_shown_with_its_label() -> None:
    definitions = params_schema()["$defs"]
    for form in all_forms():
        tables = definitions[f"figures_{form.id}"]["properties"]
        for address, column in form.cells.items():
            cell = tables[address.table]["properties"][address.row]["properties"][address.column]
            assert cell["title"] == column.label
