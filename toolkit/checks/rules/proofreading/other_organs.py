"""Another organ, or another area, as the one that a text speaks of: text taken over from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from toolkit.checks.catalogue import Case, rule
from toolkit.checks.finding import Finding
from toolkit.checks.narrative.passages import ByLine, Passage, begun_in, lines_with, text_finding
from toolkit.checks.rules.names import OwnNames, names_of_members, own_names
from toolkit.report.model import GOVERNMENTS

GROUP = "格式与名称"
# what may follow a name that acts: its organ, then a predicate
_ORGAN = r"(?:(?:人民)?政府|党委政府|党委、政府|党工委|党委|办事处|机关|党政(?:综合)?办(?:公室)?|综合办(?:公室)?)?"
_ACTS = (
    r"(?:高度|认真|严格|坚持|全面|积极|深入|持续|不断|进一步|扎实|切实|始终|紧紧|紧扣|围绕|按照|根据|依据|共(?!同|享|建|有)|主动|通过|全年|年度|本年度|累计|新收|"
    r"收到|受理|办理|(?:负责|牵头|指定|安排)(?!的)|公开(?!栏)|发布|制发|制定|印发|建立|完善|加强|强化|将|把|已(?:建立|完成|成立|制定|公开|发布)|没有|未|结合|聚焦|立足|牢固|落实|贯彻|推进|深化|规范|健全|明确|成立|组织|开展|"
    r"利用|依托|设置|设立|对照|以(?!及|来|外)|政府信息公开|信息公开|政务公开|依申请公开|20\d\d年)"
)
_START = (
    r"(?:\A|(?<=[。；！？\n：])|(?<=年，)|(?<=年度，)|(?<=以来，)|(?<=年来，)|(?<=下一步，)|(?<=今后，)|(?<=目前，)|(?<=同时，)|"
    r"(?<=此外，)|(?<=为此，)|(?<=对此，))"
    r"(?:[（(]?[一二三四五六七八九十\d]{1,3}[）)、.．]|[一二三四五六七八九十]是|(?:19|20)\d\d年度?，?)?"
)
_ALL = ByLine(
    r"全(?P<kind>[县区旗])(?!域|级|长|委书记会)|我(?P<own>[县区旗])(?!域|级|长)|(?<![省市])(?P<party>[县区旗])委、(?P=party)政府"
    r"|(?:\A|(?<=[。；：，、\n在据绕照实贯彻由受向经与和])|(?<=市委))(?P<bare>[县区旗])(?:委(?![员托派会])|政府|人民政府)"
)
# by the kind of the own area: without these words no other kind is written
_WORDS_OF_KIND = {kind: (f"全{kind}", f"我{kind}", f"{kind}委", f"{kind}政府", f"{kind}人民") for kind in "县区旗"}
_OF_OTHER_KINDS = {
    own: tuple(word for kind, words in _WORDS_OF_KIND.items() if kind != own for word in words) for own in _WORDS_OF_KIND
}
# 自治州 and 盟: of the area above, where neither is one
_OF_UPPER_KINDS = ("州委", "盟委", "全州各", "全盟各")
_UPPER = re.compile(
    r"(?<![\u3400-\u9fff]{2})(?P<kind>[州盟])委、(?P=kind)政府|(?<=[在据绕照实贯彻])(?P<led>[州盟])委、(?P=led)政府|全[州盟](?=各)"
)
_NAMED_AREA = re.compile(r"[\u3400-\u9fff]{2}[县区旗](?!别|分|级|域)")
_LED_BY = re.compile(
    r"(?:在|按照|根据|贯彻|落实)(?P<area>[\u3400-\u9fff]{1,6}?(?:自治县|县|区|旗))(?:委|政府|人民政府)(?:、(?:\w{0,4})政府)?"
    r"(?:和[^，。]{1,10})?(?:的)?(?:坚强|正确|统一|有力)*(?:领导|部署|要求|安排|指导)"
    rf"|{_START}(?P<acting>[\u3400-\u9fff]{{1,6}}?(?:自治县|县|区|旗))(?:委|政府|人民政府)(?:、\w{{0,4}}政府|办公室)?(?={_ACTS})"
)
# what a match of it holds: the leaders of an area with its name, behind a mark or a word that a name follows
_NAMED_LEADERS = ByLine(
    r"(?:\A|[在照据彻实。；！？\n：，）)、.．是年度])[\u3400-\u9fff]{1,6}?(?:自治)?[县区旗](?:委|政府|人民政府)"
)
# 协助县政府办理: a verb and the county, no name of one
_NO_NAME = re.compile(
    r".{0,1}[县区旗]\Z|[全我本各省市县在由经向为与和受请报对]|协助|配合|按照|根据|会同|联合|对接|组织|参加|落实|贯彻|执行|承办|办理|协同|积极|通过"
)
_OTHER_KIND = re.compile(r"园区|开发区|经开区|高新区|新区|示范区|景区|社区|小区|片区|矿区|库区|自治区|校区|辖区")
_WITHOUT_REGION = re.compile(r"自治区|开发区|高新区|新区|园区|示范区|景区|管委会|矿区|林区|牧区|库区|灌区")


@rule("another-organ", GROUP)
def check_another_organ(case: Case) -> Iterator[Finding]:
    """another-organ: 正文说的是本机关，不以同一地区别的成员单位作主语（“松石镇人民政府高度重视……”）。

    Only a name that acts at the beginning of a sentence counts, and only one of a member of the same kind (a town in a
    town's report): a report may tell of other organs. A jurisdiction's own report speaks of its members.

    Source: 实践：套用其他单位的文字；成员名单。
    """
    organ = case.report.organ
    if case.jurisdiction is None or case.jurisdiction.name == organ.name or organ.level in GOVERNMENTS:
        return
    own = own_names(organ.name, organ.short_name, organ.superior, case.jurisdiction.name)
    text = case.plain
    members = [name for _, name in names_of_members(case.jurisdiction) if name in text]
    names = tuple(name for name in members if _is_of_kind(name, own) and not own.covers(name))
    if not names:
        return
    acting = _acting(names, own.places[:1])
    for passage in case.parts:
        text = passage.plain.text
        for match in begun_in(lines_with(text, names), acting, text):
            name = match["name"]
            yield _another(case, "another-organ", passage, match.span("name"), f"“{name}”是另一个成员单位")


@rule("another-area", GROUP)
def check_another_area(case: Case) -> Iterator[Finding]:
    """another-area: 正文说的是本地区：县里的机关不写“全区”“区委、区政府”，不写在别的县（区）党委、政府领导下。

    Source: 实践：套用其他地区的文字。
    """
    organ = case.report.organ
    jurisdiction = case.jurisdiction.name if case.jurisdiction else ""
    own = own_names(organ.name, organ.short_name, organ.superior, jurisdiction)
    area = next((place for place in own.places if place.endswith(("县", "区", "旗"))), "")
    if not area or _WITHOUT_REGION.search(organ.name + organ.superior + jurisdiction):
        return
    own_and_upper = f"{organ.name}{organ.superior}{jurisdiction}{case.jurisdiction.reports_to.name if case.jurisdiction else ''}"
    others = case.mentions(*_OF_OTHER_KINDS[area[-1]])
    above = case.jurisdiction.reports_to.name if case.jurisdiction and case.jurisdiction.reports_to else ""
    upper = above and not re.search("[州盟]", own_and_upper) and case.mentions(*_OF_UPPER_KINDS)
    for passage in case.parts:
        for match in _ALL.finditer(passage.plain.text) if others else ():
            kind = match["kind"] or match["own"] or match["party"] or match["bare"]
            if kind != area[-1] and not _is_elsewhere(passage.plain.text, match, kind):
                yield _another(case, "another-area", passage, match.span(), f"“{match[0]}”不是{area}的说法")
        for match in _UPPER.finditer(passage.plain.text) if upper else ():
            yield _another(case, "another-area", passage, match.span(), f"“{match[0]}”不是{area}的说法")
        for match in begun_in(_NAMED_LEADERS.lines(passage.plain.text), _LED_BY, passage.plain.text):
            which = "area" if match["area"] else "acting"
            if match[which] not in own_and_upper and not match[which].endswith(area) and not _NO_NAME.match(match[which]):
                yield _another(case, "another-area", passage, match.span(which), f"“{match[which]}”是另一个地区")


@lru_cache(maxsize=1024)
def _acting(names: tuple[str, ...], county: tuple[str, ...]) -> re.Pattern[str]:
    """One of the names, with or without the county's before it, at the beginning of a sentence and before a verb."""
    longest_first = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    before = f"(?:{'|'.join(map(re.escape, county))})?" if county else ""
    return re.compile(rf"{_START}我?{before}(?P<name>{longest_first}){_ORGAN}(?={_ACTS})")


def _is_of_kind(name: str, own: OwnNames) -> bool:
    towns = ("镇", "乡", "街道", "苏木", "街道办事处")
    return name.endswith(towns) == bool(own.town)


def _is_elsewhere(text: str, match: re.Match[str], kind: str) -> bool:
    """园区全区, 自治区: another 区 than a district."""
    around = text[max(0, match.start() - 12) : match.start()] + text[match.end() : match.end() + 4]
    if match["bare"] and _NAMED_AREA.search(re.split(r"[。；\n]", text[max(0, match.start() - 40) : match.start()])[-1]):
        return True  # 赴江澜区学习，区政府介绍了经验
    return kind == "区" and bool(_OTHER_KIND.search(around))


def _another(case: Case, code: str, passage: Passage, span: tuple[int, int], message: str) -> Finding:
    return text_finding(
        code, "warning", passage, span, f"{message}，本报告的机关是{case.report.organ.name}", expected=case.report.organ.name,
        next_step="套用别处文字的请改正；确实说的是它，请确认并写明原因",
    )  # fmt: skip
