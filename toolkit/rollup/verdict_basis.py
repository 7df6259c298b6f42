"""Find the reports of a tree to judge again: those with a change in anything that their verdict depends on.

In: the params tree, the cached reports, the day. Out: by folder the files to judge, and their verdicts. A
verdict depends on the report's own file, last year's, the organ's register, the opinion on the report, the member list, for
a jurisdiction's own report its members' files, on the day, on the rules, and on the texts of the other reports of the folder.
Files are compared by size and time, so that nothing is opened while nothing changed; texts by digest, since a changed figure
makes no other report a copy.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path

from toolkit.checks.assembly import Verdict, judge_file, rules_digest, texts_of
from toolkit.checks.narrative.likeness import report_texts
from toolkit.core.files import FileStamp, file_stamp, sha256_of
from toolkit.core.processes import map_in_processes
from toolkit.core.tree import PASSED_OVER, is_year, walk
from toolkit.register.lookup import stamp_of
from toolkit.register.places import SUFFIX, registers_folder
from toolkit.report import Report
from toolkit.report.embedded import report_digest
from toolkit.report.jurisdiction import JURISDICTION_FILE, known_jurisdiction, turns_passed

_NO_FILE = (0, 0)  # the stamp of a pipe, a device, a link to nowhere: it cannot be read, and its verdict says so
# A name in bytes that are not UTF-8 (unpacked from a ZIP of Chinese Windows) comes with surrogates, which no database stores.
_STORED = {0xDC00 + byte: 0x10FE00 + byte for byte in range(0x80, 0x100)}  # into private use, and back
_ON_DISK = {stored: surrogate for surrogate, stored in _STORED.items()}


@dataclass(frozen=True)
class Tree:
    """Every params file and member list below ``root``; keys are paths from there, with ``/`` (``key_of``, ``path_of``)."""

    root: Path
    stamps: Mapping[str, FileStamp]
    lists: dict[str, FileStamp]  # of member lists by the key of their folder
    opinions: Mapping[str, FileStamp] = field(default_factory=dict)  # of opinions by the key of the file they are about

    @cached_property
    def folders(self) -> dict[str, list[str]]:
        by_folder: dict[str, list[str]] = {}
        for key in self.stamps:
            by_folder.setdefault(folder_of(key), []).append(key)
        return by_folder

    def governing(self, folder: str) -> str | None:
        """The folder whose member list governs the files of a folder: the folder itself or one above it, up to its year."""
        while folder not in self.lists:
            if is_year(folder.rpartition("/")[2]) or not folder:
                return None
            folder = folder_of(folder)
        return folder


@dataclass(frozen=True)
class StoredBasis:
    """The basis of one verdict, stored to detect changes.

    ``basis``: digest of everything but the siblings. ``siblings``: digest of the texts of the folder. ``texts``: digest of
    its own, empty when they are too short to be copied.
    """

    file: str
    stamp: FileStamp
    basis: str
    siblings: str = ""
    texts: str = ""

    @property
    def folder(self) -> str:
        return folder_of(self.file)


@dataclass(frozen=True)
class JudgedReport:
    """One report after its checks, without the report: of forty thousand they would take 3 GB.

    ``about``: year, organ, level, edition; ``None`` for a file that could not be read, with its ``problem``. ``cells``: the
    cells with a number other than 0, and the blank ones with "". ``findings``: code, severity, place, whether it is confirmed.
    ``digest``: of the canonical params.
    """

    stored: StoredBasis
    about: tuple[int, str, str, str] | None = None
    cells: tuple[tuple[str, str], ...] = ()
    findings: tuple[tuple[str, str, str, bool], ...] = ()
    digest: str = ""
    problem: str = ""


@dataclass(frozen=True)
class FolderWork:
    """The files of one folder to judge: the folder on the disk, and the basis of each file's verdict."""

    folder: Path
    files: tuple[StoredBasis, ...]
    today: date


def key_of(place: str) -> str:
    """The key of a path below the tree."""
    return place if place.isascii() else place.translate(_STORED)


def path_of(root: Path, key: str) -> Path:
    return root / (key if key.isascii() else key.translate(_ON_DISK))


def folder_of(key: str) -> str:
    return key.rpartition("/")[0]


def read_tree(root: Path) -> Tree:
    """The tree below a folder, from one walk, without folders that begin with . or _."""
    return _tree(root, [root])


def read_folders(root: Path, places: Iterable[str]) -> Tree:
    """The part of a tree that the verdicts on some folders depend on: the files below them, and the member lists above.

    Args:
        root: the params tree.
        places: the folders as paths from there; those that do not exist are left out.
    """
    tree = _tree(root, [root / place for place in places])
    above = {parent for place in places for parent in Path(place).parents}
    for folder in sorted(above):
        stamp = file_stamp(os.path.join(root / folder, JURISDICTION_FILE))
        if stamp:
            tree.lists[key_of(folder.as_posix().removeprefix("."))] = stamp
    return tree


def _tree(root: Path, starts: Iterable[Path]) -> Tree:
    stamps: dict[str, FileStamp] = {}
    lists: dict[str, FileStamp] = {}
    opinions: dict[str, FileStamp] = {}
    for folder, _, names in (entry for start in starts for entry in walk(start)):
        place = key_of(Path(folder).relative_to(root).as_posix().removeprefix("."))
        for name in sorted(name for name in names if name.endswith(".yaml")):
            stamp = file_stamp(os.path.join(folder, name))  # a Path takes as long to make as the call, forty thousand times
            if stamp and name == JURISDICTION_FILE:
                lists[place] = stamp
            elif not name.startswith(PASSED_OVER):
                stamps[key_of(f"{place}/{name}".removeprefix("/"))] = stamp or _NO_FILE
        for name in (name for name in names if name.endswith(".yaml.review")):
            if stamp := file_stamp(os.path.join(folder, name)):
                about = name.removeprefix(".").removesuffix(".review")
                opinions[key_of(f"{place}/{about}".removeprefix("/"))] = stamp
    return Tree(root, stamps, lists, opinions)


def stale_folders(tree: Tree, cached: Mapping[str, StoredBasis], today: date) -> dict[str, dict[str, str]]:
    """The files with an outdated verdict by folder, in the order of the tree, each with the basis of its new verdict."""
    missing = {folder_of(file) for file in cached if file not in tree.stamps}
    work: dict[str, dict[str, str]] = {}
    for folder, files in tree.folders.items():
        bases = basis_of_folder(tree, folder, today)
        stale = [file for file in files if file not in cached or cached[file].basis != bases[file]]
        if not stale and folder in missing:  # a text that others resembled may be gone
            siblings = _siblings(cached[file] for file in files)
            stale = [file for file in files if cached[file].siblings != siblings]
        if stale:
            work[folder] = {file: bases[file] for file in stale}
    return work


def judge_folders(
    tree: Tree, work: Mapping[str, Mapping[str, str]], cached: Mapping[str, StoredBasis], today: date, processes: int
) -> Iterator[list[JudgedReport]]:
    """The verdicts of the stale files of each folder, and of its other files as well when a text of the folder changed.

    Args:
        work: the stale files by folder, from ``stale_folders``.
        processes: how many share the folders.
    """
    folders = (_work(tree, folder, bases, today) for folder, bases in work.items())
    for folder, judged in zip(work, map_in_processes(_judge, folders, processes, [__name__]), strict=True):
        yield list(_with_siblings(tree, folder, {item.stored.file: item for item in judged}, cached, today))


def _work(tree: Tree, folder: str, bases: Mapping[str, str], today: date) -> FolderWork:
    current = tuple(StoredBasis(file, tree.stamps[file], basis) for file, basis in bases.items())
    return FolderWork(path_of(tree.root, folder), current, today)


def _judge(work: FolderWork) -> list[JudgedReport]:
    index = texts_of(work.folder)
    return [
        _judged(stored, judge_file(path_of(work.folder, stored.file.rpartition("/")[2]), today=work.today, siblings=index))
        for stored in work.files
    ]


def _judged(stored: StoredBasis, verdict: Verdict) -> JudgedReport:
    if verdict.case is None:
        return JudgedReport(stored, problem=str(verdict.problem.problems[0]) if verdict.problem else "")
    report = verdict.case.report
    return JudgedReport(
        replace(stored, texts=report_texts(report).digest),
        (report.year, report.organ.name, report.organ.level, report.form.id),
        tuple(_cells(report)),
        tuple((item.code, item.severity, item.place, bool(item.confirmed)) for item in verdict.findings),
        report_digest(report),
    )


def _cells(report: Report) -> Iterator[tuple[str, str]]:
    for address in report.form.cells:
        value = report.figures.number(address)
        if value is None:
            yield str(address), ""
        elif value:
            yield str(address), str(value)


def _with_siblings(
    tree: Tree, folder: str, judged: dict[str, JudgedReport], cached: Mapping[str, StoredBasis], today: date
) -> Iterator[JudgedReport]:
    stored = {file: judged[file].stored if file in judged else cached[file] for file in tree.folders[folder]}
    siblings = _siblings(stored.values())
    outdated = [file for file, item in stored.items() if file not in judged and item.siblings != siblings]
    if outdated:
        bases = basis_of_folder(tree, folder, today)
        again = _judge(_work(tree, folder, {file: bases[file] for file in outdated}, today))
        judged |= {item.stored.file: item for item in again}
    for file in tree.folders[folder]:
        if file in judged:
            yield replace(judged[file], stored=replace(judged[file].stored, siblings=siblings))


def basis_of_folder(tree: Tree, folder: str, today: date) -> dict[str, str]:
    """The digest of everything that a file's verdict depends on, except its siblings, by file."""
    governing, year = tree.governing(folder), folder.partition("/")[0]
    turns: dict[str | None, str] = {}  # by member list
    registers = registers_folder(tree.root) if registers_folder(tree.root).is_dir() else None
    basis = {}
    for file in tree.folders[folder]:
        own = file.removesuffix(".yaml")  # the folder of its members, if it is a jurisdiction's own report
        last = f"{int(year) - 1}/{file.partition('/')[2]}" if is_year(year) else ""
        listed = own if own in tree.lists else governing
        stamps = [tree.stamps[file], tree.stamps.get(last), governing, tree.lists.get(governing or "")]
        if file in tree.opinions:
            stamps.append(tree.opinions[file])
        if listed == own:
            stamps += [tree.lists[own], *(tree.stamps[member] for member in tree.folders.get(own, ()))]
        if registers is not None:
            stamps += stamp_of(path_of(registers, f"{own.partition('/')[2]}{SUFFIX}"))
        if listed not in turns:
            turns[listed] = _turns(tree, listed, year, today)
        basis[file] = _digest((rules_digest(), turns[listed], stamps))
    return basis


def _turns(tree: Tree, listed: str | None, year: str, today: date) -> str:
    area = known_jurisdiction(path_of(tree.root, listed) / JURISDICTION_FILE) if listed is not None else None
    return turns_passed(int(year) if is_year(year) else None, area, today)


def _siblings(stored: Iterable[StoredBasis]) -> str:
    """Digest of the texts of a folder that others may resemble."""
    return _digest(sorted(item.texts for item in stored if item.texts))


def _digest(parts: object) -> str:
    return sha256_of(repr(parts).encode("utf-8", "surrogateescape"))
