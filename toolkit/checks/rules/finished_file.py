"""The finished file: characters that can be drawn, and text and figures that read back as they went in."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import chain

from toolkit.checks.catalogue import Case, rule
from toolkit.checks.finding import Finding
from toolkit.checks.narrative.passages import Passage, lines_of
from toolkit.core.fonts import NoFonts, missing_glyphs
from toolkit.core.text import is_no_character, printable, sign_name

GROUP = "成品文件"
_AFTER_PRINTING = "打印后改过，或印得不清；请与报送单位核对以哪个数为准"


@rule("glyph-missing", GROUP)
def check_glyph_missing(case: Case) -> Iterator[Finding]:
    """glyph-missing: 每个字都有字体能印出来；印不出的生僻字、私用区字符和已经丢失的字（�）逐个指出，不许印成方框。

    Source: 实践：地名中的生僻字。
    """
    seen: set[str] = set()
    for passage in case.passages:
        of_lines = (_rare(line) for _, _, line in lines_of(passage.text))
        rare = [character for character in dict.fromkeys(chain.from_iterable(of_lines)) if character not in seen]
        seen.update(rare)
        for character in _undrawable(rare):
            yield _glyph_missing(passage, character)


@lru_cache(maxsize=512)  # while a clerk types, one line changes
def _rare(line: str) -> tuple[str, ...]:
    """Characters that a Chinese font may lack: those beyond the ones that all of them have."""
    if _is_common(line):
        return ()
    printed = printable(line)
    return tuple(sorted(frozenset(printed) - _in_every_font(), key=printed.index))


def _is_common(text: str) -> bool:
    """Whether every font has all characters of a text: the codec decides it faster than a set of them."""
    try:
        text.replace("—", "").replace("·", "").encode("gb2312")
    except UnicodeEncodeError:
        return _in_every_font().issuperset(text)
    return True


@cache
def _gb2312() -> frozenset[str]:
    """The characters of GB 2312, those of ASCII with them."""
    codes = range(0xA1, 0xFF)
    # the blank keeps the decoder in step behind a pair without a character
    pairs = bytes(code for first in codes for second in codes for code in (first, second, 0x20))
    return frozenset(pairs.decode("gb2312", "ignore")) | frozenset(map(chr, range(128)))


@cache
def _in_every_font() -> frozenset[str]:
    """GB 2312, with the dash and the point between names as people write them: the decoder has others in their places."""
    return _gb2312() | frozenset("—·")


def _undrawable(characters: list[str]) -> tuple[str, ...]:
    meaningless = tuple(filter(is_no_character, characters))  # a font may draw one, but each another
    try:
        return (*meaningless, *missing_glyphs("".join(set(characters) - {*meaningless}), "fangsong")) if characters else ()
    except NoFonts:
        return meaningless  # a machine without Chinese fonts is reported when a page is printed


def _glyph_missing(passage: Passage, character: str) -> Finding:
    start = max(0, passage.text.find(character))
    why = "别的电脑上显示不出" if is_no_character(character) else "本机没有字体能印出"
    return Finding(
        "glyph-missing", "error", f"{passage.label}：{why}“{character}”（{sign_name(character)}）",
        expected="能印出的字", found=character, where=passage.where, start=start, end=start + len(character),
        next_step="请安装含有此字的字体，或核对是否误入的符号",
    )  # fmt: skip


@rule("output-differs", GROUP, needs="outputs")
def check_output_differs(case: Case) -> Iterator[Finding]:
    """output-differs: 从成品（PDF、DOCX、HTML）读回的文字和数字与填报数据一字不差。

    Source: 实践：公布的须与签发的一致。
    """
    for item in case.outputs:
        yield Finding(
            "output-differs", "error", item.sentence,
            expected=item.expected, found=item.found, where=item.file,
            next_step=_AFTER_PRINTING if item.on_paper else "请重新生成；仍不一致的，连同填报数据发给维护人员",
        )  # fmt: skip
