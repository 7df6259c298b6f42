"""How large a document may be before it is refused: size, pages, unpacked size, ratio, nesting.

In: bytes. Out: nothing, or ``TooLarge`` with the limit in words. A published report is a few pages; everything here
is far above that and far below what hurts. Nothing in a document is executed, and nothing is fetched.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from typing import Any

from lxml import etree

from toolkit.core.errors import NianbaoError


@dataclass(frozen=True, slots=True)
class Limits:
    """The most of everything. ``ratio`` counts for members over a megabyte only: blank sheets pack very well."""

    file_bytes: int = 64_000_000
    unpacked_bytes: int = 256_000_000
    part_bytes: int = 48_000_000
    ratio: int = 400
    members: int = 4_000
    pages: int = 200
    scan_pages: int = 60
    pixels: int = 60_000_000  # of one page that is a picture
    depth: int = 200
    cells: int = 200_000
    markup_chars: int = 8_000_000
    text_chars: int = 1_000_000
    text_lines: int = 20_000


LIMITS = Limits()


class CannotImport(NianbaoError):
    """A file that cannot be read as a report; ``reason`` is the sentence for the clerk."""

    def __init__(self, name: str, reason: str) -> None:
        self.name, self.reason = name, reason
        super().__init__(f"{name}：{reason}")


class TooLarge(CannotImport):
    """A file over one of the limits."""


def open_zip(raw: bytes, name: str, limits: Limits) -> zipfile.ZipFile:
    """A zip container whose members keep within the limits, by what its directory says.

    Raises:
        CannotImport: no zip file, or a damaged one.
        TooLarge: too many or too large members (zip bomb).
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(raw))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise CannotImport(name, "文件已损坏，打不开；请重新下载，或在 Word/WPS 中打开后另存") from error
    infos = archive.infolist()
    for info in infos:  # some packers for Windows write backslashes
        if "\\" in info.filename:
            info.filename = info.filename.replace("\\", "/")
            archive.NameToInfo[info.filename] = info
    if len(infos) > limits.members or sum(info.file_size for info in infos) > limits.unpacked_bytes:
        raise TooLarge(
            name, f"解压后超过 {limits.unpacked_bytes // 1_000_000} MB 或 {limits.members} 个文件，疑似压缩炸弹，没有打开"
        )
    for info in infos:
        if info.file_size > 1_000_000 and info.file_size > limits.ratio * max(1, info.compress_size):
            raise TooLarge(name, f"内部文件 {info.filename[:40]} 的压缩比超过 {limits.ratio}，疑似压缩炸弹，没有打开")
    return archive


def read_member(archive: zipfile.ZipFile, member: str, name: str, limits: Limits) -> bytes:
    """One member of a container, "" when it is not there; never more bytes than the limit, whatever the directory says.

    Raises:
        CannotImport: encrypted or damaged.
        TooLarge: more than one member may hold.
    """
    try:
        with archive.open(member) as file:
            data = file.read(limits.part_bytes + 1)
    except KeyError:
        return b""
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError, ValueError) as error:
        raise CannotImport(name, "文件已损坏或加了密码，打不开") from error
    except Exception as error:  # zlib and lzma raise their own errors for damaged data
        raise CannotImport(name, "文件内容已损坏，打不开") from error
    if len(data) > limits.part_bytes:
        raise TooLarge(name, f"内部文件 {member[:40]} 超过 {limits.part_bytes // 1_000_000} MB")
    return data


def parse_xml(raw: bytes, name: str) -> Any:
    """The root of an XML part: no entities, no DTD, no network, no huge trees.

    Raises:
        CannotImport: not well-formed, or with a DTD (an Office file has none; entities can blow up).
    """
    if b"<!DOCTYPE" in raw[:4096] or b"<!ENTITY" in raw[:65536]:
        raise CannotImport(name, "文件中含有 DTD 或实体声明，正常的 Office 文件没有，没有打开")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False)
    try:
        return etree.fromstring(raw, parser)
    except etree.XMLSyntaxError as error:
        raise CannotImport(name, f"文件内容已损坏（第 {error.lineno} 行不合规范）；请在 Word/WPS 中打开后另存") from error
