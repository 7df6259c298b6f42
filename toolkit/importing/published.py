"""Read a published report of any format: bytes in, an ``Imported`` out, with the state of every cell.

The reader of the format gives pieces, ``tables`` and ``matching`` read the figures, ``narrative`` and ``facts`` the
words; here they are put together into a report. Nothing stops at the first problem, and nothing is guessed: what
could not be told stays blank and is said.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from toolkit.core.errors import NoSuchForm
from toolkit.core.text import cleaned
from toolkit.forms import Address, Form, all_forms, form_for_year, fullest_form
from toolkit.importing.limits import LIMITS, Limits
from toolkit.importing.narrative.channels import find_channels
from toolkit.importing.narrative.facts import find_contact, find_periods, find_published_at, find_published_on
from toolkit.importing.narrative.levels import level_of
from toolkit.importing.narrative.narrative import TextReading, heading_remarks, headings_in_order, read_words
from toolkit.importing.narrative.scopes import OWN, left_aside, scopes
from toolkit.importing.narrative.sorting import rows_with_captions, split_reports, with_headings_apart, without_foot
from toolkit.importing.readers.formats import read_source, read_sources
from toolkit.importing.recognition.cells import STATE_NAMES, CellReading, State
from toolkit.importing.recognition.labels import all_labels, match_text, table_of_caption
from toolkit.importing.recognition.matching import TableReading, read_table
from toolkit.importing.recognition.tables import Found, find_tables
from toolkit.importing.remarks import Remark, sort_remarks
from toolkit.importing.source import Image, Line, Piece, Source, rows_of
from toolkit.importing.wording import fold, is_traditional
from toolkit.report.model import LEVEL_NAMES, Figures, Narrative, Organ, Report, Value

_UNIT_LINE = re.compile(r"[（(]?(金额|数量)?单位.{0,8}[）)]?")


@dataclass(frozen=True)
class Imported:
    """What came of one file.

    ``editions``: by table the edition it is printed in, "" where the labels fit all. ``cells``: every cell of the
    year's form, and those of another edition that the source has. ``headings``, ``labels`` (by part, folded) and
    ``pictures`` (parts with a picture in place of the table) are what was seen of the form, for the checks.
    ``report`` is ``None`` when no year could be told. ``params`` are the data the file itself carries, to compare.
    """

    report: Report | None
    format: str
    title: str = ""
    year: int | None = None
    editions: Mapping[str, str] = field(default_factory=dict)
    cells: Mapping[Address, CellReading] = field(default_factory=dict)
    findings: tuple[Remark, ...] = ()
    notes: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    pictures: tuple[str, ...] = ()
    params: bytes = b""

    def count(self) -> dict[State, int]:
        """How many cells are in which state."""
        counts = Counter(reading.state for reading in self.cells.values())
        return {state: counts[state] for state in STATE_NAMES}


def read_published(path: Path, *, year: int | None = None, limits: Limits = LIMITS) -> Imported:
    """Read one published report.

    Args:
        path: a .docx, .html, .pdf, .txt, .xlsx, .csv, .doc or .wps file, or a mail (.eml, .msg) with one of them.
        year: the report year, when it is known otherwise; it wins over what the file says.

    Raises:
        CannotImport: the file cannot be opened as what it is, or is over a limit.
    """
    return import_source(read_source(path, limits), year=year, name=path.stem)


def read_all_published(path: Path, *, year: int | None = None, limits: Limits = LIMITS) -> list[tuple[str, Imported]]:
    """Read every report of one file, each with its name: one, but for a mail with several attached.

    Raises:
        CannotImport: as ``read_published``.
    """
    sources = read_sources(path, limits)
    return [(name, import_source(source, year=year, name=path.stem)) for name, source in sources]


def import_source(source: Source, *, year: int | None = None, name: str = "") -> Imported:
    """Put the pieces of a source together; ``name`` stands for the organ when no title names one."""
    reports = [(pieces, read_words(pieces, source.title)) for pieces in _reports(source)]
    pieces, words = _chosen(reports, year)
    scope = _in_scope(pieces, words, source.title, year)
    words = scope.words
    found = find_tables(rows_with_captions(scope.tables))
    periods = find_periods(words.preamble) or find_periods(words.parts.get("overview", "")[:400])
    told = source.told
    chosen = year or (told.year if told else _year(words, periods))
    form = _form(chosen)
    tables, twice = _once([read_table(section, form) for section in found.sections])
    others = _about_others(reports, pieces)
    remarks = [*source.remarks, *words.remarks, *twice, *others, *scope.remarks, *_lost_text(words, found, form)]
    remarks += [remark for table in tables for remark in table.remarks]
    remarks += _remarks(words, found, tables, form, chosen, periods)
    if told:  # a form being filled in has no title of its own
        remarks = [remark for remark in remarks if not _is_paper_only(remark)]
    cells = _cells(tables, form)
    report = _report(words, cells, chosen, form, name) if chosen and form else None
    if report and told:
        report = replace(report, organ=told.organ, channels=told.channels)
    editions = {table.key: table.edition for table in tables}
    if report:
        remarks += _about_figures(report, cells)
    return Imported(
        report=report,
        format=source.format,
        title=words.title.text if words.title else "",
        year=chosen,
        editions=editions,
        cells=cells,
        findings=sort_remarks(remarks),
        notes=(*source.notes, *_notes(source)),
        headings=headings_in_order(words.headings),
        labels=_labels(tables),
        pictures=tuple(part for part in words.pictures if part in _parts_without(tables)),
        params=source.params,
    )


def _reports(source: Source) -> Iterator[Sequence[Piece]]:
    for pieces in split_reports(list(with_headings_apart(source.pieces))):
        yield tuple(without_foot(pieces))


def _chosen(reports: Sequence[tuple[Sequence[Piece], TextReading]], year: int | None) -> tuple[Sequence[Piece], TextReading]:
    """The report of the year asked for, else the first."""
    asked = [item for item in reports if year and item[1].title and item[1].title.year == year]
    return (asked or reports)[0]


def _about_others(reports: Sequence[tuple[Sequence[Piece], TextReading]], chosen: Sequence[Piece]) -> Iterator[Remark]:
    if len(reports) > 1:
        names = [f"“{words.title.text[:60]}”" if words.title else "没有标题的一份" for _, words in reports]
        read = names[next(at for at, (pieces, _) in enumerate(reports) if pieces is chosen)]
        yield Remark("several-reports", "error", f"文件里有 {len(reports)} 份年报：{'、'.join(names)}，只读入了{read}",
                     next_step="另外的请用 --year 指明年度再导入一次，或分开另存后导入")  # fmt: skip


@dataclass(frozen=True)
class _InScope:
    """The words of the report, the pieces of which the tables are read, and what of the file is left aside."""

    words: TextReading
    tables: Sequence[Piece]
    remarks: Sequence[Remark] = ()


def _in_scope(pieces: Sequence[Piece], words: TextReading, page_title: str, year: int | None) -> _InScope:
    """The report without the tables of another year or organ that are appended to it; with ``year`` those of that year."""
    title = words.title
    own = title.year if title and title.year else year
    of = scopes(pieces, own, title.organ if title else "")
    asked = next((scope for scope in of if year and year != own and scope.year == year), OWN)
    if all(scope == OWN for scope in of):
        return _InScope(words, pieces)
    remarks = [
        Remark("several-reports", "error", f"文件里另有{scope.name or '本报告'}的表格，没有读入", place,
               next_step="需要的请用 --year 指明年度再导入一次，或分开另存后导入")
        for scope, place in left_aside(pieces, of, asked)
    ]  # fmt: skip
    kept = [piece for piece, scope in zip(pieces, of, strict=True) if scope == OWN]
    tables = [piece for piece, scope in zip(pieces, of, strict=True) if scope == asked]
    return _InScope(read_words(kept, page_title), tables, remarks)


def _lost_text(words: TextReading, found: Found, form: Form | None) -> Iterator[Remark]:
    """text-unread: sentences under the tables, for which the report has no place."""
    step = "表格下方的文字没有对应的填写位置；需要保留的请写入“其他需要报告的事项”"
    for part in (form or all_forms()[-1]).parts:
        for line in words.lines.get(part.key, ()) if part.tables else ():
            text = match_text(line.text)
            if text not in all_labels() and not table_of_caption(text) and not _UNIT_LINE.fullmatch(text):
                message = f"{part.heading}：表格旁的文字没有读入：“{line.text[:200]}”"
                yield Remark("text-unread", "warning", message, line.place, found=line.text, next_step=step)
    taken = "".join(fold(line.text) for lines in words.lines.values() for line in lines) + "".join(
        headings_in_order(words.headings)
    )
    for note in found.notes:
        if fold(note.raw) in fold(taken) or (words.title and fold(note.raw) in words.title.text):
            continue  # a report in one table: its rows of text are the text
        yield Remark(
            "text-unread", "warning", f"表格中的文字没有读入：“{note.raw[:200]}”", note.place, found=note.raw, next_step=step
        )


def _is_paper_only(remark: Remark) -> bool:
    """What is asked of a printed report and not of the workbook to fill in: a title, headings over the tables."""
    return remark.code in ("title-wrong", "level-unknown") or (remark.code == "heading-altered" and not remark.where)


def _year(words: TextReading, periods: Sequence[int]) -> int | None:
    """The year most of title and period say; the title's when they are even."""
    said = [words.title.year] if words.title and words.title.year else []
    if len(periods) == 1:
        said.append(periods[0])
    if len(set(said)) == 2 and words.title and words.title.year:
        # the text breaks the tie: what it speaks of most often is its year
        text = cleaned("".join(words.parts.values()) + words.preamble)
        return max(said, key=lambda year: (text.count(f"{year}年"), year == words.title.year))  # type: ignore[union-attr]
    return said[0] if said else None


def _form(year: int | None) -> Form | None:
    try:
        return form_for_year(year) if year else None
    except NoSuchForm:
        return None


def _once(tables: Sequence[TableReading]) -> tuple[list[TableReading], list[Remark]]:
    """One reading per table. Where it is there twice, a cell in which both have different figures is unclear."""
    by_key: dict[str, list[TableReading]] = {}
    for table in tables:
        by_key.setdefault(table.key, []).append(table)
    once: list[TableReading] = []
    remarks: list[Remark] = []
    for key, readings in by_key.items():
        best, *others = sorted(readings, key=_weight, reverse=True)
        for other in others:
            if _weight(other) and _values(other) != _values(best):
                remarks.append(
                    Remark("table-twice", "error", f"{_table_name(key)}出现两次且内容不同，内容不同的格没有读入",
                           other.place, key, next_step="请核对应以哪一处为准")
                )  # fmt: skip
                best = replace(best, cells={at: _both(reading, other.cells.get(at)) for at, reading in best.cells.items()})
        once.append(best)
    return once, remarks


def _both(one: CellReading, other: CellReading | None) -> CellReading:
    if other is None or other.value == one.value:
        return one
    raw = f"{one.raw or '空白'} / {other.raw or '空白'}"
    return CellReading("unclear", None, raw, one.place, f"这张表出现两次，{other.place}与这里不同")


def _weight(table: TableReading) -> int:
    return sum(reading.value is not None for reading in table.cells.values())


def _values(table: TableReading) -> dict[Address, Value]:
    return {address: reading.value for address, reading in table.cells.items()}


def _cells(tables: Sequence[TableReading], form: Form | None) -> dict[Address, CellReading]:
    """Every cell of the year's form, missing ones too, then the cells that only another edition has."""
    read = {address: reading for table in tables for address, reading in table.cells.items()}
    missing = CellReading("missing", None, why="文件里没有这一格")
    wanted = {address: read.get(address, missing) for address in (form.cells if form else ())}
    return wanted | {address: reading for address, reading in read.items() if address not in wanted}


def _report(words: TextReading, cells: Mapping[Address, CellReading], year: int, form: Form, name: str) -> Report:
    organ = _organ(words, name)
    text = {key: words.parts.get(key, "") for key in ("overview", "problems", "other")}
    title = words.title.text if words.title else ""
    given = {address: reading.value for address, reading in cells.items() if address in form.cells}
    foreign = {f"figures.{address}": reading.value for address, reading in cells.items() if address not in form.cells}
    return Report(
        year=year,
        organ=organ,
        figures=Figures(form, given),
        channels=find_channels(text["overview"], words.charts),
        narrative=Narrative(title=title, preamble=words.preamble, **text),
        foreign={path: value for path, value in foreign.items() if value is not None},
    )


def _organ(words: TextReading, name: str) -> Organ:
    """The organ of the title; without one, the name of the file stands for it and is told."""
    told = words.title.organ if words.title and words.title.organ else name or "（机关名称）"
    values = {
        "name": told[:80],
        "contact": find_contact(words.preamble),
        "published_at": find_published_at(words.preamble),
        "published_on": find_published_on(words.preamble),
    }
    level = level_of(told).key
    return Organ.model_validate(values | ({"level": level} if level else {}))


def _remarks(
    words: TextReading, found: Found, tables: Sequence[TableReading], form: Form | None, year: int | None, periods: Sequence[int]
) -> Iterator[Remark]:
    yield from _about_title(words, year)
    yield from _about_years(words, year, periods)
    wanted = [(part.key, part.heading) for part in (form or fullest_form()).parts]
    yield from heading_remarks(words, wanted)
    if form:
        yield from _about_editions(tables, form)
        yield from _missing_tables(tables, form, words)
    elif year:
        yield Remark("other-year", "error", f"{year} 年没有对应的年报格式，只读出了各格，没有生成填报数据", found=str(year))
    if found.ignored:
        message = f"另有不属于法定格式的表格（共 {len(found.ignored)} 行），没有读入"
        yield Remark("other-table", "notice", message, found.ignored[0],
                     next_step="其中如有需要保留的内容，请手工补入文字部分")  # fmt: skip


def _about_title(words: TextReading, year: int | None) -> Iterator[Remark]:
    title = words.title
    wanted = "机关全称＋年度＋“年政府信息公开工作年度报告”"
    if title is None:
        yield Remark("title-wrong", "error", "没有找到标题，机关名称暂以文件名代替", expected=wanted, next_step="请填写机关全称")
        return
    if not title.exact:
        yield Remark("title-wrong", "error", f"标题“{title.text[:60]}”与格式不符", expected=wanted, found=title.text,
                     next_step="请核对机关全称和年度")  # fmt: skip
    if not title.organ:
        yield Remark(
            "title-wrong",
            "error",
            "标题里没有机关名称，暂以文件名代替",
            expected=wanted,
            found=title.text,
            next_step="请填写机关全称",
        )
        return
    level = level_of(title.organ)
    if not level.certain:
        chosen = LEVEL_NAMES[level.key or "township"]
        yield Remark(
            "level-unknown", "notice", f"从“{title.organ}”看不准机关层级，暂记为{chosen}", next_step="请在填报表中选定层级"
        )


def _about_years(words: TextReading, year: int | None, periods: Sequence[int]) -> Iterator[Remark]:
    if year is None:
        yield Remark("title-wrong", "error", "标题和统计期限中都没有年度，没有生成填报数据", next_step="请用 --year 指明年度")
        return
    if words.title and words.title.year and words.title.year != year:
        yield Remark("other-year", "error", f"标题写的是 {words.title.year} 年，按 {year} 年读入", "标题", expected=str(year),
                     found=str(words.title.year), next_step="请核对年度")  # fmt: skip
    for other in periods:
        if other != year:
            message = f"统计期限写的是 {other} 年，按 {year} 年读入"
            yield Remark("period-wrong", "error", message, "导语", where="narrative.preamble",
                         expected=f"{year}年1月1日至{year}年12月31日", found=str(other), next_step="请核对年度")  # fmt: skip


def _about_editions(tables: Sequence[TableReading], form: Form) -> Iterator[Remark]:
    for table in tables:
        if table.edition and table.edition != form.id:
            message = f"{_table_name(table.key)}用的是 {table.edition} 版格式，该年度应使用 {form.id} 版"
            yield Remark(
                "edition-wrong", "error", message, table.place, table.key,
                expected=form.id, found=table.edition, next_step="两版没有对应关系的格没有换算，请按新表填写",
            )  # fmt: skip


def _missing_tables(tables: Sequence[TableReading], form: Form, words: TextReading) -> Iterator[Remark]:
    have = {table.key for table in tables}
    for table in form.tables:
        if table.key in have:
            continue
        part = next(part.key for part in form.parts if table.key in part.tables)
        picture = part in words.pictures
        name = _table_name(table.key)
        message = f"没有找到{name}" + ("，这里是一张图片，图片里的数字读不出来" if picture else "")
        yield Remark("table-missing", "error", message, table=table.key, expected=table.caption or table.name,
                     found="图片" if picture else "", next_step="请对照原文填写这张表")  # fmt: skip


def _about_figures(report: Report, cells: Mapping[Address, CellReading]) -> Iterator[Remark]:
    """Cells whose unit a person has to confirm: the 2019 form names none for 采购总金额."""
    for address, column in report.form.cells.items():
        reading = cells[address]
        if column.type == "money" and not column.unit and reading.value and not reading.raw.endswith("元"):
            yield Remark(
                "amount-unit", "warning", f"{report.form.label(address)} {reading.raw}：格式没写单位，按元读入", reading.place,
                *address, found=reading.raw, next_step="请确认单位是元；如是万元请换算",
            )  # fmt: skip


def _table_name(key: str) -> str:
    table = next(form.table_by_key[key] for form in reversed(all_forms()) if key in form.table_by_key)
    return f"{table.name}{f'（{table.caption}）' if table.caption else ''}"


def _labels(tables: Sequence[TableReading]) -> dict[str, tuple[str, ...]]:
    parts: dict[str, tuple[str, ...]] = {}
    for form_part in (part for part in fullest_form().parts if part.tables):
        found = [table for key in form_part.tables for table in tables if table.key == key]
        if found:
            parts[form_part.key] = tuple(label for table in found for label in table.labels)
    return parts


def _parts_without(tables: Sequence[TableReading]) -> set[str]:
    have = set(_labels(tables))
    return {part.key for part in fullest_form().parts if part.tables} - have


def _notes(source: Source) -> Iterator[str]:
    text = "".join(piece.text for piece in source.pieces if isinstance(piece, Line))
    cells = "".join(cell.text for row in rows_of(source.pieces) for cell in row.cells)
    if is_traditional(text + cells):
        yield "繁体字版本：表格按对应的简体名称识别，文字部分保留繁体"
    if fold(text + cells) and any("\u2e80" <= character <= "\u2fdf" for character in text + cells):
        yield "文字中有部首字形（如 ⻅⺠），已换成通常的汉字"
    if any(isinstance(piece, Image) for piece in source.pieces) and "\ufffd" in text:
        yield "有读不出的字符，已标为“\ufffd”"
