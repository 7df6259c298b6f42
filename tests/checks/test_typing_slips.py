"""What slips in while typing is noticed, and its near misses are left alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.checks.wordings import clean
from toolkit.checks import Case, run_case
from toolkit.forms import Address
from toolkit.report import Channel, Contact


@pytest.mark.parametrize(
    ("phone", "odd"),
    [
        ("abc", True), ("无", True), ("见网站", True), ("110", True), ("06", True),
        ("0601-5550101", False), ("12345", False), ("400-820-8820", False), ("(0601) 555 0101转8", False), ("13800000000", False),
        ("０６０１－５５５０１０１", False), ("0601—5550101、5550102", False), ("", False),
    ],
)  # fmt: skip
def test_a_telephone_that_is_none(phone: str, odd: bool) -> None:
    report = clean()
    organ = report.organ.model_copy(update={"contact": Contact(phone=phone)})
    codes = [finding.code for finding in run_case(Case(replace(report, organ=organ)))]
    assert ("phone-odd" in codes) is odd


@pytest.mark.parametrize(
    ("level", "count", "large"),
    [
        ("township", 99_999_999_999, True), ("township", 1_000_001, True), ("township", 1_000_000, False),
        ("county", 1_000_001, False), ("province_department", 20_000_000, False), ("province", 100_000_001, True),
    ],
)  # fmt: skip
def test_a_count_beyond_what_an_organ_can_have(level: str, count: int, large: bool) -> None:
    report = clean()
    report = replace(report, organ=report.organ.model_copy(update={"level": level}))
    report = report.with_value(Address.parse("permits.permits.decisions"), count)
    found = [finding for finding in run_case(Case(report)) if finding.code == "count-too-large"]
    assert [finding.severity for finding in found] == (["warning"] if large else [])


@pytest.mark.parametrize(
    ("organ", "channel", "where"),
    [
        ({}, "政" * 34, []),
        ({}, "政" * 35, ["channels.0.name"]),
        ({}, "a" * 68, []),
        ({}, "政" * 500, ["channels.0.name"]),
        ({"name": "云" * 51}, "网站", ["organ.name"]),
        ({"short_name": "云" * 31, "superior": "云" * 51}, "网站", ["organ.short_name", "organ.superior"]),
        ({"contact": Contact(office="办" * 51, address="路" * 81, phone="0601-5550101、" * 10)}, "网站",
         ["organ.contact.office", "organ.contact.address", "organ.contact.phone"]),
        ({"published_at": "http://www.yunxi.example/" + "a" * 276}, "网站", ["organ.published_at"]),
        ({"published_at": "云溪县人民政府网站 http://www.yunxi.example/col/col1234/index.html?id=" + "a" * 100}, "网站", []),
    ],
)  # fmt: skip
def test_a_name_as_long_as_a_paragraph(organ: dict[str, object], channel: str, where: list[str]) -> None:
    report = clean()
    changed = replace(report, organ=report.organ.model_copy(update=organ), channels=(Channel(name=channel, count=5),))
    found = [finding for finding in run_case(Case(changed)) if finding.code == "name-too-long"]
    assert [finding.where for finding in found] == where
    assert all(finding.severity == "warning" and len(finding.message) < 60 for finding in found)
