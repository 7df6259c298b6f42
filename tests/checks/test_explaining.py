"""What the reader of texts says of each figure, for the form and for ``nianbao check --explain``."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from tests.checks.wordings import last_year, report_saying
from toolkit.checks.narrative.explaining import Explanation, explain_figures
from toolkit.cli import app

TEXT = "2024年收到申请12件，上年结转1件；网站公开信息30条。全县收到申请90件。收到网上申请5件。"


def explained(text: str = TEXT) -> dict[str, Explanation]:
    report = report_saying(text)
    return {item.text: item for item in explain_figures(report, last_year()) if item.where == "narrative.overview"}


def test_every_figure_once_in_order_of_the_text() -> None:
    report = report_saying(TEXT)
    found = [item for item in explain_figures(report) if item.where == "narrative.overview"]
    assert [item.text for item in found] == ["12件", "1件", "30条", "90件", "5件"]
    assert all(TEXT[item.start : item.end] == item.text for item in found)


def test_a_figure_taken_for_its_cell() -> None:
    item = explained()["12件"]
    assert (item.words, item.meaning, item.state) == (("2024年", "收到", "申请"), "表三 一、新收·总计", "相符")
    assert item.candidates == ("表三 一、新收·总计（说法明确）", "表三 一、新收＋二、上年结转·总计（也说得通）")
    assert item.lines()[-1] == "  取为：表三 一、新收·总计，相符——与表格一致"


def test_a_figure_that_differs_says_what_it_should_be() -> None:
    item = explained("2024年收到申请15件。")["15件"]
    assert (item.state, item.expected) == ("不符", "12")
    assert "（应为 12）" in item.lines()[-1]


def test_other_bodies_parts_and_loose_figures_say_why_they_are_left_alone() -> None:
    found = explained()
    assert (found["90件"].scope, found["90件"].meaning) == ("说的是其他机关", "不核对")
    assert found["5件"].candidates[0] == "表三 一、新收·总计（可能只是一部分）"
    assert found["30条"].candidates == ()


def test_the_command_prints_four_lines_for_each_figure(tmp_path: Path) -> None:
    sample = Path(__file__).parents[2] / "params" / "2024" / "云溪县" / "松石镇.yaml"
    result = CliRunner().invoke(app, ["check", "--explain", str(sample)])
    assert result.exit_code == 0
    assert "取为：表三 一、新收·总计，相符" in result.output
    broken = tmp_path / "坏.yaml"
    broken.write_text("year: [", encoding="utf-8")
    result = CliRunner().invoke(app, ["check", "--explain", str(broken)])
    assert result.exit_code == 2
    assert "Traceback" not in result.output
