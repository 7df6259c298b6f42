"""What reading a finished file back finds out: every way in which a file can be wrong, in every format."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from tests.examples import sampled
from toolkit.building.run_report import OutputDiffers, finish_report
from toolkit.checks import Case, run_case
from toolkit.checks.assembly import assemble
from toolkit.exporters.document import Document, make_document
from toolkit.exporters.finished import files_of
from toolkit.exporters.pdf.reading import read_pieces
from toolkit.exporters.readback import CHECKS, check_pdf
from toolkit.forms import Address
from toolkit.report import Report, read_report
from toolkit.report.neighbours import EARLIER_YEARS
from toolkit.sections.blocks import (
    BLOCKS_MIME,
    CHECKS_NOTE,
    Attachment,
    DataCode,
    Heading,
    Note,
    Paragraph,
    Picture,
    Table,
    blocks_to_json,
    paragraph,
)
from toolkit.sections.paper import Paper

PARAMS = Path(__file__).resolve().parents[2] / "params"
SAMPLES = sorted(path for path in PARAMS.glob("20*/*/*.yaml") if not path.name.startswith("_"))


@cache
def story(path: Path) -> tuple[Report, Document]:
    """A sample and the paper of it."""
    report = read_report(path)
    case = assemble(report, path, years_back=EARLIER_YEARS)
    paper = Paper(report, case.earlier, tuple(run_case(Case(report, case.last_year))))
    sections = (paper.front(), *(paper.part(part.key) for part in report.form.parts), paper.closing())
    return report, make_document(block for section in sections for block in section.blocks)


def made(kind: str, document: Document) -> bytes:
    """The file of a format that is read back."""
    return next(iter(files_of(kind, document, "年报"))).data


def sample() -> tuple[Report, Document]:
    return story(PARAMS / "2024/云溪县/松石镇.yaml")


@pytest.mark.parametrize("path", sampled(SAMPLES, every=3), ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_pdf_and_page_of_every_sample_read_back_whole(path: Path) -> None:
    report, document = story(path)
    assert [item for kind in ("pdf", "html") for item in CHECKS[kind](made(kind, document), document, report)] == []


@pytest.mark.parametrize("kind", CHECKS)
def test_every_format_reads_back_whole(kind: str) -> None:
    report, document = sample()
    assert list(CHECKS[kind](made(kind, document), document, report)) == []


def test_only_the_submission_copy_carries_the_note_on_the_checks_and_the_data_code() -> None:
    report, document = sample()
    publication = document.publication_copy()
    assert any(block.text.startswith(CHECKS_NOTE) for block in document.blocks if isinstance(block, Note))
    left = [block for block in document.blocks if block not in publication.blocks]
    assert {type(block) for block in left} == {Note, DataCode}
    blocks = blocks_to_json([document.front, *document.blocks, *document.attachments])
    cell = {"cell_type": "code", "source": "", "metadata": {}, "outputs": [
        {"output_type": "display_data", "metadata": {}, "data": {BLOCKS_MIME: blocks}}
    ]}  # fmt: skip
    files = finish_report({"cells": [cell]}, report, ("pdf", "html", "docx", "xlsx"))
    finished = {file.format: file.data for file in files}
    assert "按规则版本" in "".join(text for _, text in _words(finished["pdf"]))
    assert "按规则版本" not in finished["html"].decode("utf-8")
    for name in ("docx", "xlsx"):
        with zipfile.ZipFile(io.BytesIO(finished[name])) as package:
            assert all("按规则版本".encode() not in package.read(item) for item in package.namelist()), name


def _words(pdf: bytes) -> list[tuple[int, str]]:
    with pypdfium2.PdfDocument(pdf) as document:
        return [(number, document[number].get_textpage().get_text_range()) for number in range(len(document))]


def without(document: Document, kind: type, number: int = 0) -> Document:
    """The document without its n-th block of a kind: what a setter that loses one would make."""
    lost = [block for block in document.blocks if isinstance(block, kind)][number]
    return replace(document, blocks=tuple(block for block in document.blocks if block is not lost))


def with_figure(document: Document, text: str) -> Document:
    """The document with one figure of the second table changed."""
    tables = [block for block in document.blocks if isinstance(block, Table)]
    old = tables[1].cells
    number = next(place for place, cell in enumerate(old) if cell.text == "168")
    cells = tuple(
        replace(cell, text=text, number=text) if place == number else cell for place, cell in enumerate(tables[1].cells)
    )
    changed = replace(tables[1], cells=cells, sums=())
    return replace(document, blocks=tuple(changed if block is tables[1] else block for block in document.blocks))


LOSSES: tuple[tuple[str, Callable[[Document], Document], str, tuple[str, ...]], ...] = (
    ("a heading", lambda document: without(document, Heading, 3), "段文字", ("pdf", "html", "docx", "cms")),
    ("a paragraph", lambda document: without(document, Paragraph, 5), "段文字", ("pdf", "html", "docx", "cms")),
    ("a table", lambda document: without(document, Table, 2), "的数字", ("pdf", "html", "docx", "xlsx", "cms")),
    ("a chart", lambda document: without(document, Picture), "图的个数", ("pdf", "html", "docx", "cms")),
    ("a figure", lambda document: with_figure(document, "169"), "的数字", ("pdf", "html", "docx", "xlsx", "cms")),
    ("a digit of a figure", lambda document: with_figure(document, "16"), "的数字", ("pdf", "html", "docx", "xlsx", "cms")),
    ("the data inside", lambda document: replace(document, attachments=()), "附件", ("pdf",)),
)  # fmt: skip


@pytest.mark.parametrize(("what", "lose", "place", "kinds"), LOSSES, ids=[item[0] for item in LOSSES])
def test_lost_content_is_reported(what: str, lose: Callable[[Document], Document], place: str, kinds: tuple[str, ...]) -> None:
    report, document = sample()
    for kind in kinds:
        differences = list(CHECKS[kind](made(kind, lose(document)), document, report))
        assert any(place in item.place for item in differences), kind


@pytest.mark.parametrize("kind", CHECKS)
def test_report_of_another_organ_or_year_is_reported(kind: str) -> None:
    _, document = sample()
    file = made(kind, document)
    other, _ = story(PARAMS / "2023/云溪县/松石镇.yaml")
    assert list(CHECKS[kind](file, document, other))


def test_table_full_of_nought_does_not_pass_for_another() -> None:
    report, document = story(PARAMS / "2024/云溪县/白鹭乡.yaml")
    changed = replace(report, figures=report.figures.with_value(Address("permits", "permits", "decisions"), 7))
    for kind in CHECKS:
        assert any("表二" in item.place for item in CHECKS[kind](made(kind, document), document, changed)), kind


def test_font_that_is_not_embedded_is_reported() -> None:
    report, document = sample()
    with pikepdf.open(io.BytesIO(made("pdf", document))) as pdf:
        font = next(iter(pdf.pages[0].Resources.Font.values()))
        del font.DescendantFonts[0].FontDescriptor["/FontFile3"]
        out = io.BytesIO()
        pdf.save(out)
    assert [item.place for item in check_pdf(out.getvalue(), document, report)] == ["字体"]


def test_text_is_read_in_the_order_in_which_it_is_read_aloud_without_page_numbers() -> None:
    front = replace(sample()[1].front, title="次序")
    texts = ["第一段（有括号(half)和\\反斜线）。", "第二段" + "字" * 900 + "。", "第三段 “引号” — 1 — 。"]
    document = make_document([front, *map(paragraph, texts)])
    with pikepdf.open(io.BytesIO(made("pdf", document))) as pdf:
        read = "".join(read_pieces(pdf))
    assert read.replace(" ", "") == "".join(texts).replace(" ", "")


def test_finishing_refuses_what_does_not_read_back_and_says_so_in_a_sentence() -> None:
    report, document = sample()
    blocks = (document.front, *document.blocks, *document.attachments)
    notebook = {"cells": [{"cell_type": "code", "outputs": [
        {"output_type": "display_data", "data": {BLOCKS_MIME: blocks_to_json(blocks)}}]}]}  # fmt: skip
    assert [file.format for file in finish_report(notebook, report, ("html", "pdf"))] == ["html", "pdf"]
    other = replace(report, figures=report.figures.with_value(Address("applications", "new", "natural_person"), 1))
    with pytest.raises(OutputDiffers, match=r"成品与填报数据不一致，没有保存：.*HTML"):
        finish_report(notebook, other, ("html",))


def test_attachment_with_another_text_is_reported() -> None:
    report, document = sample()
    changed = tuple(Attachment(item.name, item.mime, item.description, item.text + "\n") for item in document.attachments)
    file = made("pdf", replace(document, attachments=changed))
    assert any("附件" in item.place for item in check_pdf(file, document, report))
