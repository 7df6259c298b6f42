"""The rules of the catalogue. Each module is scanned; a rule is a function with a code and a sentence.

Tests by another name:
    review_opinion: tests/rollup/test_reviewing.py
    register_counts: tests/register/test_walk.py, tests/checks/test_catalogue_page.py
"""
