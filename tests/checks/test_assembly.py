"""Files and folders: what lies beside a params file is found, and what is bad about it is said without stopping anything."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests.report.stories import busy
from toolkit.checks.assembly import assemble, judge_file
from toolkit.checks.presenting import by_code, by_organ, exit_code, lines_for, remark_lines, summary, to_json
from toolkit.checks.running import FileFindings, check_files
from toolkit.report.neighbours import params_files
from toolkit.report.writing import write_report
from toolkit.rollup.members import read_members
from toolkit.rollup.own_report import roll_up

PARAMS = Path(__file__).parent.parent.parent / "params"
COUNTY = "云溪县"


@pytest.fixture
def params(tmp_path: Path) -> Path:
    """A copy of the invented county's files of two years, to spoil."""
    for year in ("2023", "2024"):
        shutil.copytree(PARAMS / year / COUNTY, tmp_path / year / COUNTY)
    return tmp_path


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def checked(*paths: Path) -> list[FileFindings]:
    return list(check_files(list(params_files(paths))))


def codes(item: FileFindings) -> list[str]:
    return [finding.code for finding in item.findings]


def test_the_samples_have_no_finding() -> None:
    every = checked(PARAMS)
    assert [(item.file.stem, codes(item)) for item in every if item.findings or item.problem] == []
    assert exit_code(every) == 0


def test_last_year_is_found_by_the_folder_of_its_year(params: Path) -> None:
    change(
        params / "2023" / COUNTY / "青禾镇.yaml",
        "carried_out:                  {natural_person: 1",
        "carried_out:                  {natural_person: 3",
    )
    (item,) = checked(params / "2024" / COUNTY / "青禾镇.yaml")
    assert codes(item).count("carried-in-differs") == 2


def test_an_earlier_year_that_is_unreadable_or_of_another_year_is_left_out(tmp_path: Path) -> None:
    place = Path("云水县") / "清河镇.yaml"
    for year in (2021, 2022, 2023):
        write_report(busy(year), tmp_path / str(year) / place)
    report, file = busy(2024), tmp_path / "2024" / place
    assert [item.year for item in assemble(report, file, years_back=3).earlier] == [2023, 2022, 2021]

    (tmp_path / "2023" / place).write_text("year: 2023\norgan: 3\n", encoding="utf-8")
    write_report(busy(2020), tmp_path / "2022" / place)
    case = assemble(report, file, years_back=3)
    assert [item.year for item in case.earlier] == [2021]
    assert case.last_year is None
    assert case.last_year_problem
    assert assemble(report, None, years_back=3).earlier == ()


def test_siblings_of_a_folder_are_compared(params: Path) -> None:
    folder = params / "2024" / COUNTY
    text = (folder / "青禾镇.yaml").read_text(encoding="utf-8").replace("青禾镇", "柳湾镇")
    (folder / "柳湾镇.yaml").write_text(text, encoding="utf-8")
    found = {item.file.stem: codes(item) for item in checked(folder) if item.findings}
    assert "text-repeats-sibling" in found["柳湾镇"]
    assert "text-repeats-sibling" in found["青禾镇"]
    assert codes(checked(folder / "柳湾镇.yaml")[0]) == found["柳湾镇"], "checked alone it has the same siblings"


@pytest.mark.parametrize(
    ("old", "new"),
    [("year: 2024", "year: 2023"), ("云溪县青禾镇人民政府", "云溪县柳湾镇人民政府")],
    ids=["another year", "another member's name"],
)
def test_a_file_in_another_files_place_is_no_sibling(old: str, new: str, params: Path) -> None:
    """Its text is that of another report: nobody copied from it."""
    folder = params / "2024" / COUNTY
    copied = (folder / "青禾镇.yaml").read_text(encoding="utf-8")
    file = folder / "石桥铺镇.yaml"
    change(folder / "青禾镇.yaml", old, new)
    file.write_text(copied.replace("云溪县青禾镇人民政府", "云溪县石桥铺镇人民政府"), encoding="utf-8")
    assert "text-repeats-sibling" not in codes(checked(folder / "石桥铺镇.yaml")[0])
    (folder / "青禾镇.yaml").write_text(copied, encoding="utf-8")
    assert "text-repeats-sibling" in codes(checked(folder / "石桥铺镇.yaml")[0]), "put right, it is one again"


def test_dates_of_the_jurisdiction_are_used(params: Path) -> None:
    file = params / "2024" / COUNTY / "青禾镇.yaml"
    change(file, "  published_at: 云溪县人民政府网站", "  published_at: 云溪县人民政府网站\n  published_on: 2025-01-30")
    assert codes(checked(file)[0]) == []
    change(params / "2024" / COUNTY / "_jurisdiction.yaml", "publish_by: 2025-01-31", "publish_by: 2025-01-25")
    assert codes(checked(file)[0]) == ["late"]


class TestOwnReportOfAJurisdiction:
    """It lies beside the folder of its members, and is held against their sum."""

    @pytest.fixture
    def own(self, params: Path) -> Path:
        made = roll_up(read_members(params / "2024" / COUNTY), overlapping=False)
        write_report(made.report, made.path)
        return made.path

    def test_the_sum_of_the_members_has_no_finding_of_part_six(self, own: Path) -> None:
        assert [code for code in codes(checked(own)[0]) if code.startswith("rollup")] == []

    def test_a_member_corrected_afterwards_is_found(self, own: Path) -> None:
        change(own.with_suffix("") / "青禾镇.yaml", "permits: {decisions: 14}", "permits: {decisions: 15}")
        (finding,) = [item for item in checked(own)[0].findings if item.code == "rollup-sum"]
        assert (finding.table, finding.severity) == ("permits", "error")

    def test_a_member_that_is_missing_or_unreadable_is_named(self, own: Path) -> None:
        (own.with_suffix("") / "青禾镇.yaml").unlink()
        (own.with_suffix("") / "柳湾镇.yaml").write_text("year: [\n", encoding="utf-8")
        (finding,) = [item for item in checked(own)[0].findings if item.code == "rollup-missing"]
        assert "云溪县青禾镇人民政府、云溪县柳湾镇人民政府" in finding.message


class TestBadNeighbours:
    def test_a_missing_last_year_is_reported_and_is_no_finding(self, params: Path) -> None:
        (params / "2023" / COUNTY / "青禾镇.yaml").unlink()
        (item,) = checked(params / "2024" / COUNTY / "青禾镇.yaml")
        assert item.findings == ()
        assert "没有找到 2023 年的数据" in item.remarks[0]

    def test_an_unreadable_last_year_is_a_notice_and_the_rest_is_checked(self, params: Path) -> None:
        (params / "2023" / COUNTY / "青禾镇.yaml").write_text("year: [2023\n", encoding="utf-8")
        file = params / "2024" / COUNTY / "青禾镇.yaml"
        change(file, "permits: {decisions: 14}", "permits: {decisions: 14件}")
        (item,) = checked(file)
        assert codes(item) == ["cell-has-unit", "carried-in-differs"]
        assert item.findings[1].severity == "notice"
        assert "青禾镇.yaml" in item.findings[1].message

    def test_last_year_on_another_edition_is_reported(self, params: Path) -> None:
        old = params / "2020" / "嘉祥县" / "孟姑集镇.yaml"
        old.parent.mkdir(parents=True)
        shutil.copy(PARAMS / "2020" / "嘉祥县" / "孟姑集镇.yaml", old)
        new = params / "2021" / "嘉祥县" / "孟姑集镇.yaml"
        new.parent.mkdir(parents=True)
        text = (params / "2024" / COUNTY / "白鹭乡.yaml").read_text(encoding="utf-8").replace("2024", "2021")
        new.write_text(text.replace("云溪县白鹭乡", "孟姑集镇").replace("白鹭乡", "孟姑集镇"), encoding="utf-8")
        (item,) = checked(new)
        assert "2019 版格式" in item.remarks[0]
        assert not [code for code in codes(item) if code.endswith("-stock")]

    def test_a_file_of_another_year_in_last_years_folder_is_not_last_year(self, params: Path) -> None:
        change(params / "2023" / COUNTY / "青禾镇.yaml", "year: 2023", "year: 2022")
        (item,) = checked(params / "2024" / COUNTY / "青禾镇.yaml")
        assert "没有找到 2023 年的数据" in item.remarks[0]

    def test_a_broken_jurisdiction_stops_nothing(self, params: Path) -> None:
        (params / "2024" / COUNTY / "_jurisdiction.yaml").write_text("name: [\n", encoding="utf-8")
        assert checked(params / "2024" / COUNTY / "青禾镇.yaml")[0].findings == ()

    def test_a_broken_jurisdiction_is_reported_with_its_line(self, params: Path) -> None:
        listed = params / "2024" / COUNTY / "_jurisdiction.yaml"
        listed.write_text("name: 云溪县人民政府\nwords:\n  - {wort: 城区网}\n", encoding="utf-8")
        (item,) = checked(params / "2024" / COUNTY / "青禾镇.yaml")
        assert "_jurisdiction.yaml 读不出，名单、期限和本地区的要求没有用上" in item.remarks[0]
        assert ":3 words.0" in item.remarks[0]

    def test_a_file_that_cannot_be_read_stands_beside_the_others(self, params: Path) -> None:
        (params / "2024" / COUNTY / "青禾镇.yaml").write_text("year: 2024\norgan: 3\n", encoding="utf-8")
        every = checked(params / "2024")
        assert [item.file.stem for item in every if item.problem] == ["青禾镇"]
        assert exit_code(every) == 2
        assert to_json(every)[0]["code"] == "params-unreadable"


class TestPresentation:
    def test_the_blank_cells_of_a_table_not_begun_are_one_line(self, params: Path) -> None:
        file = params / "2024" / COUNTY / "新镇.yaml"
        file.write_text(
            "year: 2024\norgan: {name: 云溪县新镇人民政府}\nfigures: {permits: {permits: {decisions: }}}\n", encoding="utf-8"
        )
        (item,) = checked(file)
        blank = [line.text for line in lines_for(item) if line.text.endswith("[cell-blank]")]
        assert [text.split("：")[0][-2:] for text in blank] == ["表二", "表三", "表四"]
        assert "144 格还没有填写，从“一、本年新收政府信息公开申请数量·自然人”到" in blank[1]
        assert codes(item).count("cell-blank") == len([each for each in to_json([item]) if each["code"] == "cell-blank"]) == 166

    def test_a_few_blank_cells_are_named_one_by_one(self, params: Path) -> None:
        change(
            params / "2024" / COUNTY / "青禾镇.yaml", "normative: {issued: 2, repealed: 0,", "normative: {issued: , repealed: ,"
        )
        (item,) = checked(params / "2024" / COUNTY / "青禾镇.yaml")
        lines = [line.text for line in lines_for(item) if "还没有填写" in line.text]
        assert [text.partition("：")[0].split("　")[-1] for text in lines] == [
            "表二 行政规范性文件·本年制发件数", "表二 行政规范性文件·本年废止件数",
        ]  # fmt: skip

    @pytest.fixture
    def spoilt(self, params: Path) -> list[FileFindings]:
        folder = params / "2024" / COUNTY
        change(folder / "松石镇.yaml", "{natural_person: 50, business: 5", "{natural_person: 5, business: 5")
        change(folder / "青禾镇.yaml", "本年新制发行政规范性文件2件，未废止文件", "本年新制发行政规范性文件2件，，未废止文件")
        change(
            folder / "青禾镇.yaml",
            "normative: {issued: 2, repealed: 0, valid: 8}",
            "normative: {issued: 9, repealed: 0, valid: 8}",
        )
        return checked(params / "2024")

    def test_errors_first_with_the_mend_and_the_marked_sentence(self, spoilt: list[FileFindings]) -> None:
        lines = {item.file.stem: [line.text for line in lines_for(item)] for item in spoilt}
        assert "很可能应为 50（现为 5）" in lines["松石镇"][1]
        tones = [line.tone for line in lines_for(next(item for item in spoilt if item.file.stem == "青禾镇"))]
        severities = [tone for tone in tones if tone in ("error", "warning", "notice")]
        assert severities == sorted(severities, key=["error", "warning", "notice"].index)
        assert any("原文：" in line and "【，，】" in line for line in lines["青禾镇"])
        assert lines["白鹭乡"] == []

    def test_a_folder_ends_with_tables_by_organ_and_by_code(self, spoilt: list[FileFindings]) -> None:
        organs = by_organ(spoilt)
        assert {row[0] for row in organs} == {"云溪县松石镇人民政府", "云溪县青禾镇人民政府"}
        first = next(item for item in spoilt if item.file.stem == "松石镇")
        copies = by_organ([first, replace(first, file=first.file.with_name("松石镇(1).yaml"))])
        assert [row[0] for row in copies] == [f"云溪县松石镇人民政府（{name}.yaml）" for name in ("松石镇", "松石镇(1)")]
        rows = {row[0]: row for row in by_code(spoilt)}
        assert rows["applications-row-total"][1] == "错误"
        assert rows["repeated-words"][2:4] == ("1", "1")
        assert summary(spoilt).startswith("共校验 15 份：错误 ")

    def test_json_is_stable(self, spoilt: list[FileFindings]) -> None:
        values = to_json(spoilt)
        assert all(
            list(item)[:9] == ["code", "severity", "file", "table", "row", "column", "message", "expected", "found"]
            for item in values
        )
        assert values == to_json(spoilt)

    def test_a_confirmed_warning_stays_visible(self, params: Path) -> None:
        file = params / "2024" / COUNTY / "青禾镇.yaml"
        change(file, "normative: {issued: 2, repealed: 0, valid: 8}", "normative: {issued: 2, repealed: 0, valid: 9}")
        with file.open("a", encoding="utf-8") as out:
            out.write("confirmed: [{code: documents-stock, where: documents.normative.valid, reason: 上年漏计一件}]\n")
        (item,) = checked(file)
        assert "        已确认：上年漏计一件" in [line.text for line in lines_for(item)]
        assert "（已确认 1）" in summary([item])

    def test_remarks_are_counted(self) -> None:
        texts = [line.text for line in remark_lines(checked(PARAMS / "2023"))]
        assert texts == ["说明：没有找到 2022 年的数据，与上年衔接的 5 条规则没有用上（15 份）"]


RENAMED = [
    ("云溪县松石新镇人民政府", ["organ-wrong"], "the list has a name that nobody else has"),
    ("云溪县松石镇人民政府", [], "the same name"),
    ("云溪县松石镇人民\u200b政府", [], "an invisible character, which has a rule"),
]


@pytest.mark.parametrize(("listed", "codes", "why"), RENAMED, ids=[why for *_, why in RENAMED])
def test_a_name_that_the_member_list_does_not_have_is_found_before_the_county_puts_the_report_aside(
    tmp_path: Path, listed: str, codes: list[str], why: str
) -> None:
    folder = tmp_path / "params" / "2024" / COUNTY
    folder.mkdir(parents=True)
    source = PARAMS / "2024" / COUNTY
    text = (source / "_jurisdiction.yaml").read_text(encoding="utf-8").replace("云溪县松石镇人民政府", listed)
    (folder / "_jurisdiction.yaml").write_text(text, encoding="utf-8")
    for name in ("松石镇", "不在名单"):
        (folder / f"{name}.yaml").write_bytes((source / "松石镇.yaml").read_bytes())
    found = [item for item in judge_file(folder / "松石镇.yaml", today=date(2025, 1, 10)).findings if item.code == "organ-wrong"]
    assert [item.code for item in found] == codes
    assert [(item.severity, item.where, item.edits[0][2]) for item in found] == [("warning", "organ.name", listed)] * len(codes)
    stranger = judge_file(folder / "不在名单.yaml", today=date(2025, 1, 10))
    assert "organ-wrong" not in [item.code for item in stranger.findings]
