"""What is printed arrives: GBK lacks some signs, a program reads UTF-8, a file on Windows is UTF-8."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from toolkit.checks.examples import catalogue_page
from toolkit.core.output import NEAREST_SIGNS, prepare_output

PROJECT = Path(__file__).resolve().parents[2]


def run(*words: str, encoding: str = "gbk") -> bytes:
    environment = {**os.environ, "PYTHONPATH": str(PROJECT), "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    return subprocess.run([sys.executable, "-P", "-m", "toolkit", *words], capture_output=True, env=environment).stdout


def test_json_and_the_catalogue_are_utf_8_whatever_the_system(tmp_path: Path) -> None:
    path = tmp_path / "𪗱镇.yaml"  # beyond the BMP, which GBK cannot write
    path.write_text("year: 2024\n", encoding="utf-8")
    findings = json.loads(run("check", "--json", str(path)).decode("utf-8"))
    assert {finding["file"] for finding in findings} == {str(path)}
    assert run("rules").decode("utf-8") == catalogue_page()


@pytest.mark.posix_only
def test_a_file_name_in_another_encoding_is_valid_json(tmp_path: Path) -> None:
    name = os.fsdecode(os.fsencode(tmp_path) + b"/" + "甲镇".encode("gbk") + b".yaml")
    Path(name).write_text("year: 2024\n", encoding="utf-8")
    printed = run("check", "--json", name, encoding="utf-8").decode("utf-8")
    assert {finding["file"] for finding in json.loads(printed)} == {name}


SIGNS = [
    ("✗ 甲镇", "× 甲镇"), ("▶ 应为 −3", "→ 应为 －3"), ("㙍垯镇", "\\u364d垯镇"), ("𪗱", "\\U0002a5f1"), ("甲\u200b镇", "甲镇"),
    ("平常", "平常"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "printed"), SIGNS)
def test_signs_that_gbk_lacks_become_the_nearest_it_has(text: str, printed: str) -> None:
    prepare_output()
    out = io.BytesIO()
    with io.TextIOWrapper(out, encoding="gbk", errors=NEAREST_SIGNS) as stream:
        stream.write(text)
        stream.flush()
        assert out.getvalue().decode("gbk") == printed


@pytest.mark.skipif(os.name != "nt", reason="standard output of Windows")
def test_a_file_is_utf_8_with_a_mark_on_windows(tmp_path: Path) -> None:
    environment = {key: value for key, value in os.environ.items() if key not in ("PYTHONIOENCODING", "PYTHONUTF8")}
    (tmp_path / "㙍垯镇.yaml").write_text("year: 2024\n", encoding="utf-8")
    command = [sys.executable, "-P", "-m", "toolkit", "check", str(tmp_path / "㙍垯镇.yaml")]
    for _ in range(2):
        with (tmp_path / "a.txt").open("ab") as file:
            subprocess.run(command, stdout=file, env=environment | {"PYTHONPATH": str(PROJECT)}, check=False)
    data = (tmp_path / "a.txt").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\xef\xbb\xbf") == 1
    assert "㙍垯镇" in data.decode("utf-8-sig")


LIMITED = """
from toolkit.dispatch.confinement import limit_memory
print("limited" if limit_memory(400_000_000) else "not limited")
try:
    bytearray(1_000_000_000)
except MemoryError:
    print("refused")
"""


def test_a_process_takes_no_more_memory_than_it_may() -> None:
    done = subprocess.run([sys.executable, "-c", LIMITED], capture_output=True, text=True, cwd=PROJECT, check=True)
    # Wine enters the job and does not hold the limit
    assert done.stdout.split() == ["limited", "refused"] or (os.name == "nt" and done.stdout.split() == ["limited"])
