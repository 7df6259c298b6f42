"""A real JupyterLab started by ``nianbao lab`` and a real Chromium.

One JupyterLab and one Chromium with one window serve all tests of a worker: to load JupyterLab takes longer than most tests.
Whole files go to a worker (``tests.scheduling``).
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.chromium import Chromium
from tests.browser.driving import Lab, open_once, window

CHROMIUM = Chromium()
# What a person may have set up for other notebooks: each of these would keep the form from its clerk.
OWN_SETTINGS = {
    ".jupyter/jupyter_server_config.json": """{"ServerApp": {"root_dir": "/", "port": 1, "base_url": "/mine/",
        "jpserver_extensions": {"jupyterlab": false}, "contents_manager_class": "not_installed.Manager"},
        "PasswordIdentityProvider": {"hashed_password": "sha1:a:b", "password_required": true}}""",
    ".jupyter/jupyter_server_config.py": "c.ServerApp.shutdown_no_activity_timeout = 2",
    ".jupyter/labconfig/page_config.json": '{"disabledExtensions": {"@jupyter-widgets/jupyterlab-manager": true}}',
    ".ipython/profile_default/ipython_config.py": "c.InteractiveShell.ast_node_interactivity = 'all'",
    ".ipython/profile_default/startup/mine.py": "print('mine'); import not_installed",
}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Note that a test has failed."""
    report = yield
    CHROMIUM.is_spoilt |= report.failed
    return report


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """After a failure begin with another JupyterLab and Chromium: the test may have left window, kernel and report in any state.

    The fixtures of the module go with them; the next test makes its own.
    """
    if CHROMIUM.is_spoilt:
        item.session._setupstate.teardown_exact(None)
        CHROMIUM.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(nextitem: pytest.Item | None) -> Iterator[None]:
    """End Chromium after the last test that drives it: its event loop would stand in the way of tests that need one."""
    try:
        return (yield)
    finally:
        if nextitem is None or "browser" not in nextitem.path.parts:
            CHROMIUM.close()


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory, project: Path) -> Iterator[Lab]:
    """The one JupyterLab of this worker."""
    folder = tmp_path_factory.mktemp("lab")
    shutil.copytree(project / "notebooks", folder / "notebooks", ignore=shutil.ignore_patterns(".*"))
    shutil.copytree(project / "params", folder / "params", ignore=shutil.ignore_patterns(".*"))
    lab = Lab(folder, tmp_path_factory.mktemp("home"))
    for name, text in OWN_SETTINGS.items():
        (lab.home / name).parent.mkdir(parents=True, exist_ok=True)
        (lab.home / name).write_text(text, encoding="utf-8")
    lab.start()
    yield lab
    if CHROMIUM.is_spoilt and lab.process is not None:
        lab.kill()  # a kernel that a test has suspended would not end
    lab.stop()


@pytest.fixture(scope="module")
def browser() -> Browser:
    """The Chromium of this worker."""
    return CHROMIUM.browser()


@pytest.fixture
def one_window(browser: Browser) -> Page:
    """The window that the tests share."""
    assert browser.is_connected()
    return CHROMIUM.window()


@pytest.fixture
def desk(one_window: Page, lab: Lab) -> Page:
    """The shared window with the notebook of the form open in it."""
    open_once(one_window, lab)
    return one_window


@pytest.fixture(scope="module")
def module_desk(browser: Browser, lab: Lab) -> Page:
    """The same for a module whose tests share a report."""
    assert browser.is_connected()
    page = CHROMIUM.window()
    open_once(page, lab)
    return page


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
