"""Make the words of a published report comparable with the form: radicals, widths, blanks, traditional characters.

In: text as a file gives it. Out: ``clean`` text for people (radical glyphs mapped back, invisible marks gone) and
``fold``-ed text for comparing (no blanks, one kind of brackets and digits). NFKC over the whole text is not used: it
leaves ⻅⺠⻥⻔ as they are and halves （） ，.

Source: Unicode, EquivalentUnifiedIdeograph.txt (radicals supplement); the Kangxi radicals carry the same mapping
as their compatibility decomposition.
"""

from __future__ import annotations

import re
import unicodedata

from rapidfuzz.fuzz import ratio

# U+2E80–2EF3 in pairs: the glyph that PDF producers leave in the text, and the character that was meant.
_SUPPLEMENT = (
    "⺁厂⺂乛⺃乚⺄乙⺅亻⺆冂⺇𠘨⺈刀⺉刂⺊卜⺋㔾⺌小⺍小⺎兀⺏尣⺐尢⺑𡯂⺒巳⺓幺⺔彑⺕彐⺖忄⺗心⺘扌⺙攵⺛旡⺜日⺝月⺞歺⺟母⺠民⺡氵⺢氺⺣灬⺤爫⺥爫⺦丬⺧牛⺨犭⺩王"
    "⺪𤴔⺫目⺬示⺭礻⺮𥫗⺯糹⺰纟⺱罓⺲罒⺳㓁⺴冗⺵𦉫⺶羊⺷𦍌⺸𦍋⺹耂⺺肀⺻聿⺼肉⺽𦥑⺾艹⺿艹⻀艹⻁虎⻂衤⻃覀⻄西⻅见⻆角⻇𧢲⻈讠⻉贝⻊𧾷⻋车⻌辶⻍辶⻎辶⻏邑⻐钅⻑長⻒镸"
    "⻓长⻔门⻕𨸏⻖阝⻗雨⻘青⻙韦⻚页⻛风⻜飞⻝食⻞𩙿⻟飠⻠饣⻡𩠐⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻪黾⻫斉⻬齐⻭歯⻮齿⻯竜⻰龙⻱龜⻲亀⻳龟"
)
RADICALS: dict[int, str] = {
    **dict(zip(map(ord, _SUPPLEMENT[::2]), _SUPPLEMENT[1::2], strict=True)),
    **{point: unicodedata.normalize("NFKC", chr(point)) for point in range(0x2F00, 0x2FD6)},
    0x2F3E: "户",  # by Unicode 戶; the simplified fonts draw 户, and that is what was printed
}

# The characters of the form and of what stands around it; 1 to 1, so that places in the text stay the same.
_TRADITIONAL = (
    "總总體体況况動动開开資资處处請请復复複复議议訴诉訟讼題题問问進进報报項项條条規规範范質质現现數数內内許许對对務务罰罚強强費费採采購购額额單单萬万業业構构會会組组織织"
    "機机關关結结轉转辦办繼继續续與与據据鉤勾係系為为國国維维護护當当屬属類类過过執执詢询沒没無无確确認认權权補补後后訪访舉举獲获號号聯联繫系電电話话網网設设區区縣县鎮镇"
    "鄉乡廳厅計计審审餘余將将從从說说書书實实際际應应該该長长戶户門门個个還还這这並并專专協协黨党眾众員员術术點点線线級级統统終终給给經经試试調调證证讀读變变責责財财產产"
    "製制佈布錄录歸归檢检標标樣样滿满環环節节視视覽览觀观訂订記记課课講讲諮咨識识讓让輸输適适選选郵邮釋释閱阅隨随雙双難难頁页順顺須须預预領领頭头顯显驗验發发傳传達达導导"
    "決决東东齊齐積积極极優优務务勞劳衛卫種种稱称緊紧編编績绩聽听聞闻誠诚語语論论謝谢賬账購购車车軟软較较連连運运違违遠远遞递鐵铁銷销鏈链隱隐雲云靜静響响頒颁駐驻鮮鲜黃黄"
)
_SIMPLIFIED: dict[int, str] = dict(zip(map(ord, _TRADITIONAL[::2]), _TRADITIONAL[1::2], strict=True))
_INVISIBLE = dict.fromkeys([*range(0x200B, 0x2010), *range(0x202A, 0x202F), 0x2060, 0xFEFF, 0xAD])
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_WIDTHS = {ord(a): b for a, b in zip("(),:;?!．／“”‘’「」『』﹙﹚", '（），：；？！./""\'\'""""（）', strict=True)}
_WIDTHS |= {0xFF10 + digit: str(digit) for digit in range(10)}
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_NUMBER = re.compile(
    r"(第[一二三四五六七八九十]+部分|[（(]?[一二三四五六七八九十]{1,3}[）)、.．,，:：]+|[一二三四五六七八九十](?=总|主|收|政府信息公开行|存|其)"
    r"|[（(]\d{1,2}[）)]|\d{1,2}[.．、,，](?!\d))"
)


def clean(text: str) -> str:
    """Text for people: radicals as ordinary characters, no invisible marks; blanks and line breaks stay."""
    return _CONTROLS.sub("", text.translate(RADICALS).translate(_INVISIBLE)).replace("\xa0", " ")


def raised(text: str) -> str:
    """Raised digits (the mark of a footnote) as what they are, so that nobody reads 11 with a note 1 as 111."""
    return text.translate(_RAISED)


def one_line(text: str) -> str:
    """Clean text without line breaks and without blanks at its ends; blanks between words become one."""
    return re.sub(r"[ \t\r\n\f\v\u2028\u2029]+", " ", clean(text)).strip(" \u3000")


def fold(text: str) -> str:
    """Text for comparing with the form: without blanks, with one kind of brackets, commas, quotes and digits."""
    return "".join(clean(text).split()).translate(_WIDTHS)


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
