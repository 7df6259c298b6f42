"""Damaged documents of every format: read, or refused with a sentence; never a traceback, never endless."""

from __future__ import annotations

import base64
import random
from functools import cache
from pathlib import Path

import pytest

from tests.importing.mixture_html import write_html
from tests.importing.mixture_sheet import write_csv, write_sheet
from tests.importing.mixture_word import write_word
from tests.importing.mixtures import Mixer, Written, random_report
from tests.importing.mutations import mutated
from tests.importing.shapes import SETTERS, document, html_body, report, seed_text
from tests.importing.test_mail_and_csv import letter, outlook
from toolkit.importing import CannotImport, read_published

KINDS = ("docx", "html", "xlsx", "csv", "mht", "eml", "msg", "txt", "our.docx", "our.html", "our.xlsx")
FEW, MANY = 2, 700


@cache
def sound(kind: str) -> bytes:
    """An undamaged document with many shapes in it."""
    dice = random.Random(kind)
    mix = Mixer(dice, Written(random_report(dice), kind), (40, 40, 20))
    if kind.startswith("our."):
        return SETTERS[kind.removeprefix("our.")](document(report()))
    if kind == "mht":
        page = base64.encodebytes(html_body(report()).encode())
        head = b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="x"\r\n\r\n--x\r\nContent-Type: text/html\r\n'
        return head + b"Content-Transfer-Encoding: base64\r\n\r\n" + page + b"\r\n--x--\r\n"
    writers = {
        "docx": lambda: write_word(mix),
        "html": lambda: write_html(mix),
        "xlsx": lambda: write_sheet(mix),
        "csv": lambda: write_csv(mix),
        "eml": lambda: letter(("年报.docx", write_word(mix)), html="<p>见附件</p>").as_bytes(),
        "msg": lambda: outlook(("年报.docx", write_word(mix))),
        "txt": lambda: seed_text(report()).encode(),
    }
    return writers[kind]()


def check(kind: str, seed: int, folder: Path) -> None:
    raw = mutated(sound(kind), random.Random(f"{kind}/{seed}"))
    file = folder / f"年报.{kind.rpartition('.')[2]}"
    file.write_bytes(raw)
    try:
        read_published(file)
    except CannotImport:
        return  # refused with a sentence
    except Exception as error:
        raise AssertionError(f"{kind}/{seed}") from error


@pytest.mark.parametrize("kind", KINDS)
def test_damaged_files_are_read_or_refused(kind: str, tmp_path: Path) -> None:
    for seed in range(FEW):
        check(kind, seed, tmp_path)


@pytest.mark.sweep
@pytest.mark.parametrize("start", range(FEW, MANY, 86))
@pytest.mark.parametrize("kind", KINDS)
def test_many_damaged_files(kind: str, start: int, tmp_path: Path) -> None:
    for seed in range(start, min(MANY, start + 86)):
        check(kind, seed, tmp_path)


def test_damaged_data_link_of_our_own_page(tmp_path: Path) -> None:
    """A page whose download link was cut by an editor."""
    page = SETTERS["html"](document(report())).decode("utf-8")
    link = "data:application/yaml;charset=utf-8;base64,"
    (tmp_path / "年报.html").write_text(
        page.replace("</body>", f'<a download href="{link}QUJD=A">数据</a></body>'), encoding="utf-8"
    )
    assert read_published(tmp_path / "年报.html").report is not None
