"""The whole paper: order, headings, numbers of charts, draft, the closing line and the data it carries."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from tests.report.stories import all_zero, busy
from toolkit.checks import RULES_VERSION, Case, all_rules, run_case
from toolkit.forms import Address
from toolkit.report import Channel, Report, read_report
from toolkit.report.reading import report_from_yaml
from toolkit.sections.blocks import (
    BLOCKS_MIME,
    Attachment,
    Block,
    DataCode,
    Front,
    Heading,
    Note,
    Picture,
    Table,
    Title,
    blocks_from_json,
    blocks_to_json,
)  # fmt: skip
from toolkit.sections.paper import Paper

SAMPLE = Path(__file__).parents[2] / "params" / "2020" / "嘉祥县" / "孟姑集镇.yaml"


def every_block(paper: Paper) -> list[Block]:
    sections = [paper.front(), *(paper.part(part.key) for part in paper.report.form.parts), paper.closing()]
    return [block for section in sections for block in section.blocks]


def paper_of(report: Report, *earlier: Report) -> Paper:
    return Paper(report, earlier, tuple(run_case(Case(report, earlier[0] if earlier else None))))


@pytest.mark.parametrize("year", [2020, 2024])
def test_front_six_parts_closing_in_order(year: int) -> None:
    blocks = every_block(paper_of(all_zero(year)))
    assert isinstance(blocks[0], Front)
    assert isinstance(blocks[1], Title)
    assert [block.text for block in blocks if isinstance(block, Heading) and block.level == 1] == [
        part.heading for part in all_zero(year).form.parts
    ]
    assert [block.key for block in blocks if isinstance(block, Table)] == ["disclosure", "applications", "disputes"]
    assert isinstance(blocks[-3], Note)
    assert isinstance(blocks[-2], DataCode)
    assert isinstance(blocks[-1], Attachment)


def captions(paper: Paper) -> list[str]:
    return [block.caption for block in every_block(paper) if isinstance(block, Picture)]


def test_charts_are_numbered_through_the_paper() -> None:
    report = replace(busy(2024), channels=(Channel(name="微信公众号", count=121), Channel(name="县政府网站", count=100)))
    found = captions(paper_of(report, busy(2023), busy(2022)))
    assert len(found) >= 4
    assert [re.match(r"图 (\d+)　", caption)[1] for caption in found] == [str(number) for number in range(1, len(found) + 1)]  # type: ignore[index]


@pytest.mark.parametrize("key", ["disclosure", "applications", "disputes"])
def test_charts_stand_behind_the_table_of_their_part(key: str) -> None:
    report = replace(busy(2024), channels=(Channel(name="微信公众号", count=121), Channel(name="县政府网站", count=100)))
    kinds = [type(block) for block in paper_of(report, busy(2023)).part(key).blocks]
    assert kinds[:3] == [Heading, Table, Picture]


def test_a_chart_of_nothing_is_a_sentence_and_leaves_no_gap() -> None:
    assert captions(paper_of(all_zero(2024))) == []
    only_disputes = all_zero(2024).with_value(Address("disputes", "review", "upheld"), 3)
    assert [caption[:4] for caption in captions(paper_of(only_disputes))] == ["图 1　"]


def test_with_errors_the_paper_is_a_draft() -> None:
    broken = all_zero(2024).with_value(Address("documents", "rules", "valid"), None)
    assert paper_of(broken).draft
    front = paper_of(broken).front().blocks[0]
    assert isinstance(front, Front)
    assert front.draft


def test_the_closing_line_counts_rules_and_findings() -> None:
    broken = all_zero(2024).with_value(Address("documents", "rules", "valid"), None)
    findings = tuple(finding for finding in run_case(Case(broken)) if finding.code == "cell-blank")
    note = Paper(broken, (), findings).closing().blocks[0]
    assert isinstance(note, Note)
    assert f"规则版本 {RULES_VERSION}" in note.text
    assert f"共 {len(all_rules())} 条规则" in note.text
    assert "错误 1 处" in note.text


def test_the_paper_carries_its_own_data() -> None:
    report = read_report(SAMPLE)
    attachment = every_block(paper_of(report))[-1]
    assert isinstance(attachment, Attachment)
    assert report_from_yaml(attachment.text.encode("utf-8")) == report


def test_the_seed_is_printed_figure_by_figure() -> None:
    report = read_report(SAMPLE)
    (disclosure, applications, disputes) = (block for block in every_block(paper_of(report)) if isinstance(block, Table))
    figures = {cell.address: cell.text for cell in disclosure.cells if cell.address and cell.text != "0"}
    assert figures == {
        "documents.normative.made": "3",
        "documents.normative.published": "3",
        "documents.normative.public_total": "6",
        "procurement.procurement.items": "20",
        "procurement.procurement.amount": "23246297.53",
    }
    assert {cell.text for table in (applications, disputes) for cell in table.cells if cell.address} == {"0"}


def test_a_section_shows_itself_and_its_blocks_survive_the_notebook() -> None:
    section = paper_of(busy()).part("applications")
    bundle = section._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html", BLOCKS_MIME}
    assert blocks_from_json(bundle[BLOCKS_MIME]) == section.blocks
    assert blocks_to_json(blocks_from_json(bundle[BLOCKS_MIME])) == bundle[BLOCKS_MIME]
    assert "一、本年新收政府信息公开申请数量" in bundle["text/plain"]
