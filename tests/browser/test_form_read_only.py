"""A report that somebody else has is looked at only: greyed, refusing what is typed in words, until it is taken over.

The other person is a lock of this process; two persons with a kernel each are in ``test_persistence.py``, with the sweeps.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driving import Lab, choose, to_start_screen, wait_for_form, wait_until
from tests.browser.filling import NEW, cell, copy_of, on_disk, paste, shown, type_into, wait_shown
from tests.browser.input_method import InputMethod
from toolkit.entry.desk.lock import Lock

ADDRESS = f"{NEW}.natural_person"
GREY = "rgb(236, 239, 242)"


@pytest.fixture
def page(desk: Page) -> Page:
    """The window of the module."""
    return desk


def held(path: Path) -> Lock:
    """The lock of another person: this process is not the kernel's."""
    return Lock(path, who="王小芳", now=lambda: datetime.now().astimezone())


def open_read_only(page: Page, organ: Path) -> None:
    to_start_screen(page)
    page.get_by_label("查找机关").fill(organ.stem)
    page.locator(".nb-organs option", has_text=f"/ {organ.stem}").first.wait_for(state="attached")
    page.get_by_role("button", name="打开填报").click()
    wait_for_form(page)
    page.locator(".nb-locked").first.wait_for()


def test_nothing_that_is_typed_or_pasted_is_shown_until_it_is_taken_over(page: Page, lab: Lab) -> None:
    organ = copy_of(lab, "他人镇")
    lock = held(organ)
    lock.acquire()
    try:
        open_read_only(page, organ)
        before = shown(page, ADDRESS)
        assert cell(page, ADDRESS).evaluate("cell => getComputedStyle(cell).backgroundColor") == GREY
        type_into(page, ADDRESS, "789")
        note = page.locator(".nb-part-grid .nb-said", has_text="这里只能查看")
        expect(note).to_be_visible()
        cell(page, ADDRESS).click()
        paste(page, "7\t8\t9")
        page.keyboard.press("Delete")
        InputMethod(page).word("公开", "gongkai", 60, 0)
        page.keyboard.press("Control+z")
        page.wait_for_timeout(800)
        assert shown(page, ADDRESS) == before
        assert page.locator(".nb-editor:focus").input_value() == before
        text = page.locator(".nb-text-area").first
        written = text.input_value()
        text.focus()
        page.keyboard.type("8")
        expect(page.locator(".nb-here", has_text="这里只能查看")).to_be_visible()
        assert text.input_value() == written
        assert page.locator(".nb-mend:visible, .nb-tools .nb-button:visible:enabled", has_text="零填报").count() == 0
        expect(page.locator(".nb-alerts")).to_contain_text("王小芳 从")
        expect(page.locator(".nb-alerts")).to_contain_text("起正在填报这份年报")
        assert not lock.is_lost()
        take_over = page.get_by_role("button", name="接手")
        take_over.click()
        expect(take_over).to_be_hidden()
        type_into(page, ADDRESS, "64")
        wait_until(lambda: on_disk(organ, ADDRESS) == 64)
        assert lock.is_lost(), "the other desk notices before its next change"
    finally:
        lock.release()


def test_a_person_who_is_taken_over_sees_it(page: Page, lab: Lab) -> None:
    organ = copy_of(lab, "接手镇")
    lock = held(organ)
    choose(page, organ)
    type_into(page, ADDRESS, "5")
    wait_shown(page, ADDRESS, "5")
    page.wait_for_timeout(700)
    lock.take_over()
    try:
        page.locator(".nb-locked").first.wait_for()  # nobody touches this window
        type_into(page, ADDRESS, "66")
        page.wait_for_timeout(500)
        assert shown(page, ADDRESS) == "5"
        mends = page.locator(".nb-form :is(.nb-mend, .nb-list li .nb-button)")
        assert mends.count() > 0
        assert page.locator(".nb-form :is(.nb-mend, .nb-list li .nb-button):enabled").count() == 0
    finally:
        lock.release()


@pytest.mark.parametrize("kind", ["text", pytest.param("cell", marks=pytest.mark.sweep)])
def test_taken_over_while_a_composition_runs(page: Page, lab: Lab, kind: str) -> None:
    organ = copy_of(lab, f"接手途中{kind}镇")
    lock = held(organ)
    choose(page, organ)
    if kind == "cell":
        cell(page, ADDRESS).click()
    box = page.locator(".nb-text-area").first if kind == "text" else page.locator(".nb-editor").nth(1)
    box.focus()
    before = box.input_value()
    method = InputMethod(page)
    method.letters("gongkai", 60)
    lock.take_over()
    try:
        page.locator(".nb-alerts", has_text="王小芳 从").wait_for()
        method.choose("公开")
        page.locator(".nb-locked").first.wait_for()
        expect(box).to_have_value(before)
    finally:
        lock.release()
