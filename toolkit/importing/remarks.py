"""What an importer has to say about a file: one plain record per thing noticed, with its place in the source.

The codes are those of the catalogue of checks; ``toolkit.checks`` and the command line turn remarks into findings.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "notice"]
_ORDER: dict[str, int] = {"error": 0, "warning": 1, "notice": 2}


@dataclass(frozen=True, slots=True)
class Remark:
    """``place`` is the place in the source in words; ``table``, ``row``, ``column`` are keys of the form."""

    code: str
    severity: Severity
    message: str
    place: str = ""
    table: str = ""
    row: str = ""
    column: str = ""
    where: str = ""  # for text: narrative.overview
    expected: str = ""
    found: str = ""
    next_step: str = ""

    def __str__(self) -> str:
        place = f"（{self.place}）" if self.place else ""
        step = f"。{self.next_step}" if self.next_step else ""
        return f"{self.message}{place}{step}"


def sort_remarks(remarks: Iterable[Remark]) -> tuple[Remark, ...]:
    """Errors first; within a severity in the order of the file."""
    return tuple(sorted(dict.fromkeys(remarks), key=lambda remark: _ORDER[remark.severity]))
