"""The picture for the public as PNG and PDF, and the draft of the 解读 as a Word file."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import docx
import pikepdf
import pytest
from PIL import Image

from tests.exporters.notebooks import notebook_of
from tests.exporters.test_readback import PARAMS, made, story
from toolkit.core.errors import GlyphMissing
from toolkit.exporters.document import Document, NotAReport
from toolkit.exporters.notebook_exporters import PosterExporter
from toolkit.exporters.pdf.reading import read_pieces
from toolkit.exporters.readback import check_tujie
from toolkit.exporters.tujie.setting import set_interpretation, set_poster
from toolkit.forms import Address
from toolkit.report import Report
from toolkit.sections.blocks import Poster

FILES = ("2020/嘉祥县/孟姑集镇", "2024/云溪县/松石镇", "2024/云溪县/白鹭乡", "2024/云溪县/㙍垯镇")
BIGGEST = 2_000_000


def sample(name: str = "2024/云溪县/松石镇") -> tuple[Report, Document]:
    return story(PARAMS / f"{name}.yaml")


def changed(document: Document, **values: object) -> Document:
    return replace(document, poster=json.dumps({**json.loads(document.poster), **values}, ensure_ascii=False))


@pytest.mark.parametrize("name", FILES)
def test_the_picture_is_1080_pixels_wide_small_and_says_its_figures_in_both_files(name: str) -> None:
    _, document = sample(name)
    pdf_file, png = set_poster(document)
    picture = Image.open(io.BytesIO(png))
    assert picture.width == 1080
    assert 1000 < picture.height < 8000
    assert len(png) < BIGGEST
    with pikepdf.open(io.BytesIO(pdf_file)) as pdf:
        (page,) = pdf.pages
        assert round(float(page.mediabox[2])) == 540
        text = "".join(read_pieces(pdf))
    content = json.loads(document.poster)
    for figure in content["figures"]:
        assert f"{figure['value']}{figure['unit']}{figure['label']}" in "".join(text.split())
    for part in content["parts"]:
        assert part["heading"] in text
        assert all(bar["label"].replace(" ", "") in text.replace(" ", "") for bar in part["bars"])


def test_the_same_report_gives_the_same_bytes() -> None:
    _, document = sample()
    assert set_poster(document) == set_poster(document)
    assert set_interpretation(document) == set_interpretation(document)


def test_a_draft_says_so() -> None:
    _, document = sample()
    draft = replace(document, front=replace(document.front, draft=True))
    with pikepdf.open(io.BytesIO(set_poster(draft)[0])) as pdf:
        assert "草稿" in "".join(read_pieces(pdf))


def test_long_names_markup_and_line_breaks_stay_inside_and_stay_text() -> None:
    _, document = sample()
    name = "某某自治州某某自治县某某镇人民政府" * 4
    hostile = changed(document, organ=name, next_steps="#panic(1) *星* $x$ \\ <b> @引\n换行", title="#import x")
    with pikepdf.open(io.BytesIO(set_poster(hostile)[0])) as pdf:
        text = "".join(read_pieces(pdf))
    assert name in text
    assert "#panic(1) *星* $x$ \\ <b> @引 换行" in text


def test_a_character_without_a_font_is_named() -> None:
    _, document = sample()
    with pytest.raises(GlyphMissing, match="U\\+10FFFD"):
        set_poster(changed(document, organ="\U0010fffd镇"))


def test_an_older_notebook_is_refused_in_a_sentence() -> None:
    _, document = sample()
    with pytest.raises(NotAReport, match="一图读懂"):
        set_poster(replace(document, poster=""))


def test_the_draft_of_the_interpretation_names_the_cell_of_every_number() -> None:
    _, document = sample()
    word = docx.Document(io.BytesIO(set_interpretation(document)))
    text = [paragraph.text for paragraph in word.paragraphs]
    assert "".join(text[:2]).startswith("《云溪县松石镇人民政府2024年政府信息公开工作年度报告》解读")
    (table,) = word.tables
    rows = [[cell.text for cell in row.cells] for row in table.rows]
    assert ["183", "表三 一、本年新收政府信息公开申请数量·总计"] in rows
    bold = [run.text for paragraph in word.paragraphs for run in paragraph.runs if run.bold and run.text.isdigit()]
    assert bold == [number for number, _ in rows[1:]]


def test_reading_back_finds_a_figure_and_a_sentence_that_differ() -> None:
    report, document = sample()
    good = made("tujie", document)
    assert list(check_tujie(good, document, report)) == []
    other = report.with_value(Address("applications", "new", "total"), 1)
    assert any("表三 一、本年新收" in item.place for item in check_tujie(good, document, other))
    interpretation = json.loads(document.poster)["interpretation"]
    pieces = [["依申请公开方面，新收政府信息公开申请", {"text": "999", "cells": [], "last_year": False}, "件。"]]
    wrong = changed(document, interpretation={**interpretation, "paragraphs": pieces})
    assert [item.file for item in check_tujie(good, wrong, report)] == ["解读草稿"]


def test_nbconvert_gets_the_picture(tmp_path: Path) -> None:
    _, document = sample()
    blocks = (document.front, *document.blocks, *document.attachments, Poster(document.poster))
    out, resources = PosterExporter().from_notebook_node(notebook_of(blocks))
    assert out == set_poster(document)[1]
    assert resources["output_extension"] == ".png"
