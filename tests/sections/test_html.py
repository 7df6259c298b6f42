"""Blocks as HTML: text is data, tables keep their merged cells, headings their order, pictures their words."""

from __future__ import annotations

import pytest
from lxml import etree, html

from tests.exporters import stories
from toolkit.core.text import printable
from toolkit.sections.blocks import Block, Cell, Code, Heading, ListItems, Note, Paragraph, Picture, Run, Table, Title, paragraph
from toolkit.sections.html import render_blocks, render_preview

HOSTILE = "<script>alert(1)</script> {{ 7*7 }} =1+1 #emph[x] \\textbf{x} & \"引\" '号' ]]>"


def _parse(*blocks: Block) -> html.HtmlElement:
    return html.fromstring(f"<main>{render_blocks(blocks)}</main>")


def _text(element: etree._Element) -> str:
    return "".join(element.itertext())


PLACES: tuple[tuple[str, Block], ...] = (
    ("title", Title((HOSTILE,))),
    ("heading", Heading(1, HOSTILE)),
    ("paragraph", paragraph(HOSTILE)),
    ("run in every style", Paragraph((Run(HOSTILE, True, True, True, "https://example.org/"),))),
    ("note", Note(HOSTILE)),
    ("code", Code(HOSTILE)),
    ("list", ListItems(True, ((paragraph(HOSTILE),),), 3)),
    ("cell", Table("t", "表", 1, 1, (Cell(0, 0, HOSTILE),))),
    ("label of a row", Table("t", "表", 1, 1, (Cell(0, 0, HOSTILE, "stub"),))),
    ("caption of a table", Table("t", "表", 1, 1, (Cell(0, 0, "1"),), caption=HOSTILE)),
    ("caption of a picture", Picture(stories.PNG, "image/png", HOSTILE, HOSTILE)),
)


@pytest.mark.parametrize(("place", "block"), PLACES, ids=[place for place, _ in PLACES])
def test_markup_in_a_text_is_shown_letter_by_letter(place: str, block: Block) -> None:
    tree = _parse(block)
    assert HOSTILE in _text(tree), place
    assert not tree.xpath("//script")


@pytest.mark.parametrize("address", ["javascript:alert(1)", " javascript:alert(1)", "data:text/html,x", "file:///c:/x", ""])
def test_a_link_that_could_run_is_only_text(address: str) -> None:
    tree = _parse(Paragraph((Run("看", link=address),)))
    assert not tree.xpath("//a")
    assert _text(tree).strip() == "看"


def test_control_characters_and_half_characters_are_dropped() -> None:
    assert printable("甲\x00乙\x0b\x1b丙\ud800丁\uffff\n戊\t𬒈") == "甲乙丙丁\n戊\t𬒈"
    render_blocks((paragraph("a\x00b\ud83d"), Picture(stories.CHART_SVG.encode(), "image/svg+xml", "图\x01"))).encode("utf-8")


def test_merged_cells_cover_the_grid_without_gap_or_overlap() -> None:
    for table in (stories.disclosure_table(), stories.applications_table(), stories.disputes_table()):
        tree = _parse(table)
        taken: set[tuple[int, int]] = set()
        for row, line in enumerate(tree.xpath("//tr")):
            column = 0
            for cell in line:
                while (row, column) in taken:  # as a browser places it (HTML 4.9.12)
                    column += 1
                for down in range(int(cell.get("rowspan", 1))):
                    for across in range(int(cell.get("colspan", 1))):
                        assert (row + down, column + across) not in taken
                        taken.add((row + down, column + across))
        assert taken == {(r, c) for r in range(table.rows) for c in range(table.columns)}, table.key


def test_heads_say_what_they_are_heads_of() -> None:
    tree = _parse(stories.disclosure_table(), stories.applications_table())
    scopes = {_text(cell): cell.get("scope") for cell in tree.xpath("//th")}
    assert scopes["第二十条第（一）项"] == "rowgroup"
    assert scopes["规章"] == "row"
    assert scopes["三、本年度办理结果"] == "row"
    assert scopes["法人或其他组织"] == "col"
    parts, applications = tree.xpath("//table")
    assert [_text(body.xpath("./tr[1]/th")[0]) for body in parts.xpath("./tbody")] == [
        "第二十条第（一）项",
        "第二十条第（五）项",
        "第二十条第（六）项",
        "第二十条第（八）项",
    ]
    assert len(applications.xpath("./thead/tr")) == 3
    assert _text(applications.xpath("./caption")[0]) == "收到和处理政府信息公开申请情况"


def test_a_table_can_be_reached_and_is_named_once() -> None:
    tree = _parse(stories.disputes_table(), stories.disputes_table())
    regions = tree.xpath("//div[@role='region' and @tabindex='0']/@aria-label")
    assert len(set(regions)) == 2


HEADINGS = (
    ("as numbered", (1, 2, 3, 4, 1), ["h2", "h3", "h4", "h5", "h2"]),
    ("1. straight under 一、", (1, 3, 3), ["h2", "h3", "h4"]),
    ("a part that begins with （一）", (2, 1), ["h2", "h2"]),
    ("deeper than HTML goes", (1, 2, 3, 4, 5, 6, 7), ["h2", "h3", "h4", "h5", "h6", "h6", "h6"]),
)


@pytest.mark.parametrize(("reason", "levels", "tags"), HEADINGS, ids=[case[0] for case in HEADINGS])
def test_headings_never_skip_a_rank(reason: str, levels: tuple[int, ...], tags: list[str]) -> None:
    tree = _parse(*(Heading(level, "标题") for level in levels))
    assert [element.tag for element in tree] == tags, reason


def test_two_equal_charts_do_not_share_ids() -> None:
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg"><path id="a" d="M0 0"/><use href="#a"/></svg>'
    picture = Picture(drawing, "image/svg+xml", "图")
    tree = _parse(picture, picture, ListItems(False, ((picture,),)))
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids)) == 3


def test_a_drawing_with_css_becomes_a_picture() -> None:
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg"><style>p{display:none}</style><rect class="a"/></svg>'
    (image,) = _parse(Picture(drawing, "image/svg+xml", "图", width=72)).xpath("//img")
    assert image.get("src").startswith("data:image/svg+xml;base64,")
    assert image.get("alt") == "图"


@pytest.mark.parametrize(("width", "scrolls"), [(442, True), (200, False), (0, False)])
def test_a_wide_picture_scrolls_on_a_phone_instead_of_shrinking(width: float, scrolls: bool) -> None:
    tree = _parse(Picture(stories.CHART_SVG.encode(), "image/svg+xml", "图", "图 1 渠道", width, 100))
    assert bool(tree.xpath("//figure/div[@role='region' and contains(@aria-label, '图 1 渠道')]/*[@role='img']")) is scrolls


def test_a_broken_drawing_leaves_its_words() -> None:
    assert "微信121条" in render_blocks((Picture(b"<svg", "image/svg+xml", "微信121条"),))


def test_the_title_is_one_heading_without_a_blank() -> None:
    (title,) = _parse(Title(("云水镇人民政府2023年", "政府信息公开工作年度报告"))).xpath("//h1")
    assert _text(title) == stories.TITLE


def test_the_preview_carries_its_style_and_the_same_fragment() -> None:
    blocks = stories.full_report_blocks()
    assert render_blocks(blocks) in render_preview(blocks)
    assert render_preview(blocks).startswith('<div class="nianbao"><style>')


def test_a_chart_for_phones_is_a_second_picture_that_is_not_read_aloud() -> None:
    drawing = stories.CHART_SVG.encode()
    tree = _parse(Picture(drawing, "image/svg+xml", "图", "图 1 渠道", 442, 100, narrow=drawing))
    assert [element.get("aria-label") for element in tree.xpath("//figure/div[@class='nb-wide']/*[@role='img']")] == ["图"]
    (narrow,) = tree.xpath("//figure/img[@class='nb-narrow']")
    assert narrow.get("alt") == ""
    assert narrow.get("src").startswith("data:image/svg+xml;base64,")
