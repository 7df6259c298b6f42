"""Many at once: three lists, nothing overwritten, one bad file costs only itself; and the command itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.importing.shapes import html_body, html_table, report
from toolkit.cli import app
from toolkit.commands.import_batch import import_files
from toolkit.importing.filing import files_to_import, jurisdiction_of, short_name
from toolkit.report import read_report


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One good page, one with a picture for a table, one that is no document, one lock file of Word."""
    of = report()
    place = tmp_path / "来件"
    place.mkdir()
    (place / "清河镇.html").write_text(html_body(of), encoding="utf-8")
    picture = html_body(of, lambda part: "<img src=t>" if part == "disputes" else html_table(of, part))
    (place / "白石镇.html").write_text(picture.replace("清河镇", "白石镇"), encoding="utf-8")
    (place / "扫描.docx").write_bytes(b"PK\x03\x04")
    (place / "~$清河镇.docx").write_bytes(b"lock")
    return place


def test_three_lists(folder: Path, tmp_path: Path) -> None:
    results = list(import_files(files_to_import([folder]), tmp_path / "out"))
    assert {result.source.name: result.state for result in results} == {
        "清河镇.html": "finished", "白石镇.html": "finished", "扫描.docx": "not_started",
    }  # fmt: skip
    back = read_report(tmp_path / "out" / "清河镇.yaml")
    assert all(back.figures[a] == report().figures[a] for a in back.form.cells)
    head = (tmp_path / "out" / "白石镇.yaml").read_text(encoding="utf-8")
    assert head.startswith("# 从“白石镇.html”导入：读到 185 格，修正 0 格，空白 0 格，不清 0 格，缺失 15 格。")
    assert "# 请核对：四、政府信息公开行政复议、行政诉讼情况：表格是图片，读不出数字" in head


def test_what_is_there_is_not_overwritten(folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "清河镇.yaml"
    target.write_text("year: 2023", encoding="utf-8")
    files = [folder / "清河镇.html"]
    (kept,) = import_files(files, target)
    assert (kept.state, target.read_text(encoding="utf-8")) == ("not_started", "year: 2023")
    (forced,) = import_files(files, target, force=True)
    assert forced.state == "finished"
    assert read_report(target).organ.name == "云水县清河镇人民政府"


def test_two_files_of_one_organ_do_not_replace_each_other(folder: Path, tmp_path: Path) -> None:
    copy = folder / "又一份.html"
    copy.write_bytes((folder / "清河镇.html").read_bytes())
    results = list(import_files([folder / "清河镇.html", copy], tmp_path / "out", force=True))
    assert [result.state for result in results] == ["finished", "failed"]


def test_command(folder: Path, tmp_path: Path) -> None:
    shown = CliRunner().invoke(app, ["import", str(folder), "-o", str(tmp_path / "out")])
    assert shown.exit_code == 1
    assert "完成 2 份，失败 0 份，未能开始 1 份" in shown.stdout
    assert "表格是图片，读不出数字" in shown.stdout
    good = CliRunner().invoke(app, ["import", str(folder / "清河镇.html"), "-o", str(tmp_path / "a.yaml")])
    assert good.exit_code == 0


def test_what_a_folder_holds_besides_is_named(folder: Path, tmp_path: Path) -> None:
    for name in ("各乡镇.zip", "扫描.jpg", ".DS_Store"):
        (folder / name).write_bytes(b"PK\x03\x04")
    shown = CliRunner().invoke(app, ["import", str(folder), "-o", str(tmp_path / "out")]).stdout
    assert f"没有处理：{folder / '各乡镇.zip'}、{folder / '扫描.jpg'}。" in shown


def test_a_folder_without_documents_is_reported(tmp_path: Path) -> None:
    (tmp_path / "各乡镇.zip").write_bytes(b"PK\x03\x04")
    ended = CliRunner().invoke(app, ["import", str(tmp_path)])
    assert (ended.exit_code, "没有年报（Word" in ended.stderr) == (2, True)


def test_a_text_without_a_year_fails_for_want_of_a_year(tmp_path: Path) -> None:
    (tmp_path / "清河镇.txt").write_text("情况说明", encoding="utf-8")
    (result,) = import_files([tmp_path / "清河镇.txt"], tmp_path / "out")
    assert (result.state, "请写明年度（命令行加 --year）" in result.message) == ("failed", True)


def test_default_place_is_the_tree_of_jurisdictions(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (result,) = import_files([folder / "清河镇.html"])
    assert result.target == Path("params/2023/云水县/清河镇.yaml")


@pytest.mark.parametrize(
    ("organ", "short"),
    [
        ("云水县清河镇人民政府", "清河镇"),
        ("清河镇人民政府", "清河镇"),
        ("江北市云水县白杨街道办事处", "白杨街道"),
        ("云水县水务局", "水务局"),
        ("云水县人民政府办公室", "云水县人民政府办公室"),
        ("../../甲", "甲"),
    ],
)
def test_short_names(organ: str, short: str) -> None:
    assert short_name(organ) == short


def test_jurisdiction() -> None:
    assert jurisdiction_of(report()) == "云水县"
