"""Words of annual reports and how Pinyin spells them: letters that are one of them were meant to become characters.

In: letters and the characters beside them. Out: whether they spell a word, or half of one. Words that are also names of
persons or products in Pinyin are not in the table.
"""

from __future__ import annotations

import re

_SPELT = (
    "公开 gong kai,信息 xin xi,申请 shen qing,政府 zheng fu,政务 zheng wu,目录 mu lu,指南 zhi nan,工作 gong zuo,主动 zhu dong,"
    "答复 da fu,办理 ban li,网站 wang zhan,平台 ping tai,制度 zhi du,群众 qun zhong,行政 xing zheng,复议 fu yi,诉讼 su song,"
    "处罚 chu fa,规范 gui fan,文件 wen jian,监督 jian du,保障 bao zhang,管理 guan li,内容 nei rong,问题 wen ti,改进 gai jin,"
    "落实 luo shi,年度 nian du,报告 bao gao,及时 ji shi,全年 quan nian,建设 jian she,培训 pei xun,审查 shen cha,"
    "更新 geng xin,财政 cai zheng,预算 yu suan,决算 jue suan,栏目 lan mu,部门 bu men,单位 dan wei,机关 ji guan,收费 shou fei,"
    "加强 jia qiang,完善 wan shan,推进 tui jin,重点 zhong dian,条例 tiao li,依申请 yi shen qing,事项 shi xiang"
)
_WORDS = {word: syllables.split() for word, _, syllables in (entry.partition(" ") for entry in _SPELT.split(","))}
_SPELT_WORDS = re.compile(f"(?:(?:{'|'.join(''.join(spelt) for spelt in _WORDS.values())})[ '’]?)+", re.IGNORECASE)
_FIRST = {(spelt[0], word[1]) for word, spelt in _WORDS.items() if len(word) == 2}  # Shen请
_SECOND = {(word[0], spelt[1]) for word, spelt in _WORDS.items() if len(word) == 2}  # 公Kai
_TIMES = "ds"  # 7d答复, 3s审查 are meant
_INITIALS = {(spelt[0][0], word) for word, spelt in _WORDS.items() if spelt[0][0] not in _TIMES}


def is_spelt_word(letters: str) -> bool:
    """Gongkai, xinxi, XINXI, xinxi gongkai."""
    return bool(_SPELT_WORDS.fullmatch(letters))


def is_spelt_half(before: str, letters: str, after: str) -> bool:
    """Shen before 请, or Kai behind 公: half of a word has become a character."""
    half = letters.lower()
    return (half, after) in _FIRST or (before, half) in _SECOND


def is_unit_of_word(letters: str, word: str) -> bool:
    """The m of 2m目录 measures nothing: it is the first letter of the word behind it."""
    return (letters, word) in _INITIALS
