"""The history: one line for what was typed in one go, and of a long text only what changed."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from tests.entry.desks import CHINA
from toolkit.entry.desk.journal import Entry
from toolkit.entry.form.history import changed_words, history_html, latest_first
from toolkit.forms import form_for_year

NINE = datetime(2025, 1, 10, 9, 0, tzinfo=CHINA)
PHONE = "organ.contact.phone"


def typed(*states: Any, path: str = PHONE, who: str = "王芳", seconds: int = 1) -> list[Entry]:
    pairs = pairwise(states)
    return [Entry(NINE + timedelta(seconds=at * seconds), who, path, a, b) for at, (a, b) in enumerate(pairs)]


def test_typing_in_one_go_is_one_line() -> None:
    (entry,) = latest_first(typed("0601-1", "0601-12", "0601-123", "0601-1234"))
    assert (entry.before, entry.after) == ("0601-1", "0601-1234")


def test_others_places_and_later_times_are_lines_of_their_own() -> None:
    entries = [*typed("1", "2"), *typed("2", "3", who="李强"), *typed("a", "b", path="organ.contact.address")]
    assert len(latest_first(entries)) == 3
    assert len(latest_first(typed("1", "2", "3", seconds=400))) == 2
    assert latest_first(typed("1", "2", "1")) == [], "what was taken back at once is no change"


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (
            "字" * 50 + "甲" + "字" * 50, "字" * 50 + "乙丙" + "字" * 50,
            ("……" + "字" * 12 + "甲" + "字" * 12 + "……", "……" + "字" * 12 + "乙丙" + "字" * 12 + "……"),
        ),
        ("", "短", ("（空）", "短")),
        (3, None, ("3", "（空）")),
        ([{"name": "网站", "count": 5}], [{"name": "网站", "count": 6, "approximate": True}], ("网站 5", "网站 6余")),
        ("啊" * 60, "啊" * 61, ("……" + "啊" * 12, "……" + "啊" * 13)),
    ],
)  # fmt: skip
def test_of_a_long_text_only_what_changed_is_shown(before: Any, after: Any, words: tuple[str, str]) -> None:
    assert changed_words(before, after) == words


def test_markup_is_shown_as_typed() -> None:
    html = history_html(form_for_year(2024), typed("<b>", "<i>"))
    assert "<b>" not in html
    assert "&lt;i&gt;" in html
    assert '<td class="nb-short">王芳</td>' in html
