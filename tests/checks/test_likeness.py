"""How much of a text stands in another: names and figures do not count, order does not matter, length costs in proportion."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.checks.stories import faultless
from toolkit.checks.narrative.likeness import TextIndex, copied_share, masked_text
from toolkit.report import Report

OWN = faultless().narrative.overview
NAME = "云溪县青石镇人民政府"


def other(text: str, name: str = "云溪县白沙镇人民政府") -> Report:
    report = faultless()
    organ = report.organ.model_copy(update={"name": name})
    return replace(report, organ=organ, narrative=report.narrative.model_copy(update={"overview": text, "problems": ""}))


@pytest.mark.parametrize(
    ("one", "another", "why"),
    [
        ("云溪县青石镇召开会议。", "云溪县白沙镇召开会议。", "names"),
        ("公开信息120条，收到申请三件。", "公开信息98条，收到申请十二件。", "figures of both kinds"),
        ("占75.5%，共1,204条。", "占3%，共88条。", "shares and separators"),
        ("会议召开，成效明显。", "会议召开；成效明显", "punctuation"),
    ],
)
def test_names_and_figures_are_masked(one: str, another: str, why: str) -> None:
    assert masked_text(one, NAME) == masked_text(another, "云溪县白沙镇人民政府"), why


@pytest.mark.parametrize(
    ("text", "low", "high", "why"),
    [
        (OWN, 0.95, 1.0, "the same text"),
        ("\n".join(reversed(OWN.splitlines())), 0.9, 1.0, "paragraphs in another order"),
        (OWN.replace("青石镇", "白沙镇").replace("2024", "2023"), 0.9, 1.0, "another name and year put in"),
        (OWN[: len(OWN) // 2], 0.35, 0.65, "half of it"),
        (
            "本镇沿河而建，汛期安全是头等大事，水位、转移路线、避险点名单和值班电话随时更新，河道采砂的执法结果也都见了阳光。",
            0.0,
            0.05,
            "another text",
        ),
    ],
)
def test_share_of_a_text_found_again(text: str, low: float, high: float, why: str) -> None:
    share = copied_share(masked_text(OWN, NAME), masked_text(text, "云溪县白沙镇人民政府"))
    assert low <= share <= high, why


@pytest.mark.parametrize("text", ["", "未收到申请。", "无"])
def test_short_texts_are_alike_by_chance(text: str) -> None:
    assert copied_share(masked_text(text, NAME), masked_text(text, NAME)) == 0


def test_the_nearest_of_many_is_found_and_named() -> None:
    fillers = [
        other(f"{chr(0x4E00 + number * 7) * 3}{OWN[::-1][number : number + 200]}", f"云溪县{chr(0x4E00 + number)}镇人民政府")
        for number in range(200)
    ]
    copy = other(OWN.replace("青石镇", "白沙镇"))
    nearest = TextIndex([*fillers, copy]).nearest(faultless(), "overview", 0.5)
    assert nearest is not None
    assert (nearest.organ, nearest.share > 0.9) == ("云溪县白沙镇人民政府", True)


def test_a_report_is_not_its_own_sibling() -> None:
    assert TextIndex([faultless(), other("另写的文字" * 30)]).nearest(faultless(), "overview", 0.5) is None


def test_an_empty_index_has_nothing_near() -> None:
    assert TextIndex([]).nearest(faultless(), "overview", 0.5) is None


def test_a_very_long_text_is_compared_up_to_its_limit() -> None:
    text = masked_text("政府信息公开工作稳步推进成效明显" * 20_000, NAME)
    assert copied_share(text, text) == pytest.approx(1.0)
    assert len(text) <= 50_000
