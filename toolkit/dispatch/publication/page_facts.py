"""Find what a page says of itself: its address, the day of publication, attached files, and the further pages of the article.

In: the bytes of a page, and the address it was fetched from. Out: an address and a day, empty where the page says none; links.
Government sites state the day in ``<meta name="PubDate">``; browsers that save a page write its address into it. Of links only
addresses of the same site count: the same host, or another host of the same domain. Nothing is fetched here.

Source: 《政府网站发展指引》（国办发〔2017〕47号）, annex on page tags.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from email import message_from_bytes
from email.message import Message
from itertools import islice
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import SplitResult, parse_qsl, urldefrag, urljoin, urlsplit

from lxml import html

from toolkit.core.sniffing import PDF, ZIP
from toolkit.importing.readers.encoding import decode_page

_LOOKED_AT = 2_000_000  # characters of a page
_DAY = r"(20\d\d)\s*[-年./]\s*(\d{1,2})\s*[-月./]\s*(\d{1,2})"
_SAVED_FROM = re.compile(r"<!-- saved from url=\(\d+\)(\S{1,500}) -->")
_DATE_NAMES = {"pubdate", "publishdate", "publish_date", "publication_date", "article:published_time"}
_WORDS = re.compile(rf"(?:发布|公开|公布|成文|发文|生成)(?:日期|时间)[\s：:\]】]{{0,12}}{_DAY}")
_ADDRESS = re.compile(r"https?://[^\s\"'<>]{4,480}\Z", re.IGNORECASE)


def page_facts(raw: bytes) -> tuple[str, date | None]:
    """Address and day of publication of a web page, also of one saved as a single file (MHTML)."""
    mail = _mime(raw)
    if mail is not None:
        pages = [part for part in mail.walk() if part.get_content_type() == "text/html"]
        inner = next((page for part in pages if isinstance(page := part.get_payload(decode=True), bytes)), b"")
        places = (mail.get("Snapshot-Content-Location"), *(part.get("Content-Location") for part in pages))
        address, day = page_facts(inner) if inner else ("", None)
        return next((declared for place in places if (declared := _safe(str(place or "")))), address), day
    text = decode_page(raw)[0][:_LOOKED_AT] if b"<" in raw[:4096] else ""
    page = _parsed(text)
    return next(filter(None, _addresses(text, page)), ""), next(filter(None, _days(page)), None)


def _parsed(text: str) -> Any:
    """The tree of a page; text before its first tag, such as a declaration of XML, is passed over."""
    return html.document_fromstring(f"<html>{text}", html.HTMLParser(huge_tree=True))


def _mime(raw: bytes) -> Message | None:
    head = re.split(rb"\r?\n\r?\n", raw[:8192], maxsplit=1)[0]
    return message_from_bytes(raw) if re.search(rb"(?im)^content-type:\s*multipart/related", head) else None


def _addresses(text: str, page: Any) -> Iterator[str]:
    if saved := _SAVED_FROM.search(text):
        yield _safe(saved[1])
    for link in page.iter("link"):
        if link.get("rel", "").lower() == "canonical":
            yield _safe(link.get("href", ""))
    for meta in page.iter("meta"):
        if meta.get("property", "").lower() == "og:url":
            yield _safe(meta.get("content", ""))


def _days(page: Any) -> Iterator[date | None]:
    for meta in page.iter("meta"):
        if (meta.get("name") or meta.get("property", "")).lower() in _DATE_NAMES:
            yield _day(re.search(_DAY, meta.get("content", "")))
    yield _day(_WORDS.search(page.text_content()))


def _day(match: re.Match[str] | None) -> date | None:
    with suppress(ValueError):
        return date(*map(int, match.groups())) if match else None
    return None


def _safe(address: str) -> str:
    """An address that can be shown and kept; others are dropped."""
    return address if _ADDRESS.match(address) else ""


MOST_PAGES, MOST_ATTACHMENTS = 9, 5
_MOST_WORDS = 20  # pieces of text of a link; one that encloses half the page names no file
_FILE = re.compile(r"\.(?:pdf|docx?|wps)$", re.IGNORECASE)
_NAMED_FILE = re.compile(r"\.(?:pdf|docx?|wps)\s*$|附件|(?:PDF|Word|WPS)\s*版?\s*下载", re.IGNORECASE)
_NEXT = re.compile(r"^[\s>»]*(?:下一?页|后一?页|下一頁)[\s>»]*$")
_REGISTRIES = {"gov", "com", "org", "net", "edu", "ac", "mil"}  # below .cn: a.gov.cn and b.gov.cn are of two offices
_PAGE_KEYS = {"page", "p", "pageno", "pagenum", "pageindex", "currentpage"}
# how a content system that offices use lists the pages of an article: number of pages, this one from 0, name, suffix
_PAGER = re.compile(r"""createPageHTML\(\s*(\d{1,3})\s*,\s*\d{1,3}\s*,\s*["']([\w.-]{1,80})["']\s*,\s*["'](\w{1,8})["']""")


def page_links(raw: bytes, address: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The attachments and the further pages of an article in the order to fetch them; none of a file other than a web page."""
    if b"<" not in raw[:4096] or raw.startswith((PDF, ZIP)):
        return (), ()
    text = decode_page(raw)[0][:_LOOKED_AT]
    here = urlsplit(address)
    links = [(target, words) for target, words in _links(_parsed(text), address) if _same_site(urlsplit(target), here)]
    attached = [link for link, words in links if _is_file(urlsplit(link)) or _NAMED_FILE.search(words)]
    numbered = sorted((number, link) for link, _ in links if (number := _page_number(urlsplit(link), here)))
    further = (
        [link for _, link in numbered] + list(_listed(text, address)) + [link for link, words in links if _NEXT.match(words)]
    )
    itself = urldefrag(address)[0]  # where a script opens the file: href="#"
    pages = [link for link in dict.fromkeys(further) if link != itself]
    files = [link for link in dict.fromkeys(attached) if link not in (itself, *pages)]
    return tuple(files[:MOST_ATTACHMENTS]), tuple(pages[:MOST_PAGES])


def _links(page: Any, address: str) -> Iterator[tuple[str, str]]:
    for anchor in page.iterfind(".//a[@href]"):
        try:
            target = urldefrag(urljoin(address, anchor.get("href").strip()))[0]
            _ = urlsplit(target).port
        except ValueError:
            continue  # no address, or an invalid port
        yield target, "".join(islice(anchor.itertext(), _MOST_WORDS))


def _listed(text: str, address: str) -> Iterator[str]:
    if pager := _PAGER.search(text):
        for number in range(1, min(int(pager[1]), MOST_PAGES + 1)):
            yield urljoin(address, f"{pager[2]}_{number}.{pager[3]}")


def _same_site(link: SplitResult, here: SplitResult) -> bool:
    """Whether a link is of the same host, or of another host of its domain."""
    if link.scheme not in ("http", "https"):
        return False
    if link.netloc == here.netloc:
        return True
    names = [(part.hostname or "").split(".") for part in (link, here)]
    is_ip = any(name[-1].isdigit() or ":" in name[-1] for name in names)
    domain = names[0][1:]
    of_one_owner = len(domain) > 2 or (len(domain) == 2 and domain[0] not in _REGISTRIES)
    return not is_ip and link.port == here.port and of_one_owner and names[1][1:] == domain


def _is_file(link: SplitResult) -> bool:
    return bool(_FILE.search(link.path)) or any(_FILE.search(value) for _, value in parse_qsl(link.query))


def _page_number(link: SplitResult, here: SplitResult) -> int:
    """The number of a further page of the article: t1_2.html beside t1.html, or ?page=2; 0 for other links."""
    name, own = PurePosixPath(link.path), PurePosixPath(here.path)
    if name.parent == own.parent and name.suffix == own.suffix:
        numbered = re.fullmatch(rf"{re.escape(own.stem)}[_-](\d{{1,2}})", name.stem)
        if numbered:
            return int(numbered[1])
    pages = [value for key, value in parse_qsl(link.query) if key.lower() in _PAGE_KEYS]
    return int(pages[0]) if link.path == here.path and pages and pages[0].isdecimal() and len(pages[0]) < 3 else 0
