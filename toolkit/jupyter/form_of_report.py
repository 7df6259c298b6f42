"""The form of one report with the stages that come after it, in: a desk, out: a ``FormApp``.

Its preview is set by the exporter of the batch, and 生成报告 is the batch's own run.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from toolkit.building.drop_box import drop_box, submit
from toolkit.checks.assembly import assemble
from toolkit.core.dates import now
from toolkit.core.settings import FORMATS, RunSettings, wants_data_code
from toolkit.core.tree import PARAMS, full_path, tree_of
from toolkit.entry.desk.desk import Desk
from toolkit.entry.form.finish_part import BuildOutcome, Finishing
from toolkit.entry.form.form_app import FormApp
from toolkit.report.neighbours import EARLIER_YEARS
from toolkit.sections.paper import Paper, paper_of

PAGE_SCALE = 2  # times 72 dots per inch: readable when a page is enlarged to the width of the form
COLORS = 64  # text in grey and a few tints of charts: a quarter of the bytes


def make_form(desk: Desk, leave: Callable[[], None] | None = None) -> FormApp:
    """The form of the report on a desk, with the stages that come after it."""
    case, box = assemble(desk.report, desk.path, years_back=EARLIER_YEARS), drop_box()
    finishing = Finishing(
        preview=lambda report: preview_pages(paper_of(replace(case, report=report)), data_code=_wants_data_code(desk.path)),
        build=lambda draft, more: build_files(
            desk.path, RunSettings(draft=draft, data_code=_wants_data_code(desk.path), formats=(*FORMATS, *more))
        ),
        leave=leave,
        page=lambda report: page_for_site(paper_of(replace(case, report=report))),
        submit=(lambda pdf: submit(pdf, box).message) if box else None,
    )
    return FormApp(desk, case, finishing, now)


def preview_pages(paper: Paper, *, data_code: bool = True) -> Sequence[bytes]:
    """The pages of a report as PNG, set by the PDF exporter from the sections the notebook prints."""
    from toolkit.exporters.document import read_notebook
    from toolkit.exporters.pdf.setting import set_pdf

    document = read_notebook(printed(paper))
    return pictures(set_pdf(document if data_code else document.without_data_code()))


def page_for_site(paper: Paper) -> str:
    """The report as HTML for the editor of a web site, with its charts inside."""
    from toolkit.exporters.cms import clipboard_html
    from toolkit.exporters.document import read_notebook

    return clipboard_html(read_notebook(printed(paper)).publication_copy())


def printed(paper: Paper) -> Any:
    """The notebook as it would be after a run, without running it: one cell for each section."""
    from nbformat import v4

    sections = (paper.front(), *(paper.part(part.key) for part in paper.report.form.parts), paper.closing())
    outputs = [v4.new_output("execute_result", data=section._repr_mimebundle_()) for section in sections]
    return v4.new_notebook(cells=[v4.new_code_cell("", outputs=[output]) for output in outputs])


def pictures(pdf: bytes) -> list[bytes]:
    import pypdfium2
    from PIL.Image import Dither

    pages = []
    document = pypdfium2.PdfDocument(pdf)
    try:
        for page in document:
            out = io.BytesIO()
            page.render(scale=PAGE_SCALE).to_pil().quantize(COLORS, dither=Dither.NONE).save(out, "PNG")
            pages.append(out.getvalue())
    finally:
        document.close()
    return pages


def build_files(path: Path, settings: RunSettings) -> BuildOutcome:
    """Every format of the saved params file, by the batch's run, where the batch puts it."""
    from toolkit.building.batch import output_folder
    from toolkit.building.run_report import build

    result = build(path, outputs_folder(path) / output_folder(path), settings)
    return BuildOutcome(result.files, result.draft, result.message)


def _wants_data_code(path: Path) -> bool:
    return wants_data_code(outputs_folder(path).parent)


def outputs_folder(path: Path) -> Path:
    """``outputs`` beside the ``params`` folder the file lies in; of another tree beside its years; else beside the file."""
    whole = full_path(path)
    params = next((folder.parent for folder in whole.parents if folder.name == PARAMS), None)
    return (params or tree_of(whole.parent) or whole.parent) / "outputs"
