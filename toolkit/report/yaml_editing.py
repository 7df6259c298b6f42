"""Turn plain values into YAML text in our style, and replace values in an existing text.

In: mappings, lists of rows, text, ``int``, ``Decimal``, ``bool``. Out: YAML that reads the same for us and for the
YAML 1.1 reader of papermill: rows on one line, long text in blocks, Chinese as Chinese. A text that is there is
edited at the places that change and nowhere else, so order, comments and alignment stay.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

import yaml

from toolkit.report.yaml_reading import hide_line_ends

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_RESOLVER: Any = yaml.SafeLoader("")
_NOT_PLAIN = re.compile(r"""[:#,\[\]{}&*!|>'"%@`\\?]""")
_WIDE_BLANK = "\u3000"  # the blank that Chinese paragraphs are indented with


class Row(dict[str, Any]):
    """A mapping that is written on one line."""


def to_yaml(values: Mapping[str, Any]) -> str:
    """Values as YAML text; the same values give the same text."""
    return "".join(f"{line}\n" for line in _entries(values, ""))


def put_values(text: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """``text`` with the values ``before``, changed to ``after``.

    A removed key becomes blank and keeps its position; a new key is added at the end of its group.
    """
    root = yaml.compose(hide_line_ends(text), Loader=_LOADER)
    edits = sorted(_edits(text, root, before, after), key=lambda edit: edit.start)
    out, at = [], 0
    for edit in edits:
        out += [text[at : edit.start], edit.text]
        at = max(at, edit.end)
    return "".join((*out, text[at:]))


@dataclass(frozen=True, slots=True)
class _Edit:
    """``text`` replaces the characters from ``start`` to ``end``."""

    start: int
    end: int
    text: str


def _edits(text: str, node: Any, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[_Edit]:
    entries = {key.value: (key, value) for key, value in node.value}
    for name, (key, value) in entries.items():
        old, new = before.get(name), after.get(name)
        if type(old) is type(new) and old == new:
            continue
        if isinstance(value, yaml.MappingNode) and not (
            new is None and isinstance(old, Row) and not node.flow_style and _is_top(key)
        ):
            yield from _edits(text, value, old or {}, new or {})
        else:
            yield _replacement(text, node.flow_style, key, value, new)
    # after the changes inside: at the same position a new entry follows them
    missing = {name: value for name, value in after.items() if name not in entries and before.get(name) != value}
    if missing:
        yield _addition(text, node, missing)


def _is_top(key: yaml.ScalarNode) -> bool:
    """A row of the top level is one value (processing_fee): gone, it must not read as a row of blanks."""
    return bool(key.start_mark.column == 0)


def _replacement(text: str, in_flow: bool, key: Any, node: Any, value: Any) -> _Edit:
    start, end = node.start_mark.index, _content_end(text, node)
    column = node.start_mark.column
    if isinstance(node, yaml.SequenceNode) and not node.flow_style and value:
        return _Edit(start, end, ("\n" + " " * column).join(f"- {_inline(item)}" for item in value))
    lines = [_inline(value)] if in_flow or _line_end(text, end) != end else _value_lines(value, " " * key.start_mark.column)
    if not lines[0] and not in_flow:
        start = len(text[:start].rstrip(" "))
    gap = " " if lines[0] and text[start - 1] == ":" else ""
    return _Edit(start, end, gap + "\n".join(lines))


def _addition(text: str, node: Any, missing: Mapping[str, Any]) -> _Edit:
    end = _content_end(text, node)
    if node.flow_style:
        end -= len(text[node.start_mark.index : end]) - len(text[node.start_mark.index : end - 1].rstrip())
        if node.value:  # a blank last value ({made: 3, valid: }) is behind the blanks; another edit may fill it in
            end = max(end, int(node.value[-1][1].end_mark.index))
        comma = "" if text[end - 1] in "{," else ","
        joined = ", ".join(f"{name}: {_inline(value)}" for name, value in missing.items())
        return _Edit(end, end, f"{comma}{'' if text[end - 1] == '{' else ' '}{joined}")
    end = _line_end(text, end)
    lines = _entries(missing, " " * node.start_mark.column)
    return _Edit(end, end, "".join(f"\n{line}" for line in lines))


def _content_end(text: str, node: Any) -> int:
    """Where the words of a node end: the reader counts blank lines and comments after a block to it."""
    if not isinstance(node, yaml.ScalarNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _content_end(text, last[1] if isinstance(last, tuple) else last)
    start, end = int(node.start_mark.index), int(node.end_mark.index)
    return start + len(text[start:end].rstrip(" \n")) if isinstance(node, yaml.ScalarNode) and node.style in ("|", ">") else end


def _line_end(text: str, at: int) -> int:
    """The end of the line, a comment included."""
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _entries(values: Mapping[str, Any], indent: str) -> Iterator[str]:
    for name, value in values.items():
        if type(value) is Row:  # most are
            yield f"{indent}{name}: {_inline(value)}"
            continue
        first, *rest = _value_lines(value, indent)
        yield f"{indent}{name}: {first}".rstrip() if not first.startswith("\n") else f"{indent}{name}:{first}"
        yield from rest


def _value_lines(value: Any, indent: str) -> list[str]:
    """A value after ``key:``: the rest of the key's line, then the lines below it."""
    inner = indent + "  "
    if isinstance(value, str) and _fits_block(value):
        chomp = "" if value.endswith("\n") else "-"
        header = f"|{2 if value.startswith(' ') else ''}{chomp}"
        return [header, *(inner + line if line else "" for line in value.removesuffix("\n").split("\n"))]
    if isinstance(value, list) and value:
        return ["", *(f"{inner}- {_inline(item)}" for item in value)]
    if isinstance(value, dict) and value and not isinstance(value, Row):
        return ["", *_entries(value, inner)]
    return [_inline(value)]


def _inline(value: Any) -> str:
    if type(value) is int:  # most values are
        return str(value)
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case dict():
            cells = [f"{name}: {item if type(item) is int else _inline(item)}" for name, item in value.items()]
            return "{" + ", ".join(cells) + "}"
        case list():
            return "[" + ", ".join(_inline(item) for item in value) + "]"
        case Decimal():
            return format(value, "f")
        case str():
            return value if _is_plain(value) else _quoted(value)
    return str(value)


@lru_cache(maxsize=4096)  # names and levels come again in report after report
def _is_plain(text: str) -> bool:
    """Whether text needs no quotes, also inside a flow mapping; text that begins with a digit always needs them."""
    if (
        not text
        or not (text[0].isalpha() or text[0] in "（《“【")
        or text[-1] == " "
        or _NOT_PLAIN.search(text)
        or not text.isprintable()
    ):
        return False
    return bool(_RESOLVER.resolve(yaml.ScalarNode, text, (True, False)) == "tag:yaml.org,2002:str")


def _quoted(text: str) -> str:
    """Text in double quotes; invisible characters are escaped."""
    return "".join(c if c.isprintable() or c == _WIDE_BLANK else _escape(c) for c in json.dumps(text, ensure_ascii=False))


def _escape(character: str) -> str:
    code = ord(character)
    return f"\\U{code:08X}" if code > 0xFFFF else f"\\u{code:04X}"


def _fits_block(text: str) -> bool:
    """Whether a block (``|``) gives the text back letter by letter: more than one line, nothing that does not show."""
    lines = text.removesuffix("\n").split("\n")
    shows = "".join(lines).replace(_WIDE_BLANK, "").isprintable()
    return (
        "\n" in text and shows and bool(lines[0]) and bool(lines[-1]) and not any(line and not line.strip(" ") for line in lines)
    )
