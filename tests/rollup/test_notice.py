"""The notice on a year's reports: who was late, returned, corrected, and who did well."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import docx
import pytest
from typer.testing import CliRunner

from tests.dispatch.offices import COUNTY, FOLDER, YEAR
from toolkit.cli import app
from toolkit.dispatch.states import Step
from toolkit.report import report_to_yaml
from toolkit.report.embedded import digest_of
from toolkit.rollup.completeness import Receipts, submission_statuses
from toolkit.rollup.members import Members, read_members
from toolkit.rollup.notice import notice, notice_name

TODAY = date(2025, 2, 10)
LATE, RETURNED, CORRECTED, MISSING = "白鹭乡", "松石镇", "青禾镇", "自然资源局"


def step(event: str, day: int, digest: str) -> Step:
    note = "2025-01-25" if event == "returned" else ""
    return Step(event, datetime(2025, 1, day, 9).astimezone(), "王某", digest, note)


@pytest.fixture(scope="module")
def members() -> Members:
    found = read_members(FOLDER)
    return replace(found, reports={name: report for name, report in found.reports.items() if name != MISSING})


def written(members: Members) -> docx.document.Document:
    digests = {name: digest_of(report_to_yaml(report)) for name, report in members.reports.items()}
    steps = {name: [step("received", 10, at), step("accepted", 18, at)] for name, at in digests.items()}
    now = digests[RETURNED]
    steps[RETURNED] = [
        step("received", 10, "a"), step("returned", 12, "a"), step("received", 14, "b"), step("returned", 15, "b"),
        step("received", 17, now), step("accepted", 18, now),
    ]  # fmt: skip
    steps[CORRECTED] = [step("received", 10, "a"), step("accepted", 12, "a"), step("received", 17, digests[CORRECTED])]
    steps[LATE] = [step("received", 25, digests[LATE]), step("accepted", 26, digests[LATE])]
    rows = submission_statuses(members, TODAY, dict.fromkeys(members.reports, ()), Receipts(steps))
    raw = notice(members, rows, steps, TODAY)
    assert raw == notice(members, rows, steps, TODAY)
    return docx.Document(io.BytesIO(raw))


def test_notice_names_late_returned_corrected_and_sound_members(members: Members) -> None:
    document = written(members)
    said = [item.text for item in document.paragraphs]
    assert "按期报送13个，逾期报送1个，未报1个，经审核退回1个，报送后更正1个" in said[2]
    late, returned, corrected = ([[cell.text for cell in row.cells] for row in table.rows[1:]] for table in document.tables)
    assert late == [["云溪县白鹭乡人民政府", "1月25日", "5"], ["云溪县自然资源局", "未报", "21"]]
    assert returned == [["云溪县松石镇人民政府", "2", "1月12日、1月15日", "通过"]]
    assert corrected == [["云溪县青禾镇人民政府", "1", "1月17日"]]  # what was asked for is no correction
    sound = next(text for text in said if text.endswith("共11个。"))
    assert "松石镇" not in sound
    assert "请云溪县自然资源局抓紧办理，尽快报送。" in said


def test_command_writes_it_into_the_countys_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "params" / str(YEAR) / COUNTY
    folder.mkdir(parents=True)
    (folder / "_jurisdiction.yaml").write_bytes((FOLDER / "_jurisdiction.yaml").read_bytes())
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, ["status", f"params/{YEAR}/{COUNTY}", "--notice", "--today", "2025-02-10"])
    assert done.exit_code == 1, done.output
    path = tmp_path / "outputs" / str(YEAR) / COUNTY / notice_name(read_members(folder))
    assert path.is_file()
    assert path.name == "云溪县2024年政府信息公开工作年度报告报送情况的通报.docx"
