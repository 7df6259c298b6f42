"""What is kept from key to key while a report changes is what would be found without it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace

from toolkit.checks import Case, run_case
from toolkit.checks.examples import faultless
from toolkit.forms import Address
from toolkit.report import Report

NEW = Address("applications", "new", "natural_person")


def with_text(report: Report, **texts: str) -> Report:
    return replace(report, narrative=report.narrative.model_copy(update=texts))


def forget_everything() -> None:
    """Empty the caches of bounded size of all modules of the checks."""
    for module in [module for name, module in sys.modules.items() if name.startswith("toolkit.checks.")]:
        for kept in vars(module).values():
            if hasattr(kept, "cache_parameters") and kept.cache_parameters()["maxsize"] is not None:
                kept.cache_clear()


def typed_key_by_key() -> Iterator[Report]:
    """A text with figures that the tables contradict and explain: keys at its end and in its midst, and one in a cell."""
    report = faultless()
    text = (
        "2024年收到申请15件，其中自然人9件、企业6件。办结11件，予以公开5件，不予公开3件，企业的2件中1件公开。\n"
        "上年结转2件。全年主动公开信息350条，其中网站210条、公众号118条。较上年增加4件。没有行政复议，行政诉讼2件。"
    )
    places = [len(text), len(text), text.index("\n"), text.index("办结"), 0, len(text)]
    for place, words in zip(places, ["新收", "13件", "结转1件。", "全区", "一、", "，结转3件"], strict=True):
        for at, key in enumerate(words, place):
            text = text[:at] + key + text[at:]
            yield with_text(report, overview=text)
        report = report.with_value(NEW, place % 7)


def test_what_is_kept_from_key_to_key_changes_nothing() -> None:
    def found(report: Report) -> tuple[object, object]:
        case = Case(report, last_year=faultless(2020))
        return run_case(case), case.text.ties

    reports = list(typed_key_by_key())
    kept = [found(report) for report in reports]
    for report, findings_and_ties in zip(reports, kept, strict=True):
        forget_everything()
        assert found(report) == findings_and_ties, report.narrative.overview
