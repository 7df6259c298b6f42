"""Read Word files."""

from toolkit.importing.readers.docx.reading import read_docx

__all__ = ["read_docx"]
