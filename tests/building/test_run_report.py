"""One run: the files of one report, the reasons it can end, and what stays behind."""

from __future__ import annotations

import errno
import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import pytest

from tests.report.stories import busy
from toolkit.building import run_report as running
from toolkit.building.fingerprint import Surroundings
from toolkit.building.precomputed import precompute
from toolkit.building.record import LOCK_NAME, read_record
from toolkit.building.run_report import EXECUTED_NAME, FAILED_NAME, build
from toolkit.core import files as saving
from toolkit.core.settings import RunSettings
from toolkit.exporters.finished import MAX_NAME_BYTES, file_stem
from toolkit.report import write_report
from toolkit.sections.paper import Paper

PROJECT = Path(__file__).resolve().parents[2]
SAMPLE = PROJECT / "params" / "2020" / "嘉祥县" / "孟姑集镇.yaml"
TITLE = "孟姑集镇人民政府2020年政府信息公开工作年度报告"
HTML = RunSettings(formats=("html",))


@pytest.fixture
def params(tmp_path: Path) -> Path:
    path = tmp_path / "params" / "2020" / "嘉祥县" / "孟姑集镇.yaml"
    path.parent.mkdir(parents=True)
    shutil.copy(SAMPLE, path)
    return path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.suffix in {".ipynb", ".html", ".part"})


def test_a_finished_report(params: Path, tmp_path: Path) -> None:
    folder = tmp_path / "outputs" / "镇 1"
    result = build(params, folder, HTML)
    assert (result.state, result.title, result.draft, result.message) == ("finished", TITLE, False, "")
    assert names(folder) == sorted([EXECUTED_NAME, f"{TITLE}.html"])
    assert TITLE in (folder / f"{TITLE}.html").read_text(encoding="utf-8")
    again = build(params, tmp_path / "again", HTML)
    assert (tmp_path / "again" / f"{TITLE}.html").read_bytes() == (folder / f"{TITLE}.html").read_bytes()
    assert again.seconds > 0


def test_with_errors_there_is_a_reason_and_no_file(params: Path, tmp_path: Path) -> None:
    params.write_text(params.read_text(encoding="utf-8").replace("made: 3", "made: 3件"), encoding="utf-8")
    result = build(params, tmp_path / "outputs", HTML)
    assert result.state == "not_started"
    assert result.message.startswith(
        "有 1 处错误，改正后才能生成正式报告（可加 --draft 先生成草稿）：表二 规范性文件·本年新制作数量"
    )
    assert not (tmp_path / "outputs").exists()


def test_a_draft_is_made_when_asked_for(params: Path, tmp_path: Path) -> None:
    params.write_text(params.read_text(encoding="utf-8").replace("made: 3", "made: 3件"), encoding="utf-8")
    result = build(params, tmp_path / "outputs", replace(HTML, draft=True))
    assert (result.state, result.draft) == ("finished", True)
    assert "草稿" in next((tmp_path / "outputs").glob("*.html")).read_text(encoding="utf-8")


def test_params_that_cannot_be_read(tmp_path: Path) -> None:
    path = tmp_path / "镇.yaml"
    path.write_text("year: 2020\n", encoding="utf-8")
    result = build(path, tmp_path / "outputs", HTML)
    assert result.state == "not_started"
    assert result.message.endswith("organ：应为必填项，现为 没有填写")
    assert not (tmp_path / "outputs").exists()


def test_a_cell_that_fails_leaves_the_half_run_notebook_and_no_export(params: Path, tmp_path: Path) -> None:
    notebook = nbformat.read(PROJECT / "notebooks" / "annual_report.ipynb", as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell("1 / 0"))
    broken = tmp_path / "broken.ipynb"
    nbformat.write(notebook, broken)
    result = build(params, tmp_path / "outputs", replace(HTML, notebook=broken))
    assert result.state == "failed"
    assert "单元格出错" in result.message
    (left,) = [path for path in (tmp_path / "outputs").iterdir() if path.suffix in {".ipynb", ".html"}]
    kept = nbformat.read(left, as_version=4)
    assert any(output["output_type"] == "error" for cell in kept.cells for output in cell.get("outputs", []))


def test_a_disk_that_is_full_spoils_no_file_that_was_there(params: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "outputs"
    folder.mkdir()
    old = folder / f"{TITLE}.html"
    old.write_bytes(b"old")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(saving.os, "fsync", full)
    result = build(params, folder, HTML)
    assert result.state == "failed"
    assert "磁盘已满，请清理后重试" in result.message
    assert old.read_bytes() == b"old"
    assert not [name for name in names(folder) if name.endswith(".part")]


@pytest.mark.parametrize("template", ["works", "fails"])
def test_a_lock_file_that_cannot_be_removed_changes_no_result(
    params: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, template: str
) -> None:
    # Windows removes no file that a process holds open: the lock file is the first of them
    unlink = Path.unlink

    def refuse_the_lock(self: Path, missing_ok: bool = False) -> None:
        if self.name == LOCK_NAME:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(self))
        unlink(self, missing_ok=missing_ok)

    monkeypatch.setattr(Path, "unlink", refuse_the_lock)
    settings = HTML
    if template == "fails":
        notebook = nbformat.read(PROJECT / "notebooks" / "annual_report.ipynb", as_version=4)
        notebook.cells.append(nbformat.v4.new_code_cell("1 / 0"))
        settings = replace(HTML, notebook=tmp_path / "broken.ipynb")
        nbformat.write(notebook, settings.notebook)
    result = build(params, tmp_path / "outputs", settings)
    assert (result.state, "PermissionError" in result.message) == ("finished" if template == "works" else "failed", False)
    if template == "fails":
        assert "单元格出错" in result.message
    assert build(params, tmp_path / "outputs", settings).state == result.state  # the lock was released


def test_an_old_file_that_is_open_is_named_and_removed_by_the_next_run(
    params: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, settings = tmp_path / "outputs", replace(HTML, draft=True)
    build(params, folder, settings)
    text = params.read_text(encoding="utf-8")
    params.write_text(text.replace("name: 孟姑集镇人民政府", "name: 孟姑镇人民政府"), encoding="utf-8")
    assert params.read_text(encoding="utf-8") != text
    unlink = Path.unlink

    def refuse_the_old(self: Path, missing_ok: bool = False) -> None:
        if self.name == f"{TITLE}.html":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(self))
        unlink(self, missing_ok=missing_ok)

    with monkeypatch.context() as holding:
        holding.setattr(Path, "unlink", refuse_the_old)
        results = [build(params, folder, settings) for _ in range(2)]
    assert [(result.state, result.unchanged) for result in results] == [("finished", False), ("finished", True)]
    assert all(f"以前生成的 {TITLE}.html 没能删去" in result.message for result in results)
    assert len(list(folder.glob("*.html"))) == 2
    last = build(params, folder, settings)
    assert (last.state, last.unchanged, last.message) == ("finished", True, "")
    assert [path.name for path in folder.glob("*.html")] == [last.files[1].name]


def test_a_notebook_of_a_failure_that_cannot_be_kept_does_not_hide_the_failure(params: Path, tmp_path: Path) -> None:
    notebook = nbformat.read(PROJECT / "notebooks" / "annual_report.ipynb", as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell("1 / 0"))
    broken = tmp_path / "broken.ipynb"
    nbformat.write(notebook, broken)
    (tmp_path / "outputs" / FAILED_NAME).mkdir(parents=True)
    result = build(params, tmp_path / "outputs", replace(HTML, notebook=broken))
    assert (result.state, "单元格出错" in result.message) == ("failed", True)


def test_a_file_in_the_way_of_the_folder(params: Path, tmp_path: Path) -> None:
    (tmp_path / "outputs").write_bytes(b"notes")
    result = build(params, tmp_path / "outputs" / "镇", HTML)
    assert result.state == "failed"
    assert "同名的文件或文件夹挡在那里" in result.message
    assert (tmp_path / "outputs").read_bytes() == b"notes"


def test_last_years_report_beside_it_is_used(tmp_path: Path) -> None:
    for year in (2023, 2024):
        write_report(busy(year), tmp_path / "params" / str(year) / "云水县" / "清河镇.yaml")
    path = tmp_path / "params" / "2024" / "云水县" / "清河镇.yaml"
    result = build(path, tmp_path / "outputs", replace(HTML, draft=True))
    assert result.state == "finished"
    printed = next((tmp_path / "outputs").glob("*.html")).read_text(encoding="utf-8")
    assert "2023年" in printed


def test_a_neighbour_that_changes_while_a_report_is_checked_is_noticed_by_the_next_run(
    params: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    neighbour, folder = params.with_name("别处.yaml"), tmp_path / "outputs"

    def precompute_slowly(*args: Any, **named: Any) -> Paper:
        checked = precompute(*args, **named)
        neighbour.write_text("organ: 别处\n", encoding="utf-8")
        return checked

    with monkeypatch.context() as patch:
        patch.setattr(running, "precompute", precompute_slowly)
        build(params, folder, HTML)
    record = read_record(folder)
    assert record is not None
    assert record.surroundings != Surroundings(HTML.today).of(params)


@pytest.mark.parametrize(
    ("title", "expected"),
    [(TITLE, TITLE), ("镇" * 80, "镇" * (MAX_NAME_BYTES // 3)), ("𠮷" * 80, "𠮷" * (MAX_NAME_BYTES // 4))],
    ids=["usual", "long", "long and rare"],
)
def test_a_file_name_fits_every_disk(title: str, expected: str) -> None:
    assert file_stem(title) == expected
