"""Read workbooks.

Tests by another name:
    colours, drawings: tests/importing/test_covered_cells.py
    looks: tests/importing/test_shown_in_workbook.py
    reading: tests/importing/test_from_xlsx.py, tests/report/test_workbook_form.py
"""

from toolkit.importing.readers.xlsx.reading import read_xlsx

__all__ = ["read_xlsx"]
