"""How fast a batch is: against the stock tools, against the floor, as it grows, unchanged, on Dask, and when it is killed.

``python -m tests.benchmarks.batch`` prints one page; ``--json FILE`` writes the same figures. Nothing is asserted. Ratios
are of processor time where other programs on the machine would spoil the clock; the clock's figures stand beside them.

    python -m tests.benchmarks.batch --reports 100 --pairs 3            the stock tools and the floor
    python -m tests.benchmarks.batch --sizes 100,1000,10000             growth (an hour for the last on two cores)
    python -m tests.benchmarks.batch --unchanged 10000 --kills 100 --dask
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import random
import resource
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
NOTEBOOK = PROJECT / "notebooks" / "annual_report.ipynb"
SAMPLES = PROJECT / "params"
YEARS = (2023, 2024)
PER_FOLDER = 25  # organs of one county
# Debian's Chromium stands in for the one that playwright would download.
WEBPDF = """
import shutil, sys
from playwright.async_api import BrowserType
launch = BrowserType.launch
path = shutil.which("chromium") or shutil.which("chromium-headless-shell")
async def launch_here(self, **more): return await launch(self, executable_path=path, **more)
BrowserType.launch = launch_here
from nbconvert.nbconvertapp import main
sys.exit(main())
"""


@dataclass
class Page:
    """The figures of one run of the benchmark, and how they are said."""

    figures: dict[str, object] = field(default_factory=dict)

    def say(self, sentence: str, **figures: object) -> None:
        print(sentence, flush=True)
        self.figures.update(figures)


@dataclass(frozen=True)
class Cost:
    """What something took: seconds of the clock, seconds of the processor in all processes it started."""

    clock: float
    processor: float


@contextmanager
def measured() -> Iterator[list[Cost]]:
    """The cost of what runs inside; processes left behind by those that end are waited for and counted."""
    out: list[Cost] = []
    clock, processor = time.perf_counter(), _processor()
    yield out
    while True:
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            break
    out.append(Cost(time.perf_counter() - clock, _processor() - processor))


def _processor() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(item.ru_utime + item.ru_stime for item in used)


def adopt_orphans() -> None:
    """Processes whose parent ends become ours (Linux), so that their time is counted."""
    ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)


def make_params(root: Path, count: int) -> list[Path]:
    """So many organs in two years, with the answers of the samples in turn; this year's files."""
    texts = {
        year: [path.read_text("utf-8") for path in sorted((SAMPLES / str(year) / "云溪县").glob("[!_]*.yaml"))] for year in YEARS
    }
    files = []
    for number in range(count):
        for year in YEARS:
            text = texts[year][number % len(texts[year])].replace("云溪县", f"云溪县{number // 15}")
            path = root / str(year) / f"县{number // PER_FOLDER:04}" / f"机关{number:05}.yaml"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        files.append(path)
    return files


def nianbao(*arguments: str | Path, check: bool = True) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-c", "from toolkit.cli import main; main()", *map(str, arguments)]
    return subprocess.run(command, cwd=PROJECT, capture_output=True, check=check)


def build_cost(params: Path, outputs: Path, *more: str) -> Cost:
    with measured() as costs:
        nianbao("build", params, "--outputs", outputs, "--to", "html,pdf", "--jobs", "2", *more)
    return costs[0]


# ---------------------------------------------------------------- the stock tools


def stock_cost(files: Sequence[Path], outputs: Path) -> Cost:
    """papermill, nbconvert to HTML and to PDF by a browser: three programs for each report, two at a time."""
    outputs.mkdir(parents=True)

    def one(params: Path) -> None:
        out = outputs / f"{params.stem}.ipynb"
        convert = [sys.executable, "-c", WEBPDF]
        for command in (
            [sys.executable, "-m", "papermill", str(NOTEBOOK), str(out), "-f", str(params), "--no-progress-bar"],
            [*convert, "--to", "html", str(out)],
            [*convert, "--to", "webpdf", "--disable-chromium-sandbox", str(out)],
        ):
            subprocess.run(command, check=True, capture_output=True, cwd=PROJECT)

    with measured() as costs, ThreadPoolExecutor(2) as pool:
        list(pool.map(one, files))
    return costs[0]


def against_stock(page: Page, here: Path, reports: int, pairs: int) -> None:
    files = make_params(here / "stock", reports)
    ours, stock = [], []
    for pair in range(pairs):
        some = [files[(pair * 2 + step) % len(files)] for step in range(2)]
        stock.append(stock_cost(some, here / f"stock-{pair}"))
        ours.append(build_cost(here / "stock" / "2024", here / f"ours-{pair}"))
    per_stock = [Cost(cost.clock / 2, cost.processor / 2) for cost in stock]
    per_ours = [Cost(cost.clock / reports, cost.processor / reports) for cost in ours]
    clock = statistics.median(a.clock / b.clock for a, b in zip(per_stock, per_ours, strict=True))
    processor = statistics.median(a.processor / b.processor for a, b in zip(per_stock, per_ours, strict=True))
    stock_seconds = statistics.median(cost.processor for cost in per_stock)
    mine = statistics.median(cost.processor for cost in per_ours)
    page.say(
        f"与通用工具相比（papermill + nbconvert html + webpdf，两份同时）：每秒份数 {clock:.0f} 倍，"
        f"处理器用时 {processor:.0f} 倍；通用工具每份 {stock_seconds:.1f} 秒处理器，本工具 {mine * 1000:.0f} 毫秒（含启动）",
        stock_clock_ratio=clock, stock_processor_ratio=processor,
        stock=[asdict(cost) for cost in per_stock], ours=[asdict(cost) for cost in per_ours],
    )  # fmt: skip


# ---------------------------------------------------------------- the floor

FLOOR = """
import sys, time
from pathlib import Path
from toolkit.checks import run_case
from toolkit.checks.assembly import assemble
from toolkit.exporters.document import make_document
from toolkit.exporters.html.writing import set_html
from toolkit.exporters.pdf.setting import set_pdf
from toolkit.report import read_report
from toolkit.report.neighbours import EARLIER_YEARS
from toolkit.sections.paper import Paper
ready = []
for name in Path(sys.argv[1]).read_text("utf-8").splitlines():
    report = read_report(Path(name))
    case = assemble(report, Path(name), years_back=EARLIER_YEARS)
    ready.append((report, case.earlier, tuple(run_case(case))))
def paper(report, earlier, findings):
    paper = Paper(report, earlier, findings)
    sections = (paper.front(), *(paper.part(part.key) for part in report.form.parts), paper.closing())
    return make_document(block for section in sections for block in section.blocks)
documents = [paper(*item) for item in ready]
for document in documents[:20]: set_pdf(document), set_html(document)
start = time.process_time()
for document in documents: set_pdf(document), set_html(document)
setting = time.process_time() - start
start = time.process_time()
for item in ready: paper(*item)
print(setting / len(documents), (time.process_time() - start) / len(documents))
"""


def against_floor(page: Page, here: Path, reports: int, pairs: int) -> None:
    """A report more against the same two files set in a loop, from ready documents and from ready reports."""
    few, many = max(reports // 5, 10), reports
    floors, ours = [], []
    files = make_params(here / "floor-many", many)
    make_params(here / "floor-few", few)
    names = here / "names"
    names.write_text("\n".join(map(str, files)), "utf-8")
    for pair in range(pairs):
        ran = subprocess.run([sys.executable, "-c", FLOOR, str(names)], cwd=PROJECT, check=True, capture_output=True, text=True)
        floors.append([float(part) for part in ran.stdout.split()])
        small = build_cost(here / "floor-few" / "2024", here / f"few-{pair}")
        large = build_cost(here / "floor-many" / "2024", here / f"many-{pair}")
        ours.append((large.processor - small.processor) / (many - few))
    floor = statistics.median(setting for setting, _ in floors)
    from_documents = statistics.median(mine / setting for mine, (setting, _) in zip(ours, floors, strict=True))
    from_reports = statistics.median(mine / (setting + paper) for mine, (setting, paper) in zip(ours, floors, strict=True))
    page.say(
        f"与底线相比（直接调用导出函数）：处理器用时 {from_documents:.2f} 倍（数据已排成文档），"
        f"{from_reports:.2f} 倍（从填报数据画表画图起）；"
        f"每份 {statistics.median(ours) * 1000:.0f} 毫秒，底线 {floor * 1000:.0f} 毫秒",
        floor_ratio=from_documents, floor_ratio_from_reports=from_reports, floors=floors, ours_per_report=ours,
    )  # fmt: skip


# ---------------------------------------------------------------- growth, and nothing to do


def growth(page: Page, here: Path, sizes: Sequence[int]) -> None:
    rates: dict[int, tuple[float, float]] = {}
    for size in sizes:
        make_params(here / f"size-{size}", size)
        with watched_memory() as memory:
            cost = build_cost(here / f"size-{size}" / "2024", here / f"size-{size}-out")
        rates[size] = size / cost.clock, size / cost.processor
        page.say(
            f"{size} 份：每秒 {size / cost.clock:.1f} 份；每秒处理器 {size / cost.processor:.1f} 份；{memory.sentence()}",
            **{f"memory_{size}": asdict(memory)},
        )
        shutil.rmtree(here / f"size-{size}-out")
    first, last = rates[sizes[0]], rates[sizes[-1]]
    page.say(
        f"增长：{sizes[-1]} 份时的速度是 {sizes[0]} 份时的 {last[0] / first[0]:.2f} 倍（处理器 {last[1] / first[1]:.2f} 倍）",
        growth={str(size): rate for size, rate in rates.items()},
    )


@dataclass
class Memory:
    """MB, sample by sample: of the program that was started, and of it with all its processes (shared pages once)."""

    program: list[float] = field(default_factory=list)
    family: list[float] = field(default_factory=list)

    def sentence(self) -> str:
        quarter = len(self.family) // 4
        if not quarter:
            return "太短，没有量内存"
        early, late = (statistics.mean(part) for part in (self.family[quarter : 2 * quarter], self.family[-quarter:]))
        return f"主程序最多 {max(self.program):.0f} MB，全部进程第二个四分之一时段平均 {early:.0f} MB、最后四分之一 {late:.0f} MB"


@contextmanager
def watched_memory(seconds: float = 2) -> Iterator[Memory]:
    """Sample, while the block runs, what the program started in it and its processes hold."""
    memory, ended = Memory(), threading.Event()

    def sample() -> None:
        while not ended.wait(seconds):
            family = descendants(os.getpid())
            sizes = {number: size for number in family if (size := proportional_size(number))}
            if sizes:
                memory.program.append(sizes.get(family[0], 0.0))
                memory.family.append(sum(sizes.values()))

    thread = threading.Thread(target=sample)
    thread.start()
    try:
        yield memory
    finally:
        ended.set()
        thread.join()


def proportional_size(number: int) -> float:
    """MB that a process holds, pages that several hold in parts; 0 when it has ended."""
    try:
        lines = Path(f"/proc/{number}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")), 0.0)


PLANT = """
import os, sys
from dataclasses import replace
from pathlib import Path
from toolkit.building.batch import plan_jobs
from toolkit.building.fingerprint import Surroundings, fingerprint
from toolkit.building.record import read_record, write_record
from toolkit.core.settings import RunSettings
from toolkit.report.neighbours import params_files
notebook = RunSettings().notebook
jobs = plan_jobs(map(str, params_files([Path(sys.argv[1])])), sys.argv[2])
first = Path(jobs[0].folder)
record, around = read_record(first), Surroundings()
for job in jobs[1:]:
    folder = Path(job.folder)
    folder.mkdir(parents=True)
    for file in record.files: os.link(first / file.name, folder / file.name)
    mark = fingerprint(Path(job.params), Path(job.params).read_bytes(), notebook)
    write_record(folder, replace(record, fingerprint=mark, surroundings=around.of(Path(job.params))))
"""


def unchanged(page: Page, here: Path, count: int) -> None:
    """A batch that was built before; the finished files are links to one report's, which takes as long to look at."""
    files = make_params(here / "same", count)
    nianbao("build", files[0], "--outputs", here / "same-out", "--to", "html,pdf")
    subprocess.run([sys.executable, "-c", PLANT, str(here / "same" / "2024"), str(here / "same-out")], cwd=PROJECT, check=True)
    cost = build_cost(here / "same" / "2024", here / "same-out")
    with measured() as checked:
        nianbao("check", here / "same" / "2024", "--json", check=False)
    page.say(
        f"{count} 份没有变化：{cost.clock:.1f} 秒（处理器 {cost.processor:.1f} 秒）；"
        f"nianbao check {count} 份：{checked[0].clock:.0f} 秒（处理器 {checked[0].processor:.0f} 秒）",
        unchanged=asdict(cost), check=asdict(checked[0]), unchanged_reports=count,
    )  # fmt: skip


# ---------------------------------------------------------------- killed


def kills(page: Page, here: Path, times: int, reports: int = 6) -> None:
    """SIGKILL at random moments, to the program, a worker or a notebook, until everything is built; then compare."""
    params = here / "kill" / "2024"
    make_params(here / "kill", reports)
    start = time.perf_counter()
    nianbao("build", params, "--outputs", here / "whole", "--to", "html,pdf")
    seconds = time.perf_counter() - start
    whole = finished_bytes(here / "whole")
    chance = random.Random(1)
    broken = unfinished = 0
    for _ in range(times):
        shutil.rmtree(here / "killed", ignore_errors=True)
        broken += kill_once(params, here / "killed", whole, chance.uniform(0.1, 1) * seconds, chance)
        nianbao("build", params, "--outputs", here / "killed", "--to", "html,pdf", check=False)
        unfinished += finished_bytes(here / "killed") != whole
    page.say(
        f"随机时刻强制结束 {times} 次（主程序、工作进程、笔记本进程）：残缺文件 {broken} 次，"
        f"再次运行后与未受干扰时不同 {unfinished} 次",
        kills=times, broken=broken, unfinished=unfinished,
    )  # fmt: skip


def kill_once(params: Path, outputs: Path, whole: dict[str, bytes], seconds: float, chance: random.Random) -> bool:
    """Whether a file that is there after the kill is not whole."""
    command = [sys.executable, "-c", "from toolkit.cli import main; main()", "build", str(params), "--outputs", str(outputs)]
    running = subprocess.Popen([*command, "--to", "html,pdf"], cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(seconds)
    family = [running.pid, *descendants(running.pid)]
    with suppress(ProcessLookupError):
        os.kill(chance.choice(family) if chance.random() < 0.7 else running.pid, signal.SIGKILL)
    running.wait()
    return any(whole.get(name) != data for name, data in finished_bytes(outputs).items())


def descendants(number: int) -> list[int]:
    parents: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    found = [child for child, parent in parents.items() if parent == number]
    return found + [inner for child in found for inner in descendants(child)]


def finished_bytes(outputs: Path) -> dict[str, bytes]:
    files = (path for path in outputs.rglob("*") if path.is_file() and path.parent.name != ".part")
    return {
        path.relative_to(outputs).as_posix(): path.read_bytes()
        for path in files
        if not path.name.startswith(".") and path.name != "build.jsonl"
    }


# ---------------------------------------------------------------- Dask


def dask(page: Page, here: Path, reports: int) -> None:
    """Two Dask workers of one thread against the two processes of this machine, both ready before the clock starts."""
    make_params(here / "dask", reports)
    local = build_cost(here / "dask" / "2024", here / "dask-local")
    program = "import sys; from distributed.cli.{0} import main; sys.argv[0] = '{0}'; main()"
    start: Callable[..., subprocess.Popen[bytes]] = lambda name, *more: subprocess.Popen(  # noqa: E731
        [sys.executable, "-c", program.format(name), *more], cwd=PROJECT, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    address = f"tcp://127.0.0.1:{20000 + os.getpid() % 10000}"
    processes = [start("dask_scheduler", "--host", "127.0.0.1", "--port", address.rpartition(":")[2], "--no-dashboard")]
    processes += [start("dask_worker", address, "--nthreads", "1", "--no-dashboard") for _ in range(2)]
    time.sleep(15)
    clock = time.perf_counter()
    nianbao("build", here / "dask" / "2024", "--outputs", here / "dask-far", "--to", "html,pdf", "--cluster", address)
    taken = time.perf_counter() - clock
    for process in processes:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    same = finished_bytes(here / "dask-local") == finished_bytes(here / "dask-far")
    page.say(
        f"两个 Dask 工作进程：{reports} 份 {taken:.0f} 秒，本机两个进程 {local.clock:.0f} 秒；"
        f"成品逐字节相同：{'是' if same else '否'}",
        dask_seconds=taken, local_seconds=local.clock, dask_same=same,
    )  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the parts that are asked for; without options the stock tools, the floor and 1,000 unchanged reports."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reports", type=int, default=60, help="reports of our side of a pair")
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--sizes", type=lambda text: [int(part) for part in text.split(",")], default=[])
    parser.add_argument("--unchanged", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--dask", action="store_true")
    parser.add_argument("--without", default="", help="parts left out: stock, floor")
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args(arguments)
    adopt_orphans()
    page = Page({"cores": os.cpu_count(), "load": os.getloadavg()})
    with tempfile.TemporaryDirectory(prefix="nianbao-benchmark-") as folder:
        here = Path(folder)
        if "stock" not in chosen.without:
            against_stock(page, here, chosen.reports, chosen.pairs)
        if "floor" not in chosen.without:
            against_floor(page, here, chosen.reports, chosen.pairs)
        if chosen.sizes:
            growth(page, here, chosen.sizes)
        if chosen.unchanged:
            unchanged(page, here, chosen.unchanged)
        if chosen.kills:
            kills(page, here, chosen.kills)
        if chosen.dask:
            dask(page, here, chosen.reports)
    if chosen.json:
        chosen.json.write_text(json.dumps(page.figures, ensure_ascii=False, indent=1), "utf-8")


if __name__ == "__main__":
    main()
