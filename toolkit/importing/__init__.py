"""Take in what exists: a published report (Word, web page, PDF, text, Excel) becomes a report with a state for every cell.

Names are imported when they are first used: who needs a word folded need not load the readers of every format.

Tests by another name:
    opinion: tests/rollup/test_reviewing.py
    filing: tests/commands/test_import_batch.py
    observing, published: tests/importing/test_round_trip.py
    source: tests/importing/test_tables.py
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from toolkit.importing.limits import CannotImport, Limits, TooLarge
    from toolkit.importing.published import Imported, read_published
    from toolkit.importing.recognition.cells import CellReading, State

__all__ = ["CannotImport", "CellReading", "Imported", "Limits", "State", "TooLarge", "read_published"]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from toolkit.importing import limits, published
    from toolkit.importing.recognition import cells

    return next(getattr(module, name) for module in (limits, published, cells) if hasattr(module, name))
