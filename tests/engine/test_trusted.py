"""Which notebooks run in the worker: the shipped one with literal parameters, and no other."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import nbformat
import papermill
import pytest
from ipykernel.ipkernel import IPythonKernel
from IPython.core.formatters import DisplayFormatter
from nbformat.v4 import new_code_cell, new_markdown_cell
from papermill.iorw import load_notebook_node
from papermill.parameterize import parameterize_notebook

from toolkit.building.execution import _injectable
from toolkit.building.report_engine import SHIPPED, ReportEngine
from toolkit.engine.engine import RunKind
from toolkit.engine.in_process import NeedsKernel, WorkerEngine, _bundle, language_info
from toolkit.engine.preload import payload
from toolkit.engine.trusted import INJECTED, digest, is_trusted_file, trusted_parameters
from toolkit.report import read_report
from toolkit.report.writing import report_to_values
from toolkit.sections.blocks import Note
from toolkit.sections.html import Section

PROJECT = Path(__file__).resolve().parents[2]
NOTEBOOK = PROJECT / "notebooks" / "annual_report.ipynb"
SAMPLE = PROJECT / "params" / "2024" / "云溪县" / "松石镇.yaml"


def shipped() -> Any:
    return load_notebook_node(str(NOTEBOOK))


def notebook_of(source: str) -> Any:
    notebook = nbformat.v4.new_notebook(cells=[new_code_cell(source)])
    notebook.metadata["papermill"] = {}
    return notebook


def with_parameters(notebook: Any) -> Any:
    values = report_to_values(read_report(SAMPLE))
    values["figures"] = {
        table: {row: {key: str(cell) for key, cell in cells.items()} for row, cells in rows.items()}
        for table, rows in values["figures"].items()
    }
    return parameterize_notebook(notebook, values, kernel_name="python3", language="python")


def kind_of_run(notebook: Any, data: bytes = b"") -> RunKind:
    kinds: list[RunKind] = []
    ReportEngine.execute_notebook(notebook, "python3", kinds=kinds, payload=data, progress_bar=False)
    return kinds[-1]


def test_values_that_the_caller_has_injected_are_those_of_the_cell() -> None:
    """The build passes the values it has injected, so that nobody parses them; a cell with another source is parsed."""
    values = _injectable(report_to_values(read_report(SAMPLE)))
    notebook = parameterize_notebook(shipped(), values, kernel_name="python3", language="python")
    index, cell = next((at, cell) for at, cell in enumerate(notebook.cells) if INJECTED in cell.metadata.get("tags", ()))
    parsed = trusted_parameters(notebook, SHIPPED)
    assert parsed
    assert repr(parsed[index]) == repr(values)
    known = trusted_parameters(notebook, SHIPPED, {cell.source: values})
    assert known
    assert known[index] is values
    assert trusted_parameters(notebook, SHIPPED, {"year = 1": {"year": 1}}) == parsed


def test_the_digest_is_that_of_the_notebook_in_the_repository() -> None:
    assert {digest(cell for cell in shipped().cells if cell.cell_type == "code")} == SHIPPED
    assert is_trusted_file(NOTEBOOK, SHIPPED)


def test_the_shipped_notebook_runs_in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(PROJECT)
    notebook = with_parameters(shipped())
    assert kind_of_run(notebook) == "worker"
    assert [cell.execution_count for cell in notebook.cells if cell.cell_type == "code"] == list(range(1, 12))
    assert payload() == b""


def changed(change: Any) -> Any:
    notebook = with_parameters(shipped())
    change([cell for cell in notebook.cells if cell.cell_type == "code"], notebook)
    return notebook


def edit_line(code: list[Any], _: Any) -> None:
    code[-1].source += "\nimport os"


def add_cell(_: list[Any], notebook: Any) -> None:
    notebook.cells.append(new_code_cell("1 + 1"))


def swap_cells(code: list[Any], _: Any) -> None:
    code[-1].source, code[-2].source = code[-2].source, code[-1].source


def call_in_parameters(code: list[Any], _: Any) -> None:
    next(cell for cell in code if "injected-parameters" in cell.metadata.get("tags", ())).source += "\norgan = dict(name='甲')"


def import_in_defaults(code: list[Any], _: Any) -> None:
    next(cell for cell in code if "parameters" in cell.metadata.get("tags", ())).source += "\nimport os"


def tag_a_cell_of_code(code: list[Any], notebook: Any) -> None:
    notebook.cells.append(new_code_cell("__import__('os').environ.clear()", metadata={"tags": ["parameters"]}))


@pytest.mark.parametrize(
    "change",
    [edit_line, add_cell, swap_cells, call_in_parameters, import_in_defaults, tag_a_cell_of_code],
    ids=lambda item: item.__name__,
)
def test_any_other_code_needs_a_separate_process(change: Any) -> None:
    assert trusted_parameters(changed(change), SHIPPED) is None


def test_a_form_needs_a_kernel() -> None:
    assert trusted_parameters(shipped(), SHIPPED) is None


def test_text_and_pictures_do_not_count() -> None:
    notebook = with_parameters(shipped())
    notebook.cells.insert(3, new_markdown_cell("另加的一段话"))
    notebook.metadata["title"] = "年报"
    assert trusted_parameters(notebook, SHIPPED) is not None


def test_a_cell_that_raises_is_run_again_in_a_kernel_with_its_traceback(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(PROJECT)
    notebook = parameterize_notebook(shipped(), {"year": 1999}, kernel_name="python3", language="python")
    source = tmp_path / "notebook.ipynb"
    nbformat.write(notebook, source)
    with pytest.raises(papermill.exceptions.PapermillExecutionError, match="1999") as error:
        papermill.execute_notebook(str(source), None, engine_name="nianbao", progress_bar=False)
    assert error.value.traceback


class Bundle:
    """A value with a bundle, as this package's own; what else it has is set by the test."""

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        return {"text/plain": "甲", "text/html": "<b>甲</b>"}, {"text/html": {"isolated": True}}


class BundleAndMarkdown(Bundle):
    def _repr_markdown_(self) -> str:
        return "**甲**"


class BundleWithoutText(Bundle):
    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        return {"text/html": "<b>甲</b>"}

    def __repr__(self) -> str:
        return "乙"


class BundleThatFails(Bundle):
    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        raise ValueError


@pytest.mark.parametrize("value", [Bundle(), BundleAndMarkdown(), BundleWithoutText(), Section((Note("甲"),)), [1, "二"]])
def test_values_are_shown_as_by_ipython(value: Any) -> None:
    data, metadata = _bundle(value)
    expected, more = DisplayFormatter().format(value)
    assert (list(data.items()), metadata) == (list(expected.items()), more)


def test_a_value_that_cannot_be_shown_needs_a_kernel() -> None:
    with pytest.raises(NeedsKernel):
        _bundle(BundleThatFails())


def test_what_a_cell_prints_needs_a_kernel() -> None:
    with pytest.raises(NeedsKernel):
        WorkerEngine.execute_notebook(notebook_of("print('甲')"), "python3", parameters={}, progress_bar=False)


def test_the_namespace_of_a_run_is_not_that_of_the_next() -> None:
    first, second = notebook_of("left = 1"), notebook_of("left")
    WorkerEngine.execute_notebook(first, "python3", parameters={}, progress_bar=False)
    with pytest.raises(NeedsKernel):
        WorkerEngine.execute_notebook(second, "python3", parameters={}, progress_bar=False)


def test_parameters_are_new_objects_in_each_run() -> None:
    notebook = with_parameters(shipped())
    one, other = trusted_parameters(copy.deepcopy(notebook), SHIPPED), trusted_parameters(notebook, SHIPPED)
    assert one == other
    assert one is not None
    assert other is not None
    assert all(one[index]["figures"] is not other[index]["figures"] for index in one if one[index].get("figures"))


def test_the_language_is_described_as_by_the_kernel() -> None:
    assert language_info() == IPythonKernel.language_info
