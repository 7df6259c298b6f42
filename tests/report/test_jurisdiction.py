"""``_jurisdiction.yaml``: what a clerk half changes is told with its line, before anything is counted by it."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from toolkit.core.errors import ParamsUnreadable
from toolkit.report import jurisdiction as module
from toolkit.report.jurisdiction import Jurisdiction, Member, known_jurisdiction, read_jurisdiction, turning_days, turns_passed

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
        ("“云溪县甲镇人民政府”", "乙镇", r":4 members\.1\.name：应为与其他成员单位不同的单位名称，现为 云溪县甲镇人民政府"),
        ("云溪县乙镇人民政府", "乙镇.yaml", r":4 members\.1\.file：应为不带 \.yaml 的文件名，现为 乙镇\.yaml"),
    ],
    ids=["one report for two members", "one organ twice", "in Chinese marks", "the file with its ending"],
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


def one(file: str = "甲镇", more: str = "") -> str:
    return f"name: 云溪县人民政府\nmembers:\n  - {{name: 云溪县甲镇人民政府, file: {file}{more}}}\n"


ODD = [
    (one('"../甲镇"'), "members.0.file", "another folder"),
    (one("'..\\甲镇'"), "members.0.file", "another folder, as Windows writes it"),
    (one("/etc/hosts"), "members.0.file", "a path from the root"),
    (one("'C:\\甲镇'"), "members.0.file", "a path of Windows"),
    (one("a/b"), "members.0.file", "a folder below"),
    (one("nul.txt"), "members.0.file", "a device of Windows"),
    (one('"甲?"'), "members.0.file", "a sign that Windows has in no name"),
    (one("_甲镇"), "members.0.file", "passed over as hidden"),
    (one(".甲镇"), "members.0.file", "hidden"),
    (one('"甲镇."'), "members.0.file", "a dot at the end, which Windows drops"),
    (one('"甲\\u200b镇"'), "members.0.file", "an invisible sign"),
    (one("长" * 81), "members.0.file", "no file has so long a name"),
    (one("甲镇.YAML"), "members.0.file", "the ending in capitals"),
    ("name: a\nmembers:\n  - {name: b, file: abc}\n  - {name: c, file: ABC}\n", "members.1.file", "one file on Windows"),
    ('name: a\nmembers:\n  - {name: b, file: é}\n  - {name: c, file: "e\\u0301"}\n', "members.1.file", "one file on macOS"),
    ("name: a\ndates: {publish_by: 20250131}\n", "dates.publish_by", "a number for a day"),
    ("name: a\noverview_max_characters: true\n", "overview_max_characters", "true is 1 for Python"),
    ("name: a\nother_max_characters: 0\n", "other_max_characters", "no characters at all"),
    ('name: a\nmust_mention: ["|"]\n', "must_mention.0", "nothing to mention"),
    ('name: a\nmust_count: [""]\n', "must_count.0", "nothing to count"),
]


@pytest.mark.parametrize(("text", "path", "why"), ODD, ids=[why for *_, why in ODD])
def test_a_value_that_would_be_wrong_later_is_refused_with_its_line(tmp_path: Path, text: str, path: str, why: str) -> None:
    file = tmp_path / "_jurisdiction.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ParamsUnreadable) as caught:
        read_jurisdiction(file)
    (problem,) = caught.value.problems
    assert (problem.path, problem.line > 0) == (path, True)
    assert not re.search("[A-Za-z]{3,} [a-z]{2,}", problem.expected), "English in front of a clerk"


def test_a_wide_bar_separates_as_the_other_does(tmp_path: Path) -> None:
    file = tmp_path / "_jurisdiction.yaml"
    file.write_text('name: a\nmust_mention: ["政策解读 ｜解读", "公报|"]\n', encoding="utf-8")
    assert read_jurisdiction(file).must_mention == ("政策解读|解读", "公报")


@pytest.mark.parametrize(
    ("written", "addresses"),
    [
        ("jia＠yunxi．gov．example", ("jia@yunxi.gov.example",)),  # as an input method for Chinese types it
        ("甲 ＜jia@yunxi.gov.example＞", ("jia@yunxi.gov.example",)),
        ("甲镇 <Jia@b.example>", ("jia@b.example",)),
        ("a@b.example；c@d.example", ("a@b.example", "c@d.example")),
        ("a@b.example, a@b.example", ("a@b.example",)),
        ("无", ()),
    ],
)
def test_the_addresses_of_a_member_however_they_are_written(written: str, addresses: tuple[str, ...]) -> None:
    assert Member(name="甲镇", file="甲镇", email=written).addresses == addresses


def test_a_day_of_the_jurisdiction_joins_those_of_the_law() -> None:
    law = (date(2025, 1, 31), date(2025, 3, 31), date(2025, 12, 31))
    assert turning_days(2024, None) == law
    assert turning_days(2024, date(2025, 1, 20)) == (date(2025, 1, 20), *law)
    assert turning_days(2024, date(2025, 1, 31)) == law


@pytest.mark.parametrize(
    ("today", "passed"),
    [
        (date(2025, 1, 1), "0"), (date(2025, 1, 20), "0"), (date(2025, 1, 21), "1"), (date(2025, 1, 31), "1"),
        (date(2025, 2, 1), "2"), (date(2025, 4, 1), "3"), (date(2026, 1, 1), "4"),
    ],
)  # fmt: skip
def test_a_verdict_holds_until_the_next_day_has_passed(today: date, passed: str) -> None:
    area = Jurisdiction.model_validate({"name": "云溪县人民政府", "dates": {"publish_by": "2025-01-20"}})
    assert turns_passed(2024, area, today) == passed


def test_outside_a_tree_every_day_counts() -> None:
    assert turns_passed(None, None, date(2025, 1, 20)) == "2025-01-20"


def test_a_list_that_is_saved_while_it_is_read_is_the_one_of_its_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "_jurisdiction.yaml"
    path.write_text("name: 云溪县人民政府\n", encoding="utf-8")
    before = path.read_bytes()

    def read_then_saved(path: Path) -> bytes:
        path.write_text("name: 云水县人民政府\n", encoding="utf-8")
        return before

    monkeypatch.setattr(module, "read_neighbour", read_then_saved)
    area = known_jurisdiction(path)
    assert area is not None
    assert area.name == "云溪县人民政府"
