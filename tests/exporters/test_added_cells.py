"""What someone added, in Markdown or as HTML of a library, comes out in every format; nothing in it is run or fetched."""

from __future__ import annotations

import base64
import io

import docx
import openpyxl
import pytest

from tests.exporters.stories import MARKUP, PNG, front
from toolkit.exporters.added_cells import read_html, read_markdown
from toolkit.exporters.document import make_document
from toolkit.exporters.docx.writing import set_docx
from toolkit.exporters.html.writing import set_html
from toolkit.exporters.pdf.setting import set_pdf
from toolkit.exporters.xlsx.writing import set_xlsx
from toolkit.sections.blocks import Block, Code, Heading, ListItems, Paragraph, Picture, Run, Table, paragraph

PNG_TEXT = base64.b64encode(PNG).decode("ascii")


@pytest.mark.parametrize(
    ("source", "expected", "reason"),
    [
        ("# 一\n### 三\n###### 六", (Heading(2, "一"), Heading(4, "三"), Heading(4, "六")), "level 1 belongs to 一 to 六"),
        ("甲\n乙", (Paragraph((Run("甲"), Run("乙"))),), "Chinese lines join without a blank"),
        ("a\nb", (Paragraph((Run("a"), Run(" "), Run("b"))),), "Latin lines join with one"),
        ("甲  \n乙", (Paragraph((Run("甲"), Run("\n"), Run("乙"))),), "a hard break stays"),
        ("<b>粗</b>", (paragraph("<b>粗</b>"),), "HTML stays letters"),
        ("<script>x</script>", (paragraph("<script>x</script>"),), "a block of it too"),
        ("```\na  b\n```", (Code("a  b"),), "a fence"),
        ("> 引", (paragraph("引"),), "a quotation keeps its text"),
        ("3. 甲\n4. 乙", (ListItems(True, ((paragraph("甲"),), (paragraph("乙"),)), 3),), "numbering goes on from 3"),
        ("[链](https://example.org)", (Paragraph((Run("链", link="https://example.org"),)),), "a link"),
        ("![图](https://example.org/a.png)", (paragraph("[图片未随笔记本保存：图]"),), "nothing is fetched"),
        ("![图](../secret.png)", (paragraph("[图片未随笔记本保存：图]"),), "not from the disk either"),
        (f"![点](data:image/png;base64,{PNG_TEXT})", (Picture(PNG, "image/png", "点"),), "a picture inside the text"),
        ('前![点](attachment:p "图 9 点")后', (paragraph("前"), Picture(PNG, "image/png", "点", "图 9 点"), paragraph("后")), ""),
        ("甲\x07乙", (paragraph("甲乙"),), "control characters fall away"),
        ("---", (), "a rule"),
        ("", (), "nothing"),
    ],
)
def test_markdown(source: str, expected: tuple[Block, ...], reason: str) -> None:
    assert read_markdown(source, {"p": {"image/png": PNG_TEXT}}) == expected, reason


def test_a_markdown_table_keeps_head_and_alignment() -> None:
    (table,) = read_markdown("| 项 | 数 |\n|:--|--:|\n| 甲 | **1** |")
    assert isinstance(table, Table)
    assert (table.rows, table.columns, table.head_rows) == (2, 2, 1)
    assert [(cell.text, cell.role, cell.align) for cell in table.cells] == [
        ("项", "head", "left"),
        ("数", "head", "right"),
        ("甲", "value", "left"),
        ("1", "value", "right"),
    ]


def test_markup_of_other_languages_stays_text() -> None:
    text = "".join(
        block.text for block in read_markdown(MARKUP.replace("*", "\\*").replace("`", "\\`")) if isinstance(block, Paragraph)
    )
    assert "#panic(1)" in text
    assert "{{ 7*7 }}" in text
    assert "<b>粗</b>" in text


# as DataFrame({"渠道": …, "件数": …})._repr_html_() of pandas 2 writes it
FRAME = """<div><style scoped>.dataframe tbody tr th { vertical-align: top; }</style>
<table border="1" class="dataframe"><thead><tr style="text-align: right;"><th></th><th>渠道</th><th>件数</th></tr></thead>
<tbody><tr><th>0</th><td>网站</td><td>121</td></tr><tr><th>1</th><td>=1+1 &lt;b&gt;</td><td>35</td></tr></tbody></table>
<p>2 rows × 2 columns</p></div>"""


def grid(table: Table) -> dict[tuple[int, int], tuple[str, str, int, int]]:
    return {(cell.row, cell.column): (cell.text, cell.role, cell.rowspan, cell.colspan) for cell in table.cells}


def test_a_frame_is_a_table_with_heads_and_labels() -> None:
    table, after = read_html(FRAME)
    assert isinstance(table, Table)
    assert (table.rows, table.columns, table.head_rows, table.label) == (3, 3, 1, "渠道、件数")
    assert grid(table)[0, 1] == ("渠道", "head", 1, 1)
    assert grid(table)[1, 0] == ("0", "stub", 1, 1)
    assert grid(table)[2, 1] == ("=1+1 <b>", "value", 1, 1)
    assert isinstance(after, Paragraph)
    assert after.text == "2 rows × 2 columns"


def test_a_frame_comes_out_in_every_format() -> None:
    document = make_document((front(), *read_html(FRAME)))
    assert set_pdf(document).startswith(b"%PDF")
    assert '<th scope="col">渠道</th>' in set_html(document).decode()
    (word,) = docx.Document(io.BytesIO(set_docx(document))).tables
    assert [cell.text for cell in word.rows[2].cells] == ["1", "=1+1 <b>", "35"]
    book = openpyxl.load_workbook(io.BytesIO(set_xlsx(document)))
    assert [cell.value for cell in book["渠道、件数"][5]][:3] == ["1", "=1+1 <b>", "35"]


SHAPES = [
    ("<table></table>", {}, "no rows"),
    ("<table><tr><td>甲<td>乙", {(0, 0): ("甲", "value", 1, 1), (0, 1): ("乙", "value", 1, 1)}, "never closed"),
    (
        "<table><tr><td rowspan=9>甲</td><td colspan=2>乙</td></tr><tr><td>丙</td></tr></table>",
        {
            (0, 0): ("甲", "value", 2, 1),
            (0, 1): ("乙", "value", 1, 2),
            (1, 1): ("丙", "value", 1, 1),
            (1, 2): ("", "value", 1, 1),
        },
        "spans, too long a one, a row too short",
    ),
    (
        "<table><tr><td>甲<table><tr><td>内</td><td>层</td></tr></table></td></tr></table>",
        {(0, 0): ("甲 内 层", "value", 1, 1)},
        "a table within a table",
    ),
    (
        "<table><tr><td colspan='x'>甲<script>坏()</script><br>乙</td></tr></table>",
        {(0, 0): ("甲 乙", "value", 1, 1)},
        "markup in a cell",
    ),
    (
        "<table><tr><th>甲</th><th>乙</th></tr></table>",
        {(0, 0): ("甲", "head", 1, 1), (0, 1): ("乙", "head", 1, 1)},
        "heads only",
    ),
]


@pytest.mark.parametrize(("source", "cells", "why"), SHAPES, ids=[case[2] for case in SHAPES])
def test_tables_of_all_shapes(source: str, cells: dict[tuple[int, int], tuple[str, str, int, int]], why: str) -> None:
    found = [grid(block) for block in read_html(source) if isinstance(block, Table)]
    assert found == ([cells] if cells else []), why
    for block in read_html(source):
        assert set_pdf(make_document((front(), block))).startswith(b"%PDF")


@pytest.mark.parametrize(
    "source",
    [
        "前<table><tr><td>甲</td></tr></table>中<p>段</p><table><tr><td>乙</td></tr></table>后",
        "前</body></html><table><tr><td>甲</td></tr></table>中<p>段</p><table><tr><td>乙</td></tr></table></HTML>后",
        "<table>前<tr><td>甲</td></tr></table>中<table><tr>段<td>乙</td></tr></table>后",
    ],
    ids=["beside tables", "behind the end of a page", "in tables and in no cell"],
)
def test_text_around_tables_keeps_its_place(source: str) -> None:
    blocks = read_html(source)
    words = [block.text if isinstance(block, Paragraph) else block.cells[0].text for block in blocks]  # type: ignore[union-attr]
    assert words == ["前", "甲", "中", "段", "乙", "后"]


def test_text_between_the_tags_of_a_table_is_not_lost() -> None:
    blocks = read_html("<table>单位：件<tr><td>甲</td></tr>注：略<tr><td>乙</td></tr></table>后")
    assert [block.text for block in blocks if isinstance(block, Paragraph)] == ["单位：件 注：略", "后"]
