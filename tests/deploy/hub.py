"""A real JupyterHub with real accounts of the system: started, signed in to, taken away again. Needs root."""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import HTTPCookieProcessor, Request, build_opener

import psutil

from deploy.bundle import installing
from tests.browser.driving import free_port

PROJECT = Path(__file__).resolve().parents[2]
DEPLOY = PROJECT / "deploy" / "jupyterhub"
YEAR = date.today().year - (date.today().month < 12)  # of the report that the form of a hub opens
GROUPS = {"NIANBAO_OFFICERS": "nbtest-county", "NIANBAO_CLERKS": "nbtest-clerks", "NIANBAO_OWNER": "nbtest-owner"}


@dataclass
class Account:
    """An account of the system, made for a test."""

    name: str
    group: str
    password: str = field(default_factory=lambda: secrets.token_hex(8), repr=False)

    @property
    def home(self) -> Path:
        import pwd  # here: the tests that use this are collected on Windows too

        return Path(pwd.getpwnam(self.name).pw_dir)

    def run(self, script: str) -> subprocess.CompletedProcess[str]:
        """Run a shell script with the rights of the account, as a terminal of theirs would."""
        return subprocess.run(["runuser", "-u", self.name, "--", "sh", "-c", script], capture_output=True, encoding="utf-8")


def python_of_the_hub(folder: Path) -> Path:
    """A Python with nianbao[hub] that every account can run: of this environment, or of a bundle that is installed for it."""
    named = os.environ.get("NIANBAO_HUB_PYTHON")
    if named:
        return Path(named)
    if installing._others_can_run(Path(os.path.realpath(sys.executable))) and installing._others_can_run(PROJECT):
        return Path(sys.executable)
    from deploy.bundle.make import make_bundle
    from deploy.bundle.wheels import PYTHONS, TARGETS

    number = next(number for number in PYTHONS if Path(f"/usr/bin/python{number}").exists())
    bundle = make_bundle(TARGETS[f"linux_{os.uname().machine}"], folder, [number])
    shutil.unpack_archive(bundle, folder)
    command = [
        "sh",
        str(folder / bundle.stem / "install.sh"),
        "--to",
        str(folder / "program"),
        "--folder",
        str(folder / "x"),
        "--no-icon",
    ]
    subprocess.run(command, env={**os.environ, "PYTHON": f"/usr/bin/python{number}"}, check=True)
    return folder / "program" / "current" / "bin" / "python"


@dataclass
class Hub:
    """A running Hub; ``data`` is its /srv/nianbao."""

    data: Path
    port: int
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def server_of(self, account: Account) -> list[psutil.Process]:
        """The server of an account and its kernels."""
        return [process for process in psutil.process_iter(["username"]) if process.info["username"] == account.name]


@contextmanager
def accounts(*names_and_roles: tuple[str, str]) -> Iterator[dict[str, Account]]:
    """Accounts of the system with homes of mode 700, by short name; taken away at the end."""
    made = {short: Account(f"nbtest-{short}", GROUPS.get(group, group)) for short, group in names_and_roles}
    for account in made.values():
        subprocess.run(["groupadd", "--force", "--system", account.group], check=True)
    try:
        for account in made.values():
            subprocess.run(["userdel", "-rf", account.name], capture_output=True)
            command = [
                "useradd",
                "--create-home",
                "-K",
                "HOME_MODE=0700",
                "--groups",
                account.group,
                "--shell",
                "/bin/bash",
                account.name,
            ]
            subprocess.run(command, check=True)
            subprocess.run(["chpasswd"], input=f"{account.name}:{account.password}", text=True, check=True)
        yield made
    finally:
        for account in made.values():
            for process in psutil.process_iter(["username"]):
                if process.info["username"] == account.name:
                    with suppress(psutil.Error):
                        process.kill()
            time.sleep(0.2)
            subprocess.run(["userdel", "-rf", account.name], capture_output=True)
        subprocess.run(["userdel", GROUPS["NIANBAO_OWNER"]], capture_output=True)  # setup.sh made it
        for group in GROUPS.values():
            subprocess.run(["groupdel", group], capture_output=True)


@contextmanager
def running_hub(data: Path, python: Path, **settings: str) -> Iterator[Hub]:
    """The Hub of deploy/jupyterhub on free ports."""
    if not (DEPLOY / "node_modules").is_dir():
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"], cwd=DEPLOY, check=True)
    port = free_port()
    variables = {
        **os.environ, **GROUPS, "NIANBAO_HUB_DATA": str(data), "NIANBAO_HUB_URL": f"http://127.0.0.1:{port}",
        "NIANBAO_HUB_API_URL": f"http://127.0.0.1:{free_port()}",
        "NIANBAO_PROXY_API_URL": f"http://127.0.0.1:{free_port()}", **settings,
    }  # fmt: skip
    for name in list(variables):
        if name.startswith(("PYTHON", "JUPYTER", "IPYTHON", "XDG_", "VIRTUAL_ENV", "PYTEST")):
            del variables[name]
    with (data / "hub.log").open("wb") as log:
        command = [str(python), "-m", "jupyterhub", "-f", str(DEPLOY / "jupyterhub_config.py")]
        process = subprocess.Popen(command, cwd=data / "hub", env=variables, stdout=log, stderr=log)
    hub = Hub(data, port, process)
    try:
        wait_until(lambda: Person(hub).status("hub/login") == 200, f"the Hub did not start, see {data / 'hub.log'}")
        yield hub
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(30)
        if process.poll() is None:
            process.kill()
            process.wait()
        end_proxy(port)


def end_proxy(port: int) -> None:
    """End the proxy at a port: a Hub that ends sends it a signal and does not wait; one that was killed does not even that."""
    for process in psutil.process_iter(["cmdline"]):
        words = process.info["cmdline"] or []
        if f"--port={port}" in "=".join(words) and any(word.endswith("configurable-http-proxy") for word in words):
            with suppress(psutil.NoSuchProcess):
                process.kill()
                process.wait(10)


def lay_out(data: Path, members: dict[str, Account]) -> None:
    """Run the setup script; name the accounts in the member list."""
    subprocess.run(["sh", str(DEPLOY / "setup.sh"), str(data)], env={**os.environ, **GROUPS}, check=True, capture_output=True)
    listed = "".join(
        f"  - {{name: 云溪县{organ}人民政府, file: {organ}, level: township, account: {account.name}}}\n"
        for organ, account in members.items()
    )
    text = f"name: 云溪县人民政府\nmembers:\n{listed}"
    for folder in (data / "shared" / "params", data / "county" / "params"):
        place = folder / str(YEAR) / "云溪县"
        place.mkdir(parents=True)
        (place / "_jurisdiction.yaml").write_text(text, encoding="utf-8")
    subprocess.run(["chown", "-R", f"{GROUPS['NIANBAO_OWNER']}:{GROUPS['NIANBAO_OFFICERS']}", data / "county"], check=True)
    subprocess.run(["chmod", "-R", "g+rwX", data / "county"], check=True)


class Person:
    """A client of the Hub with cookies of its own."""

    def __init__(self, hub: Hub) -> None:
        self._hub, self._cookies = hub, HTTPCookieProcessor()
        self._opener = build_opener(self._cookies)

    def status(self, path: str, data: bytes | None = None, method: str | None = None) -> int:
        return self.ask(path, data, method)[0]

    def ask(self, path: str, data: bytes | None = None, method: str | None = None) -> tuple[int, bytes]:
        headers = {"Referer": self._hub.url + path}
        tokens = [cookie for cookie in self._cookies.cookiejar if cookie.name == "_xsrf" and f"/{path}".startswith(cookie.path)]
        if tokens:
            headers["X-XSRFToken"] = max(tokens, key=lambda cookie: len(cookie.path)).value or ""
        try:
            with self._opener.open(Request(self._hub.url + path, data, headers, method=method), timeout=150) as answer:
                return answer.status, answer.read()
        except HTTPError as error:
            return error.code, error.read()
        except OSError:
            return 0, b""

    def sign_in(self, account: Account) -> None:
        from urllib.parse import urlencode

        _, page = self.ask("hub/login")
        token = re.search(rb'name="_xsrf" value="([^"]*)"', page)
        values = {"username": account.name, "password": account.password, "_xsrf": token[1].decode() if token else ""}
        self.ask("hub/login", urlencode(values).encode())

    def has_server(self, account: Account) -> bool:
        self.ask(f"user/{account.name}/tree")  # signs in to the server itself, by way of the Hub
        return self.status(f"user/{account.name}/api/status") == 200

    def run_code(self, account: Account, code: str) -> str:
        """Execute code in a new kernel of the account's server; what it printed."""
        import websocket

        base = f"user/{account.name}/"
        status, answer = self.ask(f"{base}api/kernels", b"{}", "POST")
        assert status == 201, (status, answer[:300])
        kernel = json.loads(answer)["id"]
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in self._cookies.cookiejar)
        socket = websocket.create_connection(
            f"ws://127.0.0.1:{self._hub.port}/{base}api/kernels/{kernel}/channels",
            cookie=cookies,
            timeout=100,
            origin=self._hub.url[:-1],
        )
        header = {
            "msg_id": uuid.uuid4().hex,
            "msg_type": "execute_request",
            "username": "",
            "session": uuid.uuid4().hex,
            "version": "5.3",
        }
        content = {"code": code, "silent": False, "store_history": False, "user_expressions": {}, "allow_stdin": False}
        message = {"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell", "buffers": []}
        socket.send(json.dumps(message))
        printed = ""
        while True:
            answer = json.loads(socket.recv())
            if answer["parent_header"].get("msg_id") != header["msg_id"]:
                continue
            if answer["msg_type"] == "stream":
                printed += answer["content"]["text"]
            elif answer["msg_type"] == "error":
                printed += "\n".join(answer["content"]["traceback"])
            elif answer["msg_type"] == "status" and answer["content"]["execution_state"] == "idle":
                socket.close()
                self.ask(f"{base}api/kernels/{kernel}", method="DELETE")
                return printed


def wait_until(condition: object, complaint: str, seconds: float = 150) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():  # type: ignore[operator]
            return
        time.sleep(0.3)
    raise AssertionError(complaint)
