"""The wheel is whole: built, unpacked in an empty folder and used from there, away from the checkout."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from toolkit.core.errors import CannotWrite, UsageError
from toolkit.core.shipped import EXTRAS, SCHEMA, need_extra, notebook_path, shipped
from toolkit.core.workspace import lay_out
from toolkit.dispatch.settings import read_settings
from toolkit.jupyter import health

PROJECT = Path(__file__).resolve().parent.parent
EARLIER_BUILD = PROJECT / "build" / "lib" / "toolkit"  # where setuptools copies a checkout's modules


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the wheel was unpacked into."""
    folder = tmp_path_factory.mktemp("wheel")
    shutil.rmtree(EARLIER_BUILD, ignore_errors=True)
    EARLIER_BUILD.mkdir(parents=True)
    (EARLIER_BUILD / "removed.py").touch()
    command = [sys.executable, "-m", "pip", "wheel", "-qq", "--no-deps", "--no-build-isolation", "-w", str(folder), str(PROJECT)]
    subprocess.run(command, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(folder / "site")
    return folder / "site"


def run(site: Path, folder: Path, *arguments: str, option: str = "") -> subprocess.CompletedProcess[bytes]:
    """Run the package, or with ``-m`` another module, or with ``-c`` a script."""
    environment = {**os.environ, "PYTHONPATH": str(site), "PYTHONUTF8": "1"}
    command = [sys.executable, *((option,) if option else ("-m", "toolkit")), *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False)


# Runs one command after the other: each must succeed.
COMMANDS = """
import os, sys
from toolkit import cli
for command in sys.argv[1:]:
    if command.startswith("cd|"):
        os.chdir(command[3:])
        continue
    sys.argv = ["nianbao", *command.split("|")]
    try:
        cli.main()
    except SystemExit as ended:
        if ended.code:
            raise
"""


PAPERMILL = """
import sys
sys.modules["rfc3987_syntax"] = None  # an option of jsonschema that takes a second
from papermill.__main__ import papermill
papermill()
"""


@pytest.fixture(scope="module")
def desk(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that the installed package has laid out, and in which commands were run."""
    folder = tmp_path_factory.mktemp("desk")
    build = "build|params/2024/云溪县/松石镇.yaml|params/2024/云溪县/白鹭乡.yaml"
    others = ("new|2025|云溪县/望江镇", "check|params/2024/云溪县", "status|params/2024/云溪县")
    ended = run(installed, folder, COMMANDS, "init|工作", "cd|工作", build, *others, option="-c")
    assert ended.returncode == 0, ended.stdout.decode("utf-8") + ended.stderr.decode("utf-8")
    return folder / "工作"


def test_a_folder_is_laid_out_and_its_sample_built_without_the_checkout(desk: Path) -> None:
    lines = [json.loads(line) for line in (desk / "outputs" / "build.jsonl").read_text(encoding="utf-8").splitlines()]
    reports = [(line["state"], line["executed_in"]) for line in lines if line["event"] == "report"]
    assert reports == [("finished", "worker")] * 2


def test_reports_that_the_readme_names_are_laid_out(desk: Path) -> None:
    named = set(re.findall(r" (params/20\d\d/\S+\.yaml)", (PROJECT / "README.md").read_text(encoding="utf-8")))
    assert {name for name in named if not (desk / name).is_file()} <= {"params/2025/云溪县/望江镇.yaml"}, "which `new` makes"


def test_stock_papermill_runs_the_notebook_of_the_folder(installed: Path, desk: Path) -> None:
    arguments = ["notebooks/annual_report.ipynb", "out.ipynb", "--no-progress-bar", "-f", "params/2024/云溪县/松石镇.yaml"]
    ended = run(installed, desk, PAPERMILL, *arguments, option="-c")
    assert ended.returncode == 0, ended.stderr.decode("utf-8")


def test_a_module_of_an_earlier_build_is_not_in_the_wheel(installed: Path) -> None:
    assert (installed / "toolkit" / "cli.py").is_file()
    assert not (installed / "toolkit" / "removed.py").exists()
    # `make bundle` builds a wheel, too: two at the same time in build/ would spoil each other
    assert [path.name for path in EARLIER_BUILD.iterdir()] == ["removed.py"]


def test_what_is_in_the_folder_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "nianbao.toml").write_text("# 自己的设置\n", encoding="utf-8")
    laid = lay_out(tmp_path, sample=False)
    assert laid.kept == (tmp_path / "nianbao.toml",)
    assert (tmp_path / "nianbao.toml").read_text(encoding="utf-8") == "# 自己的设置\n"
    assert not (tmp_path / "params" / "2024").exists()
    again = lay_out(tmp_path, sample=False)
    assert again.made == ()


def test_a_folder_that_cannot_be_made_is_reported_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "datei").write_text("x", encoding="utf-8")
    with pytest.raises(CannotWrite):
        lay_out(tmp_path / "datei")


@pytest.mark.posix_only
def test_a_folder_without_permission_is_reported_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(CannotWrite, match="没有写入权限"):
        lay_out(tmp_path / "neu")


def test_the_notebook_of_the_folder_comes_before_the_shipped_one(tmp_path: Path) -> None:
    assert notebook_path(start=tmp_path) == shipped("notebooks/annual_report.ipynb")
    lay_out(tmp_path, sample=False)
    assert notebook_path(start=tmp_path) == tmp_path / "notebooks" / "annual_report.ipynb"
    assert shipped(SCHEMA).is_file()


# Imports every module as an installation without extras does, and prints those that cannot be imported; then opens each notebook.
WITHOUT_EXTRAS = """
import importlib, importlib.util, pkgutil, sys, toolkit
sys.modules |= dict.fromkeys(sys.argv[1:])
find = importlib.util.find_spec
importlib.util.find_spec = lambda name, *more: None if name in sys.argv else find(name, *more)
from toolkit.core.errors import UsageError
for module in pkgutil.walk_packages(toolkit.__path__, "toolkit."):
    try:
        importlib.import_module(module.name)
    except (ModuleNotFoundError, UsageError):
        print(module.name)
from toolkit.jupyter import open_paper
from toolkit.rollup.overview.opening import open_overview
doors = (
    lambda: open_paper({}),
    lambda: open_overview({"folder": ""}),
    lambda: importlib.import_module("toolkit.jupyter.register_notebook"),
)
for door in doors:
    try:
        door()
    except UsageError as error:
        print(error, file=sys.stderr)
"""
OPTIONAL = (
    "jupyterlab", "notebook", "voila", "ipywidgets", "anywidget", "matplotlib", "duckdb", "rapidocr", "onnxruntime", "cv2",
    "pyhanko", "pyhanko_certvalidator", "distributed", "fsspec", "s3fs", "upath", "rfc3987_syntax",
)  # fmt: skip
# what is imported behind `need_extra` only, or behind a look whether the library is there
BEHIND_EXTRAS = (
    "toolkit.entry.form.", "toolkit.entry.register.screen", "toolkit.entry.start.", "toolkit.entry.web.plain_widgets",
    "toolkit.jupyter.form_", "toolkit.jupyter.register_notebook", "toolkit.rollup.overview.", "toolkit.commands.areas",
    "toolkit.rollup.areas", "toolkit.rollup.warehouse", "toolkit.importing.readers.scan.",
)  # fmt: skip
DOORS = {f"toolkit.{name}" for name in ("rollup.overview.opening", "importing.readers.scan.reading")}


def test_without_extras_a_module_is_imported_unless_it_is_behind_one_and_notebooks_name_theirs() -> None:
    """`nianbao read` and `collect` ended with ModuleNotFoundError for everybody without the extra `ocr`."""
    ended = run(PROJECT, PROJECT, WITHOUT_EXTRAS, *OPTIONAL, option="-c")
    failed = ended.stdout.decode("utf-8").split()
    assert "toolkit.rollup.warehouse" in failed, ended.stderr.decode("utf-8")
    assert [name for name in failed if not name.startswith(BEHIND_EXTRAS) or name in DOORS] == []
    assert ended.stderr.decode("utf-8").count('pip install "nianbao[lab]"') == 3, "report, overview, register"


@pytest.mark.parametrize("name", EXTRAS)
def test_a_missing_extra_is_named_with_its_command(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    need_extra(name)
    monkeypatch.setattr("toolkit.core.shipped.find_spec", lambda _: None)
    with pytest.raises(UsageError, match=rf'pip install "nianbao\[{name}\]"'):
        need_extra(name)


def test_the_version_is_that_of_the_package() -> None:
    ended = run(PROJECT, PROJECT, "--version")
    assert ended.stdout.decode("utf-8").strip() == "nianbao 0.1.0"


def test_doctor_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "nianbao.toml").write_text("[smtp]\nuser = 甲\n", encoding="utf-8")
    monkeypatch.setattr(health, "LEAST_FREE_BYTES", 1 << 60)
    monkeypatch.setattr(health, "FIRST_YEAR", 9999)
    results = {result.name: result for result in health.examine(tmp_path, read_settings)}
    assert {name for name, result in results.items() if result.state == "bad"} == {"磁盘", "邮件设置", "时间"}
    assert "腾出空间" in results["磁盘"].text
    assert "校准" in results["时间"].text
    assert "nianbao.toml:2" in results["邮件设置"].text
    (tmp_path / "nianbao.toml").write_text('smtp = "a"\n', encoding="utf-8")
    monkeypatch.setattr(health, "FIRST_YEAR", 2000)
    monkeypatch.setattr(health, "is_older_than_program", lambda: True)
    results = {result.name: result for result in health.examine(tmp_path, read_settings)}
    assert "单独的一节" in results["邮件设置"].text
    assert (results["时间"].state, "时钟多半慢了" in results["时间"].text) == ("note", True)


def test_doctor_in_a_folder_that_may_not_be_looked_into_says_so_in_each_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As root in a person's home on a share with root_squash; root of this machine may look into any folder."""

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "is_file", refuse)
    monkeypatch.setattr(health.shutil, "disk_usage", refuse)
    results = {result.name: result for result in health.examine(tmp_path, read_settings)}
    for name in ("笔记本", "磁盘", "邮件设置"):
        assert results[name].state == "bad"
        assert f"{tmp_path} 里查不到：没有写入权限" in results[name].text
