"""Read web pages.

Tests by another name:
    hiding, values: tests/importing/test_styles_in_html.py
    properties: tests/importing/test_odd_styles.py
    css, look: tests/importing/test_shown_in_html.py
    reading: tests/importing/test_from_html.py
"""

from toolkit.importing.readers.html.reading import read_html, read_mht

__all__ = ["read_html", "read_mht"]
