"""What was found out about a report reaches its notebook, and no other."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.building.params import make_params
from tests.report.stories import busy
from toolkit.building import precomputed as module
from toolkit.building.precomputed import Known, find_out, known_of
from toolkit.engine.handover import hand_over
from toolkit.forms import Address
from toolkit.jupyter.opening import open_paper
from toolkit.report import read_report
from toolkit.report.writing import report_to_values
from toolkit.sections.paper import Paper


@pytest.fixture(autouse=True)
def nothing_handed() -> Iterator[None]:
    yield
    hand_over(b"")


def test_a_report_is_the_same_in_another_process() -> None:
    report = busy(2024)
    again = pickle.loads(pickle.dumps(report))
    assert again == report
    assert again.form is report.form
    assert dict(again.figures) == dict(report.figures)


def test_found_out_beside_the_file(tmp_path: Path) -> None:
    params = make_params(tmp_path, ["甲乡"], sample="青禾镇")
    file = params / "2024" / "云溪县" / "甲乡.yaml"
    found = find_out(read_report(file), file)
    assert [item.year for item in found.earlier] == [2023]
    values = report_to_values(found.report)
    hand_over(found.packed(values))
    assert known_of(values | {"links": None}) == found  # as the notebook has them


def test_changed_parameters_are_found_out_anew() -> None:
    report = busy(2024)
    values = report_to_values(report)
    hand_over(Known(report, (busy(2023),), ()).packed(values))
    assert known_of(values) is not None
    assert known_of(report_to_values(report.with_value(Address("documents", "normative", "issued"), 77))) is None
    assert known_of(values | {"year": 2023}) is None
    assert known_of({name: value for name, value in values.items() if name != "organ"}) is None


def test_what_is_equal_and_not_the_same_is_read_anew() -> None:
    report = busy(2024)
    values = report_to_values(report)
    hand_over(Known(report, (), ()).packed(values | {"processing_fee": 1}))
    assert known_of(values | {"processing_fee": 1}) is not None
    assert known_of(values | {"processing_fee": True}) is None


def test_the_paper_takes_what_is_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    params = make_params(tmp_path, ["甲乡"], sample="青禾镇")
    file = params / "2024" / "云溪县" / "甲乡.yaml"
    monkeypatch.setenv("NIANBAO_PARAMS_FILE", str(file))
    values = report_to_values(read_report(file))
    alone = open_paper(values)
    hand_over(find_out(read_report(file), file).packed(values))
    monkeypatch.setattr(module, "find_out", None)
    monkeypatch.setattr("toolkit.jupyter.opening.find_out", None)
    handed = open_paper(values)
    assert isinstance(handed, Paper)
    assert isinstance(alone, Paper)
    assert handed.front() == alone.front()
    assert handed.closing() == alone.closing()
    assert [handed.part(part.key) for part in handed.report.form.parts] == [
        alone.part(part.key) for part in alone.report.form.parts
    ]
