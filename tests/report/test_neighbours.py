"""Which files under params/ belong together."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.report.stories import busy
from toolkit.report import Organ, read_report, write_report
from toolkit.report.neighbours import file_of_year, find_place, misnamed_files, original_of, params_files

PLACE = Path("云水县") / "清河镇.yaml"


@pytest.fixture
def params(tmp_path: Path) -> Path:
    """Three years of 清河镇, a neighbour, and files that are no reports; the folder has a blank in its name."""
    folder = tmp_path / "我的 params"
    for year in (2021, 2022, 2023):
        write_report(busy(year), folder / str(year) / PLACE)
    other = replace(busy(2023), organ=Organ(name="云水县清河街道办事处"))
    write_report(other, folder / "2023" / "云水县" / "清河街道.yaml")
    (folder / "2023" / "云水县" / "_jurisdiction.yaml").write_text("name: 云水县\n", encoding="utf-8")
    (folder / "2023" / ".backup").mkdir()
    (folder / "2023" / ".backup" / "清河镇.yaml").write_text("", encoding="utf-8")
    (folder / "2023" / "云水县" / "说明.txt").write_text("", encoding="utf-8")
    return folder


def test_reports_of_a_folder_in_order_and_nothing_else(params: Path) -> None:
    found = [path.relative_to(params).as_posix() for path in params_files([params])]
    assert found == ["2021/云水县/清河镇.yaml", "2022/云水县/清河镇.yaml", "2023/云水县/清河街道.yaml", "2023/云水县/清河镇.yaml"]


def test_a_misnamed_report_is_distinguished_from_other_files(params: Path) -> None:
    folder = params / "2024"
    (folder / ".cache").mkdir(parents=True)
    for name in ("甲镇.yml", "乙镇.yaml.txt", "丙镇.YAML", ".丁镇.yml", "_jurisdiction.yml", "戊镇.yaml.docx", ".cache/己镇.yml"):
        (folder / name).touch()
    assert [file.name for file in misnamed_files([params, folder])] == ["丙镇.YAML", "乙镇.yaml.txt", "甲镇.yml"]
    assert list(params_files([folder])) == []


COPIES = """
清河镇(1)|清河镇 (2)|清河镇（1）|清河镇 - 副本|清河镇 - 副本 (2)|清河镇 副本|清河镇副本2|清河镇 - Copy|清河镇 copy 2
清河镇-DESKTOP-7A2B9C1|清河镇-LAPTOP-OFFICE1-2|清河镇_冲突文件_张三_20250110|清河镇(冲突副本 2025-01-10)
清河镇 (conflicted copy 2025-01-10 093000)|清河镇.sync-conflict-20250110-093000-ABCDEFG|清河镇_备份|清河镇 备份20250110
"""
NO_COPIES = """
清河镇|清河镇政府|清河镇（清源社区）|清河街道(1)|副本|(1)|清河镇2|清河镇-第一分局|清河镇 (北)
"""
NAMES = [(name, names is COPIES) for names in (COPIES, NO_COPIES) for name in names.strip().replace("\n", "|").split("|")]


@pytest.mark.parametrize(("name", "is_copy"), NAMES)
def test_what_programs_name_a_copy(name: str, is_copy: bool, tmp_path: Path) -> None:
    (tmp_path / "清河镇.yaml").touch()
    assert original_of(tmp_path / f"{name}.yaml") == (tmp_path / "清河镇.yaml" if is_copy else None)


@pytest.mark.parametrize(
    "name",
    [
        "清河镇 2",
        "清河镇 的副本",
        "Copy of 清河镇",
        "清河镇_20260112_备份",
        "清河镇[冲突]",
        "清河镇最终版",
        "（定稿）清河镇",
        "清河镇_conf(1)",
        "清河镇　",
    ],
)
def test_what_people_name_a_copy_is_one_where_the_organ_is_the_same(name: str, params: Path) -> None:
    town = params / "2023" / "云水县" / "清河镇.yaml"
    copy = town.with_name(f"{name}.yaml")
    copy.write_bytes(town.read_bytes())
    assert original_of(copy) == town
    copy.write_bytes(town.read_bytes().replace(read_report(town).organ.name.encode(), "云水县第二清河镇人民政府".encode()))
    assert original_of(copy) is None


@pytest.mark.parametrize("name", ["清河镇2", "清河镇v2", "清河镇正式版", "大河镇"])
def test_with_any_name_a_file_about_a_listed_organ_is_a_copy(name: str, params: Path) -> None:
    town = params / "2023" / "云水县" / "清河镇.yaml"
    copy, organ = town.with_name(f"{name}.yaml"), read_report(town).organ.name
    copy.write_bytes(town.read_bytes())
    assert original_of(copy) is None, "nothing says whose file it is"
    listed = town.with_name("_jurisdiction.yaml")
    listed.write_text(f"name: 云水县人民政府\nmembers:\n  - {{name: {organ}, file: 清河镇}}\n", encoding="utf-8")
    assert (original_of(copy), original_of(town)) == (town, None)
    town.unlink()
    assert original_of(copy) is None, "the only file of the organ is no copy"


def test_another_organ_with_the_name_of_a_copy_is_no_copy(params: Path) -> None:
    town = params / "2023" / "云水县" / "清河镇.yaml"
    centre, copy = town.with_name("清河镇冲突调解中心.yaml"), town.with_name("清河镇 (2).yaml")
    for file in (centre, copy):
        file.write_bytes(town.read_bytes())
    assert (original_of(centre), original_of(copy)) == (town, town)
    renamed = f"{read_report(town).organ.name}冲突调解中心"
    centre.write_bytes(town.read_bytes().replace(read_report(town).organ.name.encode(), renamed.encode()))
    assert original_of(centre) is None
    copy.write_text("members: [", encoding="utf-8")
    assert original_of(copy) == town, "a copy that is damaged is one all the same"
    town.with_name("_jurisdiction.yaml").write_text(
        "name: 云水县人民政府\nmembers:\n  - {name: 云水县第二清河镇人民政府, file: 清河镇 (2)}\n", encoding="utf-8"
    )
    assert original_of(copy) is None


def test_a_file_that_is_named_is_taken_as_it_is_and_only_once(params: Path) -> None:
    named = params / "2023" / "云水县" / "清河镇.yaml"
    assert list(params_files([named])) == [named]
    assert list(params_files([named, params / "2023" / "云水县", named])).count(named) == 1


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("params/2024/云水县/清河镇.yaml", "params/2023/云水县/清河镇.yaml"),
        ("2024/2024/清河镇.yaml", "2024/2023/清河镇.yaml"),
        ("清河镇.yaml", None),
        ("params/2022/清河镇.yaml", None),
        ("params/2024.yaml", None),
    ],
)
def test_where_last_years_file_lies(path: str, expected: str | None) -> None:
    found = file_of_year(Path(path), 2024, 2023)
    assert (found.as_posix() if found else None) == expected


def test_the_place_of_a_report_is_that_of_the_organs_newest_file(params: Path) -> None:
    assert find_place(busy(2024), params) == params / "2024" / PLACE
    stranger = replace(busy(2024), organ=Organ(name="江澜市某局"))
    assert find_place(stranger, params) is None
