"""Read the year out of a path of the params tree: ``params/<year>/<jurisdiction>/…/<organ>.yaml``.

In: the path of a file or folder. Out: its year, where the tree begins, the part below the year. A path typed from
inside the tree (``云溪县/柳湾镇.yaml``) is completed by the current folder. Links are not followed: the tree is the one
that the path names.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path, PurePosixPath


def full_path(path: Path) -> Path:
    """The path from the root, without ``.`` and ``..``; links are not followed."""
    return Path(os.path.abspath(path))


def is_year(name: str) -> bool:
    """Whether a folder is called after a year: four digits."""
    return len(name) == 4 and name.isascii() and name.isdigit()


def year_of(path: Path) -> int | None:
    """The year that a file or folder belongs to; ``None`` outside a tree."""
    parts = full_path(path).parts
    place = _year_place(parts)
    return None if place is None else int(parts[place])


def tree_of(path: Path) -> Path | None:
    """The folder that holds the years (``params``); ``None`` outside a tree."""
    parts = full_path(path).parts
    place = _year_place(parts)
    return None if place is None else Path(*parts[:place])


def below_year(name: str) -> str:
    """``2020/嘉祥县/孟姑集镇`` for ``params/2020/嘉祥县/孟姑集镇.yaml``, a path or an address: its year and what follows.

    Of a path without a year only the file's name is left.
    """
    parts = PurePosixPath(name.replace("\\", "/")).parts
    place = _year_place(parts[:-1])
    kept = parts[place:] if place is not None else parts[-1:]
    return PurePosixPath(*kept).with_suffix("").as_posix()


def _year_place(parts: Sequence[str]) -> int | None:
    """Where the last year stands among the parts of a path."""
    return max((at for at, part in enumerate(parts) if is_year(part)), default=None)
