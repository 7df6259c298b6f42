"""What a report on public information should not hold: achievements of other work, marks of secrecy, the same sentence twice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from toolkit.checks.catalogue import Case, rule
from toolkit.checks.finding import Finding
from toolkit.checks.narrative.passages import ByLine, Passage, begun_in, lines_of, lines_with, sentence_around, text_finding

GROUP = "格式与名称"
_OTHER_WORK = ByLine(
    r"党建|脱贫攻坚|脱贫|巩固拓展|乡村振兴|招商引资|固定资产投资|地区生产总值|GDP|财政收入|税收收入|人均(?:可支配|纯)收入|产值|粮食产量|播种面积|造林|高标准农田|返贫|发展党员|党员活动|党委会|"
    r"扫黑除恶|征兵|计划生育|疫情防控|核酸|森林防火|防汛|旅游收入|接待游客|社会消费品零售总额|工业增加值|工业总产值|人居环境整治|厕所革命|主题教育|党纪学习|党风廉政|项目建设|安全生产|信访维稳|标准化厂房|(?:硬化|修建|拓宽|改造)(?:村组|通村|农村|乡村)?(?:道路|公路)|(?:改厕|厕所改造|旱厕)|文明(?:创建|村|单位|城市|校园)|秸秆禁烧"
)
_DONE = re.compile(
    r"完成|实现|引进|签约|新建|改造|拆除|种植|增长|突破|达到?(?:了)?\d|(?:\d+(?:\.\d+)?|[一二三四五六七八九十百千万两]+)余?(?:亿元|万元|元|亩|公里|户|吨|万人)|增收|打造|"
    r"(?:成效|成绩|效果)(?:显著|明显|突出)|取得(?:了)?(?:显著|明显|良好|较好|新的)?(?:成效|成绩|胜利|进展)|圆满|无一人|发展党员|建成|位居|排名|荣获|获评"
)
_PUBLIC = re.compile(
    r"公开|信息|公示|公布|公告|发布|网站|公众号|申请|解读|回应|答复|咨询|栏|专栏|专题|透明|告知|宣传|查询|张贴|上墙|文件|资料|目录|档案|媒体|社会监督|知情|听证|征求意见|公报|收费|决定|许可|处罚|强制"
)
_SENTENCE = re.compile(r"[^。！？\n]+[。！？]?")
_LEVEL = r"(?:绝[ 　]{0,2}密|机[ 　]{0,2}密|秘[ 　]{0,2}密)"
_PAPER = "(?:文件|资料|材料|信息|事项|内容|通知|报告|表|件)"
# marks on a paper, whatever the words beside them
_MARKS = (
    rf"{_LEVEL}\s*[★☆▲](?:\s*\d{{1,2}}\s*(?:年|个月)|\s*长期)?",
    rf"(?:本(?:年度?报告?|{_PAPER})|此件)(?:内容|密级)?(?:均|已|被|经)*(?:为|属于?|系|是|[定列标]为|确定为)(?:国家)?{_LEVEL}级?",
    rf"(?:本(?:年度?报告?|{_PAPER})|此件|(?:以上|上述){_PAPER})(?:内容)?(?:均|已|都)?涉密",
    rf"[（(【〔\[《“]\s*{_LEVEL}级?\s*[）)】〕\]》”](?!字样|的|等|级|、|和|或)",
    rf"^[ \t　]*{_LEVEL}级?[ \t　]*[。！]?[ \t　]*$",
    r"内部(?:资料|文件|材料|使用)[，、]?\s*(?:注意保存|妥善保管|严禁外传|不得外传|请勿外传)",
    r"(?:仅[供限]|只[供限]|供)内部(?:参考|使用|掌握|传阅|阅读|参阅)",
    r"注意保密|(?:严禁|不得|请勿|禁止)(?:外传|扩散|转发)|阅后(?:即焚|收回|销毁)",
    r"内部明电|此件(?:不(?:予|宜|对外)?公开(?:发布)?|依申请公开|删减后公开|发至|传达到|主动公开)|特急[·•]?明电|抄告单",
)
# papers that a report may speak of, when it says how they are handled
_PAPERS = (
    rf"{_LEVEL}级(?!别)|(?:绝密|机密)(?={_PAPER})|(?<![家业作守露漏密人大小])秘密(?=文件|资料|材料)",
    rf"密级\s*(?:[:：]|为|是|[定标]为)?\s*(?:{_LEVEL}级?|内部)|保密期限\s*[:：为]?\s*(?:\d+|长期)|(?:定|列|标注?|确定)为{_LEVEL}级?(?!事项)|(?:该|这份|这件){_PAPER}?(?:为|属于?|系|是){_LEVEL}级?",
    r"会议纪要|会议记录",
)
_SECRET = re.compile(f"(?P<mark>{'|'.join(_MARKS)})|{'|'.join(_PAPERS)}", re.MULTILINE)
# one of these is in every match
_SIGNS = (
    "绝密", "机密", "秘密", "涉密", "密级", "保密期限", "注意保密", "内部", "外传", "扩散", "转发", "阅后", "此件", "特急",
    "抄告单", "会议纪要", "会议记录",
)  # fmt: skip
_ABOUT = re.compile(r"公开|公布|发布|不予|属于|审查|管理办法|不含|不得|防止|涉及|删除|归档|不公开|依法|查阅|条例|规定")
_CLAUSES = re.compile(r"[^。！？；\n]+[。！？；]?")
_NUMBER = re.compile(
    r"\A(?:[（(]?[一二三四五六七八九十\d]{1,3}[）)、.．]|第[一二三四五六七八九十]+[，、]|[一二三四五六七八九十]是"
    r"|(?:此外|另外|同时|与此同时|其中|因此|为此|总之|首先|其次|再次|最后|一方面|另一方面)[，,])+"
)
_NOT_TEXT = re.compile(r"\W+")
_INSIDE = re.compile(r"[^\w。！？；\n]+")
_ENDS = re.compile(r"[。！？；\n]+")
_ONE_DIGIT = str.maketrans("零一二三四五六七八九两", "01234567892")  # 四次 and 4次 are the same
SHORTEST_BESIDE = 8  # characters of a sentence that occurs twice side by side
SHORTEST = 12  # characters of a sentence that is too specific to be repeated on purpose
SHORTEST_ELSEWHERE = 24  # in another part: 本年度未收取信息处理费 may be in parts one and six
_FEW = 30  # findings of one report


@rule("off-topic", GROUP)
def check_off_topic(case: Case) -> Iterator[Finding]:
    """off-topic: 第一部分写政府信息公开工作，不写党建、脱贫攻坚、招商引资等其他工作的成绩（不宜泛化）。

    A sentence counts that tells of an achievement of other work and has no word on public information.

    Source: 国办公开办函〔2021〕30号（总体情况不宜泛化）；上级机关审核实践。
    """
    passage = next(iter(case.parts), None)
    if passage is None:
        return
    text = passage.plain.text
    for match in (match for line in _OTHER_WORK.lines(text) for match in _SENTENCE.finditer(text, *line)):
        work = _OTHER_WORK.pattern.search(match[0])
        if work and _DONE.search(match[0]) and not _PUBLIC.search(match[0]):
            span = (match.start() + work.start(), match.start() + work.end())
            yield text_finding(
                "off-topic", "notice", passage, span, f"这句写的是“{work[0]}”的成绩，没有说到信息公开",
                expected="政府信息公开工作的情况",
                next_step="请改写为这方面信息公开的情况，或删去",
            )  # fmt: skip


@rule("secret-mark", GROUP)
def check_secret_mark(case: Case) -> Iterator[Finding]:
    """secret-mark: 公开的年报里没有密级标志（机密★1年）、内部资料的标注，引用会议纪要等内部文件的请核对可否公开。

    Source: 保守国家秘密法；条例第十四、十六条。
    """
    for passage in case.passages if case.mentions(*_SIGNS) else ():
        text = passage.plain.text
        for match in begun_in(lines_with(text, _SIGNS), _SECRET, text):  # 机密 and ★ may be in two lines
            # a sentence on the handling of such papers: 会议纪要属于内部事务信息，不予公开
            if match["mark"] or not _ABOUT.search(text, *sentence_around(text, match.start())):
                yield _secret(passage, match)


def _secret(passage: Passage, match: re.Match[str]) -> Finding:
    return text_finding(
        "secret-mark", "notice", passage, match.span(), f"出现“{match[0]}”", expected="不出现密级标志和内部文件",
        next_step="请核对是否涉密、可否公开",
    )  # fmt: skip


@dataclass(frozen=True)
class _Sentence:
    passage: Passage
    start: int
    end: int


@rule("sentence-twice", GROUP)
def check_sentence_twice(case: Case) -> Iterator[Finding]:
    """sentence-twice: 同一份年报里，同一句话、同一段话不出现两次。

    Marks, blanks, numbers of headings and words that join sentences (此外，) do not count. In the same part a warning from
    12 characters on (from 8 side by side), between two parts a notice from 24 on, since part six repeats what part one
    says of fees.

    Source: 实践：粘贴两遍、为凑篇幅重复。
    """
    ends = [end for passage in case.parts for _, _, line in lines_of(passage.plain.text) for end in _ends_of(line)]
    if len(set(ends)) == len(ends):  # most reports have no two alike, and need no closer look
        return
    first: dict[str, _Sentence] = {}
    reported = 0
    for passage in case.parts:
        repeated: list[tuple[_Sentence, _Sentence]] = []
        before: tuple[str, _Sentence | None] = ("", None)
        for key, sentence in _sentences(passage):
            earlier = _earlier(first, key, sentence, *before)
            if earlier is not None:
                repeated.append((earlier, sentence))
            before = key, sentence
        for earlier, sentence, count in _runs(repeated):
            if reported < _FEW:
                reported += 1
                yield _twice(earlier, sentence, count)


@lru_cache(maxsize=512)  # while a clerk types, one line changes
def _ends_of(line: str) -> tuple[str, ...]:
    """The last characters of each sentence."""
    pieces = _ENDS.split(_INSIDE.sub("", line))
    return tuple([piece[-SHORTEST_BESIDE:].translate(_ONE_DIGIT) for piece in pieces if len(piece) >= SHORTEST_BESIDE])


def _earlier(
    first: dict[str, _Sentence], key: str, sentence: _Sentence, key_before: str, before: _Sentence | None
) -> _Sentence | None:
    """The same sentence further up; a short one only when it comes right before."""
    if len(key) < SHORTEST:
        return before if key == key_before else None
    earlier = first.setdefault(key, sentence)
    same_part = earlier.passage.where == sentence.passage.where
    return earlier if earlier is not sentence and (same_part or len(key) >= SHORTEST_ELSEWHERE) else None


def _sentences(passage: Passage) -> Iterator[tuple[str, _Sentence]]:
    """The sentences of a text by their letters and figures."""
    for start, _, line in lines_of(passage.plain.text):
        at = start - 1 if start else 0  # a line is given with the break before it
        yield from ((key, _Sentence(passage, at + first, at + last)) for key, first, last in _sentences_of(line))


@lru_cache(maxsize=512)
def _sentences_of(line: str) -> tuple[tuple[str, int, int], ...]:
    sentences = []
    for match in _CLAUSES.finditer(line):
        words = _NUMBER.sub("", match[0].strip())
        key = _NOT_TEXT.sub("", words).translate(_ONE_DIGIT)
        if len(key) >= SHORTEST_BESIDE:
            start = match.end() - len(match[0].lstrip()) + (len(match[0].strip()) - len(words))
            sentences.append((key, start, match.end()))
    return tuple(sentences)


def _runs(repeated: list[tuple[_Sentence, _Sentence]]) -> Iterator[tuple[_Sentence, _Sentence, int]]:
    """Sentences repeated one behind the other together: a paragraph that occurs twice is one finding."""
    at = 0
    while at < len(repeated):
        earlier, sentence = repeated[at]
        count = 1
        while at + count < len(repeated) and _follows(repeated[at + count - 1], repeated[at + count]):
            count += 1
        last = repeated[at + count - 1][1]
        yield earlier, _Sentence(sentence.passage, sentence.start, last.end), count
        at += count


def _follows(one: tuple[_Sentence, _Sentence], other: tuple[_Sentence, _Sentence]) -> bool:
    return one[0].passage == other[0].passage and 0 <= other[1].start - one[1].end <= 8


def _twice(earlier: _Sentence, sentence: _Sentence, count: int) -> Finding:
    same = earlier.passage.where == sentence.passage.where
    what = "一句话" if count == 1 else f" {count} 句话"
    paragraph = f"第 {_paragraph(earlier)} 段"
    where = f"前面{paragraph}" if same else f"“{earlier.passage.label}”{paragraph}"
    return text_finding(
        "sentence-twice", "warning" if same else "notice", sentence.passage, (sentence.start, sentence.end),
        f"这{what}与{where}的重复", expected="只写一次", next_step="请删去一处，或改写",
        instead="" if same else None,
    )  # fmt: skip


def _paragraph(sentence: _Sentence) -> int:
    """Which paragraph of its text a sentence is in, from 1 on; blank lines do not count."""
    lines = sentence.passage.plain.text[: sentence.start].split("\n")
    return 1 + sum(bool(line.strip()) for line in lines[:-1])
