"""A machine's odd settings change nothing: locale, variables, temporary folder, special files."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
from datetime import datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.building.params import make_params
from tests.examples import sampled
from tests.terminal import type_command
from toolkit.building.run_report import build
from toolkit.cli import app
from toolkit.core.errors import ParamsUnreadable, UsageError
from toolkit.core.files import read_regular_file
from toolkit.core.machine import (
    LONGEST_TEMPORARY_FOLDER,
    is_older_than_program,
    keeps_rights,
    refuse_impossible_clock,
    refuse_wrong_clock,
    repair_environment,
    short_temporary_folder,
)
from toolkit.core.settings import RunSettings
from toolkit.report import read_report

PROJECT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("value", ["", " ", "abc", "-5", "1e9", "１２", "1735689600.5", "9" * 20])
def test_an_epoch_that_is_no_number_is_removed(value: str) -> None:
    environment = {"SOURCE_DATE_EPOCH": value, "X": "1"}
    repair_environment(environment)
    assert environment == {"X": "1"}


def test_an_epoch_that_is_a_number_stays() -> None:
    environment = {"SOURCE_DATE_EPOCH": "1735689600"}
    repair_environment(environment)
    repair_environment(empty := {})
    assert (environment, empty) == ({"SOURCE_DATE_EPOCH": "1735689600"}, {})


@pytest.mark.posix_only
def test_an_account_without_a_home_has_the_root_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    """A container that runs as a number without a name: Path.home and platformdirs raise."""
    monkeypatch.delenv("HOME")
    monkeypatch.setattr("os.getuid", lambda: 4_000_000_000)
    with pytest.raises(RuntimeError):
        Path.home()
    repair_environment()
    assert Path.home() == Path("/")


@pytest.mark.parametrize("day", ["1970-01-02", "1979-12-31", "2108-01-01"])
def test_a_clock_that_no_office_file_can_hold_is_refused(day: str) -> None:
    with pytest.raises(UsageError, match=f"时钟不对，现在是 {day}"):
        refuse_impossible_clock(datetime.fromisoformat(day))
    for possible in ("1980-01-01", "2026-01-31", "2107-12-31"):
        refuse_impossible_clock(datetime.fromisoformat(possible))


def test_a_build_on_such_a_day_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("toolkit.core.machine._LAST_ZIP_YEAR", 1990)
    params = make_params(tmp_path, ["甲镇"]) / "2024" / "云溪县" / "甲镇.yaml"
    result = build(params, tmp_path / "outputs", RunSettings(formats=("html",)))
    assert (result.state, "请先校准日期和时间" in result.message) == ("failed", True)
    assert not list((tmp_path / "outputs").rglob("*.html"))


@pytest.mark.posix_only
def test_a_folder_keeps_rights_when_a_new_file_is_the_owners_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert keeps_rights(tmp_path)
    (tmp_path / "file").touch(mode=0o677)  # what a FUSE mount of exFAT makes of every file
    monkeypatch.setattr("tempfile.NamedTemporaryFile", lambda **_: (tmp_path / "file").open())
    assert not keeps_rights(tmp_path)


def run(folder: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {
        key: value for key, value in os.environ.items() if key not in ("PYTHONUTF8", "LANG", "LC_ALL", "PYTHONIOENCODING")
    }
    return subprocess.run(
        [sys.executable, "-P", "-m", "toolkit", *words], cwd=folder, capture_output=True, encoding="utf-8", errors="replace",
        env=environment | {"PYTHONPATH": str(PROJECT), "LC_ALL": "C.UTF-8"} | variables,
    )  # fmt: skip


ODD = [
    ({"SOURCE_DATE_EPOCH": "today"}, "an epoch that is no number"),
    ({"SOURCE_DATE_EPOCH": ""}, "an empty epoch"),
    ({"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, "LANG=C without UTF-8 mode"),
    ({"HOME": ""}, "an empty HOME"),
    ({"HOME": "/nonexistent"}, "a HOME that is not there"),
]


ODD.insert(0, ({name: value for variables, _ in ODD for name, value in variables.items()}, "all of it at once"))


@pytest.mark.posix_only
@pytest.mark.parametrize(("variables", "why"), sampled(ODD, every=len(ODD)), ids=[why for _, why in ODD])
def test_a_report_is_built_all_the_same(tmp_path: Path, variables: dict[str, str], why: str) -> None:
    """In a temporary folder with a long path, too."""
    make_params(tmp_path, ("甲镇",))
    deep = tmp_path / ("很长的文件夹" * 8) / ("x" * 60)
    deep.mkdir(parents=True)
    done = run(tmp_path, "build", "params/2024", "--to", "html", "--jobs", "1", TMPDIR=str(deep), **variables)
    assert (done.returncode, "完成 1 份" in done.stdout) == (0, True), done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_a_long_temporary_folder_with_no_short_one_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = tmp_path / ("x" * LONGEST_TEMPORARY_FOLDER)
    deep.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(deep))
    monkeypatch.setattr("toolkit.core.machine._SHORT_FOLDERS", (str(tmp_path / "none"),))
    with pytest.raises(UsageError, match=r"临时文件夹的路径太长：.*TMPDIR"), short_temporary_folder():
        pass
    assert tempfile.gettempdir() == str(deep)


# ---------------------------------------------------------------- what is called .yaml and is no file


@pytest.mark.posix_only
@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes of POSIX")
def test_pipes_sockets_and_folders_called_yaml_are_named_and_not_waited_for(tmp_path: Path) -> None:
    folder = make_params(tmp_path, ("甲镇",)) / "2024" / "云溪县"
    os.mkfifo(folder / "管道.yaml")
    (folder / "文件夹.yaml").mkdir()
    with socket.socket(socket.AF_UNIX) as listening:
        here = Path.cwd()
        os.chdir(folder)  # an address has 108 bytes at most
        try:
            listening.bind("套接.yaml")
        finally:
            os.chdir(here)
        checked = type_command("check", "params/2024", at=tmp_path)
        built = type_command("build", "params/2024", "--to", "html", "--jobs", "1", at=tmp_path)
    for done in (checked, built):
        assert "文件夹.yaml：它是文件夹，填报数据应是文件" in done.err
        assert done.out.count("是管道、设备一类的特殊文件") == 2, done.out
    assert "完成 1 份，失败 0 份，未能开始 2 份" in built.out
    with pytest.raises(ParamsUnreadable, match="特殊文件"):
        read_report(folder / "管道.yaml")
    with pytest.raises(OSError, match="特殊文件"):
        read_regular_file(folder / "管道.yaml")


@pytest.mark.parametrize("day", ["1970-01-02", "2025-12-31", "2101-01-01"])
def test_nothing_is_sent_or_taken_in_before_the_program_existed(day: str) -> None:
    with pytest.raises(UsageError, match=f"时钟不对，现在是 {day}。收到、报送、审核的日期会记错"):
        refuse_wrong_clock(datetime.fromisoformat(day))
    refuse_wrong_clock(datetime.fromisoformat("2026-01-01"))
    refuse_wrong_clock()


def test_a_clock_before_the_installation_is_noticed() -> None:
    assert is_older_than_program(datetime(2000, 1, 1))
    assert not is_older_than_program()


@pytest.mark.parametrize(
    "words", [["collect", "."], ["send", "甲镇.yaml"], ["review", "甲镇.yaml", "--accept"]], ids=lambda words: words[0]
)
def test_the_commands_that_write_a_day_down_refuse_such_a_clock(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "甲镇.yaml").write_text("year: 2024\n", encoding="utf-8")
    monkeypatch.setattr("toolkit.core.machine.FIRST_YEAR", 9999)
    ran = CliRunner().invoke(app, words)
    assert "电脑的时钟不对" in str(ran.exception)
    assert not (tmp_path / "post").exists()


@pytest.mark.parametrize("library", ["duckdb", "pikepdf", "zxingcpp"])
def test_a_process_ends_without_reports_of_libraries(library: str) -> None:
    program = f"import toolkit.core.machine as machine, {library}; machine.tune_collector(); kept = []; kept += [{library}, kept]"
    ran = subprocess.run([sys.executable, "-c", program], cwd=PROJECT, check=True, capture_output=True)
    assert (ran.stdout, ran.stderr) == (b"", b"")
