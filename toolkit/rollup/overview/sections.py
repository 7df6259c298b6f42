"""The county's overview (年报总览): members to chase today, findings, questions, rankings, sums.

In: the folder of a jurisdiction's year. Out: sections for ``notebooks/county_overview.ipynb``, exported by the same
exporters as a report. It is a working paper for the office above, not a statutory report: what is to be done comes
first, the tables for looking up come last.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from toolkit.checks import Finding, all_rules
from toolkit.core.dates import chinese_date
from toolkit.core.errors import NianbaoError
from toolkit.forms import Address
from toolkit.report import Report
from toolkit.report.jurisdiction import JURISDICTION_FILE, dates_of_another_year
from toolkit.rollup.completeness import (
    NO_RECEIPTS,
    STATE_NAMES,
    Receipts,
    SubmissionStatus,
    member_findings,
    remarks,
    submission_statuses,
    submit_by,
    to_chase,
    worst_first,
    year_of,
)
from toolkit.rollup.members import Members
from toolkit.rollup.outliers import questions
from toolkit.rollup.overview.charts import RankedMember, chart_multiples, chart_ranking
from toolkit.rollup.own_report import roll_up
from toolkit.sections.blocks import Block, Front, Heading, Note, Picture, Table, Title, paragraph, plain_table
from toolkit.sections.html import Section
from toolkit.sections.tables import table

TOWNS = ("township", "street")
COMPARED = {
    "新收申请": (Address("applications", "new", "total"),),
    "办结": (Address("applications", "total", "total"),),
    "结转下年": (Address("applications", "carried_out", "total"),),
    "行政复议": (Address("disputes", "review", "total"),),
    "行政诉讼": (Address("disputes", "direct_lawsuit", "total"), Address("disputes", "lawsuit_after_review", "total")),
}


@dataclass(frozen=True)
class Overview:
    """The sections of the overview; the notebook calls one method per cell."""

    members: Members
    before: Members | None
    today: date
    receipts: Receipts = NO_RECEIPTS

    @property
    def year(self) -> int:
        return year_of(self.members)

    @cached_property
    def findings(self) -> dict[str, list[Finding]]:
        """What the checks find in the members' reports, by name of file."""
        by_member = member_findings(self.members, self.today)
        return {name: list(findings) for name, findings in by_member.items() if name not in self.members.strangers}

    @cached_property
    def rows(self) -> tuple[SubmissionStatus, ...]:
        return submission_statuses(self.members, self.today, self.findings, self.receipts)

    @cached_property
    def last_year(self) -> dict[str, Report]:
        """Last year's reports by the organ's full name."""
        return {report.organ.name: report for report in self.before.reports.values()} if self.before else {}

    def front(self) -> Section:
        area = self.members.jurisdiction.name
        name = f"{area}{self.year}年政府信息公开年报总览"
        form = next((report.form.id for report in self.members.reports.values()), "")
        date_line = f"截至{chinese_date(self.today)}，供内部掌握情况使用，不是法定年度报告。"
        return Section((Front(name, area, self.year, form), Title((area, f"{self.year}年政府信息公开年报总览")), Note(date_line)))

    def explore(self) -> Any:
        """What to do at a glance, and filters; the notebook's cell is tagged so that they stay out of every export."""
        from toolkit.rollup.overview.explorer import as_sheet

        return as_sheet(self.bar_and_explorer()[1])

    def bar_and_explorer(self) -> tuple[Any, Any]:
        """The bar, and the filters with their table."""
        from toolkit.rollup.overview.explorer import ExplorerData, bar, explorer

        phones = {row.member.file: self.phone(row) for row in self.rows}
        data = ExplorerData(self.members, self.rows, self.findings, phones, self.today)
        return bar(data), explorer(data)

    def phone(self, row: SubmissionStatus) -> str:
        """Whom to call: the telephone of the member list, else that in this year's report or in last year's."""
        if row.member.phone:
            return row.member.phone
        report = self.members.reports.get(row.member.file) or self.last_year.get(row.member.name)
        return report.organ.contact.phone if report else ""

    def completeness(self) -> Section:
        """一、报送情况: members to chase, members with open warnings, finished members."""
        doubted, fine = ([row for row in self.rows if row.state == state] for state in ("warnings", "fine"))
        groups: tuple[tuple[str, Sequence[SubmissionStatus], Callable[[Sequence[SubmissionStatus]], Table]], ...] = (
            ("需要催办的单位", worst_first(to_chase(self.rows)), self._chased),
            ("有警告、还没有确认的单位", doubted, self._doubted),
            ("校验合格的单位", fine, self._sound),
        )
        blocks: list[Block] = [Heading(1, "一、报送情况"), paragraph(self._in_figures())]
        for number, (name, rows, tabulate) in zip("一二三", (group for group in groups if group[1]), strict=False):
            blocks += [Heading(2, f"（{number}）{name}（{len(rows)}个）"), tabulate(rows)]
        for problem in dates_of_another_year(self.members.folder / JURISDICTION_FILE):
            named = replace(problem, file=JURISDICTION_FILE)
            blocks.append(paragraph(f"期限的年份不对：{named}；改正以前按条例的期限算。"))
        if copies := [f"{name}（{original}）" for name, original in self.members.copies.items()]:
            blocks.append(
                paragraph(
                    f"像是副本的文件（括号里是原件）：{'、'.join(copies)}，本总览没有计入，请核对后只留一份；是另一个单位的，请改正机关名称。"
                )
            )
        if strangers := "、".join(name for name in self.members.strangers if name not in self.members.copies):
            blocks.append(paragraph(f"名单以外的文件：{strangers}，本总览没有计入；是成员单位的，请写进 {JURISDICTION_FILE}。"))
        return Section(tuple(blocks))

    def _in_figures(self) -> str:
        counts = Counter(row.state for row in self.rows)
        listed = "，".join(f"{name}{counts[state]}个" for state, name in STATE_NAMES.items() if counts[state])
        deadline, here = submit_by(self.members), sum(row.state not in ("missing", "draft") for row in self.rows)
        late = sum(bool(row.late_days) for row in self.rows if row.state not in ("missing", "draft"))
        return (
            f"成员单位共{len(self.rows)}个，报送期限为{chinese_date(deadline)}。"
            f"已报{here}个{f'（其中{late}个逾期）' if late else ''}。其中{listed}。"
        )

    def _chased(self, rows: Sequence[SubmissionStatus]) -> Table:
        body = [(row.member.name, STATE_NAMES[row.state], self.phone(row), _in_words(row)) for row in rows]
        heads = ("单位", "情况", "电话", "说明")
        return plain_table("chased", "需要催办的单位", heads, body, widths=(29, 11, 19, 41), left=(0, 3))

    def _sound(self, rows: Sequence[SubmissionStatus]) -> Table:
        """Whom nothing is asked of: when the report came, what was decided on it."""
        heads = ("单位", "收到", "办理", "说明")
        body = [(row.member.file, row.came_on, row.status.words, "，".join(_remarks(row))) for row in rows]
        return plain_table("sound", "校验合格的单位", heads, body, widths=(24, 12, 28, 36), left=(0, 2, 3))

    def _doubted(self, rows: Sequence[SubmissionStatus]) -> Table:
        """Members whose warnings have no reason yet."""
        body = [(row.member.name, str(row.warnings - len(row.confirmed)), _in_words(row)) for row in rows]
        return plain_table("doubted", "有警告未确认的单位", ("单位", "处数", "说明"), body, widths=(30, 8, 62), left=(0, 2))

    def found(self) -> Section:
        """二、校验发现: by kind and by organ, with the reasons of confirmed findings."""
        every = [finding for findings in self.findings.values() for finding in findings if finding.severity != "notice"]
        head = Heading(1, "二、校验发现")
        if not every:
            return Section((head, paragraph(f"已报的{len(self.findings)}份年报校验无错误、无警告。")))
        sentences = {rule.code: rule.sentence for rule in all_rules()}
        kinds = Counter((finding.severity, finding.code) for finding in every)
        rows = [
            ("错误" if severity == "error" else "警告", sentences.get(code, code), str(count), self._organs_with(code, severity))
            for (severity, code), count in sorted(kinds.items(), key=lambda item: (item[0][0], -item[1], item[0][1]))
        ]
        table = plain_table(
            "findings", "校验发现", ("类别", "规则", "处数", "单位"), rows, widths=(9, 46, 8, 37), left=(1, 3)
        )  # fmt: skip
        confirmed = [f"{finding.message}（确认原因：{finding.confirmed}）" for finding in every if finding.confirmed]
        return Section((head, table, *(paragraph(text) for text in confirmed)))

    def _organs_with(self, code: str, severity: str) -> str:
        return "、".join(
            row.member.file for row in self.rows
            if any(item.code == code and item.severity == severity for item in self.findings.get(row.member.file, ()))
        )  # fmt: skip

    def to_ask(self) -> Section:
        """三、需要询问的情况: unusual figures, one call per organ."""
        head = Heading(1, "三、需要询问的情况")
        by_organ: dict[str, list[str]] = {}
        for item in questions(self.members.summed, self.last_year):
            by_organ.setdefault(item.organ, []).append(item.sentence)
        if not by_organ:
            return Section((head, paragraph("没有发现与上年或与其他单位相差悬殊的数据。")))
        phones = {row.member.name: self.phone(row) for row in self.rows}
        rows = [(organ, phones.get(organ, ""), "\n".join(sentences)) for organ, sentences in by_organ.items()]
        words = "下列数据没有违反规则，但与上年或与其他单位相差悬殊，建议向单位核实。"
        table = plain_table("questions", "需要询问的情况", ("单位", "电话", "情况"), rows, widths=(28, 18, 54), left=(0, 2))
        return Section((head, paragraph(words), table))

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

    def _ranked(self) -> Iterator[tuple[str, str, list[RankedMember]]]:
        for name in ("新收申请", "结转下年", "行政复议"):
            yield name, "件", [self._ranked_as(report, _total(report, COMPARED[name])) for report in self.members.summed]
        # an organ without channels has reported no count, which is not 0
        disclosed = [
            self._ranked_as(
                report,
                sum(channel.count for channel in report.channels) if report.channels else None,
                any(channel.approximate for channel in report.channels),
            )
            for report in self.members.summed
        ]
        yield "各渠道主动公开信息", "条", disclosed

    def _ranked_as(self, report: Report, count: int | None, roughly: bool = False) -> RankedMember:
        return RankedMember(self._name(report), count, report.organ.level in TOWNS, roughly)

    def years(self) -> Section:
        """五、与上年相比: the whole in a table, the organs in small multiples."""
        head = Heading(1, "五、与上年相比")
        if not self.last_year:
            return Section((head, paragraph(f"没有{self.year - 1}年的数据，无法比较。")))
        pairs = [(report, self.last_year.get(report.organ.name)) for report in self.members.summed]
        both = [(report, before) for report, before in pairs if before]
        rows = [_year_row(name, cells, both) for name, cells in COMPARED.items()]
        heads = ("项目", f"{self.year - 1}年", f"{self.year}年", "增减", "增减幅度")
        comparison = plain_table("years", "与上年相比", heads, rows, widths=(28, 18, 18, 18, 18))
        words = f"只比较两年都有年报的{len(both)}个单位，增减不受未报单位影响。"
        series = [
            (self._name(report), _total(then, COMPARED["新收申请"]) if then else None, _total(report, COMPARED["新收申请"]))
            for report, then in pairs
        ]
        number = 1 + sum(isinstance(block, Picture) for block in self._rankings)
        small = chart_multiples("各单位新收申请（件）", series, (self.year - 1, self.year), number)
        return Section((head, paragraph(words), comparison, small))

    def sums(self) -> Section:
        """六、汇总数据: the statutory tables, added up."""
        head = Heading(1, "六、汇总数据")
        try:
            own = roll_up(self.members, partial=True)
        except NianbaoError as error:
            return Section((head, paragraph(str(error) + "。")))
        missing = [member.name for member in self.members.left_out]
        vertical = [row.member.file for row in self.rows if row.member.vertical]
        words = f"由{len(self.members.summed)}个单位的数据逐格相加" + (f"，尚缺{'、'.join(missing)}。" if missing else "。")
        words += f"垂直管理的{'、'.join(vertical)}不计入。" if vertical else ""
        return Section((head, paragraph(words), *_tables_of(own.report)))

    def _name(self, report: Report) -> str:
        """An organ as charts call it: as its file is called, which the county chose."""
        return next((row.member.file for row in self.rows if row.member.name == report.organ.name), report.organ.name)


def _tables_of(report: Report) -> list[Table]:
    """The statutory tables, the tallest last: it takes a page, and the others share one."""
    every = [table(report, part.key) for part in report.form.parts if part.tables]
    return sorted(every, key=lambda item: item.rows)


def _in_words(row: SubmissionStatus) -> str:
    """What there is to say of a member: what was decided on its report, then the remarks."""
    waits = row.status.unchecked or row.status.unverified
    decided = row.status.words if waits or row.status.stage not in ("missing", "draft", "received") else ""
    return "；".join(text for text in (decided, *remarks(row)) if text)


def _remarks(row: SubmissionStatus) -> tuple[str, ...]:
    """The remarks without the first finding."""
    return tuple(text for text in remarks(row) if text != row.first_finding)


def _total(report: Report, cells: Sequence[Address]) -> int:
    return sum(int(report.figures.number(address) or 0) for address in cells)


def _year_row(name: str, cells: Sequence[Address], pairs: Sequence[tuple[Report, Report]]) -> tuple[str, ...]:
    now, then = (sum(_total(report, cells) for report in reports) for reports in zip(*pairs, strict=True)) if pairs else (0, 0)
    change = f"{(now - then) * 100 / then:+.1f}%" if then else "—"
    return name, str(then), str(now), f"{now - then:+d}", change
