"""What travels inside the PDF: params under a head that names the rules and the hash, and back."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from toolkit.core.errors import ParamsUnreadable
from toolkit.report import Report, read_report, report_to_yaml
from toolkit.report.embedded import carried_text, digest_of, read_carried

SAMPLES = sorted((Path(__file__).resolve().parents[2] / "params").rglob("[!_]*镇.yaml"))


@pytest.fixture
def report() -> Report:
    return read_report(SAMPLES[0])


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: f"{path.parent.parent.name}-{path.stem}")
def test_it_comes_back_whole(path: Path) -> None:
    report = read_report(path)
    carried = read_carried(carried_text(report, "2026.1").encode())
    assert (carried.report, carried.text, carried.intact) == (report, report_to_yaml(report), True)
    assert (carried.rules_version, carried.digest) == ("2026.1", digest_of(report_to_yaml(report)))


def test_it_is_still_a_params_file_for_everybody(report: Report) -> None:
    text = carried_text(report, "2026.1")
    assert yaml.safe_load(text) == yaml.safe_load(report_to_yaml(report))
    assert text == carried_text(report, "2026.1")


CHANGES = [
    (lambda text: text.replace("year: ", "year:  "), "a blank more"),
    (lambda text: text.replace("SHA-256：", "SHA-256：0", 1)[:-1], "another hash"),
    (lambda text: text.partition("\n")[2], "a line of the head gone"),
    (lambda text: text + "# 补充\n", "a remark behind"),
]


@pytest.mark.parametrize(("change", "why"), CHANGES, ids=[why for _, why in CHANGES])
def test_a_change_is_seen(report: Report, change: object, why: str) -> None:
    assert not read_carried(change(carried_text(report, "2026.1")).encode()).intact  # type: ignore[operator]


def test_what_is_no_params_file_is_refused() -> None:
    with pytest.raises(ParamsUnreadable):
        read_carried(b"\x00\x01")
