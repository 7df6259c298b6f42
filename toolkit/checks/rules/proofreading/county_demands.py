"""What a county asks beyond the form (``_jurisdiction.yaml``): the length of a part, and what it must speak of."""

from __future__ import annotations

import re
from collections.abc import Iterator

from toolkit.checks.catalogue import Case, rule
from toolkit.checks.finding import Finding
from toolkit.checks.narrative.passages import Passage

GROUP = "格式与名称"
_QUANTITY = (
    r"(?:(?<![\d年月第〔.])\d+(?:\.\d+)?余?(?:万|多|余)?[条件次期篇个部份项场人份户幅张种批册]"
    r"|(?<!第)[一二三四五六七八九十百两]+[条件次期篇部份项场批]|没有|未开展|未制发|未发布|未发生|未举办|均?为零|无新)"
)


def counted_characters(text: str) -> int:
    """The length of a text as a word processor counts it (字数): characters without blanks and line ends."""
    return len(re.sub(r"\s+", "", text))


@rule("text-too-long", GROUP)
def check_text_too_long(case: Case) -> Iterator[Finding]:
    """text-too-long: 第一、五、六部分和三部分合计的字数不超过本地区的要求；没有要求的不查。

    Characters are counted without blanks, marks included.

    Source: 本级政务公开主管部门的通知，如“总体情况篇幅原则上不超过一千字”；写在 _jurisdiction.yaml 的 overview_max_characters
    （第五、六部分和合计是 problems_、other_、total_max_characters）。
    """
    total = 0
    for passage in _parts(case):
        most = getattr(case.jurisdiction, f"{passage.where.removeprefix('narrative.')}_max_characters", None)
        count = counted_characters(passage.plain.text)
        total += count
        if most is not None and count > most:
            yield _too_long(passage.label, count, most, passage.where)
    most = case.jurisdiction.total_max_characters if case.jurisdiction else None
    if most is not None and total > most:
        # not about the text of part one: a confirmation of its length does not cover all three
        yield _too_long("第一、五、六部分的文字合计", total, most, "form.overview")


def _too_long(what: str, count: int, most: int, where: str) -> Finding:
    return Finding(
        "text-too-long", "warning", f"{what}：{count} 字，本地区要求不超过 {most} 字，多 {count - most} 字",
        expected=f"不超过 {most} 字", found=f"{count} 字", where=where, next_step="请压缩；确需保留的，确认并写明原因",
    )  # fmt: skip


@rule("element-missing", GROUP)
def check_element_missing(case: Case) -> Iterator[Finding]:
    """element-missing: 第一部分写到本地区要求的各项内容，要求写数量的写明数量；没有要求的不查。

    An entry ``政策解读|解读`` is met by any of its words. A quantity is a number or a denial (没有, 未开展) in a clause or the
    next one of a sentence that has the word.

    Source: 本级政务公开主管部门的通知，如“要有政策解读、规范性文件等数据”；写在 _jurisdiction.yaml 的 must_mention、must_count。
    """
    for passage in _parts(case):
        if passage.where != "narrative.overview" or case.jurisdiction is None or not passage.text.strip():
            continue
        text = passage.plain.text
        counted = case.jurisdiction.must_count
        for entry in dict.fromkeys((*case.jurisdiction.must_mention, *counted)):
            words = [word.strip() for word in entry.split("|") if word.strip()]
            if words and not any(word in text for word in words):
                yield _missing(passage, words[0], f"没有写到“{words[0]}”", f"请补写{words[0]}的情况；没有的也写明没有")
            elif words and entry in counted and not any(_is_counted(word, text) for word in words):
                yield _missing(passage, words[0], f"写到“{words[0]}”，没有写数量", f"请写明{words[0]}的数量；没有的也写明没有")


def _missing(passage: Passage, word: str, what: str, step: str) -> Finding:
    message = f"{passage.label}：{what}，本地区要求写明"
    return Finding("element-missing", "warning", message, expected=word, found=what, where=passage.where, next_step=step)


def _is_counted(word: str, text: str) -> bool:
    """Whether a sentence with the word tells how many, near it."""
    near = re.compile(
        rf"{re.escape(word)}[^。；\n，,]{{0,30}}(?:[，,][^。；\n，,]{{0,20}})?{_QUANTITY}|{_QUANTITY}[^。；\n，,]{{0,12}}{re.escape(word)}"
    )
    return near.search(text) is not None


def _parts(case: Case) -> Iterator[Passage]:
    if case.jurisdiction is not None and case.jurisdiction.name != case.report.organ.name:
        yield from case.parts
