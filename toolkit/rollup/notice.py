"""Write the notice on a year's reports (通报): who was late, whose report was returned, who corrected it, whose page differs.

In: the members, where each stands, what the ledger says of each. Out: the bytes of a DOCX; the same state gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from toolkit.checks.rules.deadlines import last_day
from toolkit.core.dates import chinese_date, chinese_day
from toolkit.dispatch.letters.cover import line
from toolkit.dispatch.states import STAGE_NAMES, Step
from toolkit.exporters.document import make_document
from toolkit.exporters.docx.writing import set_docx
from toolkit.rollup.completeness import SubmissionStatus, submit_by, year_of
from toolkit.rollup.members import Members
from toolkit.sections.blocks import Block, Front, Heading, Title, paragraph, plain_table

_NUMBERS = "一二三四五"
_OPEN = ("missing", "draft", "returned")  # states in which a report is still owed

_Part = tuple[str, Block]  # heading and block


def notice_name(members: Members) -> str:
    """The file's name, which is its title."""
    return f"{members.folder.resolve().name}{year_of(members)}年政府信息公开工作年度报告报送情况的通报.docx"


def notice(members: Members, rows: Sequence[SubmissionStatus], steps: Mapping[str, Sequence[Step]], today: date) -> bytes:
    """The notice of one year as a Word file."""
    return set_docx(make_document(_blocks(members, rows, steps, today)))


def _blocks(
    members: Members, rows: Sequence[SubmissionStatus], steps: Mapping[str, Sequence[Step]], today: date
) -> Iterator[Block]:
    area, year = members.jurisdiction.signed_by, year_of(members)
    title = f"关于{year}年政府信息公开工作年度报告报送情况的通报"
    yield Front(f"{area}{title}", area, year, "")
    yield Title((area, f"关于{year}年政府信息公开", "工作年度报告报送情况的通报"))
    yield line("各成员单位：", "addressee")
    yield paragraph(_in_figures(rows, year, submit_by(members), today))
    for number, (heading, block) in zip(_NUMBERS, _parts(members, rows, steps), strict=False):
        yield Heading(1, f"{number}、{heading}")
        yield block
    if owed := [row.member.name for row in rows if row.status.stage in _OPEN]:
        yield paragraph(f"请{'、'.join(owed)}抓紧办理，尽快报送。")
    yield paragraph("各单位要对照本单位存在的问题，核实数据来源，完善内部审核，确保下一年度按时、准确报送和公开。")
    yield paragraph("")
    yield line(area, "signature")
    yield line(chinese_date(today), "signature")


def _in_figures(rows: Sequence[SubmissionStatus], year: int, deadline: date, today: date) -> str:
    here = [row for row in rows if row.status.stage not in ("missing", "draft")]
    late = [row for row in here if row.late_days]
    returned, corrected = [row for row in rows if row.status.returns], [row for row in rows if _corrections(row)]
    counts = (
        f"按期报送{len(here) - len(late)}个", f"逾期报送{len(late)}个" if late else "",
        f"未报{len(rows) - len(here)}个" if len(here) < len(rows) else "", f"经审核退回{len(returned)}个" if returned else "",
        f"报送后更正{len(corrected)}个" if corrected else "",
    )  # fmt: skip
    return (
        f"{year}年政府信息公开工作年度报告的报送期限为{chinese_date(deadline)}，应报送的单位{len(rows)}个。截至{chinese_date(today)}，"
        f"{'，'.join(text for text in counts if text)}。现将有关情况通报如下。"
    )


def _parts(members: Members, rows: Sequence[SubmissionStatus], steps: Mapping[str, Sequence[Step]]) -> Iterator[_Part]:
    """The parts of the notice, each its heading and its block; empty ones are left out."""
    late = [row for row in rows if row.late_days or row.status.stage in ("missing", "draft")]
    if late:
        yield _late(late)
    returned = [row for row in rows if row.status.returns]
    if returned:
        yield _returned(returned, steps)
    corrected = [row for row in rows if _corrections(row)]
    if corrected:
        yield _corrected(corrected, steps)
    published = [row for row in rows if _published_remark(members, row)]
    if published:
        yield _published(members, published)
    singled_out = (*late, *returned, *corrected, *published)
    sound = [row.member.name for row in rows if row not in singled_out and row.status.stage in _DONE]
    if sound:
        yield "按期报送、一次通过的单位", paragraph(f"{'、'.join(sound)}，共{len(sound)}个。")


_DONE = ("accepted", "published")


def _late(rows: Sequence[SubmissionStatus]) -> _Part:
    body = [
        (row.member.name, "未报" if row.status.stage == "missing" else _short(row.received), str(row.late_days or ""))
        for row in rows
    ]
    table = plain_table("late", "逾期报送和未报的单位", ("单位", "收到日期", "逾期天数"), body, widths=(56, 22, 22))
    return "逾期报送和未报的单位", table


def _returned(rows: Sequence[SubmissionStatus], steps: Mapping[str, Sequence[Step]]) -> _Part:
    body = [
        (
            row.member.name,
            str(row.status.returns),
            _days(steps.get(row.member.file, ()), "returned"),
            STAGE_NAMES[row.status.stage],
        )
        for row in rows
    ]
    heads = ("单位", "退回次数", "退回日期", "现在")
    return "经审核退回修改的单位", plain_table("returned", "退回修改的单位", heads, body, widths=(44, 14, 26, 16))


def _corrected(rows: Sequence[SubmissionStatus], steps: Mapping[str, Sequence[Step]]) -> _Part:
    body = [(row.member.name, str(_corrections(row)), _after_acceptance(steps.get(row.member.file, ()))) for row in rows]
    heads = ("单位", "更正次数", "通过以后更正")
    return "报送后更正的单位", plain_table("corrected", "报送后更正的单位", heads, body, widths=(56, 18, 26))


def _published(members: Members, rows: Sequence[SubmissionStatus]) -> _Part:
    body = [(row.member.name, _short(row.status.day), _published_remark(members, row)) for row in rows]
    table = plain_table("published", "公开有问题的单位", ("单位", "公开日期", "问题"), body, widths=(44, 18, 38), left=(0, 2))
    return "逾期公开、公开内容与审核通过的不一致的单位", table


def _published_remark(members: Members, row: SubmissionStatus) -> str:
    """The fault of a publication, late or with differences; "" when there is none or the report is not public."""
    if row.status.stage != "published" or row.status.day is None:
        return ""
    due = last_day(year_of(members), row.member.name, row.member.level, members.jurisdiction)
    late = (row.status.day - due).days
    differing = f"与通过的不一致{row.status.differing}处" if row.status.differing else ""
    return "，".join(text for text in (f"晚{late}天" if late > 0 else "", differing) if text)


def _corrections(row: SubmissionStatus) -> int:
    """How often a report was corrected without having been returned."""
    return max(0, row.corrected - row.status.returns)


def _days(steps: Sequence[Step], event: str) -> str:
    return "、".join(_short(step.day) for step in steps if step.event == event)


def _after_acceptance(steps: Sequence[Step]) -> str:
    """The days of versions that came after the first acceptance."""
    accepted = next((at for at, step in enumerate(steps) if step.event == "accepted"), len(steps))
    return _days(steps[accepted:], "received")


def _short(day: date | None) -> str:
    return chinese_day(day) if day else ""
