"""Confirming what was recognised on a scan: the cut-out beside the cell, Enter, typing, F8."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from tests.browser.driving import Lab, choose
from tests.browser.filling import cell, copy_of, focused, wait_focused, wait_shown
from toolkit.report.scanned import ScannedCell, keep_scanned, read_scanned

FIRST, SECOND, THIRD = (f"applications.{row}.natural_person" for row in ("new", "granted", "partly_granted"))


def cut_out(text: str) -> bytes:
    picture = Image.new("L", (120, 40), 250)
    ImageDraw.Draw(picture).text((60, 20), text, 30, anchor="mm", font_size=22)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def test_enter_confirms_typing_replaces_and_the_cut_out_is_beside_the_cell(desk: Page, lab: Lab) -> None:
    path = copy_of(lab, "扫描镇")
    keep_scanned(path, {name: ScannedCell("12", cut_out("12"), True) for name in (FIRST, SECOND, THIRD)})
    page = desk
    choose(page, path)
    cell(page, FIRST).click()
    picture = cell(page, FIRST).locator(".nb-scan img")
    expect(picture).to_be_visible()
    page.wait_for_function("image => image.complete && image.naturalWidth === 120", arg=picture.element_handle())
    page.keyboard.press("Enter")
    wait_focused(page, SECOND)
    expect(cell(page, SECOND).locator(".nb-scan")).to_be_visible()
    expect(cell(page, FIRST).locator(".nb-scan")).to_have_count(0)
    page.keyboard.press("F8")  # from the cell with the keyboard
    wait_focused(page, THIRD)
    cell(page, SECOND).click()
    page.keyboard.type("7")
    page.keyboard.press("Enter")
    wait_focused(page, THIRD)
    wait_shown(page, SECOND, "7")
    page.keyboard.press("Enter")
    expect(page.locator(".nb-scan")).to_have_count(0)
    assert focused(page) != THIRD
    expect(page.locator(".nb-form")).not_to_contain_text("还没有确认")
    assert read_scanned(path) == {}
