"""Sign PDFs and check their signatures.

Tests by another name:
    checking, revocation: tests/dispatch/test_signing.py
"""
