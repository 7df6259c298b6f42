"""Find what the text denies: 未收到申请, 无上年结转, 没有行政复议, 行政诉讼均未发生, 申请数为零.

Takes the tokens of a sentence, returns its denials. Everything between the words must be known: 未收到网上申请 denies
something else. Wishes (力争零复议) and parts of the year deny nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from toolkit.checks.narrative.candidates.quantity import DISPUTE_ROWS
from toolkit.checks.narrative.figures import HARD, PartText
from toolkit.checks.narrative.figures.organs import names_other
from toolkit.checks.narrative.passages import ByLine
from toolkit.checks.narrative.tokens import Token
from toolkit.report import Organ

_PASSED = frozenset(("soft", "now", "scope", "all", "total", "zero", "edge"))
_FORBIDDEN = frozenset(("modal", "period", "past", "next", "distribute"))
_UNKNOWN = 6  # unknown characters between 无 and the object that it denies: 无旧案结转
_NARROWED = frozenset(("carried_in", "carried_out", "carry", "outcome", "reason"))
NEAR = 40  # tokens looked at on either side: time stays linear
DISPUTES = frozenset(DISPUTE_ROWS)
_PERSONS = frozenset(("人", "名", "位", "人次", "户", "家", "批", "批次", "个"))
_BODIES_COUNTED = frozenset(("个", "家", "%"))
_OBJECTS = DISPUTES | {"app", "carried_in", "carried_out", "carry", "undone", "docverb", "doc", "act"}
# what follows the object may change it: 未收到申请投诉, 未发生复议被纠正
_CHANGES = frozenset(("other", "result", "noun", "figure", "rate", "part", "handled"))


@dataclass(frozen=True, slots=True)
class Claim:
    """What is claimed (``no-new``, ``no-review``, ``all-handled``, ``all-upheld``, ``no-loss`` …) and where.

    ``keys`` are the disputes or outcomes meant; ``partly`` says that it is about 本级 or an office only.
    """

    what: str
    where: str
    start: int
    end: int
    text: str
    keys: tuple[str, ...] = ()
    partly: bool = False
    free: bool = False  # words between that are not known: only what the text states nowhere else is denied


_ONES, _BODIES = "(?:公民|群众|居民|村民|市民|个人|自然人)", "(?:企业|单位|法人|其他组织|组织|机构|团体)"
_OR = "(?:或者?|和|及|与|以及|、)"
# 没有居民或单位申请公开政府信息: persons and bodies are everybody
_ANYBODY = f"(?:任何(?:{_ONES}|{_BODIES})|{_ONES}(?:{_OR}{_BODIES})+|{_BODIES}{_OR}{_ONES})(?:向[^，。；]{{0,8}})?"
_APPLIED = (
    r"(?:(?:提出|提交|递交)(?:过)?(?:政府|政务)?(?:信息)?(?:公开)?(?:的)?申请|申请(?:公开|获取)(?:政府|政务)?信息)"
    r"(?=[，。；、]|\Z)"
)
_DISPUTE = "(?<!经)(?<!经过)(?:行政)?(?P<{}>复议(?!后)|诉讼|告[到上]法院|打官司|(?<!后)直接起诉(?=的))"
_CASES = "(?:的)?(?:案件|案|申请|情形|情况|事项|事件|纠纷)?"
_NEXT_YEAR = (
    r"(?:结转|顺延|[转延留拖推带挪放跨移][到至入进待])[到至]?(?:下一?年度?|次年|明年|来年)[^，。；\d]{0,8}(?=[，。；\n]|\Z)"
)
_CHARGE = "(?:(?P<fees>行政事业性收费)|(?P<procurement>(?:政府)?集中采购))(?:项目|收入|情况|事项|行为|活动)?"
_ENDS = r"(?=[，。；、\n]|\Z)"
# the noun follows, with its cause: 未发生因不服本局申请答复而申请行政复议的案件, 没有因情况复杂而结转下年度的申请
_DENIED_BEHIND = ByLine(
    "(?<![尚如若])(?:没有|并无|从未|未有|未|无)(?:"
    r"(?:发生|出现|收到|产生|引发|接到|有)?过?(?:任何|一[起件])?[因对][^，。；\d]{0,30}(?:信息公开|公开申请|答复|(?<=对)复议)[^，。；\d]{0,20}?"
    f"{_DISPUTE.format('one')}(?:{_OR}{_DISPUTE.format('two')})?{_CASES}{_ENDS}"
    rf"|(?:发生|出现|有)?[因由][^。；\d]{{2,40}}?(?:而|、|，)?(?P<carried_out>{_NEXT_YEAR})"
    f"|(?:任何)?{_ANYBODY}(?P<new>{_APPLIED})"
    f"|(?:收取|征收|收缴|发生|产生|涉及|收|开展|实施|进行|组织)?(?:任何|过|相关)?{_CHARGE}{_ENDS})"
)
_AT_ALL = (
    "(?:一[起件例份宗个]也?)?(?:[我本全](?:镇|乡|街道|县|市|区|局|委|办|单位|机关))?(?:本年度?|全年|年内|今年|一年来)?[均都也]?"
)
# 对答复不满、转而申请复议的情形，本年度未曾出现; 对答复有异议而提起的复议，我乡没有发生
_CARRIED_IN = (
    r"(?P<carried_in>(?:上年度?|上一年度?|去年|往年|头年|(?P<year>20\d\d)年)[^，。；\d]{0,16}?(?:结转|转来|转入|转到|留下|遗留|延续|跨年)"
    r"[^，。；\d]{0,8}的[^，。；\d]{0,6})"
)
_DENIED_BEFORE = ByLine(
    rf"(?:{_CARRIED_IN}，?|(?!复议[^，。；\d]{{0,12}}(?:诉讼|起诉)){_DISPUTE.format('one')}(?:[^，。；\d]{{0,12}}(?:情形|情况|案件|事情|事)，?|，))"
    rf"{_AT_ALL}(?:未曾?|没有|从未|不曾|未有)(?:(?:出现|发生|收到|有|碰上|遇到|遇上|碰到)过?|(?<=也没有))(?=[，。；\n]|\Z)"
)
FAULTS = re.compile(
    "不及时|逾期|超期|不当|不规范|不作为|拖延|迟延|未[按在及依能予尽告]"
)  # disputes over these are only some of all
RESULTS = re.compile("纠正|纠错|败诉|撤销|违法|责令|支持|确认|维持")
_OTHER_CHARGE = re.compile(r"上年|去年|往年|20\d\d年|新增|新设|超|违规|乱|企业|其他|下属|力争|确保")
_CLAUSE = 24  # characters of the clause looked at before a denial
_NAMES = ("one", "two")
_ROW_OF = {"复议": "review", "直接起诉": "direct"}
_AFTER_REVIEW = re.compile("复议(?:决定|结果|结论|之?后|以后)[^，。；]{0,12}$")
_DIRECTLY = re.compile("(?:未经|不经|没有经过)(?:行政)?复议[^，。；]{0,8}$")


def denied_in_words(part: PartText, year: int) -> Iterator[Claim]:
    """What is denied with its cause, or of everybody, in any words: the words between need not be known.

    Args:
        year: that of the report.
    """
    text = part.plain.text
    for match in (*_DENIED_BEHIND.finditer(text), *_DENIED_BEFORE.finditer(text)):
        first = max(match.start() - _CLAUSE, *(text.rfind(mark, 0, match.start()) + 1 for mark in "，。；：\n"))
        groups = {name: words for name, words in match.groupdict().items() if words}
        disputes = [f"no-{_row_of(words, text[first : match.start(name)])}" for name, words in groups.items() if name in _NAMES]
        if "year" in groups and int(groups.pop("year")) >= year:
            continue
        charges = tuple(name for name in groups if name in ("fees", "procurement"))
        narrowing = (FAULTS, RESULTS) if disputes else (_OTHER_CHARGE,) if charges else ()
        if any(some.search(text, first, match.start() if charges else match.end()) for some in narrowing):
            continue
        start, end = part.plain.span(first if match.re is _DENIED_BEFORE.pattern else match.start(), match.end())
        for what in disputes or (["no-act"] if charges else [f"no-{name}" for name in groups]):
            yield Claim(what, part.where, start, end, part.plain.original[start:end], charges, free=True)


def _row_of(words: str, before: str) -> str:
    """因不服复议决定再行提起行政诉讼: lawsuits after a review."""
    of_suits = "after" if _AFTER_REVIEW.search(before) else "direct" if _DIRECTLY.search(before) else "suit"
    return _ROW_OF.get(words, of_suits)


Denials = list[tuple[str, int, int, tuple[str, ...]]]


def is_taken_back(sentence: tuple[Token, ...], at: int, year: int) -> bool:
    """Words before it in the sentence that make it no claim of this year: 力争, 上半年, 去年, 2023年, 每."""
    for index in range(at - 1, max(-1, at - NEAR - 1), -1):
        token = sentence[index]
        if token.kind == "sep" and token.value in "；：。":
            return False
        if token.kind == "past" and sentence[index + 1].kind == "figure":
            continue  # 受理 4 件，上年 1 件: last year's is that figure alone
        if token.kind == "year":
            return int(token.value) != year
        if token.kind == "past" and _denies_carried(sentence, at):
            return False  # 上年无结转
        if token.kind in _FORBIDDEN:
            return token.value != "since"  # 今年以来
    return False


# 其余复议诉讼均无, 除这件外没有复议, 此外再无申请; 所属 7 个事业单位未收到申请: what the text states before is not denied
_THE_REST = re.compile(
    r"(?:其余|余下|剩余|剩下|别的|除[^，。；]{1,16}外|(?<![不一])再(?![次度三])|(?<![及和与、])(?:所|下|直)属)[^，。；]{0,12}\Z"
)
_REST_BEFORE = 32  # characters


def denies_the_rest(text: str, end: int) -> bool:
    """Whether a negation that ends at ``end`` denies only what the words before it leave."""
    return bool(_THE_REST.search(text[max(0, end - _REST_BEFORE) : end]))


def said_of_some(sentence: tuple[Token, ...], at: int) -> bool:
    """科研机构、社会公益组织等未提出申请: about some applicants only."""
    clause = clause_before(sentence, at)
    if any(token.kind == "applicant" for token in clause):
        return True
    # 企业未提出申请: who did not apply stands before; who did not receive is the office
    applied = at + 1 < len(sentence) and sentence[at + 1].kind == "soft"
    return applied and (any(token.kind == "part" for token in clause) or _said_of_persons(sentence, at))


def _said_of_persons(sentence: tuple[Token, ...], at: int) -> bool:
    """另有 26 名群众…，未提交申请: those counted before did not apply."""
    figures = [token for token in sentence[max(0, at - NEAR) : at] if token.kind == "figure"]
    return bool(figures) and figures[-1].value in _PERSONS


def denies_for_others(organ: Organ, text: str, sentence: tuple[Token, ...], at: int) -> bool:
    """有 3 个乡镇零申请, 近一半乡镇未收到申请, 白杨镇无复议: about bodies below or beside the organ, some or one of them."""
    clause = clause_before(sentence, at)
    counted = any(token.kind == "figure" and token.value in _BODIES_COUNTED for token in clause)
    below = {token.value for token in clause if token.kind == "scope"} == {"below"}  # 本机关及所属单位 are all
    bodies = (counted or below) and not any(token.kind == "all" for token in clause)
    return bodies or names_other(organ, text[max(0, sentence[at].start - _REST_BEFORE) : sentence[at].start])


def _denies_carried(sentence: tuple[Token, ...], at: int) -> bool:
    return any(token.kind in ("carry", "carried_in") for token in sentence[at + 1 : at + 3])


def denied_twice(sentence: tuple[Token, ...], at: int) -> Denials:
    """没有未办结的: everything is finished."""
    words = sentence[at + 1 : at + 3]
    twice = len(words) == 2 and words[0].kind == "neg" and words[1].value == "done"
    return [("all-handled", at, at + 2, ())] if twice and words[0].start == sentence[at].end else []


def denied_behind(sentence: tuple[Token, ...], at: int) -> Denials:
    """未收到申请; 无上年结转; 未发生行政复议、行政诉讼."""
    denials: Denials = []
    previous, unknown = sentence[at], 0
    for index in range(at + 1, min(len(sentence), at + NEAR)):
        token = sentence[index]
        unknown += 0 if denials else token.start - previous.end
        beside = token.start == previous.end or previous.kind in ("app", *DISPUTES, "soft")
        if not (beside if denials else _is_narrowed(sentence[at], token, unknown)):
            break  # unknown words before the object is named
        previous = token
        if token.kind == "sep" and (token.value != "、" or not denials):
            break
        if not denials and _narrows_nothing(sentence, at, index):
            continue
        if token.kind == "new" and _is_bare(sentence, at, index):
            denials.append(("no-new", at, index, ()))
        elif token.kind in ("reason", "outcome") and not denials and _ends_denial(sentence, index):
            return [(f"no-{token.kind}", at, index, (token.value,))]
        elif token.kind in _OBJECTS:
            denials = _with_object(sentence, at, index, denials)
        elif token.kind not in _PASSED and token.kind not in ("sep", "new"):
            return [] if token.kind in _CHANGES else denials
    return denials


def _narrows_nothing(sentence: tuple[Token, ...], at: int, index: int) -> bool:
    """无申请人提出申请, 未收到一件申请, 没有收到针对申请答复提起的行政复议."""
    token = sentence[index]
    one = token.chinese and token.number == 1
    person = token.kind == "noun" and token.value == "person"
    return one or person or (token.kind == "handled" and _is_directed(sentence[at + 1 : index]))


def _is_narrowed(neg: Token, token: Token, unknown: int) -> bool:
    """无滞留件结转: a few unknown words may narrow down what was carried over or refused; 未 denies the unknown word itself."""
    return not unknown or (neg.value == "no" and token.kind in (*_NARROWED, "soft") and unknown <= _UNKNOWN)


def _ends_denial(sentence: tuple[Token, ...], at: int) -> bool:
    """未出现不予公开的情形: nothing but such words up to the end of the clause."""
    previous = sentence[at]
    for token in sentence[at + 1 : at + NEAR]:
        if token.start > previous.end or token.kind not in ("soft", "sep", "app", "outcome"):
            return False
        if token.kind == "sep":
            return token.value in HARD
        previous = token
    return True


def _is_bare(sentence: tuple[Token, ...], at: int, index: int) -> bool:
    """依申请公开方面，全年未收到: the object stands before, and nothing else does."""
    ends = index + 1 == len(sentence) or (sentence[index + 1].kind == "sep" and sentence[index + 1].start == sentence[index].end)
    before = {token.kind for token in sentence[max(0, at - NEAR) : at]}
    return ends and "app" in before and not before & {"other", "publish", "figure", "part", *DISPUTES}


def _with_object(sentence: tuple[Token, ...], at: int, index: int, denials: Denials) -> Denials:
    """One more thing denied: 申请, 复议, 结转, 制发规范性文件."""
    token = sentence[index]
    if token.kind in DISPUTES:  # 未收到因申请…引发的复议 denies no application
        kept = [item for item in denials if item[0] != "no-new"]
        between = sentence[at + 1 : index]
        kinds = {word.kind for word in between}
        unknown = token.end - sentence[at].end - sum(word.end - word.start for word in sentence[at + 1 : index + 1])
        target = sentence[index - 1].value in ("toward", "against")  # 没有因为对复议结果不满而走进法院的诉讼
        if _is_directed(between) and (target or (("act" in kinds or unknown) and "app" not in kinds)):
            return kept  # 未发生因行政许可引起的行政复议, 因征地引发的诉讼
        return [*kept, (f"no-{token.kind}", at, index, ())]
    if token.kind == "app":  # 无结转申请 denies what was carried over
        carried = any(item[0].startswith("no-carried") for item in denials)
        carried |= any(  # 没有因申请收取费用, not 没有对县政府提出的申请
            word.value == "cause" or (word.value == "toward" and following.kind != "scope")
            for word, following in pairwise(sentence[at + 1 : index + 1])
        )
        carried |= _is_subject(sentence, at, index) or any(word.value == "third" for word in sentence[at + 1 : index])
        return denials if carried else [*denials, ("no-new", at, index, ())]
    if token.kind == "undone":  # 年末无待办件; 无行政复议在办 says nothing of applications
        of_disputes = any(word.kind in DISPUTES for word in sentence[at:index])
        return denials if of_disputes else [*denials, ("no-carried_out", at, index, ())]
    if token.kind in ("carried_in", "carried_out", "carry"):  # 没有申请需要结转 denies no application
        kept = [item for item in denials if item[0] != "no-new"]
        meant = _carry_meant(sentence, at, index) if token.kind == "carry" else f"no-{token.kind}"
        return [*kept, (meant, at, index, ("either",) if token.kind == "carry" else ())]
    return denials + _denied_of_part_two(sentence, at, index)


def _is_directed(between: tuple[Token, ...]) -> bool:
    """因…引发的, 针对…提起的: what is between says against what the object is directed."""
    return any(word.value in ("cause", "toward", "against") for word in between)


def _is_subject(sentence: tuple[Token, ...], at: int, index: int) -> bool:
    """没有申请因逾期不补正而终止, 无申请涉及国家秘密: what no application does is denied, not the applications."""
    if any(word.kind not in ("soft", "figure") for word in sentence[at + 1 : index]):
        return False
    previous = sentence[index]
    for token in sentence[index + 1 : index + NEAR]:
        if token.start > previous.end or token.kind not in ("soft", "app", "new", "manage"):
            return token.start > previous.end or token.kind not in ("sep", *_OBJECTS)
        previous = token
    return False


def _denied_of_part_two(sentence: tuple[Token, ...], at: int, index: int) -> Denials:
    """未制发行政规范性文件, 未实施行政强制: the thing denied ends its clause."""
    token, ends = sentence[index], index + 1 == len(sentence) or sentence[index + 1].kind == "sep"
    if token.kind == "doc" and ends and sentence[index - 1].kind == "docverb":
        return [("no-document", at, index, (token.value, sentence[index - 1].value))]
    speaks = ends and sentence[index - 1].kind in ("soft", "neg", "manage") and token.value not in ("fees", "procurement")
    return [("no-act", at, index, (token.value,))] if token.kind == "act" and speaks else []


def _carry_meant(sentence: tuple[Token, ...], at: int, index: int) -> str:
    clause = [token for token in sentence[max(0, at - 4) : index] if token.kind in ("past", "sep")]
    return "no-carried_in" if clause and clause[-1].kind == "past" else "no-carried_out"


def denied_before(sentence: tuple[Token, ...], at: int) -> Denials:
    """行政复议、行政诉讼均未发生; 申请数为零; 复议、诉讼均为零."""
    if not _nothing_behind(sentence, at):
        return []
    denials: Denials = []
    following = sentence[at]
    for index in range(at - 1, max(-1, at - NEAR), -1):
        token = sentence[index]
        if following.start - token.end > 0 or (token.kind == "sep" and token.value not in ("、", "：")):
            break
        following = token
        if token.kind in DISPUTES:
            denials.insert(0, (f"no-{token.kind}", index, at, ()))
        elif token.kind == "app":
            denials.insert(0, ("no-new", index, at, ()))
        elif token.kind in ("carried_in", "carried_out"):
            denials.insert(0, (f"no-{token.kind}", index, at, ()))
        elif token.kind not in _PASSED and token.kind not in ("sep", "new") and not (token.chinese and token.number == 1):
            break  # 诉讼一件也没有 denies every one
    return denials


def _nothing_behind(sentence: tuple[Token, ...], at: int) -> bool:
    """未, 无 at the end of their clause, except for verbs such as 发生, 收到."""
    previous = sentence[at]
    for token in sentence[at + 1 : at + NEAR]:
        if token.start - previous.end > 0:
            return False
        if token.kind == "sep":
            return True
        if token.kind not in ("soft", "new"):
            return False
        previous = token
    return True


def clause_before(sentence: tuple[Token, ...], at: int) -> list[Token]:
    clause: list[Token] = []
    for token in reversed(sentence[max(0, at - NEAR) : at]):
        if token.kind == "sep" and token.value in HARD:
            break
        clause.append(token)
    return clause
