"""The start screen: open, begin or import a report, and put a broken file right.

Tests by another name:
    begin_card, import_card, repair, screen: tests/entry/test_start.py
"""
