"""Make Typst ready, with the fonts of documents, in the process that workers are forked from.

In: the fonts of this machine. Out: the typesetter, which every worker then has. No page is set: that starts threads.
"""

from __future__ import annotations

from contextlib import suppress

from toolkit.core.errors import NianbaoError
from toolkit.core.fonts import find_fonts
from toolkit.exporters.pdf.setting import TEMPLATE, typesetter

with suppress(NianbaoError):  # a worker says which font is missing; this process must live
    typesetter(TEMPLATE, find_fonts())
