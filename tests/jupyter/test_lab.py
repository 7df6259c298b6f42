"""What ``nianbao lab`` starts and saves; the running JupyterLab is looked at in tests/browser."""

from __future__ import annotations

import json
import re
import socket
import sys
from pathlib import Path
from typing import Any

import pytest

from toolkit.core.errors import UsageError
from toolkit.core.settings import PROJECT
from toolkit.jupyter.lab import NOTEBOOK, SETTINGS, LabSettings, folder_with_notebook, keep_clean, open_lab


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


def test_the_folder_is_the_one_with_the_notebook(tmp_path: Path) -> None:
    (tmp_path / "notebooks").mkdir()
    (tmp_path / NOTEBOOK).touch()
    (tmp_path / "params" / "2024").mkdir(parents=True)
    assert folder_with_notebook(tmp_path / "params" / "2024") == tmp_path
    assert folder_with_notebook(Path("/")) == PROJECT


def test_without_a_notebook_the_clerk_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"找不到 .*annual_report\.ipynb"):
        open_lab(LabSettings(folder=tmp_path, log=tmp_path / "lab.log"))


def test_a_start_that_fails_says_where_the_reason_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "notebooks").mkdir()
    (tmp_path / NOTEBOOK).touch()
    log = tmp_path / "lab.log"
    monkeypatch.setattr("toolkit.jupyter.lab.command", lambda _: [sys.executable, "-c", "raise SystemExit('no luck')"])
    with pytest.raises(UsageError, match="没有启动成功"):
        open_lab(LabSettings(tmp_path, browser=False, own_files=tmp_path / "own", log=log))
    assert "no luck" in log.read_text(encoding="utf-8")


def test_a_port_in_use_is_told_before_the_start(tmp_path: Path) -> None:
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
    assert len(files) == 2
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


def test_the_address_is_told_when_somebody_listens_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setattr("toolkit.jupyter.lab.command", lambda _: [sys.executable, "-c", LATE, str(tmp_path)])
    assert open_lab(LabSettings(browser=False, log=tmp_path / "lab.log")) == 0  # it ends when somebody came
    assert re.match(r"填报表可在浏览器中打开：http://127\.0\.0\.1:\d+/doc/tree/.*\?token=[0-9a-f]{48}", capsys.readouterr().out)
