"""Find the other params files that belong to a report: the same organ's earlier years, the folder of its year.

The folder tree is the tree of jurisdictions: ``params/<year>/<jurisdiction>/…/<organ>.yaml``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from toolkit.core.errors import ParamsUnreadable, Problem, UsageError
from toolkit.core.tree import PASSED_OVER, full_path, walk, year_of
from toolkit.report.jurisdiction import JURISDICTION_FILE, known_jurisdiction
from toolkit.report.model import Report
from toolkit.report.reading import read_report
from toolkit.report.yaml_reading import placed

_MEANT = re.compile(r"\.ya?ml(\.txt)?\Z", re.IGNORECASE)
EARLIER_YEARS = 3  # years side by side, beside the report's own


def params_files(paths: Sequence[Path]) -> Iterator[Path]:
    """The params files under files and folders, each once, without ``_jurisdiction.yaml`` and hidden files."""
    seen: set[Path] = set()
    for path in paths:
        named = [path] if path.name != JURISDICTION_FILE else []  # *.yaml of a shell names it with the others
        listed = sorted(_files(path, is_params_name)) if path.is_dir() else named
        yield from (file for file in listed if file not in seen)
        seen.update(listed)


def misnamed_files(paths: Sequence[Path]) -> list[Path]:
    """Files below folders that were meant as params and are passed over.

    Raises:
        UsageError: a folder cannot be opened.
    """
    return sorted({file for path in paths if path.is_dir() for file in _files(path, is_misnamed, _complain)})


def is_misnamed(name: str) -> bool:
    """Whether a file of this name was meant as params: ``.yml``, ``.YAML``, Notepad's ``.yaml.txt``."""
    return not name.endswith(".yaml") and _MEANT.search(name) is not None and not name.startswith(PASSED_OVER)


def is_params_name(name: str) -> bool:
    """Whether a file of this name is a params file: not ``_jurisdiction.yaml`` nor a hidden file."""
    return name.endswith(".yaml") and not name.startswith(PASSED_OVER)


# what Explorer, Finder, browsers, QQ, WPS, OneDrive (the computer's name), Nextcloud and Syncthing put behind a name
_BEHIND_A_COPY = re.compile(
    r"(?:\s*[(（]\d+[)）]"
    r"|\s*[-_–]?\s*(?:副本|复件|拷贝|备份|copy\b|冲突|(?:sync-)?conflict).*"
    r"|\s*[(（][^()（）]*(?:副本|冲突|copy|conflict)[^()（）]*[)）]"
    r"|\.sync-conflict-.*"
    r"|-(?:DESKTOP|LAPTOP|PC|WIN)-[0-9A-Z]+(?:-\d+)?)\Z",
    re.IGNORECASE,
)
# what people and other programs add on either side: 松石镇 2, Copy of 松石镇, 松石镇_20260112_备份, 松石镇[冲突], 松石镇最终版
_BETWEEN_WORDS = re.compile(
    r"[\W_]+|copy[\W_]+of[\W_]+|的?(?:副本|复件|拷贝|备份|冲突)|修改|更正|补正|最终|最新|定稿|终稿|初稿|新版|旧版|第[一二三四\d]版",
    re.IGNORECASE,
)


def original_of(file: Path) -> Path | None:
    """The params file that another one is a copy of (``松石镇 - 副本.yaml``); ``None`` for any other file.

    A file that the member list names, or that is about another organ, is no copy (``松石镇冲突调解中心.yaml``). Where no
    program names a copy so (``松石镇最终版.yaml``), both must be of the same organ; with any name a file is a copy when the
    member list has its organ under another file.
    """
    match = _BEHIND_A_COPY.search(file.stem)
    original = file.with_name(f"{file.stem[: match.start()]}.yaml") if match and match.start() else None
    if original is not None and original.is_file():
        organs = {_organ_of(file), _organ_of(original)} - {""}
        return None if len(organs) > 1 or _is_listed(file) else original
    area = known_jurisdiction(file.with_name(JURISDICTION_FILE))
    words = [word for word in _BETWEEN_WORDS.split(file.stem) if word and word != file.stem]
    others = [other for word in words if (other := file.with_name(f"{word}.yaml")).is_file()]
    if not (area or others) or _is_listed(file) or not (organ := _organ_of(file)):
        return None
    member = area.member(organ) if area else None
    others += [file.with_name(f"{member.file}.yaml")] if member else []
    return next((other for other in others if _organ_of(other) == organ), None)


def _is_listed(file: Path) -> bool:
    jurisdiction = known_jurisdiction(file.with_name(JURISDICTION_FILE))
    return jurisdiction is not None and any(member.file == file.stem for member in jurisdiction.members)


def _organ_of(file: Path) -> str:
    """The organ that a file names; "" for one that cannot be read."""
    try:
        return read_report(file).organ.name
    except ParamsUnreadable:
        return ""


def folders_named_like_params(paths: Sequence[Path]) -> list[Path]:
    """Folders called ``….yaml`` below the paths: a report was probably unpacked or dragged into one."""
    named = {Path(place, name) for path in paths for place, inner, _ in walk(path) for name in inner if name.endswith(".yaml")}
    return sorted(named | {path for path in paths if path.suffix == ".yaml" and path.is_dir()})


def _complain(error: OSError) -> None:
    why = "没有读取权限" if isinstance(error, PermissionError) else f"读取失败（{error.strerror}）"
    raise UsageError(f"打不开文件夹 {error.filename}：{why}") from error


def _files(folder: Path, accepts: Callable[[str], bool], complain: Callable[[OSError], None] | None = None) -> Iterator[Path]:
    for place, _, names in walk(folder, complain):
        yield from (Path(place, name) for name in filter(accepts, names))


def read_in_place(path: Path) -> Report:
    """The report of a params file; its path must name its year and its member.

    Raises:
        ParamsUnreadable: it cannot be read, or belongs to another year or another member.
    """
    report = read_report(path)
    refuse_misfiled(report, path)
    return report


def refuse_misfiled(report: Report, path: Path) -> None:
    """Refuse a report with the path of another one: a copied file would count twice.

    Raises:
        ParamsUnreadable: its year is not that of the folder, or the member list beside it names its organ under
            another file.
    """
    year = year_of(path.parent)
    if year not in (None, report.year):
        raise ParamsUnreadable(placed([Problem("year", f"文件夹的年度 {year}", str(report.year))], report.source))
    area = known_jurisdiction(path.parent / JURISDICTION_FILE)
    expected = next((member.name for member in area.members if member.file == path.stem), "") if area else ""
    if area and expected and area.member(report.organ.name) and report.organ.name != expected:
        wrong = Problem("organ.name", f"{expected}（成员名单中 {path.stem} 的单位）", report.organ.name)
        raise ParamsUnreadable(placed([wrong], report.source))


def file_of_year(path: Path, own: int, year: int) -> Path | None:
    """The path of the same organ's file of another year; ``None`` when the path names no year."""
    named = str(own) in path.parts[:-1]  # a path typed inside the tree does not name it
    parts = list(path.parts if named else full_path(path).parts)
    for at in range(len(parts) - 2, -1, -1):
        if parts[at] == str(own):
            parts[at] = str(year)
            return Path(parts[0], os.sep.join(parts[1:]))  # a dozen single parts would be parsed one by one
    return None


def find_place(report: Report, folder: Path) -> Path | None:
    """Where a report belongs below ``params/``, by its organ's name: beside or in place of the organ's newest file."""
    for year in range(report.year, report.year - 1 - EARLIER_YEARS, -1):
        if file := _find(report, folder, year):
            return file_of_year(file, year, report.year)
    return None


def _find(report: Report, folder: Path, year: int) -> Path | None:
    if not (folder / str(year)).is_dir():
        return None
    # a file is called after its organ's short name, so most files need not be opened
    candidates = [file for file in params_files([folder / str(year)]) if file.stem in report.organ.name]
    return next((file for file in candidates if _is_of(file, report.organ.name)), None)


def _is_of(file: Path, organ: str) -> bool:
    try:
        return read_report(file).organ.name == organ
    except ParamsUnreadable:
        return False
