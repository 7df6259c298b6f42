"""Draw the form fields and notes of a PDF onto its pages, so that their text is read like any other.

In: the bytes of a PDF. Out: the bytes with every field and free-text annotation as part of the page, the same bytes when
there are none. What a viewer shows is the appearance of a field, not its value; where it has none, one is made, as for lines
drawn over the text. The value of a hidden field is drawn without paint.

Notes in a layer that is switched off are left out.

Source: ISO 32000-2, 8.11 (optional content), 12.5.3 (flags), 12.5.5 (appearance streams), 12.5.6 (lines, ink, redaction).
"""

from __future__ import annotations

import io
import warnings
from contextlib import suppress
from typing import Any

import pikepdf

from toolkit.importing.readers.pdf.fields import draw_fields

_LINES = {"/Line": "/L", "/Ink": "/InkList", "/PolyLine": "/Vertices", "/Polygon": "/Vertices"}
_COMMENTS = ("/Text", "/Highlight", "/Underline", "/Squiggly", "/StrikeOut", "/Caret", "/Square", "/Circle", *_LINES)
_SHOWN = ("/Widget", "/FreeText", "/Stamp", "/StrikeOut", "/Square", "/Circle", "/Redact", *_LINES)


def with_fields_drawn(raw: bytes) -> bytes:
    """The file with its fields and drawn notes in the pages; a file that cannot be opened is given back as it is."""
    if b"/Annots" not in raw and b"/ObjStm" not in raw:
        return raw
    try:
        with pikepdf.open(io.BytesIO(raw)) as pdf, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # pikepdf warns of fields that the form does not list, as merged files have them
            if not any(_is_drawn(note) for page in pdf.pages for note in page.get("/Annots", [])):
                return raw
            _leave_out_hidden(pdf)
            for page in pdf.pages:
                _make_appearances(pdf, page)
            if "/NeedAppearances" in pdf.Root.get("/AcroForm", {}):
                del pdf.Root.AcroForm.NeedAppearances  # qpdf would leave the fields out
            pdf.flatten_annotations("screen")
            buffer = io.BytesIO()
            pdf.save(buffer)
            return buffer.getvalue()
    except Exception:  # whatever is broken in it is told by the reader of its pages
        return raw


def comments_in(raw: bytes) -> list[str]:
    """What the notes of a file say that viewers show beside the page only."""
    if b"/Annots" not in raw and b"/ObjStm" not in raw:
        return []
    try:
        with pikepdf.open(io.BytesIO(raw)) as pdf:
            notes = [note for page in pdf.pages for note in page.get("/Annots", []) if isinstance(note, pikepdf.Dictionary)]
            return [str(note.Contents) for note in notes if "/Contents" in note and str(note.get("/Subtype")) in _COMMENTS]
    except Exception:  # as above
        return []


def _is_drawn(note: pikepdf.Object) -> bool:
    return isinstance(note, pikepdf.Dictionary) and str(note.get("/Subtype")) in _SHOWN


def _make_appearances(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
    """Give fields and lines without an appearance one."""
    notes: Any = page.get("/Annots", [])
    for note in notes:
        with suppress(AttributeError, TypeError, ValueError):  # a note without its place is drawn by no viewer
            operators = _lines_of(note) if _is_drawn(note) and "/AP" not in note else ""
            if operators:
                note.AP = pikepdf.Dictionary(N=_form(pdf, operators, note.Rect))
    draw_fields(pdf, page)


def _lines_of(note: Any) -> str:
    """The operators that draw a line or a redaction; "" for a note that is no line."""
    if note.Subtype == pikepdf.Name.Redact:
        x0, y0, x1, y1 = map(float, note.Rect)
        return f"{x0} {y0} {x1 - x0} {y1 - y0} re f"
    points = list(note.get(_LINES.get(str(note.Subtype), "/L"), []))
    paths: list[Any] = points if points and isinstance(points[0], pikepdf.Array) else [points]
    operators: list[str] = []
    for path in paths:
        numbers = list(map(float, path))
        steps = [f"{x} {y} {'l' if at else 'm'}" for at, (x, y) in enumerate(zip(numbers[::2], numbers[1::2], strict=False))]
        operators += [*steps, "S"] if len(steps) > 1 else []
    return " ".join(operators)


def _form(pdf: pikepdf.Pdf, operators: str, box: Any) -> pikepdf.Object:
    """A form that draws in the coordinates of its page."""
    form = pikepdf.Stream(pdf, operators.encode(), Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form, BBox=box)
    return pdf.make_indirect(form)


def _leave_out_hidden(pdf: pikepdf.Pdf) -> None:
    """Take away the notes whose layer is switched off, for they would be drawn as if they were shown."""
    settings = pdf.Root.get("/OCProperties", pikepdf.Dictionary()).get("/D")
    if settings is None:
        return
    off = {group.objgen for group in settings.get("/OFF", [])}
    if settings.get("/BaseState") == pikepdf.Name.OFF:
        on = {group.objgen for group in settings.get("/ON", [])}
        off |= {group.objgen for group in pdf.Root.OCProperties.get("/OCGs", []) if group.objgen not in on}
    for page in pdf.pages:
        notes = page.get("/Annots")
        if notes is not None:
            page.obj.Annots = pikepdf.Array([note for note in notes if not _is_in(note.get("/OC"), off)])


def _is_in(layer: pikepdf.Object | None, off: set[tuple[int, int]]) -> bool:
    """Whether a layer, or every layer of a membership, is switched off."""
    if layer is None:
        return False
    groups = layer.get("/OCGs")
    if groups is None:
        return layer.objgen in off
    listed = list(groups) if isinstance(groups, pikepdf.Array) else [groups]
    return bool(listed) and all(group.objgen in off for group in listed)
