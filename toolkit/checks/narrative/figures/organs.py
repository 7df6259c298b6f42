"""Whose figure it is: what a text calls a body is resolved against the organ's own name and level first.

In: the organ, a word for a scope (全县, 我局, 县政府办公室) or the words before a verb. Out: ``""`` for the whole organ, ``part``
for a part of it (本级, 党政办), ``field`` for it with those of its kind below (全市公安机关), ``other`` for another body.

An organ speaks of itself by its name, by its name without the place (教育局, 县局), shortened (住建局 for 住房和城乡建设局), as
我办, 本机关, 全县: a name for it leaves characters out and puts none in, and ends as the organ's name ends.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from toolkit.checks.narrative.tokens import Token
from toolkit.checks.narrative.tokens.vocabulary import KEYS
from toolkit.report import Organ

_VERBS = r"(?:20\d\d年度?|全年|年度|年内|本年度?|今年|共|累计|合计|也|均|已|依法|作出|做出|办理|实施|审批|查处|登记)*"
_TAIL = r"(?:机关|系统|本级|本部)?(?:(?:及|和|与)(?:所属|下属|各)?(?:分局|单位|部门|科室|机构|事业单位))?"
# another organ right before the verb: 县自然资源局收到申请 4 件
_ORGAN = re.compile(
    rf"([一-鿿]{{2,10}}(?:局|委|厅|镇|乡|街道|村|社区|学校|中心|大队|支队|法院|公司)(?:(?:人民)?政府|办事处)?|复议机[关构]){_TAIL}"
    r"(?:20\d\d年|全年|共|累计|年内|本年度|本年|也|已)*\Z"
)
# 县自然资源局全年作出行政许可 1204 件: an office of a government above, and what it did between its name and the figure
_ABOVE = re.compile(
    r"((?:(?<![社小])[县区旗州]|省|市(?![场民政容]))[一-鿿]{1,10}(?:局|委|厅|办公室|大队|支队|法院|中心))"
    + _TAIL
    + _VERBS
    + r"\Z"
)
# offices of the county that sit in a town
_STATION = re.compile(r"(?:派出所|市场监管所|市场监督管理所|税务所|交警中队|供电所)" + _VERBS + r"\Z")
_OWN_UNIT = re.compile(
    r"(?<![县市区省])(?:执法|便民|服务|综合)[一-鿿]{0,4}(?:大队|中队|中心|局|队)\Z"
)  # a town's own 综合执法大队
_SPEAKS_OF_ITSELF = re.compile(r"[我本全该]")
_TOWNS = ("镇", "乡", "街道")
_GOVERNMENTS = ("county", "city", "province")
_OWN_AREA = {"county": "县市区旗", "city": "市州盟", "province": "省市区"}
# the characters that end the name of the organ's own place, by level
_PLACES = {
    "township": "镇乡", "street": "道", "county_department": "县区市旗", "county": "县区市旗", "city_department": "市州盟",
    "city": "市州盟", "province_department": "省市区", "province": "省市区",
}  # fmt: skip
_ANY_PLACE = "省市州盟县区旗镇乡"
_OWN_PLACES = re.compile(r"(?:[^省市州盟县区旗镇乡]{1,4}(?:省|(?<!城)市(?![场民政容])|州|盟|县|区|旗|镇|乡)+)+")
_SHORTENED = (("人民政府", "政府"), ("办公室", "办"), ("办公厅", "办"), ("办事处", "办"), ("委员会", "委"))
_LOWER = ("below", "units", "area")  # 县政府及各乡镇 together are the county
_FIELD = re.compile("全([省市州县区旗])([一-鿿]{2,6})机关")
_WITH_PARTY = re.compile("党工?委(?=(?:人民)?政府|办事处)")  # 镇党委政府
_BY_OFFICE = re.compile(r"[由经][^，。；\d]{0,10}\Z")
_OWN_CASES = re.compile(r"(?:直接|单独|自行)?共?(?:答复|办结|办理|收到|受理|接收|公开|提供|处理|作出|制发|印发)[^，。；]{0,8}\d")
_TURNED = re.compile("(?:依法)?(?:提出|提起|申请|寻求)[^，。；]{0,16}(?:复议|诉讼|起诉)")
_OF_THEIR_OWN = re.compile("各自的?(?:年度报告|年报|报告|填报|统计|公布)|各家自[己行]|自行(?:公布|填报|编制)")
_TOGETHER = ("联合", "会同", "协同", "配合", "协助")
_WITHOUT = ("不含", "不包括", "不包含", "除", "除了", "除去")
_FEWEST, _CLAUSE = 2, 30  # characters of a name; tokens of a clause looked back


def other_organ(organ: Organ, text: str, left: Sequence[Token]) -> str:
    """``other`` when another organ's name is right before the first word that counts."""
    key = next((token for token in left if token.kind in KEYS), None)
    if key is None:
        return ""
    return "other" if names_other(organ, text[max(0, key.start - 20) : key.start], key.kind) else ""


def names_other(organ: Organ, before: str, key: str = "") -> bool:
    """Whether ``before`` ends with another organ's name; ``key`` is the kind of the word behind it."""
    town = any(word in organ.name for word in _TOWNS)
    if town and _STATION.search(before):
        return True
    match = _ORGAN.search(before) or (None if organ.level in _GOVERNMENTS else _ABOVE.search(before))
    if match is None or _SPEAKS_OF_ITSELF.search(match[1]) or (town and key == "act" and _OWN_UNIT.search(match[1])):
        return False
    if "各" in match[1]:
        return False  # 各乡镇 is a word of the vocabulary and has its scope
    if "复议机" in match[1] and key not in ("new", "handled", "manage"):
        return False  # 复议机关维持 2 件: a result of our own disputes
    return not is_own(organ, match[1])


def is_own(organ: Organ, body: str) -> bool:
    """Whether a body's name may be this organ's: 县局, 住建局, 区政府办公室."""
    body = _WITH_PARTY.sub("", body)
    first = re.split("[及和与、]", body)[0] if body[-2:] in ("分局", "单位", "部门") else body
    named = first.removesuffix("机关")
    candidate = _shortened(named)
    whole = len(named) >= _FEWEST and any(name.endswith(named) for name in (organ.name, organ.short_name))
    return whole or any(_is_abbreviation(candidate, own, _PLACES[organ.level]) for own in _own_names(organ))


@lru_cache(maxsize=64)
def _own_names(organ: Organ) -> tuple[str, ...]:
    names = {_shortened(name) for name in (organ.name, organ.short_name) if name}
    streets = {name.removesuffix("办") for name in names if "街道" in name}
    return tuple(names | streets | {name.removesuffix("政府") for name in names})


def _shortened(name: str) -> str:
    for long, short in _SHORTENED:
        name = name.replace(long, short)
    return name


def _is_abbreviation(candidate: str, own: str, places: str) -> bool:
    """The end of the candidate leaves out characters of the own name and has no others; its place is the organ's place."""
    if candidate[-1:] != own[-1:]:
        return False
    at, rest = len(own), len(candidate)
    while rest and (position := own.rfind(candidate[rest - 1], 0, at)) >= 0:
        at, rest = position, rest - 1
    matched = candidate[rest:]
    if len(matched) < _FEWEST or (rest and candidate[rest - 1] in _ANY_PLACE):
        return False
    if matched[0] not in _ANY_PLACE:
        return len(matched) > _FEWEST or matched == own
    # 县局 in the report of a county's bureau, not 市局; 区政府办 in that of 砚州市芦荡区
    named = _OWN_PLACES.match(own)
    place = next((char for char in reversed(named[0] if named else own) if char in places), "")
    return matched[0] == place


def scopes(organ: Organ, text: str, sentence: tuple[Token, ...]) -> list[str]:
    """For each token the body its figures are about: the last scope word of the sentence counts.

    Two bodies side by side (省政府、设区市政府; 局机关和所属单位) are the whole organ when one of them is.
    """
    organs: list[str] = []
    current, named, before, without = "", False, -1, False
    for index, token in enumerate(sentence):
        # 联合其他行政机关, 与其他部门联合作出行政处罚 12 件: its own as well
        joint = (*_TOGETHER, "与") if text.startswith("联合", token.end) else _TOGETHER
        # 申请人向市人民政府提出的行政复议: whom they turned to
        turned_to = text.endswith("向", 0, token.start) and _TURNED.match(text, token.end) is not None
        if token.kind == "scope" and not text.endswith(joint, 0, token.start) and not turned_to:
            scope = scope_of(organ, token.value, text[token.start : token.end])
            deals = _BY_OFFICE.search(text, max(0, token.start - _CLAUSE), token.start) and not _OWN_CASES.match(text, token.end)
            if scope == "part" and (deals or text.startswith("窗口", token.end)):
                scope = ""  # 由法规科审核、办公室统一编号印发, 党政办窗口收到: who deals with all of it, and where
            if scope == "other" and _is_field(organ, text, token):
                scope = "field"
            if token.value == "units" and current == "part" and named:
                scope = "part"  # 县本级收到 12 件，各部门收到 30 件
            if scope in ("", "part") and (text.endswith(_WITHOUT, 0, token.start) or text.startswith("除外", token.end)):
                without = True  # 全县各部门（不含本机关）共受理 86 件: of all but the own organ
                first = next((at for at in range(index, 0, -1) if sentence[at - 1].value in ("，", "；")), 0)
                organs[first:] = ["other"] * (index - first)
            scope = "other" if without else scope
            apart = before >= 0 and sentence[before].end < token.start  # 全县各乡镇 are the towns
            beside = apart and token.value in _LOWER and _side_by_side(sentence[before + 1 : index])
            current, named, before = ("" if beside and "" in (scope, current) else scope), False, index
        elif token.kind == "figure":
            named = True
        elif token.value == "；" or (token.value == "，" and current == "other" and not (named or without)):
            clause = sentence[max(0, index - _CLAUSE) : index]
            named_government = before >= 0 and "政府" in text[sentence[before].start : sentence[before].end]
            own = named_government and organ.name.endswith("办公室")  # 县政府's documents are those of its office
            kept = token.value == "，" and not own and _clears_of_others(clause)
            current, without = current if kept else "", False  # 按照全县部署，收到 12 件: the county is not who received them
        organs.append(current)
    if before >= 0 and sentence[before].value in _LOWER and _OF_THEIR_OWN.search(text, sentence[before].end, sentence[-1].end):
        organs[before:] = ["other"] * (len(organs) - before)  # 各县部门收到 215 件，分别在各自年度报告中反映
    return organs


def _clears_of_others(before: tuple[Token, ...]) -> bool:
    """对县政府及各部门规范性文件进行清理，废止 21 件, of a bureau: they are not its own."""
    begin = next((at for at in range(len(before) - 1, -1, -1) if before[at].value == "，"), 0)
    return {"docpart", "doc"} <= {token.kind for token in before[begin:]}


def _is_field(organ: Organ, text: str, area: Token) -> bool:
    """全市公安机关, in the report of 某市公安局."""
    match = _FIELD.match(text, area.start)
    return match is not None and is_own(organ, f"{match[1]}{match[2]}{_shortened(organ.name)[-1:]}")


def _side_by_side(between: tuple[Token, ...]) -> bool:
    return len(between) < 3 and all(token.value == "、" or token.kind == "soft" for token in between)


def scope_of(organ: Organ, value: str, word: str) -> str:
    """What a word of the vocabulary for a body means in this organ's report."""
    government = organ.level in _GOVERNMENTS
    if value == "whole" or (value in ("area", "part") and is_own(organ, word)):
        return ""
    if value == "units":
        return "" if government else "other"
    if value == "below":
        return "part" if government else "other"
    if value == "part":
        if word[0] in "省市县区" and not government:
            return "other"  # 县政府办公室 in the report of a 镇
        if government and word.endswith("本级"):
            return "part"  # 县政府办本级 beside the county, in its report
        own = organ.name.endswith(("办公室", "办")) or word in (organ.short_name or organ.name)
        return "" if own else "part"
    area = _OWN_AREA.get(organ.level, "")
    return "" if any(char in area and char in organ.name for char in word) else "other"
