"""The looks of tables that are predicted are those that Typst chooses, and a wrong prediction changes no byte."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import typst

from toolkit.checks.assembly import assemble
from toolkit.core.fonts import find_fonts
from toolkit.exporters.document import Document, make_document
from toolkit.exporters.pdf import setting
from toolkit.exporters.pdf.font_folder import font_folder
from toolkit.exporters.pdf.pages import predict_looks
from toolkit.exporters.pdf.setting import set_pdf
from toolkit.report import read_report
from toolkit.sections.paper import Paper

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
    compiler = setting._compiler(find_fonts())
    data = setting._document_json(printed, datetime(2025, 1, 1, tzinfo=UTC), compiler.families)
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
    blocks = setting._document_json(printed, datetime(2025, 1, 1, tzinfo=UTC), {})["blocks"]
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
