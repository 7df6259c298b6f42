"""Pages as browsers and content systems save them: sheets in parts, encodings without a mark, tables of two years."""

from __future__ import annotations

import quopri
import re
from pathlib import Path

import pytest

from tests.importing.shapes import assert_as, html_body, html_table, page, report
from toolkit.importing import read_published

SHEET = "cid:css-1@mhtml.blink"


def saved_by_chromium(html: str, sheet: str) -> bytes:
    """A page as one file: the sheet is a part that the link names."""
    parts = {"text/html": ("http://www.example.gov.cn/", html), "text/css": (SHEET, sheet)}
    lines = ["From: <Saved by Blink>", "MIME-Version: 1.0", 'Content-Type: multipart/related; type="text/html"; boundary="b"', ""]
    for kind, (place, text) in parts.items():
        body = quopri.encodestring(text.encode()).decode("ascii")
        encoded = "Content-Transfer-Encoding: quoted-printable"
        lines += ["--b", f'Content-Type: {kind}; charset="utf-8"', encoded, f"Content-Location: {place}", "", body]
    return "\r\n".join([*lines, "--b--", ""]).encode("ascii")


def test_sheet_in_a_part_of_the_file(tmp_path: Path) -> None:
    of = report()
    body = re.sub(r"<p><span>(?=\d+</span>)", '<p><i class="old">8</i><span>', html_body(of))
    head = f'<head><link rel="stylesheet" type="text/css" href="{SHEET}"></head>'
    raw = saved_by_chromium(f"<html>{head}<body>{body}</body></html>", "@charset 'utf-8';.old{display:none}")
    (tmp_path / "年报.mhtml").write_bytes(raw)
    assert_as(read_published(tmp_path / "年报.mhtml"), of)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-16", "utf-32", "gb18030", "utf-8-sig", "utf-7", "hz"])
def test_encoding_without_a_mark(encoding: str, tmp_path: Path) -> None:
    of = report()
    (tmp_path / "年报.html").write_bytes(page(html_body(of), charset="gbk").encode(encoding, "xmlcharrefreplace"))
    assert_as(read_published(tmp_path / "年报.html"), of)


@pytest.mark.filterwarnings("error")
def test_page_that_declares_to_be_xml(tmp_path: Path) -> None:
    of = report()
    declared = '<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml">'
    (tmp_path / "年报.html").write_text(f"{declared}<body>{html_body(of)}</body></html>", encoding="utf-8")
    assert_as(read_published(tmp_path / "年报.html"), of)


@pytest.mark.parametrize("label", ["本年数据", "（二）本年度办理情况", "2023年数据"])
def test_table_of_last_year_above_that_of_this_year(label: str, tmp_path: Path) -> None:
    of = report()
    table, old = html_table(of, "applications"), html_table(report().with_value(next(iter(of.form.cells)), 1), "applications")
    old = re.sub(r"<span>\d+</span>", "<span>91</span>", old)
    body = html_body(of).replace(table, f"<p>（上年数据，供对照）</p>{old}<p>{label}</p>{table}")
    (tmp_path / "年报.html").write_text(body, encoding="utf-8")
    got = read_published(tmp_path / "年报.html")
    assert_as(got, of)
    assert got.form is not None
    assert any("2022" in seen.message for seen in got.form.observations)
