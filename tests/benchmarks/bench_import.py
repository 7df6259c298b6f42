"""Import of every format: files tried, cells right, wrong and unclear, time per file.

Run ``python -m tests.benchmarks.bench_import``. The documents are made on the spot from the sample reports: our own
exports, pages of a content system, text as copied from a page, and what LibreOffice and Chromium make of them where
they are installed.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median

from tests.browser.chromium import Chromium
from tests.importing.shapes import SETTERS, document, html_body, page, printed, seed_text
from tests.markers import find_chromium
from toolkit.importing import CannotImport, read_published
from toolkit.importing.readers.office import convert, find_soffice
from toolkit.report import Report, read_report
from toolkit.report.workbook_form import set_workbook

PROJECT = Path(__file__).resolve().parent.parent.parent
SAMPLES = ("2020/嘉祥县/孟姑集镇.yaml", "2023/云溪县/马跑泉镇.yaml", "2024/云溪县/松石镇.yaml", "2024/云溪县/青禾镇.yaml")

# how the cells of a printed page are drawn
DRAWN = {
    "rows cut by the page": "border:1px solid black;padding:14px 2px",
    "lines across only": "border:0;border-bottom:1px solid black",
    "dotted": "border:1px dotted black",
    "no lines": "border:0;padding:2px 9px",
}


@dataclass
class Tally:
    """What one shape came to; times in seconds."""

    files: int = 0
    right: int = 0
    wrong: int = 0
    unclear: int = 0
    words: int = 0  # parts whose text came back letter by letter
    seconds: list[float] = field(default_factory=list)


def shapes(of: Report) -> Iterator[tuple[str, str, bytes]]:
    """Name of the shape, suffix, bytes."""
    for kind, setter in SETTERS.items():
        yield f"{kind.upper()} (own export)", f".{kind}", setter(document(of))
    yield "HTML (content system, GBK)", ".html", page(html_body(of), charset="gbk").encode("gb18030")
    whole = html_body(of)
    yield "HTML (two reports)", ".html", (whole + html_body(replace(of, year=of.year - 1))).encode()
    yield "HTML (raised marks)", ".html", whole.replace("</span></p></td>", "<sup>1</sup></span></p></td>").encode()
    yield "text (cell per line)", ".txt", seed_text(of).encode()
    rows = {
        part.key: [" ".join(text for _, text in row) for row in printed(of, part.key)] for part in of.form.parts if part.tables
    }
    lines = [
        line
        for part in of.form.parts
        for line in (part.heading, *getattr(of.narrative, part.key, "").split("\n"), *rows.get(part.key, ()))
    ]
    yield "text (row per line, blanks)", ".txt", "\n".join([of.title, *lines]).encode()
    yield "XLSX (form to fill in)", ".xlsx", set_workbook(of)
    own = SETTERS["docx"](document(of))
    if find_soffice():
        for to in ("doc", "pdf", "html", "odt"):
            yield f"{to.upper()} (LibreOffice)", f".{to}", convert(own, ".docx", to, "report")
        yield "DOCX (LibreOffice)", ".docx", convert(convert(own, ".docx", "odt", "report"), ".odt", "docx", "report")
    if find_chromium():
        chromium = Chromium()
        yield "PDF (Chromium)", ".pdf", chromium.print_to_pdf(SETTERS["html"](document(of)).decode("utf-8"))
        for name, cells in DRAWN.items():
            sheet = f"<style>table{{border-collapse:collapse}}td{{{cells};text-align:center}}td p{{margin:0}}</style>"
            yield f"PDF (Chromium, {name})", ".pdf", chromium.print_to_pdf(f"{sheet}{whole}")
        chromium.close()


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
        tally.seconds.append(time.perf_counter() - started)
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
    print("| shape | files | cells right | wrong | unclear or missing | text parts exact | median seconds |")
    print("|---|---|---|---|---|---|---|")
    for shape, tally in tallies.items():
        numbers = f"{tally.files} | {tally.right} | {tally.wrong} | {tally.unclear} | {tally.words} of {3 * tally.files}"
        print(f"| {shape} | {numbers} | {median(tally.seconds or [0]):.2f} |")


if __name__ == "__main__":
    main()
