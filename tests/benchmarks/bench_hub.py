"""Many clerks at once on one JupyterHub: from a typed figure to its findings, and the memory of a clerk.

Run ``python -m tests.benchmarks.bench_hub [CLERKS] [SECONDS]`` as root: accounts, servers and kernels are real. The browser
is not: a thread for each clerk signs in, opens the notebook and sends what the form's page sends (``wire.js``), so that the
time drawing takes on the clerk's own computer is left out. Figures are printed, nothing is asserted.

``NIANBAO_HUB_PYTHON`` names a Python that every account may run and that has ``nianbao[hub]``; without it a bundle is made.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import sys
import threading
import time
import uuid
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import psutil
import websocket

from tests.deploy.hub import PROJECT, Account, Hub, Person, accounts, lay_out, python_of_the_hub, running_hub, wait_until
from tests.shared_folder import shared_folder

NOTEBOOK = "notebooks/annual_report.ipynb"
PAUSE = 1.0  # seconds between two keys of a clerk who copies figures from paper
ROWS = ("new", "carried_in", "granted", "partly_granted")
COLUMNS = ("natural_person", "business", "research", "public_welfare", "legal_service", "other_organization")


@dataclass
class Clerk:
    """One clerk with the form open: the connection to the kernel, and how long each key took."""

    account: Account
    socket: websocket.WebSocket
    grid: str = ""
    preview: str = ""
    number: int = 0
    took: list[float] = field(default_factory=list)

    def send(self, kind: str, content: Mapping[str, Any]) -> str:
        """Send a message to the kernel; its number."""
        header = {"msg_id": uuid.uuid4().hex, "msg_type": kind, "username": "", "session": "bench", "version": "5.3"}
        message = {"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell", "buffers": []}
        self.socket.send(json.dumps(message))
        return header["msg_id"]

    def until_idle(self, message: str) -> Iterator[dict[str, Any]]:
        """What the kernel sends until it has done with a message."""
        while True:
            answer = json.loads(self.socket.recv())
            yield answer
            if answer["parent_header"].get("msg_id") == message and answer["content"].get("execution_state") == "idle":
                return

    def run(self, code: str) -> None:
        """Run a cell; the grid of applications is remembered when the cell shows it."""
        content = {"code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False}
        for answer in self.until_idle(self.send("execute_request", content)):
            if answer["msg_type"] == "error":
                raise AssertionError("\n".join(answer["content"]["traceback"]))
            if answer["msg_type"] == "comm_open":
                state = answer["content"]["data"].get("state", {})
                if "paper" in state and state.get("part") == "applications":
                    self.grid = answer["content"]["comm_id"]
                elif state.get("description") == "预览" and "button_style" in state:
                    self.preview = answer["content"]["comm_id"]

    def type(self, path: str, text: str, *, keep: bool) -> None:
        """Type into a cell and wait until grid, list and bar have what was found."""
        self.number += 1
        change = {"kind": "change", "number": self.number, "keep": keep, "changes": {path: text}, "at": time.time() * 1000}
        began = time.perf_counter()
        message = self.send("comm_msg", {"comm_id": self.grid, "data": {"method": "custom", "content": change}})
        answered = False
        for answer in self.until_idle(message):
            if answer["msg_type"] == "comm_msg" and answer["content"]["comm_id"] == self.grid:
                state = answer["content"]["data"].get("state", {}).get("state", {})
                answered = answered or state.get("answered", 0) >= self.number
        assert answered, "the grid did not answer"
        self.took.append(time.perf_counter() - began)

    def look_at_pages(self) -> None:
        """Press 预览 and wait until the pages have come."""
        self.send("comm_msg", {"comm_id": self.preview, "data": {"method": "custom", "content": {"event": "click"}}})
        while "image/png" not in self.socket.recv():
            pass


def sit_down(hub: Hub, account: Account) -> Clerk:
    """Sign a clerk in, start the server, and run the notebook as its page does."""
    person = Person(hub)
    person.sign_in(account)
    while person.status("hub/spawn") == 429:  # as the page of the queue does
        time.sleep(random.uniform(5, 12))
    wait_until(lambda: person.has_server(account), f"no server for {account.name}", 400)
    base = f"user/{account.name}/"
    session = {"path": NOTEBOOK, "name": "annual_report.ipynb", "type": "notebook", "kernel": {"name": "python3"}}
    status, answer = person.ask(f"{base}api/sessions", json.dumps(session).encode(), "POST")
    assert status == 201, (status, answer[:300])
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in person._cookies.cookiejar)
    address = f"ws://127.0.0.1:{hub.port}/{base}api/kernels/{json.loads(answer)['kernel']['id']}/channels"
    clerk = Clerk(account, websocket.create_connection(address, cookie=cookies, timeout=200, origin=hub.url[:-1]))
    for cell in json.loads((PROJECT / NOTEBOOK).read_bytes())["cells"]:
        if cell["cell_type"] == "code":
            clerk.run("".join(cell["source"]))
    assert clerk.grid, "the form showed no grid"
    return clerk


def wait_for(everybody: threading.Event, clerk: Clerk) -> Clerk:
    """Answer the server's pings, as a page does, until all have sat down."""
    clerk.socket.settimeout(1)
    while not everybody.is_set():
        with suppress(websocket.WebSocketTimeoutException):
            clerk.socket.recv()
    clerk.socket.settimeout(200)
    return clerk


def typing(clerk: Clerk, seconds: float) -> None:
    """Type figures for a while: two digits into one cell after the other, then on to the next."""
    chance = random.Random(clerk.account.name)
    cells = [f"applications.{row}.{column}" for row in ROWS for column in COLUMNS]
    end = time.monotonic() + seconds
    time.sleep(chance.random() * PAUSE)
    for index in range(10_000):
        path, text = cells[index % len(cells)], str(chance.randint(10, 99))
        for typed, keep in ((text[0], False), (text, True)):
            clerk.type(path, typed, keep=keep)
            time.sleep(max(PAUSE - clerk.took[-1], 0) * chance.uniform(0.7, 1.3))
        if time.monotonic() > end:
            return


@contextmanager
def office(clerks: int) -> Iterator[tuple[Hub, list[Account]]]:
    """A Hub for so many clerks, each of an invented town."""
    shorts = [f"bench{number}" for number in range(clerks)]
    with (
        accounts(*((short, "NIANBAO_CLERKS") for short in shorts)) as people,
        shared_folder() as data,
        shared_folder() as program,
    ):
        lay_out(data, {f"第{number}镇": people[short] for number, short in enumerate(shorts)})
        with running_hub(data, python_of_the_hub(program), NIANBAO_IDLE_SECONDS="3600") as hub:
            yield hub, list(people.values())


def private_megabytes(processes: list[psutil.Process]) -> float:
    """The memory that belongs to these processes alone, with their share of what they have in common (PSS)."""
    return sum(process.memory_full_info().pss for process in processes) / 1e6


def own_processes(hub: Hub) -> list[psutil.Process]:
    """The Hub, its proxy and its culler."""
    hub_itself = psutil.Process(hub.process.pid)
    return [hub_itself, *(child for child in hub_itself.children(recursive=True) if child.username() == "root")]


def seat_all(hub: Hub, people: list[Account], pool: ThreadPoolExecutor) -> list[Clerk]:
    """All clerks with the form open, at the same moment."""
    everybody, seated = threading.Event(), []

    def seat(account: Account) -> Clerk:
        clerk = sit_down(hub, account)
        seated.append(clerk)
        if len(seated) == len(people):
            everybody.set()
        return wait_for(everybody, clerk)

    return list(pool.map(seat, people))


def print_times(clerks: list[Clerk]) -> None:
    """Print how long a key took until its findings were there."""
    took = sorted(key for clerk in clerks for key in clerk.took)
    print(
        f"{len(clerks)} 人同时填：{len(took)} 次按键，中位 {statistics.median(took) * 1000:.0f} ms，"
        f"第 95 百分位 {took[int(len(took) * 0.95)] * 1000:.0f} ms，最长 {took[-1] * 1000:.0f} ms"
    )


def print_memory(when: str, hub: Hub, clerks: list[Clerk]) -> None:
    """Print the memory of the clerks' servers and kernels, and of the Hub."""
    kernels, servers = [], []
    for clerk in clerks:
        own = hub.server_of(clerk.account)
        kernel = [process for process in own if "ipykernel_launcher" in " ".join(process.cmdline())]
        kernels.append(private_megabytes(kernel))
        servers.append(private_megabytes([process for process in own if process not in kernel]))
    print(
        f"{when}，每人内存（PSS）：服务 {statistics.mean(servers):.0f} MB，内核 {statistics.mean(kernels):.0f} MB；"
        f"JupyterHub、代理、关闭闲置的服务：{private_megabytes(own_processes(hub)):.0f} MB"
    )


def main() -> None:
    """Let clerks sit down one after the other as the Hub admits them, type, and print the figures."""
    count, seconds = int((sys.argv[1:] or ["20"])[0]), float((sys.argv[2:] or ["120"])[0])
    with office(count) as (hub, people):
        before = psutil.virtual_memory().available
        began = time.perf_counter()
        with ThreadPoolExecutor(count) as pool:
            clerks = seat_all(hub, people, pool)
            print(f"{count} 人同时登录，到最后一人可以填：{time.perf_counter() - began:.0f} s；核数 {os.cpu_count()}")
            first = psutil.cpu_times()
            start = time.perf_counter()
            list(pool.map(lambda clerk: typing(clerk, seconds), clerks))
            last = psutil.cpu_times()
            print_memory("填过", hub, clerks)
            start_of_pages = time.perf_counter()
            list(pool.map(lambda clerk: clerk.look_at_pages(), clerks))
            print(f"{count} 人同时按预览，到最后一人看到各页：{time.perf_counter() - start_of_pages:.0f} s")
            print_memory("预览过", hub, clerks)
        busy = (last.user + last.system - first.user - first.system) / (time.perf_counter() - start) / (os.cpu_count() or 1)
        print_times(clerks)
        print(f"处理器忙 {busy:.0%}；整机少了 {(before - psutil.virtual_memory().available) / 1e6 / count:.0f} MB 一人")


if __name__ == "__main__":
    main()
