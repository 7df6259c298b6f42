"""Draw the form fields and notes of a PDF onto its pages, so that their text is read like any other.

In: the bytes of a PDF. Out: the bytes with every field and free-text annotation as part of the page, the same bytes when
there are none. What a viewer shows is the appearance of a field, not its value; where it has none, one is made.

Notes in a layer that is switched off are left out.

Source: ISO 32000-2, 8.11 (optional content), 12.5.5 (appearance streams), 12.7.4.3 (NeedAppearances).
"""

from __future__ import annotations

import io

import pikepdf

_SHOWN = ("/Widget", "/FreeText", "/Stamp", "/StrikeOut", "/Line", "/Square", "/Ink")


def with_fields_drawn(raw: bytes) -> bytes:
    """The file with its fields and drawn notes in the pages; a file that cannot be opened is given back as it is."""
    if b"/Annots" not in raw and b"/ObjStm" not in raw:
        return raw
    try:
        with pikepdf.open(io.BytesIO(raw)) as pdf:
            if not any(_is_drawn(note) for page in pdf.pages for note in page.get("/Annots", [])):
                return raw
            _leave_out_hidden(pdf)
            form = pdf.Root.get("/AcroForm")
            if form is not None and form.get("/NeedAppearances", False):
                pdf.generate_appearance_streams()
            pdf.flatten_annotations("screen")
            buffer = io.BytesIO()
            pdf.save(buffer)
            return buffer.getvalue()
    except Exception:  # whatever is broken in it is told by the reader of its pages
        return raw


def _is_drawn(note: pikepdf.Object) -> bool:
    return isinstance(note, pikepdf.Dictionary) and str(note.get("/Subtype")) in _SHOWN


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
