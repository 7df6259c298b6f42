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
    """IPython's reader of cells."""

    def do_token_transforms(self, lines: list[str]) -> list[str]:
        if self.token_transformers == _OWN and not _SIGNS.search("".join(lines)):
            return lines
        done: list[str] = super().do_token_transforms(lines)  # type: ignore[no-untyped-call]
        return done
