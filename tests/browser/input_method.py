"""Type Chinese as an input method does: letters of a composition one by one, a pause to choose, the chosen word.

Chromium takes the composition through the same door as from the operating system (CDP ``Input.imeSetComposition`` and
``Input.insertText``), with the keys that a real input method sends beside it (key code 229).
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from itertools import cycle, islice

from playwright.sync_api import CDPSession, Locator, Page

GAPS_MILLISECONDS = (60, 100, 120, 150, 250)  # between two letters
PAUSES_SECONDS = (0.0, 0.1, 0.7)  # before the word is chosen
WORDS: tuple[tuple[str, str], ...] = (
    ("公开", "gongkai"), ("信息", "xinxi"), ("不够", "bugou"), ("及时", "jishi"), ("渠道", "qudao"), ("群众", "qunzhong"),
    ("办理", "banli"), ("答复", "dafu"), ("机关", "jiguan"), ("网站", "wangzhan"), ("培训", "peixun"), ("监督", "jiandu"),
    ("年度", "niandu"), ("工作", "gongzuo"),
)  # fmt: skip
PROCESS_KEY = 229


class InputMethod:
    """A Pinyin input method at one window."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._session: CDPSession = page.context.new_cdp_session(page)

    def letters(self, spelling: str, gap_milliseconds: float) -> None:
        """Compose letter by letter; the composition goes on."""
        for end in range(1, len(spelling) + 1):
            self._key("rawKeyDown")
            self._compose(spelling[:end])
            self._key("keyUp")
            time.sleep(gap_milliseconds / 1000)

    def choose(self, word: str) -> None:
        """End the composition with the chosen word."""
        self._key("rawKeyDown")
        self._session.send("Input.insertText", {"text": word})
        self._key("keyUp")

    def cancel(self) -> None:
        """End the composition as Esc does: nothing of it stays."""
        self._key("rawKeyDown")
        self._compose("")
        self._key("keyUp")

    def word(self, word: str, spelling: str, gap_milliseconds: float, pause_seconds: float) -> None:
        """Type one word."""
        self.letters(spelling, gap_milliseconds)
        time.sleep(pause_seconds)
        self.choose(word)

    def _compose(self, text: str) -> None:
        self._session.send("Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)})

    def _key(self, kind: str) -> None:
        self._session.send("Input.dispatchKeyEvent", {"type": kind, "windowsVirtualKeyCode": PROCESS_KEY, "key": "Process"})


def rhythms() -> Iterator[tuple[int, float]]:
    """Every gap with every pause."""
    return ((gap, pause) for gap in GAPS_MILLISECONDS for pause in PAUSES_SECONDS)


def words(count: int) -> list[tuple[str, str]]:
    """``count`` words with their spelling, the list over and over."""
    return list(islice(cycle(WORDS), count))


def damaged(text: str, typed: Sequence[str]) -> int:
    """How many of the words typed in one go are not as they were typed: letters between them, or gone."""
    letters = len(re.findall(r"[A-Za-z]+", text))
    gone = len(typed) - sum(len(re.findall(word, text)) for word in set(typed))
    return min(len(typed), letters + max(gone, 0))


def emptied(page: Page, box: Locator) -> InputMethod:
    """The box with nothing in it and the keyboard in it."""
    box.focus()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    return InputMethod(page)
