"""Read ``_jurisdiction.yaml``: the members of a jurisdiction, the due days and the recipient.

In: ``params/<year>/<jurisdiction>/_jurisdiction.yaml``. Out: a frozen ``Jurisdiction``, or every problem at once; the days after
which a verdict on a report may change though no file does.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError

from toolkit.core.errors import ParamsUnreadable, Problem
from toolkit.core.files import read_neighbour
from toolkit.core.text import cleaned
from toolkit.core.tree import is_file_name, is_long_name, is_year, walk, year_of
from toolkit.forms import all_forms
from toolkit.report.complaints import NO_TRUTH_VALUE, model_problems
from toolkit.report.model import Bare, Frozen, Level, Line
from toolkit.report.yaml_reading import placed, read_yaml_bytes, yaml_values

JURISDICTION_FILE = "_jurisdiction.yaml"


def _day(value: object) -> object:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        raise ValueError("2025-01-20 这样写的日期") from None


Day = Annotated[date, BeforeValidator(_day)]


def _name(value: object) -> object:
    """A name for comparison: without characters that are not drawn."""
    return cleaned(value) if isinstance(value, str) else value


Name = Annotated[Line, BeforeValidator(_name)]
OrganName = Annotated[Bare, BeforeValidator(_name)]


_ADDRESS = re.compile(r"[<＜]?[^\s<＜（）]*[@＠][^\s>＞]*[>＞]?")


def _mail_address(value: object) -> object:
    """An address without wide characters, which an input method for Chinese types (＠ ．); a name before it stays as it is."""
    return _ADDRESS.sub(lambda found: unicodedata.normalize("NFKC", found[0]), value) if isinstance(value, str) else value


MailAddress = Annotated[Name, BeforeValidator(_mail_address)]


def _either(value: object) -> object:
    """``政策解读 ｜ 解读`` as ``政策解读|解读``."""
    if not isinstance(value, str):
        return value
    words = [word.strip() for word in value.replace("｜", "|").split("|")]
    if not any(words):
        raise ValueError("要写到的内容，如 政策解读|解读")
    return "|".join(word for word in words if word)


_BETWEEN_ADDRESSES = re.compile(r"[\s<>,;，；、]+")
MostCharacters = Annotated[int, Field(ge=1), NO_TRUTH_VALUE]
Choice = Annotated[Name, AfterValidator(_either)]


class Member(Frozen):
    """成员单位: its full name, the name of its params file without ``.yaml``, its mail addresses, its account on a server."""

    name: OrganName = Field(min_length=1, title="单位全称")
    file: Line = Field(min_length=1, title="文件名", description="同一文件夹中填报数据的文件名，不带 .yaml")
    level: Level = Field("township", title="层级")
    email: MailAddress = Field("", title="邮箱")
    also_from: tuple[MailAddress, ...] = Field((), title="代发邮箱", description="可以替它报送的其他邮箱，如上级局的")
    account: Name = Field("", title="账号", description="在共用服务器（JupyterHub）上的登录名；投进收件箱的 PDF 属于这个账号")
    phone: Bare = Field("", title="电话")
    vertical: bool = Field(False, title="垂直管理", description="报送年报，但不计入汇总")

    @property
    def addresses(self) -> tuple[str, ...]:
        """The addresses that its report may come from, lower case, its own first; of ``甲镇 <a@b.example>`` the address."""
        words = (word for text in (self.email, *self.also_from) for word in _BETWEEN_ADDRESSES.split(text))
        return tuple(dict.fromkeys(word.lower() for word in words if "@" in word))


def may_be_due(day: date, year: int) -> bool:
    """Whether the reports of a year may be due on a day: those of 2025 in 2026, or in December where a county wants it."""
    return date(year, 12, 1) <= day <= date(year + 1, 12, 31)


class Dates(Frozen):
    """报送和公开的日期; missing dates follow 条例 article 49."""

    organs_submit_by: Day | None = Field(None, title="报送期限")
    publish_by: Day | None = Field(None, title="公开期限")

    def of_year(self, year: int) -> Dates:
        """The dates that may belong to the reports of a year; a date that was copied from another year's list is left out."""
        return Dates.model_validate({key: day for key, day in self.model_dump().items() if day and may_be_due(day, year)})


class Recipient(Frozen):
    """Whom the jurisdiction reports to."""

    name: OrganName = Field("", title="机关全称")
    address: MailAddress = Field("", title="邮箱")


class Office(Frozen):
    """The office that collects and reviews for the jurisdiction, and its telephone."""

    name: OrganName = Field("", title="部门全称")
    phone: Bare = Field("", title="电话")


class ListedWord(Frozen):
    """用语表的一行: a word that reports of this jurisdiction do not use, what to write instead, and why."""

    word: Name = Field(min_length=1, title="不用的词")
    instead: Name = Field("", title="应写的词")
    why: Line = Field("", title="原因")


def _listed(value: object) -> object:
    """A word alone is one without anything to write instead."""
    return {"word": value} if isinstance(value, str) else value


class Jurisdiction(Frozen):
    """地区: its members, dates and superior, and its demands beyond the form.

    ``*_max_characters`` are the most characters of a part, or of all of them, without blanks (字数); an entry of
    ``must_mention`` names a thing that part one speaks of, ``政策解读|解读`` by any of its words, one of ``must_count`` a thing
    of which it also tells how many; ``words`` is the list of words not to be used. ``agreed`` are figures that another office
    counts as well, by the file of a member and the path of a cell (``disputes.review.total``).
    """

    name: OrganName = Field(min_length=1, title="地区机关全称")
    level: Level = Field("county", title="层级")
    note: Line = Field("", title="备注")
    dates: Dates = Field(default_factory=Dates, title="期限")
    office: Office = Field(default_factory=Office, title="主管部门", description="催报、退回、通报的落款和电话")
    reports_to: Recipient = Field(default_factory=Recipient, title="报送的上级")
    members: tuple[Member, ...] = Field((), title="成员单位")
    overview_max_characters: MostCharacters | None = Field(None, title="第一部分字数上限")
    problems_max_characters: MostCharacters | None = Field(None, title="第五部分字数上限")
    other_max_characters: MostCharacters | None = Field(None, title="第六部分字数上限")
    total_max_characters: MostCharacters | None = Field(None, title="三部分文字合计的字数上限")
    must_mention: tuple[Choice, ...] = Field((), title="第一部分要写到的内容", description="用“|”隔开的几个词，写到一个就行")
    must_count: tuple[Choice, ...] = Field(
        (), title="第一部分要写明数量的内容", description="写法同 must_mention，同一句里要有数"
    )
    agreed_with: Name = Field("司法行政部门", title="核对数字的部门")
    agreed: dict[Line, dict[Line, Annotated[int, Field(ge=0), NO_TRUTH_VALUE]]] = Field(
        default_factory=dict,
        title="与其他部门核对过的数",
        description="文件名: {表.行.列: 数}，如 松石镇: {disputes.review.total: 1}",
    )
    words: tuple[Annotated[ListedWord, BeforeValidator(_listed)], ...] = Field((), title="用语表", description="年报里不用的词")

    def __hash__(self) -> int:
        """Hash a few fields only: caches do it several times per report, and all members would cost more than a cache saves."""
        return hash((self.name, len(self.members), len(self.words)))

    @property
    def signed_by(self) -> str:
        """Who signs letters to the members: the office, else the jurisdiction."""
        return self.office.name or self.name

    def member(self, name: str) -> Member | None:
        return next((member for member in self.members if member.name == name), None)


def read_jurisdiction(path: Path) -> Jurisdiction:
    """The jurisdiction described in a ``_jurisdiction.yaml``.

    Raises:
        ParamsUnreadable: the file cannot be read as one; every problem with its line.
    """
    return _jurisdiction_from(read_yaml_bytes(path), path)


def _jurisdiction_from(raw: bytes, path: Path) -> Jurisdiction:
    """The jurisdiction in the bytes of a file.

    Raises:
        ParamsUnreadable: the file cannot be read as one; every problem with its line.
    """
    read = yaml_values(raw, str(path), expected="以“键: 值”写成的地区信息（name、dates、members …）")
    problems = list(read.problems)
    try:
        jurisdiction = Jurisdiction.model_validate(read.values)
        problems += [*_mixed_up(jurisdiction.members), *_agreed_of_nobody(jurisdiction)]
    except ValidationError as error:
        problems += model_problems(Jurisdiction, error)
    if problems:
        raise ParamsUnreadable(placed(problems, read.source))
    return jurisdiction


def dates_of_another_year(path: Path) -> list[Problem]:
    """The dates in a ``_jurisdiction.yaml`` that do not belong to the year of its folder: most often the list was copied.

    They are not used: the law's apply instead (``Dates.of_year``).
    """
    jurisdiction, year = known_jurisdiction(path), year_of(path.parent)
    if jurisdiction is None or year is None:
        return []
    days = jurisdiction.dates.model_dump(exclude_none=True)
    wrong = [
        Problem(f"dates.{key}", f"{year + 1} 年的日期（{year} 年的年报在 {year + 1} 年报送、公开）", day.isoformat())
        for key, day in days.items()
        if not may_be_due(day, year)
    ]
    return placed(wrong, yaml_values(read_yaml_bytes(path), str(path), expected="").source) if wrong else []


def _mixed_up(members: Sequence[Member]) -> Iterator[Problem]:
    """Lines copied and half changed: with two members of one file, one report counts twice and another not at all."""
    for key, what in (("name", "单位名称"), ("file", "文件名")):
        before: set[str] = set()
        for at, member in enumerate(members):
            value = str(getattr(member, key))
            same = unicodedata.normalize("NFC", value).casefold()  # one file on Windows or macOS
            if same in before:
                yield Problem(f"members.{at}.{key}", f"与其他成员单位不同的{what}", f"{value}，与前面的一个相同")
            before.add(same)
    for at, member in enumerate(members):
        if member.file.lower().endswith((".yaml", ".yml")):
            yield Problem(f"members.{at}.file", "不带 .yaml 的文件名", member.file)
        elif not is_member_file(member.file):
            yield Problem(f"members.{at}.file", MEMBER_FILE, member.file)


MEMBER_FILE = "同一文件夹中的文件名（不带路径、符号和看不见的字符，不以“.”“_”开头，不超过 80 个汉字）"


def is_member_file(name: str) -> bool:
    """Whether a member's params file may have this name (``MEMBER_FILE`` says what is expected)."""
    return cleaned(name) == name and not is_long_name(name) and is_file_name(name)


def _agreed_of_nobody(jurisdiction: Jurisdiction) -> Iterator[Problem]:
    """Figures agreed for a file that no member has, or for a cell that no edition has."""
    if not jurisdiction.agreed:
        return
    files = {member.file for member in jurisdiction.members}
    cells = {str(address) for form in all_forms() for address in form.cells}
    for file, figures in jurisdiction.agreed.items():
        if file not in files:
            yield Problem(f"agreed.{file}", "成员名单里的文件名", file)
        for cell in figures:
            if cell not in cells:
                yield Problem(f"agreed.{file}.{cell}", "表.行.列，如 disputes.review.total", cell)


def member_lists(folder: Path) -> Iterator[Path]:
    """Every ``_jurisdiction.yaml`` below a folder."""
    return (Path(place, JURISDICTION_FILE) for place, _, names in walk(folder) if JURISDICTION_FILE in names)


def jurisdiction_of(params: str | Path) -> Path | None:
    """The nearest ``_jurisdiction.yaml`` beside or above a params file, up to the folder of its year."""
    folder, name = os.path.split(os.path.abspath(params))  # as text: ten thousand reports are asked for theirs in a second
    while name:
        listed = os.path.join(folder, JURISDICTION_FILE)
        if os.path.isfile(listed):
            return Path(listed)
        folder, name = os.path.split(folder)
        if is_year(name):
            return None
    return None


def own_list(params: str | Path) -> Path | None:
    """The list of a jurisdiction's own report (``云溪县.yaml``), which lies beside the folder of its members (``云溪县/``)."""
    own = os.path.join(os.path.splitext(os.path.abspath(params))[0], JURISDICTION_FILE)  # noqa: PTH122  asked for every file
    return Path(own) if os.path.isfile(own) else None


def governing_list(params: str | Path) -> Path | None:
    """The ``_jurisdiction.yaml`` whose members and dates apply to a params file, or ``None``.

    A jurisdiction's own report goes by the list of its members; any other by the nearest list beside or above it.
    """
    return own_list(params) or jurisdiction_of(params)


def known_jurisdiction(path: Path) -> Jurisdiction | None:
    """The jurisdiction in a file, read again when the file changed; ``None`` when it cannot be read.

    For those who can do without it: the commands that need the list say what is wrong with it.
    """
    try:
        return _parsed(read_neighbour(path), path)
    except OSError:
        return None


@lru_cache(maxsize=64)
def _parsed(raw: bytes, path: Path) -> Jurisdiction | None:
    try:
        return _jurisdiction_from(raw, path)
    except ParamsUnreadable:
        return None


def turning_days(year: int, publish_by: date | None) -> tuple[date, ...]:
    """The days after which ``late`` may judge a report of a year otherwise than before, whatever the report says."""
    last_days = (date(year + 1, 1, 31), date(year + 1, 3, 31), *([publish_by] if publish_by else ()))
    return tuple(sorted({*last_days, date(year + 1, 12, 31)}))


def turns_passed(year: int | None, jurisdiction: Jurisdiction | None, today: date) -> str:
    """What the day does to a verdict, as text: how many of the days after which it may change have passed.

    Builds and the roll-up ask this without the rules, which take a fifth of a second to import.
    """
    if year is None:
        return today.isoformat()
    days = turning_days(year, jurisdiction.dates.publish_by if jurisdiction else None)
    return str(sum(day < today for day in days))
