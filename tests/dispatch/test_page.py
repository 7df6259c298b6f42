"""Reading a page in a confined process, and the address and the day that a page says of itself."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests.dispatch.offices import sample
from tests.dispatch.sites import ADDRESS, article, document_of
from tests.importing.compound_files import compound_file
from toolkit.dispatch.intake.inspecting import LIMITS
from toolkit.dispatch.publication.comparing import compare_page
from toolkit.dispatch.publication.page import PageReader
from toolkit.dispatch.publication.page_facts import page_facts
from toolkit.exporters.docx.writing import set_docx
from toolkit.importing.limits import CannotImport
from toolkit.importing.readers.office import convert

DAY = date(2025, 1, 24)


@pytest.mark.parametrize(
    ("page", "day"),
    [
        ('<meta name="PubDate" content="2025-01-24 09:30">', DAY),
        ("<META content='2025/1/24' NAME='publishdate'>", DAY),
        ("<meta name=PubDate content=2025-01-24>", DAY),
        ('<meta property="article:published_time" content="2025-01-24T09:30:00+08:00">', DAY),
        ("<span>发布日期：</span><b>2025年1月24日</b>", DAY),
        ("<li>[发布时间] <i>2025-01-24</i></li>", DAY),
        ("<p>本报告统计期限为2024年1月1日至2024年12月31日</p>", None),
        ('<meta name="PubDate" content="2025-13-24">', None),
        ('<meta name="PubDate" content="">发布时间：2025.01.24', DAY),
    ],
)
def test_the_day_of_publication(page: str, day: date | None) -> None:
    assert page_facts(f"<html>{page}</html>".encode())[1] == day


@pytest.mark.parametrize(
    ("page", "address"),
    [
        ("<!-- saved from url=(0028)https://www.gov.example/a.html -->", "https://www.gov.example/a.html"),
        ('<link rel="canonical" href="http://www.gov.example/b">', "http://www.gov.example/b"),
        ("<link rel=canonical href=http://www.gov.example/b>", "http://www.gov.example/b"),
        ('<meta property="og:url" content="https://www.gov.example/c">', "https://www.gov.example/c"),
        ("<!-- saved from url=(0028)javascript:alert(1) -->", ""),
        ("<p>https://www.gov.example/d</p>", ""),
    ],
)
def test_the_address(page: str, address: str) -> None:
    assert page_facts(f"<html>{page}</html>".encode("gbk"))[0] == address


def test_a_page_is_read_by_a_child_without_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NIANBAO_SMTP_PASSWORD", "geheim")
    with PageReader(LIMITS) as reader:
        page = reader.read(article(), "page.html", 2024)
        assert (page.organ, page.published_on, page.problem) == ("云溪县松石镇人民政府", DAY, "")
        child = reader._process._process
        assert child
        if os.name == "posix":
            assert b"geheim" not in Path(f"/proc/{child.pid}/environ").read_bytes()
        child.kill()
        child.wait()
        assert reader.read(article(), "page.html", 2024) == page, "it is started again"
    assert child.poll() is not None


def test_a_page_that_takes_too_long_is_given_up_and_the_next_is_read() -> None:
    with PageReader(replace(LIMITS, seconds=0.01)) as reader:
        assert "超出时间" in reader.read(article() * 3, "page.html", 2024).problem
        reader._process._seconds = LIMITS.seconds
        assert reader.read(b"%PDF-1.7 broken", "page.pdf", 2024).problem
        assert reader.read(article(), "page.html", 2024).problem == ""


OLD_WORD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old"


def test_an_old_word_or_wps_file_is_read_as_the_docx_that_an_office_suite_makes_of_it() -> None:
    asked: list[tuple[str, str]] = []

    def to_docx(raw: bytes, suffix: str, to: str, _name: str) -> bytes:
        assert raw == OLD_WORD
        asked.append((suffix, to))
        return set_docx(document_of(sample()))

    with PageReader(LIMITS, to_docx=to_docx) as reader:
        pages = [reader.read(OLD_WORD, name, 2024, ADDRESS) for name in ("年报.doc", "年报.wps", "page.html")]
    assert asked == [(".doc", "docx"), (".wps", "docx"), (".doc", "docx")]
    assert [compare_page(sample(), page) for page in pages] == [(), (), ()]


def test_an_old_word_file_that_cannot_be_opened_is_a_problem_of_that_page() -> None:
    def missing(_raw: bytes, suffix: str, _to: str, name: str) -> bytes:
        raise CannotImport(name, f"{suffix} 是旧格式，需要 LibreOffice 才能读入，本机没有安装")

    with PageReader(LIMITS, to_docx=missing) as reader:
        assert "需要 LibreOffice" in reader.read(OLD_WORD, "年报.doc", 2024).problem
        locked = compound_file({"EncryptedPackage": b"\0" * 600, "EncryptionInfo": b"\4\0\4\0"})
        assert "加了密码" in reader.read(locked, "年报.doc", 2024).problem


@pytest.mark.needs_libreoffice
@pytest.mark.sweep
def test_a_real_old_word_file_shows_the_report() -> None:
    old = convert(set_docx(document_of(sample())), ".docx", "doc", "年报.docx")
    with PageReader(LIMITS) as reader:
        assert compare_page(sample(), reader.read(old, "年报.doc", 2024)) == ()
