"""What every test runs under: no network but this machine, no settings of the person who runs it.

Shared stories are imported by their full name (``from tests.exporters.stories import …``): the project folder is on the path.
"""

from __future__ import annotations

import atexit
import gc
import ipaddress
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import settings

from tests.examples import examples, note_sweeps
from tests.markers import NEEDS
from tests.workers import CAN_FORK, ForkedWorkers
from toolkit.core.logs import LOG_FOLDER_VARIABLE
from toolkit.core.machine import BETWEEN_COLLECTIONS
from toolkit.engine.imports import import_jsonschema

PROJECT = Path(__file__).resolve().parent.parent

# Jupyter's own switch away from its old folders; without it every import warns, and warnings are errors here.
os.environ["JUPYTER_PLATFORM_DIRS"] = "1"
# Kernels are started with frozen modules; the debugger's remark on that is no concern of ours.
os.environ["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"
# The workers use all cores: a second thread of the recogniser or of BLAS mostly waits, and is busy while it does.
for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")


with suppress(ImportError):  # an older hypothesis
    from hypothesis.internal.conjecture import providers

    # It would draw the constants of whatever modules happen to be imported: other examples in another order of the tests, and
    # a second for each worker that parses them all.
    providers.is_local_module_file = lambda _: False


def pytest_configure(config: pytest.Config) -> None:
    """Set up the run: examples, workers, the marks of ``tests.markers``."""
    gc.disable()  # what is imported and collected lives as long as the process
    import_jsonschema()
    note_sweeps(config.option.markexpr)
    # Two slow shared cores: a deadline in milliseconds would fail the machine, not the law. The same examples on every run.
    settings.register_profile("project", deadline=None, derandomize=True, max_examples=examples(30, 100))
    settings.load_profile("project")
    workers = getattr(config.option, "numprocesses", None)  # -n of pytest-xdist
    if CAN_FORK and workers:
        config.option.dist = "no"
        config.pluginmanager.register(ForkedWorkers(config, workers))
    for name, need in NEEDS.items():
        config.addinivalue_line("markers", f"{name}: {need.meaning}")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip what this machine cannot run: on Windows the rest of the suite tells its faults from what is only missing."""
    missing = {name: pytest.mark.skip(reason=f"needs {need.meaning}") for name, need in NEEDS.items() if not need.there()}
    for item in items:
        if "browser" in item.path.parts:
            item.add_marker(pytest.mark.needs_chromium)
        for name, skip in missing.items():
            if item.get_closest_marker(name):
                item.add_marker(skip)


def pytest_collection_finish() -> None:
    """Let the garbage collector pass over twelve thousand tests and what they import: a seventh of the processor time."""
    gc.freeze()
    atexit.register(gc.unfreeze)  # nanobind reports objects that remain at the end; pytest collects five times before
    gc.set_threshold(BETWEEN_COLLECTIONS)
    gc.enable()


@pytest.fixture(scope="session")
def project() -> Path:
    """The project folder."""
    return PROJECT


@pytest.fixture(scope="session", autouse=True)
def own_jupyter_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Jupyter, IPython and the log read and write a folder of the test run, not the home folder."""
    home = tmp_path_factory.mktemp("jupyter")
    with pytest.MonkeyPatch.context() as patch:
        for variable in (
            "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR", "XDG_DATA_HOME", LOG_FOLDER_VARIABLE,
        ):  # fmt: skip
            patch.setenv(variable, str(home / variable.lower()))
        yield


@pytest.fixture(autouse=True)
def own_environment() -> Iterator[None]:
    """A command run in this process sets what the processes it starts are to find; those of the next test are not its own."""
    before = _environment()
    yield
    if before != _environment():
        of_pytest = {name: value for name, value in os.environ.items() if name == "PYTEST_CURRENT_TEST"}
        os.environ.clear()
        os.environ.update(before | of_pytest)


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"}  # pytest changes it meanwhile


@pytest.fixture(scope="session", autouse=True)
def only_loopback() -> Iterator[None]:
    """A test that reaches for another machine fails here, with the address it wanted."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex"):
            patch.setattr(socket.socket, name, _guarded(getattr(socket.socket, name)))
        yield


def _guarded(connect: Callable[..., object]) -> Callable[..., object]:
    def guarded(self: socket.socket, address: object) -> object:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not _is_loopback(str(address[0])):  # type: ignore[index]
            raise PermissionError(f"tests stay on this machine, but wanted {address}")
        return connect(self, address)

    return guarded


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:  # a name
        return host == "localhost"
