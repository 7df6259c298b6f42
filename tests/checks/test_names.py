"""Names of other organs, and contacts: wordings to find and near misses to leave."""

from __future__ import annotations

from typing import Any

import pytest

from tests.checks.stories import of_code

CONTACT = "地址：青石街1号，电话：0601-5550199。"
FOUND: list[tuple[dict[str, Any], str, str]] = [
    ({"text": {"title": "云溪县白沙镇人民政府2024年政府信息公开工作年度报告"}}, "error", "another town in the title"),
    ({"text": {"preamble": f"现将白沙镇人民政府2024年工作报告如下。{CONTACT}"}}, "error", "another town in the preamble"),
    ({"text": {"preamble": f"请与云溪县白沙镇党政办公室联系。{CONTACT}"}}, "error", "another town's office"),
    ({"text": {"preamble": f"本报告在临川县人民政府网站公布。{CONTACT}"}}, "error", "another county's site"),
    ({"text": {"preamble": f"现将白沙镇2024年度政府信息公开工作情况报告如下。{CONTACT}"}}, "error", "a year follows the name"),
    ({"organ": {"contact.office": "白沙镇党政办"}}, "error", "office of another town"),
    ({"organ": {"contact.office": "云溪县民政局办公室"}}, "error", "a department answers for a town"),
    ({"organ": {"published_at": "临川县人民政府网站"}}, "error", "published on another county's site"),
    (
        {"organ": {"name": "云溪县教育局", "contact.office": "云溪县民政局办公室", "level": "county_department"}},
        "error",
        "another department",
    ),
    *(
        (
            {"organ": {"name": f"云城区{name}", "contact.office": "临川区人民政府办公室", "level": "county_department"}},
            "error",
            "云城区 is a place before every name of a department",
        )
        for name in ("教育局", "发展和改革局", "综合行政执法局")
    ),
    ({"add": {"problems": "我乡今后将加强学习。"}}, "warning", "a 乡 speaks in a 镇's report"),
    ({"add": {"overview": "我局高度重视。"}}, "warning", "a 局 speaks in a 镇's report"),
    (
        {"organ": {"name": "云溪县教育局", "contact.office": "教育局办公室"}, "add": {"overview": "我镇高度重视。"}},
        "warning",
        "a 镇 speaks",
    ),
]
LEFT: list[tuple[dict[str, Any], str]] = [
    *(
        (
            {
                "organ": {"name": f"云溪县{name}", "contact.office": f"云溪县{name}办公室", "level": "county_department"},
                "add": {"overview": "我局由办公室牵头，逐条审核。"},
            },
            "城乡, 城市 and 村镇 are no places in the name of a department",
        )
        for name in ("住房和城乡建设局（人民防空办公室）", "住房和城乡建设局", "城市管理局", "村镇建设局")
    ),
    ({"text": {"preamble": f"青石镇人民政府编制本报告，在云溪县人民政府网站公布。{CONTACT}"}}, "own name and the county's site"),
    ({"text": {"preamble": f"根据江澜市人民政府办公室要求编制。{CONTACT}"}}, "the city above"),
    (
        {"text": {"preamble": f"全县各乡镇、街道办事处联系方式见附件，我镇人民政府地址：镇政府路1号，电话：5550199。{CONTACT}"}},
        "common words",
    ),
    ({"text": {"preamble": f"现将我镇2024年度政府信息公开工作报告如下。{CONTACT}"}}, "the town speaks of itself, a year follows"),
    ({"text": {"preamble": f"现将青石镇2024年度有关工作报告如下。{CONTACT}"}}, "its own name, a year follows"),
    ({"text": {"preamble": f"按照全县人民政府系统的统一安排编制。{CONTACT}"}}, "the whole county"),
    ({"organ": {"contact.address": "云溪县城关街道人民路1号"}}, "an office may lie in another street"),
    ({"organ": {"contact.office": "党政办"}}, "a bare office"),
    ({"organ": {"contact.office": "青石镇综合办公室"}}, "short name"),
    (
        {"organ": {"name": "云溪县教育和体育局", "contact.office": "云溪县教体局办公室", "level": "county_department"}},
        "an abbreviation of its own name",
    ),
    (
        {
            "organ": {
                "name": "云溪县人民政府办公室",
                "contact.office": "云溪县人民政府办公室政务公开科",
                "level": "county_department",
            }
        },
        "own office",
    ),
    ({"organ": {"superior": "临川县人民政府", "published_at": "临川县人民政府网站"}}, "a superior that was named"),
    (
        {"organ": {"name": "云溪县卫生健康局", "contact.office": "县卫健局办公室", "level": "county_department"}},
        "the county in front of an abbreviation",
    ),
    (
        {"organ": {"name": "云溪经济开发区管理委员会", "contact.office": "管委会办公室", "level": "county_department"}},
        "a development zone publishes on its county's site",
    ),
    ({"add": {"overview": "我县统一部署，我市统一平台。"}}, "the county and the city speak for all below"),
    ({"add": {"problems": "突破自我局限，用好本乡本土人才。"}}, "words that only look like 我局 and 本乡"),
    ({"add": {"overview": "请民政局协助核对，白沙镇也参加了联合公布。"}}, "others are mentioned in the text"),
]


@pytest.mark.parametrize(("written", "severity", "why"), FOUND)
def test_another_organ_is_found(written: dict[str, Any], severity: str, why: str) -> None:
    assert severity in [finding.severity for finding in of_code("organ-wrong", **written)], why


@pytest.mark.parametrize(("written", "why"), LEFT)
def test_own_and_superior_names_are_left_alone(written: dict[str, Any], why: str) -> None:
    assert of_code("organ-wrong", **written) == [], why


def test_members_of_the_jurisdiction_are_known_by_name() -> None:
    preamble = f"如有疑问，请找沙河口街道的同志。{CONTACT}"
    members = ["云溪县青石镇人民政府", "云溪县沙河口街道办事处"]
    (finding,) = of_code("organ-wrong", text={"preamble": preamble}, jurisdiction=members)
    assert finding.found == "沙河口街道"


CONTACTS: list[tuple[dict[str, Any], str, str]] = [
    ({"organ": {"contact.phone": ""}}, "联系电话", "no telephone"),
    ({"organ": {"contact.address": ""}}, "地址", "no address"),
    ({"organ": {"contact.phone": "", "contact.address": ""}}, "联系电话和地址", "neither"),
    ({"text": {"preamble": "本报告由青石镇人民政府编制，欢迎查阅。"}}, "联系电话和地址", "a preamble of its own without them"),
    ({"text": {"preamble": "如有疑问请联系党政办，地址：青石街1号。"}}, "联系电话", "only the address"),
    ({"text": {"preamble": "如有疑问请致电0601-5550199。"}}, "地址", "only the telephone"),
]
REACHABLE = [
    "请与党政办联系（地址：嘉禾路1号，联系电话：0537-6508002）。",
    "联系电话：5550199，地点：青石镇政府大院。",
    "咨询电话（０６０１）５５５０１９９，通讯地址：青石街１号。",
    "电话：0601—5550199；青石镇青石街1号。",
]


@pytest.mark.parametrize(("written", "missing", "why"), CONTACTS)
def test_contact_missing(written: dict[str, Any], missing: str, why: str) -> None:
    (finding,) = of_code("contact-missing", **written)
    assert (finding.severity, finding.expected) == ("warning", missing), why


@pytest.mark.parametrize("preamble", REACHABLE)
def test_contact_in_the_preamble(preamble: str) -> None:
    assert of_code("contact-missing", text={"preamble": preamble}) == []
