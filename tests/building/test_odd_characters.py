"""What the checks accept is built: every kind of character in every text, through four formats and back."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.building.params import SAMPLES
from toolkit.building.run_report import build
from toolkit.checks import Case, has_errors, run_case
from toolkit.core.settings import RunSettings
from toolkit.core.text import skeleton
from toolkit.importing.published import read_published
from toolkit.report import Report, read_report
from toolkit.report.reading import report_from_parameters
from toolkit.report.writing import report_to_values, write_report

KINDS = {
    "not seen": "甲\u200b乙\u200c\u200d\u2060\ufeff丙\u00ad\u034f\u061c\u180e\u200e\u200f\u202c丁\u2063\ufe0f\U000e0100\u3164戊",
    "line ends": "甲\u2028乙\u2029丙\x85丁",
    "blanks": "甲\xa0乙\u2003丙\u202f\u2800丁\u1680\u205f戊\t己\u3000庚",
    "radicals": "⼈⺠⻅⻥⼾㇐",
    "compatibility": "\uf90a\U0002f801\ue863\ue816\u212a\u2126",
    "widths": "１２ＡＢ｡､﹐＂﹙﹚",
    "look-alikes": "二○二四年，2O24年，АPP，ロ，1О件",
    "marks": "镇\u0301e\u03011\u20e3ü",
    "usual signs": "①Ⅲ²㎡½ﬁ℃“”——……·㙍𠮷<b>&amp;$x_1$#*_\\\"'",
    "hyphens": "a\u2010b\u2011c–d—e−f",
}
CLEAN = read_report(SAMPLES / "2024" / "云溪县" / "白鹭乡.yaml")


def with_signs(signs: str) -> Report:
    """白鹭乡's report with ``signs`` in every text that is printed and may hold them."""
    values = report_to_values(CLEAN)
    values["organ"]["contact"] = {"office": f"党政{signs}办公室", "address": f"白鹭街{signs}6号", "phone": "0601-5550106"}
    values["organ"]["published_at"] = f"云溪县{signs}人民政府网站"
    values["channels"] = [{"name": f"公开栏{signs}", "count": 3}]
    for part in ("overview", "problems", "other"):
        values["narrative"][part] += f"\n（九）其他{signs}事项\n另有{signs}一项。\n"
    return report_from_parameters(values)


# two in one report; each alone with the sweeps
CASES = [*zip([*KINDS][::2], [*KINDS][1::2], strict=True), *(pytest.param(kind, "", marks=pytest.mark.sweep) for kind in KINDS)]


@pytest.mark.parametrize(("kind", "other"), CASES)
def test_every_kind_is_built_and_reads_back(kind: str, other: str, tmp_path: Path) -> None:
    report = with_signs(KINDS[kind] + KINDS.get(other, ""))
    path = tmp_path / "params" / "2024" / "云溪县" / "白鹭乡.yaml"
    path.parent.mkdir(parents=True)
    write_report(report, path)
    read = read_report(path)
    assert read == report, "written and read letter by letter"
    result = build(path, tmp_path / "outputs", RunSettings(draft=has_errors(run_case(Case(read)))))
    assert (result.state, result.message) == ("finished", "")
    for suffix in ("docx", "html"):
        (file,) = (tmp_path / "outputs").glob(f"*.{suffix}")
        found = read_published(file)
        last = found.report.narrative.other.rstrip().splitlines()[-1]
        assert skeleton(last) in skeleton(report.narrative.other)
