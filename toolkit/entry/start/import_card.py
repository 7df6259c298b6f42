"""The card of the first screen that takes in a published report (导入): read, shown, put where the clerk says.

In: an uploaded file. Out: a params file that is handed over. Nothing is kept before the clerk has seen what was read,
and nothing is overwritten.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toolkit.entry.session.office_words import office_words
from toolkit.entry.start.organs import choices_of_year, keep_imported, place_for, read_year, years_with_reports
from toolkit.entry.web import plain_widgets as widgets
from toolkit.report.opinion import Opinion, save_opinion

if TYPE_CHECKING:
    from toolkit.importing import Imported

Reader = Callable[[Path, int | None], "Imported"]
Guard = Callable[[Callable[[], None]], None]

ACCEPTED = ".docx,.doc,.wps,.rtf,.odt,.html,.htm,.mht,.pdf,.txt,.xlsx,.xls,.et,.csv,.eml,.msg,.png,.jpg,.jpeg,.tif,.tiff"
SHOWN_REMARKS = 6
_STATES = {
    "read": "读到", "repaired": "修正", "proven": "识别并经勾稽核实", "recognised": "识别", "blank": "空白", "unclear": "看不清",
    "missing": "没有",
}  # fmt: skip


class ImportCard:
    """``children`` are what the card shows; ``on_kept`` gets the params file that was written."""

    def __init__(
        self, params: Path, read: Reader, on_kept: Callable[[Path], None], guard: Guard, now: Callable[[], datetime]
    ) -> None:
        self._params, self._read, self._on_kept, self._now = params, read, on_kept, now
        self._imported: Imported | None = None
        self._upload = widgets.FileUpload(accept=ACCEPTED, description="选择文件", multiple=False)
        self._message = widgets.HTML()
        self._year = widgets.Text(description="报告年度", placeholder="如 2025")
        self._again = widgets.Button(description="按这一年读入")
        self._place = widgets.Combobox(description="地区/机关", placeholder="如 嘉祥县/孟姑集镇", ensure_option=False)
        keep = widgets.Button(description="存入并打开")
        self._upload.observe(lambda _: guard(lambda: self._take(None)), "value")
        self._again.on_click(lambda _: guard(lambda: self._take(read_year(self._year.value, self._now()))))
        keep.on_click(lambda _: guard(self._keep))
        self._year_row, self._keep_row = widgets.HBox([self._year, self._again]), widgets.HBox([self._place, keep])
        rows = (widgets.HBox([self._upload]), self._message, self._year_row, self._keep_row)
        for row in (rows[0], self._year_row, self._keep_row):
            row.add_class("nb-row")
        self.children: tuple[Any, ...] = rows
        self._show(None)

    def _take(self, year: int | None) -> None:
        """Read the uploaded file under its own name, which may be all that names the organ."""
        if not self._upload.value:
            return
        from toolkit.importing.opinion import find_opinion  # readers of letters take time to load

        self._show(None)
        file = self._upload.value[0]
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            path = Path(folder) / (Path(file["name"]).name or "年报")
            path.write_bytes(bytes(file["content"]))
            if opinion := find_opinion(path):
                self._keep_opinion(opinion)
                return
            self._show(self._read(path, year))

    def _keep_opinion(self, opinion: Opinion) -> None:
        """Keep the opinion on a returned report, and open that report."""
        from toolkit.importing.opinion import place_of_opinion

        place = place_of_opinion(opinion, self._params)
        if place is None:
            self._message.value = (
                f"<p role='status'>这是《{escape(opinion.organ)}》{opinion.year}年年报的审核意见单，这里没有这份填报。</p>"
            )
            return
        save_opinion(opinion, place)
        self._on_kept(place)

    def _show(self, imported: Imported | None) -> None:
        self._imported = imported
        report = imported.report if imported else None
        widgets.show(self._year_row, bool(imported) and report is None)
        widgets.show(self._keep_row, report is not None)
        self._message.value = _summary(imported) if imported else ""
        if report is not None:
            years = years_with_reports(self._params)
            choices = [choice for year in (report.year, *years[:1]) for choice in choices_of_year(self._params, year)]
            self._place.value = place_for(report, choices)

    def _keep(self) -> None:
        if self._imported is not None:
            self._on_kept(keep_imported(self._params, self._imported, self._place.value.strip()))


def _summary(imported: Imported) -> str:
    """What was read, how well, and what a person has to look at."""
    from toolkit.checks.imported import form_findings  # with the readers of published files, which the form starts without

    if imported.report is None:
        head = "没有看出是哪一年的年报。请填报告年度，再读一次："
    else:
        # the cells that people fill in, as 已填 counts them: totals are computed
        filled = [reading.state for address, reading in imported.cells.items() if address not in imported.report.form.sums]
        counts: Counter[str] = Counter(filled)
        states = "，".join(f"{name} {counts[state]} 格" for state, name in _STATES.items() if counts[state])
        head = f"<b>{escape(imported.report.title)}</b>：{states}。请核对存放的位置："
    messages = [f"{finding.message}。{finding.next_step}".rstrip("。") for finding in form_findings(imported)]
    remarks = [office_words(remark) for remark in (*messages, *imported.notes)]
    more = f"<li>等共 {len(remarks)} 条，存入后都写在填报数据的开头</li>" if len(remarks) > SHOWN_REMARKS else ""
    items = "".join(f"<li>{escape(remark)}</li>" for remark in remarks[:SHOWN_REMARKS]) + more
    return f"<p role='status'>{head}</p>" + (f"<ul class='nb-remarks'>{items}</ul>" if items else "")
