"""Write a document as DOCX.

Tests by another name:
    page, tables, writing: tests/exporters/test_docx.py
"""
