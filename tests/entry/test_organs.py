"""Finding organs and beginning reports: fifteen or four thousand, from last year's, from a published one."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.entry.desks import SAMPLE, Clock
from toolkit.core.errors import ParamsUnreadable, UsageError
from toolkit.core.shipped import PACKAGE
from toolkit.entry.desk.desk import Desk
from toolkit.entry.start.organs import (
    begin_report,
    carried_paths,
    choices_of_year,
    full_place,
    keep_imported,
    place_for,
    places_to_begin,
    search_choices,
    years_with_reports,
)
from toolkit.importing import Imported
from toolkit.report import Report, read_report


@pytest.fixture
def params(tmp_path: Path) -> Path:
    """Two towns of 云溪县 (invented) in 2024, one of them in 2025 already; and what is no report."""
    for year, place in (
        (2024, "云溪县/柳湾镇"),
        (2024, "云溪县/石桥镇"),
        (2025, "云溪县/石桥镇"),
        (2024, "望川市/城关区/柳树镇"),
    ):
        path = tmp_path / "params" / str(year) / f"{place}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(SAMPLE, path)
    for other in ("2024/云溪县/_jurisdiction.yaml", "2024/云溪县/.柳湾镇.yaml.journal", "1999/云溪县/旧.yaml", "备份/旧.yaml"):
        path = tmp_path / "params" / other
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("", encoding="utf-8")
    return tmp_path / "params"


def test_years_are_those_with_a_form_the_latest_first(params: Path) -> None:
    assert years_with_reports(params) == (2025, 2024)
    assert years_with_reports(params / "nothing") == ()


def test_an_organ_without_its_jurisdiction_is_the_one_that_is_known_or_is_asked_for(params: Path) -> None:
    assert full_place(params, 2025, "柳湾镇") == "云溪县/柳湾镇"
    assert full_place(params, 2025, "新县/新镇") == "新县/新镇"
    assert full_place(params / "flat", 2025, "新镇") == "新镇"
    with pytest.raises(UsageError, match="如 云溪县/新镇"):
        full_place(params, 2025, "新镇")
    (params / "2024" / "临江县").mkdir()
    shutil.copy(SAMPLE, params / "2024" / "临江县" / "柳湾镇.yaml")
    with pytest.raises(UsageError, match="同名的有：临江县/柳湾镇、云溪县/柳湾镇"):
        full_place(params, 2025, "柳湾镇")


def test_choices_are_reports_only(params: Path) -> None:
    assert [choice.label for choice in choices_of_year(params, 2024)] == [
        "云溪县 / 柳湾镇",
        "云溪县 / 石桥镇",
        "望川市 / 城关区 / 柳树镇",
    ]
    assert choices_of_year(params, 2030) == ()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        pytest.param("", ["柳湾镇", "石桥镇", "柳树镇"], id="nothing typed, nothing left out"),
        pytest.param("柳", ["柳湾镇", "柳树镇"], id="organs that begin with it"),
        pytest.param("湾", ["柳湾镇"], id="a character within"),
        pytest.param("云溪 石", ["石桥镇"], id="two words"),
        pytest.param("云溪县/石桥镇", ["石桥镇"], id="as it is written in the folder tree"),
        pytest.param("　城关　", ["柳树镇"], id="wide blanks"),
        pytest.param("没有的", [], id="nothing found"),
    ],
)
def test_search(params: Path, query: str, found: list[str]) -> None:
    assert [choice.path.stem for choice in search_choices(choices_of_year(params, 2024), query)] == found


def test_one_of_four_thousand_organs_is_found(tmp_path: Path) -> None:
    for county in range(40):
        folder = tmp_path / "2024" / f"第{county}县"
        folder.mkdir(parents=True)
        for organ in range(100):
            (folder / f"第{organ}镇.yaml").touch()
    choices = choices_of_year(tmp_path, 2024)
    assert len(choices) == 4000
    assert [choice.place for choice in search_choices(choices, "第7县 第12镇")] == ["第7县/第12镇"]


def test_what_is_left_to_begin_this_year(params: Path) -> None:
    assert places_to_begin(params, 2025) == ("云溪县/柳湾镇", "望川市/城关区/柳树镇")


def test_a_new_report_carries_over_and_marks_it(params: Path) -> None:
    path = begin_report(params, 2025, "云溪县/柳湾镇", who="王芳", now=Clock())
    report = read_report(path)
    assert report.year == 2025
    with Desk(path, who="王芳", now=Clock()) as desk:
        assert {"organ.name", "organ.contact.phone", "figures.applications.carried_in.natural_person"} <= desk.carried
        assert all(desk.value(path) not in (None, "") for path in desk.carried)
        assert desk.unsaved == 0
        assert desk.notes == ()


def test_a_report_without_last_years_marks_nothing(params: Path) -> None:
    path = begin_report(params, 2025, "云溪县/新设镇", who="王芳", now=Clock())
    assert [file.name for file in path.parent.iterdir() if "新设镇" in file.name] == ["新设镇.yaml"]


def test_what_is_there_is_not_begun_again(params: Path) -> None:
    before = (params / "2025" / "云溪县" / "石桥镇.yaml").read_bytes()
    with pytest.raises(UsageError, match="已经有了"):
        begin_report(params, 2025, "云溪县/石桥镇", who="王芳", now=Clock())
    assert (params / "2025" / "云溪县" / "石桥镇.yaml").read_bytes() == before


def test_last_years_broken_file_is_reported(params: Path) -> None:
    (params / "2024" / "云溪县" / "柳湾镇.yaml").write_text("year: [", encoding="utf-8")
    with pytest.raises(ParamsUnreadable):
        begin_report(params, 2025, "云溪县/柳湾镇", who="王芳", now=Clock())


def report_of(name: str) -> Report:
    report = read_report(SAMPLE)
    values = report.organ.model_copy(update={"name": name})
    return Report(2024, values, report.figures)


@pytest.mark.parametrize(
    ("name", "place"),
    [
        pytest.param("云溪县柳湾镇人民政府", "云溪县/柳湾镇", id="an organ that is known"),
        pytest.param("云溪县新设镇人民政府", "云溪县/新设镇", id="a new one of a known county"),
        pytest.param("远山县白云乡人民政府", "远山县/白云乡", id="a county that is not there yet"),
    ],
)
def test_the_place_proposed_for_an_imported_report(params: Path, name: str, place: str) -> None:
    assert place_for(report_of(name), choices_of_year(params, 2024)) == place


def test_an_imported_report_is_kept_once_with_what_is_to_be_looked_at(params: Path) -> None:
    report = report_of("云溪县新设镇人民政府")
    imported = Imported(report, "docx", "标题", 2024, notes=("第二页模糊",))
    path = keep_imported(params, imported, "云溪县/新设镇")
    assert read_report(path) == report
    assert path.read_text(encoding="utf-8").startswith("# 从“标题”导入")
    with pytest.raises(UsageError, match="没有覆盖"):
        keep_imported(params, imported, "云溪县/新设镇")
    with pytest.raises(UsageError, match="应写成"):
        keep_imported(params, imported, "../外面")
    with pytest.raises(UsageError, match="没有读出"):
        keep_imported(params, Imported(None, "docx"), "云溪县/无年度")


def test_the_samples_of_the_project_are_found() -> None:
    assert years_with_reports(PACKAGE.parent / "params")[0] >= 2024
    assert len(choices_of_year(PACKAGE.parent / "params", 2024)) >= 10
    assert carried_paths(read_report(SAMPLE))[0] == "organ.name"
