"""Rules say what they read, and run again only when that has changed; what they find is what all of them would find."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any

import pytest

from toolkit.checks import Case, all_rules, run_case
from toolkit.checks.catalogue import Rule
from toolkit.checks.examples import Example, faultless, rule_examples
from toolkit.checks.running import READ, Rerun
from toolkit.forms import Address
from toolkit.report import Channel, Confirmation, Report

NEW = Address("applications", "new", "natural_person")


class ReadReport(Report):
    """A report that notes which of its attributes were read."""

    read: set[str]

    def __getattribute__(self, name: str) -> Any:
        if name in READ or name == "source":
            object.__getattribute__(self, "read").add(name)
        # the form is no part that changes: another one starts everything over
        return object.__getattribute__(self, "figures").form if name == "form" else super().__getattribute__(name)


def noting(report: Report) -> ReadReport:
    noting: ReadReport = object.__new__(ReadReport)
    for item in fields(Report):
        object.__setattr__(noting, item.name, getattr(report, item.name))
    object.__setattr__(noting, "read", set())
    return noting


DECLARED = [item for item in all_rules() if item.reads]


@pytest.mark.parametrize("item", DECLARED, ids=lambda item: item.code)
def test_a_rule_reads_no_more_than_it_says(item: Rule) -> None:
    own = rule_examples().get(item.code)
    examples: tuple[Example, ...] = (*own.fails, own.passes) if own else ()
    for case in (Case(faultless()), Case(faultless(2020)), *(example.case for example in examples)):
        if item.applies(case):
            report = noting(case.report)
            item.run(replace(case, report=report))
            assert report.read <= item.reads


def with_text(report: Report, **texts: str) -> Report:
    return replace(report, narrative=report.narrative.model_copy(update=texts))


def changed_step_by_step() -> list[tuple[str, Report]]:
    """One report after the other, as a clerk changes it."""
    report = faultless()
    channel = Channel(name="微信公众号", count=35)
    return [
        ("the beginning", report),
        ("a cell", report := report.with_value(NEW, 11)),
        ("the same cell", report := report.with_value(NEW, None)),
        ("a text", report := with_text(report, overview=report.narrative.overview + "全年新收申请 15 件，xin。")),
        ("another text", report := with_text(report, problems="")),
        ("a channel", report := replace(report, channels=(channel,))),
        ("the organ", report := replace(report, organ=report.organ.model_copy(update={"name": "云溪县白石镇人民政府"}))),
        ("a fee", report := replace(report, processing_fee=None)),
        ("a confirmation", report := replace(report, confirmed=(Confirmation(code="organ-wrong", reason="已更名"),))),
        ("the cell as before", report.with_value(NEW, 10)),
        ("another year, of another form", faultless(2020)),
        ("nothing", faultless(2020)),
    ]


def test_what_is_found_is_what_all_rules_would_find() -> None:
    rules = Rerun()
    for why, report in changed_step_by_step():
        assert rules.run(Case(report)) == run_case(Case(report)), why


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


def test_last_year_s_report_that_appears_is_noticed() -> None:
    report, last = faultless(), faultless(2023)
    rules = Rerun()
    rules.run(Case(report))
    assert rules.run(Case(report, last_year=last)) == run_case(Case(report, last_year=last))


def run_after(monkeypatch: pytest.MonkeyPatch, now: Report) -> set[str]:
    """The rules that run when a faultless report becomes another one."""
    rules, ran = Rerun(), set()
    rules.run(Case(faultless()))
    run = Rule.run
    monkeypatch.setattr(Rule, "run", lambda item, case: ran.add(item.code) or run(item, case))
    rules.run(Case(now))
    return ran


def test_a_key_in_a_cell_runs_no_rule_on_the_text_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    ran = run_after(monkeypatch, faultless().with_value(NEW, 11))
    assert {"applications-balance", "text-new"} <= ran
    assert not ran & {"hidden-character", "phrase-wrong", "law-wrong", "text-repeats-sibling", "subtopic-missing", "off-topic"}


def test_a_key_in_the_text_runs_no_rule_on_the_tables_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    ran = run_after(monkeypatch, with_text(faultless(), other="本年度收取信息处理费0元。！"))
    assert {"text-new", "half-width"} <= ran
    assert not ran & {"applications-balance", "cell-blank", "documents-stock", "carried-in-differs"}
