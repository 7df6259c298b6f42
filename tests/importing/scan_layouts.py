"""Set the tables of a report in layouts of chance, as other programs and offices do, and scan them: all from one seed.

In: a seed and the kind of copy. Out: the report, whose sums are right, and its pages as pictures. Type, size, room around the
text, lines, alignment, colours, orientation and page breaks differ from seed to seed.
"""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, Literal

import typst

from tests.importing.scans import Look, Page, pages_of, random_report
from toolkit.core.fonts import Role, find_fonts
from toolkit.exporters.pdf.font_folder import font_folder
from toolkit.forms import PrintedCell, all_forms, print_part
from toolkit.report import Report, read_report
from toolkit.report.model import Figures

Copy = Literal["150 dpi and more", "100 dpi", "1-bit"]
_SAMPLE = Path(__file__).resolve().parents[2] / "params/2024/云溪县/松石镇.yaml"
_LATIN = ("", "", "Libertinus Serif", "New Computer Modern")  # "" for the digits of the Chinese font


def random_scan(seed: int, copy: Copy) -> tuple[Report, list[Page], Look]:
    """The report, its pages as pictures, and how they were scanned."""
    random = Random(f"{copy} {seed}")
    form = random.choice(all_forms())
    base = replace(read_report(_SAMPLE), figures=Figures(form, {}), year=form.first_year + 1)
    report = random_report(base, random, largest=random.choice((99, 999, 999, 9_999, 99_999)))
    pdf, look = _set(_source(report, random)), _look(copy, random)
    return report, pages_of(pdf, look, random), look


def _look(copy: Copy, random: Random) -> Look:
    dpi = {"150 dpi and more": random.choice((150, 150, 200, 200, 300)), "100 dpi": 100, "1-bit": random.choice((200, 200, 300))}
    mode = "1" if copy == "1-bit" else random.choice(("L", "RGB"))
    is_photo = mode != "1" and random.random() < 0.2
    return Look(
        dpi[copy], mode, skew=random.choice((0, 0.4, 1.2, 2.5)), perspective=0.02 * is_photo, shadow=0.3 * is_photo,
        noise=random.choice((0, 0, 4)), jpeg=0 if mode == "1" else random.choice((60, 75, 90)),
    )  # fmt: skip


@cache
def _compiler() -> typst.Compiler:
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[font_folder(find_fonts()).folder])
    return typst.Compiler(font_paths=fonts)


def _set(source: str) -> bytes:
    files: dict[str, Any] = {"main": source.encode()}
    out = _compiler().compile(files, format="pdf")
    assert isinstance(out, bytes)
    return out


def _source(report: Report, random: Random) -> str:
    chosen: Role = random.choice(("song", "song", "kai", "hei", "fangsong", "sans"))
    chain = list(dict.fromkeys(face.family for face in find_fonts().chain(chosen)))
    if random.random() < 0.3:
        chain = chain[1:] or chain  # the wide font behind that of the role
    latin = random.choice(_LATIN)
    faces = ", ".join([*([f'(name: "{latin}", covers: "latin-in-cjk")'] if latin else []), *(f'"{family}"' for family in chain)])
    edges = random.choice(("", 'top-edge: "ascender", bottom-edge: "descender"'))  # "": rows as low as their letters
    size, flipped = random.choice((7.5, 8, 9, 9, 10, 10.5, 12)), random.random() < 0.4
    lines = [
        f'#set page(paper: "a4", flipped: {str(flipped).lower()}, margin: {random.uniform(30, 75):.0f}pt)',
        f'#set text(font: ({faces},), size: {size}pt, lang: "zh", hyphenate: false, {edges})',
        f"#set par(leading: {random.choice((0.3, 0.5, 0.65))}em)",
    ]
    if random.random() < 0.5:
        lines.append("#set page(footer: context align(center)[— #counter(page).display() —])")
    figure = f"{random.choice(('center', 'center', 'left', 'right'))} + {random.choice(('horizon', 'horizon', 'top', 'bottom'))}"
    inset = f"(x: {random.choice((1, 2, 3, 5))}pt, y: {random.choice((0.6, 1, 1.5, 2, 3, 5))}pt)"
    stroke, outer = random.choice((0.3, 0.5, 0.75, 1)), random.choice((0, 0, 1.5))
    head = random.choice(("none", "none", "luma(225)", 'rgb("dde8f5")'))
    for heading, part in (("二、主动公开政府信息情况", "disclosure"), ("三、收到和处理政府信息公开申请情况", "applications"),
                          ("四、政府信息公开行政复议、行政诉讼情况", "disputes")):  # fmt: skip
        if part != "disclosure" and random.random() < 0.5:
            lines.append("#pagebreak()")
        lines += [f"= {heading}", f"#v({random.uniform(2, 60):.0f}pt)"]
        grid = print_part(report.form, part)
        stubs = 3 if part == "applications" else 1 if part == "disclosure" else 0
        widths = [*{0: [], 1: [1.2], 3: [0.9, 1.3, 3]}[stubs], *[1.0] * (grid.columns - stubs)]
        around = f"stroke: {outer or stroke}pt + black, " if outer else ""
        cells = ", ".join(
            _cell(cell, report, figure, head) for cell in sorted(grid.cells, key=lambda cell: (cell.row, cell.column))
        )
        columns = ", ".join(f"{width * random.uniform(0.97, 1.03):.2f}fr" for width in widths)
        table = f"table(columns: ({columns}), inset: {inset}, stroke: {stroke}pt + black, {cells})"
        lines.append(f"#block(breakable: true, {around}{table})")
    return "\n".join(lines)


def _cell(cell: PrintedCell, report: Report, figure: str, head: str) -> str:
    text = str(report.figures[cell.address]) if cell.address else cell.text
    align = figure if cell.address else "left + horizon" if cell.role == "stub" else "center + horizon"
    fill = head if cell.role in ("head", "caption") else "none"
    place = f"rowspan: {cell.rowspan}, colspan: {cell.colspan}, align: {align}, fill: {fill}"
    return f"table.cell({place})[#{json.dumps(text, ensure_ascii=False)}]"
