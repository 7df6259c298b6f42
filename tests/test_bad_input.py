"""Text that would be run, were it ever taken for markup, and text without end: from the params file to every format."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import docx
import openpyxl
import pypdfium2
import pytest

from tests.examples import examples
from toolkit.checks import Case, run_case
from toolkit.exporters.document import Document, make_document
from toolkit.exporters.docx.writing import set_docx
from toolkit.exporters.html.writing import set_html
from toolkit.exporters.pdf.setting import set_pdf
from toolkit.exporters.xlsx.writing import set_xlsx
from toolkit.report import Channel, Confirmation, Contact, Narrative, Organ, Report, read_report, write_report
from toolkit.sections.paper import Paper

SAMPLE = Path(__file__).parents[1] / "params" / "2020" / "嘉祥县" / "孟姑集镇.yaml"
# one piece per language; each would leave a trace of its own, were it run
PIECES = (
    *("#(6*7)", "$x^2$", "\\input{x}", "<script>alert(1)</script>", "{{ 6*7 }}", "{% raw %}", "=1+1", "*甲*", "_乙_"),
    *("@ref", "`c`", "&amp;", "%"),
)
MARKUP = "".join(PIECES)


def hostile() -> Report:
    """The sample with markup in every field of text."""
    sample = read_report(SAMPLE)
    organ = Organ(
        name="镇#(6+7)$x^2$={{ 6+7 }}&amp;@ref", published_at=MARKUP, contact=Contact(office=MARKUP, address=MARKUP, phone=MARKUP)
    )
    return replace(
        sample,
        organ=organ,
        channels=(Channel(name=f"=1+1{MARKUP}", count=3), Channel(name="微信", count=5)),
        narrative=Narrative(overview=f"（一）{MARKUP}\n{MARKUP}\n={MARKUP}", problems=MARKUP, other=MARKUP),
        confirmed=(Confirmation(code="documents-valid", reason=MARKUP),),
    )


def document_of(report: Report) -> Document:
    paper = Paper(report, (), tuple(run_case(Case(report))))
    sections = (paper.front(), *(paper.part(part.key) for part in report.form.parts), paper.closing())
    return make_document(block for section in sections for block in section.blocks)


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Document:
    """The hostile report, written down and read back as a clerk's file is."""
    path = tmp_path_factory.mktemp("params") / "镇.yaml"
    write_report(hostile(), path)
    assert read_report(path) == hostile()
    return document_of(read_report(path))


def squeezed(text: str) -> str:
    return "".join(text.split())


def test_markup_is_printed_letter_by_letter_in_pdf(document: Document) -> None:
    with pypdfium2.PdfDocument(set_pdf(document)) as pdf:
        text = squeezed("".join(page.get_textpage().get_text_range() for page in pdf).replace("\ufffe", ""))
    for piece in PIECES:
        assert squeezed(piece) in text, piece


def test_markup_is_escaped_in_html(document: Document) -> None:
    page = set_html(document).decode("utf-8")
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "{{ 6*7 }}" in page
    assert "&amp;amp;" in page


def test_markup_is_text_in_word(document: Document) -> None:
    word = docx.Document(io.BytesIO(set_docx(document)))
    text = squeezed("".join(word.element.body.itertext()))
    assert squeezed(MARKUP) in text


def test_markup_is_no_formula_in_the_workbook(document: Document) -> None:
    data = set_xlsx(document)
    book = openpyxl.load_workbook(io.BytesIO(data))
    formulas = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert [formula for formula in formulas if "1+1" in formula or "input" in formula] == []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert not [name for name in archive.namelist() if "external" in name.lower()]


def test_a_narrative_of_many_pages_reaches_every_format(tmp_path: Path) -> None:
    length = examples(40_000, 200_000)  # characters
    sentence = "（一）做实主动公开。全年主动公开政府信息500余条，其中县政府网站300条、微信公众号200余条，同比增长12.5%。\n"
    report = replace(
        read_report(SAMPLE), narrative=Narrative(overview=sentence * (length // len(sentence)), problems="无。", other="无。")
    )
    path = tmp_path / "镇.yaml"
    write_report(report, path)
    read = read_report(path)
    findings = tuple(run_case(Case(read)))
    paper = Paper(read, (), findings)
    sections = (paper.front(), *(paper.part(part.key) for part in read.form.parts), paper.closing())
    document = make_document(block for section in sections for block in section.blocks)
    with pypdfium2.PdfDocument(set_pdf(document)) as pdf:
        pages = "".join(re.sub(r"— \d+ —", "", page.get_textpage().get_text_range()) for page in pdf)
        assert "".join(pages.split()).count("县政府网站300条") >= length // len(sentence), "no text was left out"
    for setter in (set_html, set_docx, set_xlsx):
        assert len(setter(document)) > 10_000
