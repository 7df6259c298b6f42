"""Findings for people: in Chinese, the gravest first, with the sentence and the words meant, and counts at the end.

In: what ``check_files`` yields. Out: lines of text with a severity each, and rows of the two tables that end a folder.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from toolkit.checks.catalogue import all_rules
from toolkit.checks.finding import SEVERITY_NAMES, Finding, Severity, count_by_severity
from toolkit.checks.running import FileFindings
from toolkit.core.text import visible
from toolkit.forms import form_for_year

Tone = Literal["file", "error", "warning", "notice", "quote", "mend", "remark", "plain"]
_MOST_SHOWN = 40  # findings of one file
_MOST_BLANKS = 6  # of one table, listed one by one


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line and what it is, so that a screen can colour it."""

    text: str
    tone: Tone = "plain"


def lines_for(checked: FileFindings) -> Iterator[TextLine]:
    """The lines printed for one file; empty without findings."""
    if checked.problem is not None:
        yield TextLine(f"{checked.file}：读不出来", "error")
        yield from (TextLine(f"  {problem}") for problem in checked.problem.problems)
        return
    if not checked.findings:
        return
    yield TextLine(f"{checked.file}（{visible(checked.title)}）", "file")
    for mend in checked.mends:
        yield TextLine(f"  ▶ {mend.sentence}" + (f"（{mend.why}）" if mend.why else ""), "mend")
    findings = _blanks_together(checked)
    for finding in findings[:_MOST_SHOWN]:
        yield from _finding_lines(finding)
    if len(findings) > _MOST_SHOWN:
        yield TextLine(f"  ……还有 {len(findings) - _MOST_SHOWN} 处，改正以上各处后再校验一次；全部结果见 --json", "remark")


def _blanks_together(checked: FileFindings) -> list[Finding]:
    """The findings with the blank cells of a table in one, when there are many: a table not begun is one thing to do."""
    tables = form_for_year(checked.year).table_by_key
    blanks: dict[str, list[Finding]] = {}
    for finding in checked.findings:
        if finding.code == "cell-blank" and not finding.found:
            blanks.setdefault(tables[finding.table].name, []).append(finding)
    together = {name: _finding_on_blanks(name, cells) for name, cells in blanks.items() if len(cells) > _MOST_BLANKS}
    place = {id(cell): name for name in together for cell in blanks[name]}
    findings = [together.pop(place[id(finding)], None) if id(finding) in place else finding for finding in checked.findings]
    return [finding for finding in findings if finding is not None]


def _finding_on_blanks(name: str, cells: Sequence[Finding]) -> Finding:
    first, last = cells[0].message.removesuffix("：还没有填写"), cells[-1].message.removesuffix("：还没有填写")
    message = f"{name}：{len(cells)} 格还没有填写，从“{first.removeprefix(name).strip()}”到“{last.removeprefix(name).strip()}”"
    return replace(cells[0], message=message)


def _finding_lines(finding: Finding) -> Iterator[TextLine]:
    line = f"第 {finding.line} 行　" if finding.line else ""
    yield TextLine(f"  {SEVERITY_NAMES[finding.severity]}　{line}{finding.message}　[{finding.code}]", finding.severity)
    if finding.quote and finding.quote.strip("【】") != finding.found:
        yield TextLine(f"        原文：{finding.quote}", "quote")
    if finding.confirmed:
        yield TextLine(f"        已确认：{finding.confirmed}", "remark")
    elif finding.next_step:
        yield TextLine(f"        {finding.next_step}", "remark")


def remark_lines(every: Sequence[FileFindings]) -> Iterator[TextLine]:
    """What could not be compared: each sentence once, with the number of files it is true of."""
    for remark, number in Counter(remark for checked in every for remark in checked.remarks).items():
        yield TextLine(f"说明：{remark}" + (f"（{number} 份）" if len(every) > 1 else ""), "remark")


def summary(every: Sequence[FileFindings]) -> str:
    """One line: how many files, errors, warnings, notices."""
    findings = [finding for checked in every for finding in checked.findings]
    counts = count_by_severity(findings)
    confirmed = sum(bool(finding.confirmed) for finding in findings)
    parts = [f"{SEVERITY_NAMES[severity]} {number}" for severity, number in counts.items()]
    parts[1] += f"（已确认 {confirmed}）" if confirmed else ""
    unreadable = sum(checked.problem is not None for checked in every)
    read = len(every) - unreadable
    return f"共校验 {read} 份：{'，'.join(parts)}" + (f"；读不出 {unreadable} 份" if unreadable else "")


def by_organ(every: Sequence[FileFindings]) -> list[tuple[str, ...]]:
    """Rows: organ, year, errors, warnings, notices, the three commonest codes; organs without findings are left out.

    Of several files of one organ, such as copies, each has its name behind the organ.
    """
    files = Counter((checked.organ, checked.year) for checked in every)
    rows = []
    for checked in every:
        if checked.findings:
            counts = count_by_severity(checked.findings)
            codes = Counter(item.code for item in checked.findings).most_common(3)
            named = "、".join(f"{code}{f'×{number}' if number > 1 else ''}" for code, number in codes)
            file = f"（{checked.file.name}）" if files[checked.organ, checked.year] > 1 else ""
            rows.append((checked.organ + file, str(checked.year), *(str(n) for n in counts.values()), named))
    return sorted(rows, key=lambda row: [-int(number) for number in row[2:5]])


def by_code(every: Sequence[FileFindings]) -> list[tuple[str, ...]]:
    """Rows: code, worst severity, places, organs, the rule's sentence; in the order of the catalogue."""
    found: dict[str, list[tuple[str, Severity]]] = {}
    for checked in every:
        for finding in checked.findings:
            found.setdefault(finding.code, []).append((str(checked.file), finding.severity))
    rules = {item.code: item for item in all_rules()}
    order = [code for code in rules if code in found] + [code for code in found if code not in rules]
    return [
        (
            code, SEVERITY_NAMES[min((severity for _, severity in found[code]), key=list(SEVERITY_NAMES).index)],
            str(len(found[code])), str(len({file for file, _ in found[code]})), rules[code].sentence if code in rules else "",
        )
        for code in order
    ]  # fmt: skip


def to_json(every: Sequence[FileFindings]) -> list[dict[str, Any]]:
    """The stable list of ``nianbao check --json``; a file that cannot be read gives findings ``params-unreadable``."""
    return [finding.to_json() for checked in every for finding in (*_unreadable(checked), *checked.findings)]


def _unreadable(checked: FileFindings) -> Iterator[Finding]:
    for problem in checked.problem.problems if checked.problem else ():
        yield Finding(
            "params-unreadable", "error", str(problem), expected=problem.expected, found=problem.found,
            where=problem.path, file=str(checked.file), line=problem.line,
        )  # fmt: skip


def exit_code(every: Sequence[FileFindings]) -> int:
    """0 fine, 1 errors among the findings, 2 a file that could not be read."""
    if any(checked.problem is not None for checked in every):
        return 2
    return int(any(finding.severity == "error" for checked in every for finding in checked.findings))
