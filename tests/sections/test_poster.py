"""What the picture for the public shows: which figures, what is left out at zero, which years, which sentences."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from toolkit.checks.assembly import assemble
from toolkit.forms import Address
from toolkit.report import Channel, Report, read_report
from toolkit.report.neighbours import EARLIER_YEARS
from toolkit.sections.poster import FEWEST, MOST, PosterContent, poster_content, poster_to_json, poster_values

PARAMS = Path(__file__).parents[2] / "params"
SAMPLES = sorted(PARAMS.glob("20*/*/[!_]*.yaml"))
BUSY, QUIET = PARAMS / "2024/云溪县/松石镇.yaml", PARAMS / "2024/云溪县/白鹭乡.yaml"


def content(path: Path) -> PosterContent:
    report = read_report(path)
    return poster_content(report, assemble(report, path, years_back=EARLIER_YEARS).earlier)


def all_zero(report: Report) -> Report:
    for address in report.form.cells:
        report = report.with_value(address, 0)
    return report


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_every_sample_has_at_most_seven_figures_and_only_its_own_sentences(path: Path) -> None:
    report, shown = read_report(path), content(path)
    assert 1 <= len(shown.figures) <= MOST
    own = "".join(report.narrative.overview.split()) + "".join(report.narrative.problems.split())
    quoted = [part.sentence for part in shown.parts] + [shown.years.sentence if shown.years else "", shown.next_steps]
    assert [sentence for sentence in quoted if "".join(sentence.split()) not in own] == []
    assert len([sentence for sentence in quoted if sentence]) == len({sentence for sentence in quoted if sentence})
    assert poster_values(poster_to_json(shown))["organ"] == report.organ.name


def test_the_figures_of_a_busy_year_are_those_of_the_tables() -> None:
    report, shown = read_report(BUSY), content(BUSY)
    figures = {figure.label: figure.value for figure in shown.figures}
    assert len(figures) == MOST
    assert "0" not in figures.values()
    assert figures["新收政府信息公开申请"] == str(report.figures[Address("applications", "new", "total")])
    assert [part.heading for part in shown.parts] == ["主要公开渠道", "申请办理结果", "谁在提出申请"]
    assert all(part.bars[0].share == 1 for part in shown.parts)


def test_zero_is_written_for_applications_and_disputes_only_where_room_is_left() -> None:
    shown = content(QUIET)
    assert [(figure.label, figure.value) for figure in shown.figures] == [
        ("主动公开政府信息", "78"), ("新收政府信息公开申请", "0"), ("行政复议、行政诉讼", "0"),
    ]  # fmt: skip
    assert [part.heading for part in shown.parts] == ["主要公开渠道"]
    assert len(shown.figures) <= FEWEST


def test_a_year_without_anything_shows_no_chart_and_no_years() -> None:
    report = all_zero(read_report(BUSY))
    shown = poster_content(report, [all_zero(read_report(PARAMS / "2023/云溪县/松石镇.yaml"))])
    assert [part.heading for part in shown.parts] == ["主要公开渠道"]
    assert shown.years is None


def test_blank_figures_are_left_out() -> None:
    report = read_report(BUSY).with_value(Address("permits", "permits", "decisions"), None)
    assert "行政许可处理决定" not in {figure.label for figure in poster_content(report).figures}


def test_three_years_stand_side_by_side_the_oldest_first_and_a_blank_is_reported() -> None:
    this, last = read_report(BUSY), read_report(PARAMS / "2023/云溪县/松石镇.yaml")
    before = replace(last, year=2022).with_value(Address("applications", "carried_out", "total"), None)
    years = poster_content(this, [last, before, replace(last, year=2021)]).years
    assert years is not None
    assert years.years == (2022, 2023, 2024)
    columns = dict(years.series)
    assert [text for text, _ in columns["新收申请"]] == ["52", "52", "183"]
    assert max(share for column in columns.values() for _, share in column) == 1


def test_a_total_that_the_text_rounds_is_taken_from_the_text() -> None:
    figures = content(PARAMS / "2020/嘉祥县/孟姑集镇.yaml").figures
    assert (figures[0].value, figures[0].unit, figures[0].cells) == ("500", "余条", ("narrative.overview",))


def test_many_channels_are_folded_and_others_stand_last() -> None:
    channels = (*(Channel(name=f"渠道{number}", count=number) for number in range(1, 10)), Channel(name="其他", count=99))
    (part,) = poster_content(replace(all_zero(read_report(BUSY)), channels=channels)).parts
    assert [(bar.label, bar.text) for bar in part.bars] == [
        ("渠道9", "9条"), ("渠道8", "8条"), ("渠道7", "7条"), ("渠道6", "6条"), ("渠道5", "5条"), ("其余5个渠道", "109条"),
    ]  # fmt: skip


def test_what_is_no_content_is_refused() -> None:
    with pytest.raises(ValueError, match=r"no content|Expecting"):
        poster_values("")
    with pytest.raises(ValueError, match="no content"):
        poster_values('{"organ": "x"}')
