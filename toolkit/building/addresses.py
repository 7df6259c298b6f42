"""Where params lie and finished reports go: a folder, or an address such as ``s3://bucket/params`` (fsspec).

In: what was typed. Out: the params files below it, as names that sort and compare, and where each report's files go.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from toolkit.core.errors import UsageError
from toolkit.core.extras import need_extra
from toolkit.report.neighbours import params_files

REPORT_SUFFIX = ".yaml"


def is_address(place: str) -> bool:
    """Not a folder of this machine: it has a protocol in front."""
    return "://" in place


def report_files(places: Sequence[str]) -> Iterator[str]:
    """The params files under folders, files and addresses, sorted within each.

    Raises:
        UsageError: an address that cannot be reached.
    """
    for place in places:
        if is_address(place):
            yield from _addresses(place)
        else:
            yield from (str(file) for file in params_files([Path(place)]))


def _addresses(place: str) -> Iterator[str]:
    files, root = reach(place)
    try:
        found = sorted(files.find(root)) if files.isdir(root) else [root]
    except Exception as error:  # each store has errors of its own
        raise UsageError(f"打不开 {place}：{error}。请核对地址、网络和访问密钥") from error
    for name in found:
        inner = PurePosixPath(name.removeprefix(root)).parts
        if name.endswith(REPORT_SUFFIX) and not any(part.startswith((".", "_")) for part in inner):
            yield str(files.unstrip_protocol(name))


def reach(place: str) -> tuple[Any, str]:
    """The file system of an address, and the name of the place in it.

    Raises:
        UsageError: nobody here knows how to reach it.
    """
    need_extra("s3")
    import fsspec  # most batches have folders only

    try:
        return fsspec.core.url_to_fs(place)  # type: ignore[no-any-return]
    except (ImportError, ValueError) as error:
        raise UsageError(f"不认识的地址 {place}：{error}") from error


def make_folder(files: Any, name: str) -> None:
    """Make a folder of a file system; a store of objects has none, and would make a bucket of a mistyped name."""
    if name.startswith("/") or "file" in files.protocol:  # a store's names begin with the bucket
        files.makedirs(name, exist_ok=True)


def joined(root: str, inner: str) -> str:
    """A place below a place, in the manner of each."""
    return f"{root.rstrip('/')}/{inner}" if is_address(root) else str(Path(root) / inner)
