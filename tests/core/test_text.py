"""The table of odd characters: what is found, by what name, and what becomes of it when typed and when printed."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.core.text import (
    RADICALS,
    cleaned,
    find_signs,
    is_no_character,
    printable,
    sign_name,
    skeleton,
    squeezed,
    visible,
    without_controls,
)
from toolkit.report.cell_text import read_figure

CERTAIN = [
    ("云溪县\u200b松石镇", "云溪县松石镇", "零宽空格 U+200B"),
    ("松石\u200c镇", "松石镇", "零宽不连字 U+200C"),
    ("松石\u2060镇", "松石镇", "单词连接符 U+2060"),
    ("\ufeff松石镇", "松石镇", "零宽不换行空格 U+FEFF"),
    ("公\u00ad开", "公开", "软连字符 U+00AD"),
    ("公\u034f开", "公开", "组合用连接符 U+034F"),
    ("公\u180e开", "公开", "蒙古文元音分隔符 U+180E"),
    ("公\u2063开", "公开", "不可见运算符 U+2063"),
    ("2024\u200e年", "2024年", "从左到右标记 U+200E"),
    ("\u202a2024\u202c年", "2024年", "从左到右嵌入 U+202A"),
    ("公\u202e开", "公开", "从右到左强制 U+202E"),
    ("公\u2068开", "公开", "首个强方向隔离 U+2068"),
    ("葛\U000e0100镇", "葛镇", "变体选择符 U+E0100"),
    ("一\ufe0f", "一", "变体选择符 U+FE0F"),
    ("公\u3164开", "公开", "谚文填充符 U+3164"),
    ("公\U000e0041开", "公开", "标签字符 U+E0041"),
    ("公\x07开", "公开", "控制字符 U+0007"),
    ("公\x93开", "公开", "控制字符 U+0093"),
    ("公\ud800开", "公开", "半个字符 U+D800"),
    ("公\uffff开", "公开", "未分配的字符 U+FFFF"),
    ("公\u2028开", "公\n开", "行分隔符 U+2028"),
    ("公\u2029开", "公\n开", "段落分隔符 U+2029"),
    ("公\x85开", "公\n开", "下一行符 U+0085"),
    ("公\x0b开", "公\n开", "纵向制表符 U+000B"),
    ("公\x0c开", "公\n开", "换页符 U+000C"),
    ("公\xa0开", "公 开", "不换行空格 U+00A0"),
    ("公\u2003开", "公 开", "排版空格 U+2003"),
    ("公\u202f开", "公 开", "窄不换行空格 U+202F"),
    ("公\u2800开", "公 开", "盲文空格 U+2800"),
    ("⼈民", "人民", "部首 U+2F08"),
    ("人⺠", "人民", "部首 U+2EA0"),
    ("⻅⾯", "见面", "部首 U+2EC5"),
    ("㇐次", "一次", "笔画 U+31D0"),
    ("\uf90a", "金", "兼容汉字 U+F90A"),
    ("\U0002f801", "丸", "兼容汉字 U+2F801"),
    ("\ue863", "䶮", "旧字库的造字 U+E863"),
    ("\ue816", "𠂇", "旧字库的造字 U+E816"),
    ("镇\u0301长", "镇长", "附加符号 U+0301"),
    ("1\u20e3", "1", "附加符号 U+20E3"),
    ("COVID\u201119", "COVID-19", "兼容字符 U+2011"),
    ("0537\x1e12345678", "0537-12345678", "兼容字符 U+001E"),
    ("政府信息\x1f公开", "政府信息公开", "控制字符 U+001F"),
    ("5K\u212a", "5KK", "兼容字符 U+212A"),
]
WIDE = [
    ("２０２４年", "2024年", "全角字符 U+FF12"),
    ("ＡＰＰ", "APP", "全角字符 U+FF21"),
    ("𝟐𝟓件", "25件", "数学字母或数字 U+1D7D0"),
    ("公开｡", "公开。", "兼容字符 U+FF61"),
    ("公开﹐", "公开，", "兼容字符 U+FE50"),
]


@pytest.mark.parametrize(("text", "clean", "name"), [*CERTAIN, *WIDE])
def test_certain_ones_are_found_named_and_replaced(text: str, clean: str, name: str) -> None:
    sign = find_signs(text)[0]
    odd = next(character for character in text if character not in clean)
    assert (sign_name(odd), sign.certain) == (name, True)
    assert text[sign.start : sign.end] == sign.text
    assert cleaned(text) == clean
    assert find_signs(clean) == []


@pytest.mark.parametrize(("text", "clean", "name"), CERTAIN)
def test_what_draws_the_same_is_printed_the_same(text: str, clean: str, name: str) -> None:
    assert printable(text) == (clean if not {"\x0b", "\x0c"} & {*text} else clean.replace("\n", "")), "a control draws nothing"


@pytest.mark.parametrize(("text", "clean", "name"), WIDE)
def test_what_is_drawn_otherwise_is_printed_as_it_is(text: str, clean: str, name: str) -> None:
    assert printable(text) == text


@pytest.mark.parametrize(
    ("text", "meant", "why"),
    [
        ("2O24年", "2024年", "Latin O"),
        ("1О件", "10件", "Cyrillic O"),
        ("1Ο5件", "105件", "Greek omicron"),
        ("新收l2件", "新收12件", "Latin l"),
        ("新收1І件", "新收11件", "Ukrainian I"),
        ("二○二四年", "二〇二四年", "a circle"),
        ("二O二四年", "二〇二四年", "Latin O"),
        ("二0二四年", "二〇二四年", "the digit"),
        ("二〇二○年", "二〇二〇年", "the last of them"),
        ("АPP下载", "APP下载", "Cyrillic A in a Latin word"),
        ("Wеb", "Web", "Cyrillic e"),
        ("ΑPP", "APP", "Greek A"),
        ("12月31曰", "12月31日", "曰 for 日"),
        ("٢٥件", "25件", "digits of another script"),
        ("人ロ普查", "人口普查", "katakana from a scan"),
        ("统—公布", "统一公布", "a dash for 一"),
        ("进—步", "进一步", "a dash for 一"),
        ("第—季度", "第一季度", "a dash for 一"),
        ("0601–5550102", "0601-5550102", "a dash in a telephone number"),
        ("010−55501020", "010-55501020", "a minus"),
    ],
)
def test_neighbours_tell_what_was_meant_and_it_is_only_offered(text: str, meant: str, why: str) -> None:
    (sign,) = find_signs(text)
    assert text[: sign.start] + sign.replacement + text[sign.end :] == meant, why
    assert not sign.certain
    assert cleaned(text) == text, "a person decides"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("O2O模式", "an abbreviation"),
        ("二〇二四年", "as it should be"),
        ("二零二四年", "also Chinese"),
        ("①②③（一）㎡℃Ⅲ", "signs that are meant"),
        ("11①", "the mark of a footnote is no digit"),
        ("“引号”——省略……", "Chinese punctuation"),
        ("85％", "a full-width percent sign is usual"),
        ("\u3000\u3000我镇", "the indent of a paragraph"),
        ("北京—上海、1月—12月", "a dash that is a dash"),
        ("第——是", "a Chinese dash"),
        ("α系数、β值、Привет", "Greek and Russian"),
        ("カメラ", "a Japanese word"),
        ("م\u200cن", "a joiner where letters join"),
        ("ᠠ\u180bᠡ\u202fᠢ", "Mongolian"),
        ("㙍垯镇、䶮、𠮷", "rare characters"),
        ("\ufa0e\ufa29", "unified ideographs in the compatibility block"),
        ("cafe\u0301、e\u0323\u0302", "letters with their marks"),
        ("A4纸、5G、H5页面", "letters and digits"),
        ("地址：站前路6号，电话0601-5550102", "an ordinary address"),
        ("子曰：学而时习之", "曰 in a quotation"),
    ],
)
def test_near_misses_are_left_alone(text: str, why: str) -> None:
    assert find_signs(text) == [], why
    assert cleaned(text) == text


def test_signs_of_one_kind_side_by_side_are_one() -> None:
    signs = find_signs("⼈⺠政府\u200b\u200b２０２４年")
    assert [(sign.start, sign.text, sign.replacement) for sign in signs] == [
        (0, "⼈⺠", "人民"),
        (4, "\u200b\u200b", ""),
        (6, "２０２４", "2024"),
    ]


def test_every_radical_of_unicode_has_its_character() -> None:
    named = [point for point in range(0x2E80, 0x2FD6) if unicodedata.name(chr(point), "")]
    left = [chr(point) for point in named if point not in RADICALS]
    assert set(left) <= set("⺀⺋⺐⺒⻌⺁"), "⺀ is a repetition mark"


def test_figures_are_read_without_what_draws_nothing() -> None:
    """The browser shares the data of the reader of figures; it names the same characters as the table here."""
    hidden = [chr(code) for code in range(0xA0, 0xFFFE) if not cleaned(chr(code)) and not 0xD800 <= code < 0xE000]
    hidden = [
        character
        for character in hidden
        if unicodedata.category(character) not in ("Mn", "Me", "Cn") or character in "\ufe0f\u2065"
    ]
    differing = [character for character in hidden if read_figure(f"1{character}4").value != 14]
    assert [sign_name(character) for character in differing if not 0xFDD0 <= ord(character) <= 0xFDEF] == []


def test_messages_show_what_is_not_seen() -> None:
    assert visible("云溪县\u200b松石镇") == "云溪县〔零宽空格 U+200B〕松石镇"
    assert skeleton("云溪县\u200b 松石\xa0镇⼈民政府") == "云溪县松石镇人民政府"


def test_what_means_nothing_to_anybody() -> None:
    assert all(map(is_no_character, "\ue123\U0010fffd\ufffd\ufffc\u0378\uffff"))
    assert not any(map(is_no_character, "镇㙍𠮷\U000323b0\U0002ebf0a1 \n\u200b"))


def test_without_controls_keeps_all_that_a_file_can_carry() -> None:
    assert without_controls("甲\x00\x0b\x85\ud800乙\t\n⺠\u200b") == "甲乙\t\n⺠\u200b"


@given(st.text())
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert cleaned(cleaned(text)) == cleaned(text)
    assert printable(printable(text)) == printable(text)
    assert squeezed(cleaned(printable(text))) == squeezed(cleaned(text))


@given(st.text())
def test_signs_lead_to_the_cleaned(text: str) -> None:
    out, at = "", 0
    for sign in find_signs(text):
        out, at = out + text[at : sign.start] + (sign.replacement if sign.certain else sign.text), sign.end
    assert out + text[at:] == cleaned(text)


def seconds(text: str) -> float:
    begin = time.process_time()
    find_signs(text)
    return time.process_time() - begin


@pytest.mark.sweep
def test_a_long_text_takes_no_longer_than_its_length() -> None:
    once, ten = "２０Ｏ２4O年—统⼈" * 2_000, "２０Ｏ２4O年—统⼈" * 20_000
    spent = [min(seconds(text) for _ in range(3)) for text in (once, ten)]  # the best run is not disturbed by others
    assert spent[1] < 40 * max(spent[0], 0.002)
