"""Draft the sentences of part one that state the sums, so that text and tables agree from the start.

In: the summed figures. Out: text for ``narrative``; the clerk writes the rest around it.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from toolkit.forms import Address
from toolkit.report import Figures, Narrative


def draft_narrative(figures: Figures, year: int, area: str) -> Narrative:
    """Part one with the totals of the tables that the edition has; ``area`` is the name of the whole in the text (全县)."""
    form = figures.form
    if not form.has(parts=["overview"]):
        return Narrative()
    lines = ["（一）主动公开", _disclosure(figures, year, area)] if form.has(["documents", "permits", "enforcement"]) else []
    lines += ["（二）依申请公开", _applications(figures, year, area)] if form.has(["applications"]) else []
    lines += [_disputes(figures, area)] if form.has(["disputes"]) else []
    return Narrative(overview="".join(f"{line}\n" for line in lines))


def _number(figures: Figures, table: str, row: str, column: str) -> int | Decimal:
    return figures.number(Address(table, row, column)) or 0


def _disclosure(figures: Figures, year: int, area: str) -> str:
    form = figures.form
    if "issued" in form.columns("documents"):
        issued, repealed, valid = (_number(figures, "documents", "normative", key) for key in ("issued", "repealed", "valid"))
        documents = f"共制发行政规范性文件{issued}件，废止{repealed}件，现行有效{valid}件"
    else:
        made_count, published, total = (
            _number(figures, "documents", "normative", key) for key in ("made", "published", "public_total")
        )
        documents = f"共制作规范性文件{made_count}件，新公开{published}件，对外公开总数{total}件"
    decided = _number(figures, "permits", "permits", "decisions")
    penalties, coercion = (_number(figures, "enforcement", key, "decisions") for key in ("penalties", "coercion"))
    return (
        f"{year}年，{area}各级行政机关{documents}；作出行政许可处理决定{decided}件、"
        f"行政处罚处理决定{penalties}件、行政强制处理决定{coercion}件。"
    )


def _applications(figures: Figures, year: int, area: str) -> str:
    new, carried_in, handled, carried_out = (
        _number(figures, "applications", row, "total") for row in ("new", "carried_in", "total", "carried_out")
    )
    if not (new or carried_in or handled or carried_out):
        return f"{year}年，{area}各级行政机关未收到政府信息公开申请，也没有上年结转的申请。"
    text = f"{year}年，{area}各级行政机关共新收政府信息公开申请{new}件{_applicants(figures)}，上年结转{carried_in}件；"
    return f"{text}办结{handled}件{_outcomes(figures)}，结转下年度继续办理{carried_out}件。"


def _applicants(figures: Figures) -> str:
    kinds = figures.form.applicant_kinds.items()
    return _listed((label, _number(figures, "applications", "new", key)) for key, label in kinds)


def _outcomes(figures: Figures) -> str:
    outcomes = figures.form.outcomes
    return _listed((item.label, sum(_number(figures, "applications", row, "total") for row in item.rows)) for item in outcomes)


def _listed(counts: Iterable[tuple[str, int | Decimal]]) -> str:
    """其中 and every count above zero; empty without any."""
    words = "、".join(f"{label}{count}件" for label, count in counts if count)
    return f"，其中{words}" if words else ""


def _disputes(figures: Figures, area: str) -> str:
    review = _number(figures, "disputes", "review", "total")
    lawsuits = sum(_number(figures, "disputes", row, "total") for row in ("direct_lawsuit", "lawsuit_after_review"))
    if not (review or lawsuits):
        return f"{area}未发生因政府信息公开引起的行政复议、行政诉讼。"
    return f"因政府信息公开引起的行政复议{review}件、行政诉讼{lawsuits}件。"
