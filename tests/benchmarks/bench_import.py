"""Import of every format: files tried, cells right, wrong and unclear, time per file.

Run ``python -m tests.benchmarks.bench_import``. The documents are made on the spot from the sample reports: our own
exports, pages of a content system, text as copied from a page, and what LibreOffice and Chromium make of them where
they are installed.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.report.importing.shapes import SETTERS, document, html_body, page, printed_by_browser, seed_text
from toolkit.report import Report, read_report
from toolkit.report.importing import CannotImport, read_published
from toolkit.report.importing.from_office import convert, find_soffice
from toolkit.report.workbook_form import set_workbook

PROJECT = Path(__file__).resolve().parent.parent.parent
SAMPLES = ("2020/嘉祥县/孟姑集镇.yaml", "2023/云溪县/马跑泉镇.yaml", "2024/云溪县/松石镇.yaml", "2024/云溪县/青禾镇.yaml")


@dataclass
class Tally:
    """What one shape came to; times in seconds."""

    files: int = 0
    right: int = 0
    wrong: int = 0
    unclear: int = 0
    words: int = 0  # parts whose text came back letter by letter
    seconds: float = 0.0


def shapes(of: Report) -> Iterator[tuple[str, str, bytes]]:
    """Name of the shape, suffix, bytes."""
    for kind, setter in SETTERS.items():
        yield f"{kind.upper()} (own export)", f".{kind}", setter(document(of))
    yield "HTML (content system, GBK)", ".html", page(html_body(of), charset="gbk").encode("gb18030")
    yield "text (cell per line)", ".txt", seed_text(of).encode()
    yield "XLSX (form to fill in)", ".xlsx", set_workbook(of)
    own = SETTERS["docx"](document(of))
    if find_soffice():
        for to in ("doc", "pdf", "html", "odt"):
            yield f"{to.upper()} (LibreOffice)", f".{to}", convert(own, ".docx", to, "report")
        yield "DOCX (LibreOffice)", ".docx", convert(convert(own, ".docx", "odt", "report"), ".odt", "docx", "report")
    if shutil.which("chromium"):
        yield "PDF (Chromium)", ".pdf", printed_by_browser(SETTERS["html"](document(of)))


def measure(of: Report, suffix: str, raw: bytes, tally: Tally) -> None:
    """Import one file and count its cells against the report it was made from."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"report{suffix}"
        file.write_bytes(raw)
        started = time.perf_counter()
        try:
            got = read_published(file)
        except CannotImport:
            tally.files, tally.unclear = tally.files + 1, tally.unclear + len(of.form.cells)
            return
        tally.seconds += time.perf_counter() - started
    tally.files += 1
    for address in of.form.cells:
        state = got.cells[address].state if address in got.cells else "missing"
        if state in ("unclear", "missing"):
            tally.unclear += 1
        elif got.report and got.report.figures[address] == of.figures[address]:
            tally.right += 1
        else:
            tally.wrong += 1
    for part in ("overview", "problems", "other"):
        texts = [getattr(report.narrative, part).split() for report in (of, got.report) if report]
        tally.words += len(texts) == 2 and texts[0] == texts[1]


def main() -> None:
    tallies: dict[str, Tally] = {}
    for name in SAMPLES:
        of = read_report(PROJECT / "params" / name)
        for shape, suffix, raw in shapes(of):
            measure(of, suffix, raw, tallies.setdefault(shape, Tally()))
    print("| shape | files | cells right | wrong | unclear or missing | text parts exact | seconds a file |")
    print("|---|---|---|---|---|---|---|")
    for shape, tally in tallies.items():
        numbers = f"{tally.files} | {tally.right} | {tally.wrong} | {tally.unclear} | {tally.words} of {3 * tally.files}"
        print(f"| {shape} | {numbers} | {tally.seconds / tally.files:.2f} |")


if __name__ == "__main__":
    main()
