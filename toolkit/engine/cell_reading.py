"""Transform a cell as IPython does, faster for long cells of literals.

In: the lines of a cell. Out: the same lines with IPython's syntax (``%magic``, ``!command``, ``help?``) as Python.
IPython tokenises every cell twice to look for it; here a cell without such characters is left as it is.
"""

from __future__ import annotations

import re

from IPython.core.inputtransformer2 import EscapedCommand, HelpEnd, MagicAssign, SystemAssign, TransformerManager

_OWN = [MagicAssign, SystemAssign, EscapedCommand, HelpEnd]
# The first characters of the four kinds; indented lines, since uneven indentation is an error of this step; unusual line
# ends. In a string these characters cost only time.
_SIGNS = re.compile(r"^[ \t!?%,;/]|=\s*[%!]|\?\s*$|[\r\v\f\x1c-\x1e\x85\u2028\u2029]", re.MULTILINE)


class CellReader(TransformerManager):
    """IPython's transformer; it is called twice per cell."""

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
        transformed: list[str] = super().do_token_transforms(lines)  # type: ignore[no-untyped-call]
        return transformed
