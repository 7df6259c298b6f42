"""Turn answers into titles, paragraphs, tables and charts: the blocks that exporters set.

Tests by another name:
    blocks: tests/exporters/test_document.py
"""
