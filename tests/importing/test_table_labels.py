"""Labels of a scan by their place: what was not read for certain is the label that an edition prints there."""

from __future__ import annotations

import pytest

from toolkit.forms import form_for_year, print_part
from toolkit.importing.readers.scan.table_labels import LabelReading, as_label, labels_in_place


def labels_of(part: str, year: int = 2024) -> list[str]:
    cells = sorted(print_part(form_for_year(year), part).cells, key=lambda cell: (cell.row, cell.column))
    return [cell.text for cell in cells if cell.role != "value"]


def placed(labels: list[str], read: dict[str, tuple[str, float]]) -> list[str]:
    """The labels with some read otherwise, once each, after what their places show."""
    readings, left = {}, dict(read)
    for at, label in enumerate(labels):
        text, certainty = left.pop(label, (label, 1.0))
        readings[at] = LabelReading(text, certainty)
    found = labels_in_place(readings)
    return [found.get(at, reading.text) for at, reading in readings.items()]


def folded(labels: list[str]) -> list[str]:
    return [as_label(label) for label in labels]


@pytest.mark.parametrize(
    ("part", "label", "text", "certainty"),
    [
        ("disputes", "尚未审结", "尚末市结", 0.58),
        ("disputes", "尚未审结", "尚未年结", 0.36),
        ("disclosure", "第二十条第（一）项", "第二十条第（六）项", 0.74),
        ("disclosure", "第二十条第（五）项", "第二十条第（）项", 0.97),
        ("applications", "8.属于行政查询事项", "链力", 0.17),
        ("applications", "2.没有现成信息需要另行制作", "", 0.0),
    ],
)
def test_an_uncertain_label_is_the_one_that_is_printed_there(part: str, label: str, text: str, certainty: float) -> None:
    labels = labels_of(part)
    assert label in labels
    found = placed(labels, {label: (text, certainty)})
    assert [as_label(text) for text in found] == folded(labels)


def test_labels_that_repeat_are_known_by_their_places_where_as_many_were_read_as_are_printed() -> None:
    """Seven heads of part four on a copy of 100 dpi, some beside each other; as many labels again would be any of them."""
    labels = labels_of("disputes")
    readings = {at: LabelReading("" if at in (2, 3, 9, 12, 14, 15, 16) else text, 0.9) for at, text in enumerate(labels)}
    readings |= {at: LabelReading(text, 0.65) for at, text in {2: "罐脊", 9: "续", 12: "基巢"}.items()}
    found = labels_in_place(
        readings | {at: LabelReading(reading.text, 0.2) for at, reading in readings.items() if not reading.text}
    )
    assert {at: as_label(text) for at, text in found.items()} == {at: as_label(labels[at]) for at in (2, 3, 9, 12, 14, 15, 16)}
    assert len(labels_in_place({at: reading for at, reading in readings.items() if at != 1})) < 7


@pytest.mark.parametrize(
    ("part", "label", "text", "certainty"),
    [
        ("disputes", "结果维持", "结果撤销", 0.98),  # a column of another form, read for certain
        ("applications", "3.其他", "4.其他", 0.7),  # a row that somebody added
        ("disclosure", "第二十条第（六）项", "第二十条第（七）项", 0.95),
    ],
)
def test_another_label_stays_as_it_was_read(part: str, label: str, text: str, certainty: float) -> None:
    labels = labels_of(part)
    assert label in labels
    assert text in placed(labels, {label: (text, certainty)})


@pytest.mark.parametrize(
    ("text", "columns", "merged"),
    [("社会公法律服益组织务机构", 2, True), ("社法律", 2, True), ("社会公法律服益组织务机构", 1, False), ("法律援助", 2, False)],
)
def test_a_head_over_two_columns_is_both_heads_of_which_a_copy_lost_the_line_between(
    text: str, columns: int, merged: bool
) -> None:
    labels = labels_of("applications")
    at = labels.index("社会公益组织")
    read = [*labels[:at], text, *labels[at + 2 :]]
    readings = {number: LabelReading(label, 0.99, columns if number == at else 1) for number, label in enumerate(read)}
    assert labels_in_place(readings) == ({at: "社会公益组织法律服务机构"} if merged else {})


def test_a_row_more_than_the_form_has_is_given_no_label() -> None:
    labels = labels_of("applications")
    at = labels.index("3.其他")
    readings = {number: LabelReading(text, 1.0) for number, text in enumerate([*labels[:at], "其", *labels[at:]])}
    readings[at] = LabelReading("其", 0.3)
    assert labels_in_place(readings) == {}


def test_a_table_of_something_else_is_given_no_labels() -> None:
    words = ["序号", "渠道", "条数", "总计", "其他", "备注"]
    assert labels_in_place({at: LabelReading(text, 0.3) for at, text in enumerate(words)}) == {}


def test_a_text_that_is_nearly_several_captions_is_none_of_them() -> None:
    assert as_label("第二十条第（）项") == "第二十条第（）项"
    assert as_label("4.无正当理由大量反复中请") == "4.无正当理由大量反复申请"
