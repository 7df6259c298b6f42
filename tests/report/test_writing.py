"""What is written reads back the same, for us and for papermill; a file that is there keeps everything that did not change."""

from __future__ import annotations

import difflib
import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings

from tests.examples import examples
from tests.report.stories import busy, reports
from toolkit.core.errors import CannotWrite, ParamsUnreadable
from toolkit.forms import Address
from toolkit.report import (
    Channel,
    Narrative,
    ProcessingFee,
    Report,
    read_report,
    report_from_parameters,
    report_to_yaml,
    write_report,
)
from toolkit.report.reading import report_from_yaml
from toolkit.report.writing import merged_yaml

SAMPLES = sorted(path for path in (Path(__file__).parents[2] / "params").rglob("*.yaml") if not path.name.startswith("_"))
each_sample = pytest.mark.parametrize("path", SAMPLES, ids=lambda path: f"{path.parts[-3]} {path.stem}")


@given(reports())
@settings(max_examples=examples(15, 150))
def test_write_then_read_gives_the_same_report(report: Report) -> None:
    text = report_to_yaml(report)
    assert report_from_yaml(text.encode("utf-8")) == report
    assert report_to_yaml(report_from_yaml(text.encode("utf-8"))) == text


@given(reports())
@settings(max_examples=examples(10, 100))
def test_papermill_reads_the_same_report(report: Report) -> None:
    parameters = yaml.safe_load(report_to_yaml(report))
    assert report_from_parameters(parameters) == report


@given(reports(), reports())
@settings(max_examples=examples(20, 200))
def test_one_report_is_put_into_the_file_of_another(old: Report, new: Report) -> None:
    if old.form is not new.form:
        new = replace(new, year=old.year, figures=old.figures)
    merged = merged_yaml(new, report_to_yaml(old).encode("utf-8"))
    assert report_from_yaml(merged) == new
    assert merged_yaml(new, merged) == merged
    assert report_from_yaml(merged_yaml(old, merged)) == old, "also where blanks were left"


FLOWS = [
    ("{issued: 1, valid: }", "{issued: 2, valid: 5, repealed: 3}", "a blank at the end is filled in and another cell added"),
    ("{issued: 1, valid: ,}", "{issued: 2, valid: 5, repealed: 3}", "with a comma behind it"),
    ("{issued: 1, valid}", "{issued: 2, repealed: 3, valid: 5}", "a key without a colon"),
]


@pytest.mark.parametrize(("old", "new", "why"), FLOWS)
def test_cells_are_put_into_a_row_with_blanks(old: str, new: str, why: str) -> None:
    head = "year: 2024\norgan: {name: 云溪县望江镇人民政府}\nfigures:\n  documents:\n    normative: "
    report = report_from_yaml(f"{head}{new}\n".encode())
    merged = merged_yaml(report, f"{head}{old}\n".encode())
    assert report_from_yaml(merged) == report, why
    assert f"normative: {new}" in merged.decode(), why


def test_a_value_that_no_text_gives_back_takes_no_comment_away() -> None:
    report = report_from_yaml("year: 2024\norgan: {name: 云溪县望江镇人民政府}\n".encode())
    changed = report.with_value(Address("documents", "normative", "valid"), "5")  # read back as a number
    assert merged_yaml(changed, f"# 复核过\n{report_to_yaml(report)}".encode()).startswith("# 复核过".encode())


# ---------------------------------------------------------------- the canonical text


def test_the_canonical_text_is_what_a_person_would_write() -> None:
    report = replace(
        busy(),
        channels=(Channel(name="微信公众号", count=121), Channel(name="县政府门户网站", count=100, approximate=True)),
        narrative=Narrative(overview="（一）主动公开\n全年公开500余条。\n", other="无"),
        processing_fee=ProcessingFee(notices=0, amount_yuan=Decimal("0.00")),
    )
    text = report_to_yaml(report)
    assert text.startswith("year: 2024\norgan:\n  name: 云水县清河镇人民政府\n  level: township\nfigures:\n  documents:\n")
    assert "    rules: {issued: 0, repealed: 0, valid: 0}\n" in text
    assert text.endswith(
        "channels:\n"
        "  - {name: 微信公众号, count: 121}\n"
        "  - {name: 县政府门户网站, count: 100, approximate: true}\n"
        "narrative:\n"
        "  overview: |\n"
        "    （一）主动公开\n"
        "    全年公开500余条。\n"
        "  other: 无\n"
        "processing_fee: {notices: 0, amount_yuan: 0.00}\n"
    )


@pytest.mark.parametrize("name", ["云水县𠮷塘镇人民政府", "云溪县㙍垯镇人民政府"])
def test_rare_characters_are_written_as_themselves(name: str) -> None:
    report = replace(busy(), organ=busy().organ.model_copy(update={"name": name}))
    assert f"  name: {name}\n" in report_to_yaml(report)


@pytest.mark.parametrize(
    "text", ["0537-6508002", "0537", "2025-01-20", "yes", "null", "1:30", "=1+1", "- 甲", "甲: 乙", "甲 # 乙", "@甲", ""]
)
def test_what_yaml_would_take_for_something_else_is_quoted(text: str) -> None:
    report = replace(busy(), narrative=Narrative(other=text))
    assert yaml.safe_load(report_to_yaml(report)).get("narrative", {}).get("other", "") == text


# ---------------------------------------------------------------- a file that is there


def changed_lines(old: bytes, new: bytes) -> list[str]:
    before, after = (raw.decode("utf-8").splitlines() for raw in (old, new))
    return [line for line in difflib.ndiff(before, after) if line[0] in "+-"]


@each_sample
def test_nothing_changed_is_not_a_byte_changed(path: Path) -> None:
    assert merged_yaml(read_report(path), path.read_bytes()) == path.read_bytes()


@each_sample
def test_one_figure_changes_one_line(path: Path) -> None:
    report, old = read_report(path), path.read_bytes()
    changed = report.with_value(Address("applications", "new", "research"), 77)
    merged = merged_yaml(changed, old)
    assert report_from_yaml(merged) == changed
    removed, added = changed_lines(old, merged)
    assert added[1:] == re.sub(r"research: \d+", "research: 77", removed[1:])


@each_sample
def test_a_row_that_is_blanked_keeps_its_label(path: Path) -> None:
    report, old = read_report(path), path.read_bytes()
    blanked = report
    for column in report.form.table_by_key["permits"].columns:
        blanked = blanked.with_value(Address("permits", "permits", column.key), None)
    merged = merged_yaml(blanked, old)
    assert report_from_yaml(merged) == blanked
    (line,) = [line for line in changed_lines(old, merged) if line[0] == "+"]
    assert "# 行政许可" in line
    assert merged_yaml(report, merged) == old, "filled in again, the file is as it was"


@each_sample
def test_every_text_changed_keeps_every_comment(path: Path) -> None:
    report, old = read_report(path), path.read_bytes()
    narrative = Narrative(overview="一句。", problems="（一）问题\n  缩进的一行\n", other="两行\n三行")
    changed = replace(report, narrative=narrative, channels=(Channel(name="公告栏", count=3),))
    merged = merged_yaml(changed, old)
    assert report_from_yaml(merged) == changed
    comments = [line.partition("#")[2] for line in old.decode().splitlines() if "#" in line and "narrative" not in line]
    kept = merged.decode()
    assert [comment for comment in comments if comment not in kept] == []


BY_HAND = """\
year: 2024   # 年度
organ: {name: "清河镇人民政府", contact: {phone: '0537-1'}}   # 机关

# 数据
figures:
    applications:   # 表三
        new: {natural_person: 1, business: ,}   # 新收

narrative:
    overview: >-
        折行的
        一段
    # 第五部分
    problems: 有   # 待补
channels: []
# 完
"""


def test_a_file_written_by_hand_in_another_style_is_kept() -> None:
    report = report_from_yaml(BY_HAND.encode())
    changed = replace(
        report.with_value(Address("applications", "new", "business"), 2)
        .with_value(Address("applications", "new", "research"), 3)
        .with_value(Address("fees", "fees", "amount_wan"), Decimal("2.50")),
        organ=report.organ.model_copy(update={"published_at": "县政府网站"}),
        narrative=Narrative(overview="甲\n乙\n", problems="丙\n丁", other="戊"),
        channels=(Channel(name="微信", count=1),),
    )
    merged = merged_yaml(changed, BY_HAND.encode()).decode()
    assert report_from_yaml(merged.encode()) == changed
    assert merged == (
        "year: 2024   # 年度\n"
        "organ: {name: \"清河镇人民政府\", contact: {phone: '0537-1'}, published_at: 县政府网站}   # 机关\n"
        "\n"
        "# 数据\n"
        "figures:\n"
        "    applications:   # 表三\n"
        "        new: {natural_person: 1, business: 2, research: 3}   # 新收\n"
        "    fees:\n"
        "      fees: {amount_wan: 2.50}\n"
        "\n"
        "narrative:\n"
        "    overview: |\n"
        "      甲\n"
        "      乙\n"
        "    # 第五部分\n"
        '    problems: "丙\\n丁"   # 待补\n'
        "    other: 戊\n"
        "channels:\n"
        "  - {name: 微信, count: 1}\n"
        "# 完\n"
    )


def test_line_ends_of_windows_stay_and_gbk_becomes_utf_8() -> None:
    report = report_from_yaml(BY_HAND.encode())
    changed = replace(report, narrative=Narrative(overview="甲\n乙\n", problems="有"))
    merged = merged_yaml(changed, BY_HAND.replace("\n", "\r\n").encode("gbk"))
    assert report_from_yaml(merged) == changed
    assert merged.decode("utf-8").count("\r\n") == merged.count(b"\n")
    assert "# 年度\r\n" in merged.decode("utf-8")


def test_a_file_that_is_no_report_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "清河镇.yaml"
    path.write_text("year: [\n", encoding="utf-8")
    with pytest.raises(ParamsUnreadable):
        write_report(busy(), path)
    assert path.read_text(encoding="utf-8") == "year: [\n"


def test_new_file_and_old_file(tmp_path: Path) -> None:
    path = tmp_path / "2024" / "云水县" / "清河镇.yaml"
    write_report(busy(), path)
    assert path.read_text(encoding="utf-8") == report_to_yaml(busy())
    changed = busy().with_value(Address("documents", "rules", "valid"), 3)
    write_report(changed, path)
    assert read_report(path) == changed
    assert [item.name for item in path.parent.iterdir()] == ["清河镇.yaml"]


def test_a_file_in_the_way_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "2024").write_text("", encoding="utf-8")
    with pytest.raises(CannotWrite, match="同名的文件或文件夹挡在那里"):
        write_report(busy(), tmp_path / "2024" / "清河镇.yaml")
