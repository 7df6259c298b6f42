"""How fast a county takes reports in over IMAP, and what a hundred kills leave: ``python -m tests.benchmarks.bench_dispatch``.

A thousand mails with PDFs of ours (each another PDF; a hundred organs, ten versions each) lie in a dovecot mailbox on
loopback, TLS. Then the command ``nianbao collect`` is killed a hundred times at moments taken by chance while it works
through sixty mails, and run again until it comes to its end: every report is there, none twice.
"""

from __future__ import annotations

import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from tests.dispatch.authority import make_authority, save_pem
from tests.dispatch.imap_server import PASSWORD, USER, imap_server
from tests.dispatch.offices import COUNTY_ADDRESS, FOLDER, YEAR, pdf_of
from toolkit.dispatch.intake.collecting import Rules, collect
from toolkit.dispatch.intake.confined import Confined
from toolkit.dispatch.intake.inspecting import LIMITS
from toolkit.dispatch.intake.mailbox import open_imap
from toolkit.dispatch.intake.store import open_intake
from toolkit.dispatch.ledger import read_ledger
from toolkit.dispatch.letters.message import MailAttachment, letter_bytes, report_letter
from toolkit.dispatch.settings import IMAP_PASSWORD, Imap, Secret
from toolkit.report import Organ, Report, read_report

MAILS, KILLED_MAILS, KILLS = 1000, 60, 100
COUNTY = "虚构县"


def organs(number: int) -> Iterator[Report]:
    """Reports of invented organs, texts and figures of the samples."""
    samples = [read_report(path) for path in sorted(FOLDER.glob("[!_]*.yaml"))]
    for at in range(number):
        report = samples[at % len(samples)]
        yield replace(report, organ=Organ(**{**report.organ.model_dump(), "name": f"虚构县第{at + 1}镇人民政府"}))


def mail(report: Report, version: int) -> bytes:
    """The mail of one version; a comment behind the end makes each PDF another one."""
    pdf = pdf_of(report) + f"%{version}\n".encode()
    return letter_bytes(report_letter(
        report, [MailAttachment(f"{report.title}.pdf", pdf)], sender=address(report), to=COUNTY_ADDRESS,
        date=datetime(2025, 1, version, 9, tzinfo=UTC), version=version,
    ))  # fmt: skip


def address(report: Report) -> str:
    return f"town{report.organ.name.removeprefix('虚构县第').removesuffix('镇人民政府')}@fictive.example"


def member_list(root: Path, reports: list[Report]) -> None:
    folder = root / "params" / str(YEAR) / COUNTY
    folder.mkdir(parents=True)
    lines = [f"  - {{name: {item.organ.name}, file: 镇{at}, email: {address(item)}}}" for at, item in enumerate(reports)]
    text = f"name: {COUNTY}人民政府\nnote: 虚构\nmembers:\n" + "\n".join(lines) + "\n"
    (folder / "_jurisdiction.yaml").write_text(text, encoding="utf-8")


def speed(root: Path) -> None:
    """Messages a minute, from the first byte asked of the server to the last line of the ledger."""
    authority = make_authority()
    save_pem(root / "root.pem", authority)
    server_file = save_pem(root / "server.pem", authority.for_server("127.0.0.1"), with_key=True)
    reports = list(organs(100))
    member_list(root, reports)
    with imap_server(server_file) as server:
        sizes = []
        for version in range(1, MAILS // len(reports) + 1):
            for at, report in enumerate(reports):
                raw = mail(report, version)
                sizes.append(len(raw))
                server.deliver(raw, f"17365{version:02}{at:03}.{version}.{at}")
        settings = Imap(host="127.0.0.1", port=server.port, user=USER, ca_file=root / "root.pem")
        cpu, start = os.times(), time.perf_counter()
        with open_imap(settings, Secret(PASSWORD), LIMITS) as source, Confined(workers=2) as confined:
            intake = open_intake(root / "params", root / "post")
            outcomes = Counter(item.outcome for item in collect(source, intake, confined, Rules()))
        seconds = time.perf_counter() - start
        used = sum(os.times()[:4]) - sum(cpu[:4])
    assert sum(outcomes[name] for name in ("received", "corrected", "older")) == MAILS, outcomes
    print(
        f"{MAILS} 封（平均 {sum(sizes) / len(sizes) / 1000:.0f} kB）收完 {seconds:.1f} s，每分钟 {MAILS / seconds * 60:.0f} 封；",
        end="",
    )
    print(f"处理器时间 {used:.1f} s；子进程内存最多 {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000:.0f} MB")
    print(f"  结果：{dict(outcomes)}")


def kills(root: Path) -> None:
    """Kill the real command by chance, with all its processes, until a hundred kills are done.

    Every few kills the work comes to its end; then what is there is counted, and the county starts over.
    """
    reports = list(organs(KILLED_MAILS // 2))
    mails = {f"17365{version:02}{at:03}.{version}.{at}": mail(report, version) for at, report in enumerate(reports)
             for version in (1, 2)}  # fmt: skip
    _begin(root, reports, mails)
    start = time.perf_counter()
    assert not _killed(root, 600)
    whole, chance, died, rounds, in_between, wrong = time.perf_counter() - start, random.Random(6), 0, 0, 0, Counter[str]()
    _begin(root, reports, mails)
    while died < KILLS:
        if _killed(root, chance.uniform(0.25, 0.75) * whole):
            died += 1
            in_between += 0 < len(list(read_ledger(root / "post" / "received.jsonl"))) < KILLED_MAILS
        else:
            rounds, wrong = rounds + 1, wrong + _wrong(root, reports)
            _begin(root, reports, mails)
    assert not _killed(root, 600)
    wrong += _wrong(root, reports)
    print(f"{KILLS} 次随机强行结束（其中 {in_between} 次正收到一半），收完 {rounds + 1} 轮，每轮应收 {KILLED_MAILS} 份：", end="")
    print(f"丢失 {wrong['lost']} 份，重复 {wrong['doubled']} 份，误隔离 {wrong['aside']} 件")
    assert not wrong.total()


def _begin(root: Path, reports: list[Report], mails: dict[str, bytes]) -> None:
    """The county as it was before any mail came, and all mails in the mailbox."""
    for name in ("params", "post", "Maildir"):
        shutil.rmtree(root / name, ignore_errors=True)
    member_list(root, reports)
    for name in ("new", "cur", "tmp"):
        (root / "Maildir" / name).mkdir(parents=True)
    for name, raw in mails.items():
        (root / "Maildir" / "new" / name).write_bytes(raw)


def _wrong(root: Path, reports: list[Report]) -> Counter[str]:
    """What a round that came to its end has lost, doubled, or put aside without cause."""
    events = list(read_ledger(root / "post" / "received.jsonl"))
    received = Counter((item["file"], item["pdf_sha256"]) for item in events if item["event"] == "received")
    folder = root / "params" / str(YEAR) / COUNTY
    missing = sum(read_report(folder / f"镇{at}.yaml") != report for at, report in enumerate(reports))
    return Counter(
        lost=KILLED_MAILS - len(received) + missing, doubled=sum(times - 1 for times in received.values()),
        aside=len(list((root / "post").glob("quarantine/*"))),
    )  # fmt: skip


def _killed(root: Path, seconds: float) -> bool:
    """Whether the command had to be killed after so many seconds."""
    code = "import sys; from toolkit.cli import main; sys.argv = ['nianbao', *sys.argv[1:]]; main()"
    command = [sys.executable, "-c", code, "collect", str(root / "Maildir"), "--params", str(root / "params"),
               "--settings", str(root / "nianbao.toml")]  # fmt: skip
    environment = os.environ | {IMAP_PASSWORD: ""}
    running = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True
    )
    try:
        _, errors = running.communicate(timeout=seconds)
        assert running.returncode == 0, errors.decode()
        return False
    except subprocess.TimeoutExpired:
        os.killpg(running.pid, signal.SIGKILL)
        running.communicate()
        return True


def main() -> None:
    """Both, with their figures."""
    with tempfile.TemporaryDirectory() as folder:
        speed(Path(folder))
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "nianbao.toml").write_text('post = "post"\n', encoding="utf-8")
        kills(Path(folder))


if __name__ == "__main__":
    main()
