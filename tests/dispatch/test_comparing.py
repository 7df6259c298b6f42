"""A published page against the accepted report: nothing where nothing was changed, each change with both sides."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.dispatch.offices import GRANTED, OTHER_TOWN, sample
from tests.dispatch.sites import article, document_of
from toolkit.dispatch.publication.comparing import Difference, compare_page
from toolkit.dispatch.publication.page import PAGE, PublishedPage, read_page
from toolkit.exporters.docx.writing import set_docx
from toolkit.exporters.html.writing import set_html
from toolkit.exporters.pdf.setting import set_pdf

YEAR = 2024


def compared(raw: bytes, name: str = "page.html") -> list[Difference]:
    page = read_page(raw, name, YEAR)
    assert PAGE.validate_python(PAGE.dump_python(page, mode="json")) == page
    return list(compare_page(sample(), page))


@pytest.mark.parametrize("name", ["page.html", "page.pdf", "page.docx", "cms.html"])
def test_an_unchanged_copy_of_any_kind_has_no_difference(name: str) -> None:
    setters = {"page.html": set_html, "page.pdf": set_pdf, "page.docx": set_docx}
    raw = setters[name](document_of(sample())) if name in setters else article()
    assert compared(raw, name) == []


def test_a_page_saved_as_one_file_has_no_difference_and_keeps_its_address() -> None:
    head = (
        b"MIME-Version: 1.0\r\nSnapshot-Content-Location: https://www.yunxi.gov.example/a.html\r\n"
        b'Content-Type: multipart/related; type="text/html"; boundary="x"\r\n\r\n--x\r\nContent-Type: text/html\r\n'
        b"Content-Transfer-Encoding: binary\r\n\r\n"
    )
    raw = head + article().replace(b"<!-- saved", b"<!-- not saved").replace(b"\n", b"\r\n") + b"\r\n--x--\r\n"
    assert compared(raw, "page.mhtml") == []
    page = read_page(raw, "page.mhtml", YEAR)
    assert (page.address, str(page.published_on)) == ("https://www.yunxi.gov.example/a.html", "2025-01-24")


def cell(text: str) -> str:
    return f'text-align:center;vertical-align:middle;font-weight:normal">{text}<'


CHANGES: dict[str, tuple[Callable[[str], str], list[tuple[str, str]]]] = {
    "a figure": (lambda page: page.replace(cell("168"), cell("186")), [("figure", "表三 一、本年新收")]),
    "a figure is gone": (lambda page: page.replace(cell("168"), cell("")), [("figure", "空白")]),
    "a figure with a mark": (lambda page: page.replace(cell("168"), cell("168①")), [("figure-unclear", "看不准")]),
    "a figure of the text": (lambda page: page.replace("新收政府信息公开申请183件", "新收政府信息公开申请138件"),
                             [("sentence-changed", "一、总体情况：通过的是“")]),
    "half a sentence is gone": (lambda page: re.sub("，群众对土地、[^。]*。", "。", page), [("sentence-changed", "同时推进。”")]),
    "a sentence is gone": (lambda page: re.sub("其中自然人提出168件[^。]*。", "", page),
                           [("sentence-missing", "页面上少了“其中自然人")]),
    "a sentence more": (lambda page: page.replace("（一）依申请公开", "本段另有领导批示内容一句话。</p><p>（一）依申请公开", 1),
                        [("sentence-added", "页面上多了“本段另有领导批示内容一句话。”")]),
    "part five": (lambda page: re.sub(r"<h2[^>]*>五、.*(?=<h2[^>]*>六、)", "", page, flags=re.DOTALL),
                  [("part-missing", "页面上没有“五、")]),
    "table three": (lambda page: _without_table(page, 1), [("table-missing", "页面上没有“三、")]),
}  # fmt: skip


def _without_table(page: str, number: int) -> str:
    pieces = page.split("<table")
    pieces[number + 1] = pieces[number + 1].partition("</table>")[2]
    return "<table".join(pieces[: number + 1]) + "".join(
        [pieces[number + 1], *("<table" + piece for piece in pieces[number + 2 :])]
    )


@pytest.mark.parametrize("case", CHANGES)
def test_each_change_is_named_with_both_sides(case: str) -> None:
    change, expected = CHANGES[case]
    found = compared(article(change=change))
    assert [item.kind for item in found] == [kind for kind, _ in expected]
    for item, (_, words) in zip(found, expected, strict=True):
        assert words in item.sentence


def test_both_values_of_a_changed_figure() -> None:
    (item,) = compared(article(sample().with_value(GRANTED, 7)))[:1]
    assert (item.kind, item.accepted, item.published) == ("figure", str(sample().figures[GRANTED]), "7")


@pytest.mark.parametrize(
    "change",
    [
        lambda page: page.replace("，", ",").replace("。</p>", "。 </p>"),
        lambda page: page.replace("\n<p", "</p><p>　</p><p"),
        lambda page: page.replace("<p style", "<div class=x><span>&nbsp;</span></div><p style"),
        lambda page: page.replace("168<", "<span>1</span>68<"),
    ],
    ids=["commas of half width", "blank lines", "empty boxes", "a figure in pieces"],
)
def test_what_a_site_does_to_the_look_is_no_difference(change: Callable[[str], str]) -> None:
    assert compared(article(change=change)) == []


def test_the_report_of_another_organ_or_year_says_so_first() -> None:
    first = compared(article(sample(OTHER_TOWN)))[0]
    assert (first.kind, first.published) == ("report", sample(OTHER_TOWN).organ.name)


def test_a_page_that_cannot_be_read_has_a_problem_and_no_differences() -> None:
    page = read_page(b"<html><body><script>load()</script></body></html>", "page.html", YEAR)
    assert "没有文字" in page.problem
    assert compare_page(sample(), page) == ()
    assert compare_page(sample(), PublishedPage(problem="x")) == ()


def test_a_long_sentence_that_was_cut_short_is_shown_where_it_ends() -> None:
    whole = "本年度通过政府网站、政务公开栏、广播和微信公众号主动公开各类政府信息，有预算决算、惠民补贴和办事指南，共 128 条"
    both = Difference("sentence-changed", "总体情况", whole, whole.removesuffix("，共 128 条")).sentence
    assert "办事指南，共 128 条”，页面上是" in both
    assert both.endswith("办事指南”")
