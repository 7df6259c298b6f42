"""Give the text fields and free-text notes of a PDF an appearance, where the file has no usable one.

In: a page whose fields have values. Out: the same page; a value that every viewer shows is drawn as a viewer draws it, a value
that some viewers show and others do not is drawn without paint, so that its cell is unclear and never blank.

Viewers agree on a value with a default appearance (DA) that sets a size; they replace a font that is missing by Helvetica. They
disagree on fields without one, on an appearance that draws nothing, and on values that are only a default (DV) or rich text (RV).

Source: ISO 32000-2, 12.7.3 (NeedAppearances), 12.7.4 (field dictionaries), 12.7.4.3 (variable text), 12.7.5 (field types).
"""

from __future__ import annotations

import re
import unicodedata
from contextlib import suppress
from typing import Any

import pikepdf
from pikepdf import Name

_HIDDEN = 2 | 32  # flags: hidden, not on the screen
_PRINTED = 4
_PASSWORD = 1 << 13  # flag of a text field that shows asterisks
_FONT_AND_SIZE = re.compile(r"/(?P<font>[^\s/\[\]()<>]+)\s+[0-9.]+\s+Tf\b")
_DRAWS = re.compile(rb"\bT[jJ]\b|['\"]|\bDo\b|\b(?:f\*?|F|S|s|B\*?|b\*?|sh|EI)\b")
_TAG = re.compile(r"<[^>]*>")
_MOST_PARENTS = 30
_SIZE = 8.0  # points, of a text without paint
_DIGIT_WIDE = 0.556  # of the size, in Helvetica


def draw_fields(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
    """Give every field of a page an appearance that shows its value, or has it without paint."""
    listed = {widget.obj.objgen: widget for widget in pdf.acroform.get_widget_annotations_for_page(page)}
    form = pdf.Root.get("/AcroForm")
    needed = form is not None and bool(form.get("/NeedAppearances", False))
    notes: Any = page.get("/Annots", [])
    for note in notes:
        with suppress(AttributeError, TypeError, ValueError):  # a note without its place is drawn by no viewer
            if note.get("/Subtype") == Name.Widget:
                _draw_field(pdf, note, listed.get(note.objgen), needed=needed)
            elif note.get("/Subtype") == Name.FreeText and not _draws(note):
                covers = not int(note.get("/F", 0)) & _HIDDEN
                _draw_unpainted(pdf, note, _plain(note.get("/Contents")), covers=covers)


def _draw_field(pdf: pikepdf.Pdf, note: Any, widget: Any, *, needed: bool) -> None:
    if _inherited(note, "/FT") == Name.Btn:
        return
    value = _inherited(note, "/V")
    text = _plain(value) if value is not None else _plain(_inherited(note, "/RV") or _inherited(note, "/DV"))
    if not text.strip():
        if needed and _draws(note):
            _generate(pdf, note, widget)  # a viewer takes the old figure away
        return
    drawn = _draws(note)
    if int(note.get("/F", 0)) & _HIDDEN or (drawn is False and not needed):
        shown = False
    elif drawn and not needed:
        shown = True
    else:
        shown = isinstance(value, pikepdf.String) and _generate(pdf, note, widget)
    if not shown:
        _draw_unpainted(pdf, note, text)


def _generate(pdf: pikepdf.Pdf, note: Any, widget: Any) -> bool:
    """Draw a field as every viewer does; whether that is possible."""
    if widget is None or int(_inherited(note, "/Ff") or 0) & _PASSWORD:
        return False
    field = pdf.acroform.get_field_for_annotation(widget)
    own_look = _inherited(note, "/DA")
    look = _FONT_AND_SIZE.search(str(pdf.Root.AcroForm.get("/DA", "") if own_look is None else own_look))
    if look is None or not (field.is_text or field.is_choice) or not _shows_its_value(note):
        return False
    _add_font(pdf, f"/{look['font']}")
    if "/AP" in note and not _has_font(note):
        del note.AP  # one without a font would be filled and draw nothing
    field.generate_appearance(widget)
    return bool(_draws(note))


def _shows_its_value(note: Any) -> bool:
    """Whether the value of a field is what it shows: a choice may have another text for the same value."""
    pairs = [option for option in _inherited(note, "/Opt") or [] if isinstance(option, pikepdf.Array) and len(option) > 1]
    value = str(_inherited(note, "/V"))
    return all(str(option[0]) != value or str(option[1]) == value for option in pairs)


def _add_font(pdf: pikepdf.Pdf, name: str) -> None:
    """Put Helvetica in the place of a font that the form does not have."""
    form: Any = pdf.Root.AcroForm
    if "/DR" not in form:
        form.DR = pikepdf.Dictionary()
    if "/Font" not in form.DR:
        form.DR.Font = pikepdf.Dictionary()
    if name not in form.DR.Font:
        form.DR.Font[name] = _helvetica(pdf)


def _helvetica(pdf: pikepdf.Pdf) -> pikepdf.Object:
    font = pikepdf.Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding)
    return pdf.make_indirect(font)


def _draws(note: Any) -> bool | None:
    """Whether the appearance of a note draws anything; ``None`` where it has no appearance."""
    normal = note.get("/AP", {}).get("/N") if isinstance(note.get("/AP"), pikepdf.Dictionary) else None
    if not isinstance(normal, pikepdf.Stream):
        return None
    try:
        return _DRAWS.search(normal.read_bytes()) is not None
    except pikepdf.PdfError:
        return None


def _has_font(note: Any) -> bool:
    normal = note.AP.get("/N") if isinstance(note.AP, pikepdf.Dictionary) else None
    return isinstance(normal, pikepdf.Stream) and "/Font" in normal.get("/Resources", {})


def _draw_unpainted(pdf: pikepdf.Pdf, note: Any, text: str, *, covers: bool = False) -> None:
    """Draw the figures of a text into a note without paint; with ``covers`` no figure under the note is certain either."""
    signs = "".join(sign for sign in unicodedata.normalize("NFKC", text) if sign in "0123456789.,-")
    if not any(sign.isdigit() for sign in signs):
        return
    x0, y0, x1, y1 = map(float, note.Rect)
    left, right, foot, head = min(x0, x1), max(x0, x1), min(y0, y1), max(y0, y1)
    size = max(0.5, min(_SIZE, head - foot, (right - left) / (len(signs) * _DIGIT_WIDE)))
    x, y = (left + right - len(signs) * _DIGIT_WIDE * size) / 2, (foot + head) / 2 - 0.35 * size
    ground = f"0.9 g {left} {foot} {right - left} {head - foot} re f " if covers else ""
    operators = f"{ground}BT 3 Tr /Helv {size:.2f} Tf {x:.2f} {y:.2f} Td ({signs}) Tj ET"
    drawn = pikepdf.Stream(
        pdf, operators.encode(), Type=Name.XObject, Subtype=Name.Form,
        BBox=[left, foot, right, head], Resources=pikepdf.Dictionary(Font=pikepdf.Dictionary(Helv=_helvetica(pdf))),
    )  # fmt: skip
    note.AP, note.F = pikepdf.Dictionary(N=pdf.make_indirect(drawn)), _PRINTED
    if "/AS" in note:
        del note.AS


def _inherited(note: Any, key: str) -> Any:
    """An entry of a field, its own or that of a field above it."""
    for _ in range(_MOST_PARENTS):
        if key in note:
            return note[key]
        note = note.get("/Parent")
        if not isinstance(note, pikepdf.Dictionary):
            return None
    return None


def _plain(value: Any) -> str:
    """A value of any type as text; of rich text without its markup."""
    if isinstance(value, pikepdf.Stream):
        value = str(pikepdf.String(value.read_bytes()))
    elif isinstance(value, pikepdf.Array):
        value = " ".join(map(_plain, value))
    return _TAG.sub("", str(value)) if value is not None else ""
