"""Nothing is lost, seen in the browser: kernel killed, page reloaded, machine switched off, two people on one organ."""

from __future__ import annotations

import re
import shutil
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.driving import (
    NOTEBOOK,
    Lab,
    choose,
    new_page,
    open_notebook,
    open_once,
    replaced_form,
    run_all,
    saved_notebook,
    to_start_screen,
    wait_for_form,
    wait_for_kernel,
    wait_until,
    window,
)
from tests.browser.filling import cell, on_disk, shown, type_into, wait_focused, wait_shown
from tests.browser.input_method import emptied, words
from tests.browser.relay import relay
from tests.local_server import running
from toolkit.entry.desk.journal import Journal
from toolkit.report import read_report

NEW, GRANTED = "applications.new.natural_person", "applications.granted.natural_person"
# Notes whether the form has shown a text, if only until the next saving: what asks from time to time may miss it.
WATCH = """text => { window.wasShown = false; new MutationObserver(
    () => { window.wasShown ||= document.querySelector('.nb-form')?.textContent.includes(text); }
).observe(document.body, { subtree: true, childList: true, characterData: true }); }"""


def start(page: Page, lab: Lab, organ: Path) -> None:
    open_once(page, lab)
    choose(page, organ)


@pytest.fixture
def page(desk: Page) -> Page:
    """The window of the module."""
    return desk


def test_a_change_is_on_the_disk_and_outlasts_a_reload(page: Page, lab: Lab, organ: Path) -> None:
    start(page, lab, organ)
    type_into(page, NEW, "7")
    wait_until(lambda: on_disk(organ, NEW) == 7)
    cell(page, GRANTED).click()
    with replaced_form(page):
        page.reload()  # the form that was open, without a press
    wait_shown(page, NEW, "7")
    wait_focused(page, GRANTED)
    wait_until(lambda: read_report(organ).number("applications", "new", "natural_person") == 7)  # nobody pressed 保存


# what lies over the form in the very moment it comes, and what a key does there
WATCH_VEIL = """() => new MutationObserver((_, self) => {
    const veil = document.querySelector('.nianbao-veil');
    if (!veil) return;
    self.disconnect();
    const key = new KeyboardEvent('keydown', { key: '7', bubbles: true, cancelable: true });
    setTimeout(() => {
        document.activeElement.dispatchEvent(key);
        window.veil = {
            text: veil.innerText, role: veil.role, spoken: veil.ariaLabel, reached: !key.defaultPrevented,
            held: document.activeElement === veil, over: document.querySelector('.jp-Notebook').inert,
        };
    });
}).observe(document.body, { childList: true, subtree: true })"""


def test_the_kernel_killed_in_the_middle_of_typing_comes_back_with_the_last_change(page: Page, lab: Lab, organ: Path) -> None:
    start(page, lab, organ)
    type_into(page, NEW, "41")
    wait_until(lambda: on_disk(organ, NEW) == 41)
    cell(page, GRANTED).click()
    killed = lab.kernels()
    for kernel in killed:
        kernel.suspend()  # nobody answers the keys that come now
    page.keyboard.type("40")  # neither Enter nor Tab
    wait_shown(page, GRANTED, "40")
    page.evaluate(WATCH_VEIL)
    with replaced_form(page):
        for kernel in killed:
            kernel.kill()
    assert not set(killed) & set(lab.kernels())
    wait_shown(page, NEW, "41")
    wait_shown(page, GRANTED, "40")
    wait_focused(page, GRANTED)
    wait_until(lambda: on_disk(organ, GRANTED) == 40)
    page.keyboard.press("Enter")  # the clerk goes on where the keyboard was
    wait_focused(page, "applications.partly_granted.natural_person")
    assert page.locator(".jp-Dialog").count() == 0  # no word of kernels
    veil = page.evaluate("window.veil")
    assert "正在恢复填报表" in veil["text"]
    assert "已填的都在" in veil["spoken"]
    assert (veil["role"], veil["held"], veil["over"], veil["reached"]) == ("alertdialog", True, True, False)


def test_what_was_typed_into_ordinary_boxes_and_composed_outlasts_a_killed_kernel(page: Page, lab: Lab, organ: Path) -> None:
    start(page, lab, organ)
    page.locator(".nb-at-organ-contact-phone input").fill("见网站")
    page.locator(".nb-list .nb-button", has_text="确认无误").first.click()
    page.get_by_role("button", name="增加一个渠道").click()
    row = ".nb-at-channels-3-"
    page.locator(f"{row}name input").wait_for()
    killed = lab.kernels()
    for kernel in killed:
        kernel.suspend()  # from here on it hears nothing
    typed = {
        ".nb-at-organ-contact-office input": "云溪县柳湾镇党政办公室",
        ".nb-at-narrative-preamble textarea": "本年度报告依照条例编制。",
        ".nb-at-processing_fee-amount_yuan input": "1,200",
        ".nb-reason input": "已向办公室核实",
        f"{row}name input": "柳湾镇村村通广播",
        f"{row}count input": "35",
    }
    for box, text in typed.items():
        page.locator(box).click()
        page.keyboard.press("Control+a")
        page.keyboard.type(text)
    page.locator(f"{row}approximate input").check()
    method = emptied(page, page.locator(".nb-text-area").first)
    method.word("公开", "gongkai", 60, 0)
    method.letters("xinxi", 60)  # no word is chosen
    with replaced_form(page):
        for kernel in killed:
            kernel.kill()
        page.locator(".nianbao-veil").wait_for()
    expect(page.locator(".nb-form:not([data-old]) .nb-text-area").first).to_have_value("公开")
    for box, text in typed.items():
        expect(page.locator(f".nb-form:not([data-old]) {box}")).to_have_value(re.compile(text.replace(",", ",?")))
    wait_until(lambda: read_report(organ).channels[-1].approximate and read_report(organ).processing_fee.amount_yuan == 1200)
    saved = read_report(organ)
    assert (saved.channels[-1].name, saved.channels[-1].count) == ("柳湾镇村村通广播", 35)
    assert saved.organ.contact.office == "云溪县柳湾镇党政办公室"
    assert saved.narrative.preamble == "本年度报告依照条例编制。"
    page.wait_for_function("Object.keys(localStorage).filter(key => key.startsWith('nianbao-unsent')).length === 0")


def test_names_typed_on_the_start_screen_outlast_a_killed_kernel(page: Page, lab: Lab, organ: Path) -> None:
    to_start_screen(page)
    typed = {"填报人": "王小芳", "查找机关": organ.stem, "地区/机关": "云溪县/新"}
    for label, text in typed.items():
        page.get_by_label(label).first.fill(text)
    page.evaluate("document.querySelector('.nb-start').dataset.old = '1'")
    for kernel in lab.kernels():
        kernel.kill()
    screen = page.locator(".nb-start:not([data-old])")
    for label, text in typed.items():
        expect(screen.get_by_label(label).first).to_have_value(text)
    expect(screen.locator(".nb-organs option")).to_have_text([re.compile(organ.stem)])  # the search was made
    choose(page, organ)
    assert page.evaluate("sessionStorage.getItem('nianbao-start')") is None  # of no use to the next visit


def test_no_key_changes_the_notebook_wherever_the_keyboard_is(page: Page, lab: Lab, organ: Path) -> None:
    start(page, lab, organ)
    before = saved_notebook(lab)
    cells = "[...document.querySelectorAll('.jp-Cell')].map(cell => cell.className.match(/jp-(Code|Markdown|Raw)Cell/)[1]).join()"
    kinds = page.evaluate(cells)
    for place in (".jp-Cell:nth-of-type(5)", ".jp-Cell:has(.nb-form)", ".jp-Notebook", "body"):
        page.evaluate("place => { document.activeElement.blur(); document.querySelector(place).focus(); }", place)
        for key in ("d", "d", "x", "m", "r", "a", "b", "v", "0", "0", "Enter", "9", "Shift+m", "Control+Enter", "Alt+Enter"):
            page.keyboard.press(key)
        for key in ("Control+b", "Control+f", "Control+Shift+c", "Control+Shift+f", "Alt+1", "Control+Shift+q", "Alt+w"):
            page.keyboard.press(key)
    assert page.evaluate(cells) == kinds
    assert "jp-mod-editMode" not in str(page.locator(".jp-Notebook").get_attribute("class"))
    assert page.locator(".nb-form").is_visible()
    assert page.locator(".jp-Dialog").count() == 0
    assert saved_notebook(lab) == before
    assert not page.locator("#jp-left-stack:visible, .jp-DocumentSearch-overlay, .jp-ModalCommandPalette:visible").count()
    page.get_by_role("menubar").get_by_text("文件", exact=True).click()
    page.locator(".lm-Menu-itemLabel:visible", has_text="关闭").wait_for()
    assert list(filter(None, page.locator(".lm-Menu-itemLabel:visible").all_inner_texts())) == ["打印…", "注销", "关闭"]
    page.keyboard.press("Escape")


class NotOurs(BaseHTTPRequestHandler):
    """A JupyterLab of somebody else: it answers, and knows neither our token nor our kernel."""

    def do_GET(self) -> None:
        self.send_error(HTTPStatus.FORBIDDEN)

    def log_message(self, *_: object) -> None: ...


def test_network_gone_and_machine_switched_off_what_was_typed_is_there(page: Page, lab: Lab, organ: Path) -> None:
    """The network comes back, the machine is started again; meanwhile somebody else's program at our address is not ours."""
    start(page, lab, organ)
    with relay(lab.port) as network:
        page.goto(lab.url.replace(f":{lab.port}/", f":{network.port}/"))
        wait_for_form(page)
        type_into(page, NEW, "83")
        wait_until(lambda: on_disk(organ, NEW) == 83)
        cell(page, GRANTED).click()
        network.hold()
        page.keyboard.type("84")  # before anybody knows
        network.cut()
        expect(page.get_by_role("alertdialog")).to_contain_text("与程序的连接断开了。已填的都在")
        with replaced_form(page):
            network.mend()
        wait_shown(page, GRANTED, "84")
        wait_until(lambda: on_disk(organ, GRANTED) == 84)
        type_into(page, NEW, "52")
        wait_until(lambda: on_disk(organ, NEW) == 52)
        lab.kill()  # before the file was written: the journal has it
        with running(ThreadingHTTPServer(("127.0.0.1", lab.port), NotOurs)):  # at once: it answers the first question
            expect(page.get_by_role("alertdialog")).to_contain_text("与程序的连接断开了。已填的都在")
            expect(page.get_by_role("button", name="重新打开")).to_be_focused()
    lab.start()
    start(page, lab, organ)
    wait_shown(page, NEW, "52")
    wait_until(lambda: read_report(organ).number("applications", "new", "natural_person") == 52)


@pytest.mark.parametrize("same_browser", [True, pytest.param(False, marks=pytest.mark.sweep)])
def test_a_second_window_has_the_form_and_the_first_is_warned(
    page: Page, browser: Browser, lab: Lab, organ: Path, same_browser: bool
) -> None:
    start(page, lab, organ)
    type_into(page, NEW, "31")
    wait_until(lambda: on_disk(organ, NEW) == 31)
    cell(page, GRANTED).click()
    page.keyboard.type("40")  # neither Enter nor Tab
    with window(browser) if same_browser else new_page(browser) as second:
        open_notebook(second, lab)
        wait_for_form(second)
        warning = page.get_by_role("alertdialog")
        expect(warning).to_contain_text("填报表已在另一个窗口打开。已填的都在")
        expect(page.get_by_role("button", name="在这里继续")).to_be_focused()
        wait_shown(second, NEW, "31")
        wait_shown(second, GRANTED, "40")
        type_into(second, NEW, "32")
        wait_until(lambda: on_disk(organ, NEW) == 32 and on_disk(organ, GRANTED) == 40)
        with replaced_form(second):  # the window that has the form revives it
            for kernel in lab.kernels():
                kernel.kill()
        expect(warning).to_contain_text("填报表已在另一个窗口打开")
        with replaced_form(page):
            page.keyboard.press("Enter")  # on the button
        wait_shown(page, NEW, "32")
        expect(second.get_by_role("alertdialog")).to_contain_text("填报表已在另一个窗口打开")
        type_into(page, NEW, "33")
        wait_until(lambda: on_disk(organ, NEW) == 33)
        text = page.locator(".nb-text-area").first
        method = emptied(page, text)
        for word, spelling in words(4):
            method.word(word, spelling, 60, 0)
            second.keyboard.type("9")
        expect(text).to_have_value("公开信息不够及时")
        wait_until(lambda: read_report(organ).narrative.overview == "公开信息不够及时")
        expect(text).to_have_value("公开信息不够及时")


@pytest.mark.sweep  # of one person after the other, without a second kernel: test_form_read_only.py
def test_the_second_person_is_warned_reads_and_takes_over(page: Page, browser: Browser, lab: Lab, organ: Path) -> None:
    start(page, lab, organ)
    type_into(page, NEW, "63")
    wait_until(lambda: on_disk(organ, NEW) == 63)
    shutil.copy(lab.folder / NOTEBOOK, lab.folder / "notebooks" / "second.ipynb")  # a kernel of their own
    with new_page(browser) as second:
        open_notebook(second, lab, "notebooks/second.ipynb")
        wait_for_kernel(lab, "notebooks/second.ipynb")
        run_all(second)
        choose(second, organ, who="李强")
        expect(second.locator(".nb-alerts")).to_contain_text("起正在填报这份年报")
        wait_shown(second, NEW, "63")
        take_over = second.get_by_role("button", name="接手")
        take_over.click()
        expect(take_over).to_be_hidden()
        type_into(second, NEW, "64")
        wait_until(lambda: on_disk(organ, NEW) == 64)
        expect(page.locator(".nb-alerts")).to_contain_text("李强 从")  # nobody touched this window
        type_into(page, NEW, "65")
        assert on_disk(organ, NEW) == 64


def test_a_file_changed_underneath_is_shown_beside_ours_and_both_are_kept(page: Page, lab: Lab, organ: Path) -> None:
    start(page, lab, organ)
    type_into(page, NEW, "7")
    wait_until(lambda: read_report(organ).number("applications", "new", "natural_person") == 7)
    organ.write_text(organ.read_text(encoding="utf-8").replace("河街9号", "河街19号"), encoding="utf-8")
    expect(page.locator(".nb-bar-unsaved")).to_contain_text("还没有写进填报数据")
    page.get_by_role("button", name="保存", exact=True).click()
    alert = page.locator(".nb-alerts")
    expect(alert).to_contain_text("被别人或别的程序改动过")
    expect(alert).to_contain_text("河街19号")
    assert "河街19号" in organ.read_text(encoding="utf-8")
    page.get_by_role("button", name="用文件里的，再加上这里改过的").click()
    page.get_by_role("button", name="保存", exact=True).click()
    wait_until(lambda: read_report(organ).number("applications", "new", "natural_person") == 7)
    assert read_report(organ).organ.contact.address.endswith("河街19号")


def test_on_a_full_disk_the_clerk_is_warned_and_keeps_the_typed_text(page: Page, lab: Lab, organ: Path) -> None:
    start(page, lab, organ)
    journal = Journal(organ).path
    journal.symlink_to("/dev/full")
    page.evaluate(WATCH, "磁盘已满")
    type_into(page, NEW, "7")
    page.wait_for_function("window.wasShown")
    assert shown(page, NEW) == "7"
    journal.unlink()
    type_into(page, GRANTED, "7")
    wait_until(lambda: on_disk(organ, NEW) == 7 and on_disk(organ, GRANTED) == 7)


def test_a_file_that_cannot_be_read_is_reported_on_the_start_screen(page: Page, lab: Lab, organ: Path) -> None:
    organ.write_text("year: 2024\norgan: {name: 甲, nme: 乙}\n", encoding="utf-8")
    to_start_screen(page)
    page.get_by_label("查找机关").fill(organ.stem)
    page.wait_for_function(
        "name => [...document.querySelectorAll('.nb-organs option')].every(option => option.label.includes(name))", arg=organ.stem
    )
    page.get_by_role("button", name="打开填报").click()
    expect(page.get_by_role("alert")).to_contain_text("第 2 行")
