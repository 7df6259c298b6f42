"""Read the members of a jurisdiction: ``_jurisdiction.yaml`` and the params files beside it.

In: the folder ``params/<year>/<jurisdiction>``. Out: reports, who is missing, what cannot be read. A jurisdiction's
own report lies one folder up, named after the folder: ``params/<year>/<jurisdiction>.yaml``, beside those of the
other members of its superior.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from toolkit.core.errors import ParamsUnreadable, UsageError
from toolkit.report import Report
from toolkit.report.jurisdiction import JURISDICTION_FILE, Jurisdiction, Member, read_jurisdiction
from toolkit.report.neighbours import is_misnamed, is_params_name, original_of, read_in_place


@dataclass(frozen=True)
class Members:
    """The members of one jurisdiction in one year.

    ``reports`` by name of file; ``unreadable`` the files that are there but cannot be read, with the reason;
    ``strangers`` the other entries of the folder: params files of no member, misnamed files (``.yml``), folders called ``.yaml``.
    ``copies`` are those among them that are copies of another file, with its name.
    """

    folder: Path
    jurisdiction: Jurisdiction
    reports: Mapping[str, Report]
    unreadable: Mapping[str, ParamsUnreadable]
    strangers: tuple[str, ...] = ()
    copies: Mapping[str, str] = field(default_factory=dict)

    @property
    def missing(self) -> tuple[Member, ...]:
        """Members without any file, in the order of the list."""
        there = self.reports.keys() | self.unreadable.keys()
        return tuple(member for member in self.jurisdiction.members if member.file not in there)

    @property
    def unreadable_members(self) -> tuple[str, ...]:
        """The names of the unreadable files that belong to members; other files are no report."""
        return tuple(item.file for item in self.jurisdiction.members if item.file in self.unreadable)

    @property
    def left_out(self) -> tuple[Member, ...]:
        """Members missing from a sum: without a file, or with an unreadable one."""
        return tuple(item for item in self.jurisdiction.members if item.file not in self.reports and not item.vertical)

    @property
    def summed(self) -> tuple[Report, ...]:
        """The reports that are added up, in the order of the list: all but 垂直管理."""
        listed = self.jurisdiction.members
        return tuple(self.reports[item.file] for item in listed if item.file in self.reports and not item.vertical)


def read_members(folder: Path) -> Members:
    """Every report of a jurisdiction.

    Raises:
        UsageError: the folder holds no ``_jurisdiction.yaml``.
        ParamsUnreadable: ``_jurisdiction.yaml`` cannot be read; an unreadable file of a member is recorded instead.
    """
    described = folder / JURISDICTION_FILE
    if not described.is_file():
        raise UsageError(f"{folder} 里没有 {JURISDICTION_FILE}，不知道有哪些成员单位；请用 nianbao start 年度 地区 建立")
    return read_members_of(folder, read_jurisdiction(described))


def read_members_of(folder: Path, jurisdiction: Jurisdiction) -> Members:
    """The reports in a folder by a list of members, which may be another year's."""
    reports: dict[str, Report] = {}
    unreadable: dict[str, ParamsUnreadable] = {}
    files = sorted(folder.iterdir())
    for file in files:
        if not is_params_name(file.name) or file.is_dir():
            continue
        try:
            reports[file.stem] = read_in_place(file)
        except ParamsUnreadable as error:
            unreadable[file.stem] = error
    strangers = sorted((reports.keys() | unreadable.keys()) - {member.file for member in jurisdiction.members})
    misnamed = sorted(
        f"{file.name}（文件夹）" if file.is_dir() else file.name
        for file in files
        if is_misnamed(file.name) or (is_params_name(file.name) and file.is_dir())
    )
    copies = {name: original.stem for name in strangers if (original := original_of(folder / f"{name}.yaml"))}
    return Members(folder, jurisdiction, reports, unreadable, (*strangers, *misnamed), copies)


def own_file(folder: Path) -> Path:
    """The path of the jurisdiction's own report: beside its folder."""
    whole = folder.resolve() if folder.name in ("", "..") else folder  # "." has no name
    return whole.with_name(f"{whole.name}.yaml")
