"""Figures of a workbook that a condition may hide, or that something lies over, are not certain; their neighbours are."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from openpyxl.styles.colors import Color

from tests.importing.shapes import report, zip_of
from tests.importing.sheet_shapes import rows_of_report, workbook
from toolkit.forms import Address
from toolkit.importing import read_published
from toolkit.importing.readers.xlsx.colours import Palette
from toolkit.importing.readers.xlsx.drawings import measures_of

OFFICE = "http://schemas.microsoft.com/office"
Place = tuple[int, int]
Put = Callable[[Any, Any, Place], None]
OF = report()
CELLS = {
    cell.address: (row, cell.column)
    for row, (_, cells) in enumerate(rows_of_report(OF))
    for cell, text in cells
    if cell.address and text and OF.form.cells[cell.address].type != "money"
}


def condition(**rule: Any) -> Put:
    """A conditional format; ``style`` of it is what the cell gets."""
    style = rule.pop("style", None)

    def put(book: Any, sheet: Any, place: Place) -> None:
        more = {"criteria": ">=", "value": 0, "format": book.add_format(style)} if style is not None else {}
        sheet.conditional_format(*place, *place, {"type": "cell", **rule, **more})

    return put


def box(text: str = "", **fill: Any) -> Put:
    return lambda _, sheet, place: sheet.insert_textbox(*place, text, {"width": 40, "height": 12, "fill": fill})


HIDING: Mapping[str, Put] = {
    "scale from black": condition(type="2_color_scale", min_color="#000000", max_color="#FFFFFF"),
    "scale over black": condition(type="3_color_scale", min_color="#FF0000", mid_color="#000000", max_color="#00FF00"),
    "black bar": condition(type="data_bar", bar_color="#000000", data_bar_2010=True),
    "bar without figure": condition(type="data_bar", bar_only=True),
    "signs without figure": condition(type="icon_set", icon_style="3_arrows", icons_only=True),
    "white ink": condition(style={"font_color": "#FFFFFF"}),
    "black ground": condition(style={"bg_color": "#101010"}),
    "no number": condition(style={"num_format": ";;;"}),
    "struck": condition(style={"font_strikeout": True}),
    "button": lambda _, sheet, place: sheet.insert_button(*place, {"width": 40, "height": 12}),
    "white box": box(color="#FFFFFF"),
    "box with words": box("说明", color="#FFFFFF"),
}
SHOWING: Mapping[str, Put] = {
    "scale of light colours": condition(type="2_color_scale", min_color="#63BE7B", max_color="#F8696B"),
    "blue bar": condition(type="data_bar"),
    "signs": condition(type="icon_set", icon_style="3_arrows"),
    "red on pink": condition(style={"bg_color": "#FFC7CE", "font_color": "#9C0006"}),
    "note": lambda _, sheet, place: sheet.write_comment(*place, "应为 999"),
}


def states(puts: Mapping[str, Put], folder: Path, change: Callable[[bytes], bytes] = bytes) -> tuple[dict[str, str], set[str]]:
    """The state of the cell that each of ``puts`` is done to, and the states of all others; every value is right."""
    chosen = dict(zip(puts, list(CELLS)[20::9], strict=False))

    def finish(book: Any, sheet: Any) -> None:
        for name, put in puts.items():
            put(book, sheet, CELLS[chosen[name]])

    (folder / "年报.xlsx").write_bytes(change(workbook(OF, finish=finish)))
    got = read_published(folder / "年报.xlsx")
    assert {at for at in OF.form.cells if got.cells[at].value not in (None, OF.figures[at])} == set()
    others = {str(got.cells[at].state) for at in CELLS if at not in chosen.values()}
    return {name: str(got.cells[at].state) for name, at in chosen.items()}, others


def test_figures_that_may_be_hidden_are_unclear(tmp_path: Path) -> None:
    chosen, others = states(HIDING, tmp_path)
    assert chosen == dict.fromkeys(HIDING, "unclear")
    assert others == {"read"}


def test_figures_that_stay_visible_are_read(tmp_path: Path) -> None:
    chosen, others = states(SHOWING, tmp_path)
    assert chosen == dict.fromkeys(SHOWING, "read")
    assert others == {"read"}


@pytest.mark.parametrize(
    "looks",
    [
        {"bg_color": "#000000"}, {"bg_color": "#101010"}, {"pattern": 18, "fg_color": "#000000", "bg_color": "#000000"},
        {"pattern": 3, "fg_color": "#000000"},
    ],
    ids=str,
)  # fmt: skip
def test_black_ink_on_a_black_ground_is_not_read(looks: dict[str, Any], tmp_path: Path) -> None:
    def put(book: Any, sheet: Any, place: Place) -> None:
        sheet.write_number(*place, 5, book.add_format(looks))

    assert states({"black": put}, tmp_path)[0] == {"black": "unclear"}


def with_later_condition(address: Address, rule: str) -> Callable[[bytes], bytes]:
    """A conditional format as Excel 2010 keeps it, apart from the others, which openpyxl passes over."""
    row, column = CELLS[address]
    names = f'xmlns:x14="{OFFICE}/spreadsheetml/2009/9/main" xmlns:xm="{OFFICE}/excel/2006/main"'
    area = f"<xm:sqref>{chr(65 + column)}{row + 1}</xm:sqref>"
    rule = f'<x14:cfRule type="expression"><xm:f>1</xm:f>{rule}</x14:cfRule>{area}'
    part = f"<x14:conditionalFormatting>{rule}</x14:conditionalFormatting>"
    part = f'<extLst><ext {names} uri="x"><x14:conditionalFormattings>{part}</x14:conditionalFormattings></ext></extLst>'

    def change(raw: bytes) -> bytes:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
        sheet = "xl/worksheets/sheet1.xml"
        members[sheet] = members[sheet].replace(b"</worksheet>", f"{part}</worksheet>".encode())
        return zip_of(members)

    return change


@pytest.mark.parametrize(
    ("rule", "state"),
    [
        ('<x14:dxf><font><color rgb="FFFFFFFF"/></font></x14:dxf>', "unclear"),
        ('<x14:dxf><fill><patternFill><bgColor theme="1"/></patternFill></fill></x14:dxf>', "unclear"),
        ('<x14:iconSet iconSet="3Stars" showValue="0"/>', "unclear"),
        ('<x14:dxf><font><color rgb="FF9C0006"/></font></x14:dxf>', "read"),
        ("<x14:dxf><font><strike/></font></x14:dxf>", "unclear"),
        ('<x14:dxf><font><strike val="0"/></font></x14:dxf>', "read"),
    ],
    ids=["white", "dark theme", "signs only", "red", "struck", "not struck"],
)
def test_conditions_of_excel_2010(rule: str, state: str, tmp_path: Path) -> None:
    address = list(CELLS)[20]
    chosen, _ = states({"later": lambda *_: None}, tmp_path, with_later_condition(address, rule))
    assert chosen == {"later": state}


def test_a_chart_hides_what_is_under_it_and_nothing_else(tmp_path: Path) -> None:
    def put(book: Any, sheet: Any, place: Place) -> None:
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": "=年报!$A$1:$A$3"})
        sheet.insert_chart(*place, chart)

    chosen, others = states({"chart": put}, tmp_path)
    assert (chosen, others) == ({"chart": "unclear"}, {"read", "unclear"})


@pytest.mark.parametrize(
    ("colour", "expected"),
    [
        (Color(theme=0), (255, 255, 255)), (Color(theme=1), (0, 0, 0)), (Color(theme=1, tint=0.5), (128, 128, 128)),
        (Color(theme=0, tint=-0.5), (128, 128, 128)), (Color(theme=4), (0x44, 0x72, 0xC4)), (Color(indexed=8), (0, 0, 0)),
        (Color(indexed=9), (255, 255, 255)), (Color(indexed=64), (0, 0, 0)), (Color(rgb="FF112233"), (0x11, 0x22, 0x33)),
        (Color(auto=True), None), (Color(indexed=200), None), (Color(theme=40), None), (None, None),
    ],
    ids=str,
)  # fmt: skip
def test_colours(colour: Color | None, expected: tuple[int, int, int] | None) -> None:
    assert Palette().colour(colour) == expected


def test_colours_of_the_theme_of_the_file() -> None:
    scheme = '<a:clrScheme xmlns:a="a" name="x"><a:dk1><a:sysClr val="windowText" lastClr="010203"/></a:dk1></a:clrScheme>'
    assert Palette(f'<t xmlns:a="a">{scheme}</t>').colour(Color(theme=1)) == (1, 2, 3)


@pytest.mark.parametrize(
    ("first", "offset", "length", "expected"),
    [(0, 0, 190_500, [1]), (0, 0, 190_501, [1, 2]), (2, 100_000, 190_500, [3, 4]), (0, 400_000, 1, [3]), (4, 0, 381_001, [5, 6])],
)
def test_rows_under_a_length(first: int, offset: int, length: int, expected: list[int]) -> None:
    """Rows of 15 points (190,500 EMU), the fifth of 30."""
    xml = b'<worksheet><sheetFormatPr defaultRowHeight="15"/><sheetData><row r="5" ht="30"/></sheetData></worksheet>'
    assert list(measures_of(xml, "x").rows.under(first, offset, length)) == expected
