"""Take in what exists: a published report (Word, web page, PDF, text, Excel) becomes a report with a state for every cell.

Tests by another name:
    opinion: tests/rollup/test_reviewing.py
    filing: tests/commands/test_import_batch.py
    observing, published: tests/importing/test_round_trip.py
    source: tests/importing/test_tables.py
"""

from toolkit.importing.limits import CannotImport, Limits, TooLarge
from toolkit.importing.published import Imported, read_published
from toolkit.importing.recognition.cells import CellReading, State

__all__ = ["CannotImport", "CellReading", "Imported", "Limits", "State", "TooLarge", "read_published"]
