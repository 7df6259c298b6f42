"""The start screen in the browser: by keyboard alone, without an accessibility violation, at small sizes and double zoom."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.driving import Lab, choose, open_notebook, to_start_screen, wait_for_form, window


def start_screen(page: Page, lab: Lab) -> None:
    open_notebook(page, lab)
    to_start_screen(page)


def test_an_organ_is_found_and_opened_by_keyboard_alone(page: Page, lab: Lab, organ: Path) -> None:
    start_screen(page, lab)
    page.get_by_label("报告年度").first.focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.placeholder") == "输入名称中的几个字"
    page.keyboard.type(organ.stem)
    page.locator(".nb-organs option", has_text=organ.stem).first.wait_for(state="attached")
    page.wait_for_function("document.querySelectorAll('.nb-organs option').length === 1")
    page.keyboard.press("Enter")
    wait_for_form(page)


def test_what_goes_wrong_far_below_is_told_in_view(page: Page, lab: Lab, organ: Path) -> None:
    start_screen(page, lab)
    first = "document.activeElement.matches('.nb-go-on, .nb-search input')"  # where one goes on, or types first
    page.wait_for_function(first)
    page.set_viewport_size({"width": 1000, "height": 360})
    page.get_by_label("地区/机关").first.fill("没有斜线")
    page.get_by_role("button", name="新建并打开").click()
    expect(page.get_by_role("alert")).to_be_in_viewport()


@pytest.mark.parametrize("content", [b"year: [", b"\x89PNG\xff"], ids=["text", "no text"])
def test_a_file_that_cannot_be_read_is_told_in_view(page: Page, lab: Lab, organ: Path, content: bytes) -> None:
    page.set_viewport_size({"width": 911, "height": 512})  # 150 % on the usual screen
    start_screen(page, lab)
    organ.write_bytes(content)
    page.get_by_label("查找机关").fill(organ.stem)
    page.wait_for_function("document.querySelectorAll('.nb-organs option').length === 1")
    page.get_by_role("button", name="打开填报").click()
    expect(page.get_by_role("alert")).to_be_in_viewport()
    expect(page.locator(".nb-repair :focus")).to_be_in_viewport()


COMMANDS = ("d", "d", "x", "0", "0", "b")  # JupyterLab's own: delete, cut, restart, insert


def test_keys_typed_here_are_not_taken_for_commands_of_the_notebook(page: Page, lab: Lab, organ: Path) -> None:
    start_screen(page, lab)
    page.locator(".nb-start[data-lm-suppress-shortcuts]").wait_for()
    page.get_by_label("机关", exact=True).focus()
    for key in COMMANDS:
        page.keyboard.press(key)
    choose(page, organ)
    page.locator(".nb-form[data-lm-suppress-shortcuts]").wait_for()
    for focus in (page.get_by_label("层级"), page.get_by_role("button", name="保存", exact=True)):
        focus.focus()
        for key in COMMANDS:
            page.keyboard.press(key)
        assert page.locator(".nb-form").is_visible()
        assert page.locator(".jp-Dialog").count() == 0


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (640, 400)])  # the second is what 200 % zoom leaves
def test_axe_finds_nothing_and_nothing_is_cut_off(browser: Browser, lab: Lab, width: int, height: int, tmp_path: Path) -> None:
    with window(browser, width, height) as page:
        start_screen(page, lab)
        found = Axe().run(page, context=".nb-start").response["violations"]
        assert not [(item["id"], [node["html"][:150] for node in item["nodes"]]) for item in found]
        edges = page.evaluate("[...document.querySelectorAll('.nb-start *')].map(e => e.getBoundingClientRect().right)")
        assert max(edges) <= width + 1
        page.screenshot(path=tmp_path / f"start-{width}.png")
