"""Read a YAML file: every value keeps its line and its digits, and all problems are reported at once.

In: bytes (UTF-8; GBK and UTF-16 are recognised). Out: plain values with the line of each dotted path, and the
problems found; text that is not YAML raises ``ParamsUnreadable``. Only the YAML that forms are filled in with is
read: mappings, lists, text, numbers; no anchors, no tags, no second document.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from yaml.events import AliasEvent, Event, MappingEndEvent, MappingStartEvent, ScalarEvent, SequenceEndEvent

from toolkit.core.errors import ParamsUnreadable, Problem
from toolkit.core.files import read_neighbour, read_regular_file
from toolkit.core.text import sign_name, visible
from toolkit.core.tree import is_long_name
from toolkit.core.write_failures import reason
from toolkit.report.model import Source

MAX_BYTES = 8_000_000
MAX_VALUES = 50_000
MAX_DEPTH = 20  # figures need four
# Longer numbers stay text: no count is that large, and a dirty cell is reported with its path.
PLAIN_INT = re.compile(r"[-+]?(0|[1-9][0-9]{0,14})\Z")
PLAIN_DECIMAL = re.compile(r"[-+]?(0|[1-9][0-9]{0,14})\.[0-9]{1,30}\Z")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
# Line ends of Unicode: YAML would begin a new line at them, where no editor shows one. While the reader works, others
# replace them one for one, so that every position in the text stays the same.
_BLANKS = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u2800\u3000"
_BLANK_OF_STRUCTURE = re.compile(rf" *([{_BLANKS}])\s*[\w-]+:|[ \w-]*[\w-](?<!:):([{_BLANKS}])| *-([{_BLANKS}])")
_LINE_END = re.compile(r"\r\n?|\n")
_WIDE_COLON = re.compile(r"[ -]*[a-z_]+ *：")
_CONFLICT = re.compile(r"^<{7}(?!\S)", re.MULTILINE)
_LINE_ENDS = {"\x85": "\U0010fff0", "\u2028": "\U0010fff1", "\u2029": "\U0010fff2"}
_STAND_INS = str.maketrans(_LINE_ENDS)
_LINE_ENDS_BACK = str.maketrans({stand_in: line_end for line_end, stand_in in _LINE_ENDS.items()})
# Escapes let these through the reader: control characters, surrogates and bidirectional marks.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff\u202a\u202b\u202d\u202e\u2066-\u2069]"
)
_WORDS = dict.fromkeys(("", "~", "null", "Null", "NULL")) | {
    form: value
    for value, words in ((True, ("true", "yes", "on")), (False, ("false", "no", "off")))
    for word in words
    for form in (word, word.title(), word.upper())
}
# What libyaml says, by a piece of its sentence, and what a clerk does about it.
_ADVICE = (
    ("tab character", "缩进用了制表符（Tab），请改为空格"),
    ("mapping values are not allowed", "多了一个冒号，或上一行缩进不对；文字里有英文冒号时请整句加引号"),
    ("could not find expected ':'", "缺少冒号；冒号用英文的“:”，后面空一格"),
    ("unexpected end of stream", "引号没有成对"),
    ("cannot start any token", "文字不能以这个符号开头，请给整句加引号"),
    ("unknown escape character", "双引号里的反斜杠不能这样用，请改用单引号"),
    ("escape code", "双引号里的反斜杠不能这样用，请改用单引号"),
    ("block sequence entries", "单独的“-”不能当作值；没有发生的填 0"),
    ("another document", "一个文件只写一份报告，“---”以下是多余的"),
    ("'<document start>'", "缩进不对，或上一行的引号、括号没有成对"),
    ("expected", "缩进、逗号或括号不对"),
)


@dataclass(frozen=True)
class YamlValues:
    """A file's values, their lines, and the problems so far."""

    values: dict[str, Any]
    source: Source
    problems: tuple[Problem, ...]


def read_yaml_bytes(path: Path, *, keep: bool = False) -> bytes:
    """The bytes of a params file; ``keep`` them for further calls where many reports need the file (``read_neighbour``).

    Raises:
        ParamsUnreadable: the file cannot be read, or its name is too long for the files that are kept beside it.
    """
    if path.suffix == ".yaml" and is_long_name(path.stem):
        raise ParamsUnreadable([Problem("", "不超过 80 个汉字的文件名", f"{len(path.stem)} 字", str(path))])
    try:
        return read_neighbour(path) if keep else read_regular_file(path)
    except FileNotFoundError as error:
        raise ParamsUnreadable([Problem("", "已有的文件", "找不到", str(path))]) from error
    except OSError as error:
        is_folder = os.path.isdir(path)  # noqa: PTH112 - ``Path.is_dir`` raises when a share is away or its folder is closed
        problem = "文件夹" if is_folder else _why_not_read(error, path)
        raise ParamsUnreadable([Problem("", "可读的文件", problem, str(path))]) from error


def _why_not_read(error: OSError, path: Path) -> str:
    """Why a file cannot be read; Windows denies a file that a program holds for itself, too."""
    if isinstance(error, PermissionError):
        return "没有读取权限" + ("，或正被别的程序独占" if os.name == "nt" else "")
    words = error.strerror or ""
    return f"读取失败（{words if words and not words.isascii() else reason(error, path)}）"


def yaml_values(raw: bytes, file: str, *, expected: str) -> YamlValues:
    """The values of a YAML file that must be a mapping; ``expected`` describes in Chinese what the file should hold.

    Raises:
        ParamsUnreadable: no YAML, another encoding, empty, too large.
    """
    text = decode(raw, file)
    controls = [
        Problem("", "没有控制字符的文字", _point(match[0]), file, len(_LINE_END.findall(text, 0, match.start())) + 1)
        for match in _CONTROL.finditer(text)
    ]
    if controls:
        raise ParamsUnreadable(list(dict.fromkeys(controls))[:20])
    reader = _EventReader(hide_line_ends(text), file)
    try:
        values = reader.document()
    except yaml.YAMLError as error:
        raise ParamsUnreadable([*reader.problems, _yaml_problem(error, file, text)]) from error
    if not isinstance(values, dict):
        value = "空文件" if values is None else quoted(values)
        raise ParamsUnreadable([*reader.problems, Problem("", expected, value, file, 1)])
    return YamlValues(values, Source(file, reader.lines), (*reader.problems, *text_problems(values, "")))


def hide_line_ends(text: str) -> str:
    """Text in which only the line ends that editors show are line ends for YAML; positions stay the same."""
    return text.translate(_STAND_INS) if any(line_end in text for line_end in _LINE_ENDS) else text


def _with_line_ends(text: str) -> str:
    return text if text.isascii() else text.translate(_LINE_ENDS_BACK)


def placed(problems: list[Problem], source: Source) -> list[Problem]:
    """Problems with file and line, in the order of the file."""
    located = [
        Problem(item.path, item.expected, item.found, item.file or source.file, item.line or source.line(item.path))
        for item in problems
    ]
    return sorted(located, key=lambda problem: problem.line)


def text_problems(value: Any, path: str) -> Iterator[Problem]:
    """Control characters, direction overrides and halves of characters: they print as nothing or as boxes."""
    if isinstance(value, str):
        bad = sorted(set(_UNPRINTABLE.findall(value)))
        if bad:
            yield Problem(path, "没有控制字符的文字", "、".join(_point(c) for c in bad))
    elif isinstance(value, dict):
        for key, item in value.items():
            if type(item) is not int:  # most values are
                yield from text_problems(item, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for at, item in enumerate(value):
            yield from text_problems(item, f"{path}.{at}")


def decode(raw: bytes, file: str = "") -> str:
    """The text of a file: UTF-8, or UTF-16 with its mark, or GBK when that is plain to see.

    Raises:
        ParamsUnreadable: too large, or another encoding, which is named as far as it can be guessed.
    """
    if len(raw) > MAX_BYTES:
        raise ParamsUnreadable([Problem("", f"不超过 {MAX_BYTES // 1_000_000} MB 的文件", f"{len(raw) / 1e6:.1f} MB", file)])
    try:
        if raw[:4] not in (b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff") and raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return raw.decode("utf-16")
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        text = raw.decode("gb18030", "replace")
        if raw[:2] not in (b"\xff\xfe", b"\xfe\xff") and _reads_as_chinese(text):
            return text
        line = raw.count(b"\n", 0, error.start) + 1
        value = f"{_guess(raw)}，请在编辑器中另存为 UTF-8"
        raise ParamsUnreadable([Problem("", "UTF-8 编码的文字", value, file, line)]) from error


def _reads_as_chinese(text: str) -> bool:
    """Almost any bytes decode as GB18030, UTF-8 too, to rare characters; what people write is nearly all in
    the common half of GB2312 (its first level, 3,755 characters) or full-width marks."""
    foreign = [c for c in text if c > "\x7f"]
    common = sum("\u3000" <= c <= "\u303f" or "\uff00" <= c <= "\uffef" or c in "“”‘’—…·" or _is_first_level(c) for c in foreign)
    return "\ufffd" not in text and common >= 0.8 * len(foreign)


def _is_first_level(character: str) -> bool:
    code = character.encode("gb2312", "ignore")
    return len(code) == 2 and 0xB0 <= code[0] <= 0xD7


def _guess(raw: bytes) -> str:
    """The encoding in words; a UTF-8 file with a few broken bytes is still called one."""
    broken = raw.decode("utf-8", "replace")
    if b"\x00" in raw[:400]:
        return "UTF-16 或 UTF-32 编码，或不是文本文件"
    if broken.count("\ufffd") < 0.05 * len(broken) and any(c > "\u2e80" and c != "\ufffd" for c in broken):
        return "此处有损坏的字节"
    from charset_normalizer import from_bytes

    best = from_bytes(raw).best()
    if best is None:
        return "无法识别的编码"
    western = best.encoding.startswith(("cp12", "iso8859", "latin", "mac"))
    return f"别的编码（看来是 {'Latin-1 一类的西文编码' if western else best.encoding}）"


def _yaml_problem(error: yaml.YAMLError, file: str, text: str) -> Problem:
    if conflict := _CONFLICT.search(text):
        both = "两个人的改动混在一起，请只留一份，并删去有“<<<<<<<”“=======”“>>>>>>>”的行"
        return Problem("", "", both, file, len(_LINE_END.findall(text, 0, conflict.start())) + 1)
    mark = getattr(error, "problem_mark", None)
    blank = _blank_of_structure(text, mark.line) if mark else None
    if blank is not None:
        return Problem("", "普通的空格（缩进、冒号和“-”后面）", f"特殊的空格（{sign_name(blank[0])}）", file, blank[1])
    if mark and (wide := _wide_colon(text, mark.line)):
        return Problem("", "英文的冒号“:”，后面空一格", "中文的冒号", file, wide)
    words = getattr(error, "problem", "") or str(error)
    advice = next((advice for piece, advice in _ADVICE if piece in words), f"此处无法解析（{words}）")
    return Problem("", "", f"写法不对：{advice}", file, mark.line + 1 if mark else 0)


def _blank_of_structure(text: str, line: int) -> tuple[str, int] | None:
    """A blank that YAML takes for a letter, where it needs one, and its line: on the line of an error or the two above."""
    lines = _LINE_END.split(text)
    for at in range(min(line, len(lines) - 1), max(line - 3, -1), -1):
        blank = _BLANK_OF_STRUCTURE.match(lines[at])
        if blank:
            return next(filter(None, blank.groups())), at + 1
    return None


def _wide_colon(text: str, line: int) -> int:
    """The line of a key with a Chinese colon behind it, that of an error or one of the two above; 0 for none."""
    lines = _LINE_END.split(text)
    return next((at + 1 for at in range(min(line, len(lines) - 1), max(line - 3, -1), -1) if _WIDE_COLON.match(lines[at])), 0)


def _point(character: str) -> str:
    name, _, point = sign_name(character).rpartition(" ")
    return f"不可见字符 {point}（{name}）"


class _EventReader:
    """YAML events to plain values, with the line of every path; numbers keep every digit that was written.

    Events, not nodes: a text of ten thousand brackets must end in a sentence, and composing its nodes ends the
    process.
    """

    def __init__(self, text: str, file: str) -> None:
        self.file = file
        self.lines: dict[str, int] = {}
        self.problems: list[Problem] = []
        self._next: Callable[[], Event] = _LOADER(text).get_event
        self._aliases: set[str | None] = set()
        self._values = 0

    def document(self) -> Any:
        """The only document, or ``None``."""
        self._next()  # start of the stream
        if isinstance(self._next(), yaml.StreamEndEvent):
            return None
        value = self._value(self._next(), "", 0)
        self._next()  # end of the document
        after = self._next()
        if not isinstance(after, yaml.StreamEndEvent):
            self._problem("", "一个文件一份报告", "“---”以下另有一份", after)
        return value

    def _value(self, event: Any, path: str, depth: int) -> Any:
        self.lines.setdefault(path, _line(event))
        self._values += 1
        if self._values > MAX_VALUES or depth > MAX_DEPTH:
            self._problem(path, f"不超过 {MAX_VALUES} 项、{MAX_DEPTH} 层的内容", "过多或过深的嵌套", event)
            raise ParamsUnreadable(self.problems)
        if isinstance(event, AliasEvent):
            if event.anchor not in self._aliases:
                self._aliases.add(event.anchor)
                self._problem(path, "直接写出的值", f"引用 *{event.anchor}", event)
            return None
        if event.tag not in (None, "!"):
            self._problem(path, "不带标记的值", f"标记 {event.tag}", event)
        if isinstance(event, ScalarEvent):
            return _scalar(event)
        return self._mapping(path, depth) if isinstance(event, MappingStartEvent) else self._list(path, depth)

    def _list(self, path: str, depth: int) -> list[Any]:
        items: list[Any] = []
        while not isinstance(event := self._next(), SequenceEndEvent):
            items.append(self._value(event, f"{path}.{len(items)}", depth + 1))
        return items

    def _mapping(self, path: str, depth: int) -> dict[str, Any]:
        out: dict[str, Any] = {}
        while not isinstance(key_event := self._next(), MappingEndEvent):
            if not isinstance(key_event, ScalarEvent):
                self._problem(path, "文字作为键", "一组值或引用", key_event)
                raise ParamsUnreadable(self.problems)
            key = _with_line_ends(key_event.value)
            inner = f"{path}.{key}" if path else key
            if key in out:
                self._problem(inner, "", f"写了两次，请删去一处（首次在第 {self.lines[inner]} 行）", key_event)
                self._value(self._next(), inner, depth + 1)
                continue
            self.lines[inner] = _line(key_event)
            out[key] = self._value(self._next(), inner, depth + 1)
        return out

    def _problem(self, path: str, expected: str, value: str, event: Event) -> None:
        self.problems.append(Problem(path, expected, value, self.file, _line(event)))


def _line(event: Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 0


def _scalar(event: ScalarEvent) -> Any:
    """Only plain decimal notation is a number: ``0537``, ``1e9``, ``12_000`` and ``1:30`` stay text."""
    text = _with_line_ends(event.value)
    if event.style or event.tag:
        return text
    if PLAIN_INT.match(text):
        return int(text)
    if PLAIN_DECIMAL.match(text):
        return Decimal(text)
    return _WORDS.get(text, text)


def quoted(value: Any) -> str:
    """A value as a message quotes it, short."""
    match value:
        case None:
            return "空白"
        case bool():
            return "true" if value else "false"
        case str():
            return f"“{visible(value[:40])}{'…' if len(value) > 40 else ''}”"
        case dict():
            return "一组值"
        case list() | tuple():
            return "一份清单"
    return str(value)[:60]
