"""Open the container of an Office file: its parts by name, the relations between them, strict files as ordinary ones.

In: the bytes of a .docx or .xlsx. Out: a ``Package``. Part names are compared without regard to case, a backslash is
a slash, and the main part is the one that the relations name (Word Online saves ``word/document2.xml``).

Source: ISO/IEC 29500-2 (Open Packaging Conventions); 29500-1 and -4 for the two sets of namespaces.
"""

from __future__ import annotations

import base64
import io
import posixpath
import re
import zipfile
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from lxml import etree

from toolkit.importing.limits import LIMITS, CannotImport, Limits, open_zip, parse_xml, read_member

_LONGEST_NAME = 1000  # characters of the name of a part
_FLAT = "{http://schemas.microsoft.com/office/2006/xmlPackage}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_STRICT = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/(\w+)")
_RENAMED = {b"extendedProperties": b"extended-properties", b"customProperties": b"custom-properties"}
_PURL = b"purl.oclc.org"


@dataclass(frozen=True, slots=True)
class Relation:
    """One relation of a part: ``kind`` is the last word of its type (``officeDocument``, ``image``, ``aFChunk``)."""

    id: str
    kind: str
    target: str
    external: bool = False


@dataclass
class Package:
    """The parts of one file, read when they are asked for."""

    archive: zipfile.ZipFile
    name: str
    limits: Limits
    _members: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for member in self.archive.namelist():
            self._members.setdefault(_key(member), member)

    def __contains__(self, part: str) -> bool:
        return _key(part) in self._members

    @property
    def parts(self) -> list[str]:
        return list(self._members.values())

    def read(self, part: str) -> bytes:
        """One part, "" when it is not there; the namespaces of strict files are replaced by the ordinary ones.

        Raises:
            CannotImport: as ``read_member``.
        """
        raw = read_member(self.archive, self._members.get(_key(part), part), self.name, self.limits)
        is_xml = part.lower().endswith((".xml", ".rels"))
        return _STRICT.sub(_transitional, raw) if is_xml and _PURL in raw else raw

    def relations(self, part: str) -> list[Relation]:
        """The relations of one part ("" for the file itself); damaged ones are as none."""
        folder, file = posixpath.split(part)
        try:
            raw = self.read(posixpath.join(folder, "_rels", f"{file}.rels"))
            root = parse_xml(raw, self.name) if raw else ()
        except CannotImport:
            return []
        return [_relation(node, folder) for node in root if isinstance(node.tag, str)]

    def main_part(self, fallback: str) -> str:
        """The part that the file's relations call its main one; ``fallback`` when they name none that is there."""
        targets = [relation.target for relation in self.relations("") if relation.kind == "officeDocument"]
        return next((target for target in targets if target in self), fallback)

    def rebuilt(self) -> bytes:
        """The same parts as an ordinary container, for libraries that know neither strict files nor odd names."""
        names = self._names()
        raw = io.BytesIO()
        with zipfile.ZipFile(raw, "w", zipfile.ZIP_STORED) as archive:
            for part in self.parts:
                archive.writestr(names.get(_key(part), part.lstrip("/")), self.read(part))
        return raw.getvalue()

    def _names(self) -> dict[str, str]:
        """The names of parts as the relations write them, which may differ in case from those of the members."""
        names: dict[str, str] = {}
        waiting = [""]
        while waiting:
            part = waiting.pop()
            folder, file = posixpath.split(part)
            relations = posixpath.join(folder, "_rels", f"{file}.rels")
            names[_key(relations)] = relations
            targets = [relation.target for relation in self.relations(part) if not relation.external]
            waiting += [target for target in targets if _key(target) not in names]
            names |= {_key(target): target for target in targets}
        return names


def open_package(raw: bytes, name: str, limits: Limits = LIMITS) -> Package:
    """The container of an Office file.

    Raises:
        CannotImport: as ``open_zip``.
    """
    return Package(open_zip(raw, name, limits), name, limits)


def package_of_flat(raw: bytes, name: str) -> bytes:
    """The container of an Office file that is saved as one XML document (Flat OPC, Word's “XML 文档”).

    Raises:
        CannotImport: not well-formed, or a part that is there twice, damaged or without a name.
    """
    parts: dict[str, bytes] = {}
    for part in parse_xml(raw, name).iterchildren(f"{_FLAT}part"):
        member = str(part.get(f"{_FLAT}name", "")).lstrip("/")
        if member in parts or not 0 < len(member) < _LONGEST_NAME:
            what = f"{member[:40]} 有两份" if member in parts else "有一个部分没有名称，或名称过长"
            raise CannotImport(name, f"文件内容已损坏（{what}）；请在 Word/WPS 中打开后另存")
        parts[member] = _flat_content(part, name)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        for member, content in parts.items():
            archive.writestr(member, content)
    return made.getvalue()


def _flat_content(part: Any, name: str) -> bytes:
    """The bytes of one part: XML, or Base64 for pictures and files inside the document."""
    content = part.find(f"{_FLAT}xmlData")
    if content is not None and len(content):
        return bytes(etree.tostring(content[0]))
    try:
        return base64.b64decode(part.findtext(f"{_FLAT}binaryData") or "")
    except ValueError as error:
        raise CannotImport(name, "文件内容已损坏（内嵌的图片或文件读不出来）；请在 Word/WPS 中打开后另存") from error


def _relation(node: Any, folder: str) -> Relation:
    target = unquote(str(node.get("Target", ""))).replace("\\", "/")
    external = node.get("TargetMode") == "External"
    if not external:
        target = posixpath.normpath(target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target))
    return Relation(str(node.get("Id", "")), str(node.get("Type", "")).rpartition("/")[2], target, external)


def _transitional(match: re.Match[bytes]) -> bytes:
    return b"http://schemas.openxmlformats.org/" + match[1] + b"/2006/" + _RENAMED.get(match[2], match[2])


def _key(part: str) -> str:
    return part.replace("\\", "/").lstrip("/").lower()
