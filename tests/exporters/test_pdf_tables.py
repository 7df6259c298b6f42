"""Tables are fitted to the page: sizes, even lines, heads in groups, and the look that Typst chooses."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
import typst

from tests.exporters.stories import applications_table, disclosure_table, disputes_table
from toolkit.checks.assembly import assemble
from toolkit.core.fonts import find_fonts
from toolkit.exporters.document import Document, make_document
from toolkit.exporters.pdf import setting
from toolkit.exporters.pdf.font_folder import font_folder
from toolkit.exporters.pdf.tables import HEIGHT_POINTS, breakable, fit_table, wrap
from toolkit.report import read_report
from toolkit.sections.blocks import Cell, Table, plain_table
from toolkit.sections.paper import Paper


@pytest.mark.parametrize(
    ("table", "size", "reason"),
    [
        (disclosure_table(), 10.5, "four columns: as large as it reads well"),
        (applications_table(), 9, "ten columns and 28 rows on one page"),
        (disputes_table(), 8, "fifteen columns"),
    ],
)
def test_text_is_as_large_as_the_page_allows(table: Table, size: float, reason: str) -> None:
    looks = fit_table(table)["looks"]
    assert looks[0]["size"] == size, reason
    assert looks[0]["height"] < HEIGHT_POINTS


@pytest.mark.parametrize("table", [disclosure_table(), applications_table(), disputes_table()])
def test_each_look_is_tighter_than_the_one_before_and_stays_readable(table: Table) -> None:
    looks = fit_table(table)["looks"]
    heights = [look["height"] for look in looks]
    assert heights == sorted(heights, reverse=True)
    assert heights[-1] < 0.8 * heights[0]
    assert min(look["size"] for look in looks) >= 7.5  # what real reports go down to


def test_every_cell_is_in_one_group_and_headers_are_marked() -> None:
    groups = fit_table(disclosure_table())["groups"]
    assert [group["head"] for group in groups] == ["inner", ""] * 4
    places = [cell["place"] for group in groups for cell in group["cells"]]
    assert places == [str(place) for place in range(len(disclosure_table().cells))]
    assert [group["head"] for group in fit_table(applications_table())["groups"]] == ["outer", ""]


def test_a_number_too_long_for_its_cell_is_set_smaller() -> None:
    cells = (Cell(0, 0, "1"), Cell(0, 1, "123456789012"))
    for look in fit_table(Table("t", "t", 1, 15, cells))["looks"]:
        assert set(look["fits"]) == {"1"}
        assert look["fits"]["1"][0] < look["size"]


def test_a_label_of_two_lines_breaks_in_the_middle() -> None:
    fitted = fit_table(applications_table())
    place = {cell["text"]: cell["place"] for cell in fitted["groups"][0]["cells"]}
    look = fitted["looks"][0]
    assert look["fits"][place["商业企业"]][1] > look["inset"]  # 商业 / 企业, not 商业企 / 业
    assert place["其他"] not in look["fits"]


@pytest.mark.parametrize(
    ("text", "pieces", "reason"),
    [
        ("短 words 不动", "短 words 不动", "ordinary words"),
        (
            "甲" + "x" * 22 + "乙",
            "甲" + "\u200bxxxx" * 5 + "\u200bxx\u200b乙",
            "a long one, the Chinese around it left whole",
        ),
        ("甲\x00乙", "甲乙", "control characters"),
    ],
)
def test_long_words_are_marked_for_breaking(text: str, pieces: str, reason: str) -> None:
    assert breakable(text) == pieces, reason


@pytest.mark.parametrize("row", ["", "a" * 500, "国" * 100, "a国" * 99])
def test_wrapping_loses_nothing(row: str) -> None:
    rows = list(wrap(row))
    assert "".join(rows) == row
    assert max(map(len, rows)) <= 75


def test_a_list_goes_on_over_pages_and_a_table_of_figures_is_held_together() -> None:
    rows = [(f"单位{number}", "说明" * 20) for number in range(40)]
    (listed, *_) = fit_table(plain_table("list", "单位", ("单位", "说明"), rows))["looks"]
    assert listed["together"] < 100 < listed["height"]
    for look in fit_table(applications_table())["looks"]:
        assert look["together"] == look["height"]


COUNTY = Path(__file__).parents[2] / "params" / "2024" / "云溪县"
CHOOSE = "  let look = choose-look(item, room)\n"


def document(organ: str) -> Document:
    file = COUNTY / f"{organ}.yaml"
    report = read_report(file)
    case = assemble(report, file, today=date(2025, 1, 20), years_back=3)
    paper = Paper(report, case.earlier, ())
    sections = (paper.front(), *(paper.part(part.key) for part in report.form.parts), paper.closing())
    return make_document(block for section in sections for block in section.blocks)


def chosen_looks(printed: Document, folder: Path) -> list[int]:
    """The looks that Typst chose in the end, by the last of its rounds."""
    compiler = setting.typesetter(setting._TEMPLATE, find_fonts())
    data = {**setting._document_json(printed), "fonts": compiler._families, "date": {"year": 2025, "month": 1, "day": 1}}
    template = compiler._template.decode("utf-8")
    assert CHOOSE in template
    note = "  [#metadata(item.looks.position(it => it == look))<chosen>]\n"
    (folder / "main.typ").write_text(template.replace(CHOOSE, CHOOSE + note), "utf-8")
    (folder / "data.json").write_text("//" + json.dumps(data, ensure_ascii=False), "utf-8")
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[font_folder(find_fonts()).folder]
    )  # fmt: skip
    answer = typst.query(str(folder / "main.typ"), "<chosen>", field="value", root=str(folder), font_paths=fonts)
    looks: list[int] = json.loads(answer)
    return looks


@pytest.mark.parametrize(("organ", "looks"), [("松石镇", [0, 0, 2]), ("青禾镇", [0, 0, 0]), ("教育局", [0, 3, 0])])
def test_the_roomiest_look_that_the_page_has_room_for_is_chosen(organ: str, looks: list[int], tmp_path: Path) -> None:
    assert chosen_looks(document(organ), tmp_path) == looks
