"""How long a county waits: ``python -m tests.benchmarks.bench_county [ORGANS]``.

`start` for 25 organs with last year's reports; the overview of 25 organs opened in a fresh process (imports included); `status`
by area, with the states of the ledger, of a province of 4,000 organs, first and once more.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.bench_rollup import make_country
from toolkit.report import read_report, report_to_yaml
from toolkit.report.embedded import digest_of

SAMPLES = Path(__file__).parents[2] / "params" / "2024" / "云溪县"
ORGANS = 25
_OPEN = (
    "from toolkit.rollup.overview.opening import open_overview\n"
    "overview = open_overview({'folder': '', 'today': '2025-02-01'})\n"
    "overview.explore()\n"
    "for name in ('front', 'completeness', 'found', 'to_ask', 'comparison', 'years', 'sums'):\n"
    "    getattr(overview, name)()._ipython_display_()\n"
)


def make_county(root: Path) -> None:
    """``ORGANS`` organs in 2023 and 2024, made from the samples, with their list."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(SAMPLES.glob("[!_]*.yaml"))]
    for year in (2023, 2024):
        folder = root / "params" / str(year) / "云溪县"
        folder.mkdir(parents=True)
        members = []
        for number in range(ORGANS):
            report = read_report(sorted(SAMPLES.glob("[!_]*.yaml"))[number % len(texts)])
            text = texts[number % len(texts)].replace(report.organ.name, f"云溪县第{number}镇人民政府")
            (folder / f"第{number}镇.yaml").write_text(text.replace("year: 2024", f"year: {year}"), encoding="utf-8")
            members.append(f"  - {{name: 云溪县第{number}镇人民政府, file: 第{number}镇, email: t{number}@yunxi.gov.example}}")
        listed = "\n".join(("name: 云溪县人民政府", "members:", *members, ""))
        (folder / "_jurisdiction.yaml").write_text(listed, encoding="utf-8")


def make_ledger(params: Path, post: Path) -> None:
    """Every report was received and two of three were accepted."""
    post.mkdir()
    with (post / "received.jsonl").open("w", encoding="utf-8") as ledger:
        for number, path in enumerate(sorted(params.rglob("[!_]*.yaml"))):
            digest = digest_of(report_to_yaml(read_report(path)))
            key = {
                "year": 2024,
                "place": path.parent.relative_to(params / "2024").as_posix(),
                "file": path.stem,
                "organ": path.stem,
            }
            came = {"event": "received", "at": "2025-01-10T01:00:00+00:00", "received_at": "2025-01-10T01:00:00+00:00"}
            facts = {"pdf_sha256": digest, "raw_sha256": str(number), "version": str(number), "digest": digest}
            ledger.write(json.dumps(key | came | facts, ensure_ascii=False) + "\n")
            if number % 3:
                done = {"event": "accepted", "at": "2025-01-20T01:00:00+00:00", "hand": "王某", "digest": digest}
                ledger.write(json.dumps(key | done, ensure_ascii=False) + "\n")


def seconds(*command: str, folder: Path, allowed: tuple[int, ...] = (0,)) -> tuple[float, float]:
    """How long a command takes, and its processor time, which does not grow with the load of the machine."""
    environment = {**os.environ, "PYTHONPATH": str(SAMPLES.parents[2])}
    start, before = time.perf_counter(), os.times()
    done = subprocess.run([sys.executable, *command], cwd=folder, env=environment, capture_output=True, encoding="utf-8")
    taken, after = time.perf_counter() - start, os.times()
    assert done.returncode in allowed, done.stderr[-2000:]
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return taken, used


def shown(times: Sequence[tuple[float, float]]) -> str:
    """The best of several runs, then all of them, with the processor time of the best."""
    best = min(times)
    return f"{best[0]:.2f} s（处理器 {best[1]:.2f} s；各次 {'、'.join(f'{one:.2f}' for one, _ in times)}）"


def main(organs: int) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(temporary)
        make_county(root)
        started = []
        for _ in range(3):
            shutil.rmtree(root / "params" / "2025", ignore_errors=True)
            shutil.rmtree(root / "outputs", ignore_errors=True)
            started.append(seconds("-m", "toolkit", "start", "2025", "云溪县", folder=root))
        shutil.rmtree(root / "params" / "2025")
        opened = [seconds("-c", _OPEN, folder=root) for _ in range(3)]
        print(f"start {ORGANS} 个单位：{shown(started)}")
        print(f"总览 {ORGANS} 个单位，从启动到全部内容：{shown(opened)}")
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(temporary)
        make_country(root / "params", organs)
        make_ledger(root / "params", root / "post")
        asked = [seconds("-m", "toolkit", "status", "params/2024", "--areas", "2", folder=root, allowed=(0, 1)) for _ in range(4)]
    print(f"status {organs} 个单位带办理状态：第一次 {asked[0][0]:.1f} s，再看 {shown(asked[1:])}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 4000)
