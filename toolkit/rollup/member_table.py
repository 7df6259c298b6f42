"""Read the members of a jurisdiction from a table that an office keeps (成员名单): Excel or CSV.

In: a file with a row of heads, on any row. Out: ``Member`` by ``Member``, or every problem at once with its row.
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from toolkit.checks.rules.printed_form import label_key
from toolkit.core.errors import ParamsUnreadable, Problem, UsageError
from toolkit.core.files import read_regular_file
from toolkit.core.text import cleaned, skeleton
from toolkit.importing.filing import short_name
from toolkit.importing.limits import CannotImport
from toolkit.importing.narrative.facts import level_of
from toolkit.importing.readers.delimited import read_rows
from toolkit.importing.readers.encoding import decode_page
from toolkit.report.jurisdiction import MEMBER_FILE, Member, is_member_file
from toolkit.report.model import LEVEL_NAMES

# what offices write above the columns, without blanks
_HEADS = {key: tuple(words.split()) for key, words in {
    "name": "单位全称 单位名称 机关全称 机关名称 成员单位 报送单位 名称 单位",
    "file": "文件名 简称 单位简称",
    "level": "层级 单位层级 级别",
    "email": "邮箱 电子邮箱 邮箱地址 电子邮箱地址 报送邮箱 单位邮箱 政务邮箱 电子邮件 E-mail Email e-mail email",
    "phone": "办公电话 电话 联系电话 电话号码 座机 固定电话 单位电话 联络员电话 联系方式 手机 手机号 手机号码 移动电话",
    "vertical": "垂直管理 是否垂直管理",
}.items()}  # fmt: skip
_YES, _NO = ("是", "√", "有", "1"), ("", "否", "无", "0")
_ADDRESS = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+", re.ASCII)
_NOTE = re.compile(r"[（(][^）)]*[）)]$")
_COUNTED = ("序号", "编号", "")  # columns that nobody misses
_ROUNDED = re.compile(r"\d(?:\.\d+)?[Ee]\+\d+")  # what Excel makes of a long number when it saves CSV
_NO_NAME = re.compile(r"#(?:N/A|REF!|VALUE!|NAME\?|DIV/0!|NULL!|NUM!)|#+|\d+(?:\.\d+)?")
_NO_MEMBER = re.compile(
    r"(?:注|备注|说明|填表|制表|审核|联系)(?:人|单位|日期)?[:：].*|(?:合计|总计|小计).*|共\d+[个家].*|以上.*|以下.*"
)
# other words of offices for the levels of a county's members; the name says which department it is
_OTHER_LEVELS = {
    "township": re.compile(
        r"乡|镇|乡[、/（(]?镇[）)]?(?:政府|级)?|民族乡|苏木|镇[、/]乡|[乡镇]人民政府|(?:乡|乡?镇)[、/（(]?街道?[）)]?|街[、/]?镇"
    ),
    "street": re.compile(r"街道办(?:事处)?|街办"),
}
_DEPARTMENT = re.compile(r"(?:[县区旗市省]级?直(?:属)?|政府|直属|垂管)?(?:部门|单位|机关|局|委|委办局|派出机构)|[县区旗市省]直")
_MOST_ROWS = 5000
_LONGEST_NAME = 80  # as in a report


def read_member_table(path: Path) -> tuple[Member, ...]:
    """The members listed in a ``.xlsx`` or ``.csv`` file, in its order.

    Raises:
        UsageError: the file cannot be opened, or has no column 单位名称.
        ParamsUnreadable: rows that make no member; all of them, each with its number.
    """
    rows = list(_rows(path))
    at, columns = _head(rows, path)
    problems: list[Problem] = []
    members: list[Member] = []
    for number, row in enumerate(rows[at + 1 :], at + 2):
        values = {key: row[column] for key, column in columns.items() if column < len(row)}
        if _names_member(values):
            member = _member(values, number, path, problems)
            problems += _duplicates(member, members, number, path)
            members.append(member)
    if problems:
        raise ParamsUnreadable(problems)
    if not members:
        raise UsageError(f"{path} 的表头下面没有单位")
    return tuple(members)


def _names_member(values: Mapping[str, str]) -> bool:
    """Whether a row is one of a member: no blank row, no head repeated on the next page, no remark or sum below the table."""
    name = skeleton(values.get("name", ""))
    others = [value for key, value in values.items() if key not in ("name", "file") and value]
    has_words = not all(map(str.isdigit, others))  # 合计 | 30 is a sum in any column
    return bool(name) and name not in _HEADS["name"] and (has_words or not _NO_MEMBER.fullmatch(name))


def unread_columns(path: Path) -> tuple[str, ...]:
    """The heads of the columns that are not read; errors as ``read_member_table``."""
    rows = list(_rows(path))
    at, columns = _head(rows, path)
    return tuple(head for column, head in enumerate(rows[at]) if column not in columns.values() and head not in _COUNTED)


def _rows(path: Path) -> Iterator[list[str]]:
    """The rows of the first sheet with heads as text; of the first sheet when none has any."""
    try:
        raw = read_regular_file(path)
        if path.suffix.lower() == ".csv":
            text, _ = decode_page(raw)  # Excel of a Chinese Windows saves CSV as GBK, "Unicode text" as UTF-16
            yield from ([_text(cell) for cell in row] for row in read_rows(_lines(text), path.name))
            return
        sheets = [list(_rows_of(sheet)) for sheet in load_workbook(io.BytesIO(raw), read_only=True, data_only=True).worksheets]
        yield from next((rows for rows in sheets if _head_of(rows)), sheets[0])
    except OSError as error:
        raise UsageError(f"打不开 {path}：{error.strerror or '不能读取'}") from error
    except CannotImport as error:
        raise UsageError(f"{path} 读不出来：引号没有成对，或一格太长；请用 Excel 另存一次") from error
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, IndexError) as error:
        raise UsageError(f"{path} 打不开，应为 Excel（.xlsx）或 CSV 文件；.xls 请另存为 .xlsx") from error


def _lines(text: str) -> str:
    """CSV with \\n at the ends of its lines; those of Excel of a Mac end with \\r, which elsewhere is a blank in a cell."""
    text = text.replace("\r\n", "\n")
    return text.replace("\r", "\n" if text.count("\r") > text.count("\n") else " ")


def _rows_of(sheet: Any) -> Iterator[list[str]]:
    for row in sheet.iter_rows(max_row=_MOST_ROWS, max_col=50, values_only=True):
        yield ["" if value is None else _text(value) for value in row]


def _text(value: object) -> str:
    """A cell as text without invisible characters; a telephone number that Excel keeps as 13800000000.0 as it was typed."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else cleaned(str(value)).strip()


def _head(rows: Sequence[Sequence[str]], path: Path) -> tuple[int, dict[str, int]]:
    """The row of heads, and the column of each key."""
    if head := _head_of(rows):
        return head
    raise UsageError(f"{path} 里没有找到表头；第一行应写：单位名称、邮箱、电话，可再加 文件名、层级、垂直管理（是）")


def _head_of(rows: Sequence[Sequence[str]]) -> tuple[int, dict[str, int]] | None:
    for at, row in enumerate(rows[:20]):
        bare = [_NOTE.sub("", re.sub(r"[\s*＊]", "", cell)) for cell in row]
        columns = {key: bare.index(word) for key, words in _HEADS.items() for word in reversed(words) if word in bare}
        if "name" in columns and len(columns) > 1:
            return at, columns
    return None


def _member(values: Mapping[str, str], number: int, path: Path, problems: list[Problem]) -> Member:
    name, vertical, phone = skeleton(values["name"]), values.get("vertical", ""), values.get("phone", "")
    email = unicodedata.normalize("NFKC", values.get("email", "")).removeprefix("mailto:")
    if _ROUNDED.fullmatch(phone):
        problems.append(_problem(number, path, "电话", "完整的号码（Excel 存成了科学计数，请把这一列设为文本后重填）", phone))
    levels = {label: level for level, label in LEVEL_NAMES.items()}
    level = levels.get(values.get("level", "")) or _level_in_other_words(values.get("level", ""), name)
    if values.get("level") and level is None:
        problems.append(_problem(number, path, "层级", f"{'、'.join(levels)} 之一", values["level"]))
    if email and not _ADDRESS.fullmatch(email):
        problems.append(_problem(number, path, "邮箱", "name@example.gov.cn 这样的地址", email))
    if vertical not in (*_YES, *_NO):
        problems.append(_problem(number, path, "垂直管理", "是 或空着", vertical))
    member: dict[str, object] = {"name": name, "email": email, "phone": phone, "vertical": vertical in _YES}
    member["file"] = file = values.get("file") or short_name(name[:_LONGEST_NAME])
    problems += (_problem(number, path, *wrong) for wrong in _wrong_names(name, file))
    member["level"] = level or level_of(name).key or "township"
    return Member.model_validate(member)


def _level_in_other_words(word: str, name: str) -> str | None:
    """镇, 街道办, 县直部门: the level that an office means; 乡镇（街道） leaves it to the name."""
    own = level_of(name).key
    if _OTHER_LEVELS["township"].fullmatch(word) and own == "street":
        return own
    if _DEPARTMENT.fullmatch(word):
        return own if own and own.endswith("department") else "county_department"
    return next((level for level, words in _OTHER_LEVELS.items() if words.fullmatch(word)), None)


def _wrong_names(name: str, file: str) -> Iterator[tuple[str, str, str]]:
    """Column, what is expected, what is there."""
    if _NO_NAME.fullmatch(name):
        yield "单位名称", "单位的全称", name
    elif len(name) > _LONGEST_NAME:
        yield "单位名称", f"{_LONGEST_NAME} 字以内的全称", f"{name[:_LONGEST_NAME]}…"
    elif not is_member_file(file):
        yield "文件名", MEMBER_FILE, file


def _duplicates(member: Member, before: Sequence[Member], number: int, path: Path) -> Iterator[Problem]:
    """A name or file that an earlier row has: one report would count twice."""
    if any(label_key(item.name) == label_key(member.name) for item in before):
        yield _problem(number, path, "单位名称", "与前面不同的单位", member.name)
    elif any(item.file.casefold() == member.file.casefold() for item in before):  # one file on Windows
        yield _problem(number, path, "文件名", "与前面不同的文件名（可在“文件名”一列写明）", member.file)


def _problem(number: int, path: Path, column: str, expected: str, found: str) -> Problem:
    return Problem(f"“{column}”列", expected, found, path.name, number)
