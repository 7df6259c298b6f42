"""The one Chromium of a process of the tests, and the one window in it that tests share; started when a test asks for it."""

from __future__ import annotations

from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from tests.browser.driving import new_context
from tests.markers import find_chromium

SWITCHES = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
WIDTH, HEIGHT = 1280, 800


class Chromium:
    """Chromium with a context whose windows share storage and cache, so that JupyterLab's files are loaded once."""

    def __init__(self) -> None:
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None
        self._window: Page | None = None
        self.is_spoilt = False  # a test has failed and may have left it in any state

    def browser(self) -> Browser:
        """The running browser."""
        if self._browser is None or not self._browser.is_connected():
            self.close()
            path = find_chromium()
            assert path, (
                "没有找到 Chromium：请安装 apt.txt 中的 chromium，或用 NIANBAO_CHROMIUM 指明 / chromium of apt.txt is missing"
            )
            self._playwright = sync_playwright().start()
            self._browser = self._playwright.chromium.launch(executable_path=path, args=SWITCHES)
            new_context(self._browser)
        return self._browser

    def window(self) -> Page:
        """The shared window, of the usual size."""
        browser = self.browser()
        if self._window is None or self._window.is_closed():
            self._window = browser.contexts[0].new_page()
        self._window.set_viewport_size({"width": WIDTH, "height": HEIGHT})
        return self._window

    def print_to_pdf(self, html: str) -> bytes:
        """Print a page as a person does, with the browser's lines at the edges."""
        page = self.browser().new_page()
        page.set_content(html)
        printed = page.pdf(
            margin={"top": "1cm", "right": "1cm", "bottom": "1cm", "left": "1cm"},
            display_header_footer=True, print_background=True, prefer_css_page_size=True, tagged=True,
        )  # fmt: skip
        page.close()
        return printed

    def close(self) -> None:
        """End the browser and its event loop."""
        if self._playwright is not None:
            self._playwright.stop()
        self._playwright = self._browser = self._window = None
        self.is_spoilt = False
