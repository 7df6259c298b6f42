"""A county begins its year from an Excel list or from last year's: the list, and what each member is given."""

from __future__ import annotations

import io
import shutil
from datetime import date
from pathlib import Path

import docx
import pytest
from openpyxl import Workbook, load_workbook

from toolkit.cli import main
from toolkit.core.errors import ParamsUnreadable, UsageError
from toolkit.importing import read_published
from toolkit.report import read_report
from toolkit.report.jurisdiction import Jurisdiction, read_jurisdiction
from toolkit.report.starting import doubt_of_year
from toolkit.rollup.beginning import assignment_letter, begin_year
from toolkit.rollup.member_table import read_member_table, unread_columns

SAMPLE = Path(__file__).parents[2] / "params" / "2024" / "云溪县"
HEADS = ("序号", "单位名称", "电子邮箱", "联系 电话", "垂直管理")
ROWS = (
    (1, "云溪县松石镇人民政府", "songshi@yunxi.gov.example", "0601-5550101", None),
    (2, "云溪县龙泉街道办事处", "longquan@yunxi.gov.example", "", ""),
    (3, "云溪县税务局", "", "0601-5550103", "是"),
)


def table(path: Path, *rows: tuple[object, ...], heads: tuple[str, ...] = HEADS) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet
    sheet.append(["云溪县（虚构）政务公开联络员名单"])
    for row in (heads, *rows):
        sheet.append(row)
    book.save(path)
    return path


def test_the_first_year_begins_with_a_table(tmp_path: Path) -> None:
    begun = begin_year(tmp_path / "params", tmp_path / "outputs", 2025, "云溪县", table(tmp_path / "名单.xlsx", *ROWS))
    area = read_jurisdiction(begun.listed)
    assert (area.name, area.level, area.dates.organs_submit_by) == ("云溪县人民政府", "county", date(2026, 1, 20))
    assert [(item.file, item.level, item.phone, item.vertical) for item in area.members] == [
        ("松石镇", "township", "0601-5550101", False),
        ("龙泉街道", "street", "", False),
        ("税务局", "county_department", "0601-5550103", True),
    ]
    assert len(begun.blank) == 3
    assert not list((tmp_path / "params").rglob("松石镇*")), "a file in the tree is a report that came in"
    blank = read_report(begun.folder / "松石镇.yaml")
    assert (blank.organ.name, blank.year) == ("云溪县松石镇人民政府", 2025)
    back = read_published(begun.folder / "松石镇.xlsx")
    assert back.report
    assert back.report.organ.name == "云溪县松石镇人民政府"


def test_the_next_year_takes_over_list_dates_and_figures(tmp_path: Path) -> None:
    folder = tmp_path / "params" / "2024" / "云溪县"
    shutil.copytree(SAMPLE, folder, ignore=shutil.ignore_patterns(".*"))
    (folder / "教育局.yaml").write_text("year: [", encoding="utf-8")
    (folder / "白鹭乡.yaml").unlink()
    begun = begin_year(tmp_path / "params", tmp_path / "outputs", 2025, "云溪县")
    last, area = read_jurisdiction(folder / "_jurisdiction.yaml"), read_jurisdiction(begun.listed)
    assert (area.members, area.reports_to) == (last.members, last.reports_to)
    assert area.dates.organs_submit_by == date(2026, 1, 20)
    assert (len(begun.carried), begun.unreadable) == (13, ("云溪县教育局",))
    before, now = read_report(folder / "松石镇.yaml"), read_report(begun.folder / "松石镇.yaml")
    assert now.number("applications", "carried_in", "total") == before.number("applications", "carried_out", "total")
    again = begin_year(tmp_path / "params", tmp_path / "outputs", 2025, "云溪县")
    assert not again.new_list


def test_a_table_with_other_heads_is_read_and_what_is_not_is_named(tmp_path: Path) -> None:
    path = tmp_path / "联络员.csv"
    rows = "联络员,报送单位（全称）,*报送邮箱,手机\n甲某,云溪县松石镇人民政府,songshi@yunxi.gov.example,13800000001\n"
    path.write_bytes(rows.encode("gbk"))
    (member,) = read_member_table(path)
    assert (member.name, member.email, member.phone) == ("云溪县松石镇人民政府", "songshi@yunxi.gov.example", "13800000001")
    assert unread_columns(path) == ("联络员",)


HEAD, LINE = "单位名称,邮箱,电话", "云溪县松石镇人民政府,songshi@yunxi.gov.example,0601-5550101"
LIST = f"{HEAD}\n{LINE}\n"
AS_SAVED = [
    (LIST.replace("\n", "\r\n").encode("gbk"), "CSV of Excel"),
    (LIST.encode("utf-8-sig"), "CSV UTF-8 of Excel"),
    (LIST.replace("\n", "\r").encode("utf-8"), "CSV of Excel of a Mac"),
    (LIST.replace("镇人", "镇\r人").encode("utf-8"), "half a line end in a cell"),
    (LIST.replace(",", "\t").encode("utf-16"), "Unicode text of Excel"),
    (("sep=;\n" + LIST.replace(",", ";")).encode("gbk"), "semicolons"),
    (LIST.replace("单位名称", '"单位\n名称"').replace("县松", "县 松").encode("gb18030"), "blanks and line ends"),
    (LIST.replace("镇人", "镇\u200b人").replace("0601", "\xa00601").encode(), "invisible characters"),
    (LIST.replace("songshi@", "mailto:ｓｏｎｇｓｈｉ＠").encode(), "a link, and full-width letters"),
    (f"{LIST}{HEAD}\n,,\n合计,,\n注：请于1月10日前核对,,\n".encode(), "a second head, a sum, a remark"),
]


@pytest.mark.parametrize(("content", "why"), AS_SAVED, ids=[why for _, why in AS_SAVED])
def test_a_list_is_read_as_the_office_saved_it(tmp_path: Path, content: bytes, why: str) -> None:
    (tmp_path / "名单.csv").write_bytes(content)
    assert [(item.name, item.email, item.phone) for item in read_member_table(tmp_path / "名单.csv")] == [tuple(LINE.split(","))]


def test_a_list_on_the_second_sheet_is_found(tmp_path: Path) -> None:
    path = table(tmp_path / "名单.xlsx", *ROWS)
    book = load_workbook(path)
    book.create_sheet("填写说明", 0).append(["请在第二张表填写"])
    book.save(path)
    assert len(read_member_table(path)) == len(ROWS)


def test_what_excel_made_of_a_cell_is_no_name_and_no_number(tmp_path: Path) -> None:
    (tmp_path / "名单.csv").write_text("单位名称,邮箱,电话\n#N/A,,1\n云溪县教育局,,1.38E+10\n12,,2\n", encoding="utf-8")
    with pytest.raises(ParamsUnreadable) as refused:
        read_member_table(tmp_path / "名单.csv")
    told = [(item.line, item.path) for item in refused.value.problems]
    assert told == [(2, "“单位名称”列"), (3, "“电话”列"), (4, "“单位名称”列")]


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("云溪县教育局,../x", "文件名"),
        ("云溪县教育局,CON", "文件名"),
        (f"{'甲' * 81},x", "单位名称"),
        (f"甲,{'乙' * 81}", "文件名"),
    ],
    ids=["folder above", "device of Windows", "long name", "long file"],
)
def test_a_name_that_no_report_or_file_may_have_is_refused(tmp_path: Path, row: str, column: str) -> None:
    (tmp_path / "名单.csv").write_text(f"单位名称,文件名\n{row}\n", encoding="utf-8")
    with pytest.raises(ParamsUnreadable) as refused:
        read_member_table(tmp_path / "名单.csv")
    assert [(item.line, item.path) for item in refused.value.problems] == [(2, f"“{column}”列")]


def test_two_names_that_windows_takes_for_one_are_refused(tmp_path: Path) -> None:
    (tmp_path / "名单.csv").write_text("单位名称,文件名\n甲镇,Abc\n乙镇,abc\n", encoding="utf-8")
    with pytest.raises(ParamsUnreadable, match="与前面不同的文件名"):
        read_member_table(tmp_path / "名单.csv")
    (tmp_path / "名单.csv").write_text("单位名称,文件名\n教育局（教育工委）,a\n教育局(教育工委),b\n", encoding="utf-8")
    with pytest.raises(ParamsUnreadable, match="与前面不同的单位"):  # one organ, brackets of two widths
        read_member_table(tmp_path / "名单.csv")


def test_every_wrong_row_of_a_table_is_named(tmp_path: Path) -> None:
    wrong = table(tmp_path / "名单.xlsx", ROWS[0], (2, ROWS[0][1], "无", "", "也许"), (3, "江澜区松石镇人民政府", "", "", ""))
    with pytest.raises(ParamsUnreadable) as refused:
        begin_year(tmp_path / "params", tmp_path / "outputs", 2025, "云溪县", wrong)
    told = [(item.line, item.path) for item in refused.value.problems]
    assert told == [(4, "“邮箱”列"), (4, "“垂直管理”列"), (4, "“单位名称”列"), (5, "“文件名”列")]
    assert not (tmp_path / "params").exists()


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("名单.csv", "单位名称,邮箱\n".encode("gbk"), "没有单位"),
        ("名单.csv", "联系人,手机\n张三,1\n".encode("gbk"), "没有找到表头"),
        ("名单.csv", f'{HEAD}\n"{LINE}\n{" " * 140_000}'.encode(), "引号没有成对"),
        ("名单.xlsx", b"no workbook", "应为 Excel"),
    ],
)
def test_a_table_that_is_none_says_what_it_should_be(tmp_path: Path, name: str, content: bytes, told: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UsageError, match=told):
        begin_year(tmp_path / "params", tmp_path / "outputs", 2025, "云溪县", tmp_path / name)


def test_the_command_begins_and_tells_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(*words: str) -> tuple[object, str]:
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr("sys.argv", ["nianbao", *words])
        with pytest.raises(SystemExit) as stopped:
            main()
        shown = capsys.readouterr()
        return stopped.value.code, shown.out + shown.err

    table(tmp_path / "名单.xlsx", *ROWS)
    code, shown = run("start", "2025", "云溪县")
    assert (code, "--members" in shown) == (2, True)
    code, shown = run("start", "2025", "云溪县", "--members", "名单.xlsx")
    assert not code
    assert "没有写邮箱的 1 个" in shown
    assert "用同一个邮箱" not in shown
    code, shown = run("status", "params/2025/云溪县", "--today", "2026-01-05")
    assert "未报 3" in shown


def test_each_member_gets_a_letter_that_says_what_to_do_by_when() -> None:
    area = Jurisdiction.model_validate({
        "name": "云溪县人民政府", "office": {"name": "云溪县人民政府办公室", "phone": "0601-5550100"},
        "dates": {"organs_submit_by": "2025-01-20", "publish_by": "2025-01-31"}, "must_mention": ["政策解读|解读"],
        "members": [{"name": "云溪县松石镇人民政府", "file": "松石镇", "email": "songshi@yunxi.gov.example"}],
    })  # fmt: skip
    raw = assignment_letter(area, area.members[0], 2024)
    assert raw == assignment_letter(area, area.members[0], 2024)
    lines = [item.text for item in docx.Document(io.BytesIO(raw)).paragraphs]
    assert lines[1] == "云溪县松石镇人民政府："
    blank = docx.Document(io.BytesIO(assignment_letter(area, area.members[0], 2024, is_carried=False)))
    assert ("带入上年" in "".join(lines), "带入上年" in "".join(item.text for item in blank.paragraphs)) == (True, False)
    text = "".join(lines)
    for words in ("于2025年1月20日前报送", "2025年1月31日前在政府网站公开", "松石镇.xlsx", "songshi@yunxi.gov.example",
                  "第一部分要写到政策解读", "联系电话：0601-5550100"):  # fmt: skip
        assert words in text
    assert lines[-1] == "云溪县人民政府办公室"


@pytest.mark.parametrize(
    ("level", "name", "meant"),
    [
        ("乡", "云溪县白鹭乡人民政府", "township"),
        ("镇", "云溪县松石镇人民政府", "township"),
        ("乡镇（街道）", "云溪县龙泉街道办事处", "street"),
        ("乡镇/街道", "云溪县龙泉街道办事处", "street"),
        ("镇街", "云溪县龙泉街道办事处", "street"),
        ("乡镇街道", "云溪县松石镇人民政府", "township"),
        ("街镇", "云溪县松石镇人民政府", "township"),
        ("街道办", "云溪县龙泉街道办事处", "street"),
        ("县直部门", "云溪县教育局", "county_department"),
        ("局", "云溪县教育局", "county_department"),
        ("市直单位", "江澜市教育局", "city_department"),
    ],
)
def test_levels_in_an_offices_own_words(level: str, name: str, meant: str, tmp_path: Path) -> None:
    path = tmp_path / "名单.csv"
    path.write_text(f"单位名称,层级\n{name},{level}\n合计,1\n", encoding="utf-8")
    (member,) = read_member_table(path)
    assert (member.name, member.level) == (name, meant)


def test_a_level_that_is_none_is_named_with_its_row(tmp_path: Path) -> None:
    path = tmp_path / "名单.csv"
    path.write_text("单位名称,层级\n云溪县松石镇人民政府,一级\n", encoding="utf-8")
    with pytest.raises(ParamsUnreadable, match="“层级”列"):
        read_member_table(path)


@pytest.mark.parametrize(
    ("year", "today", "state"),
    [
        (2026, date(2026, 11, 29), ""),
        (2026, date(2026, 7, 1), ""),
        (2026, date(2027, 1, 1), ""),
        (2027, date(2026, 12, 31), "还没有到"),
        (2027, date(2027, 1, 4), "还没有过完"),
        (2027, date(2027, 6, 30), "还没有过完"),
    ],
)
def test_the_year_of_sending_for_the_year_of_the_figures_is_named(year: int, today: date, state: str) -> None:
    words = f"2027 年{state}。年度是数据的年度，2027 年报送的是 2026 年的年报；写错年度的，请删去重建"
    assert doubt_of_year(year, today) == (words if state else "")


def test_all_that_a_county_asks_goes_on_to_the_next_year_and_into_the_letters(tmp_path: Path) -> None:
    asked = (
        "overview_max_characters: 1000\nproblems_max_characters: 500\nother_max_characters: 300\ntotal_max_characters: 1500\n"
        "must_mention: [政策解读|解读]\nmust_count: [规范性文件]\nagreed_with: 县司法局\nwords: [内部掌握]\n"
    )
    last = tmp_path / "params" / "2024" / "云溪县" / "_jurisdiction.yaml"
    last.parent.mkdir(parents=True)
    members = "members: [{name: 云溪县松石镇人民政府, file: 松石镇}]\nagreed: {松石镇: {disputes.review.total: 1}}\n"
    last.write_text(f"name: 云溪县人民政府\n{asked}{members}", encoding="utf-8")
    begun = begin_year(tmp_path / "params", tmp_path / "outputs", 2025, "云溪县")
    before, now = read_jurisdiction(last), read_jurisdiction(begun.listed)
    same = {"note", "dates", "agreed"}
    assert now.model_dump(exclude=same) == before.model_dump(exclude=same)
    assert now.agreed == {}, "figures that were agreed upon are those of one year"
    letter = docx.Document(io.BytesIO(assignment_letter(now, now.members[0], 2025)))
    assert (
        "第一部分不超过1000字；第五部分不超过500字；第六部分不超过300字；第一、五、六部分的文字合计不超过1500字；"
        "第一部分要写到政策解读；第一部分要写明数量的：规范性文件。"
    ) in [paragraph.text for paragraph in letter.paragraphs]
