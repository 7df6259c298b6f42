"""Read web pages."""

from toolkit.importing.readers.html.reading import read_html, read_mht

__all__ = ["read_html", "read_mht"]
