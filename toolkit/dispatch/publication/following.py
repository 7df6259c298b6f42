"""Follow a published article to its further pages, and to the attached report where the article itself holds none.

In: a page that was fetched and read, ways to fetch and to read. Out: ``Followed``: the whole article, or the attachment with the
article's address and day. Limits are those of ``page_links`` and of fetching; what cannot be fetched is left out, and the
comparison says what is missing.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace

from toolkit.dispatch.publication.fetching import FetchedPage, NotFetched
from toolkit.dispatch.publication.page import PublishedPage
from toolkit.dispatch.publication.page_facts import MOST_PAGES
from toolkit.importing.readers.encoding import decode_page

Fetch = Callable[[str], FetchedPage]
Read = Callable[[FetchedPage], PublishedPage]
_MOST_BYTES = 40_000_000  # of all pages of an article
_BODY = re.compile(r"<body\b[^>]*>(.*?)(?:</body\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_END = re.compile(r"</body\s*>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Followed:
    """What the article shows, and the bytes that show it, to be kept as evidence."""

    page: PublishedPage
    data: bytes


def follow(first: FetchedPage, page: PublishedPage, fetch: Fetch, read: Read) -> Followed:
    """The article with its further pages; its attachment where it shows no table."""
    followed = Followed(page, first.data)
    if page.further:
        whole = _joined(first.data, _further(first, page, fetch, read), page.title)
        followed = Followed(_of_article(read(replace(first, data=whole)), page), whole)
    return followed if _has_tables(followed.page) else _attachment(page, fetch, read) or followed


def _further(first: FetchedPage, page: PublishedPage, fetch: Fetch, read: Read) -> list[bytes]:
    """The further pages in their order; each may name the next one."""
    waiting, queued, pages = deque(page.further), {first.address, *page.further}, list[bytes]()
    size = len(first.data)
    while waiting and len(pages) < MOST_PAGES and size < _MOST_BYTES:
        try:
            fetched = fetch(waiting.popleft())
        except NotFetched:
            continue
        if not fetched.name.endswith(".html"):
            continue
        pages.append(fetched.data)
        size += len(fetched.data)
        more = [link for link in read(fetched).further if link not in queued]
        queued.update(more)
        waiting.extend(more)
    return pages


def _joined(first: bytes, pages: list[bytes], title: str) -> bytes:
    """One page of several; the title is left out of the further ones, for another title begins another report."""
    text = decode_page(first)[0]
    bodies = (_BODY.search(decode_page(page)[0]) for page in pages)
    added = "\n".join(body[1].replace(title, "") if title else body[1] for body in bodies if body)
    end = list(_END.finditer(text))
    at = end[-1].start() if end else len(text)
    return f"{text[:at]}\n{added}\n{text[at:]}".encode("utf-8-sig")


def _attachment(article: PublishedPage, fetch: Fetch, read: Read) -> Followed | None:
    """The first attached file that holds a report."""
    for link in article.attachments:
        try:
            fetched = fetch(link)
        except NotFetched:
            continue
        page = read(fetched)
        if _has_tables(page):
            return Followed(_of_article(page, article), fetched.data)
    return None


def _of_article(page: PublishedPage, article: PublishedPage) -> PublishedPage:
    return replace(page, address=article.address, published_on=article.published_on or page.published_on)


def _has_tables(page: PublishedPage) -> bool:
    return any(cell.state != "missing" for cell in page.cells.values())
