"""Begin a year of a jurisdiction: its member list, and the files for each member to fill in.

In: the year, the jurisdiction, a table of members or last year's list. Out: ``_jurisdiction.yaml`` with every key explained,
and for each member a params file carried over from last year, a blank workbook and a letter, apart from the params tree: a
file in there is a report that came in.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from toolkit.core.dates import chinese_date
from toolkit.core.errors import ParamsUnreadable, UsageError
from toolkit.core.files import save_bytes
from toolkit.dispatch.letters.cover import line
from toolkit.exporters.document import make_document
from toolkit.exporters.docx.writing import set_docx
from toolkit.forms import form_for_year
from toolkit.report import Organ
from toolkit.report.jurisdiction import JURISDICTION_FILE, Dates, Jurisdiction, Member, read_jurisdiction
from toolkit.report.model import LEVEL_NAMES, Level, empty_report
from toolkit.report.starting import blank_text, first_report, params_path
from toolkit.report.workbook_form import set_workbook
from toolkit.report.yaml_editing import to_yaml
from toolkit.rollup.member_table import read_member_table
from toolkit.sections.blocks import Block, Front, Title, paragraph

FOR_MEMBERS = "发给各单位"
_LEVELS: tuple[tuple[str, Level], ...] = (("省", "province"), ("市", "city"), ("镇", "township"), ("乡", "township"))
_DUE, _PUBLIC = (1, 20), (1, 31)  # month and day of the following year, where neither list nor law says another


@dataclass(frozen=True)
class YearStart:
    """The files that were made; ``carried`` and ``blank`` name the members with and without a report of last year."""

    listed: Path
    folder: Path
    jurisdiction: Jurisdiction
    carried: tuple[str, ...]
    blank: tuple[str, ...]
    unreadable: tuple[str, ...]
    new_list: bool


class NoMemberList(UsageError):
    """There is neither a member list of the year before nor a table to make one of."""


def begin_year(params: Path, outputs: Path, year: int, place: str, table: Path | None = None) -> YearStart:
    """Write the member list of a year, unless it is there, and the members' files.

    Raises:
        NoMemberList: there is neither a list nor a table to make it of.
        UsageError: there are both.
        ParamsUnreadable: the table or a list cannot be read.
        NoSuchForm: no edition serves the year.
    """
    form_for_year(year)
    inside = params_path(params, year, place).with_suffix("")
    listed, last = inside / JURISDICTION_FILE, params / str(year - 1) / place / JURISDICTION_FILE
    if listed.is_file() and table:
        raise UsageError(f"{listed} 已经有了，没有改动；名单有变化的，请直接改它，或先改个名再运行")
    is_new = not listed.is_file()
    area = _new_list(year, place, table, last) if is_new else read_jurisdiction(listed)
    if is_new:
        save_bytes(listed, "".join(f"{line}\n" for line in _lines(area, year)).encode("utf-8"))
    folder = outputs / str(year) / place / FOR_MEMBERS
    carried, blank, unreadable = list[str](), list[str](), list[str]()
    for member in area.members:
        organ = Organ(name=member.name, level=member.level)
        try:
            report, is_carried = first_report(last.parent / f"{member.file}.yaml", year, organ)
        except ParamsUnreadable:
            unreadable.append(member.name)
            report, is_carried = empty_report(year, organ), False
        report = replace(report, organ=report.organ.model_copy(update={"name": member.name}))
        (carried if is_carried else blank).append(member.name)
        save_bytes(folder / f"{member.file}.yaml", blank_text(report).encode("utf-8"))
        save_bytes(folder / f"{member.file}.xlsx", set_workbook(report))
        save_bytes(folder / f"{member.file}（通知）.docx", assignment_letter(area, member, year, is_carried=is_carried))
    return YearStart(listed, folder, area, tuple(carried), tuple(blank), tuple(unreadable), is_new)


def _new_list(year: int, place: str, table: Path | None, last: Path) -> Jurisdiction:
    before = read_jurisdiction(last) if last.is_file() else None
    if table is None and before is None:
        raise NoMemberList(
            f"没有 {year - 1} 年的成员名单（{last}），请用 --members 写明一个 Excel 名单，"
            "表头是：单位名称、邮箱、电话（还可以有 文件名、层级、垂直管理）"
        )
    members = read_member_table(table) if table else before.members if before else ()
    if before is None:
        name = place.rpartition("/")[2]
        level = next((level for ending, level in _LEVELS if name.endswith(ending)), "county")
        before = Jurisdiction.model_validate({"name": f"{name}人民政府", "level": level})
    dates = Dates(
        organs_submit_by=_next(before.dates.organs_submit_by, year, _DUE),
        publish_by=_next(before.dates.publish_by, year, _PUBLIC),
    )
    return before.model_copy(update={"members": members, "dates": dates, "note": ""})


def _next(day: date | None, year: int, usual: tuple[int, int]) -> date:
    """Last year's day, a year later; the day after 28 February where there is no 29th."""
    month, number = (day.month, day.day) if day else usual
    return date(year + 1, 3, 1) if (month, number) == (2, 29) else date(year + 1, month, number)


# what a county asks beyond the form goes on from year to year; figures that were agreed upon are those of one year
_EXTRAS = set(Jurisdiction.model_fields) - {"name", "level", "note", "dates", "office", "reports_to", "members", "agreed"}
_EXTRAS_SHOWN = """\
# overview_max_characters: 1000
# total_max_characters: 3000
# must_mention: [政策解读, 政府公报|公报]
# words: [内部掌握]"""
_MEMBERS_HEAD = """\
# name 单位全称；file 填报数据的文件名（不带 .yaml）；level 层级；email 邮箱，报来的邮件按它核对；
# also_from 可以替它报送的其他邮箱；phone 电话；vertical: true 垂直管理（报送，但不计入汇总）"""


def _lines(area: Jurisdiction, year: int) -> Iterator[str]:
    """``_jurisdiction.yaml`` with a remark on every key that an office may write."""
    yield f"# {area.name}{year}年政府信息公开工作年度报告：成员单位、期限和要求。用记事本修改，保存为 UTF-8。"
    yield to_yaml({"name": area.name, "level": area.level}).rstrip()
    yield f"#   level 可写：{'、'.join(f'{key}（{label}）' for key, label in LEVEL_NAMES.items())}"
    yield "\ndates:"
    yield f"  organs_submit_by: {area.dates.organs_submit_by}    # 各单位报送的期限"
    yield f"  publish_by: {area.dates.publish_by}          # 各单位公开年报的期限"
    yield ""
    if area.reports_to.name or area.reports_to.address:
        yield to_yaml({"reports_to": area.reports_to.model_dump()}).rstrip()
    else:
        yield "# reports_to: {name: 上级机关全称, address: 上级的邮箱}    # 本地区自己的年报报送到哪里"
    if area.office.name or area.office.phone:
        yield to_yaml({"office": area.office.model_dump()}).rstrip()
    else:
        yield "# office: {name: 县政府办公室, phone: 0601-5550100}    # 催报、退回、通报落款的部门，和请各单位打的电话"
    requirements = area.model_dump(mode="json", exclude_defaults=True, include=_EXTRAS)
    yield "\n# 格式以外的要求：第一部分、三部分合计的字数上限，要写到的内容（“|”隔开的写到一个就行），不用的词"
    yield to_yaml(requirements).rstrip() if requirements else _EXTRAS_SHOWN
    yield f"\n{_MEMBERS_HEAD}"
    listed = [item.model_dump(exclude_defaults=True) | {"level": item.level} for item in area.members]
    yield to_yaml({"members": listed}).rstrip()


def assignment_letter(area: Jurisdiction, member: Member, year: int, *, is_carried: bool = True) -> bytes:
    """The letter to one member: what is to be done by when, how, and whom to call.

    Args:
        is_carried: whether the files that go with it hold what was taken over from last year.
    """
    return set_docx(make_document(_blocks(area, member, year, is_carried)))


def _blocks(area: Jurisdiction, member: Member, year: int, is_carried: bool) -> Iterator[Block]:
    title = f"关于编制{year}年政府信息公开工作年度报告的通知"
    yield Front(f"{area.signed_by}{title}", area.signed_by, year, "")
    yield Title((area.signed_by, f"关于编制{year}年政府信息公开", "工作年度报告的通知"))
    yield line(f"{member.name}：", "addressee")
    yield paragraph(_task(area, year))
    carried = "已带入上年的机关信息和结转数，" if is_carried else "机关名称已写好，"
    yield paragraph(
        f"随本通知发去填报数据“{member.file}.yaml”和 Excel 填报表“{member.file}.xlsx”，{carried}"
        "两样选一样填写：装有填报程序的，在填报表中打开前者，生成 PDF 后报送；没有装的，填好 Excel 填报表，作为邮件附件报回。"
    )
    by_mail = f"请用 {member.email} 发送，收件时按这个邮箱核对" if member.email else "请把报送用的邮箱告诉我们，收件时按它核对"
    yield paragraph(f"没有发生的填 0，不要空着。{by_mail}。")
    if extras := "；".join(_extras(area)):
        yield paragraph(f"{extras}。")
    if area.office.phone:
        yield paragraph(f"联系电话：{area.office.phone}")
    yield paragraph("")
    yield line(area.signed_by, "signature")


def _task(area: Jurisdiction, year: int) -> str:
    due, public = area.dates.organs_submit_by, area.dates.publish_by
    by = f"于{chinese_date(due)}前报送" if due else "尽快报送"
    then = f"，审核通过后于{chinese_date(public)}前在政府网站公开" if public else ""
    return f"根据《中华人民共和国政府信息公开条例》，请编制你单位{year}年政府信息公开工作年度报告，{by}{then}。"


def _extras(area: Jurisdiction) -> Iterator[str]:
    """What the county asks beyond the form, clause by clause."""
    limits = {
        "第一部分": area.overview_max_characters, "第五部分": area.problems_max_characters,
        "第六部分": area.other_max_characters, "第一、五、六部分的文字合计": area.total_max_characters,
    }  # fmt: skip
    yield from (f"{what}不超过{most}字" for what, most in limits.items() if most)
    topics, counted = ("、".join(entry.partition("|")[0] for entry in asked) for asked in (area.must_mention, area.must_count))
    if topics:
        yield f"第一部分要写到{topics}"
    if counted:
        yield f"第一部分要写明数量的：{counted}"
