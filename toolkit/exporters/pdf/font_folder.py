"""A folder with the fonts of a report only: Typst scans every font in its font paths.

In: a ``FontSet``. Out: where each of its files lies in that folder. It is kept in the person's cache, made once for a
set of fonts and shared by all processes: one that is killed leaves nothing behind, and where the system lets us make
no links (Windows) 100 MB are copied once instead of at every start.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import get_ident

from platformdirs import user_cache_path

from toolkit.core.errors import NianbaoError
from toolkit.core.files import remove_file, sha256_of
from toolkit.core.fonts import FontSet


class FontUnreadable(NianbaoError):
    """A font file that can be neither linked nor copied."""

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(f"无法读取字体文件 {path}")


@dataclass(frozen=True, slots=True)
class FontFolder:
    """``folder`` holds only the fonts; ``places`` maps each file to the path that Typst reports, which follows links."""

    folder: Path
    places: Mapping[Path, str]


def font_folder(fonts: FontSet, cache: Path | None = None) -> FontFolder:
    """The folder of these fonts, in ``cache`` instead of the user's cache folder.

    Raises:
        FontUnreadable: a font cannot be read, or the disk is full.
    """
    names = {path: f"{number:02}{path.suffix}" for number, path in enumerate(dict.fromkeys(face.path for face in fonts.files))}
    folder = (cache or user_cache_path("nianbao", appauthor=False) / "fonts") / _name(fonts)
    try:
        _fill(folder, names)
    except (OSError, FontUnreadable):  # nothing can be kept there: one that goes with this process
        copies = Path(tempfile.mkdtemp(prefix="nianbao-fonts-"))
        atexit.register(shutil.rmtree, copies, ignore_errors=True)
        folder = copies / folder.name
        _fill(folder, names)
    return FontFolder(folder, {path: os.path.realpath(folder / name) for path, name in names.items()})


def _name(fonts: FontSet) -> str:
    """One name for these files with this content in these places."""
    listing = "\n".join(f"{face.path}\t{face.digest}" for face in fonts.files)
    return sha256_of(listing.encode("utf-8", "surrogateescape"))[:16]


def _fill(folder: Path, names: Mapping[Path, str]) -> None:
    """Add missing files atomically: other processes may do the same at the same time."""
    folder.mkdir(parents=True, exist_ok=True)
    for path, name in names.items():
        if not (folder / name).is_file():
            beside = folder.with_name(f".{os.getpid()}-{get_ident()}-{name}")
            try:
                _link(path, beside)
                beside.replace(folder / name)
            except OSError:
                if not (folder / name).is_file():  # on Windows a file that another process put there and has open stays
                    raise
            finally:
                remove_file(beside)


def _link(source: Path, place: Path) -> None:
    """Make a symbolic link, or a copy. A hard link could not be renamed on Windows while another program has the font open."""
    for make in (os.symlink, shutil.copyfile):
        try:
            make(source, place)
            place.stat()  # some network shares accept a symbolic link that cannot be followed afterwards
        except OSError:
            remove_file(place)
            continue
        return
    raise FontUnreadable(source)
