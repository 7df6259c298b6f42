"""Figures of the text that follow their cells: moved by edits, dropped when overtyped, rewritten when the cell changes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.entry.stories import report
from toolkit.entry.desk.changes import apply_changes
from toolkit.entry.session.links import link_changes, new_link, standing_links
from toolkit.forms import Address
from toolkit.report import Narrative, Report
from toolkit.report.model import FigureLink
from toolkit.report.reading import report_from_yaml
from toolkit.report.writing import report_to_yaml

NEW = Address.parse("applications.new.natural_person")
TEXT = "全年收到申请12件，办结12件。"


def linked() -> Report:
    """A text whose first 12 is tied to the total of new applications."""
    plain = report(overview=TEXT, applications__new__natural_person=12, applications__granted__natural_person=12)
    link = new_link(plain, "overview", TEXT.index("12"), "applications.new.total")
    assert link is not None
    return replace(plain, links=(link,))


def with_text(content: Report, text: str) -> Report:
    return replace(content, narrative=Narrative(overview=text))


def after(before: Report, changed: Report) -> Report:
    return apply_changes(changed, link_changes(before, changed))[0]


def test_the_text_follows_the_cell() -> None:
    before = linked()
    now = after(before, before.with_value(NEW, 105))
    assert now.narrative.overview == "全年收到申请105件，办结12件。"
    assert standing_links(now, "overview") == [FigureLink(part="overview", start=6, address="applications.new.total", text="105")]


@pytest.mark.parametrize("value", [None, "12件"])
def test_a_blank_or_dirty_cell_leaves_the_text_alone(value: str | None) -> None:
    before = linked()
    assert after(before, before.with_value(NEW, value)).narrative.overview == TEXT


EDITS = (
    ("今年" + TEXT, 8, "words put in before it"),
    (TEXT + "无诉讼。", 6, "words put in behind it"),
    (TEXT[2:], 4, "words taken out before it"),
    (TEXT.replace("申请12件", "申请13件"), None, "the digits overtyped"),
    (TEXT.replace("12件，", "12.5件，"), 6, "what stands behind a number that is whole"),
    (TEXT.replace("申请12件", "申请112件"), None, "made part of a longer number"),
    ("", None, "all text taken out"),
)


@pytest.mark.parametrize(("text", "start", "why"), EDITS, ids=[case[-1] for case in EDITS])
def test_records_move_with_the_text(text: str, start: int | None, why: str) -> None:
    before = linked()
    now = after(before, with_text(before, text))
    assert now.narrative.overview == text, "editing never changes what was typed"
    assert [link.start for link in now.links] == ([] if start is None else [start]), why


@given(st.text("甲乙12，。\n", max_size=12), st.integers(0, len(TEXT)), st.integers(0, len(TEXT)))
def test_whatever_is_edited_a_record_always_stands_on_its_digits(words: str, one: int, other: int) -> None:
    before = linked()
    cut = TEXT[: min(one, other)] + words + TEXT[max(one, other) :]
    now = after(before, with_text(before, cut))
    assert now.narrative.overview == cut
    assert len(standing_links(now, "overview")) == len(now.links)


def test_two_figures_of_one_part_keep_their_distance() -> None:
    before = linked()
    second = new_link(before, "overview", TEXT.rindex("12"), "applications.granted.total")
    assert second is not None
    before = replace(before, links=(*before.links, second))
    now = after(before, before.with_value(NEW, 1000).with_value(Address.parse("applications.granted.natural_person"), 7))
    assert now.narrative.overview == "全年收到申请1000件，办结7件。"


def test_no_record_for_a_figure_the_cell_does_not_show() -> None:
    assert new_link(linked(), "overview", 0, "applications.new.total") is None
    assert new_link(linked(), "overview", 6, "applications.new.nobody") is None


def test_records_are_kept_in_the_params_file() -> None:
    assert report_from_yaml(report_to_yaml(linked()).encode()).links == linked().links
