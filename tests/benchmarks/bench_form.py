"""How fast the form answers in a real browser: cold start, Run All to usable, a key to its finding, a paste of 25×7 cells.

Run ``python -m tests.benchmarks.bench_form`` or ``make benchmarks``; needs Chromium. Times are read off the page's own
clock, from the key to the frame after the finding is drawn. Figures are printed, nothing is asserted.
"""

from __future__ import annotations

import os
import shutil
import statistics
import tempfile
import time
from pathlib import Path

import yaml
from playwright.sync_api import Page, sync_playwright

from tests.browser.driving import Lab, choose, new_page, open_notebook, wait_for_no_veil
from tests.browser.filling import blank_copy, cell, paste
from tests.markers import find_chromium

PROJECT = Path(__file__).parents[2]
COLUMNS, ROWS = 6, 20  # cells typed into: the totals of their rows are known then, and the text is compared with them
PASTES = 5
TEXT_KEYS = 60
TEXT_CHARACTERS = 3500
SWITCHES = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]

# from each key to the first frame in which the list of findings has changed
WATCH = """() => {
  window.took = [];
  let start = null;
  const drawn = () => {
    if (start === null) return;
    const began = start;
    start = null;
    requestAnimationFrame(() => window.took.push(performance.now() - began));
  };
  new MutationObserver(drawn).observe(document.querySelector('.nb-list'), { childList: true, subtree: true });
  window.begin = () => { start = performance.now(); };
  document.addEventListener('keydown', event => { if (/^[0-9]$/.test(event.key)) window.begin(); }, true);
}"""


def main() -> None:
    """Print what takes how long."""
    with tempfile.TemporaryDirectory() as folder:
        lab = _lab(Path(folder))
        organ = blank_copy(lab, "测速镇")
        with sync_playwright() as playwright:  # its own start is not counted
            browser = playwright.chromium.launch(executable_path=find_chromium(), args=SWITCHES)
            try:
                with new_page(browser) as page:
                    print("机器负载（1、5、15 分钟，核数）：", *(f"{load:.1f}" for load in os.getloadavg()), os.cpu_count())
                    print(f"冷启动到开始页可以用：{_cold_start(page, lab):.1f} s（要求小于 4 s）")
                    _measure(page, organ)
                browser.close()
            finally:
                lab.stop()


def _lab(folder: Path) -> Lab:
    for name in ("notebooks", "params"):
        shutil.copytree(PROJECT / name, folder / name, ignore=shutil.ignore_patterns(".*"))
    (folder / "home").mkdir()
    return Lab(folder, folder / "home")


def _measure(page: Page, organ: Path) -> None:
    choose(page, organ)
    print(f"运行所有单元格到可以填写：{_run_all(page):.2f} s（要求小于 1.5 s）")
    page.evaluate(WATCH)
    print(f"格内按键到检查结果上屏{_percentiles(_keys(page, 0))}（要求小于 120 ms）")
    for first, (name, text) in enumerate((("一般", _usual_text()), ("每 9 字一个数的", _dense_text())), 1):
        print(f"{name}正文 {TEXT_CHARACTERS} 字，正文按键到检查结果上屏{_percentiles(_text_keys(page, text))}（要求小于 60 ms）")
        print(f"　　同样正文，格内按键到检查结果上屏{_percentiles(_keys(page, first))}（要求小于 120 ms）")
    print(f"粘贴 25×7 格到检查结果上屏：最长 {max(_pastes(page)):.0f} ms（要求小于 300 ms）")


def _percentiles(times: list[float]) -> str:
    last = sorted(times)[int(len(times) * 0.95)]
    return f"（{len(times)} 次）：中位 {statistics.median(times):.0f} ms，第 95 百分位 {last:.0f} ms"


def _cold_start(page: Page, lab: Lab) -> float:
    """From the command to the start screen that takes keys, in a browser that runs and has loaded nothing of it yet."""
    began = time.perf_counter()
    lab.start()
    open_notebook(page, lab)
    page.locator(".nb-start").wait_for()
    wait_for_no_veil(page)
    return time.perf_counter() - began


def _usual_text() -> str:
    """Part one of several invented towns, one after the other."""
    folder = PROJECT / "params" / "2024" / "云溪县"
    texts = [yaml.safe_load(file.read_bytes()).get("narrative", {}).get("overview", "") for file in sorted(folder.glob("*.yaml"))]
    whole = "\n".join(texts)
    return (whole * (TEXT_CHARACTERS // len(whole) + 1))[:TEXT_CHARACTERS].rpartition("。")[0] + "。\n"


def _dense_text() -> str:
    """Hardly anything but figures, nearly all of which differ from the tables."""
    sentence = "本年度收到申请12件，办结11件，结转下年度1件，主动公开信息350条。"
    return sentence * (TEXT_CHARACTERS // len(sentence))


def _text_keys(page: Page, text: str) -> list[float]:
    """Digits typed at the end of a long text: each changes a finding of the text."""
    area = page.locator(".nb-text-area").first
    area.fill(text + "全年新收政府信息公开申请")
    page.wait_for_timeout(4000)
    area.focus()
    page.keyboard.press("Control+End")
    page.evaluate("window.took.length = 0")
    for key in range(TEXT_KEYS):
        page.keyboard.press(str(key % 9 + 1))
        page.wait_for_timeout(200)
        page.keyboard.press("Backspace")
        page.wait_for_timeout(200)
    return list(page.evaluate("window.took"))


def _run_all(page: Page) -> float:
    """Run All in a kernel that has the report open: the whole form is built again."""
    page.evaluate("document.querySelector('.nb-form').dataset.old = '1'")
    start = time.perf_counter()
    page.get_by_role("menubar").get_by_text("运行", exact=True).click()
    page.locator("li[data-command='runmenu:run-all']").click()
    page.wait_for_selector(".nb-form:not([data-old]) .nb-grid-disputes td[data-address]")
    return time.perf_counter() - start


def _keys(page: Page, first: int) -> list[float]:
    """A digit into one blank cell after the other, as a fast typist does: each changes what is found."""
    page.evaluate("window.took.length = 0")
    for column in range(COLUMNS):
        cell(page, "applications.new.natural_person").click()
        for _ in range(column):
            page.keyboard.press("ArrowRight")
        for row in range(ROWS):
            page.keyboard.press(str((row + first) % 9 + 1))
            page.wait_for_timeout(150)
            page.keyboard.press("ArrowDown")
    return list(page.evaluate("window.took"))


def _pastes(page: Page) -> list[float]:
    block = "\n".join("\t".join(str(row % 7) for _ in range(7)) for row in range(25))
    times = []
    for count in range(PASTES):
        cell(page, "applications.new.natural_person").click()
        page.wait_for_timeout(1500)
        page.evaluate("window.took.length = 0; window.begin()")
        paste(page, block.replace("3", str(count)))
        page.wait_for_function("window.took.length > 0")
        times.append(float(page.evaluate("window.took[0]")))
    return times


if __name__ == "__main__":
    main()
