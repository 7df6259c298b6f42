"""Tables are fitted to the page (sizes, even lines, heads in groups), and the look that is predicted is the one Typst chooses."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import typst

from tests.exporters.stories import applications_table, disclosure_table, disputes_table
from toolkit.checks.assembly import assemble
from toolkit.core.fonts import find_fonts
from toolkit.exporters.document import Document, make_document
from toolkit.exporters.pdf import setting
from toolkit.exporters.pdf.font_folder import font_folder
from toolkit.exporters.pdf.setting import set_pdf
from toolkit.exporters.pdf.tables import HEIGHT_POINTS, breakable, fit_table, predict_looks, wrap
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


@pytest.mark.parametrize("organ", ["松石镇", "青禾镇", "教育局"])
def test_the_prediction_is_what_typst_chooses(organ: str, tmp_path: Path) -> None:
    printed = document(organ)
    blocks = setting._document_json(printed)["blocks"]
    assert list(predict_looks(blocks)) == chosen_looks(printed, tmp_path)


def test_a_wrong_prediction_changes_no_byte(monkeypatch: pytest.MonkeyPatch) -> None:
    printed = document("松石镇")
    right = set_pdf(printed)

    def tightest(blocks: Sequence[Mapping[str, Any]]) -> Iterator[int]:
        return (len(block["looks"]) - 1 for block in blocks if block["kind"] == "table")

    monkeypatch.setattr(setting, "predict_looks", tightest)
    assert set_pdf(printed) == right


def table(*heights: float, spot: int = 1, above: int = 1) -> dict[str, Any]:
    looks = [{"height": height, "together": height} for height in heights]
    return {"kind": "table", "caption": "", "looks": looks, "spot": spot, "above": above}


def lines(count: int) -> dict[str, Any]:
    return {"kind": "paragraph", "runs": [{"text": "字" * (28 * count - 2)}]}


SPOT = {"kind": "spot"}
HEADING = {"kind": "heading", "text": "二、主动公开政府信息情况"}
PICTURE = {"kind": "picture", "width": 400.0, "height": 300.0, "caption": ""}


@pytest.mark.parametrize(
    ("blocks", "looks", "reason"),
    [
        ([SPOT, HEADING, table(500, 300)], [0], "the roomiest look fits on an empty page"),
        ([lines(10), SPOT, HEADING, table(500, 300)], [1], "half a page is left"),
        ([lines(22), SPOT, HEADING, table(500, 300)], [0], "nothing is left: the roomiest, on the next page"),
        ([lines(32), SPOT, HEADING, table(500, 300)], [1], "ten lines stand on the second page"),
        ([PICTURE, SPOT, HEADING, table(300, 200)], [1], "a picture, and the space behind it, count"),
        ([lines(10), HEADING, table(500, 300, spot=0)], [0], "a table without a spot does not ask for the room"),
        ([SPOT, HEADING, table(560), SPOT, HEADING, table(560, 300)], [0, 0], "two tables, each on its page"),
        ([SPOT, HEADING, table(300), SPOT, HEADING, table(560, 250)], [0, 1], "the second fits below the first when tight"),
    ],
)  # fmt: skip
def test_pages_are_filled_one_after_the_other(blocks: list[dict[str, Any]], looks: list[int], reason: str) -> None:
    assert list(predict_looks(blocks)) == looks, reason
