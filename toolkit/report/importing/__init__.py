"""Take in what exists: a published report (Word, web page, PDF, text, Excel) becomes a report with a state for every cell."""

from toolkit.report.importing.cells import CellReading, State
from toolkit.report.importing.limits import CannotImport, Limits, TooLarge
from toolkit.report.importing.published import Imported, read_published
from toolkit.report.importing.remarks import Remark

__all__ = ["CannotImport", "CellReading", "Imported", "Limits", "Remark", "State", "TooLarge", "read_published"]
