"""What an importer noted of a document becomes one finding each, of the right weight, and nothing else does."""

from __future__ import annotations

import pytest

from tests.checks.stories import of_code

SEVERITIES = {
    "row-unread": "error", "table-twice": "error", "several-reports": "error", "page-unread": "error", "organ-unread": "error",
    "channel-unread": "error", "text-unread": "warning", "number-restored": "warning", "unit-assumed": "warning",
    "level-unknown": "notice", "table-unread": "notice",
}  # fmt: skip


@pytest.mark.parametrize("code", SEVERITIES)
def test_an_observation_is_a_finding_of_its_code(code: str) -> None:
    seen = {"code": code, "message": "这里没有读入", "place": "第 3 页", "next_step": "请对照原文"}
    (finding,) = of_code(code, read_form={"observations": [seen]})
    assert (finding.severity, finding.message, finding.next_step) == (SEVERITIES[code], "这里没有读入（第 3 页）", "请对照原文")
    others = [other for other in SEVERITIES if other != code and of_code(other, read_form={"observations": [seen]})]
    assert others == []


@pytest.mark.parametrize("code", [*SEVERITIES, "cell-unread"])
def test_a_report_that_was_not_imported_has_none(code: str) -> None:
    assert of_code(code) == []


def test_a_cell_that_was_filled_in_since_is_done() -> None:
    unread = {"permits.permits.decisions": "不清：这一格里有图片"}
    assert of_code("cell-unread", read_form={"unread": unread}) == []
    (finding,) = of_code("cell-unread", read_form={"unread": unread}, cells={"permits.permits.decisions": None})
    assert (finding.severity, finding.table, finding.row) == ("error", "permits", "permits")


def test_a_table_with_the_labels_of_the_other_edition() -> None:
    (finding,) = of_code("edition-wrong", read_form={"editions": {"applications": "2019"}})
    assert finding.where == "figures.applications"
    assert of_code("label-altered", read_form={"editions": {"applications": "2019"}, "applications": {"3.其他": "其他"}}) == []
