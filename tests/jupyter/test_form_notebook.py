"""The notebook in front of a person: form instead of paper, the next cells empty, preview and files as the batch makes them."""

from __future__ import annotations

import gc
import io
import shutil
from collections.abc import Iterator
from pathlib import Path

import ipykernel.ipkernel  # noqa: F401  # changes who keeps the comms, which in a kernel happens before any widget
import pytest
from ipywidgets.widgets.widget import _instances
from PIL import Image

from toolkit.checks import Case, run_case
from toolkit.core.settings import RunSettings
from toolkit.core.tree import OPEN_VARIABLE
from toolkit.entry.form.form_app import FormApp
from toolkit.jupyter.form_notebook import (
    FormPaper,
    Place,
    read_published_report,
    spare_collections,
    start_form,
)
from toolkit.jupyter.form_of_report import build_files, outputs_folder, preview_pages
from toolkit.jupyter.lab import LabSettings, environment
from toolkit.jupyter.opening import PARAMETERS, open_paper
from toolkit.report import read_report
from toolkit.sections.paper import Paper


@pytest.fixture
def organ(project: Path, tmp_path: Path) -> Path:
    """A params file of an invented town in a folder tree of its own."""
    path = tmp_path / "params" / "2024" / "云溪县" / "柳湾镇.yaml"
    path.parent.mkdir(parents=True)
    shutil.copy(project / "params" / "2024" / "云溪县" / "柳湾镇.yaml", path)
    return path


@pytest.fixture(autouse=True)
def nothing_stays_open() -> Iterator[None]:
    yield
    if Place._open is not None:
        Place._open.close()
        Place._open = None


def test_without_parameters_the_notebook_shows_the_form_and_nothing_else(organ: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(organ.parents[3])
    paper = open_paper(dict.fromkeys(PARAMETERS))
    assert isinstance(paper, FormPaper)
    assert paper.front() is not None
    assert paper.part("overview") is None
    assert paper.closing() is None


def test_a_named_params_file_is_opened_at_once(organ: Path) -> None:
    paper = start_form(organ, organ.parents[2])
    assert "nb-form" in paper.front().children[0]._dom_classes
    again = start_form(organ, organ.parents[2])
    assert "nb-form" in again.front().children[0]._dom_classes, "running the notebook again must not find itself at the desk"
    assert isinstance(Place._open, FormApp)
    assert not Place._open._desk.read_only


def test_the_report_that_lab_was_called_with_is_opened_once(organ: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(OPEN_VARIABLE, environment(LabSettings(organ.parents[3], opened=organ))[OPEN_VARIABLE])
    paper = start_form(None, organ.parents[2])
    assert "nb-form" in paper.front().children[0]._dom_classes
    again = start_form(None, organ.parents[2])
    assert "nb-start" in again.front().children[0]._dom_classes, "the person went back to the start screen"


def test_forms_that_were_left_keep_no_widgets_in_the_kernel(organ: Path) -> None:
    """A window that opens later loads every live widget: their number must not grow with the visits of a day."""
    numbers = []
    for _ in range(3):
        start_form(organ, organ.parents[2])
        place = Place._last
        assert place is not None
        place.start("王小芳")
        place.open(organ, "王小芳")
        numbers.append(len(_instances))
    assert numbers[0] == numbers[1] == numbers[2]


def test_a_form_in_use_is_spared_full_collections() -> None:
    usual = gc.get_threshold()
    try:
        spare_collections()
        assert gc.get_freeze_count() > 0
        assert gc.get_threshold() > usual
    finally:
        gc.set_threshold(*usual)  # what is left out of collections stays left out, as before this test


def test_an_unreadable_file_leads_to_the_start_screen(organ: Path) -> None:
    organ.write_text("year: [", encoding="utf-8")
    paper = start_form(organ, organ.parents[2])
    assert "nb-start" in paper.front().children[0]._dom_classes


def test_preview_is_every_page_as_a_picture(organ: Path) -> None:
    report = read_report(organ)
    pages = preview_pages(Paper(report, (), tuple(run_case(Case(report)))))
    assert len(pages) >= 4
    with Image.open(io.BytesIO(pages[0])) as picture:
        assert (picture.format, picture.size) == ("PNG", (1191, 1684))
        assert len(picture.getcolors()) > 2, "a page with something on it"


def test_files_are_made_by_the_batch_where_the_batch_puts_them(organ: Path) -> None:
    built = build_files(organ, RunSettings(formats=("html",)))
    assert not built.message
    assert [file.suffix for file in built.files if file.suffix == ".html"] == [".html"]
    assert built.files[0].parent == organ.parents[3] / "outputs" / "2024" / "云溪县" / "柳湾镇"


def test_a_file_apart_from_any_tree_has_its_outputs_beside_it(tmp_path: Path) -> None:
    assert outputs_folder(tmp_path / "年报.yaml") == tmp_path / "outputs"


def test_a_published_file_without_a_year_asks_for_it(tmp_path: Path) -> None:
    file = tmp_path / "通知.txt"
    file.write_text("关于开会的通知", encoding="utf-8")
    assert read_published_report(file, None).report is None
    assert read_published_report(file, 2024).year == 2024
