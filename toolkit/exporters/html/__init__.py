"""Write a document as one HTML page.

Tests by another name:
    writing: tests/exporters/test_html.py
"""
