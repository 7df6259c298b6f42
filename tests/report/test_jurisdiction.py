"""``_jurisdiction.yaml``: what a clerk half changes is told with its line, before anything is counted by it."""

from __future__ import annotations

from pathlib import Path

import pytest

from toolkit.core.errors import ParamsUnreadable
from toolkit.report.jurisdiction import read_jurisdiction

LIST = """name: 云溪县人民政府
members:
  - {name: 云溪县甲镇人民政府, file: 甲镇}
  - {name: %s, file: %s}
"""


@pytest.mark.parametrize(
    ("name", "file", "told"),
    [
        ("云溪县乙镇人民政府", "甲镇", r":4 members\.1\.file：应为与其他成员单位不同的文件名，现为 甲镇"),
        ("云溪县甲镇人民政府", "乙镇", r":4 members\.1\.name：应为与其他成员单位不同的单位名称，现为 云溪县甲镇人民政府"),
        ("云溪县乙镇人民政府", "乙镇.yaml", r":4 members\.1\.file：应为不带 \.yaml 的文件名，现为 乙镇\.yaml"),
    ],
    ids=["one report for two members", "one organ twice", "the file with its ending"],
)
def test_a_line_copied_and_half_changed_is_reported(tmp_path: Path, name: str, file: str, told: str) -> None:
    path = tmp_path / "_jurisdiction.yaml"
    path.write_text(LIST % (name, file), encoding="utf-8")
    with pytest.raises(ParamsUnreadable, match=told):
        read_jurisdiction(path)


def test_members_that_differ_are_taken_as_they_stand(tmp_path: Path) -> None:
    path = tmp_path / "_jurisdiction.yaml"
    path.write_text(LIST % ("云溪县乙镇人民政府", "乙镇"), encoding="utf-8")
    assert [member.file for member in read_jurisdiction(path).members] == ["甲镇", "乙镇"]


@pytest.mark.parametrize("day", ["2025年1月20日", "2025-02-30", "一月底"])
def test_a_day_written_otherwise_is_reported_with_an_example(tmp_path: Path, day: str) -> None:
    path = tmp_path / "_jurisdiction.yaml"
    path.write_text(f"name: 云溪县人民政府\ndates:\n  organs_submit_by: {day}\n", encoding="utf-8")
    with pytest.raises(ParamsUnreadable, match=rf":3 dates\.organs_submit_by：应为2025-01-20 这样写的日期，现为 .*{day}"):
        read_jurisdiction(path)
