"""The text parts: subtopics, characters counted, figures lit up and following their cells, last year's text beside."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.driving import Lab, choose, wait_until
from tests.browser.filling import NEW, type_into, wait_focused
from toolkit.entry.desk.journal import Journal
from toolkit.report import read_report


@pytest.fixture(scope="module")
def organ_file(lab: Lab) -> Path:
    """Named as an organ that has a report of last year, for the comparison."""
    return lab.params / "2024" / "云溪县" / "柳湾镇.yaml"


@pytest.fixture(scope="module")
def form(module_desk: Page, lab: Lab, organ_file: Path) -> Page:
    page = module_desk
    choose(page, organ_file)
    return page


def overview(form: Page) -> Locator:
    return form.get_by_label("一、总体情况", exact=True)


def test_a_subtopic_becomes_a_numbered_heading(form: Page) -> None:
    area = overview(form)
    area.fill("总的情况。")
    form.get_by_role("button", name="主动公开", exact=True).click()
    form.keyboard.type("做了工作。")
    form.get_by_role("button", name="依申请公开", exact=True).click()
    expect(area).to_have_value("总的情况。\n（一）主动公开\n做了工作。\n（二）依申请公开\n")
    expect(form.get_by_role("button", name="✓ 主动公开")).to_have_count(0)  # the tick is drawn, not read
    form.keyboard.press("Control+z")
    assert "依申请公开" not in area.input_value(), "the browser's own undo knows what was put in"


def test_characters_are_counted_while_typing(form: Page) -> None:
    overview(form).fill("一二三 四\n五𠮷")
    expect(form.locator(".nb-part-text .nb-count").first).to_have_text("6 字")


def test_figures_are_lit_up_and_explained(form: Page) -> None:
    area = overview(form)
    area.fill("今年收到政府信息公开申请987件。")
    expect(form.locator(".nb-mirror .nb-tie-differs").first).to_have_text("987件")
    area.evaluate("area => area.setSelectionRange(13, 13)")
    form.keyboard.press("ArrowRight")
    expect(form.locator(".nb-text-note.nb-current")).to_contain_text("987")  # said once: by the note of what was found there
    expect(form.locator(".nb-here").first).to_be_empty()


def test_a_figure_that_is_clicked_says_what_it_was_compared_with(form: Page) -> None:
    area = overview(form)
    area.fill("今年收到政府信息公开申请987件。")
    figure = form.locator(".nb-mirror .nb-tie-differs").first
    expect(figure).to_have_text("987件")
    figure.scroll_into_view_if_needed()
    spot = figure.bounding_box()
    assert spot is not None
    form.mouse.click(spot["x"] + spot["width"] / 3, spot["y"] + spot["height"] / 2)
    explained = form.locator(".nb-callout")
    expect(explained).to_contain_text("“987件”是怎么核对的")
    expect(explained).to_contain_text("不符，应为")
    explained.get_by_role("button", name="到表中看").click()
    wait_focused(form, f"{NEW}.total")
    area.press("End")
    area.press("a")
    expect(explained).to_be_hidden()


def test_an_inserted_figure_follows_its_cell(form: Page) -> None:
    area = overview(form)
    area.fill("")
    form.keyboard.type("收到申请")
    form.get_by_role("button", name="插入表内数字").first.click()
    form.keyboard.type("新收 总计")
    expect(form.locator(".nb-chooser option")).to_have_count(1)
    form.keyboard.press("Enter")
    form.keyboard.type("件。")
    expect(form.locator(".nb-mirror .nb-link")).to_have_count(1)
    type_into(form, f"{NEW}.business", "70000")
    form.wait_for_function("() => document.querySelector('.nb-text-area').value.includes('7000')")
    assert area.input_value().startswith("收到申请7000")
    form.get_by_role("button", name="撤销").click()
    form.wait_for_function("() => !document.querySelector('.nb-text-area').value.includes('7000')")


def test_last_years_text_stands_beside_with_the_differences(form: Page, organ_file: Path) -> None:
    last = read_report(organ_file.parents[2] / "2023" / "云溪县" / "柳湾镇.yaml").narrative.overview
    overview(form).fill(last.split("。")[0] + "。这是今年新写的话。")
    form.get_by_role("button", name="对照上一年").first.click()
    expect(form.locator("ins.nb-only-this").first).to_contain_text("这是今年新写的话")
    expect(form.locator("del.nb-only-last").first).to_be_visible()
    form.get_by_role("button", name="对照上一年").first.click()
    expect(form.locator(".nb-last").first).to_be_hidden()


def test_text_is_on_the_disk_within_a_second(form: Page, organ_file: Path) -> None:
    journal = Journal(organ_file).path  # made with the first change

    def seconds_to_disk(text: str) -> float:
        overview(form).fill(text)
        start = time.monotonic()
        wait_until(lambda: journal.exists() and text in journal.read_text(encoding="utf-8"))
        return time.monotonic() - start

    # a machine with more to do than it can gets several tries
    assert any(seconds_to_disk(f"刚刚打的第{at}句字。") < 1 for at in range(20))


def test_markup_in_the_text_is_text(form: Page) -> None:
    overview(form).fill("<img src=x onerror='window.ran=1'>12件</textarea>")
    expect(form.locator(".nb-mirror mark", has_text="12件")).to_have_count(1)  # what the kernel made of it is on the screen
    assert form.evaluate("window.ran === undefined")
    assert form.locator(".nb-mirror img").count() == 0


def test_a_finding_on_a_whole_long_text_is_in_view(form: Page) -> None:
    overview(form).fill("全年公开了信息。\n" * 120)
    sentence = "一、总体情况：没有写到监督保障"
    form.locator(".nb-list .nb-goto", has_text=sentence).click()
    expect(overview(form)).to_be_focused()
    expect(form.locator(".nb-section-overview .nb-text-notes", has_text=sentence)).to_be_in_viewport()
