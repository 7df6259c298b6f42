"""Draw the form fields and notes of a PDF onto its pages, so that their text is read like any other.

In: the bytes of a PDF. Out: the bytes with every field and free-text annotation as part of the page, the same bytes when there
are none. What a viewer shows is the appearance of a field, not its value. A value that every viewer shows is drawn as a viewer
draws it; one that only some viewers show is drawn without paint, so that its cell is unclear and never blank. Viewers agree on
a value with a default appearance (DA) that sets a size; they disagree on fields without one, on an appearance that draws nothing,
on a default (DV) and on rich text (RV). A note stays in its layer.

Source: ISO 32000-2, 8.11 (optional content), 12.5.3 (flags), 12.5.5 (appearance streams), 12.5.6 (lines, ink, redaction),
12.7.3 (NeedAppearances), 12.7.4 (field dictionaries, variable text), 12.7.5 (field types).
"""

from __future__ import annotations

import io
import re
import unicodedata
import warnings
from contextlib import suppress
from typing import Any

import pikepdf
import pypdfium2
from pikepdf import Name

from toolkit.core.sniffing import PDF

_END, _OBJECT = b"%%EOF", re.compile(rb"\d obj\b")
_LINES = {"/Line": "/L", "/Ink": "/InkList", "/PolyLine": "/Vertices", "/Polygon": "/Vertices"}
_COMMENTS = ("/Text", "/Highlight", "/Underline", "/Squiggly", "/StrikeOut", "/Caret", "/Square", "/Circle", *_LINES)
_SHOWN = ("/Widget", "/FreeText", "/Stamp", "/StrikeOut", "/Square", "/Circle", "/Redact", *_LINES)


def with_fields_drawn(raw: bytes) -> bytes:
    """The file with its fields and drawn notes in the pages; repaired, where its table of objects is damaged or out of place.

    A file that cannot be opened is given back as it is.
    """
    try:
        raw = _repaired(raw)
        with pikepdf.open(io.BytesIO(raw)) as pdf, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # pikepdf warns of fields that the form does not list, as merged files have them
            if not any(_is_drawn(note) for page in pdf.pages for note in page.get("/Annots", [])):
                return raw
            _draw_notes(pdf)
            buffer = io.BytesIO()
            pdf.save(buffer)
            return buffer.getvalue()
    except Exception:  # the reader of its pages reports whatever is broken in it
        return raw


def _repaired(raw: bytes) -> bytes:
    """The file as a viewer puts it together again: of an object that is there twice the later one counts, as in an update.

    pdfminer may take the earlier revision, or streams for objects; so may viewers where the end of an update is missing, unless
    the end of the earlier revision is missing as well.
    """
    with pikepdf.open(io.BytesIO(raw)) as pdf:
        if raw.startswith(PDF) and not pdf.get_warnings():
            return raw
    if _OBJECT.search(raw, max(raw.rfind(_END), 0)):
        raw = raw.replace(b"startxref", b"startless")
    buffer = io.BytesIO()
    with pypdfium2.PdfDocument(raw) as document:
        document.save(buffer)
    return buffer.getvalue()


def _draw_notes(pdf: pikepdf.Pdf) -> None:
    for page in pdf.pages:
        _make_appearances(pdf, page)
        _keep_layers(pdf, page)
    if "/NeedAppearances" in pdf.Root.get("/AcroForm", {}):
        del pdf.Root.AcroForm.NeedAppearances  # qpdf would leave the fields out
    pdf.flatten_annotations("screen")


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


def _keep_layers(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
    """Draw each note in its layer, which decides for everything that is drawn whether it is shown; notes may share a drawing."""
    notes: Any = page.get("/Annots", [])
    for note in notes:
        shared = note.get("/AP", {}).get("/N") if "/OC" in note else None
        if isinstance(shared, pikepdf.Dictionary) and "/AS" in note:
            shared = shared.get(note.AS)  # a drawing for each state
            del note.AS
        if isinstance(shared, pikepdf.Stream):
            settings = {key: value for key, value in shared.items() if key not in ("/Length", "/Filter", "/DecodeParms")}
            note.AP = pikepdf.Dictionary(N=pdf.make_stream(shared.read_bytes(), {**settings, "/OC": note.OC}))


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
        is_shown = False
    elif drawn and not needed:
        is_shown = True
    else:
        is_shown = isinstance(value, pikepdf.String) and _generate(pdf, note, widget)
    if not is_shown:
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
