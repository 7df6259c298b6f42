"""The smallest mend: it is exact, prefers the slips people make, and keeps silent when nothing speaks for one of many."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.checks.stories import faultless
from toolkit.checks import Case, run_case
from toolkit.checks.fixes.localisation import suggest_mends
from toolkit.forms import Address
from toolkit.report import Figures, Report, Value

IDENTITIES = {"applications-balance", "applications-results-sum", "applications-row-total", "disputes-sum"}
NEW, GRANTED, TOTAL = "applications.new", "applications.granted", "applications.total"


def written_out(year: int = 2024, *, silent: bool = True) -> Report:
    """The faultless report with every total written, larger figures, and (``silent``) no text that tells any."""
    report = faultless(year)
    larger = report.with_value(Address.parse(f"{NEW}.natural_person"), 24).with_value(
        Address.parse(f"{GRANTED}.natural_person"), 21
    )
    figures = Figures(report.form, {address: value for address, value in larger.figures.items() if value is not None})
    narrative = report.narrative.model_copy(update={"overview": "", "problems": "", "other": ""}) if silent else report.narrative
    return replace(report, figures=figures, narrative=narrative)


def with_cells(report: Report, cells: dict[str, Value]) -> Report:
    return reduce(lambda done, item: done.with_value(Address.parse(item[0]), item[1]), cells.items(), report)


def balanced(report: Report) -> bool:
    return not IDENTITIES & {finding.code for finding in run_case(Case(report))}


SLIPS: list[tuple[dict[str, Value], dict[str, int], str]] = [
    ({f"{GRANTED}.natural_person": 12}, {f"{GRANTED}.natural_person": 21}, "digits turned round"),
    ({f"{NEW}.natural_person": 2}, {f"{NEW}.natural_person": 24}, "a digit dropped"),
    ({f"{NEW}.natural_person": 244}, {f"{NEW}.natural_person": 24}, "a digit twice"),
    ({f"{TOTAL}.total": 0}, {f"{TOTAL}.total": 26}, "a total not carried"),
    ({f"{GRANTED}.total": 9}, {f"{GRANTED}.total": 23}, "a total of last week"),
    (
        {f"{NEW}.natural_person": 2, f"{NEW}.business": 24},
        {f"{NEW}.natural_person": 24, f"{NEW}.business": 2},
        "two columns exchanged",
    ),
    (
        {"applications.refused_third_party.natural_person": 0, "applications.refused_internal_affairs.natural_person": 2},
        {"applications.refused_third_party.natural_person": 2, "applications.refused_internal_affairs.natural_person": 0},
        "a figure one row too low",
    ),
    (
        {f"{GRANTED}.natural_person": 12, f"{TOTAL}.total": 0},
        {f"{GRANTED}.natural_person": 21, f"{TOTAL}.total": 26},
        "two slips",
    ),
    ({"disputes.review.total": 0}, {"disputes.review.total": 2}, "part four, a total not carried"),
]


@pytest.mark.parametrize(("slip", "mend", "why"), SLIPS)
def test_the_slips_people_make(slip: dict[str, Value], mend: dict[str, int], why: str) -> None:
    broken = with_cells(written_out(), slip)
    mends = suggest_mends(broken)
    assert mend in [{str(address): value for address, _, value in item.changes} for item in mends], why
    assert all(item.why for item in mends), why


def test_the_sentence_says_cell_both_values_and_what_it_resolves() -> None:
    (mend,) = suggest_mends(with_cells(written_out(), {f"{GRANTED}.natural_person": 12}))
    assert mend.sentence == "表三 （一）予以公开·自然人 很可能应为 21（现为 12）：改正后 2 处不符全部消除"
    assert (mend.why, mend.resolves, mend.sure) == ("数字颠倒了", 2, True)


def test_the_text_decides_between_cells() -> None:
    """Ten new in the column of 自然人, nine in the table: several cells could be wrong, the text names one."""
    report = written_out(silent=False)
    text = report.narrative.model_copy(update={"overview": "全年新收政府信息公开申请26件，其中自然人24件。"})
    broken = with_cells(replace(report, narrative=text), {f"{NEW}.natural_person": 20, f"{NEW}.total": 22})
    mends = suggest_mends(broken)
    assert any({str(address): value for address, _, value in mend.changes}.get(f"{NEW}.total") == 26 for mend in mends)


def test_a_table_that_adds_up_needs_no_mend() -> None:
    assert suggest_mends(written_out()) == ()
    assert suggest_mends(faultless(2020)) == ()


def test_many_equal_mends_are_none() -> None:
    """Totals left to the program and one column out of balance by five: any of two dozen cells could be it."""
    broken = faultless().with_value(Address.parse(f"{NEW}.natural_person"), 15)
    narrative = broken.narrative.model_copy(update={"overview": "", "other": ""})
    assert suggest_mends(replace(broken, narrative=narrative)) == ()


def test_blank_cells_and_dirty_cells_do_not_disturb() -> None:
    broken = with_cells(written_out(), {f"{GRANTED}.natural_person": 12, f"{NEW}.research": None, f"{NEW}.legal_service": "无"})
    assert suggest_mends(broken)[0].changes[0][2] == 21


def test_a_table_full_of_nonsense_has_no_mend() -> None:
    report = written_out()
    cells = {str(address): 7 * at % 31 for at, address in enumerate(report.form.cells) if address.table == "applications"}
    assert [mend for mend in suggest_mends(with_cells(report, cells)) if mend.changes[0][0].table == "applications"] == []


CELLS = [str(address) for address in written_out().form.cells if address.table == "applications"]
CHANGES = st.dictionaries(st.sampled_from(CELLS), st.integers(0, 60), min_size=1, max_size=3)


@given(CHANGES)
def test_every_mend_makes_the_table_add_up(changes: dict[str, int]) -> None:
    broken = with_cells(written_out(), dict(changes))
    for mend in suggest_mends(broken):
        assert len(mend.changes) <= len(changes), "never more cells than were spoilt"
        if mend.sure:
            broken = with_cells(broken, {str(address): value for address, _, value in mend.changes})
            assert balanced(broken) == mend.sentence.endswith("全部消除")


@given(st.sampled_from(CELLS), st.integers(1, 40))
def test_no_smaller_mend_exists(cell: str, more: int) -> None:
    """One cell spoilt: the mend is one cell, and for cells with two identities across it is that cell."""
    report = written_out()
    value = report.figures[Address.parse(cell)]
    assert isinstance(value, int)
    mends = suggest_mends(report.with_value(Address.parse(cell), value + more))
    assert mends
    assert all(len(mend.changes) == 1 for mend in mends)
    assert cell in {str(mend.changes[0][0]) for mend in mends}


def test_two_cells_by_trial_are_two_cells_by_search() -> None:
    """Against brute force on part four: no single cell of three rows mends two broken rows, pairs do."""
    broken = with_cells(written_out(), {"disputes.review.total": 5, "disputes.direct_lawsuit.total": 9})
    rows = [address for address in broken.form.cells if address.table == "disputes"]
    sizes = [size for size in (1, 2) if any(_mends(broken, cells) for cells in combinations(rows, size))]
    mends = suggest_mends(broken)
    assert sizes[0] == sum(len(mend.changes) for mend in mends) == 2
    assert [mend.sentence.endswith("：改正后 1 处不符消除") for mend in mends] == [True, True], "each mends one row"


def _mends(report: Report, cells: tuple[Address, ...]) -> bool:
    """Whether setting the cells to what their row needs can make part four add up."""
    for address in cells:
        row = {
            key: report.number("disputes", address.row, key) or 0 for key in ("upheld", "corrected", "other", "pending", "total")
        }
        parts = sum(value for key, value in row.items() if key not in ("total", address.column))
        value = parts if address.column == "total" else row["total"] - parts
        if value < 0:
            return False
        report = report.with_value(address, value)
    return balanced(report)


def test_a_total_that_nobody_wrote_and_the_text_tells_speaks_for_a_mend() -> None:
    report = faultless(2024).with_value(Address.parse(f"{NEW}.natural_person"), 15)  # the faultless one has 10, and 2 of 商业企业
    told = report.narrative.model_copy(update={"overview": "全年新收政府信息公开申请12件。"})
    (mend,) = suggest_mends(replace(report, narrative=told))
    assert [(str(address), value) for address, _, value in mend.changes] == [(f"{NEW}.natural_person", 10)]
    assert (mend.sure, mend.why) == (True, "正文写的是 12")


WITHOUT_TOTALS: list[tuple[str, int]] = [
    (f"{NEW}.natural_person", 42),
    (f"{NEW}.natural_person", 2),
    (f"{GRANTED}.natural_person", 12),
    (f"{GRANTED}.natural_person", 22),
    (f"{GRANTED}.business", 5),
    ("applications.partly_granted.natural_person", 2),
    ("applications.carried_out.natural_person", 3),
    ("applications.carried_in.natural_person", 4),
]


@pytest.mark.parametrize(("cell", "slip"), WITHOUT_TOTALS)
def test_the_text_names_the_cell_when_totals_are_left_out(cell: str, slip: int) -> None:
    """A sentence on a total that nobody wrote speaks for each of its cells."""
    report = _without_totals(faultless().with_value(Address.parse(f"{NEW}.natural_person"), 24))
    report = report.with_value(Address.parse(f"{GRANTED}.natural_person"), 21)
    rows = ("new", "carried_in", "total", "granted", "partly_granted", "carried_out")
    counts = {row: report.number("applications", row, "total") for row in rows}
    overview = (
        f"全年新收政府信息公开申请{counts['new']}件，上年结转{counts['carried_in']}件，办结{counts['total']}件，"
        f"其中予以公开{counts['granted']}件、部分公开{counts['partly_granted']}件，结转下年度{counts['carried_out']}件。"
    )
    told = replace(report, narrative=report.narrative.model_copy(update={"overview": overview}))
    right = told.figures.given[Address.parse(cell)]
    mends = suggest_mends(with_cells(told, {cell: slip}))
    assert {str(address): value for address, _, value in mends[0].changes} == {cell: right}
    assert mends[0].why.startswith("正文写的是")


def _without_totals(report: Report) -> Report:
    given = {address: value for address, value in report.figures.given.items() if address not in report.form.sums}
    return replace(report, figures=Figures(report.form, given))


def test_a_slip_of_part_four_that_fits_several_cells_is_never_certain() -> None:
    broken = with_cells(written_out(), {"disputes.review.upheld": 7})
    assert all(not mend.sure and "很可能" not in mend.sentence for mend in suggest_mends(broken))


@given(CHANGES)
def test_every_mend_makes_an_identity_hold(changes: dict[str, int]) -> None:
    assert all(mend.resolves > 0 for mend in suggest_mends(with_cells(written_out(), dict(changes))))


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("行政复议16件，维持5件、纠正3件、其他2件、尚未审结6件。", "disputes.review.other"),
        ("行政复议16件，结果维持5件、纠正3件，2件为其他结果，6件尚未审结。", "disputes.review.corrected"),
    ],
)
def test_the_text_says_which_result_of_disputes_is_wrong(text: str, wrong: str) -> None:
    results = {"upheld": 5, "corrected": 3, "other": 2, "pending": 6, "total": 16}
    right = with_cells(written_out(), {f"disputes.review.{key}": value for key, value in results.items()})
    right = replace(right, narrative=right.narrative.model_copy(update={"overview": text}))
    value = results[wrong.rpartition(".")[2]]
    (first, *_) = suggest_mends(with_cells(right, {wrong: value + 1}))
    assert first.changes == ((Address.parse(wrong), value + 1, value),)
