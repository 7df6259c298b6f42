"""Send the work of a batch to a Dask cluster: the address of its scheduler in, an executor of ``concurrent.futures`` out.

The workers need this package, and the same paths to params and outputs (a shared folder) or addresses (``s3://…``).
Work of a worker that is killed is done again by another one. Python and the packages that show in a report's bytes must
be the same everywhere; that is compared before any work is sent, by messages that carry plain text only.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from typing import Any

from toolkit.building.fingerprint import LIBRARIES
from toolkit.core.errors import UsageError
from toolkit.core.extras import need_extra

CONNECT_SECONDS = 10
_OF_DASK = ("distributed", "dask", "cloudpickle")
_PACKAGES = ("nianbao", *_OF_DASK, *LIBRARIES)
_MOST_NAMED = 6


class VersionsDiffer(UsageError):
    """Scheduler or workers run another Python or other packages: objects do not survive the way, or reports differ."""


@contextmanager
def cluster_executor(address: str) -> Iterator[Executor]:
    """The workers of the scheduler at ``address`` (``tcp://host:8786``); work not done yet is called off at the end.

    Raises:
        UsageError: it is no address, nobody answers there, or no worker is known there.
        VersionsDiffer: Python or packages are not the same everywhere.
    """
    need_extra("cluster")
    from distributed import Client
    from distributed.comm.addressing import get_address_host_port
    from distributed.versions import VersionMismatchWarning

    try:
        get_address_host_port(address)  # a client that cannot read it tries to close itself for 20 s, and fails with a traceback
    except (RuntimeError, ValueError) as error:
        raise UsageError(f"--cluster 应为 tcp://调度机:8786 这样的地址，现为 {address}") from error
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", VersionMismatchWarning)  # said below, in words
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
            executor.shutdown(wait=False)  # which calls off what is not done


def _refuse_other_versions(versions: Mapping[str, Any]) -> None:
    """Compare what scheduler and workers say with what is here.

    Args:
        versions: as ``Client.get_versions`` gives it: ``client``, ``scheduler``, ``workers`` by address.

    Raises:
        VersionsDiffer: names each place, package, its version there and here.
    """
    here = versions["client"]["packages"]
    places = {"调度程序": _differences(versions["scheduler"], here, _OF_DASK)}  # it needs no package of ours
    for address, there in sorted(versions["workers"].items()):
        places[f"工作进程 {address.partition('://')[2]}"] = _differences(there, here, _PACKAGES)
    told = [f"{place}：{'，'.join(different)}" for place, different in places.items() if different]
    if told:
        more = f"；等共 {len(told)} 处" if len(told) > _MOST_NAMED else ""
        raise VersionsDiffer(
            f"集群各处的版本与本机不同，没有开始生成。{'；'.join(told[:_MOST_NAMED])}{more}。"
            "请在各台机器上装同一版本的 Python 和程序包（requirements.lock），重新启动后再试"
        )


def _differences(there: Any, here: Mapping[str, Any], names: Sequence[str]) -> list[str]:
    """``Python 3.13（本机 3.11）`` for each version that differs."""
    packages = there.get("packages") if isinstance(there, Mapping) else None
    if not isinstance(packages, Mapping):
        return ["没有说明版本"]
    found: list[tuple[str, Any, Any]] = [("Python", _minor(packages.get("python")), _minor(here.get("python")))]
    found += [(name, packages.get(name), here.get(name)) for name in names]
    return [f"{name} {theirs or '没有安装'}（本机 {ours or '没有安装'}）" for name, theirs, ours in found if theirs != ours]


def _minor(version: Any) -> str:
    """``3.13`` of ``3.13.2.final.0``: what objects and packages are made for."""
    return ".".join(str(version).split(".")[:2])
