"""Find the fonts of an official document (公文字体) on this machine, and the characters they cannot draw.

In: folders with font files. Out: a ``FontSet`` that names, for each role, the files to try in order. The
official fonts come first where the machine has them, then the free Fandol ones, and after each a font with
many rare characters (Noto or Source Han); a bare machine still has those of the PyPI package ``mplfonts``.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import struct
import sys
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from toolkit.core.errors import NianbaoError
from toolkit.core.text import without_hidden

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont

Role = Literal["title", "song", "fangsong", "kai", "hei", "sans"]
ROLES: tuple[Role, ...] = get_args(Role)

# File names, since opening every font of a machine to read its name takes seconds. One entry per rank.
_OWN: dict[Role, tuple[str, ...]] = {
    "title": (r"fzxbs.*|fzxiaobiaosong.*|(方正)?小标宋.*", r"fandolsong-bold"),
    "song": (r"simsun|宋体", r"fandolsong-regular"),
    "fangsong": (r"(仿宋|fangsong|fs)_?gb2312", r"simfang|仿宋|fangsong", r"fandolfang-regular"),
    "kai": (r"(楷体|kaiti|kt)_?gb2312", r"simkai|楷体|kaiti", r"fandolkai-regular"),
    "hei": (r"simhei|黑体", r"fandolhei-regular"),
    "sans": (),
}
_WIDE_SERIF = (r"notoserif(cjk|cjksc|sc)-regular", r"sourcehanserif(sc|cn)?-regular")
_WIDE_BOLD = (r"(noto|sourcehan)serif(cjk|cjksc|sc|cn)?-bold",)
_WIDE_SANS = (r"notosans(cjk|cjksc|sc)-regular", r"sourcehansans(sc|cn)?-regular", r"msyh")
_RARE = (r"simsunb", r"simsunextg")  # characters beyond U+FFFF on Windows
_SUFFIXES = (".ttf", ".otf", ".ttc", ".otc")


class NoFonts(NianbaoError):
    """No font that draws Chinese was found."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self.folders = tuple(folders)
        places = "、".join(str(folder) for folder in folders) or "（无）"
        super().__init__(
            f"没有找到中文字体，查找过：{places}。请安装中文字体（如 Debian 的 fonts-noto-cjk；Windows 自带的宋体、仿宋也可以）；"
            "PDF 和 Word 里的图要用它，网页和 Excel 不用，可以先只做这两种"
        )


@dataclass(frozen=True, slots=True)
class FontFile:
    """One face of one font file; ``face`` counts inside a collection (.ttc), ``digest`` changes with the content."""

    family: str
    path: Path
    face: int
    digest: str


@dataclass(frozen=True, slots=True)
class FontSet:
    """For each role the faces to try in order; never empty."""

    title: tuple[FontFile, ...]  # 小标宋
    song: tuple[FontFile, ...]  # 宋体
    fangsong: tuple[FontFile, ...]  # 仿宋
    kai: tuple[FontFile, ...]  # 楷体
    hei: tuple[FontFile, ...]  # 黑体
    sans: tuple[FontFile, ...]  # charts

    def chain(self, role: Role) -> tuple[FontFile, ...]:
        return getattr(self, role)  # type: ignore[no-any-return]

    @property
    def files(self) -> tuple[FontFile, ...]:
        """Every face once, in the order of the roles."""
        return tuple(dict.fromkeys(face for role in ROLES for face in self.chain(role)))

    @property
    def digest(self) -> str:
        """Digest of the whole set: other fonts give another PDF."""
        parts = (f"{role}:{face.digest}:{face.face}" for role in ROLES for face in self.chain(role))
        return hashlib.sha256("\n".join(parts).encode("ascii")).hexdigest()


def find_fonts(folders: Iterable[Path] | None = None) -> FontSet:
    """The fonts in ``folders``; without an argument those of this machine, then those of ``mplfonts``.

    Raises:
        NoFonts: none of the Chinese fonts was found.
    """
    return _find((tuple(folders),)) if folders is not None else _find((_font_folders(Path.home()), _package_folders()))


def missing_glyphs(text: str, role: Role, fonts: FontSet | None = None) -> tuple[str, ...]:
    """The characters of ``text`` that no font of ``role`` can draw, each once, in order."""
    chain = (fonts or find_fonts()).chain(role)
    drawn = _drawn(chain)
    missing = []
    for character in dict.fromkeys("".join(without_hidden(text).split())):
        if character not in drawn:
            if any(_charmap(face.path, face.face).draws(ord(character)) for face in chain):
                drawn.add(character)
            else:
                missing.append(character)
    return tuple(missing)


def check_glyphs(texts: Iterable[str], role: Role = "fangsong", fonts: FontSet | None = None) -> list[tuple[str, str]]:
    """``(character, "U+XXXX")`` for every character in ``texts`` that would be printed as a box."""
    return [(c, f"U+{ord(c):04X}") for c in missing_glyphs("".join(texts), role, fonts)]


@cache
def _find(groups: tuple[tuple[Path, ...], ...]) -> FontSet:
    listings = [list(_font_files(folders)) for folders in groups]
    chains = {role: _chain(role, listings) for role in ROLES}
    if not all(chains.values()):
        raise NoFonts([folder for folders in groups for folder in folders])
    return FontSet(**chains)


def _chain(role: Role, listings: list[list[Path]]) -> tuple[FontFile, ...]:
    wide = (_WIDE_SANS, _WIDE_SERIF) if role in ("hei", "sans") else (_WIDE_SERIF, _WIDE_SANS)
    ranks = (_OWN[role], *((_WIDE_BOLD,) if role == "title" else ()), *wide, _RARE)
    paths = (_first(rank, listings) for rank in ranks)
    chain = tuple(_read_face(path) for path in dict.fromkeys(path for path in paths if path))
    if chain:
        return chain
    # a folder with Fandol or a single official font: any Chinese font will do
    every = tuple(pattern for patterns in (*_OWN.values(), _WIDE_BOLD) for pattern in patterns)
    last = _first(every, listings)
    return (_read_face(last),) if last else ()


def _first(patterns: Sequence[str], listings: list[list[Path]]) -> Path | None:
    """The best file of the machine; a package's fonts only when the machine has none of these."""
    for listing in listings:
        for pattern in patterns:
            for path in listing:
                if re.fullmatch(pattern, path.stem.casefold()):
                    return path
    return None


def _font_files(folders: Iterable[Path]) -> Iterator[Path]:
    for folder in folders:
        for place, inner, names in os.walk(folder):
            inner.sort()
            yield from (Path(place, name) for name in sorted(names) if name.lower().endswith(_SUFFIXES))


@cache  # every check of a report asks for the fonts
def _font_folders(home: Path) -> tuple[Path, ...]:
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA", str(home / "AppData" / "Local"))
        return Path(os.environ.get("WINDIR", "C:\\Windows"), "Fonts"), Path(local, "Microsoft", "Windows", "Fonts")
    if sys.platform == "darwin":
        return home / "Library" / "Fonts", Path("/Library/Fonts"), Path("/System/Library/Fonts")
    fandol = Path("/usr/share/texlive/texmf-dist/fonts/opentype/public/fandol")
    return home / ".local" / "share" / "fonts", home / ".fonts", Path("/usr/local/share/fonts"), Path("/usr/share/fonts"), fandol


@cache
def _package_folders() -> tuple[Path, ...]:
    spec = importlib.util.find_spec("mplfonts")  # found, not imported: the package brings matplotlib along
    return (Path(spec.origin).parent / "fonts",) if spec and spec.origin else ()


@cache
def _read_face(path: Path) -> FontFile:
    """The face for mainland China (SC) in a collection, else the first; its digest from the file's own checksums."""
    with path.open("rb") as file:
        directory = file.read(64 * 1024)  # holds a checksum of every table in the file
    size = path.stat().st_size
    digest = hashlib.sha256(struct.pack(">Q", size) + directory).hexdigest()
    faces = struct.unpack(">L", directory[8:12])[0] if directory[:4] == b"ttcf" else 1
    names = [_family(path, face) for face in range(faces)]
    face = next((index for index, name in enumerate(names) if name.endswith(" SC")), 0)
    return FontFile(names[face], path, face, digest)


def _open_face(path: Path, face: int) -> TTFont:
    from fontTools.ttLib import TTFont  # most checks open no font

    return TTFont(path, fontNumber=face, lazy=True)


def _family(path: Path, face: int) -> str:
    with _open_face(path, face) as font:
        return font["name"].getDebugName(16) or font["name"].getDebugName(1) or path.stem


@cache
def _drawn(chain: tuple[FontFile, ...]) -> set[str]:
    """The characters that fonts were found to draw: most are those of every report."""
    return set()


@dataclass(frozen=True, slots=True)
class _Charmap:
    """The characters of one face, as sorted ranges; expanding them into a dictionary takes 0.3 s a font."""

    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def draws(self, code: int) -> bool:
        place = bisect_right(self.starts, code) - 1
        return place >= 0 and code <= self.ends[place]


@cache
def _charmap(path: Path, face: int) -> _Charmap:
    with _open_face(path, face) as font:
        table = font.reader["cmap"]
        count = struct.unpack(">H", table[2:4])[0]
        offsets = [struct.unpack(">HHL", table[4 + 8 * i : 12 + 8 * i])[2] for i in range(count)]
        by_format = {struct.unpack(">H", table[offset : offset + 2])[0]: offset for offset in offsets}
        if 12 in by_format:
            return _ranges_12(table, by_format[12])
        font.setGlyphOrder(range(1 << 16))  # numbers do for names, which would have to be read from the outlines
        codes = sorted(font.getBestCmap() or {})  # without .notdef
    return _Charmap(tuple(codes), tuple(codes))


def _ranges_12(table: bytes, offset: int) -> _Charmap:
    """Format 12 of the OpenType ``cmap`` table: groups of (first, last, glyph)."""
    count = struct.unpack(">L", table[offset + 12 : offset + 16])[0]
    groups = list(struct.iter_unpack(">LLL", table[offset + 16 : offset + 16 + 12 * count]))
    drawn = [(first + (glyph == 0), last) for first, last, glyph in groups]
    return _Charmap(tuple(first for first, _ in drawn), tuple(last for _, last in drawn))
