"""What of an imported document did not come into the report, or came there on an assumption; each kind is one rule.

The importer notes it (``Case.read_form``); here it becomes a finding. A params file shows none of it.
"""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.checks.catalogue import Case, rule, rules_of_one_check
from toolkit.checks.finding import Finding, Severity, cell_finding

GROUP = "读入的文件"


@rule("cell-unread", GROUP, needs="read_form")
def check_cell_unread(case: Case) -> Iterator[Finding]:
    """cell-unread: 原文里读不清或没有的格已逐格对照原文填写。

    One error per cell without a figure of which the importer could not tell what the document has there.

    Source: 实践：读错的数字比没有读出的更难发现。
    """
    form = case.report.form
    for address, why in case.read_form.unread.items() if case.read_form else ():
        if case.report.figures.given.get(address) is None:
            yield cell_finding(form, address, "cell-unread", "error", why, next_step="请对照原文填写这一格")


_SEVERITIES: dict[str, Severity] = {
    "text-unread": "warning",
    "number-restored": "warning",
    "unit-assumed": "warning",
    "level-unknown": "notice",
    "table-unread": "notice",
}  # of the others: error


def _observed(case: Case, code: str) -> Iterator[Finding]:
    for seen in case.read_form.observations if case.read_form else ():
        if seen.code == code:
            message = f"{seen.message}（{seen.place}）" if seen.place else seen.message
            yield Finding(
                code, _SEVERITIES.get(code, "error"), message, expected=seen.expected, found=seen.found,
                where=seen.where or "form", next_step=seen.next_step,
            )  # fmt: skip


_FORMS = "国办公开办函〔2019〕60号、〔2021〕30号所附格式。"
rules_of_one_check(_observed, GROUP, needs="read_form", rules={
    "row-unread": ("法定表格里没有增加的行，每一行都能认出是格式的哪一项。", _FORMS),
    "table-twice": ("同一张表没有出现两次，或两次的数字一致。", "实践：一份文件里的两张表不一致。"),
    "several-reports": ("文件里只有一份年报，没有别的年度或别的机关的表格。", "实践：年报后面附上年数据。"),
    "page-unread": (
        "每一页都有可以复制的文字，没有扫描的页，复制出来的数字就是印出的数字。",
        "实践：扫描的页读不出文字；有的 PDF 字体登记错误，复制出来的是别的数字。",
    ),
    "organ-unread": ("标题写明机关全称。", _FORMS),
    "channel-unread": ("填报工作簿里的公开渠道有名称和整数条数。", "填报工作簿的说明。"),
    # the form has no place for text beside its tables; what is there is quoted, so that a person can keep it
    "text-unread": ("第二至第四部分只有表格，没有另加的说明文字。", _FORMS),
    "number-restored": ("小标题的序号没有丢失。", "实践：从网页复制时自动编号丢失。"),
    "unit-assumed": ("格式没有写单位的金额，单位已核对。", "国办公开办函〔2019〕60号所附格式第二部分“采购总金额”。"),
    "level-unknown": ("机关层级已选定；从名称看不准的，请核对。", "实践：县级市和地级市从名称分不出来。"),
    "table-unread": ("文件里没有法定格式以外的表格。", _FORMS),
})  # fmt: skip
