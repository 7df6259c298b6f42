"""Make scans of reports by program: pages of a PDF as a scanner, a fax or a phone would show them, seeded.

In: the bytes of a PDF. Out: pictures of its pages, and files of them. Alterations take their random numbers from the generator
that it is given, so that a test can be run again.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from random import Random

import cv2
import numpy
import pypdfium2
from PIL import Image, ImageDraw, ImageFont

from toolkit.core.fonts import find_fonts
from toolkit.exporters.document import Document, make_document
from toolkit.exporters.pdf.setting import set_pdf
from toolkit.forms import Address
from toolkit.report import Report
from toolkit.report.model import Figures
from toolkit.sections.paper import Paper

Page = Image.Image


@dataclass(frozen=True)
class Look:
    """How pages are scanned. ``jpeg`` 0 for none."""

    dpi: int = 200
    mode: str = "RGB"  # L for grey, 1 for a fax
    skew: float = 0.0  # degrees
    perspective: float = 0.0  # by which share of the width the corners move
    shadow: float = 0.0  # of the light lost on one side
    noise: float = 0.0
    jpeg: int = 75


def paper_of(report: Report, *, data_code: bool = True) -> Document:
    """The report as the notebook prints it."""
    paper = Paper(report)
    sections = (paper.front(), *(paper.part(part.key) for part in report.form.parts), paper.closing())
    document = make_document(block for section in sections for block in section.blocks)
    return document if data_code else document.without_data_code()


def pdf_of(report: Report, *, data_code: bool = True) -> bytes:
    return set_pdf(paper_of(report, data_code=data_code))


def pages_of(pdf: bytes, look: Look, random: Random, only: Sequence[int] = ()) -> list[Page]:
    """The pages of a PDF as a scanner shows them, all or those at the places ``only``."""
    with pypdfium2.PdfDocument(pdf) as document:
        numbers = only or range(len(document))
        drawn = [document[number].render(scale=look.dpi / 72).to_pil().convert("RGB") for number in numbers]
    return [scanned(page, look, random) for page in drawn]


def scanned(page: Page, look: Look, random: Random) -> Page:
    """One page in a look."""
    if look.perspective:
        page = _from_the_side(page, look.perspective, random)
    if look.skew:
        page = page.rotate(random.choice((-1, 1)) * look.skew, fillcolor="white", resample=Image.Resampling.BICUBIC)
    pixels = numpy.asarray(page).astype(numpy.float32)
    if look.shadow:
        pixels *= numpy.linspace(1.0, 1.0 - look.shadow, pixels.shape[1], dtype=numpy.float32)[None, :, None]
    if look.noise:
        pixels += numpy.random.default_rng(random.randrange(2**32)).normal(0, look.noise, pixels.shape).astype(numpy.float32)
    page = Image.fromarray(pixels.clip(0, 255).astype(numpy.uint8))
    if look.mode == "1":
        return page.convert("L").point(lambda value: 255 if value > 150 else 0).convert("1")
    page = page.convert(look.mode)
    return _through_jpeg(page, look.jpeg) if look.jpeg else page


def _from_the_side(page: Page, share: float, random: Random) -> Page:
    width, height = page.size
    most = share * width
    corners = [(0, 0), (width, 0), (width, height), (0, height)]
    moved = [(x + random.uniform(-most, most), y + random.uniform(-most, most)) for x, y in corners]
    matrix = cv2.getPerspectiveTransform(numpy.array(corners, numpy.float32), numpy.array(moved, numpy.float32))
    return Image.fromarray(cv2.warpPerspective(numpy.asarray(page), matrix, (width, height), borderValue=(255, 255, 255)))


def _through_jpeg(page: Page, quality: int) -> Page:
    out = io.BytesIO()
    page.save(out, "JPEG", quality=quality)
    return Image.open(out).copy()


def pdf_file(pages: Sequence[Page], dpi: int = 200) -> bytes:
    """A PDF of pictures."""
    out = io.BytesIO()
    first, *others = [page.convert("RGB") if page.mode != "1" else page for page in pages]
    first.save(out, "PDF", save_all=True, append_images=others, resolution=dpi)
    return out.getvalue()


def tiff_file(pages: Sequence[Page]) -> bytes:
    out = io.BytesIO()
    first, *others = pages
    compression = "group4" if first.mode == "1" else "tiff_lzw"
    first.save(out, "TIFF", save_all=True, append_images=others, compression=compression)
    return out.getvalue()


def png_file(page: Page) -> bytes:
    out = io.BytesIO()
    page.save(out, "PNG")
    return out.getvalue()


def with_seal(page: Page, x: float, y: float, size: float = 0.18) -> Page:
    """A round red seal around a point (shares of width and height), as wide as a share of the page."""
    sealed = page.convert("RGB")
    layer = Image.new("RGBA", sealed.size)
    draw = ImageDraw.Draw(layer)
    radius, red = size * sealed.width / 2, (210, 30, 30, 190)
    middle = (x * sealed.width, y * sealed.height)
    box = (middle[0] - radius, middle[1] - radius, middle[0] + radius, middle[1] + radius)
    draw.ellipse(box, outline=red, width=max(3, round(radius / 14)))
    font = ImageFont.truetype(str(find_fonts().chain("song")[-1].path), round(radius / 3))
    draw.text(middle, "云水镇人民政府", fill=red, font=font, anchor="mm")
    draw.text(middle, "★", fill=red, font=font, anchor="ms")
    return Image.alpha_composite(sealed.convert("RGBA"), layer).convert("RGB")


def with_holes(page: Page) -> Page:
    """Two punched holes and a staple at the left edge."""
    punched = page.convert("RGB")
    draw = ImageDraw.Draw(punched)
    for y in (0.4, 0.6):
        middle, radius = (0.035 * punched.width, y * punched.height), 0.014 * punched.width
        draw.ellipse((middle[0] - radius, middle[1] - radius, middle[0] + radius, middle[1] + radius), fill=(40, 40, 40))
    staple = (0.03 * punched.width, 0.03 * punched.height, 0.07 * punched.width, 0.035 * punched.height)
    draw.line(staple, fill=(90, 90, 90), width=4)
    return punched


def with_stroke(page: Page, y: float, random: Random, ink: tuple[int, int, int] = (30, 40, 120)) -> Page:
    """A pen stroke across the page at a share of its height."""
    struck = page.convert("RGB")
    draw = ImageDraw.Draw(struck)
    points = [(x * struck.width, (y + random.uniform(-0.002, 0.002)) * struck.height) for x in numpy.linspace(0.1, 0.9, 9)]
    draw.line(points, fill=ink, width=max(2, struck.width // 600))
    return struck


_STROKES = {  # of digits written by hand: points in a box one wide and two high
    "0": ((0, 0), (1, 0), (1, 2), (0, 2), (0, 0)), "1": ((0.5, 0), (0.5, 2)), "2": ((0, 0.3), (0.5, 0), (1, 0.5), (0, 2), (1, 2)),
    "3": ((0, 0), (1, 0.2), (0.4, 0.9), (1, 1.5), (0, 2)), "4": ((0.8, 2), (0.8, 0), (0, 1.3), (1, 1.3)),
    "5": ((1, 0), (0, 0), (0, 0.9), (1, 1.2), (0.8, 1.9), (0, 2)),
    "6": ((0.9, 0), (0.1, 1), (0.1, 1.8), (0.9, 1.9), (0.9, 1.2), (0.1, 1.2)),
    "7": ((0, 0), (1, 0), (0.3, 2)), "8": ((0.5, 1), (1, 0.4), (0.5, 0), (0, 0.4), (1, 1.6), (0.5, 2), (0, 1.6), (0.5, 1)),
    "9": ((1, 0.6), (0.1, 0.6), (0.1, 0.1), (0.9, 0), (1, 0.6), (0.7, 2)),
}  # fmt: skip
CORRECTIONS = ("over", "struck and beside", "before", "behind", "crossed out", "scribbled out", "painted out and over")


def correct_by_pen(
    page: Page, box: tuple[float, float, float, float], random: Random, how: str = "", digit: str = ""
) -> tuple[str, str]:
    """Correct a printed figure on a page in colour, as an office does by pen; gives how, and the digit written ("" for none)."""
    how = how or random.choice(CORRECTIONS)
    draw, (x0, y0, x1, y1) = ImageDraw.Draw(page), box
    ink = random.choice(((20, 20, 30), (20, 30, 140), (150, 20, 20)))
    high, width = 0.8 * (y1 - y0), max(2, round((y1 - y0) / 11))
    wide, middle = high / 2, (y0 + y1) / 2
    starts = {"before": x0 - 1.3 * wide, "behind": x1 + wide / 4, "struck and beside": x1 + 4}
    if how == "painted out and over":
        draw.rectangle((x0 - 3, y0 - 1, x1 + 3, y1 + 1), fill="white")
    if how == "scribbled out":
        points = [(random.uniform(x0 - 3, x1 + 3), random.uniform(y0, y1)) for _ in range(14)]
        draw.line(points, fill=ink, width=width)
    elif how == "crossed out":
        draw.line((x0 - 3, y0, x1 + 3, y1), fill=ink, width=width)
    else:
        left = starts.get(how, x0)
        digit = digit or str(random.randint(2, 9))
        points = [
            (
                left + (x + random.uniform(-0.08, 0.08)) * wide,
                y0 + 0.12 * (y1 - y0) + (y / 2 + random.uniform(-0.05, 0.05)) * high,
            )
            for x, y in _STROKES[digit]
        ]
        draw.line(points, fill=ink, width=width, joint="curve")
    if how == "struck and beside":
        draw.line((x0 - 3, middle, x1 + 3, middle + 2), fill=ink, width=width)
    return how, digit


def random_report(base: Report, random: Random, *, largest: int = 999) -> Report:
    """The report with other figures whose sums are right: totals are left to the form."""
    given: dict[Address, int] = {}
    for address, column in base.form.cells.items():
        if address not in base.form.sums:
            few, most = random.randint(1, 9), random.randint(1, largest)
            given[address] = random.choice((0, 0, 0, few, few, random.randint(10, 99), most))
            given[address] *= random.choice((-1, 1)) if column.type == "change" else 1
    table = base.form.table_by_key["applications"]
    for column in (each.key for each in table.columns if not each.sum):
        new, carried_in, carried_out = (Address(table.key, row, column) for row in ("new", "carried_in", "carried_out"))
        handled = Figures(base.form, given).number(Address(table.key, "total", column)) or 0
        short = int(handled) + given[carried_out] - given[new]
        given[carried_in], given[carried_out] = max(0, short), given[carried_out] + max(0, -short)
    return replace(base, figures=Figures(base.form, dict(given)))


def in_order(pages: Iterable[Page], order: Sequence[int]) -> list[Page]:
    every = list(pages)
    return [every[at] for at in order]
