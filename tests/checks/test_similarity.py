"""Repeated texts, as findings."""

from __future__ import annotations

from typing import Any

import pytest

from tests.checks.stories import faultless, of_code

OWN = faultless()
ANOTHER = (
    "本镇沿河而建，汛期安全是头等大事，水位、转移路线、避险点名单和值班电话随时更新，河道采砂的执法结果也都见了阳光，"
    "应急信息由应急办拟稿、镇长签发，三人各签一个名字，扫码页面增加了语音播报，由播音员用本地话录制。"
)
HALF = OWN.narrative.problems[: len(OWN.narrative.problems) * 2 // 3] + ANOTHER[:40]


@pytest.mark.parametrize(
    ("text", "found", "why"),
    [
        ({"overview": ANOTHER}, ["narrative.problems"], "part five was copied"),
        ({"problems": ANOTHER}, ["narrative.overview"], "part one was copied"),
        ({}, ["narrative.overview", "narrative.problems"], "both were copied"),
        ({"overview": ANOTHER, "problems": HALF}, ["narrative.problems"], "two thirds were copied"),
        ({"overview": ANOTHER, "problems": ANOTHER}, [], "both are new"),
        ({"overview": "", "problems": ""}, [], "last year's are empty"),
        ({"overview": ANOTHER, "problems": "公开不够及时，今后改进。"}, [], "last year's is too short to tell"),
    ],
)
def test_text_repeats_last_year(text: dict[str, str], found: list[str], why: str) -> None:
    findings = of_code("text-repeats-last-year", last_year={"text": text})
    assert [finding.where for finding in findings] == found, why
    assert {finding.severity for finding in findings} <= {"warning"}


def sibling(name: str, **text: str) -> dict[str, Any]:
    return {"organ": {"name": name}, "text": {"overview": ANOTHER, "problems": ANOTHER} | text}


@pytest.mark.parametrize(
    ("siblings", "found", "why"),
    [
        ([sibling("云溪县白沙镇人民政府", problems=OWN.narrative.problems)], ["narrative.problems"], "another town's part five"),
        ([sibling("云溪县白沙镇人民政府", overview=OWN.narrative.overview)], ["narrative.overview"], "another town's part one"),
        (
            [sibling("云溪县教育局", overview=OWN.narrative.overview.replace("青石镇", "教育局"))],
            ["narrative.overview"],
            "names put in",
        ),
        ([sibling("云溪县白沙镇人民政府")], [], "each wrote its own"),
        ([], [], "nobody to compare with"),
        ([sibling(OWN.organ.name, problems=OWN.narrative.problems)], [], "the organ itself"),
    ],
)
def test_text_repeats_sibling(siblings: list[dict[str, Any]], found: list[str], why: str) -> None:
    assert [finding.where for finding in of_code("text-repeats-sibling", siblings=siblings)] == found, why


def test_the_finding_names_the_copied_organ_and_the_share() -> None:
    (finding,) = of_code("text-repeats-sibling", siblings=[sibling("云溪县白沙镇人民政府", problems=OWN.narrative.problems)])
    assert "云溪县白沙镇人民政府" in finding.message
    assert finding.found == "100%"
