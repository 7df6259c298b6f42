"""What ``nianbao lab`` starts and saves; the running JupyterLab is looked at in tests/browser."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest
from jupyter_core.paths import jupyter_path
from nbformat.sign import MemorySignatureStore, NotebookNotary

from toolkit.core.errors import UsageError
from toolkit.core.settings import PROJECT
from toolkit.core.tree import OPEN_VARIABLE
from toolkit.jupyter.lab import (
    NOTEBOOK,
    OVERVIEW,
    PRELOAD,
    SETTINGS,
    LabSettings,
    Server,
    as_words,
    command,
    environment,
    form_options,
    keep_clean,
    open_lab,
    provide_notebook,
    start_kernel,
    stop,
)
from toolkit.jupyter.opening import refuse_unknown
from toolkit.jupyter.server import import_jupyterlab, token_option

if TYPE_CHECKING:  # in the tests: it takes a second to import, before the first test of all
    from jupyter_server.services.contents.largefilemanager import LargeFileManager


def contents_manager(folder: Path) -> LargeFileManager:
    """What JupyterLab saves with; its signatures in memory, since nobody would close their database."""
    from jupyter_server.services.contents.largefilemanager import LargeFileManager

    notary = NotebookNotary(store_factory=MemorySignatureStore)
    return LargeFileManager(root_dir=str(folder), pre_save_hook="toolkit.jupyter.lab.keep_clean", notary=notary)


def notebook() -> dict[str, Any]:
    cell = {
        "cell_type": "code", "execution_count": 3, "metadata": {"execution": {"iopub.status.idle": "…"}, "tags": ["x"]},
        "source": "1", "outputs": [{"output_type": "execute_result", "data": {}}],
    }  # fmt: skip
    return {"cells": [cell, {"cell_type": "markdown", "metadata": {}, "source": "自己加的一段"}], "metadata": {"widgets": {}}}


def test_the_form_s_notebook_is_saved_without_what_it_shows() -> None:
    content = notebook()
    keep_clean({"type": "notebook", "content": content}, f"/{NOTEBOOK}", None)
    assert content["cells"][0] == {
        "cell_type": "code", "execution_count": None, "metadata": {"tags": ["x"]}, "source": "1", "outputs": [],
    }  # fmt: skip
    assert content["cells"][1]["source"] == "自己加的一段"
    assert content["metadata"] == {}


@pytest.mark.parametrize("path", ["outputs/2024/云溪县/柳湾镇/annual_report.ipynb", "notebooks/other.ipynb"])
def test_other_notebooks_are_saved_as_they_are(path: str) -> None:
    content = notebook()
    keep_clean({"type": "notebook", "content": content}, path, None)
    assert content == notebook()


def test_a_folder_without_the_notebook_gets_a_copy_and_one_with_it_keeps_its_own(tmp_path: Path) -> None:
    for notebook in (NOTEBOOK, OVERVIEW):
        provide_notebook(tmp_path, notebook)
        assert (tmp_path / notebook).read_bytes() == (PROJECT / notebook).read_bytes()
    (tmp_path / NOTEBOOK).write_text("自己的", encoding="utf-8")
    provide_notebook(tmp_path, NOTEBOOK)
    assert (tmp_path / NOTEBOOK).read_text(encoding="utf-8") == "自己的"


def opened_in_jupyterlab(content: dict[str, Any]) -> None:
    """What JupyterLab makes of a notebook that is opened and run, before it saves by itself."""
    content["metadata"]["kernelspec"] |= {"display_name": "Python 3 (ipykernel)"}
    content["metadata"]["language_info"] |= {
        "codemirror_mode": {"name": "ipython", "version": 3}, "file_extension": ".py", "version": "3.12.1",
        "mimetype": "text/x-python", "nbconvert_exporter": "python", "pygments_lexer": "ipython3",
    }  # fmt: skip
    content["metadata"]["widgets"] = {"application/vnd.jupyter.widget-state+json": {}}
    for cell in content["cells"]:
        if cell["cell_type"] == "code":
            output = {"output_type": "execute_result", "data": {"text/plain": "1"}, "metadata": {}, "execution_count": 1}
            cell.update(execution_count=1, outputs=[output])
            cell["metadata"] |= {"execution": {"iopub.status.idle": "2025-01-01T00:00:00Z"}, "trusted": True}


@pytest.mark.parametrize("inside", ["", "公用/年报 2024"], ids=["its own folder", "below a hub's folder"])
@pytest.mark.parametrize("name", [NOTEBOOK, OVERVIEW])
def test_a_notebook_that_was_only_opened_is_the_same_file(tmp_path: Path, name: str, inside: str) -> None:
    path = f"{inside}/{name}".strip("/")
    (tmp_path / path).parent.mkdir(parents=True)
    shutil.copy(PROJECT / name, tmp_path / path)
    manager = contents_manager(tmp_path)
    model = manager.get(path)
    opened_in_jupyterlab(model["content"])
    manager.save({"type": "notebook", "format": "json", "content": model["content"]}, path)
    assert (tmp_path / path).read_bytes() == (PROJECT / name).read_bytes()


def test_what_a_person_adds_to_the_notebook_is_saved(tmp_path: Path) -> None:
    provide_notebook(tmp_path, NOTEBOOK)
    manager = contents_manager(tmp_path)
    model = manager.get(NOTEBOOK)
    opened_in_jupyterlab(model["content"])
    model["content"]["cells"].append({"id": "added", "cell_type": "markdown", "metadata": {}, "source": "自己加的一段"})
    manager.save({"type": "notebook", "format": "json", "content": model["content"]}, NOTEBOOK)
    saved = json.loads((tmp_path / NOTEBOOK).read_text(encoding="utf-8"))
    shipped = json.loads((PROJECT / NOTEBOOK).read_text(encoding="utf-8"))
    assert (saved["cells"][-1]["source"], saved["metadata"]) == (["自己加的一段"], shipped["metadata"])


def test_a_missing_notebook_is_reported_to_the_clerk(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"找不到 .*annual_report\.ipynb"):
        open_lab(LabSettings(folder=tmp_path, log=tmp_path / "lab.log"))


def test_a_home_that_cannot_be_written_is_replaced_for_this_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "notebooks").mkdir()
    (tmp_path / NOTEBOOK).touch()
    (tmp_path / "home").touch()  # no folder can be made in it, not even by root
    started = [sys.executable, "-c", "import os; raise SystemExit(os.environ['JUPYTER_RUNTIME_DIR'])"]
    monkeypatch.setattr("toolkit.jupyter.lab.command", lambda _: started)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    home = tmp_path / "home" / "nianbao"
    with pytest.raises(UsageError, match="没有启动成功"):
        open_lab(LabSettings(tmp_path, browser=False, own_files=home / "lab", log=home / "lab.log"))
    (folder,) = tmp_path.glob("nianbao-lab-*")
    assert f"JupyterLab 的设置和日志这次放在 {folder}" in capsys.readouterr().out
    assert str(folder / "jupyter_runtime_dir") in (folder / "lab.log").read_text(encoding="utf-8")


def test_so_is_a_share_without_rights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As a share mounted by CIFS: every file belongs to everybody, and Jupyter refuses to start."""
    monkeypatch.setattr("toolkit.jupyter.lab.keeps_rights", lambda _: False)
    (tmp_path / "notebooks").mkdir()
    (tmp_path / NOTEBOOK).touch()
    monkeypatch.setattr("toolkit.jupyter.lab.command", lambda _: [sys.executable, "-c", "raise SystemExit(1)"])
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(UsageError, match="没有启动成功"):
        open_lab(LabSettings(tmp_path, browser=False, own_files=tmp_path / "own", log=tmp_path / "lab.log"))
    assert "个人文件夹不能写入" in capsys.readouterr().out


def test_a_start_that_fails_says_where_the_reason_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "notebooks").mkdir()
    (tmp_path / NOTEBOOK).touch()
    log = tmp_path / "lab.log"
    monkeypatch.setattr("toolkit.jupyter.lab.command", lambda _: [sys.executable, "-c", "raise SystemExit('no luck')"])
    with pytest.raises(UsageError, match="没有启动成功"):
        open_lab(LabSettings(tmp_path, browser=False, own_files=tmp_path / "own", log=log))
    assert "no luck" in log.read_text(encoding="utf-8")


def test_a_port_in_use_is_reported_before_the_start(tmp_path: Path) -> None:
    (tmp_path / "notebooks").mkdir()
    (tmp_path / NOTEBOOK).touch()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        settings = LabSettings(tmp_path, port, browser=False, own_files=tmp_path / "own", log=tmp_path / "lab.log")
        with pytest.raises(UsageError, match=f"端口 {port} 已被占用；请换一个，或不写 --port"):
            open_lab(settings)
    assert not (tmp_path / "lab.log").exists()


def test_settings_shipped_are_well_formed() -> None:
    files = list(SETTINGS.rglob("*.json"))
    assert len(files) == 3
    assert all(json.loads(file.read_text(encoding="utf-8")) for file in files)


LATE = """
import json, os, pathlib, socket, sys, time
with socket.create_server(("127.0.0.1", 0)) as found:
    port = found.getsockname()[1]
about = {"url": f"http://127.0.0.1:{port}/", "hostname": "127.0.0.1", "port": port, "token": os.environ["JUPYTER_TOKEN"]}
folder = pathlib.Path(sys.argv[1])
(folder / "jpserver-1.json").write_text(json.dumps(about | {"token": "of another server"}))
(folder / "jpserver-2.json").write_text("torn")
# a virtual environment of Windows starts a second process: the number is not that of the process that was started
(folder / f"jpserver-{os.getpid() + 1}.json").write_text(json.dumps(about))
time.sleep(0.5)  # jupyter_server writes the file first and listens then
with socket.create_server(("127.0.0.1", port)) as server:
    server.settimeout(30)
    server.accept()
"""


def test_the_kernel_is_started_while_the_browser_loads_whatever_proxy_is_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen_by_proxy: list[object] = []
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setattr("urllib.request.ProxyHandler.proxy_open", lambda *asked: seen_by_proxy.append(asked))
    (tmp_path / "notebooks").mkdir()
    (tmp_path / NOTEBOOK).write_text(json.dumps({"metadata": {"kernelspec": {"name": "conda-nianbao"}}}), encoding="utf-8")
    heard: list[tuple[str, str | None, Any]] = []

    class Sessions(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            heard.append((self.path, self.headers["Authorization"], json.loads(body)))
            self.send_response(201)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Sessions) as server:
        Thread(target=server.handle_request, daemon=True).start()
        start_kernel(Server(f"http://127.0.0.1:{server.server_port}/", "secret"), LabSettings(tmp_path))
    session = {"path": NOTEBOOK, "name": "annual_report.ipynb", "type": "notebook", "kernel": {"name": "conda-nianbao"}}
    assert heard == [("/api/sessions", "token secret", session)]
    assert seen_by_proxy == []
    start_kernel(Server("http://127.0.0.1:1/", "secret"), LabSettings(tmp_path / "nowhere"))  # costs only time
    assert "secret" not in repr(Server("http://127.0.0.1:1/", "secret"))


def test_a_kernel_imports_the_form_when_it_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    names: dict[str, Any] = {}
    exec(compile(PRELOAD.read_text(encoding="utf-8"), str(PRELOAD), "exec"), names)
    assert "toolkit.jupyter.form_notebook" in sys.modules
    refuse_unknown(names)


@pytest.mark.parametrize(("opened", "form"), [("", False), ("柳湾镇.yaml", True)])
def test_the_start_screen_waits_for_no_rules_and_a_named_report_for_no_import(opened: str, form: bool) -> None:
    code = (
        f"exec(compile(open({str(PRELOAD)!r}, encoding='utf-8').read(), 'preload', 'exec')); import sys; "
        "from toolkit.jupyter import open_paper; print([name in sys.modules for name in "
        "('toolkit.entry.start.screen', 'toolkit.entry.form.form_app', 'toolkit.checks.catalogue', 'toolkit.sections.paper')])"
    )
    environment = {**os.environ, OPEN_VARIABLE: opened}
    run = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == str([True, form, form, form])


def test_a_person_s_own_settings_of_jupyter_and_python_do_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME" if os.name == "posix" else "USERPROFILE", str(tmp_path))
    mine = str(tmp_path / "mine")
    for name in ("PYTHONSTARTUP", "JUPYTER_CONFIG_DIR", "JUPYTER_CONFIG_PATH", "IPYTHONDIR", "JUPYTER_NO_CONFIG"):
        monkeypatch.setenv(name, mine)
    variables = environment(LabSettings(tmp_path, own_files=tmp_path / "own"))
    assert variables["PYTHONSTARTUP"] == str(PRELOAD)
    assert variables["JUPYTER_CONFIG_PATH"] == str(SETTINGS)
    assert {Path(variables[name]).parent for name in ("JUPYTER_CONFIG_DIR", "IPYTHONDIR")} == {tmp_path / "own"}
    assert mine not in variables.values()


def test_those_of_the_machine_do_but_cannot_switch_the_form_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An administrator names a folder for everybody in ``JUPYTER_CONFIG_PATH``, beside ``/etc/jupyter``."""
    from jupyter_server.serverapp import ServerApp
    from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager
    from jupyterlab.labapp import LabApp
    from jupyterlab_server.config import get_page_config

    home, machine = tmp_path / "home", tmp_path / "machine"
    (machine / "labconfig").mkdir(parents=True)
    plugins = (manager := "@jupyter-widgets/jupyterlab-manager", f"{manager}:plugin", "anywidget", "nianbao-lab:form")
    switched_off = {"disabledExtensions": dict.fromkeys((*plugins, "theirs"), True)}
    (machine / "labconfig" / "page_config.json").write_text(json.dumps(switched_off), encoding="utf-8")
    elsewhere = str(machine)
    theirs = {
        "ServerApp": {"base_url": "/nb/", "preferred_dir": elsewhere}, "AsyncLargeFileManager": {"pre_save_hook": "os.getcwd"},
        "LabServerApp": {"labextensions_path": [elsewhere]},
        "LabApp": {
            "core_mode": True, "app_dir": elsewhere, "labextensions_path": [elsewhere], "extra_labextensions_path": [elsewhere],
        },
    }  # fmt: skip
    (machine / "jupyter_server_config.json").write_text(json.dumps(theirs), encoding="utf-8")
    monkeypatch.setenv("HOME" if os.name == "posix" else "USERPROFILE", str(home))
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", os.pathsep.join([str(machine), str(home / "mine"), str(SETTINGS)]))
    settings = LabSettings(tmp_path, own_files=tmp_path / "own")
    variables = environment(settings)
    assert variables["JUPYTER_CONFIG_PATH"].split(os.pathsep) == [str(SETTINGS), str(machine)]
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    disabled = get_page_config([str(SETTINGS / "labextensions")])["disabledExtensions"]
    assert "theirs" in disabled
    assert not {*plugins, "nianbao-lab"} & set(disabled)
    server = ServerApp()
    server.load_config_file()
    server.parse_command_line(as_words(form_options(settings)))
    assert server.config.ServerApp.base_url == "/nb/"
    notary = NotebookNotary(store_factory=MemorySignatureStore)
    assert AsyncLargeFileManager(config=server.config, root_dir=str(tmp_path), notary=notary).pre_save_hook is keep_clean
    assert server.config.ServerApp.preferred_dir == str(tmp_path)
    lab = LabApp(config=server.config)
    assert not lab.core_mode
    assert lab.extra_labextensions_path == [str(SETTINGS / "labextensions")]
    assert lab.labextensions_path == jupyter_path("labextensions")
    assert Path(lab.app_dir, "static").is_dir()
    assert variables["JUPYTERLAB_DIR"] == "", "a person's own JupyterLab"


@pytest.mark.posix_only
def test_those_of_the_machine_count_for_an_account_without_a_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/")  # as `repair_environment` sets it
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "/opt/jupyter")
    variables = environment(LabSettings(tmp_path, own_files=tmp_path / "own"))
    assert variables["JUPYTER_CONFIG_PATH"].split(os.pathsep) == [str(SETTINGS), "/opt/jupyter"]


def test_the_token_of_this_start_comes_before_a_persons_own_settings() -> None:
    options = token_option({"JUPYTER_TOKEN": "abc"})
    assert options == ["--IdentityProvider.token=abc", "--PasswordIdentityProvider.token=abc"]
    assert token_option({}) == []
    assert not [word for word in command(LabSettings()) if "token" in word], "what ps shows has no token"


def test_jupyterlab_starts_no_program_when_it_is_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    import_jupyterlab()
    from jupyterlab import commands

    started: list[Any] = []
    monkeypatch.setattr(commands, "which", lambda _: sys.executable)
    monkeypatch.setattr(subprocess, "check_output", lambda *call, **_: started.append(call) or b"")
    assert commands.AppOptions().registry, "which labapp asks for when it is imported"
    assert started == []


def test_a_server_that_does_not_end_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("toolkit.jupyter.lab.STOP_SECONDS", 0.5)
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", deaf], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        assert stop(process) != 0
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as process:
        assert stop(process) != 0


def test_the_server_imports_no_rules_for_its_settings() -> None:
    code = (
        "import sys; import toolkit.jupyter.lab; print(sorted(set(sys.modules) & {'toolkit.checks', 'ipywidgets', 'pydantic'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=PROJECT)
    assert done.stdout.strip() == "[]"


def test_the_address_is_printed_when_a_server_listens_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setattr("toolkit.jupyter.lab.command", lambda _: [sys.executable, "-c", LATE, str(tmp_path)])
    assert open_lab(LabSettings(browser=False, log=tmp_path / "lab.log")) == 0  # it ends when somebody came
    assert re.match(r"填报表可在浏览器中打开：http://127\.0\.0\.1:\d+/doc/tree/.*\?token=[0-9a-f]{48}", capsys.readouterr().out)
