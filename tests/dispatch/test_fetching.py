"""Fetching a published page from a real server on loopback: what is taken, and everything that is refused."""

from __future__ import annotations

import gzip

import pytest

from tests.dispatch.sites import Answer, site
from toolkit.dispatch.publication.fetching import FetchLimits, NotFetched, fetch_page

HTML = {"Content-Type": "text/html; charset=utf-8"}
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
GBK = {"Content-Type": "text/html;charset=GBK"}
PAGE = "<meta charset=utf-8><p>公开".encode()
UTF8_PAGE = "<p>公开".encode("utf-8-sig")
QUICK = FetchLimits(page_bytes=100_000, seconds=2.0, redirects=2)


def moved(to: str) -> Answer:
    return Answer(status=302, headers={"Location": to})


def test_a_page_is_fetched_with_its_last_address() -> None:
    path = "/%E5%B9%B4%E6%8A%A5.html?id=1"
    with site({path: Answer(b"<meta charset=utf-8>"), "/": moved(path)}) as here:
        page = fetch_page(f"{here}/", QUICK)
        assert (page.address, page.name, page.data) == (f"{here}{path}", "page.html", b"<meta charset=utf-8>")
        assert fetch_page(f"{here}/年报.html?id=1", QUICK).data == page.data


@pytest.mark.parametrize(
    ("answer", "name", "data"),
    [
        (Answer(b"%PDF-1.7", headers={"Content-Type": "application/pdf"}), "page.pdf", b"%PDF-1.7"),
        (Answer(b"%PDF-1.7", headers={"Content-Type": "application/octet-stream"}), "page.pdf", b"%PDF-1.7"),
        (Answer(b"PK\3\4", headers={}), "page.docx", b"PK\3\4"),
        (Answer(b"%PDF-1.7", headers=HTML), "page.pdf", b"%PDF-1.7"),
        (Answer(COMPOUND, headers={"Content-Type": "application/msword"}), "page.doc", COMPOUND),
        (Answer(COMPOUND, headers={"Content-Type": "application/kswps"}), "page.wps", COMPOUND),
        (Answer(COMPOUND, headers={"Content-Type": "application/octet-stream"}), "page.doc", COMPOUND),
        (Answer(gzip.compress(PAGE), headers={**HTML, "Content-Encoding": "gzip"}), "page.html", PAGE),
        (Answer("<p>公开".encode("gbk"), headers={"Content-Type": "text/html; charset=gb2312"}), "page.html", UTF8_PAGE),
        (Answer("<p>公开".encode("gbk"), headers=GBK), "page.html", "<p>公开".encode("utf-8-sig")),
        (Answer(PAGE, headers=GBK), "page.html", PAGE),
    ],
    ids=["pdf", "unnamed pdf", "unnamed word", "pdf called a page", "old word", "wps", "unnamed old word", "packed",
         "gb2312 in the head", "encoding in the head", "encoding in the page"],
)  # fmt: skip
def test_what_sites_really_send_is_taken(answer: Answer, name: str, data: bytes) -> None:
    with site({"/a": answer}) as here:
        page = fetch_page(f"{here}/a", QUICK)
    assert (page.name, page.data) == (name, data)


BOMB = gzip.compress(b"0" * 50_000_000, compresslevel=1)
REFUSED = {
    "too large": (Answer(b"a" * 100_001), "超过 0 MB"),
    "a bomb": (Answer(BOMB, headers={**HTML, "Content-Encoding": "gzip"}), "超过 0 MB"),
    "packed in another way": (Answer(b"a", headers={**HTML, "Content-Encoding": "br"}), "br 压缩"),
    "a picture": (Answer(b"\x89PNG", headers={"Content-Type": "image/png"}), "image/png"),
    "a program": (Answer(b"MZ", headers={"Content-Type": "application/octet-stream"}), "没有写明是什么文件"),
    "not there": (Answer(b"", 404), "回答 404"),
    "cut off while packed": (Answer(gzip.compress(PAGE * 50)[:-9], headers={**HTML, "Content-Encoding": "gzip"}), "中途断了"),
    "cut off": (Answer(b"abc", headers={**HTML, "Content-Length": "9999"}), "中途断了"),
    "in a circle": (moved("/a"), "超过 2 次"),
    "to a file": (moved("file:///etc/passwd"), "不是 http 或 https"),
    "to the own network": (moved("http://10.0.0.1/"), "内网地址 10.0.0.1"),
    "to another port of this machine": (moved("http://127.0.0.1:1/"), "内网地址 127.0.0.1"),
    "to this machine in other words": (moved("http://[::ffff:127.0.0.1]/"), "内网地址"),
    "to the metadata of a cloud": (moved("http://169.254.169.254/latest/"), "内网地址 169.254.169.254"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_says_why(case: str) -> None:
    answer, words = REFUSED[case]
    with site({"/a": answer}) as here, pytest.raises(NotFetched, match=words):
        fetch_page(f"{here}/a", QUICK)


def test_a_server_that_sends_a_byte_now_and_then_is_left_after_the_limit() -> None:
    with site({"/a": Answer(b"a" * 1000, pause=0.1)}) as here, pytest.raises(NotFetched, match="规定的时间内"):
        fetch_page(f"{here}/a", FetchLimits(seconds=0.6))


def test_a_name_that_leads_into_the_own_network_is_refused_before_it_is_asked() -> None:
    asked: list[str] = []
    with site({"/": Answer(b"a")}, asked) as here:
        port = here.rpartition(":")[2]
        with pytest.raises(NotFetched, match=r"www.gov.example 是内网地址（127.0.0.1）"):
            fetch_page(f"http://www.gov.example:{port}/", QUICK, lambda *_: ["8.8.8.8", "127.0.0.1"])
    assert asked == []


@pytest.mark.parametrize("address", ["ftp://a.example/b", "www.gov.example", "http://", "http://a:x/", "javascript:alert(1)"])
def test_what_is_no_address_of_the_web(address: str) -> None:
    with pytest.raises(NotFetched, match="不是"):
        fetch_page(address)


def test_a_password_in_an_address_is_not_repeated() -> None:
    with pytest.raises(NotFetched) as error:
        fetch_page("http://clerk:geheim@a.example/")
    assert "geheim" not in str(error.value)


def test_a_closed_port_and_an_unknown_name() -> None:
    with pytest.raises(NotFetched, match="网站拒绝连接"):
        fetch_page("http://127.0.0.1:9/", QUICK)

    def unknown(*_: object) -> list[str]:
        raise OSError

    with pytest.raises(NotFetched, match="找不到网站"):
        fetch_page("http://no.example/", QUICK, unknown)
