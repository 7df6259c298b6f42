"""Read a published report of any format: bytes in, an ``Imported`` out, with the state of every cell.

The reader of the format gives pieces, ``tables`` and ``matching`` read the figures, ``narrative`` and ``facts`` the
words; here they are put together into a report. Nothing stops at the first problem, and nothing is guessed: what
could not be read stays blank, with an observation.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from toolkit.core.errors import NoSuchForm
from toolkit.core.text import cleaned
from toolkit.forms import Address, Form, form_for_year, fullest_form
from toolkit.importing.limits import LIMITS, Limits
from toolkit.importing.narrative.facts import (
    find_channels,
    find_contact,
    find_periods,
    find_published_at,
    find_published_on,
    level_of,
)
from toolkit.importing.narrative.narrative import TextReading, read_words
from toolkit.importing.narrative.scopes import OWN, captions_apart, left_aside, scopes
from toolkit.importing.narrative.sorting import rows_with_captions, split_reports, with_headings_apart, without_foot
from toolkit.importing.observing import about_other_reports, about_units, about_words, read_form, table_name
from toolkit.importing.readers.formats import read_source, read_sources
from toolkit.importing.recognition.cells import OF_SCANS, STATE_NAMES, CellReading, State, agreed
from toolkit.importing.recognition.code_figures import (
    PaperDifference,
    differences,
    is_of_another_report,
    may_be_same,
    with_code,
    with_marks,
)
from toolkit.importing.recognition.matching import TableReading, read_table
from toolkit.importing.recognition.proving import prove
from toolkit.importing.recognition.side_by_side import tables_apart, without_row_numbers
from toolkit.importing.recognition.tables import find_tables
from toolkit.importing.source import FROM_CODE, Image, Line, Piece, Source, rows_of
from toolkit.importing.wording import fold, is_traditional
from toolkit.report.data_code import DataCode
from toolkit.report.model import Figures, Narrative, Organ, Report, Value
from toolkit.report.read_form import Observation, ReadForm


@dataclass(frozen=True)
class Imported:
    """What came of one file.

    ``editions``: by table the edition it is printed in, "" where the labels fit all. ``cells``: every cell of the
    year's form, and those of another edition that the source has. ``form`` is the form as read, for the checks.
    ``report`` is ``None`` when there is no year or no form of that year; ``problem`` then says why. ``params`` are the data
    the file itself carries, to compare. ``data_code`` is that of a scan, and ``differences`` are the cells whose paper shows
    another figure.
    """

    report: Report | None
    format: str
    title: str = ""
    year: int | None = None
    editions: Mapping[str, str] = field(default_factory=dict)
    cells: Mapping[Address, CellReading] = field(default_factory=dict)
    form: ReadForm | None = None
    notes: tuple[str, ...] = ()
    params: bytes = b""
    problem: str = ""
    data_code: DataCode | None = None
    differences: tuple[PaperDifference, ...] = ()

    def count(self) -> dict[State, int]:
        counts = Counter(reading.state for reading in self.cells.values())
        return {state: counts[state] for state in STATE_NAMES if counts[state] or state not in OF_SCANS}


def read_published(path: Path | str, *, year: int | None = None, limits: Limits = LIMITS) -> Imported:
    """Read one published report.

    Args:
        path: a .docx, .html, .pdf, .txt, .xlsx, .csv, .doc or .wps file, or a mail (.eml, .msg) with one of them.
        year: the report year, when it is known otherwise; it wins over what the file says.

    Raises:
        CannotImport: the file cannot be opened as what it is, or is over a limit.
    """
    path = Path(path)
    return import_source(read_source(path, limits, year), year=year, name=path.stem)


def read_all_published(path: Path, *, year: int | None) -> list[tuple[str, Imported]]:
    """Read every report of one file, each with its name: one, but for a mail with several attached.

    Raises:
        CannotImport: as ``read_published``.
    """
    sources = read_sources(path)
    return [(name, import_source(source, year=year, name=path.stem)) for name, source in sources]


def import_source(source: Source, *, year: int | None = None, name: str = "") -> Imported:
    """Put the pieces of a source together; ``name`` stands for the organ when no title names one.

    A data code that is of another report than the pages is left aside.
    """
    whole = _import_pieces(source, year, name)
    code = source.data_code
    if code is None or (whole.data_code and not any(item.certain for item in whole.differences)):
        return whole
    unused = Observation("several-reports", f"数据码是另一份报告（{code.organ}{code.year}年）的，没有采用；数字是从图片识别的",
                         next_step="请核对扫描件里是不是放错了页")  # fmt: skip
    notes = tuple(note for note in source.notes if note != FROM_CODE)
    paper = _import_pieces(replace(source, data_code=None, notes=notes, observations=(*source.observations, unused)), year, name)
    if whole.data_code and not is_of_another_report(code, paper.cells, paper.year, _printed_organ(paper)):
        return whole
    return paper


def _printed_organ(imported: Imported) -> str:
    """The organ that a title names, "" without one."""
    observations = imported.form.observations if imported.form else ()
    named = imported.report is not None and all(item.code != "organ-unread" for item in observations)
    return imported.report.organ.name if imported.report and named else ""


def _import_pieces(source: Source, year: int | None, name: str) -> Imported:
    reports = _reports(source)
    pieces, words = _chosen(reports, year)
    scope = _in_scope(pieces, words, source.title, year)
    words = scope.words
    located = find_tables(rows_with_captions(scope.tables))
    periods = find_periods(words.preamble) or find_periods(words.parts.get("overview", "")[:400])
    facts = source.facts
    code = source.data_code
    chosen = year or (facts.year if facts else code.year if code else _year(words, periods))
    form = _form(chosen)
    tables, twice = _once([read_table(section, form) for section in located.sections])
    cells = _cells(tables, form)
    before_proof = cells
    cells = prove(cells, form) if form else cells
    if code and (form is None or form.id != code.edition or chosen != code.year):
        code = None
    differing = tuple(differences(with_marks(cells, before_proof), code)) if code else ()
    cells = with_code(cells, code) if code else cells
    report = _report(words, cells, chosen, form, name) if chosen and form else None
    if report and facts:
        report = replace(report, organ=facts.organ, channels=facts.channels)
    observations = [*source.observations, *words.observations, *twice, *scope.observations]
    if report and code:
        observations += _about_organ(words, code.organ)
        report = replace(report, organ=_organ(words, code.organ, named=True))
    observations += about_other_reports([(each.title, each is words or at is pieces) for at, each in reports])
    observations += [item for table in tables for item in table.observations]
    observations += about_words(words, located, form or fullest_form(), printed=facts is None)
    observations += about_units(report, cells) if report else []
    return Imported(
        report=report,
        format=source.format,
        title=words.title.text if words.title else "",
        year=chosen,
        editions={table.key: table.edition for table in tables},
        cells=cells,
        form=read_form(words, tables, form, cells, observations, printed=facts is None),
        notes=(*source.notes, *_notes(source)),
        params=source.params,
        data_code=code,
        differences=differing,
        problem="" if report else _why_no_report(chosen),
    )


def _about_organ(words: TextReading, organ: str) -> list[Observation]:
    """Whether the title names another organ than the data code, whose figures are those of the pages."""
    printed = words.title.organ if words.title else ""
    if not printed or may_be_same(printed, organ):
        return []
    message = f"数据码写的机关是“{organ}”，标题印的是“{printed}”，两处的数字相同；按数据码读入"
    return [Observation("several-reports", message, next_step="请核对印有数据码的一页是不是别的机关的")]


def _why_no_report(year: int | None) -> str:
    if year is None:
        return "标题和统计期限中都没有年度，没有生成填报数据。请写明年度（命令行加 --year）"
    return f"{year} 年没有对应的年报格式，只读出了各格，没有生成填报数据"


def _reports(source: Source) -> list[tuple[Sequence[Piece], TextReading]]:
    """The reports of a source, each with its words; where none has a title, nothing tells one from the other."""
    whole = list(with_headings_apart(list(tables_apart(without_row_numbers(source.pieces)))))
    parts = [tuple(without_foot(part)) for part in split_reports(whole)]
    if len(parts) > 1 and not any(read_words(part, "").title for part in parts):
        return [(whole, read_words(whole, source.title))]
    return [(part, read_words(part, source.title)) for part in parts]


def _chosen(reports: Sequence[tuple[Sequence[Piece], TextReading]], year: int | None) -> tuple[Sequence[Piece], TextReading]:
    """The report of the year asked for, else the first that has any of the form's tables."""
    of_year = [item for item in reports if year and item[1].title and item[1].title.year == year]
    if of_year or len(reports) == 1:
        return (of_year or reports)[0]
    return next((item for item in reports if find_tables(rows_with_captions(item[0])).sections), reports[0])


@dataclass(frozen=True)
class _InScope:
    """The words of the report, the pieces of which the tables are read, and what of the file is left aside."""

    words: TextReading
    tables: Sequence[Piece]
    observations: Sequence[Observation] = ()


def _in_scope(pieces: Sequence[Piece], words: TextReading, page_title: str, year: int | None) -> _InScope:
    """The report without the tables of another year or organ that are appended to it; with ``year`` those of that year."""
    title = words.title
    own = title.year if title and title.year else year
    parts = [(whole, part) for whole in pieces for part in captions_apart(whole)]
    split = [part for _, part in parts]
    of = scopes(split, own, title.organ if title else "")
    scope_of_year = next((scope for scope in of if year and year != own and scope.year == year), OWN)
    if all(scope == OWN for scope in of):
        return _InScope(words, pieces)
    observations = [
        Observation("several-reports", f"文件里另有{scope.name or '本报告'}的表格，没有读入", place,
               next_step="需要的请写明年度（命令行加 --year）再导入一次，或分开另存后导入")
        for scope, place in left_aside(split, of, scope_of_year)
    ]  # fmt: skip
    own_tables = {id(whole) for (whole, _), scope in zip(parts, of, strict=True) if scope == OWN}
    tables = [part for part, scope in zip(split, of, strict=True) if scope == scope_of_year]
    return _InScope(read_words([piece for piece in pieces if id(piece) in own_tables], page_title), tables, observations)


def _year(words: TextReading, periods: Sequence[int]) -> int | None:
    """The year most of title and period say; the title's when they are even."""
    years = [words.title.year] if words.title and words.title.year else []
    if len(periods) == 1:
        years.append(periods[0])
    if len(set(years)) == 2:
        # the text breaks the tie: what it speaks of most often is its year; the title's comes first
        text = cleaned("".join(words.parts.values()) + words.preamble)
        return max(years, key=lambda year: text.count(f"{year}年"))
    return years[0] if years else None


def _form(year: int | None) -> Form | None:
    try:
        return form_for_year(year) if year else None
    except NoSuchForm:
        return None


def _once(tables: Sequence[TableReading]) -> tuple[list[TableReading], list[Observation]]:
    """One reading per table. Where it is there twice, a cell in which both have different figures is unclear."""
    by_key: dict[str, list[TableReading]] = {}
    for table in tables:
        by_key.setdefault(table.key, []).append(table)
    once: list[TableReading] = []
    observations: list[Observation] = []
    for key, readings in by_key.items():
        best, *others = sorted(readings, key=_weight, reverse=True)
        observations += [item for other in others for item in other.observations]
        for other in others:
            if any(cell.raw for cell in other.cells.values()) and _values(other) != _values(best):
                message = f"{table_name(key)}出现两次且内容不同，内容不同的格没有读入"
                step = "请核对应以哪一处为准"
                observations.append(Observation("table-twice", message, other.place, f"figures.{key}", next_step=step))
                cells = {at: agreed(best.cells[at], other.cells[at], "这张表") for at in best.cells.keys() & other.cells.keys()}
                best = replace(best, cells={**best.cells, **cells})
        once.append(best)
    return once, observations


def _weight(table: TableReading) -> int:
    return sum(reading.value is not None for reading in table.cells.values())


def _values(table: TableReading) -> dict[Address, Value]:
    return {address: reading.value for address, reading in table.cells.items()}


def _cells(tables: Sequence[TableReading], form: Form | None) -> dict[Address, CellReading]:
    """Every cell of the year's form, missing ones too, then the cells that only another edition has."""
    read = {address: reading for table in tables for address, reading in table.cells.items()}
    missing = CellReading("missing", None, why="文件里没有这一格")
    readings = {address: read.get(address, missing) for address in (form.cells if form else ())}
    return readings | {address: reading for address, reading in read.items() if address not in readings}


def _report(words: TextReading, cells: Mapping[Address, CellReading], year: int, form: Form, name: str) -> Report:
    organ = _organ(words, name)
    text = {key: words.parts.get(key, "") for key in ("overview", "problems", "other")}
    title = words.title.text if words.title else ""
    values = {address: reading.value for address, reading in cells.items() if address in form.cells}
    foreign = {f"figures.{address}": reading.value for address, reading in cells.items() if address not in form.cells}
    return Report(
        year=year,
        organ=organ,
        figures=Figures(form, values),
        channels=find_channels(text["overview"], words.charts),
        narrative=Narrative(title=title, preamble=words.preamble, **text),
        foreign={path: value for path, value in foreign.items() if value is not None},
    )


def _organ(words: TextReading, name: str, *, named: bool = False) -> Organ:
    """The organ of the title; without one, or where it is ``named`` elsewhere, ``name`` stands for it."""
    name_of = words.title.organ if words.title and words.title.organ and not named else name or "（机关名称）"
    values = {
        "name": name_of[:80],
        "contact": find_contact(words.preamble),
        "published_at": find_published_at(words.preamble),
        "published_on": find_published_on(words.preamble),
    }
    level = level_of(name_of).key
    return Organ.model_validate(values | ({"level": level} if level else {}))


def _notes(source: Source) -> Iterator[str]:
    text = "".join(piece.text for piece in source.pieces if isinstance(piece, Line))
    cells = "".join(cell.text for row in rows_of(source.pieces) for cell in row.cells)
    if is_traditional(text + cells):
        yield "繁体字版本：表格按对应的简体名称识别，文字部分保留繁体"
    if fold(text + cells) and any("\u2e80" <= character <= "\u2fdf" for character in text + cells):
        yield "文字中有部首字形（如 ⻅⺠），已换成通常的汉字"
    if any(isinstance(piece, Image) for piece in source.pieces) and "\ufffd" in text:
        yield "有读不出的字符，已标为“\ufffd”"
