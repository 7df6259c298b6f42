"""Cells of a scan that wait for a person: listed, shown with their cut-outs, gone once they are confirmed or typed over."""

from __future__ import annotations

import io
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.entry.stories import NOON, desk_with, report
from toolkit.checks import Case
from toolkit.entry.form.finish_part import BuildOutcome, Finishing
from toolkit.entry.form.form_app import FormApp
from toolkit.entry.session.boxes import SCANNED
from toolkit.entry.session.listing import with_blanks_together
from toolkit.report.scanned import ScannedCell, keep_scanned, read_scanned, scanned_path
from toolkit.rollup.completeness import member_findings, remarks, submission_statuses
from toolkit.rollup.members import read_members

NEW, GRANTED = "applications.new.natural_person", "applications.granted.natural_person"


COUNTY = Path(__file__).resolve().parents[2] / "params" / "2024" / "云溪县"


def png() -> bytes:
    out = io.BytesIO()
    Image.new("L", (40, 20), 255).save(out, "PNG")
    return out.getvalue()


CELLS = {NEW: ScannedCell("12", png(), True), GRANTED: ScannedCell("1？", png(), False)}


@pytest.fixture
def app(tmp_path: Path) -> FormApp:
    desk = desk_with(tmp_path, report())
    keep_scanned(desk.path, CELLS)
    return FormApp(desk, Case(desk.report), Finishing(lambda _: (), lambda draft: BuildOutcome()), lambda: NOON)


def send(app: FormApp, **content: Any) -> None:
    app._grids["applications"]._handle_custom_msg(content, [])


def listed(app: FormApp) -> list[str]:
    return [item.finding.message for item in app._session.view.listed if item.finding.code == SCANNED]


def test_each_cell_is_listed_with_what_was_read_and_has_its_cut_out(app: FormApp) -> None:
    assert len(listed(app)) == 2
    assert any("从扫描件识别为“12”，还没有确认" in message for message in listed(app))
    assert any("扫描件上看不清，像是“1？”" in message for message in listed(app))
    grid = app._grids["applications"]
    assert grid.state["waiting"] == [NEW, GRANTED]
    assert all(source.startswith("data:image/png;base64,") for source in grid.scans.values())
    assert app._grids["disclosure"].scans == {}


def test_a_figure_that_is_on_the_scan_is_not_offered_as_zero(app: FormApp) -> None:
    send(app, kind="change", number=1, keep=False, changes={GRANTED: "", "applications.granted.business": ""})
    listed_now = [item.finding for item in app._session.view.listed]
    (unclear,) = (item for item in listed_now if item.place == GRANTED and item.code == SCANNED)
    assert "照图输入" in unclear.next_step
    repairs = {item.place: item.repair for item in listed_now if item.code == "cell-blank"}
    assert repairs == {GRANTED: "", "applications.granted.business": "0"}
    lines = with_blanks_together(app._desk.report.form, app._session.view.listed)
    assert [item.finding.code for item in lines if item.finding.place == GRANTED] == [SCANNED], "it says where to look"


def test_a_confirmed_cell_waits_no_longer_and_stays_so(app: FormApp) -> None:
    send(app, kind="scan", address=NEW)
    assert app._grids["applications"].state["waiting"] == [GRANTED]
    assert len(listed(app)) == 1
    assert read_scanned(app._desk.path).keys() == {GRANTED}


def test_the_button_of_a_warning_confirms_a_cell_and_leaves_nothing_in_the_report(app: FormApp) -> None:
    (number,) = (item.id for item in app._session.view.listed if "从扫描件识别为" in item.finding.message)
    app._session.confirm(number, "核对过")
    assert read_scanned(app._desk.path).keys() == {GRANTED}
    assert app._desk.report.confirmed == ()


def test_who_types_a_figure_has_looked_at_the_cell(app: FormApp) -> None:
    send(app, kind="change", number=1, keep=False, changes={GRANTED: "1"})
    assert app._grids["applications"].state["waiting"] == [NEW, GRANTED]
    send(app, kind="change", number=2, keep=True, changes={GRANTED: "13"})
    send(app, kind="scan", address=NEW)
    assert app._grids["applications"].state["waiting"] == []
    assert not scanned_path(app._desk.path).exists()


def test_a_damaged_file_of_cells_leaves_nothing_to_confirm(tmp_path: Path) -> None:
    path = tmp_path / "松石镇.yaml"
    for text in ("", "{}", '{"cells": {"a": {}}}', '{"cells": []}', "\x00"):
        scanned_path(path).write_text(text, encoding="utf-8")
        assert read_scanned(path) == {}


def test_the_county_sees_how_many_cells_a_scan_leaves(tmp_path: Path) -> None:
    shutil.copytree(COUNTY, tmp_path / "2024" / "云溪县")
    keep_scanned(tmp_path / "2024" / "云溪县" / "松石镇.yaml", CELLS)
    members = read_members(tmp_path / "2024" / "云溪县")
    today = date(2025, 2, 1)
    rows = {row.member.file: row for row in submission_statuses(members, today, member_findings(members, today))}
    assert "扫描件待确认2格" in remarks(rows["松石镇"])
    assert rows["柳湾镇"].unconfirmed == 0


def test_cells_come_back_as_they_were_kept(tmp_path: Path) -> None:
    path = tmp_path / "松石镇.yaml"
    keep_scanned(path, CELLS)
    assert read_scanned(path) == CELLS
    keep_scanned(path, {})
    assert read_scanned(path) == {}
