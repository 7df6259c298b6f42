"""The catalogue of rules: every rule registers itself here, and ``run_case`` applies them.

A rule is a generator over one ``Case`` that yields findings; its docstring is what the catalogue's page shows: on the
first line the code and the sentence, after ``Source:`` where it comes from. It does not raise, print or stop.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import cache, lru_cache
from importlib import import_module
from itertools import islice
from pkgutil import walk_packages
from typing import Literal

from toolkit.checks.case import Case as Case  # a module of rules imports it with ``rule``
from toolkit.checks.finding import MOST_QUOTED, Finding, marked_sentence, sort_findings
from toolkit.forms import Address
from toolkit.report import Report
from toolkit.report.model import SUBJECT_LENGTH, VERSUS, Confirmation

RULES_VERSION = "2026.5"  # 规则版本: printed on every report; change it when a rule changes what it finds
# the parts of the catalogue
GROUPS = (
    "表内勾稽",
    "与上年衔接",
    "与部门核对",
    "文字与表格",
    "格式与名称",
    "时间",
    "汇总",
    "成品文件",
    "读入的文件",
    "与台账核对",
    "审核意见",
)
_SAME_TEXT = 0.5
_MEASURE = re.compile(r"(\d+) ?(字|%)")
MOST_OF_ONE_RULE = 500  # findings; a form left blank has some 220, more come only from generated texts
Needs = Literal["", "last_year", "siblings", "members", "outputs", "read_form", "register", "opinion"]
_ERRORS_STAY = "错误不能用“确认”代替，须改正"

Check = Callable[[Case], Iterator[Finding]]


@dataclass(frozen=True)
class Rule:
    """One rule of the catalogue.

    It is passed over when the case lacks what it ``needs``, or the form lacks one of its ``tables`` or ``parts``.
    """

    code: str
    check: Check
    group: str
    needs: Needs = ""
    tables: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """The plain sentence of the rule's docstring, without the code."""
        return (self.check.__doc__ or "").strip().splitlines()[0].partition(": ")[2]

    @property
    def source(self) -> str:
        """Where the rule comes from: form, law or practice."""
        match = re.search(r"^\s*Source: (.+?)\s*\Z", self.check.__doc__ or "", re.MULTILINE | re.DOTALL)
        return " ".join(match[1].split()) if match else ""

    def applies(self, case: Case) -> bool:
        if self.needs and not getattr(case, self.needs):
            return False
        return not (self.tables or self.parts) or case.report.form.has(self.tables, self.parts)

    def run(self, case: Case) -> tuple[Finding, ...]:
        """Its findings, up to a bound that only generated texts reach; without file, line and confirmation."""
        return tuple(islice(self.check(case), MOST_OF_ONE_RULE))


_RULES: dict[str, Rule] = {}


def rule(
    code: str, group: str, *, needs: Needs = "", tables: Iterable[str] = (), parts: Iterable[str] = ()
) -> Callable[[Check], Check]:
    """Register a rule under its code of the catalogue.

    Args:
        code: the code that users see.
        group: the catalogue's part.
        needs: what else of the case it looks at, such as last year's report.
        tables: keys of the statutory tables it looks at.
        parts: keys of the parts it looks at.
    """

    def register(check: Check) -> Check:
        if code in _RULES:
            raise ValueError(f"two rules with the code {code}")
        if group not in GROUPS:
            raise ValueError(f"{code}: no part of the catalogue is called {group}")
        _RULES[code] = Rule(code, check, group, needs, tuple(tables), tuple(parts))
        return check

    return register


def rules_of_one_check(
    find: Callable[[Case, str], Iterator[Finding]], group: str, rules: Mapping[str, tuple[str, str]], *, needs: Needs = ""
) -> None:
    """Register rules that differ only in their codes: ``find`` yields the findings of a code.

    Args:
        rules: sentence and source by code, in the order of the catalogue.
    """
    for code, (sentence, source) in rules.items():

        def check(case: Case, code: str = code) -> Iterator[Finding]:
            return find(case, code)

        check.__name__, check.__module__ = f"check_{code.replace('-', '_')}", find.__module__
        check.__doc__ = f"{code}: {sentence}\n\nSource: {source}"
        rule(code, group, needs=needs)(check)


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule, in the order of the catalogue's parts, of the modules' names and of the rules in them."""
    package = import_module("toolkit.checks.rules")
    for name in sorted(module.name for module in walk_packages(package.__path__, "toolkit.checks.rules.")):
        import_module(name)
    # by module, whichever of them was imported first elsewhere
    return tuple(sorted(_RULES.values(), key=lambda item: (GROUPS.index(item.group), item.check.__module__)))


def rules_for(case: Case) -> tuple[Rule, ...]:
    """The rules that can be applied with what is at hand."""
    return tuple(item for item in all_rules() if item.applies(case))


def run_case(case: Case) -> list[Finding]:
    """Everything the rules find in a report: errors, warnings, notices, with file, line and confirmations filled in."""
    found = dict.fromkeys(finding for item in rules_for(case) for finding in item.run(case))  # each once
    return sort_findings((_placed(finding, case.report) for finding in found), case.report.form)


def _placed(finding: Finding, report: Report) -> Finding:
    """The finding with file, line, the sentence it is about, and the reason it was confirmed with."""
    path = finding.where or f"figures.{finding.place}"
    text = text_at(report, path)
    reason = next((item.reason for item in report.confirmed if confirms(item, finding, text)), "") if report.confirmed else ""
    line = report.source.line(path)
    before = around = ""
    if text and finding.start >= 0:
        line += _lines_down(text, finding.start) if line else 0
        before = text[max(0, finding.start - MOST_QUOTED) : finding.start]
        around = before + text[finding.start : finding.end + MOST_QUOTED]
    is_written = bool(finding.repair) and _is_written(finding, report)
    return _quoted(finding, around, len(before), report.source.file, line, reason, is_written)


@lru_cache(maxsize=1024)  # a key changes few findings
def _quoted(finding: Finding, around: str, at: int, file: str, line: int, reason: str, is_written: bool) -> Finding:
    """The finding with the sentence of it, which is at a place of the text around."""
    return replace(
        finding,
        file=file,
        line=line,
        quote=finding.quote or (marked_sentence(around, at, at + finding.end - finding.start) if around else ""),
        repair=finding.repair if is_written else "",
        confirmed=reason if finding.severity == "warning" else "",
        next_step="。".join(filter(None, (finding.next_step, _ERRORS_STAY if reason and finding.severity == "error" else ""))),
    )


def _is_written(finding: Finding, report: Report) -> bool:
    """Whether the cell is one that people write: a total that is computed mends itself with its parts."""
    address = Address(finding.table, finding.row, finding.column)
    return address not in report.form.sums or address in report.figures.given


def _lines_down(text: str, start: int) -> int:
    """How far below its key a place of a text is: a text of several lines begins on the line after the key."""
    return 1 + text.count("\n", 0, start) if "\n" in text else 0


def text_at(report: Report, path: str) -> str:
    """The text of a part at its path (``narrative.overview``); empty for any other place."""
    return getattr(report.narrative, path.removeprefix("narrative."), "") if path.startswith("narrative.") else ""


def confirms(item: Confirmation, finding: Finding, text: str) -> bool:
    """Whether a confirmation is meant for a finding: of its rule, at its place, and about what it is about now."""
    if item.code != finding.code or item.where.removeprefix("figures.") not in ("", finding.place):
        return False
    return not item.about or _is_same(item.about, finding, text)


def subject_of(finding: Finding, text: str) -> str:
    """What a confirmation of a finding is about: the words or the value it names, and what they should be.

    A finding about a text as a whole names the beginning of the text, and its measure (the length, the share that is copied).
    """
    whole = finding.start < 0 or not text  # the text of an organ's name or a channel is not here
    words = text.strip() or finding.found if whole else text[finding.start : finding.end]
    sides = (words, finding.expected, finding.found if whole else "")
    parts = dict.fromkeys(" ".join(side[:SUBJECT_LENGTH].split()) for side in sides if side)
    return VERSUS.join(parts) or finding.message[:SUBJECT_LENGTH]


def _is_same(about: str, finding: Finding, text: str) -> bool:
    """A text that was only improved is the same; one that became another, or is much farther from its limit, is not.

    Forms of before wrote down the words or the value alone.
    """
    before, now = about.split(VERSUS), subject_of(finding, text).split(VERSUS)
    whole = finding.start < 0 or not text
    if whole and text.strip() and SequenceMatcher(None, before[0], now[0], autojunk=False).ratio() >= _SAME_TEXT:
        before[0] = now[0]
    return all(a == b or (whole and _is_hardly_worse(a, b, finding.expected)) for a, b in zip(before, now, strict=False))


def _is_hardly_worse(before: str, now: str, limit: str) -> bool:
    """Whether a measure is at most a tenth farther from a limit (``不少于 100 字``) than it was."""
    first, second = _MEASURE.fullmatch(before), _MEASURE.fullmatch(now)
    if not first or not second or first[2] != second[2]:
        return False
    farther = int(second[1]) - int(first[1])
    return (-farther if limit.startswith("不少于") else farther) * 10 <= int(first[1])
