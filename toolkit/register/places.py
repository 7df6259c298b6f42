"""Where registers are: ``registers/<jurisdiction>/<organ>.sqlite`` beside ``params``, and what may read them.

In: paths. Out: the register of a params file, the daily copies of a register, file modes, and whether a folder is a share of
the network.
"""

from __future__ import annotations

import os
import stat
from functools import lru_cache
from pathlib import Path

from toolkit.core.errors import UsageError
from toolkit.core.tree import PASSED_OVER, full_path, tree_of

REGISTERS = "registers"
SUFFIX = ".sqlite"
COPIES = "_备份"
_SHARES = frozenset((
    "nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "ncpfs", "afs", "coda", "9p", "davfs", "webdav", "vboxsf", "prl_fs",
    "ceph", "lustre", "gpfs", "beegfs", "glusterfs", "gfs2", "ocfs2",
))  # fmt: skip
# of what runs in user space these are on this machine; the others (sshfs, gvfsd-fuse, rclone, vmhgfs-fuse) are elsewhere
_LOCAL_FUSE = frozenset(
    ("fuse.ntfs-3g", "fuse.ntfs", "fuse.exfat", "fuse.ext2", "fuse.encfs", "fuse.gocryptfs", "fuse.cryfs", "fuse.mergerfs",
     "fuse.bindfs", "fuse.lxcfs", "fuse.fuse-overlayfs", "fuse.overlayfs", "fuse.snapfuse", "fuse.portal")
)  # fmt: skip
_SET_GROUP = 0o2000


def registers_folder(params: Path) -> Path:
    """``registers`` beside a ``params`` folder."""
    return full_path(params).parent / REGISTERS


def register_of(file: str | Path) -> str:
    """The register that belongs to a params file; empty outside a tree. It need not exist."""
    folder, name = os.path.split(os.path.abspath(file))
    registers = _registers_beside(folder)
    return os.path.join(registers, f"{os.path.splitext(name)[0]}{SUFFIX}") if registers else ""  # noqa: PTH122


@lru_cache(maxsize=64)
def _registers_beside(folder: str) -> str:
    """The folder of the registers of the organs of a folder; empty outside a tree."""
    tree = tree_of(Path(folder))
    return str(Path(tree.parent, REGISTERS, *Path(folder).parts[len(tree.parts) + 1 :])) if tree else ""


def place_of(path: str | Path) -> str:
    """``云溪县/竹溪镇`` for ``registers/云溪县/竹溪镇.sqlite``; of a register elsewhere its name."""
    parts = full_path(Path(path)).with_suffix("").parts
    start = max((at for at, part in enumerate(parts) if part == REGISTERS), default=len(parts) - 2)
    return "/".join(parts[start + 1 :])


def register_path(folder: Path, place: str) -> Path:
    """The register of a place (``地区/机关``) or of a path that was typed.

    Raises:
        UsageError: the place is invalid.
    """
    if place.endswith(SUFFIX):
        return Path(place)
    parts = [part.strip() for part in place.replace("\\", "/").strip("/").split("/")]
    if not all(parts) or any(part.startswith((".", "_")) or any(sign in '\x00:*?"<>|' for sign in part) for part in parts):
        raise UsageError(f"“{place}”应写成 所属地区/机关，如 云溪县/竹溪镇")
    return folder.joinpath(*parts[:-1], f"{parts[-1]}{SUFFIX}")


def registers_below(path: Path) -> list[Path]:
    """The registers of a folder and below it, or the named one; copies are left out."""
    if path.is_file():
        return [path]
    paths = path.rglob(f"*{SUFFIX}") if path.is_dir() else ()
    return sorted(file for file in paths if not any(part.startswith(PASSED_OVER) for part in file.relative_to(path).parts))


def copies_folder(path: Path) -> Path:
    """Where the daily copies of a register are kept."""
    return path.parent / COPIES / path.stem


def file_mode(folder: Path) -> int:
    """The mode of files with personal data: their owner only; the group too where the folder passes its group on (setgid)."""
    try:
        return 0o660 if folder.stat().st_mode & _SET_GROUP else 0o600
    except OSError:
        return 0o600


def keep_private(path: Path) -> None:
    """Give a file the mode of its folder; where the system has no such modes (Windows) the folder's rights count."""
    if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) != file_mode(path.parent):
        path.chmod(file_mode(path.parent))


def is_network_share(folder: Path) -> bool:
    """Whether a folder is on a share of the network, where SQLite's write-ahead log does not work for two machines."""
    whole = str(full_path(folder))
    if whole.startswith(("\\\\", "//")):
        return True
    if os.name == "nt":
        return _is_remote_drive(whole[:3])
    import psutil  # here: of a report without a register nobody asks

    try:
        mounts = [(part.mountpoint, part.fstype.lower()) for part in psutil.disk_partitions(all=True)]
    except OSError:
        return False
    above = [(point, kind) for point, kind in mounts if Path(whole).is_relative_to(point)]
    kind = max(above, key=lambda mount: len(mount[0]), default=("", ""))[1]
    return kind in _SHARES or (kind.startswith("fuse.") and kind not in _LOCAL_FUSE)


def _is_remote_drive(drive: str) -> bool:
    import ctypes

    remote = 4  # DRIVE_REMOTE
    windll = getattr(ctypes, "windll", None)
    return windll is not None and windll.kernel32.GetDriveTypeW(drive) == remote
