"""Read what the pages of a PDF show: characters, rulings, tags and form fields become lines, grids and pictures.

Tests by another name:
    drawn, forms, lines, page, reading: tests/importing/test_from_pdf.py
    cell_content, tags, visible: tests/importing/test_pdf_shapes.py
    digit_shapes, glyphs: tests/importing/test_wrong_digits.py
"""

from toolkit.importing.readers.pdf.reading import read_pdf

__all__ = ["read_pdf"]
