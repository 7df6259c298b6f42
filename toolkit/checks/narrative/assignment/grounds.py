"""The grounds of a decision on a figure: how much each adds to the degree of its words, and what it is in Chinese."""

from __future__ import annotations

from typing import NamedTuple


class Ground(NamedTuple):
    """One reason of the decision: how much it adds to the degree, and what it is in Chinese."""

    change: int
    reason: str


TOLD_ELSEWHERE = Ground(-30, "这一格别处已写对")
OTHER_CELL = Ground(-25, "此数等于另一个没有写到的格")
EXPLAINED = Ground(-45, "说法不固定，另一个没有写到的格正是此数")
FAR_AND_UNNAMED = Ground(-25, "没有写明是申请，又相差很多")
TOLD_NOWHERE = Ground(15, "别处没有写到这一格")
NEAR_MISS = Ground(15, "与这一格像是笔误")
LISTED_APPLICANTS = Ground(-25, "所在的列举加得起来，这一栏却不同")
BY_APPLICANT = Ground(-10, "这一句里分申请人说")
EXAMPLE = Ground(-50, "这一格别处已写对，第五部分说的是其中几件")
ROW_ADDS_UP = Ground(-60, "并列的几个数之和正是这一格")
BOTH = Ground(-60, "复议、诉讼合在一起正是此数")
OTHER_DISPUTES = Ground(-80, "这一句里的数正是表四另一行的总计和这一栏")
CROSSED = Ground(-60, "此数正是前面那个数所在的行（栏）与这一栏（行）相交的格")
OF_OTHERS = Ground(-80, "前面的数都不是表中的，此数是其中剩下的，说的是别的事")
OF_NEW = Ground(-80, "所列各项正好合成本年新收，说的是新收的办理结果")
OF_ORIGIN = Ground(-80, "说的只是新收的（上年结转的）里办结的，上年结转的另写了办结")
CLOSED = Ground(-80, "此数是这一类案件的已审结数，后面分列各种结果")
ROW_TOLD = Ground(0, "所列其他各项与表格各行一致")
PLACE_OF_UNSTATED = Ground(0, "同一句其他各数依次与表格一致，此数处在这一格的位置")
SLIP_OF_UNSTATED = Ground(0, "与这一格数字颠倒，或者是这一格上年的数")
OF_ALL_CAUSES = Ground(-80, "后面的数正是这一格，此数包括别的原因引起的案件")
LISTED = Ground(-60, "所在的列举加得起来")
UNKNOWN_WORDS = Ground(-10, "这一句里有不认得的词")
OTHER_WAY = Ground(-10, "没有写明转自上年还是转入下年，此数正是另一行")
