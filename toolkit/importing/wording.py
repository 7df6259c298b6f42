"""Make the words of a published report comparable with the form: widths, blanks, traditional characters.

In: text as a file gives it. Out: ``fold``-ed text for comparing (no blanks, one kind of brackets and digits). NFKC
over the whole text is not used: it leaves ⻅⺠⻥⻔ as they are and halves （） ，.
"""

from __future__ import annotations

import re

from rapidfuzz.fuzz import ratio

from toolkit.core.text import cleaned

# The characters of the form and of what stands around it; 1 to 1, so that places in the text stay the same.
_TRADITIONAL = (
    "總总體体況况動动開开資资處处請请復复複复議议訴诉訟讼題题問问進进報报項项條条規规範范質质現现數数內内許许對对務务罰罚強强費费採采購购額额單单萬万業业構构會会組组織织"
    "機机關关結结轉转辦办繼继續续與与據据鉤勾係系為为國国維维護护當当屬属類类過过執执詢询沒没無无確确認认權权補补後后訪访舉举獲获號号聯联繫系電电話话網网設设區区縣县鎮镇"
    "鄉乡廳厅計计審审餘余將将從从說说書书實实際际應应該该長长戶户門门個个還还這这並并專专協协黨党眾众員员術术點点線线級级統统終终給给經经試试調调證证讀读變变責责財财產产"
    "製制佈布錄录歸归檢检標标樣样滿满環环節节視视覽览觀观訂订記记課课講讲諮咨識识讓让輸输適适選选郵邮釋释閱阅隨随雙双難难頁页順顺須须預预領领頭头顯显驗验發发傳传達达導导"
    "決决東东齊齐積积極极優优務务勞劳衛卫種种稱称緊紧編编績绩聽听聞闻誠诚語语論论謝谢賬账購购車车軟软較较連连運运違违遠远遞递鐵铁銷销鏈链隱隐雲云靜静響响頒颁駐驻鮮鲜黃黄"
    "糾纠廢废繳缴納纳穩稳職职訓训獎奖懲惩軍军啟启幣币億亿遷迁擬拟違违"
)
_SIMPLIFIED: dict[int, str] = dict(zip(map(ord, _TRADITIONAL[::2]), _TRADITIONAL[1::2], strict=True))
_WIDTHS = {ord(a): b for a, b in zip("(),:;?!．／“”‘’「」『』﹙﹚", '（），：；？！./""\'\'""""（）', strict=True)}
_WIDTHS |= {0xFF10 + digit: str(digit) for digit in range(10)}
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_NUMBER = re.compile(
    r"(第[一二三四五六七八九十]+部分|[（(]?[一二三四五六七八九十]{1,3}[）)、.．,，:：]+|[一二三四五六七八九十](?=总|主|收|政府信息公开行|存|其)"
    r"|[（(]\d{1,2}[）)]|\d{1,2}[.．、,，](?!\d))"
)


def raised(text: str) -> str:
    """Raised digits (the mark of a footnote) as what they are, so that 11 with a note 1 is not read as 111."""
    return text.translate(_RAISED)


def one_line(text: str) -> str:
    """Clean text without line breaks and without blanks at its ends; blanks between words become one."""
    return re.sub(r"[ \t\r\n\f\v\u2028\u2029]+", " ", cleaned(text)).strip(" \u3000")


def fold(text: str) -> str:
    """Text for comparing with the form: without blanks, with one kind of brackets, commas, quotes and digits."""
    return "".join(cleaned(text).split()).translate(_WIDTHS)


def simplified(text: str) -> str:
    """The same text with the form's traditional characters as simplified ones, character by character."""
    return text.translate(_SIMPLIFIED)


def is_traditional(text: str) -> bool:
    """Whether a text is a traditional-character mirror (繁体): such characters all through it."""
    count = sum(ord(character) in _SIMPLIFIED for character in text)
    return count >= 20 and count * 25 > len(text)


def number_of(text: str) -> str:
    """The number a folded label or heading begins with (一、（一）1. 第一部分), "" for none."""
    match = _NUMBER.match(text)
    return match[0] if match else ""


def core(text: str) -> str:
    """A folded label without its number."""
    return text[len(number_of(text)) :]


def likeness(a: str, b: str) -> float:
    """How alike two folded labels are, 0 to 1; what differs in the number only is nearly the same."""
    if a == b:
        return 1.0
    if core(a) == core(b):
        return 0.97
    return max(ratio(a, b), ratio(core(a), core(b))) / 100 * 0.95
