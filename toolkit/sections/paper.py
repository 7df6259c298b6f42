"""Turn a report, its earlier years and its findings into the paper: front, title, preamble, six parts, closing.

The notebook calls one method per cell. Charts are numbered through the paper (图 1, 图 2, …), so a chart that is
not drawn leaves no gap.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from toolkit.checks import RULES_VERSION, Finding, all_rules, count_by_severity, has_errors
from toolkit.report import Report
from toolkit.report.data_code import pack_report
from toolkit.report.embedded import carried_text, digest_in
from toolkit.sections import charts
from toolkit.sections.blocks import CHECKS_NOTE, Attachment, Block, DataCode, Note, Picture, Poster
from toolkit.sections.html import Section
from toolkit.sections.narrative import fee_sentence, narrative
from toolkit.sections.poster import poster_content, poster_to_json
from toolkit.sections.tables import table
from toolkit.sections.title import front, preamble, title

PARAMS_NAME = "params.yaml"
Draw = Callable[[Report, tuple[Report, ...], int], tuple[Block, ...]]


def _channels(report: Report, _: tuple[Report, ...], number: int) -> tuple[Block, ...]:
    return (charts.chart_channels(report, number),) if report.channels else ()


def _applications(report: Report, _: tuple[Report, ...], number: int) -> tuple[Block, ...]:
    return charts.charts_applications(report, number)


def _disputes(report: Report, _: tuple[Report, ...], number: int) -> tuple[Block, ...]:
    return (charts.chart_disputes(report, number),)


def _years(report: Report, earlier: tuple[Report, ...], number: int) -> tuple[Block, ...]:
    return (charts.chart_years(report, earlier, number),) if earlier else ()


# The charts of each part in print order, always after the part's table: a table that follows text fits
# into what is left of a page more often than one that follows a chart.
_DRAWN: dict[str, tuple[Draw, ...]] = {
    "disclosure": (_channels,),
    "applications": (_applications,),
    "disputes": (_disputes, _years),
}


@dataclass(frozen=True)
class Paper:
    """The finished sections of one report. With errors among the findings everything is a draft (草稿).

    ``applied`` are the codes of the rules that could be applied; without them, those that need nothing but the report.
    """

    report: Report
    earlier: tuple[Report, ...] = ()
    findings: tuple[Finding, ...] = ()
    applied: tuple[str, ...] | None = None

    @property
    def draft(self) -> bool:
        return has_errors(self.findings)

    def front(self) -> Section:
        """Title and preamble, with the file's properties and what the picture for the public shows."""
        poster = Poster(poster_to_json(poster_content(self.report, self.earlier)))
        return Section((front(self.report, draft=self.draft), title(self.report), *preamble(self.report), poster))

    def part(self, key: str) -> Section:
        """A part with the charts that belong to it after its text or table; empty when the edition has no such part."""
        if not self.report.form.has(parts=[key]):
            return Section(())
        part = self.report.form.part(key)
        text = getattr(self.report.narrative, key, "")
        blocks = [*narrative(text, part.heading)]
        if part.tables:
            blocks.append(table(self.report, key))
        if key == "other":
            blocks += fee_sentence(self.report)
        return Section((*blocks, *self._charts.get(key, ())))

    def closing(self) -> Section:
        """The line about the checks, the data code, and the attached params."""
        return Section((Note(self._verdict()), self._data_code(), self._attachment()))

    @cached_property
    def _charts(self) -> dict[str, tuple[Block, ...]]:
        """Charts by part, numbered in the order of print."""
        numbered: dict[str, tuple[Block, ...]] = {}
        number = 1
        for part in self.report.form.parts:
            drawn: list[Block] = []
            for draw in _DRAWN.get(part.key, ()):
                blocks = draw(self.report, self.earlier, number)
                number += sum(isinstance(block, Picture) for block in blocks)
                drawn += blocks
            numbered[part.key] = tuple(drawn)
        return numbered

    def _verdict(self) -> str:
        counts = count_by_severity(self.findings)
        confirmed = sum(bool(finding.confirmed) for finding in self.findings)
        alone = (item.code for item in all_rules() if not item.needs)
        applied = set(alone if self.applied is None else self.applied)
        passed = len(applied - {finding.code for finding in self.findings if finding.severity != "notice"})
        warnings = f"警告 {counts['warning']} 处（已确认 {confirmed} 处）" if counts["warning"] else "警告 0 处"
        return (
            f"{CHECKS_NOTE}按规则版本 {RULES_VERSION} 校验，共 {len(all_rules())} 条规则，"
            f"适用 {len(applied)} 条，通过 {passed} 条；错误 {counts['error']} 处，{warnings}，提示 {counts['notice']} 处。"
        )

    def _data_code(self) -> DataCode:
        return DataCode(pack_report(self.report, digest_in(self._carried)))

    @cached_property
    def _carried(self) -> str:
        return carried_text(self.report, RULES_VERSION)

    def _attachment(self) -> Attachment:
        return Attachment(
            name=PARAMS_NAME,
            mime="application/yaml",
            description=f"{self.report.title}的填报数据（规则版本 {RULES_VERSION}）",
            text=self._carried,
        )
