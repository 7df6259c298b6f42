"""The whole form without a browser: messages in, state out, nothing raised in front of a clerk."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.entry.desks import SAMPLE, files_of_at_most
from tests.entry.stories import NOON, desk_with, report
from toolkit.checks import Case
from toolkit.checks.examples import faultless
from toolkit.core.errors import CannotWrite
from toolkit.entry.desk import desk as desk_module
from toolkit.entry.desk.desk import Desk
from toolkit.entry.desk.journal import Journal, Marks
from toolkit.entry.form.finish_part import BuildOutcome, Finishing
from toolkit.entry.form.form_app import WATCH_SECONDS, FormApp
from toolkit.entry.session import office_words
from toolkit.forms import Address
from toolkit.report import ProcessingFee, Report, read_report
from toolkit.report.model import Source


def no_pages(_: Report) -> Sequence[bytes]:
    return ()


def form(folder: Path, content: Report | None = None, finishing: Finishing | None = None, last: Report | None = None) -> FormApp:
    desk = desk_with(folder, content or report())
    return FormApp(
        desk, Case(desk.report, last), finishing or Finishing(no_pages, lambda draft, more: BuildOutcome()), lambda: NOON
    )


def send(app: FormApp, part: str, **content: Any) -> None:
    widget = {**app._grids, **app._texts, "bar": app._bar}[part]
    widget._handle_custom_msg(content, [])


def test_a_change_is_answered_checked_and_noted(tmp_path: Path) -> None:
    app = form(tmp_path)
    send(app, "applications", kind="change", number=3, keep=True, changes={"applications.new.business": "４件"})
    state = app._grids["applications"].state
    assert state["answered"] == 3
    assert state["values"]["applications.new.business"] == "4"
    (balance,) = [item["id"] for item in app._list.state["findings"] if "商业企业列" in item["message"]]
    assert balance in state["findings"], "the list has the finding, the table its number"
    assert app._bar.state["counts"]["error"] >= 2
    assert (app._bar.state["saved_kind"], app._bar.state["saved"]) == ("waiting", "正在保存……")
    app._rest()
    assert (app._bar.state["saved_kind"], app._bar.state["saved"]) == ("saved", "已自动保存 12:00:00")
    assert read_report(app._desk.path).number("applications", "new", "business") == 4


def test_the_list_of_findings_goes_out_before_anything_else(tmp_path: Path) -> None:
    app = form(tmp_path)
    sent: list[object] = []
    for widget in (app._list, app._bar, *app._grids.values(), *app._texts.values(), app._organ.box.children[1]):
        widget.observe(lambda change: sent.append(change["owner"]), names=["state", "value"])
    send(app, "overview", kind="change", number=1, keep=False, changes={"text": "全年收到申请999件。"})
    assert sent[0] is app._list
    assert app._texts["overview"] in sent


def test_a_form_that_is_left_keeps_the_cell_being_typed_in(tmp_path: Path) -> None:
    app = form(tmp_path)
    send(app, "applications", kind="change", number=1, keep=False, changes={"applications.new.business": "4"})
    assert not app._desk.history()
    app.close()
    assert [(entry.path, entry.after) for entry in app._desk.history()] == [("figures.applications.new.business", 4)]
    send(app, "applications", kind="change", number=2, keep=True, changes={"applications.new.business": "5"})
    assert len(app._desk.history()) == 1
    assert "只能查看" in app._bar.state["message"]
    app.close()


@pytest.mark.parametrize("kind", ["save", "leave"])
def test_a_press_or_a_closed_window_writes_the_file_at_once(tmp_path: Path, kind: str) -> None:
    app = form(tmp_path)
    send(app, "applications", kind="change", number=1, keep=False, changes={"applications.new.business": "4"})
    send(app, "bar", kind=kind)
    assert read_report(app._desk.path).number("applications", "new", "business") == 4


def test_what_others_do_is_seen_within_three_seconds() -> None:
    assert 2 * WATCH_SECONDS <= 3


def test_a_broken_message_is_answered_and_reported_in_chinese(tmp_path: Path) -> None:
    app = form(tmp_path)
    send(app, "applications", kind="change", number=7, keep=True, changes={"nonsense": "1"})
    assert app._grids["applications"].state["answered"] == 7, "or the browser would wait forever"
    assert "已填的内容没有受影响" in app._bar.state["message"]


def test_text_is_kept_and_compared_with_last_year(tmp_path: Path) -> None:
    app = form(tmp_path, last=report(2023, "去年的话。"))
    send(app, "overview", kind="change", number=1, keep=True, changes={"text": "今年的话。"})
    assert app._desk.report.narrative.overview == "今年的话。"
    send(app, "overview", kind="compare")
    assert app._texts["overview"].comparison["pieces"] == [["only_last", "去年的话。"], ["only_this", "今年的话。"]]


def test_fields_take_what_fits_and_tell_what_does_not(tmp_path: Path) -> None:
    app = form(tmp_path)
    phone = app._organ._widgets["organ.contact.phone"]
    phone.value = "0601-1234567"
    assert app._desk.report.organ.contact.phone == "0601-1234567"
    app._fee._widgets["processing_fee.notices"].value = "许多"
    assert app._desk.value("processing_fee.notices") == "许多", "what was typed stays"
    assert "收费通知件数应是不小于 0 的整数，现为“许多”" in app._fee._notes.value
    assert app._bar.state["counts"]["error"] == 1, "it is in the list and counted like any other error"
    app._rest()
    assert app._bar.state["saved"] == "1 处没有写进填报数据"
    assert app._bar.state["saved_kind"] == "unsaved"


def test_a_date_is_kept_as_the_params_file_writes_it(tmp_path: Path) -> None:
    app = form(tmp_path)
    day = app._organ._widgets["organ.published_on"]
    for typed in ("2025年1月6日", "20250106", "２０２５．１．６", "2025/1/6", "2025-01-06"):
        day.value = typed
        app._rest()
        assert app._desk.report.organ.published_on == "2025-01-06"
        assert day.value == typed, "who rests behind 2025-1-2 may go on with 0"


def test_a_day_that_cannot_be_read_stays_and_is_named(tmp_path: Path) -> None:
    app = form(tmp_path)
    day = app._organ._widgets["organ.published_on"]
    day.value = "下周一"
    app._rest()
    assert app._desk.report.organ.published_on == day.value == "下周一"
    assert "公开日期“下周一”读不出是哪一天" in app._organ._notes.value
    day.value = ""
    assert "读不出" not in app._organ._notes.value


def test_channels_come_and_go_and_a_bad_count_stays(tmp_path: Path) -> None:
    app = form(tmp_path)
    app._channels._append()
    name, count, about, remove = app._channels._rows.children[0].children
    name.value, count.value, about.value = "微信公众号", "１２０条", True
    assert [(item.name, item.count, item.approximate) for item in app._desk.report.channels] == [("微信公众号", 120, True)]
    count.value = "很多"
    assert count.value == "很多"
    assert "渠道“微信公众号”的条数应是不小于 0 的整数，现为“很多”" in app._channels._notes.value
    assert app._desk.report.channels == (), "never the figure that was there before"
    (listed,) = [item for item in app._list.state["findings"] if item["severity"] == "error"]
    assert listed["where"] == "channels.0.count"
    assert "nb-at-channels-0-count" in count._dom_classes, "where a click on the finding looks for the box"
    remove.click()
    assert app._desk.report.channels == ()


def test_a_screen_reader_tells_the_boxes_of_channels_apart(tmp_path: Path) -> None:
    app = form(tmp_path)
    for name in ("微信公众号", "宣传栏"):
        app._channels._append()
        app._channels._rows.children[-1].children[0].value = name
    rows = [line.children for line in app._channels._rows.children]
    labels = [re.sub("<[^>]*>", "", widget.description) for row in rows for widget in row[:3]]
    assert labels == ["渠道 1", "条数 1", "约数（余） 1", "渠道 2", "条数 2", "约数（余） 2"]
    assert [row[3].tooltip for row in rows] == ["删除第 1 个渠道 微信公众号", "删除第 2 个渠道 宣传栏"]
    rows[0][3].click()
    assert [re.sub("<[^>]*>", "", widget.description) for widget in rows[1][:2]] == ["渠道 1", "条数 1"]


def test_saving_writes_the_params_file(tmp_path: Path) -> None:
    app = form(tmp_path)
    send(app, "applications", kind="change", number=1, keep=True, changes={"applications.new.business": "4"})
    send(app, "applications", kind="save")
    assert read_report(app._desk.path).number("applications", "new", "business") == 4
    assert app._bar.state["saved"] == "已自动保存 12:00:00"


def test_a_share_that_is_slow_to_refuse_is_not_tried_all_the_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = form(tmp_path)
    tries: list[str] = []

    def refuse(path: Path, _: bytes) -> None:
        tries.append(path.name)
        time.sleep(0.05)
        raise CannotWrite(path, "磁盘空间不足")

    monkeypatch.setattr(desk_module, "save_bytes", refuse)
    send(app, "applications", kind="change", number=1, keep=True, changes={"applications.new.business": "4"})
    app._rest()
    for _ in range(3):
        app._watch()
    assert len(tries) == 2, "when the clerk rests, and once more; then it waits"
    app._try_again = 0.0
    app._watch()
    assert len(tries) == 3


@pytest.mark.posix_only
def test_a_failed_write_is_reported_at_once_and_not_called_noted(tmp_path: Path) -> None:
    desk_with(tmp_path, report()).close()
    path = tmp_path / "params" / "2024" / "云溪县" / "柳湾镇.yaml"
    with files_of_at_most(0):
        app = FormApp(
            Desk(path, who="王工", now=lambda: NOON),
            Case(report()),
            Finishing(no_pages, lambda draft, more: BuildOutcome()),
            lambda: NOON,
        )
        assert "存不下来" in app._bar.state["message"], "before hours of work are on the screen only"
        send(app, "applications", kind="change", number=1, keep=True, changes={"applications.new.business": "4"})
        assert "还没有写到磁盘上" in app._bar.state["message"]
        assert app._bar.state["saved"] == "还没有写进填报数据"
        app._rest()
        assert "无法写入" in app._bar.state["message"]
        assert (app._bar.state["saved_kind"], app._bar.state["saved"]) == ("unsaved", "还没有写进填报数据")
        app._finish.build_button.click()
        assert "这一次没有做成" in app._finish.outcome.value
    app._watch()  # there is room again, and nobody has to press a key
    assert (app._bar.state["message"], app._bar.state["saved"]) == ("", "已自动保存 12:00:00")


def test_a_file_changed_underneath_is_shown_beside_ours_and_not_overwritten(tmp_path: Path) -> None:
    app = form(tmp_path)
    send(app, "applications", kind="change", number=1, keep=True, changes={"applications.new.business": "4"})
    other = report(applications__new__business=9)
    path = app._desk.path
    path.write_bytes(path.read_bytes().replace(b"business: 0", b"business: 9", 1))
    app._rest()
    assert "按“保存”看两份的不同" in app._bar.state["message"]
    assert not app._bar.state["alert"], "the keyboard stays where it is: nobody asked"
    assert (app._bar.state["saved_kind"], app._bar.state["saved"]) == ("unsaved", "还没有写进填报数据")
    send(app, "bar", kind="save")
    assert app._bar.state["alert"]
    assert "表三 一、本年新收政府信息公开申请数量·商业企业" in app._alerts._message.value
    assert read_report(path).number("applications", "new", "business") == other.number("applications", "new", "business")
    app._alerts._press["ours"].click()
    send(app, "bar", kind="save")
    assert read_report(path).number("applications", "new", "business") == 4


def test_a_file_changed_while_all_was_written_here_says_nothing_of_unwritten_changes(tmp_path: Path) -> None:
    app = form(tmp_path)
    path = app._desk.path
    path.write_bytes(path.read_bytes().replace(b"business: 0", b"business: 9", 1))
    app._watch()
    assert app._bar.state["message"] == "文件被别人或别的程序改动过：按“保存”看两份的不同，选择保留哪一份"
    assert app._bar.state["saved_kind"] == "unsaved"


def test_the_second_person_sees_who_has_it_and_cannot_change(tmp_path: Path) -> None:
    content = report()
    first = form(tmp_path, content)
    desk = Desk(first._desk.path, who="李工", now=lambda: NOON)
    if not desk.read_only:  # one process counts as one person: pretend to be another
        desk.read_only = True
    second = FormApp(desk, Case(desk.report), Finishing(no_pages, lambda draft, more: BuildOutcome()), lambda: NOON)
    assert "只能查看" in second._alerts._message.value
    assert second._list.state["locked"], "the browser greys every mend and confirmation"
    assert second._finish.save_button.disabled
    assert second._finish.build_button.disabled
    assert not second._finish.preview_button.disabled
    send(second, "applications", kind="change", number=1, keep=True, changes={"applications.new.business": "4"})
    assert second._desk.report == content
    assert "没有写入" in second._bar.state["message"]


def test_who_only_reads_leaves_with_one_press(tmp_path: Path) -> None:
    left: list[bool] = []
    finishing = Finishing(no_pages, lambda draft, more: BuildOutcome(), leave=lambda: left.append(True))
    app = form(tmp_path, finishing=finishing)
    send(app, "applications", kind="change", number=1, keep=False, changes={"applications.new.business": "4"})
    app._desk.read_only = True  # taken over meanwhile
    app._show()
    assert not app._bar.state["can_save"]
    app._finish.leave_button.click()
    assert left == [True]


def waited(app: FormApp) -> str:
    for _ in range(200):
        if app._finish.shown.value or "complaint" in app._finish.outcome.value:
            break
        time.sleep(0.01)
    return str(app._finish.shown.value)


def test_pages_are_shown_as_pictures_with_words_for_those_who_do_not_see_them(tmp_path: Path) -> None:
    app = form(tmp_path, finishing=Finishing(lambda _: [b"one", b"two"], lambda draft, more: BuildOutcome()))
    app._finish.preview_button.click()
    assert 'alt="第 2 页，共 2 页"' in waited(app)


def test_built_files_are_offered_inside_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("toolkit.entry.form.finish_part.monotonic", iter((100.0, 139.2)).__next__)
    file = tmp_path / "年报.pdf"
    file.write_bytes(b"%PDF")
    asked: list[bool] = []

    def build(draft: bool, more: tuple[str, ...]) -> BuildOutcome:
        asked.append(draft)
        return BuildOutcome((file,), draft)

    app = form(tmp_path, replace(report()), Finishing(no_pages, build))
    app._finish.build_button.click()
    assert 'download="年报（草稿）.pdf">下载 草稿 PDF' in re.sub(r'" href="[^"]*', "", waited(app))
    assert asked == [True]
    assert "用时 39 秒" in app._finish.outcome.value


def faultless_form(folder: Path, finishing: Finishing) -> FormApp:
    return form(folder, replace(faultless(), source=Source()), finishing)


def test_what_was_typed_while_pages_were_made_makes_them_old(tmp_path: Path) -> None:
    going_on = threading.Event()

    def preview(_: Report) -> list[bytes]:
        going_on.wait()
        return [b"one"]

    app = faultless_form(tmp_path, Finishing(preview, lambda draft, more: BuildOutcome()))
    app._finish.preview_button.click()
    app._organ._widgets["organ.contact.phone"].value = "0601-5550111"
    going_on.set()
    while app._finish._working:
        time.sleep(0.001)
    assert "nb-pages" in app._finish.shown.value
    assert "nb-stale" in app._finish.shown._dom_classes
    assert "已有改动，下面是改动以前的：请重新预览" in app._finish.outcome.value


def test_what_is_shown_of_an_older_state_says_so(tmp_path: Path) -> None:
    file = tmp_path / "年报.pdf"
    file.write_bytes(b"%PDF")
    app = faultless_form(tmp_path, Finishing(lambda _: [b"one"], lambda draft, more: BuildOutcome((file,), draft)))
    phone = app._organ._widgets["organ.contact.phone"]
    app._finish.build_button.click()
    assert 'download="年报.pdf">下载 PDF（正式文本）' in re.sub(r'" href="[^"]*', "", waited(app))
    assert "用时不到 1 秒" in app._finish.outcome.value
    assert app._finish.shown._dom_classes == ()
    before = phone.value
    phone.value = "0601-5550111"
    assert "nb-stale" in app._finish.shown._dom_classes
    assert "请重新生成" in app._finish.outcome.value
    phone.value = before
    assert "nb-stale" not in app._finish.shown._dom_classes, "it is the state that is shown again"
    assert "报告已生成" in app._finish.outcome.value
    app._finish.shown.value = ""
    app._finish.preview_button.click()
    waited(app)
    phone.value = "0601-5550112"
    assert "请重新预览" in app._finish.outcome.value


def test_after_an_upgrade_what_is_typed_is_saved_and_nothing_is_made_of_two_versions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []

    def build(draft: bool, more: tuple[str, ...]) -> BuildOutcome:
        made.append("built")
        return BuildOutcome()

    app = form(tmp_path, finishing=Finishing(lambda _: made.append("pages") or (), build))  # type: ignore[func-returns-value]
    monkeypatch.setattr(office_words, "program_stamp", lambda: (1, 1))
    app._watch()
    assert app._bar.state["message"] == office_words.UPGRADED
    app._organ._widgets["organ.contact.phone"].value = "0601-5550111"
    for button in (app._finish.preview_button, app._finish.build_button):
        button.click()
        assert office_words.UPGRADED in app._finish.outcome.value
        app._finish.outcome.value = ""
    assert made == []
    assert read_report(app._desk.path).organ.contact.phone == "0601-5550111"


def test_a_finished_report_is_submitted_and_one_with_blanks_is_not(tmp_path: Path) -> None:
    file, submitted = tmp_path / "年报.pdf", []
    file.write_bytes(b"%PDF")

    def submit(pdf: Path) -> str:
        submitted.append(pdf)
        return "已报送：放进了县里的收件箱"

    finishing = Finishing(lambda _: [b"one"], lambda draft, more: BuildOutcome((file,), draft), submit=submit)
    app = faultless_form(tmp_path, finishing)
    app._finish.submit_button.click()
    assert "下载 PDF" in waited(app), "what was submitted can be taken down, too"
    for _ in range(200):
        if submitted and "已报送" in app._finish.outcome.value:
            break
        time.sleep(0.01)
    assert submitted == [file]
    assert "放进了县里的收件箱" in app._finish.outcome.value
    blank = replace(faultless(), source=Source()).with_value(Address.parse("permits.permits.decisions"), None)
    (tmp_path / "other").mkdir()
    app = form(tmp_path / "other", blank, finishing)
    app._finish.submit_button.click()
    assert "还有 1 处没有填写（没有发生的填 0），不能报送" in app._finish.outcome.value
    assert submitted == [file]


def test_without_a_drop_box_there_is_no_button_for_it(tmp_path: Path) -> None:
    app = faultless_form(tmp_path, Finishing(lambda _: [], lambda draft, more: BuildOutcome()))
    assert app._finish.submit_button not in app._finish.box.children[0].children


def test_blanks_are_errors_once_the_report_is_asked_for(tmp_path: Path) -> None:
    content = replace(faultless(), source=Source()).with_value(Address.parse("permits.permits.decisions"), None)
    app = form(tmp_path, content, Finishing(lambda _: [b"one"], lambda draft, more: BuildOutcome()))
    assert app._bar.state["counts"]["error"] == 0
    assert app._bar.state["counts"]["blank"] == 1
    assert app._finish.build_button.description == "生成草稿（还有空格）"
    app._finish.preview_button.click()
    waited(app)
    assert "还有 1 处没有填写（没有发生的填 0），所以标有“草稿”" in app._finish.outcome.value
    assert app._bar.state["counts"]["error"] == 1
    assert app._bar.state["counts"]["blank"] == 0


def test_the_heading_follows_the_name_and_an_emptied_name_is_an_error(tmp_path: Path) -> None:
    app = form(tmp_path)
    name = app._organ._widgets["organ.name"]
    name.value = "云溪县望江镇人民政府"
    assert "云溪县望江镇人民政府2024年" in app._title.value
    name.value = ""
    assert "机关全称还没有填" in app._organ._notes.value
    assert app._bar.state["counts"]["error"] == 1
    assert name.value == "", "what is on the screen is not put back"


@pytest.mark.parametrize(
    ("typed", "count", "approximate", "shown"),
    [
        ("350余条", 350, True, "350"), ("约500", 500, True, "500"), ("1,000条", 1000, False, "1000"), ("3件", 3, False, "3"),
        ("１２", 12, False, "12"), ("三百", None, False, "三百"), ("11①", None, False, "11①"), ("-3", None, False, "-3"),
    ],
)  # fmt: skip
def test_what_is_typed_as_a_count_is_the_value_or_an_error(
    tmp_path: Path, typed: str, count: int | None, approximate: bool, shown: str
) -> None:
    app = form(tmp_path)
    app._channels._append()
    name, box, about, _ = app._channels._rows.children[0].children
    name.value = "网站"
    for length in range(1, len(typed) + 1):
        box.value = typed[:length]
    app._rest()
    assert box.value == typed, "nothing is rewritten under the hands, not in a pause either"
    send(app, "bar", kind="settle", box="channels-0-count")
    channels = [(item.count, item.approximate) for item in read_report(app._desk.path).channels]
    assert channels == ([] if count is None else [(count, approximate)])
    assert (box.value, about.value) == (shown, approximate)
    assert app._bar.state["counts"]["error"] == (count is None)


def test_an_amount_is_read_like_a_cell(tmp_path: Path) -> None:
    app = form(tmp_path)
    amount, notices = (app._fee._widgets[f"processing_fee.{key}"] for key in ("amount_yuan", "notices"))
    for text in ("1", "1,", "1,0", "1,00", "1,000", "1,000元"):
        amount.value = text
    assert amount.value == "1,000元"
    assert app._desk.report.processing_fee == ProcessingFee(amount_yuan=Decimal(1000)), "the other box stays blank"
    notices.value = "2件"
    app._rest()
    send(app, "bar", kind="settle", box="processing_fee-amount_yuan")
    assert (amount.value, notices.value) == ("1000", "2件"), "the box that is typed in by now waits for its end"
    send(app, "bar", kind="settle", box="processing_fee-notices")
    assert notices.value == "2"
    assert read_report(app._desk.path).processing_fee == ProcessingFee(notices=2, amount_yuan=Decimal(1000))


def test_what_was_carried_over_is_marked_and_can_be_accepted_at_once(tmp_path: Path) -> None:
    path = desk_with(tmp_path, report()).path
    Journal(path).append([Marks("carried", NOON, "王工", ("organ.name", "figures.applications.carried_in.business"))])
    desk = Desk(path, who="王工", now=lambda: NOON)
    app = FormApp(desk, Case(desk.report), Finishing(no_pages, lambda draft, more: BuildOutcome()), lambda: NOON)
    name = app._organ._widgets["organ.name"]
    assert name.description == "机关全称（与标题一致）（带入）"
    notice = next(item for item in app._list.state["findings"] if "带过来" in item["message"])
    assert notice["cells"] == ["applications.carried_in.business"]
    send(app, "bar", kind="mend", id=notice["id"], mend=0)
    assert name.description == "机关全称（与标题一致）"
    assert not any("带过来" in item["message"] for item in app._list.state["findings"])


def test_with_errors_only_a_draft_can_be_made_and_the_button_says_so(tmp_path: Path) -> None:
    app = form(tmp_path)
    send(app, "applications", kind="change", number=1, keep=True, changes={"applications.new.business": "4"})
    assert app._finish.build_button.description == "生成草稿（还有错误）"


@pytest.mark.parametrize("accident", [CannotWrite(Path("年报.pdf"), "磁盘已满"), RuntimeError("boom")])
def test_an_accident_while_finishing_is_one_sentence(tmp_path: Path, accident: Exception) -> None:
    def fail(_: Report) -> Sequence[bytes]:
        raise accident

    app = form(tmp_path, finishing=Finishing(fail, lambda draft, more: BuildOutcome()))
    app._finish.preview_button.click()
    waited(app)
    assert "alert" in app._finish.outcome.value
    assert "boom" not in app._finish.outcome.value


def test_a_report_without_a_change_has_no_history(tmp_path: Path) -> None:
    app = form(tmp_path)
    app._finish.history_button.click()
    assert "还没有修改过" in app._finish.outcome.value
    assert app._finish.shown.value == ""


def test_the_history_names_places_in_words(tmp_path: Path) -> None:
    app = form(tmp_path)
    send(app, "applications", kind="change", number=1, keep=True, changes={"applications.new.business": "4"})
    app._finish.history_button.click()
    assert "表三 一、本年新收政府信息公开申请数量·商业企业" in app._finish.shown.value
    assert "王工" in app._finish.shown.value


def offered(app: FormApp) -> list[str]:
    return [mend["label"] for finding in app._list.state["findings"] for mend in finding["mends"]]


def test_mends_stay_on_offer_when_something_else_is_changed(tmp_path: Path) -> None:
    app = form(tmp_path, read_report(SAMPLE))
    send(app, "applications", kind="change", number=1, keep=True, changes={"applications.new.natural_person": "7"})
    before = offered(app)
    assert before
    app._organ._widgets["organ.contact.phone"].value = "0601-5550188"
    assert offered(app) == before
    path = app._desk.path
    path.write_text(path.read_text(encoding="utf-8") + "# 别人加的一行\n", encoding="utf-8")
    send(app, "bar", kind="save")
    app._alerts._press["ours"].click()
    assert offered(app) == before
    app._finish.preview_button.click()
    waited(app)
    assert offered(app) == before, "blanks are errors from now on, and the sums have their mends"


def test_the_page_for_a_site_is_shown_as_it_is_pasted_and_grows_old_with_the_report(tmp_path: Path) -> None:
    app = faultless_form(
        tmp_path, Finishing(no_pages, lambda draft, more: BuildOutcome(), page=lambda report: f"<p>{report.organ.name}</p>")
    )
    assert app._finish.page_button in app._finish.box.children[0].children
    app._finish.page_button.click()
    assert f'aria-label="粘贴到网站的内容" tabindex="0"><p>{faultless().organ.name}' in waited(app)
    assert "标题栏" in app._finish.outcome.value
    app._organ._widgets["organ.contact.phone"].value = "0601-5550111"
    assert "请重新复制" in app._finish.outcome.value


def test_a_form_without_a_page_for_a_site_does_not_offer_it(tmp_path: Path) -> None:
    app = form(tmp_path)
    assert app._finish.page_button not in app._finish.box.children[0].children


def test_both_copies_and_the_picture_are_offered_by_their_names(tmp_path: Path) -> None:
    names = ("年报.pdf", "年报（发布稿）.pdf", "年报（一图读懂）.pdf", "年报（一图读懂）.png", "年报（解读草稿）.docx")
    files = tuple(tmp_path / name for name in names)
    for file in files:
        file.write_bytes(b"%PDF")
    asked: list[tuple[str, ...]] = []

    def build(draft: bool, more: tuple[str, ...]) -> BuildOutcome:
        asked.append(more)
        return BuildOutcome(files, draft)

    app = faultless_form(tmp_path, Finishing(no_pages, build))
    app._finish.more["pdf-public"].value = True
    app._finish.build_button.click()
    shown = re.sub(r'" href="[^"]*', "", waited(app))
    labels = re.findall(r">下载 ([^<]*)<", shown)
    assert labels == [
        "PDF（正式文本）：报送稿", "PDF：发布稿（没有校验说明和数据码）", "一图读懂（PDF）", "一图读懂（图片）",
        "解读草稿（Word）",
    ]  # fmt: skip
    assert asked == [("pdf-public",)]


def with_channel(folder: Path) -> FormApp:
    app = form(folder)
    app._channels._append()
    app._channels._lines[0].name.value = "微信公众号"
    return app


def test_an_exact_number_takes_back_the_tick_that_words_have_set(tmp_path: Path) -> None:
    app = with_channel(tmp_path)
    row = app._channels._lines[0]
    row.count.value = "200多"
    send(app, "bar", kind="settle", box="channels-0-count")  # the box shows 200 from now on
    assert (row.count.value, row.about.value) == ("200", True)
    row.count.value = "300"
    assert row.about.value is False
    assert [(item.count, item.approximate) for item in app._desk.report.channels] == [(300, False)]


def test_a_tick_set_by_hand_stays_whatever_number_is_typed(tmp_path: Path) -> None:
    app = with_channel(tmp_path)
    row = app._channels._lines[0]
    row.about.value = True
    row.count.value = "200"
    send(app, "bar", kind="settle", box="channels-0-count")
    row.count.value = "300"
    assert row.about.value is True


def test_a_box_that_was_left_settles_alone(tmp_path: Path) -> None:
    app = with_channel(tmp_path)
    app._channels._append()
    left, typed_in = app._channels._lines
    typed_in.name.value = "网站"
    left.count.value = "约3"
    typed_in.count.value = "约5"  # before the news of the first box comes
    send(app, "bar", kind="settle", box="channels-0-count")
    assert (left.count.value, typed_in.count.value) == ("3", "约5"), "with 5 there, 50 would not be 约50 any more"


@pytest.mark.parametrize(("typed", "label", "count"), [("近千", "改为 约1000", 1000), ("三百余", "改为 约300", 300)])
def test_a_mend_of_an_approximate_count_keeps_it_approximate(tmp_path: Path, typed: str, label: str, count: int) -> None:
    app = with_channel(tmp_path)
    app._channels._lines[0].count.value = typed
    (listed,) = [item for item in app._list.state["findings"] if item["where"] == "channels.0.count"]
    assert [mend["label"] for mend in listed["mends"]] == [label]
    send(app, "bar", kind="mend", id=listed["id"], mend=0)
    assert [(item.count, item.approximate) for item in app._desk.report.channels] == [(count, True)]
    assert app._channels._lines[0].about.value is True


@pytest.mark.parametrize(
    ("path", "typed", "expected"),
    [
        ("processing_fee.amount_yuan", "1.234", "不小于 0 的数，最多两位小数"),
        ("processing_fee.amount_yuan", "-5", "不小于 0 的数，最多两位小数"),
        ("processing_fee.amount_yuan", "9" * 20, "不超过 15 位的数"),
        ("processing_fee.notices", "9" * 17, "不超过 15 位的数"),
        ("processing_fee.notices", "1.5", "不小于 0 的整数"),
    ],
)
def test_a_number_that_was_refused_is_not_offered_again(tmp_path: Path, path: str, typed: str, expected: str) -> None:
    app = form(tmp_path)
    app._fee._widgets[path].value = typed
    (listed,) = [item for item in app._list.state["findings"] if item["where"] == path and item["severity"] == "error"]
    assert f"应是{expected}，现为“{typed}”" in listed["message"]
    assert listed["mends"] == []
