"""Read pictures of pages: scans as PDF, TIFF, PNG, JPEG, photos. Figures come from the data code, else from the picture.

Tests by another name:
    cell_text, figure_reading, lines, page_reading, pictures, reading: tests/importing/test_from_scan.py
    recognising, rulings, straight: tests/importing/test_from_scan.py
    sides: tests/importing/test_rulings.py
"""
