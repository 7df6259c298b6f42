"""Compare what organs published with what was accepted: fetch a page, read it in a confined process, compare.

Tests by another name:
    page_facts: tests/dispatch/test_page.py
"""
