"""Find the organs one can fill in for, and begin a new year's file: what the start screen does apart from showing.

In: the ``params`` folder. Out: years and choices (地区 / 机关), a search over thousands of them, and the path of a file that
was begun from last year's or from a published report.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.core.errors import CannotWrite, NoSuchForm, UsageError
from toolkit.core.files import save_bytes
from toolkit.core.write_failures import reason
from toolkit.entry.desk.journal import Journal, Marks
from toolkit.entry.desk.lock import Lock
from toolkit.forms import all_forms, form_for_year
from toolkit.report import Report, read_report
from toolkit.report.neighbours import params_files
from toolkit.report.starting import CARRIED, MOST_CHARACTERS, new_params, params_path, plain_place
from toolkit.report.writing import report_to_values

if TYPE_CHECKING:  # the readers of every format take a second to load; most people open what is there
    from toolkit.importing import Imported

PUT_AWAY = "_已移走"  # below params; folders that begin with _ are no years and no organs
ORGAN_FIELDS = ("name", "short_name", "superior", "published_at", "contact.office", "contact.address", "contact.phone")


@dataclass(frozen=True, slots=True)
class Choice:
    """One params file: ``place`` is its way below the year's folder, 云溪县/柳湾镇."""

    year: int
    place: str
    path: Path

    @property
    def label(self) -> str:
        return self.place.replace("/", " / ")


def years_with_reports(params: Path) -> tuple[int, ...]:
    """The years that have a folder, the latest first; folders of years that no edition serves are left out."""
    if not params.is_dir():
        return ()
    years = (int(folder.name) for folder in params.iterdir() if folder.is_dir() and folder.name.isdigit())
    return tuple(sorted((year for year in years if _has_form(year)), reverse=True))


def choices_of_year(params: Path, year: int) -> tuple[Choice, ...]:
    """Every organ with a file in a year, sorted by its place; files are not opened."""
    folder = params / str(year)
    files = params_files([folder]) if folder.is_dir() else ()
    return tuple(Choice(year, file.relative_to(folder).with_suffix("").as_posix(), file) for file in files)


def search_choices(choices: Sequence[Choice], text: str) -> tuple[Choice, ...]:
    """The choices whose place has every word of ``text``; those whose organ begins with it come first."""
    words = text.replace("/", " ").replace("　", " ").split()
    matching = [choice for choice in choices if all(word in choice.place for word in words)]
    first = words[0] if words else ""
    return tuple(sorted(matching, key=lambda choice: not choice.place.rpartition("/")[2].startswith(first)))


def places_to_begin(params: Path, year: int) -> tuple[str, ...]:
    """Organs with a file of the year before and none of this year: the ones to begin next."""
    there = {choice.place for choice in choices_of_year(params, year)}
    return tuple(choice.place for choice in choices_of_year(params, year - 1) if choice.place not in there)


def begin_report(params: Path, year: int, place: str, *, who: str, now: Callable[[], datetime]) -> Path:
    """A new params file; what was carried over from last year's is marked (带入) until a person accepts it.

    Raises:
        UsageError: the place is no ``地区/机关`` and nothing says which one is meant, or its file is there already.
        ParamsUnreadable: last year's file is there and cannot be read.
        NoSuchForm: no edition serves the year.
        CannotWrite: no permission, disk full.
    """
    started = new_params(params, year, full_place(params, year, place))
    if started.carried:
        marks = Marks("carried", now(), who, carried_paths(read_report(started.path)))
        try:
            Journal(started.path).append([marks])
        except OSError as error:
            raise CannotWrite(started.path, reason(error)) from error
    return started.path


def put_away(params: Path, path: Path, *, now: Callable[[], datetime]) -> Path:
    """Move a report that was begun by mistake, with its journal, into a folder of the day; its new place.

    Nothing is deleted: ``params/_已移走/2026-01-05/2025/云溪县/望江镇.yaml`` is passed over by every command, and moving
    it back makes it a report again.

    Raises:
        UsageError: somebody has it open, or it is gone.
        CannotWrite: no permission.
    """
    held = Lock(path, who="", now=now).holder()
    if held is not None:
        raise UsageError(f"{held.message}，不能移走")
    if not path.is_file():
        raise UsageError(f"{path.stem}的填报数据已经不在了")
    folder = params / PUT_AWAY / f"{now():%Y-%m-%d}" / path.relative_to(params).parent
    moved = next(place for place in _free_names(folder / path.name) if not place.exists())
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for old, new in ((path, moved), (Journal(path).path, Journal(moved).path)):
            if old.exists():
                old.replace(new)
    except OSError as error:
        raise CannotWrite(path, reason(error, path)) from error
    return moved


def _free_names(path: Path) -> Iterator[Path]:
    yield path
    for number in count(2):
        yield path.with_stem(f"{path.stem}（{number}）")


def full_place(params: Path, year: int, place: str) -> str:
    """The place with its jurisdiction: a name alone is completed when this and last year's files know one such organ.

    Raises:
        UsageError: several are called so, or none, where organs are in folders of their jurisdiction.
    """
    place = plain_place(place)
    places = {choice.place for of in (year - 1, year) for choice in choices_of_year(params, of)}
    named = sorted(one for one in places if one.rpartition("/")[2] == place)
    if len(named) == 1:
        return named[0]
    if not place or "/" in place or len(place) > MOST_CHARACTERS or not any("/" in one for one in places):
        return place
    example = named[0] if named else f"{min(one for one in places if '/' in one).split('/')[0]}/{place}"
    raise UsageError(f"“{place}”前面请写明所属地区，如 {example}" + (f"（同名的有：{'、'.join(named)}）" if named else ""))


def carried_paths(report: Report) -> tuple[str, ...]:
    """The places of a report just begun that last year's report filled in."""
    organ = report_to_values(report)["organ"]
    flat = {**organ, **{f"contact.{key}": value for key, value in organ.get("contact", {}).items()}}
    figures = [f"figures.{address}" for address in report.figures.given if address.row == CARRIED[1]]
    return (*(f"organ.{field}" for field in ORGAN_FIELDS if flat.get(field)), *figures)


def place_for(report: Report, choices: Sequence[Choice]) -> str:
    """Where a report that was read from a published file most likely belongs, 嘉祥县/孟姑集镇; a proposal to be looked at."""
    from toolkit.importing.filing import jurisdiction_of, short_name

    name = report.organ.name
    places = [choice.place for choice in choices if choice.place.rpartition("/")[2] in name]
    if places:
        return max(places, key=lambda place: sum(part in name for part in place.split("/")))
    return "/".join(part for part in (jurisdiction_of(report), short_name(name)) if part)


def keep_imported(params: Path, imported: Imported, place: str) -> Path:
    """Put what was read from a published file at its place; the file's head says what a person has to look at.

    Raises:
        UsageError: the place is no ``地区/机关``, or a file is there already (it is left alone); or nothing was read.
        CannotWrite: no permission, disk full.
    """
    from toolkit.checks.imported import form_findings, params_text, scanned_cells
    from toolkit.report.scanned import keep_scanned

    if imported.report is None:
        raise UsageError("没有读出年报，不能存入")
    year = imported.report.year
    path = params_path(params, year, place)
    if path.exists():
        raise UsageError(f"{year} 年已有“{place}”的填报数据，没有覆盖；请直接打开它，或换一个名称")
    save_bytes(path, params_text(imported, imported.title or imported.report.organ.name, form_findings(imported)).encode("utf-8"))
    keep_scanned(path, scanned_cells(imported))
    return path


def _has_form(year: int) -> bool:
    try:
        return bool(form_for_year(year))
    except NoSuchForm:
        return False


_DIGITS = str.maketrans("〇零○一二三四五六七八九", "000123456789")


def read_year(text: str, now: datetime) -> int:
    """The year that is meant; two digits are of this century.

    Raises:
        UsageError: it is not a year, is before the first form, or has not begun.
    """
    plain = unicodedata.normalize("NFKC", text).strip().removesuffix("年度").removesuffix("年").translate(_DIGITS)
    if not re.fullmatch(r"\d{4}|\d{2}", plain):
        raise UsageError(f"报告年度请填四位数，如 {now.year - 1}" + (f"，现为“{text.strip()}”" if text.strip() else ""))
    year = int(plain) + (2000 if len(plain) == 2 else 0)
    if year > now.year:
        raise UsageError(f"{year} 年还没有到，请核对报告年度")
    try:
        form_for_year(year)
    except NoSuchForm:
        raise UsageError(f"{year} 年还没有现行的年报格式，最早可填 {min(form.first_year for form in all_forms())} 年") from None
    return year
