"""The samples in ``params/`` are what they say: readable, whole, right in every sum, and told apart from one another."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import yaml

from toolkit.checks import Case, run_case
from toolkit.core.fonts import missing_glyphs
from toolkit.forms import Address
from toolkit.report import Report, read_report

PARAMS = Path(__file__).parent.parent / "params"
COUNTY = "云溪县"
FILES = sorted(PARAMS.rglob("[!_]*.yaml"))
INVENTED = [path for path in FILES if path.parent.name == COUNTY]
CARRIED_OVER = [path for path in INVENTED if path.parts[-3] == "2024"]
TOWNSHIPS = (
    "城关街道", "松石镇", "㙍垯镇", "白鹭乡", "杏坪镇", "青禾镇", "柳湾镇",
    "石桥铺镇", "龙泉街道", "望江镇", "竹园乡", "马跑泉镇",
)  # fmt: skip
DEPARTMENTS = ("教育局", "自然资源局")
OWN_OFFICE = "县政府办公室"
SUBTOPICS = ("主动公开", "依申请公开", "政府信息管理", "平台建设", "监督保障")


def name_of(path: Path) -> str:
    return f"{path.parts[-3]} {path.stem}"


@cache
def read(path: Path) -> Report:
    return read_report(path)


def sample(year: int, organ: str, jurisdiction: str = COUNTY) -> Report:
    return read(PARAMS / str(year) / jurisdiction / f"{organ}.yaml")


def last_year(path: Path) -> Report:
    return sample(int(path.parts[-3]) - 1, path.stem)


def number(report: Report, table: str, row: str, column: str = "total") -> int:
    found = report.number(table, row, column)
    assert isinstance(found, int)
    return found


def disputes(report: Report, column: str = "total") -> int:
    return sum(number(report, "disputes", row, column) for row in ("review", "direct_lawsuit", "lawsuit_after_review"))


@pytest.mark.parametrize("path", FILES, ids=name_of)
class TestEverySample:
    def test_every_cell_is_a_number(self, path: Path) -> None:
        report = read(path)
        assert not report.foreign
        assert [str(address) for address in report.form.cells if report.figures.number(address) is None] == []

    def test_sums_hold(self, path: Path) -> None:
        """Counted here without the checks: new and carried in against handled and carried out, details against totals."""
        report = read(path)
        table = report.form.table_by_key["applications"]
        kinds = [column.key for column in table.columns if not column.sum]
        details = [row for outcome in table.outcomes for row in outcome.rows]
        for column in (*kinds, "total"):
            new, carried_in, handled, carried_out = (
                number(report, "applications", row, column) for row in ("new", "carried_in", "total", "carried_out")
            )
            assert new + carried_in == handled + carried_out
            assert handled == sum(number(report, "applications", row, column) for row in details)
        for row in table.rows:
            assert number(report, "applications", row.key) == sum(number(report, "applications", row.key, kind) for kind in kinds)
        for row in report.form.table_by_key["disputes"].rows:
            parts = sum(number(report, "disputes", row.key, key) for key in ("upheld", "corrected", "other", "pending"))
            assert number(report, "disputes", row.key) == parts

    def test_the_checks_find_nothing_wrong(self, path: Path) -> None:
        before = last_year(path) if path in CARRIED_OVER else None
        assert [str(finding) for finding in run_case(Case(read(path), before))] == []

    def test_section_one_covers_its_topics_and_speaks_of_one_year(self, path: Path) -> None:
        report = read(path)
        assert [topic for topic in SUBTOPICS if topic not in report.narrative.overview] == []
        years = set(re.findall(r"(?<!\d)20\d\d(?=年)", report.narrative.overview + report.narrative.problems))
        assert years <= {str(report.year)}

    def test_section_five_is_more_than_a_phrase(self, path: Path) -> None:
        assert len(read(path).narrative.problems) > 100

    def test_the_text_says_whether_there_were_applications(self, path: Path) -> None:
        report = read(path)
        none = re.search(r"未收到(政府信息公开)?申请|没有提出|没有提出申请|申请数为零", report.narrative.overview)
        assert bool(none) == (number(report, "applications", "new") == 0)

    def test_papermill_reads_the_same_figures(self, path: Path) -> None:
        """papermill takes YAML 1.1, where 0537 is octal and a long number may lose digits."""
        report = read(path)
        plain = yaml.safe_load(path.read_text(encoding="utf-8"))
        assert plain["organ"]["contact"]["phone"] == report.organ.contact.phone
        for address, value in report.figures.given.items():
            assert str(plain["figures"][address.table][address.row][address.column]) == str(value)

    def test_some_font_draws_every_character(self, path: Path) -> None:
        assert missing_glyphs(path.read_text(encoding="utf-8"), "fangsong") == ()


class TestMengguji:
    """The 2020 report of a real township: figures as published."""

    @pytest.fixture
    def report(self) -> Report:
        return sample(2020, "孟姑集镇", "嘉祥县")

    def test_figures_as_published(self, report: Report) -> None:
        published = {
            "documents.normative.made": "3",
            "documents.normative.published": "3",
            "documents.normative.public_total": "6",
            "procurement.procurement.items": "20",
            "procurement.procurement.amount": "23246297.53",
        }
        given = report.figures.given
        assert {str(address): str(value) for address, value in given.items() if value != 0} == published
        # 161 in part three, 15 in part four, 22 in part two, each written out
        assert [sum(address.table == key for address in given) for key in ("applications", "disputes")] == [161, 15]
        assert len(given) == 161 + 15 + 22

    def test_channels_as_published(self, report: Report) -> None:
        counts = [(channel.count, channel.approximate) for channel in report.channels]
        assert counts == [(100, True), (121, False), (23, False), (18, False), (200, True)]
        assert all(f"{count}{'余' if about else ''}条" in report.narrative.overview for count, about in counts)
        assert "主动公开信息500余条" in report.narrative.overview

    def test_levels_of_the_text(self, report: Report) -> None:
        def heads(text: str) -> list[str]:
            return re.findall(r"^(（[一二三四五]）|\d\.)", text, flags=re.MULTILINE)

        assert heads(report.narrative.overview) == ["（一）", "（二）", "（三）", "（四）"]
        assert heads(report.narrative.problems) == ["（一）", "（二）", "1.", "2.", "3."]
        assert report.organ.contact.phone == "0537-6508002"


class TestInventedCounty:
    @pytest.mark.parametrize("year", [2023, 2024])
    def test_members_are_the_files(self, year: int) -> None:
        folder = PARAMS / str(year) / COUNTY
        jurisdiction = yaml.safe_load((folder / "_jurisdiction.yaml").read_text(encoding="utf-8"))
        members = {member["file"]: member for member in jurisdiction["members"]}
        assert set(members) == {*TOWNSHIPS, *DEPARTMENTS, OWN_OFFICE} == {path.stem for path in folder.glob("[!_]*.yaml")}
        for short_name, member in members.items():
            report = sample(year, short_name)
            assert (report.year, report.organ.name, report.organ.level) == (year, member["name"], member["level"])

    @pytest.mark.parametrize("year", [2023, 2024])
    def test_dates_and_addresses(self, year: int) -> None:
        path = PARAMS / str(year) / COUNTY / "_jurisdiction.yaml"
        jurisdiction: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
        dates = jurisdiction["dates"]
        assert date(year, 12, 31) < dates["organs_submit_by"] <= dates["publish_by"] <= date(year + 1, 1, 31)
        addresses = [jurisdiction["reports_to"]["address"], *(member["email"] for member in jurisdiction["members"])]
        assert all(address.endswith(".gov.example") for address in addresses)  # reserved by RFC 2606: mail goes nowhere
        assert len(set(addresses)) == len(addresses)

    @pytest.mark.parametrize("path", [*INVENTED, *PARAMS.rglob(f"{COUNTY}/_jurisdiction.yaml")], ids=name_of)
    def test_every_file_says_that_it_is_invented(self, path: Path) -> None:
        assert "虚构" in path.read_text(encoding="utf-8").splitlines()[0]

    @pytest.mark.parametrize("path", CARRIED_OVER, ids=name_of)
    def test_the_years_follow_from_one_another(self, path: Path) -> None:
        now, before = read(path), last_year(path)
        for column in now.form.table_by_key["applications"].columns:
            carried_out = number(before, "applications", "carried_out", column.key)
            assert number(now, "applications", "carried_in", column.key) == carried_out
        issued, repealed, valid = (number(now, "documents", "normative", key) for key in ("issued", "repealed", "valid"))
        assert valid == number(before, "documents", "normative", "valid") + issued - repealed
        assert now.organ == before.organ

    @pytest.mark.parametrize("path", INVENTED, ids=name_of)
    def test_no_rules_and_the_fee_is_printed(self, path: Path) -> None:
        report = read(path)
        assert all(value == 0 for address, value in report.figures.given.items() if address.row == "rules")
        assert "信息处理费" in report.narrative.other
        assert re.search(r"(?<!\d)0元", report.narrative.other)

    def test_no_text_is_another_one_with_names_changed(self) -> None:
        for part in ("overview", "problems"):
            pieces = {path: pieces_of(read(path), part) for path in FILES}
            for one, other in combinations(FILES, 2):
                shared = len(pieces[one] & pieces[other]) / min(len(pieces[one]), len(pieces[other]))
                assert shared < 0.5, f"{name_of(one)} and {name_of(other)}: {shared:.0%} of {part}"


def pieces_of(report: Report, part: str) -> set[str]:
    """Every three characters in a row, names and figures masked."""
    text = getattr(report.narrative, part).replace(report.organ.name, "").replace(report.organ.name.removeprefix(COUNTY), "")
    text = re.sub(r"[\d.%]+", "0", re.sub(r"[\s，。、：；（）“”]", "", text))
    return {text[at : at + 3] for at in range(len(text) - 2)}


class TestVariety:
    """What the samples are there for; a change of one keeps these."""

    def test_all_zeros(self) -> None:
        assert set(sample(2024, "白鹭乡").figures.values()) == {0}

    def test_many_applications(self) -> None:
        report = sample(2024, "松石镇")
        assert number(report, "applications", "new") == 183
        assert number(report, "applications", "carried_in") > 0
        assert number(report, "applications", "carried_out") > 0
        rows = {address.row for address, value in report.figures.items() if address.table == "applications" and value}
        assert len(rows) >= 20
        assert Address("applications", "total", "total") in report.figures.given  # totals written out: they are checked

    def test_disputes_of_every_result(self) -> None:
        reports = [read(path) for path in INVENTED]
        assert all(any(disputes(report, result) for report in reports) for result in ("upheld", "corrected", "other", "pending"))
        assert disputes(sample(2024, "杏坪镇")) == 8

    def test_long_and_short_texts(self) -> None:
        def length(report: Report) -> int:
            return sum(len(text) for text in (report.narrative.overview, report.narrative.problems, report.narrative.other))

        assert 3300 < length(sample(2024, "青禾镇")) < 3800
        assert length(sample(2023, "竹园乡")) < 250

    def test_a_name_with_rare_characters(self) -> None:
        assert sample(2024, "㙍垯镇").organ.name == "云溪县㙍垯镇人民政府"
        assert "\u364d" in sample(2024, "㙍垯镇").organ.name  # CJK extension A: not in GB 2312, not in many fonts

    def test_streets_departments_and_channels(self) -> None:
        levels = {read(path).organ.level for path in INVENTED}
        assert levels == {"township", "street", "county_department"}
        assert all(channel.approximate for channel in sample(2024, "望江镇").channels)
        assert sample(2023, "竹园乡").channels == ()
