"""Find the inputs of an overview: the named or chosen folder, last year's beside it, the intake's records.

In: a folder. Out: an ``Overview``.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from toolkit.core.errors import ParamsUnreadable, UsageError
from toolkit.core.tree import SETTINGS_NAME, tree_of, year_of
from toolkit.jupyter.opening import params_folder
from toolkit.report.jurisdiction import JURISDICTION_FILE
from toolkit.report.neighbours import file_of_year
from toolkit.rollup.members import Members, read_members
from toolkit.rollup.overview.sections import Overview
from toolkit.rollup.receipts import read_receipts


def jurisdictions(params: Path | None) -> tuple[Path, ...]:
    """The folders below ``params`` that have a list of members, the latest year first."""
    folders = sorted(path.parent for path in params.glob(f"*/**/{JURISDICTION_FILE}")) if params else []
    return tuple(sorted(folders, key=lambda folder: -int(year_part(folder))))


def read_overview(folder: Path, today: date) -> Overview:
    """The overview of one folder, with last year's reports and the intake's ledger when they are there."""
    members = read_members(folder)
    return Overview(members, _before(folder), today, read_receipts(members, _post(folder)))


def year_part(folder: Path) -> str:
    """The folder's year, ``0`` when its path names none."""
    return str(year_of(folder) or 0)


def named_folder(named: str) -> Path:
    """A folder relative to the current one, or to the one with ``params``: JupyterLab starts kernels beside the notebook."""
    params = params_folder()
    for folder in (Path(named), *([params.parent / named] if params else [])):
        if folder.is_dir():
            return folder
    raise UsageError(f"找不到文件夹 {named}；folder 应写成 params/年度/地区，如 params/2024/云溪县")


def _post(folder: Path) -> Path:
    """The mail folder of the settings beside ``params``."""
    from toolkit.dispatch.settings import read_settings

    tree = tree_of(folder)
    root = tree.parent if tree else Path()
    return read_settings(root / SETTINGS_NAME).post if (root / SETTINGS_NAME).is_file() else root / "post"


def _before(folder: Path) -> Members | None:
    """Last year's members, when that folder is there and can be read."""
    year = int(year_part(folder))
    path = file_of_year(folder / "_", year, year - 1)
    try:
        return read_members(path.parent) if path and path.parent.is_dir() else None
    except (UsageError, ParamsUnreadable):
        return None
