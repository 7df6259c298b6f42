"""The county's overview in JupyterLab, as the officer opens it: what to do first, filters, another year by one choice."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driving import Lab, open_once, run_all, wait_until
from toolkit.forms import Address, form_for_year

OVERVIEW = "notebooks/county_overview.ipynb"


def figures(page: Page) -> list[int]:
    return [int(text) for text in page.locator(".nb-explorer .nb-number").all_inner_texts() if text]


@pytest.fixture
def page(one_window: Page) -> Page:
    """The window of the module."""
    return one_window


def open_overview(page: Page, lab: Lab) -> None:
    """The overview as it is now, with nothing chosen in it."""
    shown = page.url.split("?")[0].endswith(OVERVIEW)
    open_once(page, lab, OVERVIEW)
    if shown:
        page.locator(".nb-explorer").evaluate("shown => { shown.dataset.old = '1'; }")
        run_all(page)
        page.locator(".nb-explorer[data-old]").wait_for(state="detached")
    page.locator(".nb-explorer table").wait_for()
    page.get_by_role("heading", name="六、汇总数据").wait_for(state="attached")


def test_it_runs_by_itself_and_shows_no_code(page: Page, lab: Lab) -> None:
    open_overview(page, lab)
    assert page.locator(".jp-OutputArea-error, [data-mime-type='application/vnd.jupyter.stderr']").count() == 0
    assert not page.locator(".jp-Cell-inputWrapper:visible").count()
    # the first screen: how many stand where, and the first members, without scrolling
    box = page.locator(".nb-explorer table").bounding_box()
    assert box is not None
    assert box["y"] < 300
    expect(page.get_by_role("button", name=re.compile("^全部 "))).to_be_visible()


def test_buttons_names_and_figures_rule_the_table(page: Page, lab: Lab) -> None:
    open_overview(page, lab)
    every = page.locator(".nb-explorer tr").count() - 1
    page.get_by_role("button", name=re.compile("^合格 ")).click()
    expect(page.locator(".nb-explorer table")).not_to_contain_text("未报")
    page.get_by_role("button", name=re.compile("^全部 ")).click()
    page.get_by_label("单位", exact=True).fill("石桥")
    expect(page.get_by_text("共 1 个单位")).to_be_visible()
    page.get_by_label("单位", exact=True).fill("")
    expect(page.get_by_text(f"共 {every} 个单位")).to_be_visible()
    label = form_for_year(2024).label(Address("applications", "new", "total"))
    page.get_by_label("数据", exact=True).select_option(label=label)
    page.get_by_label("排列", exact=True).select_option(label="从大到小")
    expect(page.locator(".nb-explorer th", has_text=label)).to_be_visible()
    wait_until(lambda: (shown := figures(page)) and shown[0] > 0 and shown == sorted(shown, reverse=True))


def test_a_line_opens_into_its_findings(page: Page, lab: Lab) -> None:
    (lab.params / "2024" / "云溪县" / "竹园乡.yaml").rename(lab.folder / "竹园乡.yaml")
    try:
        open_overview(page, lab)
        line = page.locator(".nb-explorer tr", has_text="竹园乡")
        expect(line).to_contain_text("未报")
        line.locator("summary").click()
        expect(line.locator("pre")).to_contain_text("尚未收到")
    finally:
        (lab.folder / "竹园乡.yaml").rename(lab.params / "2024" / "云溪县" / "竹园乡.yaml")


def test_another_year_renews_every_cell(page: Page, lab: Lab) -> None:
    open_overview(page, lab)
    page.get_by_label("年度和地区", exact=True).select_option(label="2023 云溪县")
    expect(page.get_by_role("heading", level=1)).to_contain_text("2023年政府信息公开年报总览")
    expect(page.get_by_text("没有2022年的数据，无法比较")).to_be_attached()
