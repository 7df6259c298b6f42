"""Marks: the brackets of file numbers, and half-width marks between Chinese characters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from toolkit.checks.catalogue import Case, rule
from toolkit.checks.finding import Finding, edited
from toolkit.checks.narrative.passages import LONGEST, Passage, matches

GROUP = "格式与名称"
_HAN = "\u3400-\u9fff"
# 云政办发[2024]5号: the words before are those of a document's number, not of a list or a footnote
_FILE_NUMBER = re.compile(
    rf"(?<=[{_HAN}])[ \u3000]?(?P<open>[\[［【(（〈<﹝{{｛])(?P<year>(?:19|20)\d\d)年?[\]］】)）〉>﹞}}｝]"
    r"第?(?P<number>0*[1-9]\d{0,3})号"
)
_WRITTEN = re.compile(rf"(?<=[{_HAN}])〔(?P<year>(?:19|20)\d\d)(?:〕(?:第0*|0+)|年〕第?0*)(?P<number>[1-9]\d{{0,3}})号")
_LEFT_OPEN = re.compile(r"(?<=[发函办政字令])(?P<year>(?:19|20)\d\d)〕第?(?P<number>0*[1-9]\d{0,3})号")
_NOT_CLOSED = re.compile(rf"(?<=[{_HAN}])〔(?P<year>(?:19|20)\d\d)(?:年|第)?(?P<number>0*[1-9]\d{{0,3}})号")
_SPACED = re.compile(
    rf"(?<=[{_HAN}])〔(?P<year>(?:19|20)\d\d)〕(?=[^号\n]*[ \u3000])\s*(?:第\s*)?(?P<number>0*[1-9]\d{{0,3}})\s*号"
)
# 云政办字〔24〕6号, 云政发2024年5号文件: after the letters of an office
_OFFICE = r"(?<=政[发函办字])|(?<=办[发函字])|(?<=府[发函办字])"
_SHORT_YEAR = re.compile(rf"(?:{_OFFICE})[〔\[［【(（](?P<short>[0-3]\d)[〕\]］】)）]第?(?P<number>0*[1-9]\d{{0,3}})号")
_NO_BRACKETS = re.compile(
    rf"(?:{_OFFICE})(?P<year>(?:19|20)\d\d)(?:年|[-—])?第?(?P<number>0*[1-9]\d{{0,3}})号(?=文|通知|令|[，。；、])"
)
_TURNED = re.compile(rf"(?:{_OFFICE})(?P<year>(?:19|20)\d\d)年?[〔\[［【(（]第?(?P<number>0*[1-9]\d{{0,3}})[〕\]］】)）]号")
_ANY_NUMBER = re.compile(r"\d[\s〕\]］】)）]*号")  # what a match of each of them ends with
_FORMS = (_FILE_NUMBER, _WRITTEN, _LEFT_OPEN, _NOT_CLOSED, _SPACED, _SHORT_YEAR, _NO_BRACKETS, _TURNED)
_OTHER_NUMBERS = ("编号", "项目", "招标", "合同", "序号", "档号", "案号")
_THINGS = ("楼", "院", "公告栏", "线", "门", "窗", "标段", "地块")
_MARKS = dict(zip(",;:?!()", "，；：？！（）", strict=True))
_BETWEEN = re.compile(rf"(?<=[{_HAN}》”）\d])[,;:?!](?=[{_HAN}《“（]|\s*\Z)|(?<=[{_HAN}])\.(?=[{_HAN}《“（]|\s*\Z)")
_BRACKETS = re.compile(rf"\((?=[^()\n]{{0,60}}[{_HAN}])[^()\n]{{1,60}}\)")
# （含节假日) : one bracket of a pair
_HALF_PAIR = re.compile(r"（[^()（）\n]{0,60}(?P<right>\))|(?P<left>\()[^()（）\n]{0,60}）")
# a straight quote after a digit is a measure: 24"显示屏
_QUOTES = re.compile(rf"(?<![\d\"'])(?P<mark>[\"'])(?=[^\"'\n]{{0,40}}[{_HAN}])[^\"'\n]{{1,40}}(?P=mark)")


@rule("file-number", GROUP)
def check_file_number(case: Case) -> Iterator[Finding]:
    """file-number: 发文字号的年份用六角括号“〔〕”，序号不加“第”、不编虚位：云政办发〔2024〕5号。

    Source: GB/T 9704—2012《党政机关公文格式》7.2.5。
    """
    for passage in case.prose:
        text = passage.text[:LONGEST]
        forms = _FORMS if _ANY_NUMBER.search(text) else ()
        numbers = sorted((item for form in forms for item in form.finditer(text)), key=lambda item: item.start())
        numbers = [item for item in numbers if not _is_no_number(passage.text, item)]
        if numbers:
            edits = tuple((*item.span(), f"〔{_year(item)}〕{int(item['number'])}号") for item in numbers)
            yield _marks("file-number", passage, edits, f"发文字号“{numbers[0][0]}”应为“{edits[0][2]}”")


def _year(match: re.Match[str]) -> str:
    return f"20{match['short']}" if "short" in match.re.groupindex else match["year"]


def _is_no_number(text: str, match: re.Match[str]) -> bool:
    """(2024)3号楼, a court's (2024)云01行初5号: a court writes round brackets."""
    before = text[: match.start()].rstrip()
    if text.startswith(_THINGS, match.end()) or before.endswith(_OTHER_NUMBERS):
        return True
    return match.re is _FILE_NUMBER and match["open"] in "(（" and not re.search(r"[发函字电文]\Z", before)


@rule("half-width", GROUP)
def check_half_width(case: Case) -> Iterator[Finding]:
    """half-width: 汉字之间用全角标点：“，。；：？！（）”和弯引号，不用半角的 , . ; : ? ! ( ) 和直引号。

    A notice in texts, a warning in the organ's name, which the county compares with its list sign by sign; with the list here,
    the name is what the list says.

    Source: GB/T 15834—2011《标点符号用法》。
    """
    name = () if case.listed_as else (Passage("organ.name", "机关名称", case.report.organ.name),)
    for passage in (*case.prose, *name):
        edits = tuple(sorted(set(_half_width(passage.text[:LONGEST]))))  # one bracket may be of two pairs
        if edits:
            first = edits[0]
            around = passage.text[max(0, first[0] - 4) : first[1] + 4].replace("\n", "")
            finding = _marks("half-width", passage, edits, f"汉字之间用了半角标点（“{around}”）")
            if passage in name:
                finding = replace(finding, severity="warning", next_step=f"可改为“{edited(passage.text, edits)}”")
            yield finding


def _half_width(text: str) -> Iterator[tuple[int, int, str]]:
    for match in matches(_BETWEEN, text, *",;:?!."):
        if not (match[0] == ":" and re.search(r"\d\Z", text[: match.start()][-1:])):  # 14:30
            yield (*match.span(), _MARKS.get(match[0], "。"))
    for match in matches(_BRACKETS, text, "("):
        yield match.start(), match.start() + 1, "（"
        yield match.end() - 1, match.end(), "）"
    for match in matches(_HALF_PAIR, text, "(", ")"):
        side = "right" if match["right"] else "left"
        yield (*match.span(side), _MARKS[match[side]])
    for match in matches(_QUOTES, text, '"', "'"):
        left, right = "“”" if match[0][0] == '"' else "‘’"
        yield match.start(), match.start() + 1, left
        yield match.end() - 1, match.end(), right


def _marks(code: str, passage: Passage, edits: Sequence[tuple[int, int, str]], message: str) -> Finding:
    """One notice for all the marks of a text: they are put right with one press."""
    start, end, words = edits[0]
    more = f"，等共 {len(edits)} 处" if len(edits) > 1 else ""
    return Finding(
        code, "notice", f"{passage.label}：{message}{more}", expected=words, found=passage.text[start:end], where=passage.where,
        start=start, end=end, next_step=f"可改为“{words}”" if len(edits) == 1 else "在填报表单里按一下就能全部改好",
        edits=tuple(edits),
    )  # fmt: skip
