"""The exported page: one file, nothing run, nothing fetched, every figure and every text in it."""

from __future__ import annotations

import base64
import re

import pytest
from lxml import html

from tests.exporters import stories
from tests.exporters.notebooks import notebook_of
from toolkit.exporters.document import make_document
from toolkit.exporters.html.writing import set_html
from toolkit.exporters.notebook_exporters import HtmlExporter
from toolkit.sections.blocks import Attachment, Front, Heading, iter_text, paragraph


def _page(*, draft: bool = False) -> str:
    return set_html(make_document(stories.full_report_blocks(draft))).decode("utf-8")


def _shown(page: str) -> str:
    return "".join(html.fromstring(page.encode("utf-8")).find("body").itertext())


def test_every_size_of_type_is_that_of_the_readers_own() -> None:
    """A browser set to larger type (not zoom) enlarges the page; on paper sizes are points."""
    style = html.fromstring(_page().encode("utf-8")).findtext(".//style")
    assert re.findall(r"font(?:-size)?:[^;{}]*?[\d.]+px", style) == []
    assert ".nb-wide svg { max-width: 36.85rem" in style
    assert re.findall(r"@media[^{]*screen[^{,]*\d+px", style) == []


def test_the_same_report_gives_the_same_bytes() -> None:
    assert _page() == _page()


def test_nbconvert_gets_the_same_page_as_text() -> None:
    out, resources = HtmlExporter().from_notebook_node(notebook_of(stories.full_report_blocks()))
    assert out == _page()
    assert resources["output_extension"] == ".html"


def test_every_text_of_the_report_is_on_the_page() -> None:
    shown = _shown(_page())
    for text in iter_text(stories.full_report_blocks()):
        assert text in shown


def test_the_file_says_what_it_is() -> None:
    tree = html.fromstring(_page().encode("utf-8"))
    assert tree.get("lang") == "zh-CN"
    assert tree.findtext("head/title") == stories.TITLE
    meta = {element.get("name"): element.get("content") for element in tree.iterfind("head/meta")}
    assert meta["author"] == stories.ORGAN
    assert "2023年" in meta["description"]
    assert meta["viewport"] == "width=device-width, initial-scale=1"


def test_nothing_runs_and_nothing_is_fetched() -> None:
    page = _page()
    tree = html.fromstring(page.encode("utf-8"))
    policy = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy == ["default-src 'none'; style-src 'unsafe-inline'; img-src data:"]
    assert not tree.xpath("//script|//link|//iframe|//object|//embed|//base|//form")
    assert not [name for element in tree.iter() for name in element.attrib if name.startswith("on")]
    assert all(source.startswith("data:") for source in tree.xpath("//@src"))
    assert "@import" not in page
    assert not re.search(r"url\((?!#)", page)


def test_the_contents_lead_to_the_six_parts() -> None:
    tree = html.fromstring(_page().encode("utf-8"))
    links = tree.xpath("//nav[@aria-label='目录']//a")
    assert len(links) == 6
    for link in links:
        (target,) = tree.xpath(f"//*[@id='{link.get('href')[1:]}']")
        assert (target.tag, target.text) == ("h2", link.text)


def test_the_data_come_back_letter_by_letter() -> None:
    tree = html.fromstring(_page().encode("utf-8"))
    (link,) = tree.xpath("//a[@download]")
    assert link.get("download") == stories.attachment().name
    assert base64.b64decode(link.get("href").partition("base64,")[2]).decode("utf-8") == stories.attachment().text


@pytest.mark.parametrize("draft", [True, False])
def test_a_draft_says_so_on_screen_and_on_every_printed_page(draft: bool) -> None:
    page = _page(draft=draft)
    assert ("草稿" in _shown(page)) is draft
    assert ('<div class="nb-mark" aria-hidden="true">草稿</div>' in page) is draft


def test_markup_in_names_stays_text() -> None:
    name = f"{stories.MARKUP}</title><script>alert(1)</script>$body ${{css}}"
    front = Front(name, name, 2023, "2021")
    attachment = Attachment(f'{name}".yaml', 'text/x" onclick="', name, "a: 1")
    page = set_html(make_document((front, Heading(1, name), Heading(1, name), attachment))).decode("utf-8")
    tree = html.fromstring(page.encode("utf-8"))
    assert not tree.xpath("//script")
    assert tree.findtext("head/title") == name
    assert not tree.xpath("//a[@onclick]")
    assert _shown(page).count(name) >= 4  # title, two headings, two entries of the contents


def test_a_page_without_a_title_gets_the_reports() -> None:
    page = set_html(make_document((stories.front(), paragraph("正文"))))
    (title,) = html.fromstring(page).xpath("//h1")
    assert "".join(title.itertext()) == stories.TITLE


def test_a_very_long_text_and_control_characters_are_set() -> None:
    text = "公开\x00信\ud800息" * 40_000
    page = set_html(make_document((stories.front(), paragraph(text))))
    assert "公开信息" * 40_000 in page.decode("utf-8")


def test_digits_have_a_face_of_their_own_and_chinese_marks_do_not() -> None:
    """Of the Latin face only what is on the machine, and no character of a Chinese text: “ ” … — stay Chinese."""
    (face,) = re.findall(r"@font-face \{(.*?)\}", _page(), re.DOTALL)
    assert "url(" not in face
    ranges = [part.split("-") for part in re.findall(r"U\+([0-9A-F]+-[0-9A-F]+)", face)]
    covered = {chr(code) for first, last in ranges for code in range(int(first, 16), int(last, 16) + 1)}
    assert set("0123456789AZaz-.%()") <= covered
    assert not covered & set("“”‘’…—《》（），。、·县")
