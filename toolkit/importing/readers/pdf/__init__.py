"""Read what the pages of a PDF show: characters, rulings, tags and form fields become lines, grids and pictures."""

from toolkit.importing.readers.pdf.reading import read_pdf

__all__ = ["read_pdf"]
