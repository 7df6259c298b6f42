"""The exceptions of this package: faults of the program, the machine or an unreadable file.

Faults of a *report* are findings (``toolkit.checks.finding``) and never raised. Every exception here
carries its data as attributes and reads as a Chinese sentence that a clerk can act on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from toolkit.core.text import visible


class NianbaoError(Exception):
    """Root of the tree; the command line prints it as one sentence and exits with 2.

    It survives pickling between processes with its attributes, which Python's own exceptions do not.
    """

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (type(self), self.args, self.__dict__)


def _restored(kind: type[NianbaoError], args: tuple[Any, ...], values: dict[str, Any]) -> NianbaoError:
    error = kind.__new__(kind, *args)
    error.__dict__.update(values)
    return error


@dataclass(frozen=True, slots=True)
class Problem:
    """One place where a params file cannot be understood.

    ``path`` is the dotted way to it (``figures.documents.normative.made``), ``line`` counts from 1 (0: unknown). Without
    ``expected``, ``found`` says what is wrong and what to do.
    """

    path: str
    expected: str
    found: str
    file: str = ""
    line: int = 0

    def __str__(self) -> str:
        place = ":".join(part for part in (self.file, str(self.line) if self.line else "") if part)
        head = " ".join(part for part in (place, visible(self.path)) if part)
        parts = (f"应为{self.expected}" if self.expected else "", visible(self.found))
        sentence = "，现为 ".join(part for part in parts if part)
        return f"{head}：{sentence}" if head else sentence


class ParamsUnreadable(NianbaoError):
    """A params file that does not make a report; all its problems at once."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class UnknownParameter(NianbaoError):
    """The notebook has no parameter of this name."""

    def __init__(self, names: Sequence[str], available: Sequence[str]) -> None:
        self.names, self.available = tuple(names), tuple(available)
        super().__init__(f"笔记本不认识的参数：{'、'.join(names)}。可用的参数是：{'、'.join(available)}")


class NoSuchForm(NianbaoError):
    """No edition of the form serves this year."""

    def __init__(self, year: int, editions: str) -> None:
        self.year = year
        super().__init__(f"{year} 年没有对应的年报格式；已有的版本：{editions}")


class NotebookFailed(NianbaoError):
    """A cell of the executed notebook ended in an error, so there is nothing to export."""

    def __init__(self, cell: int, name: str, message: str) -> None:
        self.cell, self.name, self.message = cell, name, message
        super().__init__(f"笔记本第 {cell} 个代码单元格运行出错，不能导出：{message}（{name}）")


class GlyphMissing(NianbaoError):
    """Characters that no installed font can draw; code ``glyph-missing`` of the catalogue."""

    code = "glyph-missing"

    def __init__(self, characters: Sequence[tuple[str, str]]) -> None:
        self.characters = tuple(characters)
        named = "、".join(f"“{character}”（{point}）" for character, point in characters)
        super().__init__(f"现有字体缺字：{named}。请安装含有这些字的字体，或改用规范汉字")


class RunFailed(NianbaoError):
    """One report could not be finished; ``notebook`` is the path of the half-run notebook."""

    def __init__(self, message: str, notebook: Path | None = None) -> None:
        self.notebook = notebook
        super().__init__(message)


class CannotWrite(NianbaoError):
    """A file could not be written; existing files are unchanged, except those in ``replaced``."""

    def __init__(self, path: Path, reason: str, replaced: Sequence[str] = ()) -> None:
        self.path, self.reason, self.replaced = path, reason, tuple(replaced)
        others = f"{'、'.join(replaced)} 已换成新的，其余文件未改动；请再运行一次" if replaced else "原有文件未改动"
        super().__init__(f"无法写入 {path.name}：{reason}。{others}")


class UsageError(NianbaoError):
    """A command cannot work with an argument."""
