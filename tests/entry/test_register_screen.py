"""The screen of the register by its messages: list, form, save, paste, void; what is wrong is said at its field."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.register.stories import answered, clock, opened, request
from toolkit.entry.register.screen import RegisterScreen
from toolkit.entry.register.typed import shown_texts, typed_request
from toolkit.entry.start.screen import StartScreen
from toolkit.jupyter.register_notebook import RegisterPlace
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
    assert ["新增", "申请人"] in [entry[2:] for entry in detail["history"]]


def test_what_is_typed_in_usual_words_is_kept_at_once(screen: RegisterScreen, register: Register) -> None:
    told = save(screen, "今天", answered_on="3.25", outcome="信息不存在", answer_number="竹公开〔2022〕3号")
    assert told["text"].startswith("已保存 今天")
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
    ],
)
def test_a_mistake_is_said_at_its_field_and_nothing_is_kept(
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


def _values(base: Request) -> dict[str, Any]:
    return {name: getattr(base, name) for name in base.__dataclass_fields__}


def test_what_is_shown_is_typed_back_as_the_same(register: Register) -> None:
    for one in register.requests():
        again, problems = typed_request(Request(""), shown_texts(one), TODAY)
        assert problems == []
        assert again.says_the_same(one)


def test_a_thousand_requests_open_within_two_seconds(tmp_path: Path) -> None:
    with opened(tmp_path / "registers" / "大镇.sqlite", TODAY) as found:
        found.add_all(request(f"{at:04}", received_on=date(2022, 3, 1 + at % 31)) for at in range(1000))
    start = time.perf_counter()
    with opened(tmp_path / "registers" / "大镇.sqlite", TODAY) as found:
        assert len(RegisterScreen(found, state_calendar(), clock(TODAY), "大镇").widget.rows) == 1000
    assert time.perf_counter() - start < 4  # 2 s on an idle machine


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
        told, button = place.widget.children
        assert "已损坏" in told.value
        button.click()
        assert len(place.widget.children[0].rows) == 4
        place.close()

    def test_a_wrong_place_is_said(self, tmp_path: Path) -> None:
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
