"""The notebook in front of a clerk: no parameters in, the form out; the cells of the paper then show nothing.

Here the form meets the stages that come after it: its preview is set by the exporter of the batch, and 生成报告 is the
batch's own run.
"""

from __future__ import annotations

import atexit
import gc
import io
import json
import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ipywidgets

from toolkit.building.drop_box import drop_box, submit
from toolkit.checks.assembly import assemble
from toolkit.core.dates import now
from toolkit.core.errors import NianbaoError
from toolkit.core.machine import account
from toolkit.core.settings import FORMATS, RunSettings, wants_data_code
from toolkit.core.tree import OPEN_VARIABLE, PARAMS, current_folder, full_path, tree_of
from toolkit.entry.desk.desk import Desk
from toolkit.entry.form.finish_part import BuildOutcome, Finishing
from toolkit.entry.form.form_app import FormApp
from toolkit.entry.session.office_words import LOGGER
from toolkit.entry.session.saving_state import Later
from toolkit.entry.start.recent import Memory
from toolkit.entry.start.screen import StartScreen
from toolkit.report.neighbours import EARLIER_YEARS
from toolkit.sections.paper import Paper, paper_of

if TYPE_CHECKING:
    from toolkit.importing import Imported

PAGE_SCALE = 2  # times 72 dots per inch: readable when a page is enlarged to the width of the form
COLORS = 64  # text in grey and a few tints of charts: a quarter of the bytes

SETTLED_SECONDS = 2.0  # after a form is shown; until then there is enough to do
COLLECT_AFTER = (20_000, 20, 100)  # objects made, young collections, middle collections


class FormPaper:
    """What ``open_paper`` gives without parameters: the first cell shows the form, the others nothing."""

    def __init__(self, widget: Any) -> None:
        self._widget = widget

    def front(self) -> Any:
        return self._widget

    def part(self, key: str) -> None:
        """Nothing: the parts are in the form."""

    def closing(self) -> None:
        """Nothing: the form shows what the checks say."""


class Place:
    """Where start screen and form take turns; one report is open at a time in a kernel."""

    _open: Desk | FormApp | None = None  # of this kernel: running the notebook again must not find itself at the desk
    _last: Place | None = None  # of this kernel: what an earlier run of the notebook showed

    def __init__(self, params: Path) -> None:
        self._params, self._memory = params, Memory()
        self._settling = Later(SETTLED_SECONDS, spare_collections)
        self.widget = ipywidgets.VBox()
        previous, Place._last = Place._last, self
        if previous is not None:
            close_open_form()
            close_widgets(previous.widget)

    def start(self, who: str = "") -> None:
        """Show the start screen, with the name that was given last and the reports worked on last."""
        self._leave()
        screen = StartScreen(
            self._params, on_open=self.open, who=who or self._memory.who or account(), now=now,
            read_published=read_published_report, recent=self._memory.reports(self._params),
        )  # fmt: skip
        self._show(screen.widget)

    def open(self, path: Path, who: str) -> None:
        """Show the form of a params file.

        Raises:
            ParamsUnreadable: neither the file nor its journal make a report.
        """
        self._leave()
        desk = Desk(path, who=who, now=now)
        Place._open = desk
        form = Place._open = make_form(desk, lambda: self._go_back(path, who))
        self._show(form.widget)
        self._settling.start()
        remember(path, who)
        self._memory.note(path, who, now())

    def _show(self, widget: ipywidgets.Widget) -> None:
        """Show one thing and release the widgets before it: a window that opens later loads all that live."""
        previous, self.widget.children = self.widget.children, (widget,)
        for gone in previous:
            close_widgets(gone)

    def _go_back(self, path: Path, who: str) -> None:
        self._memory.note(path, who, now())
        self.start(who)

    def _leave(self) -> None:
        close_open_form()
        remember(None, "")


def close_widgets(widget: ipywidgets.Widget) -> None:
    """Close a widget with all that it shows and refers to: children, layout, style."""
    for name in widget.keys:
        value = getattr(widget, name)
        for part in value if isinstance(value, tuple | list) else (value,):
            if isinstance(part, ipywidgets.Widget):
                close_widgets(part)
    widget.close()


@atexit.register
def close_open_form() -> None:
    """Write and leave what is open in this kernel, also when the kernel is shut down."""
    if Place._open is not None:
        Place._open.close()
    Place._open = None


def start_form(path: Path | None, params: Path | None) -> FormPaper:
    """The form of the params file that is named or was open in this kernel, or the screen on which one is chosen."""
    place = Place(params or current_folder() / PARAMS)
    target = (path, account()) if path is not None else remembered() or _linked()
    if target is not None and target[0] is not None:
        try:
            place.open(target[0], target[1])
            return FormPaper(place.widget)
        except NianbaoError as error:
            LOGGER.warning("%s", error)
    place.start()
    return FormPaper(place.widget)


def _linked() -> tuple[Path, str] | None:
    """The report that ``nianbao lab`` was called with; once, so that the notebook run again shows the start screen."""
    named = os.environ.pop(OPEN_VARIABLE, "")
    return (Path(named), Memory().who or account()) if named else None


def spare_collections() -> None:
    """Leave out of garbage collections what a form keeps as long as it is open, and collect less often.

    A full collection looks at every object of rules, forms and widgets: 60 ms in which a clerk's key waits.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)


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


def read_published_report(path: Path, year: int | None) -> Imported:
    """A published file, for the start screen; ``year`` when the file does not say it.

    Raises:
        CannotImport: the file cannot be opened as what it is.
    """
    from toolkit.checks.imported import doubt_by_text
    from toolkit.importing import read_published  # readers of every format take a second to load

    return doubt_by_text(read_published(path, year=year))


# ---- a kernel that was restarted goes on with the report that was open


def remember(path: Path | None, who: str) -> None:
    """Note beside the kernel's connection file which report is open in it."""
    file = _memory()
    try:
        if file is not None and path is not None:
            file.write_text(json.dumps({"path": str(full_path(path)), "who": who}), encoding="utf-8")
        elif file is not None:
            file.unlink(missing_ok=True)
    except OSError:
        LOGGER.warning("cannot note the open report in %s", file)


def remembered() -> tuple[Path, str] | None:
    """The report that was open when this kernel stopped, and who filled it in."""
    file = _memory()
    try:
        values = json.loads(file.read_text(encoding="utf-8")) if file is not None else {}
        path = Path(values["path"])
    except (OSError, ValueError, KeyError):
        return None
    return (path, str(values.get("who", ""))) if path.is_file() else None


def _memory() -> Path | None:
    """A restarted kernel keeps its connection file, a new one gets its own."""
    from ipykernel import get_connection_file

    try:
        return Path(get_connection_file()).with_suffix(".form")
    except (RuntimeError, OSError):  # no kernel, or one of papermill's engine, which has no such file
        return None


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
