"""One server for many clerks: a real JupyterHub, real accounts of the system, a real Chromium. Minutes; ``make test-all``."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tests.browser.chromium import SWITCHES
from tests.browser.driving import new_page
from tests.deploy.hub import PROJECT, YEAR, Account, Hub, Person, accounts, lay_out, python_of_the_hub, running_hub, wait_until
from tests.markers import find_chromium
from tests.shared_folder import shared_folder

pytestmark = [
    pytest.mark.sweep,
    pytest.mark.needs_root,
    pytest.mark.posix_only,
    pytest.mark.needs_chromium,
    pytest.mark.timeout(900),
]
TOWNS = {"望江镇": "clerk-a", "松石镇": "clerk-b"}


@pytest.fixture(scope="module")
def people() -> Iterator[dict[str, Account]]:
    with accounts(
        ("clerk-a", "NIANBAO_CLERKS"),
        ("clerk-b", "NIANBAO_CLERKS"),
        ("officer", "NIANBAO_OFFICERS"),
        ("outside", "users"),
    ) as made:
        yield made


@pytest.fixture(scope="module")
def hub(people: dict[str, Account]) -> Iterator[Hub]:
    with shared_folder() as data, shared_folder() as program:
        lay_out(data, {town: people[short] for town, short in TOWNS.items()})
        with running_hub(data, python_of_the_hub(program), NIANBAO_IDLE_SECONDS="600") as hub:
            yield hub


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Page]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find_chromium(), args=SWITCHES)
        with new_page(chromium) as page:
            yield page
            page.screenshot(path=tmp_path / "page.png")
        chromium.close()


def sign_in(page: Page, hub: Hub, account: Account) -> None:
    page.goto(hub.url)
    page.get_by_label("账号").fill(account.name)
    page.get_by_label("密码").fill(account.password)
    page.get_by_role("button", name="登录").click()


def finished_report(account: Account, town: str) -> None:
    """Put a report without errors where the clerk's form opens it."""
    source = PROJECT / "params" / "2024" / "云溪县" / f"{town}.yaml"
    target = account.home / "年报" / "params" / str(YEAR) / "云溪县" / f"{town}.yaml"
    text = (
        source.read_text(encoding="utf-8")
        .replace("2024年", f"{YEAR}年")
        .replace("2025-01", f"{YEAR + 1}-01")
        .replace("year: 2024", f"year: {YEAR}")
    )
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")
    subprocess.run(["chown", "-R", account.name, account.home], check=True)


def form_of(page: Page) -> None:
    page.wait_for_selector(".nb-form", timeout=200_000)


@pytest.mark.parametrize(("town", "short"), TOWNS.items())
def test_a_clerk_signs_in_and_sees_the_form_of_the_own_organ_at_once(
    town: str, short: str, hub: Hub, people: dict[str, Account], page: Page
) -> None:
    account = people[short]
    sign_in(page, hub, account)
    form_of(page)
    assert town in page.inner_text(".nb-form")
    assert "文件" in page.inner_text(".jp-MainMenu, .lm-MenuBar", timeout=60_000)
    own = account.home / "年报"
    assert (own.stat().st_mode & 0o777, own.owner()) == (0o700, account.name)


def test_what_is_submitted_goes_into_the_drop_box_and_is_taken_in_by_the_county(
    hub: Hub, people: dict[str, Account], page: Page
) -> None:
    account, town = people["clerk-a"], "望江镇"
    shutil.rmtree(account.home / "年报" / "params" / str(YEAR), ignore_errors=True)
    finished_report(account, town)
    sign_in(page, hub, account)
    form_of(page)
    expect(page.locator(".nb-form")).to_contain_text("已填 166/166", timeout=100_000)
    page.get_by_role("button", name="报送").click()
    expect(page.locator(".nb-form")).to_contain_text("放进了县里的收件箱", timeout=100_000)
    (pdf,) = (hub.data / "inbox").glob("*.pdf")
    assert (pdf.owner(), pdf.group(), pdf.stat().st_mode & 0o777) == (account.name, "nbtest-county", 0o640)
    page.get_by_role("button", name="报送").click()
    expect(page.locator(".nb-form")).to_contain_text("不再重复", timeout=100_000)
    assert len(list((hub.data / "inbox").iterdir())) == 1
    # nobody but the county reads it, not even by its name
    other = people["clerk-b"]
    assert other.run(f"ls '{pdf.parent}'").returncode != 0
    assert other.run(f"cat '{pdf}'").returncode != 0
    assert other.run(f"rm -f '{pdf}' || mv '{pdf}' '{pdf}.x'").returncode != 0
    assert account.run(f"ls '{pdf.parent}'").returncode != 0
    # another clerk puts the same report in: the county sees whose it is
    shutil.copy(pdf, other.home / "forged.pdf")
    shutil.chown(other.home / "forged.pdf", other.name)
    assert (
        other.run(f"cp '{other.home}/forged.pdf' '{pdf.parent}/forged.pdf' && chmod 644 '{pdf.parent}/forged.pdf'").returncode
        == 0
    )
    assert other.run(f"mkfifo '{pdf.parent}/pipe.pdf' && ln -s /etc/shadow '{pdf.parent}/link.pdf'").returncode == 0
    nianbao = f"'{python(hub)}' -m toolkit"
    collected = people["officer"].run(f"cd '{hub.data}/county' && {nianbao} collect '{hub.data}/inbox'")
    assert "收到 1" in collected.stdout, collected.stdout + collected.stderr
    assert "隔离 1" in collected.stdout
    assert f"却是 {other.name} 投进收件箱的" in collected.stdout
    assert (hub.data / "county" / "params" / str(YEAR) / "云溪县" / f"{town}.yaml").is_file()


def python(hub: Hub) -> str:
    return str(hub.process.args[0])  # type: ignore[index]


def test_the_officer_sees_the_overview_and_has_a_terminal(hub: Hub, people: dict[str, Account], page: Page) -> None:
    sign_in(page, hub, people["officer"])
    page.wait_for_selector(".jp-Notebook", timeout=200_000)
    assert "county_overview" in page.url
    page.get_by_text("年度和地区", exact=True).wait_for(timeout=200_000)
    assert "望江镇" in page.inner_text("body")
    person = signed_in(hub, people["officer"])
    assert person.status(f"user/{people['officer'].name}/api/terminals") == 200


def signed_in(hub: Hub, account: Account) -> Person:
    person = Person(hub)
    person.sign_in(account)
    person.ask("hub/spawn")
    wait_until(lambda: person.has_server(account), f"no server for {account.name}, see {hub.data / 'hub.log'}")
    return person


def test_a_clerk_reads_lists_and_writes_nothing_of_another(hub: Hub, people: dict[str, Account]) -> None:
    a, b = people["clerk-a"], people["clerk-b"]
    finished_report(b, "松石镇")
    secret = b.home / "年报" / "params" / str(YEAR) / "云溪县" / "松石镇.yaml"
    person, neighbour = signed_in(hub, a), signed_in(hub, b)
    mine, theirs = f"user/{a.name}/", f"user/{b.name}/"
    assert neighbour.status(f"{theirs}api/contents/") == 200
    # the other's server, with the own cookies
    assert person.status(f"{theirs}tree") == 403
    for path in (
        "api/contents/",
        "api/contents/nianbao.toml",
        "api/sessions",
        "api/kernels",
        "files/nianbao.toml",
        "lab",
        "doc/tree/nianbao.toml",
    ):
        assert person.status(theirs + path) in (403, 404), path
    assert person.status(f"{theirs}api/kernels", b"{}", "POST") in (403, 404)
    assert person.status(f"{theirs}api/contents/x.txt", b'{"type": "file", "format": "text", "content": "x"}', "PUT") in (
        403,
        404,
    )
    # the own server, with paths that lead to the other's home
    tricks = (
        "../", "..%2f", f"../../{b.name}/", f"%2e%2e/%2e%2e/{b.name}/年报/nianbao.toml", f"//{secret}", "....//",
        "..%5c..%5c", str(secret).lstrip("/"),
    )  # fmt: skip
    for trick in tricks:
        for api in ("api/contents/", "files/", "nbconvert/html/", "doc/tree/"):
            status, answer = person.ask(mine + api + quoted(trick))
            assert status != 200 or "松石镇".encode() not in answer, (api, trick)
    # a link in the own folder, and whatever code in the own kernel
    assert a.run(f"ln -s '{b.home}' '{a.home}/年报/link'").returncode == 0
    assert person.status(f"{mine}api/contents/link") != 200
    assert person.status(f"{mine}api/contents/link/{quoted('年报/nianbao.toml')}") != 200
    for folder in (b.home, hub.data / "county", hub.data / "hub", hub.data / "inbox"):
        assert "PermissionError" in person.run_code(a, f"import os; print(os.listdir({str(folder)!r}))"), folder
    for mode in ("r", "a"):
        assert "PermissionError" in person.run_code(a, f"print(open({str(secret)!r}, {mode!r}))"), mode
    taken = (
        "import os\nfor pid in os.listdir('/proc'):\n  try: print(open(f'/proc/{pid}/environ').read())\n  except Exception: pass"
    )
    printed = person.run_code(a, taken)
    assert a.name in printed
    assert f"/user/{b.name}/" not in printed
    # terminals, the admin's page, tokens for others
    assert person.status(f"{mine}api/terminals") in (403, 404)
    assert person.status(f"{mine}api/terminals", b"{}", "POST") in (403, 404)
    assert person.status("hub/admin") in (403, 404)
    assert person.status("hub/api/users") in (403, 404)
    assert person.status(f"hub/api/users/{b.name}/server", method="DELETE") in (403, 404)
    assert person.status(f"hub/api/users/{b.name}/tokens", b"{}", "POST") in (403, 404)
    # the terminal of the machine: the rights of the account are the same there
    for path in (secret, b.home / "年报", hub.data / "county" / "params", hub.data / "hub" / "cookie_secret"):
        assert a.run(f"cat '{path}' || ls '{path}'").stdout == "", path
    assert "x" not in secret.read_text(encoding="utf-8")[-3:]


def quoted(path: str) -> str:
    return quote(path, safe="/%")


def test_a_wrong_password_and_an_account_outside_of_the_groups_do_not_come_in(
    hub: Hub, people: dict[str, Account], page: Page
) -> None:
    for account, password in ((people["clerk-a"], "wrong"), (people["outside"], people["outside"].password)):
        sign_in(page, hub, Account(account.name, account.group, password))
        expect(page.get_by_role("alert")).to_contain_text("账号或密码不对", timeout=60_000)
    assert Person(hub).status("hub/home") == 200  # the login page again
    assert Person(hub).status(f"user/{people['clerk-a'].name}/api/contents/") in (403, 404)


def test_the_notebook_of_a_clerk_is_saved_without_figures_though_the_checkout_is_editable(
    hub: Hub, people: dict[str, Account]
) -> None:
    account = people["clerk-a"]
    person = signed_in(hub, account)
    path = f"user/{account.name}/api/contents/notebooks/annual_report.ipynb"
    status, answer = person.ask(path)
    assert status == 200
    model = json.loads(answer)
    code = next(cell for cell in model["content"]["cells"] if cell["cell_type"] == "code")
    code["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "12345678"}]
    saved = person.ask(path, json.dumps({"type": "notebook", "content": model["content"]}).encode(), "PUT")
    assert saved[0] == 200, saved[1][:300]
    assert b"12345678" not in (account.home / "年报" / "notebooks" / "annual_report.ipynb").read_bytes()
