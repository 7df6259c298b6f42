"""One thing that a rule found in a report, in the clerk's language."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any, Literal

from toolkit.core.text import visible
from toolkit.forms import Address, Form, Table, row_label

Severity = Literal["error", "warning", "notice"]
SEVERITY_NAMES: dict[Severity, str] = {"error": "错误", "warning": "警告", "notice": "提示"}
_ORDER: dict[str, int] = {"error": 0, "warning": 1, "notice": 2}
_TEXT_ORDER = {
    "narrative.title": -3,
    "organ": -2,
    "narrative.preamble": -1,
    "narrative.overview": 0,  # the tables, 1, come behind it
    "narrative.problems": 2,
    "narrative.other": 3,
}
_LONGEST_QUOTE = 90  # characters of a sentence that is shown
MOST_QUOTED = 400  # characters on either side of the words meant in which it begins and ends
_SENTENCE_END = "。！？；\n"
_ENDS = re.compile(f"[{_SENTENCE_END}]")


@dataclass(frozen=True, slots=True)
class Finding:
    """What, where, both sides, next step.

    ``table``, ``row``, ``column`` are keys of the form; for text ``where`` is the path (``narrative.overview``) and
    ``start``/``end`` the words meant, as offsets into that text. ``expected`` and ``found`` are the two sides.
    ``repair`` is the value a cell would have after the offered mend, as text; ``edits`` are the mend of a text.
    """

    code: str
    severity: Severity
    message: str
    table: str = ""
    row: str = ""
    column: str = ""
    expected: str = ""
    found: str = ""
    where: str = ""
    start: int = -1
    end: int = -1
    next_step: str = ""
    repair: str = ""
    edits: tuple[tuple[int, int, str], ...] = ()  # what the form offers to change in the text: from, to, words instead
    quote: str = ""  # the sentence of the text, the words meant in 【】
    confirmed: str = ""  # the reason, when a person confirmed a warning
    file: str = ""
    line: int = 0

    def __hash__(self) -> int:
        """Of what tells most findings apart: every key of a clerk looks up a hundred of them."""
        return hash((self.code, self.where, self.start, self.message))

    @property
    def place(self) -> str:
        """What a confirmation names: ``fees.fees.amount_wan`` or ``narrative.overview``."""
        return self.where or ".".join(filter(None, (self.table, self.row, self.column)))

    def to_json(self) -> dict[str, Any]:
        """The stable form of ``nianbao check --json``: the nine keys always, the others when they say something."""
        values = asdict(self)
        if self.where.startswith("figures."):  # a table as a whole, or one of another edition, which the form does not have
            values["table"] = self.table or self.where.split(".")[1]
        always = ("code", "severity", "file", "table", "row", "column", "message", "expected", "found")
        extra = {key: value for key, value in values.items() if key not in always and value not in ("", -1, 0, ())}
        return {key: values[key] for key in always} | extra


def sort_findings(findings: Iterable[Finding], form: Form | None = None) -> list[Finding]:
    """Errors, then warnings, then notices; within them in the order of print when the form is given."""
    cells = form.places if form else {}

    def place(finding: Finding) -> tuple[int, int, int]:
        severity = _ORDER[finding.severity]
        if form is None:
            return severity, 0, 0
        if finding.table:
            return severity, 1, cells.get(Address(finding.table, finding.row, finding.column), 0)
        group = finding.where.partition(".")[0]
        return severity, _TEXT_ORDER.get(finding.where, _TEXT_ORDER.get(group, 4)), finding.start

    return sorted(findings, key=place)


def marked_sentence(text: str, start: int, end: int) -> str:
    """The sentence around ``text[start:end]`` with these words in 【】, shortened at both ends when it is long."""
    first = max([text.rfind(mark, max(0, start - MOST_QUOTED), start) for mark in _SENTENCE_END]) + 1
    behind = _ENDS.search(text, end, end + MOST_QUOTED)
    last = behind.end() if behind else min(len(text), end + MOST_QUOTED)
    before, words, after = text[first:start].lstrip(), visible(text[start:end]), text[end:last].rstrip()
    room = max(_LONGEST_QUOTE - len(words), 20) // 2
    if len(before) > room:
        before = "……" + before[-room:]
    if len(after) > room:
        after = after[:room] + "……"
    return f"{before}【{words}】{after}"


def edited(text: str, edits: Iterable[tuple[int, int, str]]) -> str:
    """A text with the edits of a finding made; places count in ``text``."""
    out, at = [], 0
    for start, end, words in sorted(edits):
        out += [text[at:start], words]
        at = max(at, end)
    return "".join((*out, text[at:]))


def has_errors(findings: Iterable[Finding]) -> bool:
    return any(finding.severity == "error" for finding in findings)


def count_by_severity(findings: Iterable[Finding]) -> dict[Severity, int]:
    """How many errors, warnings and notices."""
    counts = Counter(finding.severity for finding in findings)
    return {severity: counts[severity] for severity in SEVERITY_NAMES}


def number_text(value: int | Decimal) -> str:
    """A figure as people write it: no exponent, a true minus sign."""
    text = str(value) if isinstance(value, int) else format(value, "f")
    return text.replace("-", "−")


def line_name(form: Form, table: Table, key: str, along: str) -> str:
    """A row or column in words: ``总计列``, ``（一）予以公开行``."""
    if along == "row":
        return f"{row_label(table, table.row_by_key[key])}行"
    return f"{table.column_by_key[key].label}列"


def cell_finding(form: Form, address: Address, code: str, severity: Severity, message: str, **more: Any) -> Finding:
    """A finding about one cell; the message begins with the cell's name."""
    return Finding(code, severity, f"{form.label(address)}：{message}", address.table, address.row, address.column, **more)
