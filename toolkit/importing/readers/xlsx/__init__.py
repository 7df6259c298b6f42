"""Read workbooks."""

from toolkit.importing.readers.xlsx.reading import read_xlsx

__all__ = ["read_xlsx"]
