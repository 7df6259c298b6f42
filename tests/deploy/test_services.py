"""Units, tasks and the image call commands and options there are, and systemd accepts the units."""

from __future__ import annotations

import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
import typer

from deploy.bundle.make import PROJECT
from toolkit.cli import app

DEPLOY = PROJECT / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
CALL = re.compile(r"nianbao(?:\.exe\"?)? ((?:[a-z]+)\b[^\n]*)")


def options_of(command: str) -> set[str]:
    group = typer.main.get_command(app)
    return {option for parameter in group.commands[command].params for option in parameter.opts}  # type: ignore[attr-defined]


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_services_call_commands_there_are(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    calls = [call for line in lines if line.startswith("ExecStart") for call in CALL.findall(line)]
    assert calls or path.suffix == ".timer" or "hub" in path.name
    for call in calls:
        name, *words = call.split()
        assert {word for word in words if word.startswith("--")} <= options_of(name)


@pytest.mark.posix_only
@pytest.mark.parametrize("unit", [unit for unit in UNITS if unit.suffix == ".service"], ids=lambda path: path.name)
def test_systemd_accepts_the_units(unit: Path, tmp_path: Path) -> None:
    """The program is replaced by one that is there: systemd looks for it."""
    if not shutil.which("systemd-analyze"):
        assert "[Service]" in unit.read_text(encoding="utf-8")
        return
    text = re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", unit.read_text(encoding="utf-8"), flags=re.MULTILINE)
    (tmp_path / unit.name).write_text(text, encoding="utf-8")
    checked = subprocess.run(
        ["systemd-analyze", "verify", tmp_path / unit.name], capture_output=True, encoding="utf-8", timeout=60
    )
    complaints = [line for line in checked.stderr.splitlines() if unit.name in line]
    assert complaints == []


@pytest.mark.parametrize("unit", [unit for unit in UNITS if unit.suffix == ".timer"], ids=lambda path: path.name)
def test_every_timer_has_its_service(unit: Path) -> None:
    assert unit.with_suffix(".service").is_file()


def test_the_task_of_windows_runs_a_command_there_is() -> None:
    task = ET.parse(DEPLOY / "windows" / "收件.xml").getroot()
    words = task.findtext(".//{*}Arguments", "").split()
    assert options_of(words[0])
    assert task.findtext(".//{*}Command", "").endswith(r"Scripts\nianbao.exe")


def test_no_password_is_written_into_a_unit() -> None:
    for path in UNITS:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"^Environment=.*PASSWORD", text, re.MULTILINE), path.name
        if "smtp" in text or "imap" in text:
            assert re.search(r"^LoadCredential=(smtp|imap)-password:", text, re.MULTILINE)


@pytest.mark.posix_only
@pytest.mark.parametrize("script", ["bundle/install.sh", "jupyterhub/setup.sh"])
def test_scripts_are_good_sh(script: str) -> None:
    checked = subprocess.run(["sh", "-n", DEPLOY / script], capture_output=True, encoding="utf-8")
    assert (checked.returncode, checked.stderr) == (0, "")
