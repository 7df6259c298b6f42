"""The screen of the register by its messages: list, form, save, paste, void; what is wrong is said at its field."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.register.stories import answered, clock, opened, request
from toolkit.entry.register.screen import RegisterScreen
from toolkit.entry.register.typed import shown_lines, shown_texts, typed_request
from toolkit.entry.start.screen import StartScreen
from toolkit.jupyter import register_notebook
from toolkit.jupyter.register_notebook import RegisterPlace
from toolkit.register import opening
from toolkit.register.requests import Request
from toolkit.register.store import Register
from toolkit.register.working_days import state_calendar

TODAY = date(2022, 4, 2)


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Register]:
    with opened(tmp_path / "registers" / "云溪县" / "竹溪镇.sqlite", TODAY) as found:
        found.add_all([
            request("远", received_on=date(2022, 4, 1)), request("逾期", received_on=date(2022, 2, 7)),
            request("今天"), answered("完"),
        ])  # fmt: skip
        yield found


@pytest.fixture
def screen(register: Register) -> RegisterScreen:
    return RegisterScreen(register, state_calendar(), clock(TODAY), "竹溪镇")


def row_of(screen: RegisterScreen, number: str) -> int:
    return next(row[0] for row in screen.widget.rows if row[1] == number)


def save(screen: RegisterScreen, opened_number: str, /, **texts: str) -> Any:
    row = row_of(screen, opened_number) if opened_number else 0
    screen.hear({"kind": "save", "row": row, "texts": texts})
    return screen.widget.message


def test_what_is_due_first_stands_first(screen: RegisterScreen) -> None:
    assert [(row[1], row[3]) for row in screen.widget.rows] == [
        ("逾期", "late"), ("今天", "today"), ("远", "running"), ("完", "closed"),
    ]  # fmt: skip


def test_a_request_opens_with_its_days_and_history(screen: RegisterScreen) -> None:
    screen.hear({"kind": "open", "row": row_of(screen, "今天")})
    detail = screen.widget.detail
    assert (detail["deadline"], detail["due"]) == ("今天到期", "2022-04-02")
    assert detail["days"][-1][:2] == ["2022-04-02", 20]
    assert detail["texts"]["applicant_kind"] == "自然人"
    _, _, kind, fields = detail["changes"][-1]
    assert (kind, "申请人" in [label for label, *_ in fields]) == ("新增", True)


def test_what_is_typed_in_usual_words_is_kept_at_once(screen: RegisterScreen, register: Register) -> None:
    message = save(screen, "今天", answered_on="3.25", outcome="信息不存在", answer_number="竹公开〔2022〕3号")
    assert message["text"].startswith("已保存 今天")
    kept = register.request("今天")
    assert (kept.answered_on, kept.outcome) == (date(2022, 3, 25), "unavailable_not_held")


@pytest.mark.parametrize(
    ("texts", "key", "sentence"),
    [
        ({"answered_on": "2月30日"}, "answered_on", "不是日历上的一天"),
        ({"applicant_kind": "申请人甲"}, "applicant_kind", "认不出来"),
        ({"answered_on": "2022-03-25"}, "outcome", "有答复日期，没有办理结果"),
        ({"received_on": "2022-05-01"}, "received_on", "还没有到"),
        ({"fee_yuan": "一百"}, "fee_yuan", "不是数"),
        ({"number": ""}, "number", "没有填"),
        *[
            (
                {"answered_on": "2022-03-25", "outcome": "公开", "correction_asked_on": asked, key: "2022-03-28"},
                key,
                "晚于答复日期",
            )
            for key, asked in (
                ("extended_on", ""),
                ("correction_answered_on", "2022-03-09"),
                ("third_party_asked_on", ""),
                ("fee_notice_on", ""),
            )
        ],
    ],
)
def test_a_mistake_is_reported_at_its_field_and_nothing_is_kept(
    screen: RegisterScreen, register: Register, texts: dict[str, str], key: str, sentence: str
) -> None:
    before = register.request("今天")
    assert sentence in save(screen, "今天", **texts)["problems"][key]
    assert register.request("今天").says_the_same(before)


def test_a_new_request_gets_the_next_number(screen: RegisterScreen, register: Register) -> None:
    screen.hear({"kind": "new"})
    assert screen.widget.detail["texts"]["number"] == "2022-001"
    save(screen, "", number="2022-001", received_on="2022-04-02", applicant_kind="公民")
    assert register.request("2022-001").applicant_kind == "natural_person"
    assert save(screen, "", number="2022-001", received_on="2022-04-02", applicant_kind="公民")["error"]


def test_rows_of_excel_are_pasted_all_or_none(screen: RegisterScreen, register: Register) -> None:
    heads = ["收到日期", "申请人类别", "申请人", "申请内容"]
    screen.hear(
        {"kind": "paste", "lines": [heads, ["2022-03-01", "企业", "申请人乙公司", "甲"], ["3月40日", "公民", "申请人甲", "乙"]]}
    )
    assert "第 3 行没有读准，一行也没有存" in screen.widget.message["text"]
    assert len(register.requests()) == 4
    screen.hear(
        {"kind": "paste", "lines": [heads, ["2022-03-01", "企业", "申请人乙公司", "甲"], ["3月4日", "公民", "申请人甲", "乙"]]}
    )
    assert len(register.requests()) == 6
    screen.hear({"kind": "paste", "lines": [["随便"], ["1"]]})
    assert "第一行应是列名" in screen.widget.message["text"]


def test_a_void_request_leaves_the_list(screen: RegisterScreen, register: Register) -> None:
    screen.hear({"kind": "void", "row": row_of(screen, "远"), "reason": "登记重复"})
    assert "远" not in [row[1] for row in screen.widget.rows]
    assert register.request("远").void_reason == "登记重复"


def test_what_somebody_else_changed_is_not_overwritten(screen: RegisterScreen, register: Register) -> None:
    with opened(register.path, TODAY, who="经办人乙") as other:
        base = other.request("远")
        other.change(base, Request(**{**_values(base), "note": "乙写的"}))
    assert "刚由经办人乙改过" in save(screen, "远", note="甲写的")["text"]


def test_while_another_program_writes_nothing_is_lost(
    screen: RegisterScreen, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    register._connection.execute("PRAGMA busy_timeout = 50")
    with sqlite3.connect(register.path, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        message = save(screen, "远", note="甲写的")
        assert message["error"]
        assert "正由别的程序写入" in message["text"]
        other.execute("ROLLBACK")
    other.close()
    assert save(screen, "远", note="甲写的")["text"].startswith("已保存")


def test_a_full_disk_is_reported_and_the_form_stays(
    screen: RegisterScreen, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(register, "change", full)
    assert "磁盘已满" in save(screen, "远", note="甲写的")["text"]


def test_a_form_opened_before_a_colleague_wrote_changes_only_its_fields(screen: RegisterScreen, register: Register) -> None:
    screen.hear({"kind": "open", "row": row_of(screen, "远")})
    shown = dict(screen.widget.detail["texts"])
    with opened(register.path, TODAY, who="经办人乙") as other:
        base = other.request("远")
        other.change(base, Request(**{**_values(base), "note": "乙写的"}))
    screen.hear({"kind": "look"})
    save(screen, "远", **(shown | {"handler": "甲"}))
    kept = register.request("远")
    assert (kept.handler, kept.note) == ("甲", "乙写的"), "the list had read the note, the form had not"


def test_parts_and_disputes_are_typed_in_words(screen: RegisterScreen, register: Register) -> None:
    lines = {
        "parts": [["3.15", "信息不存在", ""], ["", "", ""]],
        "disputes": [["复议", "4.1", "云溪县人民政府", "", "", ""], ["行政复议", "2022-04-01", "", "", "2022-04-02", "维持"]],
    }
    screen.hear({"kind": "save", "row": row_of(screen, "完"), "texts": {}, "lines": lines})
    kept = register.request("完")
    assert [(part.answered_on, part.outcome) for part in kept.parts] == [(date(2022, 3, 15), "unavailable_not_held")]
    assert [item.result for item in kept.disputes] == ["", "upheld"]
    again = typed_request(kept, {}, TODAY, shown_lines(kept))
    assert again == (kept, [])


@pytest.mark.parametrize(
    ("key", "line", "sentence"),
    [
        ("parts", ["2月30日", "公开", ""], "第 1 行的答复日期：“2月30日”不是日历上的一天"),
        ("parts", ["3.15", "", ""], "第 1 行的办理结果：没有填"),
        ("parts", ["3.15", "撤回", ""], "第 1 行的办理结果：“撤回”认不出来"),
        ("disputes", ["信访", "4.1", "", "", "", ""], "第 1 行的类别：“信访”认不出来"),
        ("disputes", ["行政复议", "", "", "", "", ""], "第 1 行的提起日期：没有填"),
        ("disputes", ["行政复议", "4.1", "", "", "", "赢了"], "第 1 行的结果：“赢了”认不出来"),
        ("disputes", ["行政复议", "4.1", "", "", "", "维持"], "审结日期和结果要么都填"),
    ],
)
def test_a_line_that_is_unclear_is_named(
    screen: RegisterScreen, register: Register, key: str, line: list[str], sentence: str
) -> None:
    screen.hear({"kind": "save", "row": row_of(screen, "完"), "texts": {}, "lines": {key: [line]}})
    assert sentence in screen.widget.message["problems"][key]
    assert register.request("完").parts == ()


def test_rows_pasted_twice_add_nothing(screen: RegisterScreen, register: Register) -> None:
    rows = [["收到日期", "申请人类别", "申请人", "申请内容"], ["2022-03-01", "企业", "申请人乙公司", "甲"]]
    for text in ("已存入 1 件", "已存入 0 件；已有 1 件"):
        screen.hear({"kind": "paste", "lines": rows})
        assert screen.widget.message["text"].startswith(text)
    assert len(register.requests()) == 5


def test_a_void_request_is_listed_apart_and_comes_back(screen: RegisterScreen, register: Register) -> None:
    row = row_of(screen, "远")
    screen.hear({"kind": "void", "row": row, "reason": "登记重复"})
    assert [item[1] for item in screen.widget.voided] == ["远"]
    screen.hear({"kind": "open", "row": row})
    assert screen.widget.detail["voided"] == "登记重复"
    screen.hear({"kind": "restore", "row": row})
    assert (screen.widget.voided, register.request("远").voided_on) == ([], None)


def test_the_history_says_what_became_what(screen: RegisterScreen) -> None:
    save(screen, "今天", answered_on="3.25", outcome="信息不存在")
    at, who, kind, fields = screen.widget.detail["changes"][0]
    assert (at[:10], who, kind) == ("2022-04-02", "经办人甲", "修改")
    assert ["办理结果", "", "（四）无法提供1.本机关不掌握相关政府信息"] in fields


def _values(base: Request) -> dict[str, Any]:
    return {name: getattr(base, name) for name in base.__dataclass_fields__}


def test_what_is_shown_is_typed_back_as_the_same(register: Register) -> None:
    for one in register.requests():
        again, problems = typed_request(Request(""), shown_texts(one), TODAY)
        assert problems == []
        assert again.says_the_same(one)


def test_a_thousand_requests_are_listed(tmp_path: Path) -> None:
    with opened(tmp_path / "registers" / "大镇.sqlite", TODAY) as found:
        found.add_all(request(f"{at:04}", received_on=date(2022, 3, 1 + at % 31)) for at in range(1000))
    with opened(tmp_path / "registers" / "大镇.sqlite", TODAY) as found:
        assert len(RegisterScreen(found, state_calendar(), clock(TODAY), "大镇").widget.rows) == 1000


class TestPlace:
    def test_the_only_register_is_opened(self, register: Register) -> None:
        place = RegisterPlace(register.path.parents[2], "甲")
        assert len(place.widget.children[0].rows) == 4
        place.close()

    def test_a_damaged_register_offers_its_copy(self, register: Register) -> None:
        path = register.path
        register.close()
        opened(path, date(2022, 4, 3)).close()
        path.write_bytes(b"damaged" * 1000)
        place = RegisterPlace(path.parents[2], "甲")
        message, button = place.widget.children
        assert "已损坏" in message.value
        button.click()
        assert len(place.widget.children[0].rows) == 4
        place.close()

    def test_a_link_opens_the_request_of_another_register(self, register: Register) -> None:
        with opened(register.path.with_name("松石镇.sqlite"), TODAY) as other:
            other.add(request("松-1"))
        place = RegisterPlace(register.path.parents[2], "甲")
        hear = place._requested
        hear({"kind": "asked", "place": "云溪县/松石镇", "number": "松-1"})
        assert place.widget.children[0].detail["texts"]["number"] == "松-1"
        hear({"kind": "asked", "place": "云溪县/竹溪镇", "number": "没有的"})
        assert "没有编号为“没有的”的申请" in place.widget.children[0].message["text"]
        hear({"kind": "asked", "place": "云溪县/没有镇", "number": "松-1"})
        assert place.widget.children[0].title.startswith("云溪县/竹溪镇"), "what is open stays"
        place.close()

    def test_on_a_share_the_notebook_can_be_run_again(self, register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
        register.close()
        monkeypatch.setattr(opening, "is_network_share", lambda folder: True)
        monkeypatch.setattr(opening, "BUSY_SECONDS", 0.05)
        monkeypatch.setattr(register_notebook, "working_folder", lambda: register.path.parents[2])
        for _ in range(2):
            _, place = register_notebook.open_register_place().children
            assert len(place.children[0].rows) == 4, "the first one gave the file up"
            assert "网络共享文件夹" in place.children[0].message["text"]
        register_notebook._open_screens.pop().close()

    @pytest.mark.parametrize("allowed", [True, False])
    def test_a_notebook_that_is_run_without_a_browser_shows_nobody(
        self, register: Register, monkeypatch: pytest.MonkeyPatch, allowed: bool
    ) -> None:
        kernel = SimpleNamespace(kernel=SimpleNamespace(_allow_stdin=allowed))
        monkeypatch.setattr("IPython.core.getipython.get_ipython", lambda: kernel)
        monkeypatch.setattr(register_notebook, "working_folder", lambda: register.path.parents[2])
        shown = register_notebook.open_register_place()
        assert ("不写进运行过的笔记本" in str(getattr(shown, "value", ""))) != allowed
        if allowed:
            register_notebook._open_screens.pop().close()

    def test_the_text_of_the_widget_names_nobody(self, register: Register) -> None:
        place = RegisterPlace(register.path.parents[2], "甲")
        screen = place.widget.children[0]
        screen.send_state()
        assert "申请人" in str(screen.rows)
        assert "申请人" not in repr(place.shown)
        place.close()

    def test_a_wrong_place_is_reported(self, tmp_path: Path) -> None:
        place = RegisterPlace(tmp_path, "甲")
        box, button = place.widget.children[1].children
        box.value = "../云溪县"
        button.click()
        assert "应写成" in place.widget.children[2].value


def test_the_start_screen_leads_to_the_register(tmp_path: Path) -> None:
    def head() -> str:
        screen = StartScreen(tmp_path / "params", on_open=lambda path, who: None, who="甲", now=clock(TODAY))
        return next(str(child.value) for child in screen.widget.children if "<h1>" in str(getattr(child, "value", "")))

    (tmp_path / "params").mkdir()
    assert "request_register.ipynb" not in head()
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "request_register.ipynb").write_text("{}", encoding="utf-8")
    assert "href='request_register.ipynb'" in head()
