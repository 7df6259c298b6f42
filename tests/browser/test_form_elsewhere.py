"""The same notebook in Notebook 7 and in Voilà: the form is drawn, takes a number and tells what is wrong with it."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from playwright.sync_api import TimeoutError as NotYet

from tests.browser.driving import NOTEBOOK, choose, new_page, wait_until
from tests.browser.filling import type_into, wait_for_note, wait_shown
from toolkit.report import read_report

TOKEN = "test"


@contextmanager
def serving(folder: Path, *command: str) -> Iterator[int]:
    """A server of Jupyter's on a free port, in a folder and home of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    environment = {**os.environ, "HOME": str(folder), "JUPYTER_RUNTIME_DIR": str(folder / "runtime")}
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", *command, f"--port={port}"], cwd=folder, env=environment, stdout=log, stderr=log
        )
        try:
            end = time.monotonic() + 120
            while time.monotonic() < end and process.poll() is None:
                with socket.socket() as trial:
                    if trial.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.1)
            yield port
        finally:
            process.terminate()
            process.wait(30)


@pytest.fixture
def copy(project: Path, tmp_path: Path) -> Path:
    """Notebook and params of the project, apart from it."""
    shutil.copytree(project / "notebooks", tmp_path / "notebooks", ignore=shutil.ignore_patterns(".*"))
    shutil.copytree(project / "params", tmp_path / "params", ignore=shutil.ignore_patterns(".*"))
    return tmp_path


def fill_in(page: Page, organ: Path) -> None:
    choose(page, organ)
    type_into(page, "applications.new.business", "７件")
    wait_shown(page, "applications.new.business", "7")
    wait_for_note(page, "applications.new.business", "有错误")
    page.get_by_role("button", name="保存", exact=True).click()
    page.get_by_text("已自动保存").wait_for()
    assert read_report(organ).number("applications", "new", "business") == 7


def kernel_is_idle(port: int) -> bool:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/sessions?token={TOKEN}", timeout=20) as response:
        return any(session["kernel"]["execution_state"] == "idle" for session in json.load(response))


def run_until_shown(page: Page, port: int) -> None:
    """Run All once the kernel is there, as a person would.

    Pressed before the window knows of its kernel, Notebook says nothing or asks which kernel to take: answered with the
    one it offers, whenever the question comes.
    """
    question = page.locator(".jp-Dialog")
    page.add_locator_handler(question, lambda: question.locator(".jp-mod-accept").click())
    wait_until(lambda: kernel_is_idle(port))
    for _ in range(5):
        page.get_by_role("menubar").get_by_text("Run", exact=True).click()
        page.locator("li[data-command='runmenu:run-all']").click()
        with suppress(NotYet):
            page.wait_for_selector(".nb-start, .nb-form", timeout=60_000)
            return


@pytest.mark.sweep  # JupyterLab's own parts, as in all other tests, without our extension, as in Voilà
def test_notebook_7(browser: Browser, copy: Path) -> None:
    options = ("--ServerApp.open_browser=False", "--ServerApp.allow_root=True", f"--IdentityProvider.token={TOKEN}")
    with serving(copy, "notebook", *options) as port, new_page(browser) as page:
        page.goto(f"http://127.0.0.1:{port}/notebooks/{NOTEBOOK}?token={TOKEN}")
        page.wait_for_selector(".jp-Notebook")
        run_until_shown(page, port)
        fill_in(page, copy / "params" / "2024" / "云溪县" / "柳湾镇.yaml")


def test_voila(browser: Browser, copy: Path) -> None:
    with serving(copy, "voila", NOTEBOOK, "--no-browser") as port, new_page(browser) as page:
        page.goto(f"http://127.0.0.1:{port}/")
        page.locator(".nb-start").wait_for()
        expect(page.get_by_text("请点菜单")).to_be_hidden()
        fill_in(page, copy / "params" / "2024" / "云溪县" / "柳湾镇.yaml")
