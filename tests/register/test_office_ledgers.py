"""Ledgers as ten invented offices keep them: every request is read right, or its row is named with the reason; none is lost."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, ClassVar

import pytest
from openpyxl import Workbook

from tests.register.stories import opened
from toolkit.register.ledger.reading import Ledger, read_ledger
from toolkit.register.ledger.taking_in import take_in
from toolkit.register.ledger.values import strays
from toolkit.register.ledger.words import field_of_head, kind_of, outcome_of, tick_of_head

TODAY = date(2025, 1, 20)
H = ("编号", "收到日期", "申请人", "申请人类别", "申请内容", "答复日期", "办理结果")
Rows = Sequence[Sequence[Any]]


def read(sheets: Mapping[str, Rows], merged: Mapping[str, Sequence[str]] | None = None, **formats: str) -> Ledger:
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
        for area in (merged or {}).get(title, ()):
            sheet.merge_cells(area)
        for cell, code in formats.items():
            sheet[cell].number_format = code
    out = io.BytesIO()
    book.save(out)
    return read_ledger(out.getvalue(), "台账.xlsx", TODAY)


def found(ledger: Ledger) -> list[tuple[Any, ...]]:
    return [
        (one.number, f"{one.received_on}", one.applicant_kind, f"{one.closed_on or ''}", one.outcome) for one in ledger.requests
    ]


def reasons(ledger: Ledger) -> str:
    return "\n".join(map(str, ledger.unclear))


def notes(ledger: Ledger) -> str:
    return "\n".join(ledger.notes)


def test_heads_with_notes_and_marks_and_days_in_five_ways() -> None:
    heads = ("序号", "申请人姓名", "申请人性质（自然人/企业/其他）", "收件日期（年月日）", "*申请方式", "申请公开的内容",
             "是否延期", "答复时间", "答复结果（公开/不公开）")  # fmt: skip
    ledger = read({
        "Sheet1": [
            ["青石县教育局2024年度依申请公开情况登记表"], heads,
            [1, "申请人甲", "自然人", "2024.3.5", "信函", "招生计划", "否", "2024.3.20", "同意公开"],
            [2, "申请人乙", "村民", "3月5日", "网上", "教师编制", "是", "4月28日", "部分公开"],
            [3, "申请人丙", "个人", 45356, "当面", "食堂招标", "否", "二〇二四年四月一日", "信息不存在"],
            [4, "申请人丁", "公民", "2024年5月6日", "邮寄", "撤校方案", "否", "", ""],
        ]
    })  # fmt: skip
    assert reasons(ledger) == ""
    assert found(ledger) == [
        ("", "2024-03-05", "natural_person", "2024-03-20", "granted"),
        ("", "2024-03-05", "natural_person", "2024-04-28", "partly_granted"),
        ("", "2024-03-05", "natural_person", "2024-04-01", "unavailable_not_held"),
        ("", "2024-05-06", "natural_person", "", ""),
    ]  # fmt: skip
    assert [one.channel for one in ledger.requests] == ["post", "online", "in_person", "post"]
    assert "没有认出列“是否延期”，没有读；其中 1 行有内容（第 4 行），请逐件登记" in notes(ledger)


def test_a_sheet_for_each_quarter_with_sums() -> None:
    sheets = {
        f"{name}季度": [
            [f"白水县2024年第{name}季度台账"], H, (f"{at}-1", f"{at * 3}.1", "甲", "公民", "道路", f"{at * 3}.20", "公开"),
            ("小计", 1),
        ] for at, name in enumerate("一二三四", 1)
    }  # fmt: skip
    ledger = read(sheets)
    assert [one[1] for one in found(ledger)] == ["2024-03-01", "2024-06-01", "2024-09-01", "2024-12-01"]
    assert ledger.unclear == ()


class TestColumnsThatAreTicked:
    GROUPS = ("", "", "申请人类别", "", "", "", "", "", "办理结果", "", "", "")
    HEADS = ("编号", "收到日期", "自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "予以公开", "部分公开",
             "不予公开", "答复日期")  # fmt: skip
    MERGED: ClassVar = {"2024": ("C1:H1", "I1:K1")}

    def row(self, number: str, *ticked: int, mark: str = "√", answered: str = "2024-3-20") -> list[str]:
        cells = [number, "2024-3-5", *[""] * 9, answered]
        for column in ticked:
            cells[column] = mark
        return cells

    def test_each_tick_is_its_choice(self) -> None:
        rows = [self.row("1", 2, 8), self.row("2", 7, 9, mark="1"), self.row("3", 3, mark="是", answered="")]
        ledger = read({"2024": [self.GROUPS, self.HEADS, *rows]}, self.MERGED)
        assert [(one[2], one[4]) for one in found(ledger)] == [
            ("natural_person", "granted"), ("other_organization", "partly_granted"), ("business", ""),
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("row", "reason"),
        [
            ((2, 3, 8), "“自然人”和“商业企业”都勾了；只能有一个"),
            ((2, 10), "“不予公开”认不出来，应为 2024 年格式"),
            ((8,), "申请人类别：没有填"),
        ],
    )
    def test_too_many_ticks_or_a_choice_of_eight_rows_are_asked_about(self, row: tuple[int, ...], reason: str) -> None:
        ledger = read({"2024": [self.GROUPS, self.HEADS, self.row("1", *row)]}, self.MERGED)
        assert ledger.requests == ()
        assert reason in reasons(ledger)

    def test_a_name_or_a_count_is_no_tick(self) -> None:
        for text in ("申请人甲", "3"):
            ledger = read({"2024": [self.GROUPS, self.HEADS, self.row("1", 2, 8, mark=text)]}, self.MERGED)
            assert f"2024!C3：“自然人”一列里是“{text}”" in reasons(ledger)

    def test_a_plain_column_goes_before_ticks(self) -> None:
        groups, heads = (*self.GROUPS, ""), (*self.HEADS, "申请人类别")
        ledger = read({"2024": [groups, heads, [*self.row("1", 2, 8), "企业"]]}, self.MERGED)
        assert found(ledger)[0][2] == "business"
        assert "“申请人类别自然人”没有读：另有“申请人类别”一列" in notes(ledger)

    @pytest.mark.parametrize(
        ("head", "tick"),
        [
            ("申请人情况法人或其他组织商业企业", ("applicant_kind", "商业企业")),
            ("办理结果不予公开属于国家秘密", ("outcome", "不予公开属于国家秘密")),
            ("申请方式信函", ("channel", "信函")),
            ("自然人", None),
            ("申请人姓名", None),
        ],
    )
    def test_heads_over_choices(self, head: str, tick: tuple[str, str] | None) -> None:
        assert tick_of_head(head) == tick


def test_a_withdrawn_request_without_a_day_is_asked_about_not_taken_as_open() -> None:
    ledger = read({"台账": [H, ("1", "2024-3-5", "甲", "公民", "道路", "", "撤回")]})
    assert ledger.requests == ()
    assert reasons(ledger) == "台账!G2：办理结果：撤回的没有写日期；填在“撤回日期”或“答复日期”里"


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({0: datetime(2024, 5, 1)}, "台账!A2：申请编号：Excel 把它改成了日期 2024-05-01；请把这一列设为“文本”再填一次"),
        ({2: "同上"}, "台账!C2：申请人：“同上”请写明"),
        ({3: "〃"}, "台账!D2：申请人类别：“〃”请写明"),
        ({3: "公司（个人独资）"}, "“公司（个人独资）”认不出来"),
        ({3: "自然人（商业企业）"}, "“自然人（商业企业）”认不出来"),
        ({3: "其他（律师）"}, "“其他（律师）”认不出来"),
        ({5: "2024.3.10（第一次）2024.3.20（第二次）"}, "不是日期"),
        ({6: "公开（部分）"}, "“公开（部分）”认不出来"),
        ({6: "公开，部分内容不予公开"}, "认不出来"),
        ({6: "在办"}, "有答复日期，没有办理结果（G2 格）"),
        ({5: "2024-3-1"}, "答复日期：2024-03-01 早于收到日期 2024-03-05（F2 格）"),
    ],
)
def test_free_words_and_slips_are_asked_about(cells: dict[int, Any], reason: str) -> None:
    row: list[Any] = ["1", "2024-3-5", "甲", "公民", "道路", "2024-3-20", "公开"]
    for column, value in cells.items():
        row[column] = value
    ledger = read({"台账": [H, row]})
    assert ledger.requests == ()
    assert reason in reasons(ledger)


@pytest.mark.parametrize(
    ("word", "row"),
    [
        ("予以公开（邮寄）", "granted"), ("同意公开（已答复）", "granted"), ("不予公开-国家秘密", "refused_state_secret"),
        ("（三）不予公开：1.属于国家秘密", "refused_state_secret"), ("不予公开（涉及商业秘密）", "refused_third_party"),
        ("无法提供（信息不存在）", "unavailable_not_held"), ("不予公开-信息不存在", None), ("予以公开（部分）", None),
    ],
)  # fmt: skip
def test_outcomes_with_group_and_way_of_delivery(word: str, row: str | None) -> None:
    assert outcome_of(word, 2024) == row


def test_kinds_and_heads_with_notes() -> None:
    assert kind_of("法人或其他组织-商业企业") == "business"
    assert kind_of("自然人（公民）") == "natural_person"
    assert kind_of("法人或其他组织") is None
    assert field_of_head("收到时间(年/月/日)", {}) == "received_on"
    assert field_of_head("答复日期（预计）", {}) is None
    assert field_of_head("答复日期（第二次）", {}) is None


def test_the_reason_of_a_refusal_has_a_column_of_its_own() -> None:
    heads = (*H[:6], "办理结果", "不予公开理由")
    words = (("不予公开", "国家秘密"), ("公开", "/"), ("不予公开", "信息不存在"))
    rows = [(f"{at}", "2024-3-5", "甲", "公民", f"{at}", "2024-3-20", word, reason) for at, (word, reason) in enumerate(words, 1)]
    ledger = read({"台账": [heads, *rows]})
    assert [one[4] for one in found(ledger)] == ["refused_state_secret", "granted"]
    assert "“不予公开”认不出来" in reasons(ledger)


def test_lines_below_the_table_are_no_requests() -> None:
    row = ("1", "2024-3-5", "甲", "公民", "道路", "2024-3-20", "公开")
    ledger = read({"台账": [H, row, ("制表人：某某", "", "审核人：某某"), ("注：不含信访",)]})
    assert (len(ledger.requests), ledger.unclear) == (1, ())
    assert "2 行表尾没有读" in notes(ledger)


def test_numbers_are_read_as_they_are_shown() -> None:
    row = (7, "2024-3-5", "甲", "公民", "道路", "2024-3-20", "公开")
    assert found(read({"台账": [H, row]}, A2="000"))[0][0] == "007"
    assert found(read({"台账": [H, row]}, A2='"青石"0000'))[0][0] == "青石0007"


class TestYears:
    def rows(self, *days: str) -> list[tuple[str, ...]]:
        return [(f"{at}", day, "甲", "公民", f"第{at}件", "", "") for at, day in enumerate(days, 1)]

    @pytest.mark.parametrize(
        ("days", "asked", "year"),
        [
            (("1月5日", "3月8日", "11月2日", "12月20日", "1月6日"), [5], 2025),
            (("12月25日", "1月5日", "3月8日", "11月2日"), [1], 2023),
            (("1月6日", "12月20日", "11月2日", "3月8日", "1月5日"), [1], 2025),
            (("12月20日", "1月5日"), [1, 2], 2025),
        ],
    )
    def test_a_day_without_a_year_that_breaks_the_order_is_asked_about(
        self, days: tuple[str, ...], asked: list[int], year: int
    ) -> None:
        ledger = read({"2024": [H, *self.rows(*days)]})
        assert sorted(item.row - 1 for item in ledger.unclear) == asked
        assert f"按 2024 年读与上下行的先后不合；可能是 {year} 年的，请写明年份" in reasons(ledger)

    def test_ledgers_that_are_not_sorted_say_nothing(self) -> None:
        ledger = read({"2024": [H, *self.rows("8月1日", "1月5日", "11月2日", "3月8日", "12月1日")]})
        assert (len(ledger.requests), ledger.unclear) == (5, ())

    def test_order_of_days(self) -> None:
        assert strays([date(2024, month, 1) for month in range(1, 13)]) == {}
        assert strays([]) == {}

    def test_a_column_for_the_year(self) -> None:
        rows = [
            (2023, *self.rows("12月5日")[0]),
            ("2024年度", "2", *self.rows("3月5日")[0][1:]),
            ("", "3", *self.rows("3.6")[0][1:]),
        ]
        ledger = read({"台账": [("年度", *H), *rows]})
        assert [one[1] for one in found(ledger)] == ["2023-12-05", "2024-03-05"]
        assert "台账!C4：收到日期：“3.6”没有写年份" in reasons(ledger)

    def test_carried_in_and_next_years_requests_keep_their_days(self) -> None:
        rows = [("1", "2023-12-5", "甲", "公民", "x", "2024-1-4", "公开"), ("2", "2025-1-5", "乙", "公民", "y", "", "")]
        assert [one[1] for one in found(read({"2024": [H, *rows]}))] == ["2023-12-05", "2025-01-05"]

    def test_a_heading_in_one_cell_parts_what_was_carried_in(self) -> None:
        rows = [["台账"], H, ["2024年"], *self.rows("1月5日"), ["其中：上年结转"], ("2", *self.rows("12月25日")[0][1:])]
        ledger = read({"台账": rows})
        assert [one[1] for one in found(ledger)] == ["2024-01-05"]
        assert reasons(ledger) == "台账!B6：收到日期：“12月25日”没有写年份"

    def test_numbers_that_begin_again_each_year_overwrite_nothing(self, tmp_path: Path) -> None:
        rows = {year: [H, ("1", f"{year}-3-5", f"申请人{year}", "公民", f"{year}年的事", f"{year}-3-20", "公开")]
                for year in (2023, 2024)}  # fmt: skip
        with opened(tmp_path / "甲.sqlite", TODAY) as register:
            take_in(read({"台账": rows[2023]}), register)
            taken = take_in(read({"台账": rows[2024]}), register, update=True)
            assert (taken.added, taken.changed) == ((), ())
            assert "编号“1”在台账里是 2023 年收到的另一件，没有读入" in taken.doubtful[0][1]
            assert register.request("1").subject == "2023年的事"
        both = read({"2023": rows[2023], "2024": rows[2024]})
        assert "每年从头编号的，请在编号前加年份" in reasons(both)


def test_the_sheet_of_a_month_and_that_of_the_year_count_once() -> None:
    one, other = (("1", "3月5日", "甲", "公民", "x", "3月20日", "公开"), ("2", "4月5日", "甲", "公民", "y", "", ""))
    ledger = read({"3月": [["2024年3月"], H, one], "全年": [["2024年"], H, one, other]})
    assert ([one[0] for one in found(ledger)], ledger.unclear) == (["1", "2"], ())
    assert "工作表“全年”有 1 行与前面的工作表完全相同，只读一次" in notes(ledger)
    changed = read({"3月": [["2024年3月"], H, (*one[:6], "部分公开")], "全年": [["2024年"], H, one]})
    assert (changed.requests, len(changed.unclear)) == ((), 2)


def test_a_table_of_something_else_is_named_and_not_read() -> None:
    row = ("1", "2024-3-5", "甲", "公民", "道路", "2024-3-20", "公开")
    ledger = read({"台账": [H, row], "填表说明": [("序号", "内容", "备注"), (1, "按月登记", ""), (2, "不得涂改", "")]})
    assert (len(ledger.requests), ledger.unclear) == (1, ())
    assert "“填表说明”里没有收到日期、申请人类别、办理结果等列，不像台账，没有读" in notes(ledger)


class TestTwoTablesInASheet:
    def test_side_by_side(self) -> None:
        left, right = (("1", "2024-3-5", "甲", "公民", "x", "2024-3-20", "公开"), ("2", "2024-3-6", "乙", "企业", "y", "", ""))
        ledger = read({"台账": [(*H, "", *H), (*left, "", *right), ("3", *left[1:])]})
        assert [one[0] for one in found(ledger)] == ["1", "3", "2"]
        assert ledger.unclear == ()

    def test_one_below_the_other_with_its_heads_in_another_order(self) -> None:
        other = ("编号", "申请内容", "申请人", "申请人类别", "收到日期", "办理结果", "答复日期")
        rows = [H, ("1", "2024-3-5", "甲", "公民", "x", "2024-3-20", "公开"), ("结转的",), other,
                ("2", "道路", "乙", "企业", "2023-12-6", "公开", "2024-1-3")]  # fmt: skip
        ledger = read({"台账": rows}, {"台账": ("A3:G3",)})
        assert [(one.number, one.applicant, one.subject) for one in ledger.requests] == [("1", "甲", "x"), ("2", "乙", "道路")]

    def test_columns_on_which_figures_depend_are_named_with_their_rows(self) -> None:
        ledger = read({"台账": [(*H, "复议情况"), ("1", "2024-3-5", "甲", "公民", "x", "2024-3-20", "公开", "维持")]})
        assert "列“复议情况”，没有读；其中 1 行有内容（第 2 行），请逐件登记" in notes(ledger)

    def test_days_that_stand_in_for_those_that_count_are_named(self) -> None:
        heads = ("编号", "申请日期", "申请人", "申请人类别", "申请内容", "办结日期", "办理结果")
        ledger = read({"台账": [heads, ("1", "2024-3-5", "甲", "公民", "x", "2024-3-20", "公开")]})
        assert "没有“收到日期”一列，把“申请日期”当作收到日期" in notes(ledger)
        assert "没有“答复日期”一列，把“办结日期”当作答复日期" in notes(ledger)
