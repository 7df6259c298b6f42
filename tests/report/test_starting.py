"""`nianbao new`: what a clerk finds in a new params file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.report.stories import busy
from toolkit.core.errors import NoSuchForm, ParamsUnreadable, UsageError
from toolkit.report import Contact, Organ, read_report, write_report
from toolkit.report.starting import carried_over, new_params


def test_a_blank_file_has_every_cell_with_its_label(tmp_path: Path) -> None:
    started = new_params(tmp_path, 2024, "云水县/清河镇")
    assert started.path == tmp_path / "2024" / "云水县" / "清河镇.yaml"
    assert not started.carried
    text = started.path.read_text(encoding="utf-8")
    report = read_report(started.path)
    assert dict(report.figures.given) == {}
    assert text.startswith("# yaml-language-server: $schema=../../params.schema.json\n")
    for table in report.form.tables:
        for row in table.rows:
            assert row.sum or f"# {row.label.split('（区分')[0]}" in text or row.label.split("（区分")[0] in text
            for column in table.columns:
                assert column.sum or f"{column.key}: " in text
    for key in ("office:", "address:", "phone:", "published_at:", "overview:", "problems:", "other:"):
        assert key in text


@pytest.mark.parametrize("year", [2020, 2021, 2025])
def test_last_years_organ_and_carried_figures_come_along(tmp_path: Path, year: int) -> None:
    organ = Organ(name="云水县清河镇人民政府", level="township", contact=Contact(phone="0999-1"), published_on=f"{year}-01-20")
    last = replace(busy(2024), organ=organ) if year > 2021 else replace(busy(year - 1), organ=organ)
    write_report(replace(last, year=year - 1), tmp_path / str(year - 1) / "云水县" / "清河镇.yaml")
    started = new_params(tmp_path, year, "云水县/清河镇")
    report = read_report(started.path)
    assert started.carried
    assert report.organ == organ.model_copy(update={"published_on": ""})
    assert report.value("applications", "carried_in", "natural_person") == 1
    assert report.value("applications", "carried_in", "total") == 1
    assert report.value("applications", "new", "natural_person") is None


def test_what_was_not_answered_is_not_carried() -> None:
    last = busy(2023)
    report = carried_over(last, 2024)
    assert {address.row for address in report.figures.given} == {"carried_in"}
    assert report.narrative.overview == ""


def test_a_file_that_is_there_is_left_alone(tmp_path: Path) -> None:
    path = new_params(tmp_path, 2024, "云水县/清河镇").path
    before = path.read_bytes()
    with pytest.raises(UsageError, match="“云水县/清河镇”已经有了，没有改动：请用 nianbao lab 打开接着填"):
        new_params(tmp_path, 2024, "云水县/清河镇")
    assert path.read_bytes() == before


def test_a_broken_file_of_last_year_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "2023" / "云水县" / "清河镇.yaml"
    path.parent.mkdir(parents=True)
    path.write_text("year: [\n", encoding="utf-8")
    with pytest.raises(ParamsUnreadable):
        new_params(tmp_path, 2024, "云水县/清河镇")


BAD_PLACES = ["../清河镇", "/etc/清河镇", "云水县/..", "", "云水县/", "C:\\清河镇", "云水县/CON", "云水县/nul.x", "_jurisdiction",
              "云水县/清河镇.", "云水县/清河*镇", "云水县/\n", ".隐藏"]  # fmt: skip


@pytest.mark.parametrize("place", BAD_PLACES)
def test_a_place_that_no_system_takes_is_refused(tmp_path: Path, place: str) -> None:
    with pytest.raises(UsageError, match=r"应写成 所属地区/机关|请写明所属地区和机关"):
        new_params(tmp_path, 2024, place)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("place", ["params/2024/云水县/清河镇.yaml", "2024/云水县/清河镇", "params\\云水县\\清河镇"])
def test_the_path_of_the_file_is_no_place(tmp_path: Path, place: str) -> None:
    with pytest.raises(UsageError, match="只写所属地区和机关"):
        new_params(tmp_path / "params", 2024, place)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "place",
    ["云水县/清河镇.yaml", "云水县\\清河镇", " 云水县 / 清河镇 ", "云水县／清河镇", "云水县＼清河镇", "云水县/清河\u200b镇"],
)
def test_a_place_may_be_written_in_more_than_one_way(tmp_path: Path, place: str) -> None:
    assert new_params(tmp_path, 2024, place).path == tmp_path / "2024" / "云水县" / "清河镇.yaml"


def test_a_name_longer_than_a_file_system_takes_is_refused_in_short(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"^“甲{10}……”有 81 字，地区和机关的名称不能超过 80 字$"):
        new_params(tmp_path, 2024, f"云水县/{'甲' * 81}")
    assert new_params(tmp_path, 2024, f"云水县/{'甲' * 80}").path.is_file()


def test_a_year_without_a_form(tmp_path: Path) -> None:
    with pytest.raises(NoSuchForm):
        new_params(tmp_path, 2018, "云水县/清河镇")
