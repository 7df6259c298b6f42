"""Write the tables of a document as XLSX.

Tests by another name:
    exporter, tables, writing: tests/exporters/test_xlsx.py
"""
