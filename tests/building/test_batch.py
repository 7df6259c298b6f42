"""A batch on this machine: what is built again and what is not, what goes wrong, and what it leaves behind."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from filelock import FileLock

from tests.building.interrupting import LISTEN, OWN_CONSOLE, interrupt
from tests.building.params import build_reports, finished_bytes, local_files, make_params
from tests.examples import sampled
from toolkit.building.batch import plan_jobs, same_on_disk
from toolkit.building.record import LOCK_NAME, RECORD_NAME, RunResult
from toolkit.building.run_report import EXECUTED_NAME, FAILED_NAME
from toolkit.core.errors import UsageError
from toolkit.core.settings import BatchSettings, RunSettings

NAMES = ("甲镇", "乙镇", "丙镇")
HTML = RunSettings(formats=("html",))


@pytest.fixture(autouse=True)
def own_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NIANBAO_LOG_FOLDER", str(tmp_path / "log"))


def build(params: Path, outputs: Path, run: RunSettings = HTML, **settings: object) -> dict[str, RunResult]:
    chosen = BatchSettings(outputs=outputs, jobs=2, run=run)
    return {Path(result.name).stem: result for result in build_reports([params], replace(chosen, **settings))}  # type: ignore[arg-type]


def states(results: dict[str, RunResult]) -> dict[str, str]:
    return {name: "unchanged" if result.unchanged else result.state for name, result in results.items()}


def all_of(state: str) -> dict[str, str]:
    return dict.fromkeys(NAMES, state)


# ---------------------------------------------------------------- only what changed


def test_second_run_has_nothing_to_do_and_touches_nothing(tmp_path: Path) -> None:
    params = make_params(tmp_path, NAMES) / "2024"
    assert states(build(params, tmp_path / "out")) == all_of("finished")
    times = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*")}
    assert states(build(params, tmp_path / "out")) == all_of("unchanged")
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*")} == times


def write_again(path: Path) -> None:
    path.write_text(path.read_text(encoding="utf-8"), encoding="utf-8")


def append(path: Path, text: str) -> None:
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


AREA = (Path(__file__).resolve().parents[2] / "params/2024/云溪县/_jurisdiction.yaml").read_text("utf-8")
CHANGES: tuple[tuple[str, Callable[[Path], object], set[str]], ...] = (
    ("the params, by content", lambda at: append(at / "params/2024/云溪县/甲镇.yaml", "# 补充\n"), {"甲镇"}),
    ("the params, by time only", lambda at: write_again(at / "params/2024/云溪县/甲镇.yaml"), set()),
    ("last year's params", lambda at: append(at / "params/2023/云溪县/乙镇.yaml", "# 补充\n"), {"乙镇"}),
    ("last year's params gone", lambda at: (at / "params/2023/云溪县/丙镇.yaml").unlink(), {"丙镇"}),
    ("the jurisdiction's file", lambda at: (at / "params/2024/云溪县/_jurisdiction.yaml").write_text(AREA, "utf-8"), set(NAMES)),
    ("a finished file gone", lambda at: (at / "out/2024/云溪县/甲镇" / EXECUTED_NAME).unlink(), {"甲镇"}),
    ("a finished file cut short", lambda at: (at / "out/2024/云溪县/甲镇" / EXECUTED_NAME).write_bytes(b"{"), {"甲镇"}),
    ("a finished file copied back, later", lambda at: os.utime(at / "out/2024/云溪县/甲镇" / EXECUTED_NAME), set()),
    ("the record spoilt", lambda at: (at / "out/2024/云溪县/乙镇" / RECORD_NAME).write_text("[]"), {"乙镇"}),
    ("what a cut-off run leaves", lambda at: (at / "out/2024/云溪县/乙镇/.part").mkdir(), set()),
)  # fmt: skip


def test_a_change_rebuilds_what_depends_on_it_and_nothing_else(tmp_path: Path) -> None:
    params = make_params(tmp_path, NAMES) / "2024"
    build(params, tmp_path / "out")
    for what, change, rebuilt in CHANGES:
        change(tmp_path)
        results = build(params, tmp_path / "out")
        assert {name for name, result in results.items() if not result.unchanged} == rebuilt, what
        assert {result.state for result in results.values()} == {"finished"}, what


def test_another_notebook_and_force_rebuild_all_and_another_format_only_adds(tmp_path: Path, project: Path) -> None:
    params = make_params(tmp_path, NAMES[:1]) / "2024"
    build(params, tmp_path / "out")
    (made,) = build(params, tmp_path / "out", replace(HTML, formats=("xlsx",))).values()
    assert not made.unchanged
    assert {path.suffix for path in (tmp_path / "out").rglob("*镇/*") if path.name[0] != "."} == {".ipynb", ".html", ".xlsx"}
    assert states(build(params, tmp_path / "out", replace(HTML, formats=("xlsx", "html")))) == {"甲镇": "unchanged"}
    assert states(build(params, tmp_path / "out", force=True)) == {"甲镇": "finished"}
    notebook = spoilt_notebook(tmp_path, project, 乙镇="pass")
    assert states(build(params, tmp_path / "out", replace(HTML, notebook=notebook))) == {"甲镇": "finished"}
    # made from the notebook of before, so it went
    assert {path.suffix for path in (tmp_path / "out").rglob("*镇/*") if path.name[0] != "."} == {".ipynb", ".html"}


def test_file_under_an_earlier_title_goes_with_the_change(tmp_path: Path) -> None:
    params = make_params(tmp_path, ["甲镇"]) / "2024"
    build(params, tmp_path / "out")
    file = params / "云溪县" / "甲镇.yaml"
    file.write_text(file.read_text("utf-8").replace("甲镇", "新甲镇"), "utf-8")
    build(params, tmp_path / "out")
    (page,) = (tmp_path / "out").rglob("*.html")
    assert "新甲镇" in page.name


def test_a_draft_is_not_taken_for_a_finished_report(tmp_path: Path) -> None:
    params = make_params(tmp_path, ["甲镇"]) / "2024"
    file = params / "云溪县" / "甲镇.yaml"
    file.write_text(file.read_text("utf-8").replace("natural_person: 0", "natural_person: 1", 1), "utf-8")
    drafted = build(params, tmp_path / "out", replace(HTML, draft=True))["甲镇"]
    assert (drafted.state, drafted.draft) == ("finished", True)
    refused = build(params, tmp_path / "out")["甲镇"]
    assert (refused.state, "--draft" in refused.message) == ("not_started", True)


# ---------------------------------------------------------------- each for itself


def test_the_same_params_give_the_same_bytes_whatever_ran_before(tmp_path: Path) -> None:
    params = make_params(tmp_path, NAMES[:2], sample="马跑泉镇") / "2024"
    run = replace(HTML, formats=("pdf", "html", "docx", "xlsx"))
    build(params, tmp_path / "one", run)
    for file in sorted(params.rglob("*.yaml"), reverse=True):
        build(file, tmp_path / "two", run, jobs=1)
    assert finished_bytes(tmp_path / "one") == finished_bytes(tmp_path / "two")


def test_stock_papermill_gives_the_same_bytes(tmp_path: Path) -> None:
    params = make_params(tmp_path, ["甲镇"], sample="马跑泉镇") / "2024"
    build(params, tmp_path / "ours")
    build(params, tmp_path / "stock", replace(HTML, engine=""))
    assert finished_bytes(tmp_path / "ours") == finished_bytes(tmp_path / "stock")


def spoilt_notebook(tmp_path: Path, project: Path, **codes: str) -> Path:
    """The report's notebook, with one more cell for each of the organs."""
    notebook = json.loads((project / "notebooks/annual_report.ipynb").read_text("utf-8"))
    source = "\n".join(f"if organ['name'].endswith('{name}人民政府'):\n    {code}" for name, code in codes.items())
    cell = {"cell_type": "code", "id": "own", "metadata": {}, "outputs": [], "execution_count": None, "source": source}
    notebook["cells"].insert(3, cell)  # after the parameters, before the paper
    path = tmp_path / "spoilt.ipynb"
    path.write_text(json.dumps(notebook, ensure_ascii=False), "utf-8")
    return path


# for a cell, on a busy machine; the first of papermill's own kernels imports the toolkit
LIMIT_SECONDS = 6 if hasattr(os, "fork") else 120
ACCIDENTS: dict[str, tuple[str, str]] = {  # by the organ whose report has it
    "出错镇": ("raise ValueError('坏了')", "个代码单元格出错：坏了"),
    "无尽镇": ("import time; time.sleep(999)", f"个代码单元格运行超过 {LIMIT_SECONDS} 秒，已停止"),
    "崩溃镇": ("import os; os.kill(os.getpid(), 11)", "时进程中止"),
    "内存镇": ("x = bytearray(10**10)", "内存超过 700 MB 的限额"),
    "他人镇": ("organ['name'] = organ['name'].replace('他人', '丁')", "成品与填报数据不一致"),
    "他数镇": ("figures['documents']['normative']['valid'] = 99", "成品与填报数据不一致"),
}
if not hasattr(os, "fork"):
    del ACCIDENTS["内存镇"]  # only the process of a forked kernel has a limit of memory


def test_each_unexpected_error_fails_alone(tmp_path: Path, project: Path) -> None:
    params = make_params(tmp_path, (*NAMES, *ACCIDENTS)) / "2024"
    notebook = spoilt_notebook(tmp_path, project, **{name: code for name, (code, _) in ACCIDENTS.items()})
    results = build(
        params, tmp_path / "out", replace(HTML, notebook=notebook, memory_limit_mb=700, timeout_seconds=LIMIT_SECONDS)
    )
    assert states(results) == all_of("finished") | dict.fromkeys(ACCIDENTS, "failed"), results
    for name, (_, message) in ACCIDENTS.items():
        assert message in results[name].message
        folder = tmp_path / "out/2024/云溪县" / name
        assert [path.name for path in folder.iterdir()] == ([] if "不一致" in message else [FAILED_NAME])
        if (folder / FAILED_NAME).exists():
            marked = [cell for cell in json.loads((folder / FAILED_NAME).read_text("utf-8"))["cells"] if cell["id"] == "own"]
            assert marked[0]["metadata"]["papermill"]["status"] == "failed"
    # the notebook mended, the next run makes all of them
    assert states(build(params, tmp_path / "out")) == all_of("finished") | dict.fromkeys(ACCIDENTS, "finished")
    assert not list((tmp_path / "out").rglob(FAILED_NAME))


# ---------------------------------------------------------------- disturbed runs


@pytest.fixture(scope="module")
def made_undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("undisturbed")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NIANBAO_LOG_FOLDER", str(folder / "log"))
        build(make_params(folder, NAMES) / "2024", folder / "out")
    return finished_bytes(folder / "out")


@pytest.fixture
def undisturbed(made_undisturbed: dict[str, bytes], tmp_path: Path) -> dict[str, bytes]:
    """What a run that nobody disturbs makes of the params that lie there."""
    make_params(tmp_path, NAMES)
    return made_undisturbed


def start_build(tmp_path: Path, *more: str) -> subprocess.Popen[bytes]:
    program = f"{LISTEN}\nfrom toolkit.cli import main; main()"
    command = [sys.executable, "-c", program, "build", "params/2024", "--to", "html", "--outputs", "out", *more]
    environment = {**os.environ, "PYTHONPATH": str(Path.cwd()), "PYTHONUTF8": "1"}
    return subprocess.Popen(
        command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, creationflags=OWN_CONSOLE
    )


def wait_for(true: Callable[[], object], running: subprocess.Popen[bytes]) -> None:
    """Wait as long as the program runs."""
    while not true():
        assert running.poll() is None or true(), running.communicate()
        time.sleep(0.005)


def number_of_records(outputs: Path) -> int:
    """How many reports are finished; 0 while a folder that is being replaced goes from under the search."""
    try:
        return len(list(outputs.rglob(RECORD_NAME)))
    except FileNotFoundError:
        return 0


def only_whole_files(outputs: Path, undisturbed: dict[str, bytes]) -> bool:
    return all(undisturbed.get(name) == data for name, data in finished_bytes(outputs).items())


@pytest.mark.parametrize("moment", sampled([1, 0, 2], every=3), ids=lambda number: f"after {number} reports")
def test_run_that_was_killed_leaves_whole_files_and_the_next_finishes_the_rest(
    tmp_path: Path, undisturbed: dict[str, bytes], moment: int
) -> None:
    running = start_build(tmp_path, "--jobs", "1")
    wait_for(lambda: number_of_records(tmp_path / "out") >= moment and (tmp_path / "out").exists(), running)
    family = psutil.Process(running.pid).children(recursive=True)
    running.kill()
    _, err = running.communicate()
    assert "Traceback" not in err.decode("utf-8")
    # its processes notice, and end after the report they have in hand
    psutil.wait_procs(family)
    assert only_whole_files(tmp_path / "out", undisturbed)
    assert {result.state for result in build(tmp_path / "params/2024", tmp_path / "out").values()} == {"finished"}
    assert finished_bytes(tmp_path / "out") == undisturbed


# Windows has no SIGTERM: `send_signal` kills there, as the test above
@pytest.mark.parametrize("told_to_end", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.posix_only)])
def test_interrupted_run_keeps_what_is_finished_and_says_so(
    tmp_path: Path, undisturbed: dict[str, bytes], told_to_end: signal.Signals
) -> None:
    last = tmp_path / "out/2024/云溪县" / max(NAMES)
    last.mkdir(parents=True)
    with FileLock(last / LOCK_NAME):  # its last report has to wait, so that the run is not over too soon
        running = start_build(tmp_path, "--jobs", "1")
        wait_for(lambda: number_of_records(tmp_path / "out") == 2, running)
        interrupt(running, told_to_end)
        _, err = running.communicate()
    assert running.returncode == 130
    assert "已停止" in err.decode("utf-8")
    assert "Traceback" not in err.decode("utf-8")
    assert only_whole_files(tmp_path / "out", undisturbed)
    *_, end = map(json.loads, (tmp_path / "out/build.jsonl").read_text("utf-8").splitlines())
    assert (end["event"], end["stopped"]) == ("end", True)


def test_two_runs_at_once_do_the_same_as_one(tmp_path: Path, undisturbed: dict[str, bytes]) -> None:
    both = [start_build(tmp_path, "--jobs", "1") for _ in range(2)]
    outputs = [running.communicate() for running in both]
    assert [running.returncode for running in both] == [0, 0], outputs
    assert finished_bytes(tmp_path / "out") == undisturbed


AT_NOON = """
from datetime import datetime
from toolkit.building.build_log import BuildLog
with BuildLog("out", lambda: datetime(2025, 1, 20, 12), print) as log:
    log.begin(0)
"""


def test_two_runs_that_begin_at_the_same_moment_have_two_ids_in_the_log(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path.cwd())}
    for _ in range(2):
        subprocess.run([sys.executable, "-c", AT_NOON], cwd=tmp_path, env=environment, check=True)
    lines = [json.loads(line) for line in (tmp_path / "out/build.jsonl").read_text("utf-8").splitlines()]
    assert [line["event"] for line in lines] == ["begin", "end"] * 2
    assert lines[0]["run"] == lines[1]["run"] != lines[2]["run"] == lines[3]["run"]


def test_params_removed_while_the_batch_runs_are_reported_missing(tmp_path: Path) -> None:
    params = make_params(tmp_path, NAMES) / "2024"
    results: dict[str, RunResult] = {}
    jobs = build_reports([params], BatchSettings(outputs=tmp_path / "out", jobs=1, run=HTML))
    for result in jobs:
        results[Path(result.name).stem] = result
        gone = next(name for name in ("甲镇", "乙镇") if name not in results) if len(results) == 1 else ""
        if gone:
            (params / "云溪县" / f"{gone}.yaml").unlink()
    # the one behind the first is read before it is gone, or not: both are fine, and the third is untouched
    assert results["丙镇"].state == "finished"
    assert all(result.state == "finished" or "找不到" in result.message for result in results.values())


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 300 kB: two reports fit, the third does not."""
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", str(disk)], check=True)
    try:
        yield disk
    finally:
        subprocess.run(["umount", str(disk)], check=True)


@pytest.mark.needs_root
def test_full_disk_fails_with_a_sentence_and_leaves_no_half_file(
    tmp_path: Path, small_disk: Path, undisturbed: dict[str, bytes]
) -> None:
    params = tmp_path / "params/2024"
    first = build(params, small_disk, jobs=1)
    assert sorted({result.state for result in first.values()}) == ["failed", "finished"]
    assert all("磁盘已满" in result.message for result in first.values() if result.state == "failed")
    assert only_whole_files(small_disk, undisturbed)
    assert not list(small_disk.rglob(".part"))
    subprocess.run(["mount", "-o", "remount,size=10m", str(small_disk)], check=True)
    assert {result.state for result in build(params, small_disk).values()} == {"finished"}
    assert finished_bytes(small_disk) == undisturbed


def test_folder_that_cannot_be_written_fails_with_a_sentence(tmp_path: Path, undisturbed: dict[str, bytes]) -> None:
    blocked = tmp_path / "out/2024/云溪县/乙镇"
    blocked.parent.mkdir(parents=True)
    blocked.write_text("in the way", encoding="utf-8")
    results = build(tmp_path / "params/2024", tmp_path / "out")
    assert states(results) == {"甲镇": "finished", "乙镇": "failed", "丙镇": "finished"}
    assert results["乙镇"].message.startswith("无法写入 annual_report.ipynb：同名的文件或文件夹挡在那里")
    assert results["乙镇"].message.endswith(f"所在文件夹：{blocked}")
    blocked.unlink()
    build(tmp_path / "params/2024", tmp_path / "out")
    assert finished_bytes(tmp_path / "out") == undisturbed


def test_finished_files_are_for_the_whole_office(tmp_path: Path) -> None:
    build(make_params(tmp_path, ["甲镇"]) / "2024", tmp_path / "out")
    (page,) = (tmp_path / "out").rglob("*.html")
    assert stat.S_IMODE(page.stat().st_mode) & 0o044


# ---------------------------------------------------------------- where files go


def test_two_params_for_one_folder_are_refused_with_both_names(tmp_path: Path) -> None:
    for county in ("甲县", "乙县"):
        (tmp_path / county).mkdir()
        (tmp_path / county / "某镇.yaml").write_text("year: 2024\n", "utf-8")
    with pytest.raises(UsageError, match=r"甲县.*乙县|乙县.*甲县"):
        plan_jobs(local_files(tmp_path), str(tmp_path / "out"))


def test_one_file_named_twice_is_built_once(tmp_path: Path) -> None:
    params = make_params(tmp_path, ["甲镇"]) / "2024"
    jobs = plan_jobs(local_files(params, params / "云溪县" / "甲镇.yaml", params / ".." / "2024"), str(tmp_path / "out"))
    assert [job.folder for job in jobs] == [str(tmp_path / "out/2024/云溪县/甲镇")]


SAME_FOLDERS = [
    ("outputs\\2024\\云溪县\\松石镇 ", "outputs\\2024\\云溪县\\松石镇", True, "a blank at the end"),
    ("outputs\\2024\\云溪县.\\松石镇", "outputs\\2024\\云溪县\\松石镇", True, "a dot at the end of a folder"),
    ("outputs\\A镇", "outputs\\a镇", True, "another case"),
    ("outputs\\松石镇 一", "outputs\\松石镇一", False, "a blank inside"),
    ("s3://reports/A", "s3://reports/a", False, "addresses know case"),
]


@pytest.mark.parametrize(("one", "other", "same", "why"), SAME_FOLDERS, ids=[why for *_, why in SAME_FOLDERS])
def test_names_that_windows_takes_for_one_folder(one: str, other: str, same: bool, why: str) -> None:
    assert (same_on_disk(one, windows=True) == same_on_disk(other, windows=True)) == same
    assert same_on_disk(one, windows=False) != same_on_disk(other, windows=False)


def test_a_batch_starts_without_the_rules_and_its_workers_without_the_iri_grammar() -> None:
    """The workers import the rules, from the process that they are forked from; a notebook may still import the grammar."""
    program = (
        "import sys, toolkit.building.batch; has_rules = 'toolkit.checks' in sys.modules\n"
        "import toolkit.building.preloaded; sys.exit(has_rules or 'rfc3987_syntax' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
