"""Open JupyterLab, in Chinese, on the notebook that a clerk fills in.

In: the folder with ``notebooks/`` and ``params/``. Out: a running JupyterLab that only this machine can reach, with a
token, and one Chinese sentence with its address. Settings and the small extension that shows the form lie in
``lab_settings/`` and count for this start only; the person's own settings of Jupyter and IPython are neither read nor written.
"""

from __future__ import annotations

import json
import os
import secrets
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.request import HTTPSHandler, ProxyHandler, Request, build_opener

from jupyter_core.paths import jupyter_path, jupyter_runtime_dir
from platformdirs import user_data_path, user_log_path

from toolkit.core.errors import UsageError
from toolkit.core.files import save_bytes
from toolkit.core.machine import keeps_rights, writable
from toolkit.core.shipped import OVERVIEW_NOTEBOOK, REGISTER_NOTEBOOK, REPORT_NOTEBOOK, need_extra, shipped
from toolkit.core.tree import FOLDER_VARIABLE, NOTEBOOKS, OPEN_VARIABLE, PARAMS, current_folder, full_path

NOTEBOOK, OVERVIEW, REGISTER = (f"{NOTEBOOKS}/{name}" for name in (REPORT_NOTEBOOK, OVERVIEW_NOTEBOOK, REGISTER_NOTEBOOK))
_SHOWN = {NOTEBOOK: "填报表", OVERVIEW: "年报总览", REGISTER: "依申请公开台账"}
SETTINGS = Path(__file__).parent / "lab_settings"
PRELOAD = Path(__file__).parent / "preload.py"
START_SECONDS = 90
STOP_SECONDS = 10  # kernels have five to end; afterwards nothing is left but threads without work
# what other programs in this environment bring and the form does not use; each is imported before the server listens
UNUSED_EXTENSIONS = ("jupyter_lsp", "jupyter_server_terminals", "notebook", "notebook_shim", "voila.server_extension")
# for every class that saves, and for the usual one, whose own setting would come before that of its base
_SAVING = ("FileContentsManager.pre_save_hook", "AsyncLargeFileManager.pre_save_hook")
_JUPYTER_FOLDERS = ("JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")
NOTICE_SECONDS = 0.5  # how often is looked whether a kernel still lives; Jupyter's own 3 s let a clerk type into a dead form


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: its address, and the token that opens it."""

    url: str
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class LabSettings:
    """One start: the folder shown, the port (0: the first free one from 8888 on), whether a browser is opened, on what.

    ``opened`` is the params file that the form shows first; left out, the start screen comes.
    """

    folder: Path = field(default_factory=current_folder)
    port: int = 0
    browser: bool = True
    notebook: str = NOTEBOOK
    opened: Path | None = None
    own_files: Path = field(default_factory=lambda: user_data_path("nianbao", appauthor=False) / "lab")
    log: Path = field(default_factory=lambda: user_log_path("nianbao", appauthor=False) / "lab.log")


def provide_notebook(folder: Path, notebook: str) -> None:
    """Put a copy of our notebook into a working folder that has none; one that is there stays as it is.

    Raises:
        CannotWrite: no permission, disk full.
    """
    if not (folder / notebook).exists():
        save_bytes(folder / notebook, shipped(notebook).read_bytes())


def open_lab(settings: LabSettings) -> int:
    """Start JupyterLab, say where it is, and wait for its end; its exit code.

    Raises:
        UsageError: the notebook is not there, or JupyterLab does not start.
    """
    if not (settings.folder / settings.notebook).is_file():
        raise UsageError(f"找不到 {settings.folder / settings.notebook}，请重新安装")
    need_extra("lab")
    _refuse_taken(settings.port)
    settings = _with_writable_places(settings)
    token = secrets.token_hex(24)
    variables = {**os.environ, **environment(settings), "JUPYTER_TOKEN": token}
    settings.log.parent.mkdir(parents=True, exist_ok=True)
    with settings.log.open("ab") as log:
        process = subprocess.Popen(
            command(settings), cwd=settings.folder, env=variables, stdout=log, stderr=log, stdin=subprocess.DEVNULL
        )
    try:
        server = _server(process, settings, token)
        Thread(target=start_kernel, args=(server, settings), daemon=True).start()
        address = f"{server.url}doc/tree/{settings.notebook}?token={server.token}"
        page = _SHOWN[settings.notebook]
        print(f"{page}{'已' if settings.browser else '可'}在浏览器中打开：{address}")
        print(f"填报数据在 {settings.folder / PARAMS}")
        print("使用期间请不要关闭这个窗口；用完后在这里按 Ctrl+C 结束。", flush=True)
        return process.wait()
    except KeyboardInterrupt:
        return stop(process)


def _with_writable_places(settings: LabSettings) -> LabSettings:
    """Settings with other places for Jupyter's files and the log when those of the person do not do.

    What is typed is in the working folder either way; a home that is read-only, missing, or on a share that cannot keep a
    secret from other accounts (Jupyter refuses to start there) must not keep a clerk from it.
    """
    secrets_folder = Path(jupyter_runtime_dir())
    places = (settings.own_files, settings.log.parent, secrets_folder)
    if all(map(writable, places)) and keeps_rights(secrets_folder):
        return settings
    folder = Path(tempfile.mkdtemp(prefix="nianbao-lab-"))
    os.environ.update({name: str(folder / name.lower()) for name in _JUPYTER_FOLDERS})
    print(f"个人文件夹不能写入，或所在的盘不认文件权限，JupyterLab 的设置和日志这次放在 {folder}；填报数据不受影响。")
    return replace(settings, own_files=folder / "lab", log=folder / "lab.log")


def stop(process: subprocess.Popen[bytes]) -> int:
    """End JupyterLab and its kernels; its exit code.

    A worker thread of AnyIO can keep the process after server and kernels have ended (anyio 4, jupyter_server 2): then it is
    killed unnoticed.
    """
    process.terminate()
    try:
        return process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


def form_options(settings: LabSettings) -> dict[str, Any]:
    """Settings of the server that shows the form, wherever it runs: on a desk, or for a person of a JupyterHub.

    The save hook is named here as well as in ``etc/jupyter``: an editable installation has no such files.
    """
    return {
        # one document, nothing beside it: /doc instead of /lab
        "LabApp.default_url": f"/doc/tree/{settings.notebook}", "LabApp.extension_manager": "readonly",
        "LabApp.user_settings_dir": settings.own_files / "settings", "LabApp.workspaces_dir": settings.own_files / "workspaces",
        "LabApp.core_mode": False,  # which has none of the form's extensions
        "LabApp.check_for_updates_class": "jupyterlab.NeverCheckForUpdate", "LabApp.news_url": "None",
        "LabApp.extra_labextensions_path": SETTINGS / "labextensions",
        "LabApp.labextensions_path": jupyter_path("labextensions"), **_program_of_jupyterlab(),
        "ServerApp.root_dir": settings.folder, "ServerApp.preferred_dir": settings.folder, "ServerApp.terminals_enabled": False,
        **dict.fromkeys(_SAVING, "toolkit.jupyter.lab.keep_clean"), "KernelRestarter.time_to_dead": NOTICE_SECONDS,
    }  # fmt: skip


def _program_of_jupyterlab() -> dict[str, Any]:
    """Where JupyterLab's pages are installed: another folder in a machine's settings may hold an older one, or none."""
    folders = (Path(sys.prefix, "share", "jupyter", "lab"), *map(Path, jupyter_path("lab")))
    return dict([("LabApp.app_dir", folder) for folder in folders if (folder / "static").is_dir()][:1])


def as_words(options: Mapping[str, Any]) -> list[str]:
    """Options of a command line; of a list each item is one."""
    values = {name: value if isinstance(value, list) else [value] for name, value in options.items()}
    return [f"--{name}={item}" for name, value in values.items() for item in value]


def command(settings: LabSettings) -> list[str]:
    """What is started; the token goes by the environment, which other people of the machine cannot read."""
    options = form_options(settings) | {
        "ServerApp.ip": "127.0.0.1", "ServerApp.answer_yes": True, "ServerApp.open_browser": settings.browser,
        "ServerApp.extra_template_paths": SETTINGS / "templates",
    }  # fmt: skip
    switched_off = [f"--ServerApp.jpserver_extensions={name}=False" for name in UNUSED_EXTENSIONS]
    if settings.port:
        options |= {"ServerApp.port": settings.port, "ServerApp.port_retries": 0}
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        options["ServerApp.allow_root"] = True  # the person is root already; only this machine can reach it
    return [sys.executable, "-m", "toolkit.jupyter.server", *as_words(options), *switched_off]


def environment(settings: LabSettings) -> dict[str, str]:
    """What JupyterLab and its kernels need in their environment, beside what is there.

    A person's own settings do not count: another root folder, a filter on outputs, a widget manager that is switched off or
    a start-up file that fails would each keep the form from its clerk. Those of the machine do, after ours: `/etc/jupyter`,
    and what an administrator names in `JUPYTER_CONFIG_PATH`.
    """
    return {
        "JUPYTER_CONFIG_PATH": os.pathsep.join([str(SETTINGS), *_folders_of_the_machine(os.environ)]),
        "JUPYTER_CONFIG_DIR": str(settings.own_files / "jupyter"), "JUPYTER_NO_CONFIG": "",
        "JUPYTER_PREFER_ENV_PATH": "1", "JUPYTERLAB_DIR": "", "IPYTHONDIR": str(settings.own_files / "ipython"),
        "PYTHONUTF8": "1", "PYTHONSTARTUP": str(PRELOAD), FOLDER_VARIABLE: str(full_path(settings.folder)),
        OPEN_VARIABLE: str(full_path(settings.opened)) if settings.opened else "",
    }  # fmt: skip


def _folders_of_the_machine(variables: Mapping[str, str]) -> list[str]:
    """The folders of ``JUPYTER_CONFIG_PATH`` outside the person's home: an administrator set those."""
    folders = filter(None, variables.get("JUPYTER_CONFIG_PATH", "").split(os.pathsep))
    home = Path.home()  # the root folder: an account without one
    theirs = [folder for folder in folders if Path(folder) != SETTINGS]
    return [folder for folder in theirs if home == home.parent or not full_path(Path(folder)).is_relative_to(home)]


def start_kernel(server: Server, settings: LabSettings) -> None:
    """Start the notebook's kernel while the browser loads the page, which then finds it ready; a failure costs only time."""
    kernel = _kernel_name(settings.folder / settings.notebook)
    name = settings.notebook.rpartition("/")[2]
    session = {"path": settings.notebook, "name": name, "type": "notebook", "kernel": {"name": kernel}}
    headers = {"Authorization": f"token {server.token}", "Content-Type": "application/json"}
    request = Request(f"{server.url}api/sessions", json.dumps(session).encode(), headers, method="POST")
    # an office's proxy neither reaches this machine nor may see the token; a certificate of the office has another name than this
    direct = build_opener(ProxyHandler({}), HTTPSHandler(context=ssl._create_unverified_context()))
    with suppress(OSError), direct.open(request, timeout=START_SECONDS):
        pass


def _kernel_name(notebook: Path) -> str:
    try:
        metadata = json.loads(notebook.read_bytes()).get("metadata", {})
        return str(metadata.get("kernelspec", {}).get("name") or "python3")
    except (OSError, ValueError, AttributeError):
        return "python3"


def keep_clean(model: Mapping[str, Any], path: str, contents_manager: Any) -> None:
    """Save our notebooks without what they show: the figures are in the params files, the notebook is a template.

    Kernel and language stay as they are in the file: JupyterLab fills them in with the names and versions of this
    machine, and a notebook that was only opened would differ from the one that was installed.
    """
    if model.get("type") != "notebook" or not f"/{path}".endswith(tuple(f"/{name}" for name in _SHOWN)):
        return
    notebook = model["content"]
    notebook["metadata"].pop("widgets", None)
    saved = _saved_metadata(path, contents_manager)
    for name in ("kernelspec", "language_info") if saved is not None else ():
        notebook["metadata"].pop(name, None)
        notebook["metadata"] |= {name: saved[name]} if saved and name in saved else {}
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell.update(outputs=[], execution_count=None)
            cell["metadata"].pop("execution", None)


def _saved_metadata(path: str, contents_manager: Any) -> dict[str, Any] | None:
    """The metadata of a notebook as the file has it; ``None`` when there is no such file yet."""
    try:
        text = Path(contents_manager.root_dir, path.strip("/")).read_text(encoding="utf-8")
        return dict(json.loads(text)["metadata"])
    except (AttributeError, OSError, ValueError, KeyError, TypeError):
        return None


def _refuse_taken(port: int) -> None:
    """Say before JupyterLab is started that another program listens at the port that was named.

    Raises:
        UsageError: the port is in use, or the system reserves it.
    """
    if not port:
        return
    with socket.socket() as probe:
        if os.name == "posix":  # as the server does: a port that was just given up is free
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError as error:
            raise UsageError(f"端口 {port} 不让用（系统保留）；请换一个 1024 以上的，或不写 --port") from error
        except OSError as error:
            raise UsageError(f"端口 {port} 已被占用；请换一个，或不写 --port") from error


def _server(process: subprocess.Popen[bytes], settings: LabSettings, token: str) -> Server:
    """Where it listens, from the file a server writes about itself; it listens a moment later (jupyter_server 2).

    The file is found by the token: its name holds the number of the process that serves, which in a virtual environment of
    Windows is a child of the one that was started.
    """
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        for values in _servers():
            with suppress(OSError, KeyError, TypeError):
                if values["token"] == token:
                    socket.create_connection((values["hostname"], values["port"]), timeout=1).close()
                    return Server(values["url"], token)
        time.sleep(0.05)
    process.kill()
    raise UsageError(f"JupyterLab 没有启动成功，原因记在 {settings.log} 的末尾")


def _servers() -> Iterator[dict[str, Any]]:
    """What the Jupyter servers of this person say of themselves."""
    for file in Path(jupyter_runtime_dir()).glob("jpserver-*.json"):
        with suppress(OSError, ValueError):
            values = json.loads(file.read_bytes())
            if isinstance(values, dict):
                yield values
