"""Store the findings of the reports of a folder, and judge only reports whose inputs changed.

In: the members of a jurisdiction, the day, a file to keep the findings in. Out: findings by name of file, as
``member_findings`` gives them. What a verdict depends on is compared as for the warehouse (``verdict_basis``). A file that is
damaged, of another version, or cannot be written costs time and nothing else.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pydantic import TypeAdapter

from toolkit.checks.assembly import judge_file, texts_of
from toolkit.checks.finding import Finding
from toolkit.checks.narrative.likeness import report_texts
from toolkit.core.errors import NianbaoError
from toolkit.core.files import save_bytes, sha256_of
from toolkit.core.tree import full_path, is_year, tree_of
from toolkit.rollup.completeness import member_findings
from toolkit.rollup.members import Members
from toolkit.rollup.verdict_basis import basis_of_folder, key_of, read_folders

STORE = "校验结果.json"
_VERSION = 1


@dataclass(frozen=True)
class _StoredVerdict:
    """The stored verdict on one report: the digest of its inputs, the digest of its texts, the findings."""

    basis: str
    texts: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class _Store:
    """The file that keeps the verdicts on one folder."""

    version: int
    folder: str
    reports: dict[str, _StoredVerdict]


_STORE = TypeAdapter(_Store)


def stored_findings(members: Members, today: date, store: Path) -> dict[str, tuple[Finding, ...]]:
    """The findings of every member's report by file name; those that are stored and still hold are not judged again.

    Args:
        members: the reports.
        today: the day on which deadlines are judged.
        store: the file that keeps the findings; it need not exist.
    """
    bases = _bases(members.folder, today)
    if bases is None:
        return member_findings(members, today)
    stored = _read(store, members.folder)
    valid = {name: item for name, item in stored.items() if name in members.reports and item.basis == bases.get(name)}
    if valid.keys() == members.reports.keys() == stored.keys():
        return {name: valid[name].findings for name in members.reports}
    texts = {name: report_texts(report).digest for name, report in members.reports.items()}
    if {name: digest for name, digest in texts.items() if digest} != {n: i.texts for n, i in stored.items() if i.texts}:
        valid = {}  # a text that others may resemble is new, gone or changed
    index = texts_of(members.folder)
    verdicts: dict[str, _StoredVerdict] = {}
    for name in members.reports:
        if name in valid:
            verdicts[name] = valid[name]
        else:
            findings = judge_file(members.folder / f"{name}.yaml", today=today, siblings=index).findings
            verdicts[name] = _StoredVerdict(bases.get(name, ""), texts[name], findings)
    _write(store, members.folder, verdicts)
    return {name: item.findings for name, item in verdicts.items()}


def _bases(folder: Path, today: date) -> dict[str, str] | None:
    """The digest of the inputs of each verdict, by name of file; ``None`` for a folder outside a tree."""
    folder = full_path(folder)
    root = tree_of(folder)
    if root is None:
        return None
    place = folder.relative_to(full_path(root)).as_posix()
    year, _, rest = place.partition("/")
    before = [f"{int(year) - 1}/{rest}".rstrip("/")] if is_year(year) else []
    tree = read_folders(full_path(root), [place, *before])
    key = key_of(place)
    return {file.rpartition("/")[2].removesuffix(".yaml"): basis for file, basis in basis_of_folder(tree, key, today).items()
            } if key in tree.folders else {}  # fmt: skip


def _read(store: Path, folder: Path) -> dict[str, _StoredVerdict]:
    """The stored verdicts of a folder; empty when the file is missing, damaged or of another version or folder."""
    with suppress(OSError, ValueError):
        read = _STORE.validate_json(store.read_bytes())
        if (read.version, read.folder) == (_VERSION, _name(folder)):
            return read.reports
    return {}


def _write(store: Path, folder: Path, verdicts: dict[str, _StoredVerdict]) -> None:
    with suppress(NianbaoError, OSError, ValueError):
        save_bytes(store, _STORE.dump_json(_Store(_VERSION, _name(folder), verdicts), exclude_defaults=True))


def _name(folder: Path) -> str:
    return sha256_of(str(full_path(folder)).encode("utf-8", "surrogateescape"))
