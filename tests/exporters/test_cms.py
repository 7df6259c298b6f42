"""The fragment for a site's editor: what is left of it after a real sanitiser, its pictures, and nbconvert's files."""

from __future__ import annotations

import io
from pathlib import Path

import nh3
import pytest
from lxml import html
from PIL import Image

from tests.exporters import stories
from tests.exporters.notebooks import notebook_of
from toolkit.exporters.cms import clipboard_html, set_cms
from toolkit.exporters.document import make_document
from toolkit.exporters.notebook_exporters import CmsExporter
from toolkit.importing import read_published
from toolkit.sections.blocks import Picture, Table, iter_text

# What the editors of sites let through at least: no class, style sheet, drawing, frame or script; inline style by name.
TAGS = {"p", "h2", "h3", "h4", "h5", "strong", "em", "a", "ul", "ol", "li", "pre", "code", "br", "img", "caption", "colgroup",
        "col", "table", "thead", "tbody", "tr", "th", "td"}  # fmt: skip
ATTRIBUTES = {
    "*": {"style", "align"},
    "table": {"border", "width", "cellspacing", "cellpadding"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "img": {"src", "alt", "width"},
}
STYLES = {"border", "border-collapse", "width", "text-align", "padding", "font-size", "line-height", "margin"}


def fragment(**changes: bool) -> str:
    return set_cms(make_document(stories.full_report_blocks(**changes))).fragment.decode("utf-8-sig")


def sanitised(text: str, *, styles: bool) -> html.HtmlElement:
    attributes = {tag: names if styles else names - {"style"} for tag, names in ATTRIBUTES.items()}
    clean = nh3.clean(
        text, tags=TAGS, attributes=attributes, filter_style_properties=STYLES if styles else None, url_schemes=set()
    )
    return html.fromstring(f"<div>{clean}</div>")


def test_there_is_nothing_for_an_editor_to_drop() -> None:
    tree = html.fromstring(f"<div>{fragment()}</div>")
    assert not tree.xpath("//style|//script|//svg|//link|//figure|//section|//iframe|//h1")
    assert {name for element in tree.iter() for name in element.attrib}.isdisjoint({"class", "id", "tabindex", "role"})
    # wangEditor 5.1 drops a table that is not at the top level when it opens a stored article
    assert not tree.xpath("./*//table|./*//div|./div")


@pytest.mark.parametrize("styles", [True, False])
def test_after_a_strict_sanitiser_every_table_has_its_lines_merged_cells_and_figures(styles: bool) -> None:
    tree = sanitised(fragment(), styles=styles)
    tables = [block for block in stories.full_report_blocks() if isinstance(block, Table)]
    shown = tree.xpath("//table")
    assert len(shown) == len(tables)
    for element, table in zip(shown, tables, strict=True):
        assert element.get("border") == "1"
        cells = element.xpath(".//td|.//th")
        assert [cell.text_content() for cell in cells] == [
            cell.text for cell in sorted(table.cells, key=lambda c: (c.row, c.column))
        ]
        spans = sum(int(cell.get("rowspan", 1)) * int(cell.get("colspan", 1)) for cell in cells)
        assert spans == table.rows * table.columns
        assert {cell.get("align") for cell in cells} <= {"left", "center"}
        if styles:
            assert all("border:1px solid" in cell.get("style").replace(": ", ":") for cell in cells)


def test_after_the_sanitiser_every_text_and_the_words_of_the_charts_are_there() -> None:
    tree = sanitised(fragment(), styles=False)
    text = tree.text_content()
    blocks = [block for block in stories.full_report_blocks() if not isinstance(block, type(stories.full_report_blocks()[1]))]
    assert [words for words in iter_text(blocks) if words not in text] == []
    assert [image.get("alt") for image in tree.xpath("//img")] == [stories.chart().alt]


def test_the_pictures_are_sharp_and_named_beside_the_fragment() -> None:
    page = set_cms(make_document(stories.full_report_blocks()), "年报_")
    assert list(page.pictures) == ["年报_图1.png"]
    assert 'src="年报_图1.png"' in page.fragment.decode("utf-8-sig")
    picture = Image.open(io.BytesIO(page.pictures["年报_图1.png"]))
    assert picture.width == 420 * 1.5  # of its width in CSS pixels


def test_pictures_that_were_added_go_along_as_they_are_and_a_broken_one_becomes_words() -> None:
    broken = Picture(b"<svg", "image/svg+xml", "没有画成的图")
    page = set_cms(make_document((*stories.full_report_blocks(), *stories.added_blocks(), broken)))
    assert page.pictures["图2.png"] == stories.PNG
    assert list(page.pictures) == ["图1.png", "图2.png"]
    assert "没有画成的图" in page.fragment.decode("utf-8-sig")


def test_markup_in_texts_stays_text() -> None:
    name = f"{stories.MARKUP}<script>alert(1)</script>"
    blocks = (stories.front(), Picture(stories.CHART_SVG.encode(), "image/svg+xml", f'{name}" onerror="x', name))
    tree = html.fromstring(f"<div>{set_cms(make_document(blocks)).fragment.decode('utf-8-sig')}</div>")
    assert not tree.xpath("//script|//*[@onerror]")
    assert name in tree.text_content()


def test_a_draft_says_so_first() -> None:
    assert fragment(draft=True).partition("\n")[0].count("草稿") == 1
    assert "草稿" not in fragment()


def test_the_same_report_gives_the_same_files() -> None:
    document = make_document(stories.full_report_blocks())
    assert set_cms(document) == set_cms(document)


def test_the_clipboard_carries_the_pictures() -> None:
    assert html.fromstring(f"<div>{clipboard_html(make_document(stories.full_report_blocks()))}</div>").xpath(
        "starts-with(//img/@src, 'data:image/png;base64,')"
    )


def test_nbconvert_gets_the_fragment_and_its_pictures() -> None:
    out, resources = CmsExporter().from_notebook_node(notebook_of(stories.full_report_blocks()))
    assert out.removeprefix("\ufeff") == fragment()
    assert list(resources["outputs"]) == ["图1.png"]


def test_the_importer_reads_back_what_a_site_shows(tmp_path: Path) -> None:
    """A built fragment under the title that the site prints above it."""
    from tests.exporters.test_readback import sample

    report, document = sample()
    article = set_cms(document.publication_copy()).fragment.decode("utf-8-sig")
    page = tmp_path / "page.html"
    page.write_text(f"<meta charset=utf-8><title>{report.title}</title><h1>{report.title}</h1>{article}", encoding="utf-8")
    read = read_published(page).report
    assert read is not None
    assert dict(read.figures) == dict(report.figures)
