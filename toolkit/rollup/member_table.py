"""Read the members of a jurisdiction from a table that an office keeps (成员名单): Excel or CSV.

In: a file with a row of heads, on any row. Out: ``Member`` by ``Member``, or every problem at once with its row.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from toolkit.core.errors import ParamsUnreadable, Problem, UsageError
from toolkit.core.files import read_regular_file
from toolkit.importing.filing import short_name
from toolkit.importing.narrative.levels import level_of
from toolkit.report.jurisdiction import Member
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
_MOST_ROWS = 5000


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
        if values.get("name"):
            member = _member(values, number, path, problems)
            problems += _duplicates(member, members, number, path)
            members.append(member)
    if problems:
        raise ParamsUnreadable(problems)
    if not members:
        raise UsageError(f"{path} 的表头下面没有单位")
    return tuple(members)


def unread_columns(path: Path) -> tuple[str, ...]:
    """The heads of the columns that are not read; errors as ``read_member_table``."""
    rows = list(_rows(path))
    at, columns = _head(rows, path)
    return tuple(head for column, head in enumerate(rows[at]) if column not in columns.values() and head not in _COUNTED)


def _rows(path: Path) -> Iterator[list[str]]:
    """The rows of the first sheet as text."""
    try:
        raw = read_regular_file(path)
        if path.suffix.lower() == ".csv":
            text = _decoded(raw)
            yield from ([cell.strip() for cell in row] for row in csv.reader(io.StringIO(text)))
            return
        sheet = load_workbook(io.BytesIO(raw), read_only=True, data_only=True).worksheets[0]
        for row in sheet.iter_rows(max_row=_MOST_ROWS, max_col=50, values_only=True):
            yield ["" if value is None else _text(value) for value in row]
    except OSError as error:
        raise UsageError(f"打不开 {path}：{error.strerror or '不能读取'}") from error
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, IndexError) as error:
        raise UsageError(f"{path} 打不开，应为 Excel（.xlsx）或 CSV 文件；.xls 请另存为 .xlsx") from error


def _text(value: object) -> str:
    """A cell as text; a number of a telephone that Excel keeps as 13800000000.0 as it was typed."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()


def _decoded(raw: bytes) -> str:
    """Excel of a Chinese Windows saves CSV as GBK."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("gb18030", "replace")


def _head(rows: Sequence[Sequence[str]], path: Path) -> tuple[int, dict[str, int]]:
    """The row of heads, and the column of each key."""
    for at, row in enumerate(rows[:20]):
        bare = [_NOTE.sub("", re.sub(r"[\s*＊]", "", cell)) for cell in row]
        columns = {key: bare.index(word) for key, words in _HEADS.items() for word in reversed(words) if word in bare}
        if "name" in columns and len(columns) > 1:
            return at, columns
    raise UsageError(f"{path} 里没有找到表头；第一行应写：单位名称、邮箱、电话，可再加 文件名、层级、垂直管理（是）")


def _member(values: Mapping[str, str], number: int, path: Path, problems: list[Problem]) -> Member:
    name, email, vertical = values["name"], values.get("email", ""), values.get("vertical", "")
    levels = {label: level for level, label in LEVEL_NAMES.items()}
    level = levels.get(values.get("level", ""))
    if values.get("level") and level is None:
        problems.append(_problem(number, path, "层级", f"{'、'.join(levels)} 之一", values["level"]))
    if email and not _ADDRESS.fullmatch(email):
        problems.append(_problem(number, path, "邮箱", "name@example.gov.cn 这样的地址", email))
    if vertical not in (*_YES, *_NO):
        problems.append(_problem(number, path, "垂直管理", "是 或空着", vertical))
    member: dict[str, object] = {"name": name, "email": email, "phone": values.get("phone", ""), "vertical": vertical in _YES}
    member["file"] = values.get("file") or short_name(name)
    member["level"] = level or level_of(name).key or "township"
    return Member.model_validate(member)


def _duplicates(member: Member, before: Sequence[Member], number: int, path: Path) -> Iterator[Problem]:
    """A name or file that an earlier row has: one report would count twice."""
    if any(item.name == member.name for item in before):
        yield _problem(number, path, "单位名称", "与前面不同的单位", member.name)
    elif any(item.file == member.file for item in before):
        yield _problem(number, path, "文件名", "与前面不同的文件名（可在“文件名”一列写明）", member.file)


def _problem(number: int, path: Path, column: str, expected: str, found: str) -> Problem:
    return Problem(f"“{column}”列", expected, found, path.name, number)
