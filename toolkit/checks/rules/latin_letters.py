"""Letters of Pinyin that an interrupted input method left in a text.

In: every text of a report that is printed. Out: notices, for any letters can be an unknown name. What people write on
purpose is left alone by its shape: units behind a figure, names with capitals, addresses, labels of points, common words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice, pairwise

from toolkit.checks.catalogue import Case, rule
from toolkit.checks.finding import Finding
from toolkit.checks.narrative.passages import Passage, text_finding
from toolkit.checks.narrative.pinyin import is_spelt_half, is_spelt_word, is_unit_of_word

_MOST = 10  # findings of one text: a text in a foreign language needs no more
_LETTER = re.compile("[A-Za-z]")
_RUN = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]+(?:['’][A-Za-z]+)*|(?<=[0-9])[A-Za-z]+")
_UNIT = (
    "(?:(?:[μµunpkcdhm]?m|[μµunkm]?g|t|[μµnm]?s|h|min|d|[kmgt]?wh?|[kmµμ]?v|[km]?va|var|[kmµμ]?a|[kmgt]?hz|[hkmg]?pa|[kmg]?j"
    "|k?cal|[μµmd]?l|k?n|[kmgtp]b|[kmgt]?bps|k|db|lx|lm|pp[mb]|m?mol|bq|[μµm]?sv|ha|mu|px|dpi|fps|rpm|tce|[ap]m)[23²³]?)"
)
_COUNTERS = "件条次项份期场篇起部批名户宗"  # 12g件, x12条: the letter belongs to no figure that counts
# what is blanked before letters are looked for
_MEANT = re.compile(
    r"(?:https?://|www\.)[^\s\u4e00-\u9fff，。；、）)]+|(?<![\w.+-])[\w.+-]+@[a-z0-9.-]+"
    r"|(?<![a-z0-9.-])(?:[a-z0-9-]+\.)+(?:cn|com|net|org|gov|edu|example|html?|pdf|docx?|xlsx?|js|css|exe|apk|zip|rar|jpe?g|png|txt|csv)(?![a-z])(?:/[\w./%?=&#-]*)?"
    r"|@\w+|(?<![a-z0-9_])[a-z][a-z0-9]*_\w+|(?:号|ID|名|码|账户|帐户|域名)[：:为是]{1,2}[a-z][\w.-]*"  # accounts
    r"|t?CO2(?:eq?)?(?![a-z])"
    rf"|(?<=[0-9/每])(?![jn](?![a-z])){_UNIT}(?:[/·*]\(?{_UNIT}\)?)*(?![a-z{_COUNTERS}])"  # 35mg/L, 元/m3
    rf"|[μµ]{_UNIT}(?![a-z])"
    r"|[（(“《〈「\[][a-z][a-z0-9 .,&'’/+-]*[）)”》〉」\]]"  # （open data）, “wechat”
    r"|(?<![a-z])[a-z](?:[、，,/和与或及~～—–-][a-z](?![a-z]))+"  # a、b、c; n/a
    r"|(?<![a-z0-9])\.[a-z]{2,5}(?![a-z])|(?<![a-z])[a-z](?=[=<>≤≥≈＝＜＞轴])"  # .apk; n=12, x轴
    r"|(?<=\d[-—–.])[a-z](?![a-z])|(?<![a-z])[a-f](?=[类级座栋区型组档款])",  # 附件1-b; a类
    re.IGNORECASE | re.ASCII,
)
_CAPITALS = re.compile("[A-Z]{9}")  # keys pressed at random rather than a name
_IN_USE = re.compile(
    "apps?|pdf|word|excel|ppt|wps|ofd|docx?|xlsx?|txt|zip|rar|mp|csv|json|xml|jpe?g|png|gif|cad|wi|fi|wifi|e?mail|web|https?|www|url"
    "|cn|com|net|gov|html|qq|wechat|weibo|b?log|vlog|logo|live|id|ip|it|ai|vr|ar|pc|ocr|vip|vs|ok|pos|no|e|i|v|u|usb|led|lcd|vpn"
    "|gps|gis|gdp|ppp|ktv|atm|iso|cctv|api|plus|pro|max|mini|tips|demo|bug|java|python|windows|android|linux|office|ph",
    re.IGNORECASE,
)
_LETTERED = re.compile(r"[^A-Za-z]*[a-k][)）.．、]")  # a) b. c、 number the points of a list
_NUMBERED = re.compile("[a-z]|mp|pm|so|no|co|nh")  # a4, h5, mp4, pm2.5
_COUNTED = re.compile(f"[0-9.]+[{_COUNTERS}万元]")
_SYLLABLE = (
    "(?:[bpm](?:ai?|ang?|ao|ei|eng?|i|iao|ian|ie|ing?|o|u)|m(?:e|ou|iu)|pou|f(?:ang?|a|ei|eng?|ou?|u)"
    "|[dt](?:ai?|ang?|ao|ei?|eng?|i|iao|ian|ie|iu|ing|ong|ou|u|uan|ui|un|uo)"
    "|[nl](?:ai?|ang?|ao|ei?|eng?|i|iang?|iao|ie|ing?|iu|ong|ou|u|uan|ue|uo|ve?)"
    "|(?:[gkhr]|[zcs]h?)(?:ai?|ang?|ao|ei?|eng?|i|ong|ou|u|uai?|uang?|ui|un|uo)"
    "|[jqx](?:i|ia|iang?|iao|ie|ing?|iong|iu|u|uan|ue|un)|y(?:ang?|ao?|e|i|ing?|ong|ou|u|uan|ue|un)|w(?:ai?|ang?|ei|eng?|o|u))"
)
# yunxi通客户端: letters that are half of a name; kai通平台 is half of a verb
_HALF_NAME = re.compile(
    f"(?:{_SYLLABLE}){{2}}(?<!kai)(?<!gou)(?<!liu)(?<!lian)(?<!jiao)(?<!da)"
    "(?=[通云码网](?:客户端|APP|平台|小程序|系统|软件|应用|服务|上线|[”》」]))"
)
# 信息GK工作, ZF信息公开: the initials of 公开 and 政府 where nothing else can be meant
_INITIALS = re.compile(
    "(?<=信息|主动|申请|政务|事务)GK(?![A-Za-z0-9])"
    "|(?<![A-Za-z0-9])ZF(?=信息(?!技术|科技|产业|系统|工程)|网站|门户|公报|采购|规章|工作报告)"
)
# LEDping, QQhao, APPgon: Pinyin behind an abbreviation, the last syllable perhaps not whole
_TAIL = re.compile(f"[A-Z]{{2,}}(?={_SYLLABLE}|[b-z]h?[aeiou])(?:{_SYLLABLE})*(?:[bpmfdtnlgkhjqxrzcsyw]h?[aeiou]{{1,2}}n?)?")


@rule("latin-letters", "格式与名称")
def check_latin_letters(case: Case) -> Iterator[Finding]:
    """latin-letters: 文字里没有漏选汉字的拼音字母；通用的缩写、名称、单位、网址不算。

    An input method that was interrupted leaves ``公开gon公开``. Capitals (APP, PDF), names (WeChat, iOS), units behind a
    figure (10km), addresses, and letters alone in brackets or quotes are left alone.

    Source: 实践：输入法中断后残留的字母。
    """
    for passage in case.passages:
        if passage.where not in ("organ.contact.phone", "narrative.title"):
            yield from islice(_left_letters(passage), _MOST)


def _left_letters(passage: Passage) -> Iterator[Finding]:
    text = passage.plain.text
    if not _LETTER.search(text):
        return
    masked = _MEANT.sub(_blanked, text)
    for match in _RUN.finditer(masked):
        for start, end in _left(passage, masked, match.span()):
            yield text_finding(
                "latin-letters", "notice", passage, (start, end), f"有没变成汉字的字母“{masked[start:end][:20]}”",
                expected="汉字", next_step="输入时漏选的请改成汉字；确是名称、单位的不用改",
            )  # fmt: skip


def _blanked(match: re.Match[str]) -> str:
    """Blanks in place of what people mean; （xinxi） and the m of 2m目录 are not meant."""
    words, rest = match[0], match.string[match.end() : match.end() + 2]
    if is_spelt_word(words[1:-1]) or is_unit_of_word(words, rest):
        return words
    return " " * len(words)


def _left(passage: Passage, text: str, span: tuple[int, int]) -> Iterator[tuple[int, int]]:
    """The meaningless words of a run; blanks between words (HP LaserJet) are not in the plain text. Neighbours are one."""
    start, end = span
    if is_spelt_word(text[start:end]):  # Gong kai: a capital at the start makes no name of the word
        yield span
        return
    offsets = passage.plain.offsets
    cuts = [start, *(at for at in range(start + 1, end) if offsets[at] - offsets[at - 1] > 1), end]
    first = None
    for low, high in pairwise(cuts):
        if not _is_meant(text, low, high):
            first = low if first is None else first
        elif first is not None:
            yield first, low
            first = None
    if first is not None:
        yield first, end


def _is_meant(text: str, start: int, end: int) -> bool:
    word, before, rest = text[start:end], text[max(start - 1, 0) : start], text[end : end + 12]
    if is_spelt_word(word) or is_spelt_half(before, word, rest[:1]) or _INITIALS.match(text, start):
        return False
    if before.isdigit():
        return word.isupper() or (len(word) > 1 and _is_name(word))
    half_name = _HALF_NAME.match(text, start)
    if _is_name(word) or _IN_USE.fullmatch(word) or (half_name and half_name.end() == end):
        return True
    if rest[:1].isdigit() and _NUMBERED.fullmatch(word):
        return not _COUNTED.match(rest)
    line = text[text.rfind("\n", 0, start) + 1 : end + 1]
    return len(word) == 1 and bool(_LETTERED.fullmatch(line))


def _is_name(word: str) -> bool:
    """APP, APPs, WeChat, iOS, pH, ChatGPT, Internet: capitals are typed on purpose, and no input method leaves any."""
    return word != word.lower() and not _CAPITALS.search(word) and not _TAIL.fullmatch(word)
