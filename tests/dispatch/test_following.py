"""An article over several pages, or with the report as an attached file, is compared as a whole; only the same site is asked."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.dispatch.offices import pdf_of, sample
from tests.dispatch.sites import article
from toolkit.dispatch.publication.comparing import compare_page
from toolkit.dispatch.publication.fetching import Article, FetchedPage, NotFetched, follow
from toolkit.dispatch.publication.page import PAGE, PublishedPage, read_page
from toolkit.dispatch.publication.page_facts import MOST_ATTACHMENTS, MOST_PAGES, page_links

HERE = "https://www.yunxi.gov.example/zwgk/t1.html"
BASE = HERE.removesuffix("t1.html")
REPORT = sample()
LANDING = (
    f"<html><head><title>{REPORT.title}</title><meta name='PubDate' content='2025-01-24'></head><body><h1>{REPORT.title}</h1>"
    "<p>附件：<a href='files/nb.docx'>年报（Word）</a> <a href='./files/nb.pdf'>年报.pdf</a></p></body></html>"
).encode()


def read(fetched: FetchedPage) -> PublishedPage:
    page = read_page(fetched.data, fetched.name, REPORT.year, address=fetched.address)
    return PAGE.validate_python(PAGE.dump_python(page, mode="json"))


def followed(pages: Mapping[str, bytes], asked: list[str]) -> Article:
    def fetch(address: str) -> FetchedPage:
        asked.append(address)
        if address not in pages:
            raise NotFetched("404")
        name = "page.pdf" if pages[address].startswith(b"%PDF-") else "page.html"
        return FetchedPage(address, name, pages[address])

    first = FetchedPage(HERE, "page.html", pages[HERE])
    return follow(first, read(first), fetch, read)


def split(links: str) -> dict[str, bytes]:
    """The article of the report on three pages: cut within part one, and before part three."""
    text = article().decode("utf-8")
    body = text.index("</h1>") + len("</h1>")
    cuts = [text.index("<p", text.index("一、") + 400), text.rindex("<h2", 0, text.index("三、", body)), text.index("</body>")]
    head = text[:body]
    pieces = [text[body : cuts[0]], text[cuts[0] : cuts[1]], text[cuts[1] : cuts[2]]]
    return {
        address: f"{head}{piece}{links}</body></html>".encode()
        for address, piece in zip((HERE, f"{BASE}t1_1.html", f"{BASE}t1_2.html"), pieces, strict=True)
    }


@pytest.mark.parametrize(
    "links",
    [
        "<a href='t1.html'>1</a><a href='t1_1.html'>2</a><a href='t1_2.html'>3</a><a href='t1_1.html'>下一页</a>",
        "<script>createPageHTML(3, 0, 't1', 'html');</script>",
        "<a href='t2.html'>下一篇</a><a href='/zwgk/t1_2.html'>[3]</a><a href='//www.yunxi.gov.example/zwgk/t1_1.html'>[2]</a>",
    ],
)
def test_the_pages_of_an_article_are_one_report(links: str) -> None:
    pages, asked = split(links), list[str]()
    alone = read(FetchedPage(HERE, "page.html", pages[HERE]))
    assert compare_page(REPORT, alone), "the first page alone lacks tables"
    found = followed(pages, asked)
    assert asked == [f"{BASE}t1_1.html", f"{BASE}t1_2.html"]
    assert [item.sentence for item in compare_page(REPORT, found.page)] == []
    assert str(found.page.published_on) == "2025-01-24"


def test_an_attached_report_is_compared_where_the_article_holds_none() -> None:
    asked: list[str] = []
    found = followed({HERE: LANDING, f"{BASE}files/nb.pdf": pdf_of(REPORT)}, asked)
    assert asked == [f"{BASE}files/nb.docx", f"{BASE}files/nb.pdf"], "one that cannot be fetched is left out"
    assert (compare_page(REPORT, found.page), str(found.page.published_on), found.data[:5]) == ((), "2025-01-24", b"%PDF-")


def test_an_article_with_the_report_asks_for_no_attachment() -> None:
    asked: list[str] = []
    page = article().replace(b"</body>", b"<a href='a.pdf'>PDF</a></body>")
    found = followed({HERE: page}, asked)
    assert (asked, found.data, compare_page(REPORT, found.page)) == ([], page, ())


@pytest.mark.parametrize(
    ("link", "address", "follows"),
    [
        ("a.pdf", HERE, True),
        ("https://file.yunxi.gov.example/a.docx", HERE, True),
        ("https://other.gov.example/a.pdf", HERE, False),
        ("http://127.0.0.1/a.pdf", HERE, False),
        ("http://11.2.3.4/a.pdf", "http://10.2.3.4/t.html", False),
        ("http://10.2.3.4:81/a.pdf", "http://10.2.3.4/t.html", False),
        ("http://10.2.3.4/a.pdf", "http://10.2.3.4/t.html", True),
        ("javascript:open('a.pdf')", HERE, False),
        ("file:///a.pdf", HERE, False),
        ("http://[::1/a.pdf", HERE, False),
        ("down.jsp?file=a.pdf", HERE, True),
        ("a.exe", HERE, False),
        ("nb.doc", HERE, True),
        ("down.jsp?file=nb.WPS", HERE, True),
        ("https://anxi.gov.cn/nb.pdf", "https://yunxi.gov.cn/t1.html", False),  # of another office
        ("https://file.yunxi.gov.cn/nb.pdf", "https://www.yunxi.gov.cn/t1.html", True),
    ],
)
def test_only_files_of_the_same_site_are_attachments(link: str, address: str, follows: bool) -> None:
    attachments, further = page_links(f'<html><a class="x" href="{link}">表</a></html>'.encode(), address)
    assert bool(attachments) == follows
    assert further == ()


def test_there_is_a_most_of_everything() -> None:
    many = "".join(f"<a href='t1_{at}.html'>{at}</a><a href='{at}.pdf'>x</a><a href='?page={at}'>y</a>" for at in range(1, 60))
    attachments, further = page_links(f"<html>{many}</html>".encode(), HERE)
    assert (len(further), len(attachments)) == (MOST_PAGES, MOST_ATTACHMENTS)
    pages = {f"{BASE}t1_{at}.html": f"<html><a href='t1_{at + 1}.html'>下一页</a></html>".encode() for at in range(60)}
    asked: list[str] = []
    followed({HERE: b"<html><a href='t1_0.html'>\xe4\xb8\x8b\xe4\xb8\x80\xe9\xa1\xb5</a></html>", **pages}, asked)
    assert len(asked) == MOST_PAGES


@pytest.mark.parametrize("link", ["#", "", "#fj"])
def test_a_page_is_no_attachment_of_itself(link: str) -> None:
    """``href="#"`` with a script that opens the file."""
    attachments, _ = page_links(f"<html><a href='{link}'>附件下载</a><a href='nb.pdf'>年报</a></html>".encode(), HERE)
    assert attachments == (f"{BASE}nb.pdf",)


@pytest.mark.parametrize(
    "link", ["http://zw.yunxi.gov.example:端口/nb.pdf", "http://zw.yunxi.gov.example:99999/nb.pdf", "t1.html?page=²"]
)
def test_a_broken_link_leaves_the_others(link: str) -> None:
    attachments, further = page_links(f"<html><a href='{link}'>附件</a><a href='nb.pdf'>年报</a></html>".encode(), HERE)
    assert f"{BASE}nb.pdf" in attachments
    assert not further
