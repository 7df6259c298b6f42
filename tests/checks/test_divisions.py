"""The figures of a list assigned together: which one is odd, and which are explained by the parts of the tables."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.checks.wordings import found_in, last_year, report_saying
from toolkit.checks.narrative.assignment.divisions import divisions_of
from toolkit.checks.narrative.assignment.wholes import Wholes
from toolkit.checks.narrative.candidates.fitting import read_cells

# The township: new 12 (natural persons 10, firms 2), handled 11 (9 and 2), granted 5 (4 and 1), partly 1, refused 2, the rest 1
# each. Larger: new 40 (natural persons 28, firms 7, research 5), granted 20, refused 9 (internal affairs 4, queries 5),
# repeated 8, not corrected 3, all handled.
_LARGER: dict[str, int | str] = {
    "applications.new.natural_person": 28, "applications.new.business": 7, "applications.new.research": 5,
    "applications.carried_in.natural_person": 0, "applications.carried_out.natural_person": 0,
    "applications.granted.natural_person": 12, "applications.granted.business": 5, "applications.granted.research": 3,
    "applications.partly_granted.natural_person": 0, "applications.refused_third_party.natural_person": 0,
    "applications.refused_internal_affairs.natural_person": 3, "applications.refused_internal_affairs.business": 1,
    "applications.refused_administrative_query.natural_person": 4, "applications.refused_administrative_query.research": 1,
    "applications.unavailable_not_held.natural_person": 0, "applications.unprocessed_repeat.natural_person": 7,
    "applications.unprocessed_repeat.business": 1, "applications.other_not_corrected.natural_person": 2,
    "applications.other_not_corrected.research": 1, "applications.other_other.natural_person": 0,
}  # fmt: skip
ODD = [
    ("办结40件：给了材料的22件，不予公开9件，重复申请8件，逾期不补正3件。", "22", 20, "the one part without a known word"),
    ("四十件里，材料给到手的二十二件，不予公开九件，重复申请八件，逾期不补正三件。", "二十二", 20, "Chinese numerals"),
    ("不予公开9件：内部的管理琐事3件，行政查询5件。", "内部的管理琐事3", 4, "one of two parts"),
    ("41件里个人28件、企业7件、科研机构5件。", "41", 40, "the head, when its parts agree"),
    ("新收40件，个人29件，企业7件，科研机构5件。", "29", 28, "a part of free wording"),
    ("新收40件。办理都很及时。新收的申请人为个人28件、企业8件、科研机构5件。", "企业8", 7, "a row whose head is far before it"),
    ("公开的20件，个人12件、企业5件、科研机构4件。", "4", 3, "an outcome by its applicants"),
]
FREE = [
    ("办结40件：给了材料的20件，不予公开9件，重复申请8件，逾期不补正3件。", "all agree"),
    ("办结40件：给了材料的20件，其中涉及渡槽的6件；不予公开9件；其余11件是重复的8件、逾期不补正的3件。", "parts of parts"),
    ("新收40件，个人28件，其余12件由单位提出。", "the rest together"),
    ("新收40件，个人28件，走网上平台的31件。", "ways to apply are no part"),
    ("新收40件，个人28件，涉及渡槽改造的15件。", "an unknown figure far from what is left"),
    ("新收40件。个人28件、企业7件。", "a row that names some only"),
    ("不予公开9件，内部事务4件；制发文件7份。", "documents are no part"),
    ("公开类20件：个人12件、企业5件、科研机构3件；不公开类9件：内部事务4件、行政查询5件。", "two lists side by side"),
]


def _odd(text: str) -> list[tuple[str, int]]:
    cells = read_cells(report_saying(text, cells=_LARGER))
    return [(one.odd.figure.text, int(one.expected)) for one in divisions_of(cells) if one.odd is not None]


@pytest.mark.parametrize(("text", "words", "expected", "why"), ODD)
def test_the_odd_figure_of_a_list_is_held_against_what_the_others_leave(text: str, words: str, expected: int, why: str) -> None:
    report = report_saying(text, cells=_LARGER)
    start = text.index(words) + len(words)
    found = [item for item in found_in(report, last_year()) if item.start <= start - 1 < item.end and item.expected]
    assert str(expected) in [item.expected for item in found], why
    assert "error" not in [item.severity for item in found if item.code.startswith("text-")], why


@pytest.mark.parametrize(("text", "why"), FREE)
def test_a_list_that_some_assignment_explains_has_no_odd_figure(text: str, why: str) -> None:
    assert _odd(text) == [], why


_NONE: dict[str, int | str] = dict.fromkeys(_LARGER, 0)
OTHERWISE = [
    (  # not what was carried out
        "全年来了4件，都是村民的，上年没有遗留。3件办好：公开1件，行政查询1件不公开，让他去不动产中心查。", "2",
        {"new": 4, "granted": 2, "refused_administrative_query": 1, "carried_out": 1},
    ),
    (  # not one reason of several
        "办结的20件：公开14件；不公开的是3件执法案卷；不予处理1件，一件是信访，一件是重复；其他处理1件。", "2",
        {
            "new": 20, "granted": 14, "refused_enforcement_file": 3, "unprocessed_petition": 1, "unprocessed_repeat": 1,
            "other_other": 1,
        },
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected", "rows"), OTHERWISE)
def test_no_assignment_takes_an_outcome_for_another_part(text: str, expected: str, rows: dict[str, int]) -> None:
    cells = _NONE | {f"applications.{row}.natural_person": value for row, value in rows.items()}
    assert expected in [item.expected for item in found_in(report_saying(text, cells=cells), last_year())]


def test_a_sum_behind_a_row_of_semicolons_is_held_against_it() -> None:
    text = "自然人10件，企业2件，这是本年的%d件；自然人1件，这是上年结转的；合起来13件。"
    assert "list-does-not-add-up" in [item.code for item in found_in(report_saying(text % 22), last_year())]
    assert found_in(report_saying(text % 12), last_year()) == []


def test_figures_of_each_are_held_against_one_part() -> None:
    cells = _LARGER | {"applications.new.business": 5}
    text = "新收38件，个人28件，企业、科研机构各%d件。"
    assert found_in(report_saying(text % 5, cells=cells), last_year()) == []
    assert [item.expected for item in found_in(report_saying(text % 6, cells=cells), last_year())] == ["5"]


def test_wholes_are_made_up_by_their_parts() -> None:
    wholes = Wholes(report_saying("", cells=_LARGER).figures)
    assert all(sum(whole.leaves.values()) == whole.value == value for value in wholes.values for whole in wholes.of(value))
    assert {frozenset(whole.leaves) for whole in wholes.of(Decimal(40))} >= {
        frozenset(("natural_person", "business", "research"))
    }


def test_a_table_that_does_not_add_up_divides_nothing() -> None:
    report = report_saying("", cells=_LARGER)
    address = next(cell for cell in report.form.cells if cell.row == "new" and cell.column == "total")
    wholes = Wholes(report.with_value(address, 90).figures)
    assert not any(whole.names == {"new"} for value in wholes.values for whole in wholes.of(value))


def test_a_list_of_unknown_words_first_is_no_sum_where_the_tables_divide_its_head() -> None:
    text = "办结40件，其中渡槽类22件，其中公开20件、不予公开9件、重复申请8件、逾期不补正3件。"
    assert found_in(report_saying(text, cells=_LARGER), last_year()) == []
    wrong = text.replace("公开20件", "公开26件")
    assert found_in(report_saying(wrong, cells=_LARGER), last_year()) != []


def test_a_figure_that_its_own_words_make_an_error_stays_one_in_a_list() -> None:
    text = "全年办结政府信息公开申请%d件，其中予以公开%d件，不予公开9件，重复申请8件，逾期不补正3件。"
    assert found_in(report_saying(text % (40, 20), cells=_LARGER), last_year()) == []
    found = found_in(report_saying(text % (40, 26), cells=_LARGER), last_year())
    assert ("text-outcome", "error", "20") in [(item.code, item.severity, item.expected) for item in found]
