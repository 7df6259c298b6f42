"""Findings while typing: they come, they lead to their cell or words, they go; mends, confirmations, 下一处."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driving import Lab, choose, wait_until
from tests.browser.filling import NEW, cell, copy_of, counts, focused, type_into, wait_focused, wait_for_note, wait_shown


@pytest.fixture(scope="module")
def form(module_desk: Page, lab: Lab) -> Page:
    """A finished report without findings; every test leaves it so."""
    page = module_desk
    choose(page, copy_of(lab, "检查镇"))
    return page


@pytest.fixture(autouse=True)
def without_findings(form: Page) -> Iterator[None]:
    yield
    undo = form.get_by_role("button", name="撤销")

    def clean() -> bool:
        undo.evaluate("button => button.click()")  # grey when nothing is left: then nothing happens
        return undo.is_disabled() and form.locator(".nb-list li").count() == 0

    wait_until(clean)


def test_a_wrong_number_is_marked_and_reported_until_its_cause_is_gone(form: Page) -> None:
    address = f"{NEW}.business"
    type_into(form, address, "7")
    wait_for_note(form, address, "有错误：表三 商业企业列")
    expect(cell(form, address)).to_contain_class("nb-error")
    assert counts(form)["错误"] >= 2
    form.keyboard.press("Control+z")
    form.wait_for_function("document.querySelectorAll('.nb-list li').length === 0")
    wait_until(lambda: counts(form) == {"错误": 0, "待填": 0, "警告": 0, "提示": 0}, 5)  # the bar is drawn after the list


def test_a_finding_appears_while_the_key_is_still_warm(form: Page) -> None:
    cell(form, f"{NEW}.business").click()
    form.keyboard.type("8")  # neither Enter nor Tab
    wait_for_note(form, f"{NEW}.business", "有错误")
    form.keyboard.press("Escape")


def test_a_click_in_the_list_goes_to_the_cell(form: Page) -> None:
    type_into(form, f"{NEW}.research", "abc")
    finding = form.locator(".nb-list .nb-goto", has_text="科研机构").first
    expect(finding).to_be_visible()
    form.locator(".nb-title").scroll_into_view_if_needed()
    finding.click()
    assert focused(form) == f"{NEW}.research"
    expect(cell(form, f"{NEW}.research")).to_be_in_viewport()


def test_a_press_counts_though_its_finding_is_drawn_again_under_the_mouse(form: Page) -> None:
    address = f"{NEW}.research"
    cell(form, address).click()
    form.keyboard.type("ab")
    finding = form.locator(".nb-list .nb-goto", has_text="科研机构").first
    expect(finding).to_contain_text("“ab”")
    finding.hover()
    form.keyboard.type("c")
    form.mouse.down()
    form.wait_for_timeout(500)  # the answer comes meanwhile, and waits for the release
    form.mouse.up()
    wait_focused(form, address)
    expect(finding).to_contain_text("“abc”")


def two_wrong(form: Page) -> None:
    """Two cells with mistakes, and the list as it stays: it has been through “-”不是数 while −1 was typed."""
    type_into(form, f"{NEW}.research", "abc")
    type_into(form, "disputes.review.upheld", "-1")
    wait_for_note(form, "disputes.review.upheld", "有错误")
    expect(form.locator(".nb-list")).to_contain_text("−1")
    expect(form.locator(".nb-list")).not_to_contain_text("“-”不是数")


def test_next_walks_through_all_of_them(form: Page) -> None:
    two_wrong(form)
    seen = set()
    for _ in range(counts(form)["错误"] + 1):
        form.keyboard.press("F8")
        seen.add(focused(form))
    assert {f"{NEW}.research", "disputes.review.upheld"} <= seen


def test_the_way_back_and_where_one_is_in_the_list(form: Page) -> None:
    two_wrong(form)
    form.keyboard.press("F8")
    first = form.locator(".nb-list .nb-current").inner_text()
    form.keyboard.press("F8")
    expect(form.locator(".nb-list .nb-current")).not_to_have_text(first, use_inner_text=True)
    form.keyboard.press("Shift+F8")
    expect(form.locator(".nb-list .nb-current")).to_have_text(first, use_inner_text=True)
    expect(form.locator(".nb-list .nb-current")).to_be_in_viewport()


def test_parts_say_how_they_are_and_lead_there(form: Page) -> None:
    part = form.get_by_role("navigation", name="各部分").get_by_role("button", name="四，")
    expect(part).to_have_accessible_name("四，四、政府信息公开行政复议、行政诉讼情况，没有问题")
    type_into(form, "disputes.review.upheld", "-1")
    expect(part).to_have_accessible_name("四，四、政府信息公开行政复议、行政诉讼情况，有错误")
    form.locator(".nb-title").scroll_into_view_if_needed()
    part.focus()
    form.keyboard.press("Enter")
    heading = form.locator(".nb-section-disputes .nb-heading")
    expect(heading).to_be_focused()
    expect(heading).to_be_in_viewport()
    form.keyboard.press("Tab")  # on with what stands there
    assert form.evaluate("document.activeElement.closest('.nb-section-disputes') !== null")


def test_a_repair_takes_one_press(form: Page) -> None:
    cell(form, f"{NEW}.legal_service").click()
    form.keyboard.press("Delete")
    form.locator(".nb-list li", has_text="还没有填写").get_by_role("button", name="改为 0").click()
    wait_shown(form, f"{NEW}.legal_service", "0")
    form.wait_for_function("document.querySelectorAll('.nb-list li').length === 0")


def test_a_warning_is_confirmed_with_a_reason(form: Page) -> None:
    valid = int(cell(form, "documents.normative.valid").inner_text())
    type_into(form, "documents.normative.issued", str(valid + 1))
    warning = form.locator(".nb-list li", has_text="现行有效件数").first
    warning.get_by_role("button", name="确认无误").click()
    form.get_by_label("确认的原因").fill("当年制发又废止")
    form.keyboard.press("Enter")
    expect(form.locator(".nb-list")).to_contain_text("已确认：当年制发又废止")
    form.get_by_role("button", name="取消确认").first.click()
    expect(form.locator(".nb-list")).not_to_contain_text("已确认")


def test_a_contradiction_in_the_text_leads_to_its_words(form: Page) -> None:
    area = form.get_by_label("一、总体情况", exact=True)
    area.click()
    form.keyboard.press("Control+End")
    form.keyboard.type("全年共收到政府信息公开申请987件。")
    finding = form.locator(".nb-list .nb-goto", has_text="987").first
    expect(finding).to_be_visible()
    expect(form.locator(".nb-mirror .nb-tie-differs", has_text="987")).to_have_count(1)
    finding.click()
    chosen = area.evaluate("area => area.value.slice(area.selectionStart, area.selectionEnd)")
    assert "987" in chosen
    area.fill(area.input_value().replace("全年共收到政府信息公开申请987件。", ""))
    form.wait_for_function("document.querySelectorAll('.nb-mirror .nb-tie-differs').length === 0")


def test_filters_hide_a_kind(form: Page) -> None:
    type_into(form, f"{NEW}.research", "abc")
    wait_for_note(form, f"{NEW}.research", "有错误")
    form.locator(".nb-filters").get_by_role("button", name="错误").click()
    expect(form.locator(".nb-list .nb-item-error")).to_have_count(0)
    form.locator(".nb-filters").get_by_role("button", name="错误").click()
    expect(form.locator(".nb-list .nb-item-error")).not_to_have_count(0)


def test_a_finding_about_a_field_leads_to_the_field(form: Page) -> None:
    for name in ("联系电话", "地址"):
        form.get_by_label(name, exact=True).fill("")
    form.locator(".nb-list .nb-goto", has_text="联系").first.click()
    assert form.evaluate("document.activeElement.closest('[class*=nb-at-organ-contact]') !== null")
    expect(form.locator(".nb-section-front .nb-field-note")).to_contain_text("联系")  # said beside the field as well


def test_words_of_a_text_take_one_press_and_pasted_signs_none(form: Page) -> None:
    area = form.get_by_label("一、总体情况", exact=True)
    before = area.input_value()
    area.fill(f"{before.rstrip()}\n镇里统一布署，便利⼈⺠\u200b群众。")
    form.locator(".nb-list li", has_text="布署").get_by_role("button", name="改为“部署”").click()
    wait_until(lambda: area.input_value().endswith("镇里统一部署，便利人民群众。"))
    expect(form.locator(".nb-list li", has_text="布署")).to_have_count(0)
    area.fill(before)
    form.wait_for_function("document.querySelectorAll('.nb-list li').length === 0")
