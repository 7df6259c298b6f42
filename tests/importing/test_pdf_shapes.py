"""The law of the importer on paper: whatever way a figure is drawn, it is read as it shows, or it is unclear."""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name, String

from tests.examples import sampled
from tests.importing import paper
from tests.importing.paper import COLUMN, HIGH, SHAPES, STUB, WIDE, Box, Shape, Sheet, draw_pdf, every_cell
from tests.importing.shapes import document, report
from toolkit.exporters.pdf.setting import set_pdf
from toolkit.forms import Address
from toolkit.importing import Imported, read_published
from toolkit.report import Figures, Report, Value


def filled(seed: int, year: int = 2024) -> Report:
    """A report with figures of one to four digits, some of its cells blank."""
    chance = random.Random(seed)
    of = report(year)
    given: dict[Address, Value] = {}
    for address, column in of.form.cells.items():
        if address not in of.form.sums and chance.random() > 0.04:
            money = column.type == "money"
            given[address] = (
                Decimal(chance.randrange(100, 10**6)) / 100 if money else chance.randrange(10 ** chance.randint(1, 4))
            )
    return replace(of, figures=Figures(of.form, given))


TOLD = ("unclear", "missing")


def assert_nothing_wrong(of: Report, raw: bytes, folder: Path) -> Imported:
    """No figure is wrong, none is lost."""
    file = folder / "report.pdf"
    file.write_bytes(raw)
    got = read_published(file)
    cells = {str(address): got.cells[address] for address in of.form.cells}
    figures = {str(address): of.figures[address] for address in of.form.cells}
    assert {at: cell.raw for at, cell in cells.items() if cell.value is not None and cell.value != figures[at]} == {}
    blank = {at: cell for at, cell in cells.items() if cell.value is None and cell.state not in TOLD}
    assert {at: figures[at] for at in blank if figures[at] is not None} == {}
    return got


def assert_law(of: Report, raw: bytes, certain: dict[Address, bool], folder: Path) -> Imported:
    """No figure is wrong, none is lost; one that is certain is read, one that is not is unclear."""
    got = assert_nothing_wrong(of, raw, folder)
    cells = {str(address): got.cells[address] for address in of.form.cells}
    sure = {str(address) for address, is_certain in certain.items() if is_certain}
    assert {at: cell.why for at, cell in cells.items() if at in sure and cell.state in TOLD} == {}
    assert {at: cell.raw for at, cell in cells.items() if at not in sure and cell.value is not None} == {}
    return got


CERTAIN_BESIDE = [name for name in SHAPES if name != "too_wide"]  # which makes its neighbours uncertain too
AT_ONCE = 7  # columns of a table


@pytest.mark.parametrize("start", range(0, len(CERTAIN_BESIDE), AT_ONCE))
def test_every_column_drawn_in_one_shape(start: int, tmp_path: Path) -> None:
    of = filled(1)
    names = CERTAIN_BESIDE[start : start + AT_ONCE]
    columns = list(dict.fromkeys(address.column for address in of.form.cells))
    raw, certain = draw_pdf(of, lambda address: SHAPES[names[columns.index(address.column) % len(names)]])
    assert_law(of, raw, certain, tmp_path)


@pytest.mark.sweep
@pytest.mark.parametrize("name", CERTAIN_BESIDE)
def test_every_cell_drawn_in_one_shape(name: str, tmp_path: Path) -> None:
    of = filled(1)
    raw, certain = draw_pdf(of, every_cell(of.form, name))
    assert_law(of, raw, certain, tmp_path)


def test_figure_that_reaches_into_the_next_cell_is_unclear(tmp_path: Path) -> None:
    of = filled(1)
    raw, certain = draw_pdf(of, every_cell(of.form, "too_wide"))
    got = assert_nothing_wrong(of, raw, tmp_path)
    assert not any(got.cells[address].value for address, sure in certain.items() if not sure)


FEW = 4  # mixtures of `make test`, of both editions


def mixture(seed: int) -> Callable[[Address], Shape]:
    """Most cells plain, the others in any shape."""
    chance = random.Random(seed)
    return lambda address: SHAPES["plain" if chance.random() < 0.6 else chance.choice(CERTAIN_BESIDE)]


@pytest.mark.parametrize("seed", sampled(range(FEW), every=3))
def test_cells_drawn_in_a_mixture_of_shapes(seed: int, tmp_path: Path) -> None:
    of = filled(seed, 2020 if seed % 4 == 3 else 2024)
    raw, certain = draw_pdf(of, mixture(seed))
    assert_law(of, raw, certain, tmp_path)


@pytest.mark.sweep
@pytest.mark.parametrize("start", [FEW, *range(100, 600, 25)])
def test_many_mixtures_of_shapes(start: int, tmp_path: Path) -> None:
    for seed in range(start, start + 25):
        of = filled(seed, 2020 if seed % 4 == 3 else 2024)
        raw, certain = draw_pdf(of, mixture(seed))
        assert_law(of, raw, certain, tmp_path)


def test_figures_that_are_not_shown_are_listed_in_a_note(tmp_path: Path) -> None:
    of = filled(2)
    raw, certain = draw_pdf(of, every_cell(of.form, "struck_beside"))
    got = assert_law(of, raw, certain, tmp_path)
    assert any("划去" in note and "87" in note for note in got.notes)


def test_text_recognised_in_a_scan_gives_no_figure(tmp_path: Path) -> None:
    """Invisible text over a picture of the page: what a scanner recognised may be wrong."""
    of = filled(3)
    raw, _ = draw_pdf(of, every_cell(of.form, "plain"), scanned=True)
    file = tmp_path / "report.pdf"
    file.write_bytes(raw)
    got = read_published(file)
    assert got.report is not None
    assert got.report.narrative.problems == of.narrative.problems
    assert not any(cell.state in ("read", "repaired") and cell.value is not None for cell in got.cells.values())


def test_table_without_rulings_is_read_or_unclear(tmp_path: Path) -> None:
    of = filled(4)
    raw, _ = draw_pdf(of, every_cell(of.form, "plain"), ruled=False)
    assert_nothing_wrong(of, raw, tmp_path)


def changed(raw: bytes, change: Callable[[pikepdf.Page], None]) -> bytes:
    """A PDF with a change to each of its pages."""
    made = io.BytesIO()
    with pikepdf.open(io.BytesIO(raw)) as pdf:
        for page in pdf.pages:
            change(page)
        pdf.save(made)
    return made.getvalue()


def with_operators(before: str, after: str = "Q") -> Callable[[pikepdf.Page], None]:
    def change(page: pikepdf.Page) -> None:
        page.contents_add(f"q {before}".encode(), prepend=True)
        page.contents_add(after.encode())

    return change


def turned(degrees: int) -> Callable[[pikepdf.Page], None]:
    def change(page: pikepdf.Page) -> None:
        page.Rotate = degrees

    return change


@pytest.mark.parametrize(
    ("change", "why"),
    sampled(
        [
            (turned(90), "on its side"),
            (turned(180), "scanned and printed upside down"),
            (with_operators(f"-1 0 0 -1 {WIDE} {HIGH} cm"), "drawn upside down"),
            (turned(270), "on its other side"),
            (with_operators("", "Q q 1 0 0 RG 60 60 m 90 100 l 120 60 l 55 85 l 125 85 l s Q"), "a star, as in a seal"),
            (with_operators("", "Q q 700 1215 m 790 1218 l 770 1240 l 720 1245 l f Q"), "a filled polygon"),
        ]
    ),
)
def test_pages_that_are_turned_or_have_a_figure_on_them(change: Callable[[pikepdf.Page], None], why: str, tmp_path: Path) -> None:
    of = filled(1)
    raw, certain = draw_pdf(of, every_cell(of.form, "plain"))
    assert assert_law(of, changed(raw, change), certain, tmp_path).count()["unclear"] == 0, why


HEADS = {"自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计", "结果维持", "结果纠正", "尚未审结"}


@pytest.mark.parametrize(("matrix", "from_the_foot"), sampled([("0 1 -1 0", True), ("0 -1 1 0", False)]))
def test_labels_on_their_side(matrix: str, from_the_foot: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The heads of narrow columns, and groups beside many rows; figures that are turned stay unclear."""
    upright = paper._label

    def label(sheet: Sheet, box: Box, text: str) -> None:
        if not text or (text not in HEADS and box[3] - box[1] < 60):
            upright(sheet, box, text)
            return
        size = min(6.0, (box[3] - box[1] - 3) / len(text))
        x, y = (box[0] + box[2]) / 2, box[1] + 2 if from_the_foot else box[3] - 2
        sheet.ops.append(f"BT 0 g {matrix} {x:.2f} {y:.2f} Tm /F2 {size:.2f} Tf <{text.encode('utf-16-be').hex()}> Tj ET")

    def turned(sheet: Sheet, box: Box, text: str) -> bool:
        sheet.ops.append(f"BT 0 g {matrix} {(box[0] + box[2]) / 2:.2f} {(box[1] + box[3]) / 2:.2f} Tm /F1 5 Tf ({text}) Tj ET")
        return False

    monkeypatch.setattr(paper, "_label", label)
    of = filled(7)
    raw, certain = draw_pdf(of, lambda address: turned if address.column == "total" else SHAPES["plain"])
    assert_law(of, raw, certain, tmp_path)


def test_figures_that_the_edge_of_the_paper_cuts(tmp_path: Path) -> None:
    """The crop box ends in the middle of the last digit of some figures, and behind a digit of others."""
    of = filled(7)
    raw, _ = draw_pdf(of, every_cell(of.form, "plain"))

    def cropped(page: pikepdf.Page) -> None:
        page.CropBox = Array([0, 0, 600, int(HIGH)])

    (tmp_path / "年报.pdf").write_bytes(changed(raw, cropped))
    got = read_published(tmp_path / "年报.pdf", year=2024)
    assert {at: cell for at, cell in got.cells.items() if cell.value not in (None, of.figures[at])} == {}


def test_a_page_that_lies_askew_gives_no_wrong_figure(tmp_path: Path) -> None:
    of = filled(1)
    raw, _ = draw_pdf(of, every_cell(of.form, "plain"))
    (tmp_path / "年报.pdf").write_bytes(changed(raw, with_operators("0.9994 0.0349 -0.0349 0.9994 0 0 cm")))
    got = read_published(tmp_path / "年报.pdf", year=2024)
    assert {at: cell for at, cell in got.cells.items() if cell.value not in (None, of.figures[at])} == {}


def over_two_sheets(raw: bytes, cut: float) -> bytes:
    """The pages as a spreadsheet prints a sheet wider than the paper: the left sides, then the right sides."""
    made = io.BytesIO()
    with pikepdf.open(io.BytesIO(raw)) as pdf, pikepdf.new() as out:
        for left, right in ((0.0, cut), (cut, WIDE)):
            for page in pdf.pages:
                out.pages.append(page)
                out.pages[-1].MediaBox = [left, 0, right, HIGH]
        out.save(made)
    return made.getvalue()


def test_sheet_wider_than_the_paper_is_put_together(tmp_path: Path) -> None:
    """Cut between two columns of part three; in the other tables the cut goes through cells."""
    of = filled(5)
    raw, _ = draw_pdf(of, every_cell(of.form, "plain"))
    got = assert_nothing_wrong(of, over_two_sheets(raw, 50 + 3 * STUB + 2 * COLUMN), tmp_path)
    applications = [address for address in of.form.cells if address.table == "applications"]
    assert all(got.cells[address].value == of.figures[address] for address in applications)


@pytest.mark.parametrize("cut", sampled([470.0, 533.0, 602.0, 700.0], every=4))
def test_cut_through_the_columns_gives_no_wrong_figure(cut: float, tmp_path: Path) -> None:
    of = filled(6)
    raw, _ = draw_pdf(of, every_cell(of.form, "plain"))
    assert_nothing_wrong(of, over_two_sheets(raw, cut), tmp_path)


@pytest.mark.parametrize(("across", "up"), sampled([(12, 3), (0, 0), (0, 8), (20, 0)], every=4))
def test_two_reports_printed_over_each_other_give_no_figure(across: float, up: float, tmp_path: Path) -> None:
    """The digits of one lie on or between those of the other: no figure, and no blank, is certain."""
    (one, _), (other, _) = (draw_pdf(filled(seed), every_cell(filled(seed).form, "plain")) for seed in (8, 9))
    made = io.BytesIO()
    with pikepdf.open(io.BytesIO(one)) as pdf, pikepdf.open(io.BytesIO(other)) as over:
        for page, above in zip(pdf.pages, over.pages, strict=True):
            page.add_overlay(above, pikepdf.Rectangle(across, up, WIDE + across, HIGH + up))
        pdf.save(made)
    (tmp_path / "年报.pdf").write_bytes(made.getvalue())
    got = read_published(tmp_path / "年报.pdf", year=2024)
    assert {cell.state for cell in got.cells.values()} <= {"unclear", "missing"}
    assert got.form is not None
    assert any("叠印" in seen.message for seen in got.form.observations)


@pytest.mark.parametrize("descent", sampled([-1050, 900, -20]))
def test_font_that_misstates_how_far_letters_reach_below(descent: int, tmp_path: Path) -> None:
    """As PDFs printed through cairo have it: by the font's box the digits are a line below the one they are in."""
    of = filled(7)
    raw, certain = draw_pdf(of, every_cell(of.form, "plain"), descent=descent)
    assert_law(of, raw, certain, tmp_path)


def _saved(raw: bytes, **settings: object) -> bytes:
    made = io.BytesIO()
    with pikepdf.open(io.BytesIO(raw)) as pdf:
        pdf.save(made, **settings)  # type: ignore[arg-type]
    return made.getvalue()


def _without_tags(raw: bytes) -> bytes:
    made = io.BytesIO()
    with pikepdf.open(io.BytesIO(raw)) as pdf:
        del pdf.Root.StructTreeRoot
        pdf.save(made)
    return made.getvalue()


def _pages_copied(raw: bytes) -> bytes:
    made = io.BytesIO()
    with pypdfium2.PdfDocument(raw) as pdf, pypdfium2.PdfDocument.new() as out:
        out.import_pages(pdf)
        out.save(made)
    return made.getvalue()


RESAVED = {
    "with object streams": lambda raw: _saved(raw, object_stream_mode=pikepdf.ObjectStreamMode.generate),
    "linearized": lambda raw: _saved(raw, linearize=True),
    "pages copied": _pages_copied,  # what printing to a file does in a browser
    "without tags": _without_tags,
}


@pytest.mark.parametrize("name", sampled(RESAVED))
def test_our_own_pdf_saved_again_comes_back(name: str, tmp_path: Path) -> None:
    of = report(2024)
    file = tmp_path / "report.pdf"
    file.write_bytes(RESAVED[name](set_pdf(document(of))))
    got = read_published(file)
    assert got.report is not None
    assert {str(at): got.cells[at].value for at in of.form.cells} == {str(at): of.figures[at] for at in of.form.cells}
    assert got.report.narrative.overview == of.narrative.overview
    assert got.report.organ == of.organ


def _only_default(field: Any) -> None:
    field.DV = field.V
    del field.V


def _only_rich_text(field: Any) -> None:
    field.RV = String(f'<body xmlns="http://www.w3.org/1999/xhtml"><p>{field.V}</p></body>')
    del field.V


def _without(key: str) -> Callable[[Any], None]:
    return lambda field: field.__delitem__(key)


def _with(key: str, value: Any) -> Callable[[Any], None]:
    return lambda field: field.__setitem__(key, value)


def _another_text(field: Any) -> None:
    """A choice that shows a figure and stores the number of the line."""
    field.Opt = Array([Array([String("9"), field.V])])
    field.FT, field.V = Name.Ch, String("9")


def _as_a_note(field: Any) -> None:
    field.Subtype, field.Contents = Name.FreeText, field.V
    del field.V


def _blank_appearance(field: Any) -> None:
    field.AP = Dictionary(N=Dictionary())


# what is changed of a field with a value, and whether every viewer shows that value
FIELDS: tuple[tuple[Callable[[Any], None], str], ...] = (
    (_with("/DA", String("/Nope 9 Tf 0 g")), "read"),  # viewers take Helvetica for a font that is missing
    (_blank_appearance, "read"),
    (_without("/DA"), "read"),  # the form has one
    (_with("/DA", String("")), "unclear"),
    (_with("/DA", String("/Helv Tf")), "unclear"),
    (_with("/Ff", 1 << 13), "unclear"),  # shown as asterisks
    (_without("/FT"), "unclear"),
    (_only_default, "unclear"),
    (_only_rich_text, "unclear"),
    (_another_text, "unclear"),
    (_as_a_note, "unclear"),
    (lambda field: field.__setitem__("/V", int(float(str(field.V)))), "unclear"),
)


@pytest.mark.parametrize("needed", [True, False])
def test_field_without_an_appearance_is_never_blank(needed: bool, tmp_path: Path) -> None:
    of = report()
    drawn: list[Address] = []

    def shape_of(address: Address) -> Shape:
        def shape(sheet: Sheet, box: Box, text: str) -> bool:
            drawn.append(address)
            return SHAPES["in_a_field"](sheet, box, text)

        return shape

    raw, _ = draw_pdf(of, shape_of)
    file = tmp_path / "report.pdf"
    with pikepdf.open(io.BytesIO(raw)) as pdf:
        pdf.Root.AcroForm.NeedAppearances = needed
        fields: list[Any] = [field for page in pdf.pages for field in page.get("/Annots", [])]
        for number, field in enumerate(fields):
            FIELDS[number % len(FIELDS)][0](field)
        pdf.save(file)
    got = read_published(file)
    assert len(fields) == len(drawn) > 100
    expected = {str(address): FIELDS[number % len(FIELDS)][1] for number, address in enumerate(drawn)}
    assert {str(address): got.cells[address].state for address in drawn} == expected
    assert all(got.cells[address].value in (None, of.figures[address]) for address in drawn)
