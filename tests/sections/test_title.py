"""Title and preamble: broken by sense, and with the notice of the right edition."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.report.stories import all_zero
from toolkit.report import Contact, Narrative, Organ, Report
from toolkit.sections.paper import front, preamble, title

NAMES: list[tuple[str, tuple[str, ...], str]] = [
    ("孟姑集镇人民政府", ("孟姑集镇人民政府",), "short: one line"),
    ("云溪县人力资源和社会保障局", ("云溪县人力资源和社会保障局",), "still one line"),
    ("江澜市云溪县龙泉街道办事处社会治理综合服务中心", ("江澜市", "云溪县龙泉街道办事处社会治理综合服务中心"), "after the city"),
    (
        "内蒙古自治区呼伦贝尔市鄂温克族自治旗巴彦托海镇人民政府",
        ("内蒙古自治区", "呼伦贝尔市", "鄂温克族自治旗巴彦托海镇人民政府"),
        "autonomous region",
    ),
    ("镇" * 30, ("镇" * 30,), "no place in it: left to the exporter"),
]


@pytest.mark.parametrize(("name", "lines", "why"), NAMES, ids=[case[2] for case in NAMES])
def test_a_long_name_breaks_after_its_place(name: str, lines: tuple[str, ...], why: str) -> None:
    found = title(all_zero(2024, Organ(name=name))).lines
    assert found == (*lines, "2024年政府信息公开工作年度报告"), why
    assert "".join(found) == all_zero(2024, Organ(name=name)).title


def test_properties_of_the_file() -> None:
    found = front(all_zero(2020), draft=True)
    assert (found.title, found.author, found.year, found.form, found.draft) == (
        "云水县清河镇人民政府2020年政府信息公开工作年度报告",
        "云水县清河镇人民政府",
        2020,
        "2019",
        True,
    )


def text(report: Report) -> str:
    (only,) = preamble(report)
    return only.text


NOTICES = [
    (2020, "《国务院办公厅政府信息与政务公开办公室关于政府信息公开工作年度报告有关事项的通知》（国办公开办函〔2019〕60号）"),
    (2024, "《中华人民共和国政府信息公开工作年度报告格式》的通知》（国办公开办函〔2021〕30号）"),
]


@pytest.mark.parametrize(("year", "notice"), NOTICES, ids=["2019 edition", "2021 edition"])
def test_the_preamble_names_law_notice_parts_and_period(year: int, notice: str) -> None:
    found = text(all_zero(year))
    assert "《中华人民共和国政府信息公开条例》（国务院令第711号，以下简称《条例》）第五十条" in found
    assert notice in found
    assert [other for _, other in NOTICES if other in found] == [notice]
    for part in ("总体情况", "主动公开政府信息情况", "收到和处理政府信息公开申请情况", "其他需要报告的事项六个部分。"):
        assert part in found
    assert f"{year}年1月1日至{year}年12月31日" in found


CONTACTS = [
    (Contact(), "", "nothing known: no sentence"),
    (Contact(phone="0999-1"), "请与云水县清河镇人民政府联系（联系电话：0999-1）。", "no office: the organ itself"),
    (Contact(office="党政办"), "请与党政办联系。", "office only"),
    (
        Contact(office="党政办", address="云水县1号", phone="0999-1"),
        "请与党政办联系（地址：云水县1号，联系电话：0999-1）。",
        "everything",
    ),
]


@pytest.mark.parametrize(("contact", "end", "why"), CONTACTS, ids=[case[2] for case in CONTACTS])
def test_the_contact_has_the_known_parts_only(contact: Contact, end: str, why: str) -> None:
    organ = Organ(name="云水县清河镇人民政府", contact=contact)
    found = text(all_zero(2024, organ))
    assert found.endswith(end or "12月31日。"), why
    assert ("如有疑问" in found) is bool(end)


def test_the_place_of_publication_is_printed_when_known() -> None:
    assert "公布" not in text(all_zero(2024))
    organ = Organ(name="云水县清河镇人民政府", published_at="云水县人民政府网站")
    assert text(all_zero(2024, organ)).endswith("本报告在云水县人民政府网站公布。")


def test_a_preamble_of_ones_own_is_taken_as_it_is() -> None:
    own = replace(all_zero(2024), narrative=Narrative(preamble="\n  第一段。\n\n　　第二段 <b>。\n"))
    assert [block.text for block in preamble(own)] == ["第一段。", "第二段 <b>。"]
