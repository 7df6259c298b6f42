"""Read web pages.

Tests by another name:
    cell_styles, hiding, lengths, media: tests/importing/test_styles_in_html.py
    colours, properties: tests/importing/test_odd_styles.py
    css, look: tests/importing/test_shown_in_html.py
    css_tables, lists, reading: tests/importing/test_from_html.py
"""

from toolkit.importing.readers.html.reading import read_html, read_mht

__all__ = ["read_html", "read_mht"]
