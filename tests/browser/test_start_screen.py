"""The start screen in the browser: by keyboard alone, without an accessibility violation, at small sizes and double zoom."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.driving import choose, run_all, to_start_screen, wait_for_form, wait_for_no_veil


@pytest.fixture
def screen(desk: Page, organ: Path) -> Page:
    """A start screen that nobody has touched and that has the organ of the test: the notebook is run again."""
    page = desk
    page.set_viewport_size({"width": 1280, "height": 800})
    to_start_screen(page)
    page.evaluate("document.querySelector('.nb-start').dataset.old = '1'")
    run_all(page)
    page.locator(".nb-start:not([data-old])").wait_for()
    page.locator(".nb-start[data-old]").wait_for(state="detached")
    wait_for_no_veil(page)
    return page


def test_an_organ_is_found_and_opened_by_keyboard_alone(screen: Page, organ: Path) -> None:
    page = screen
    page.get_by_role("combobox", name="报告年度").focus()  # from December on the card with a text box of this name comes first
    page.keyboard.press("Tab")
    expect(page.locator("*:focus")).to_have_attribute("placeholder", "输入名称中的几个字")
    page.keyboard.type(organ.stem)
    page.locator(".nb-organs option", has_text=organ.stem).first.wait_for(state="attached")
    page.wait_for_function("document.querySelectorAll('.nb-organs option').length === 1")
    page.keyboard.press("Enter")
    wait_for_form(page)


def test_an_error_far_below_is_reported_in_view(screen: Page) -> None:
    page = screen
    first = "document.activeElement.matches('.nb-go-on, .nb-search input')"  # where one goes on, or types first
    page.wait_for_function(first)
    page.set_viewport_size({"width": 1000, "height": 360})
    page.get_by_label("地区/机关").first.fill("没有斜线")
    page.get_by_role("button", name="新建并打开").click()
    expect(page.get_by_role("alert")).to_be_in_viewport()


@pytest.mark.parametrize("content", [b"year: [", b"\x89PNG\xff"], ids=["text", "no text"])
def test_a_file_that_cannot_be_read_is_reported_in_view(screen: Page, organ: Path, content: bytes) -> None:
    page = screen
    page.set_viewport_size({"width": 911, "height": 512})  # 150 % on the usual screen
    organ.write_bytes(content)
    page.get_by_label("查找机关").fill(organ.stem)
    page.wait_for_function("document.querySelectorAll('.nb-organs option').length === 1")
    page.get_by_role("button", name="打开填报").click()
    expect(page.get_by_role("alert")).to_be_in_viewport()
    expect(page.locator(".nb-repair :focus")).to_be_in_viewport()


COMMANDS = ("d", "d", "x", "0", "0", "b")  # JupyterLab's own: delete, cut, restart, insert


def test_keys_typed_here_are_not_taken_for_commands_of_the_notebook(screen: Page, organ: Path) -> None:
    page = screen
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
def test_axe_finds_nothing_and_nothing_is_cut_off(screen: Page, width: int, height: int, tmp_path: Path) -> None:
    page = screen
    page.set_viewport_size({"width": width, "height": height})
    page.evaluate("() => new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
    findings = Axe().run(page, context=".nb-start").response["violations"]
    assert not [(item["id"], [node["html"][:150] for node in item["nodes"]]) for item in findings]
    edges = page.evaluate("[...document.querySelectorAll('.nb-start *')].map(e => e.getBoundingClientRect().right)")
    assert max(edges) <= width + 1
    page.screenshot(path=tmp_path / f"start-{width}.png")
