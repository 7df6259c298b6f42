"""Read a cell as IPython does, in less time: the cell with a report's figures is long.

In: the lines of a cell. Out: the same lines with IPython's own syntax (``%magic``, ``!command``, ``help?``) put into
Python. IPython takes a cell apart to look for it, word by word and twice; one that has no such sign is left alone.
"""

from __future__ import annotations

import re

from IPython.core.inputtransformer2 import EscapedCommand, HelpEnd, MagicAssign, SystemAssign, TransformerManager

_OWN = [MagicAssign, SystemAssign, EscapedCommand, HelpEnd]
# What each of the four begins with; a line that is indented, since an uneven one is an error of this step; a line that
# ends in another way. Inside a text these signs mean nothing, and cost only the time.
_SIGNS = re.compile(r"^[ \t!?%,;/]|=\s*[%!]|\?\s*$|[\r\v\f\x1c-\x1e\x85\u2028\u2029]", re.MULTILINE)


class CellReader(TransformerManager):
    """IPython's reader of cells; of each it is asked twice."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._own = self._transforms()
        self._last: tuple[str | None, str] = (None, "")

    def transform_cell(self, cell: str) -> str:
        if self._transforms() != self._own:
            return str(super().transform_cell(cell))
        if cell != self._last[0]:
            self._last = cell, super().transform_cell(cell)
        return self._last[1]

    def _transforms(self) -> tuple[list[object], ...]:
        return [*self.cleanup_transforms], [*self.line_transforms], [*self.token_transformers]

    def do_token_transforms(self, lines: list[str]) -> list[str]:
        if self.token_transformers == _OWN and not _SIGNS.search("".join(lines)):
            return lines
        done: list[str] = super().do_token_transforms(lines)  # type: ignore[no-untyped-call]
        return done
