"""Fetch a published page from its address, within limits, with its further pages or the report that is attached to it.

In: an address that an officer typed. Out: its bytes. Only http and https; no address of the own network unless it is typed as
an IP address, and never one that a page redirects to; the connection goes to the address that was judged, so that a name cannot
change its meaning in between. Size, time, redirects and kinds of content are limited; no cookies, no proxy, no script.
"""

from __future__ import annotations

import http.client
import ipaddress
import re
import socket
import ssl
import threading
import time
import zlib
from collections import deque
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from toolkit.core.errors import NianbaoError
from toolkit.core.sniffing import document_suffix
from toolkit.dispatch.publication.page import PublishedPage
from toolkit.dispatch.publication.page_facts import MOST_PAGES
from toolkit.importing.readers.encoding import decode_page

_KINDS = {
    "text/html": ".html", "application/xhtml+xml": ".html", "multipart/related": ".mht", "message/rfc822": ".mht",
    "application/pdf": ".pdf", "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/x-pdf": ".pdf", "application/msword": ".doc", "application/vnd.ms-word": ".doc", "application/kswps": ".wps",
    "application/wps-office.doc": ".doc", "application/wps-office.wps": ".wps", "application/wps-office.docx": ".docx",
    "application/vnd.ms-works": ".wps",
}  # fmt: skip
_UNNAMED = {
    "", "application/octet-stream", "binary/octet-stream", "application/download", "application/x-download",
    "application/force-download", "application/x-msdownload", "attachment",
}  # fmt: skip
_HEADERS = {"User-Agent": "nianbao", "Accept": "text/html,application/pdf,*/*;q=0.1", "Accept-Encoding": "gzip, identity"}
_KEPT = "/%:@!$&'()*+,;=?~-._"  # characters that a request line may hold as they are (RFC 3986)
_MOVED = {301, 302, 303, 307, 308}


class NotFetched(NianbaoError):
    """A page that was not fetched; the sentence says why and what to do."""


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """The most of everything: bytes as they come and unpacked, seconds for one page with its redirects."""

    page_bytes: int = 20_000_000
    seconds: float = 30.0
    redirects: int = 5


@dataclass(frozen=True, slots=True)
class FetchedPage:
    """A page: its last address, the file name that says its kind, its bytes."""

    address: str
    name: str
    data: bytes


Resolve = Callable[[str, int], list[str]]


def resolve_host(host: str, port: int) -> list[str]:
    """The IP addresses of a host.

    Raises:
        OSError: the name is not known.
    """
    answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in answers))


def fetch_page(address: str, limits: FetchLimits = FetchLimits(), resolve: Resolve = resolve_host) -> FetchedPage:
    """The page at an address.

    Raises:
        NotFetched: refused, not reachable, an answer other than a page, or over a limit.
    """
    end, typed = time.monotonic() + limits.seconds, address
    first = _parts(typed).netloc
    for _ in range(limits.redirects + 1):
        parts = _parts(address)
        ip = _allowed_ip(parts, resolve, typed=parts.netloc == first)
        try:
            answer = _get(parts, ip, end, limits)
        except (OSError, http.client.HTTPException, zlib.error) as error:
            raise NotFetched(f"{typed} 取不到：{_why(error, end)}") from error
        if isinstance(answer, FetchedPage):
            return answer
        address = urljoin(parts.geturl(), answer)
    raise NotFetched(f"{typed} 转来转去超过 {limits.redirects} 次，没有取；请在浏览器中打开后另存")


def _parts(address: str) -> SplitResult:
    try:
        parts = urlsplit(address.strip())
        port, host = parts.port, parts.hostname
    except ValueError as error:
        raise NotFetched(f"“{address[:200]}”不是网址") from error
    if parts.scheme not in ("http", "https") or not host or port == 0:
        raise NotFetched(f"“{address[:200]}”不是 http 或 https 的网址")
    if parts.username is not None:
        raise NotFetched("网址里写有用户名或密码，没有取；请写公开页面的网址")
    return parts


def _allowed_ip(parts: SplitResult, resolve: Resolve, *, typed: bool) -> str:
    """The IP address to connect to. One of the own network only where it was ``typed`` as such."""
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    with suppress(ValueError):
        ip = ipaddress.ip_address(host)
        if typed or _is_public(ip):
            return str(ip)
        raise NotFetched(f"页面转到了内网地址 {host}，没有取")
    try:
        addresses = resolve(host.encode("idna").decode("ascii"), port)
    except (OSError, UnicodeError) as error:
        raise NotFetched(f"找不到网站 {host}，请核对网址和网络") from error
    inside = [name for name in addresses if not _is_public(ipaddress.ip_address(name.partition("%")[0]))]
    if inside or not addresses:
        raise NotFetched(f"{host} 是内网地址（{'、'.join(inside)}），没有取；确要取内网页面的，请把网址中的名称写成 IP 地址")
    return addresses[0]


def _is_public(ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    inner = getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None)
    return ip.is_global and not ip.is_multicast and (inner is None or inner.is_global)


def _get(parts: SplitResult, ip: str, end: float, limits: FetchLimits) -> FetchedPage | str:
    """One answer: the page, or the address it has moved to."""
    remaining = end - time.monotonic()
    if remaining <= 0:
        raise TimeoutError
    connection = _connection(parts, ip, remaining)
    with closing(connection):
        # a server that sends a byte now and then keeps within the socket's own limit
        timer = threading.Timer(remaining, _shut, (connection,))
        timer.start()
        try:
            connection.request("GET", _target(parts), headers=_HEADERS | {"Host": parts.netloc})
            response = connection.getresponse()
            if response.status in _MOVED and response.getheader("Location"):
                return str(response.getheader("Location"))
            if response.status != 200:
                raise NotFetched(f"{parts.geturl()} 取不到：网站回答 {response.status} {response.reason}")
            return _page(parts, response, end, limits)
        finally:
            timer.cancel()


def _target(parts: SplitResult) -> str:
    """Path and query for the request line; Chinese characters become what browsers send."""
    path = quote(parts.path or "/", safe=_KEPT)
    return f"{path}?{quote(parts.query, safe=_KEPT)}" if parts.query else path


def _connection(parts: SplitResult, ip: str, seconds: float) -> http.client.HTTPConnection:
    """A connection to the address that was judged, under the name that was typed."""
    host = parts.hostname or ""
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    raw = socket.create_connection((ip, port), timeout=min(seconds, 15.0))
    try:
        raw = ssl.create_default_context().wrap_socket(raw, server_hostname=host) if secure else raw
    except BaseException:
        raw.close()
        raise
    connection = http.client.HTTPConnection(host, port)
    connection.sock = raw
    return connection


def _shut(connection: http.client.HTTPConnection) -> None:
    with suppress(OSError):
        if connection.sock:
            connection.sock.shutdown(socket.SHUT_RDWR)


def _page(parts: SplitResult, response: http.client.HTTPResponse, end: float, limits: FetchLimits) -> FetchedPage:
    kind = (response.getheader("Content-Type") or "").partition(";")[0].strip().lower()
    if kind not in _KINDS and kind not in _UNNAMED:
        raise NotFetched(f"{parts.geturl()} 是 {kind[:60]}，不是网页、PDF 或 Word 文件，没有取")
    data = _body(parts, response, end, limits)
    begun = document_suffix(data)  # whatever the site calls it
    suffix = begun if begun and _KINDS.get(kind) != ".wps" else _KINDS.get(kind, "")
    if not suffix:
        raise NotFetched(f"{parts.geturl()} 没有写明是什么文件，也不是 PDF 或 Word 文件，没有取")
    if suffix == ".html":
        data = _as_declared(data, response.getheader("Content-Type") or "")
    return FetchedPage(parts.geturl(), f"page{suffix}", data)


def _body(parts: SplitResult, response: http.client.HTTPResponse, end: float, limits: FetchLimits) -> bytes:
    packed = (response.getheader("Content-Encoding") or "").strip().lower()
    if packed not in ("", "identity", "gzip", "x-gzip"):
        raise NotFetched(f"{parts.geturl()} 的内容用 {packed[:20]} 压缩，读不了；请在浏览器中打开后另存")
    unpack = zlib.decompressobj(zlib.MAX_WBITS | 16) if "gzip" in packed else None
    chunks, size = [], 0
    while piece := response.read1(65_536):
        piece = unpack.decompress(piece, limits.page_bytes + 1) if unpack else piece
        size += len(piece)
        if size > limits.page_bytes or (unpack and unpack.unconsumed_tail):
            raise NotFetched(f"{parts.geturl()} 超过 {limits.page_bytes // 1_000_000} MB，没有取")
        if time.monotonic() > end:
            raise TimeoutError
        chunks.append(piece)
    declared = response.getheader("Content-Length")
    if unpack and not unpack.eof:
        raise http.client.IncompleteRead(b"")
    if declared and not packed and declared.isdigit() and size < int(declared):
        raise http.client.IncompleteRead(b"", int(declared) - size)
    return b"".join(chunks)


def _as_declared(data: bytes, kind: str) -> bytes:
    """The page in UTF-8 where only the answer's head names its encoding, which is what browsers go by first."""
    charset = re.search(r"charset\s*=\s*[\"']?([-\w]+)", kind, re.IGNORECASE)
    if not charset or b"charset" in data[:4096].lower():
        return data
    with suppress(LookupError, UnicodeDecodeError):
        return data.decode(charset[1]).encode("utf-8-sig")
    return decode_page(data)[0].encode("utf-8-sig")


def _why(error: Exception, end: float) -> str:
    if isinstance(error, ssl.SSLError):
        return "网站的证书核对不上，没有取；请在浏览器中打开后另存"
    if isinstance(error, TimeoutError) or time.monotonic() >= end - 0.1:
        return "网站在规定的时间内没有答完"
    if isinstance(error, http.client.HTTPException):
        return "网站的回答不合规范或中途断了"
    return "网站拒绝连接" if isinstance(error, ConnectionRefusedError) else "网络连不上，或中途断了"


Fetch = Callable[[str], FetchedPage]
Read = Callable[[FetchedPage], PublishedPage]
_MOST_BYTES = 40_000_000  # of all pages of an article
_BODY = re.compile(r"<body\b[^>]*>(.*?)(?:</body\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_END = re.compile(r"</body\s*>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Article:
    """What the article shows, and the bytes that show it, to be kept as evidence."""

    page: PublishedPage
    data: bytes


def follow(first: FetchedPage, page: PublishedPage, fetch: Fetch, read: Read) -> Article:
    """The article with its further pages; its attachment where it shows no table."""
    followed = Article(page, first.data)
    if page.further:
        whole = _joined(first.data, _further(first, page, fetch, read), page.title)
        followed = Article(_of_article(read(replace(first, data=whole)), page), whole)
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


def _attachment(article: PublishedPage, fetch: Fetch, read: Read) -> Article | None:
    """The first attached file that holds a report."""
    for link in article.attachments:
        try:
            fetched = fetch(link)
        except NotFetched:
            continue
        page = read(fetched)
        if _has_tables(page):
            return Article(_of_article(page, article), fetched.data)
    return None


def _of_article(page: PublishedPage, article: PublishedPage) -> PublishedPage:
    return replace(page, address=article.address, published_on=article.published_on or page.published_on)


def _has_tables(page: PublishedPage) -> bool:
    return any(cell.state != "missing" for cell in page.cells.values())
