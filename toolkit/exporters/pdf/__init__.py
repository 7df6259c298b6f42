"""Set a document as PDF/A-3a and PDF/UA-1 with Typst, and read such a PDF.

Tests by another name:
    setting: tests/exporters/test_pdf.py
    reading: tests/exporters/test_readback.py
    statistics_page: tests/register/test_statistics.py
"""
