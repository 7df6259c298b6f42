"""Run a batch on a Dask cluster: the address of its scheduler in, an executor of ``concurrent.futures`` out.

The workers need this package, and the same paths to params and outputs (a shared folder) or addresses (``s3://…``).
The tasks of a killed worker are repeated by another one. Python and the packages that show in a report's bytes must
be the same everywhere; they are compared before any task is sent, by messages of plain text.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from typing import Any

from toolkit.building.fingerprint import LIBRARIES
from toolkit.core.errors import UsageError
from toolkit.core.shipped import need_extra

CONNECT_SECONDS = 10
_OF_DASK = ("distributed", "dask", "cloudpickle")
_PACKAGES = ("nianbao", *_OF_DASK, *LIBRARIES)
_MOST_NAMED = 6


class VersionsDiffer(UsageError):
    """Scheduler or workers run another Python or other packages: objects cannot be unpickled, or reports differ."""


@contextmanager
def cluster_executor(address: str) -> Iterator[Executor]:
    """The workers of the scheduler at ``address`` (``tcp://host:8786``); pending tasks are cancelled at the end.

    Raises:
        UsageError: not an address, no answer, or no worker.
        VersionsDiffer: Python or packages are not the same everywhere.
    """
    need_extra("cluster")
    from distributed import Client
    from distributed.comm.addressing import get_address_host_port
    from distributed.versions import VersionMismatchWarning

    try:
        get_address_host_port(address)  # a client with an invalid address tries to close for 20 s, and fails with a traceback
    except (RuntimeError, ValueError) as error:
        raise UsageError(f"--cluster 应为 tcp://调度机:8786 这样的地址，现为 {address}") from error
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", VersionMismatchWarning)  # reported below, in Chinese
            client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise UsageError(f"连不上调度程序 {address}。请确认 dask scheduler 已启动、地址和端口正确") from error
    with client:
        versions: Any = client.get_versions(packages=list(_PACKAGES))
        _refuse_other_versions(versions)
        if not client.scheduler_info()["workers"]:
            raise UsageError(f"调度程序 {address} 还没有工作进程。请在各台机器上运行 dask worker {address}")
        executor: Executor = client.get_executor(pure=False)  # type: ignore[no-untyped-call]
        try:
            yield executor
        finally:
            executor.shutdown(wait=False)  # cancels pending tasks


def _refuse_other_versions(versions: Mapping[str, Any]) -> None:
    """Compare the versions of scheduler and workers with those of this process.

    Args:
        versions: as ``Client.get_versions`` gives it: ``client``, ``scheduler``, ``workers`` by address.

    Raises:
        VersionsDiffer: names each place, package, its version there and here.
    """
    here = versions["client"]["packages"]
    places = {"调度程序": _differences(versions["scheduler"], here, _OF_DASK)}  # it needs none of our packages
    for address, there in sorted(versions["workers"].items()):
        places[f"工作进程 {address.partition('://')[2]}"] = _differences(there, here, _PACKAGES)
    differences = [f"{place}：{'，'.join(different)}" for place, different in places.items() if different]
    if differences:
        more = f"；等共 {len(differences)} 处" if len(differences) > _MOST_NAMED else ""
        raise VersionsDiffer(
            f"集群各处的版本与本机不同，没有开始生成。{'；'.join(differences[:_MOST_NAMED])}{more}。"
            "请在各台机器上装同一版本的 Python 和程序包（requirements.lock），重新启动后再试"
        )


def _differences(there: Any, here: Mapping[str, Any], names: Sequence[str]) -> list[str]:
    """``Python 3.13（本机 3.11）`` for each version that differs."""
    packages = there.get("packages") if isinstance(there, Mapping) else None
    if not isinstance(packages, Mapping):
        return ["没有说明版本"]
    versions: list[tuple[str, Any, Any]] = [("Python", _minor(packages.get("python")), _minor(here.get("python")))]
    versions += [(name, packages.get(name), here.get(name)) for name in names]
    return [f"{name} {theirs or '没有安装'}（本机 {ours or '没有安装'}）" for name, theirs, ours in versions if theirs != ours]


def _minor(version: Any) -> str:
    """``3.13`` of ``3.13.2.final.0``: the part that objects and packages depend on."""
    return ".".join(str(version).split(".")[:2])
