"""The Python examples of docs/developer.md run as they are printed; its edition has tests/forms/test_new_edition.py."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from toolkit.building.record import RunResult
from toolkit.checks import Case, Finding
from toolkit.checks.finding import cell_finding
from toolkit.exporters.document import Document, make_document
from toolkit.exporters.notebook_exporters import NotebookExporter
from toolkit.forms import Address
from toolkit.importing.limits import LIMITS
from toolkit.importing.published import import_source
from toolkit.report import Report, read_report
from toolkit.sections.blocks import Front, iter_text, paragraph

PROJECT = Path(__file__).parents[1]
PAGE = (PROJECT / "docs" / "developer.md").read_text(encoding="utf-8")
SAMPLE = "params/2024/云溪县/松石镇.yaml"
MARKDOWN = """\
# 云溪县松石镇人民政府2024年政府信息公开工作年度报告

二、主动公开政府信息情况

|信息内容|本年制发件数|本年废止件数|现行有效件数|
|---|---|---|---|
|规章|0|0|0|
|行政规范性文件|1|2|3|
"""


def run(heading: str, **names: Any) -> dict[str, Any]:
    """Run the first Python example below a heading; the names that it defines."""
    example = re.search(r"```python\n(.*?)```", PAGE.partition(heading)[2], re.DOTALL)
    assert example
    exec(compile(example[1], "docs/developer.md", "exec"), names)
    return names


def test_the_public_names_take_paths_as_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(PROJECT)
    built: list[tuple[str, str]] = []

    def build(params: str, folder: str) -> RunResult:  # the shape of the call; a real build has its own tests
        built.append((params, folder))
        return RunResult(Path(params), "finished")

    monkeypatch.setattr("toolkit.building.run_report.build", build)
    names = run("# Developer")
    assert (names["report"].year, built) == (2024, [(SAMPLE, "outputs/2024/云溪县/松石镇")])


def test_a_check() -> None:
    def rule(*_: object, **__: object) -> Callable[[Any], Any]:  # the catalogue of this process stays as it is
        return lambda check: check

    names = run(
        "### … a check", rule=rule, Case=Case, Finding=Finding, Iterator=Iterator, Address=Address, cell_finding=cell_finding
    )
    now, before = (read_report(PROJECT / "params" / year / "云溪县/松石镇.yaml") for year in ("2024", "2023"))
    check = names["check_documents_stock"]
    assert list(check(Case(now, before))) == []
    (finding,) = check(Case(now, replace(before, figures=now.figures)))
    assert finding.code == "documents-stock"


def test_a_section() -> None:
    names = run("### … a section", Report=Report)
    section = names["channels_in_words"](read_report(PROJECT / SAMPLE))
    assert "松石镇微信公众号" in "".join(iter_text(section.blocks))


def test_an_exporter() -> None:
    names = run("### … an exporter", NotebookExporter=NotebookExporter, Document=Document, iter_text=iter_text)
    document = make_document((Front("年报", "松石镇", 2024, "2021"), paragraph("全年公开 3 条。")))
    assert names["TextExporter"]().write(document).decode("utf-8") == "全年公开 3 条。"


def test_a_document_format() -> None:
    names = run("### … a document format to import", groupby=groupby)
    imported = import_source(names["read_markdown"](MARKDOWN.encode("utf-8"), "年报.md", LIMITS))
    assert imported.report
    assert (imported.year, imported.report.organ.name) == (2024, "云溪县松石镇人民政府")
    assert imported.cells[Address("documents", "normative", "valid")].value == 3
