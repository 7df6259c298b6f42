"""A real JupyterLab started by ``nianbao lab`` and a real Chromium.

One JupyterLab serves all tests of a worker, one Chromium those of a module; whole files go to a worker (``tests.scheduling``).
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.driving import Lab, new_context, open_once, window

SWITCHES = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory, project: Path) -> Iterator[Lab]:
    """The one JupyterLab of this worker."""
    folder = tmp_path_factory.mktemp("lab")
    shutil.copytree(project / "notebooks", folder / "notebooks", ignore=shutil.ignore_patterns(".*"))
    shutil.copytree(project / "params", folder / "params", ignore=shutil.ignore_patterns(".*"))
    lab = Lab(folder, tmp_path_factory.mktemp("home"))
    lab.start()
    yield lab
    lab.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium for one module: its event loop would stand in the way of other tests that need one."""
    path = os.environ.get("NIANBAO_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    assert path, "没有找到 Chromium：请安装 apt.txt 中的 chromium，或用 NIANBAO_CHROMIUM 指明 / chromium of apt.txt is missing"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=SWITCHES)
        new_context(browser)  # the one whose windows the tests share
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def one_window(browser: Browser) -> Iterator[Page]:
    """The window that the tests of a module share: to load JupyterLab takes longer than most of them."""
    with window(browser) as page:
        yield page


@pytest.fixture
def desk(one_window: Page, lab: Lab) -> Page:
    """The shared window with the notebook of the form open in it."""
    open_once(one_window, lab)
    return one_window


@pytest.fixture
def page(browser: Browser, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Page]:
    """A fresh window; what it showed at the end of the test is kept as a picture in the test's folder."""
    with window(browser) as page:
        yield page
        page.screenshot(path=tmp_path / f"{request.node.name[:60]}.png")


@pytest.fixture
def organ(lab: Lab, request: pytest.FixtureRequest) -> Path:
    """A params file of this test alone, a copy of an invented town's."""
    name = re.sub(r"\W", "", request.node.name)[:50]
    path = lab.params / "2024" / "云溪县" / f"{name}.yaml"
    shutil.copy(lab.params / "2024" / "云溪县" / "柳湾镇.yaml", path)
    return path
