"""Find the params file that somebody names as ``云溪县/望江镇`` or ``2024/云溪县/望江镇``.

In: the ``params`` folder and the words typed. Out: the file; of several years the latest. A name that fits nothing is
answered with the ones most like it.
"""

from __future__ import annotations

import unicodedata
from pathlib import Path, PurePosixPath

from rapidfuzz import fuzz

from toolkit.core.errors import UsageError
from toolkit.core.tree import PARAMS, is_year
from toolkit.entry.start.organs import Choice, choices_of_year, years_with_reports

SHOWN = 5
LEAST_LIKENESS = 60  # of 100; 王江镇 and 望江镇 have 67, 青禾镇 and 望江镇 33


def find_by_place(params: Path, typed: str) -> Path:
    """The params file of a place.

    Args:
        params: the folder with the years.
        typed: ``地区/机关``, with the year before it or without; the organ alone when only one has that name.

    Raises:
        UsageError: there is no such file; the sentence names near matches, or the command that begins the report.
    """
    year, place = _split(typed)
    years = years_with_reports(params)
    if year is not None and year not in years:
        years_text = "、".join(map(str, years)) or "还没有"
        raise UsageError(f"{params} 里没有 {year} 年度的填报数据（有的年度：{years_text}）。{_how_to_begin(year, place)}")
    for each in years if year is None else (year,):
        file = params / str(each) / f"{place}.yaml"
        if place and file.is_file():
            return file
    return _only_one(params, years if year is None else (year,), place, typed)


def _split(typed: str) -> tuple[int | None, str]:
    """The year and the place; a path below ``params`` is taken, too."""
    parts = [part.strip() for part in typed.replace("\\", "/").removesuffix(".yaml").split("/") if part.strip() not in ("", ".")]
    if PARAMS in parts:
        parts = parts[parts.index(PARAMS) + 1 :]
    if ".." in parts:  # a path, but not of a place
        return None, ""
    year = int(parts.pop(0)) if parts and is_year(parts[0]) else None
    return year, PurePosixPath(*parts).as_posix() if parts else ""


def _only_one(params: Path, years: tuple[int, ...], place: str, typed: str) -> Path:
    """The file of the one organ of this name.

    Raises:
        UsageError: no organ has it, or several.
    """
    choices = [choice for year in years for choice in choices_of_year(params, year)]
    latest = {choice.place: choice for choice in reversed(choices)}
    named = [choice for choice in latest.values() if place and f"/{_plain(choice.place)}".endswith(f"/{_plain(place)}")]
    if len(named) == 1:
        return named[0].path
    if named:
        raise UsageError(f"叫“{place}”的有 {len(named)} 个，请写明地区：{_names_of(named)}")
    near = _near(list(latest.values()), place)
    if near:
        raise UsageError(f"没有“{typed}”的填报数据。是不是：{_names_of(near)}")
    raise UsageError(f"没有“{typed}”的填报数据。{_how_to_begin(max(years, default=None), place)}")


def _plain(place: str) -> str:
    """A place as people type it: without blanks around names, accents as one character (macOS keeps them as two)."""
    return unicodedata.normalize("NFC", "/".join(part.strip() for part in place.split("/")))


def _near(choices: list[Choice], place: str) -> list[Choice]:
    """The choices whose organ is called almost so, or part of whose name was typed, the most alike first."""
    organ = place.rpartition("/")[2]

    def likeness(choice: Choice) -> float:
        own = choice.place.rpartition("/")[2]
        inside = len(organ) > 1 and (organ in own or own in organ)
        return 100 if inside else fuzz.ratio(organ, own)

    rated = sorted(((likeness(choice), choice) for choice in choices), key=lambda pair: -pair[0])
    return [choice for score, choice in rated if score >= LEAST_LIKENESS]


def _names_of(choices: list[Choice]) -> str:
    more = "……" if len(choices) > SHOWN else ""
    return "、".join(f"{choice.year}/{choice.place}" for choice in choices[:SHOWN]) + more


def _how_to_begin(year: int | None, place: str) -> str:
    words = f"{year or '年度'} {place}" if "/" in place else f"{year or '年度'} 地区/机关"
    return f"新建一份：nianbao new {words}"
