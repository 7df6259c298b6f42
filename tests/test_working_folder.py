"""One folder: every command works where ``params/`` lies, here, above or as named, and says which folder that is."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.terminal import Ended, type_command
from toolkit.core.errors import UsageError
from toolkit.core.tree import FOLDER_VARIABLE, current_folder, find_folder, working_folder
from toolkit.jupyter.form_of_report import outputs_folder
from toolkit.jupyter.lab import LabSettings, environment

PROJECT = Path(__file__).resolve().parent.parent
COUNTY, TOWN = "云溪县", "柳湾镇"
FILE = f"params/2024/{COUNTY}/{TOWN}.yaml"
OTHER = "params/2024/别县"  # another installation's data, never to be looked at


nianbao = type_command


def in_a_process(*words: str, at: Path) -> Ended:
    """Start a command in a folder, as a shell would that came there by this path."""
    variables = {**os.environ, "PYTHONPATH": str(PROJECT), "PWD": str(at), "COLUMNS": "200"}
    ran = subprocess.run(
        [sys.executable, "-m", "toolkit", *words], cwd=at, env=variables, capture_output=True, encoding="utf-8", timeout=200
    )
    return Ended(ran.returncode, ran.stdout, ran.stderr)


def make_office(root: Path) -> Path:
    """A folder with two years of one town and the county's list; its name has blanks."""
    for year in ("2023", "2024"):
        folder = root / "params" / year / COUNTY
        folder.mkdir(parents=True)
        for name in (f"{TOWN}.yaml", "_jurisdiction.yaml"):
            shutil.copy(PROJECT / "params" / year / COUNTY / name, folder)
    return root


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """An office inside a folder that has params of its own, as an installation's has."""
    above = make_office(tmp_path / "安装 (旧)")
    shutil.move(above / "params" / "2024" / COUNTY, above / OTHER)
    office = make_office(above / "我的 年报")
    for inner in ("outputs/2024", "notebooks", "post", "资料/往年"):
        (office / inner).mkdir(parents=True)
    return office


# ---------------------------------------------------------------- which folder

PLACES = ["", "params", "params/2024", f"params/2024/{COUNTY}", "outputs", "outputs/2024", "notebooks", "资料/往年"]


@pytest.mark.parametrize("place", PLACES)
def test_the_nearest_folder_with_params_is_found(office: Path, place: str) -> None:
    assert find_folder(office / place) == office


def test_of_several_params_the_nearest_counts_and_a_folder_that_only_sounds_like_it_does_not(office: Path) -> None:
    inner = make_office(office / "资料" / "往年" / "分处")
    (inner / "outputs").mkdir()
    assert find_folder(inner / "outputs") == inner
    (office / "资料" / "params").mkdir()  # of another program
    assert find_folder(office / "资料" / "往年") == office
    assert find_folder(office / "资料") == office / "资料", "here, somebody may mean it"


@pytest.mark.posix_only
def test_params_that_are_a_link_belong_to_the_folder_of_the_link(office: Path, tmp_path: Path) -> None:
    shared = tmp_path / "共用" / "数据"
    shared.parent.mkdir()
    shutil.move(office / "params", shared)
    (office / "params").symlink_to(shared)
    assert find_folder(office / "params" / "2024") == office
    ended = nianbao("build", f"{COUNTY}/{TOWN}.yaml", "--to", "html", at=office / "params" / "2024")
    assert ended.code == 0, ended.out + ended.err
    assert (office / "outputs" / "2024" / COUNTY / TOWN / "annual_report.ipynb").is_file()
    assert outputs_folder(office / FILE) == office / "outputs"
    checked = nianbao("check", f"{TOWN}.yaml", "--json", at=office / "params" / "2024" / COUNTY)
    assert "last-year" not in checked.out
    assert json.loads(checked.out) == [], "last year's file is found beside this year's"


def test_a_notebook_in_a_linked_folder_shows_the_data_of_the_office(
    office: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A kernel starts in the real folder of a notebook, which may be that of the installation."""
    other = make_office(tmp_path / "程序")
    (other / "notebooks").mkdir()
    monkeypatch.chdir(other / "notebooks")
    monkeypatch.setenv(FOLDER_VARIABLE, environment(LabSettings(office))[FOLDER_VARIABLE])
    assert working_folder() == office
    monkeypatch.delenv(FOLDER_VARIABLE)
    assert working_folder() == other


# ---------------------------------------------------------------- the commands


CUT = ["check {}/params", "build {}/params/a.yaml", "status --folder {} .", "import {}/a.docx", "collect {}", "lab --folder {}"]


@pytest.mark.parametrize("typed", CUT)
def test_a_share_that_was_cut_is_named_and_not_the_path(office: Path, monkeypatch: pytest.MonkeyPatch, typed: str) -> None:
    share, stat = office / "共享", Path.stat

    def stat_of_share(path: Path, **options: bool) -> os.stat_result:
        if path.is_relative_to(share):
            raise OSError(errno.ENOTCONN, "Transport endpoint is not connected", str(path))
        return stat(path, **options)

    monkeypatch.setattr(Path, "stat", stat_of_share)
    ended = nianbao(*(word.format(share) for word in typed.split()), at=office)
    assert ended.code == 2
    assert ended.err.startswith(f"打不开 {share}"), ended.err
    assert "连不上" in ended.err


@pytest.mark.posix_only  # Windows removes no folder in which a program runs
def test_a_current_folder_that_was_removed_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    with pytest.raises(UsageError, match="当前文件夹已被删除"):
        current_folder()


TYPED = [
    ("", FILE, "as always"),
    ("params", f"2024/{COUNTY}", "inside params"),
    ("params/2024", f"{COUNTY}/{TOWN}.yaml", "inside a year"),
    (f"params/2024/{COUNTY}", ".", "inside the county"),
    (f"params/2024/{COUNTY}", f"{TOWN}.yaml", "beside the file"),
    ("outputs/2024", FILE, "as typed from the folder above"),
    ("outputs/2024", f"../../{FILE}", "relative, upwards"),
    ("资料/往年", "params/2024", "in a folder with blanks above it"),
]


@pytest.mark.parametrize(("place", "path", "why"), TYPED, ids=[why for *_, why in TYPED])
def test_a_report_is_found_wherever_the_command_is_typed(office: Path, place: str, path: str, why: str) -> None:
    ended = nianbao("check", path, at=office / place)
    assert ended.code == 0, ended.out + ended.err
    assert "共校验 1 份" in ended.out
    assert (f"所用的文件夹：{office}" in ended.err) == bool(place)


def test_a_build_inside_params_goes_where_send_looks_for_it(office: Path) -> None:
    at = office / "params" / "2024"
    assert nianbao("build", f"{COUNTY}/{TOWN}.yaml", "--to", "pdf", at=at).code == 0
    (office / "nianbao.toml").write_text(
        '[mail]\nsender = "liuwan@yunxi.gov.example"\nto = ["zwgk@yunxi.gov.example"]\n[smtp]\nhost = "127.0.0.1"\n', "utf-8"
    )
    sent = nianbao("send", f"{TOWN}.yaml", "--dry-run", at=at / COUNTY)
    assert sent.code == 0, sent.out + sent.err
    assert list((office / "post" / "dry-run").glob("*.eml"))
    assert not list((office / "params").rglob("*.eml"))


def test_status_rollup_new_and_collect_work_on_the_folder_above(office: Path) -> None:
    at = office / "outputs" / "2024"
    assert f"{TOWN}人民政府" in nianbao("status", f"params/2024/{COUNTY}", at=at).out
    assert nianbao("rollup", f"params/2024/{COUNTY}", "--partial", at=at).code == 0
    assert (office / "params" / "2024" / f"{COUNTY}.yaml").is_file()
    made = nianbao("new", "2025", f"{COUNTY}/{TOWN}", at=at)
    assert "带入了 2024 年" in made.out
    assert (office / "params" / "2025" / COUNTY / f"{TOWN}.yaml").is_file()
    (office / "资料" / "收件").mkdir()
    collected = nianbao("collect", "收件", at=office / "资料")
    assert (collected.code, "没有新的来件" in collected.out) == (0, True), collected.err


def test_what_is_typed_for_a_new_file_lies_where_it_was_typed(office: Path) -> None:
    assert nianbao("rollup", "params/2024", "--areas", "1", "--csv", "合计.csv", at=office / "资料").code == 0
    assert (office / "资料" / "合计.csv").is_file()
    assert nianbao("rollup", "params/2024", "--areas", "1", "--csv", "outputs/合计.csv", at=office / "资料").code == 0
    assert (office / "outputs" / "合计.csv").is_file()


def test_a_folder_can_be_named(office: Path, tmp_path: Path) -> None:
    ended = nianbao("check", f"params/2024/{COUNTY}", "--folder", str(office), at=tmp_path)
    assert (ended.code, f"所用的文件夹：{office}" in ended.err) == (0, True), ended.err
    inside = nianbao("check", COUNTY, "--folder", f"{office.relative_to(tmp_path)}/params/2024", at=tmp_path)
    assert (inside.code, "共校验 1 份" in inside.out) == (0, True), inside.err
    shutil.copy(office / FILE, tmp_path / "拷贝.yaml")
    assert nianbao("check", "拷贝.yaml", "--folder", str(office), at=tmp_path).code == 0, "a file of the current folder"
    wrong = nianbao("check", "params", "--folder", "没有", at=tmp_path)
    assert (wrong.code, "找不到文件夹 没有" in wrong.err) == (2, True)


def test_without_params_the_installation_is_not_opened(tmp_path: Path) -> None:
    ended = nianbao("check", f"params/2024/{COUNTY}", at=tmp_path)
    assert (ended.code, "找不到" in ended.err) == (2, True)
    overview = in_a_process("lab", "--overview", "--no-browser", at=tmp_path)
    assert (overview.code, "都没有 params" in overview.err) == (2, True)
    assert list(tmp_path.iterdir()) == []
