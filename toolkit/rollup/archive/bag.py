"""Write and check a bag: files with a list of their hashes in one ZIP file, as archives exchange them.

In: names and files. Out: a ZIP file whose bytes follow from its content alone; of a ZIP file or an unpacked folder, the files
that were changed, are missing, or were added. Nothing is unpacked to disk, and no name in a package becomes a path.

Source: RFC 8493 (BagIt 1.0).
"""

from __future__ import annotations

import hashlib
import os
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Protocol

from toolkit.core.errors import CannotWrite, NianbaoError
from toolkit.core.files import remove_file, replace_file, sha256_of
from toolkit.core.write_failures import reason

DECLARATION, INFO = "bagit.txt", "bag-info.txt"
MANIFEST, TAG_MANIFEST = "manifest-sha256.txt", "tagmanifest-sha256.txt"
PAYLOAD = "data/"
_DECLARED = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time of a ZIP entry
_PLAIN_FILE = (stat.S_IFREG | 0o644) << 16
_CHUNK = 1 << 20
_MOST_FILES, _MOST_BYTES = 100_000, 50_000_000_000
_LARGEST_LIST = 50_000_000
_DAMAGED = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError)


class NoBag(NianbaoError):
    """A file or folder is no bag that can be checked; the sentence says why."""


@dataclass(frozen=True, slots=True)
class BagCheck:
    """The state of a bag: files by name; ``digest`` is the SHA-256 of the list of lists, which stands for the whole."""

    digest: str = ""
    files: int = 0
    changed: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    additional: tuple[str, ...] = ()
    unsafe: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        return not (self.changed or self.missing or self.additional or self.unsafe)


def write_bag(path: Path, files: Mapping[str, bytes | Path], info: Mapping[str, str]) -> str:
    """Write a bag as a ZIP file; the SHA-256 of its list of lists.

    Args:
        files: the payload by name, with ``/`` between folders; each as bytes or as a file to be read.
        info: what ``bag-info.txt`` says; its values have one line.

    Raises:
        CannotWrite: disk full, no permission; a file that is there stays as it is.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as package:
            digest = _write_all(_Writer(package, path.stem), files, info)
        replace_file(part, path)
    except OSError as error:
        remove_file(part)
        raise CannotWrite(path, reason(error)) from error
    return digest


def _write_all(writer: _Writer, files: Mapping[str, bytes | Path], info: Mapping[str, str]) -> str:
    payload = {name: writer.add(PAYLOAD + name, files[name]) for name in sorted(files)}
    hashes = _lines({PAYLOAD + name: digest for name, digest in payload.items()})
    about = "".join(f"{key}: {' '.join(value.split())}\n" for key, value in info.items())
    tags = {DECLARATION: _DECLARED, INFO: about.encode("utf-8"), MANIFEST: hashes}
    sums = {name: writer.add(name, data) for name, data in sorted(tags.items())}
    return writer.add(TAG_MANIFEST, _lines(sums))


@dataclass(frozen=True)
class _Writer:
    """Adds files below one folder of a package; the SHA-256 of each."""

    package: zipfile.ZipFile
    root: str

    def add(self, name: str, content: bytes | Path) -> str:
        entry = zipfile.ZipInfo(f"{self.root}/{name}", _EPOCH)
        entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, _PLAIN_FILE, 3
        data = content.read_bytes() if isinstance(content, Path) else content
        self.package.writestr(entry, data)
        return sha256_of(data)


def _lines(digests: Mapping[str, str]) -> bytes:
    """A manifest: hash, two blanks, name with its line ends and percent signs encoded (RFC 8493, 2.1.3)."""
    names = {name: name.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A") for name in digests}
    return "".join(f"{digest}  {names[name]}\n" for name, digest in sorted(digests.items())).encode("utf-8")


def _decoded(name: str) -> str:
    return name.replace("%0A", "\n").replace("%0a", "\n").replace("%0D", "\r").replace("%0d", "\r").replace("%25", "%")


# ---- reading


class BagFiles(Protocol):
    """The files of a bag, by name below its folder."""

    @property
    def names(self) -> tuple[str, ...]:
        """Every file."""

    @property
    def unsafe(self) -> tuple[str, ...]:
        """Links, and names that lead out of the folder or that are there twice; they are not opened."""

    def open(self, name: str) -> IO[bytes]:
        """A file for reading."""


@contextmanager
def open_bag(path: Path) -> Iterator[BagFiles]:
    """The bag in a ZIP file, or the folder it was unpacked into.

    Raises:
        NoBag: it is neither, or has no list of hashes.
    """
    try:
        if path.is_dir():
            yield _Folder.of(path)
        else:
            with zipfile.ZipFile(path) as package:
                yield _Package.of(package)
    except (zipfile.BadZipFile, NotImplementedError) as error:
        raise NoBag(f"{path.name} 不是 ZIP 文件，或已损坏，不能核对") from error


def check_bag(files: BagFiles) -> BagCheck:
    """Compare every file of a bag with the lists of hashes.

    Raises:
        NoBag: there is no list, or it is unreadable.
    """
    if TAG_MANIFEST not in files.names or MANIFEST not in files.names:
        raise NoBag(f"里面没有校验清单（{MANIFEST}、{TAG_MANIFEST}），不是 nianbao archive 打的包")
    tags, digest = _read_list(files, TAG_MANIFEST)
    payload, _ = _read_list(files, MANIFEST)
    hashes = {**{name: at for name, at in payload.items() if name.startswith(PAYLOAD)}, **tags}
    strange = [name for name in (*payload, *tags) if not _is_plain(name)]
    present = set(files.names)
    changed = [name for name in sorted(hashes) if name in present and _digest(files, name) != hashes[name]]
    return BagCheck(
        digest, len(files.names), tuple(changed), tuple(sorted(hashes.keys() - present)),
        tuple(sorted(present - hashes.keys() - {TAG_MANIFEST})), tuple(dict.fromkeys((*files.unsafe, *strange))),
    )  # fmt: skip


def _read_list(files: BagFiles, name: str) -> tuple[dict[str, str], str]:
    """The hashes of a manifest by name, and its own."""
    try:
        with files.open(name) as opened:
            raw = opened.read(_LARGEST_LIST)
        text = raw.decode("utf-8")
    except (*_DAMAGED, UnicodeDecodeError) as error:
        raise NoBag(f"校验清单 {name} 读不出来") from error
    rows = (line.partition(" ") for line in text.splitlines() if line.strip())
    return {_decoded(rest.lstrip(" *")): digest.lower() for digest, _, rest in rows}, sha256_of(raw)


def _digest(files: BagFiles, name: str) -> str:
    """SHA-256 of a file; "" when it cannot be read."""
    digest = hashlib.sha256()
    try:
        with files.open(name) as opened:
            while chunk := opened.read(_CHUNK):
                digest.update(chunk)
    except _DAMAGED:
        return ""
    return digest.hexdigest()


def _is_plain(name: str) -> bool:
    """Whether a name stays below its folder on every system."""
    parts = PurePosixPath(name).parts
    odd = "\\" in name or ":" in name or "\0" in name or name.startswith("/")
    return bool(parts) and not odd and ".." not in parts and "/".join(parts) == name


@dataclass(frozen=True)
class _Package:
    package: zipfile.ZipFile
    names: tuple[str, ...]
    unsafe: tuple[str, ...]
    entries: Mapping[str, zipfile.ZipInfo] = field(default_factory=dict)

    @classmethod
    def of(cls, package: zipfile.ZipFile) -> _Package:
        entries = [entry for entry in package.infolist() if not entry.is_dir()]
        if len(entries) > _MOST_FILES or sum(entry.file_size for entry in entries) > _MOST_BYTES:
            raise NoBag("里面的文件太多或太大，不像年报档案，没有打开")
        root = next((entry.filename.removesuffix(DECLARATION) for entry in entries if _is_declaration(entry.filename)), "")
        members: dict[str, zipfile.ZipInfo] = {}
        unsafe: list[str] = []
        seen: set[str] = set()
        for entry in entries:
            name = entry.filename.removeprefix(root) if entry.filename.startswith(root) else f"/{entry.filename}"
            # two names that Windows takes for one file; a link; a name that leads out of the folder
            same = unicodedata.normalize("NFC", name).casefold()
            link = stat.S_ISLNK(entry.external_attr >> 16)
            if link or same in seen or not _is_plain(entry.filename):
                unsafe.append(entry.filename)
                continue
            seen.add(same)
            members[name] = entry
        return cls(package, tuple(members), tuple(unsafe), members)

    def open(self, name: str) -> IO[bytes]:
        return self.package.open(self.entries[name])


def _is_declaration(name: str) -> bool:
    return PurePosixPath(name).name == DECLARATION and len(PurePosixPath(name).parts) <= 2


@dataclass(frozen=True)
class _Folder:
    root: Path
    names: tuple[str, ...]
    unsafe: tuple[str, ...]

    @classmethod
    def of(cls, path: Path) -> _Folder:
        inner = [item for item in path.iterdir() if (item / DECLARATION).is_file()]
        root = path if (path / DECLARATION).is_file() or len(inner) != 1 else inner[0]
        if not (root / TAG_MANIFEST).is_file():
            return cls(root, (), ())
        names, unsafe = [], []
        for place, folders, files in os.walk(root):
            for name in (*folders, *files):
                file = Path(place, name)
                if file.is_symlink():
                    unsafe.append(file.relative_to(root).as_posix())
                elif name in files:
                    names.append(file.relative_to(root).as_posix())
        return cls(root, tuple(names), tuple(unsafe))

    def open(self, name: str) -> IO[bytes]:
        return (self.root / name).open("rb")
