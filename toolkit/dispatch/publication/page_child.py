"""The child of ``confined_pages``: reads one page after the other."""

from __future__ import annotations

from typing import Any

from toolkit.dispatch.confinement import Frame, serve
from toolkit.dispatch.publication.confined_pages import WHAT
from toolkit.dispatch.publication.page import PAGE, PublishedPage, read_page


def _answer(question: dict[str, Any], raw: bytes) -> Frame:
    return _frame(read_page(raw, question["name"], question["year"], address=question["address"]))


def _frame(page: PublishedPage) -> Frame:
    return PAGE.dump_python(page, mode="json"), b""


if __name__ == "__main__":
    serve(lambda _: _answer, lambda sentence: _frame(PublishedPage(problem=sentence)), WHAT)
