"""Read Word files.

Tests by another name:
    bindings, runs, styles: tests/importing/test_shown_in_word.py
    numbering, reading: tests/importing/test_from_docx.py
"""

from toolkit.importing.readers.docx.reading import read_docx

__all__ = ["read_docx"]
