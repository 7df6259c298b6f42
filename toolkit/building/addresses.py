"""Places of params and finished reports: a folder, or an address such as ``s3://bucket/params`` (universal_pathlib).

In: names as typed. Out: the params files below them, as names that sort and compare, and paths that read and write.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.core.errors import UsageError
from toolkit.core.shipped import need_extra
from toolkit.core.tree import PASSED_OVER

if TYPE_CHECKING:
    from upath import UPath

REPORT_SUFFIX = ".yaml"


def is_address(place: str) -> bool:
    """Whether a name has a protocol and is not a folder of this machine."""
    return "://" in place


def address(place: str) -> UPath:
    """The path of an address.

    Raises:
        UsageError: an unsupported protocol, or a missing driver.
    """
    need_extra("s3")
    from upath import UPath  # most batches have folders only

    try:
        return UPath(place)
    except (ImportError, ValueError) as error:
        raise UsageError(f"不认识的地址 {place}：{error}") from error


def report_files(place: str) -> Iterator[str]:
    """The params files under an address, sorted.

    Raises:
        UsageError: it cannot be reached.
    """
    root = address(place)
    try:
        files = sorted(root.rglob(f"*{REPORT_SUFFIX}"), key=str) if root.is_dir() else [root]
    except Exception as error:  # each store has errors of its own
        raise UsageError(f"打不开 {root}：{error}。请核对地址、网络和访问密钥") from error
    for file in files:
        hidden = file != root and any(part.startswith(PASSED_OVER) for part in file.relative_to(root).parts)
        if file.suffix == REPORT_SUFFIX and not hidden:
            yield str(file)


def make_folder(folder: UPath) -> None:
    """Make a folder; not at an object store, which has no folders and would make a bucket of a mistyped name."""
    if folder.path.startswith("/") or folder.protocol in ("file", "local"):
        folder.mkdir(parents=True, exist_ok=True)


def joined(root: str, inner: str) -> str:
    """A place below a place, as a name."""
    return f"{root.rstrip('/')}/{inner}" if is_address(root) else str(Path(root) / inner)
