"""Sign PDFs and check their signatures.

Tests by another name:
    checking: tests/dispatch/test_signing.py
"""
