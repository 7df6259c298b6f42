"""Characters that are not seen, or look like others, in names and texts (the cells of tables have `cell-has-unit`)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from toolkit.checks.catalogue import Case, rule
from toolkit.checks.finding import Finding, Severity, edited
from toolkit.checks.narrative.passages import LONGEST, Passage
from toolkit.core.text import Sign, find_signs, odd_characters, sign_name, visible
from toolkit.report import Report

GROUP = "格式与名称"
SHOWN = 5  # characters that a message names
_BLANK_INSIDE = re.compile("(?<=[\u3400-\u9fff])[ \u3000]+(?=[\u3400-\u9fff])")


_KINDS = {
    "hidden": ("看不见的字符", "请删去"),
    "line": ("不可见的换行符", "请删去，或改为普通的换行"),
    "blank": ("特殊的空格", "请改为普通的空格"),
}


def name_passages(report: Report) -> Iterator[Passage]:
    """Names that are not printed, but compared with other files: 简称 and 上级机关."""
    for key, label in (("short_name", "机关简称"), ("superior", "上级机关"), ("published_on", "公开日期")):
        yield Passage(f"organ.{key}", label, getattr(report.organ, key))


@rule("hidden-character", GROUP)
def check_hidden_character(case: Case) -> Iterator[Finding]:
    """hidden-character: 名称和文字里没有看不见的字符：零宽空格、方向标记、软连字符、不可见的换行符、特殊空格等。

    An error in names, which are compared with the county's list character by character, a warning in texts. Special
    blanks in a text, which do no harm on paper, are a notice.

    Source: Unicode, Default_Ignorable_Code_Point；实践：从网页、PDF、聊天软件中复制的文字。
    """
    for passage in _texts(case):
        signs = _signs(passage.text)
        if not signs and passage.where != "organ.name":
            continue
        unseen = [sign for sign in signs if sign.kind in ("hidden", "line")]
        blanks = [sign for sign in signs if sign.kind == "blank"]
        if _is_name(passage):
            blanks += _blanks_inside(passage) if passage.where == "organ.name" else []
            yield from _hidden(passage, [*unseen, *blanks], "error")
        else:
            yield from _hidden(passage, unseen, "warning")
            yield from _hidden(passage, blanks, "notice")


@rule("look-alike", GROUP)
def check_look_alike(case: Case) -> Iterator[Finding]:
    """look-alike: 名称和文字里的字是通常的字，不是形近的字符：部首“⼈⺠”、兼容汉字、全角数字、数字里的字母 O 和 l、“二○二四”。

    An error in names, a warning in texts; full-width letters and digits are a warning in names, a notice in texts.

    Source: Unicode, EquivalentUnifiedIdeograph.txt 和 UTS #39；GB/T 15835—2011（汉字数字用“〇”）。
    """
    for passage in _texts(case):
        signs = [sign for sign in _signs(passage.text) if sign.kind in ("alike", "wide")]
        if signs:
            yield _alike(passage, signs, _severity(passage, signs))


@lru_cache(maxsize=64)
def _signs(text: str) -> tuple[Sign, ...]:
    return tuple(find_signs(text[:LONGEST]))


def _severity(passage: Passage, signs: Sequence[Sign]) -> Severity:
    if all(sign.kind == "wide" for sign in signs):
        return "warning" if _is_name(passage) else "notice"
    return "error" if _is_name(passage) and any(sign.kind == "alike" and sign.certain for sign in signs) else "warning"


def _texts(case: Case) -> Iterable[Passage]:
    return (*case.passages, *name_passages(case.report))


def _is_name(passage: Passage) -> bool:
    return not passage.where.startswith("narrative.")


def _blanks_inside(passage: Passage) -> list[Sign]:
    return [Sign(match.start(), match[0], "blank", "") for match in _BLANK_INSIDE.finditer(passage.text)]


def _hidden(passage: Passage, signs: Sequence[Sign], severity: Severity) -> Iterator[Finding]:
    if not signs:
        return
    ordered = sorted(signs, key=lambda sign: sign.start)
    edits = tuple((sign.start, sign.end, "" if _is_name(passage) else sign.replacement) for sign in ordered)
    characters = dict.fromkeys(character for sign in ordered for character in sign.text)
    kind, what_to_do = _KINDS[ordered[0].kind]
    count = sum(len(sign.text) for sign in ordered)
    named = "、".join(sign_name(character) for character in list(characters)[:SHOWN])
    message = f"有 {count} 处{kind}（{named}{'等' if len(characters) > SHOWN else ''}）"
    yield _finding("hidden-character", severity, passage, ordered, edits, message, _mend_of(passage, edits, what_to_do))


def _alike(passage: Passage, signs: Sequence[Sign], severity: Severity) -> Finding:
    edits = tuple((sign.start, sign.end, sign.replacement) for sign in signs)
    pairs = dict.fromkeys((sign.text, sign.replacement, odd_characters(sign)) for sign in signs)
    pieces = "；".join(
        f"“{written}”应为“{proper}”（{'、'.join(map(sign_name, odd[:SHOWN]))}）" for written, proper, odd in list(pairs)[:SHOWN]
    )
    more = f"；等共 {len(signs)} 处" if len(signs) > SHOWN else ""
    message = f"有形近的字符：{pieces}{more}"
    return _finding("look-alike", severity, passage, signs, edits, message, _mend_of(passage, edits, "请改为通常的字"))


def _mend_of(passage: Passage, edits: tuple[tuple[int, int, str], ...], otherwise: str) -> str:
    """The next step: a name as it should be, for a text what the form does with one press."""
    if _is_name(passage):
        return f"可改为“{edited(passage.text, edits)}”"
    words = list(dict.fromkeys((passage.text[start:end], text) for start, end, text in edits))
    if len(words) == 1 and words[0][1].strip():
        return f"可改为“{words[0][1]}”"
    return f"{otherwise}；在填报表单里按一下就能全部改好"


def _finding(
    code: str, severity: Severity, passage: Passage, signs: Sequence[Sign], edits: tuple[tuple[int, int, str], ...],
    message: str, step: str,
) -> Finding:  # fmt: skip
    first = signs[0]
    return Finding(
        code, severity, f"{passage.label}：{message}", expected=visible(first.replacement) or "没有这个字符",
        found=visible(first.text), where=passage.where, start=first.start, end=first.end, next_step=step, edits=edits,
    )  # fmt: skip
