"""The text of a report: its figures against the tables, and against each other.

Tests by another name:
    against_tables, reasons: tests/checks/test_text_against_tables.py
    balance, lists, published, repeated: tests/checks/test_text_alone.py
"""
