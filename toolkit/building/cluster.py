"""Send the work of a batch to a Dask cluster: the address of its scheduler in, an executor of ``concurrent.futures`` out.

The workers need this package, and the same paths to params and outputs (a shared folder) or addresses (``s3://…``).
Work of a worker that is killed is done again by another one.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager

from toolkit.core.errors import UsageError

CONNECT_SECONDS = 10


@contextmanager
def cluster_executor(address: str) -> Iterator[Executor]:
    """The workers of the scheduler at ``address`` (``tcp://host:8786``); work not done yet is called off at the end.

    Raises:
        UsageError: it is no address, nobody answers there, or no worker is known there.
    """
    from distributed import Client
    from distributed.comm.addressing import get_address_host_port

    try:
        get_address_host_port(address)  # a client that cannot read it tries to close itself for 20 s, and fails with a traceback
    except (RuntimeError, ValueError) as error:
        raise UsageError(f"--cluster 应为 tcp://调度机:8786 这样的地址，现为 {address}") from error
    try:
        client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise UsageError(f"连不上调度程序 {address}。请确认 dask scheduler 已启动、地址和端口正确") from error
    with client:
        if not client.scheduler_info()["workers"]:
            raise UsageError(f"调度程序 {address} 还没有工作进程。请在各台机器上运行 dask worker {address}")
        executor: Executor = client.get_executor(pure=False)  # type: ignore[no-untyped-call]
        try:
            yield executor
        finally:
            executor.shutdown(wait=False)  # which calls off what is not done
