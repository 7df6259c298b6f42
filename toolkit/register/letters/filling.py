"""Fill in a letter: the ``{{申请编号}}`` of a Word template become what the register says of a request.

In: the bytes of a .docx, values by field name. Out: the bytes of the letter. A name that Word has cut into several runs is found
all the same, also in text boxes, nested tables, links, headers, footers, footnotes, endnotes and comments, and the style of its
first letter is kept. A name that is misspelt or unknown is refused with the nearest one, and with the list of those there are.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from typing import Any

from docx import Document
from docx.opc.oxml import serialize_part_xml
from docx.opc.part import Part, XmlPart
from docx.oxml.ns import qn
from docx.oxml.parser import parse_xml
from docx.text.run import Run

from toolkit.core.dates import chinese_date
from toolkit.core.errors import UsageError
from toolkit.register.deadlines import deadline
from toolkit.register.ledger.writing import in_words
from toolkit.register.requests import SINGLE_FIELDS, Request
from toolkit.register.working_days import WorkCalendar

_FIELD = re.compile(r"\{\{\s*([^{}\n]+?)\s*\}\}")
_BRACES = re.compile(r"[{｛]{1,2}\s*([^{}｛｝\n]{2,12}?)\s*[}｝]{1,2}")
# the other pair of braces is in another paragraph, or missing
_LEFT_OPEN = re.compile(r"((?:\{\{|｛｛)[^\n]{0,12}|[^\n{]{0,12}(?:\}\}|｝｝))")
_OTHER_MARKS = re.compile(r"(?:\$\{|<<|«)\s*([^\n{}<>«»]{2,12}?)\s*(?:\}|>>|»)")  # as other programs mark a field
_RUNS = "./w:r | ./w:hyperlink/w:r | ./w:ins/w:r | ./w:smartTag/w:r | ./w:sdt/w:sdtContent/w:r"
_NOTES = ("/footnotes", "/endnotes", "/comments")  # ends of the types of relationship
_BLANK = "＿＿＿＿"
OWN_FIELDS = {
    "机关名称": "本单位全称，取自最近一年的年报",
    "今天": "做文书的日期",
    "答复期限": "按《条例》算得的到期日",
    "办理结果说法": "办理结果，不带序号",
}  # beside those of the register


def values_of(request: Request, organ: str, calendar: WorkCalendar, today: date) -> dict[str, str]:
    """Every field of a letter by its name; blanks are empty text, days are written 2022年3月5日."""
    values = {field.label: _text_of_value(in_words(field, request)) for field in SINGLE_FIELDS}
    due = deadline(request, calendar, today).due_on
    spoken = re.sub(r"[（(][一二三四五六][)）]|\d\.", "", values["办理结果"])
    return values | {
        "机关名称": organ,
        "今天": chinese_date(today),
        "答复期限": _text_of_value(due or ""),
        "办理结果说法": spoken,
    }


def field_names() -> tuple[str, ...]:
    """The names that a template may use."""
    return (*OWN_FIELDS, *(field.label for field in SINGLE_FIELDS))


def fill_letter(template: bytes, values: Mapping[str, str], name: str = "模板") -> bytes:
    """The letter of a template; a field that the request leaves blank becomes a line to write on.

    Raises:
        UsageError: not a Word file, or a field that is misspelt or unknown.
    """
    document = _document(template, name)
    notes = _notes(document)
    lines = list(_lines(document, notes.values()))
    _refuse_mistakes([_text(runs) for runs in lines], list(values), name)
    for runs in lines:
        _fill(runs, values)
    for part, element in notes.items():
        if not isinstance(part, XmlPart):  # of which python-docx keeps bytes
            part._blob = serialize_part_xml(element)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def blank_fields(template: bytes, values: Mapping[str, str]) -> tuple[str, ...]:
    """The fields of a template that have no value, in the order of the page."""
    used = (field for runs in _lines_of(template) for field in _FIELD.findall(_text(runs)))
    return tuple(dict.fromkeys(field for field in used if not values.get(field)))


def has_fields(template: bytes) -> bool:
    return any(_FIELD.search(_text(runs)) for runs in _lines_of(template))


def _lines_of(template: bytes) -> Iterator[list[Run]]:
    document = _document(template, "模板")
    return _lines(document, _notes(document).values())


def _document(template: bytes, name: str) -> Any:
    try:
        return Document(io.BytesIO(template))
    except Exception as error:  # python-docx raises what its parsing happens to meet
        raise UsageError(f"{name} 打不开：应为 Word 文档（.docx）") from error


def _refuse_mistakes(texts: Iterable[str], names: Sequence[str], name: str) -> None:
    """Refuse names that are unknown, with the nearest one, and known names in braces that are no pair of two.

    Raises:
        UsageError: there are some.
    """
    whole = "\n".join(texts)
    if unknown := sorted(set(_FIELD.findall(whole)) - set(names)):
        near = {field: get_close_matches(field, names, 1, 0.5) for field in unknown}
        hints = "".join(f"；“{field}”是不是“{similar[0]}”" for field, similar in near.items() if similar)
        raise UsageError(f"{name} 里的栏目名 {'、'.join(unknown)} 认不得；可用的有：{'、'.join(names)}{hints}")
    rest = _FIELD.sub("", whole)
    braces = dict.fromkeys(match[0] for match in _BRACES.finditer(rest) if match[1] in names)
    braces |= dict.fromkeys(match[1] for match in _LEFT_OPEN.finditer(_BRACES.sub("", rest)))
    braces |= dict.fromkeys(match[0] for match in _OTHER_MARKS.finditer(rest) if match[1] in names)
    if braces:
        raise UsageError(
            f"{name} 里的 {'、'.join(braces)} 没有填：栏目名两边各写两个半角花括号，写在同一段里，如 {{{{申请编号}}}}"
        )


def _notes(document: Any) -> dict[Part, Any]:
    """The footnotes, endnotes and comments of a document: each part with its XML."""
    parts = [relation.target_part for relation in document.part.rels.values()
             if not relation.is_external and relation.reltype.endswith(_NOTES)]  # fmt: skip
    return {part: part.element if isinstance(part, XmlPart) else parse_xml(part.blob) for part in parts}


def _lines(document: Any, notes: Iterable[Any]) -> Iterator[list[Run]]:
    """The runs of every paragraph: of body, tables, text boxes, headers and footers, and of the notes."""
    bodies = [document.element.body, *notes]
    for section in document.sections:
        parts = (section.header, section.footer, section.first_page_header, section.first_page_footer,
                 section.even_page_header, section.even_page_footer)  # fmt: skip
        bodies += [part._element for part in parts if not part.is_linked_to_previous]
    for body in bodies:
        for paragraph in body.iter(qn("w:p")):
            yield [Run(run, document) for run in paragraph.xpath(_RUNS)]


def _text(runs: Iterable[Run]) -> str:
    return "".join(run.text for run in runs)


def _fill(runs: list[Run], values: Mapping[str, str]) -> None:
    """Replace the names from the last to the first, so that the places of the others stay as they are."""
    for match in reversed(list(_FIELD.finditer(_text(runs)))):
        at, text = 0, values[match[1]] or _BLANK
        for run in runs:
            start, end = max(match.start() - at, 0), min(match.end() - at, len(run.text))
            at += len(run.text)
            if start < end:
                run.text = run.text[:start] + text + run.text[end:]
                text = ""  # the other runs of the name only lose their part of it


def _text_of_value(value: Any) -> str:
    return chinese_date(value) if isinstance(value, date) else str(value)
