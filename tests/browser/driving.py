"""Drive the form as a clerk would: start JupyterLab, open the notebook, choose an organ, wait for what is seen."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from playwright.sync_api import Browser, BrowserContext, Page, expect
from playwright.sync_api import TimeoutError as NothingSeen

NOTEBOOK = "notebooks/annual_report.ipynb"
WAIT_MILLISECONDS = 150_000  # nothing waits so long unless it is broken, or the machine has ten times more to do than it can
expect.set_options(timeout=WAIT_MILLISECONDS)  # its own five seconds are too few

NEWEST = ".nb-form:not([data-nianbao-gone], [data-old])"  # not one that is about to be replaced


def free_port() -> int:
    """A port nobody listens at, neither among those JupyterLab tries by itself nor among those the system hands out."""
    while True:
        port = random.randrange(20_000, 30_000)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


@dataclass
class Lab:
    """``nianbao lab`` on a copy of the project's notebooks and params; ``folder`` is where they lie."""

    folder: Path
    home: Path
    port: int = field(default_factory=free_port)  # of this one alone, also while it is killed and started again
    said: list[str] = field(default_factory=list)  # what the terminal showed
    process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        """The address with the token, as printed."""
        return re.search(r"http://\S+", "".join(self.said))[0]  # type: ignore[index]

    @property
    def params(self) -> Path:
        return self.folder / "params"

    def start(self) -> None:
        environment = {**os.environ, "HOME": str(self.home), "JUPYTER_RUNTIME_DIR": str(self.home / "runtime")}
        environment |= {"JUPYTER_CONFIG_DIR": str(self.home / ".jupyter"), "XDG_DATA_HOME": "", "XDG_STATE_HOME": ""}
        self.process = subprocess.Popen(
            [sys.executable, "-c", "from toolkit.cli import main; main()", "lab", "--no-browser", f"--port={self.port}"],
            cwd=self.folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8",
        )  # fmt: skip
        assert self.process.stdout is not None
        self.said = []
        while not self.said or (self.said[-1] and "Ctrl+C" not in self.said[-1]):
            self.said.append(self.process.stdout.readline())
        assert "http://" in self.said[0], [*self.said, self.process.stdout.read()]

    def stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(30)
            self.process.stdout.close()  # type: ignore[union-attr]
            self.process = None

    def kill(self) -> None:
        """The machine is switched off: server and kernels end without a word."""
        assert self.process is not None
        family = psutil.Process(self.process.pid).children(recursive=True)
        for process in (psutil.Process(self.process.pid), *family):
            process.kill()
        self.process.wait(30)
        psutil.wait_procs(family, 30)  # the address is free when they are gone
        self.process.stdout.close()  # type: ignore[union-attr]
        self.process = None

    def sessions(self) -> list[Any]:
        """What JupyterLab says of the notebooks that have a kernel."""
        server, token = self.url.split("/doc/")[0], self.url.split("token=")[1].strip()
        with urllib.request.urlopen(f"{server}/api/sessions?token={token}", timeout=60) as response:
            return list(json.load(response))

    def kernels(self, notebook: str = NOTEBOOK) -> list[psutil.Process]:
        """The processes of a notebook's kernel; to start that of another one again takes seconds, too."""
        assert self.process is not None
        ids = [item["kernel"]["id"] for item in self.sessions() if item["path"] == notebook]
        found = psutil.Process(self.process.pid).children(recursive=True)
        return [process for process in found if any(f"kernel-{each}.json" in " ".join(_command(process)) for each in ids)]


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:  # just ended
        return []


@contextmanager
def new_page(browser: Browser, width: int = 1280, height: int = 800) -> Iterator[Page]:
    """A window of another person: cookies, clipboard, storage and cache apart from all others."""
    context = new_context(browser, width, height)
    try:
        yield context.new_page()
    finally:
        context.close()


def new_context(browser: Browser, width: int = 1280, height: int = 800) -> BrowserContext:
    """What the windows of one person share; JupyterLab is loaded once for all of them."""
    context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN", accept_downloads=True)
    context.set_default_timeout(WAIT_MILLISECONDS)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    return context


@contextmanager
def window(browser: Browser, width: int = 1280, height: int = 800) -> Iterator[Page]:
    """A fresh window of the person who has the first context of this browser, of any size."""
    context = browser.contexts[0] if browser.contexts else new_context(browser)
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": height})
    try:
        yield page
    finally:
        page.close()


def open_notebook(page: Page, lab: Lab, notebook: str = NOTEBOOK) -> None:
    """Open the notebook as ``nianbao lab`` does; it runs by itself. A test that killed JupyterLab and failed costs no other."""
    if lab.process is None:
        lab.start()
    page.goto(lab.url.replace(NOTEBOOK, notebook))
    page.wait_for_selector(".jp-Notebook")


def open_once(page: Page, lab: Lab, notebook: str = NOTEBOOK) -> None:
    """Open the notebook in a window that tests share; load it only after a test that ended JupyterLab or left a veil."""
    server, path = page.url.split("/doc/")[0], page.url.split("?")[0]
    here = lab.process is not None and lab.url.startswith(f"{server}/doc/") and path.endswith(notebook)
    if not here or page.locator(".nianbao-veil, .nianbao-opening").count() or not page.locator(".jp-Notebook").count():
        open_notebook(page, lab, notebook)


def run_all(page: Page) -> None:
    """运行 → 运行所有单元格, by the menu; again when the kernel was not there yet, as a person would."""
    for _ in range(15):
        page.get_by_role("menubar").first.get_by_text("运行", exact=True).click()
        page.locator(".lm-Menu-item[data-command='runmenu:run-all']").click()
        try:
            page.locator(".jp-OutputArea-output").first.wait_for(timeout=30_000)
        except NothingSeen:
            continue
        return


def choose(page: Page, organ: Path, who: str = "") -> None:
    """Open an organ's report on the start screen; a form that came back by itself is left first."""
    to_start_screen(page)
    if who:
        page.get_by_label("填报人").fill(who)
    page.get_by_label("查找机关").fill(organ.stem)
    page.locator(".nb-organs option", has_text=f"/ {organ.stem}").first.wait_for(state="attached")
    page.wait_for_function(
        "name => [...document.querySelectorAll('.nb-organs option')].every(option => option.label.includes(name))", arg=organ.stem
    )
    page.get_by_role("button", name="打开填报").click()
    wait_for_form(page)


def to_start_screen(page: Page) -> None:
    """Wait for what the notebook shows; a form that came back by itself is left."""
    leave = page.get_by_role("button", name="换一个机关")
    page.locator(".nb-start").or_(leave).first.wait_for()
    wait_for_no_veil(page)
    if leave.is_visible():
        leave.click()
        # where a test before left something to choose, the first press says so and the second leaves
        refused = page.get_by_text(re.compile("再按一次.*离开"))
        page.locator(".nb-start").or_(refused).first.wait_for()
        if refused.is_visible():
            leave.click()
    page.locator(".nb-start").wait_for()


def wait_for_form(page: Page) -> None:
    """Until the form can be used: its last grid is drawn, and nothing lies over it."""
    page.wait_for_selector(f"{NEWEST} .nb-grid-disputes td[data-address]")
    wait_for_no_veil(page)


def wait_for_no_veil(page: Page) -> None:
    """Until nothing lies over form and start screen any more."""
    page.locator(".nianbao-veil").wait_for(state="detached")


@contextmanager
def replaced_form(page: Page) -> Iterator[None]:
    """What is done within replaces the form: afterwards the new one is there, however alike it looks."""
    page.evaluate("document.querySelectorAll('.nb-form').forEach(form => { form.dataset.old = '1'; })")
    yield
    wait_for_form(page)


def wait_for_kernel(lab: Lab, notebook: str) -> None:
    """Until the kernel of a notebook takes work: pressed before, 运行 does nothing."""
    wait_until(lambda: any(item["path"] == notebook and item["kernel"]["execution_state"] == "idle" for item in lab.sessions()))


def saved_notebook(lab: Lab) -> Any:
    """The notebook as it lies on the disk; the window of the test before may still be saving it."""
    found: list[Any] = []

    def is_whole() -> bool:
        with suppress(ValueError):
            found.append(json.loads((lab.folder / NOTEBOOK).read_bytes()))
        return bool(found)

    wait_until(is_whole)
    return found[0]


def wait_until(true: Callable[[], object], seconds: float = 100) -> None:
    """Until a condition of files or processes holds."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "the condition did not come true"
        time.sleep(0.05)
