"""Find the address and the day of publication that a saved page says of itself.

In: the bytes of a page. Out: an address and a day, empty where the page says none. Government sites state the day in
``<meta name="PubDate">``; browsers that save a page write its address into it.

Source: 《政府网站发展指引》（国办发〔2017〕47号）, annex on page tags.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from email import message_from_bytes
from email.message import Message

from toolkit.importing.readers.encoding import decode_page

_LOOKED_AT = 2_000_000  # characters of a page
_DAY = r"(20\d\d)\s*[-年./]\s*(\d{1,2})\s*[-月./]\s*(\d{1,2})"
_META = re.compile(r"<meta\s[^>]{1,400}>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([\w:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_LINK = re.compile(r"<link\s[^>]{1,600}>", re.IGNORECASE)
_SAVED_FROM = re.compile(r"<!-- saved from url=\(\d+\)(\S{1,500}) -->")
_TAGS = re.compile(r"<[^>]*>|&nbsp;")
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
    return next(filter(None, _addresses(text)), ""), next(filter(None, _days(text)), None)


def _mime(raw: bytes) -> Message | None:
    head = re.split(rb"\r?\n\r?\n", raw[:8192], maxsplit=1)[0]
    return message_from_bytes(raw) if re.search(rb"(?im)^content-type:\s*multipart/related", head) else None


def _addresses(text: str) -> Iterator[str]:
    if saved := _SAVED_FROM.search(text):
        yield _safe(saved[1])
    for link in _LINK.finditer(text):
        named = _attributes(link[0])
        if named.get("rel", "").lower() == "canonical":
            yield _safe(named.get("href", ""))
    for meta in _META.finditer(text):
        named = _attributes(meta[0])
        if named.get("property", "").lower() == "og:url":
            yield _safe(named.get("content", ""))


def _days(text: str) -> Iterator[date | None]:
    for meta in _META.finditer(text):
        named = _attributes(meta[0])
        if (named.get("name") or named.get("property", "")).lower() in _DATE_NAMES:
            yield _day(re.search(_DAY, named.get("content", "")))
    yield _day(_WORDS.search(_TAGS.sub("", text)))


def _attributes(tag: str) -> dict[str, str]:
    return {match[1].lower(): match[2] or match[3] or "" for match in _ATTRIBUTE.finditer(tag)}


def _day(match: re.Match[str] | None) -> date | None:
    with suppress(ValueError):
        return date(*map(int, match.groups())) if match else None
    return None


def _safe(address: str) -> str:
    """An address that can be shown and kept; others are dropped."""
    return address if _ADDRESS.match(address) else ""
