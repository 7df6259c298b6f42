"""Whose report it is: names of other organs, and how to reach the one that answers for it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from toolkit.checks.catalogue import Case, rule
from toolkit.checks.finding import Finding, Severity
from toolkit.checks.narrative.passages import Passage, contact_passages, preamble_passage, text_finding, title_passage
from toolkit.checks.rules.printed_form import label_key
from toolkit.core.text import skeleton
from toolkit.report import Report
from toolkit.report.jurisdiction import Jurisdiction

GROUP = "格式与名称"
_HAN = "\u3400-\u9fff\U00020000-\U000323af"
# 城乡 and 城市 in the name of a department are no place (住房和城乡建设局, 城市管理局); 聊城市, 大城县 and 新城区 are
_NO_PLACE = r"(?!(?<=[城村乡社].)(?:建设|规划|管理|企业|振兴|统筹|一体|水务|环境|综合|发展|更新|运行|居民|治理|工作))"
_CITY = rf"(?:(?<=\A[{_HAN}]城[市县区])|(?<=[省市州盟区][{_HAN}]城[市县区])|{_NO_PLACE})"
_PLACE = re.compile(rf"[{_HAN}]{{1,12}}?(?:自治区|自治州|自治县|街道|地区|苏木|省|市|州|盟|县|区|旗|镇|乡){_CITY}")
_ROAD = r"(?!路|街|大街|大道|大院|驻地|东|西|南|北|巷)"
# A town's name counts only where an office follows it; 镇 and 乡 alone occur in names of roads and villages.
_TOWN = re.compile(
    rf"([{_HAN}]{{1,12}}(?:镇|乡|街道|苏木))(?=(?:人民政府|办事处|政府|党政|党工委|党委|政务|综合|便民|为民|办公室){_ROAD}|(?:19|20)\d\d年)"
)
_COUNTY = re.compile(rf"([{_HAN}]{{1,12}}(?:县|区|旗))(?=(?:人民政府|政府|政务){_ROAD})")
_COUNTY_NAME = re.compile(r".+(?:县|旗|(?<!自治)(?<!开发|高新|示范)(?<!园|新)区)\Z")  # 开发区 belongs to a county of another name
_BUREAU = re.compile(rf"([{_HAN}]{{1,16}}(?:局|委员会))(?=办公室|网站|网|政务|机关|综合|信息|联系|[（，。、；]|\Z)")
_BOUNDARY = re.compile(r".*(?:与|和|由|向|到|在|是|为|请|系|及|对|至|的|从|经|自|致|现将|年度|汇总|本报告|人民政府|，)")
_ABOVE = re.compile(r"\A(?:省|市|县|区|旗|镇|我|本)(?=.{2})")  # 县卫健局
_GENERIC = re.compile(
    r"(?:我|本|各|全|该|两|所在|辖区|镇|乡|省|市|县|区|市县|乡镇|镇乡)*(?:镇|乡|街道|局|县|区|委员会)?\Z"
    r"|.*(?:我|本|全|该)(?:镇|乡|街道|局|县|区|旗)\Z"  # 现将我镇, 围绕全县: whatever comes before, it is the organ itself
)
_SPEAKS_AS = re.compile(r"(我|本)(?<![自忘].)(镇|乡|街道|局)(?!里|土|亲|村|本土|限|面|部|势|定|静)")
_PHONE = re.compile(r"(?<!\d)(?:0\d{2,3}[-— ]?\d{7,8}|1\d{10}|400[-— ]?\d{3}[-— ]?\d{4}|[2-8]\d{6,7}|12345)(?!\d)")
_ADDRESS = re.compile(r"地址|[路街巷道]\S{0,12}号|大厦|大楼|政府院内|[村组]\S{0,6}号|驻地|大院")


@dataclass(frozen=True)
class OwnNames:
    """What an organ may be called: ``places`` it belongs to, its ``town``, and the ``rest`` (教育局, 人民政府)."""

    places: tuple[str, ...]
    town: str
    rest: str
    others: tuple[str, ...]  # short name, superior, jurisdiction

    def covers(self, name: str) -> bool:
        """Whether ``name`` is a name or abbreviation of the organ or of a superior."""
        names = (*self.places, self.rest, *self.others)
        return any(item and (name in item or item in name) for item in names) or _abbreviates(name, self.rest)


@lru_cache(maxsize=256)
def own_names(name: str, short: str, superior: str, jurisdiction: str) -> OwnNames:
    """The names of an organ, from its full name and what belongs to it."""
    places = tuple(_PLACE.findall(name))
    rest = name[sum(len(place) for place in places) :] if name.startswith("".join(places)) else name
    towns = [place for place in places if place.endswith(("镇", "乡", "街道", "苏木"))]
    others = tuple(
        item for item in (short, superior, jurisdiction, *_PLACE.findall(superior), *_PLACE.findall(jurisdiction)) if item
    )
    return OwnNames(places, towns[-1] if towns else "", rest, others)


def _abbreviates(short: str, full: str) -> bool:
    """教体局 for 教育和体育局: the characters of one in the order of the other."""
    letters = iter(full)
    return len(short) >= 2 and all(letter in letters for letter in short)


def _names(case: Case) -> OwnNames:
    organ = case.report.organ
    return own_names(organ.name, organ.short_name, organ.superior, case.jurisdiction.name if case.jurisdiction else "")


@rule("organ-wrong", GROUP)
def check_organ_wrong(case: Case) -> Iterator[Finding]:
    """organ-wrong: 标题、导语、联系方式里只出现本机关、其简称或上级机关的名称；机关名称与成员名单一致。

    In the text 我乡 in the report of a 镇, or 我镇 in that of a 局, is a warning; so is a name that the member list does not
    have: the office above would put the report aside.

    Source: 实践：套用其他单位的文字。
    """
    names = _names(case)
    members = _other_members(case, names)
    yield from _unlike_the_list(case)
    yield from _title_of_another(case.report)
    for passage in (preamble_passage(case.report), *contact_passages(case.report)):
        seen: set[str] = set()
        for name, span in _foreign_names(names, members, passage) if passage.text else ():
            if name not in seen:
                seen.add(name)
                yield _wrong(case.report, passage, span, name, "error")
    for passage in case.parts:
        yield from _speaks_as_another(case.report, names, passage)


def _unlike_the_list(case: Case) -> Iterator[Finding]:
    listed, name = case.listed_as, case.report.organ.name
    if listed and skeleton(listed) != skeleton(name):  # what differs in odd characters only has a rule for those
        yield Finding(
            "organ-wrong", "warning", f"机关名称：成员名单中这个文件的单位是“{listed}”，填的是“{name}”",
            expected=listed, found=name, where="organ.name", edits=((0, len(name), listed),),
            next_step=f"可改为“{listed}”；单位已经改名的，改 _jurisdiction.yaml 的成员名单",
        )  # fmt: skip


def _title_of_another(report: Report) -> Iterator[Finding]:
    title = title_passage(report)
    match = re.match(r"(.+?)(?=(?:19|20)\d\d年|政府信息公开)", title.text)
    if match and label_key(match[1]) not in (label_key(report.organ.name), ""):
        yield _wrong(report, title, match.span(1), match[1], "error")


def _foreign_names(names: OwnNames, members: Sequence[str], passage: Passage) -> Iterator[tuple[str, tuple[int, int]]]:
    text = passage.plain.text
    if names.town:
        yield from _others(_TOWN, text, names)
    if any(_COUNTY_NAME.match(place) for place in names.places):
        yield from _others(_COUNTY, text, names)
    if not passage.where.endswith(("address", "published_at")):
        yield from _others(_BUREAU, text, names)
        for name in members:
            if name in text:
                yield name, (text.index(name), text.index(name) + len(name))


def _others(pattern: re.Pattern[str], text: str, names: OwnNames) -> Iterator[tuple[str, tuple[int, int]]]:
    for match in pattern.finditer(text):
        run = match[1]
        name = run[len(boundary[0]) :] if (boundary := _BOUNDARY.match(run)) else run
        own_places = "|".join(map(re.escape, names.places))
        bare = re.sub(rf"\A(?:{own_places})+", "", name) if own_places else name
        bare = _ABOVE.sub("", bare) if bare.endswith("局") else bare
        if bare and not _GENERIC.match(bare) and not names.covers(bare):
            yield bare, (match.end(1) - len(bare), match.end(1))


def _other_members(case: Case, names: OwnNames) -> list[str]:
    """The other members of the jurisdiction that the report names anywhere, by their short names."""
    own, text = case.report.organ.name, case.plain
    if case.jurisdiction is None or case.jurisdiction.name == own:  # a jurisdiction's own report speaks of its members
        return []
    named = [(member, name) for member, name in names_of_members(case.jurisdiction) if name in text]
    return [name for member, name in named if name not in own and member != own and not names.covers(name)]


@lru_cache(maxsize=64)
def names_of_members(jurisdiction: Jurisdiction) -> tuple[tuple[str, str], ...]:
    """The members by full name, and what a text calls them: 松石镇, 教育局; those without such a name are left out."""
    names = []
    for member in jurisdiction.members:
        other = own_names(member.name, "", "", "")
        name = other.town or other.rest
        if len(name) >= 3 and not name.startswith("人民政府"):
            names.append((member.name, name))
    return tuple(names)


def _speaks_as_another(report: Report, names: OwnNames, passage: Passage) -> Iterator[Finding]:
    kinds = ("镇", "乡", "街道", "局")
    own = next((kind for kind in kinds if names.town.endswith(kind)), "") if names.town else ""
    if not own:
        own = "局" if report.organ.name.endswith("局") else "?"
    for match in _SPEAKS_AS.finditer(passage.plain.text):
        if match[2] != own and not (own == "?" and match[2] == "局"):
            yield _wrong(report, passage, match.span(), match[0], "warning")
            return


def _wrong(report: Report, passage: Passage, span: tuple[int, int], name: str, severity: Severity) -> Finding:
    return text_finding(
        "organ-wrong", severity, passage, span, f"出现“{name}”，本报告的机关是{report.organ.name}",
        expected=report.organ.name, next_step="沿用其他单位文字的请改正；确为上级机关的，请填写“上级机关”",
    )  # fmt: skip


@rule("contact-missing", GROUP)
def check_contact_missing(case: Case) -> Iterator[Finding]:
    """contact-missing: 导语写明联系电话和地址，群众有疑问能找到人。

    Source: 格式导语；条例第五十条。
    """
    report, contact = case.report, case.report.organ.contact
    preamble = preamble_passage(report)
    if preamble.text.strip():
        text = preamble.plain.text
        absent = [name for name, pattern in (("联系电话", _PHONE), ("地址", _ADDRESS)) if not pattern.search(text)]
        where, label = preamble.where, "导语"
    else:
        absent = [name for name, value in (("联系电话", contact.phone), ("地址", contact.address)) if not value]
        where, label = "organ.contact", "联系方式"
    if absent:
        missing = "和".join(absent)
        yield Finding(
            "contact-missing", "warning", f"{label}：没有{missing}", expected=missing, where=where, next_step=f"请补上{missing}"
        )
