"""Turn answers into titles, paragraphs, tables and charts: the blocks that exporters set.

Tests by another name:
    blocks, section: tests/exporters/test_document.py
    plain_table: tests/sections/test_tables.py
"""
