"""Findings are stored beside the outputs, and only reports of which something changed are judged again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests.register.stories import answered, opened
from tests.rollup.stories import county, report_of
from toolkit.checks.assembly import Verdict, judge_file
from toolkit.forms import Address
from toolkit.report import read_report, write_report
from toolkit.rollup.completeness import member_findings
from toolkit.rollup.members import Members, read_members
from toolkit.rollup.stored_findings import stored_findings

TODAY = date(2025, 1, 10)
PASSAGE = "云溪县的道路养护经费按月公开，每一笔都写明用在哪个村、哪一段路、由谁验收，群众可以到镇便民服务中心查阅底册。" * 4


@pytest.fixture
def area(tmp_path: Path) -> Path:
    return county(tmp_path / "params", {"县政府办公室": 1, "甲镇": 3, "乙镇": 4})


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that are judged, in their order."""
    names: list[str] = []

    def judge(file: Path, **more: object) -> Verdict:
        names.append(file.stem)
        return judge_file(file, **more)  # type: ignore[arg-type]

    monkeypatch.setattr("toolkit.rollup.stored_findings.judge_file", judge)
    return names


def findings(area: Path, day: date = TODAY) -> dict[str, tuple[object, ...]]:
    """What is found with the store; it must be what is found without."""
    members: Members = read_members(area)
    found = stored_findings(members, day, area.parents[2] / "outputs" / "store.json")
    assert found == member_findings(members, day)
    return dict(found)


def test_nothing_is_judged_twice_while_nothing_changes(area: Path, judged: list[str]) -> None:
    first = findings(area)
    assert any(first.values()), "there is something to keep"
    assert sorted(judged) == sorted(first)
    judged.clear()
    assert findings(area) == first
    assert judged == []


def test_a_changed_figure_concerns_that_report(area: Path, judged: list[str]) -> None:
    findings(area)
    judged.clear()
    write_report(report_of("云溪县甲镇人民政府", figures={Address("applications", "new", "business"): 9}), area / "甲镇.yaml")
    assert findings(area)["甲镇"]
    assert judged == ["甲镇"]


def test_a_text_that_another_report_repeats_concerns_all(area: Path, judged: list[str]) -> None:
    for name in ("甲镇", "乙镇"):
        report = read_report(area / f"{name}.yaml")
        judged.clear()
        write_report(replace(report, narrative=report.narrative.model_copy(update={"overview": PASSAGE})), area / f"{name}.yaml")
        found = findings(area)
        assert len(judged) == 3
    assert any(item.code == "text-repeats-sibling" for item in found["甲镇"])  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "change", ["list", "last year", "opinion", "day", "rules", "gone", "register", "damaged", "of another folder"]
)
def test_whatever_a_verdict_depends_on_is_noticed(
    area: Path, judged: list[str], monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    findings(area)
    judged.clear()
    store = area.parents[2] / "outputs" / "store.json"
    day = TODAY
    match change:
        case "list":
            text = (area / "_jurisdiction.yaml").read_text(encoding="utf-8")
            (area / "_jurisdiction.yaml").write_text(f"overview_max_characters: 10\n{text}", encoding="utf-8")
        case "last year":
            last = area.parents[1] / "2023" / "云溪县"
            last.mkdir(parents=True)
            write_report(report_of("云溪县甲镇人民政府", 2023), last / "甲镇.yaml")
        case "opinion":
            (area / ".甲镇.yaml.review").write_text("", encoding="utf-8")
        case "day":
            day = date(2025, 4, 10)
        case "rules":
            monkeypatch.setattr("toolkit.rollup.verdict_basis.rules_digest", lambda: "others")
        case "gone":
            (area / "乙镇.yaml").unlink()
        case "register":
            with opened(area.parents[2] / "registers" / "云溪县" / "甲镇.sqlite", date(2025, 1, 10)) as register:
                register.add(answered(received_on=date(2024, 3, 7), answered_on=date(2024, 3, 25)))
        case "damaged":
            store.write_bytes(store.read_bytes()[:-30])
        case _:
            store.write_text(store.read_text(encoding="utf-8").replace('"folder":"', '"folder":"x'), encoding="utf-8")
    found = findings(area, day)
    if change == "register":
        assert "register-differs" in {item.code for item in found["甲镇"]}  # type: ignore[attr-defined]
    only = {"last year": ["甲镇"], "opinion": ["甲镇"], "register": ["甲镇"], "gone": []}.get(change)
    assert sorted(judged) == (sorted(["县政府办公室", "甲镇", *([] if change == "gone" else ["乙镇"])]) if only is None else only)


@pytest.mark.posix_only
def test_a_store_that_cannot_be_written_costs_time_only(area: Path, judged: list[str]) -> None:
    (area.parents[2] / "outputs").write_text("no folder", encoding="utf-8")
    findings(area)
    findings(area)
    assert len(judged) == 6
