"""Lay out one page of a PDF: every character with its place and the mark it stands in, a page that lies on its side upright.

In: a page as pdfplumber opens it. Out: a page laid out. Wide tables are often turned by a quarter on an upright page.

Source: ISO 32000-2, 9.4.4 (text matrix), 14.6 (marked content).
"""

from __future__ import annotations

from copy import copy
from typing import Any

from pdfminer.pdfinterp import PDFPageInterpreter
from pdfplumber.page import Page, PDFPageAggregatorWithMarkedContent

_FEWEST = 20  # characters; a seal or a watermark turns no page


class _Nested(PDFPageAggregatorWithMarkedContent):
    """Keeps the mark of the text around a nested mark: Chromium puts one around each character it drew by another glyph."""

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.around: list[tuple[Any, Any]] = []

    def begin_tag(self, tag: Any, props: Any = None) -> None:
        self.around.append((self.cur_tag, self.cur_mcid))
        super().begin_tag(tag, props)
        tag_above, mcid_above = self.around[-1]
        if self.cur_mcid is None:
            self.cur_mcid = mcid_above
        if tag_above == "Artifact":
            self.cur_tag = tag_above

    def end_tag(self) -> None:
        self.cur_tag, self.cur_mcid = self.around.pop() if self.around else (None, None)


def lay_out(page: Any) -> Any:
    """The page with its characters; turned when most of them stand on their side."""
    _draw(page)
    turned = [char["matrix"] for char in page.chars if not char["upright"] and not char["matrix"][0]]
    if len(turned) < _FEWEST or 2 * len(turned) < len(page.chars):
        return page
    upwards = sum(matrix[1] > 0 for matrix in turned) * 2 > len(turned)
    turned_page = copy(page.page_obj)  # the file's own page stays as it is, for it is laid out again for its tags
    turned_page.rotate = (page.page_obj.rotate + (90 if upwards else 270)) % 360
    turned_page.attrs = {**page.page_obj.attrs, "Rotate": turned_page.rotate}
    again = Page(page.pdf, turned_page, page.page_number, page.initial_doctop)
    _draw(again)
    return again


def _draw(page: Any) -> None:
    device = _Nested(page.pdf.rsrcmgr, pageno=page.page_number, laparams=page.pdf.laparams)
    PDFPageInterpreter(page.pdf.rsrcmgr, device).process_page(page.page_obj)
    page._layout = device.get_result()  # where pdfplumber keeps it
