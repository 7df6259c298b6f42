"""The stock tools on our notebook: plain papermill runs it, plain nbconvert exports it, and what a person adds goes along.

Run once for the whole module: a kernel and the exporters take their time.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path

import docx
import nbformat
import openpyxl
import pypdfium2
import pytest
from nbconvert.exporters import get_exporter

PROJECT = Path(__file__).resolve().parents[2]
PARAMS = Path("params") / "2020" / "嘉祥县" / "孟姑集镇.yaml"
TITLE = "孟姑集镇人民政府"
ADDED = "另附：政务公开体验区使用情况"
# Each argument is a run of both: the format, and papermill's words.
RUN_AND_EXPORT = """
import sys
sys.modules["rfc3987_syntax"] = None  # an option of jsonschema that takes a second
from nbconvert.nbconvertapp import NbConvertApp
from papermill.__main__ import papermill
from papermill.exceptions import PapermillExecutionError
for run in sys.argv[1:]:
    format_name, *words = run.split("|")
    try:
        papermill(words, standalone_mode=False)
    except PapermillExecutionError as error:
        print(type(error).__name__, error)
    NbConvertApp.clear_instance()
    NbConvertApp.launch_instance(["--to", format_name, words[1]])
"""
WRONG = [
    (["-p", "unit", "3"], "笔记本不认识的参数：unit。可用的参数是：year、organ、figures"),
    (["-p", "year", "2018"], "2018 年没有对应的年报格式；已有的版本：2019 版（2019年至2020年）、2021 版（2021年起）"),
    (["-p", "year", "明年"], "year：应为四位数的年度，如 2024，现为 “明年”"),
]
OWN_SETTINGS = """
c.Exporter.preprocessors = ["not_installed.Filter", "nbconvert.preprocessors.ClearOutputPreprocessor"]
c.Exporter.default_preprocessors = ["nbconvert.preprocessors.ClearOutputPreprocessor"]
c.ClearOutputPreprocessor.enabled = c.ClearMetadataPreprocessor.enabled = True
c.ExtractOutputPreprocessor.enabled = c.SVG2PDFPreprocessor.enabled = True
c.TemplateExporter.template_paths, c.TemplateExporter.template_name = ["/nowhere"], "mine"
c.TemplateExporter.exclude_output = True
c.RegexRemovePreprocessor.patterns = [r"\\s*\\Z"]
"""


def run_and_export(*runs: str, at: Path) -> subprocess.CompletedProcess[str]:
    """Plain papermill and then plain nbconvert by their command lines, with nothing of ours but what is installed.

    All in one process, which imports what they share once.
    """
    environment = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "NIANBAO_PARAMS_FILE"}}
    environment |= {"PYTHONUTF8": "1", "IPYTHONDIR": str(at / "ipython"), "JUPYTER_CONFIG_DIR": str(at / "jupyter")}
    return subprocess.run(
        [sys.executable, "-c", RUN_AND_EXPORT, *runs], cwd=at, env=environment, capture_output=True, encoding="utf-8"
    )


def run_of(format_name: str, out: str, *more: str) -> str:
    return "|".join((format_name, "notebooks/annual_report.ipynb", out, "-f", str(PARAMS), *more))


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the notebook and the sample's params, and nothing else."""
    folder = tmp_path_factory.mktemp("desk") / "我的 文档"
    (folder / PARAMS).parent.mkdir(parents=True)
    shutil.copy(PROJECT / PARAMS, folder / PARAMS)
    (folder / "notebooks").mkdir()
    shutil.copy(PROJECT / "notebooks" / "annual_report.ipynb", folder / "notebooks")
    return folder


def picture() -> bytes:
    from matplotlib.figure import Figure  # here: it takes a second to import, before the first test of all

    figure = Figure(figsize=(2, 1))
    figure.subplots().plot([1, 3, 2])
    out = BytesIO()
    figure.savefig(out, format="png")
    return out.getvalue()


@pytest.fixture(scope="module")
def both(desk: Path) -> subprocess.CompletedProcess[str]:
    """The notebook run with a text and a picture added by hand before the last cell, and run again with a wrong parameter.

    Variables of the person's start-up file are no parameters of the notebook, and what the person has set up for other
    notebooks changes nothing in the PDF.
    """
    startup = desk / "ipython" / "profile_default" / "startup" / "mine.py"
    startup.parent.mkdir(parents=True)
    startup.write_text("office = '办公室'", "utf-8")
    path = desk / "notebooks" / "annual_report.ipynb"
    notebook = nbformat.read(path, as_version=4)
    (desk / "photo.png").write_bytes(picture())
    show = "from IPython.display import Image as _Image\n_Image('photo.png')"
    notebook.cells[-1:-1] = [
        nbformat.v4.new_markdown_cell(f"## {ADDED}\n\n全年接待**312**人次。"),
        nbformat.v4.new_code_cell(show),
    ]
    nbformat.write(notebook, path)
    settings = desk / "jupyter" / "jupyter_nbconvert_config.py"
    settings.parent.mkdir(exist_ok=True)
    settings.write_text(OWN_SETTINGS, "utf-8")
    return run_and_export(run_of("nianbao-pdf", "out.ipynb"), run_of("nianbao-html", "stopped.ipynb", *WRONG[0][0]), at=desk)


@pytest.fixture(scope="module")
def executed(desk: Path, both: subprocess.CompletedProcess[str]) -> Path:
    """The notebook run by plain papermill; its PDF beside it."""
    assert (desk / "out.pdf").is_file(), both.stderr
    return desk / "out.ipynb"


@pytest.fixture(scope="module")
def exported(executed: Path) -> dict[str, bytes]:
    """The four files that plain nbconvert makes of it: one as typed, the others by its exporters in this process."""
    others = {name: get_exporter(f"nianbao-{name}")().from_filename(str(executed))[0] for name in ("html", "docx", "xlsx")}
    others["html"] = others["html"].encode("utf-8")
    return {"pdf": executed.with_suffix(".pdf").read_bytes(), **others}


def pdf_text(data: bytes) -> str:
    with pypdfium2.PdfDocument(data) as document:
        return "".join(page.get_textpage().get_text_range() for page in document)


def texts(exported: dict[str, bytes]) -> dict[str, str]:
    """What a reader finds in each file, without blanks and line ends."""
    word = docx.Document(BytesIO(exported["docx"]))
    book = openpyxl.load_workbook(BytesIO(exported["xlsx"]))
    cells = (str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None)
    plain = {
        "pdf": pdf_text(exported["pdf"]),
        "html": exported["html"].decode("utf-8"),
        "docx": "".join(word.element.body.itertext()),
        "xlsx": "".join(cells),
    }
    return {name: "".join(text.split()) for name, text in plain.items()}


def test_every_format_holds_the_report(exported: dict[str, bytes]) -> None:
    for name, text in texts(exported).items():
        for part in (TITLE, "23246297.53", "政务公开体验区"):
            assert part in text, (name, part)


def test_an_added_text_is_in_every_export(exported: dict[str, bytes]) -> None:
    for name, text in texts(exported).items():
        assert ADDED in text, name
    assert all("全年接待" in texts(exported)[name] for name in ("pdf", "html", "docx"))


def test_an_added_picture_is_in_every_export(exported: dict[str, bytes]) -> None:
    assert b"image/png;base64," in exported["html"]
    for name in ("docx", "xlsx"):
        with zipfile.ZipFile(BytesIO(exported[name])) as archive:
            assert [item for item in archive.namelist() if item.endswith(".png")], name
    with pypdfium2.PdfDocument(exported["pdf"]) as document:
        kinds = {item.type for page in document for item in page.get_objects(max_depth=3)}
    assert pypdfium2.raw.FPDF_PAGEOBJ_IMAGE in kinds


def test_the_notebook_itself_shows_the_report_to_people(executed: Path) -> None:
    notebook = nbformat.read(executed, as_version=4)
    shown = "".join(
        output["data"].get("text/html", "") for cell in notebook.cells for output in cell.get("outputs", []) if "data" in output
    )
    assert "孟姑集镇人民政府" in shown
    assert "<table" in shown
    assert not [
        output for cell in notebook.cells for output in cell.get("outputs", []) if output["output_type"] in {"error", "stream"}
    ]


@pytest.mark.parametrize(("more", "sentence"), [WRONG[0], *(pytest.param(*case, marks=pytest.mark.sweep) for case in WRONG[1:])])
def test_a_parameter_that_cannot_be_stops_the_run(
    executed: Path, both: subprocess.CompletedProcess[str], more: list[str], sentence: str
) -> None:
    ran = both if more == WRONG[0][0] else run_and_export(run_of("nianbao-html", "stopped.ipynb", *more), at=executed.parent)
    assert "PapermillExecutionError" in ran.stdout
    assert sentence in ran.stdout
    assert ran.returncode != 0
    assert re.search(r"^笔记本第 \d+ 个代码单元格运行出错，不能导出：", ran.stderr, re.MULTILINE)
    assert "Traceback" not in ran.stderr
    assert not (executed.parent / "stopped.html").exists(), "a half-run notebook exports nothing"
