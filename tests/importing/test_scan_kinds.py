"""Every kind of scan, some reports each: no figure that was passed as read is wrong, and most are read; the table of kinds."""

from __future__ import annotations

import io
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any, get_args

import pdfplumber
import pypdfium2
import pytest

from tests.importing.scan_layouts import Copy, random_scan
from tests.importing.scans import (
    Look,
    Page,
    correct_by_pen,
    pages_of,
    pdf_file,
    pdf_of,
    random_report,
    scanned,
    tiff_file,
    with_holes,
    with_seal,
    with_stroke,
)
from toolkit.forms import Address
from toolkit.importing import Imported
from toolkit.importing.published import import_source
from toolkit.importing.readers.scan.reading import read_scan
from toolkit.report import Report, read_report

SAMPLE = Path(__file__).resolve().parents[2] / "params/2024/云溪县/松石镇.yaml"
REPORTS, CHANGED = 3, 4  # reports of each kind, and reports with five changed figures each
LAYOUTS = (1001, 1006, 1013)  # seeds: room around the print, letters as high as their rows, letters across the lines
PASSED = ("read", "recognised", "proven")
Alter = Callable[[list[Page], Random], Sequence[Page]]


def as_they_are(pages: list[Page], random: Random) -> Sequence[Page]:
    return pages


def sealed(pages: list[Page], random: Random) -> Sequence[Page]:
    return [with_seal(page, random.uniform(0.3, 0.8), random.uniform(0.25, 0.75)) for page in pages]


def sealed_in_grey(pages: list[Page], random: Random) -> Sequence[Page]:
    return [page.convert("L") for page in sealed(pages, random)]


def struck(pages: list[Page], random: Random) -> Sequence[Page]:
    return [with_stroke(page, random.uniform(0.25, 0.75), random) for page in pages]


def punched(pages: list[Page], random: Random) -> Sequence[Page]:
    return [with_holes(page) for page in pages]


def shuffled(pages: list[Page], random: Random) -> Sequence[Page]:
    turned = [page.rotate(random.choice((0, 180)), fillcolor="white") for page in pages]
    random.shuffle(turned)
    return turned


def on_their_side(pages: list[Page], random: Random) -> Sequence[Page]:
    return [page.rotate(random.choice((90, 270)), expand=True) for page in pages]


def doubled(pages: list[Page], random: Random) -> Sequence[Page]:
    return [*pages, *pages]


PHOTO = Look(200, skew=1, perspective=0.03, shadow=0.4, noise=6, jpeg=60)
# look, what happens to the pages, with the data code, share of figures that must be passed as read
KINDS: dict[str, tuple[Look, Alter, bool, float]] = {
    "100 dpi, colour, JPEG 60": (Look(100, jpeg=60), as_they_are, False, 0.99),
    "150 dpi, grey, 1.5°, JPEG 60": (Look(150, "L", skew=1.5, jpeg=60), as_they_are, False, 0.999),
    "150 dpi, colour, JPEG 30": (Look(150, jpeg=30), as_they_are, False, 0.99),
    "200 dpi, colour, JPEG 75": (Look(200, jpeg=75), as_they_are, False, 0.999),
    "200 dpi, 3°": (Look(200, skew=3, jpeg=75), as_they_are, False, 0.999),
    "300 dpi, grey, JPEG 90": (Look(300, "L", jpeg=90), as_they_are, False, 0.999),
    "200 dpi, fax": (Look(200, "1", skew=1, jpeg=0), as_they_are, False, 0.99),
    "photo: perspective, shadow, noise": (
        Look(200, skew=1, perspective=0.03, shadow=0.4, noise=6, jpeg=60),
        as_they_are,
        False,
        0.99,
    ),
    "a red seal on every page": (Look(200, jpeg=75), sealed, False, 0.6),
    "a red seal on every page, a grey copy": (Look(200, "L", jpeg=75), sealed, False, 0.5),
    "a grey seal on every page": (Look(200, "L", jpeg=75), sealed_in_grey, False, 0.5),
    "a pen stroke on every page": (Look(200, jpeg=75), struck, False, 0.8),
    "holes and staples": (Look(200, jpeg=75), punched, False, 0.99),
    "out of order, upside down": (Look(200, jpeg=75), shuffled, False, 0.999),
    "on their side": (Look(200, jpeg=75), on_their_side, False, 0.999),
    "every page twice": (Look(150, jpeg=60), doubled, False, 0.999),
    "code, 150 dpi, 2°, JPEG 50": (Look(150, skew=2, jpeg=50), as_they_are, True, 1.0),
    "code, photo": (PHOTO, as_they_are, True, 1.0),
    "code, fax": (Look(200, "1", jpeg=0), as_they_are, True, 1.0),
    "code, sealed tables": (Look(200, jpeg=75), lambda pages, random: [*sealed(pages[:-1], random), pages[-1]], True, 1.0),
}


def pages_with_tables(pdf: bytes) -> list[int]:
    """The pages that hold a statutory table, by words that each of the tables has."""
    with pypdfium2.PdfDocument(pdf) as document:
        texts = ["".join(page.get_textpage().get_text_range().split()) for page in document]
    return [at for at, text in enumerate(texts) if "信息内容" in text or "申请人情况" in text or "复议后起诉" in text]


def scan_of(report: Report, kind: str, random: Random) -> bytes:
    look, alter, code, _ = KINDS[kind]
    pdf = pdf_of(report, data_code=code)
    with pypdfium2.PdfDocument(pdf) as document:
        last = len(document) - 1
    pages = alter(pages_of(pdf, look, random, [*pages_with_tables(pdf), *([last] if code else [])]), random)
    return tiff_file(pages) if look.mode == "1" else pdf_file(pages, look.dpi)


def tally(report: Report, found: Imported) -> Counter[str]:
    counts: Counter[str] = Counter()
    for address in report.form.cells:
        cell = found.cells[address]
        wrong = cell.state in PASSED and cell.value != report.figures[address]
        counts[f"wrong {cell.state} {address} {cell.raw}" if wrong else cell.state] += 1
    return counts


@pytest.mark.sweep
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("kind", KINDS)
def test_no_figure_of_any_kind_of_scan_is_wrong(kind: str) -> None:
    random = Random(kind)
    base = read_report(SAMPLE)
    counts: Counter[str] = Counter()
    seconds = []
    for _ in range(REPORTS):
        report = random_report(base, random)
        raw = scan_of(report, kind, random)
        begun = time.process_time()
        found = import_source(read_scan(raw, "扫描件.pdf"), year=report.year, name="扫描件")
        seconds.append(time.process_time() - begun)
        counts += tally(report, found)
    passed = sum(counts[state] for state in PASSED)
    print(f"\n{kind} | {dict(counts)} | {max(seconds):.1f} s")
    assert not [name for name in counts if name.startswith("wrong")]
    assert passed + counts["blank"] >= KINDS[kind][3] * sum(counts.values())


@pytest.mark.sweep
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("copy", get_args(Copy))
def test_no_figure_and_no_blank_of_a_random_layout_is_wrong(copy: Copy) -> None:
    """Also where print touches the lines of the table: what cannot be read there is unclear."""
    counts: Counter[str] = Counter()
    for seed in LAYOUTS:
        report, pages, look = random_scan(seed, copy)
        raw = tiff_file(pages) if look.mode == "1" else pdf_file(pages, look.dpi)
        counts += tally(report, import_source(read_scan(raw, "扫描件.pdf"), year=report.year, name="扫描件"))
    print(f"\n{copy} | {dict(counts)}")
    assert not [name for name in counts if name.startswith("wrong") or name == "blank"]


@pytest.mark.sweep
@pytest.mark.timeout(1800)
def test_changed_figures_are_found() -> None:
    """Figures that were printed again after the code was made: every one is named."""
    random = Random(100)
    base = read_report(SAMPLE)
    look = Look(150, jpeg=60, skew=1)
    for _ in range(CHANGED):
        report = random_report(base, random)
        changed = report
        for address in random.sample([each for each in report.form.cells if each not in report.form.sums], 5):
            changed = changed.with_value(address, int(str(report.figures[address])) + random.choice((1, 3, 10)))
        coded, printed = pdf_of(report), pdf_of(changed, data_code=False)
        with pypdfium2.PdfDocument(coded) as document:
            last = len(document) - 1
        pages = [*pages_of(printed, look, random, pages_with_tables(printed)), *pages_of(coded, look, random, [last])]
        found = import_source(read_scan(pdf_file(pages, 150), "扫描件.pdf"), name="扫描件")
        named = {item.address for item in found.differences}
        changed_cells = {each for each in report.form.cells if report.figures[each] != changed.figures[each]}
        assert changed_cells <= named
        assert found.report is not None
        assert dict(found.report.figures) == dict(report.figures)


def places_of_figures(pdf: bytes, report: Report) -> tuple[int, dict[Address, tuple[float, float, float, float]]]:
    """The page of part three, and where its figures are, in points from the upper left."""
    cells = [address for address in report.form.cells if address.table == "applications"]
    with pdfplumber.open(io.BytesIO(pdf)) as document:
        for number, page in enumerate(document.pages):
            rows: dict[int, list[dict[str, Any]]] = {}
            for word in page.extract_words():
                if word["text"].lstrip("-").isdigit() and word["x0"] > 150:
                    rows.setdefault(round(word["top"] / 3), []).append(word)
            words = [
                word for _, row in sorted(rows.items()) if len(row) == 7 for word in sorted(row, key=lambda word: word["x0"])
            ]
            if len(words) == len(cells):
                boxes = [(word["x0"], word["top"], word["x1"], word["bottom"]) for word in words]
                return number, dict(zip(cells, boxes, strict=True))
    raise AssertionError("no page of part three")


@pytest.mark.sweep
@pytest.mark.timeout(1800)
def test_figures_corrected_by_pen_are_named_and_rarely_pass_as_read() -> None:
    """With the code every corrected figure is named, but one that says the same as the print.

    Without it a digit in place of one that was painted out, as straight and as dark as the print, is like a printed digit: no
    more than one in twenty may pass.
    """
    random, base = Random(101), read_report(SAMPLE)
    passed, corrected = list[tuple[str, str, Address]](), 0
    for _ in range(20):
        report = random_report(base, random)
        pdf = pdf_of(report)
        number, places = places_of_figures(pdf, report)
        dpi = random.choice((150, 200))
        with pypdfium2.PdfDocument(pdf) as document:
            page, code = (document[at].render(scale=dpi / 72).to_pil().convert("RGB") for at in (number, len(document) - 1))
        pens: dict[Address, tuple[str, str]] = {}
        for address in random.sample(list(places), 5):
            x0, y0, x1, y1 = (side * dpi / 72 for side in places[address])
            how, digit = correct_by_pen(page, (x0, y0, x1, y1), random)
            same = how in ("over", "painted out and over") and digit == str(report.figures[address])
            pens |= {} if same else {address: (how, digit)}
        look = Look(dpi, random.choice(("RGB", "L")), skew=random.choice((0, 0.7, 1.5)), jpeg=70)
        source = read_scan(pdf_file([scanned(page, look, random), scanned(code, look, random)], dpi), "扫描件.pdf")
        assert set(pens) <= {item.address for item in import_source(source, name="扫描件").differences}
        alone = import_source(replace(source, data_code=None), year=report.year, name="扫描件")
        corrected += len(pens)
        passed += [(*pen, address) for address, pen in pens.items() if alone.cells[address].state in PASSED]
    print(f"\n{corrected} corrected, {len(passed)} passed: {passed}")
    assert len(passed) <= corrected / 20, passed
