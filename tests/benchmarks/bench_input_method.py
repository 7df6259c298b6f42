"""How many words an input method loses in each kind of box of the form: 200 words a box, at fifteen rhythms.

Run ``python -m tests.benchmarks.bench_input_method [box…]``; needs Chromium and about four minutes a box. A table is printed:
a line for each box, a column for each gap between two letters, each figure the words damaged of those typed.
"""

from __future__ import annotations

import math
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator, Page, sync_playwright

from tests.browser.driving import Lab, choose, new_page, open_notebook, to_start_screen
from tests.browser.filling import cell, copy_of, type_into
from tests.browser.input_method import GAPS_MILLISECONDS, InputMethod, damaged, rhythms, words
from tests.markers import find_chromium

PROJECT = Path(__file__).parents[2]
WORDS_A_BOX = 200
SWITCHES = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


def _text(page: Page) -> Locator:
    return page.locator(".nb-text-area").first


def _cell(page: Page) -> Locator:
    cell(page, "applications.new.natural_person").click()
    page.keyboard.press("F2")
    return page.locator(".nb-part-grid .nb-editor").nth(1)


def _reason(page: Page) -> Locator:
    if not page.locator(".nb-reason input").count():
        page.locator(".nb-list .nb-button", has_text="确认无误").first.click()
    return page.locator(".nb-reason input")


def _figure(page: Page) -> Locator:
    if not page.get_by_label("查找表内数字").count():
        page.get_by_role("button", name="插入表内数字").first.click()
    return page.get_by_label("查找表内数字")


def _start(label: str) -> Callable[[Page], Locator]:
    def box(page: Page) -> Locator:
        if not page.locator(".nb-start").is_visible():
            to_start_screen(page)
        return page.get_by_label(label).first

    return box


# kind of box: how to get at it; the start screen comes last
BOXES: dict[str, Callable[[Page], Locator]] = {
    "正文": _text,
    "表格的格": _cell,
    "渠道名称": lambda page: page.locator(".nb-at-channels input[type=text]").first,
    "渠道条数": lambda page: page.locator(".nb-at-channels input[type=text]").nth(1),
    "联系科室": lambda page: page.locator(".nb-at-organ-contact-office input"),
    "收取金额": lambda page: page.locator(".nb-at-processing_fee-amount_yuan input"),
    "导语": lambda page: page.locator(".nb-at-narrative-preamble textarea"),
    "确认的原因": _reason,
    "查找表内数字": _figure,
    "填报人": _start("填报人"),
    "查找机关": _start("查找机关"),
}


def main() -> None:
    """Print the table."""
    names = sys.argv[1:] or list(BOXES)
    print("格 \\ 每字母毫秒　" + "　".join(map(str, GAPS_MILLISECONDS)), flush=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        for part in ("notebooks", "params"):
            shutil.copytree(PROJECT / part, Path(folder) / part, ignore=shutil.ignore_patterns(".*"))
        (Path(folder) / "home").mkdir()
        lab = Lab(Path(folder), Path(folder) / "home")
        lab.start()
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=SWITCHES)
        try:
            with new_page(browser) as page:
                open_notebook(page, lab)
                choose(page, copy_of(lab, "输入法镇"))
                type_into(page, "applications.new.natural_person", "4321")  # a warning, to be confirmed with a reason
                for name in names:
                    print(_row(page, name), flush=True)
        finally:
            browser.close()
            lab.stop()


def _row(page: Page, name: str) -> str:
    each = math.ceil(WORDS_A_BOX / len(list(rhythms())))
    bad = dict.fromkeys(GAPS_MILLISECONDS, 0)
    total = dict.fromkeys(GAPS_MILLISECONDS, 0)
    for gap, pause in rhythms():
        box = BOXES[name](page)
        box.focus()
        page.keyboard.press("Control+a")
        page.keyboard.press("Delete")
        page.wait_for_timeout(800)
        typed = words(each)
        method = InputMethod(page)
        for word, spelling in typed:
            method.word(word, spelling, gap, pause)
        page.wait_for_timeout(1500)
        bad[gap] += damaged(BOXES[name](page).input_value(), [word for word, _ in typed])
        total[gap] += len(typed)
    return (
        f"{name}　"
        + "　".join(f"{bad[gap]}/{total[gap]}" for gap in GAPS_MILLISECONDS)
        + f"　共 {sum(bad.values())}/{sum(total.values())}"
    )


if __name__ == "__main__":
    main()
