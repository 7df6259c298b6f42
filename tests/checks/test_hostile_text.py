"""Texts nobody should write: very long, made to stall regular expressions, full of odd characters. All rules run on them."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from tests.checks.stories import faultless
from toolkit.checks import Case, run_case
from toolkit.report import Report

HOSTILE = {
    "digits": "1",
    "years": "2023年",
    "brackets": "（",
    "book titles": "《",
    "crosses": "×",
    "underscores": "_",
    "some": "某",
    "town": "镇",
    "names": "云溪县青石镇人民政府",
    "blanks": " ",
    "lines": "\n",
    "radicals": "⻅⺠⻥⻔",
    "commas": "，、",
    "doubled": "的",
    "applicants": "申请人",
    "mixed": "ａ١二３四Ⅴ六𝟕捌⑨",
    "figures": "新收申请12件，上年结转1件，办结12件，结转下年度1件；其中予以公开3件、部分公开4件。",
    "no ends": "网站公众号平台公开栏",
    "shares": "予以公开5件（45.5%）、自然人占83.3%，网站3条占5%，",
    "multiples": "收到申请12件，是上年的2倍，比上年翻一番，与上年持平，从3件增加到5件，",
    "semicolons": "公开1条；其中网站3条，",
    "labels": "收到申请数：5；结转：2件；",
    "last year": "2023年，全年，我镇，年末，",
    "channels": "网站上发布的信息全年共有203条、",
    "shared out": "4件分别不予公开、无法提供、",
    "papers": "会议纪要",
    "rows": "许可1件、",
    "sums": "建议3件、提案2件，共5件，",
    "parts": "党政办收到申请5件，其余申请3件均已办结，还有申请5件尚未办结结转下年度，",
}


def with_text(text: str) -> Report:
    report = faultless()
    return replace(
        report, narrative=report.narrative.model_copy(update={"preamble": text[:5000], "overview": text, "problems": text})
    )


def processor_seconds(text: str) -> float:
    """The least of three runs; time of other programs on the machine does not count."""
    report = with_text(text)
    runs = []
    for _ in range(3):
        start = time.process_time()
        run_case(Case(report))
        runs.append(time.process_time() - start)
    return min(runs)


@pytest.mark.sweep
@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE.keys())
def test_time_grows_with_the_text_and_not_with_its_square(piece: str) -> None:
    """Doubled twice, a rule in proportion takes four times as long, a quadratic one sixteen times."""
    once, four_times = (processor_seconds(piece * (length // len(piece))) for length in (1_500, 6_000))
    assert four_times < 8 * once + 0.03


def test_two_hundred_thousand_characters() -> None:
    text = faultless().narrative.overview
    report = faultless()
    report = replace(report, narrative=report.narrative.model_copy(update={"overview": (text + "\n") * (200_000 // len(text))}))
    assert run_case(Case(report)) is not None


@pytest.mark.parametrize(
    "text", ["\x00", "\ud800", "\U0010ffff", "\u202e倒", "a\u0301", "👨\u200d👩\u200d👧", "\ufeff", "﷽" * 10]
)
def test_odd_characters_are_findings_at_most(text: str) -> None:
    assert isinstance(run_case(Case(with_text(text * 20))), list)


@pytest.mark.parametrize(
    "text", ["公开信息0条。网站0条，占50%；公众号0条，占50%。", "收到申请0件。予以公开0件（0%）、不予公开0件（100%）。"]
)
def test_shares_of_nothing_are_findings_at_most(text: str) -> None:
    report = with_text(text)
    for cell in report.form.cells:
        report = report.with_value(cell, 0)
    assert isinstance(run_case(Case(report)), list)
