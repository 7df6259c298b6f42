"""An input method and other windows: the start screen, a form drawn once more, a kernel that dies, two windows at once."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.driving import Lab, choose, open_notebook, replaced_form, run_all, to_start_screen, wait_for_form, wait_until
from tests.browser.filling import copy_of, opened
from tests.browser.input_method import emptied, words


@pytest.fixture
def page(desk: Page) -> Page:
    """The window of the module."""
    return desk


def test_words_arrive_on_the_start_screen(page: Page, lab: Lab) -> None:
    choose(page, copy_of(lab, "起头镇"))
    to_start_screen(page)
    for label in ("填报人", "查找机关"):
        box = page.get_by_label(label).first
        method = emptied(page, box)
        for word, spelling in words(3):
            method.word(word, spelling, 100, 0.1)
        page.wait_for_timeout(600)
        assert box.input_value() == "".join(word for word, _ in words(3))


def test_the_form_is_drawn_once_more_meanwhile(page: Page, lab: Lab) -> None:
    choose(page, copy_of(lab, "重画镇"))
    box = page.locator(".nb-text-area").first
    method = emptied(page, box)
    method.word("公开", "gongkai", 60, 0)
    page.wait_for_timeout(1000)
    method.letters("xinxi", 60)
    with replaced_form(page):
        run_all(page)
    assert page.locator(".nb-form:not([data-old]) .nb-text-area").first.input_value() == "公开"


def test_the_kernel_dies_meanwhile(page: Page, lab: Lab) -> None:
    choose(page, copy_of(lab, "断电镇"))
    box = page.locator(".nb-text-area").first
    method = emptied(page, box)
    method.word("公开", "gongkai", 60, 0)
    method.letters("xinxi", 60)
    with replaced_form(page):
        for kernel in lab.kernels():
            kernel.kill()
        page.locator(".nianbao-veil").wait_for()
    text = page.locator(".nb-form:not([data-old]) .nb-text-area").first
    expect(text).to_have_value("公开")


def test_two_windows_type_at_once(page: Page, browser: Browser, lab: Lab) -> None:
    first = page
    choose(first, copy_of(lab, "两窗镇"))
    with opened(browser, lab, copy_of(lab, "另窗镇")) as second:
        open_notebook(first, lab)
        wait_for_form(first)
        second.locator(".nianbao-veil").wait_for()  # only one window has the form
        method = emptied(first, first.locator(".nb-text-area").first)
        for word, spelling in words(4):
            method.word(word, spelling, 60, 0)
            second.keyboard.type("9")
        first.wait_for_timeout(800)
        assert first.locator(".nb-text-area").first.input_value() == "公开信息不够及时"
        wait_until(lambda: "9" not in first.locator(".nb-text-area").first.input_value())
