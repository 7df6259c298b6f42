"""From empty to finished files: by keyboard alone, and what a draft, a preview and a broken disk look like."""

from __future__ import annotations

import re
from pathlib import Path

import pikepdf
import pytest
from playwright.sync_api import Page, expect

from tests.browser.driving import Lab, choose, wait_for_form, wait_until
from tests.browser.filling import blank_copy, copy_of, counts, focused, type_into, wait_shown
from toolkit.report import read_report

OVERVIEW = (
    "（一）主动公开\n全年通过网站公开信息。\n（二）依申请公开\n本年未收到政府信息公开申请，无上年结转。\n（三）政府信息管理\n专人管理。\n"
    "（四）政府信息公开平台建设\n维护栏目。\n（五）监督保障\n开展自查，未发生行政复议和行政诉讼。"
)
PROBLEMS = (
    "存在的主要问题是公开内容不够细，解读材料偏少。改进情况：一是对照目录逐项补齐内容；二是每季度开展一次业务学习；三是请村民代表评议公开栏，把意见逐条落实到人，年底前办结。"
    * 2
)


@pytest.fixture
def page(desk: Page) -> Page:
    """The window of the module."""
    return desk


def until_focused(page: Page, test: str, most: int = 120) -> None:
    """Tab on until the element with the keyboard passes the test."""
    for _ in range(most):
        if page.evaluate(f"(() => {{ const e = document.activeElement; return {test}; }})()"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not get to {test}")


def leave_table(page: Page) -> None:
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")


def fill_with_zeros(page: Page) -> None:
    until_focused(page, "e.textContent.startsWith('零填报')")
    page.keyboard.press("Enter")
    until_focused(page, "e.textContent === '全部填 0'")
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.classList.contains('nb-editor')")
    leave_table(page)


def write(page: Page, label: str, text: str) -> None:
    until_focused(page, f"e.getAttribute('aria-label') === '{label}'")
    page.keyboard.insert_text(text)


def test_from_empty_to_pdf_by_keyboard_alone(page: Page, lab: Lab) -> None:
    organ = blank_copy(lab, "键盘镇")
    choose(page, organ)
    page.locator(".nb-title").evaluate("title => { title.tabIndex = -1; title.focus(); }")
    for field, text in (
        ("联系科室", "党政办"),
        ("地址", "云溪县键盘镇1号"),
        ("联系电话", "0601-5550199"),
        ("公开网站", "云溪县人民政府网站"),
    ):
        until_focused(page, f"e.closest('.widget-text')?.textContent.includes('{field}')")
        page.keyboard.insert_text(text)
    write(page, "一、总体情况", OVERVIEW)
    for _ in range(3):
        fill_with_zeros(page)
    write(page, "五、存在的主要问题及改进情况", PROBLEMS)
    write(page, "六、其他需要报告的事项", "本年未发出收费通知，收取信息处理费0元。")
    page.wait_for_function("document.querySelector('.nb-count-error').textContent === '错误 0'")
    expect(page.get_by_role("button", name="生成报告", exact=True)).to_be_visible()  # it said 草稿 while errors were left
    until_focused(page, "e.textContent === '生成报告'")
    page.keyboard.press("Enter")
    page.wait_for_selector(".nb-files a")
    until_focused(page, "e.tagName === 'A' && e.textContent.includes('PDF')")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    with pikepdf.open(download.value.path()) as pdf:
        assert len(pdf.pages) >= 3
        assert "键盘镇" in str(pdf.docinfo["/Title"])
    saved = read_report(organ)
    assert saved.organ.contact.phone == "0601-5550199"
    assert saved.narrative.overview.startswith("（一）主动公开")
    made = {file.suffix for file in (lab.folder / "outputs" / "2024" / "云溪县" / "键盘镇").iterdir()}
    assert {".pdf", ".html", ".docx", ".xlsx"} <= made


def test_with_errors_left_only_a_draft_and_pages_of_an_older_state_say_so(page: Page, lab: Lab) -> None:
    choose(page, copy_of(lab, "草稿镇"))
    type_into(page, "applications.new.business", "7")
    build = page.get_by_role("button", name="生成草稿（还有错误）")
    expect(build).to_be_visible()
    page.get_by_role("button", name="预览").click()
    first = page.locator(".nb-pages img").first
    first.wait_for()
    assert first.evaluate("image => image.naturalWidth") > 600
    expect(page.locator(".nb-form")).to_contain_text("标有“草稿”")
    expect(page.locator(".nb-stale")).to_have_count(0)
    page.get_by_label("联系电话").fill("0601-5550155")
    expect(page.locator(".nb-stale .nb-pages")).to_be_visible()
    expect(page.locator(".nb-form")).to_contain_text("请重新预览")
    page.get_by_role("button", name="预览").click()
    expect(page.locator(".nb-stale")).to_have_count(0)


def test_one_press_puts_the_page_for_a_site_on_the_clipboard(page: Page, lab: Lab) -> None:
    choose(page, copy_of(lab, "网页镇"))
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="复制到网站").click()
    page.locator(".nb-page-copy table").first.wait_for()
    expect(page.locator(".nb-section-finish")).to_contain_text("已复制：到网站的编辑器里按 Ctrl+V 粘贴")
    pasted = page.evaluate("navigator.clipboard.read().then(items => items[0].getType('text/html')).then(blob => blob.text())")
    assert pasted.count('border="1"') == 3
    assert "data:image/png;base64," in pasted
    assert "<h2" in pasted


# what goes to the kernel
KEEP_SENT = """() => {
    window.sent = [];
    const { send } = WebSocket.prototype;
    WebSocket.prototype.send = function (data) {
        window.sent.push(typeof data === 'string' ? data : new TextDecoder().decode(data));
        return send.call(this, data);
    };
}"""


def test_ctrl_s_saves_from_wherever_the_keyboard_is(page: Page, lab: Lab, organ: Path) -> None:
    page.evaluate(KEEP_SENT)  # without a press the file is written a moment later all the same
    choose(page, organ)
    save = page.get_by_role("button", name="保存改动")
    expect(save).to_be_disabled()
    page.get_by_label("联系电话").fill("0601-5550188")
    page.keyboard.press("Control+s")
    wait_until(lambda: read_report(organ).organ.contact.phone == "0601-5550188")
    expect(page.locator(".nb-bar-saved")).to_contain_text("已自动保存")
    expect(save).to_be_disabled()
    page.evaluate("document.activeElement.blur()")
    page.get_by_label("公开网站").fill("云溪县政府网")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Control+s")
    wait_until(lambda: read_report(organ).organ.published_at == "云溪县政府网")
    assert re.findall(r'"kind":\s*"(save)"', page.evaluate("window.sent.join()")) == ["save", "save"]


def test_what_is_typed_is_written_by_itself_and_a_box_that_is_no_number_is_named(page: Page, lab: Lab) -> None:
    organ = blank_copy(lab, "自存镇")
    choose(page, organ, who="王小芳")
    assert counts(page) == {"错误": 0, "待填": 170, "警告": 0, "提示": 0}
    page.get_by_role("button", name="增加一个渠道").click()
    page.wait_for_function("document.activeElement.closest('.nb-at-channels-0-name') !== null")
    page.keyboard.type("微信公众号")
    page.keyboard.press("Tab")
    page.keyboard.type("350余条", delay=60)
    wait_until(lambda: [(item.count, item.approximate) for item in read_report(organ).channels] == [(350, True)])
    expect(page.locator(".nb-at-channels-0-count input")).to_have_value("350余条")
    page.keyboard.press("Tab")  # a box that is left shows what was understood
    expect(page.locator(".nb-at-channels-0-count input")).to_have_value("350")
    expect(page.get_by_label("约数（余）")).to_be_checked()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Control+a")
    page.keyboard.type("三百多", delay=60)
    finding = page.locator(".nb-list .nb-goto", has_text="渠道“微信公众号”的条数应是不小于 0 的整数，现为“三百多”")
    finding.wait_for()
    wait_until(lambda: not read_report(organ).channels)
    expect(page.locator(".nb-bar-unsaved")).to_have_text("1 处没有写进填报数据")
    page.locator(".nb-title").scroll_into_view_if_needed()
    finding.click()
    expect(page.locator("*:focus")).to_have_value("三百多")
    page.get_by_role("button", name="换一个机关").click()
    first = page.locator("button.nb-go-on").first
    expect(first).to_contain_text("云溪县自存镇 2024 年（今天 ")
    expect(first).to_contain_text("，王小芳）")
    expect(page.get_by_label("填报人")).to_have_value("王小芳")
    first.click()
    wait_for_form(page)
    expect(page.locator(".nb-at-channels-0-count input")).to_have_value("三百多")


def test_a_failed_save_is_reported_and_the_text_stays(page: Page, lab: Lab, organ: Path) -> None:
    choose(page, organ)
    organ.write_bytes(organ.read_bytes() + "\n# 别人加的一行\nchannels: []\n".encode())
    type_into(page, "applications.new.business", "7")
    page.keyboard.press("F2")
    page.keyboard.press("Control+s")  # from within the table, far below
    expect(page.locator(".nb-alerts")).to_be_focused()
    expect(page.locator(".nb-alerts")).to_be_in_viewport()
    expect(page.locator(".nb-told")).to_contain_text("选择保留哪一份")  # it stands below the bar, or far above
    wait_shown(page, "applications.new.business", "7")
    assert "别人加的一行" in organ.read_text(encoding="utf-8"), "never overwritten silently"
    assert focused(page) == ""


SLOW_SCRIPTS = """() => {
  const create = URL.createObjectURL;
  URL.createObjectURL = blob => create(new Blob(["await new Promise(done => setTimeout(done, 2500));", blob], blob));
  return () => { URL.createObjectURL = create; };
}"""


def test_findings_are_listed_although_the_scripts_of_the_form_took_long_to_load(page: Page, organ: Path) -> None:
    ordinary = page.evaluate_handle(SLOW_SCRIPTS)
    choose(page, organ)
    ordinary.evaluate("restore => restore()")
    page.get_by_label("一、总体情况", exact=True).fill("今年收到政府信息公开申请987件。")
    page.locator(".nb-list .nb-goto", has_text="987").first.wait_for(timeout=30_000)
