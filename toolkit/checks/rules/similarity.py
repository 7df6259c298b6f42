"""Sections 一 and 五 beside last year's and beside those of the other organs (内容雷同)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from toolkit.checks.catalogue import TEXTS, Case, rule
from toolkit.checks.finding import Finding
from toolkit.checks.narrative.likeness import PARTS, copied_share, masked_text

_COPIED = re.compile(r"：与(?!上年（)(.+)的同一部分(?:几乎是照抄|有一半以上相同)")
MUCH, MOST = 0.5, 0.8  # from here on a person should look; from here on it is a copy


@rule("text-repeats-last-year", "与上年衔接", needs="last_year", reads=TEXTS)
def check_text_repeats_last_year(case: Case) -> Iterator[Finding]:
    """text-repeats-last-year: 第一、五部分与上年的文字雷同：超过一半的，超过八成的。

    Names and figures are left out of the comparison; the share is that of the text found again word for word.

    Source: 条例第五十条；历年关于年报内容雷同的通报。
    """
    last = case.last_year
    for part in PARTS if last else ():
        assert last is not None
        own = masked_text(getattr(case.report.narrative, part), case.report.organ.name)
        share = copied_share(own, masked_text(getattr(last.narrative, part), last.organ.name))
        if share > MUCH:
            yield _repeats(case, "text-repeats-last-year", part, share, f"上年（{last.year}）")


@rule("text-repeats-sibling", "与上年衔接", needs="siblings", reads=TEXTS)
def check_text_repeats_sibling(case: Case) -> Iterator[Finding]:
    """text-repeats-sibling: 第一、五部分与同批其他单位的文字雷同（已去掉单位名称和数字）。

    Source: 条例第五十条；历年关于年报内容雷同的通报。
    """
    assert case.siblings is not None
    for part in PARTS:
        nearest = case.siblings.nearest(case.report, part, MUCH)
        if nearest is not None:
            yield _repeats(case, "text-repeats-sibling", part, nearest.share, nearest.organ)


def copied_organ(message: str) -> str:
    """The organ that the message of a ``text-repeats-sibling`` names; "" for other messages."""
    named = _COPIED.search(message)
    return named[1] if named else ""


def _repeats(case: Case, code: str, part: str, share: float, whose: str) -> Finding:
    percent = f"{share:.0%}"
    how = "几乎是照抄" if share > MOST else "有一半以上相同"
    return Finding(
        code, "warning",
        f"{case.report.form.part(part).heading}：与{whose}的同一部分{how}，相同的文字占 {percent}（不计名称和数字）",
        expected=f"不超过 {MUCH:.0%}", found=percent, where=f"narrative.{part}",
        next_step="请写本单位本年的具体做法、数字和实例；确需沿用的，确认并写明原因",
    )  # fmt: skip
