"""Fill in the form as a clerk would: go to a cell, type, paste, read what stands there and what is said about it."""

from __future__ import annotations

import shutil
from pathlib import Path

from playwright.sync_api import Locator, Page

from tests.browser.driving import Lab
from toolkit.entry.desk.journal import Journal, Step

NEW = "applications.new"


def copy_of(lab: Lab, name: str, source: str = "2024/云溪县/柳湾镇") -> Path:
    """A params file of this test alone, beside last year's of the same invented town."""
    path = lab.params / "2024" / "云溪县" / f"{name}.yaml"
    shutil.copy(lab.params / f"{source}.yaml", path)
    return path


def blank_copy(lab: Lab, name: str) -> Path:
    """An organ with nothing filled in."""
    path = lab.params / "2024" / "云溪县" / f"{name}.yaml"
    path.write_text(f"year: 2024\norgan: {{name: 云溪县{name}人民政府}}\n", encoding="utf-8")
    return path


def cell(page: Page, address: str) -> Locator:
    return page.locator(f'td[data-address="{address}"]')


def on_disk(organ: Path, address: str) -> object:
    """What the journal has for a cell."""
    steps = [record for record in Journal(organ).read().records if isinstance(record, Step)]
    return next((entry.after for step in reversed(steps) for entry in step.entries if entry.path == f"figures.{address}"), None)


def shown(page: Page, address: str) -> str:
    return cell(page, address).locator(".nb-value").inner_text()


def spoken(page: Page, address: str) -> str:
    """What a screen reader says of a cell."""
    return cell(page, address).get_attribute("aria-label") or ""


def focused(page: Page) -> str:
    """The address of the cell the keyboard is in."""
    return str(page.evaluate("document.activeElement.closest('[data-address]')?.dataset.address ?? ''"))


def wait_focused(page: Page, address: str) -> None:
    """Until the keyboard is in a cell."""
    held = "address => document.activeElement.closest('[data-address]')?.dataset.address === address"
    page.wait_for_function(held, arg=address)


def type_into(page: Page, address: str, text: str, then: str = "Enter") -> None:
    cell(page, address).click()
    page.keyboard.insert_text(text) if len(text) > 50 else page.keyboard.type(text)
    page.keyboard.press(then)


def wait_shown(page: Page, address: str, text: str) -> None:
    page.wait_for_function(
        "([address, text]) => document.querySelector(`td[data-address='${address}'] .nb-value`).textContent === text",
        arg=[address, text],
    )


def wait_for_note(page: Page, address: str, words: str) -> None:
    """Until the cell says the words, to eye and ear."""
    page.wait_for_function(
        "([address, words]) => document.querySelector(`td[data-address='${address}']`).ariaLabel.includes(words)",
        arg=[address, words],
    )


def paste(page: Page, text: str, html: str = "") -> None:
    """A paste as the browser hands it on, with what Excel and WPS put on the clipboard."""
    page.evaluate(
        """([text, html]) => {
            const data = new DataTransfer();
            data.setData("text/plain", text);
            if (html) data.setData("text/html", html);
            const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
            document.activeElement.dispatchEvent(event);
        }""",
        [text, html],
    )


def copied(page: Page) -> tuple[str, str]:
    """What Ctrl+C puts on the clipboard: plain text and HTML."""
    plain, html = page.evaluate(
        """() => {
            const data = new DataTransfer();
            const event = new ClipboardEvent("copy", { clipboardData: data, bubbles: true, cancelable: true });
            document.activeElement.dispatchEvent(event);
            return [data.getData("text/plain"), data.getData("text/html")];
        }"""
    )
    return plain, html


def counts(page: Page) -> dict[str, int]:
    """错误, 待填, 警告, 提示 as the bar shows them."""
    text = page.locator(".nb-bar-counts").inner_text()
    words = text.replace("\n", " ").split()
    return {words[at]: int(words[at + 1]) for at in range(0, len(words), 2)}
