"""Find the params tree and read the year out of its paths: ``params/<year>/<jurisdiction>/…/<organ>.yaml``.

In: the path of a file or folder. Out: its year, where the tree begins, the part below the year; the working folder, which
holds ``params/`` and is the same for commands, JupyterLab and notebooks. A path typed inside the tree
(``云溪县/柳湾镇.yaml``) is completed by the current folder. Links are not followed: a ``params`` that is a link to a shared
folder belongs to the folder with the link. The folder of the installed program is never used.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path, PurePosixPath

from toolkit.core.errors import UsageError

PARAMS, NOTEBOOKS, SETTINGS_NAME = "params", "notebooks", "nianbao.toml"
OPEN_VARIABLE = "NIANBAO_OPEN"  # the params file that a new kernel shows first
# How names begin that are no reports: hidden files, lists and folders of ours, what Word and WPS keep beside an open file.
PASSED_OVER = (".", "_", "~$")
# Bytes of a params file's name without its ending: with ``.``, ``.yaml`` and ``.journal`` the 255 of a file system.
LONGEST_STEM = 240
_NO_NAME = re.compile(r'[\x00-\x1f/\\:*?"<>|]|^(con|prn|aux|nul|com\d|lpt\d)(\.|$)', re.IGNORECASE)
FOLDER_VARIABLE = "NIANBAO_FOLDER"  # set for JupyterLab's kernels, which start beside the notebook


def full_path(path: Path) -> Path:
    """The path from the root, without ``.`` and ``..``; links are not followed."""
    return _normal(path) if path.is_absolute() else Path(os.path.abspath(path))


@lru_cache(maxsize=256)  # one file is asked for a dozen times while it is judged
def _normal(path: Path) -> Path:
    return Path(os.path.abspath(path))


def is_year(name: str) -> bool:
    """Whether the name of a folder is a year: 19 or 20 and two digits. 3708 is the code of a city (GB/T 2260)."""
    return len(name) == 4 and name.isascii() and name.isdigit() and name[:2] in ("19", "20")


def year_of(path: str | Path) -> int | None:
    """The year that a file or folder belongs to; ``None`` outside a tree."""
    return _year_in(os.path.abspath(path))


@lru_cache(maxsize=256)
def _year_in(path: str) -> int | None:
    parts = Path(path).parts
    place = _year_place(parts)
    return None if place is None else int(parts[place])


def tree_of(path: Path) -> Path | None:
    """The folder that holds the years (``params``); ``None`` outside a tree."""
    parts = full_path(path).parts
    place = _year_place(parts)
    return None if place is None else Path(parts[0], os.sep.join(parts[1:place]))  # single parts are parsed one by one


def below_year(name: str) -> str:
    """``2020/嘉祥县/孟姑集镇`` for ``params/2020/嘉祥县/孟姑集镇.yaml``, a path or an address: its year and the rest.

    Of a path without a year only the file's name is left.
    """
    *folders, file = (part for part in name.replace("\\", "/").split("/") if part not in ("", "."))
    place = _year_place(folders)
    below = folders[place:] if place is not None else ()
    return "/".join((*below, PurePosixPath(file).stem))


def walk(folder: Path, complain: Callable[[OSError], None] | None = None) -> Iterator[tuple[str, list[str], list[str]]]:
    """``os.walk`` that enters links to folders as well, as a county's folder on a share is put into the tree of the city.

    Folders that ``PASSED_OVER`` names are left out, and links to a folder that is entered without them or to one above: every
    file comes once. Folders come sorted, so that of two links to one folder always the same counts.
    """
    entered = [Path(os.path.realpath(folder))]
    for place, inner, names in os.walk(folder, onerror=complain, followlinks=True):
        visible = sorted(name for name in inner if not name.startswith(PASSED_OVER))
        inner[:] = [name for name in visible if _may_be_entered(os.path.join(place, name), entered)]
        yield place, inner, names


_is_junction: Callable[[str], bool] = getattr(os.path, "isjunction", lambda _: False)  # Windows, from Python 3.12


def _may_be_entered(path: str, entered: list[Path]) -> bool:
    """Whether a folder is not a link, or is a link to one outside ``entered``, to which it is then added.

    A folder that a link led into before is not entered again where another link leads to one around it.
    """
    if not (os.path.islink(path) or _is_junction(path)):  # noqa: PTH114  a Path for each folder of a country takes long
        return len(entered) == 1 or Path(os.path.realpath(path)) not in entered
    target, holder = Path(os.path.realpath(path)), Path(os.path.realpath(os.path.dirname(path)))  # noqa: PTH120
    if target in holder.parents or any(target.is_relative_to(folder) for folder in entered):
        return False
    entered.append(target)
    return True


def is_file_name(name: str) -> bool:
    """Whether a folder or params file may have this name (without its ending) on every system, Windows included."""
    return bool(name) and not (name.startswith(PASSED_OVER) or name.endswith((".", " ")) or _NO_NAME.search(name))


def is_long_name(name: str) -> bool:
    """Whether the files beside a params file of this name (without its ending) would have names that are too long."""
    return len(os.fsencode(name)) > LONGEST_STEM


def _year_place(parts: Sequence[str]) -> int | None:
    """The index of the last year among the parts of a path."""
    return next((at for at in range(len(parts) - 1, -1, -1) if is_year(parts[at])), None)


# ---- the working folder


def current_folder() -> Path:
    """The current folder as the shell names it: ``Path.cwd`` would follow links.

    Raises:
        UsageError: it was removed, or its share is away.
    """
    try:
        here, named = Path.cwd(), os.environ.get("PWD", "")
    except OSError as error:
        raise UsageError("当前文件夹已被删除、移走，或所在的盘没有接上；请换到放 params 的文件夹再运行") from error
    try:
        return Path(named) if Path(named).is_absolute() and Path(named).samefile(here) else here
    except OSError:
        return here


def find_folder(start: Path) -> Path | None:
    """The nearest folder with ``params/``, from ``start`` upwards; ``None`` when there is none.

    A folder above ``start`` needs a year in ``params/``, or notebooks or settings beside it.
    """
    here = full_path(start)
    if (here / PARAMS).is_dir():
        return here
    return next((folder for folder in here.parents if (folder / PARAMS).is_dir() and _is_ours(folder)), None)


def working_folder() -> Path | None:
    """The working folder of this process: the one JupyterLab was started for, else the nearest one above the current folder."""
    named = os.environ.get(FOLDER_VARIABLE, "")
    return Path(named) if named else find_folder(current_folder())


def _is_ours(folder: Path) -> bool:
    try:
        years = any(is_year(path.name) for path in (folder / PARAMS).iterdir())
    except OSError:
        return False
    return years or (folder / NOTEBOOKS).is_dir() or (folder / SETTINGS_NAME).is_file()
