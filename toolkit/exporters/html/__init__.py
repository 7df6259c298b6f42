"""Write a document as one HTML page.

Tests by another name:
    exporter, writing: tests/exporters/test_html.py
"""
