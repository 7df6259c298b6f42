"""Tell which layers of a PDF (optional content) are shown: a figure in a layer that is switched off is not printed.

In: the catalogue of a file, as pdfminer reads it. Out: whether content with certain properties is shown. Expressions of several
layers (VE) are not worked out; the picture of the page tells such a figure.

Source: ISO 32000-2, 8.11 (optional content), 8.11.4.5 (usage application dictionaries).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pdfminer.pdftypes import PDFObjRef, resolve1
from pdfminer.psparser import PSLiteral


class Layers:
    """The layers of one file as a viewer shows them when it opens the file."""

    def __init__(self, catalog: Mapping[str, Any]) -> None:
        properties = _mapping(catalog.get("OCProperties"))
        settings = _mapping(properties.get("D"))
        groups = _numbers(properties.get("OCGs"))
        self._off = groups - _numbers(settings.get("ON")) if _name(settings.get("BaseState")) == "OFF" else set()
        self._off |= _numbers(settings.get("OFF"))
        for rule in map(_mapping, _list(settings.get("AS"))):
            if _name(rule.get("Event")) == "View":
                self._off |= {ref.objid for ref in _references(rule.get("OCGs")) if _unseen_by_usage(ref)}

    def __bool__(self) -> bool:
        """Whether any layer is switched off."""
        return bool(self._off)

    def shows(self, properties: Any) -> bool:
        """Whether content of one layer, or of a membership in several, is shown."""
        if not self._off or properties is None:
            return True
        if isinstance(properties, PDFObjRef) and properties.objid in self._off:
            return False
        membership = _mapping(properties)
        if _name(membership.get("Type")) != "OCMD":
            return True
        groups = membership.get("OCGs")
        visible = [number not in self._off for number in _numbers(groups if isinstance(resolve1(groups), list) else [groups])]
        policy = {"AllOn": all(visible), "AnyOff": not all(visible), "AllOff": not any(visible)}
        return policy.get(_name(membership.get("P")), any(visible)) if visible else True


def _unseen_by_usage(group: PDFObjRef) -> bool:
    usage = _mapping(_mapping(group).get("Usage"))
    return _name(_mapping(usage.get("View")).get("ViewState")) == "OFF"


def _mapping(value: Any) -> Mapping[str, Any]:
    item = resolve1(value)
    return item if isinstance(item, dict) else {}


def _list(value: Any) -> list[Any]:
    item = resolve1(value)
    return item if isinstance(item, list) else []


def _references(value: Any) -> Iterable[PDFObjRef]:
    return (item for item in (value if isinstance(value, list) else _list(value)) if isinstance(item, PDFObjRef))


def _numbers(value: Any) -> set[int]:
    return {ref.objid for ref in _references(value)}


def _name(value: Any) -> str:
    item = resolve1(value)
    return str(item.name) if isinstance(item, PSLiteral) else ""
