"""Figures and reports as frozen data: blanks, totals, dirty cells, and what a name is made of."""

from __future__ import annotations

from decimal import Decimal

import pytest
from pydantic import ValidationError

from tests.report.stories import ORGAN, all_zero, busy
from toolkit.core.errors import NoSuchForm
from toolkit.forms import Address, form_for_year
from toolkit.report import Channel, Figures, Narrative, Organ, ProcessingFee, Value
from toolkit.report.model import LARGEST, Source, empty_report

FORM = form_for_year(2024)
PARTS = ("natural_person", "business", "research", "public_welfare", "legal_service", "other_organization")


def new_row(*values: Value) -> Figures:
    return Figures(FORM, {Address("applications", "new", column): value for column, value in zip(PARTS, values, strict=True)})


def test_a_blank_is_not_zero() -> None:
    figures = new_row(1, 2, 0, 0, 0, None)
    assert figures[Address("applications", "new", "other_organization")] is None
    assert figures[Address("applications", "new", "research")] == 0
    assert figures[Address("applications", "new", "total")] is None, "with a blank there is no sum"


def test_a_total_left_out_is_computed_and_a_given_one_stays() -> None:
    total = Address("applications", "new", "total")
    assert new_row(1, 2, 0, 0, 0, 3)[total] == 6
    given = new_row(1, 2, 0, 0, 0, 3).with_value(total, 7)
    assert given[total] == 7
    assert given.given[total] == 7
    assert total not in new_row(1, 2, 0, 0, 0, 3).given


def test_the_corner_total_is_computed_from_totals() -> None:
    assert busy().value("applications", "total", "total") == 12
    assert busy().value("disputes", "review", "total") == 2


def test_a_dirty_cell_is_kept_and_is_no_number() -> None:
    address = Address("applications", "new", "natural_person")
    figures = new_row("3件", 2, 0, 0, 0, 3)
    assert figures[address] == "3件"
    assert figures.number(address) is None
    assert figures[Address("applications", "new", "total")] is None


def test_figures_hold_every_cell_of_the_edition_and_no_other() -> None:
    figures = Figures(FORM, {})
    assert len(figures) == len(list(figures)) == len(FORM.cells)
    with pytest.raises(KeyError):
        figures[Address("procurement", "procurement", "amount")]
    assert figures.number(Address("procurement", "procurement", "amount")) is None


def test_change_is_by_copy() -> None:
    before = busy()
    after = before.with_value(Address("documents", "rules", "issued"), 5)
    assert (before.value("documents", "rules", "issued"), after.value("documents", "rules", "issued")) == (0, 5)
    assert before != after
    assert before == busy()
    assert hash(before.figures) == hash(busy().figures)


def test_title_and_edition_follow_the_year() -> None:
    report = all_zero(2020)
    assert report.title == "云水县清河镇人民政府2020年政府信息公开工作年度报告"
    assert report.form.id == "2019"
    with pytest.raises(NoSuchForm):
        empty_report(2018, ORGAN)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("  清河镇 ", "清河镇"),
        ("清河镇\n人民政府", "清河镇 人民政府"),
        ("清河\t镇", "清河 镇"),
        ("清河　镇", "清河　镇"),
        (2024, "2024"),
    ],
)
def test_a_name_is_one_line(written: object, kept: str) -> None:
    assert Organ.model_validate({"name": written}).name == kept


def test_text_has_one_kind_of_line_end() -> None:
    assert Narrative(overview="一\r\n二\r三\u2028四").overview == "一\n二\n三\u2028四", "the last one is named by the checks"


@pytest.mark.parametrize(
    ("model", "values"),
    [
        (Channel, {"name": "微信", "count": -1}),
        (Channel, {"name": "微信", "count": 1.5}),
        (Channel, {"name": "微信", "count": LARGEST}),
        (Channel, {"name": " ", "count": 1}),
        (ProcessingFee, {"notices": 1, "amount_yuan": Decimal("1e999")}),
        (ProcessingFee, {"notices": 1, "amount_yuan": Decimal("0.001")}),
        (ProcessingFee, {"notices": 1, "amount_yuan": Decimal("NaN")}),
        (Organ, {"name": "镇" * 81}),
        (Organ, {"name": "清河镇", "nickname": "河"}),
    ],
)
def test_what_no_form_can_hold_is_refused(model: type[Channel | ProcessingFee | Organ], values: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        model.model_validate(values)


def test_an_empty_line_is_a_line_left_out() -> None:
    organ = Organ.model_validate({"name": "清河镇", "contact": None, "published_at": None, "level": None})
    assert organ == Organ(name="清河镇")


def test_the_line_of_what_is_missing_is_that_of_what_stands_around_it() -> None:
    source = Source("a.yaml", {"figures": 4, "figures.documents": 5})
    assert [source.line(path) for path in ("figures.documents.rules.issued", "figures.fees", "organ.name")] == [5, 4, 0]
