"""``nianbao lab`` running: on this machine only, with a token, in Chinese, and nothing in the person's own settings."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

import psutil
import pytest
from playwright.sync_api import Page, Request, Response, Route, expect

from tests.browser.driving import NOTEBOOK, Lab, open_notebook, saved_notebook, wait_for_no_veil


@pytest.fixture
def page(one_window: Page, page: Page) -> Page:
    """The only window with JupyterLab: in a second one it takes another workspace, and loads the page again for that."""
    one_window.goto("about:blank")
    return page


def answer(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=20) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        return error.code


def listens_at(process: psutil.Process) -> list[str]:
    try:
        return [item.laddr.ip for item in process.net_connections("inet") if item.status == "LISTEN"]
    except psutil.NoSuchProcess:  # a child of the server that had just ended
        return []


def test_only_this_machine_can_reach_it_and_only_with_the_token(lab: Lab) -> None:
    assert lab.process is not None
    family = [psutil.Process(lab.process.pid), *psutil.Process(lab.process.pid).children(recursive=True)]
    listening = {address for process in family for address in listens_at(process)}
    assert listening == {"127.0.0.1"}
    host, token = lab.url.split("/doc/")[0], lab.url.split("token=")[1]
    assert len(token) >= 32
    assert answer(f"{host}/api/contents/params") == 403
    assert answer(f"{host}/api/contents/params?token={token[::-1]}") == 403
    assert answer(f"{host}/api/contents/params?token={token}") == 200
    assert answer(f"{host}/api/terminals?token={token}") == 404  # no shell behind the browser
    with urllib.request.urlopen(f"{host}/doc/tree/{NOTEBOOK}?token={token[::-1]}", timeout=20) as response:
        assert "这个地址已经过期" in response.read().decode()


def test_the_terminal_says_in_chinese_where_it_is_and_how_to_end_it(lab: Lab) -> None:
    assert lab.said[0].startswith("填报表可在浏览器中打开：http://127.0.0.1:")
    assert "Ctrl+C" in "".join(lab.said[1:])


def test_interface_language_and_calm_are_set_for_this_start_only(lab: Lab) -> None:
    host, token = lab.url.split("/doc/")[0], lab.url.split("token=")[1]

    def setting(plugin: str) -> Any:
        with urllib.request.urlopen(f"{host}/lab/api/settings/{plugin}?token={token}", timeout=20) as response:
            return json.load(response)

    language = setting("@jupyterlab/translation-extension:plugin")
    assert language["schema"]["properties"]["locale"]["default"] == "zh_CN"
    news = setting("@jupyterlab/apputils-extension:notification")["schema"]["properties"]
    assert (news["fetchNews"]["default"], news["checkForUpdates"]["default"]) == ("false", False)
    # neither settings nor workspaces of the person
    assert not (lab.home / ".jupyter").exists() or not list((lab.home / ".jupyter").rglob("*.jupyterlab-settings"))


WATCH_OPENING = """
window.seen = [];
new MutationObserver(() => {
    const names = ['nianbao-opening', 'nianbao-veil', 'jupyterlab-splash'];
    for (const name of names.filter(name => !window.seen.includes(name)))
        if (document.querySelector(`.${name}, #${name}`)) window.seen.push(name);
}).observe(document, { childList: true, subtree: true });
"""


def test_the_clerk_sees_chinese_and_no_code_presses_nothing_and_leaves_the_notebook_as_it_was(page: Page, lab: Lab) -> None:
    before = saved_notebook(lab)

    def is_saving(answer: Response) -> bool:
        return answer.request.method == "PUT" and NOTEBOOK in answer.url

    foreign: list[str] = []
    page.on("request", lambda request: foreign.append(request.url))
    page.add_init_script(WATCH_OPENING)
    with page.expect_response(is_saving) as saving:  # by itself, when the form is drawn
        open_notebook(page, lab)
        page.wait_for_selector(".nb-start, .nb-form")
    assert page.get_by_role("menubar").first.inner_text().split() == ["文件", "运行", "设置", "帮助"]
    assert page.locator(".jp-InputArea-editor:visible").count() == 0
    # from the first moment on a sheet says what is being opened, and never JupyterLab's own screen with its question
    assert page.evaluate("window.seen") == ["nianbao-opening", "nianbao-veil"]
    assert page.locator(".nianbao-opening").count() == 0
    expect(page).to_have_title("填报表")
    shown = page.locator("body").inner_text()
    assert not any(
        word in shown for word in ("Python 3", "ipykernel", "Kernel", "内核", "annual_report.ipynb", "In [", "Untitled")
    )
    # nothing of the page comes from another machine
    assert [url for url in foreign if not url.startswith((lab.url.split("/doc/")[0], "data:", "blob:"))] == []
    assert saving.value.ok
    wait_for_no_veil(page)
    page.keyboard.press("Control+s")
    assert saved_notebook(lab) == before


def test_a_workspace_that_never_answers_keeps_nobody_waiting(page: Page, lab: Lab) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/api/workspaces/*", hold)
    page.goto(lab.url)
    page.evaluate("window.first = true")
    page.locator(".nb-start, .nb-form").first.wait_for()
    wait_for_no_veil(page)
    assert held
    assert page.evaluate("window.first"), "the page was loaded once"
    assert page.evaluate("location.pathname").endswith(f"/doc/tree/{NOTEBOOK}"), "a reload shows the form"


def test_a_page_that_stops_half_way_is_loaded_once_more(page: Page, lab: Lab) -> None:
    page.add_init_script(
        "const later = setTimeout; setTimeout = (work, ms, ...more) => later(work, ms === 60000 ? 3000 : ms, ...more);"
    )
    loads: list[Request] = []
    held: list[Route] = []
    page.on("request", lambda request: loads.append(request) if request.is_navigation_request() else None)
    page.route("**/lab/api/translations/zh_CN*", lambda route: route.continue_() if len(loads) > 1 else held.append(route))
    page.goto(lab.url)
    page.locator(".nb-start, .nb-form").first.wait_for()
    wait_for_no_veil(page)
    assert len(loads) == 2
