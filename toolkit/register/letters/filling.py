"""Fill in a letter: the ``{{申请编号}}`` of a Word template become what the register says of a request.

In: the bytes of a .docx, values by field name. Out: the bytes of the letter. A name that Word has cut into several runs is found
all the same, and the style of its first letter is kept. An unknown name is refused with the list of available ones.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from docx import Document

from toolkit.core.errors import UsageError
from toolkit.register.deadlines import deadline
from toolkit.register.ledger.writing import in_words
from toolkit.register.requests import FIELDS, Request
from toolkit.register.working_days import WorkCalendar

_FIELD = re.compile(r"\{\{\s*([^{}]+?)\s*\}\}")
OWN_FIELDS = ("机关名称", "今天", "答复期限", "办理结果说法")  # beside those of the register


def values_of(request: Request, organ: str, calendar: WorkCalendar, today: date) -> dict[str, str]:
    """Every field of a letter by its name; blanks are empty text, days are written 2022年3月5日."""
    values = {field.label: _shown(in_words(field, request)) for field in FIELDS if field.kind not in ("parts", "disputes")}
    due = deadline(request, calendar, today).due_on
    spoken = re.sub(r"[（(][一二三四五六]+[)）]|\d\.", "", values["办理结果"])
    return values | {"机关名称": organ, "今天": _shown(today), "答复期限": _shown(due or ""), "办理结果说法": spoken}


def field_names() -> tuple[str, ...]:
    """The names that a template may use."""
    return (*OWN_FIELDS, *(field.label for field in FIELDS if field.kind not in ("parts", "disputes")))


def fill_letter(template: bytes, values: Mapping[str, str], name: str = "模板") -> bytes:
    """The letter of a template.

    Raises:
        UsageError: not a Word file, or an unknown field.
    """
    try:
        document = Document(io.BytesIO(template))
    except Exception as error:  # python-docx raises what its parsing happens to meet
        raise UsageError(f"{name} 打不开：应为 Word 文档（.docx）") from error
    paragraphs = list(_paragraphs(document))
    unknown = {found for paragraph in paragraphs for found in _FIELD.findall(paragraph.text)} - values.keys()
    if unknown:
        raise UsageError(f"{name} 里的栏目名 {'、'.join(sorted(unknown))} 认不得；可用的有：{'、'.join(values)}")
    for paragraph in paragraphs:
        _fill(paragraph, values)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _paragraphs(document: Any) -> Iterator[Any]:
    """The paragraphs of body, tables, headers and footers."""
    parts = [document, *(part for section in document.sections for part in (section.header, section.footer))]
    for part in parts:
        yield from part.paragraphs
        for table in part.tables:
            for row in table.rows:
                for cell in row.cells:
                    yield from cell.paragraphs


def _fill(paragraph: Any, values: Mapping[str, str]) -> None:
    """Replace the names from the last to the first, so that the places of the others stay as they are."""
    for match in reversed(list(_FIELD.finditer("".join(run.text for run in paragraph.runs)))):
        at, text = 0, values[match[1]]
        for run in paragraph.runs:
            start, end = max(match.start() - at, 0), min(match.end() - at, len(run.text))
            at += len(run.text)
            if start < end:
                run.text = run.text[:start] + text + run.text[end:]
                text = ""  # the other runs of the name only lose their part of it


def _shown(value: Any) -> str:
    return f"{value.year}年{value.month}月{value.day}日" if isinstance(value, date) else str(value)
