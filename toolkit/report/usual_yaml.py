"""Read a params file in the usual shape, line by line, in a third of the time that a YAML parser takes.

In: the text of a file. Out: the values and the line of every path, the same as ``yaml_reading`` gives; ``None`` for a text
with anything outside the shape that ``yaml_editing`` writes and the samples have. That shape is: block mappings, rows
(``{name: value, …}``) and lists of rows on one line, block text (``|``, ``|-``), simple scalars, comments, blank lines.
The full reader reads the others and finds what is wrong with them: nothing is reported from here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

_MOST = 300_000  # characters; the largest report of a jurisdiction has some 60,000
_DEEPEST = 6  # mappings inside each other
# no tabs, control characters, line ends of Unicode, marks of direction; no planes beyond those of ideographs
_UNUSUAL = re.compile("[^\n -~\u00a0-\u2027\u202f-\u2065\u206a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0003ffff]")
_SIGNS = r""":#,\[\]{}&*!|>'"\\?"""  # those that YAML gives a meaning to, at least in some place
_PLAIN = rf"(?:[-+]?[0-9]|[A-Za-z\u3400-\u9fff（《“【])[^\n{_SIGNS}]*"
_SCALAR = rf"""(?:(?P<plain>{_PLAIN})|"(?P<double>[^"\\\n]*)"|'(?P<single>[^'\n]*)')"""
_KEY = "[A-Za-z_][A-Za-z0-9_]*"
_ENTRY = re.compile(rf"({_KEY}):(?: +(.*))?")
_COMMENT = " *(?:(?<= )#.*)?"
_VALUE = re.compile(_SCALAR + _COMMENT)
_NOTHING = re.compile(_COMMENT)
_CELL = re.compile(rf"({_KEY}): +(?:{_SCALAR} *)?(?:, *|(?P<end>\}}))")
# most rows are counts
_COUNT = "(?:0|[1-9][0-9]{0,14})"
_COUNTS = re.compile(rf"\{{ *{_KEY}: +{_COUNT}(?:, *{_KEY}: +{_COUNT})* *\}}")
_NAME_AND_COUNT = re.compile(rf"({_KEY}): +([0-9]+)")

Resolve = Callable[[str], Any]


class _NotUsual(Exception):
    """The text has something outside the shape."""


def read_usual(text: str, resolve: Resolve) -> tuple[dict[str, Any], dict[str, int]] | None:
    """The values of a text and the line (from 1) of every dotted path; ``None`` when the full reader has to read it.

    Args:
        text: the decoded text of the file.
        resolve: the value of a scalar without quotes.
    """
    if len(text) > _MOST or not text.endswith("\n"):
        return None
    text = text.replace("\r\n", "\n")
    if _UNUSUAL.search(text):
        return None
    reader = _Reader(text.split("\n"), resolve)
    try:
        return reader.document(), reader.lines
    except _NotUsual:
        return None


class _Reader:
    """The lines of a text, and how far they have been read."""

    def __init__(self, rows: list[str], resolve: Resolve) -> None:
        self.lines: dict[str, int] = {}
        self._rows = rows
        self._at = 0  # the row that is read next, from 0
        self._resolve = resolve

    def document(self) -> dict[str, Any]:
        if self._indent() != 0:
            raise _NotUsual
        self.lines[""] = self._at + 1
        values = self._mapping(0, "", 1)
        if self._indent() >= 0:
            raise _NotUsual
        return values

    def _indent(self) -> int:
        """Go to the next row that is neither blank nor a comment; its indentation, or -1 at the end of the text."""
        rows = self._rows
        while self._at < len(rows):
            row = rows[self._at]
            bare = row.lstrip(" ")
            if bare and bare[0] != "#":
                return len(row) - len(bare)
            self._at += 1
        return -1

    def _mapping(self, indent: int, path: str, depth: int) -> dict[str, Any]:
        if depth > _DEEPEST:
            raise _NotUsual
        values: dict[str, Any] = {}
        while self._indent() == indent:
            entry = _ENTRY.fullmatch(self._rows[self._at], indent)
            if entry is None:
                break  # the caller knows what else may begin here
            name, rest = entry.groups("")
            inner = f"{path}.{name}" if path else name
            if name in values:
                raise _NotUsual
            self._at += 1
            self.lines[inner] = self._at
            values[name] = self._value(rest, indent, inner, depth)
        if not values:
            raise _NotUsual
        return values

    def _value(self, rest: str, indent: int, path: str, depth: int) -> Any:
        """The value after ``key:`` on its row, with the rows below that belong to it."""
        if rest[:1] == "|":
            return self._block(rest.rstrip(" "), indent)
        if rest and rest[0] != "#":
            value = self._inline(rest, path)
            if self._indent() > indent:  # words that go on below
                raise _NotUsual
            return value
        inner = self._indent()
        if inner >= indent and self._rows[self._at].startswith("- ", inner):
            return self._list(inner, path)
        return self._mapping(inner, path, depth + 1) if inner > indent else None

    def _list(self, indent: int, path: str) -> list[Any]:
        items: list[Any] = []
        while self._indent() == indent and self._rows[self._at].startswith("- ", indent):
            rest = self._rows[self._at][indent + 2 :].lstrip(" ")
            inner = f"{path}.{len(items)}"
            self._at += 1
            self.lines[inner] = self._at
            items.append(self._inline(rest, inner))
        if self._indent() > indent:
            raise _NotUsual
        return items

    def _inline(self, text: str, path: str) -> Any:
        """A value that begins and ends on one row."""
        if text.startswith("{"):
            return self._row(text, path, self._at)
        if text.startswith("[]") and _NOTHING.fullmatch(text, 2):
            return []
        match = _VALUE.fullmatch(text)
        if match is None:
            raise _NotUsual
        return _resolved(match.groups(), self._resolve)

    def _row(self, text: str, path: str, line: int) -> dict[str, Any]:
        """``{name: value, …}``."""
        if counts := _COUNTS.match(text):
            cells: list[tuple[str, Any]] = [(name, int(count)) for name, count in _NAME_AND_COUNT.findall(counts[0])]
            at = counts.end()
        else:
            cells, at = self._cells(text)
        values = dict(cells)
        if len(values) != len(cells) or not _NOTHING.fullmatch(text, at):
            raise _NotUsual
        for name in values:
            self.lines[f"{path}.{name}"] = line
        return values

    def _cells(self, text: str) -> tuple[list[tuple[str, Any]], int]:
        """The cells of a row, and where it ends in the text."""
        cells: list[tuple[str, Any]] = []
        at, end = len(text) - len(text[1:].lstrip(" ")), ""
        while not end:
            cell = _CELL.match(text, at)
            if cell is None:
                raise _NotUsual
            name, *scalar, end = cell.groups()
            cells.append((name, _resolved(scalar, self._resolve)))
            at = cell.end()
        return cells, at

    def _block(self, header: str, indent: int) -> str:
        """Text in a block; it ends with the first row that is less indented than its first."""
        rows, begin = self._rows, self._at
        first = rows[begin] if begin < len(rows) else ""
        inner = len(first) - len(first.lstrip(" "))
        if header not in ("|", "|-") or inner <= indent or inner == len(first):
            raise _NotUsual
        margin, words = " " * inner, []
        while self._at < len(rows) and (not (row := rows[self._at]) or row.startswith(margin)):
            words.append(row[inner:])
            if row and not words[-1].strip(" "):  # blanks at the end of a text count, and are not seen
                raise _NotUsual
            self._at += 1
        if self._indent() > indent:
            raise _NotUsual
        return "\n".join(words).rstrip("\n") + ("\n" if header == "|" else "")


def _resolved(scalar: Sequence[str | None], resolve: Resolve) -> Any:
    plain, double, single = scalar
    if plain is not None:
        return resolve(plain.rstrip(" "))
    return double if double is not None else single if single is not None else resolve("")
