"""Write the tables of a document as XLSX.

Tests by another name:
    tables, writing: tests/exporters/test_xlsx.py
"""
