"""Recognise the statutory tables among the grids of a document.

Tests by another name:
    code_figures: tests/importing/test_from_scan.py
    columns, labels, rows: tests/importing/test_recognition.py
    matching: tests/importing/test_cells.py
"""
