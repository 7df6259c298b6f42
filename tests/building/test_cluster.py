"""The same batch on a Dask cluster of this machine, and with params and reports in a store that speaks S3."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Iterator
from datetime import datetime
from importlib import import_module
from pathlib import Path

import pytest
from filelock import FileLock
from typer.testing import CliRunner

from tests.building.params import build_reports, finished_bytes, make_params
from toolkit.building.build_log import BuildLog
from toolkit.building.record import LOCK_NAME, RunResult
from toolkit.cli import app
from toolkit.core.errors import UsageError
from toolkit.core.logs import LOG_FOLDER_VARIABLE
from toolkit.core.settings import BatchSettings, RunSettings

NAMES = ("甲镇", "乙镇", "丙镇")
HTML = RunSettings(formats=("html",))
ADDRESS = "tcp://127.0.0.1"
DASK = {"DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "30s", "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "5"}


def started(*arguments: str) -> subprocess.Popen[bytes]:
    program = "import sys; from distributed.cli.{0} import main; sys.argv[0] = '{0}'; main()".format(arguments[0])
    environment = {**os.environ, **DASK, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", program, *arguments[1:]]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.Popen(command, env=environment, start_new_session=True, **quiet)  # type: ignore[call-overload,no-any-return]


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a scheduler with two workers."""
    address, processes = start_cluster(18786 + os.getpid() % 1000, tmp_path_factory.mktemp("dask"), workers=2)
    yield address
    for process in processes:
        end(process)


def start_cluster(port: int, folder: Path, *, workers: int) -> tuple[str, list[subprocess.Popen[bytes]]]:
    """A scheduler and its workers, ready: its address and the processes, the scheduler's first."""
    from distributed import Client

    address = f"{ADDRESS}:{port}"
    common = ("--no-dashboard", "--local-directory", str(folder), "--nthreads", "1")
    processes = [started("dask_scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard")]
    processes += [started("dask_worker", address, *common, "--host", "127.0.0.1") for _ in range(workers)]
    with Client(address, timeout=60, set_as_default=False) as client:
        client.wait_for_workers(workers, timeout=60)
    return address, processes


def end(process: subprocess.Popen[bytes]) -> None:
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def build(paths: object, outputs: object, **settings: object) -> dict[str, RunResult]:
    chosen = BatchSettings(outputs=outputs, jobs=2, run=HTML, **settings)  # type: ignore[arg-type]
    return {Path(result.name).stem: result for result in build_reports([paths], chosen)}  # type: ignore[list-item]


def worker_processes(address: str) -> dict[str, int]:
    from distributed import Client

    with Client(address, set_as_default=False) as client:
        return dict(client.run(os.getpid))


@pytest.mark.posix_only
def test_cluster_makes_what_this_machine_makes_also_when_workers_are_killed(tmp_path: Path, scheduler: str) -> None:
    params = make_params(tmp_path, NAMES) / "2024"
    local = build(params, tmp_path / "local")
    assert {result.state for result in local.values()} == {"finished"}
    first = build(params, tmp_path / "far", cluster=scheduler)
    assert {result.message for result in first.values()} == {""}
    assert not any(result.unchanged for result in first.values())
    assert finished_bytes(tmp_path / "far") == finished_bytes(tmp_path / "local")
    again = build(params, tmp_path / "far", cluster=scheduler)
    assert all(result.unchanged for result in again.values())
    # killed while it works: the nanny starts another, and the work is done there
    killer = threading.Thread(target=kill_one_soon, args=(worker_processes(scheduler),))
    killer.start()
    results = build(params, tmp_path / "killed", cluster=scheduler)
    killer.join()
    assert {result.state for result in results.values()} == {"finished"}, results
    assert finished_bytes(tmp_path / "killed") == finished_bytes(tmp_path / "local")


def kill_one_soon(processes: dict[str, int]) -> None:
    time.sleep(0.5)
    os.kill(next(iter(processes.values())), signal.SIGKILL)


@pytest.mark.posix_only
def test_a_scheduler_that_goes_fails_what_it_still_had(tmp_path: Path) -> None:
    params = make_params(tmp_path, NAMES[:2]) / "2024"
    address, (scheduler, worker) = start_cluster(19786 + os.getpid() % 1000, tmp_path / "dask", workers=1)
    locked = tmp_path / "out/2024/云溪县/甲镇"  # the last has to wait
    locked.mkdir(parents=True)
    with FileLock(locked / LOCK_NAME):
        results = build_reports([params], BatchSettings(outputs=tmp_path / "out", run=HTML, cluster=address))
        first = next(results)
        end(scheduler)
        second = next(results)
        end(worker)
    assert (Path(first.name).stem, first.state) == ("乙镇", "finished")
    assert (Path(second.name).stem, second.state) == ("甲镇", "failed")
    assert "与调度程序的连接断了" in second.message
    assert list(results) == []


PATCHED = """
import distributed.versions as versions
info, cached = versions.get_package_info, versions._version_cached
versions.get_package_info = lambda names: info(names) | {"python": "3.99.0.final.0"}
versions._version_cached = lambda name: "0.1" if name == "typst" else cached(name)
from distributed.cli.dask_worker import main; import sys; sys.argv[0] = "dask_worker"; main()
"""


@pytest.mark.posix_only
def test_workers_with_another_python_and_another_version_of_a_package_get_no_work(tmp_path: Path) -> None:
    from distributed import Client
    from distributed.versions import VersionMismatchWarning

    port = 21786 + os.getpid() % 1000
    address = f"{ADDRESS}:{port}"
    processes = [started("dask_scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard")]
    options = ("--no-dashboard", "--no-nanny", "--local-directory", str(tmp_path / "dask"), "--nthreads", "1")
    command = [sys.executable, "-c", PATCHED, address, *options]
    processes.append(subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", VersionMismatchWarning)
            with Client(address, timeout=60, set_as_default=False) as client:
                client.wait_for_workers(1, timeout=60)
        params = make_params(tmp_path, NAMES[:1]) / "2024"
        result = CliRunner().invoke(app, ["build", str(params), "--outputs", str(tmp_path / "out"), "--cluster", address])
        assert isinstance(result.exception, UsageError)
        assert "没有开始生成" in str(result.exception)
        assert re.search("：Python 3.99（本机 [0-9.]+），typst 0.1（本机 [0-9.]+）", str(result.exception))
        assert not list((tmp_path / "out").rglob("*.html"))
    finally:
        for process in processes:
            end(process)


@pytest.mark.parametrize("address", ["nonsense", "tcp://127.0.0.1", "carrier-pigeon://host:8786"])
def test_an_invalid_address_is_reported_at_once(tmp_path: Path, address: str) -> None:
    params = make_params(tmp_path, NAMES[:1]) / "2024"
    with pytest.raises(UsageError, match=f"应为 tcp://调度机:8786 这样的地址，现为 {address}"):
        build(params, tmp_path / "out", cluster=address)


def test_no_scheduler_is_reported_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("toolkit.building.cluster.CONNECT_SECONDS", 1)
    params = make_params(tmp_path, NAMES[:1]) / "2024"
    with pytest.raises(UsageError, match="连不上调度程序"):
        build(params, tmp_path / "out", cluster=f"{ADDRESS}:1")


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An S3 server on this machine, with a bucket of its own."""
    import boto3  # here: its libraries take two seconds to import, before the first test of all
    from moto.server import ThreadedMotoServer
    from s3fs import S3FileSystem

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    for name, value in (
        ("AWS_ENDPOINT_URL", f"http://{host}:{port}"), ("AWS_ACCESS_KEY_ID", "test"), ("AWS_SECRET_ACCESS_KEY", "test"),
        ("AWS_DEFAULT_REGION", "us-east-1"),
    ):  # fmt: skip
        monkeypatch.setenv(name, value)
    boto3.client("s3").create_bucket(Bucket="county")
    S3FileSystem.clear_instance_cache()  # it would go on with the server of another test
    yield "s3://county"
    server.stop()


def test_params_and_reports_in_an_s3_store(tmp_path: Path, store: str) -> None:
    import boto3

    params = make_params(tmp_path, NAMES[:2])
    client = boto3.client("s3")
    for file in params.rglob("*.yaml"):
        client.put_object(Bucket="county", Key=f"params/{file.relative_to(params).as_posix()}", Body=file.read_bytes())
    results = build(f"{store}/params/2024", f"{store}/out")
    assert {name: result.state for name, result in results.items()} == dict.fromkeys(NAMES[:2], "finished"), results
    listed = client.list_objects_v2(Bucket="county", Prefix="out/")["Contents"]
    stored = {
        item["Key"].removeprefix("out/"): client.get_object(Bucket="county", Key=item["Key"])["Body"].read() for item in listed
    }
    build(params / "2024", tmp_path / "out")
    shown = {name: data for name, data in stored.items() if not name.rpartition("/")[2].startswith(".")}
    assert shown == finished_bytes(tmp_path / "out")
    assert all(result.unchanged for result in build(f"{store}/params/2024", f"{store}/out").values())
    # params of this machine, changed, to the same store: one report is sent again
    file = params / "2024/云溪县/甲镇.yaml"
    file.write_text(file.read_text("utf-8") + "# 补充\n", "utf-8")
    mixed = build(params / "2024", f"{store}/out")
    assert {name: result.unchanged for name, result in mixed.items()} == {"甲镇": False, "乙镇": True}


@pytest.fixture
def asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A store that does not answer is asked once: botocore's own variable, and the retries of s3fs on top of it."""
    from s3fs import S3FileSystem

    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    monkeypatch.setattr(S3FileSystem, "retries", 1)


@pytest.mark.usefixtures("asked_once")
def test_a_store_that_does_not_answer_fails_each_report_and_the_batch(
    tmp_path: Path, store: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.setenv(LOG_FOLDER_VARIABLE, str(tmp_path))
    params = make_params(tmp_path, NAMES[:1]) / "2024"
    failed = build(params, f"{store}/out")["甲镇"]
    assert failed.state == "failed"
    assert failed.message.startswith(f"与 {store}/out/2024/云溪县/甲镇 之间传送文件出错")
    with pytest.raises(UsageError, match="请核对地址、网络和访问密钥"):
        build(f"{store}/params/2024", tmp_path / "out")
    log = BuildLog(f"{store}/out", datetime.now, print)
    with pytest.raises(UsageError, match=f"写不进 {store}/out：.*。请核对地址、网络和访问密钥"), log:
        pass


@pytest.mark.usefixtures("asked_once")
def test_a_store_that_goes_while_the_batch_runs_loses_no_list(store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    complaints: list[str] = []
    with BuildLog(f"{store}/out", datetime.now, complaints.append) as log:
        log.begin(1)
        import_module("s3fs").S3FileSystem.clear_instance_cache()
        monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    assert [complaint.partition("（")[0] for complaint in complaints] == ["无法写入 build.jsonl"]


def test_a_missing_extra_is_no_fault_of_the_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    params = make_params(tmp_path, NAMES[:1]) / "2024"
    monkeypatch.setattr("toolkit.core.shipped.find_spec", lambda _: None)
    result = CliRunner().invoke(app, ["build", str(params), "--outputs", "s3://county/out"])
    assert str(result.exception).startswith("没有安装“读写 s3:// 地址”要用的软件包")


def test_a_mistyped_bucket_is_reported_and_not_made(tmp_path: Path, store: str) -> None:
    params = make_params(tmp_path, NAMES[:1]) / "2024"
    result = CliRunner().invoke(app, ["build", str(params), "--outputs", "s3://coutny/out"])
    assert str(result.exception).startswith("写不进 s3://coutny/out：")
    assert build(params, "s3://coutny/out")["甲镇"].state == "failed"
    assert [bucket["Name"] for bucket in import_module("boto3").client("s3").list_buckets()["Buckets"]] == ["county"]


def test_a_folder_with_an_address_is_made(tmp_path: Path) -> None:
    params = make_params(tmp_path, NAMES[:1]) / "2024"
    result = CliRunner().invoke(app, ["build", str(params), "--to", "html", "--outputs", (tmp_path / "out").as_uri()])
    assert result.exit_code == 0, result.exception
    events = [json.loads(line)["event"] for line in (tmp_path / "out/build.jsonl").read_text("utf-8").splitlines()]
    assert (events, len(list((tmp_path / "out").rglob("*.html")))) == (["begin", "report", "end"], 1)


def test_an_unsupported_address_and_an_empty_one_are_reported(tmp_path: Path, store: str) -> None:
    with pytest.raises(UsageError, match="打不开 s3://"):
        build("s3://", tmp_path / "out")
    with pytest.raises(UsageError, match="不认识的地址 s4://county/out"), BuildLog("s4://county/out", datetime.now, print):
        pass
    result = CliRunner().invoke(app, ["build", f"{store}/nothing", "--outputs", str(tmp_path / "out")])
    assert (str(result.exception), (tmp_path / "out").exists()) == (f"{store}/nothing 中没有填报数据（.yaml 文件）", False)
