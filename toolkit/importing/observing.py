"""Collect which parts of the form a document has, and which of its content has no place in a report.

In: the words, the tables and the cells that were read. Out: a ``ReadForm`` and its observations. Nothing is judged here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from toolkit.forms import Address, Form, all_forms, fullest_form
from toolkit.importing.narrative.facts import FoundTitle, level_of
from toolkit.importing.narrative.narrative import TextReading, headings_in_order
from toolkit.importing.recognition.cells import STATE_NAMES, CellReading
from toolkit.importing.recognition.labels import all_labels, match_text, table_of_caption
from toolkit.importing.recognition.matching import TableReading
from toolkit.importing.recognition.tables import RecognisedTables, is_figure
from toolkit.importing.source import Line
from toolkit.importing.wording import fold
from toolkit.report.chart_words import is_chart_text
from toolkit.report.model import LEVEL_NAMES, Report
from toolkit.report.read_form import Observation, ReadForm

# the unit of a table, and where our own workbook says that a table is on another sheet
_NO_TEXT = re.compile(r"[（(]?(金额|数量)?单位.{0,8}[）)]?|〔见工作表[：:].{1,40}〕|\[见工作表[：:].{1,40}\]")
_NO_PLACE = "表格下方的文字没有对应的填写位置；需要保留的请写入“其他需要报告的事项”"
_MOST_ALONE = 5  # figures without a table that are listed one by one
_QUOTED = 200  # characters of a text that are quoted


def read_form(
    words: TextReading,
    tables: Sequence[TableReading],
    form: Form | None,
    cells: Mapping[Address, CellReading],
    observations: Iterable[Observation],
    *,
    printed: bool,
) -> ReadForm:
    """The form as read, for the checks."""
    expected = form or fullest_form()
    labels = _labels(tables, expected)
    have = {table.key for table in tables}
    parts = {part.key for part in expected.parts if part.tables}
    unread = {
        at: _sentence(reading) for at, reading in cells.items()
        if reading.state in ("unclear", "missing") and form and at in form.cells and at.table in have
    }  # fmt: skip
    return ReadForm(
        headings=headings_in_order(words.headings),
        labels=labels,
        pictures=tuple(part for part in words.pictures if part in parts - set(labels)),
        absent=tuple(table.key for table in (form.tables if form else ()) if table.key not in have),
        editions={table.key: table.edition for table in tables if table.edition},
        unread=unread,
        observations=tuple(dict.fromkeys(observations)),
        printed=printed,
    )


def _sentence(reading: CellReading) -> str:
    raw = f"，原文“{reading.raw[:40]}”" if reading.raw else ""
    place = f"（{reading.place}）" if reading.place else ""
    return f"{STATE_NAMES[reading.state]}：{reading.why}{raw}{place}"


def _labels(tables: Sequence[TableReading], form: Form) -> dict[str, tuple[str, ...]]:
    parts: dict[str, tuple[str, ...]] = {}
    for form_part in (part for part in form.parts if part.tables):
        same_key = [table for key in form_part.tables for table in tables if table.key == key]
        if same_key:
            parts[form_part.key] = tuple(label for table in same_key for label in table.labels)
    return parts


def table_name(key: str) -> str:
    """A table as people call it: 表二（第二十条第（五）项）."""
    table = next(form.table_by_key[key] for form in reversed(all_forms()) if key in form.table_by_key)
    return f"{table.name}{f'（{table.caption}）' if table.caption else ''}"


def about_other_reports(titles: Sequence[tuple[FoundTitle | None, bool]]) -> Iterator[Observation]:
    """several-reports: the reports of one file by their titles; the flag tells the one that was read."""
    if len(titles) > 1:
        names = [f"“{title.text[:60]}”" if title else "没有标题的一份" for title, _ in titles]
        read = next((name for name, (_, chosen) in zip(names, titles, strict=True) if chosen), names[0])
        message = f"文件里有 {len(titles)} 份年报：{'、'.join(names)}，只读入了{read}"
        step = "另外的请写明年度（命令行加 --year）再导入一次，或分开另存后导入"
        yield Observation("several-reports", message, next_step=step)


def about_words(words: TextReading, found: RecognisedTables, form: Form, *, printed: bool) -> Iterator[Observation]:
    """What of the words has no place in the report, and what had to be assumed."""
    if printed:
        yield from _about_organ(words)
    yield from _lost_text(words, found, form)
    if found.ignored:
        message = f"另有不属于法定格式的表格（共 {len(found.ignored)} 行），没有读入"
        yield Observation("table-unread", message, found.ignored[0], next_step="其中如有需要保留的内容，请手工补入文字部分")


def _about_organ(words: TextReading) -> Iterator[Observation]:
    title = words.title
    if title is None or not title.organ:
        message = "标题里没有机关名称，暂以文件名代替" if title else "没有找到标题，机关名称暂以文件名代替"
        yield Observation(
            "organ-unread", message, where="organ.name", found=title.text if title else "", next_step="请填写机关全称"
        )
        return
    level = level_of(title.organ)
    if not level.certain:
        message = f"从“{title.organ}”看不准机关层级，暂记为{LEVEL_NAMES[level.key or 'township']}"
        yield Observation("level-unknown", message, where="organ.level", next_step="请在填报表中选定层级")


def _lost_text(words: TextReading, found: RecognisedTables, form: Form) -> Iterator[Observation]:
    """text-unread: sentences under the tables and in their rows, for which the report has no place."""
    for part in form.parts:
        yield from _lost_lines(words.lines.get(part.key, ()) if part.tables else (), part.heading)
    lines = [line.text for body in words.lines.values() for line in body]
    text_in_report = fold("".join((*lines, *headings_in_order(words.headings))))
    for note in found.notes:
        if fold(note.raw) in text_in_report or (words.title and fold(note.raw) in words.title.text):
            continue  # a report in one table: its rows of text are the text
        message = f"表格中的文字没有读入：“{note.raw[:_QUOTED]}”"
        yield Observation("text-unread", message, note.place, found=note.raw, next_step=_NO_PLACE)


def _lost_lines(lines: Sequence[Line], heading: str) -> Iterator[Observation]:
    """The lines beside the tables of one part; many figures without a table are reported in one sentence."""
    alone = [line for line in lines if is_figure(match_text(line.text))]
    if len(alone) > _MOST_ALONE:
        signs = "、".join(line.text.strip() for line in alone[:_MOST_ALONE])
        message = f"{heading}：有 {len(alone)} 个数字不在表格里，不能确定各是哪一格，没有读入：{signs} 等"
        yield Observation("text-unread", message, alone[0].place, found=signs, next_step="请对照原文填写这些数字")
        lines = [line for line in lines if not is_figure(match_text(line.text))]
    for line in lines:
        text = match_text(line.text)
        expected = text in all_labels() or table_of_caption(text) or _NO_TEXT.fullmatch(text)
        if not expected and not is_chart_text(line.text):
            message = f"{heading}：表格旁的文字没有读入：“{line.text[:_QUOTED]}”"
            yield Observation("text-unread", message, line.place, found=line.text, next_step=_NO_PLACE)


def about_units(report: Report, cells: Mapping[Address, CellReading]) -> Iterator[Observation]:
    """unit-assumed: amounts whose unit a person has to confirm; the 2019 form names none for 采购总金额."""
    for address, column in report.form.cells.items():
        reading = cells[address]
        if column.type == "money" and not column.unit and reading.value and not reading.raw.endswith("元"):
            message = f"{report.form.label(address)} {reading.raw}：格式没写单位，按元读入"
            step = "请确认单位是元；如是万元请换算"
            yield Observation("unit-assumed", message, reading.place, f"figures.{address}", found=reading.raw, next_step=step)
