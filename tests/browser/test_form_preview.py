"""预览 is brought into view, can be enlarged to the width of the form, and is what Ctrl+P prints."""

from __future__ import annotations

import io

import pikepdf
import pytest
from playwright.sync_api import Page, expect

from tests.browser.driving import Lab, choose
from tests.browser.filling import copy_of


@pytest.fixture(scope="module")
def form(module_desk: Page, lab: Lab) -> Page:
    page = module_desk
    choose(page, copy_of(lab, "看样镇"))
    # how many pages there were each time something was printed
    page.evaluate(
        """() => {
            window.printed = [];
            window.print = () => { window.printed.push(document.querySelectorAll(".nb-pages img").length); };
        }"""
    )
    return page


def test_printing_makes_the_preview_first(form: Page) -> None:
    form.locator(".nb-text-area").first.focus()
    form.keyboard.press("Control+p")
    form.wait_for_function("window.printed.length > 0")
    assert form.evaluate("window.printed") == [form.locator(".nb-pages img").count()]


def test_a_page_is_enlarged_to_the_width_of_the_form_and_back(form: Page) -> None:
    page = form.locator(".nb-pages img").nth(1)
    small = page.bounding_box()
    page.click()
    large = page.bounding_box()
    assert small is not None
    assert large is not None
    assert large["width"] > 1.8 * small["width"]
    assert large["width"] <= page.evaluate("image => image.naturalWidth")
    expect(page).to_be_in_viewport()
    form.get_by_role("button", name="缩小").click()
    assert page.bounding_box()["width"] == small["width"]  # type: ignore[index]


def test_what_is_printed_is_the_report(form: Page) -> None:
    pages = form.locator(".nb-pages img").count()
    form.evaluate("window.printed.length = 0")
    form.keyboard.press("Control+p")
    form.wait_for_function("window.printed.length > 0")
    form.wait_for_timeout(500)
    assert form.evaluate("window.printed") == [pages]
    form.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    document = pikepdf.open(io.BytesIO(form.pdf(prefer_css_page_size=True)))
    form.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert len(document.pages) == pages
    width, height = (float(value) for value in document.pages[0].mediabox[2:])
    assert (round(width), round(height)) == (595, 842)
    assert form.locator("body > .nb-print").count() == 0
