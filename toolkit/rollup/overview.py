"""The county's overview (年报总览): who has reported, what the checks find, the sums, how members compare.

In: the folder of a jurisdiction's year. Out: sections for ``notebooks/county_overview.ipynb``, exported by the same
exporters as a report. It is a working paper for the office above, not a statutory report.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from toolkit.checks import Finding, all_rules
from toolkit.checks.at_hand import case_of
from toolkit.checks.catalogue import run_case
from toolkit.errors import NianbaoError, ParamsUnreadable, UsageError
from toolkit.forms import Address
from toolkit.notebook.opening import refuse_unknown
from toolkit.report import Report
from toolkit.report.neighbours import file_of_year
from toolkit.rollup.completeness import STATE_NAMES, Standing, standings, submit_by, year_of
from toolkit.rollup.members import Members, read_members
from toolkit.rollup.outliers import questions
from toolkit.rollup.overview_charts import chart_multiples, chart_ranking
from toolkit.rollup.own_report import roll_up
from toolkit.sections.blocks import Block, Front, Heading, Note, Picture, Title, paragraph
from toolkit.sections.plain_table import plain_table
from toolkit.sections.section import Section
from toolkit.sections.tables import table

PARAMETERS = ("folder", "today")
COMPARED = {
    "新收申请": (Address("applications", "new", "total"),),
    "办结": (Address("applications", "total", "total"),),
    "结转下年": (Address("applications", "carried_out", "total"),),
    "行政复议": (Address("disputes", "review", "total"),),
    "行政诉讼": (Address("disputes", "direct_lawsuit", "total"), Address("disputes", "lawsuit_after_review", "total")),
}


def open_overview(namespace: Mapping[str, Any]) -> Overview:
    """The overview of the folder named by the notebook's parameters.

    Raises:
        UnknownParameter: the namespace holds a value that is no parameter of the notebook.
        UsageError: no such folder, no ``_jurisdiction.yaml``, or a day that is none.
    """
    refuse_unknown(namespace, PARAMETERS)
    folder = Path(str(namespace["folder"]))
    if not folder.is_dir():
        raise UsageError(f"找不到文件夹 {folder}；folder 应写成 params/年度/地区，如 params/2024/云溪县")
    return Overview(read_members(folder), _before(folder), _day(namespace.get("today")))


def _day(value: object) -> date:
    try:
        return date.fromisoformat(str(value)) if value else date.today()
    except ValueError as error:
        raise UsageError(f"today 应写成 2025-01-31 的样子，现为 {value}") from error


def _before(folder: Path) -> Members | None:
    """Last year's members, when that folder is there and can be read."""
    year = next((int(part) for part in reversed(folder.parts) if part.isdigit() and len(part) == 4), 0)
    path = file_of_year(folder / "_", year, year - 1)
    try:
        return read_members(path.parent) if path and path.parent.is_dir() else None
    except (UsageError, ParamsUnreadable):
        return None


@dataclass(frozen=True)
class Overview:
    """The sections of the overview; the notebook calls one method per cell."""

    members: Members
    before: Members | None
    today: date

    @property
    def year(self) -> int:
        return year_of(self.members)

    @cached_property
    def findings(self) -> dict[str, list[Finding]]:
        """What the checks find, by name of file."""
        return {name: _findings(report) for name, report in self.members.reports.items()}

    @cached_property
    def rows(self) -> tuple[Standing, ...]:
        by_file = {report.source.file: name for name, report in self.members.reports.items()}
        return standings(self.members, self.today, lambda report: self.findings[by_file[report.source.file]])

    @cached_property
    def _last_year(self) -> dict[str, Report]:
        return {report.organ.name: report for report in self.before.reports.values()} if self.before else {}

    def front(self) -> Section:
        area = self.members.jurisdiction.name
        name = f"{area}{self.year}年政府信息公开年报总览"
        form = next((report.form.id for report in self.members.reports.values()), "")
        told = f"截至{self.today.year}年{self.today.month}月{self.today.day}日，供内部掌握情况使用，不是法定年度报告。"
        return Section((Front(name, area, self.year, form), Title((area, f"{self.year}年政府信息公开年报总览")), Note(told)))

    def explore(self) -> Any:
        """Filters by state, name and figure; the notebook's cell is tagged so that they stay out of every export."""
        from toolkit.rollup.explorer import explorer

        return explorer(self.rows, self.members.reports, self.findings)

    def completeness(self) -> Section:
        """一、报送情况."""
        counts = Counter(row.state for row in self.rows)
        listed = "，".join(f"{name}{counts[state]}个" for state, name in STATE_NAMES.items() if counts[state])
        deadline = submit_by(self.members)
        words = f"成员单位共{len(self.rows)}个，报送期限为{deadline.year}年{deadline.month}月{deadline.day}日。其中{listed}。"
        heads = ("单位", "情况", "错误", "警告", "已确认", "备注")
        rows = [self._standing_row(row) for row in self.rows]
        shown = plain_table("standing", "各单位报送情况", heads, rows, widths=(30, 12, 8, 8, 8, 34), left=(0, 5))
        return Section((Heading(1, "一、报送情况"), paragraph(words), shown))

    @staticmethod
    def _standing_row(row: Standing) -> tuple[str, ...]:
        notes = (
            f"晚{row.late_days}天" if row.late_days else "",
            f"更正{row.corrected}次" if row.corrected else "",
            row.first_finding,
        )
        counts = (str(row.errors), str(row.warnings), str(len(row.confirmed))) if row.is_here else ("", "", "")
        return (row.member.name, STATE_NAMES[row.state], *counts, "；".join(note for note in notes if note))

    def found(self) -> Section:
        """二、校验发现: by kind and by organ, with the reasons of what was confirmed."""
        every = [finding for findings in self.findings.values() for finding in findings if finding.severity != "notice"]
        head = Heading(1, "二、校验发现")
        if not every:
            return Section((head, paragraph(f"已报的{len(self.findings)}份年报校验无错误、无警告。")))
        sentences = {rule.code: rule.sentence for rule in all_rules()}
        codes = Counter(finding.code for finding in every)
        organs = {
            code: sorted({name for name, items in self.findings.items() if any(i.code == code for i in items)}) for code in codes
        }
        rows = [(sentences.get(code, code), str(count), "、".join(organs[code])) for code, count in codes.most_common()]
        shown = plain_table("findings", "校验发现", ("规则", "处数", "单位"), rows, widths=(50, 10, 40), left=(0, 2))
        confirmed = [f"{finding.message}（确认原因：{finding.confirmed}）" for finding in every if finding.confirmed]
        return Section((head, shown, *(paragraph(text) for text in confirmed)))

    def sums(self) -> Section:
        """三、汇总数据: the statutory tables, added up."""
        head = Heading(1, "三、汇总数据")
        try:
            own = roll_up(self.members, partial=True)
        except NianbaoError as error:
            return Section((head, paragraph(str(error) + "。")))
        missing = [member.name for member in self.members.missing]
        words = f"由{len(self.members.summed)}个单位的数据逐格相加" + (f"，尚缺{'、'.join(missing)}。" if missing else "。")
        return Section((head, paragraph(words), *(table(own.report, part.key) for part in own.report.form.parts if part.tables)))

    def comparison(self) -> Section:
        """四、各单位比较: rankings."""
        return Section((Heading(1, "四、各单位比较"), *self._rankings))

    @cached_property
    def _rankings(self) -> tuple[Block, ...]:
        """Numbered from 1 in the order of print; a ranking of nothing takes no number."""
        drawn: list[Block] = []
        for name, unit, counts in self._ranked():
            number = 1 + sum(isinstance(block, Picture) for block in drawn)
            drawn.append(chart_ranking(f"{self.year}年各单位{name}", counts, unit, number))
        return tuple(drawn)

    def _ranked(self) -> Iterator[tuple[str, str, list[tuple[str, int]]]]:
        for name in ("新收申请", "结转下年", "行政复议"):
            yield name, "件", [(self._short(report), _total(report, COMPARED[name])) for report in self.members.summed]
        disclosed = [(self._short(report), sum(channel.count for channel in report.channels)) for report in self.members.summed]
        yield "各渠道主动公开信息", "条", disclosed

    def years(self) -> Section:
        """五、与上年相比: the whole in a table, the organs in small multiples."""
        head = Heading(1, "五、与上年相比")
        if not self._last_year:
            return Section((head, paragraph(f"没有{self.year - 1}年的数据，无法比较。")))
        pairs = [(report, self._last_year.get(report.organ.name)) for report in self.members.summed]
        rows = [self._year_row(name, cells, pairs) for name, cells in COMPARED.items()]
        heads = ("项目", f"{self.year - 1}年", f"{self.year}年", "增减", "增减幅度")
        shown = plain_table("years", "与上年相比", heads, rows, widths=(28, 18, 18, 18, 18))
        series = [
            (self._short(report), _total(then, COMPARED["新收申请"]) if then else None, _total(report, COMPARED["新收申请"]))
            for report, then in pairs
        ]
        number = 1 + sum(isinstance(block, Picture) for block in self._rankings)
        small = chart_multiples("各单位新收申请（件）", series, (self.year - 1, self.year), number)
        return Section((head, shown, small))

    @staticmethod
    def _year_row(name: str, cells: Sequence[Address], pairs: Sequence[tuple[Report, Report | None]]) -> tuple[str, ...]:
        now = sum(_total(report, cells) for report, _ in pairs)
        then = sum(_total(before, cells) for _, before in pairs if before)
        change = f"{(now - then) * 100 / then:+.1f}%" if then else "—"
        return (name, str(then), str(now), f"{now - then:+d}", change)

    def to_ask(self) -> Section:
        """六、需要询问的情况: figures unlike the others or last year."""
        head = Heading(1, "六、需要询问的情况")
        asked = questions(self.members.summed, self._last_year)
        if not asked:
            return Section((head, paragraph("没有发现与上年或与其他单位相差悬殊的数据。")))
        rows = [(item.organ, item.about, item.sentence) for item in asked]
        return Section(
            (head, plain_table("questions", "需要询问的情况", ("单位", "项目", "情况"), rows, widths=(28, 14, 58), left=(0, 2)))
        )

    def _short(self, report: Report) -> str:
        """The organ's name without the jurisdiction's, as charts call it."""
        area = self.members.jurisdiction.name.removesuffix("人民政府")
        return report.organ.short_name or report.organ.name.removeprefix(area).removesuffix("人民政府") or report.organ.name


def _findings(report: Report) -> list[Finding]:
    return run_case(case_of(report, Path(report.source.file)))


def _total(report: Report, cells: Sequence[Address]) -> int:
    return sum(int(report.figures.number(address) or 0) for address in cells)
