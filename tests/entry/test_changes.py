"""Changes by path: what fits goes into the report, what does not is kept beside it with a sentence."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.entry.desks import SAMPLE
from toolkit.entry.desk.changes import Change, apply_changes, differing_paths, overlap, value_at
from toolkit.report import Report, read_report
from toolkit.report.writing import report_to_values

FEE = {"notices": 1, "amount_yuan": "30.5"}


@pytest.fixture(scope="module")
def report() -> Report:
    return read_report(SAMPLE)


@pytest.mark.parametrize(
    ("path", "value", "kept"),
    [
        pytest.param("figures.applications.new.natural_person", 3, 3, id="count"),
        pytest.param("figures.applications.new.natural_person", "3", 3, id="digits as text are the count they say"),
        pytest.param("figures.fees.fees.amount_wan", "1.50", Decimal("1.50"), id="money keeps its digits"),
        pytest.param("figures.fees.fees.amount_wan", 12.5, Decimal("12.5"), id="a float is the decimal it prints as"),
        pytest.param("figures.applications.new.natural_person", None, None, id="blank"),
        pytest.param("figures.applications.new.natural_person", "", None, id="emptied is blank, not 0"),
        pytest.param("figures.applications.new.natural_person", "251000元", "251000元", id="a dirty cell stays for the checks"),
        pytest.param("figures.applications.new.natural_person", "½", "½", id="half is no count and stays"),
        pytest.param("figures.applications.new.natural_person", "😀", "😀", id="so does a picture"),
        pytest.param("figures.applications.new.natural_person", "数" * 10_000, "数" * 10_000, id="ten thousand characters"),
        pytest.param("figures.applications.new.natural_person", "-3", -3, id="a negative count is a finding, no refusal"),
        pytest.param("figures.applications.new.natural_person", "1e9", "1e9", id="the notation of programs is text"),
        pytest.param("narrative.overview", "一段\n（一）标题", "一段\n（一）标题", id="text of several lines"),
        pytest.param("narrative.overview", "<script>alert(1)</script>", "<script>alert(1)</script>", id="markup is only text"),
        pytest.param("organ.contact.phone", "0601-1", "0601-1", id="a field in a group"),
        pytest.param("organ.level", "street", "street", id="one of the known words"),
        pytest.param("processing_fee", FEE, {"notices": 1, "amount_yuan": Decimal("30.5")}, id="a whole group"),
        pytest.param("processing_fee.notices", 2, 2, id="a key in a group that was not there"),
        pytest.param("channels", [], None, id="a list emptied"),
    ],
)  # fmt: skip
def test_a_change_that_fits(report: Report, path: str, value: Any, kept: Any) -> None:
    changed, refused = apply_changes(report, [Change(path, value)])
    assert refused == {}
    assert value_at(report_to_values(changed), path) == kept
    assert all(overlap(path, found) or found.startswith("processing_fee") for found in differing_paths(report, changed))


@pytest.mark.parametrize(
    ("path", "value", "word"),
    [
        pytest.param("organ.name", "", "必填项", id="a report has a name"),
        pytest.param("organ.name", "柳湾镇/人民政府", "机关名称", id="a name that no file can have"),
        pytest.param("organ.level", "village", "乡镇", id="an unknown level, told the known ones"),
        pytest.param("processing_fee", {"amount_yuan": "三十"}, "amount_yuan", id="money in words"),
        pytest.param("figures.applications.new.natural_person", "3\x00", "控制字符", id="a control character"),
        pytest.param("figures.applications.new.natural_person", {"a": 1}, "一个数", id="a group where a number stands"),
        pytest.param("figures.nothing.new.total", 3, "nothing", id="a table that is not there"),
    ],
)
def test_a_change_that_does_not_fit_is_kept_with_a_reason(report: Report, path: str, value: Any, word: str) -> None:
    changed, refused = apply_changes(report, [Change("organ.contact.phone", "1"), Change(path, value)])
    assert refused[path].value == value
    assert word in refused[path].message
    assert list(refused) == [path]
    assert changed.organ.contact.phone == "1"  # what was typed together with it is not refused
    assert differing_paths(report, changed) == ("organ.contact.phone",)


@pytest.mark.parametrize(
    ("path", "value", "word", "left"),
    [
        pytest.param("channels", [{"name": "公众号"}], "必填项", [], id="a channel without its count yet"),
        pytest.param("channels", [{"name": "", "count": 3}], "channels", [], id="a count without its channel yet"),
        pytest.param(
            "channels", [{"name": "公众号", "count": "约"}, {"name": "网站", "count": 3}], "非负整数",
            [{"name": "网站", "count": 3}], id="the other channels are taken",
        ),
        pytest.param("processing_fee.amount_yuan", "三十", "金额", None, id="money in words"),
        pytest.param("processing_fee.notices", -1, "非负整数", None, id="less than nothing"),
    ],
)  # fmt: skip
def test_where_nothing_fits_the_report_is_blank_and_not_as_before(
    report: Report, path: str, value: Any, word: str, left: Any
) -> None:
    before = apply_changes(report, [Change("processing_fee", FEE)])[0]
    changed, refused = apply_changes(before, [Change(path, value)])
    assert refused[path].value == value
    assert word in refused[path].message
    assert (value_at(report_to_values(changed), path) or left) == left


def test_a_later_change_of_one_place_wins(report: Report) -> None:
    changed, _ = apply_changes(report, [Change("organ.contact.phone", "1"), Change("organ.contact.phone", "2")])
    assert changed.organ.contact.phone == "2"


def test_equal_reports_differ_nowhere(report: Report) -> None:
    assert differing_paths(report, read_report(SAMPLE)) == ()


def test_what_no_change_is_about_stays_the_same_object(report: Report) -> None:
    text = apply_changes(report, [Change("narrative.overview", "全年收到申请 5 件。")])[0]
    assert text.figures is report.figures, "what was computed from the tables is looked up by it"
    cell = apply_changes(text, [Change("figures.applications.new.business", 7)])[0]
    assert cell.narrative is text.narrative
    assert cell.number("applications", "new", "business") == 7
