"""PDFs are opened again and asked: page, text, tags, fonts, attachment, standards, and the same bytes twice."""

from __future__ import annotations

import io
import logging
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import mplfonts
import nbformat.v4 as v4
import pikepdf
import pytest
from PIL import Image

from tests.exporters.stories import (
    MARKUP,
    ORGAN,
    TITLE,
    added_blocks,
    applications_table,
    attachment,
    chart,
    disclosure_table,
    disputes_table,
    front,
    full_report_blocks,
)
from toolkit.core.errors import GlyphMissing
from toolkit.core.fonts import find_fonts
from toolkit.core.logs import LOG_FOLDER_VARIABLE, log_file, log_warning_once
from toolkit.exporters.document import Document, make_document
from toolkit.exporters.notebook_exporters import PdfExporter
from toolkit.exporters.pdf import setting
from toolkit.exporters.pdf.objects import read_objects, write_objects
from toolkit.exporters.pdf.setting import SettingFailed, set_pdf
from toolkit.sections.blocks import (
    BLOCKS_MIME,
    Attachment,
    Block,
    Cell,
    Code,
    Heading,
    ListItems,
    Note,
    Paragraph,
    Picture,
    Run,
    Table,
    Title,
    blocks_to_json,
    iter_text,
    paragraph,
)

MM = 72 / 25.4


def a_document(*blocks: Block, draft: bool = False) -> Document:
    return make_document((front(draft), *blocks))


def text_of(pdf: bytes, *options: str) -> str:
    """The text that poppler reads."""
    done = subprocess.run(["pdftotext", *options, "-", "-"], input=pdf, capture_output=True, check=True)
    return done.stdout.decode("utf-8")


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def words_of(pdf: bytes) -> list[tuple[int, float, float, float, float, str]]:
    """(page, left, top, right, bottom, word) in points."""
    found: list[tuple[int, float, float, float, float, str]] = []
    for number, page in enumerate(text_of(pdf, "-bbox").split("<page ")[1:], 1):
        for left, top, right, bottom, word in re.findall(
            r'<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">(.*?)</word>', page
        ):
            found.append((number, float(left), float(top), float(right), float(bottom), word))
    return found


def tags_of(element: Any) -> Iterator[Any]:
    """Every structure element below ``element``, in reading order."""
    children = element.get("/K")
    for child in children if isinstance(children, pikepdf.Array) else [children]:
        if isinstance(child, pikepdf.Dictionary) and "/S" in child:
            yield child
            yield from tags_of(child)


@pytest.fixture(scope="module")
def report() -> bytes:
    return set_pdf(make_document(full_report_blocks()))


@pytest.fixture(scope="module")
def opened(report: bytes) -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(io.BytesIO(report)) as pdf:
        yield pdf


def test_every_page_is_a4(opened: pikepdf.Pdf) -> None:
    sizes = {tuple(round(float(edge), 1) for edge in page.mediabox) for page in opened.pages}
    assert sizes == {(0, 0, round(210 * MM, 1), round(297 * MM, 1))}


@pytest.mark.needs_poppler
def test_the_text_equals_the_source(report: bytes) -> None:
    pages = squeezed(re.sub(r"—\s*\d+\s*—", "", text_of(report, "-raw")))
    for text in iter_text(full_report_blocks()):
        # a label that wraps beside its neighbours is read in pieces
        for piece in re.findall(r".{1,3}", squeezed(text)):
            assert piece in pages, text
    for block in full_report_blocks():
        if isinstance(block, Paragraph):
            assert squeezed(block.text) in pages


@pytest.mark.needs_poppler
def test_text_keeps_to_the_type_area(report: bytes) -> None:
    body = [word for word in words_of(report) if word[3] and word[4] < (297 - 35) * MM + 3]
    assert min(left for _, left, *_ in body) >= 28 * MM - 0.5
    # the blank half of a full-width mark at the end of a line may hang out, nothing else
    assert max(right for _, _, _, right, _, word in body if word[-1] not in "，。、；：）》”") <= (210 - 26) * MM + 0.5
    assert min(top for _, _, top, *_ in body) >= 37 * MM - 6  # poppler's box is higher than the letter


@pytest.mark.needs_poppler
def test_a_line_holds_28_characters_and_a_page_22_lines() -> None:
    pdf = set_pdf(a_document(paragraph("国" * 28 * 30)))
    lines = text_of(pdf, "-layout", "-f", "1", "-l", "1").splitlines()
    rows = [line.strip() for line in lines if "国" in line]
    assert [len(row) for row in rows] == [26, *[28] * 21]


@pytest.mark.needs_poppler
@pytest.mark.parametrize("level", [1, 2, 3, 4])
def test_headings_are_as_large_as_the_text(level: int) -> None:
    """3号 (16 pt) at every level: the face tells the levels apart."""
    pdf = set_pdf(a_document(Heading(level, "国国国国国国国国"), Paragraph((Run("民民民民民民民民", level=level),))))
    widths = [right - left for _, left, _, right, _, word in words_of(pdf) if word[0] in "国民"]
    assert widths == pytest.approx([8 * 156 * MM / 28] * 2, abs=1)


@pytest.mark.needs_poppler
def test_page_numbers_stand_outside_with_dashes(report: bytes) -> None:
    middle = 105 * MM
    for page, left, top, right, _, word in words_of(report):
        if top > (297 - 35 + 5) * MM and word == "—":
            assert (left > middle) is (page % 2 == 1)
            assert right < (210 - 26) * MM - 10 or left > 28 * MM + 10  # one blank outside
    assert re.findall(r"— ?(\d) ?—", text_of(report)) == ["1", "2", "3", "4"]


@pytest.mark.needs_poppler
def test_all_fonts_are_embedded(report: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(report)
    lines = subprocess.run(["pdffonts", tmp_path / "a.pdf"], capture_output=True, text=True, check=True).stdout.splitlines()[2:]
    assert len(lines) >= 4
    assert all(re.search(r"\s+yes\s+yes\s+yes\s+\d+\s+0$", line) for line in lines)  # embedded, subset, readable


@pytest.mark.posix_only  # looks in the font folders of Debian
def test_digits_beside_fandol_are_those_of_the_wide_font() -> None:
    """The Latin of FandolFang is a heavy sans; the font behind it in the chain draws digits and punctuation."""
    fandol, noto = "/usr/share/texlive/texmf-dist/fonts/opentype/public/fandol", "/usr/share/fonts/opentype/noto"
    fonts = find_fonts([Path(fandol), Path(noto)])
    pdf = set_pdf(a_document(paragraph("年月日年月日"), paragraph("0123456789")), fonts)
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        drawn = opened.pages[0].Contents.read_bytes().split(b"EMC")
        names = {f"/{key[1:]}".encode(): str(font.BaseFont) for key, font in opened.pages[0].Resources.Font.items()}
    faces = [names[re.search(rb"(/f\d+) 16 Tf", piece)[1]] for piece in drawn if b" 16 Tf" in piece]  # type: ignore[index]
    assert ["FandolFang" in face for face in faces] == [True, False]
    assert "NotoSerif" in faces[1]


def test_it_claims_both_standards_and_says_what_it_is(opened: pikepdf.Pdf) -> None:
    with opened.open_metadata() as xmp:
        assert (xmp["pdfaid:part"], xmp["pdfaid:conformance"], xmp["pdfuaid:part"]) == ("3", "A", "1")
        assert xmp["dc:title"] == TITLE
        assert list(xmp["dc:creator"]) == [ORGAN]
        assert "政府信息公开" in xmp["pdf:Keywords"]
        assert xmp["xmp:CreateDate"].startswith("2024-01-01")
    assert str(opened.Root.Lang).startswith("zh")
    assert bool(opened.Root.MarkInfo.Marked)
    assert bool(opened.Root.ViewerPreferences.DisplayDocTitle)
    assert not opened.is_encrypted


def test_the_params_file_is_attached(opened: pikepdf.Pdf) -> None:
    (spec,) = opened.Root.AF
    assert str(spec.AFRelationship) == "/Source"
    assert str(spec.Desc) == attachment().description
    assert str(spec.UF) == attachment().name
    assert spec.EF.F.read_bytes().decode("utf-8") == attachment().text


def test_an_attachment_cannot_name_a_place_outside() -> None:
    files = tuple(Attachment(name, "text/plain", "述", "x") for name in ("../../a.yaml", "/etc/a", "..", "a:b*c", "a:b*c"))
    with pikepdf.open(io.BytesIO(set_pdf(a_document(*files)))) as pdf:
        names = [str(spec.UF) for spec in pdf.Root.AF]
    assert len(set(names)) == 5
    assert not any(set(name) & set('/\\:*?"<>|') or name in ("..", ".") for name in names)


def test_the_outline_holds_the_headings(opened: pikepdf.Pdf) -> None:
    with opened.open_outline() as outline:
        top = [str(item.title) for item in outline.root]
        below = [str(item.title) for item in outline.root[0].children]
    assert top == [block.text for block in full_report_blocks() if isinstance(block, Heading) and block.level == 1]
    assert below == ["（一）主动公开", "（二）依申请公开"]


def test_headings_tables_and_pictures_are_tagged(opened: pikepdf.Pdf) -> None:
    tags = list(tags_of(opened.Root.StructTreeRoot))
    kinds = [str(tag.S) for tag in tags]
    assert [kind for kind in kinds if re.fullmatch("/H[1-4]", kind)][:6] == ["/H1", "/H2", "/H3", "/H4", "/H2", "/H1"]
    assert kinds.count("/Table") == 3
    heads = sum(
        cell.role != "value"  # labels of rows are heads, too
        for block in full_report_blocks()
        if isinstance(block, Table)
        for cell in block.cells
    )
    assert kinds.count("/TH") == heads
    (figure,) = (tag for tag in tags if tag.S == "/Figure")
    assert str(figure.Alt) == chart().alt


@pytest.mark.parametrize(
    ("levels", "tagged"),
    [
        ((1, 2, 3, 2), [1, 2, 3, 2]),
        ((3, 1, 4), [1, 1, 2]),
        ((1, 3, 2), [1, 2, 2]),
    ],
)
def test_levels_are_never_skipped_for_readers_of_tags(levels: tuple[int, ...], tagged: list[int]) -> None:
    pdf = set_pdf(a_document(*(Heading(level, f"题{level}") for level in levels)))
    with pikepdf.open(io.BytesIO(pdf)) as file:
        kinds = [str(tag.S) for tag in tags_of(file.Root.StructTreeRoot)]
    assert [int(kind[2:]) for kind in kinds if kind.startswith("/H")] == tagged


def test_the_same_input_gives_the_same_bytes(report: bytes) -> None:
    code = (
        "import sys; from tests.exporters.stories import full_report_blocks;"
        "from toolkit.exporters.document import make_document; from toolkit.exporters.pdf.setting import set_pdf;"
        "sys.stdout.buffer.write(set_pdf(make_document(full_report_blocks())))"
    )
    again = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, cwd=Path(__file__).parents[2])
    assert again.stdout == report == set_pdf(make_document(full_report_blocks()))


def test_the_file_is_dated_the_day_after_its_year() -> None:
    document = a_document()
    with pikepdf.open(io.BytesIO(set_pdf(document))) as pdf:
        assert str(pdf.docinfo.CreationDate).startswith(f"D:{document.front.year + 1}0101")


@pytest.mark.needs_poppler
def test_a_draft_says_so_on_every_page_and_a_report_nowhere(report: bytes) -> None:
    draft = set_pdf(make_document(full_report_blocks(draft=True)))
    pages = text_of(draft).split("\f")[:-1]
    assert len(pages) == 4
    assert all("草" in page and "稿" in page for page in pages)
    assert "稿" not in text_of(report)


@pytest.mark.needs_poppler
def test_markup_in_any_field_is_printed_and_not_run() -> None:
    pdf = set_pdf(
        a_document(
            Title((MARKUP,)),
            Heading(1, MARKUP),
            Paragraph((Run(MARKUP), Run(MARKUP, bold=True), Run(MARKUP, code=True))),
            ListItems(False, ((paragraph(MARKUP),),)),
            Table("t", MARKUP, 1, 1, (Cell(0, 0, MARKUP),), caption=MARKUP),
            Picture(chart().data, "image/svg+xml", MARKUP, MARKUP),
            Code(MARKUP),
            Note(MARKUP),
            Attachment("a.txt", "text/plain", MARKUP, MARKUP),
        )
    )
    # poppler takes a hyphen at the end of a line for its own
    pages, markup = (squeezed(text).replace("-", "") for text in (text_of(pdf), MARKUP))
    assert pages.count(markup) == 11


@pytest.mark.parametrize(
    "block",
    [paragraph("青\ue000县"), Heading(1, "\ue000"), Code("\ue000"), Picture(chart().data, "image/svg+xml", "x", "图\ue000")],
)
def test_a_character_without_a_glyph_is_named(block: Block) -> None:
    with pytest.raises(GlyphMissing, match=r"U\+E000"):
        set_pdf(a_document(block))


def test_a_chart_with_a_missing_character_is_found_too() -> None:
    svg = chart().data.replace("政府网站".encode(), "\ue001".encode())
    with pytest.raises(GlyphMissing, match=r"U\+E001"):
        set_pdf(a_document(Picture(svg, "image/svg+xml", "x")))


@pytest.mark.parametrize(
    ("picture", "reason"),
    [
        (Picture(b"not a picture", "image/png", "x"), "a text file"),
        (Picture(b"<svg", "image/svg+xml", "x"), "cut off"),
        (Picture(b"", "image/jpeg", "x"), "nothing"),
    ],
)
def test_a_broken_picture_is_an_error_in_words(picture: Picture, reason: str) -> None:
    with pytest.raises(SettingFailed, match="PDF 排版失败"):
        set_pdf(a_document(picture))


def long_table(rows: int) -> Table:
    head = (
        Cell(0, 0, "表头甲", "head", 2),
        Cell(0, 1, "表头乙", "head", 1, 2),
        Cell(1, 1, "丙", "head"),
        Cell(1, 2, "丁", "head"),
    )
    label = Cell(2, 0, "跨页的标签", "stub", rows - 2)
    cells = tuple(Cell(row, column, f"第{row}行\n续{row}行") for row in range(2, rows) for column in (1, 2))
    return Table("long", "长表", rows, 3, (*head, label, *cells), head_rows=2)


@pytest.mark.needs_poppler
def test_the_head_repeats_and_no_row_is_torn() -> None:
    pages = text_of(set_pdf(a_document(long_table(60)))).split("\f")[:-1]
    assert len(pages) > 1
    for page in pages:
        assert "表头甲" in page
        assert sorted(re.findall(r"第(\d+)行", page)) == sorted(re.findall(r"续(\d+)行", page))
    assert "跨页的标签" in pages[0]


@pytest.mark.needs_poppler
@pytest.mark.parametrize("lines", range(0, 22, 3))
def test_a_statutory_table_is_never_torn_wherever_it_begins(lines: int) -> None:
    blocks = [paragraph(f"第{line}段。") for line in range(lines)]
    pdf = set_pdf(a_document(*blocks, Heading(1, "三、申请情况"), applications_table()))
    pages = text_of(pdf).split("\f")[:-1]
    with_table = [page for page in pages if "申请人情况" in page]
    assert len(with_table) == 1
    assert "三、申请情况" in with_table[0]
    assert "四、结转下年度" in with_table[0]


@pytest.mark.needs_poppler
@pytest.mark.parametrize("lines", range(22))
def test_part_two_leaves_no_half_empty_page_and_is_never_torn(lines: int) -> None:
    """It is set tighter to fit into what is left of a page; the county reads it back from one page."""
    blocks = [paragraph(f"第{line}段。") for line in range(lines)]
    pdf = set_pdf(a_document(*blocks, Heading(1, "二、主动公开政府信息情况"), disclosure_table(), paragraph("完。")))
    text = [word for word in words_of(pdf) if word[2] < (297 - 35) * MM]
    ends = [max(bottom for page, *_, bottom, _ in text if page == number) for number in range(1, text[-1][0])]
    assert all(end > (297 - 35 - 0.4 * 225) * MM for end in ends)
    (whole,) = (page for page in text_of(pdf).split("\f") if "第二十条" in page)
    assert "二、主动公开" in whole
    assert "行政事业性收费" in whole


@pytest.mark.needs_poppler
def test_part_three_is_set_tighter_before_it_goes_overleaf() -> None:
    def size(lines: int) -> float:
        blocks = [paragraph(f"第{line}段。") for line in range(lines)]
        pdf = set_pdf(a_document(*blocks, Heading(1, "三、申请情况"), applications_table()))
        return next(bottom - top for _, _, top, _, bottom, word in words_of(pdf) if word == "申请人情况")

    assert size(0) > size(7)
    assert size(0) == pytest.approx(size(12))  # overleaf it has all the room again


@pytest.mark.needs_poppler
def test_a_list_in_a_list_in_a_list_has_marks_that_the_fonts_draw() -> None:
    items = ListItems(
        False, ((paragraph("一层"), ListItems(False, ((paragraph("二层"), ListItems(False, ((paragraph("三层"),),))),))),)
    )
    assert squeezed(text_of(set_pdf(a_document(items)), "-raw")).startswith("•一层•二层•三层")


@pytest.mark.needs_poppler
def test_a_note_is_never_alone_on_a_page() -> None:
    for lines in range(19, 23):
        blocks = [paragraph(f"第{line}段。") for line in range(lines)]
        last = text_of(set_pdf(a_document(*blocks, Note("校验说明：全部通过。")))).split("\f")[:-1][-1]
        assert "校验说明" in last
        assert "段。" in last


@pytest.mark.needs_poppler
@pytest.mark.parametrize("table", [applications_table("123456789012"), disputes_table("1234567890")], ids=lambda table: table.key)
def test_long_numbers_stay_in_their_cells(table: Table) -> None:
    number = next(cell.number for cell in table.cells if cell.number)
    pdf = set_pdf(a_document(table))
    boxes = sorted(word[1:5] for word in words_of(pdf) if word[5] == number)
    assert len(boxes) == sum(cell.number == number for cell in table.cells)
    rows: dict[float, list[tuple[float, float]]] = {}
    for left, top, right, _ in boxes:
        rows.setdefault(round(top, 1), []).append((left, right))
    for spans in rows.values():
        assert all(left >= right for (_, right), (left, _) in pairwise(spans))


@pytest.mark.needs_poppler
@pytest.mark.parametrize("word", ["a" * 300, "https://example.org/" + "path-" * 60, "0" * 90])
def test_a_word_longer_than_a_line_breaks_and_reads_whole(word: str) -> None:
    pdf = set_pdf(a_document(paragraph(f"见{word}。"), Code(word), Table("t", "t", 1, 2, (Cell(0, 0, word), Cell(0, 1, "1")))))
    assert squeezed(text_of(pdf, "-raw")).count(word) >= 2
    assert "\u200b" not in text_of(pdf)
    assert max(word[3] for word in words_of(pdf)) <= (210 - 26) * MM + 1


@pytest.mark.needs_poppler
@pytest.mark.parametrize("marks", ["，", "。”", "）》", "”）", "！", "、"])
def test_punctuation_never_begins_a_line(marks: str) -> None:
    blocks = [paragraph("国" * count + marks + "民" * 40) for count in range(22, 30)]
    words = words_of(set_pdf(a_document(*blocks)))
    assert not [word for _, left, *_, word in words if left < 28 * MM + 8 and word[0] in "，。、；：！？”）》"]


@pytest.mark.needs_poppler
def test_a_picture_is_never_larger_than_the_page_and_keeps_its_caption() -> None:
    file = io.BytesIO()
    Image.new("RGB", (400, 4000), (200, 0, 0)).save(file, "PNG")
    pdf = set_pdf(a_document(*[paragraph("前")] * 9, Picture(file.getvalue(), "image/png", "柱", "图 1 很高")))
    pages = text_of(pdf).split("\f")[:-1]
    assert ["图 1 很高" in page for page in pages] == [False, True]
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert ["/XObject" in page.resources for page in opened.pages] == [False, True]


@pytest.mark.needs_poppler
def test_control_characters_and_empty_blocks_do_no_harm() -> None:
    pdf = set_pdf(a_document(Title(("",)), Heading(1, "\x07"), paragraph("甲\x00\x1b乙"), Table("t", "", 0, 0, ()), Note("")))
    assert "甲乙" in text_of(pdf)


def test_what_clerks_add_is_set_and_only_safe_links_are_links() -> None:
    unsafe = Paragraph((Run("点", link="javascript:alert(1)"), Run("盘", link="file:///etc/passwd")))
    with pikepdf.open(io.BytesIO(set_pdf(a_document(*added_blocks(), unsafe)))) as pdf:
        links = [str(note.A.URI) for page in pdf.pages for note in page.get("/Annots", ()) if note.Subtype == "/Link"]
    assert links == ["https://example.org/gov"]


@pytest.mark.needs_poppler
def test_a_bare_machine_makes_the_same_text(report: bytes) -> None:
    fonts = find_fonts([Path(mplfonts.__file__).parent / "fonts"])
    bare = set_pdf(make_document(full_report_blocks()), fonts)
    assert sorted(squeezed(text_of(bare))) == sorted(squeezed(text_of(report)))


def test_nbconvert_gets_bytes_and_resources(report: bytes) -> None:
    data = {BLOCKS_MIME: blocks_to_json(full_report_blocks())}
    notebook = v4.new_notebook(cells=[v4.new_code_cell("…", outputs=[v4.new_output("display_data", data)])])
    pdf, resources = PdfExporter().from_notebook_node(notebook)
    assert pdf == report
    assert resources["output_extension"] == ".pdf"


def test_a_typst_with_another_layout_gives_its_own_file_and_one_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Typst's file is valid without our headers: no version of Typst may keep a report from its PDF."""
    set_by_typst = setting.Typesetter.set

    def another_layout(compiler: Any, data: Any, when: datetime) -> bytes:
        return write_objects(read_objects(set_by_typst(compiler, data, when)))

    monkeypatch.setattr(setting.Typesetter, "set", another_layout)
    monkeypatch.setenv(LOG_FOLDER_VARIABLE, str(tmp_path))
    handlers: list[logging.Handler] = []
    monkeypatch.setattr(logging.getLogger("toolkit"), "handlers", handlers)
    log_warning_once.cache_clear()
    document = make_document(full_report_blocks())
    first, second = set_pdf(document), set_pdf(document)
    assert first == second
    with pikepdf.open(io.BytesIO(first)) as pdf:
        assert pdf.check_pdf_syntax() == []
        assert pdf.Root.MarkInfo.Marked
    assert log_file().read_text(encoding="utf-8").count("typst 的版本未经验证") == 1
    for handler in handlers:
        handler.close()
