"""Keep the words of a program out of what a clerk reads: keys, paths, options, names of exceptions.

In: sentences of whatever the form calls (import, checks, build, disk). Out: the same sentence with files and places named
as an office names them; what cannot be named so is left out, and the log has the original. Words in “quotation marks”
are a person's own text and stay as they are. A callback that fails ends in such a sentence (``guarded``); the traceback is
in the log of ``toolkit.core.logs``, never in the notebook.
"""

from __future__ import annotations

import functools
import logging
import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from threading import RLock
from typing import Any

from toolkit.core.errors import NianbaoError, ParamsUnreadable, Problem
from toolkit.core.shipped import program_stamp
from toolkit.forms import Form, all_forms
from toolkit.report.model import LEVEL_NAMES

_PLACES = {
    "year": "报告年度", "organ": "机关信息", "organ.contact": "联系方式", "figures": "表格数字", "narrative": "文字",
    "narrative.preamble": "导语", "narrative.title": "标题", "channels": "主动公开渠道", "confirmed": "警告的确认",
    "links": "文中数字随表", "processing_fee": "信息处理费", "from_register": "台账带入",
    "from_register.counted_on": "台账带入日期",
    "organ.name": "机关全称", "organ.short_name": "机关简称", "organ.superior": "上级机关", "organ.level": "层级",
    "organ.contact.office": "联系科室", "organ.contact.address": "地址", "organ.contact.phone": "联系电话",
    "organ.published_at": "公开网站", "organ.published_on": "公开日期",
    "processing_fee.notices": "收费通知件数", "processing_fee.amount_yuan": "收取金额",
}  # fmt: skip
_LISTS = {
    "channels": ("个渠道", {"name": "名称", "count": "条数", "approximate": "约数"}),
    "confirmed": ("处确认", {"code": "规则", "where": "位置", "reason": "原因"}),
    "links": ("处随表的数字", {}),
}  # fmt: skip


def place_name(form: Form, path: str) -> str:
    """A path of the params file in a clerk's words."""
    if path in _PLACES:
        return _PLACES[path]
    group, _, rest = path.partition(".")
    if group == "figures":
        return _figure(form, rest)
    if group == "narrative":
        return next((part.heading for part in form.parts if part.key == rest), "文字")
    number, _, key = rest.partition(".")
    if group in _LISTS and number.isdigit():
        name, keys = _LISTS[group]
        return f"第 {int(number) + 1} {name}" + (f"的{keys[key]}" if key in keys else "")
    return _PLACES.get(group, "填报数据")


def path_in_words(path: str) -> str:
    """As ``place_name``, of a file whose edition is not known: the first edition that has the place names it."""
    names = [place_name(form, path) for form in reversed(all_forms())]
    return next((name for name in names if name not in ("表格数字", "填报数据")), names[0])


def _figure(form: Form, place: str) -> str:
    if address := form.cell(place):
        return form.label(address)
    keys = place.split(".")
    table = form.table_by_key.get(keys[0])
    if table is None:
        return "表格数字"
    rows = {row.key: row.label for row in table.rows}
    return f"{table.name} {rows[keys[1]]}" if len(keys) > 1 and keys[1] in rows else table.caption or table.name


def brief(value: Any) -> str:
    """A value of the params file in a few words."""
    if value is None or value == "":
        return "（空）"
    if isinstance(value, list | tuple):
        return "、".join(_item(item) for item in value) or "（空）"
    text = "是" if value is True else "否" if value is False else str(value)
    return text if len(text) <= 60 else f"{text[:58]}……（{len(text)} 字）"


def _item(item: Any) -> str:
    """One row of a list: 微信公众号 350, or the reason a warning was confirmed with."""
    if not isinstance(item, Mapping):
        return str(item)
    if "reason" in item:
        return str(item["reason"])
    named = str(item.get("name", item.get("text", "")))
    return f"{named} {item['count']}{'余' if item.get('approximate') else ''}" if "count" in item else named


ACCIDENT = "这一步没有完成，已填的内容没有受影响；请再试一次。还不行的，请管理员查看运行日志"

UPGRADED = "程序刚升级过，这个页面还是升级以前的；已填的都存好了。请关闭填报表，重新打开，接着填"

# Names of programs, formats, keys and units that offices use themselves.
ALLOWED = frozenset(
    re.findall(
        r"\S+",
        """
        APP PDF HTML DOCX XLSX CSV ZIP OFD SVG PNG JPG JPEG TXT Word WPS Excel Office LibreOffice Outlook Windows Linux
        docx xlsx pdf html htm doc wps mht msg txt eml outputs MB KB GB U UTF GB18030 GBK A B C D
        F2 F5 F8 Esc Tab Ctrl Alt Shift Delete Enter
        """,
    )
)
_QUOTED = re.compile(r"“[^”]*”|‘[^’]*’|《[^》]*》|【[^】]*】")
_WORD = re.compile(r"(?<![A-Za-z0-9_+])[A-Za-z_][A-Za-z0-9_]*|--[a-z][a-z-]*|---")
_FILE = re.compile(r"(?:[^\s“”：，。；（）]*[/\\])?\.?([^\s/\\“”：，。；（）.]+)\.yaml(?:\.[a-z]+)*(?::(\d+))?")
_PATH = re.compile(
    r"(?<![A-Za-z0-9_.])(?:figures|organ|narrative|channels|processing_fee|confirmed|links)(?:\.\w+)+|(?<![A-Za-z0-9_.])year(?=：)"
)
_FOLDERS = re.compile(r"(?:[A-Za-z]:)?[/\\]?(?:[^\s“”：，。；（）/\\]+[/\\])+([^\s“”：，。；（）/\\]+)")
_ASIDE = re.compile(r"（[^（）]*）|\([^()]*\)|\[[^\[\]]*\]")
_CLAUSE = re.compile(r"[^；。，：\n]*[；。，：\n]?")
_GROUP = "以“键: 值”写成的一组"
_EXPECTED = {
    "必填项": "还没有填", _GROUP: "应分行写出各项", "true 或 false": "应写“true”（是）或“false”（否）",
}  # fmt: skip


def foreign_words(text: str) -> list[str]:
    """Words of programs in a sentence, outside quotation marks: none in what a clerk reads."""
    return [word for word in _WORD.findall(_QUOTED.sub("", text)) if word not in ALLOWED]


@lru_cache(maxsize=4096)
def office_words(text: str) -> str:
    """A sentence without the words of a program; unchanged when it has none."""
    if not foreign_words(text):
        return text
    pieces: list[str] = []
    plain = _shielded(_named(text), pieces)
    if foreign_words(plain):
        plain = _ASIDE.sub(lambda match: "" if foreign_words(match[0]) else match[0], plain)
        clauses = [clause for clause in _CLAUSE.findall(plain) if not foreign_words(clause)]
        plain = "".join(clauses).strip().rstrip("；，：")
    return re.sub("\x00(\\d+)\x00", lambda match: pieces[int(match[1])], plain) or ACCIDENT


def _shielded(text: str, pieces: list[str]) -> str:
    """The text with its quotations taken out, so that a mark within them ends no clause."""

    def put_aside(match: re.Match[str]) -> str:
        pieces.append(match[0])
        return f"\x00{len(pieces) - 1}\x00"

    return _QUOTED.sub(put_aside, text)


def _named(text: str) -> str:
    """Files and places under the names an office has for them."""
    text = _FILE.sub(lambda match: f"{match[1]}的填报数据" + (f"第 {match[2]} 行" if match[2] else ""), text)
    text = _PATH.sub(lambda match: path_in_words(match[0]), text)
    return _FOLDERS.sub(lambda match: match[1], text).replace("的填报数据 ", "的填报数据")


def sentences_of(error: NianbaoError) -> tuple[str, ...]:
    if isinstance(error, ParamsUnreadable):
        return tuple(problem_in_words(problem) for problem in error.problems)
    return tuple(office_words(line) for line in str(error).splitlines() if line.strip()) or (ACCIDENT,)


def problem_in_words(problem: Problem) -> str:
    """A problem of a params file for somebody who has its lines in view: 第 14 行 表二 …：应为非负整数，现为“3件”."""
    return "".join(_problem_pieces(problem))


def _problem_pieces(problem: Problem) -> Iterator[str]:
    place = path_in_words(problem.path) if problem.path else ""
    head = " ".join(part for part in (f"第 {problem.line} 行" if problem.line else "", place) if part)
    yield f"{head}：" if head else ""
    expected, found = problem.expected, problem.found.strip("“”\"'")
    if not expected:
        yield office_words(problem.found)
        return
    if expected.endswith(" 之一"):
        yield f"应为{'、'.join(LEVEL_NAMES.values())}之一，现为“{found}”"
        return
    if "之一（" in expected:
        choices = expected.partition("（")[2].rpartition("）")[0]
        choices_note = "" if foreign_words(choices) else f"，应为{choices}"
        yield f"不认识“{found}”这个名目{choices_note}，请改正或删去这一行"
        return
    words = _EXPECTED.get(expected)
    yield words if words is not None else office_words(f"应为{expected}")
    if found and expected != "必填项":
        yield f"，现为“{found}”"


_AT_START = program_stamp()


def is_upgraded() -> bool:
    """Whether the program was replaced on the disk since this process loaded it: further modules are of another version."""
    return program_stamp() != _AT_START


_ONE_AT_A_TIME = RLock()
LOGGER = logging.getLogger("toolkit.entry")  # its handler is that of "toolkit"


def guarded(tell: Callable[[str], None]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """A decorator that reports an exception of a callback in one sentence, and writes its traceback to the log.

    One callback runs at a time: Jupyter may hand messages to a subshell, a thread beside that of the timers (ipykernel 7).
    """

    def wrap(callback: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(callback)
        def call(*arguments: Any, **named: Any) -> None:
            with _ONE_AT_A_TIME:
                try:
                    callback(*arguments, **named)
                except NianbaoError as error:
                    LOGGER.warning("%s", error)
                    tell("；".join(sentences_of(error)))
                except Exception:
                    LOGGER.exception("in %s", getattr(callback, "__qualname__", callback))
                    tell(UPGRADED if is_upgraded() else ACCIDENT)

        return call

    return wrap
