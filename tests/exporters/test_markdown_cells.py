"""A Markdown cell becomes blocks, and nothing in it is run or fetched."""

from __future__ import annotations

import base64

import pytest

from tests.exporters.stories import MARKUP, PNG
from toolkit.exporters.markdown_cells import read_markdown
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
