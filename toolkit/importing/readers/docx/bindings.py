"""Find content controls that show other data than their text: Word fills a bound control from a part of the file.

In: the body and the data parts of a file. Out: nothing; runs of such controls are marked, so that a figure in them is
not taken as read.

Source: ISO/IEC 29500-1, 17.5.2.6 (dataBinding).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from lxml import etree

from toolkit.importing.limits import CannotImport, parse_xml
from toolkit.importing.readers.docx.runs import STALE
from toolkit.importing.readers.docx.styles import W
from toolkit.importing.readers.opc import Package
from toolkit.importing.readers.shown import has_digit
from toolkit.importing.wording import fold

_MAPPING = re.compile(r"xmlns:([\w.-]+)=[\"']([^\"']+)[\"']")
_PATH = re.compile(r"(/[\w.:-]{1,100}(\[[0-9]{1,4}\])?){1,20}(/@[\w.:-]{1,100}|/text\(\)(\[1\])?)?")  # what Word writes


def mark_stale_controls(root: Any, package: Package) -> None:
    """Mark the runs of controls that show their prompt, or other data than their text; without data a control shows its text."""
    for node in root.iter(f"{W}sdt"):  # what stands in a control as long as nothing is filled in
        if node.find(f"{W}sdtPr/{W}showingPlcHdr") is not None and has_digit(
            "".join(item.text or "" for item in node.iter(f"{W}t"))
        ):
            for run in node.iter(f"{W}r"):
                run.set(STALE, "1")
    bound = [(node, node.find(f"{W}sdtPr/{W}dataBinding")) for node in root.iter(f"{W}sdt")]
    bound = [(node, binding) for node, binding in bound if binding is not None]
    parts = list(_data_parts(package)) if bound else []
    for node, binding in bound:
        text = fold("".join(item.text or "" for item in node.iter(f"{W}t")))
        data = _data(binding, parts)
        if data is not None and fold(data) != text:
            for run in node.iter(f"{W}r"):
                run.set(STALE, "1")


def _data_parts(package: Package) -> Iterable[Any]:
    """The parts that controls are bound to: data of the file's own, and its properties."""
    for part in package.parts:
        folder, _, file = part.lower().rpartition("/")
        if (folder == "docprops" or (folder == "customxml" and "props" not in file)) and file.endswith(".xml"):
            try:
                yield parse_xml(package.read(part), package.name)
            except CannotImport:
                continue


def _data(binding: Any, parts: Iterable[Any]) -> str | None:
    """The data that a binding points to; ``None`` when no part has it."""
    path = str(binding.get(f"{W}xpath", ""))
    names = dict(_MAPPING.findall(str(binding.get(f"{W}prefixMappings", ""))))
    if not _PATH.fullmatch(path):
        return None
    for part in parts:
        try:
            nodes = part.getroottree().xpath(path, namespaces=names or None)
        except (etree.XPathError, TypeError, ValueError):
            continue
        if isinstance(nodes, list) and nodes:
            node = nodes[0]
            return str(node) if isinstance(node, str) else "".join(node.itertext()) if isinstance(node, etree._Element) else None
    return None
