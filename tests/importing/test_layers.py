"""What a PDF holds and does not show: layers that are switched off, ink without opacity, digits on their head."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable

import pdfplumber
import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Stream, String

from toolkit.importing.readers.pdf.forms import comments_in, with_fields_drawn
from toolkit.importing.readers.pdf.page import CLIPPED, COVERED, HIDDEN, INVISIBLE, UNREADABLE, lay_out
from toolkit.importing.readers.shown import comment_notes

Change = Callable[[pikepdf.Pdf, Dictionary, Dictionary], None]  # file, its layer, the settings of layers
MODES = ("Normal", "Multiply", "Screen", "Lighten", "Difference", "Overlay", "ColorDodge", "Saturation")
LAYER = "/OC /Layer BDC BT /F1 12 Tf 50 50 Td (9) Tj ET EMC BT /F1 12 Tf 57 50 Td (5) Tj ET"


def pdf_of(operators: str, change: Change = lambda pdf, layer, settings: None) -> bytes:
    """One small page with a layer."""
    made = io.BytesIO()
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(200, 200))
        layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name="图层"))
        settings = Dictionary()
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        page.Resources = Dictionary(
            Font=Dictionary(F1=font), Properties=Dictionary(Layer=layer),
            ExtGState=Dictionary(
                Clear=Dictionary(ca=0), Half=Dictionary(ca=0.5), Either=Dictionary(BM=Array([Name.Screen, Name.Normal])),
                **{mode: Dictionary(BM=Name(f"/{mode}")) for mode in MODES},
            ),
        )  # fmt: skip
        page.Contents = Stream(pdf, operators.encode())
        change(pdf, layer, settings)
        pdf.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=settings)
        pdf.save(made)
    return made.getvalue()


def shown(raw: bytes) -> str:
    """The characters of the page that are not hidden, from the left."""
    with pdfplumber.open(io.BytesIO(raw)) as pdf:
        chars = lay_out(pdf.pages[0]).chars
    return "".join(
        char["text"] for char in sorted(chars, key=lambda char: char["x0"]) if char.get("tag") not in (HIDDEN, CLIPPED)
    )


def off(pdf: pikepdf.Pdf, layer: Dictionary, settings: Dictionary) -> None:
    settings.OFF = Array([layer])


def all_off(pdf: pikepdf.Pdf, layer: Dictionary, settings: Dictionary) -> None:
    settings.BaseState = Name.OFF


def on_again(pdf: pikepdf.Pdf, layer: Dictionary, settings: Dictionary) -> None:
    settings.BaseState, settings.ON = Name.OFF, Array([layer])


def off_in_viewers(pdf: pikepdf.Pdf, layer: Dictionary, settings: Dictionary) -> None:
    layer.Usage = Dictionary(View=Dictionary(ViewState=Name.OFF))
    settings.AS = Array([Dictionary(Event=Name.View, Category=Array([Name.View]), OCGs=Array([layer]))])


def by_usage(view: Name, printed: Name) -> Change:
    """A layer that is on, with other states for the screen and for print."""

    def change(pdf: pikepdf.Pdf, layer: Dictionary, settings: Dictionary) -> None:
        layer.Usage = Dictionary(View=Dictionary(ViewState=view), Print=Dictionary(PrintState=printed))
        settings.AS = Array([
            Dictionary(Event=event, Category=Array([event]), OCGs=Array([layer])) for event in (Name.View, Name.Print)
        ])  # fmt: skip

    return change


def member(policy: str) -> Change:
    def change(pdf: pikepdf.Pdf, layer: Dictionary, settings: Dictionary) -> None:
        off(pdf, layer, settings)
        pdf.pages[0].Resources.Properties.Layer = pdf.make_indirect(Dictionary(Type=Name.OCMD, OCGs=layer, P=Name(policy)))

    return change


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda *_: None, "95"), (off, "5"), (all_off, "5"), (on_again, "95"), (off_in_viewers, "5"), (member("/AnyOn"), "5"),
        (member("/AllOn"), "5"), (member("/AnyOff"), "95"), (member("/AllOff"), "95"),
        (by_usage(Name.ON, Name.OFF), UNREADABLE + "5"), (by_usage(Name.OFF, Name.OFF), "5"), (by_usage(Name.ON, Name.ON), "95"),
    ],
    ids=["on", "off", "all off", "on again", "off in viewers", "any on", "all on", "any off", "all off of it",
         "not in print", "nowhere", "everywhere"],
)  # fmt: skip
def test_layers(change: Change, expected: str) -> None:
    assert shown(pdf_of(LAYER, change)) == expected


def test_a_form_in_a_layer_that_is_off() -> None:
    def change(pdf: pikepdf.Pdf, layer: Dictionary, settings: Dictionary) -> None:
        off(pdf, layer, settings)
        page = pdf.pages[0]
        box = Array([0, 0, 200, 200])
        form = Stream(pdf, b"BT /F1 12 Tf 50 50 Td (9) Tj ET", Type=Name.XObject, Subtype=Name.Form, BBox=box,
                      Resources=Dictionary(Font=page.Resources.Font), OC=layer)  # fmt: skip
        page.Resources.XObject = Dictionary(Form=form)

    assert shown(pdf_of("/Form Do BT /F1 12 Tf 57 50 Td (5) Tj ET", change)) == "5"


@pytest.mark.parametrize("states", [False, True])
def test_a_note_in_a_layer_that_is_off(states: bool) -> None:
    def change(pdf: pikepdf.Pdf, layer: Dictionary, settings: Dictionary) -> None:
        off(pdf, layer, settings)
        looks = Stream(pdf, b"BT /F1 12 Tf 0 0 Td (9) Tj ET", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 9, 12]),
                       Resources=Dictionary(Font=pdf.pages[0].Resources.Font))  # fmt: skip
        notes = [
            Dictionary(Type=Name.Annot, Subtype=Name.FreeText, Rect=Array([x, 50, x + 9, 62]), F=4, AP=Dictionary(N=looks))
            for x in (20, 40)
        ]
        if states:  # as boxes to tick have them
            notes = [Dictionary({**note, "/AP": Dictionary(N=Dictionary(On=note.AP.N)), "/AS": Name.On}) for note in notes]
        notes[0].OC = layer
        pdf.pages[0].Annots = Array([pdf.make_indirect(note) for note in notes])

    assert shown(with_fields_drawn(pdf_of("BT /F1 12 Tf 57 50 Td (5) Tj ET", change))) == "95"


OVER = [50, 54, 60, 54]
NOTES = {
    "Line": {"L": OVER},
    "Ink": {"InkList": [OVER]},
    "PolyLine": {"Vertices": OVER},
    "Polygon": {"Vertices": OVER},
    "Redact": {},
}


@pytest.mark.parametrize("kind", NOTES)
def test_a_note_that_viewers_draw_without_an_appearance(kind: str) -> None:
    def change(pdf: pikepdf.Pdf, layer: Dictionary, settings: Dictionary) -> None:
        places = {f"/{name}": Array(map(Array, at)) if name == "InkList" else Array(at) for name, at in NOTES[kind].items()}
        note = Dictionary(
            {"/Type": Name.Annot, "/Subtype": Name(f"/{kind}"), "/Rect": Array([48, 50, 62, 62]), "/F": 4, **places}
        )
        pdf.pages[0].Annots = Array([pdf.make_indirect(note)])

    with pdfplumber.open(io.BytesIO(with_fields_drawn(pdf_of("BT /F1 12 Tf 50 50 Td (9) Tj ET", change)))) as pdf:
        assert len([*pdf.pages[0].lines, *pdf.pages[0].rects]) == 1


@pytest.mark.parametrize(("flags", "tags"), [(4, {COVERED, INVISIBLE}), (2, {None, INVISIBLE})])
def test_a_free_text_without_an_appearance_over_a_figure(flags: int, tags: set[str | None]) -> None:
    """Some viewers show its text in place of the figure, others the figure."""

    def change(pdf: pikepdf.Pdf, layer: Dictionary, settings: Dictionary) -> None:
        note = Dictionary(Type=Name.Annot, Subtype=Name.FreeText, Rect=Array([46, 46, 70, 66]), F=flags, Contents=String("77"))
        pdf.pages[0].Annots = Array([pdf.make_indirect(note)])

    with pdfplumber.open(io.BytesIO(with_fields_drawn(pdf_of("BT /F1 12 Tf 50 50 Td (9) Tj ET", change)))) as pdf:
        assert {char.get("tag") for char in lay_out(pdf.pages[0]).chars} == tags


@pytest.mark.parametrize("damage", ["before", "cut", "start"])
def test_the_later_revision_of_a_damaged_file_counts(damage: str) -> None:
    first = pdf_of("BT /F1 12 Tf 50 50 Td (9) Tj ET")
    with pikepdf.open(io.BytesIO(first)) as pdf:
        pdf.pages[0].contents_coalesce()
        made = io.BytesIO()
        pdf.save(made, object_stream_mode=pikepdf.ObjectStreamMode.disable, compress_streams=False)
    with pikepdf.open(io.BytesIO(made.getvalue())) as pdf:
        number, root, size, before = pdf.pages[0].Contents.objgen[0], pdf.Root.objgen[0], pdf.trailer.Size, made.getvalue()
    content = (
        b"BT /F1 12 Tf 50 50 Td (5) Tj ET" + 2000 * b" "
    )  # the end of the earlier revision is looked for in the last 1024 bytes
    update = b"%d 0 obj\n<< /Length %d >>\nstream\n%s\nendstream\nendobj\n" % (number, len(content), content)
    table = b"xref\n%d 1\n%010d 00000 n \ntrailer\n<< /Size %d /Root %d 0 R /Prev %s >>\nstartxref\n%d\n%%%%EOF\n" % (
        number, len(before), size, root, before.split()[-2], len(before) + len(update),
    )  # fmt: skip
    whole = before + update + table
    assert with_fields_drawn(whole) is whole
    damaged = {"before": b"\r\n" + whole, "cut": before + update, "start": whole[: -len(b"123\n%%EOF\n")] + b"1\n%%EOF\n"}[damage]
    assert shown(with_fields_drawn(damaged)) == "5"


def test_what_notes_beside_the_page_say() -> None:
    def change(pdf: pikepdf.Pdf, layer: Dictionary, settings: Dictionary) -> None:
        places = {"/Type": Name.Annot, "/Rect": Array([48, 50, 62, 62])}
        kinds = {"Highlight": "应为275", "Text": "  ", "FreeText": "印在页面上", "Popup": "附属"}
        notes = [Dictionary({**places, "/Subtype": Name(f"/{kind}"), "/Contents": String(text)}) for kind, text in kinds.items()]
        pdf.pages[0].Annots = Array([pdf.make_indirect(note) for note in notes])

    assert list(comment_notes(comments_in(pdf_of("", change)))) == ["有 1 条批注没有读入，请看是否涉及数字：“应为275”"]
    assert comments_in(b"%PDF-1.7 /Annots broken") == []


def test_a_field_that_the_form_does_not_list() -> None:
    """Files that were put together of several have such fields."""

    def change(pdf: pikepdf.Pdf, layer: Dictionary, settings: Dictionary) -> None:
        places = {"/Type": Name.Annot, "/Rect": Array([48, 50, 62, 62])}
        field = Dictionary({**places, "/Subtype": Name.Widget, "/FT": Name.Tx, "/T": String("a")})
        note = Dictionary({**places, "/Subtype": Name.Line, "/L": Array(OVER)})
        pdf.pages[0].Annots = Array([pdf.make_indirect(item) for item in (field, note)])

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        raw = pdf_of("", change)
    with pdfplumber.open(io.BytesIO(with_fields_drawn(raw))) as pdf:
        assert len(pdf.pages[0].lines) == 1


BROKEN = [{"/Subtype": Name.Line}, {"/Subtype": Name.Redact}, {"/Subtype": Name.Ink, "/InkList": Array([Array([Name.A, 1])])}]


@pytest.mark.parametrize(("flags", "tag"), [(4, "Tx"), (2, INVISIBLE), (32, INVISIBLE)])
@pytest.mark.parametrize("beside", [{}, *BROKEN], ids=["alone", "no line", "no rectangle", "no number"])
def test_a_field_without_an_appearance(flags: int, tag: str, beside: dict[str, object]) -> None:
    """A field is shown whether the file asks viewers to draw it or not; of a hidden one it is known that it has a figure."""

    def change(pdf: pikepdf.Pdf, layer: Dictionary, settings: Dictionary) -> None:
        fonts = Dictionary(Helv=pdf.pages[0].Resources.Font.F1)
        field = pdf.make_indirect(Dictionary(
            Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T=String("a"), V=String("275"), Rect=Array([20, 20, 80, 40]),
            F=flags, DA=String("/Helv 9 Tf 0 g"),
        ))  # fmt: skip
        pdf.pages[0].Annots = Array([*([Dictionary(beside)] if beside else []), field])
        pdf.Root.AcroForm = Dictionary(Fields=Array([field]), DR=Dictionary(Font=fonts), DA=String("/Helv 9 Tf 0 g"))

    with pdfplumber.open(io.BytesIO(with_fields_drawn(pdf_of("", change)))) as pdf:
        chars = lay_out(pdf.pages[0]).chars
    assert [(char["text"], char.get("tag")) for char in chars] == [(digit, tag) for digit in "275"]


@pytest.mark.parametrize(
    ("operators", "expected"),
    [
        ("q /Clear gs BT /F1 12 Tf 50 50 Td (9) Tj ET Q BT /F1 12 Tf 57 50 Td (5) Tj ET", "5"),
        ("q /Half gs BT /F1 12 Tf 50 50 Td (9) Tj ET Q BT /F1 12 Tf 57 50 Td (5) Tj ET", "95"),
        ("BT /F1 12 Tf -1 0 0 -1 90 50 Tm (86) Tj ET", UNREADABLE * 2),
        ("BT /F1 12 Tf -1 0 0 1 90 50 Tm (86) Tj ET", UNREADABLE * 2),
        ("BT /F1 12 Tf 1 0 0 -1 50 50 Tm (86) Tj ET", UNREADABLE * 2),
        ("BT /F1 -12 Tf -1 0 0 -1 50 50 Tm (86) Tj ET", "86"),
    ],
    ids=["without opacity", "half", "on its head", "mirrored", "upside down", "turned twice"],
)
def test_digits(operators: str, expected: str) -> None:
    assert shown(pdf_of(operators)) == expected


@pytest.mark.parametrize("mode", [*MODES, "Either"])
def test_blend_mode_in_which_some_viewers_do_not_show_a_digit(mode: str) -> None:
    """The standard blends the page before it lays it on the paper; viewers that begin with white paper show no black ink."""
    operators = f"q /{mode} gs BT /F1 12 Tf 50 50 Td (9) Tj ET Q BT /F1 12 Tf 57 50 Td (5) Tj ET"
    assert shown(pdf_of(operators)) == ("9" if mode in ("Normal", "Multiply") else UNREADABLE) + "5"


@pytest.mark.parametrize("box", [[200, 200, 0, 0], [200, 0, 0, 200], [0, 200, 200, 0]])
def test_the_paper_may_be_given_by_any_two_corners(box: list[int]) -> None:
    def change(pdf: pikepdf.Pdf, layer: Dictionary, settings: Dictionary) -> None:
        pdf.pages[0].MediaBox = Array(box)

    with pdfplumber.open(io.BytesIO(pdf_of(LAYER, change))) as pdf:
        assert {round(char["x0"]) for char in lay_out(pdf.pages[0]).chars} == {50, 57}
