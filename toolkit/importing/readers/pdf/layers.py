"""Tell which layers of a PDF (optional content) are shown: a figure in a layer that is switched off is not printed.

In: the catalogue of a file, as pdfminer reads it. Out: whether content with certain properties is shown, and whether print and
screen differ in it. Expressions of several layers (VE) are not worked out; the picture of the page tells such a figure.

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
        rules = list(map(_mapping, _list(settings.get("AS"))))
        usage = {(event, state): _by_usage(rules, event, state) for event in ("View", "Print") for state in ("ON", "OFF")}
        printed_off = (self._off - usage["Print", "ON"]) | usage["Print", "OFF"]
        self._off = (self._off - usage["View", "ON"]) | usage["View", "OFF"]
        self._differing = self._off ^ printed_off

    def shows(self, properties: Any) -> bool:
        """Whether content of one layer, or of a membership in several, is shown."""
        visible = [number not in self._off for number in _layers_of(properties)]
        policy = {"AllOn": all(visible), "AnyOff": not all(visible), "AllOff": not any(visible)}
        return policy.get(_name(_mapping(properties).get("P")), any(visible)) if visible else True

    def differ(self, properties: Any) -> bool:
        """Whether content of a layer is printed and not shown on the screen, or the other way round."""
        return bool(self._differing & _layers_of(properties))


def _layers_of(properties: Any) -> set[int]:
    """The layers that decide on content: one, or those of a membership."""
    membership = _mapping(properties)
    if _name(membership.get("Type")) != "OCMD":
        return {properties.objid} if isinstance(properties, PDFObjRef) else set()
    groups = membership.get("OCGs")
    return _numbers(groups if isinstance(resolve1(groups), list) else [groups])


def _by_usage(rules: Iterable[Mapping[str, Any]], event: str, state: str) -> set[int]:
    """The layers that are switched on or off for the screen or for print."""
    groups = (ref for rule in rules if _name(rule.get("Event")) == event for ref in _references(rule.get("OCGs")))
    return {
        ref.objid
        for ref in groups
        if _name(_mapping(_mapping(_mapping(ref).get("Usage")).get(event)).get(f"{event}State")) == state
    }


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
