"""Sanitise a drawing: SVG bytes in, a self-contained ``<svg>`` for an HTML page out.

A chart of ours and a drawing from anywhere go the same way: the tree is copied element by element, and what is
not on the list of drawing elements is not copied. Nothing in the result runs, fetches or styles the page around it.
"""

from __future__ import annotations

import re

from lxml import etree

SVG = "http://www.w3.org/2000/svg"
_XLINK_HREF = "{http://www.w3.org/1999/xlink}href"

# Static drawing only (SVG 1.1 chapters 5, 7-14): no script, foreignObject, animation, filter or link.
_ELEMENTS = frozenset(
    ["svg", "g", "defs", "symbol", "use", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text"]
) | {"tspan", "textPath", "clipPath", "mask", "linearGradient", "radialGradient", "stop", "pattern", "marker", "image"}
_PICTURE_DATA = re.compile(r"data:image/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]*\Z")
_LOCAL_URL = re.compile(r"url\(\s*[\"']?#([^\"')\s]+)[\"']?\s*\)")
_UNSAFE_VALUE = re.compile(r"javascript:|expression\(|@import|url\((?!#)|\\", re.IGNORECASE)
_MARKS = re.compile(r"[:(@\\]")  # a value without any of these refers to nothing and runs nothing
_PLAIN = frozenset(["x", "y", "x1", "y1", "x2", "y2", "width", "height", "d", "fill", "stroke", "stroke-width"])
_LENGTH = re.compile(r"\s*([0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]+)?)\s*(pt|px|mm|cm|in|)\s*\Z")
_POINTS = {"pt": 1.0, "px": 0.75, "": 0.75, "mm": 72 / 25.4, "cm": 72 / 2.54, "in": 72.0}
_STYLE_TAG = re.compile(rb"[<:]style\b|\0")  # a zero: the file is not in an encoding that keeps ASCII as it is
# matplotlib writes this rule for its whole drawing; inside a page it would style the page
_MATPLOTLIB_RULE = re.compile(r"\*\{stroke-linejoin:round;stroke-linecap:butt;?\}\Z")


def inline_svg(data: bytes, prefix: str, alt: str, width_points: float = 0) -> str:
    """One drawing as an ``<svg>`` element for HTML.

    Args:
        data: the SVG file, from matplotlib or from anyone.
        prefix: put before every id, so that several drawings on one page do not clash.
        alt: the text alternative; it becomes the accessible name.
        width_points: its largest width; 0 for its natural width.

    Raises:
        ValueError: the bytes are no SVG drawing.
    """
    source = _parse(data)
    root = etree.Element(f"{{{SVG}}}svg", nsmap={None: SVG})
    _copy_into(root, source, prefix)
    _size(root, source, width_points)
    root.set("role", "img")
    root.set("aria-label", alt)
    if any(_MATPLOTLIB_RULE.match(re.sub(r"\s", "", style.text or "")) for style in source.iter(f"{{{SVG}}}style")):
        root.set("stroke-linejoin", "round")
    return str(etree.tostring(root, encoding="unicode"))


def has_stylesheet(data: bytes) -> bool:
    """Whether the drawing contains CSS (other than matplotlib's rule), which inlining would lose."""
    if not _STYLE_TAG.search(data):
        return False
    styles = _parse(data).iter(f"{{{SVG}}}style")
    return any(not _MATPLOTLIB_RULE.match(re.sub(r"\s", "", style.text or "")) for style in styles)


def _parse(data: bytes) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True, huge_tree=False
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as problem:
        raise ValueError(f"not an SVG drawing: {problem}") from problem
    if root.tag != f"{{{SVG}}}svg":
        raise ValueError(f"not an SVG drawing: root element {root.tag}")
    return root


def _copy_into(target: etree._Element, source: etree._Element, prefix: str) -> None:
    for name, value in source.attrib.items():
        attribute = _attribute(source, str(name), str(value), prefix)
        if attribute is not None:
            target.set(*attribute)
    target.text = source.text
    last: etree._Element | None = None
    for child in source:
        name = child.tag.removeprefix(f"{{{SVG}}}") if isinstance(child.tag, str) else ""
        if name in _ELEMENTS:
            last = etree.SubElement(target, child.tag)
            _copy_into(last, child, prefix)
        # text that follows a dropped element belongs to the parent and stays (<text>a<title/>b</text>)
        if child.tail and last is not None:
            last.tail = (last.tail or "") + child.tail
        elif child.tail:
            target.text = (target.text or "") + child.tail


def _attribute(element: etree._Element, name: str, value: str, prefix: str) -> tuple[str, str] | None:
    """The allowed form of an attribute, ids prefixed; ``None`` when it is dropped."""
    if name in _PLAIN and not _MARKS.search(value):
        return name, value
    if name in ("href", _XLINK_HREF):
        return _reference(element, value, prefix)
    if name.startswith("{") or name.lower().startswith(("on", "aria-", "data-")) or name in ("class", "role", "tabindex"):
        return None
    if name == "id":
        return name, f"{prefix}-{value}"
    value = _LOCAL_URL.sub(rf"url(#{prefix}-\1)", value)
    return None if _UNSAFE_VALUE.search(value) else (name, value)


def _reference(element: etree._Element, value: str, prefix: str) -> tuple[str, str] | None:
    value = value.strip()
    if value.startswith("#"):
        return "href", f"#{prefix}-{value[1:]}"
    if element.tag == f"{{{SVG}}}image" and _PICTURE_DATA.match(value):
        return "href", value
    return None


def _size(root: etree._Element, source: etree._Element, width_points: float) -> None:
    """Let the drawing shrink with the page but never grow beyond its width."""
    width, height = _points(source.get("width", "")), _points(source.get("height", ""))
    for name in ("width", "height", "x", "y", "style"):
        root.attrib.pop(name, None)
    if "viewBox" not in root.attrib and width and height:
        root.set("viewBox", f"0 0 {width / 0.75:g} {height / 0.75:g}")
    if width_points or width:
        root.set("style", f"max-width:{width_points or width:g}pt")


def _points(length: str) -> float:
    match = _LENGTH.match(length)
    return float(match[1]) * _POINTS[match[2]] if match else 0.0
