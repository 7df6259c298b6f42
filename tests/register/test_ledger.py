"""Ledgers come in as offices keep them, go out again, and what is unclear is listed, never guessed."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from tests.examples import examples
from tests.importing.compound_files import compound_file
from tests.register.stories import TODAY, answered, opened, registers, request
from toolkit.entry.register.typed import typed_request
from toolkit.importing.limits import CannotImport
from toolkit.importing.readers.office import convert
from toolkit.register.ledger.reading import Ledger, read_ledger, read_pasted
from toolkit.register.ledger.taking_in import take_in
from toolkit.register.ledger.values import DateUnclear, read_count, read_date, read_money
from toolkit.register.ledger.words import OwnWords, channel_of, field_of_head, kind_of, outcome_of, own_words, result_of
from toolkit.register.ledger.writing import as_of_one_system, write_ledger
from toolkit.register.problems import problems_of
from toolkit.register.requests import FIELD_BY_KEY, Dispute, Request, all_forms, outcomes_of

HEADS = ("编号", "收到日期", "申请人", "申请人类别", "申请内容", "答复日期", "办理结果")
ROW = ("甲-1", date(2022, 3, 7), "申请人甲", "公民", "道路养护经费", date(2022, 3, 25), "予以公开")


def workbook(rows: Sequence[Sequence[Any]], shape: Callable[[Any], None] = lambda sheet: None, title: str = "台账") -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    shape(sheet)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read(rows: Sequence[Sequence[Any]], shape: Callable[[Any], None] = lambda sheet: None, **more: Any) -> Ledger:
    title = more.pop("title", "台账")
    return read_ledger(workbook(rows, shape, title), "台账.xlsx", TODAY, **more)


def reasons(ledger: Ledger) -> list[str]:
    return [str(item) for item in ledger.unclear]


@settings(max_examples=examples(4, 25), deadline=None)
@given(registers())
def test_export_and_import_give_the_same_register(tmp_path_factory: pytest.TempPathFactory, requests: list[Request]) -> None:
    with opened(tmp_path_factory.mktemp("台账") / "竹溪镇.sqlite") as register:
        register.add_all(requests)
        raw = write_ledger(register.requests(void=True), register.history())
        ledger = read_ledger(raw, "台账.xlsx", TODAY)
        assert reasons(ledger) == []
        again = take_in(ledger, register)
        assert (again.added, again.differing) == ((), ()), "the same file twice adds nothing"
    with opened(tmp_path_factory.mktemp("另一个") / "竹溪镇.sqlite") as other:
        take_in(ledger, other)
        by_number = {one.number: one for one in other.requests(void=True)}
        assert all(by_number[one.number].says_the_same(one) for one in requests)
        assert len(by_number) == len(requests)


def test_a_workbook_is_the_same_whatever_system_wrote_it() -> None:
    raw, out = write_ledger([request()]), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as package, zipfile.ZipFile(out, "w") as windows:
        for entry in package.infolist():
            data = package.read(entry)
            entry.create_system = 0
            windows.writestr(entry, data)
    assert out.getvalue() != raw
    assert as_of_one_system(out.getvalue()) == raw


def test_a_void_request_goes_out_and_comes_in(tmp_path: Path) -> None:
    with opened(tmp_path / "甲.sqlite") as register:
        register.add(request())
        register.void("2022-001", "登记重复")
        raw = write_ledger(register.requests(void=True))
    with opened(tmp_path / "乙.sqlite") as other:
        take_in(read_ledger(raw, "台账.xlsx", TODAY), other)
        assert other.request("2022-001").void_reason == "登记重复"
        assert other.requests() == []


@pytest.mark.parametrize(
    ("value", "day"),
    [
        (datetime(2022, 3, 5, 14, 20), date(2022, 3, 5)),
        (date(2022, 3, 5), date(2022, 3, 5)),
        ("2022-3-5", date(2022, 3, 5)),
        ("2022.03.05", date(2022, 3, 5)),
        ("2022/3/5", date(2022, 3, 5)),
        ("2022年3月5日", date(2022, 3, 5)),
        ("2022年3月5日 上午", date(2022, 3, 5)),
        ("2022-03-05 14:20:00", date(2022, 3, 5)),
        ("２０２２年３月５号", date(2022, 3, 5)),
        ("20220305", date(2022, 3, 5)),
        (20220305, date(2022, 3, 5)),
        (44625, date(2022, 3, 5)),
        ("44625", date(2022, 3, 5)),
        ("22.3.5", date(2022, 3, 5)),
        ("二〇二二年三月五日", date(2022, 3, 5)),
        ("二○二二年十二月二十一日", date(2022, 12, 21)),
        ("3月5日", date(2022, 3, 5)),
        ("3.5", date(2022, 3, 5)),
        ("十月三十日", date(2022, 10, 30)),
        ("２０２２．３．５", date(2022, 3, 5)),
        ("2022。3。5", date(2022, 3, 5)),
        ("2022、3、5", date(2022, 3, 5)),
        ("2022 年 3 月 5 日（星期六）", date(2022, 3, 5)),
        ("2022-3-5 周六 9:05", date(2022, 3, 5)),
        ("2022—3—5", date(2022, 3, 5)),
        (44625.75, date(2022, 3, 5)),
        ("44625.75", date(2022, 3, 5)),
        ("2022.3.5.", date(2022, 3, 5)),
        ("2022/3/1 11:30", date(2022, 3, 1)),
        ("2022-3-1 9时5分", date(2022, 3, 1)),
        ("2022-03-01t09:05", date(2022, 3, 1)),
        ("'2022-3-5", date(2022, 3, 5)),
        ("24/12/10", date(2024, 12, 10)),
        ("12/05/04", date(2012, 5, 4)),
        ("/", None),
        ("  ", None),
        (None, None),
    ],
)
def test_dates_in_every_usual_way(value: object, day: date | None) -> None:
    assert read_date(value, 2022) == day


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("2022年2月30日", "不是日历上的一天"), ("2022-13-01", "不是日历上的一天"), ("三月初", "不是日期"), ("明天", "不是日期"),
        ("2022年3月", "不是日期"), ("2022-3-5至2022-3-9", "不是日期"), (3, "不是日期"), (3.5, "不是日期"),
        ("令和4年3月5日", "不是日期"), ("民国111年3月5日", "不是日期"), ("5/3/2022", "不是日期"), ("220305", "不是日期"),
        ("0305", "不是日期"), ("3、5", "不是日期"), (float("inf"), "不是日期"),
        ("2022-3-5\n2022-3-9", "“2022-3-5 2022-3-9”不是日期"),
        ("10/12/24", "可能是 2010 年，也可能是 2024 年"), ("12.5.24", "可能是 2012 年"),
        ("#N/A", "不是日期"), ("0000-00-00", "不是日历上的一天"), ("约2022-3-5", "不是日期"), (True, "不是日期"),
    ],
)  # fmt: skip
def test_what_names_no_day_is_refused(value: object, why: str) -> None:
    with pytest.raises(DateUnclear, match=why):
        read_date(value, 2022)


@pytest.mark.parametrize(
    ("value", "yuan"),
    [("1,200元", "1200"), ("￥100", "100"), ("人民币100元整", "100"), ("１００", "100"), (12.5, "12.5"), (0.1 + 0.2, "0.3"),
     ("无", None), (0, "0")],
)  # fmt: skip
def test_amounts_in_every_usual_way(value: object, yuan: str | None) -> None:
    assert read_money(value) == (None if yuan is None else Decimal(yuan))


@pytest.mark.parametrize("value", ["二十", "NaN", "Infinity", "12.345", "1.2.3", "约100", "100美元", True])
def test_what_is_no_amount_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"不是数|超过两位小数"):
        read_money(value)


def test_days_are_whole() -> None:
    assert [read_count(value) for value in ("20个工作日", "20天", "20", 20.0, "0", "")] == [20, 20, 20, 20, None, None]
    with pytest.raises(ValueError, match="不是整数"):
        read_count("1.5")


@pytest.mark.parametrize("value", ["6228480402564890018" * 2, "1E999999999", 1e300, 10**40], ids=lambda value: str(value)[:12])
@pytest.mark.parametrize("read", [read_money, read_count])
def test_a_number_of_an_account_is_no_amount(read: Callable[[object], object], value: object) -> None:
    with pytest.raises(ValueError, match="太大；可能是账号"):
        read(value)


# what one cell may hold, and whether import, paste and screen take it: they have to agree
CELLS = [
    ("received_on", "22.3.5", True), ("received_on", "44625.5", True), ("received_on", "２０２２．３．５", True),
    ("received_on", "令和4年3月5日", False), ("received_on", "2022-13-1", False), ("received_on", "2022", False),
    ("received_on", "1922-3-5", False), ("received_on", "申请人甲", False), ("received_on", "2022-3-5至9", False),
    ("answered_on", "2022-03-06", False), ("answered_on", "2023-02-01", False), ("answered_on", "在办", False),
    ("answered_on", "无", False), ("applicant_kind", "申请人甲", False), ("applicant_kind", "法人", False),
    ("applicant_kind", "其它组织", True), ("applicant_kind", "自然人（1）", True), ("applicant_kind", "商业企业/自然人", False),
    ("outcome", "不予公开", False), ("outcome", "其他处理", False), ("outcome", "granted", False),
    ("outcome", "信息不存在", True), ("outcome", "在办", False), ("channel", "微信", False), ("channel", "电子邮件", True),
    ("number", "", False), ("number", "一" * 4001, False), ("fee_yuan", "-5", False),
    ("fee_yuan", "1,200元", True), ("fee_yuan", "Infinity", False),
    ("extension_days", "21", False), ("extension_days", "1.5", False), ("extension_days", "20个工作日", True),
    ("fee_paid_on", "2022-03-09", False), ("correction_answered_on", "2022-03-09", False), ("withdrawn_on", "2022-03-26", False),
]  # fmt: skip


@pytest.mark.parametrize(("key", "text", "taken"), CELLS)
def test_import_paste_and_screen_take_and_refuse_the_same(key: str, text: str, taken: bool) -> None:
    texts = {
        "number": "甲-1", "received_on": "2022-03-07", "applicant_kind": "公民", "answered_on": "2022-03-25", "outcome": "公开",
        "fee_notice_on": "2022-03-08" if key == "fee_yuan" else "",
        "extended_on": "2022-03-20" if key == "extension_days" else "",
    } | {key: text}  # fmt: skip
    rows = [[FIELD_BY_KEY[name].label for name in texts], list(texts.values())]
    typed, problems = typed_request(Request(""), texts, TODAY)
    shown = [] if problems or problems_of(typed, TODAY) else [typed]
    ways = [read(rows).requests, read_pasted(rows, TODAY).requests, shown]
    assert [len(way) for way in ways] == [int(taken)] * 3
    assert len({getattr(way[0], key) for way in ways if way}) == int(taken)


def test_a_day_without_a_year_needs_one_that_is_named() -> None:
    with pytest.raises(DateUnclear, match="没有写年份"):
        read_date("3月5日", None)


class TestWords:
    @pytest.mark.parametrize("form", all_forms(), ids=lambda form: form.id)
    def test_every_label_of_an_edition_is_read_as_its_row(self, form: Any) -> None:
        year = form.last_year or form.first_year
        for key, label in outcomes_of(year).items():
            assert outcome_of(label, year) == key
            assert outcome_of(form.table_by_key["applications"].row_by_key[key].label, year) == key

    @pytest.mark.parametrize(
        ("word", "year", "row"),
        [
            ("信息不存在", 2022, "unavailable_not_held"), ("部分公开", 2022, "partly_granted"), ("撤回", 2022, "withdrawn"),
            ("其他处理", 2020, "other"), ("逾期不补正", 2020, "other"), ("逾期不补正", 2022, "other_not_corrected"),
            ("办理中", 2022, "open"), ("不予公开", 2022, None), ("无法提供", 2022, None), ("其他处理", 2022, None),
            ("申请人甲", 2022, None),
        ],
    )  # fmt: skip
    def test_usual_words_and_those_that_may_mean_two_things(self, word: str, year: int, row: str | None) -> None:
        assert outcome_of(word, year) == row

    def test_kinds_ways_results_and_heads(self) -> None:
        assert [kind_of(word) for word in ("公民", "律师事务所", "其他", "法人", "申请人甲")] == [
            "natural_person", "legal_service", "other_organization", None, None,
        ]  # fmt: skip
        assert (channel_of("信函"), channel_of("网上申请"), result_of("维持")) == ("post", "online", "upheld")
        assert field_of_head("收费金额(元)", {}) == "fee_yuan"


class TestLedgersAsTheyAre:
    def test_a_plain_one(self) -> None:
        ledger = read([HEADS, ROW])
        (one,) = ledger.requests
        assert (one.number, one.received_on, one.applicant_kind, one.outcome) == (
            "甲-1", date(2022, 3, 7), "natural_person", "granted",
        )  # fmt: skip

    def test_merged_heads_title_sums_blank_rows_and_days_without_year(self) -> None:
        rows = [
            ["竹溪镇2022年依申请公开登记台账"],
            ["序号", "申请人", "", "收件日期", "申请内容", "补正", "", "答复", ""],
            ["", "姓名", "类别", "", "", "告知日期", "收到日期", "日期", "结果"],
            [1, "申请人甲", "公民", "3月7日", "道路养护", "3.9", "3.16", "3月25日", "公开"],
            [],
            [2, "申请人乙公司", "企业", "4月7日", "招标文件", "", "", "", "在办"],
            ["合计", 2],
        ]

        def shape(sheet: Any) -> None:
            for area in ("A1:I1", "A2:A3", "B2:C2", "D2:D3", "E2:E3", "F2:G2", "H2:I2"):
                sheet.merge_cells(area)

        ledger = read(rows, shape, title="Sheet1", own=OwnWords(heads={"答复结果": "outcome"}))
        assert reasons(ledger) == []
        first, second = ledger.requests
        assert (first.correction_asked_on, first.correction_answered_on) == (date(2022, 3, 9), date(2022, 3, 16))
        assert (first.applicant, first.applicant_kind, first.answered_on) == ("申请人甲", "natural_person", date(2022, 3, 25))
        assert (second.applicant_kind, second.closed_on) == ("business", None)
        assert "1 行合计没有读" in "".join(ledger.notes)

    def test_hidden_columns_and_rows_are_reported_and_not_read(self) -> None:
        def shape(sheet: Any) -> None:
            sheet.column_dimensions["H"].hidden = True
            sheet.row_dimensions[3].hidden = True

        ledger = read([(*HEADS, "备注"), (*ROW, "内部说明"), ("甲-2", *ROW[1:], "")], shape)
        assert [one.note for one in ledger.requests] == [""]
        assert any("隐藏的 1 列" in note for note in ledger.notes)
        assert any("隐藏的 1 行" in note for note in ledger.notes)

    def test_two_years_and_both_editions_in_one_sheet(self) -> None:
        ledger = read([
            HEADS,
            ("1", date(2020, 3, 2), "申请人甲", "公民", "甲", date(2020, 3, 9), "逾期不补正"),
            ("2", date(2021, 3, 2), "申请人甲", "公民", "乙", date(2021, 3, 9), "逾期不补正"),
        ])  # fmt: skip
        assert [one.outcome for one in ledger.requests] == ["other", "other_not_corrected"]

    @pytest.mark.parametrize(
        ("column", "value", "reason"),
        [
            (1, "2022年2月30日", "台账!B2：收到日期：“2022年2月30日”不是日历上的一天"),
            (1, date(2024, 1, 1), "台账第 2 行：收到日期：2024-01-01 还没有到"),
            (1, None, "收到日期：没有填"),
            (0, None, "台账!A2：申请编号：没有填"),
            (3, "申请人甲", "台账!D2：申请人类别：“申请人甲”认不出来，应为 申请人的六类之一，不是姓名或名称"),
            (5, date(2022, 3, 1), "答复日期：2022-03-01 早于收到日期"),
            (6, "不予公开", "台账!G2：办理结果：“不予公开”认不出来，应为 2022 年格式的办理结果之一"),
            (6, None, "办理结果：有答复日期，没有办理结果"),
            (5, "=B2+18", "台账!F2：答复日期：公式没有算出的值"),
        ],
    )
    def test_an_unclear_row_is_named_with_its_cell(self, column: int, value: Any, reason: str) -> None:
        row = list(ROW)
        row[column] = value
        ledger = read([HEADS, row, ("甲-2", *ROW[1:])])
        assert [one.number for one in ledger.requests] == ["甲-2"], "the others are read"
        assert any(reason in text for text in reasons(ledger)), reasons(ledger)

    def test_the_same_number_twice_is_unclear_both_times(self) -> None:
        ledger = read([HEADS, ROW, ROW])
        assert ledger.requests == ()
        assert len(ledger.unclear) == 2
        assert "“甲-1”在台账里有 2 行" in reasons(ledger)[0]

    def test_own_heads_and_unknown_ones(self) -> None:
        rows = [("来文号", *HEADS[1:], "领导批示"), (*ROW, "已阅")]
        assert "没有认出列“领导批示”，没有读" in "".join(read(rows).notes)
        assert read(rows, own=OwnWords(heads={"来文号": "number"})).requests[0].number == "甲-1"

    def test_own_words(self) -> None:
        row = (*ROW[:6], "答复不存在")
        assert read([HEADS, row]).requests == ()
        assert (
            read([HEADS, row], own=OwnWords(outcomes={"答复不存在": "unavailable_not_held"})).requests[0].outcome
            == "unavailable_not_held"
        )

    def test_own_words_for_kinds(self) -> None:
        row = (*ROW[:3], "个体工商户", *ROW[4:])
        assert read([HEADS, row]).requests == ()
        assert read([HEADS, row], own=OwnWords(kinds={"个体工商户": "business"})).requests[0].applicant_kind == "business"
        kept = {"来文号": "number", "答复不存在": "outcome:unavailable_not_held", "个体工商户": "kind:business"}
        own = own_words(kept)
        assert (own.heads, own.outcomes, own.kinds) == (
            {"来文号": "number"}, {"答复不存在": "unavailable_not_held"}, {"个体工商户": "business"},
        )  # fmt: skip

    def test_a_sheet_without_heads_gives_nothing(self) -> None:
        assert read([["随便", "什么"], [1, 2]]).requests == ()

    @pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig", "utf-16"])
    def test_a_csv_in_any_encoding(self, encoding: str) -> None:
        rows = [",".join(HEADS), '甲-1,2022/3/7,申请人甲,公民,"道路,养护",2022.3.25,公开', "合计,1,,,,,"]
        ledger = read_ledger("\r\n".join(rows).encode(encoding), "台账.csv", TODAY)
        assert [(one.number, one.subject, one.outcome) for one in ledger.requests] == [("甲-1", "道路,养护", "granted")]
        assert "1 行合计没有读" in "".join(ledger.notes)

    @pytest.mark.needs_libreoffice
    def test_an_old_workbook_is_read_whatever_its_name_says(self, monkeypatch: pytest.MonkeyPatch) -> None:
        by_bytes_and_suffix = cache(
            lambda raw, suffix, to: convert(raw, suffix, to, "台账")
        )  # each start of LibreOffice takes long
        monkeypatch.setattr("toolkit.register.ledger.sheets.convert", lambda *of: by_bytes_and_suffix(*of[:3]))
        old = convert(workbook([HEADS, ROW]), ".xlsx", "xls", "台账.xlsx")
        for name in ("台账.xls", "台账.xlsx"):
            assert [one.number for one in read_ledger(old, name, TODAY).requests] == ["甲-1"]
        assert [one.number for one in read_ledger(workbook([HEADS, ROW]), "台账.xls", TODAY).requests] == ["甲-1"]

    def test_a_workbook_with_a_password_is_refused_in_words(self) -> None:
        locked = compound_file({"EncryptedPackage": b"\0" * 600, "EncryptionInfo": b"\4\0\4\0"})
        with pytest.raises(CannotImport, match="去掉密码"):
            read_ledger(locked, "台账.xlsx", TODAY)

    @pytest.mark.parametrize(
        ("title", "above", "day", "why"),
        [
            ("2022", "", date(2022, 3, 7), "the sheet names the year"),
            ("Sheet1", "竹溪镇2022年台账（2023年1月5日填）", date(2022, 3, 7), "the day on which it was made is no year of it"),
            ("2021-2022", "", None, "two years"),
            ("Sheet1", "2021年、2022年台账", None, "two years above"),
            ("Sheet1", "文号120221号", None, "digits of something else"),
        ],
    )
    def test_days_without_a_year_take_the_only_one_that_is_named(
        self, title: str, above: str, day: date | None, why: str
    ) -> None:
        ledger = read([[above], HEADS, ("甲-1", "3月7日", *ROW[2:5], "", "")], title=title)
        assert [one.received_on for one in ledger.requests] == ([day] if day else []), why
        assert day or "没有写年份" in reasons(ledger)[0]

    @pytest.mark.parametrize(
        ("above", "title", "why"),
        [
            ("竹溪镇2021—2022年台账", "Sheet1", "only the last of a span has 年"),
            ("2021至2022年度", "Sheet1", "a span in words"),
            ("2021年台账", "2022", "title and sheet differ"),
        ],
    )
    def test_two_years_above_are_no_year(self, above: str, title: str, why: str) -> None:
        ledger = read([[above], HEADS, ("甲-1", "3月7日", *ROW[2:5], "", "")], title=title)
        assert "没有写年份" in reasons(ledger)[0], why

    def test_headings_between_rows_change_the_year(self) -> None:
        day = ("3月7日", *ROW[2:5], "", "")
        rows = [["2022年台账"], HEADS, ("甲-1", *day), ["一、2021年收到"], ("甲-2", *day), ["二、本年新收"], ("甲-3", *day),
                ["三、上年结转"], ("甲-4", *day)]  # fmt: skip
        ledger = read(rows, lambda sheet: [sheet.merge_cells(f"A{row}:G{row}") for row in (4, 6, 8)])
        assert [one.received_on.year for one in ledger.requests if one.received_on] == [2022, 2021, 2022]
        assert reasons(ledger) == ["台账!B9：收到日期：“3月7日”没有写年份"]
        assert "第 4 行“一、2021年收到”是小标题，下面的日期按 2021 年读" in "".join(ledger.notes)

    @pytest.mark.parametrize("number", ["2021年第5号", "2021年5", "5"])
    def test_a_number_alone_in_its_row_is_no_heading(self, number: str) -> None:
        rows = [["2022年台账"], ("序号", *HEADS), ("", number), ("1", "甲-1", "3月7日", *ROW[2:5], "", ""), ("5", "5")]
        ledger = read(rows)
        assert [one.received_on for one in ledger.requests] == [date(2022, 3, 7)]
        assert len(ledger.unclear) == 2
        assert "小标题" not in "".join(ledger.notes)

    def test_headings_that_change_nothing_are_counted(self) -> None:
        rows = [["2022年台账"], HEADS, ["一月"], ("甲-1", "3月7日", *ROW[2:5], "", ""), ["二月"]]
        ledger = read(rows, lambda sheet: [sheet.merge_cells(f"A{row}:G{row}") for row in (3, 5)])
        assert [one.received_on for one in ledger.requests] == [date(2022, 3, 7)]
        assert "的 2 行小标题没有读" in "".join(ledger.notes)

    def test_serial_numbers_count_from_the_first_day_of_the_workbook(self) -> None:
        def from_1904(sheet: Any) -> None:
            sheet.parent.epoch = CALENDAR_MAC_1904

        (one,) = read([HEADS, ("甲-1", 43165, *ROW[2:5], ROW[5], "公开")], from_1904).requests
        assert (one.received_on, one.answered_on) == (date(2022, 3, 7), date(2022, 3, 25))

    @pytest.mark.parametrize("subject", ["总计划投资额的批复", "累计发放补贴的名单", "合计3件以上的处罚"])
    def test_a_subject_that_begins_like_a_sum_is_a_request(self, subject: str) -> None:
        rows = [("编号", "申请内容", "收到日期", "申请人类别"), ("甲-1", subject, date(2022, 3, 7), "公民")]
        assert [one.subject for one in read(rows).requests] == [subject]

    @pytest.mark.parametrize("text", ["合计", "合 计：", "共计 12 件", "一季度小计", "本页合计", "合计（件）", "3月合计"])
    def test_sums_of_every_kind_are_left_out(self, text: str) -> None:
        ledger = read([HEADS, ROW, (text, "", "", "", "", "", "")])
        assert (len(ledger.requests), ledger.unclear) == (1, ())
        assert "1 行合计没有读" in "".join(ledger.notes)

    def test_the_head_that_names_a_field_best_is_read(self) -> None:
        heads = ("编号", "申请日期", "收到日期", "申请人类别", "申请内容", "办结时间", "答复日期", "办理结果")
        row = ("甲-1", "2022-3-1", "2022-3-7", "公民", "道路", "2022-3-30", "2022-3-25", "公开")
        ledger = read([heads, row])
        assert [(one.received_on, one.answered_on) for one in ledger.requests] == [(date(2022, 3, 7), date(2022, 3, 25))]
        assert "读的是“收到日期”，没有读“申请日期”" in "".join(ledger.notes)

    def test_rows_that_are_struck_out_are_left_out_and_cells_are_unclear(self) -> None:
        def strike(sheet: Any) -> None:
            for cell in (*sheet[3], sheet["F4"]):
                cell.font = Font(strike=True)
            sheet["F5"].value = CellRichText(TextBlock(InlineFont(strike=True), "3月20日"), "2022年3月25日")
            sheet["F5"].font = Font(bold=True)
            for cell in sheet[6]:
                cell.font = Font(color="FFFFFFFF")

        ledger = read([HEADS, *(((f"甲-{at}", *ROW[1:])) for at in range(1, 6))], strike)
        assert [(one.number, one.answered_on) for one in ledger.requests] == [
            ("甲-1", date(2022, 3, 25)), ("甲-4", date(2022, 3, 25)),
        ]  # fmt: skip
        assert "划掉或看不见的 2 行没有读" in "".join(ledger.notes)
        assert "台账!F4：答复日期：“2022-03-25 00:00:00”划掉了" in reasons(ledger)[0]

    def test_a_day_shown_without_its_year_is_no_day_of_another_year(self) -> None:
        def shape(sheet: Any) -> None:
            for cell in (sheet["B3"], sheet["B4"], sheet["F3"]):
                cell.number_format = 'm"月"d"日"'

        rows = [["2021年台账"], HEADS, ROW, ("甲-2", date(2021, 3, 7), *ROW[2:5], "", "")]
        ledger = read(rows, shape)
        assert [one.number for one in ledger.requests] == ["甲-2"]
        assert "显示“3月7日”，存的却是 2022 年的，而这里是 2021 年的台账" in reasons(ledger)[0]

    def test_heads_once_more_on_another_page_are_no_request(self) -> None:
        ledger = read([HEADS, ROW, HEADS, ("甲-2", *ROW[1:])])
        assert ([one.number for one in ledger.requests], ledger.unclear) == (["甲-1", "甲-2"], ())
        assert "重复的 1 行列名没有读" in "".join(ledger.notes)

    def test_a_column_of_disputes_is_not_dropped_without_a_word(self) -> None:
        ledger = read([(*HEADS, "复议诉讼"), (*ROW, "复议，维持")])
        assert "列“复议诉讼”没有读：写在工作表“复议诉讼”里" in "".join(ledger.notes)

    def test_characters_that_a_workbook_escapes_are_read(self) -> None:
        (one,) = read([HEADS, (*ROW[:4], "道路_x000D_\n养护_x000B_", *ROW[5:])]).requests
        assert one.subject.split() == ["道路", "养护"]

    def test_two_sheets_are_read_and_others_are_named(self) -> None:
        def shape(sheet: Any) -> None:
            other = sheet.parent.create_sheet("2023")
            for row in (HEADS, ("乙-1", date(2023, 1, 5), *ROW[2:5], "", "")):
                other.append(list(row))
            sheet.parent.create_sheet("说明").append(["填表说明", "请按月登记"])
            hidden = sheet.parent.create_sheet("旧")
            for row in (HEADS, ("丙-1", *ROW[1:])):
                hidden.append(list(row))
            hidden.sheet_state = "hidden"

        ledger = read([HEADS, ROW], shape)
        assert [one.number for one in ledger.requests] == ["甲-1", "乙-1"]
        assert "“说明”里没有认出台账的列名" in "".join(ledger.notes)
        assert "“旧”是隐藏的，没有读" in "".join(ledger.notes)

    def test_a_number_in_wide_digits_is_the_same_number(self) -> None:
        ledger = read([HEADS, ROW, ("甲－１", *ROW[1:])])
        assert len(ledger.unclear) == 2

    def test_two_equal_rows_without_a_number_are_unclear(self) -> None:
        ledger = read([HEADS[1:], ROW[1:], ROW[1:]])
        assert ledger.requests == ()
        assert "都相同的有 2 行" in reasons(ledger)[0]

    @pytest.mark.parametrize(("column", "day"), [(1, date(1024, 3, 5)), (1, date(1924, 3, 7))])
    def test_a_day_before_the_law_is_a_slip_of_the_year(self, column: int, day: date) -> None:
        row = list(ROW)
        row[column] = day.isoformat()
        assert "早于《条例》施行的 2008-05-01" in reasons(read([HEADS, row]))[0]

    def test_no_workbook_is_refused(self) -> None:
        with pytest.raises(CannotImport):
            read_ledger(b"PK\x03\x04nothing", "台账.xlsx", TODAY)


class TestTakingIn:
    def test_a_ledger_without_numbers_is_numbered_by_year_and_known_again(self, tmp_path: Path) -> None:
        rows = [HEADS[1:], ROW[1:], (date(2021, 3, 1), *ROW[2:4], "另一件", "", "")]
        with opened(tmp_path / "甲.sqlite") as register:
            assert take_in(read(rows), register).added == ("2022-001", "2021-001")
            again = take_in(read(rows), register)
            assert (again.added, set(again.same)) == ((), {"2022-001", "2021-001"})

    def test_what_differs_is_named_and_changed_only_when_asked_for(self, tmp_path: Path) -> None:
        with opened(tmp_path / "甲.sqlite") as register:
            take_in(read([HEADS, (*ROW[:5], "", "")]), register)
            told = take_in(read([HEADS, ROW]), register)
            assert told.differing == (("甲-1", ("答复日期", "办理结果")),)
            assert register.request("甲-1").answered_on is None
            assert take_in(read([HEADS, ROW]), register, update=True).changed == ("甲-1",)
            assert register.request("甲-1").answered_on == date(2022, 3, 25)

    def test_a_ledger_without_disputes_leaves_those_of_the_register(self, tmp_path: Path) -> None:
        dispute = Dispute("review", date(2022, 4, 1))
        with opened(tmp_path / "甲.sqlite") as register:
            take_in(read([HEADS, ROW]), register)
            kept = register.request("甲-1")
            register.change(kept, replace(kept, disputes=(dispute,)))
            assert take_in(read([HEADS, ROW]), register, update=True).same == ("甲-1",)
            assert register.request("甲-1").disputes == (dispute,)

    def test_an_old_ledger_brings_no_name_back(self, tmp_path: Path) -> None:
        with opened(tmp_path / "甲.sqlite") as register:
            take_in(read([HEADS, ROW]), register)
            register.anonymise(date(2023, 1, 1))
            taken = take_in(read([HEADS, (*ROW[:6], "部分公开")]), register, update=True)
            assert taken.changed == ("甲-1",)
            assert (register.request("甲-1").applicant, register.request("甲-1").outcome) == ("（已匿名）", "partly_granted")

    def test_an_old_ledger_without_numbers_doubles_no_request_that_was_anonymised(self, tmp_path: Path) -> None:
        rows = [HEADS[1:], ROW[1:], (date(2022, 4, 1), *ROW[2:4], "另一件", date(2022, 4, 8), "公开")]
        with opened(tmp_path / "甲.sqlite") as register:
            take_in(read(rows), register)
            register.anonymise(date(2022, 4, 1))
            taken = take_in(read(rows), register)
            assert (taken.added, taken.same, len(taken.doubtful)) == ((), ("2022-002",), 1)
            assert "像是已有的“2022-001”" in taken.doubtful[0][1]

    def test_sorted_rows_add_nothing(self, tmp_path: Path) -> None:
        rows = [
            ROW[1:],
            (date(2022, 4, 1), *ROW[2:4], "另一件", "", ""),
            (date(2022, 4, 1), "申请人乙", "公民", "第三件", "", ""),
        ]
        with opened(tmp_path / "甲.sqlite") as register:
            take_in(read([HEADS[1:], *rows]), register)
            again = take_in(read([HEADS[1:], *reversed(rows)]), register)
            assert (again.added, len(again.same), again.doubtful) == ((), 3, ())

    @pytest.mark.parametrize(
        ("heads", "row", "edited", "what"),
        [
            (HEADS, ROW, ("甲-01", *ROW[1:]), "申请编号"),
            (HEADS[1:], ROW[1:], (date(2022, 3, 8), *ROW[2:]), "收到日期"),
            (HEADS[1:], ROW[1:], (ROW[1], "申请人甲甲", *ROW[3:]), "申请人"),
            (HEADS[1:], ROW[1:], (*ROW[1:4], "道路养护经费的使用", *ROW[5:]), "申请内容"),
        ],
    )
    def test_an_edited_row_is_named_and_not_added(
        self, tmp_path: Path, heads: Sequence[str], row: Sequence[Any], edited: Sequence[Any], what: str
    ) -> None:
        with opened(tmp_path / "甲.sqlite") as register:
            take_in(read([heads, row]), register)
            told = take_in(read([heads, edited]), register, update=True)
            assert (told.added, told.changed, len(register.requests())) == ((), (), 1)
            assert f"改过了{what}，没有读入" in told.doubtful[0][1]
            both = take_in(read([heads, row, edited]), register)
            assert len(both.added) == 1, "beside the old row it is another request"

    def test_fields_that_the_ledger_has_no_column_for_stay(self, tmp_path: Path) -> None:
        with opened(tmp_path / "甲.sqlite") as register:
            register.add(answered("甲-1", contact="000-0000001", note="重要"))
            take_in(read([HEADS, ROW]), register, update=True)
            assert register.request("甲-1").note == "重要"
