"""The precomputed findings of a report reach its notebook, and no other."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.building.params import make_params
from tests.report.stories import busy
from toolkit.building import precomputed as module
from toolkit.building.precomputed import packed, precompute, precomputed_for
from toolkit.engine.preload import set_payload
from toolkit.forms import Address
from toolkit.jupyter.opening import open_paper
from toolkit.report import read_report
from toolkit.report.writing import report_to_values
from toolkit.sections.paper import Paper


@pytest.fixture(autouse=True)
def no_payload() -> Iterator[None]:
    yield
    set_payload(b"")


def test_a_report_is_the_same_in_another_process() -> None:
    report = busy(2024)
    again = pickle.loads(pickle.dumps(report))
    assert again == report
    assert again.form is report.form
    assert dict(again.figures) == dict(report.figures)


def test_earlier_years_are_read_beside_the_file(tmp_path: Path) -> None:
    params = make_params(tmp_path, ["甲乡"], sample="青禾镇")
    file = params / "2024" / "云溪县" / "甲乡.yaml"
    found = precompute(read_report(file), file)
    assert [item.year for item in found.earlier] == [2023]
    values = report_to_values(found.report)
    set_payload(packed(found, values))
    assert precomputed_for(values | {"links": None}) == found  # as the notebook has them


def test_changed_parameters_are_computed_again() -> None:
    report = busy(2024)
    values = report_to_values(report)
    set_payload(packed(Paper(report, (busy(2023),)), values))
    assert precomputed_for(values) is not None
    assert precomputed_for(report_to_values(report.with_value(Address("documents", "normative", "issued"), 77))) is None
    assert precomputed_for(values | {"year": 2023}) is None
    assert precomputed_for({name: value for name, value in values.items() if name != "organ"}) is None


def test_equal_values_of_another_type_are_computed_again() -> None:
    report = busy(2024)
    values = report_to_values(report)
    set_payload(packed(Paper(report), values | {"processing_fee": 1}))
    assert precomputed_for(values | {"processing_fee": 1}) is not None
    assert precomputed_for(values | {"processing_fee": True}) is None


def test_the_paper_takes_the_precomputed_findings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    params = make_params(tmp_path, ["甲乡"], sample="青禾镇")
    file = params / "2024" / "云溪县" / "甲乡.yaml"
    monkeypatch.setenv("NIANBAO_PARAMS_FILE", str(file))
    values = report_to_values(read_report(file))
    alone = open_paper(values)
    set_payload(packed(precompute(read_report(file), file), values))
    monkeypatch.setattr(module, "precompute", None)
    monkeypatch.setattr("toolkit.building.precomputed.precompute", None)
    handed = open_paper(values)
    assert isinstance(handed, Paper)
    assert isinstance(alone, Paper)
    assert handed.front() == alone.front()
    assert handed.closing() == alone.closing()
    assert [handed.part(part.key) for part in handed.report.form.parts] == [
        alone.part(part.key) for part in alone.report.form.parts
    ]
