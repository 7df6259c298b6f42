"""What was published in the whole year, and by which channel: the words before a figure that count all of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from toolkit.checks.catalogue import Case
from toolkit.checks.narrative.candidates.readings import Reading
from toolkit.checks.narrative.candidates.slips import SMALL
from toolkit.checks.narrative.figures.organs import is_own
from toolkit.checks.narrative.tokens import Token
from toolkit.checks.narrative.tokens.vocabulary import WORDS

_LONG_SENTENCE = 300  # characters of a sentence looked back
_CLAUSE, _FEWEST = 60, 4  # characters of a clause that is compared, and that name something
_SOME_OF_THEM = frozenset(("among", "rest", "period", "part", "past", "compare", "grow", "fall", "distribute"))
_OF_YEAR = re.compile(
    r"20\d\d年度?|(?:全|本|当|今|一)年(?:度|来|中|间|里|下来|当中|到头)?|年[内末底]|截至|共计?|累计|总[共计]|合计"
    r"|[我本全该](?:镇|乡|街道|县|市|区|局|委|办|院|校|所|公司|中心|单位|机关)|[镇乡县市区局]里|[镇乡县市区]?政府|政务|了|的"
)
_PUBLISHED = (
    rf"{_OF_YEAR.pattern}|年度|主动|依法|公开|发布|各类|各种|信息|总|量|条?数|为|达|到|^[对就将把]|所有?|均|已|是|全部"
    r"|上述|前述|以上|虽然?|尽管|只|仅|已经|一共|(?:对|向|面向)(?:外|社会|公众)|(?:[两三四五]个|各)(?:平台|渠道)"
    r"|^(?:组织|安排)?专?人员?[对就将把]|^[^，。；\d]{1,12}对(?=全年|本年|今年|当年|20\d\d)|经?(?:保密|集中|统一)?审[核查]后?(?=发布|公开)"
    "|(?:通过|利用|运用|依托|经)(?:各类|各种|多种|不同|全部|线上线下)?(?:渠道|平台|途径|载体|方式)|各级(?:行政机关|部门)|各(?:部门|单位)|，|加起来|各个?渠道|一年里|(?:对|向)?社会|(?:我|本|全)[镇乡县市区局]这一年"
)
_WHO = re.compile("(?:20[0-9]{2}年度?|全年)?([一-鿿]{2,12}?)(?=20|全年|共|累计|主动|公开)")
_BY_MANY = re.compile(
    "(?<![^，。；：\n])(?P<before>[^，。；：\n、]{0,20}?)(?:通过|利用|运用|依托)[^，。；：\n\\d]{2,40}等(?:渠道|平台|途径|载体|方式)?(?P<behind>[^，。；：\n、]{0,20})$"
)
_OF_KINDS = re.compile(
    "(?<![^，。；：\n])(?P<before>[^，。；：\n、]{0,20}?(?:公开|发布)了?)[^，。；：\n\\d]{2,40}、[^，。；：\n\\d、]{1,16}"
    "等(?:各类)?的?(?P<behind>(?:政府|政务)?信息[^，。；：\n、]{0,6})$"
)
_PUBLISHED_BEHIND = re.compile("主动公开的?(?:政府|政务)?信息")  # 对 853 条主动公开信息开展核查
_FIELD, _FIELD_BEHIND = re.compile("(?:公开|发布)的?([一-鿿]{2,6})信息$"), re.compile("([一-鿿]{2,6})信息")
_OF_ALL_CHANNELS = re.compile("(?:各个?(?:渠道|平台|载体)|加起来|[合总累共]计|一共|总共|全部|全年)+")
ALL_PUBLISHED = re.compile(rf"(?:{_PUBLISHED}){{1,20}}")
_LONG_NAME = 8
_CHANNELS = re.compile(
    "(?P<website>网站|网页)|(?P<account>公众号|微信)|(?P<blog>微博)|(?P<video>抖音|视频号)|(?P<board>公示栏|公开栏|宣传栏)"
)
_CHANNEL_NAMES = {"": "", "website": "网站", "account": "公众号", "blog": "微博", "video": "视频号", "board": "公示栏"}
_VERBS = "|".join(sorted({word for word, (kind, _) in WORDS.items() if kind == "show"} - {"转载"}, key=len, reverse=True))
# 微信公众号“望江发布”全年推送信息: the channel and its year, and no kind of what it publishes (原创, 民生信息, 留言)
_ALL_OF_CHANNEL = re.compile(
    rf"(?:(?>[省市县区镇乡局委厅办](?:政府)?(?=网站|门户)|{_CHANNELS.pattern}|{_PUBLISHED}|{_VERBS}|“[^”]{{1,20}}”|官方|门户|推出|发|推文|通过|对|在|于|经|上|街道|全[镇乡县市区局])"
    "){1,20}"
)
_MARKS = re.compile("[，。；：、！？（）\n]")
_YEARS = frozenset(("year", "now", "sep", "soft"))
_ALL_OF_THEM = re.compile("(?:信息|文章)?，?(?:全部|逐条|逐篇|均|都|无一|每条|条条)")
_NO_NOUN = re.compile("(?:作出|决定|办理|处理|完成|发生|收到|共有|其中)+")
FROM = re.compile("[由从][^，；]{1,12}$")  # 由 876 条增至
_WHOLE_YEAR = re.compile("全(?:[镇乡县市区局委]|街道)一?共|全年|一年|年度|年内|本年|今年|20[0-9]{2}年|[共合总累]计|一共|总共")
_BY_CHANNEL = re.compile("[从按分][^，。]{0,6}(?:渠道|平台|载体)[^。]*$")
_MANY = 1000  # items of a channel: another such figure counts all of them again, not a part


def is_of_row(case: Case, reading: Reading) -> bool:
    """分渠道看，网站 268 条，公众号 437 条: a channel of a sentence that says it goes through all of them."""
    text, place = case.text.cells.by_where[reading.figure.where].plain.text, reading.figure.place
    if reading.figure.unit != "条" or not _BY_CHANNEL.search(text[max(0, place - _LONG_SENTENCE) : place]):
        return False
    return _CHANNELS.search(clause_before(case, reading)) is not None


def naming_clause(case: Case, reading: Reading) -> str:
    """The last clause of the sentence up to a figure that names a channel, else the one right before it."""
    clauses = _MARKS.split(sentence_before(case, reading))
    return next((clause for clause in reversed(clauses) if _CHANNELS.search(clause)), clauses[-1])


def channel_of_year(case: Case, reading: Reading) -> str:
    """The channel of which a figure is all that it published: 公众号全年推送 441 条, 网站年度发布量由 876 条增至 913 条."""
    figure = reading.figure
    whole = reading.quantity is None and not (figure.about or figure.scope or figure.one) and figure.year is None
    if figure.unit != "条" or figure.value < SMALL or not whole:
        return ""
    clause = FROM.sub("", clause_before(case, reading))
    part = case.text.cells.by_where[figure.where]
    # 2024年我局通过网站公开信息 188 条，通过公众号推送信息 305 条
    sentence, text = part.sentences[figure.sentence], part.plain.text
    opened = _CHANNELS.search(clause) and (
        _WHOLE_YEAR.match(text, sentence[0].start)
        or _opens(sentence, figure.left[-1].end - len(clause))
        or _ALL_OF_THEM.match(text, figure.place + len(figure.text))
    )
    # 对县政府门户网站发布的 4286 条信息作分析: with a slip of four digits it is no part of them
    whole_year = opened or _WHOLE_YEAR.search(clause) or figure.value >= _MANY
    return channel_of(case, reading) if whole_year and _ALL_OF_CHANNEL.fullmatch(clause) else ""


def channel_of(case: Case, reading: Reading) -> str:
    """The one channel that the clause before a figure names, or the sentence when it does not; empty for none and several."""
    clause = clause_before(case, reading)
    return channel_in(clause if _CHANNELS.search(clause) else sentence_before(case, reading))


@lru_cache(maxsize=1024)
def channel_in(words: str) -> str:
    names = {match.lastgroup for match in _CHANNELS.finditer(words)}
    return _CHANNEL_NAMES[names.pop() or ""] if len(names) == 1 else ""


def last_channel(case: Case, reading: Reading, length: int) -> str:
    """The channel named last in so many characters before a figure, also in the lines and headings before."""
    text, end = case.text.cells.by_where[reading.figure.where].plain.text, reading.figure.place
    named = [match.lastgroup or "" for match in _CHANNELS.finditer(text, max(0, end - length), end)]
    return _CHANNEL_NAMES[named[-1]] if named else ""


def sentence_before(case: Case, reading: Reading) -> str:
    part, figure = case.text.cells.by_where[reading.figure.where], reading.figure
    start = part.sentences[figure.sentence - 1][-1].end if figure.sentence else 0  # the first words may be no token
    return part.plain.text[max(start, figure.place - _LONG_SENTENCE) : figure.place]


def clause_before(case: Case, reading: Reading) -> str:
    text, end = case.text.cells.by_where[reading.figure.where].plain.text, reading.figure.left[-1].end
    return _last_clause(text[max(0, end - _CLAUSE) : end])


@lru_cache(maxsize=1024)  # several rules look at each figure, a key changes one
def _last_clause(words: str) -> str:
    return _MARKS.split(words)[-1]


def all_published(case: Case, reading: Reading, *, loosely: bool = False) -> str | None:
    """公开信息 312 条 of the whole year and organ: nothing names a channel; the kind of information, empty for all of it.

    ``loosely``: only the first words of its sentence name the year (2024年，我局坚持公开，共公开 481 条).
    """
    figure = reading.figure
    whole = reading.quantity is None and not (figure.about or figure.scope or figure.one) and figure.year is None
    if figure.unit != "条" or figure.value < SMALL or not whole:
        return None
    part = case.text.cells.by_where[figure.where]
    words, place, end = part.plain.text, figure.place, figure.place + len(figure.text)
    clause, behind = clause_before(case, reading), _PUBLISHED_BEHIND.match(words, end)
    sentence = part.sentences[figure.sentence]
    many = next((found for each in (_BY_MANY, _OF_KINDS) if (found := each.search(words, max(0, place - _CLAUSE), place))), None)
    start = figure.place - len(clause)
    if _OF_ALL_CHANNELS.fullmatch(clause):  # 向社会发布的信息，各个渠道加起来累计 280 条
        start = max(words.rfind(mark, 0, start - 1) for mark in "，。；：\n") + 1
        clause = words[start:place]
    if many is not None:  # 通过网站、公众号等主动公开, 主动公开政府采购、惠农补贴等政府信息
        start, clause = many.start(), many["before"] + many["behind"]
    # 主动公开信息 1204 条: the first words of a sentence that is not below 网站公开情况
    opens = _opens(sentence, start) and not _follows_channel(case, reading)
    clause = FROM.sub("", clause)
    who = _WHO.match(clause)
    organ = case.report.organ
    if who is not None and (is_own(organ, who[1]) or who[1] in organ.name):  # 2024年鲤跃街道主动公开
        clause = clause.replace(who[1], "")
    clause += behind[0] if behind is not None else ""
    field = _FIELD.search(clause) or _FIELD_BEHIND.match(words, end, end + _LONG_NAME)
    kind = "" if field is None or ALL_PUBLISHED.fullmatch(field[1]) else field[1]
    clause = clause.replace(kind, "") if kind else clause
    of_year = bool(opens or "量" in clause or "总" in clause or "述" in clause or _WHOLE_YEAR.search(clause))
    if loosely:
        opened = clause.startswith("共") and "period" not in part.kinds[figure.sentence]
        of_year = opened and not of_year and _WHOLE_YEAR.match(words, sentence[0].start) is not None
    if not (of_year and re.search("公开|发布", clause) and ALL_PUBLISHED.fullmatch(clause)):
        return None
    return "" if kind in organ.name else kind  # 水利信息 of a 水利局


def _opens(sentence: Sequence[Token], start: int) -> bool:
    """Whether nothing but the year is before a clause of the sentence: 2022年，我乡主动公开…."""
    if start - sentence[0].start > _CLAUSE:
        return False
    before = next((at for at, token in enumerate(sentence) if token.start >= start), len(sentence))
    known = sum(token.end - token.start for token in sentence[:before] if token.kind in _YEARS or token.value == "since")
    return start - sentence[0].start <= known


def _follows_channel(case: Case, reading: Reading) -> bool:
    part = case.text.cells.by_where[reading.figure.where]
    before = part.sentences[reading.figure.sentence - 1] if reading.figure.sentence else ()
    return bool(
        before and _CHANNELS.search(part.plain.text, max(before[0].start, before[-1].end - _LONG_SENTENCE), before[-1].end)
    )


def words_of_year(case: Case, reading: Reading) -> str:
    """The words of the clause before an exact figure of the whole year, without 全年, 我镇, 共; else empty."""
    figure = reading.figure
    untied = reading.quantity is None and not (figure.about or figure.scope or figure.year is not None or figure.one)
    if not untied or figure.unit in ("", "%"):
        return ""
    kinds = {token.kind for token in figure.left}
    if kinds & _SOME_OF_THEM or not kinds & {"now", "year"}:
        return ""
    return without_year(clause_before(case, reading))


@lru_cache(maxsize=1024)
def without_year(clause: str) -> str:
    words = _OF_YEAR.sub("", clause)
    return words if len(words) >= _FEWEST and not _NO_NOUN.fullmatch(words) else ""
