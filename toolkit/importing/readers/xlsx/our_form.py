"""Read the sheet 基本情况 of our form as a workbook: year, organ, channels.

In: a workbook that openpyxl opened. Out: ``FormFacts``, and observations on what was typed there and cannot be taken.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from toolkit.importing.source import FormFacts
from toolkit.report.model import LARGEST, LEVEL_NAMES, Channel, Organ
from toolkit.report.read_form import Observation
from toolkit.report.workbook_form import CHANNEL_HEADS, FACTS, FACTS_SHEET, MARK


def read_facts(book: Any) -> FormFacts | None:
    """The sheet 基本情况 of our form as a workbook; ``None`` for any other workbook."""
    if str(book.properties.keywords or "") != MARK or FACTS_SHEET not in book.sheetnames:
        return None
    rows = _fact_rows(book)
    answers = {label: row[1] for row in rows for key, label in FACTS if row[0] == label}
    facts = {key: answers.get(label, "") for key, label in FACTS}
    channels = tuple(
        Channel(name=name, count=int(count), approximate=more.strip() == "是")
        for _, name, count, more in _channel_rows(rows)
        if name and _is_count(count)
    )
    level = next((key for key, label in LEVEL_NAMES.items() if label == facts["level"]), "township")
    contact = {key: facts[key] for key in ("office", "address", "phone")}
    if not facts["year"].isdigit():
        return None
    organ = {key: facts[key] for key in ("published_at", "published_on")} | {"name": facts["name"] or "（机关名称）"}
    return FormFacts(int(facts["year"]), Organ.model_validate({**organ, "level": level, "contact": contact}), channels)


def _fact_rows(book: Any) -> list[list[str]]:
    return [[_plain(value) for value in row[:3]] + [""] * (3 - len(row)) for row in book[FACTS_SHEET].iter_rows(values_only=True)]


def _channel_rows(rows: list[list[str]]) -> list[tuple[int, str, str, str]]:
    start = next((at for at, row in enumerate(rows) if row[0] == CHANNEL_HEADS[0]), len(rows))
    return [(at, row[0], row[1], row[2]) for at, row in enumerate(rows[start + 1 :], start + 2)]


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and int(text) < LARGEST


def unread_facts(book: Any) -> list[Observation]:
    """What was typed on the sheet 基本情况 and is not taken: channels without a name or a whole number, an unknown level."""
    rows = _fact_rows(book)
    observations = [
        Observation("channel-unread", f"渠道“{name}”的条数“{count}”没有读入，应有名称和整数",
               f"工作表“{FACTS_SHEET}”第 {at} 行", found=count, next_step="请补上名称，条数只填整数；“余”“约”填在第三列")
        for at, name, count, _ in _channel_rows(rows) if (name or count) and not (name and _is_count(count))
    ]  # fmt: skip
    label = dict(FACTS)["level"]
    level = next((row[1] for row in rows if row[0] == label), "")
    if level not in LEVEL_NAMES.values():
        names = "、".join(LEVEL_NAMES.values())
        message, place = f"层级“{level}”不认识，暂记为乡镇", f"工作表“{FACTS_SHEET}”"
        observations.append(Observation("level-unknown", message, place, found=level, next_step=f"请从{names}中选一个"))
    return observations


def _plain(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    return "" if value is None else str(value).strip()
