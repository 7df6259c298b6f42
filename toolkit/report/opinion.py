"""The opinion of the superior office on a report it returned (审核意见): its items, and how the organ answered each.

In: the JSON beside a params file (``.松石镇.yaml.review``), or the same text from the attached DOCX. Out: a frozen
``Opinion``, and for each of its items whether the report changed there or gives a reason.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from toolkit.core.errors import ParamsUnreadable, Problem
from toolkit.core.files import save_bytes
from toolkit.report.model import SUBJECT_LENGTH, VERSUS, Confirmation, Frozen, Report, value_text

OPINION_MIME = "application/vnd.nianbao.opinion+json"
OPEN_CODE = "review-open"  # the rule that shows items without an answer; a confirmation of it is an answer
Done = Literal["changed", "answered", "open"]
DONE_NAMES: dict[Done, str] = {"changed": "已改", "answered": "已说明", "open": "没有改，也没有说明"}


class OpinionItem(Frozen):
    """One thing that is asked for.

    ``code`` is the rule that found it, "" for a remark of the officer. ``place`` is a cell (``table.row.column``), a text
    (``narrative.overview``) or "" for the report as a whole; ``value`` is the text there.
    """

    number: int = Field(ge=1)
    message: str = Field(min_length=1, max_length=2000)
    code: str = ""
    severity: Literal["error", "warning"] = "warning"
    place: str = ""
    value: str = ""
    next_step: str = ""


class Opinion(Frozen):
    """审核意见单 as data: organ, version of the report, the day to answer by, and the items."""

    year: int
    organ: str = Field(min_length=1)
    round: int = Field(ge=1)  # 第几次退回
    digest: str  # SHA-256 of the canonical params that were returned
    returned_on: date
    answer_by: date
    office: str  # who returns it
    officer: str = ""
    items: tuple[OpinionItem, ...] = Field(min_length=1, max_length=500)


@dataclass(frozen=True, slots=True)
class Answer:
    """How the organ answered one item, with the sentence for the letter."""

    item: OpinionItem
    done: Done
    words: str


def opinion_path(params: Path) -> Path:
    """Where the opinion on a params file is kept: hidden beside it, as its journal is."""
    return params.with_name(opinion_name(params.name))


def opinion_name(params: str) -> str:
    """The name of the opinion's file beside a params file of a name."""
    return f".{params}.review"


def read_opinion(raw: bytes) -> Opinion:
    """An opinion from its JSON.

    Raises:
        ParamsUnreadable: it is not an opinion.
    """
    try:
        return Opinion.model_validate_json(raw)
    except ValidationError as error:
        raise ParamsUnreadable([Problem("", "审核意见单附带的数据", "读不出来", "审核意见")]) from error


def opinion_beside(params: Path) -> Opinion | None:
    """The opinion kept beside a params file; ``None`` when there is none or it cannot be read."""
    try:
        return read_opinion(opinion_path(params).read_bytes())
    except (OSError, ParamsUnreadable):
        return None


def save_opinion(opinion: Opinion, params: Path) -> Path:
    """Keep an opinion beside the params file it is about."""
    path = opinion_path(params)
    save_bytes(path, opinion.model_dump_json(indent=1).encode("utf-8"))
    return path


def value_at(report: Report, place: str) -> str:
    """What a report says at a place, as text; "" for a blank and for the report as a whole."""
    root, _, rest = place.partition(".")
    if root in ("narrative", "organ"):
        value: object = getattr(report, root)
        for name in rest.split("."):
            value = getattr(value, name, "")
        return str(value)
    address = report.form.cell(place)
    return value_text(report.figures[address]) if address else ""


def place_label(report: Report, place: str) -> str:
    """A place in the clerk's words: the cell's label, the heading of a text."""
    name = place.removeprefix("narrative.")
    if place.startswith("narrative.") and name in report.form.part_by_key:
        return report.form.part(name).heading
    address = report.form.cell(place)
    return report.form.label(address) if address else ""


def answers(opinion: Opinion, report: Report, found: Container[tuple[str, str]] | None = None) -> tuple[Answer, ...]:
    """What a report, changed since, answers to each item of an opinion.

    Args:
        found: code and place of its present findings; one that no longer occurs counts as resolved, wherever the change was.
    """
    return tuple(_answer(opinion, item, report, found) for item in opinion.items)


def answer_place(opinion: Opinion, item: OpinionItem) -> str:
    """What a confirmation names to answer an item: its cell or text, else its number."""
    return item.place or f"review.{opinion.round}.{item.number}"


def _answer(opinion: Opinion, item: OpinionItem, report: Report, found: Container[tuple[str, str]] | None) -> Answer:
    now, place = value_at(report, item.place), answer_place(opinion, item)
    if item.place and now != item.value:
        is_text = item.place.startswith("narrative.")
        return Answer(item, "changed", "文字已改" if is_text else f"由 {item.value or '空'} 改为 {now or '空'}")
    if item.code and found is not None and (item.code, item.place) not in found:
        return Answer(item, "changed", "校验不再发现这一问题")
    reason = next((each.reason for each in report.confirmed if _is_about(each, item, place)), "")
    return Answer(item, "answered", reason) if reason else Answer(item, "open", DONE_NAMES["open"])


def _is_about(confirmed: Confirmation, item: OpinionItem, place: str) -> bool:
    """Whether a confirmation answers an item: of the item, which it quotes (several may be about one text), or of its rule."""
    if confirmed.where.removeprefix("figures.") != place:
        return False
    if confirmed.code != OPEN_CODE:
        return confirmed.code == item.code
    if VERSUS not in confirmed.about and (item.value or not confirmed.about):  # forms of before quoted the value alone
        return True
    quoted = " ".join(item.message[:SUBJECT_LENGTH].split())
    return f"{VERSUS}{quoted}{VERSUS}" in f"{VERSUS}{confirmed.about}{VERSUS}"
