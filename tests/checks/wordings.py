"""A township whose tables hold known figures, and what the rules on text find when it says a sentence.

云水县清河镇 is invented. 2024: new 12, carried in 1, handled 11, carried out 2; granted 5, partly 1, refused 2, unavailable 1,
unprocessed 1, other 1; 行政复议 3 (upheld 2, corrected 1), 行政诉讼 2 (one direct, one after 复议, both upheld); 规范性文件
issued 3, repealed 1, valid 8; permits 25, penalties 41, coercion 3, charges 2.4 万元. 2023: new 8, handled 7, carried out 1.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from toolkit.checks.catalogue import Case, all_rules
from toolkit.checks.finding import Finding
from toolkit.forms import Address, form_for_year
from toolkit.report import Channel, Figures, Narrative, Organ, Report, Value

ORGAN = Organ(name="云水县清河镇人民政府")
TEXT_GROUPS = ("文字与表格",)
_CELLS: dict[str, int | str] = {
    "applications.new.natural_person": 10, "applications.new.business": 2, "applications.carried_in.natural_person": 1,
    "applications.granted.natural_person": 4, "applications.granted.business": 1, "applications.partly_granted.natural_person": 1,
    "applications.refused_third_party.natural_person": 1, "applications.refused_internal_affairs.business": 1,
    "applications.unavailable_not_held.natural_person": 1, "applications.unprocessed_repeat.natural_person": 1,
    "applications.other_other.natural_person": 1, "applications.carried_out.natural_person": 2,
    "disputes.review.upheld": 2, "disputes.review.corrected": 1, "disputes.direct_lawsuit.upheld": 1,
    "disputes.lawsuit_after_review.upheld": 1, "documents.normative.issued": 3, "documents.normative.repealed": 1,
    "documents.normative.valid": 8, "permits.permits.decisions": 25, "enforcement.penalties.decisions": 41,
    "enforcement.coercion.decisions": 3, "fees.fees.amount_wan": "2.4",
}  # fmt: skip
_LAST: dict[str, int | str] = {
    "applications.new.natural_person": 8, "applications.granted.natural_person": 7, "applications.carried_out.natural_person": 1,
    "disputes.review.upheld": 1, "documents.normative.issued": 2, "permits.permits.decisions": 20,
}  # fmt: skip


def figures(year: int, cells: dict[str, int | str]) -> Figures:
    """All cells 0 but these; totals are computed."""
    from decimal import Decimal

    form = form_for_year(year)
    given: dict[Address, Value] = {address: 0 for address in form.cells if address not in form.sums}
    given |= {Address.parse(path): Decimal(value) if isinstance(value, str) else value for path, value in cells.items()}
    return Figures(form, given)


@cache
def clean(year: int = 2024) -> Report:
    """The township of the module's docstring, without text but for the fee."""
    narrative = Narrative(other="本年度未收取信息处理费（0元）。")
    return Report(year=year, organ=ORGAN, figures=figures(year, _CELLS), narrative=narrative)


@cache
def last_year() -> Report:
    return Report(year=2023, organ=ORGAN, figures=figures(2023, _LAST))


def report_saying(overview: str, **changes: object) -> Report:
    """The township with this text in part one; ``cells`` changes figures, other names the texts, channels, organ."""
    base = clean()
    if cells := changes.pop("cells", None):
        assert isinstance(cells, dict)
        base = replace(base, figures=figures(base.year, _CELLS | cells))
    if (channels := changes.pop("channels", None)) is not None:
        assert isinstance(channels, tuple)
        base = replace(base, channels=tuple(Channel(name=name, count=count) for name, count in channels))
    if (organ := changes.pop("organ", None)) is not None:
        assert isinstance(organ, Organ)
        base = replace(base, organ=organ)
    texts = {"overview": overview} | {key: str(value) for key, value in changes.items()}
    return replace(base, narrative=base.narrative.model_copy(update=texts))


def found_in(report: Report, last: Report | None = None) -> list[Finding]:
    """What the rules of this part find; a text that is one sentence says nothing of most things, so not ``text-silent``."""
    case = Case(report, last)
    rules = [item for item in all_rules() if item.group in TEXT_GROUPS or item.code == "growth-misquoted"]
    return [finding for item in rules if item.code != "text-silent" for finding in item.check(case)]


def codes_in(overview: str, **changes: object) -> list[tuple[str, str]]:
    """Code and severity of each finding."""
    return [(item.code, item.severity) for item in found_in(report_saying(overview, **changes), last_year())]
