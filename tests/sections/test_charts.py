"""Charts say every figure, mark approximate ones, and give way to a sentence where there is nothing to draw."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from toolkit.forms import Address, form_for_year
from toolkit.report import Channel, Figures, Organ, Report, Value, read_report
from toolkit.sections.blocks import Paragraph, Picture
from toolkit.sections.charts import (
    chart_applicants,
    chart_channels,
    chart_disputes,
    chart_outcomes,
    chart_years,
    charts_applications,
)

PARAMS = Path(__file__).parents[2] / "params"
ONE_REPORT: tuple[Callable[[Report, int], Picture | Paragraph], ...] = (
    chart_channels,
    chart_outcomes,
    chart_applicants,
    chart_disputes,
)


@pytest.fixture(scope="module")
def busy() -> Report:
    return read_report(PARAMS / "2024" / "云溪县" / "松石镇.yaml")


@pytest.fixture(scope="module")
def busy_before() -> Report:
    return read_report(PARAMS / "2023" / "云溪县" / "松石镇.yaml")


def all_zero(year: int = 2024) -> Report:
    form = form_for_year(year)
    zeros: dict[Address, Value] = dict.fromkeys(form.cells, 0)
    return Report(year, Organ(name="虚构镇人民政府"), Figures(form, zeros))


def changed(report: Report, cells: dict[str, Value]) -> Report:
    given = dict(report.figures.given) | {Address.parse(where): value for where, value in cells.items()}
    return replace(report, figures=Figures(report.form, given))


def with_channels(report: Report, *channels: tuple[str, int, bool]) -> Report:
    return replace(report, channels=tuple(Channel(name=name, count=count, approximate=about) for name, count, about in channels))


def picture(chart: Picture | Paragraph) -> Picture:
    assert isinstance(chart, Picture), chart
    return chart


def sentence(chart: Picture | Paragraph) -> str:
    assert isinstance(chart, Paragraph), chart
    return chart.text


def labels(chart: Picture | Paragraph) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(picture(chart).data).iter() if element.tag.endswith("}text")]


# --- disclosure by channel


def test_channels_from_the_largest_with_approximate_counts_marked() -> None:
    chart = picture(chart_channels(read_report(PARAMS / "2020" / "嘉祥县" / "孟姑集镇.yaml"), 1))
    assert chart.caption == "图 1　2020年主动公开政府信息渠道分布（单位：条）"
    assert [label for label in labels(chart) if re.fullmatch(r"\d+余?", label)] == ["200余", "121", "100余", "23", "18"]
    for said in ("其他网络途径200余条", "微信公众号121条", "门户网站100余条", "学习平台23条", "APP18条"):
        assert said in chart.alt
    assert b"url(#" in chart.data  # hatched as well, for those who see no words
    assert "约数" in labels(chart)[-1]


def test_exact_counts_carry_no_mark() -> None:
    chart = chart_channels(with_channels(all_zero(), ("网站", 3, False), ("公告栏", 9, False)), 1)
    assert labels(chart) == ["公告栏", "9", "网站", "3"]
    assert b"url(#" not in picture(chart).data


@pytest.mark.parametrize(
    ("channels", "said"),
    [
        ((), "本年度未分渠道统计主动公开信息数量，不绘制渠道分布图。"),
        ((("网站", 0, False),), "本年度各渠道主动公开信息数量均为0，不绘制渠道分布图。"),
        ((("网站", 37, True),), "本年度主动公开信息37余条，均通过网站公开，不再绘制渠道分布图。"),  # one bar says nothing
    ],
)
def test_no_channels_to_draw(channels: tuple[tuple[str, int, bool], ...], said: str) -> None:
    assert sentence(chart_channels(with_channels(all_zero(), *channels), 1)) == said


def test_the_smallest_of_many_channels_become_one_bar() -> None:
    many = with_channels(all_zero(), *((f"渠道{i}", 100 - i, False) for i in range(20)))
    chart = picture(chart_channels(many, 1))
    assert "其余6个渠道合计" in labels(chart)
    assert str(sum(100 - i for i in range(14, 20))) in labels(chart)
    assert all(f"渠道{i}{100 - i}条" in chart.alt for i in range(20))  # the text alternative leaves nothing out


def test_a_channel_called_like_markup_is_drawn_as_written() -> None:
    chart = picture(chart_channels(with_channels(all_zero(), ("<b>&", 3, False), ("$x_1$", 2, True)), 1))
    assert labels(chart)[0] == "<b>&"
    assert "$x_1$" in labels(chart)
    assert "<b>&3条" in chart.alt


# --- applications


def test_outcomes_by_result_and_reason(busy: Report) -> None:
    chart = picture(chart_outcomes(busy, 2))
    table = busy.form.table_by_key["applications"]
    drawn = labels(chart)
    for outcome in table.outcomes:
        counts = [int(busy.number("applications", row, "total") or 0) for row in outcome.rows]
        assert outcome.label in drawn
        assert f"{outcome.label}{sum(counts)}件" in chart.alt
        assert any(label.startswith(f"{sum(counts)}（") for label in drawn)
    assert "58（33.0%）" in drawn  # 58 of 176
    assert "本机关不掌握相关政府信息27件" in chart.alt
    assert "属于国家秘密" not in drawn  # did not occur
    assert "申请人无正当理由逾期不补正" in drawn  # the form's own label is 31 characters long


def test_applicants_by_kind(busy: Report) -> None:
    chart = picture(chart_applicants(busy, 3))
    assert labels(chart) == [
        "自然人", "168（91.8%）", "商业企业", "10（5.5%）", "法律服务机构", "4（2.2%）", "其他法人或其他组织", "1（0.5%）",
    ]  # fmt: skip
    assert "科研机构0件" in chart.alt


def test_figures_are_numbered_from_the_given_number(busy: Report) -> None:
    assert [picture(chart).caption[:4] for chart in charts_applications(busy, 2)] == ["图 2　", "图 3　"]


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({}, ["本年度未收到政府信息公开申请，也没有上年结转的申请。"]),
        (
            {"applications.new.natural_person": 2, "applications.carried_out.natural_person": 2},
            ["本年度新收的2件政府信息公开申请尚未办结，均结转下年度继续办理。"],
        ),
        (
            {"applications.carried_in.business": 1, "applications.carried_out.business": 1},
            ["本年度未收到政府信息公开申请，上年结转的1件仍在办理。"],
        ),
        ({"applications.new.business": None}, ["政府信息公开申请数据尚未填报完整，不绘制相关图表。"]),
        ({"applications.new.business": "3件"}, ["政府信息公开申请数据尚未填报完整，不绘制相关图表。"]),
        ({"applications.new.business": -3}, ["政府信息公开申请数据尚未填报完整，不绘制相关图表。"]),
    ],
    ids=["none", "all carried out", "carried on", "blank", "dirty", "negative"],
)
def test_applications_that_leave_nothing_to_draw(cells: dict[str, Value], said: list[str]) -> None:
    report = without_totals(all_zero())
    assert [sentence(chart) for chart in charts_applications(changed(report, cells), 2)][:1] == said


def without_totals(report: Report) -> Report:
    given = {address: value for address, value in report.figures.given.items() if address not in report.form.sums}
    return replace(report, figures=Figures(report.form, given))


def test_one_kind_of_applicant_is_a_sentence() -> None:
    report = changed(without_totals(all_zero()), {"applications.new.natural_person": 3, "applications.granted.natural_person": 3})
    outcomes, applicants = charts_applications(report, 2)
    assert "予以公开3件" in picture(outcomes).alt
    assert sentence(applicants) == "本年度新收的3件政府信息公开申请，申请人均为自然人。"


def test_last_years_applications_alone_have_outcomes_but_no_applicants() -> None:
    report = changed(without_totals(all_zero()), {"applications.carried_in.research": 1, "applications.granted.research": 1})
    assert [type(chart) for chart in charts_applications(report, 2)] == [Picture]


def test_a_total_without_its_parts_is_not_drawn() -> None:
    form = form_for_year(2024)
    report = Report(2024, Organ(name="虚构镇人民政府"), Figures(form, {
        Address("applications", "new", "total"): 5, Address("applications", "total", "total"): 5,
    }))  # fmt: skip
    assert [sentence(chart)[:10] for chart in charts_applications(report, 1)] == ["办理结果数据尚未填报", "申请人类别数据尚未填"]


# --- disputes


def test_disputes_in_three_blocks(busy: Report) -> None:
    chart = picture(chart_disputes(busy, 4))
    assert "行政复议共8件，其中结果维持4件，结果纠正1件，其他结果1件，尚未审结2件" in chart.alt
    assert "行政诉讼（未经复议直接起诉）共2件" in chart.alt
    assert "行政诉讼（复议后起诉）共2件，其中结果维持1件，结果纠正0件，其他结果0件，尚未审结1件" in chart.alt
    assert {"行政复议", "行政诉讼（未经复议直接起诉）", "行政诉讼（复议后起诉）", "共8件"} <= set(labels(chart))


def test_no_disputes() -> None:
    assert sentence(chart_disputes(all_zero(), 4)) == "本年度未发生因政府信息公开引起的行政复议、行政诉讼。"
    blank = changed(all_zero(), {"disputes.review.upheld": None})
    assert "尚未填报完整" in sentence(chart_disputes(blank, 4))  # blank is not zero


# --- the years side by side


EDITIONS = {"2019 edition": (2019, 2020), "across editions": (2020, 2021), "2021 edition": (2023, 2024)}


@pytest.mark.parametrize("years", EDITIONS.values(), ids=EDITIONS)
def test_years_side_by_side(years: tuple[int, int]) -> None:
    before = changed(without_totals(all_zero(years[0])), {"applications.new.business": 4, "applications.granted.business": 4})
    now = changed(without_totals(all_zero(years[1])), {"applications.new.research": 6, "applications.carried_out.research": 6})
    chart = picture(chart_years(now, [before], 5))
    assert chart.caption == f"图 5　{years[0]}年和{years[1]}年政府信息公开申请和行政争议情况对比（单位：件）"
    assert f"新收申请{years[0]}年4件，{years[1]}年6件" in chart.alt
    assert f"办理完毕{years[0]}年4件，{years[1]}年0件" in chart.alt
    assert labels(chart)[:5] == ["4", str(years[0]), "6", str(years[1]), "新收申请"]


def test_years_of_a_real_sample(busy: Report, busy_before: Report) -> None:
    alt = picture(chart_years(busy, [busy_before], 5)).alt
    assert "新收申请2023年52件，2024年183件" in alt
    assert "结转下年度2023年5件，2024年12件" in alt
    assert "行政复议2023年3件，2024年8件；行政诉讼2023年0件，2024年4件" in alt


def test_four_years_at_most_in_their_order(busy: Report) -> None:
    earlier = [replace(busy, year=year) for year in (2023, 2020, 2022, 2021, 2025)]  # 2025 is not earlier
    years = [label for label in labels(chart_years(busy, earlier, 5)) if re.fullmatch(r"20\d\d", label)]
    assert years[:4] == ["2021", "2022", "2023", "2024"]


def test_years_without_anything_to_compare() -> None:
    assert sentence(chart_years(all_zero(), [], 5)) == "没有以前年度的报告可供对比，不绘制年度对比图。"
    assert sentence(chart_years(all_zero(), [all_zero(2023)], 5)).startswith("2023年和2024年均未收到政府信息公开申请")
    blank = Report(2024, Organ(name="虚构镇人民政府"), Figures(form_for_year(2024), {}))
    assert "尚未填报完整" in sentence(chart_years(blank, [all_zero(2023)], 5))


# --- all of them


@pytest.mark.parametrize("chart", ONE_REPORT)
def test_every_number_drawn_is_in_the_text_alternative(chart: Callable[[Report, int], Picture], busy: Report) -> None:
    drawn = {number for label in labels(chart(busy, 1)) for number in re.findall(r"^\d+|(?<=共)\d+", label)}
    assert drawn
    assert all(re.search(rf"(?<!\d){number}(?!\d)", picture(chart(busy, 1)).alt) for number in drawn)


@pytest.mark.parametrize("chart", ONE_REPORT)
def test_same_report_same_bytes(chart: Callable[[Report, int], Picture], busy: Report) -> None:
    assert chart(busy, 1) == chart(busy, 1)


@pytest.mark.parametrize("path", sorted(PARAMS.rglob("[!_]*.yaml")), ids=lambda path: f"{path.parts[-3]} {path.stem}")
def test_every_sample_can_be_charted(path: Path) -> None:
    report = read_report(path)
    charts = [chart_channels(report, 1), *charts_applications(report, 2), chart_disputes(report, 4)]
    for item in charts:
        if isinstance(item, Picture):
            assert (item.width, item.mime) == (442, "image/svg+xml")
            assert 30 < item.height < 560  # at most a page
        else:
            assert item.text.endswith("。")


def test_matplotlib_is_loaded_only_to_draw() -> None:
    program = "import sys, toolkit.sections.charts; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], cwd=PARAMS.parent).returncode == 0
