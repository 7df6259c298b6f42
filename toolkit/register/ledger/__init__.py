"""Ledgers as workbooks: what an office has kept in Excel comes in, the register goes out.

Tests by another name:
    statistics_book: tests/register/test_statistics.py
    values, words, sheets, follow_ups, reading, taking_in, writing: tests/register/test_ledger.py
    columns: tests/register/test_office_ledgers.py
"""
