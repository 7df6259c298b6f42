"""Draw the form fields and notes of a PDF onto its pages, so that their text is read like any other.

In: the bytes of a PDF. Out: the bytes with every field and free-text annotation as part of the page, the same bytes when
there are none. What a viewer shows is the appearance of a field, not its value; where it has none, one is made.

Source: ISO 32000-2, 12.5.5 (appearance streams), 12.7.4.3 (NeedAppearances).
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
