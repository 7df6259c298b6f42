"""Write the letter with which a county hands out a year's report (布置填报的通知): one for each member, as a Word file.

In: the member list of the year, one member. Out: the bytes of a DOCX; the same list gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.core.dates import chinese_date
from toolkit.dispatch.letters.cover import line
from toolkit.exporters.document import make_document
from toolkit.exporters.docx.writing import set_docx
from toolkit.report.jurisdiction import Jurisdiction, Member
from toolkit.sections.blocks import Block, Front, Title, paragraph


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
    yield paragraph(f"没有发生的填 0，不要空着。{_by_mail(member)}")
    if area.must_mention or area.overview_max_characters:
        yield paragraph(_extras(area))
    if area.office.phone:
        yield paragraph(f"联系电话：{area.office.phone}")
    yield paragraph("")
    yield line(area.signed_by, "signature")


def _task(area: Jurisdiction, year: int) -> str:
    due, public = area.dates.organs_submit_by, area.dates.publish_by
    by = f"于{chinese_date(due)}前报送" if due else "尽快报送"
    then = f"，审核通过后于{chinese_date(public)}前在政府网站公开" if public else ""
    return f"根据《中华人民共和国政府信息公开条例》，请编制你单位{year}年政府信息公开工作年度报告，{by}{then}。"


def _by_mail(member: Member) -> str:
    return f"请用 {member.email} 发送，收件时按这个邮箱核对。" if member.email else "请把报送用的邮箱告诉我们，收件时按它核对。"


def _extras(area: Jurisdiction) -> str:
    limit = f"第一部分不超过{area.overview_max_characters}字" if area.overview_max_characters else ""
    topics = "、".join(topic.partition("|")[0] for topic in area.must_mention)
    mention = f"第一部分要写到{topics}" if topics else ""
    return f"{'；'.join(text for text in (limit, mention) if text)}。"
